"""Cutting one object out of a frame: what differs from the empty picture, without its shadow.

Shadows are told as in R. Cucchiara, C. Grana, M. Piccardi, A. Prati, "Detecting Moving Objects,
Ghosts, and Shadows in Video Streams" (PAMI 2003): darker by a bounded ratio, with the colour of the
ground; and, since dark clothes are that too, only where the ratio is smooth and away from the
middle of the box. Differences are kept by hysteresis (J. Canny, 1986): weak ones where they hang
together with strong ones.

A synopsis pastes an object over the place it was cut from: a border of ground around it does no
harm there, a hole or a missing leg does. When in doubt a pixel is kept.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.made import MadePlate
from video.synopsis.shades import DARK, differences, in_colours, lit_by
from video.types import Pixels

_WORKED_ON: Final = 28_000
"""Pixels a crop has at most while it is looked at; larger ones are halved, or more."""
_STRONG: Final = 14.0
_WEAK: Final = 6.0
_GROWN: Final = 0.05
"""How much larger than its box an object is taken to be, on each side, of the box."""
_LIMB: Final = 0.3
"""How far a leg or an arm may reach out of it, of the width of the box."""
_TELLING: Final = 900
"""How many pixels the light of a frame is told by."""
_MIDDLE_WORTH: Final = 1.5
"""What a pixel of a part in the very middle of a box is worth; 1 less at the rim of the box."""
_LEAST_WORTH: Final = 0.03
"""Of the worth of the foremost part: what is worth less is no part of the object."""

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]
_Part: TypeAlias = tuple[tuple[slice, slice], NDArray[np.bool_]]
"""A window of a crop, and what in it belongs to the part."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where an object is in a frame.

    `box (4,) int32` xyxy, half-open, in pixels of the frame and inside it; `alpha (h, w) uint8` of
    that size, 255 where it is the object, soft at the edge; `reliable` is false where nothing told
    object from background: alpha is the whole box then, feathered. `light` is by how much the
    ground around it is brighter in the frame than in the empty picture.
    """

    box: NDArray[np.int32]
    alpha: NDArray[np.uint8]
    reliable: bool
    light: float = 1.0


@dataclass(frozen=True, slots=True)
class _Crop:
    """The surroundings of a box, small enough to be looked at fast; boxes in its own pixels."""

    corner: tuple[int, int]
    size: tuple[int, int]
    """Width and height in the frame."""
    by: int
    """How many times smaller it is than in the frame."""
    picture: Pixels
    plate: Pixels
    noise: Floats
    """Coarse, as that of a plate."""
    unsure: NDArray[np.bool_]
    box: Floats
    others: Floats


def cut_out(
    picture: Pixels, plate: MadePlate, box: NDArray[np.float32], others: NDArray[np.float32]
) -> Cut | None:
    """Cut the object in `box (4,)` out of a frame, `picture` as large as the plate.

    `others (k, 4)` are boxes of what else is tracked in this frame. None where the box lies outside
    the picture or has less than 2 pixels on a side.
    """
    height, width = picture.shape[:2]
    left, top, right, bottom = (float(value) for value in box)
    left, right = max(0.0, left), min(float(width), right)
    top, bottom = max(0.0, top), min(float(height), bottom)
    if right - left < 2 or bottom - top < 2:
        return None
    clipped = np.array([left, top, right, bottom], np.float32)
    crop = _crop(picture, plate, clipped, np.asarray(others, np.float32).reshape(-1, 4))
    mask, light = _mask(crop)
    if mask is None:
        return _feathered(clipped, width, height, light)
    if crop.by > 1:
        mask = _enlarged(mask, crop.by, crop.size)
    wider = np.asarray(cv2.dilate(mask, _disc(3)), np.uint8) * np.uint8(255)
    alpha = np.asarray(cv2.GaussianBlur(wider, (5, 5), 1.0), np.uint8)
    x, y, wide, high = cv2.boundingRect(alpha)
    at = np.array([x, y, x + wide, y + high]) + np.array(crop.corner * 2)
    return Cut(at.astype(np.int32), alpha[y : y + high, x : x + wide].copy(), True, light)


def _enlarged(mask: Mask, by: int, size: tuple[int, int]) -> Mask:
    """A mask as large as its crop, with rounder edges than its pixels have."""
    large = cv2.resize(mask * np.uint8(255), None, fx=by, fy=by, interpolation=cv2.INTER_LINEAR)
    right, below = size[0] - large.shape[1], size[1] - large.shape[0]
    if right or below:
        large = cv2.copyMakeBorder(large, 0, below, 0, right, cv2.BORDER_REPLICATE)
    _, edged = cv2.threshold(cv2.GaussianBlur(large, (5, 5), 0), 112, 1, cv2.THRESH_BINARY)
    return np.asarray(edged, np.uint8)


def _crop(picture: Pixels, plate: MadePlate, box: Floats, others: Floats) -> _Crop:
    height, width = picture.shape[:2]
    left, top, right, bottom = box.tolist()
    limb = _LIMB * min(right - left, 0.6 * (bottom - top))
    aside, above = 4 + limb, 4 + 0.4 * limb
    x0, y0 = max(0, int(left - aside)), max(0, int(top - above))
    x1, y1 = min(width, int(right + aside + 1)), min(height, int(bottom + above + 1))
    own, ground = picture[y0:y1, x0:x1], plate.picture[y0:y1, x0:x1]
    unsure = plate.unsure[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    rows, columns = plate.noise.shape
    part = plate.noise[
        y0 * rows // height : -(-y1 * rows // height),
        x0 * columns // width : -(-x1 * columns // width),
    ]
    # By whole numbers, which is five times as fast as by others; what is left over at the far
    # sides is ground.
    by = math.ceil(((x1 - x0) * (y1 - y0) / _WORKED_ON) ** 0.5)
    size = (x1 - x0) // by, (y1 - y0) // by
    if by > 1:
        own, ground = _shrunk(own, size, by), _shrunk(ground, size, by)
    corner = np.array([x0, y0] * 2, np.float32)
    near = others[
        (others[:, 0] < x1) & (others[:, 2] > x0) & (others[:, 1] < y1) & (others[:, 3] > y0)
    ]
    return _Crop(
        (x0, y0),
        (x1 - x0, y1 - y0),
        by,
        own,
        ground,
        part,
        unsure,
        (box - corner) / by,
        (near - corner) / by,
    )


def _shrunk(picture: Pixels, size: tuple[int, int], by: int) -> Pixels:
    part = picture[: size[1] * by, : size[0] * by]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)


def _mask(crop: _Crop) -> tuple[Mask | None, float]:
    """1 where the object is, as large as the crop, None where that cannot be told; and the light
    of the frame there."""
    here, there = in_colours(crop.picture), in_colours(crop.plate)
    light, stray = _light(crop, here[0], there[0])
    if crop.unsure.size and cv2.countNonZero(crop.unsure.view(np.uint8)) > 0.35 * crop.unsure.size:
        return None, light
    far = _distance(crop.box, crop.picture.shape)
    grown = _grown(crop)
    allowed = _own(crop, far)
    ground = there if abs(light - 1) < 0.015 else lit_by(there, light)
    score, lit, shadow = differences(here, ground, crop.box)
    noise = np.minimum(np.maximum(crop.noise, np.float32(stray)), np.float32(7))
    noise = np.asarray(cv2.resize(noise, here[0].shape[::-1]), np.float32)
    # What lies in the middle of a box is the object more likely than what lies at its corners.
    score /= np.minimum(far, np.float32(1.6)) * np.float32(0.35) + np.float32(0.75)
    thing = allowed & ~lit & ~(shadow & (far > 0.45))
    strong = thing & (score > noise * np.float32(3) + np.float32(_STRONG))
    weak = strong | thing & grown & (score > noise * np.float32(1.6) + np.float32(_WEAK))
    high = float(crop.box[3] - crop.box[1])
    wide = float(crop.box[2] - crop.box[0])
    disc = _disc(_odd(0.05 * min(high, 2.5 * wide)))
    joined = cv2.morphologyEx(weak.view(np.uint8), cv2.MORPH_CLOSE, disc)
    parts = _parts_of_it(np.asarray(joined, np.uint8), strong, far)
    if parts is None:
        return None, light
    mask = _filled((parts & allowed).view(np.uint8))
    return mask if _believed(mask, far, allowed & grown) else None, light


def _light(crop: _Crop, here: Pixels, there: Pixels) -> tuple[float, float]:
    """By how much this frame is brighter than the plate, by what lies around the box; and by how
    many grey levels it is still off there. Of both brightness, `(h, w)`."""
    # Some hundred pixels tell the light.
    step = max(1, int((there.size / _TELLING) ** 0.5))
    ground, shown = there[::step, ::step], here[::step, ::step]
    around = np.ones(ground.shape, np.bool_)
    for left, top, right, bottom in (crop.box.tolist(), *crop.others.tolist()):
        around[
            max(0, int(top / step)) : max(0, int(bottom / step + 1)),
            max(0, int(left / step)) : max(0, int(right / step + 1)),
        ] = False
    have, want = ground[around].astype(np.float32), shown[around].astype(np.float32)
    if len(have) < 60:
        return 1.0, 0.0
    have += DARK
    want += DARK
    gain = min(max(_median(want / have), 0.6), 1.7)
    # Half of what is around strays less than this; some of it may be a passer-by.
    return gain, _median(np.abs(want - np.float32(gain) * have))


def _median(values: Floats) -> float:
    """Of some hundred values the middle one; `np.median` takes five times as long."""
    middle = len(values) // 2
    values.partition(middle)
    return float(values[middle])


def _distance(box: Floats, shape: tuple[int, ...]) -> Floats:
    """How far each pixel is from the middle of a box: 1 on the ellipse in it, more outside."""
    return _distance_in(box, (slice(0, shape[0]), slice(0, shape[1])))


def _distance_in(box: Floats, window: tuple[slice, slice]) -> Floats:
    """The same for a window of the picture."""
    left, top, right, bottom = box.tolist()
    across = np.arange(window[1].start, window[1].stop, dtype=np.float32)
    down = np.arange(window[0].start, window[0].stop, dtype=np.float32)[:, None]
    # Rounder than a box, squarer than an ellipse: the shape of most things in their boxes.
    for axis, low, high in ((across, left, right), (down, top, bottom)):
        axis += np.float32(0.5 - (low + high) / 2)
        axis *= np.float32(1 / max(1.0, (high - low) / 2))
        axis *= axis
        axis *= axis
    far: Floats = across + down
    return np.sqrt(np.sqrt(far, out=far), out=far)


def _grown(crop: _Crop) -> NDArray[np.bool_]:
    left, top, right, bottom = crop.box.tolist()
    aside, above = 2 + _GROWN * (right - left), 2 + _GROWN * (bottom - top)
    grown = np.zeros(crop.picture.shape[:2], np.bool_)
    grown[
        max(0, int(top - above)) : int(bottom + above + 1),
        max(0, int(left - aside)) : int(right + aside + 1),
    ] = True
    return grown


def _own(crop: _Crop, far: Floats) -> NDArray[np.bool_]:
    """Where the object may be, as far as the other boxes go.

    Of two boxes that share pixels, the one that stands lower in the picture is nearer and keeps
    what is in its shape; the rest goes to the one whose middle is closer.
    """
    own = np.ones(far.shape, np.bool_)
    for other in crop.others:
        left, top, right, bottom = other.tolist()
        window = (
            slice(max(0, int(top)), min(far.shape[0], max(0, int(bottom + 1)))),
            slice(max(0, int(left)), min(far.shape[1], max(0, int(right + 1)))),
        )
        if not far[window].size:
            continue
        theirs = _distance_in(other, window)
        closer = far[window] <= theirs
        if bottom > crop.box[3]:
            own[window] &= (theirs > 1) & closer | (theirs > 0.95) & (far[window] < 1)
        else:
            own[window] &= (far[window] < 1) | closer
    return own


def _parts_of_it(weak: Mask, strong: NDArray[np.bool_], far: Floats) -> NDArray[np.bool_] | None:
    """The connected parts that belong to the object; None where nothing strong is there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    parts: list[tuple[float, _Part]] = []
    best, foremost = 0.0, None
    # From the largest on: soon they are too small to count beside it.
    for label in sorted(range(1, count), key=lambda one: -int(stats[one, cv2.CC_STAT_AREA])):
        left, top, wide, high, area = stats[label].tolist()
        if area * _MIDDLE_WORTH <= _LEAST_WORTH * best:
            break
        window = slice(top, top + high), slice(left, left + wide)
        there = labels[window] == label
        if not (there & strong[window]).any():
            continue
        middle = cv2.mean(far[window], there.view(np.uint8))[0]
        worth = area * max(_MIDDLE_WORTH - middle, 0.05)
        if worth > best:
            best = worth
            # It counts whatever it is like, as long as nothing is worth more.
            foremost = (window, there)
        if area >= 8 and middle < 1.02:
            parts.append((worth, (window, there)))
    if foremost is None:
        return None
    whole = np.zeros(weak.shape, np.bool_)
    kept = [part for worth, part in parts if worth > _LEAST_WORTH * best]
    for window, there in (foremost, *kept):
        whole[window] |= there
    return whole


