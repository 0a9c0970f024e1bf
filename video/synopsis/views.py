"""Where a recording's picture becomes another one: camera moved, zoomed, light switched.

Two looks show one view when the outlines of one lie where they lie in the other: the picture is cut
into blocks, and each block of outlines is looked for near its place by normalised cross-correlation
(J. P. Lewis, "Fast Normalized Cross-Correlation", 1995). Where too few are found, the picture as a
whole is looked for elsewhere and at other sizes: the camera was moved or zoomed if most blocks are
found then. A bus in front of half the picture hides blocks, rain and dusk weaken all of them, and
neither makes them be found elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from video.types import Pixels, TimeNs

LOOK_WIDTH: Final = 240
"""How wide the pictures are that views are told apart on."""
_LASTS: Final = 3
"""For how many looks a change must last."""
_BLOCK: Final = 28
_NEAR: Final = 3
"""How far a block is looked for where nothing moved; of a picture `LOOK_WIDTH` wide."""
_FOUND: Final = 0.5
"""From which correlation on a block is found."""
_MOVED: Final = 2.4
"""A picture that went further than this many pixels is that of a camera that moved: 1 %."""
_STOPS: Final = 0.85
"""How many stops (powers of two) lighter or darker a switched light makes a picture."""
_UNEVEN: Final = 0.8
"""And how much the stops differ over the picture where a lamp lights a part of it."""
_GREY: Final = 2.0
_COLOURED: Final = 4.0
_SURE: Final = 0.5
"""From which share of blocks found it is said what became of the view."""
_DARK: Final = float(np.log2(6 + 18))
_SCALES: Final = tuple(1.05**power for power in range(-8, 9))

Floats = NDArray[np.float32]
Change: TypeAlias = Literal[
    "",
    "moved",
    "zoomed",
    "changed",
    "another picture",
    "infra-red",
    "colour",
    "lighter",
    "darker",
    "dark",
]
_WORDS: Final[dict[Change, str]] = {
    "": "",
    "moved": "the camera was moved",
    "zoomed": "the camera was zoomed",
    "changed": "the view changed",
    "another picture": "the view changed: the camera was turned far, or shows another place",
    "infra-red": "the camera went from colour to infra-red (a grey picture)",
    "colour": "the camera went from infra-red (a grey picture) to colour",
    "lighter": "a light was switched on",
    "darker": "a light was switched off",
    "dark": "the picture went dark: a light was switched off, or the camera was covered",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A frame seen in passing: its media time, and its picture made small by `small`."""

    time_ns: TimeNs
    picture: Pixels


@dataclass(frozen=True, slots=True)
class Found:
    """A view begins at `time_ns`; `words` say to a person what became of the one before.

    The first one is at the time of the first look, and its words are empty.
    """

    time_ns: TimeNs
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture is compared by."""

    outlines: Floats
    light: Floats
    """Mean brightness of each block, in stops."""
    colour: float
    """How coloured the more coloured part of it is, in grey levels."""
    coloured: NDArray[np.bool_]
    """Which blocks have a colour."""


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What became of the blocks of outlines of one picture in another."""

    shifts: Floats
    """How far those that were found again went, `(n, 2)`."""
    count: int
    """How many there were."""
    lost: NDArray[np.bool_]
    """Which were not found again, as a grid."""

    @property
    def still(self) -> float:
        """The share found again; 1 where there was none."""
        return len(self.shifts) / self.count if self.count else 1.0


def small(picture: Pixels) -> Pixels:
    """The picture `LOOK_WIDTH` wide (never up), `(h, w, 3) uint8`."""
    height, width = picture.shape[:2]
    if width <= LOOK_WIDTH:
        return picture
    rows = max(1, round(height * LOOK_WIDTH / width))
    return np.asarray(
        cv2.resize(picture, (LOOK_WIDTH, rows), interpolation=cv2.INTER_AREA), np.uint8
    )


def find_views(looks: Sequence[Look]) -> tuple[Found, ...]:
    """The views of a recording, in order, from looks some seconds apart; empty without looks.

    A look every 5 to 20 seconds does. A change counts when it lasts for three looks.
    """
    if not looks:
        return ()
    found = [Found(looks[0].time_ns)]
    usual = [_usual(looks, at) for at in range(len(looks))]
    known_by, known = usual[0], _seen(usual[0])
    changed_before: Change = ""
    since, at = 0, 1
    while at < len(looks):
        lasting = _seen(usual[at])
        change = _change(known, lasting)
        if change and changed_before:
            begin = _first_like(looks, at - 1, usual[at], known_by)
            found.append(Found(looks[begin].time_ns, _WORDS[change]))
            at, change = max(at, begin), ""
            since, known_by, known = at, usual[at], _seen(usual[at])
        elif not change and not changed_before and at % _LASTS == 0:
            # Daylight goes its way slowly: what is known goes with it, as far as it is sure.
            known_by = usual[max(since, at - _LASTS + 1)]
            known = _seen(known_by)
        changed_before = change
        at += 1
    return tuple(found)


