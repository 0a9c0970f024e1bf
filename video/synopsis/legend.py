"""The clock legend of a synopsis: which recorded times are on show, in the colours of the hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S, wall_from_ns
from video.synopsis.labels import Colour, Words
from video.synopsis.lettering import fitted, text_size, write
from video.synopsis.types import Shown
from video.types import Pixels

_SCALE: Final = np.array(
    [
        (0x8B, 0x4A, 0x9A), (0xC0, 0x75, 0x5A), (0xB5, 0xA0, 0x30), (0x80, 0xB8, 0x35),
        (0x4A, 0xCF, 0x8C), (0x30, 0xE6, 0xF0),
    ],
    np.float64,
)  # fmt: skip
"""BGR, evenly apart, brighter all the way: after "viridis" (N. Smith, S. van der Walt, 2015) with
its dark end left out, which could not be seen on a dark label."""
_AT: Final = np.linspace(0, 1, len(_SCALE))

_GROUND: Final = (28, 28, 28)
_TEXT: Final = (225, 225, 225)
_FAINT: Final = (140, 140, 140)
_STEPS_S: Final = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A camera in the legend: its name, what it shows now, how its times are written and which
    recorded times there are."""

    title: str
    shown: tuple[Shown, ...]
    words: Words
    span: tuple[int, int]


def time_colour(time_ns: int, span: tuple[int, int]) -> Colour:
    """The colour of a recorded time between the first and the last of a synopsis: violet over
    green to yellow, told apart by people who see no red or green too."""
    length = max(span[1] - span[0], 1)
    blue, green, red = _ramp(np.array([min(max((time_ns - span[0]) / length, 0.0), 1.0)]))[0]
    return int(blue), int(green), int(red)


def _ramp(parts: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The colours of shares 0..1 of the span, `(n, 3)` BGR."""
    return np.stack([np.interp(parts, _AT, side) for side in _SCALE.T], axis=1).astype(np.uint8)


def clock_strip(rows: Sequence[Row], width: int, letters_px: int) -> Pixels:
    """The legend, `(height, width, 3)`: for each camera a line of time in its colours, a mark
    where each object on show was recorded, and these times in words; below, the hours of the
    first camera, for all that share its span.
    """
    about = tuple((row.title, row.words, row.span) for row in rows)
    bare, ends, lines = _bare(about, width, letters_px)
    strip = bare.copy()
    for top, row in zip(lines, rows, strict=True):
        _draw_marks(strip, row, ends, top + _line_px(letters_px) // 2)
        if ends[1] < width - letters_px:
            write(strip, _said(row), (ends[1] + letters_px // 2, top), letters_px, _TEXT)
    return strip


_About = tuple[str, Words, tuple[int, int]]
"""What of a row stays: its name, how its times are written, and which there are."""


@lru_cache(maxsize=16)
def _bare(
    about: tuple[_About, ...], width: int, letters_px: int
) -> tuple[Pixels, tuple[int, int], tuple[int, ...]]:
    """A legend without objects, where its lines of time begin and end, and the top of each row."""
    line, pad = _line_px(letters_px), letters_px // 2
    # The words of a row are as wide as they can become, so that nothing moves.
    said = max((text_size(_widest(words), letters_px)[0] for _, words, _ in about), default=0)
    named = max((text_size(title, letters_px)[0] for title, _, _ in about), default=0)
    named = min(named, width // 4)
    left, right = named + 2 * pad, width - said - 2 * pad
    if right - left < width // 5:
        right = width - 2 * pad
    strip = np.full((line * (len(about) + 1) + pad, width, 3), _GROUND, np.uint8)
    lines = tuple(pad // 2 + at * line for at in range(len(about)))
    thin = _thin_px(letters_px)
    for top, (title, _, _) in zip(lines, about, strict=True):
        write(strip, fitted(title, letters_px, named), (pad, top), letters_px, _TEXT)
        middle = top + line // 2
        strip[middle - thin : middle, left:right] = _ramp(np.linspace(0, 1, right - left))[None]
    if about:
        _draw_hours(strip, about[0], (left, right), pad // 2 + len(about) * line, letters_px)
    strip.flags.writeable = False
    return strip, (left, right), lines


def _line_px(letters_px: int) -> int:
    return round(letters_px * 1.6)


def _thin_px(letters_px: int) -> int:
    return max(letters_px // 5, 2)


def _widest(words: Words) -> str:
    time = words.time(0)
    return f"00 at {time} - {time}"


def _said(row: Row) -> str:
    """How many objects are on show, and when they were recorded."""
    if not row.shown:
        return "-"
    times = [each.time_ns for each in row.shown]
    first, last = row.words.time(min(times)), row.words.time(max(times))
    return f"{len(times)} at {first}" if first == last else f"{len(times)} at {first} - {last}"


def _draw_marks(strip: Pixels, row: Row, ends: tuple[int, int], middle: int) -> None:
    """A mark on the line of time for each object, of its colour."""
    for each in row.shown:
        x = _x(each.time_ns, row.span, ends)
        # A dark rim keeps marks apart that stand close.
        strip[middle - 8 : middle + 6, max(x - 2, 0) : x + 3] = _GROUND
        strip[middle - 7 : middle + 5, max(x - 1, 0) : x + 2] = time_colour(each.time_ns, row.span)


def _draw_hours(
    strip: Pixels, about: _About, ends: tuple[int, int], top: int, letters_px: int
) -> None:
    """Round times below the line, as many as have room."""
    _, words, span = about
    room = text_size(words.time(0), letters_px)[0] + 2 * letters_px
    free = 0
    for moment in round_times(words, span, max((ends[1] - ends[0]) // room, 1)):
        x = _x(moment, span, ends)
        text = words.time(moment)
        wide = text_size(text, letters_px)[0]
        begin = min(max(x - wide // 2, 0), strip.shape[1] - wide)
        strip[top - 3 : top + 1, x : x + 1] = _FAINT
        if begin >= free:
            write(strip, text, (begin, top + 1), letters_px, _FAINT)
            free = begin + wide + letters_px // 2


def round_times(words: Words, span: tuple[int, int], most: int) -> list[int]:
    """Times of a span that a clock would name, about so many at most; else its begin."""
    first, last = span
    wanted = max((last - first) / most, 1)
    step = next((s * NS_PER_S for s in _STEPS_S if s * NS_PER_S >= wanted), None)
    if step is None:
        step = -(-int(wanted) // (86_400 * NS_PER_S)) * 86_400 * NS_PER_S
    shift = 0
    if words.wall:
        # Round by the clock of the place, not by UTC.
        away = wall_from_ns(first).astimezone(words.zone).utcoffset() or timedelta()
        shift = int(away.total_seconds()) * NS_PER_S
    begin = -(-(first + shift) // step) * step - shift
    return list(range(begin, last + 1, step)) or [first]


def _x(time_ns: int, span: tuple[int, int], ends: tuple[int, int]) -> int:
    length = max(span[1] - span[0], 1)
    part = min(max((time_ns - span[0]) / length, 0.0), 1.0)
    return ends[0] + round(part * (ends[1] - ends[0] - 1))
