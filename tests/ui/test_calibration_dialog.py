"""The calibration dialog by mouse and keys, on a frame of the PETS 2009 street, whose homography is
known: pairs clicked either way round, a wrong one named, corrected, undone, kept and taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from casefiles.calibration_types import Calibration, GivenPairs
from casefiles.case import Case
from casefiles.exchange.pair_files import read_pairs
from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.calibrate import find_calibration
from mapview.projection import to_mercator
from resources.paths import shared_test_data
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import make_case, put_cameras
from ui import theme
from ui.dialogs.pairs.book import Entry, Sheet
from ui.dialogs.pairs.calibration import CalibrationDialog
from ui.panels.map import MapPanel
from ui.session import Selection, Session
from video.ground import project
from workstation.desktop.calibrating import CalibratingDesk
from workstation.desktop.pair_files import PairFiles

FOOTAGE = shared_test_data() / "data" / "video" / "vtest.avi"
KNOWN = shared_test_data() / "data" / "gt" / "PETS09-S2L1_homography.json"
LABELS = KNOWN.with_name("PETS09-S2L1_gt_001-400.txt")
pytestmark = pytest.mark.skipif(
    not (FOOTAGE.is_file() and KNOWN.is_file() and LABELS.is_file()),
    reason=f"{FOOTAGE} is not there",
)
HERE = GeoPoint(40.0, -80.0)
STREET = CameraId("street")
CLICKED = [
    (100, 300), (400, 300), (700, 310), (90, 500), (400, 520), (690, 490), (300, 200), (600, 210),
    (520, 400),
]  # fmt: skip
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One case for all: what a test keeps it takes back."""
    with make_case(tmp_path_factory.mktemp("street") / "case") as case:
        place = moved(HERE, east_m=-25.0, north_m=-20.0)
        earlier = Placement(moved(HERE, east_m=90, north_m=0), 0.0, to_ns=10**18)
        put_cameras(case, Camera(STREET, "Street", (
            earlier, Placement(place, 60.0, from_ns=10**18),
        )))  # fmt: skip
        add_source(case, FOOTAGE, Recording(camera_id=STREET))
        yield case


@pytest.fixture
def session(qapp: QApplication, recorded: Case) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    with gui_guards():
        made.set_case(recorded)
        yield made
        made.stop()


