"""Errors are told in place: what, which, what to do; bugs say that they are ours."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler, qWarning
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resources.errors import UserError
from ui import messages, theme
from ui.messages import Banner, Message, MessageRow, describe_error


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> QWidget:
    """A window with a field to type in."""
    theme.apply(qapp, "dark")
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made).addWidget(QLineEdit())
    made.show()
    return made


@pytest.fixture
def banner(window: QWidget) -> Banner:
    made = Banner(lambda _, tell: tell(Path("/logs/crash-1.txt")))
    layout = window.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.insertWidget(0, made)
    return made


def _shown(banner: Banner) -> list[str]:
    rows = [row for row in banner.findChildren(MessageRow) if not row.isHidden()]
    rows.sort(key=lambda row: row.y())
    return [row.message.title for row in rows]


def test_error_of_the_world_says_what_and_what_to_do() -> None:
    text = describe_error(UserError("the disk is full: /cases", "Free 3 GB."))
    assert text.title == "The disk is full: /cases."
    assert text.hint == "Free 3 GB."
    assert text.details == ""


def test_error_with_a_cause_has_details() -> None:
    error = UserError("no")
    error.__cause__ = KeyError("left")
    assert "KeyError" in describe_error(error).details


def test_system_error_names_its_file() -> None:
    text = describe_error(FileNotFoundError(2, "No such file or directory", "/cases/1"))
    assert "/cases/1" in text.title
    assert text.hint


def test_bug_says_so_and_where_its_report_is() -> None:
    text = describe_error(ValueError("oops"), Path("/logs/crash-1.txt"))
    assert text.title.startswith("This is a fault in Sightline")
    assert "/logs/crash-1.txt" in text.hint
    assert "ValueError: oops" in text.details


def test_bug_is_shown_at_once_and_says_where_its_report_is_when_it_is_written(
    window: QWidget,
) -> None:
    asked: list[tuple[BaseException, Callable[[object], None]]] = []
    banner = Banner(lambda error, tell: asked.append((error, tell)), window)
    error = ValueError("oops")
    banner.show_error(error)
    assert "report was saved" not in banner.messages[0].hint
    asked[0][1]("/logs/crash-1.txt")
    assert "A report was saved: /logs/crash-1.txt" in banner.messages[0].hint
    banner.show_error(error)
    assert len(banner.messages) == len(asked) == 1, "the same fault is told and reported once"
    banner.clear()
    asked[0][1]("/logs/crash-1.txt")
    assert not banner.messages, "a message that was dismissed does not come back"


def test_names_from_files_cannot_start_a_line() -> None:
    assert "\n" not in describe_error(UserError("bad\nname \u202e.mp4")).title
    assert "\u202e" not in describe_error(UserError("bad \u202e name")).title


def test_three_newest_show_and_the_rest_is_counted(banner: Banner, qtbot: QtBot) -> None:
    for number in range(5):
        banner.show_notice(f"notice {number}")
    qtbot.waitUntil(lambda: _shown(banner) == ["notice 4", "notice 3", "notice 2"])
    more = banner.findChild(QLabel, "banner-more")
    assert isinstance(more, QLabel)
    assert not more.isHidden()
    assert "2" in more.text()


def test_same_message_is_not_stacked(banner: Banner) -> None:
    for _ in range(3):
        banner.show_error(UserError("the disk is full"))
    assert len(banner.messages) == 1


def test_closing_and_escape_take_messages_away(banner: Banner, qtbot: QtBot) -> None:
    banner.show_warning("older")
    banner.show_notice("newer")
    row = next(row for row in banner.findChildren(MessageRow) if row.message.title == "older")
    close = row.findChild(QWidget, "message-close")
    assert close is not None
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert [one.title for one in banner.messages] == ["newer"]
    with qtbot.waitSignal(banner.emptied):
        QTest.keyClick(banner, Qt.Key.Key_Escape)
    assert not banner.messages
    assert banner.isHidden()


def test_keyboard_stays_where_the_person_works(banner: Banner, qtbot: QtBot) -> None:
    line = banner.window().findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    banner.window().activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    banner.show_error(UserError("the disk is full"))
    QApplication.processEvents()
    assert line.hasFocus()
    assert banner.isVisible()


def test_details_are_asked_for_by_name(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message(Message("error", "title", "hint", "all of it"))
    button = banner.findChild(QWidget, "message-details")
    assert button is not None
    with qtbot.waitSignal(banner.details_wanted) as asked:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["title", "all of it"]


def test_message_says_its_kind_by_more_than_colour(banner: Banner) -> None:
    banner.show_warning("look here")
    names = {label.accessibleName() for label in banner.findChildren(QLabel)}
    assert "Warning" in names


def test_warnings_of_qt_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    before = qInstallMessageHandler(None)
    try:
        messages.route_qt_messages()
        with caplog.at_level(logging.WARNING, "qt"):
            qWarning("something is odd")
    finally:
        qInstallMessageHandler(before)
    assert "something is odd" in caplog.text
