"""The ground of the map is a stack: outlines, tiles, drawn maps, plans; each as thin as asked."""

import gzip
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import mapbox_vector_tile  # type: ignore[import-untyped]
import numpy as np
import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from casefiles.exchange.tile_archives import TileArchive, open_archive
from mapview.basemap import BaseMap, parse_base_map
from mapview.outlines import MAINLAND, read_outlines
from mapview.qt.base_painter import BaseShapes
from mapview.qt.ground_layer import GroundLayer, covered, credits_of, notes_of, paint_ground
from mapview.qt.map_view import MapView
from mapview.qt.outline_painter import OutlineLayer
from mapview.qt.plan_painter import PlanLayer, read_plan
from mapview.qt.tile_painter import read_picture, tile_layer
from mapview.tile_grid import Tile
from mapview.viewport import Viewport
from resources.errors import UserError
from ui.panels.map import map_colours

RED, GREEN, BLUE = QColor("#e00000"), QColor("#00c000"), QColor("#0000e0")
TILE = Tile(10, 163, 397)
LEFT, BOTTOM, RIGHT, TOP = TILE.bounds
X, Y = (LEFT + RIGHT) / 2, (BOTTOM + TOP) / 2
VIEW = Viewport(X, Y, (RIGHT - LEFT) / 256, 300, 300)
"""The tile in 256 pixels, and a little of what lies around it."""


def plain(colour: QColor, wide: int = 256, high: int = 256, form: str = "PNG") -> bytes:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(colour)
    return saved(image, form)


def saved(image: QImage, form: str = "PNG") -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, form, 100)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Callable[..., TileArchive]]:
    opened: list[TileArchive] = []

    def make(tiles: Mapping[Tile, bytes], form: str = "png") -> TileArchive:
        path = tmp_path / f"{len(opened)}.mbtiles"
        con = sqlite3.connect(path)
        con.execute("CREATE TABLE metadata (name text, value text)")
        con.execute(
            "CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
        )
        said = [("format", form), ("name", "Town"), ("attribution", "&copy; Somebody")]
        con.executemany("INSERT INTO metadata VALUES (?, ?)", said)
        con.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(t.zoom, t.column, (1 << t.zoom) - 1 - t.row, d) for t, d in tiles.items()],
        )
        con.commit()
        con.close()
        opened.append(open_archive(path))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def painted(*layers: GroundLayer, view: Viewport = VIEW, ratio: float = 1.0) -> QImage:
    size = round(view.width * ratio), round(view.height * ratio)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    paint_ground(painter, layers, view, map_colours(), ratio)
    painter.end()
    return image


def land() -> QColor:
    return map_colours().land


