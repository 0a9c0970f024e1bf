"""A progress bar never paints before its frame, and with it what else waits for one."""

from PySide6.QtGui import QPaintEvent
from pytestqt.qtbot import QtBot

from ui.views.progress_bar import ProgressBar


class Watched(ProgressBar):
    """Counts how often it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        super().paintEvent(event)


def test_a_value_is_painted_with_the_next_frame_and_not_before(qtbot: QtBot) -> None:
    bar = Watched()
    qtbot.addWidget(bar)
    bar.setRange(0, 100)
    bar.show()
    qtbot.waitUntil(lambda: bar.painted > 0)
    before = bar.painted
    bar.setValue(50)
    assert bar.painted == before
    qtbot.waitUntil(lambda: bar.painted > before)
    assert bar.value() == 50
