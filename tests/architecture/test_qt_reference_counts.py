"""The pinned Qt binding keeps reference counts: a lost reference to None kills a long session."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

REPEATS = 200


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on: nothing to count"
)
def test_calls_that_return_nothing_do_not_lose_none(qtbot: QtBot) -> None:
    widget, label, timer = QWidget(), QLabel(), QTimer()
    qtbot.addWidget(widget)
    qtbot.addWidget(label)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = QPen()
    calls: dict[str, Callable[[], object]] = {
        "update": widget.update,
        "parentWidget": widget.parentWidget,
        "setText": lambda: label.setText("x"),
        "setInterval": lambda: timer.setInterval(5),
        "setPen": lambda: painter.setPen(pen),
        "drawImage": lambda: painter.drawImage(0, 0, image),
        "processEvents": QApplication.processEvents,
    }
    drift = {}
    for name, call in calls.items():
        before = sys.getrefcount(None)
        for _ in range(REPEATS):
            call()
        drift[name] = sys.getrefcount(None) - before
    painter.end()
    # Kept ones (setPen keeps one a call in 6.11.2) are harmless: None only must never run out.
    assert {name: change for name, change in drift.items() if change <= -20} == {}