def test_a_picture_tile_covers_its_square_of_the_earth_to_the_pixel(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    image = painted(tile_layer(archive({TILE: plain(RED)})))
    assert image.pixelColor(22, 22) == image.pixelColor(277, 277) == RED
    assert image.pixelColor(21, 150) == image.pixelColor(278, 150) == land()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("scale", [1.0, 0.77, 1.31])
def test_nothing_shines_through_between_two_tiles(
    archive: Callable[..., TileArchive], qapp: object, ratio: float, scale: float
) -> None:
    four = {Tile(10, 163 + i % 2, 397 + i // 2): plain(RED) for i in range(4)}
    view = Viewport(RIGHT, BOTTOM, VIEW.scale * scale, 191, 191)
    image = painted(tile_layer(archive(four)), view=view, ratio=ratio)
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(40, 120)}
    assert colours == {RED.name()}


def test_nearer_than_the_archive_goes_its_tiles_are_stretched(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    halves = QImage(256, 256, QImage.Format.Format_RGB32)
    halves.fill(RED)
    painter = QPainter(halves)
    painter.fillRect(128, 0, 128, 256, GREEN)
    painter.end()
    layer = tile_layer(archive({TILE: saved(halves)}))
    near = Viewport(X, Y, VIEW.scale / 16, 300, 300)
    image = painted(layer, view=near)
    assert image.pixelColor(20, 150) == RED
    assert image.pixelColor(280, 150) == GREEN


def test_where_a_fine_tile_is_missing_the_coarser_one_is_shown(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    fine = Tile(11, 2 * TILE.column, 2 * TILE.row)
    layer = tile_layer(archive({TILE: plain(RED), fine: plain(GREEN)}))
    image = painted(layer, view=Viewport(X, Y, VIEW.scale / 2, 300, 300))
    assert image.pixelColor(100, 100) == GREEN
    assert image.pixelColor(200, 200) == RED


def test_farther_out_than_the_archive_goes_only_its_place_is_marked(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    fine = (Tile(16, 163 * 64 + 63 * (i % 2), 397 * 64 + 63 * (i // 2)) for i in range(4))
    layer = tile_layer(archive(dict.fromkeys(fine, plain(RED))))
    image = painted(layer)
    assert image.pixelColor(150, 150) == image.pixelColor(40, 40) == land()
    assert image.pixelColor(22, 150) != land()


def test_layers_lie_over_each_other_as_thin_as_asked(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    low = tile_layer(archive({TILE: plain(RED)}))
    thin = tile_layer(archive({TILE: plain(BLUE)}), opacity=0.5)
    gone = tile_layer(archive({TILE: plain(GREEN)}), opacity=0.0)
    mixed = painted(low, thin, gone).pixelColor(150, 150)
    assert (mixed.red(), mixed.green(), mixed.blue()) == pytest.approx((112, 0, 112), abs=3)
    assert painted(thin, low).pixelColor(150, 150) == RED


def vector(*features: tuple[str, str, dict[str, object]]) -> bytes:
    layers = [
        {"name": name, "features": [{"geometry": shape, "properties": said}]}
        for name, shape, said in features
    ]
    return gzip.compress(mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True}))


def test_a_vector_tile_is_drawn_in_the_colours_of_the_map_and_cut_at_its_edge(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    water = "POLYGON((-200 -200, 4300 -200, 4300 2048, -200 2048, -200 -200))"
    image = painted(tile_layer(archive({TILE: vector(("water", water, {}))}, "pbf")))
    assert image.pixelColor(150, 30) == image.pixelColor(150, 140) == map_colours().water
    assert image.pixelColor(150, 160) == image.pixelColor(150, 10) == land()
    assert image.pixelColor(10, 100) == land()


def test_tiles_that_cannot_be_read_are_counted_said_and_the_rest_is_shown(
    archive: Callable[..., TileArchive], qapp: object
) -> None:
    right = Tile(10, TILE.column + 1, TILE.row)
    layer = tile_layer(archive({TILE: plain(RED), right: plain(GREEN)[:200]}))
    image = painted(layer)
    assert image.pixelColor(150, 150) == RED
    assert image.pixelColor(290, 150) == land()
    assert layer.note == "Town: tiles that cannot be read: 1"
    painted(layer)
    assert notes_of([layer]) == ("Town: tiles that cannot be read: 1",)


@pytest.mark.parametrize("form", ["PNG", "JPG", "WEBP"])
def test_pictures_of_every_form_tiles_come_in_are_read(form: str, qapp: object) -> None:
    colour = read_picture(plain(RED, 16, 16, form), "a picture").pixelColor(8, 8)
    assert colour.red() > 200
    assert colour.green() < 30


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither PNG, JPEG nor WebP"),
        (lambda: b"", "neither PNG, JPEG nor WebP"),
        (lambda: plain(RED)[:60], "is damaged"),
        (lambda: plain(RED, 5000, 2), "5000 x 2 pixels, more than 4096"),
    ],
)
def test_what_is_no_picture_of_a_tile_is_refused(
    data: Callable[[], bytes], said: str, qapp: object
) -> None:
    with pytest.raises(UserError, match=said):
        read_picture(data(), "tile")


def test_a_plan_lies_where_its_transform_puts_it(qapp: object) -> None:
    plan = QImage(200, 100, QImage.Format.Format_RGB32)
    plan.fill(RED)
    painter = QPainter(plan)
    painter.fillRect(100, 0, 100, 100, BLUE)
    painter.end()
    # One pixel of the plan is one of the view; turned a quarter: its right side is up.
    step = VIEW.scale
    to_world = np.array([[0, step, X - 50 * step], [step, 0, Y - 100 * step], [0, 0, 1.0]])
    layer = PlanLayer(plan, to_world)
    assert layer.bounds == pytest.approx(
        (X - 50 * step, Y - 100 * step, X + 50 * step, Y + 100 * step)
    )
    image = painted(layer)
    assert image.pixelColor(150, 100) == BLUE
    assert image.pixelColor(150, 200) == RED
    assert image.pixelColor(80, 150) == land()


def test_of_a_picture_with_a_horizon_only_the_ground_before_it_is_laid_out(qapp: object) -> None:
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    picture.fill(RED)
    # Rows above 100 look at the sky: w turns negative there.
    step = VIEW.scale
    to_world = np.array(
        [[step, 0, -100 * step], [0, 0, 2000 * step], [0, 0.1, -10.0]]
    )  # fmt: skip
    place = np.array([[1, 0, X], [0, 1, Y - 200 * step], [0, 0, 1.0]])
    ground = np.array([(0, 120), (200, 120), (200, 200), (0, 200)], np.float64)
    layer = PlanLayer(picture, place @ to_world, outline=ground)
    image = painted(layer)
    # Row 200 is 200 pixels up from the foot, row 120 is 1000: far outside the view.
    assert image.pixelColor(150, 100) == RED
    assert image.pixelColor(150, 160) == land()


def test_a_plan_seen_small_keeps_its_thin_lines(qapp: object) -> None:
    plan = QImage(1600, 1600, QImage.Format.Format_RGB32)
    plan.fill(QColor("white"))
    painter = QPainter(plan)
    for at in range(0, 1600, 16):
        painter.fillRect(at, 0, 4, 1600, QColor("black"))
    painter.end()
    step = VIEW.scale / 16
    to_world = np.array([[step, 0, X - 800 * step], [0, -step, Y + 800 * step], [0, 0, 1.0]])
    image = painted(PlanLayer(plan, to_world))
    greys = [image.pixelColor(x, 150).red() for x in range(110, 190)]
    # A quarter is black everywhere: picking single pixels would show black ones and white ones.
    assert min(greys) > 150
    assert max(greys) < 235


def test_plans_may_be_larger_than_tiles_but_not_without_end(qapp: object) -> None:
    assert read_plan(plain(RED, 5000, 2), "plan.png").width() == 5000
    huge = plain(RED, 12001, 1)
    with pytest.raises(UserError, match=r"plan\.png is 12001 x 1 pixels"):
        read_plan(huge, "plan.png")
    # Only the head says so: its pixels are not looked at.
    head = b"IHDR" + (9000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    small = plain(RED, 2, 1)
    bomb = small[:12] + head + zlib.crc32(head).to_bytes(4, "big") + small[33:]
    with pytest.raises(UserError, match=r"9000 x 9000 pixels, more than 60 million"):
        read_plan(bomb, "plan.png")


def town() -> BaseMap:
    return parse_base_map(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"kind":'
        ' "water"}, "geometry": {"type": "Polygon", "coordinates":'
        " [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}}]}"
    )


def test_what_is_fitted_is_what_the_layers_cover_and_outlines_give_way(qapp: object) -> None:
    outlines, drawn = OutlineLayer(read_outlines()), BaseShapes(town())
    assert covered([outlines, drawn]) == drawn.bounds
    assert covered([outlines]) == MAINLAND
    assert covered([BaseShapes(BaseMap())]) is None
    assert covered([]) is None


def test_outlines_are_drawn_far_out_and_not_over_the_streets(qapp: object) -> None:
    layer = OutlineLayer(read_outlines())
    state = Viewport(-13_600_000, 4_500_000, 3000, 400, 300)
    assert painted(layer, view=state) != painted(view=state)
    street = Viewport(-13_586_000, 4_437_000, 5, 400, 300)
    assert painted(layer, view=street) == painted(view=street)


def test_everybody_to_be_named_is_named_once_on_the_map(
    archive: Callable[..., TileArchive], qtbot: QtBot
) -> None:
    one, other = (tile_layer(archive({TILE: plain(RED)})) for _ in range(2))
    hidden = BaseShapes(BaseMap(), opacity=0.0, credit="Nobody")
    assert credits_of([one, other, hidden]) == ("© Somebody",)
    shown = MapView(map_colours())
    qtbot.addWidget(shown)
    shown.resize(500, 300)
    shown.set_ground([BaseShapes(BaseMap())])
    shown.show_viewport(VIEW.resized(500, 300).panned(2000, 0))
    without = shown.grab().toImage()
    shown.set_ground([one, other])
    assert shown.grab().toImage() != without
