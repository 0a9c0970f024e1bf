"""What changed together is painted in frames of its own, and nothing stays unpainted."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.views.paint_turns import PaintTurns


class _Frames(QObject):
    """Counts the frames of a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.number = 0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.number += event.type() is QEvent.Type.UpdateRequest
        return False


class _Panel(QWidget):
    """Notes in which frame it was painted, and what it knew then."""

    def __init__(self, frames: _Frames) -> None:
        super().__init__()
        self._frames = frames
        self.fact = 0
        self.painted: list[tuple[int, int]] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.append((self._frames.number, self.fact))


def test_each_panel_gets_a_frame_of_its_own_and_shows_the_newest(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    frames = _Frames(window)
    panels = [_Panel(frames) for _ in range(4)]
    rows = QVBoxLayout(window)
    for panel in panels:
        rows.addWidget(panel)
    turns = PaintTurns(window, panels)
    window.resize(300, 400)
    window.show()
    qtbot.waitUntil(lambda: all(panel.painted for panel in panels))
    for fact in (1, 2):
        turns.spread()
        for panel in panels:
            panel.painted.clear()
            panel.fact = fact
            panel.update()
    qtbot.waitUntil(lambda: not turns.waiting and all(panel.painted for panel in panels))
    assert len({panel.painted[0][0] for panel in panels}) == len(panels), "one frame each"
    assert all(panel.painted[-1][1] == 2 for panel in panels)


def test_panels_out_of_view_hold_nobody_up(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    frames = _Frames(window)
    seen, hidden = _Panel(frames), _Panel(frames)
    rows = QVBoxLayout(window)
    rows.addWidget(seen)
    rows.addWidget(hidden)
    hidden.hide()
    turns = PaintTurns(window, (hidden, seen))
    window.resize(300, 200)
    window.show()
    turns.spread()
    qtbot.waitUntil(lambda: not turns.waiting)
    assert hidden.updatesEnabled()
    assert seen.updatesEnabled()
    hidden.show()
    qtbot.waitUntil(lambda: bool(hidden.painted))
