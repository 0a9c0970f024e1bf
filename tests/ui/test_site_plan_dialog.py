"""The site plan dialog by mouse: a plan is laid on the earth by clicks, a wrong pair is named, the
layer is kept, undone, and laid anew with the pairs it has."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.geo import GeoPoint, moved
from casefiles.map_types import MapLayer
from casefiles.usecases.map_layers import read_layers
from mapview.projection import to_mercator
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import make_case
from ui import theme
from ui.dialogs.pairs.plan import PlanDialog
from ui.panels.map import MapPanel
from ui.session import Session
from workstation.desktop.site_plans import SitePlanDesk

HERE: Final = GeoPoint(40.0, -30.0)
CORNERS: Final = [(40, 40), (360, 50), (350, 260), (50, 250), (200, 150), (120, 80)]
PATIENCE_MS: Final = 20_000
_TURN = np.radians(20)


def lonlat(point: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the plan really is: a quarter of a metre a pixel, turned by 20°."""
    x, y = (point[0] - 200) / 4, (150 - point[1]) / 4
    east, north = x * np.cos(_TURN) + y * np.sin(_TURN), y * np.cos(_TURN) - x * np.sin(_TURN)
    there = moved(HERE, east_m=float(east), north_m=float(north))
    return there.lon, there.lat


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def session(qapp: QApplication, case: Case) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    with gui_guards():
        made.set_case(case)
        yield made
        made.stop()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: session.view is not None, timeout=PATIENCE_MS)
    return shown


@pytest.fixture
def desk(session: Session, window: QWidget) -> SitePlanDesk:
    return SitePlanDesk(session, window, MapPanel(session, window))


def opened(qtbot: QtBot, window: QWidget) -> PlanDialog:
    def there() -> PlanDialog | None:
        return next((one for one in window.findChildren(PlanDialog) if one.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=PATIENCE_MS)
    made = there()
    assert made is not None
    return made


def mark(dialog: PlanDialog, point: tuple[float, float], place: tuple[float, float]) -> None:
    click(dialog.picture, QPointF(*dialog.picture.place.to_view(point)).toPoint())
    ((x, y),) = dialog.ground.map.view.to_screen(to_mercator([place])).tolist()
    click(dialog.ground.map, QPointF(x, y).toPoint())


def click(widget: QWidget, at: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def fitted(qtbot: QtBot, dialog: PlanDialog) -> None:
    qtbot.waitUntil(lambda: dialog.may_keep, timeout=PATIENCE_MS)


def plans(
    qtbot: QtBot, session: Session, wanted: Callable[[list[MapLayer]], bool]
) -> list[MapLayer]:
    """The plans among the layers of the map, as soon as they are as wanted: edits come later."""
    found: list[MapLayer] = []

    def take(layers: tuple[MapLayer, ...]) -> None:
        found[:] = [layer for layer in layers if layer.kind == "plan"]

    def look() -> bool:
        session.ask(read_layers, take, key="plans")
        return wanted(found)

    qtbot.waitUntil(look, timeout=PATIENCE_MS)
    return found


def pairs_of(found: list[MapLayer]) -> list[int]:
    return [len(layer.plan.pairs) for layer in found if layer.plan is not None]


def test_a_plan_is_laid_by_clicks_kept_as_a_layer_undone_and_laid_anew(
    qtbot: QtBot, session: Session, window: QWidget, desk: SitePlanDesk, tmp_path: Path
) -> None:
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(QColor("#d8d2c4"))
    path = tmp_path / "yard.png"
    assert picture.save(str(path))
    desk.lay(path)
    dialog = opened(qtbot, window)
    dialog.ground.show_around([lonlat(one) for one in CORNERS])
    mark(dialog, CORNERS[0], lonlat(CORNERS[0]))
    assert not dialog.may_keep
    mark(dialog, CORNERS[1], lonlat(CORNERS[1]))
    fitted(qtbot, dialog)
    assert "nothing is left to check them by" in dialog.headline.text()
    for point in CORNERS[2:5]:
        mark(dialog, point, lonlat(point))
    mark(dialog, CORNERS[5], lonlat((300, 200)))
    fitted(qtbot, dialog)
    assert dialog.worst.text().startswith("Pair 6 is wrong")
    dialog.undo_button.click()
    dialog.undo_button.click()
    fitted(qtbot, dialog)
    assert dialog.fit is not None
    assert not dialog.fit.wrong
    assert dialog.fit.laid is not None
    dialog.name.setText("Yard")
    dialog.keep_button.click()
    assert session.undo.undoText() == "site plan Yard"
    (layer,) = plans(qtbot, session, lambda found: len(found) == 1)
    assert layer.name == "Yard"
    assert layer.plan is not None
    corner = layer.plan.places(np.array([[400.0, 300.0]]))[0]
    off = np.hypot(*((corner - lonlat((400, 300))) * (85_000, 111_000)))
    assert off < 1.0
    desk.lay_again(layer)
    again = opened(qtbot, window)
    fitted(qtbot, again)
    assert len(again.book.sheet.entries) == 5
    again.book.remove(4)
    fitted(qtbot, again)
    again.keep_button.click()
    plans(qtbot, session, lambda found: pairs_of(found) == [4])
    session.undo.undo()
    (before,) = plans(qtbot, session, lambda found: pairs_of(found) == [5])
    assert before.plan == layer.plan
    session.undo.undo()
    plans(qtbot, session, lambda found: not found)