def turn_of(looks: Sequence[Look], old: Pixels, new: Pixels) -> TimeNs | None:
    """When the view `old` became the view `new`: the first of the looks, in order, that is more
    like the new one, and so are all after it; None where none is. Pictures as made by `small`."""
    turn: TimeNs | None = None
    for look in looks:
        if not _more_like(look.picture, new, old):
            turn = None
        elif turn is None:
            turn = look.time_ns
    return turn


def same_view(one: Pixels, other: Pixels) -> bool:
    """Whether two pictures (plates) of equal shape show one view of one camera in one light."""
    if one.shape != other.shape:
        return False
    return not _change(_seen(small(one)), _seen(small(other)))


def _usual(looks: Sequence[Look], begin: int) -> Pixels:
    """What three looks have in common: their middle. At the end, of the last three."""
    begin = max(0, min(begin, len(looks) - _LASTS))
    pictures = [look.picture for look in looks[begin : begin + _LASTS]]
    if len(pictures) < _LASTS or len({picture.shape for picture in pictures}) > 1:
        return pictures[0]
    one, two, three = pictures
    middle = np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three))
    return np.asarray(middle, np.uint8)


def _first_like(looks: Sequence[Look], begin: int, new: Pixels, old: Pixels) -> int:
    """The first look from `begin` on that is more like the new view than like the old one."""
    last = min(begin + _LASTS, len(looks) - 1)
    for at in range(begin, last):
        if _more_like(looks[at].picture, new, old):
            return at
    return last


def _more_like(here: Pixels, new: Pixels, old: Pixels) -> bool:
    if here.shape != old.shape:
        return True
    same = here.shape == new.shape
    return same and cv2.norm(here, new, cv2.NORM_L1) < cv2.norm(here, old, cv2.NORM_L1)


