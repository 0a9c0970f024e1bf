"""The timeline shows what it is given and reports gestures; the panel ties it to the session."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark
from casefiles.types import Actor, BookmarkId, CameraId, RunId, SourceId, TrackId, TrackRow
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.view_types import Bookmark, Coverage, Hit, Hits, Lane
from tests.support.clips import shared_clip
from tests.support.golden import assert_golden
from ui.models.wall_text import zone_of
from ui.panels.timeline import TimelinePanel
from ui.session import Selection, Session
from ui.theme import apply
from ui.views.timeline import Timeline
from ui.views.timeline_layout import AXIS_PX
from ui.views.timeline_marks import CameraClock, Flag
from ui.views.timeline_pointer import tip
from ui.views.timeline_scale import FINEST_NS_PER_PX
from video.clock import NS_PER_S, ClockOffset, wall_to_ns
from video.types import TimeNs

START = wall_to_ns(datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
HOUR = 3600 * NS_PER_S
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def lane(number: int, *, known: bool = True) -> Lane:
    start = START + number * 300 * NS_PER_S
    spans = [[start, start + HOUR], [start + HOUR + 600 * NS_PER_S, start + 3 * HOUR]]
    gaps = [[start + 1200 * NS_PER_S, start + 1500 * NS_PER_S]]
    every = np.arange(start, start + HOUR, 7 * NS_PER_S, dtype=np.int64)
    activity = {"person": every, "vehicle": every[:200], "other": every[100:120]}
    return Lane(
        f"Camera {number}", CameraId(f"c{number}"), (SourceId(number),),
        np.array(spans, np.int64), np.array(gaps, np.int64), activity, known,
    )  # fmt: skip


def hit(number: int, second: int, *, doubtful: bool = False) -> Hit:
    begin = START + second * NS_PER_S
    track = TrackRow(
        TrackId(1000 + second), RunId(1), SourceId(number), 1, TimeNs(5 * NS_PER_S),
        TimeNs(25 * NS_PER_S), 60, 0.8, False,
    )  # fmt: skip
    return Hit(
        track, CameraId(f"c{number}"), begin, begin + 20 * NS_PER_S, 0.9, ("red upper body",),
        TimeNs(15 * NS_PER_S), doubtful,
    )  # fmt: skip


def hits(*found: Hit) -> Hits:
    return Hits(found, len(found), Coverage(1, 1, 1, 1, 0, 0, (), 0))


@pytest.fixture
def timeline(qtbot: QtBot, qapp: QApplication) -> Iterator[Timeline]:
    apply(qapp, "dark")
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(1000, 240)
    made.set_zone("America/Chicago")
    made.set_lanes([lane(number, known=number != 2) for number in range(1, 4)])
    with qtbot.waitExposed(made):
        made.show()
    yield made
    qapp.setStyleSheet("")


def spot(timeline: Timeline, wall_ns: int, row: int | None, dy: int = 20) -> QPoint:
    """The pixel of a moment in a row, or on the axis."""
    layout = timeline.drawn_layout
    y = AXIS_PX - 30 if row is None else layout.top(row) + dy
    return QPoint(round(layout.label_px + timeline.scale.x_of(wall_ns)), y)


def drag(
    timeline: Timeline, start: QPoint, end: QPoint, *,
    button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEY,
) -> None:  # fmt: skip
    QTest.mousePress(timeline, button, keys, start)
    middle = (start + end) / 2
    for place in (middle, end):
        send_move(timeline, place, button)
    QTest.mouseRelease(timeline, button, keys, end)


def send_move(timeline: Timeline, place: QPoint, button: Qt.MouseButton) -> None:
    # QTest moves carry no pressed button.
    local = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, local, timeline.mapToGlobal(local), Qt.MouseButton.NoButton,
        button, NO_KEY,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def wheel(timeline: Timeline, place: QPoint, turned: QPoint, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(timeline.mapToGlobal(place)), QPoint(), turned,
        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def test_everything_is_shown_at_first(timeline: Timeline) -> None:
    start, end = timeline.shown_range
    assert start < START + 300 * NS_PER_S
    assert end > START + 900 * NS_PER_S + 3 * HOUR


def test_click_on_a_lane_goes_there_and_chooses_it(qtbot: QtBot, timeline: Timeline) -> None:
    sought: list[int] = []
    timeline.seek_wanted.connect(sought.append)
    with qtbot.waitSignal(timeline.lane_clicked) as chosen:
        QTest.mouseClick(timeline, LEFT, NO_KEY, spot(timeline, START + HOUR, 1))
    assert sought == [pytest.approx(START + HOUR, abs=timeline.scale.ns_per_px)]
    assert chosen.args == [timeline.lanes[1]]
    assert timeline.chosen_row == 1


def test_click_on_a_title_chooses_the_lane_and_goes_nowhere(
    qtbot: QtBot, timeline: Timeline
) -> None:
    with (
        qtbot.waitSignal(timeline.lane_clicked) as chosen,
        qtbot.assertNotEmitted(timeline.seek_wanted),
    ):
        QTest.mouseClick(timeline, LEFT, NO_KEY, QPoint(20, timeline.drawn_layout.top(2) + 12))
    assert chosen.args == [timeline.lanes[2]]


def test_drag_over_lanes_selects_a_span_either_way(qtbot: QtBot, timeline: Timeline) -> None:
    early, late = START + HOUR // 2, START + 2 * HOUR
    for start, end in ((early, late), (late, early)):
        timeline.set_span(None, None)
        with qtbot.waitSignal(timeline.span_selected) as told:
            drag(timeline, spot(timeline, start, 0), spot(timeline, end, 2))
        assert told.args == pytest.approx([early, late], abs=timeline.scale.ns_per_px)
        assert timeline.span == tuple(told.args)


def test_dragging_the_edge_of_a_span_moves_only_that_edge(qtbot: QtBot, timeline: Timeline) -> None:
    start, end = START + HOUR, START + 2 * HOUR
    timeline.set_span(start, end)
    with qtbot.waitSignal(timeline.span_selected) as told:
        drag(timeline, spot(timeline, end, 1), spot(timeline, end + HOUR // 2, 1))
    assert told.args[0] == start
    assert told.args[1] == pytest.approx(end + HOUR // 2, abs=timeline.scale.ns_per_px)


@pytest.mark.parametrize(
    ("button", "keys"), [(MIDDLE, NO_KEY), (LEFT, Qt.KeyboardModifier.AltModifier)]
)
def test_alt_or_middle_drag_pans(
    qtbot: QtBot, timeline: Timeline, button: Qt.MouseButton, keys: Qt.KeyboardModifier
) -> None:
    timeline.zoom(8)
    moment = START + 90 * 60 * NS_PER_S
    timeline.show_scale(timeline.scale.starting(moment - timeline.scale.length_ns // 2))
    held = timeline.scale.time_at(400)
    with qtbot.assertNotEmitted(timeline.seek_wanted):
        drag(
            timeline, spot(timeline, held, 0), spot(timeline, held, 0) + QPoint(120, 0),
            button=button, keys=keys,
        )  # fmt: skip
    assert timeline.scale.x_of(held) == pytest.approx(520, abs=1.5)
    assert timeline.span == (None, None)


def test_dragging_the_axis_scrubs_and_ends_with_a_seek(qtbot: QtBot, timeline: Timeline) -> None:
    seen: list[int] = []
    timeline.scrub.connect(seen.append)
    start, end = spot(timeline, START + HOUR, None), spot(timeline, START + 2 * HOUR, None)
    with qtbot.waitSignal(timeline.seek_wanted) as told:
        drag(timeline, start, end)
    assert len(seen) == 3
    assert seen == sorted(seen)
    assert told.args[0] == seen[-1] == timeline.playhead_ns


def test_dragging_the_playhead_scrubs_too(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_playhead(START + HOUR)
    with qtbot.waitSignal(timeline.scrub), qtbot.assertNotEmitted(timeline.span_selected):
        drag(timeline, spot(timeline, START + HOUR, 1), spot(timeline, START + 2 * HOUR, 1))
    assert timeline.playhead_ns == pytest.approx(START + 2 * HOUR, abs=timeline.scale.ns_per_px)


def test_wheel_zooms_at_the_pointer_and_shift_wheel_pans(timeline: Timeline) -> None:
    place = spot(timeline, START + HOUR, 0)
    length = timeline.scale.length_ns
    for _ in range(4):
        wheel(timeline, place, QPoint(0, 120), NO_KEY)
    assert timeline.scale.length_ns < length / 2
    assert spot(timeline, START + HOUR, 0).x() == pytest.approx(place.x(), abs=1)
    start, length = timeline.scale.from_ns, timeline.scale.length_ns
    wheel(timeline, place, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert timeline.scale.from_ns > start
    assert timeline.scale.length_ns == length
    wheel(timeline, place, QPoint(120, 0), NO_KEY)
    assert timeline.scale.from_ns == pytest.approx(start, abs=2)


def test_zoom_ends_at_frames_and_at_everything(timeline: Timeline) -> None:
    timeline.fit()
    whole = timeline.shown_range
    for _ in range(80):
        timeline.zoom(2)
    assert timeline.scale.ns_per_px == pytest.approx(FINEST_NS_PER_PX, rel=0.01)
    for _ in range(80):
        timeline.zoom(0.5)
    assert timeline.shown_range == whole


def test_double_click_shows_a_lane_whole_and_on_the_axis_everything(
    qtbot: QtBot, timeline: Timeline
) -> None:
    whole = timeline.shown_range
    QTest.mouseDClick(timeline, LEFT, NO_KEY, spot(timeline, START + HOUR, 0))
    start, end = timeline.shown_range
    assert (start, end) != whole
    assert start <= timeline.lanes[0].spans.min() < timeline.lanes[0].spans.max() <= end
    QTest.mouseDClick(timeline, LEFT, NO_KEY, spot(timeline, START + HOUR, None))
    assert timeline.shown_range == whole


def test_keys_zoom_pan_fit_and_step_through_lanes(qtbot: QtBot, timeline: Timeline) -> None:
    whole, length = timeline.shown_range, timeline.scale.length_ns
    QTest.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.scale.length_ns < length
    start = timeline.scale.from_ns
    QTest.keyClick(timeline, Qt.Key.Key_PageDown)
    assert timeline.scale.from_ns > start
    QTest.keyClick(timeline, Qt.Key.Key_F)
    assert timeline.shown_range == whole
    with qtbot.waitSignal(timeline.lane_clicked) as chosen:
        QTest.keyClick(timeline, Qt.Key.Key_Down)
    assert chosen.args == [timeline.lanes[0]]
    QTest.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline.chosen_row == 1


def test_escape_clears_the_span(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_span(START, START + HOUR)
    with qtbot.waitSignal(timeline.span_cleared):
        QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.span == (None, None)


def test_its_keys_are_kept_from_window_shortcuts_but_arrows_sideways_are_not(
    timeline: Timeline,
) -> None:
    for key, kept in ((Qt.Key.Key_F, True), (Qt.Key.Key_Left, False), (Qt.Key.Key_Space, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, NO_KEY)
        event.ignore()
        QApplication.sendEvent(timeline, event)
        assert event.isAccepted() is kept


def test_marks_are_clicked_instead_of_the_lane(qtbot: QtBot, timeline: Timeline) -> None:
    one, other = hit(1, 2000), hit(3, 5000, doubtful=True)
    timeline.set_hits(hits(one, other))
    timeline.set_bookmarks(
        [
            Flag(BookmarkId(4), START + 2 * HOUR, "on a lane", SourceId(2)),
            Flag(BookmarkId(5), START + HOUR, "on all"),
        ]
    )
    best = START + 5010 * NS_PER_S
    with (
        qtbot.waitSignal(timeline.hit_clicked) as told,
        qtbot.assertNotEmitted(timeline.seek_wanted),
    ):
        QTest.mouseClick(timeline, LEFT, NO_KEY, spot(timeline, best, 2, dy=6))
    assert told.args == [other]
    with qtbot.waitSignal(timeline.bookmark_clicked) as told:
        QTest.mouseClick(timeline, LEFT, NO_KEY, spot(timeline, START + 2 * HOUR, 1, dy=4))
    assert told.args == [4]
    on_axis = spot(timeline, START + HOUR, None) + QPoint(3, 24)
    with qtbot.waitSignal(timeline.bookmark_clicked) as told:
        QTest.mouseClick(timeline, LEFT, NO_KEY, on_axis)
    assert told.args == [5]


def test_playing_out_of_the_range_turns_the_page_but_leaves_who_looks_elsewhere(
    timeline: Timeline,
) -> None:
    timeline.zoom(20)
    timeline.show_scale(timeline.scale.starting(START + HOUR))
    end = timeline.shown_range[1]
    timeline.set_playhead(end - NS_PER_S)
    timeline.set_playhead(end + NS_PER_S)
    assert timeline.scale.shows(end + NS_PER_S)
    assert timeline.shown_range[0] > START + HOUR
    timeline.show_scale(timeline.scale.starting(START + 2 * HOUR + HOUR // 2))
    looked = timeline.shown_range
    timeline.set_playhead(end + 2 * NS_PER_S)
    assert timeline.shown_range == looked
    timeline.set_playhead(START + HOUR)
    assert timeline.scale.shows(START + HOUR)


def test_new_facts_keep_the_range_unless_everything_was_shown(timeline: Timeline) -> None:
    longer = [*timeline.lanes, lane(30)]
    timeline.set_lanes(longer)
    assert timeline.scale.shows(START + 9000 * NS_PER_S + 2 * HOUR)
    timeline.zoom(4)
    looked = timeline.shown_range
    timeline.set_lanes([*longer[:3], lane(60)])
    assert timeline.shown_range == looked


def test_many_lanes_scroll_under_the_axis(timeline: Timeline) -> None:
    timeline.set_lanes([lane(number) for number in range(64)])
    assert timeline.drawn_layout.most_scroll > 0
    assert timeline.drawn_layout.row_px >= 28
    wheel(timeline, QPoint(20, 100), QPoint(0, -120), NO_KEY)
    assert timeline.drawn_layout.scroll_px == timeline.drawn_layout.row_px
    timeline.choose_row(63)
    assert 63 in timeline.drawn_layout.shown_rows
    assert not timeline.grab().isNull()


def test_tip_tells_lane_times_gap_and_what_was_seen(timeline: Timeline) -> None:
    timeline.grab()
    zone = zone_of("America/Chicago")

    def told(place: QPoint, *clocks: CameraClock) -> str:
        return tip(
            timeline.surroundings(), QPointF(place), columns=timeline._columns, zone=zone,
            clocks=clocks,
        )  # fmt: skip

    begin = START + 300 * NS_PER_S
    fast = CameraClock(SourceId(1), begin, begin + HOUR, ClockOffset(begin, 90 * NS_PER_S))
    gap = told(spot(timeline, begin + 1350 * NS_PER_S, 0), fast)
    assert "Camera 1" in gap
    assert "5 min 00 s of footage missing" in gap
    assert "true 2026-03-02 12:2" in gap
    assert "camera 2026-03-02 12:2" in gap
    assert "UTC−06:00" in gap
    seen = told(spot(timeline, begin + 600 * NS_PER_S, 0))
    assert "person" in seen
    assert "camera" not in seen
    assert "no footage" in told(spot(timeline, begin + HOUR + 300 * NS_PER_S, 0))
    assert "not known" in told(QPoint(30, timeline.drawn_layout.top(1) + 10))
    assert told(spot(timeline, START + HOUR, None)) == ""


def test_screen_readers_are_told_range_and_playhead(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_playhead(START + HOUR)
    qtbot.waitUntil(lambda: "Playhead at 2026-03-02 13:00:00" in timeline.accessibleDescription())
    assert timeline.accessibleDescription().startswith("Shows 2026-03-02")


def test_moving_the_playhead_paints_no_lane_anew(
    qtbot: QtBot, timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline.set_playhead(START + HOUR)
    timeline.repaint()
    painted: list[int] = []
    monkeypatch.setattr(timeline, "_paint_pictures", lambda _ratio: painted.append(1))
    timeline.set_playhead(START + HOUR + 60 * NS_PER_S)
    timeline.repaint()
    assert not painted
    timeline.zoom(2)
    timeline.repaint()
    assert painted


@pytest.mark.pixels
def test_timeline_looks_as_approved(timeline: Timeline, request: pytest.FixtureRequest) -> None:
    timeline.set_hits(hits(hit(1, 2000), hit(3, 5000, doubtful=True)))
    timeline.set_bookmarks(
        [
            Flag(BookmarkId(4), START + 2 * HOUR, "on a lane", SourceId(2)),
            Flag(BookmarkId(5), START + 7000 * NS_PER_S, "on all"),
        ]
    )
    timeline.set_playhead(START + HOUR)
    timeline.set_span(START + 2 * HOUR, START + 3 * HOUR)
    timeline.set_selection(SourceId(1), None, TrackId(3000))
    timeline.clearFocus()
    layout = timeline.drawn_layout
    assert_golden(
        timeline.grab().toImage(), "timeline", request,
        ignored=[QRect(0, 0, 1000, AXIS_PX), QRect(24, 0, layout.label_px - 26, 240)],
    )  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\na,Gate,1,2\n")
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        import_cameras(made, table)
        yield made


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> TimelinePanel:
    made = TimelinePanel(session)
    qtbot.addWidget(made)
    made.resize(900, 220)
    return made


def add(case: Case, clip: str, recording: Recording) -> None:
    add_source(case, shared_clip(clip).path, recording)


BEGIN = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def test_panel_fills_when_footage_is_added_to_an_empty_case(
    qtbot: QtBot, session: Session, panel: TimelinePanel, case: Case
) -> None:
    assert "No case is open" in panel.empty.text()
    session.set_case(case)
    assert "drop recordings" in panel.empty.text()
    assert panel.empty.isVisibleTo(panel)
    add(case, "mp4", Recording("a", BEGIN))
    qtbot.waitUntil(lambda: panel.timeline.isVisibleTo(panel))
    assert [lane.title for lane in panel.timeline.lanes] == ["Gate"]
    add(case, "mkv", Recording(None, BEGIN + timedelta(seconds=40)))
    qtbot.waitUntil(lambda: len(panel.timeline.lanes) == 2)
    session.set_case(None)
    assert panel.timeline.lanes == ()


def test_panel_shows_bookmarks_and_goes_to_them(
    qtbot: QtBot, session: Session, panel: TimelinePanel, case: Case
) -> None:
    add(case, "mp4", Recording("a", BEGIN, offset_s=30.0))
    session.set_case(case)
    qtbot.waitUntil(lambda: len(panel.timeline.lanes) == 1 and session.view is not None)
    note = Bookmark("here", source_id=SourceId(1), time_ns=TimeNs(NS_PER_S))
    session.do("bookmark", AddBookmark(note))
    qtbot.waitUntil(lambda: session.view is not None and len(session.view.bookmarks) == 1)
    assert session.view is not None
    bookmark_id = session.view.bookmarks[0].bookmark_id
    with qtbot.waitSignal(session.seek_wanted) as told:
        panel.timeline.bookmark_clicked.emit(bookmark_id)
    # The recorder was 30 s fast: true time is earlier than what it showed.
    assert told.args == [START - 29 * NS_PER_S]
    assert session.selection.bookmark_id == bookmark_id
    assert session.selection.camera_id == "a"


def test_panel_marks_a_span_at_the_playhead(
    qtbot: QtBot, session: Session, panel: TimelinePanel
) -> None:
    told: list[object] = []
    panel.span_changed.connect(told.append)
    session.set_playhead(START)
    panel.set_in()
    assert told[-1] is None
    session.set_playhead(START + 90 * NS_PER_S)
    panel.set_out()
    assert panel.span == (START, START + 90 * NS_PER_S)
    assert panel.span_text.text() == "span 1 min 30 s"
    # An in behind the out begins a new span.
    session.set_playhead(START + HOUR)
    panel.set_in()
    assert told[-1] is None
    panel.set_span(START, START + HOUR)
    panel.clear_span()
    assert told == [
        None, (START, START + 90 * NS_PER_S), None, (START, START + HOUR), None,
    ]  # fmt: skip


def test_panel_turns_gestures_into_selection_and_seeks(
    qtbot: QtBot, session: Session, panel: TimelinePanel
) -> None:
    panel.timeline.set_lanes([lane(1), lane(2)])
    found = hit(2, 4000)
    session.set_hits(hits(found))
    with qtbot.waitSignal(session.seek_wanted) as told:
        panel.timeline.hit_clicked.emit(found)
    assert told.args == [START + 4010 * NS_PER_S]
    assert session.selection == Selection(SourceId(2), CameraId("c2"), TrackId(5000))
    assert panel.timeline.chosen_row == 1
    panel.timeline.lane_clicked.emit(panel.timeline.lanes[0])
    assert session.selection == Selection(SourceId(1), CameraId("c1"))
    assert panel.timeline.chosen_row == 0


def test_colours_follow_the_theme(qapp: QApplication, timeline: Timeline) -> None:
    dark = timeline.grab().toImage().pixelColor(timeline.drawn_layout.label_px + 3, 200)
    apply(qapp, "light")
    try:
        light = timeline.grab().toImage().pixelColor(timeline.drawn_layout.label_px + 3, 200)
    finally:
        apply(qapp, "dark")
    assert light.lightness() > dark.lightness() + 100