def _filled(mask: Mask) -> Mask:
    """Without holes: ground seen through one is pasted where it was, and does no harm."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    whole = np.zeros_like(mask)
    cv2.drawContours(whole, outlines, -1, 1, cv2.FILLED)
    return np.asarray(whole, np.uint8)


def _believed(mask: Mask, far: Floats, allowed: NDArray[np.bool_]) -> bool:
    """Whether a mask is a whole object: large enough, and as high and wide as its box."""
    shape = allowed & (far < 1)
    room, area = int(np.count_nonzero(shape)), cv2.countNonZero(mask)
    if not room or area < 12 or area < 0.22 * room:
        return False
    middle = allowed & (far < 0.55)
    if area > 0.96 * np.count_nonzero(allowed) or (
        np.count_nonzero(middle & mask.view(np.bool_)) < 0.45 * np.count_nonzero(middle)
    ):
        return False
    _, _, full_wide, full_high = cv2.boundingRect(shape.view(np.uint8))
    _, _, wide, high = cv2.boundingRect(mask)
    return bool(high > 0.72 * full_high and wide > 0.4 * full_wide)


def _feathered(box: Floats, width: int, height: int, light: float) -> Cut:
    left, top = int(box[0]), int(box[1])
    right, bottom = min(width, int(np.ceil(box[2]))), min(height, int(np.ceil(box[3])))
    wide, high = right - left, bottom - top
    soft = max(1.5, 0.09 * min(wide, high))
    columns, rows = np.arange(wide) + 0.5, np.arange(high) + 0.5
    across = np.clip(np.minimum(columns, wide - columns) / soft, 0, 1)
    down = np.clip(np.minimum(rows, high - rows) / soft, 0, 1)
    alpha = np.rint(255 * np.minimum(across, down[:, None])).astype(np.uint8)
    return Cut(np.array([left, top, right, bottom], np.int32), alpha, False, light)


def _odd(value: float) -> int:
    return max(3, int(value) | 1)


@cache
def _disc(size: int) -> Mask:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
