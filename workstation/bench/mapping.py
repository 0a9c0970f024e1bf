"""The map with 600 cameras: what a frame of a pan takes on the window's thread, and what it would
take without the kept picture; 100,000 places of tracks over it."""

import os
from functools import partial
from time import thread_time
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QApplication

from casefiles.geo import GeoPoint, moved
from casefiles.types import Camera, CameraId, Placement
from mapview.basemap import parse_base_map
from mapview.layers import camera_marks
from mapview.projection import ground_scale, unproject
from mapview.qt.base_painter import BaseShapes
from mapview.qt.camera_painter import CameraLayer
from mapview.qt.image_overlay import ImageOverlay, at_once, paint_image
from mapview.qt.map_view import MapView
from mapview.qt.picture import PictureRequest, paint_picture, with_margin
from mapview.qt.track_painter import WaysArt
from mapview.track_raster import WorldLines
from mapview.viewport import Viewport
from resources.files import packaged
from ui.panels.map import map_colours
from ui.theme import apply
from workstation.bench.result import Figure, interleaved

_CAMERAS: Final = 600
_TRACKS, _PLACES = 1000, 100
_WIDTH, _HEIGHT = 1280, 800
_M_PER_PX: Final = 2.0
_TURNS, _FRAMES = 12, 12
_STEP_PX: Final = (9, 5)
_LIMIT_MS: Final = 16.0


