"""What never moves, in the window: listed, shown on the tile, brought back, hidden, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.types import SourceId
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import make_case
from tests.support.still_cases import POST, post, put_watch, walkers
from ui import theme
from ui.models.tile_sources import track_boxes
from ui.models.track_boxes import TrackBoxes
from ui.panels.places import PlacesPanel
from ui.panels.tiles import TilesPanel
from ui.playback import Playback
from ui.session import Selection, Session
from ui.views.tile import TileView
from ui.views.tile_zones import zone_shapes


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_watch(made, post(), post(box=(300, 20, 330, 80), score=0.77), *walkers())
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
    made.resize(620, 560)
    made.show()
    return made


def cells(panel: PlacesPanel, row: int) -> list[str]:
    model = panel.spots_model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_list_says_what_is_hidden_and_what_might_be_somebody(panel: PlacesPanel) -> None:
    assert cells(panel, 0)[:2] == ["Person-like thing", "31 tracks hidden"]
    assert cells(panel, 1)[1] == "31 tracks shown: somebody?"
    assert cells(panel, 0)[3].endswith("of 400 looks")


def test_case_in_which_everything_moves_shows_no_such_list(
    qapp: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    with make_case(tmp_path / "empty") as made:
        session = Session()
        session.set_case(made)
        qtbot.waitUntil(lambda: session.view is not None)
        panel = PlacesPanel(session)
        qtbot.addWidget(panel)
        panel.show()
        assert not panel.spots.isVisible()
        session.stop()


def test_spot_is_brought_back_by_key_and_hidden_again_by_undo(
    panel: PlacesPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    panel.spots.setCurrentIndex(panel.spots_model.index(0, 0))
    assert panel.decide_button.text() == "Bring back"
    before = track_boxes(case, SourceId(1))
    with gui_guards():
        QTest.keyClick(panel.spots, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: cells(panel, 0)[1] == "31 tracks, brought back")
    assert panel.decide_button.text() == "Hide"
    after = track_boxes(case, SourceId(1))
    assert before is not None
    assert after is not None
    assert len(after.at(9)) == len(before.at(9)) + 1
    session.undo.undo()
    qtbot.waitUntil(lambda: cells(panel, 0)[1] == "31 tracks hidden")


def test_what_might_be_somebody_is_hidden_by_its_button(
    panel: PlacesPanel, session: Session, qtbot: QtBot
) -> None:
    panel.spots.setCurrentIndex(panel.spots_model.index(1, 0))
    QTest.mouseClick(panel.decide_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: cells(panel, 1)[1] == "31 tracks hidden")
    assert session.selection.spot_id == 1002, "the row stays current when the case is read again"


def test_selected_spot_lies_on_the_tile(panel: PlacesPanel, session: Session) -> None:
    view = session.view
    assert view is not None
    source = view.sources[0]
    assert zone_shapes(view, source, Selection()) == []
    panel.spots.setCurrentIndex(panel.spots_model.index(0, 0))
    (shape,) = zone_shapes(view, source, session.selection)
    assert shape.polygon[0] == pytest.approx(POST[:2], abs=0.5)
    assert shape.polygon[2] == pytest.approx(POST[2:], abs=0.5)
    assert shape.selected


def test_tile_shows_what_is_brought_back(
    panel: PlacesPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[TrackBoxes] = []
    monkeypatch.setattr(TileView, "set_tracks", lambda _, tracks: given.append(tracks))
    playback = Playback()
    tiles = TilesPanel(session, playback)
    qtbot.addWidget(tiles)
    session.reload()
    qtbot.waitUntil(lambda: len(given) == 1)
    panel.spots.setCurrentIndex(panel.spots_model.index(0, 0))
    QTest.mouseClick(panel.decide_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(given) == 2)
    assert len(given[1].at(9)) == len(given[0].at(9)) + 1
    playback.close()


def test_everything_has_a_name_and_is_reached_by_tab(panel: PlacesPanel, qtbot: QtBot) -> None:
    panel.spots.setCurrentIndex(panel.spots_model.index(0, 0))
    qtbot.waitUntil(panel.decide_button.isEnabled)
    assert [str(one) for one in walk(panel)] == []