def _seen(picture: Pixels) -> _Seen:
    light, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
    smooth = cv2.GaussianBlur(light, (0, 0), 1.0)
    edges = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    # Noise has outlines of a few levels everywhere; the root keeps the strongest from ruling.
    outlines = np.sqrt(np.maximum(edges - 8, 0))
    height, width = light.shape
    grid = (max(1, width // _BLOCK), max(1, height // _BLOCK))
    mean = cv2.resize(light, grid, interpolation=cv2.INTER_AREA).astype(np.float32)
    # Noise of single pixels has colours even where the camera has none.
    tints = cv2.blur(cv2.merge([red, blue]).astype(np.float32), (5, 5))
    # A grey picture that was coded strays by one level.
    tint = np.maximum(np.abs(tints - 128).sum(axis=2) - 1, 0)
    # Colours weaken with the light: dusk is no infra-red.
    weak = float(np.clip(light.mean() / 90, 0.4, 1))
    tint /= weak
    cells = np.asarray(cv2.resize(tint, grid, interpolation=cv2.INTER_AREA), np.float32)
    return _Seen(
        np.asarray(outlines, np.float32),
        np.log2(mean + 6),
        float(np.percentile(tint, 97)),
        np.asarray(cells > _COLOURED, np.bool_).reshape(grid[::-1]),
    )


def _change(known: _Seen, now: _Seen) -> Change:
    """What became of the view; empty where it is the same."""
    if known.outlines.shape != now.outlines.shape:
        return "another picture"
    blocks = _blocks(known.outlines, now.outlines)
    switched = _switched(known, now, blocks)
    if switched and float(np.median(now.light)) < _DARK <= float(np.median(known.light)):
        switched = "dark"
    if blocks.count < 4:
        return switched
    still = blocks.still
    if still >= 0.75:
        whole = float(np.hypot(*np.median(blocks.shifts, axis=0)))
        return "moved" if whole > _MOVED else switched
    change = _went(known.outlines, now.outlines, still)
    if change or switched == "dark":
        return change or switched
    if still < 0.12 and float((now.outlines > 0).mean()) > 0.02:
        return "another picture"
    # Neither the light alone nor the place: nobody should be told what was not seen.
    return "changed" if switched in ("lighter", "darker") and still < _SURE else switched


def _switched(known: _Seen, now: _Seen, blocks: _Blocks) -> Change:
    if known.colour > _COLOURED and now.colour < _GREY and _stayed(known, blocks):
        return "infra-red"
    if known.colour < _GREY and now.colour > _COLOURED and _stayed(now, blocks):
        return "colour"
    stops = now.light - known.light
    middle = float(np.median(stops))
    low, high = np.percentile(stops, (15, 85))
    changed = float((np.abs(stops) > 0.5).mean())
    if abs(middle) > _STOPS or (high - low > _UNEVEN and changed > 0.4):
        return "lighter" if float(stops.mean()) > 0 else "darker"
    return ""


def _stayed(coloured: _Seen, blocks: _Blocks) -> bool:
    """Whether what has a colour is a part of the place. A red lorry takes its outlines along when
    it leaves a grey road: the road was grey before."""
    cells = coloured.coloured
    if not cells.any():
        return False
    rows, columns = cells.shape
    lost = blocks.lost[:rows, :columns]
    return bool(np.count_nonzero(cells & ~lost) > 0.5 * np.count_nonzero(cells))


def _blocks(known: Floats, now: Floats) -> _Blocks:
    height, width = known.shape
    padded = cv2.copyMakeBorder(now, _NEAR, _NEAR, _NEAR, _NEAR, cv2.BORDER_CONSTANT)
    lost = np.zeros((max(1, height // _BLOCK), max(1, width // _BLOCK)), np.bool_)
    shifts, count = [], 0
    for top in range(0, height - _BLOCK + 1, _BLOCK):
        for left in range(0, width - _BLOCK + 1, _BLOCK):
            block = known[top : top + _BLOCK, left : left + _BLOCK]
            if float(block.std()) < 0.7:
                continue
            count += 1
            part = padded[top : top + _BLOCK + 2 * _NEAR, left : left + _BLOCK + 2 * _NEAR]
            _, best, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(part, block, cv2.TM_CCOEFF_NORMED))
            if best >= _FOUND:
                shifts.append((x - _NEAR, y - _NEAR))
            else:
                lost[top // _BLOCK, left // _BLOCK] = True
    return _Blocks(np.array(shifts, np.float32).reshape(-1, 2), count, lost)


def _went(known: Floats, now: Floats, still: float) -> Change:
    """Whether the camera was moved or zoomed: the picture as a whole is found larger, smaller or
    further on, and its blocks of outlines then lie better than the share `still` that lies now."""
    height, width = known.shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    share, change = 0.0, np.eye(2, 3)
    for tried in _guesses(known, now):
        blocks = _blocks(np.asarray(cv2.warpAffine(known, tried, (width, height)), np.float32), now)
        # A zoom explains a shift half-way: of equals, the plainer one.
        worth = len(blocks.shifts) / max(blocks.count, 4) - 0.5 * abs(float(np.log(tried[0, 0])))
        if worth > share:
            share, change = worth, tried
    far = float(np.hypot(*(corners @ change.T - corners[:, :2]).T).max())
    if far <= 1.5 * _MOVED or share < max(0.42, still + 0.15):
        return ""
    if share < _SURE:
        return "changed"
    return "zoomed" if abs(change[0, 0] - 1) > 0.03 else "moved"


def _guesses(known: Floats, now: Floats) -> list[NDArray[np.float64]]:
    """The likeliest ways the picture as a whole may have gone, as `(2, 3)` transforms."""
    height, width = known.shape
    coarse = cv2.resize(now, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    guesses: list[tuple[float, float, float, float]] = []
    for scale in _SCALES:
        part = cv2.resize(known, None, fx=scale / 2, fy=scale / 2, interpolation=cv2.INTER_AREA)
        high, wide = part.shape
        # Its middle, so that it may have gone a fifth of the picture aside.
        inner_high, inner_wide = min(int(height * 0.3), high), min(int(width * 0.3), wide)
        top, left = (high - inner_high) // 2, (wide - inner_wide) // 2
        inner = part[top : top + inner_high, left : left + inner_wide]
        if float(inner.std()) < 0.2:
            continue
        _, score, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(coarse, inner, cv2.TM_CCOEFF_NORMED))
        guesses.append((score, scale, 2.0 * (x - left), 2.0 * (y - top)))
    likely = sorted(guesses, reverse=True)[:4]
    likely += [guess for guess in guesses if guess[1] == 1 and guess not in likely]
    return [np.array([[scale, 0, x], [0, scale, y]]) for _, scale, x, y in likely]
