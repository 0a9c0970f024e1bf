"""Camera lists and dated placements in the window: previewed, corrected, done and undone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from casefiles.exchange.camera_files import read_list
from casefiles.geo import GeoPoint
from casefiles.types import CameraId, Placement
from tests.support.small_case import make_small_case
from ui import theme
from ui.dialogs.camera_import import CameraImportDialog
from ui.dialogs.placements import PlacementsDialog
from ui.models.placement_rows import FROM, HEADING, LAT, LON
from ui.session import Selection, Session
from workstation.desktop.camera_lists import CameraDesk

PATIENCE_MS = 20_000
LIST = "Cam No,Site,Latitude,Longitude\n"
GOOD = "gate,Market Gate,40.5,-30.5\nnew,New,40.002,-30.001\n"
WRONG = "bad,Bad,95,-30\n"


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    case = make_small_case(tmp_path / "case")
    made = Session()
    made.set_case(case)
    qtbot.waitUntil(lambda: made.view is not None, timeout=PATIENCE_MS)
    yield made
    made.stop()
    case.close()


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> QWidget:
    theme.apply(qapp, "dark")
    made = QWidget()
    made.resize(1200, 800)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def desk(session: Session, window: QWidget) -> CameraDesk:
    return CameraDesk(session, window, lambda: session.playhead_ns)


def shown(qtbot: QtBot, window: QWidget, kind: Any) -> Any:
    def there() -> Any:
        return next((one for one in window.findChildren(kind) if one.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=PATIENCE_MS)
    return there()


def cameras(session: Session) -> dict[str, Any]:
    assert session.view is not None
    return {str(one.camera_id): one for one in session.view.cameras}


def write(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_list_is_shown_with_what_is_wrong_taken_in_and_undone_at_once(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk, tmp_path: Path
) -> None:
    before = cameras(session)
    desk.take(write(tmp_path, LIST + GOOD + WRONG))
    dialog = shown(qtbot, window, CameraImportDialog)
    # The site is not what the guess takes for the name where there is a better heading.
    assert dialog.mapping()["id"] == "Cam No"
    assert dialog.take.text() == "Import 2 of 3 rows"
    assert "1 cameras new, 1 changed" in dialog.summary.text()
    rows = dialog.model.rows
    assert [one.verdict for one in rows] == ["left out", "changed", "new"]
    assert "latitude 95.0 is outside" in rows[0].why
    dialog.only_wrong.click()
    assert [one.row.where for one in dialog.model.rows] == ["line 4"]
    with qtbot.waitSignal(session.notice) as told:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args == ["2 cameras from list.csv; 1 wrong rows were left out"]
    qtbot.waitUntil(lambda: "new" in cameras(session), timeout=PATIENCE_MS)
    assert cameras(session)["gate"].placements[0].point == GeoPoint(40.5, -30.5)
    session.undo.undo()
    qtbot.waitUntil(lambda: cameras(session) == before, timeout=PATIENCE_MS)
    session.undo.redo()
    qtbot.waitUntil(lambda: "new" in cameras(session), timeout=PATIENCE_MS)


def test_headings_that_say_nothing_are_chosen_by_hand(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk, tmp_path: Path
) -> None:
    desk.take(write(tmp_path, "Kamera;Breite;Laenge\nq1;40.001;-30.002\n"))
    dialog = shown(qtbot, window, CameraImportDialog)
    assert not dialog.take.isEnabled()
    assert "which heading" in dialog.summary.text()
    for column, heading in (("id", "Kamera"), ("name", "Kamera"), ("lat", "Breite")):
        box = dialog.headings[column]
        box.setCurrentIndex(box.findData(heading))
    assert "Longitude" in dialog.summary.text()
    box = dialog.headings["lon"]
    box.setCurrentIndex(box.findData("Laenge"))
    qtbot.waitUntil(lambda: bool(dialog.take.isEnabled()), timeout=PATIENCE_MS)
    dialog.accept()
    qtbot.waitUntil(lambda: "q1" in cameras(session), timeout=PATIENCE_MS)


def test_swapped_latitudes_and_longitudes_are_told_and_swapped_by_a_tick(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk, tmp_path: Path
) -> None:
    desk.take(write(tmp_path, LIST + "s1,S,-30.001,40.001\ns2,T,-30.002,40.002\n"))
    dialog = shown(qtbot, window, CameraImportDialog)
    assert "seem to be swapped" in dialog.summary.text()
    dialog.swap.click()
    qtbot.waitUntil(lambda: "seem" not in dialog.summary.text(), timeout=PATIENCE_MS)
    dialog.accept()
    qtbot.waitUntil(lambda: "s1" in cameras(session), timeout=PATIENCE_MS)
    assert cameras(session)["s1"].placements[0].point == GeoPoint(40.001, -30.001)


def test_list_without_a_right_row_is_an_error_and_no_dialog(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk, tmp_path: Path
) -> None:
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS) as told:
        desk.take(write(tmp_path, LIST + WRONG))
    assert "line 2: latitude 95.0" in str(told.args[0])
    assert not window.findChildren(CameraImportDialog)


def test_trailer_is_moved_since_a_time_and_where_it_stood_is_kept(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk
) -> None:
    before = cameras(session)["gate"]
    session.select(Selection(camera_id=CameraId("gate")))
    menu = QMenu(window)
    desk.add_to_menu(menu, GeoPoint(40.01, -30.01), ())
    assert [one.text() for one in menu.actions()] == [
        "Add a camera here…", "Market Gate was moved here…",
    ]  # fmt: skip
    desk.ask_placements()
    dialog = shown(qtbot, window, PlacementsDialog)
    assert not dialog.keep.isEnabled()
    dialog.moved_at.setText("2026-03-02T08:00:00-06:00")
    button = dialog.findChild(QPushButton, "placements-move")
    button.click()
    assert len(dialog.model.rows) == 2
    assert "Row 2: say where it stands" in dialog.problem.text()
    for column, text in ((LAT, "40.01"), (LON, "-30.01"), (HEADING, "90")):
        assert dialog.model.setData(dialog.model.index(1, column), text)
    assert dialog.keep.isEnabled()
    dialog.name.setText("Market Gate trailer")
    dialog.kind.setCurrentText("trailer")
    dialog.accept()
    qtbot.waitUntil(lambda: len(cameras(session)["gate"].placements) == 2, timeout=PATIENCE_MS)
    after = cameras(session)["gate"]
    assert (after.name, after.kind) == ("Market Gate trailer", "trailer")
    assert after.placements[0].point == before.placements[0].point
    assert after.placements[0].to_ns == after.placements[1].from_ns
    assert after.placements[1] == Placement(
        GeoPoint(40.01, -30.01), 90.0, 60.0, None, after.placements[1].from_ns
    )
    session.undo.undo()
    qtbot.waitUntil(lambda: cameras(session)["gate"] == before, timeout=PATIENCE_MS)


def test_overlapping_placements_and_lost_calibrations_are_told_while_typing(
    qtbot: QtBot, session: Session, window: QWidget
) -> None:
    dialog = PlacementsDialog(
        cameras(session)["gate"], "America/Chicago", window, calibrated=[None]
    )
    dialog.open()
    dialog.add_row()
    for column, text in ((LAT, "40"), (LON, "-30")):
        dialog.model.setData(dialog.model.index(1, column), text)
    assert "overlap" in dialog.problem.text()
    assert not dialog.keep.isEnabled()
    dialog.model.setData(dialog.model.index(1, LAT), "forty")
    assert "Row 2: 'forty' is not a number" in dialog.problem.text()
    dialog.model.remove([1])
    dialog.model.setData(dialog.model.index(0, FROM), "2026-03-02T08:00:00Z")
    assert "calibration would hold for no time" in dialog.problem.text()
    assert dialog.keep.isEnabled()
    dialog.model.setData(dialog.model.index(0, FROM), "")
    assert dialog.problem.text() == "Nothing is changed yet."
    assert not dialog.keep.isEnabled()


def test_camera_is_added_where_the_map_was_clicked_and_its_id_must_be_free(
    qtbot: QtBot, session: Session, window: QWidget, desk: CameraDesk
) -> None:
    desk.ask_new(GeoPoint(40.02, -30.02))
    dialog = shown(qtbot, window, PlacementsDialog)
    dialog.id.setText("gate")
    assert "there is a camera gate already" in dialog.problem.text()
    dialog.id.setText("kiosk")
    dialog.name.setText("Kiosk")
    dialog.accept()
    qtbot.waitUntil(lambda: "kiosk" in cameras(session), timeout=PATIENCE_MS)
    assert cameras(session)["kiosk"].placements == (Placement(GeoPoint(40.02, -30.02)),)
    desk.remove(CameraId("kiosk"))
    qtbot.waitUntil(lambda: "kiosk" not in cameras(session), timeout=PATIENCE_MS)
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS) as told:
        desk.remove(CameraId("gate"))
    assert "gate cannot be removed: it has 1 recording" in str(told.args[0])


def test_cameras_are_written_to_a_new_file_only(
    qtbot: QtBot, session: Session, desk: CameraDesk, tmp_path: Path
) -> None:
    path = tmp_path / "out.geojson"
    with qtbot.waitSignal(session.notice, timeout=PATIENCE_MS) as told:
        desk.export(path)
    assert told.args == ["2 cameras written to out.geojson"]
    assert len(read_list(path).rows) == 2
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS) as failed:
        desk.export(path)
    assert "is there already" in str(failed.args[0])