@pytest.fixture
def dialog(qtbot: QtBot, session: Session) -> CalibrationDialog:
    """The dialog of the camera, its first frame in view."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    desk = CalibratingDesk(session, window, MapPanel(session, window))
    window.setProperty("desk", desk)
    qtbot.waitUntil(lambda: session.view is not None, timeout=PATIENCE_MS)
    session.select(Selection(camera_id=STREET))
    desk.calibrate_selected()
    made = window.findChild(CalibrationDialog)
    assert made is not None
    made.resize(1240, 860)
    qtbot.waitUntil(lambda: not made.picture.image.isNull(), timeout=PATIENCE_MS)
    return made


def lonlat(point: tuple[float, float]) -> tuple[float, float]:
    known = np.array(json.loads(KNOWN.read_text())["H_image_to_ground"], np.float64)
    ((x, y),) = project(known, np.array([point], np.float64)).tolist()
    there = moved(HERE, east_m=x, north_m=y)
    return there.lon, there.lat


def on_picture(dialog: CalibrationDialog, point: tuple[float, float]) -> QPoint:
    return QPointF(*dialog.picture.place.to_view(point)).toPoint()


def on_map(dialog: CalibrationDialog, place: tuple[float, float]) -> QPoint:
    ((x, y),) = dialog.ground.map.view.to_screen(to_mercator([place])).tolist()
    return QPointF(x, y).toPoint()


def click(widget: QWidget, at: QPoint) -> None:
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, at)


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(widget, (start + end) / 2)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, end)


def mark_all(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    """All pairs, every other one begun on the map; as sharp as the screen lets one click."""
    dialog.ground.show_around([lonlat(one) for one in CLICKED])
    for number, point in enumerate(CLICKED):
        for on_the_map in (number % 2 == 0, number % 2 == 1):
            if on_the_map:
                click(dialog.ground.map, on_map(dialog, lonlat(point)))
            else:
                click(dialog.picture, on_picture(dialog, point))
    fitted(qtbot, dialog)


def put_all(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    """All pairs at once."""
    dialog.book.put(Sheet(tuple(Entry(one, lonlat(one)) for one in CLICKED)))
    dialog.show_pairs()
    fitted(qtbot, dialog)


def count(dialog: CalibrationDialog) -> int:
    return len(dialog.book.sheet.entries)


def wrong_of(dialog: CalibrationDialog) -> tuple[int, ...]:
    assert dialog.fit is not None
    return dialog.fit.wrong


def image_of(dialog: CalibrationDialog, at: int) -> tuple[float, float]:
    image = dialog.book.sheet.entries[at].image
    assert image is not None
    return image


def fitted(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    qtbot.waitUntil(lambda: dialog.may_keep, timeout=PATIENCE_MS)


def calibrations(session: Session) -> tuple[Calibration, ...]:
    assert session.view is not None
    return session.view.calibrations


def test_pairs_clicked_either_way_round_give_the_ground_and_are_kept_with_undo(
    qtbot: QtBot, session: Session, dialog: CalibrationDialog, tmp_path: Path
) -> None:
    click(dialog.picture, on_picture(dialog, CLICKED[0]))
    assert "same point on the map" in dialog.headline.text()
    assert not dialog.may_keep
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert count(dialog) == 0
    mark_all(qtbot, dialog)
    assert count(dialog) == 9
    fit = dialog.fit
    assert fit is not None
    assert not fit.wrong
    assert fit.horizon is None or fit.horizon[0][1] < 150
    assert fit.laid is not None
    assert len(fit.grid) > 10
    out = tmp_path / "pairs.json"
    assert isinstance(dialog.files, PairFiles)
    dialog.files.save(out)
    qtbot.waitUntil(lambda: out.exists() and out.stat().st_size > 0, timeout=PATIENCE_MS)
    dialog.keep_button.click()
    assert session.undo.undoText() == "calibration of Street"
    qtbot.waitUntil(lambda: bool(calibrations(session)), timeout=PATIENCE_MS)
    (kept,) = calibrations(session)
    assert kept.placement_from_ns == 10**18
    assert kept.error_m is not None
    assert kept.error_m < 0.6
    # The labelled people stand where the labels say.
    rows = np.loadtxt(LABELS, delimiter=",")
    feet = np.stack([rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5]], axis=1)
    told = kept.lonlat(kept.plane.places(feet))
    assert told is not None
    truth = [offset_m(HERE, GeoPoint(float(lat), float(lon))) for lon, lat in told]
    off = np.hypot(*(np.array(truth) - rows[:, 7:9]).T)
    assert np.median(off) < 0.12
    # `calibrate` finds the same from the same pairs.
    assert session.view is not None
    camera = session.view.camera(STREET)
    assert camera is not None
    found = find_calibration(camera, {kept.size}, read_pairs(out)).calibration
    assert found.plane.to_image == pytest.approx(kept.plane.to_image, rel=1e-6)
    assert (found.placement_from_ns, found.origin) == (kept.placement_from_ns, kept.origin)
    session.undo.undo()
    qtbot.waitUntil(lambda: not calibrations(session), timeout=PATIENCE_MS)


def test_a_wrong_pair_is_named_struck_dragged_right_and_deleted_by_keys(
    qtbot: QtBot, dialog: CalibrationDialog
) -> None:
    put_all(qtbot, dialog)
    wrong, right = on_picture(dialog, (330, 420)), on_picture(dialog, CLICKED[4])
    drag(dialog.picture, right, wrong)
    qtbot.waitUntil(lambda: dialog.may_keep and bool(dialog.fit and dialog.fit.wrong),
                    timeout=PATIENCE_MS)  # fmt: skip
    assert wrong_of(dialog) == (4,)
    assert dialog.worst.text().startswith("Pair 5 is wrong")
    index = dialog.table.pairs.index(4, 1)
    assert index.data(Qt.ItemDataRole.FontRole).strikeOut()
    assert dialog.table.currentIndex().row() == 4
    assert index.siblingAtColumn(5).data() == "wrong, left out"
    # One drag is one step, however often the pointer moved.
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: dialog.may_keep and dialog.fit is not None and not dialog.fit.wrong,
                    timeout=PATIENCE_MS)  # fmt: skip
    dialog.redo_button.click()
    dialog.picture.setFocus()
    before = image_of(dialog, 4)
    QTest.keyClick(dialog.picture, Qt.Key.Key_Right)
    assert image_of(dialog, 4)[0] - before[0] == pytest.approx(0.25)
    QTest.keyClick(dialog.picture, Qt.Key.Key_Delete)
    fitted(qtbot, dialog)
    assert count(dialog) == 8
    assert wrong_of(dialog) == ()
    dialog.reject()


def test_pairs_are_marked_by_keys_and_typed(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    dialog.picture.setFocus()
    QTest.keyClick(dialog.picture, Qt.Key.Key_Right)
    QTest.keyClick(dialog.picture, Qt.Key.Key_Return)
    assert dialog.book.sheet.entries[0].image is not None
    QTest.keyClick(dialog.picture, Qt.Key.Key_Escape)
    model = dialog.table.pairs
    assert model.setData(model.index(0, 1), "412.25; 530")
    assert dialog.book.sheet.entries[0].image == (412.25, 530.0)
    model.setData(model.index(0, 2), "40.001, -80.002")
    assert dialog.book.sheet.entries[0].place == (-80.002, 40.001)
    model.setData(model.index(0, 2), "-80.002, 400")
    assert dialog.worst.text().startswith("That is no place")
    assert dialog.book.sheet.entries[0].place == (-80.002, 40.001)
    dialog.reject()


def test_pairs_on_a_line_are_refused_in_words_and_cannot_be_kept(
    qtbot: QtBot, dialog: CalibrationDialog, tmp_path: Path
) -> None:
    rows = [{"image": [x, 400], "lonlat": list(lonlat((x, 400)))} for x in (100, 200, 300, 400)]
    given = tmp_path / "line.json"
    given.write_text(json.dumps(rows))
    assert isinstance(dialog.files, PairFiles)
    dialog.files.take(given)
    qtbot.waitUntil(lambda: "on a line" in dialog.worst.text(), timeout=PATIENCE_MS)
    assert not dialog.may_keep
    assert dialog.fit is None
    dialog.reject()


def test_a_known_homography_is_taken_and_pairs_go_out_and_come_back(
    qtbot: QtBot, dialog: CalibrationDialog, tmp_path: Path
) -> None:
    assert isinstance(dialog.files, PairFiles)
    matrix = json.loads(KNOWN.read_text())["H_image_to_ground"]
    given = tmp_path / "known.json"
    given.write_text(json.dumps({"homography": matrix, "size": [768, 576]}))
    dialog.files.take(given)
    fitted(qtbot, dialog)
    assert dialog.fit is not None
    assert "homography" in dialog.headline.text()
    assert dialog.fit.laid is None
    dialog.origin.setText("40, -80")
    dialog.origin.editingFinished.emit()
    qtbot.waitUntil(lambda: dialog.may_keep and bool(dialog.fit and dialog.fit.laid),
                    timeout=PATIENCE_MS)  # fmt: skip
    out = tmp_path / "out.json"
    dialog.files.save(out)
    qtbot.waitUntil(out.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: out.stat().st_size > 0, timeout=PATIENCE_MS)
    back = read_pairs(out)
    assert back == GivenPairs(
        size=(768, 576), origin=HERE, homography=tuple(np.ravel(matrix).tolist())
    )
    dialog.reject()


def test_pairs_of_one_placement_are_not_taken_for_another(
    qtbot: QtBot, dialog: CalibrationDialog
) -> None:
    put_all(qtbot, dialog)
    dialog.stands.setCurrentIndex(0)
    assert count(dialog) == 0
    assert dialog.stand is not None
    assert dialog.stand.from_ns is None
    dialog.reject()
