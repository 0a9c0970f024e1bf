"""The walk finds controls without name, out of reach, too small, cut off or hard to read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.support.accessibility import contrast, walk
from ui import theme


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> QWidget:
    theme.apply(qapp, "dark")
    made = QWidget()
    made.setLayout(QVBoxLayout())
    qtbot.addWidget(made)
    made.resize(400, 600)
    return made


def problems(page: QWidget, *inside: QWidget) -> list[str]:
    layout = page.layout()
    assert layout is not None
    for widget in inside:
        layout.addWidget(widget)
    page.show()
    return [one.what for one in walk(page)]


def named(widget: QWidget) -> QWidget:
    widget.setAccessibleName("a name")
    return widget


def test_a_decent_page_has_no_problems(page: QWidget) -> None:
    check = QCheckBox("Follow the playhead")
    tabs = QTabWidget()
    tabs.addTab(QLabel("one"), "One")
    tabs.tabBar().setAccessibleName("parts")
    table = QTableWidget(2, 2)
    table.setTabKeyNavigation(False)
    controls = [named(one) for one in (QLineEdit(), QComboBox(), QSpinBox(), table)]
    assert problems(page, QPushButton("Search"), check, tabs, *controls) == []


@pytest.mark.parametrize("make", [QLineEdit, QComboBox, QSpinBox, QTableWidget])
def test_a_control_without_a_name_is_found(make: type[QWidget], page: QWidget) -> None:
    assert "has no accessible name" in problems(page, make())


def test_a_button_out_of_reach_of_the_keyboard_is_found_unless_it_says_another_way(
    page: QWidget,
) -> None:
    button = QPushButton("Search")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert problems(page, button) == ["cannot be reached by Tab, and says no other way"]
    button.setProperty("keyboard_instead", "Enter in the text")
    assert walk(page) == []


def test_a_button_too_small_to_hit_is_found(page: QWidget) -> None:
    button = QToolButton()
    button.setStyleSheet("min-width: 0; min-height: 0")
    button.setFixedSize(20, 30)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    assert problems(page, named(button)) == ["is 20 × 30, less than 28 to hit"]


def test_text_that_is_cut_off_is_found(page: QWidget) -> None:
    long = QLabel("a line that has far more words than its place")
    long.setFixedWidth(60)
    wrapped = QLabel("a line that has far more words than its place")
    wrapped.setWordWrap(True)
    wrapped.setFixedSize(60, 16)
    found = problems(page, long, wrapped)
    assert len(found) == 2
    assert all(one.startswith("cuts off") for one in found)


def test_text_too_close_to_its_background_is_found(page: QWidget) -> None:
    pale = QLabel("hard to read")
    palette = pale.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#555555"))
    pale.setPalette(palette)
    (found,) = problems(page, pale)
    assert "has a contrast of" in found


def test_what_is_hidden_or_disabled_is_not_asked_for_a_name(page: QWidget) -> None:
    hidden, disabled = QLineEdit(), QLineEdit()
    disabled.setEnabled(False)
    page_problems = problems(page, hidden, disabled)
    hidden.hide()
    assert page_problems == ["has no accessible name"]
    assert walk(page) == []


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)
