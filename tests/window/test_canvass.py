"""The window: who saw which street when, on the map and in a table; other people's cameras, from a
registry to request sheets; all taken back."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.geo import GeoPoint
from casefiles.usecases.map_layers import add_layer
from mapview.projection import project, to_mercator
from mapview.tile_grid import tiles_over
from tests.support.map_files import pbf, vector_tiles
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import drop
from workstation.desktop.desktop import Desktop

LEFT = Qt.MouseButton.LeftButton
REGISTRY = """\
owner,address,lat,lon,contact,keeps_days
Corner shop,1 Market Street,40.0201,-30.0201,555-0100,7
Boat yard,Ropewalk Quay,40.0190,-30.0185,,
Odd row,x,95,-30,,
"""


def _tiles(path: Path, x: float, y: float) -> Path:
    """Tiles with one street, askew through a place in world metres."""
    (tile,) = tiles_over((x, y, x, y), 14)
    left, bottom, right, top = tile.bounds
    column, row = (x - left) / (right - left) * 4096, (top - y) / (top - bottom) * 4096
    ends = f"{column - 100:.0f} {row - 130:.0f}, {column + 100:.0f} {row + 130:.0f}"
    road = {"kind": "minor_road", "name": "Tile Road"}
    made = pbf({"roads": [(f"LINESTRING({ends})", road)]})
    return vector_tiles(path, {(tile.zoom, tile.column, tile.row): made})


def test_who_saw_the_street_and_whom_else_to_ask(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    def until(done: object) -> None:
        qtbot.waitUntil(done, timeout=PATIENCE_MS)  # type: ignore[arg-type]

    desk = desktop.mapping.canvass
    desktop.actions["map.coverage"].trigger()
    dialog = desk.coverage
    assert dialog is not None
    dialog.accept()
    until(lambda: dialog.answer is not None)
    rows = dialog.model.rows
    assert {row.watch.street for row in rows} > {"Market Street", "Ropewalk Quay", "Lantern Square"}
    square = [row for row in rows if row.watch.street == "Lantern Square" and row.source_id]
    assert {row.watch.camera_id for row in square} >= {"harbor-west", "harbor-east"}
    # On the map, and gone again with the tick.
    assert desk.shown.parts
    dialog.on_map.click()
    assert not desk.shown.parts
    # Enter on a row shows it on the map at its time.
    number = rows.index(square[0])
    dialog.table.setCurrentIndex(dialog.model.index(number, 0))
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    lon, lat = square[0].middle
    until(lambda: desktop.session.playhead_ns == square[0].from_ns)
    shown = desktop.map.map.view
    assert abs(shown.x - project_xy(lon, lat)[0]) < 1
    # A click on the piece of street that is drawn there finds its row, and who saw it when.
    dialog.on_map.click()
    dialog.table.clearSelection()
    desktop.session.go_to(desktop.session.playhead_ns + 5_000_000_000)
    map_view = desktop.map.map
    seen = [one for one in desk.shown.parts if one.state in ("whole", "part")]
    part = next(one for one in seen if one.street == "Lantern Square")
    middle = to_mercator(part.lonlat)[:2].mean(axis=0).tolist()
    map_view.show_viewport(replace(map_view.view, x=middle[0], y=middle[1], scale=0.2))
    until(lambda: map_view.is_settled)
    QTest.mouseClick(map_view, LEFT, pos=map_view.rect().center())
    (found,) = dialog.table.selectionModel().selectedRows()
    clicked = dialog.model.rows[found.row()]
    assert clicked.watch.street == "Lantern Square"
    until(lambda: desktop.session.playhead_ns == clicked.from_ns)
    assert desktop.session.selection.camera_id == clicked.watch.camera_id
    # A street that is none is said, and the dialog stays.
    dialog.street.setText("Nowhere Road")
    dialog.accept()
    until(lambda: "no street Nowhere Road" in dialog.said.text())
    # Streets of vector tiles are read as a job, and answer with the drawn ones.
    ((x, y),) = to_mercator([(lon, lat)]).tolist()
    file = _tiles(tmp_path / "streets.mbtiles", x, y)
    desktop.session.run("tiles", lambda case: add_layer(case, file))
    until(lambda: any(one.kind == "tiles" for one in desktop.session.view.layers))  # type: ignore[union-attr]
    dialog.street.setText("tile road")
    dialog.accept()
    until(lambda: "tiles of zoom 14 were read" in dialog.said.text())
    assert {row.watch.street for row in dialog.model.rows} == {"Tile Road"}
    dialog.reject()

    registry = tmp_path / "registry.csv"
    registry.write_text(REGISTRY)
    notices: list[str] = []
    desktop.session.notice.connect(notices.append)
    # Dropped on the window, its columns say what it is; the list comes up beside the map.
    assert drop(desktop.window, [registry])
    until(lambda: desk.canvass is not None)
    canvass = desk.canvass
    assert canvass is not None
    canvass.since.setText("2026-03-02T17:24:00-06:00")
    until(lambda: len(canvass.model.rows) == 2)
    assert any("line 4: latitude 95" in one for one in notices)
    # Who does not know how long comes first.
    assert [row.entry.owner for row in canvass.model.rows] == ["Boat yard", "Corner shop"]
    until(lambda: len(desk.shown.entries) == 2)
    # Who else may have a camera at a place: what is within reach of it.
    desk.ask_around(GeoPoint(40.0201, -30.0201))
    until(lambda: [row.entry.owner for row in canvass.model.rows] == ["Corner shop"])
    canvass.near.click()
    until(lambda: len(canvass.model.rows) == 2)
    canvass.table.selectRow(1)
    QTest.mouseClick(canvass.say_button, LEFT)
    until(lambda: canvass.model.rows[1].entry.status == "asked")
    QTest.mouseClick(canvass.sheet_button, LEFT)
    sheet = next(one for one in desktop.window.children() if one.objectName() == "canvass-sheet")
    sheet.fields["place"].setText("Market Street")  # type: ignore[attr-defined]
    sheet.fields["to"].setText("2026-03-02T17:30-06:00")  # type: ignore[attr-defined]
    out = tmp_path / "sheet.html"
    sheet.out.field.setText(str(out))  # type: ignore[attr-defined]
    sheet.accept()  # type: ignore[attr-defined]
    until(lambda: out.with_suffix(".csv").exists() and any("sheet.html" in n for n in notices))
    assert "Corner shop" in out.read_text()
    desktop.session.undo.undo()
    until(lambda: canvass.model.rows[1].entry.status == "to ask")
    desktop.session.undo.undo()
    until(lambda: not canvass.model.rows)
    canvass.reject()


def project_xy(lon: float, lat: float) -> tuple[float, float]:
    """A place in world metres."""
    return project(GeoPoint(lat, lon))
