"""Going through all widgets must not keep those that went away since."""

import gc

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from ui.theme import lay_out_again, widgets_inside


def _dead() -> int:
    """How many objects stand for widgets that are no more."""
    gc.collect()
    return sum(
        1
        for one in gc.get_objects()
        if isinstance(one, Shiboken.Object) and not Shiboken.isValid(one)
    )


def test_all_widgets_inside_are_found_and_no_other(qtbot: QtBot) -> None:
    host, other = QWidget(), QComboBox()
    qtbot.addWidget(host)
    qtbot.addWidget(other)
    combo = QComboBox(host)
    found = widgets_inside(host)
    assert set(found) == set(host.findChildren(QWidget))
    assert combo in found
    assert host not in found
    assert other not in found


def test_what_was_laid_out_again_and_went_is_forgotten(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    rows = QVBoxLayout(host)
    before = _dead()
    for _ in range(5):
        combo = QComboBox()
        combo.setEditable(True)
        rows.addWidget(combo)
        # Inside of it are widgets that Qt made, and that nobody here holds.
        lay_out_again(host)
        combo.deleteLater()
        del combo
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert _dead() - before <= 1
