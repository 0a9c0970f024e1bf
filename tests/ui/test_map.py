"""The map shows the cameras of a case, reports gestures, and moves cameras only when told to."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import PlaceCamera
from casefiles.geo import GeoPoint
from casefiles.types import Actor, Camera, CameraId, Placement, RunId, SourceId, TrackId, TrackRow
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.load_map import load_map
from casefiles.view_types import Coverage, Hit, Hits
from mapview.basemap import BaseMap, parse_base_map
from mapview.layers import CameraMark, camera_marks
from mapview.projection import project
from mapview.qt.base_painter import BaseShapes
from mapview.qt.camera_painter import spot_at
from mapview.qt.furniture import MapArea
from mapview.qt.map_view import MapView
from mapview.qt.picture import MapPicture
from resources.errors import UserError
from resources.files import packaged
from tests.support.golden import assert_golden
from ui.panels.map import MapPanel, map_colours
from ui.session import Selection, Session
from ui.theme import Scheme, apply, colour
from ui.views.camera_colours import HUES, camera_colour, camera_shape
from video.clock import parse_wall, wall_to_ns
from video.types import TimeNs

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
GATE, CRANE = CameraId("market-gate"), CameraId("quay-crane")
TRAILER = CameraId("trailer-2")


def town() -> BaseMap:
    return parse_base_map(packaged("demo", "town.geojson").read_text(encoding="utf-8"))


def cameras(*places: tuple[str, float, float], heading: float | None = 0) -> list[Camera]:
    return [
        Camera(CameraId(name), name.title(), (Placement(GeoPoint(lat, lon), heading, 60, 50),))
        for name, lat, lon in places
    ]


FOUR = cameras(
    ("a", 40.02, -30.02), ("b", 40.02, -30.01), ("c", 40.01, -30.02), ("d", 40.01, -30.01)
)


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    """Four cameras in a square, nothing below them."""
    shown = MapView(map_colours())
    qtbot.addWidget(shown)
    shown.resize(600, 500)
    shown.set_marks(camera_marks(FOUR))
    shown.show()
    return shown


def at(shown: MapView, name: str) -> QPoint:
    """The pixel of a camera that stands alone."""
    mark = next(mark for mark in shown.marks if mark.camera_id == name)
    ((x, y),) = shown.view.to_screen([(mark.x, mark.y)]).tolist()
    return QPoint(round(x), round(y))


def drag(shown: QWidget, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(shown, button, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(shown, start + (end - start) * step / 5)
        QApplication.processEvents()
    QTest.mouseRelease(shown, button, pos=end)


def click_through(shown: MapView, *corners: tuple[int, int]) -> None:
    for x, y in corners:
        QTest.mouseClick(shown, LEFT, pos=QPoint(x, y))


def wheel(shown: QWidget, place: QPoint, delta: int) -> None:
    spot = QPointF(place)
    event = QWheelEvent(
        spot, spot, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(shown, event)


# The widget alone


def test_a_click_on_a_camera_is_reported_and_one_beside_it_is_not(
    qtbot: QtBot, view: MapView
) -> None:
    with qtbot.waitSignal(view.camera_clicked) as clicked:
        QTest.mouseClick(view, LEFT, pos=at(view, "b"))
    assert clicked.args == ["b"]
    with qtbot.assertNotEmitted(view.camera_clicked):
        QTest.mouseClick(view, LEFT, pos=QPoint(300, 250))


def test_a_drag_moves_the_map_and_chooses_nothing(qtbot: QtBot, view: MapView) -> None:
    before = at(view, "a")
    with qtbot.assertNotEmitted(view.camera_clicked):
        drag(view, before, before + QPoint(60, 40))
    assert at(view, "a") == before + QPoint(60, 40)


def test_the_wheel_zooms_at_the_pointer(view: MapView) -> None:
    before, scale = at(view, "d"), view.view.scale
    wheel(view, before, 240)
    assert view.view.scale < scale / 1.5
    assert (at(view, "d") - before).manhattanLength() <= 1


def test_a_double_click_on_the_ground_zooms_in(view: MapView) -> None:
    scale = view.view.scale
    QTest.mouseDClick(view, LEFT, pos=QPoint(300, 250))
    assert view.view.scale == pytest.approx(scale / 2)


def test_keys_zoom_pan_and_fit(view: MapView) -> None:
    whole = view.view
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.view.scale < whole.scale
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.view.scale == pytest.approx(whole.scale)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.view.x > whole.x
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.view == whole


def test_tab_walks_through_all_cameras_and_then_leaves(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    view, after = MapView(map_colours()), QToolButton()
    view.set_marks(camera_marks(FOUR))
    rows = QVBoxLayout(window)
    rows.addWidget(view)
    rows.addWidget(after)
    window.show()
    window.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    walked = []
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Tab)
        walked.append(view.current)
    assert walked == ["a", "b", "c", "d"]
    assert "D (d)" in view.accessibleDescription()
    with qtbot.waitSignal(view.camera_clicked) as clicked:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert clicked.args == ["d"]
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert window.focusWidget() is after


def test_walking_to_a_camera_off_screen_brings_it_on(view: MapView) -> None:
    view.show_viewport(view.view.panned(5000, 0))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.rect().contains(at(view, "a"))


def test_a_cluster_comes_apart_when_it_is_clicked(qtbot: QtBot, view: MapView) -> None:
    crowd = cameras(*((f"n{i}", 40 + i * 1e-4, -30) for i in range(9)), ("far", 41, -30))
    view.set_marks(camera_marks(crowd))
    (cluster,) = (spot for spot in view.spots.spots if spot.is_cluster)
    with qtbot.assertNotEmitted(view.camera_clicked):
        view.choose_spot(cluster)
    assert len(view.spots.spots) > 5


def test_cameras_in_one_place_are_walked_through_by_clicks(view: MapView) -> None:
    view.set_marks(camera_marks(cameras(*((f"n{i}", 40, -30) for i in range(9)))))
    chosen: list[str] = []
    view.camera_clicked.connect(chosen.append)
    for _ in range(3):
        (cluster,) = view.spots.spots
        view.choose_spot(cluster)
        if chosen:
            view.set_selected(chosen[-1])
    assert chosen[-2:] == [f"n{len(chosen) - 2}", f"n{len(chosen) - 1}"]


def test_an_area_is_drawn_by_clicks_and_closed_by_enter(qtbot: QtBot, view: MapView) -> None:
    view.start_area()
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    click_through(view, (100, 100), (300, 100), (300, 300))
    with qtbot.waitSignal(view.area_drawn) as drawn:
        QTest.keyClick(view, Qt.Key.Key_Return)
    (polygon,) = drawn.args
    assert not view.is_drawing
    for (lon, lat), pixel in zip(polygon, [(100, 100), (300, 100), (300, 300)], strict=True):
        world = project(GeoPoint(lat, lon))
        assert view.view.to_screen([world])[0] == pytest.approx(pixel, abs=0.01)


def test_an_area_is_drawn_freehand_with_the_other_button_at_any_time(
    qtbot: QtBot, view: MapView
) -> None:
    scale = view.view
    QTest.mousePress(view, RIGHT, pos=QPoint(100, 100))
    for place in ((200, 100), (200, 200), (100, 200)):
        QTest.mouseMove(view, QPoint(*place))
        QApplication.processEvents()
    with qtbot.waitSignal(view.area_drawn) as drawn:
        QTest.mouseRelease(view, RIGHT, pos=QPoint(100, 200))
    assert len(drawn.args[0]) == 4
    assert view.view == scale


def test_an_area_is_given_up_with_escape(qtbot: QtBot, view: MapView) -> None:
    view.start_area()
    click_through(view, (100, 100), (300, 100))
    with qtbot.assertNotEmitted(view.area_drawn), qtbot.waitSignal(view.area_ended):
        QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.is_drawing


def test_a_camera_does_not_move_unless_moving_is_switched_on(qtbot: QtBot, view: MapView) -> None:
    view.set_selected("a")
    with qtbot.assertNotEmitted(view.camera_moved):
        drag(view, at(view, "a"), at(view, "a") + QPoint(50, 0))


def test_a_dragged_camera_is_reported_where_it_was_dropped(qtbot: QtBot, view: MapView) -> None:
    view.set_selected("a")
    view.set_edit_mode(True)
    start = at(view, "a")
    with qtbot.waitSignal(view.camera_moved) as moved:
        drag(view, start, start + QPoint(40, 30))
    name, point, heading = moved.args
    assert (name, heading) == ("a", 0)
    assert view.view.to_screen([project(point)])[0] == pytest.approx(
        (start.x() + 40, start.y() + 30), abs=1.5
    )


def test_the_handle_turns_the_selected_camera(qtbot: QtBot, view: MapView) -> None:
    view.set_selected("a")
    view.set_edit_mode(True)
    place = at(view, "a")
    with qtbot.waitSignal(view.camera_moved) as moved:
        # It looks north: the handle is straight above, 34 px away.
        drag(view, place - QPoint(0, 34), place + QPoint(60, 0))
    name, point, heading = moved.args
    assert name == "a"
    assert point == FOUR[0].placements[0].point
    assert heading == pytest.approx(90, abs=2)


def test_keys_move_and_turn_the_selected_camera_and_enter_keeps_it(
    qtbot: QtBot, view: MapView
) -> None:
    view.set_selected("a")
    view.set_edit_mode(True)
    QTest.keyClick(view, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_Right, CONTROL | SHIFT)
    with qtbot.waitSignal(view.camera_moved) as moved:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert moved.args[1].lon > FOUR[0].placements[0].point.lon
    assert moved.args[2] == 5


def test_a_camera_move_is_given_up_with_escape(qtbot: QtBot, view: MapView) -> None:
    view.set_selected("a")
    view.set_edit_mode(True)
    QTest.keyClick(view, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(view.camera_moved):
        QTest.keyClick(view, Qt.Key.Key_Return)


def test_only_one_picture_is_made_at_a_time_and_the_newest_is_shown(qtbot: QtBot) -> None:
    waiting: list[tuple[Callable[[], MapPicture], Callable[[MapPicture], None]]] = []
    shown = MapView(map_colours(), render=lambda work, then, _: waiting.append((work, then)))
    qtbot.addWidget(shown)
    shown.resize(300, 200)
    shown.set_ground([BaseShapes(town())])
    for _ in range(5):
        shown.zoom(1.3)
    assert len(waiting) == 1
    work, then = waiting.pop()
    then(work())
    settled = [shown.is_settled]
    ((work, then),) = waiting
    then(work())
    settled.append(shown.is_settled)
    assert settled == [False, True]
    assert len(waiting) == 1


def test_a_pan_within_the_margin_paints_no_new_picture(view: MapView, qtbot: QtBot) -> None:
    asked: list[object] = []

    def render(
        work: Callable[[], MapPicture], then: Callable[[MapPicture], None], _: object
    ) -> None:
        asked.append(work)
        then(work())

    shown = MapView(map_colours(), render=render)
    qtbot.addWidget(shown)
    shown.resize(600, 500)
    shown.set_marks(camera_marks(FOUR))
    shown.show()
    asked.clear()
    shown.show_viewport(shown.view.panned(50, 30))
    assert asked == []
    shown.show_viewport(shown.view.panned(500, 0))
    assert len(asked) == 1


def crowd(count: int) -> tuple[CameraMark, ...]:
    dice = random.Random(7)
    found = [
        Camera(
            CameraId(f"c{i}"),
            f"Camera {i}",
            (Placement(
                GeoPoint(40.015 + dice.random() * 0.01, -30.03 + dice.random() * 0.02),
                dice.random() * 360, 60, 80,
            ),),
        )
        for i in range(count)
    ]  # fmt: skip
    return camera_marks(found, with_footage=frozenset(c.camera_id for c in found[::2]))


@pytest.mark.parametrize("factor", [0.5, 1, 2, 8])
def test_six_hundred_cameras_are_painted_within_a_frame(qtbot: QtBot, factor: float) -> None:
    shown = MapView(map_colours())
    qtbot.addWidget(shown)
    shown.resize(1280, 800)
    shown.set_ground([BaseShapes(town())])
    shown.set_marks(crowd(600))
    shown.set_selected("c5")
    shown.zoom(factor)
    picture = QImage(shown.size(), QImage.Format.Format_RGB32)
    slots = []
    for _ in range(9):
        shown.show_viewport(shown.view.panned(2, 1))
        start = time.thread_time()
        shown.render(picture)
        slots.append(time.thread_time() - start)
    assert sorted(slots)[len(slots) // 2] <= 0.016


def test_the_map_looks_as_approved(qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    apply(_app(), "dark")
    shown = MapView(map_colours())
    qtbot.addWidget(shown)
    shown.resize(640, 460)
    full = town()
    nameless = BaseMap(
        tuple(type(a)(a.kind, "", a.rings, a.bounds) for a in full.areas),
        tuple(type(s)(s.kind, "", s.points, s.bounds) for s in full.streets),
        (),
        full.bounds,
    )
    shown.set_ground([BaseShapes(nameless)])
    places = [("", 40.0195, -30.02), ("", 40.0207, -30.0238), ("", 40.0232, -30.0142)]
    kinds = ("fixed", "trailer", "ptz")
    shown.set_marks(
        camera_marks(
            [
                Camera(
                    CameraId(kind),
                    "",
                    (
                        *([Placement(GeoPoint(lat, lon + 0.003), 90, 90, 70, to_ns=5)]
                          if kind == "trailer" else []),
                        Placement(GeoPoint(lat, lon), 30 if kind != "ptz" else None, 60, 120),
                    ),
                    kind,
                )
                for (_, lat, lon), kind in zip(places, kinds, strict=True)
            ],
            with_footage=frozenset({CameraId("fixed")}),
        )
    )  # fmt: skip
    shown.set_areas([MapArea("", ((-30.024, 40.022), (-30.02, 40.022), (-30.022, 40.0235)))])
    shown.set_selected("fixed")
    texts = [QRect(0, 420, 160, 40), QRect(600, 0, 40, 60), _around(shown, "fixed")]
    assert_golden(shown.grab().toImage(), "map", request, ignored=texts)


def _around(shown: MapView, name: str) -> QRect:
    """The empty name chip of the selected camera."""
    return QRect(at(shown, name) + QPoint(12, -14), at(shown, name) + QPoint(40, 14))


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _light(tone: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (tone.redF(), tone.greenF(), tone.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_hues_of_cameras_stand_out_from_map_and_lanes(qtbot: QtBot, scheme: Scheme) -> None:
    del qtbot
    apply(_app(), scheme)
    for index in range(HUES):
        for ground in (colour("map_land"), colour("map_building"), colour("lane")):
            dark, light = sorted((_light(camera_colour(index)), _light(ground)))
            assert (light + 0.05) / (dark + 0.05) >= 3, (index, ground.name())
    assert camera_shape(0) != camera_shape(HUES)
    apply(_app(), "dark")


# The panel on a real case


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(
        tmp_path / "case", Actor("tester", "here"), number="26-1", title="T", policy="P"
    ) as made:
        yield made


@pytest.fixture
def session(qtbot: QtBot, case: Case) -> Iterator[Session]:
    del qtbot
    shared = Session()
    yield shared
    shared.stop()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> MapPanel:
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(900, 640)
    shown.show()
    return shown


def filled(case: Case) -> None:
    import_cameras(case, packaged("demo", "cameras.csv"))
    load_map(case, packaged("demo", "town.geojson"))
    clip = packaged("demo", "market-gate.mp4")
    add_source(case, clip, Recording(GATE, parse_wall("2026-03-02T17:24:00-06:00"), 0.0))


def opened(qtbot: QtBot, panel: MapPanel, session: Session, case: Case) -> None:
    session.set_case(case)
    qtbot.waitUntil(lambda: session.view is not None and len(panel.map.marks) > 0)
    qtbot.waitUntil(lambda: panel.map.is_settled and panel.note.text() == "")


def spot_of(panel: MapPanel, name: str) -> QPoint:
    """The pixel of a camera's symbol, which may stand beside its place."""
    shown = panel.map
    spot = next(s for s in shown.spots.spots if shown.marks[s.members[0]].camera_id == name)
    return spot_at(spot, shown.spots, shown.view).toPoint()


