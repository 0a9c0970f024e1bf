"""Cutting one object out of a frame: what differs from the empty picture, without its shadow.

Shadows are told as in R. Cucchiara, C. Grana, M. Piccardi, A. Prati, "Detecting Moving Objects,
Ghosts, and Shadows in Video Streams" (PAMI 2003): darker by a bounded ratio, with the colour of the
ground; and, since dark clothes are that too, only where the ratio is smooth and away from the
middle of the box. Differences are kept by hysteresis (J. Canny, 1986): weak ones where they hang
together with strong ones.

A synopsis pastes an object over the place it was cut from: a border of ground around it does no
harm there, a hole or a missing leg does. When in doubt a pixel is kept.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.made import MadePlate
from video.types import Pixels

_WORKED_ON: Final = 24_000
"""Pixels a crop has at most while it is looked at; larger ones are made smaller."""
_STRONG: Final = 14.0
_WEAK: Final = 6.0
_GROWN: Final = 0.05
"""How much larger than its box an object is taken to be, on each side, of the box."""
_LIMB: Final = 0.3
"""How far a leg or an arm may reach out of it, of the width of the box."""
_EVEN: Final = np.full(3, 1 / 3, np.float32)

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where an object is in a frame.

    `box (4,) int32` xyxy, half-open, in pixels of the frame and inside it; `alpha (h, w) uint8` of
    that size, 255 where it is the object, soft at the edge; `reliable` is false where nothing told
    object from background: alpha is the whole box then, feathered.
    """

    box: NDArray[np.int32]
    alpha: NDArray[np.uint8]
    reliable: bool


@dataclass(frozen=True, slots=True)
class _Crop:
    """The surroundings of a box, small enough to be looked at fast; boxes in its own pixels."""

    corner: tuple[int, int]
    size: tuple[int, int]
    """Width and height in the frame."""
    picture: Pixels
    plate: Pixels
    noise: Floats
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
    mask = _mask(crop)
    if mask is None:
        return _feathered(clipped, width, height)
    if mask.shape[::-1] != crop.size:
        large = cv2.resize(mask * np.uint8(255), crop.size, interpolation=cv2.INTER_LINEAR)
        mask = np.asarray(cv2.GaussianBlur(large, (5, 5), 0) > 112, np.uint8)
    wider = np.asarray(cv2.dilate(mask, _disc(3)), np.uint8) * np.uint8(255)
    alpha = np.asarray(cv2.GaussianBlur(wider, (5, 5), 1.0), np.uint8)
    x, y, wide, high = cv2.boundingRect(alpha)
    at = np.array([x, y, x + wide, y + high]) + np.array(crop.corner * 2)
    return Cut(at.astype(np.int32), alpha[y : y + high, x : x + wide].copy(), True)


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
    scale = min(1.0, (_WORKED_ON / ((x1 - x0) * (y1 - y0))) ** 0.5)
    size = (max(2, round((x1 - x0) * scale)), max(2, round((y1 - y0) * scale)))
    if scale < 1:
        own = np.asarray(cv2.resize(own, size, interpolation=cv2.INTER_AREA), np.uint8)
        ground = np.asarray(cv2.resize(ground, size, interpolation=cv2.INTER_AREA), np.uint8)
    noise = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)
    ratio = np.array([size[0] / (x1 - x0), size[1] / (y1 - y0)] * 2, np.float32)
    corner = np.array([x0, y0] * 2, np.float32)
    near = others[
        (others[:, 0] < x1) & (others[:, 2] > x0) & (others[:, 1] < y1) & (others[:, 3] > y0)
    ]
    return _Crop(
        (x0, y0),
        (x1 - x0, y1 - y0),
        own,
        ground,
        noise,
        unsure,
        (box - corner) * ratio,
        (near - corner) * ratio,
    )


