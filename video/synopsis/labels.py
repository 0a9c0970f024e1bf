"""The recorded time at each object: what it says, where it stands, and how it is drawn.

Places are found apart from drawing, so that a window can draw its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S, format_media, wall_from_ns
from video.synopsis.lettering import lettering, text_size
from video.synopsis.types import Shown
from video.types import Pixels

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom, half-open."""
Colour = tuple[int, int, int]
"""BGR."""

_GAP_PX: Final = 3
_FAR: Final = 0.9
"""What each step away from the object costs, and likewise below: shares of covered label area."""
_OTHERS: Final = 3.0
_OWN: Final = 4.0
_TURN: Final = 0.9
_FOLLOWS: Final = 0.5
"""The share of the way to its place that a label goes from one picture to the next."""

_HALF_A_DAY_NS: Final = 12 * 3600 * NS_PER_S

_DARK: Final = 24
_GROUND: Final = 0.72
_BAR_PX: Final = 4
_PAD_PX: Final = 3


@dataclass(frozen=True, slots=True)
class Words:
    """How the times of a stage are written; `zone` of wall times, media time where `wall` is
    false; `with_date` where the synopsis spans more than a day."""

    wall: bool
    zone: tzinfo = UTC
    with_date: bool = False

    def time(self, time_ns: int) -> str:
        """`14:03:27`, `2026-03-02 14:03:27`, or media time `0:03:27`; cut to the second, as
        clocks do."""
        if not self.wall:
            return format_media(time_ns // NS_PER_S * NS_PER_S).partition(".")[0]
        moment = self._moment(time_ns)
        return moment.strftime("%Y-%m-%d %H:%M:%S" if self.with_date else "%H:%M:%S")

    def label(self, shown: Shown) -> str:
        """The time, with `x12` where the object is held and `2/3` where it is a piece."""
        # Pieces are counted from 0.
        piece = f" {shown.piece + 1}/{shown.pieces}" if shown.pieces > 1 else ""
        held = f" x{shown.speed:.0f}" if shown.speed >= 1.5 else ""
        return f"{self.time(shown.time_ns)}{held}{piece}"

    def _moment(self, time_ns: int) -> datetime:
        return wall_from_ns(time_ns // NS_PER_S * NS_PER_S).astimezone(self.zone)


def words_for(zone: tzinfo, first_ns: int, last_ns: int, *, wall: bool) -> Words:
    """How times from the first to the last recorded one are written: with the date where they
    lie on more than one day of that zone."""
    if not wall:
        return Words(wall=False, zone=zone)
    days = {wall_from_ns(time_ns).astimezone(zone).date() for time_ns in (first_ns, last_ns)}
    # Some minutes around midnight need no date; a whole day would come round again.
    several = len(days) > 1 and last_ns - first_ns > _HALF_A_DAY_NS
    return Words(wall=True, zone=zone, with_date=several)


def place_key(shown: Shown) -> tuple[int, int]:
    """What tells a label from the others: unit and tube."""
    return shown.unit, shown.tube


def label_places(
    shown: Sequence[Shown],
    size: tuple[int, int],
    measure: Callable[[Shown], tuple[int, int]],
    *,
    before: Mapping[tuple[int, int], Rect] | None = None,
) -> tuple[Rect | None, ...]:
    """Where the label of each shown object goes in a picture of `size` (width, height).

    `measure` gives width and height of a label. No two labels overlap; they lie beside, above or
    below their object and off the others where there is room. None where there is none at all.
    `before` are the places in the picture before, by `place_key`: a label keeps its side as long
    as that one is free, and follows its object smoothly.

    Greedy, as J. Christensen, J. Marks, S. Shieber, "An Empirical Study of Algorithms for
    Point-Feature Label Placement" (1995) describe it, with the place before as one more wish.
    """
    before = before or {}
    boxes = np.array([each.box for each in shown], np.float64).reshape(-1, 4)
    placed: list[Rect] = []
    found: list[Rect | None] = [None] * len(shown)
    # Who had a place chooses first: a newcomer must not push others about. Ids break ties, so
    # that the same picture gives the same places.
    order = sorted(
        range(len(shown)), key=lambda at: (place_key(shown[at]) not in before, place_key(shown[at]))
    )
    for at in order:
        label = measure(shown[at])
        if label[0] > size[0] or label[1] > size[1]:
            continue
        rects, costs = _candidates(shown[at].box, label, size)
        area = label[0] * label[1]
        covered = _shared(rects, boxes) / area
        costs = costs + _OWN * covered[:, at]
        covered[:, at] = 0
        costs += _OTHERS * np.minimum(covered.sum(axis=1), 1)
        old = before.get(place_key(shown[at]))
        if old is not None:
            moved = np.abs(rects[:, :2] - old[:2]).max(axis=1)
            costs += _TURN * np.minimum(moved / (2 * label[1]), 1)
        free = _free(rects, placed)
        if not free.any():
            continue
        best = int(np.argmin(np.where(free, costs, np.inf)))
        rect = _rect(rects[best])
        eased = rect if old is None else _eased(old, rect)
        if eased != rect and bool(_free(np.array([eased], np.float64), placed)[0]):
            rect = eased
        found[at] = rect
        placed.append(rect)
    return tuple(found)


def _candidates(
    box: tuple[int, int, int, int], label: tuple[int, int], size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places around a box, `(n, 4)`, moved into the picture, and what each costs, `(n,)`."""
    left, top, right, bottom = box
    wide, high = label
    middle, upright = (left + right - wide) // 2, (top + bottom - high) // 2
    corners, costs = [], []
    for ring in range(4):
        away = _GAP_PX + ring * (high + 2)
        sides = [
            (middle, top - away - high),
            (left, top - away - high), (right - wide, top - away - high),
            (right + away, top), (left - away - wide, top),
            (middle, bottom + away),
            (right + away, upright), (left - away - wide, upright),
            (left, bottom + away), (right - wide, bottom + away),
            (right + away, bottom - high), (left - away - wide, bottom - high),
        ]  # fmt: skip
        corners += sides
        costs += [ring * _FAR + rank * 0.05 for rank in range(len(sides))]
    at = np.array(corners, np.float64)
    inside = np.clip(at, 0, [size[0] - wide, size[1] - high])
    # A place that had to be moved into the picture far is not where it says.
    moved = np.abs(inside - at).max(axis=1) / high
    return np.hstack([inside, inside + np.array(label)]), np.array(costs) + 0.2 * moved


def _shared(rects: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area each rect shares with each box, `(n, k)`."""
    corner = np.maximum(rects[:, None, :2], boxes[None, :, :2])
    far = np.minimum(rects[:, None, 2:], boxes[None, :, 2:])
    sides = np.maximum(far - corner, 0)
    shared: NDArray[np.float64] = sides[..., 0] * sides[..., 1]
    return shared


def _free(rects: NDArray[np.float64], placed: Sequence[Rect]) -> NDArray[np.bool_]:
    """Which rects share nothing with labels that stand already, a pixel between them."""
    if not placed:
        return np.ones(len(rects), np.bool_)
    grown = np.array(placed, np.float64) + np.array([-1, -1, 1, 1])
    return np.asarray((_shared(rects, grown) == 0).all(axis=1), np.bool_)


def _eased(old: Rect, new: Rect) -> Rect:
    """A place on the way from the one before: boxes tremble, labels should not."""
    wide, high = new[2] - new[0], new[3] - new[1]
    across, down = new[0] - old[0], new[1] - old[1]
    if max(abs(across), abs(down)) > 2 * high:
        return new
    x, y = old[0] + round(across * _FOLLOWS), old[1] + round(down * _FOLLOWS)
    return x, y, x + wide, y + high


def _rect(row: NDArray[np.float64]) -> Rect:
    left, top, right, bottom = (int(side) for side in row)
    return left, top, right, bottom


def label_size(text: str, picture_height: int) -> tuple[int, int]:
    """Width and height of a label that `draw_labels` draws in a picture so high."""
    wide, high = text_size(text, letter_px(picture_height))
    return wide + _BAR_PX + 2 * _PAD_PX, high + 2 * _PAD_PX


def letter_px(picture_height: int) -> int:
    """The size of letters for a picture so high: small ones stay legible, large ones small."""
    return min(max(round(picture_height / 40), 12), 22)


def draw_labels(
    picture: Pixels,
    shown: Sequence[Shown],
    places: Sequence[Rect | None],
    texts: Sequence[str],
    colours: Sequence[Colour] | None = None,
    *,
    letters_px: int | None = None,
) -> None:
    """Draws labels into a picture (changed): light letters on a dark ground, with a bar of its
    colour (BGR, that of its time of day) at its left, and a line to an object further off.

    The letters are those of `label_size` for this picture, or of `letters_px`.
    """
    size = letters_px or letter_px(picture.shape[0])
    wanted = colours or [(200, 200, 200)] * len(shown)
    drawn = [each for each in zip(shown, places, texts, wanted, strict=True) if each[1]]
    for each, place, _, colour in drawn:
        assert place is not None
        _draw_lead(picture, each.box, place, colour)
    for _, place, text, colour in drawn:
        assert place is not None
        _draw_label(picture, place, text, colour, size)


def _draw_lead(
    picture: Pixels, box: tuple[int, int, int, int], place: Rect, colour: Colour
) -> None:
    """A line from a label to its object where they do not touch."""
    near = [min(max((place[at] + place[at + 2]) // 2, box[at]), box[at + 2] - 1) for at in (0, 1)]
    edge = [min(max(near[at], place[at]), place[at + 2] - 1) for at in (0, 1)]
    if max(abs(near[0] - edge[0]), abs(near[1] - edge[1])) > 3 * _GAP_PX:
        for thick, ink in ((3, (_DARK, _DARK, _DARK)), (1, colour)):
            cv2.line(picture, (edge[0], edge[1]), (near[0], near[1]), ink, thick, cv2.LINE_AA)


def _draw_label(picture: Pixels, place: Rect, text: str, colour: Colour, size: int) -> None:
    left, top, right, bottom = place
    ground = picture[top:bottom, left:right]
    if ground.shape[:2] != (bottom - top, right - left):
        return
    dark = np.full_like(ground, _DARK)
    ground[:] = cv2.addWeighted(dark, _GROUND, ground, 1 - _GROUND, 0)
    ground[:, :_BAR_PX] = colour
    letters = lettering(text, size)
    x, y = _BAR_PX + _PAD_PX, _PAD_PX
    high, wide = letters.shape
    field = ground[y : y + high, x : x + wide]
    cut = letters[: field.shape[0], : field.shape[1], None]
    field[:] = np.maximum(field, cut)
