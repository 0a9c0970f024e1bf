"""Events, single frames and hover pictures on the timeline; the chart; events on map and list."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark, ChangeBookmark
from casefiles.store.engine import Cursor
from casefiles.types import Actor, CameraId, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_events import import_events, read_case_events
from casefiles.usecases.peek_picture import peek_picture
from casefiles.usecases.read_counts import bin_length_ns, read_counts
from casefiles.usecases.read_frame_times import read_frame_times
from casefiles.view_types import Bookmark, FrameTimes, Lane
from tests.support.clips import shared_clip
from tests.support.search_cases import START_NS
from tests.support.small_case import make_small_case
from ui.models.events import matching
from ui.models.wall_text import zone_of
from ui.panels.charts import ChartsPanel
from ui.panels.map import MapPanel
from ui.panels.places import PlacesPanel
from ui.panels.timeline import TimelinePanel
from ui.session import Selection, Session
from ui.theme import apply
from ui.views.timeline import Timeline
from ui.views.timeline_layout import AXIS_PX
from ui.views.timeline_scale import TimeScale
from ui.views.timeline_ticks import clock_changes
from video.clock import NS_PER_S, format_wall, wall_from_ns, wall_to_ns
from video.packet_index import times_ns, up_to
from video.types import TimeNs

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MS = 1_000_000
BEGIN = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.fixture
def session(qtbot: QtBot, qapp: QApplication) -> Iterator[Session]:
    apply(qapp, "dark")
    made = Session()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def footage(tmp_path: Path) -> Iterator[Case]:
    """A case with one recording of variable rate, whose recorder was half a minute fast."""
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        add_source(made, shared_clip("mp4").path, Recording(None, BEGIN, offset_s=30.0))
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Case]:
    """The small case with four events, three of which have a place."""
    rows = ["time,kind,title,who,lat,lon,uncertainty"]
    for number, (kind, title, place) in enumerate((
        ("911 call", "Caller hears shots", "40.0003,-30.0004"),
        ("statement", "Clerk saw a red car", "40.0008,-30.0009"),
        ("alarm", "Door forced", "40.0005,-29.9996"),
        ("visit", "Meter reader", ","),
    )):  # fmt: skip
        when = format_wall(wall_from_ns(START_NS + number * 10 * NS_PER_S))
        rows.append(f"{when},{kind},{title},,{place},{number}")
    file = tmp_path / "events.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with make_small_case(tmp_path / "case") as made:
        import_events(made, file)
        made.write(_fill_minutes)
        yield made


def _fill_minutes(cursor: Cursor) -> None:
    cursor.execute("INSERT INTO minute_activity VALUES (1, 0, 1, 40), (1, 1, 3, 7), (2, 0, 1, 5)")


def frames_of(number: int, walls: list[int]) -> FrameTimes:
    keys = np.arange(len(walls) - 1) % 12 == 0
    return FrameTimes(SourceId(number), 100, np.array(walls[:-1], np.int64), keys, walls[-1])


def test_frame_times_are_those_of_the_packet_index_on_the_true_clock(footage: Case) -> None:
    source = footage.source(1)
    assert source.clock is not None
    walls = source.clock.to_walls(times_ns(footage.packet_index(source.source_id)))
    start, end = int(walls[5]) + 1, int(walls[9])
    (found,) = read_frame_times(footage, [source.source_id], start, end)
    assert found.first == 5
    assert found.walls.tolist() == walls[5:10].tolist()
    assert found.end_ns == walls[10]
    assert found.shown_at(start) == 0
    assert found.shown_at(int(walls[7])) == 2
    assert read_frame_times(footage, [source.source_id], end + 10**12, end + 10**12 + 1) == ()
    (whole,) = read_frame_times(footage, [source.source_id], start - 10**11, end + 10**11)
    assert (whole.first, len(whole.walls)) == (0, source.frames)


def test_playhead_snaps_to_frames_where_they_are_told_apart(qtbot: QtBot, session: Session) -> None:
    start = wall_to_ns(BEGIN)
    uneven = [start + at * MS for at in (0, 40, 60, 200, 240, 400)]
    spans = np.array([[start, start + 3_600_000 * MS]], np.int64)
    lane = Lane("A", CameraId("a"), (SourceId(1),), spans, np.zeros((0, 2), np.int64), {})
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 160)
    timeline.set_lanes([lane])
    timeline.set_frames([frames_of(1, uneven)])
    asked = start + 150 * MS
    assert timeline.snapped(asked) == asked
    timeline.show_range(start, start + 400 * MS)
    assert timeline.snapped(asked) == start + 60 * MS
    assert timeline.snapped(start - MS) == start - MS
    sought: list[int] = []
    timeline.scrub.connect(sought.append)
    x = round(timeline.drawn_layout.label_px + timeline.scale.x_of(asked))
    QTest.mousePress(timeline, LEFT, NO_KEY, QPoint(x, AXIS_PX - 30))
    QTest.mouseRelease(timeline, LEFT, NO_KEY, QPoint(x, AXIS_PX - 30))
    assert sought == [start + 60 * MS]


def test_panel_zooms_to_the_frame_at_the_playhead_and_to_the_span(
    qtbot: QtBot, session: Session, footage: Case
) -> None:
    panel = TimelinePanel(session)
    qtbot.addWidget(panel)
    panel.resize(900, 220)
    session.set_case(footage)
    qtbot.waitUntil(lambda: bool(panel.timeline.lanes))
    source = footage.source(1)
    assert source.clock is not None
    walls = source.clock.to_walls(times_ns(footage.packet_index(source.source_id))).tolist()
    session.set_playhead(walls[7] + 1)
    panel.show_frame()
    qtbot.waitUntil(lambda: panel.timeline.shown_range[0] > walls[6])
    start, end = panel.timeline.shown_range
    assert start <= walls[7] < walls[8] <= end < walls[9]
    # What is told apart now is read, and the tick is the frame's own time.
    qtbot.waitUntil(lambda: panel.timeline.snapped(walls[7] + 5) == walls[7])
    panel.set_span(walls[2], walls[20])
    panel.show_span()
    start, end = panel.timeline.shown_range
    assert start <= walls[2] < walls[20] <= end
    panel.show_all()
    assert panel.timeline.shown_range[0] < walls[0]


def test_days_of_23_and_25_hours_are_told_on_the_axis() -> None:
    for day, text in ((8, "+1 h · 23 h day · UTC−05:00"), (1, "−1 h · 25 h day · UTC−06:00")):
        month = 3 if day == 8 else 11
        noon = wall_to_ns(datetime(2026, month, day, 12, tzinfo=UTC))
        scale = TimeScale(noon - 5 * 86_400 * NS_PER_S, noon + 5 * 86_400 * NS_PER_S, 900)
        (change,) = clock_changes(scale, zone_of("America/Chicago"))
        assert change.text == text
    assert clock_changes(TimeScale(0, 10**18, 900), zone_of("America/Chicago")) == []


def test_event_lane_stands_on_top_and_a_click_goes_there(
    qtbot: QtBot, session: Session, small: Case
) -> None:
    panel = TimelinePanel(session)
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    session.set_case(small)
    timeline = panel.timeline
    qtbot.waitUntil(lambda: len(timeline.lanes) == 3)
    assert timeline.lanes[0].title == "Events"
    timeline.show_range(START_NS - 5 * NS_PER_S, START_NS + 60 * NS_PER_S)
    x = round(timeline.drawn_layout.label_px + timeline.scale.x_of(START_NS + 20 * NS_PER_S))
    place = QPoint(x, timeline.drawn_layout.top(0) + 22)
    told = timeline.tip_at(QPointF(place))
    assert told.startswith("Door forced\nalarm\n")
    assert "± 2 s" in told
    with qtbot.waitSignal(session.seek_wanted) as sought:
        QTest.mouseClick(timeline, LEFT, NO_KEY, place)
    assert sought.args == [START_NS + 20 * NS_PER_S]
    assert session.selection.event_id == 1_000_003
    timeline.grab()


def test_rest_on_footage_shows_the_keyframe_before_with_both_times(
    qtbot: QtBot, session: Session, footage: Case
) -> None:
    panel = TimelinePanel(session)
    qtbot.addWidget(panel)
    session.set_case(footage)
    qtbot.waitUntil(lambda: bool(panel.timeline.lanes) and session.view is not None)
    hover, timeline = panel._hover, panel.timeline
    wall = wall_to_ns(BEGIN) - 29 * NS_PER_S
    timeline.is_resting = True
    timeline.rested.emit(timeline.lanes[0], wall, "a < b", QPoint(10, 10))
    qtbot.waitUntil(lambda: bool(hover.shown))
    assert "data:image/png;base64," in hover.shown
    assert "picture of 2026-03-02" in hover.shown
    assert "camera 2026-03-02" in hover.shown
    assert "a &lt; b" in hover.shown
    assert 0 < hover.kept_bytes < 8_000_000
    hover.shown = ""
    timeline.is_resting = False
    timeline.rested.emit(timeline.lanes[0], wall + 500 * MS, "late", QPoint(10, 10))
    qtbot.waitUntil(lambda: len(hover._kept) == 2)
    assert hover.shown == "", "the pointer has gone: nothing pops up behind it"


def test_peek_never_goes_beyond_where_a_recording_may_be_played(
    footage: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = footage.source(1)
    index = footage.packet_index(source.source_id)
    late = TimeNs(source.duration_ns - 1)
    whole = peek_picture(footage, source.source_id, late, width=100)
    assert whole is not None
    assert bool(index.keyframes[whole.number])
    assert whole.picture.shape[1] <= 2 * source.width
    cut = up_to(index, 1), "crashed"
    monkeypatch.setattr("casefiles.usecases.peek_picture.play_index", lambda *_: cut)
    if whole.number:
        assert peek_picture(footage, source.source_id, late, width=100) is None
    first = peek_picture(footage, source.source_id, TimeNs(0), width=100)
    assert first is not None
    assert first.number == 0


def test_counts_are_those_of_the_minute_table_whatever_the_bin(small: Case) -> None:
    total = small.read(
        lambda cursor: cursor.execute("SELECT sum(track_points) FROM minute_activity").fetchall()
    )[0][0]
    spread = START_NS - 4000 * NS_PER_S, START_NS + 4000 * NS_PER_S
    sums = {int(read_counts(small, None, *spread, most).counts.sum()) for most in (5, 50, 500)}
    assert sums == {total}
    one = read_counts(small, [SourceId(2)], *spread, 50)
    assert one.analysed == 1
    assert 0 < one.counts.sum() < total
    lengths = [bin_length_ns(hours * 3600 * NS_PER_S, 100) for hours in (1, 24, 1344)]
    assert all(a < b for a, b in pairwise(lengths))
    assert lengths[0] == 60 * NS_PER_S


def test_chart_shows_counts_and_says_what_would_fill_it(
    qtbot: QtBot, session: Session, small: Case
) -> None:
    panel = ChartsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(700, 240)
    panel.show()
    assert "No case is open" in panel.empty.accessibleName()
    session.set_case(small)
    panel.set_range(START_NS - 4000 * NS_PER_S, START_NS + 4000 * NS_PER_S)
    qtbot.waitUntil(lambda: panel.chart is not None and sum(map(sum, panel.chart.heights)) > 0)
    chart = panel.chart
    assert chart is not None
    assert "sightings" in chart.accessibleDescription()
    assert chart.accessibleName() == "Activity over time"
    both = sum(map(sum, chart.heights))
    session.select(Selection(source_id=SourceId(2)))
    panel.which.setCurrentIndex(1)
    qtbot.waitUntil(lambda: 0 < sum(map(sum, chart.heights)) < both)
    with qtbot.waitSignal(panel.seek_wanted) as sought:
        QTest.mouseClick(chart.viewport(), LEFT, NO_KEY, QPoint(400, 100))
    assert panel._range[0] < sought.args[0] < panel._range[1]
    for scheme in ("light", "dark"):
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply(application, scheme)
        panel.grab()


def test_events_stand_on_the_map_where_they_have_a_place(
    qtbot: QtBot, session: Session, small: Case
) -> None:
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(600, 420)
    panel.show()
    session.set_case(small)
    qtbot.waitUntil(lambda: len(panel.map.events) == 3 and panel.map.is_settled)
    events = panel.map.events
    found = [
        (events.at(panel.map.view, QPointF(x, y)), QPoint(x, y))
        for x in range(0, 600, 4)
        for y in range(0, 420, 4)
    ]
    event, place = next((one, at) for one, at in found if one and one.title == "Door forced")
    with qtbot.waitSignal(session.seek_wanted) as sought:
        QTest.mouseClick(panel.map, LEFT, NO_KEY, place)
    assert sought.args == [event.from_ns]
    assert events.chosen == event.event_id


def test_events_are_listed_filtered_and_taken_away_with_undo(
    qtbot: QtBot, session: Session, small: Case
) -> None:
    panel = PlacesPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    session.set_case(small)
    model = panel.events.model
    qtbot.waitUntil(lambda: model.rowCount() == 4)
    panel.events.filter.setText("red CLERK")
    qtbot.waitUntil(lambda: [one.title for one in model.rows] == ["Clerk saw a red car"])
    panel.events.table.setCurrentIndex(model.index(0, 0))
    assert session.selection.event_id == 1_000_002
    panel.events.remove_button.click()
    qtbot.waitUntil(lambda: not panel.events.isVisibleTo(panel))
    session.undo.undo()
    qtbot.waitUntil(lambda: panel.events.isVisibleTo(panel))
    assert matching(read_case_events(small), "nobody")[1] == 0


def test_note_of_a_bookmark_is_changed_in_its_list_and_back_by_undo(
    qtbot: QtBot, session: Session, small: Case
) -> None:
    panel = PlacesPanel(session)
    qtbot.addWidget(panel)
    session.set_case(small)
    session.do("bookmark", AddBookmark(Bookmark("red coat", wall_ns=START_NS)))
    model = panel.bookmarks_model
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.setData(model.index(0, 0), "red coat, no hat")
    qtbot.waitUntil(lambda: model.rows[0].note == "red coat, no hat")
    assert not model.setData(model.index(0, 0), "   "), "an empty note changes nothing"
    session.undo.undo()
    qtbot.waitUntil(lambda: model.rows[0].note == "red coat")
    with qtbot.waitSignal(session.failed) as failed:
        session.do("note", ChangeBookmark(model.rows[0].bookmark_id, "half \ud83d"))
    assert "half a letter" in str(failed.args[0])