def map_of_600() -> list[Figure]:
    """A pan with the kept picture against one without, and with tracks over it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply(app, "dark")
    widget = _widget()
    cached, uncached = interleaved(
        [partial(_pan, widget)] * _TURNS, [partial(_paint_anew, _whole(widget))] * _TURNS
    )
    kept_ms, anew_ms = cached * 1e3 / _FRAMES, uncached * 1e3 / _FRAMES
    spots = sum(not spot.is_cluster for spot in widget.spots.spots)
    frame_ms = _frame_ms(widget)
    lines = _lines(widget.view)
    tracks = WaysArt((), lines)
    ours, theirs = interleaved(
        [partial(_image_of, tracks, widget)] * 5, [partial(_polylines, lines, widget)] * 5
    )
    overlay = ImageOverlay(at_once, widget.update)
    overlay.show(tracks)
    widget.overlays.append(overlay)
    with_tracks_ms = _frame_ms(widget)
    return [
        Figure(
            "map-600-pan", kept_ms, anew_ms, kept_ms / anew_ms, "CPU ms a frame",
            f"{_CAMERAS} cameras with view polygons over the bundled town, {spots} of them apart, "
            f"{_WIDTH} × {_HEIGHT}, offscreen; the kept picture against painting each frame anew, "
            "interleaved medians; lower is better, asked ≤ 1/3",
        ),
        Figure(
            "map-600-frame", frame_ms, _LIMIT_MS, frame_ms / _LIMIT_MS, "ms of the window's thread",
            "the longest frame of a pan, against what a slot may take; lower is better",
        ),
        Figure(
            "map-600-frame-with-tracks", with_tracks_ms, _LIMIT_MS, with_tracks_ms / _LIMIT_MS,
            "ms of the window's thread",
            f"the same with {len(lines):,} places of {_TRACKS:,} tracks over it; lower is better",
        ),
        Figure(
            "map-100k-places", ours * 1e3, theirs * 1e3, ours / theirs, "CPU ms an image",
            f"an image of {len(lines):,} places, made beside the window's thread, against "
            "QPainter.drawPolyline of the same tracks; lower is better",
        ),
    ]  # fmt: skip


def _widget() -> MapView:
    base = parse_base_map(packaged("demo", "town.geojson").read_text(encoding="utf-8"))
    assert base.bounds is not None
    left, bottom, right, top = base.bounds
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    scale = _M_PER_PX / ground_scale(middle_y)
    widget = MapView(map_colours())
    widget.resize(_WIDTH, _HEIGHT)
    widget.set_ground((BaseShapes(base).prepare(),))
    widget.set_marks(camera_marks(_cameras(unproject(middle_x, middle_y)),
                                  with_footage=frozenset({CameraId("7")})))  # fmt: skip
    widget.show_viewport(Viewport(middle_x, middle_y, scale, _WIDTH, _HEIGHT))
    return widget


def _cameras(middle: GeoPoint) -> list[Camera]:
    """As many as a city has, all on one screen: 2.5 by 1.6 km."""
    chance = np.random.default_rng(600)
    east = chance.uniform(-0.48, 0.48, _CAMERAS) * _WIDTH * _M_PER_PX
    north = chance.uniform(-0.48, 0.48, _CAMERAS) * _HEIGHT * _M_PER_PX
    heading, fov = chance.uniform(0, 360, _CAMERAS), chance.uniform(40, 110, _CAMERAS)
    reach = chance.uniform(30, 110, _CAMERAS)
    return [
        Camera(
            CameraId(str(at)),
            f"Camera {at}",
            (
                Placement(
                    moved(middle, east_m=float(east[at]), north_m=float(north[at])),
                    float(heading[at]),
                    float(fov[at]),
                    float(reach[at]),
                ),
            ),
        )
        for at in range(_CAMERAS)
    ]


def _whole(widget: MapView) -> PictureRequest:
    """The same picture without a margin, symbols laid out already: what each frame would need."""
    around = with_margin(widget.view)
    inner = widget.view.resized(
        round(_WIDTH * _WIDTH / around.width), round(_HEIGHT * _HEIGHT / around.height)
    )
    layer = CameraLayer(widget.marks)
    layer.prepare()
    return PictureRequest(
        widget.ground, layer, inner, 1.0, map_colours(), widget.font(), {}, (), widget.spots
    )


def _paint_anew(request: PictureRequest) -> None:
    for _ in range(_FRAMES):
        paint_picture(request)


def _pan(widget: MapView) -> None:
    canvas = QImage(_WIDTH, _HEIGHT, QImage.Format.Format_RGB32)
    before = widget.view
    for number in range(_FRAMES):
        _frame(widget, canvas, before, number)
    widget.show_viewport(before)


def _frame(widget: MapView, canvas: QImage, before: Viewport, number: int) -> None:
    """Within the margin: the kept picture reaches, as it does while the next one is made."""
    widget.show_viewport(before.panned(number * _STEP_PX[0], number * _STEP_PX[1]))
    widget.render(canvas)


def _frame_ms(widget: MapView) -> float:
    """The longest of the median frames of some pans: what happens once is not the map's."""
    canvas = QImage(_WIDTH, _HEIGHT, QImage.Format.Format_RGB32)
    before = widget.view
    taken = np.zeros((_TURNS, _FRAMES))
    for turn in range(_TURNS):
        for number in range(_FRAMES):
            began = thread_time()
            _frame(widget, canvas, before, number)
            taken[turn, number] = thread_time() - began
    widget.show_viewport(before)
    return float(np.median(taken, axis=0).max()) * 1e3


def _lines(view: Viewport) -> WorldLines:
    """People who walk about on what is shown."""
    chance = np.random.default_rng(100)
    begin = chance.uniform(-0.5, 0.5, (_TRACKS, 1, 2)) * (view.width, view.height) * view.scale
    steps = chance.normal(0, 3, (_TRACKS, _PLACES, 2)).cumsum(axis=1)
    points = (begin + steps + (view.x, view.y)).reshape(-1, 2)
    starts = np.arange(_TRACKS, dtype=np.int64) * _PLACES
    hue = np.repeat(chance.integers(0, 8, _TRACKS), _PLACES).astype(np.uint8)
    return WorldLines(points, starts, hue)


def _image_of(art: WaysArt, widget: MapView) -> None:
    paint_image(art, with_margin(widget.view), map_colours(), QFont(), 1.0)


def _polylines(lines: WorldLines, widget: MapView) -> None:
    view = with_margin(widget.view)
    canvas = QImage(view.width, view.height, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(0)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    screen = view.to_screen(lines.points).tolist()
    for first in lines.starts.tolist():
        line = screen[first : first + _PLACES]
        painter.setPen(map_colours().camera(int(lines.hue[first])))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))
    painter.end()
