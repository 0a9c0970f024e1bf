"""The jobs list says what runs, how fast and how long; a person holds, goes on, cancels, clears."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.jobs import Job, Progress
from resources.errors import UserError
from ui import theme
from ui.jobs import JobState
from ui.panels.jobs import JobRow, JobsPanel, left_words, rate_words
from ui.session import Session


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    yield made
    made.stop()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> JobsPanel:
    made = JobsPanel(session)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    return made


def endless() -> Job[None]:
    done = 0
    while True:
        done += 1
        yield Progress(min(done, 999), 1000, "frames", "west.mp4")


def failing() -> Job[None]:
    yield Progress(0, 0, "files")
    raise UserError("the disk is full", "Free 3 GB.")


def only(panel: JobsPanel) -> JobRow:
    (row,) = panel.rows
    return row


def test_empty_list_says_what_would_fill_it(panel: JobsPanel) -> None:
    assert panel.empty.isVisible()
    assert not panel.clear_button.isVisible()


def test_running_job_shows_bar_rate_and_time_left(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    job = session.jobs.start("Analyse west", endless)
    qtbot.waitUntil(lambda: "frames/s" in only(panel).words.text())
    row = only(panel)
    assert row.title.text() == "Analyse west"
    assert "west.mp4" in row.words.text()
    assert row.bar.maximum() > 0
    assert row.bar.value() > 0
    item = panel.list.item(0)
    assert "Analyse west" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    job.cancel()
    qtbot.waitUntil(lambda: job.state.ended)


def test_job_is_held_goes_on_and_is_cancelled_by_its_buttons(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    job = session.jobs.start("Analyse west", endless)
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
    qtbot.waitUntil(lambda: only(panel).hold.isVisible())
    QTest.mouseClick(only(panel).hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    qtbot.waitUntil(lambda: "paused" in only(panel).words.text())
    assert only(panel).hold.accessibleName() == "Go on with Analyse west"
    QTest.mouseClick(only(panel).hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
    QTest.mouseClick(only(panel).cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED)
    qtbot.waitUntil(lambda: "cancelled" in only(panel).words.text())
    assert not only(panel).hold.isVisible()


def test_failed_job_says_why_and_is_asked_for_details(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    session.jobs.start("Add west", failing)
    qtbot.waitUntil(lambda: "disk is full" in only(panel).words.text())
    assert "Free 3 GB" in only(panel).words.text()
    panel.list.setCurrentRow(0)
    with qtbot.waitSignal(panel.details_wanted) as told:
        QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert isinstance(told.args[0], UserError)


def test_ended_jobs_stay_until_cleared_and_running_ones_beyond(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    running = session.jobs.start("Analyse west", endless)
    ended = session.jobs.start("Add west", failing)
    qtbot.waitUntil(lambda: ended.state.ended and panel.clear_button.isVisible())
    assert [row.job for row in panel.rows] == [ended, running]
    QTest.mouseClick(panel.clear_button, Qt.MouseButton.LeftButton)
    assert [row.job for row in panel.rows] == [running]
    assert panel.list.count() == 1
    panel.cancel_all()
    qtbot.waitUntil(lambda: running.state is JobState.CANCELLED)
    qtbot.waitUntil(panel.clear_button.isVisible)
    panel.clear_ended()
    assert panel.empty.isVisible()


def test_bar_moves_to_and_fro_where_the_amount_is_not_known(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    go = threading.Event()

    def work() -> Job[None]:
        yield Progress(0, 0, "files")
        go.wait(10)

    session.jobs.start("Look", work)
    qtbot.waitUntil(lambda: only(panel).job.state is JobState.RUNNING)
    qtbot.waitUntil(lambda: only(panel).bar.maximum() == 0)
    go.set()
    qtbot.waitUntil(lambda: only(panel).job.state is JobState.DONE)


def test_list_is_refreshed_at_most_four_times_a_second(
    panel: JobsPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = session.jobs.start("Analyse west", endless)
    qtbot.waitUntil(lambda: only(panel).job.progress is not None)
    dressed: list[str] = []
    monkeypatch.setattr(JobRow, "dress", lambda row: dressed.append(row.job.title))
    told: list[int] = []
    job.changed.connect(lambda: told.append(1))
    qtbot.waitUntil(lambda: len(dressed) >= 2)
    assert len(told) >= 2 * len(dressed)
    job.cancel()
    qtbot.waitUntil(lambda: job.state.ended)


def test_long_words_wrap_and_are_shown_whole(
    panel: JobsPanel, session: Session, qtbot: QtBot
) -> None:
    def work() -> Job[None]:
        yield Progress(0, 0, "files")
        raise UserError(
            "the recording of the camera at the harbor cannot be read", "Copy it again."
        )

    session.jobs.start("Add a recording with a rather long name", work)
    qtbot.waitUntil(lambda: "cannot be read" in only(panel).words.text())
    row = only(panel)
    qtbot.waitUntil(lambda: row.words.height() >= row.words.heightForWidth(row.words.width()))
    assert row.width() <= panel.list.viewport().width()


def test_rates_and_times_are_words() -> None:
    assert rate_words(12.34, "frames") == "12.3 frames/s"
    assert rate_words(1234.5, "frames") == "1234 frames/s"
    assert rate_words(2_500_000, "bytes") == "2.5 MB/s"
    assert left_words(4) == "a few seconds left"
    assert left_words(44) == "about 40 s left"
    assert left_words(600) == "about 10 min left"
    assert left_words(4000) == "about 1 h 06 min left"
