"""Zones and bookmarks: gone to, searched, renamed and taken away, each with a way back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark, AddZone
from casefiles.types import CameraId, SourceId
from casefiles.view_types import Bookmark, Zone
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import START_NS
from tests.support.small_case import make_small_case
from ui import theme
from ui.panels.places import PlacesPanel
from ui.session import Selection, Session
from video.types import TimeNs

TRIANGLE = ((0.0, 0.0), (90.0, 0.0), (0.0, 90.0))
S = 10**9


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_small_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def session(qapp: QApplication, case: Case, qtbot: QtBot) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    made.set_case(case)
    qtbot.waitUntil(lambda: made.view is not None)
    yield made
    made.stop()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> PlacesPanel:
    made = PlacesPanel(session)
    qtbot.addWidget(made)
    made.resize(420, 500)
    made.show()
    return made


@pytest.fixture
def filled(panel: PlacesPanel, session: Session, qtbot: QtBot) -> PlacesPanel:
    session.do("zone", AddZone(Zone("door", TRIANGLE, camera_id=CameraId("gate"))))
    session.do("zone", AddZone(Zone("bench", TRIANGLE, source_id=SourceId(2))))
    mark = Bookmark("turns around", source_id=SourceId(2), time_ns=TimeNs(5 * S))
    session.do("mark", AddBookmark(mark))
    session.do("mark", AddBookmark(Bookmark("call", wall_ns=START_NS + 60 * S)))
    qtbot.waitUntil(lambda: session.view is not None and len(session.view.bookmarks) == 2)
    return panel


def zone_names(panel: PlacesPanel) -> list[str]:
    return [one.name for one in panel.zones_model.rows]


def notes(panel: PlacesPanel) -> list[str]:
    return [one.note for one in panel.bookmarks_model.rows]


def put_on(panel: PlacesPanel, name: str) -> None:
    panel.zones.setCurrentIndex(panel.zones_model.find(lambda one: one.name == name))


def put_on_note(panel: PlacesPanel, note: str) -> None:
    panel.bookmarks.setCurrentIndex(panel.bookmarks_model.find(lambda one: one.note == note))


def test_empty_lists_say_what_would_fill_them(panel: PlacesPanel) -> None:
    assert not panel.zones.isVisible()
    assert not panel.bookmarks.isVisible()
    assert not panel.search_button.isEnabled()


def test_a_zone_is_searched_by_enter_double_click_and_button(
    filled: PlacesPanel, qtbot: QtBot
) -> None:
    put_on(filled, "bench")
    ways: list[Callable[[], object]] = [
        lambda: QTest.keyClick(filled.zones, Qt.Key.Key_Return),
        lambda: QTest.mouseClick(filled.search_button, Qt.MouseButton.LeftButton),
        lambda: filled.zones.doubleClicked.emit(filled.zones.currentIndex()),
    ]
    for act in ways:
        with qtbot.waitSignal(filled.search_zone_wanted) as told:
            act()
        assert told.args is not None
        assert told.args[0].name == "bench"


def test_a_zone_is_renamed_in_place_and_back_by_undo(
    filled: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    put_on(filled, "door")
    QTest.mouseClick(filled.rename_button, Qt.MouseButton.LeftButton)
    field = filled.zones.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText("main door")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "main door" in zone_names(filled))
    assert filled.zone is not None
    assert filled.zone.name == "main door"
    session.undo.undo()
    qtbot.waitUntil(lambda: "door" in zone_names(filled))


def test_a_zone_is_taken_away_and_back_by_undo(
    filled: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    put_on(filled, "door")
    QTest.keyClick(filled.zones, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: zone_names(filled) == ["bench"])
    session.undo.undo()
    qtbot.waitUntil(lambda: sorted(zone_names(filled)) == ["bench", "door"])


def test_a_bookmark_is_gone_to_and_taken_away(
    filled: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    put_on_note(filled, "turns around")
    with qtbot.waitSignal(session.seek_wanted) as went:
        QTest.keyClick(filled.bookmarks, Qt.Key.Key_Return)
    assert went.args == [START_NS + 5 * S]
    assert session.selection.source_id == 2
    QTest.mouseClick(filled.remove_bookmark_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: notes(filled) == ["call"])
    session.undo.undo()
    qtbot.waitUntil(lambda: len(notes(filled)) == 2)


def test_what_is_current_here_is_selected_everywhere_and_the_other_way_round(
    filled: PlacesPanel, session: Session
) -> None:
    put_on(filled, "bench")
    bench = filled.zone
    assert bench is not None
    assert session.selection.zone_id == bench.zone_id
    assert session.selection.source_id == 2
    mark = filled.bookmarks_model.rows[1]
    session.select(Selection(bookmark_id=mark.bookmark_id))
    assert filled.bookmark is not None
    assert filled.bookmark.bookmark_id == mark.bookmark_id
    assert filled.zone is None
    assert not filled.search_button.isEnabled()


def test_what_is_current_stays_so_when_the_case_is_read_again(
    filled: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    put_on(filled, "bench")
    with qtbot.waitSignal(session.view_changed):
        session.reload()
    assert filled.zone is not None
    assert filled.zone.name == "bench"


def test_headers_sort_both_lists(filled: PlacesPanel) -> None:
    filled.zones.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert zone_names(filled) == ["bench", "door"]
    filled.zones.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert zone_names(filled) == ["door", "bench"]
    filled.bookmarks.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert notes(filled) == ["call", "turns around"]


def test_everything_has_a_name_and_is_reached_by_tab(filled: PlacesPanel, qtbot: QtBot) -> None:
    put_on(filled, "door")
    qtbot.wait(10)
    assert [str(one) for one in walk(filled)] == []


def test_nothing_of_it_works_on_the_gui_thread(
    filled: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    with gui_guards():
        put_on(filled, "door")
        QTest.keyClick(filled.zones, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: zone_names(filled) == ["bench"])
        session.undo.undo()
        qtbot.waitUntil(lambda: len(zone_names(filled)) == 2)
