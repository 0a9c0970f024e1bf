"""The tree of cameras and recordings says how each stands, follows the selection, stays cheap."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import thread_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from casefiles.jobs import Job, Progress
from casefiles.types import Actor, CameraId, SourceId
from casefiles.usecases.build_demo import open_demo
from casefiles.view_types import CaseView
from tests.support.case_views import SECOND, START_NS, a_run, a_source, a_view
from ui import theme
from ui.models.sources_tree import SourcesTree, clock_words, rows_of, tip_of
from ui.panels.sources import SourcesPanel
from ui.session import Selection, Session


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    yield made
    made.stop()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> SourcesPanel:
    made = SourcesPanel(session)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    return made


def harbor() -> CaseView:
    sources = [
        a_source(1, "west", "west.mp4", duration_s=60),
        a_source(2, "gate", "gate.mp4", offset_s=259),
        a_source(3, "gate", "gate-2.mp4", start_ns=None, warnings=("4 s are missing",)),
        a_source(4, None, "phone.mov", offset_s=-3.4, start_ns=START_NS - SECOND),
    ]
    cameras = [("west", "Harbor west"), ("gate", "Market gate"), ("pier", "Pier")]
    return a_view(sources, cameras, [a_run(sources[0], tracks=31)])


def show(session: Session, view: CaseView) -> None:
    session.view = view
    session.view_changed.emit()


def titles(panel: SourcesPanel) -> list[str]:
    return [row.title for row in panel.model.rows]


@pytest.mark.parametrize(
    ("offset_s", "known", "words"),
    [
        (259, True, "4 min 19 s fast"),
        (-3.4, True, "3.4 s slow"),
        (2, True, "2 s fast"),
        (3617, True, "1 h 00 min 17 s fast"),
        (0, True, "no clock offset"),
        (259, False, "start not known"),
    ],
)
def test_clock_is_said_in_words(offset_s: float, known: bool, words: str) -> None:
    source = a_source(1, offset_s=offset_s, start_ns=START_NS if known else None)
    assert clock_words(source) == (words, "text_dim" if known else "warn")


def test_model_obeys_the_rules_of_qt(qapp: QApplication) -> None:
    model = SourcesTree()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_rows(rows_of(harbor(), {}))
    model.set_filter("gate-2")
    model.set_filter("")
    model.set_order("length")
    model.set_rows([])
    assert tester.model() is model


def test_camera_with_one_recording_is_one_row_with_more_it_opens(panel: SourcesPanel,
    session: Session) -> None:  # fmt: skip
    show(session, harbor())
    assert titles(panel) == ["Harbor west", "Market gate", "phone.mov", "Pier"]
    gate = panel.model.index(1, 0)
    assert panel.model.rowCount(gate) == 2
    assert panel.tree.isExpanded(gate)
    assert panel.model.rowCount(panel.model.index(0, 0)) == 0


def test_rows_say_clock_length_and_analysis(panel: SourcesPanel, session: Session) -> None:
    show(session, harbor())
    west, gate, phone, pier = panel.model.rows
    assert (west.length, west.clock, west.state) == (
        "1 min 00 s", "no clock offset", "analysed, 31 tracks"
    )  # fmt: skip
    assert (gate.clock, gate.state) == ("a start is not known", "0 of 2 analysed")
    assert phone.clock == "3.4 s slow"
    assert pier.state == "no footage yet"
    assert gate.warned
    assert "⚠ 4 s are missing" in tip_of(gate.children[1], "UTC")
    assert "ssd-oidv4" in tip_of(west, "UTC")
    spoken = panel.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "west.mp4" in spoken
    assert "31 tracks" in spoken


def test_tip_tells_true_time_and_what_the_recorder_showed(
    panel: SourcesPanel, session: Session
) -> None:
    show(session, harbor())
    gate = panel.model.index(0, 0, panel.model.index(1, 0))
    tip = gate.data(Qt.ItemDataRole.ToolTipRole)
    assert "Starts 2026-03-02 17:19:41 UTC−06:00" in tip
    assert "The recorder showed 2026-03-02 17:24:00 UTC−06:00" in tip


def test_filter_finds_cameras_and_files_and_keeps_what_fits(
    panel: SourcesPanel, session: Session
) -> None:
    show(session, harbor())
    QTest.keyClicks(panel.filter, "gate-2")
    assert titles(panel) == ["Market gate"]
    assert panel.model.rowCount(panel.model.index(0, 0)) == 1
    panel.filter.setText("not known")
    assert titles(panel) == ["Market gate"]
    panel.filter.setText("nowhere")
    assert panel.empty.isVisible()
    assert "filter" in panel.empty.text()
    panel.filter.clear()
    assert len(titles(panel)) == 4


def test_order_is_chosen_by_a_person(panel: SourcesPanel, session: Session) -> None:
    show(session, harbor())
    panel.set_order("start")
    assert titles(panel)[0] == "Market gate"
    panel.set_order("length")
    assert titles(panel)[0] == "Market gate"
    panel.set_order("state")
    assert titles(panel)[-1] == "Harbor west"
    checked = [one.text() for one in panel.order.menu().actions() if one.isChecked()]
    assert checked == ["Not analysed first"]


def test_empty_case_says_what_would_fill_it(panel: SourcesPanel, session: Session) -> None:
    assert "Open a case" in panel.empty.text()
    show(session, a_view())
    assert panel.empty.isVisible()
    assert "Ctrl+I" in panel.empty.text()


def test_selecting_a_row_selects_everywhere(panel: SourcesPanel, session: Session) -> None:
    show(session, harbor())
    panel.tree.setFocus()
    panel.tree.setCurrentIndex(panel.model.index(0, 0))
    assert session.selection == Selection(source_id=SourceId(1), camera_id=CameraId("west"))
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    assert session.selection.camera_id == "gate"
    assert session.selection.source_id is None
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    assert session.selection.source_id == 2


def test_what_is_selected_elsewhere_is_selected_here(
    panel: SourcesPanel, session: Session, qtbot: QtBot
) -> None:
    show(session, harbor())
    with qtbot.waitSignal(session.selection_changed):
        session.select(Selection(source_id=SourceId(3)))
    row = panel.model.row(panel.tree.currentIndex())
    assert row is not None
    assert row.file == "gate-2.mp4"
    assert session.selection == Selection(source_id=SourceId(3), camera_id=CameraId("gate"))
    session.select(Selection())
    assert not panel.selected_sources()


def test_selection_and_open_branches_survive_a_newer_view(
    panel: SourcesPanel, session: Session
) -> None:
    show(session, harbor())
    panel.tree.collapse(panel.model.index(1, 0))
    panel.tree.setCurrentIndex(panel.model.index(2, 0))
    view = harbor()
    runs = {SourceId(4): a_run(view.sources[3], tracks=2)}
    show(session, replace(view, runs=runs))
    assert panel.model.rows[2].state == "analysed, 2 tracks"
    assert panel.tree.currentIndex() == panel.model.index(2, 0)
    assert not panel.tree.isExpanded(panel.model.index(1, 0))


def test_enter_and_double_click_show_the_recording(
    panel: SourcesPanel, session: Session, qtbot: QtBot
) -> None:
    show(session, harbor())
    panel.tree.setCurrentIndex(panel.model.index(0, 0))
    with qtbot.waitSignal(panel.source_activated) as told:
        QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert told.args == [1]


def _trigger(menu: QMenu, name: str) -> None:
    action = next(one for one in menu.actions() if one.objectName() == name)
    assert action.isEnabled()
    action.trigger()


def test_menu_asks_for_what_the_selection_allows(
    panel: SourcesPanel, session: Session, qtbot: QtBot
) -> None:
    show(session, harbor())
    panel.tree.setCurrentIndex(panel.model.index(1, 0))
    menu = panel.menu()
    enabled = {one.objectName(): one.isEnabled() for one in menu.actions()}
    assert enabled.pop("sources-file") is False
    assert all(enabled.values())
    with qtbot.waitSignal(panel.analyse_wanted) as told:
        _trigger(menu, "sources-analyse")
    assert told.args == [[2, 3]]
    panel.tree.setCurrentIndex(panel.model.index(0, 0))
    menu = panel.menu()
    with qtbot.waitSignals([panel.show_file_wanted]):
        _trigger(menu, "sources-file")


def test_running_analysis_shows_how_far_it_is(
    panel: SourcesPanel, session: Session, qtbot: QtBot
) -> None:
    show(session, harbor())

    def work() -> Job[None]:
        while True:
            yield Progress(30, 120, "frames", "phone.mov")

    job = session.jobs.start("Analyse", work)
    qtbot.waitUntil(lambda: panel.model.rows[2].state == "analysing 25 %")
    job.cancel()
    qtbot.waitUntil(lambda: panel.model.rows[2].state == "not analysed")


def test_six_hundred_cameras_are_shown_in_one_slot(panel: SourcesPanel, session: Session) -> None:
    sources = [a_source(n, f"c{n}", offset_s=n) for n in range(600)]
    cameras = [(f"c{n}", f"Camera {n:03d}") for n in range(600)]
    show(session, a_view(sources, cameras))
    analysed = [a_view(sources, cameras, [a_run(one) for one in sources[:n]]) for n in (100, 300)]
    spent = []
    for view in analysed:
        before = thread_time()
        show(session, view)
        spent.append(thread_time() - before)
    assert len(panel.model.rows) == 600
    # Many times the 16 ms it takes: only a change of order of growth may fail here.
    assert min(spent) < 0.1


def test_practice_case_is_listed(
    panel: SourcesPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    with open_demo(tmp_path / "case", Actor.of_this_process()) as case:
        session.set_case(case)
        qtbot.waitUntil(lambda: len(panel.model.rows) == len(case.cameras()))
        words = {row.file: row.clock for row in panel.model.rows if row.source_id is not None}
        assert words == {
            "ferry-stairs.mkv": "2.5 s fast",
            "harbor-east.mp4": "3.4 s slow",
            "harbor-west.mp4": "no clock offset",
            "market-gate.mp4": "1 h 00 min 17 s fast",
        }
        session.set_case(None)
        session.stop()