def test_the_panel_shows_cameras_and_streets_of_the_case(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    shown = {mark.camera_id: mark for mark in panel.map.marks if not mark.former}
    assert len(shown) == 12
    assert {name for name, mark in shown.items() if mark.has_footage} == {GATE}
    harbor = panel.map.view.to_screen([project(GeoPoint(40.0174, -30.0222))])[0]
    image = panel.map.grab().toImage()
    x, y = (round(value * image.devicePixelRatio()) for value in harbor.tolist())
    assert image.pixelColor(x, y) == map_colours().water


def test_reading_parsing_and_painting_stay_off_the_gui_thread(
    qtbot: QtBot,
    panel: MapPanel,
    session: Session,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[str] = []

    def parse(text: str) -> BaseMap:
        threads.append(threading.current_thread().name)
        return parse_base_map(text)

    def paint(*arguments: object) -> None:
        threads.append(threading.current_thread().name)

    monkeypatch.setattr("mapview.qt.ground_stack.parse_base_map", parse)
    monkeypatch.setattr("mapview.qt.picture.paint_ground", paint)
    filled(case)
    opened(qtbot, panel, session, case)
    assert len(threads) >= 2
    assert threading.main_thread().name not in threads


def test_a_click_selects_the_camera_with_its_recording_everywhere(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    with qtbot.waitSignal(panel.camera_chosen):
        QTest.mouseClick(panel.map, LEFT, pos=spot_of(panel, GATE))
    assert session.selection == Selection(source_id=SourceId(1), camera_id=GATE)
    QTest.mouseClick(panel.map, LEFT, pos=spot_of(panel, CRANE))
    assert session.selection == Selection(camera_id=CRANE)


def test_a_camera_selected_elsewhere_is_brought_on_screen(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    panel.map.show_viewport(panel.map.view.panned(9000, 0))
    session.select(Selection(camera_id=CRANE))
    mark = panel.map.selected_mark()
    assert mark is not None
    assert mark.camera_id == CRANE
    assert panel.map.rect().contains(at(panel.map, CRANE))


def test_the_trailer_stands_where_it_stood_at_the_time_shown(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)

    def stands() -> list[float]:
        marks = panel.map.marks
        return [m.point.lon for m in marks if m.camera_id == TRAILER and not m.former]

    assert stands() == [-30.01773]
    session.set_playhead(wall_to_ns(parse_wall("2026-02-20T12:00:00-06:00")))
    qtbot.waitUntil(lambda: stands() == [-30.02381])
    session.set_playhead(wall_to_ns(parse_wall("2026-03-01T07:00:00-06:00")))
    qtbot.waitUntil(lambda: stands() == [])


def test_cameras_with_hits_carry_their_number(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    place = spot_of(panel, CRANE)
    above = QRect(place - QPoint(0, 24), place + QPoint(24, -6))
    before = panel.map.grab(above).toImage()
    session.set_hits(_hits(CRANE, CRANE, None))
    qtbot.waitUntil(lambda: panel.map.is_settled)
    assert panel.map.grab(above).toImage() != before
    session.set_hits(None)
    qtbot.waitUntil(lambda: panel.map.is_settled)
    assert panel.map.grab(above).toImage() == before


def _hits(*found: CameraId | None) -> Hits:
    track = TrackRow(TrackId(1), RunId(1), SourceId(1), 1, TimeNs(0), TimeNs(9), 5, 0.8, False)
    hits = tuple(Hit(track, one, None, None, 0.9, (), None) for one in found)
    return Hits(hits, len(hits), Coverage(1, 1, 9, 9, 0, 0, (), 0))


def test_a_dragged_camera_rewrites_nothing_by_itself_and_a_correction_is_undone_and_done_again(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    before = case.camera(TRAILER).placements
    session.select(Selection(camera_id=TRAILER))
    panel.set_edit_mode(True)
    start = spot_of(panel, TRAILER)
    with qtbot.waitSignal(panel.camera_dragged) as asked:
        drag(panel.map, start, start + QPoint(40, 0))
    dragged = asked.args[0]
    assert case.camera(TRAILER).placements == before
    session.do("Correct camera Trailer 2", PlaceCamera(TRAILER, dragged.corrected()))
    qtbot.waitUntil(lambda: case.camera(TRAILER).placements != before)
    after = case.camera(TRAILER).placements
    # The placement in force was moved; the one before it is as it was.
    assert after[0] == before[0]
    assert after[1].point.lon > before[1].point.lon
    assert (after[1].from_ns, after[1].range_m) == (before[1].from_ns, before[1].range_m)
    # Had it been moved then, it would still have stood where it did before.
    assert before[1].from_ns is not None
    later_ns = before[1].from_ns + 1_000_000_000
    moved = dragged.moved(later_ns)
    assert [one.point for one in moved] == [*(one.point for one in before), after[1].point]
    assert moved[1].to_ns == moved[2].from_ns == later_ns
    session.undo.undo()
    qtbot.waitUntil(lambda: case.camera(TRAILER).placements == before)
    session.undo.redo()
    qtbot.waitUntil(lambda: case.camera(TRAILER).placements == after)
    qtbot.waitUntil(
        lambda: any(mark.point == after[1].point for mark in panel.map.marks), timeout=5000
    )


def test_modes_say_what_they_want_and_tell_when_they_change(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    filled(case)
    opened(qtbot, panel, session, case)
    with qtbot.waitSignal(panel.edit_mode_changed):
        panel.set_edit_mode(True)
    assert "Drag a camera" in panel.note.text()
    panel.set_edit_mode(False)
    panel.start_area()
    assert "corners" in panel.note.text()
    click_through(panel.map, (100, 300), (200, 300), (200, 400))
    with qtbot.waitSignal(panel.area_drawn):
        QTest.keyClick(panel.map, Qt.Key.Key_Return)
    assert panel.note.isHidden()


def test_a_map_loaded_later_appears_by_itself(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    import_cameras(case, packaged("demo", "cameras.csv"))
    session.set_case(case)
    qtbot.waitUntil(lambda: "No map loaded" in panel.note.text())
    qtbot.waitUntil(lambda: len(panel.map.marks) > 0)
    load_map(case, packaged("demo", "town.geojson"))
    qtbot.waitUntil(lambda: panel.note.isHidden())


def test_empty_panels_say_what_would_fill_them(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case
) -> None:
    assert "Open a case" in panel.empty.text()
    assert not panel.empty.isHidden()
    session.set_case(case)
    qtbot.waitUntil(lambda: "No cameras yet" in panel.empty.text())
    load_map(case, packaged("demo", "town.geojson"))
    qtbot.waitUntil(lambda: "No cameras yet" in panel.note.text())
    assert panel.empty.isHidden()


def test_a_damaged_map_is_told_and_cameras_still_work(
    qtbot: QtBot,
    panel: MapPanel,
    session: Session,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mapview.qt.ground_stack.layer_text", lambda *_: "no map at all")
    import_cameras(case, packaged("demo", "cameras.csv"))
    load_map(case, packaged("demo", "town.geojson"))
    with qtbot.waitSignal(session.failed) as failed:
        session.set_case(case)
    assert isinstance(failed.args[0], UserError)
    qtbot.waitUntil(lambda: len(panel.map.marks) > 0)


def test_buttons_on_the_map_have_names_and_work(panel: MapPanel) -> None:
    buttons = panel.findChildren(QToolButton)
    over = {button for button in buttons if button.parent() is panel.map}
    assert {button.accessibleName() for button in over} >= {
        "Nearer (+)", "Farther (−)", "Show all cameras (Home)", "Layers of the map",
    }  # fmt: skip
    assert all(button.accessibleName() for button in buttons)
    assert all(min(button.width(), button.height()) >= 28 for button in buttons)
    scale = panel.map.view.scale
    next(button for button in buttons if button.objectName() == "map-zoom-in").click()
    assert panel.map.view.scale < scale
