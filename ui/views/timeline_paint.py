"""Painter calls of the timeline's lanes: values in, pixels out; no state, no gestures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from casefiles.case_events import EventId
from casefiles.types import CameraId, SourceId, TrackId
from casefiles.view_types import FrameTimes, Lane
from mapview.qt.event_art import paint_symbol
from ui.theme import THEME, Scheme, colour, digits_font, text_font
from ui.views.camera_colours import CameraShape, camera_colour, camera_shape
from ui.views.timeline_columns import LaneColumns, TimelineColumns
from ui.views.timeline_events import EventScene, paint_events
from ui.views.timeline_frames import paint_frames, shows_frames
from ui.views.timeline_journey import StopMark, paint_stops
from ui.views.timeline_layout import AXIS_PX, MARKS_PX, TimelineLayout
from ui.views.timeline_marks import Flag, LaneHits
from ui.views.timeline_scale import TimeScale
from ui.views.timeline_ticks import ClockChange, Tick

_STRIPS: Final = (0.4, 0.4, 0.2)
"""Heights of person, vehicle and other in the bar: place doubles colour."""
_HATCH_PX: Final = 7
_HATCH_TILE: Final = 16
_MARK_PX: Final = 14
_MARK_MIDDLE: Final = QPointF(_MARK_PX / 2, _MARK_PX / 2)
_NO_PEN: Final = Qt.PenStyle.NoPen
_ELIDE: Final = Qt.TextElideMode.ElideRight


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is painted under playhead, span and pointer."""

    lanes: tuple[Lane, ...]
    layout: TimelineLayout
    scale: TimeScale
    ratio: float
    """Device pixels a pixel."""
    columns: TimelineColumns
    hits: tuple[LaneHits, ...]
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]
    camera_order: Mapping[CameraId, int]
    chosen_row: int | None
    chosen_track: TrackId | None
    chosen_event: EventId | None = None
    frames: Mapping[SourceId, FrameTimes] = field(default_factory=dict)
    changes: tuple[ClockChange, ...] = ()
    stops: tuple[StopMark, ...] = ()


def paint_labels(painter: QPainter, scene: Scene) -> None:
    """The column of titles; it does not depend on the range that is shown."""
    layout = scene.layout
    painter.fillRect(0, 0, layout.label_px, layout.height, colour("panel"))
    for row in layout.shown_rows:
        _paint_label(painter, scene, row)
    painter.fillRect(0, 0, layout.label_px, AXIS_PX, colour("panel"))
    painter.fillRect(0, AXIS_PX - 1, layout.label_px, 1, colour("line"))
    painter.fillRect(layout.label_px - 1, 0, 1, layout.height, colour("line"))


def paint_lanes(painter: QPainter, scene: Scene) -> None:
    """Lanes and axis; fills every pixel right of the labels."""
    layout = scene.layout
    painter.fillRect(layout.label_px, 0, layout.time_px, layout.height, colour("lane"))
    painter.setClipRect(layout.label_px, 0, layout.time_px, layout.height)
    _paint_grid(painter, scene)
    rows = layout.shown_rows
    image = scene.columns.image(rows)
    for place, row in enumerate(rows):
        line = layout.top(row) + layout.row_px - 1
        painter.fillRect(layout.label_px, line, layout.time_px, 1, colour("line"))
        events = scene.lanes[row].events
        if events is not None:
            about = EventScene(layout, scene.scale, scene.chosen_event)
            paint_events(painter, about, row, events)
            continue
        _paint_bar(painter, scene, row)
        _paint_activity(painter, scene, row, image, place)
        _paint_gaps(painter, scene, row)
        if scene.frames and shows_frames(scene.scale):
            for source in scene.lanes[row].sources:
                if source in scene.frames:
                    paint_frames(painter, layout, scene.scale, row, scene.frames[source])
        _paint_stops(painter, scene, row)
        _paint_hits(painter, scene, row)
        _paint_lane_flags(painter, scene, row)
    _paint_axis(painter, scene)
    _paint_case_flags(painter, scene)


