"""Brushing a heat map: dragging over cells makes a polygon around them."""

from PySide6.QtCore import QObject, Qt, Signal

from casefiles.usecases.read_heat import HeatMap, brushed
from ui.tools.picture_map import PictureMap, Point, Polygon
from ui.tools.zone_tool import Mode, ZoneTool


class HeatBrush(ZoneTool):
    """A tool of a tile whose heat map is shown; it stays until Escape, for another stroke."""

    brushed = Signal(object)
    """A stroke is done: its outline, a tuple of (x, y) in source pixels."""

    def __init__(self, found: HeatMap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self._cells: set[tuple[int, int]] = set()
        self._pressed = False
        self._drawing = True

    @property
    def mode(self) -> Mode:
        return "brush"

    @property
    def rubber(self) -> Point | None:
        return None

    def press(self, place: PictureMap, point: Point) -> None:
        self._cells, self._pressed = set(), True
        self.move(place, point)

    def move(self, place: PictureMap, point: Point) -> None:
        if not self._pressed:
            return
        x, y = place.clamped(place.to_source(point))
        row, col = int(y // self._found.cell_px), int(x // self._found.cell_px)
        # A brush of three by three cells: a hand is no finer.
        self._cells |= {(row + down, col + along) for down in (-1, 0, 1) for along in (-1, 0, 1)}
        self._corners = brushed(self._found, self._cells) or ()
        self.changed.emit()

    def release(self) -> None:
        outline: Polygon = self._corners
        if self._pressed and outline:
            self._pressed = False
            self.brushed.emit(outline)

    def double_click(self) -> None:
        """Two strokes, no more."""

    def key(self, key: int) -> bool:
        if key != Qt.Key.Key_Escape:
            return False
        self.cancel()
        return True
