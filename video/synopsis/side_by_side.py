"""Several cameras of a synopsis in one picture, with one clock legend below them, and the film.

Nothing but the time of each object is written into the pictures of the cameras: what the whole
is, and which camera is which, stands in strips beside them.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from math import ceil, sqrt
from pathlib import Path
from typing import Final

import numpy as np

from video.synopsis.compose import Composer
from video.synopsis.film import encode_film
from video.synopsis.labels import (
    Rect,
    draw_labels,
    label_places,
    label_size,
    letter_px,
    place_key,
    words_for,
)
from video.synopsis.legend import Row, clock_strip, time_colour
from video.synopsis.lettering import fitted, text_size, write
from video.synopsis.types import Composed, Shown, ShowNs
from video.types import Pixels

SAYS: Final = "SYNOPSIS: composed of several moments"
TRAINING: Final = "TRAINING"

_NS_PER_S: Final = 1_000_000_000
_NARROWEST: Final = 480
"""Less is too little for the legend."""
_GROUND: Final = (28, 28, 28)
_HEAD: Final = (48, 48, 48)
_TEXT: Final = (235, 235, 235)
_WARNS: Final = (60, 190, 250)
_LEAP_NS: Final = 250_000_000
"""Pictures further apart than this do not follow each other: labels are placed anew."""


@dataclass(frozen=True, slots=True)
class Column:
    """A camera: its stages follow each other, each from its `begins_ns` of show time on, at least
    one, in order; `wall` tells whether their times are wall times."""

    title: str
    stages: tuple[tuple[int, Composer], ...]
    wall: bool

    @property
    def length_ns(self) -> int:
        """Show time until the last object of the last stage is gone."""
        return max(begins_ns + stage.length_ns for begins_ns, stage in self.stages)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last recorded time that any of its stages shows."""
        spans = [stage.span for _, stage in self.stages if any(stage.span)]
        return min((a for a, _ in spans), default=0), max((b for _, b in spans), default=0)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that hold the pictures of all its stages."""
        sizes = [stage.size for _, stage in self.stages]
        return max(wide for wide, _ in sizes), max(high for _, high in sizes)

    def stage_at(self, show_ns: ShowNs) -> tuple[Composer, ShowNs]:
        """The stage that is on at a show time, and the time within it."""
        begins_ns, stage = self.stages[0]
        for later_ns, later in self.stages[1:]:
            if later_ns <= show_ns:
                begins_ns, stage = later_ns, later
        return stage, ShowNs(show_ns - begins_ns)

    def at(self, show_ns: ShowNs, size: tuple[int, int] | None = None) -> Composed:
        """The picture of the stage that is on at a show time.

        Raises:
            VideoError: a pack is damaged or gone.
        """
        stage, within_ns = self.stage_at(show_ns)
        return stage.at(within_ns, size)


@dataclass(slots=True)
class _Labels:
    """Where the labels of a column were in the picture before."""

    at_ns: int = -_LEAP_NS
    stage: Composer | None = None
    places: dict[tuple[int, int], Rect] | None = None


class Board:
    """The whole picture of a synopsis: a strip that says what it is, cameras in a grid with
    their names above, labels, and the clock legend. Of one camera: strip, picture, legend."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        zone: tzinfo,
        width: int = 1280,
        training: bool = False,
    ) -> None:
        """`columns`, at least one; `zone` of wall times; `width` at most, pictures are never
        scaled up; `training` marks what is no evidence."""
        self._columns = columns
        self._across = ceil(sqrt(len(columns)))
        self._down = ceil(len(columns) / self._across)
        cell = max(width // self._across // 2 * 2, 2)
        self._sizes = [_fit(column.size, cell) for column in columns]
        self._cell = (
            max(*(wide for wide, _ in self._sizes), -(-_NARROWEST // self._across)) // 2 * 2,
            max(high for _, high in self._sizes) // 2 * 2,
        )
        self._spans = _spans(columns)
        self._words = [
            words_for(zone, *span, wall=column.wall)
            for column, span in zip(columns, self._spans, strict=True)
        ]
        self._training = training
        self._letters = letter_px(self._cell[1] * self._down)
        self._line = round(self._letters * 1.8) // 2 * 2
        self._labels = [_Labels() for _ in columns]
        legend = self._legend([()] * len(columns))
        self._high = self._line + self._down * (self._line + self._cell[1]) + len(legend)
        self._high += self._high % 2
        self._bare = self._empty()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures; even."""
        return self._cell[0] * self._across, self._high

    @property
    def length_ns(self) -> int:
        """Show time until the last object is gone."""
        return max(column.length_ns for column in self._columns)

    def at(self, show_ns: ShowNs) -> Pixels:
        """The picture at a show time; asked for in order, labels stay where they are.

        Raises:
            VideoError: a pack is damaged or gone.
        """
        made = self._bare.copy()
        clock = f"{_minutes(show_ns)} / {_minutes(self.length_ns)}"
        write(made, clock, (self._clock_x(), 3), self._letters, _TEXT)
        shown = []
        for number, column in enumerate(self._columns):
            x, y = self._corner(number)
            wide, high = self._sizes[number]
            composed = column.at(show_ns, (wide, high))
            self._label(number, composed, show_ns)
            made[y : y + high, x : x + wide] = composed.picture
            shown.append(composed.shown)
        legend = self._legend(shown)
        top = self._line + self._down * (self._line + self._cell[1])
        made[top : top + len(legend)] = legend
        return made

    def shown_at(self, show_ns: ShowNs) -> tuple[tuple[Shown, ...], ...]:
        """By column, what is shown, with boxes in pixels of the whole picture."""
        found = []
        for number, column in enumerate(self._columns):
            stage, within_ns = column.stage_at(show_ns)
            x, y = self._corner(number)
            found.append(tuple(
                replace(each, box=_moved(each.box, x, y))
                for each in stage.shown_at(within_ns, self._sizes[number])
            ))  # fmt: skip
        return tuple(found)

    def pictures(self, fps: int = 25) -> Iterator[Pixels]:
        """All pictures, in order: one for each 1/fps of show time."""
        for number in range(self.count(fps)):
            yield self.at(ShowNs(number * _NS_PER_S // fps))

    def count(self, fps: int = 25) -> int:
        """How many `pictures` gives; the last one shows the end."""
        return self.length_ns * fps // _NS_PER_S + 1

    def _corner(self, number: int) -> tuple[int, int]:
        """Where the picture of a column begins, in its cell's middle."""
        x, y = self._cell_corner(number)
        return x + (self._cell[0] - self._sizes[number][0]) // 2, y + self._line

    def _cell_corner(self, number: int) -> tuple[int, int]:
        """Where the cell of a column begins: its name, below that its picture."""
        row, at = divmod(number, self._across)
        # The last row stands in the middle where it is not full.
        missing = self._across - min(len(self._columns) - row * self._across, self._across)
        x = at * self._cell[0] + missing * self._cell[0] // 2
        return x, self._line + row * (self._line + self._cell[1])

    def _clock_x(self) -> int:
        """Where the show time in the strip on top begins."""
        whole = _minutes(self.length_ns)
        wide = text_size(f"{whole} / {whole}", self._letters)[0]
        return self._cell[0] * self._across - wide - self._letters // 2

    def _empty(self) -> Pixels:
        """What is the same in all pictures: the strip that says what this is, and the names."""
        made = np.full((self._high, self._cell[0] * self._across, 3), _GROUND, np.uint8)
        made[: self._line] = _HEAD
        says = f"{TRAINING} | {SAYS}" if self._training else SAYS
        said = fitted(says, self._letters, self._clock_x() - self._letters)
        write(made, said, (self._letters // 2, 3), self._letters, _WARNS)
        for number, column in enumerate(self._columns):
            x, y = self._cell_corner(number)
            name = fitted(column.title, self._letters, self._cell[0] - self._letters)
            write(made, name, (x + self._letters // 2, y + 3), self._letters, _TEXT)
        return made

    def _label(self, number: int, composed: Composed, show_ns: ShowNs) -> None:
        """Draws the labels of a column into its picture."""
        words, span, known = self._words[number], self._spans[number], self._labels[number]
        size, shown = self._sizes[number], composed.shown
        stage, _ = self._columns[number].stage_at(show_ns)
        follows = known.stage is stage and 0 <= show_ns - known.at_ns <= _LEAP_NS
        texts = [words.label(each) for each in shown]
        sizes = {
            place_key(each): label_size(text, size[1])
            for each, text in zip(shown, texts, strict=True)
        }
        places = label_places(
            shown,
            size,
            lambda each: sizes[place_key(each)],
            before=known.places if follows else None,
        )
        known.places = {
            place_key(each): place
            for each, place in zip(shown, places, strict=True)
            if place is not None
        }
        known.at_ns, known.stage = show_ns, stage
        colours = [time_colour(each.time_ns, span) for each in shown]
        draw_labels(composed.picture, shown, places, texts, colours)

    def _legend(self, shown: Sequence[tuple[Shown, ...]]) -> Pixels:
        rows = [
            Row(column.title, each, words, span)
            for column, each, words, span in zip(
                self._columns, shown, self._words, self._spans, strict=True
            )
        ]
        return clock_strip(rows, self._cell[0] * self._across, self._letters)


def write_film(
    path: Path, board: Board, *, fps: int = 25, comment: str = ""
) -> Generator[int, None, int]:
    """Writes a board as MP4 (H.264, yuv420p) to `path`, a provisional name; yields pictures done,
    gives how many.

    The same board gives the same file; `comment` becomes part of what is written about it.

    Raises:
        CannotWrite: the disk is full, read-only or gone.
        VideoError: a pack is damaged or gone.

    Nothing is left then, nor when the generator is closed early.
    """
    return (yield from encode_film(path, board.pictures(fps), fps=fps, comment=comment))


def _fit(size: tuple[int, int], width: int) -> tuple[int, int]:
    """A size scaled down to a width where it is wider; even."""
    scale = min(width / size[0], 1.0)
    wide, high = (max(round(side * scale / 2) * 2, 2) for side in size)
    return min(wide, width), high


def _spans(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """For each column the recorded times its colours go over: one span for all wall times."""
    own = [column.span for column in columns]
    wall = [span for column, span in zip(columns, own, strict=True) if column.wall and any(span)]
    shared = (min((a for a, _ in wall), default=0), max((b for _, b in wall), default=0))
    return [shared if column.wall else span for column, span in zip(columns, own, strict=True)]


def _moved(box: tuple[int, int, int, int], x: int, y: int) -> tuple[int, int, int, int]:
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def _minutes(show_ns: int) -> str:
    minutes, seconds = divmod(max(show_ns, 0) // _NS_PER_S, 60)
    return f"{minutes}:{seconds:02d}"
