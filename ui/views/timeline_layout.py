"""Where things stand in the timeline widget: label column, axis, rows; no Qt here."""

from dataclasses import dataclass
from typing import Final

AXIS_PX: Final = 40
MARKS_PX: Final = 10
"""Room above each footage bar for hits and flags."""
_LEAST_ROW: Final = 28
_NOTED_ROW: Final = 40
"""Least height of rows that tell something below their title."""
_MOST_ROW: Final = 44
_GRAB_PX: Final = 5


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """Pixels of the widget: y grows down; rows are scrolled under the axis, which stays."""

    width: int
    """Without the scroll bar."""
    height: int
    rows: int
    row_px: int
    label_px: int
    scroll_px: int = 0

    @property
    def time_px(self) -> int:
        """Width of the part where time runs."""
        return max(self.width - self.label_px, 1)

    @property
    def rows_px(self) -> int:
        """Height of the part where rows are seen."""
        return max(self.height - AXIS_PX, 0)

    @property
    def most_scroll(self) -> int:
        return max(self.rows * self.row_px - self.rows_px, 0)

    @property
    def shown_rows(self) -> range:
        """Rows of which at least a part is seen."""
        first = self.scroll_px // self.row_px
        return range(first, min(self.rows, -(-(self.scroll_px + self.rows_px) // self.row_px)))

    def top(self, row: int) -> int:
        """Upper edge of a row."""
        return AXIS_PX + row * self.row_px - self.scroll_px

    def bar(self, row: int) -> tuple[int, int]:
        """Upper edge and height of a row's footage bar."""
        return self.top(row) + MARKS_PX, self.row_px - MARKS_PX - 3

    def row_at(self, y: float) -> int | None:
        """The row at a height; None on the axis and below the last."""
        row = int(y - AXIS_PX + self.scroll_px) // self.row_px
        return row if y >= AXIS_PX and 0 <= row < self.rows else None

    def on_marks(self, row: int, y: float) -> bool:
        """Whether a height is in the room of hits and flags of a row."""
        return self.top(row) <= y < self.top(row) + MARKS_PX + 2


def lay_out(
    width: int, height: int, *, rows: int, notes: bool, label_px: int, scroll_px: int
) -> TimelineLayout:
    """Rows fill the height between their least and most; `notes`: some need a second line."""
    least = _NOTED_ROW if notes else _LEAST_ROW
    row_px = min(max((height - AXIS_PX) // max(rows, 1), least), _MOST_ROW)
    layout = TimelineLayout(width, height, rows, row_px, label_px)
    scroll_px = min(max(scroll_px, 0), layout.most_scroll)
    return TimelineLayout(width, height, rows, row_px, label_px, scroll_px)


def near(x: float, other: float) -> bool:
    """Whether a pointer at `x` takes hold of a line at `other`."""
    return abs(x - other) <= _GRAB_PX
