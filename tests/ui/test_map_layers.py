"""Layers of the map in the window: painted, ticked, ordered, faded, removed, undone, missing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.calibration_types import GivenPairs, PointPair
from casefiles.case import Case
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.map_types import MapLayer
from casefiles.usecases.load_map import load_map
from casefiles.usecases.map_layers import add_layer, layer_of
from casefiles.usecases.view_case import view_case
from mapview.projection import project
from resources.errors import UserError
from resources.files import packaged
from tests.support.map_files import tiles
from tests.support.search_cases import make_case
from ui.panels.map import MapPanel
from ui.session import Session
from ui.views.layers_popover import LayersPopover

HERE = GeoPoint(41.881, -87.623)
RED = QColor(200, 40, 40)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def session(qtbot: QtBot, case: Case) -> Iterator[Session]:
    del qtbot
    shared = Session()
    shared.set_case(case)
    yield shared
    shared.stop()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> MapPanel:
    made = MapPanel(session)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def plan(case: Case, path: Path) -> MapLayer:
    """A red site plan, 200 × 100 m, north up, its upper left corner at `HERE`."""
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(RED)
    image.save(str(path))
    corners = ((0, 0), (400, 0), (400, 200), (0, 200))
    places = (moved(HERE, east_m=x / 2, north_m=-y / 2) for x, y in corners)
    pairs = [
        PointPair(corner, lonlat=(one.lon, one.lat))
        for corner, one in zip(corners, places, strict=True)
    ]
    return finish(add_layer(case, path, given=GivenPairs(tuple(pairs))))[0]


def popover(panel: MapPanel) -> LayersPopover:
    panel.layers.button.click()
    made = panel.layers.popover
    assert made is not None
    return made


def listed(shown: LayersPopover) -> list[str]:
    return [shown.rows.item(row).text() for row in range(shown.rows.count())]


def test_a_site_plan_is_painted_where_its_pairs_lay_it(
    qtbot: QtBot, panel: MapPanel, case: Case, tmp_path: Path
) -> None:
    plan(case, tmp_path / "site.png")
    middle = moved(HERE, east_m=100, north_m=-50)
    x, y = project(middle)

    def colour_at(east_m: float, north_m: float) -> QColor:
        there = project(moved(HERE, east_m=east_m, north_m=north_m))
        ((px, py),) = panel.map.view.to_screen([there]).tolist()
        return panel.map.grab().toImage().pixelColor(round(px), round(py))

    qtbot.waitUntil(lambda: panel.layers.ground.has_map)
    left, bottom, right, top = panel.layers.ground.bounds[panel.layers.ground.known[-1].layer_id]
    assert left < x < right
    assert bottom < y < top
    assert (right - left) / (top - bottom) == pytest.approx(2, rel=0.01)
    qtbot.waitUntil(lambda: colour_at(100, -50) == RED)
    assert colour_at(195, -95) == RED
    assert colour_at(205, -105) != RED


def test_layers_are_ticked_moved_faded_renamed_removed_and_undone(
    qtbot: QtBot, panel: MapPanel, case: Case, tmp_path: Path
) -> None:
    load_map(case, packaged("demo", "town.geojson"))
    plan(case, tmp_path / "site.png")
    qtbot.waitUntil(lambda: len(panel.layers.ground.known) == 3)
    before = [layer.name for layer in view_case(case).layers]
    shown = popover(panel)
    assert listed(shown) == ["site.png", "town.geojson", "States and counties"]

    def layer(number: int) -> MapLayer:
        return layer_of(case, number)

    shown.rows.item(1).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not layer(2).shown and len(panel.map.ground) == 2)
    QTest.keyClick(shown.rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: listed(shown)[:2] == ["town.geojson", "site.png"])
    assert shown.layer is not None
    assert shown.layer.name == "site.png"
    shown.slider.setFocus()
    shown.slider.setValue(30)
    qtbot.waitUntil(lambda: layer(3).opacity == 0.3)
    qtbot.waitUntil(lambda: panel.map.ground[-1].opacity == 0.3)
    shown.rows.item(1).setText("Car park")
    qtbot.waitUntil(lambda: layer(3).name == "Car park")
    QTest.keyClick(shown.rows, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: listed(shown) == ["town.geojson", "States and counties"])
    shown.rows.setCurrentRow(1)
    assert not shown.remove_button.isEnabled()

    for _ in range(5):
        shown.undo_button.click()
    qtbot.waitUntil(lambda: [one.name for one in view_case(case).layers] == before)
    qtbot.waitUntil(lambda: listed(shown) == before[::-1])
    assert all(one.shown and one.opacity == 1 for one in view_case(case).layers)
    shown.close()


def test_a_tile_file_that_is_gone_is_told_once_and_the_rest_is_painted(
    qtbot: QtBot, panel: MapPanel, session: Session, case: Case, tmp_path: Path
) -> None:
    archive = tiles(tmp_path / "streets.mbtiles")
    layer, _ = finish(add_layer(case, archive))
    qtbot.waitUntil(lambda: len(panel.map.ground) == 2)
    archive.unlink()
    told: list[BaseException] = []
    session.failed.connect(told.append)
    load_map(case, packaged("demo", "town.geojson"))
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], UserError)
    assert "are not at" in told[0].message
    shown = popover(panel)
    shown.rows.setCurrentRow(1)
    assert shown.layer is not None
    assert shown.layer.layer_id == layer.layer_id
    assert "Connect the drive" in shown.problem.text()
    shown.rows.item(0).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: len(panel.map.ground) == 1)
    assert len(told) == 1
    shown.close()


def test_looking_at_a_layer_shows_all_of_it(
    qtbot: QtBot, panel: MapPanel, case: Case, tmp_path: Path
) -> None:
    made = plan(case, tmp_path / "site.png")
    load_map(case, packaged("demo", "town.geojson"))
    qtbot.waitUntil(lambda: len(panel.map.ground) == 3)
    shown = popover(panel)
    shown.rows.setCurrentRow(1)
    shown.look_button.click()
    left, bottom, right, top = panel.map.view.bounds
    inside = panel.layers.ground.bounds[made.layer_id]
    assert np.all(np.array([left, bottom]) < inside[:2])
    assert np.all(np.array([right, top]) > inside[2:])
    assert right - left < 3 * (inside[2] - inside[0])
    shown.close()