def _mask(crop: _Crop) -> Mask | None:
    """1 where the object is, as large as the crop; None where that cannot be told."""
    if crop.unsure.size and float(crop.unsure.mean()) > 0.35:
        return None
    far = _distance(crop.box, crop.picture.shape)
    grown = _grown(crop)
    allowed = _own(crop, far)
    ground, stray = _ground(crop)
    score, lit, shadow = _differences(crop, ground)
    noise = np.minimum(np.maximum(crop.noise, stray), 7)
    # What lies in the middle of a box is the object more likely than what lies at its corners.
    strict = 0.75 + 0.35 * np.minimum(far, 1.6)
    thing = allowed & ~lit & ~(shadow & (far > 0.45))
    strong = thing & (score > strict * (_STRONG + 3.0 * noise))
    weak = (strong | thing & grown & (score > strict * (_WEAK + 1.6 * noise))).astype(np.uint8)
    high = float(crop.box[3] - crop.box[1])
    wide = float(crop.box[2] - crop.box[0])
    joined = cv2.morphologyEx(weak, cv2.MORPH_CLOSE, _disc(_odd(0.05 * min(high, 2.5 * wide))))
    parts = _parts_of_it(np.asarray(joined, np.uint8), strong, far)
    if parts is None:
        return None
    mask = _filled(parts & allowed.astype(np.uint8))
    return mask if _believed(mask, far, allowed & grown) else None


def _ground(crop: _Crop) -> tuple[Pixels, float]:
    """The empty picture in the light of this frame, by what lies around the box; and by how many
    grey levels it is still off there."""
    # Some hundred pixels tell the light.
    step = max(1, int((crop.plate.shape[0] * crop.plate.shape[1] / 1200) ** 0.5))
    ground, shown = crop.plate[::step, ::step], crop.picture[::step, ::step]
    around = np.ones(ground.shape[:2], np.bool_)
    for left, top, right, bottom in np.concatenate([crop.box[None], crop.others]).tolist():
        around[
            max(0, int(top / step)) : max(0, int(bottom / step + 1)),
            max(0, int(left / step)) : max(0, int(right / step + 1)),
        ] = False
    if np.count_nonzero(around) < 60:
        return crop.plate, 0.0
    # Blue, green and red alike: the colour of what walks through the border must not tint it.
    have = ground[around] @ _EVEN + 4
    want = shown[around] @ _EVEN + 4
    gain = float(np.clip(np.median(want / have), 0.6, 1.7))
    # Half of what is around strays less than this; some of it may be a passer-by.
    stray = float(np.median(np.abs(want - gain * have)))
    if abs(gain - 1) < 0.015:
        return crop.plate, stray
    lit = cv2.convertScaleAbs(crop.plate, alpha=gain, beta=4 * (gain - 1))
    return np.asarray(lit, np.uint8), stray


