"""Whatever is selected is told in full: facts, reasons, doubts, and what made it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.calibration_types import GivenPairs
from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark, AddZone
from casefiles.errors import UnknownTrack
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.queries.filters import ColourFilter, Query
from casefiles.types import CameraId, SourceId, TrackId
from casefiles.usecases.calibrate import keep_calibration
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.show_track import show_track
from casefiles.view_types import Bookmark, Zone
from tests.support.accessibility import walk
from tests.support.ground_scene import SIZE, TO_IMAGE
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import START_NS
from tests.support.slot_clock import slot_clock
from tests.support.small_case import FAST_S, make_small_case
from ui import theme
from ui.panels.inspector import InspectorPanel
from ui.session import Selection, Session
from video.types import TimeNs

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
def panel(session: Session, qtbot: QtBot) -> InspectorPanel:
    made = InspectorPanel(session)
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    return made


def select_track(
    panel: InspectorPanel, session: Session, qtbot: QtBot, track: int, source: int = 1
) -> None:
    session.select(Selection(source_id=SourceId(source), track_id=TrackId(track)))
    qtbot.waitUntil(lambda: panel.value("Track") == str(track))


def test_a_track_of_a_calibrated_camera_shows_its_speed_and_direction(
    panel: InspectorPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000001)
    assert panel.value("Speed") == ""
    to_ground = np.linalg.inv(TO_IMAGE).ravel()
    keep_calibration(case, "gate", GivenPairs(
        homography=tuple(to_ground.tolist()), size=SIZE, origin=GeoPoint(40.0, -30.0),
    ))  # fmt: skip
    select_track(panel, session, qtbot, 1000003)
    select_track(panel, session, qtbot, 1000001)
    # Across the picture from left to right, 5 pixels a second, some 25 m away.
    assert panel.value("Speed").endswith(" km/h (95 %)")
    assert panel.value("Went").startswith("to the east (")
    assert panel.value("Height").endswith(" m (95 %), shoes and hat included")


def test_nothing_selected_says_what_to_select(panel: InspectorPanel, session: Session) -> None:
    assert panel.empty.isVisible()
    assert "Select a result" in panel.empty.text.text()
    session.set_case(None)
    assert "Open a case" in panel.empty.text.text()


def test_a_track_shows_picture_times_colours_and_what_made_it(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000001)
    assert panel.title.text() == "Person"
    assert panel.picture.image.height() == 60
    assert panel.value("Camera") == "Market Gate"
    assert panel.value("True time, from") == "2026-03-02 16:23:53 UTC−06:00"
    assert panel.value("Camera time, from") == "2026-03-02 17:24:10 UTC−06:00"
    assert panel.value("Camera clock") == "1:00:17.000 fast"
    assert panel.colours.rows["upper"][2].text() == "mostly red, some black"
    assert panel.value("Model") == "m"
    assert panel.value("Recording, SHA-256").endswith("…")
    assert not panel.doubt.isVisible()


def test_colours_that_cannot_be_trusted_say_why(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000002)
    assert panel.doubt.text == "Colours are unreliable: night"
    assert panel.doubt.isVisible()


def test_a_track_without_a_stored_picture_is_still_shown(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 2000002, source=2)
    assert not panel.picture.isVisible()
    assert "no picture was stored" in panel.doubt.text
    assert panel.value("In view") == "6 s"


def test_a_hit_says_why_it_was_found_in_words(
    panel: InspectorPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    query = Query("red", (ColourFilter("upper", ("red",)),))
    hits = finish(search_tracks(case, query))
    session.set_query(query)
    session.set_hits(hits)
    select_track(panel, session, qtbot, 1000001)
    assert panel.why_bars.isVisible()
    assert any("red" in words for words in panel.why_bars.words)
    assert panel.confidence.text() in {"strong confidence", "fair confidence", "weak confidence"}
    assert "%" not in panel.confidence.text()
    session.set_hits(None)
    assert not panel.why.isVisible()
    assert not panel.why_bars.isVisible()


def test_a_newer_selection_is_never_overwritten_by_an_older_answer(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    for track in (1000001, 1000002, 1000003, 1000004):
        session.select(Selection(source_id=SourceId(1), track_id=TrackId(track)))
    session.select(Selection(camera_id=CameraId("gate")))
    qtbot.wait(100)
    assert panel.title.text() == "Market Gate"


def test_go_to_more_like_bookmark_and_copy_work_from_the_buttons(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000001)
    left = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(session.seek_wanted) as went:
        QTest.mouseClick(panel.go_button, left)
    assert went.args == [START_NS + (17 - FAST_S) * S]
    with qtbot.waitSignal(panel.more_like_wanted) as like:
        QTest.mouseClick(panel.similar_button, left)
    assert like.args == [1000001]
    with qtbot.waitSignal(panel.bookmark_wanted):
        QTest.mouseClick(panel.bookmark_button, left)
    QTest.mouseClick(panel.copy_button, left)
    assert QGuiApplication.clipboard().text() == "1000001"


def test_a_shortened_hash_is_copied_whole(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    session.select(Selection(source_id=SourceId(1)))
    made = next(one for one in panel.groups if one.heading.text() == "Provenance")
    made.copy_value("Recording, SHA-256")
    assert QGuiApplication.clipboard().text() == f"{1:064x}"


def test_values_can_be_selected_by_mouse_and_keyboard(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000001)
    rows = panel.groups[0].rows
    assert rows.facts[0].value == "Market Gate"
    place = rows.place_of(0)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(rows, left, none, place.topLeft() + QPoint(0, 4))
    QTest.mouseMove(rows, place.topRight() + QPoint(40, 4))
    QTest.mouseRelease(rows, left, none, place.topRight() + QPoint(40, 4))
    assert rows.selected_text == "Market Gate"
    QTest.keyClick(rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Market Gate"
    for _ in rows.facts:
        QTest.keyClick(rows, Qt.Key.Key_Down)
    assert rows.accessibleDescription() == "Track: 1000001"
    QTest.keyClick(rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1000001"


def test_the_copy_sign_of_a_row_copies_the_whole_value(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    session.select(Selection(source_id=SourceId(1)))
    made = next(one for one in panel.groups if one.heading.text() == "Provenance").rows
    place = made.place_of(0)
    QTest.mouseClick(
        made, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        QPoint(made.width() - 14, place.top() + 8),
    )  # fmt: skip
    assert QGuiApplication.clipboard().text() == f"{1:064x}"


def test_cameras_recordings_zones_and_bookmarks_are_told_too(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    triangle = ((0.0, 0.0), (90.0, 0.0), (0.0, 90.0))
    session.do("zone", AddZone(Zone("door", triangle, camera_id=CameraId("gate"))))
    mark = Bookmark("turns around", source_id=SourceId(2), time_ns=TimeNs(5 * S))
    session.do("mark", AddBookmark(mark))
    qtbot.waitUntil(lambda: session.view is not None and len(session.view.bookmarks) == 1)
    assert session.view is not None
    session.select(Selection(source_id=SourceId(2)))
    assert panel.title.text() == "Ferry Stairs"
    assert panel.value("File") == "2.mp4"
    session.select(Selection(zone_id=session.view.zones[0].zone_id))
    assert (panel.title.text(), panel.value("Where")) == ("door", "Market Gate")
    assert not panel.go_button.isEnabled()
    session.select(Selection(bookmark_id=session.view.bookmarks[0].bookmark_id))
    assert panel.title.text() == "turns around"
    assert panel.value("True time") == "2026-03-02 17:24:05 UTC−06:00"
    assert not panel.similar_button.isVisible()


def test_one_track_is_found_by_its_id_and_the_look_is_logged(case: Case) -> None:
    assert show_track(case, TrackId(1000004)).class_id == 3
    with pytest.raises(UnknownTrack):
        show_track(case, TrackId(9000001))
    last = case.read(
        lambda cursor: cursor.execute(
            "SELECT row_text FROM audit ORDER BY seq DESC LIMIT 1"
        ).fetchall()
    )
    assert '"tracks.show"' in last[0][0]
    assert "1000004" in last[0][0]


def test_everything_has_a_name_and_is_reached_by_tab(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    assert [str(one) for one in walk(panel)] == []
    select_track(panel, session, qtbot, 1000001)
    qtbot.wait(20)
    assert [str(one) for one in walk(panel)] == []


def test_selecting_keeps_the_gui_thread_free_of_work_and_quick(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    select_track(panel, session, qtbot, 1000001)
    with gui_guards(), slot_clock() as clock:
        for track in (1000002, 1000003, 1000004, 1000001):
            select_track(panel, session, qtbot, track)
    clock.check()
