"""A moving camera on the map: where it is at the playhead, and its way around."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.usecases.import_positions import import_positions
from tests.support.search_cases import START_NS
from tests.support.small_case import make_small_case
from ui.panels.map import MapPanel
from ui.session import Session
from ui.theme import apply
from video.clock import format_wall, wall_from_ns

S = 1_000_000_000


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """The small case; the camera of the gate drove north for two minutes, unseen for 30 s."""
    with make_small_case(tmp_path / "case") as made:
        seconds = [*range(0, 60), *range(90, 120)]
        features = [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [-30.0 + second * 1e-5, 40.0 + second * 4e-5],
                },
                "properties": {"t": format_wall(wall_from_ns(START_NS + second * S))},
            }
            for second in seconds
        ]
        file = tmp_path / "drive.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        import_positions(made, file, "gate")
        yield made


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, case: Case) -> Iterator[MapPanel]:
    apply(qapp, "dark")
    session = Session()
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(700, 560)
    shown.show()
    session.set_case(case)
    session.set_playhead(START_NS + 30 * S)
    qtbot.waitUntil(lambda: bool(shown.map.movers))
    qtbot.waitUntil(lambda: shown.map.is_settled)
    yield shown
    session.stop()


def test_moving_camera_is_where_its_positions_say_at_the_playhead(
    qtbot: QtBot, panel: MapPanel
) -> None:
    (mover,) = panel.map.movers
    assert mover.camera_id == "gate"
    assert mover.place.point.lat == pytest.approx(40.0 + 30 * 4e-5)
    assert mover.words.startswith("Market Gate · 1")
    panel._session.set_playhead(START_NS + 75 * S)
    qtbot.waitUntil(lambda: panel.map.movers[0].place.estimated)
    assert "estimated" in panel.map.movers[0].words


def test_where_it_stands_otherwise_is_a_former_place_while_it_moves(
    qtbot: QtBot, panel: MapPanel
) -> None:
    qtbot.waitUntil(
        lambda: (
            {mark.camera_id: mark.former for mark in panel.map.marks}
            == {"gate": True, "stairs": False}
        )
    )
    panel._session.set_playhead(START_NS + 400 * S)
    qtbot.waitUntil(lambda: not panel.map.movers)
    qtbot.waitUntil(lambda: not any(mark.former for mark in panel.map.marks))


def test_mover_is_painted_on_its_place(qtbot: QtBot, panel: MapPanel) -> None:
    with_it = panel.map.grab().toImage()
    (mover,) = panel.map.movers
    ((x, y),) = panel.map.view.to_screen([(mover.x, mover.y)]).tolist()
    panel.map.set_movers(())
    without = panel.map.grab().toImage()
    assert with_it.pixelColor(round(x), round(y)) != without.pixelColor(round(x), round(y))