def _paint_activity(painter: QPainter, scene: Scene, row: int, image: QImage, place: int) -> None:
    x, width = scene.layout.label_px, scene.layout.time_px
    y, height = scene.layout.bar(row)
    top = y + 1.0
    for kind, share in enumerate(_STRIPS):
        strip = (height - 2) * share
        source = QRectF(0, 3 * place + kind, image.width(), 1)
        painter.drawImage(QRectF(x, top, width, max(strip - 1, 1)), image, source)
        top += strip


def _paint_grid(painter: QPainter, scene: Scene) -> None:
    tone = _between(colour("lane"), colour("line"))
    for tick in scene.ticks:
        x = round(scene.layout.label_px + scene.scale.x_of(tick.wall_ns))
        # Mixed beforehand: a see-through line down the widget takes half a millisecond.
        painter.fillRect(x, AXIS_PX, 1, scene.layout.rows_px, tone)


def _paint_label(painter: QPainter, scene: Scene, row: int) -> None:
    layout, lane = scene.layout, scene.lanes[row]
    top = layout.top(row)
    chosen = row == scene.chosen_row
    if chosen:
        painter.fillRect(0, top, layout.label_px, layout.row_px, colour("row"))
        painter.fillRect(0, top, 3, layout.row_px, colour("accent"))
    painter.fillRect(0, top + layout.row_px - 1, layout.label_px, 1, colour("line"))
    index = _hue_index(scene, row)
    note = "" if lane.time_known else QCoreApplication.translate("Timeline", "start not known")
    title_px = layout.row_px - (17 if note else 1)
    centre = QPointF(14, top + title_px / 2 + (2 if note else 0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(camera_colour(index))
    if lane.events is None:
        paint_camera_mark(painter, camera_shape(index), centre)
    else:
        paint_symbol(painter, "call", centre, 5.0, fill=colour("event"), line=QPen(_NO_PEN))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    _text(painter, lane.title, QRect(26, top + (2 if note else 0), layout.label_px - 34, title_px))
    if note:
        area = QRect(26, top + layout.row_px - 19, layout.label_px - 34, 16)
        _text(painter, note, area, small=True)


def _hue_index(scene: Scene, row: int) -> int:
    # The lane of events above them is no camera's.
    own = row - (scene.lanes[0].events is not None)
    camera_id = scene.lanes[row].camera_id
    return own if camera_id is None else scene.camera_order.get(camera_id, own)


def _paint_stops(painter: QPainter, scene: Scene, row: int) -> None:
    sources = scene.lanes[row].sources
    mine = [one for one in scene.stops if one.source_id in sources]
    if mine:
        hue = camera_colour(_hue_index(scene, row))
        paint_stops(painter, scene.layout, scene.scale, row, mine, hue)


def paint_camera_mark(painter: QPainter, shape: CameraShape, centre: QPointF) -> None:
    """A camera's mark in the painter's brush, about 10 px wide."""
    x, y = centre.x(), centre.y()
    if shape == "dot":
        painter.drawEllipse(centre, 4.5, 4.5)
    elif shape == "square":
        painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
    elif shape == "diamond":
        painter.drawPolygon(_polygon((x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)))
    else:
        painter.drawPolygon(_polygon((x, y - 5), (x + 5.5, y + 4.5), (x - 5.5, y + 4.5)))


def _text(painter: QPainter, text: str, area: QRect, *, small: bool = False) -> None:
    painter.setFont(text_font(11 if small else 13))
    painter.setPen(colour("text_dim" if small else "text"))
    shown = painter.fontMetrics().elidedText(text, _ELIDE, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)


def _runs(scene: Scene, found: Iterable[list[int]]) -> list[tuple[float, float]]:
    """Runs of columns as x and width in the widget."""
    left, ratio = scene.layout.label_px, scene.layout.time_px / _column_count(scene)
    return [(left + first * ratio, (after - first) * ratio) for first, after in found]


def _column_count(scene: Scene) -> int:
    return max(round(scene.layout.time_px * scene.ratio), 1)


def _paint_bar(painter: QPainter, scene: Scene, row: int) -> None:
    y, height = scene.layout.bar(row)
    tone = colour("footage")
    known = scene.lanes[row].time_known
    if not known:
        painter.setPen(QPen(colour("text_dim"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(tone)
    for x, width in _runs(scene, scene.columns.lane(row).footage.tolist()):
        if known:
            painter.fillRect(QRectF(x, y, width, height), tone)
        else:
            painter.drawRect(QRectF(x, y, width, height - 1))


def _paint_gaps(painter: QPainter, scene: Scene, row: int) -> None:
    y, height = scene.layout.bar(row)
    columns: LaneColumns = scene.columns.lane(row)
    tone = colour("gap")
    hatch = hatch_tile(scene.ratio)
    for x, width in _runs(scene, columns.gaps.tolist()):
        if width < _HATCH_PX:
            # Too narrow for lines to show.
            painter.fillRect(QRectF(x, y, width, height), tone)
            continue
        painter.drawTiledPixmap(QRectF(x, y, width, height), hatch)
        painter.fillRect(QRectF(x, y, width, 1), tone)
        painter.fillRect(QRectF(x, y + height - 1, width, 1), tone)
    for column in columns.nicks.tolist():
        x = scene.layout.label_px + column / scene.ratio
        painter.fillRect(QRectF(x, y - 2, 1.5, 5), tone)


def hatch_tile(ratio: float) -> QPixmap:
    """What missing footage is painted with: slanted lines in the scheme in force."""
    return _hatch(colour("gap").rgb(), colour("lane").rgb(), ratio)


@lru_cache(maxsize=8)
def _hatch(tone: int, ground: int, ratio: float) -> QPixmap:
    """A tile of slanted lines: ten times as fast to paint with as a brush pattern."""
    step = round(_HATCH_PX * ratio)
    side = step * _HATCH_TILE
    tile = QPixmap(side, side)
    tile.fill(QColor.fromRgb(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgb(tone), 1.2 * ratio))
    for shift in range(-side, side + 1, step):
        painter.drawLine(QPointF(shift, side), QPointF(shift + side, 0))
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return tile


def _paint_hits(painter: QPainter, scene: Scene, row: int) -> None:
    if not scene.hits[row].hits:
        return
    found, scale, left = scene.hits[row], scene.scale, scene.layout.label_px
    y = scene.layout.top(row) + MARKS_PX - 4
    shown = found.shown(scale)
    starts = scale.xs_of(found.from_ns[shown]).clip(min=0).tolist()
    ends = scale.xs_of(found.to_ns[shown]).clip(max=scale.width).tolist()
    tone = colour("hit")
    for start, end in zip(starts, ends, strict=True):
        painter.fillRect(QRectF(left + start, y + 2, max(end - start, 1), 2), tone)
    marks = {doubtful: hit_mark(scene.ratio, doubtful=doubtful) for doubtful in (False, True)}
    for index, x in zip(shown.tolist(), scale.xs_of(found.best_ns[shown]).tolist(), strict=True):
        hit = found.hits[index]
        centre = QPointF(left + x, y)
        if hit.track.track_id == scene.chosen_track:
            paint_hit(painter, centre, doubtful=hit.doubtful, chosen=True)
        else:
            painter.drawPixmap(centre - _MARK_MIDDLE, marks[hit.doubtful])


def hit_mark(ratio: float, *, doubtful: bool) -> QPixmap:
    """The mark of a hit in the scheme in force: hundreds are painted at a time."""
    return _hit_mark(THEME.scheme, ratio, doubtful)


@lru_cache(maxsize=8)
def _hit_mark(_scheme: Scheme, ratio: float, doubtful: bool) -> QPixmap:
    picture = QPixmap(QSize(_MARK_PX, _MARK_PX) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_hit(painter, _MARK_MIDDLE, doubtful=doubtful, chosen=False)
    painter.end()
    return picture


def paint_hit(painter: QPainter, centre: QPointF, *, doubtful: bool, chosen: bool) -> None:
    """The mark of a hit; hollow where something it was found by is unreliable."""
    tone, half = colour("hit"), 5.5 if chosen else 4.0
    x, y = centre.x(), centre.y()
    painter.setPen(QPen(colour("text") if chosen else tone, 1.5))
    painter.setBrush(colour("lane") if doubtful else tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolygon(_polygon((x, y - half), (x + half, y), (x, y + half), (x - half, y)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_lane_flags(painter: QPainter, scene: Scene, row: int) -> None:
    sources = set(scene.lanes[row].sources)
    top = scene.layout.top(row)
    for flag in scene.flags:
        if flag.source_id in sources and scene.scale.shows(flag.wall_ns):
            x = scene.layout.label_px + scene.scale.x_of(flag.wall_ns)
            paint_flag(painter, x, top + 1, top + scene.layout.row_px - 3)


def _paint_case_flags(painter: QPainter, scene: Scene) -> None:
    lane_sources: set[SourceId] = {one for lane in scene.lanes for one in lane.sources}
    for flag in scene.flags:
        if flag.source_id not in lane_sources and scene.scale.shows(flag.wall_ns):
            x = scene.layout.label_px + scene.scale.x_of(flag.wall_ns)
            paint_flag(painter, x, AXIS_PX - 11, scene.layout.height)


def paint_flag(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """The flag of a bookmark, its pole at `x`."""
    tone = colour("bookmark")
    painter.fillRect(QRectF(x, top, 1.5, bottom - top), tone)
    painter.setPen(_NO_PEN)
    painter.setBrush(tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolygon(_polygon((x, top), (x + 10, top + 3.5), (x, top + 7)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_axis(painter: QPainter, scene: Scene) -> None:
    layout, scale = scene.layout, scene.scale
    painter.fillRect(layout.label_px, 0, layout.time_px, AXIS_PX, colour("panel"))
    painter.fillRect(layout.label_px, AXIS_PX - 1, layout.time_px, 1, colour("line"))
    dim, line = colour("text_dim"), colour("line")
    painter.setFont(text_font(11))
    painter.setPen(dim)
    told: list[QRect] = []
    for tick in scene.ticks:
        x = round(layout.label_px + scale.x_of(tick.wall_ns))
        painter.fillRect(x, AXIS_PX - 6, 1, 5, dim)
        painter.drawText(QRect(x - 60, 17, 120, 16), Qt.AlignmentFlag.AlignCenter, tick.text)
        # A change of the clocks tells the new offset itself.
        if tick.context and not (scene.changes and tick.context.startswith("UTC")):
            painter.fillRect(x, 2, 1, 14, line)
            area = QRect(x + 4, 1, 140, 16)
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, flags, tick.context)
            told.append(painter.boundingRect(area, flags, tick.context))
    _paint_changes(painter, scene, told)


def _paint_changes(painter: QPainter, scene: Scene, told: list[QRect]) -> None:
    """Where the clocks are set: right on the axis, because times of day jump there."""
    layout, tone = scene.layout, colour("warn")
    painter.setFont(digits_font(11))
    for change in scene.changes:
        x = round(layout.label_px + scene.scale.x_of(change.wall_ns))
        painter.fillRect(x, 0, 1, AXIS_PX, tone)
        painter.setPen(QPen(tone, 1, Qt.PenStyle.DashLine))
        painter.drawLine(x, AXIS_PX, x, layout.height)
        wide = painter.fontMetrics().horizontalAdvance(change.text) + 6
        area = QRect(x + 1 if x + wide < layout.width else x - wide, 0, wide, 16)
        for other in told:
            if area.intersects(other):
                area.moveLeft(other.right() + 6)
        painter.fillRect(area, colour("panel"))
        painter.setPen(tone)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, change.text)


def _polygon(*corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])


def _between(one: QColor, other: QColor) -> QColor:
    return QColor(
        (one.red() + other.red()) // 2,
        (one.green() + other.green()) // 2,
        (one.blue() + other.blue()) // 2,
    )


def blank(former: QPixmap | None, width: int, height: int, ratio: float) -> QPixmap:
    """A picture of that size, the former one where it fits: new memory costs a millisecond."""
    size = QSize(max(width, 1), max(height, 1)) * ratio
    if former is not None and former.size() == size and former.devicePixelRatio() == ratio:
        return former
    picture = QPixmap(size)
    picture.setDevicePixelRatio(ratio)
    return picture


def fill(picture: QPixmap, scene: Scene, paint: Callable[[QPainter, Scene], None]) -> None:
    painter = QPainter(picture)
    paint(painter, scene)
    painter.end()
