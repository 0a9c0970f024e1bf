"""A followed subject on the map: journey, forecast and ways, and stops on the timeline."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPageSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.geo import GeoPoint, moved
from casefiles.types import Camera, CameraId, CaseHeader, Placement, SourceId
from casefiles.usecases.follow_types import Forecast, Journey, Look, TimeWindow
from casefiles.view_types import CaseView, Lane
from mapview.journey_shapes import LinkLine, link_line
from mapview.projection import project
from tests.support.journeys import SUBJECT, S, a_journey, a_leg, a_stop
from ui.models.journey_plan import plan_journey
from ui.panels.map import MapPanel, map_colours
from ui.panels.map_follow import MapFollow
from ui.panels.map_sheet import take_page
from ui.session import Session
from ui.theme import apply
from ui.views.timeline import Timeline
from ui.views.timeline_journey import StopMark
from video.clock import parse_wall

START = parse_wall("2026-03-02T17:24:00-06:00")
START_NS = round(START.timestamp()) * S
NAMES = ("gate", "stairs", "quay", "tram")
HERE = GeoPoint(40.0200, -30.0200)
PLACES = [moved(HERE, east_m=east, north_m=north)
          for east, north in ((0, 0), (260, 30), (300, 240), (-60, 250))]  # fmt: skip


def seen_at(camera: int) -> GeoPoint:
    """Where somebody stands in front of a camera."""
    return moved(PLACES[camera], east_m=20, north_m=25)


def the_journey(*, problem: str = "") -> Journey:
    stops = [
        a_stop(1, "gate", seen_at(0), 0, 10, start_ns=START_NS),
        a_stop(2, "stairs", seen_at(1), 190, 200, start_ns=START_NS),
        a_stop(3, "quay", seen_at(2), 500, 520, start_ns=START_NS),
    ]
    legs = (
        a_leg(stops[0], stops[1], fastest_s=80),
        a_leg(stops[1], stops[2], fastest_s=90, problem=problem),
    )
    return a_journey(*stops, legs=legs)


def the_forecast() -> Forecast:
    window = TimeWindow(START_NS + 600 * S, START_NS + 780 * S, START_NS + 660 * S)
    look = Look(CameraId("tram"), "Tram", window, 0.61, 340, "Look on Tram", has_footage=True)
    return Forecast(
        SUBJECT, START_NS + 660 * S, START_NS + 520 * S, seen_at(2), 420, 200, 280, 35, (look,)
    )


@pytest.fixture
def session(qtbot: QtBot, qapp: QApplication) -> Iterator[Session]:
    del qtbot
    apply(qapp, "dark")
    shared = Session()
    yield shared
    shared.stop()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> MapPanel:
    cameras = [
        Camera(CameraId(name), name.title(), (Placement(place, 40, 60, 50),))
        for name, place in zip(NAMES, PLACES, strict=True)
    ]
    header = CaseHeader(
        "u", "26-1", "T", training=False, created_ns=0, created_by="", program_version=""
    )
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show()
    session.view = CaseView(header, (), tuple(cameras), {}, (), (), "-06:00")
    session.view_changed.emit()
    qtbot.waitUntil(lambda: shown.map.is_settled and len(shown.map.spots.spots) == 4)
    return shown


@pytest.fixture
def follow(session: Session, panel: MapPanel) -> MapFollow:
    made = MapFollow(session, panel)
    made.show_journey(the_journey())
    assert made.fit()
    return made


def pixel(panel: MapPanel, point: GeoPoint) -> QPointF:
    ((x, y),) = panel.map.view.to_screen([project(point)]).tolist()
    return QPointF(x, y)


def grabbed(panel: MapPanel) -> QImage:
    return panel.map.grab().toImage()


def shows(image: QImage, at: QPointF, colour: int, *, within: int = 3) -> bool:
    """Whether a colour is painted around a pixel."""
    ratio = image.devicePixelRatio()
    x, y = round(at.x() * ratio), round(at.y() * ratio)
    return any(
        image.valid(x + dx, y + dy) and image.pixel(x + dx, y + dy) == colour
        for dx in range(-within, within + 1)
        for dy in range(-within, within + 1)
    )


def test_stops_stand_in_the_hue_of_their_camera_and_legs_are_dashed(
    panel: MapPanel, follow: MapFollow
) -> None:
    image = grabbed(panel)
    for camera in (0, 1, 2):
        at = pixel(panel, seen_at(camera))
        hue = map_colours().camera(camera).rgb()
        assert shows(image, at, hue, within=10), camera
    first, second = pixel(panel, seen_at(0)), pixel(panel, seen_at(1))
    dashes = [
        shows(image, first + (second - first) * (step / 400), map_colours().text.rgb(), within=0)
        for step in range(60, 150)
    ]
    assert True in dashes
    assert False in dashes
    assert follow.journey.shape.unplaced == ()


def test_a_contradiction_is_marked_and_the_journey_is_shown_all_the_same(
    panel: MapPanel, follow: MapFollow
) -> None:
    before = grabbed(panel)
    follow.show_journey(the_journey(problem="210 m in 9 s"))
    assert [leg.problem for leg in follow.journey.shape.legs] == ["", "210 m in 9 s"]
    assert grabbed(panel) != before
    assert len(follow.journey.shape.stops) == 3


def test_the_subject_is_a_stretch_on_the_way_and_a_place_at_a_stop(
    panel: MapPanel, follow: MapFollow
) -> None:
    panel.map_time.show_alone(START_NS + 5 * S)
    now = follow.now
    assert now is not None
    assert now.stop == 1
    assert len(now.points) == 1
    panel.map_time.show_alone(START_NS + 60 * S)
    now = follow.now
    assert now is not None
    assert now.stop is None
    assert len(now.points) > 1
    assert now.sure
    grabbed(panel)


def test_the_ring_grows_with_the_time_of_the_map_and_is_not_there_before(
    panel: MapPanel, follow: MapFollow
) -> None:
    follow.show_forecast(the_forecast())
    reach = []
    for later in (560, 700, 900):
        panel.map_time.show_alone(START_NS + later * S)
        outline = follow.forecast.shape.reach
        reach.append(float(outline[:, 0].max() - outline[:, 0].min()))
    assert reach == sorted(reach)
    assert reach[0] < reach[-1]
    assert "17:39:00" in follow.forecast.shape.words
    follow.fit()
    grabbed(panel)
    panel.map_time.show_alone(START_NS + 60 * S)
    assert not len(follow.forecast.shape.reach)
    assert not follow.forecast.shape.looks


def test_at_the_last_stop_the_forecast_stands_for_the_likeliest_moment(
    panel: MapPanel, follow: MapFollow
) -> None:
    follow.show_forecast(the_forecast())
    panel.map_time.show_alone(START_NS + 510 * S)
    shape = follow.forecast.shape
    assert "420 m" in shape.words
    assert "17:35:00" in shape.words
    assert [look.words for look in shape.looks] == ["17:34:00–17:37:00"]
    assert len(shape.cone)
    follow.fit()
    apply(QApplication.instance(), "light")  # type: ignore[arg-type]  # there is one
    grabbed(panel)
    follow.set_shows_forecast(on=False)
    assert not len(follow.forecast.shape.reach)


def test_the_ring_does_not_jump_where_the_forecast_was_made(
    panel: MapPanel, follow: MapFollow
) -> None:
    told = replace(the_forecast(), reach_m=5000.0, likely_m=2000.0)
    follow.show_forecast(told)
    widths = []
    for later in (659, 660, 661):
        panel.map_time.show_alone(START_NS + later * S)
        outline = follow.forecast.shape.reach
        widths.append(float(outline[:, 0].max() - outline[:, 0].min()))
    assert widths == sorted(widths)
    assert widths[2] - widths[0] < 100


def test_backward_the_ring_grows_into_the_past(panel: MapPanel, follow: MapFollow) -> None:
    told = replace(
        the_forecast(), backward=True, since_ns=START_NS, at_ns=START_NS - 60 * S,
        origin=seen_at(0),
    )  # fmt: skip
    follow.show_forecast(told)
    widths = []
    for earlier in (30, 120):
        panel.map_time.show_alone(START_NS - earlier * S)
        outline = follow.forecast.shape.reach
        widths.append(float(outline[:, 0].max() - outline[:, 0].min()))
    assert widths[0] < widths[1]
    panel.map_time.show_alone(START_NS + 300 * S)
    assert not len(follow.forecast.shape.reach)


def test_without_a_place_there_is_no_ring_and_cameras_are_named_all_the_same(
    panel: MapPanel, follow: MapFollow
) -> None:
    follow.show_journey(None)
    follow.show_forecast(replace(the_forecast(), origin=None, reach_m=None, likely_m=None))
    panel.map_time.show_alone(START_NS + 600 * S)
    assert not len(follow.forecast.shape.reach)
    assert len(follow.forecast.shape.looks) == 1
    grabbed(panel)


def test_a_click_on_a_stop_tells_its_number_and_elsewhere_nothing(
    qtbot: QtBot, panel: MapPanel, follow: MapFollow
) -> None:
    with qtbot.waitSignal(follow.stop_chosen) as told:
        assert follow.take(pixel(panel, seen_at(1)))
    assert told.args == [2]
    assert follow.journey.chosen == 2
    assert not follow.take(QPointF(5, 5))


def test_clicks_go_through_stops_that_lie_on_one_another(
    panel: MapPanel, follow: MapFollow
) -> None:
    place = seen_at(0)
    follow.show_journey(a_journey(*(
        a_stop(number, "gate", place, 10 * number, 10 * number + 5, start_ns=START_NS)
        for number in (1, 2, 3)
    )))  # fmt: skip
    chosen: list[int] = []
    follow.stop_chosen.connect(chosen.append)
    for _ in range(4):
        follow.take(pixel(panel, place))
    assert chosen == [1, 2, 3, 1]


def test_a_way_is_found_under_the_pointer_and_a_closed_one_looks_otherwise(
    qtbot: QtBot, panel: MapPanel, follow: MapFollow
) -> None:
    def way(*, closed: bool = False) -> LinkLine:
        ends = [(PLACES[one].lon, PLACES[one].lat) for one in (3, 2)]
        return link_line(
            CameraId("tram"), CameraId("quay"), tuple(ends), "4 min 10 s", "360 m", seen=5,
            closed=closed,
        )  # fmt: skip

    panel.map_time.show_alone(START_NS - 100 * S)
    follow.show_links([way()])
    open_way = grabbed(panel)
    start, end = pixel(panel, PLACES[3]), pixel(panel, PLACES[2])
    with qtbot.waitSignal(follow.link_chosen) as told:
        assert follow.take(start + (end - start) * 0.7)
    assert told.args is not None
    assert told.args[0].end == "quay"
    follow.show_links([way(closed=True)])
    assert grabbed(panel) != open_way


def test_paper_explains_what_is_drawn(session: Session, panel: MapPanel, follow: MapFollow) -> None:
    follow.show_journey(the_journey(problem="two places at once"))
    follow.show_forecast(the_forecast())
    panel.map_time.show_alone(START_NS + 700 * S)
    assert session.view is not None
    page = take_page(panel, session.view, "", "tester", QPageSize(QPageSize.PageSizeId.A4))
    assert {"stop", "leg", "leg wrong", "ring"} <= {kind for kind, _ in page.sheet.legend}
    assert page.facts["stops"] == 3


def test_keys_of_the_map_still_pan_and_zoom(panel: MapPanel, follow: MapFollow) -> None:
    before = panel.map.view.scale
    QTest.keyClick(panel.map, Qt.Key.Key_Plus)
    assert panel.map.view.scale < before
    assert follow.journey.shape.stops


# -- what is played, and the timeline


def test_each_moment_is_played_once_and_what_nobody_saw_is_skipped() -> None:
    plan = plan_journey(
        a_journey(
            a_stop(1, "gate", None, 0, 10), a_stop(2, "stairs", None, 8, 20),
            a_stop(3, "quay", None, 12, 15), a_stop(4, "tram", None, 80, 90),
            a_stop(5, "gate", None, None, None), legs=(),
        )
    )  # fmt: skip
    assert [(one.number, one.from_ns // S, one.to_ns // S) for one in plan.pieces] == [
        (1, 0, 10), (2, 10, 20), (4, 80, 90),
    ]  # fmt: skip
    assert [one.skipped_ns // S for one in plan.pieces] == [0, 0, 60]
    assert plan.hidden == (3,)
    assert plan.untimed == ("Gate",)
    assert plan.at(85 * S) == 2
    assert plan.at(50 * S) is None
    assert plan.after(20 * S) == 2
    assert plan.before(79 * S) == 1


def test_stops_are_marked_on_their_lane(qtbot: QtBot, session: Session) -> None:
    del session
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(800, 160)
    lanes = [
        lane_of(number, name) for number, name in enumerate(("gate", "stairs"), 1)
    ]  # fmt: skip
    timeline.set_lanes(lanes)
    timeline.fit()
    timeline.show()
    plain = timeline.grab().toImage()
    timeline.set_stops([StopMark(1, lanes[1].sources[0], START_NS + 20 * S, START_NS + 60 * S)])
    marked = timeline.grab().toImage()
    layout = timeline.drawn_layout
    changed = [
        row
        for row in range(2)
        if any(
            plain.pixel(QPoint(x, layout.top(row) + 14)) != marked.pixel(
                QPoint(x, layout.top(row) + 14))
            for x in range(layout.label_px, 800)
        )
    ]  # fmt: skip
    assert changed == [1]


def lane_of(number: int, name: str) -> Lane:
    """A minute and a half of footage."""
    nothing = np.empty(0, np.int64)
    return Lane(
        name, CameraId(name), (SourceId(number),),
        np.array([[START_NS, START_NS + 90 * S]], np.int64), np.empty((0, 2), np.int64),
        {"person": nothing, "vehicle": nothing, "other": nothing},
    )  # fmt: skip
