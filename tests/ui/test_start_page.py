"""The first page offers three ways to begin and the cases that were open; badges say how it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.open_case import create_case
from tests.support.case_views import a_run, a_source, a_view
from ui import theme
from ui.panels.start_page import StartPage
from ui.panels.status import StatusBadges, coverage_text, device_text
from ui.session import Session
from ui.settings import RecentCase

CASES = (
    RecentCase(Path("/cases/26-2"), "26-2", "Quay", False, 2),
    RecentCase(Path("/cases/practice"), "TRAINING-0001", "Practice", True, 1),
)


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> StartPage:
    theme.apply(qapp, "dark")
    made = StartPage(CASES)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_three_ways_to_begin_by_mouse_and_keyboard(page: StartPage, qtbot: QtBot) -> None:
    ways = (
        (page.drop, page.add_footage_wanted),
        (page.open, page.open_case_wanted),
        (page.practise, page.practise_wanted),
    )
    for button, signal in ways:
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        button.setFocus()
        with qtbot.waitSignal(signal):
            QTest.keyClick(button, Qt.Key.Key_Space)
        assert button.accessibleName()
        assert button.accessibleDescription()


def test_recent_case_is_opened_by_enter(page: StartPage, qtbot: QtBot) -> None:
    page.list.setCurrentRow(1)
    with qtbot.waitSignal(page.recent_wanted) as told:
        QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert told.args == [Path("/cases/practice")]


def test_practice_case_is_marked_for_those_who_listen(page: StartPage) -> None:
    spoken = [page.list.item(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(2)]
    assert "training" not in spoken[0]
    assert "training" in spoken[1]


def test_practice_case_is_marked_for_those_who_look(page: StartPage) -> None:
    plain = page.list.grab().toImage()
    page.set_recent([replace(case, training=False) for case in CASES])
    assert page.list.grab().toImage() != plain


def test_without_recent_cases_the_page_says_what_will_be_there(page: StartPage) -> None:
    page.set_recent([])
    assert page.no_recent.isVisible()
    assert not page.list.isVisible()


def lit(page: StartPage) -> bool:
    return page.drop.lit


def _urls(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def test_dropped_files_are_told_and_the_target_lights_up(page: StartPage, qtbot: QtBot) -> None:
    data = _urls("file:///footage/west.mp4", "file:///footage")
    action, button, none = (
        Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    page.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), action, data, button, none))
    assert lit(page)
    page.dragLeaveEvent(QDragLeaveEvent())
    assert not lit(page)
    page.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), action, data, button, none))
    with qtbot.waitSignal(page.files_dropped) as told:
        page.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, none))
    assert told.args == [[Path("/footage/west.mp4"), Path("/footage")]]
    assert not lit(page)


def test_what_is_no_file_is_not_taken(page: StartPage) -> None:
    # The event keeps no data alive.
    data = _urls("https://example.org/a.mp4")
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.ignore()
    page.dragEnterEvent(event)
    assert not event.isAccepted()
    assert not lit(page)


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    yield made
    made.stop()


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create_case(
        tmp_path / "case", Actor.of_this_process(), number="1", title="T", training=True
    ) as made:
        yield made


def test_badges_tell_user_lock_and_training_of_the_open_case(
    session: Session, case: Case, qtbot: QtBot
) -> None:
    badges = StatusBadges(session)
    qtbot.addWidget(badges)
    assert badges.lock.isHidden()
    assert badges.training.isHidden()
    session.set_case(case)
    qtbot.waitUntil(lambda: session.view is not None)
    assert badges.user.words.text() == "tester"
    assert badges.lock.words.text() == "not encrypted"
    assert badges.training.words.text() == "TRAINING"
    for badge in (badges.user, badges.lock, badges.training):
        assert not badge.isHidden()
        assert badge.toolTip()
        assert badge.words.text() in badge.accessibleName()
    session.set_case(None)
    assert badges.training.isHidden()


def test_device_badge_names_what_the_newest_run_used() -> None:
    sources = [a_source(1), a_source(2)]
    assert device_text(a_view(sources)) is None
    cpu = device_text(a_view(sources, runs=[a_run(sources[0])]))
    assert cpu is not None
    assert (cpu.words, cpu.token) == ("CPU — no GPU", "warn")
    runs = [a_run(sources[0]), a_run(sources[1], provider="CUDAExecutionProvider")]
    gpu = device_text(a_view(sources, runs=runs))
    assert gpu is not None
    assert (gpu.words, gpu.token) == ("GPU (CUDA)", "text_dim")


def test_coverage_badge_counts_and_warns_until_all_is_analysed() -> None:
    sources = [a_source(1), a_source(2)]
    some = coverage_text(a_view(sources, runs=[a_run(sources[0])]))
    assert some is not None
    assert (some.words, some.token) == ("1 of 2 sources analysed", "warn")
    assert "cannot see 1 recording" in some.tip
    every = coverage_text(a_view(sources, runs=[a_run(one) for one in sources]))
    assert every is not None
    assert every.token == "text_dim"
    assert coverage_text(a_view()) is None