def _differences(
    crop: _Crop, ground: Pixels
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """How much each pixel differs from the empty picture; where it is the ground in a little other
    light; and where that may be the ground in a shadow."""
    here = _in_colours(crop.picture)
    there = _in_colours(ground)
    light, red, blue = cv2.split(cv2.absdiff(here, there))
    colour = cv2.add(red, blue)
    score = cv2.addWeighted(light, 1.0, colour, 1.6, 0, dtype=cv2.CV_32F)
    ratio = (here[..., 0].astype(np.float32) + 2) / (there[..., 0].astype(np.float32) + 2)
    smooth = cv2.blur(ratio, (5, 5))
    rough = cv2.blur(ratio * ratio, (5, 5)) - smooth * smooth
    # The colour of the ground weakens with its light.
    weak = np.minimum(ratio, np.float32(1.3))
    tint = np.add(_tint(here, there, weak, 1), _tint(here, there, weak, 2))
    plain = (rough < 0.0036) & (tint < 8)
    shadow = plain & (smooth < 1.3) & (smooth > 0.42)
    # The ratio is not smooth across the edge of a shadow: a rim would be left, and filled.
    near = cv2.dilate(shadow.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    # Within the box that rim is the outline of grey trousers on a grey road.
    rim = near & (tint < 8) & (ratio < 1.05) & (ratio > 0.42)
    rim[:, max(0, int(crop.box[0])) : max(0, int(crop.box[2]))] = False
    shadow |= rim
    lit = plain & (rough < 0.0012) & (smooth < 1.13) & (smooth > 0.87) & (tint < 5)
    return np.asarray(score, np.float32), np.asarray(lit, np.bool_), np.asarray(shadow, np.bool_)


def _in_colours(picture: Pixels) -> Pixels:
    """Brightness and the two colour channels of a picture, without its finest grain."""
    return np.asarray(cv2.cvtColor(cv2.blur(picture, (3, 3)), cv2.COLOR_BGR2YCrCb), np.uint8)


def _tint(here: Pixels, there: Pixels, weak: Floats, channel: int) -> Floats:
    """How far a colour channel is from that of the ground, weakened as its light is."""
    ground = cv2.multiply(there[..., channel].astype(np.float32) - np.float32(128), weak)
    return np.asarray(
        cv2.absdiff(here[..., channel].astype(np.float32) - np.float32(128), ground), np.float32
    )


def _distance(box: Floats, shape: tuple[int, ...]) -> Floats:
    """How far each pixel is from the middle of a box: 1 on the ellipse in it, more outside."""
    height, width = shape[:2]
    left, top, right, bottom = box.tolist()
    across = (np.arange(width) + 0.5 - (left + right) / 2) / max(1.0, (right - left) / 2)
    down = (np.arange(height) + 0.5 - (top + bottom) / 2) / max(1.0, (bottom - top) / 2)
    # Rounder than a box, squarer than an ellipse: the shape of most things in their boxes.
    sides, ends = (across**4).astype(np.float32), (down**4).astype(np.float32)
    return np.asarray(np.sqrt(np.sqrt(sides + ends[:, None])), np.float32)


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
            slice(max(0, int(top)), max(0, int(bottom + 1))),
            slice(max(0, int(left)), max(0, int(right + 1))),
        )
        if not far[window].size:
            continue
        theirs = _distance(other, far.shape)[window]
        closer = far[window] <= theirs
        if bottom > crop.box[3]:
            own[window] &= (theirs > 1) & closer | (theirs > 0.95) & (far[window] < 1)
        else:
            own[window] &= (far[window] < 1) | closer
    return own


def _parts_of_it(weak: Mask, strong: NDArray[np.bool_], far: Floats) -> Mask | None:
    """The connected parts that belong to the object; None where nothing strong is there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    if count < 2:
        return None
    flat = labels.ravel()
    sure = np.bincount(flat, strong.ravel(), count)
    middle = np.bincount(flat, far.ravel(), count) / np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    worth = np.where(sure > 0, area * np.clip(1.5 - middle, 0.05, None), 0.0)
    worth[0] = 0
    best = float(worth.max())
    if best <= 0:
        return None
    keep = (worth > 0.03 * best) & (area >= 8) & (middle < 1.02) | (worth == best)
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)


def _filled(mask: Mask) -> Mask:
    """Without holes, but for large ones: those are the ground seen between legs or wheels."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.zeros_like(mask)
    cv2.drawContours(whole, outlines, -1, 1, cv2.FILLED)
    return np.asarray(whole, np.uint8)


def _believed(mask: Mask, far: Floats, allowed: NDArray[np.bool_]) -> bool:
    """Whether a mask is a whole object: large enough, and as high and wide as its box."""
    room = int(np.count_nonzero(allowed & (far < 1)))
    area = int(np.count_nonzero(mask))
    if not room or area < 12 or area < 0.22 * room:
        return False
    middle = allowed & (far < 0.55)
    if area > 0.96 * np.count_nonzero(allowed) or (
        np.count_nonzero(mask[middle]) < 0.45 * np.count_nonzero(middle)
    ):
        return False
    _, _, full_wide, full_high = cv2.boundingRect((allowed & (far < 1)).astype(np.uint8))
    _, _, wide, high = cv2.boundingRect(mask)
    return bool(high > 0.72 * full_high and wide > 0.4 * full_wide)


def _feathered(box: Floats, width: int, height: int) -> Cut:
    left, top = int(box[0]), int(box[1])
    right, bottom = min(width, int(np.ceil(box[2]))), min(height, int(np.ceil(box[3])))
    wide, high = right - left, bottom - top
    soft = max(1.5, 0.09 * min(wide, high))
    columns, rows = np.arange(wide) + 0.5, np.arange(high) + 0.5
    across = np.clip(np.minimum(columns, wide - columns) / soft, 0, 1)
    down = np.clip(np.minimum(rows, high - rows) / soft, 0, 1)
    alpha = np.rint(255 * np.minimum(across, down[:, None])).astype(np.uint8)
    return Cut(np.array([left, top, right, bottom], np.int32), alpha, False)


def _odd(value: float) -> int:
    return max(3, int(value) | 1)


def _disc(size: int) -> Mask:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
