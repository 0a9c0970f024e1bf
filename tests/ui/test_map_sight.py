"""The time bar of the map, blind spots, and ways of what moved: in the panel, on a real case."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.calibration_types import Calibration, CalibrationId
from casefiles.case import Case
from casefiles.edit_kinds import ChangeLayer, SetCalibration, TakeBackCalibration
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.import_positions import import_positions
from casefiles.usecases.load_map import load_map
from casefiles.usecases.map_layers import add_layer
from casefiles.usecases.view_case import view_case
from mapview.layers import CameraMark, view_cone
from mapview.projection import project
from mapview.qt.track_painter import WaysArt
from mapview.tile_grid import tiles_over
from resources.files import packaged
from tests.support.map_files import pbf, vector_tiles
from tests.support.search_cases import START_NS, put_cameras
from tests.support.small_case import make_small_case
from ui.panels.map import MapPanel
from ui.session import Session
from ui.theme import apply
from video.clock import format_wall, wall_from_ns

S = 1_000_000_000
DAY = 86_400 * S
CAME, LEFT_AT = START_NS - 30 * DAY, START_NS - 10 * DAY
TRAILER = Camera(
    CameraId("trailer"),
    "Trailer 7",
    (
        Placement(GeoPoint(40.0195, -30.0205), 0, 60, 60, from_ns=CAME, to_ns=LEFT_AT),
        Placement(GeoPoint(40.0206, -30.0190), 180, 60, 60, from_ns=START_NS + 5 * DAY),
    ),
    "trailer",
)
CORNER = Camera(CameraId("corner"), "Corner", (Placement(GeoPoint(40.0200, -30.0200), 90, 80, 70),))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """The small case in the made-up town, with a trailer that came and went, and a squad car."""
    with make_small_case(tmp_path / "case") as made:
        put_cameras(made, TRAILER, CORNER)
        load_map(made, packaged("demo", "town.geojson"))
        features = [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [-30.021 + second * 3e-5, 40.0202],
                },
                "properties": {"t": format_wall(wall_from_ns(START_NS + second * S))},
            }
            for second in [*range(0, 40), *range(80, 120)]
        ]
        file = tmp_path / "drive.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        import_positions(made, file, "stairs")
        yield made


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, case: Case) -> Iterator[MapPanel]:
    apply(qapp, "dark")
    session = Session()
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(900, 640)
    shown.show()
    session.set_case(case)
    session.set_playhead(START_NS + 30 * S)
    # Pictures and the ground come by threads of their own.
    qtbot.waitUntil(lambda: shown.layers.ground.has_map)
    qtbot.waitUntil(lambda: len(shown.map.marks) > 0 and shown.map.is_settled)
    yield shown
    session.stop()


def _at(panel: MapPanel, wall_ns: int) -> QPoint:
    strip = panel.map_time.strip
    return QPoint(round(strip.strip.resized(strip.width()).x_of(wall_ns)), strip.height() // 2)


def _trailer(panel: MapPanel) -> list[tuple[bool, bool, str]]:
    return [
        (mark.former, mark.coming, mark.dates)
        for mark in panel.map.marks
        if mark.camera_id == TRAILER.camera_id
    ]


def test_a_date_without_footage_moves_what_the_map_shows_and_not_the_player(
    qtbot: QtBot, panel: MapPanel
) -> None:
    session, time = panel._session, panel.map_time
    assert time.link.isChecked()
    with qtbot.assertNotEmitted(session.seek_wanted):
        QTest.mouseClick(time.strip, Qt.MouseButton.LeftButton, pos=_at(panel, CAME + 5 * DAY))
    assert not time.is_tied
    assert not time.link.isChecked()
    assert "map only" in time.label.text()
    qtbot.waitUntil(lambda: panel.map.is_settled and (False, False, "") in _trailer(panel))
    # The player goes on, and the map stays.
    session.set_playhead(START_NS + 31 * S)
    assert time.wall_ns is not None
    assert abs(time.wall_ns - (CAME + 5 * DAY)) < DAY
    time.tie()
    assert time.wall_ns == START_NS + 31 * S
    qtbot.waitUntil(lambda: panel.map.is_settled and len(_trailer(panel)) == 2)
    qtbot.waitUntil(lambda: (False, False, "") not in _trailer(panel))


def test_places_of_before_and_of_later_carry_their_dates(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.waitUntil(lambda: len(_trailer(panel)) == 2 and panel.map.is_settled)
    before, later = _trailer(panel)
    assert before[:2] == (True, False)
    assert " to " in before[2]
    assert later[:2] == (True, True)
    assert later[2].startswith("from ")


def test_a_time_with_footage_is_the_players(qtbot: QtBot, panel: MapPanel) -> None:
    session, time = panel._session, panel.map_time
    wanted = START_NS + 40 * S
    with qtbot.waitSignal(session.seek_wanted) as sought:
        time.go_to(wanted)
    assert sought.args == [wanted]
    assert time.is_tied


def test_by_keys_from_date_to_date_and_back_to_the_player(qtbot: QtBot, panel: MapPanel) -> None:
    strip, time = panel.map_time.strip, panel.map_time
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_PageUp)
    assert time.wall_ns == LEFT_AT
    QTest.keyClick(strip, Qt.Key.Key_PageUp)
    assert time.wall_ns == CAME
    QTest.keyClick(strip, Qt.Key.Key_PageDown)
    assert time.wall_ns == LEFT_AT
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert time.wall_ns is not None
    assert time.wall_ns > LEFT_AT
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    assert time.is_tied
    assert time.wall_ns == START_NS + 30 * S
    length = strip.strip.to_ns - strip.strip.from_ns
    QTest.keyClick(strip, Qt.Key.Key_Plus)
    assert strip.strip.to_ns - strip.strip.from_ns < length
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert strip.strip.to_ns - strip.strip.from_ns == length


def test_blind_spots_follow_the_time_shown_and_go_when_switched_off(
    qtbot: QtBot, panel: MapPanel
) -> None:
    sight = panel.map_sight
    assert sight.words == ""
    QTest.mouseClick(sight.blind_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sight.spots is not None and "in view" in panel.note.text())
    first = sight.spots
    assert first is not None
    assert first.has_streets
    assert 0 < first.seen_m < first.street_m
    # The gate's direction is told, its reach is not; the stairs tell nothing.
    assert first.guessed >= 1
    assert "Walls" in panel.note.text()
    qtbot.waitUntil(lambda: sight.blind.is_settled)
    # What is hatched is known under the pointer.
    run = first.unseen[0]
    ((x, y),) = panel.map.view.to_screen([(run[0] + run[1]) / 2]).tolist()
    assert sight.is_blind(QPointF(x, y))
    assert not sight.is_blind(QPointF(x, y) + QPointF(3000, 3000))
    panel.map_time.go_to(CAME + DAY)
    qtbot.waitUntil(lambda: sight.spots is not None and sight.spots.cameras > first.cameras)
    QTest.mouseClick(sight.blind_button, Qt.MouseButton.LeftButton)
    assert sight.words == ""
    assert panel.note.isHidden()
    assert sight.blind.art is None


def test_streets_of_vector_tiles_are_judged_where_no_drawn_map_is_shown(
    qtbot: QtBot, panel: MapPanel, case: Case, tmp_path: Path
) -> None:
    corner = CORNER.placements[0].point
    (tile,) = tiles_over((*project(corner), *project(corner)), 14)
    _, bottom, _, top = tile.bounds
    y = round((top - project(corner)[1]) / (top - bottom) * 4096)
    road = (f"LINESTRING(-50 {y}, 4146 {y})", {"kind": "minor_road", "name": "Tile Street"})
    made = {(tile.zoom, tile.column, tile.row): pbf({"roads": [road]})}
    (town,) = [one for one in view_case(case).layers if one.kind == "geojson"]
    case.post(lambda: ChangeLayer(replace(town, shown=False))).result()
    finish(add_layer(case, vector_tiles(tmp_path / "streets.mbtiles", made)))
    sight = panel.map_sight
    QTest.mouseClick(sight.blind_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "tiles of zoom 14" in panel.note.text())
    assert sight.spots is not None
    assert 0 < sight.spots.seen_m < sight.spots.street_m


def test_the_way_of_a_squad_car_is_drawn_in_its_span_and_broken_where_nothing_is_known(
    qtbot: QtBot, panel: MapPanel
) -> None:
    sight = panel.map_sight
    QTest.mouseClick(sight.ways_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "moving cameras: 1" in panel.note.text())
    art = sight.ways.art
    assert isinstance(art, WaysArt)
    (way,) = art.ways
    assert len(way.points) == 80
    assert way.gaps.sum() == 1
    assert "Not shown: Market Gate" in panel.note.text()
    panel.map.view_changed.emit()
    qtbot.waitUntil(lambda: sight.ways.is_settled)
    panel.map_time.go_to(CAME + DAY)
    qtbot.waitUntil(lambda: "no moving cameras" in panel.note.text())
    panel.map_time.length.setCurrentIndex(3)
    qtbot.waitUntil(lambda: "moving cameras: 1" in panel.note.text())


def test_a_calibrated_camera_shows_the_ground_it_sees_and_its_tracks(
    qtbot: QtBot, panel: MapPanel, case: Case
) -> None:
    view = panel._session.view
    assert view is not None
    gate = next(one for one in view.sources if one.camera_id == "gate")
    size = (gate.width, gate.height)

    def mark() -> CameraMark:
        return next(one for one in panel.map.marks if one.camera_id == "gate")

    assert mark().is_assumed
    # Seen from straight above: a pixel is 5 cm, north is up.
    to_image = (20.0, 0.0, 0.0, 0.0, -20.0, float(size[1]), 0.0, 0.0, 1.0)
    covariance = tuple(1e-12 if at % 10 == 0 else 0.0 for at in range(81))
    made = Calibration(CameraId("gate"), size, to_image, covariance, origin=GeoPoint(40.0, -30.0))
    case.post(lambda: SetCalibration(made)).result()
    qtbot.waitUntil(lambda: panel.map.is_settled and len(mark().seen) == 4)
    assert not mark().is_assumed
    sight = panel.map_sight
    QTest.mouseClick(sight.ways_button, Qt.MouseButton.LeftButton)
    panel.map_time.length.setCurrentIndex(3)
    qtbot.waitUntil(lambda: sight.tracks is not None and len(sight.tracks) > 0)
    art = sight.ways.art
    assert isinstance(art, WaysArt)
    assert art.tracks is not None
    # All of them stood on the ground that the camera shows.
    (left, bottom), (right, top) = view_cone(mark()).min(axis=0), view_cone(mark()).max(axis=0)
    assert (art.tracks.points >= (left - 1, bottom - 1)).all()
    assert (art.tracks.points <= (right + 1, top + 1)).all()
    # A click on one tells which, and when it was there.
    tracks = sight.tracks
    assert tracks is not None
    step = int(np.flatnonzero(np.diff(tracks.track_id) == 0)[0])
    ((x, y),) = panel.map.view.to_screen(art.tracks.points[step : step + 1]).tolist()
    found = sight.track_at(QPointF(x, y))
    assert found is not None
    assert found[0] in tracks.track_id
    assert tracks.wall_ns.min() <= found[1] <= tracks.wall_ns.max()
    assert sight.track_at(QPointF(x, y) + QPointF(3000, 0)) is None
    case.post(lambda: TakeBackCalibration(CalibrationId(1))).result()
    qtbot.waitUntil(lambda: panel.map.is_settled and mark().is_assumed)
    qtbot.waitUntil(lambda: sight.tracks is not None and len(sight.tracks) == 0)
