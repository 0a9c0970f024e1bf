"""The map widget: shows the ground and the cameras, reports gestures; decides nothing.

It knows no case and no theme: values come in through setters, gestures go out as signals.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from shiboken6 import isValid

from mapview.camera_draft import CameraDraft
from mapview.hit_test import content_bounds
from mapview.layers import CameraMark
from mapview.projection import ground_scale, to_degrees
from mapview.qt.camera_painter import CameraLayer, Emphasis, SpotPainter
from mapview.qt.camera_surface import CameraSurface
from mapview.qt.credits import paint_credits
from mapview.qt.event_art import EventLayer
from mapview.qt.furniture import MapArea, paint_drafts, paint_furniture
from mapview.qt.gestures import Gestures, KeyTaker, owns_key
from mapview.qt.ground_layer import GroundLayer, covered
from mapview.qt.map_colours import MapColours
from mapview.qt.map_tool import MapTool, Overlay
from mapview.qt.movers import Mover, paint_movers
from mapview.qt.picture import PictureDesk, PictureRequest, Render, at_once
from mapview.qt.replay_painter import ReplayLayer
from mapview.qt.symbol_art import SymbolArt
from mapview.qt.wording import describe_all
from mapview.symbols import Layout
from mapview.viewport import Viewport

_WHEEL_STEP: Final = 1.25
_NOTCH: Final = 120
_FIT_MARGIN_PX: Final = 44
_FIT_FINEST_M: Final = 0.15


class MapView(CameraSurface):
    """Pan, zoom, cameras; drawing of areas and moving of cameras while switched on."""

    camera_moved = Signal(str, object, object)
    """In edit mode: camera id, `GeoPoint`, heading (float or None)."""
    area_drawn = Signal(object)
    """A closed outline: tuple of (lon, lat)."""
    area_ended = Signal()
    """Drawing an area has ended, with or without one."""
    marks_changed = Signal(object)
    """Other cameras, or in other places (tuple of `CameraMark`); painted soon."""
    view_changed = Signal()
    """Another part of the world is shown."""
    tool_changed = Signal()
    """Another tool is on, or none."""
    # Of the class: Qt sends events before the map is made.
    tool: MapTool | None = None
    """What presses mean now; None: as ever. Set by `set_tool`."""

    def __init__(
        self, colours: MapColours, parent: QWidget | None = None, *, render: Render = at_once
    ) -> None:
        """`render` makes pictures elsewhere; by default they are made at once."""
        super().__init__(parent)
        self.setObjectName("map_view")
        self.setAccessibleName(self.tr("Map"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self._colours = colours
        self.ground: tuple[GroundLayer, ...] = ()
        """What is painted below the cameras, from the bottom up; set by `set_ground`."""
        self._layer = CameraLayer()
        self._areas: tuple[MapArea, ...] = ()
        self.movers: tuple[Mover, ...] = ()
        self.events = EventLayer()
        self.replay = ReplayLayer()
        self.overlays: list[Overlay] = []
        """Painted over the picture in this order, below what is selected."""
        self.keys: list[KeyTaker] = []
        """Asked for a key before the map is, while nothing is drawn or moved."""
        self._art: SymbolArt | None = None
        self._moved_by_person = False
        self._gestures = Gestures(self)
        self._desk = PictureDesk(render, self.request, self._picture_came, lambda: isValid(self))

    @property
    def marks(self) -> tuple[CameraMark, ...]:
        """The marks shown; newer ones may be on their way."""
        return self._desk.picture.layer.marks if self._desk.picture else ()

    @property
    def spots(self) -> Layout:
        """Where the symbols of `marks` are."""
        return self._desk.picture.layout if self._desk.picture else Layout(self.view.scale)

    def names_on(self, view: Viewport) -> QRegion:
        """Where the picture shown names streets and places, on a view."""
        return self._desk.picture.names_on(view) if self._desk.picture else QRegion()

    @property
    def is_settled(self) -> bool:
        """Whether the picture shown is the picture wanted."""
        return self._desk.is_settled

    @property
    def is_drawing(self) -> bool:
        """Whether clicks draw an area."""
        return self._gestures.is_drawing

    @property
    def is_editing(self) -> bool:
        """Whether cameras can be moved and turned."""
        return self._gestures.is_editing

    @property
    def was_moved(self) -> bool:
        """Whether what is shown was chosen by somebody; else all is."""
        return self._moved_by_person

    def set_colours(self, colours: MapColours) -> None:
        """Other colours: everything is painted anew."""
        self._colours, self._art = colours, None
        self._desk.refresh()
        self.update()

    def set_ground(self, layers: Sequence[GroundLayer]) -> None:
        """Another ground, from the bottom up; shows all of it unless somebody moved the map."""
        self.ground = tuple(layers)
        self._fit_if_untouched()
        self._desk.refresh()

    def set_marks(self, marks: Sequence[CameraMark]) -> None:
        """Other cameras, or in other places."""
        new, old = tuple(marks), self._layer.marks
        if new == old:
            return
        self._layer = CameraLayer(new)
        self._gestures.forget_draft()
        if {mark.camera_id for mark in new} != {mark.camera_id for mark in old}:
            self._fit_if_untouched()
        self._desk.refresh()
        self.marks_changed.emit(new)

    def set_movers(self, movers: Sequence[Mover]) -> None:
        """Where moving cameras are now; painted over the picture, which stays."""
        if self.movers or movers:
            self.movers = tuple(movers)
            self.update()

    def set_hits(self, hits: Mapping[str, int]) -> None:
        """How many hits each camera has, by id; cameras without are left out."""
        if hits != self._hits:
            self._hits = dict(hits)
            self._desk.refresh(new_layout=False)

    def set_areas(self, areas: Sequence[MapArea]) -> None:
        """The areas drawn over the ground."""
        if tuple(areas) != self._areas:
            self._areas = tuple(areas)
            self._desk.refresh(new_layout=False)

    def set_selected(self, camera_id: str | None) -> None:
        """Which camera stands out."""
        if camera_id != self._selected:
            self._selected = camera_id
            self.current = None
            self._gestures.forget_draft()
            self.update()

    def set_edit_mode(self, on: bool) -> None:
        """Cameras can be moved and turned, or not."""
        self._gestures.set_editing(on)
        self.update()

    def start_area(self) -> None:
        """The next clicks, or the next drag, draw an area."""
        self._gestures.start_area()
        self.setFocus()
        self._show_cursor()

    def set_tool(self, tool: MapTool | None) -> None:
        """Presses mean something else from now on; the tool before gives up."""
        before, self.tool = self.tool, tool
        if before is not None and before is not tool:
            before.cancel()
        self._gestures.cancel()
        self.tool_changed.emit()
        self._show_cursor()

    def cancel(self) -> None:
        """Drops what is being drawn or moved."""
        self._gestures.cancel()
        self._show_cursor()

    def fit(self) -> None:
        """All cameras on screen, or all of the ground where there is none."""
        self._moved_by_person = False
        self._fit_if_untouched()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer by a factor around a pixel, or around the middle."""
        point = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        self.show_viewport(self.view.zoomed(factor, point.x(), point.y()))

    def show_viewport(self, view: Viewport) -> None:
        """Shows another part of the world, as a person asked."""
        self._moved_by_person = True
        self._show(view)

    def end_area(self, corners: tuple[tuple[float, float], ...]) -> None:
        """Reports an outline in pixels as an area of the earth; an empty one is given up."""
        if corners:
            degrees = to_degrees(self.view.to_world(corners)).tolist()
            self.area_drawn.emit(tuple((lon, lat) for lon, lat in degrees))
        self.area_ended.emit()
        self._show_cursor()

    def keep_move(self, draft: CameraDraft) -> None:
        """Reports a camera as moved; it is drawn there until the marks say so."""
        mark = draft.now
        self.camera_moved.emit(mark.camera_id, mark.point, mark.heading_deg)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks through the cameras before it leaves the map."""
        # Qt asks here for the buttons on the map too.
        if self.hasFocus() and self.step_camera(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture moved or stretched to the view; cameras and drafts over it."""
        painter = QPainter(self)
        picture = self._desk.picture
        if picture is None or not picture.target(self.view).contains(QRectF(self.rect())):
            painter.fillRect(self.rect(), self._colours.land)
        if picture is not None:
            picture.paint(painter, self.view, self.devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.events.paint(painter, self.view, self._colours, self.font())
        paint_movers(painter, self.movers, self.view, self._colours, self.font())
        self.replay.paint(painter, self.view, self._colours, self.font(), self.spots)
        for overlay in self.overlays:
            painter.save()
            overlay.paint(painter, self.view, self._colours, self.font())
            painter.restore()
        if self._art is None:
            self._art = SymbolArt(self._colours, self.font(), self.devicePixelRatioF())
        emphasis = Emphasis(self._selected, self.current if self.hasFocus() else None)
        SpotPainter(
            self.marks, self.spots, self.view, self._colours, self._art, self.font(), self._hits,
            emphasis,
        ).paint_emphasis(painter)  # fmt: skip
        selected = self.selected_mark() if self.is_editing else None
        paint_drafts(painter, self._gestures, selected, self.view, self._colours)
        if self.tool is not None:
            self.tool.paint(painter, self.view, self._colours, self.font())
        paint_furniture(painter, self.view, self._colours, self.font())
        if picture is not None:
            said = picture.credit, picture.notes
            paint_credits(painter, *said, self.view, self._colours, self.font())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same middle in another frame; a map nobody has moved shows all again."""
        super().resizeEvent(event)
        self._show(self.view.resized(self.width(), self.height()))
        self._fit_if_untouched()

    def event(self, event: QEvent) -> bool:
        """Tool tips; and what was painted for another screen or font is painted again."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = self.spot_at(QPointF(event.pos()))
            members = [] if spot is None else [self.marks[member] for member in spot.members]
            # An empty text takes the tip away.
            QToolTip.showText(event.globalPos(), describe_all(members, self._hits), self)
            return True
        if owns_key(event, drawing=self.tool is not None):
            event.accept()
            return True
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.FontChange):
            self._art = None
            self._desk.refresh()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a click, a drag or an area."""
        self._gestures.press(event.position(), event.button(), event.modifiers())
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags, draws, or only points."""
        self._gestures.move(event.position())
        self._show_cursor(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends what the press began."""
        self._gestures.release(event.position())
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zooms in, or closes an area."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._gestures.double(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms at the pointer; fine wheels zoom finely."""
        self.zoom(_WHEEL_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the map; all others go on to the window."""
        if self._gestures.key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _show(self, view: Viewport) -> None:
        self.view = view
        self._desk.follow(view)
        self.update()
        self.view_changed.emit()

    def _fit_if_untouched(self) -> None:
        bounds = content_bounds(self._layer.marks, covered(self.ground))
        if bounds is not None and not self._moved_by_person:
            finest = _FIT_FINEST_M / ground_scale((bounds[1] + bounds[3]) / 2)
            self._show(self.view.fitted(bounds, margin_px=_FIT_MARGIN_PX, finest=finest))

    def request(self) -> PictureRequest:
        """All that a picture of what is shown now depends on."""
        return PictureRequest(
            self.ground, self._layer, self.view, self.devicePixelRatioF(), self._colours,
            self.font(), self._hits, self._areas,
        )  # fmt: skip

    def _picture_came(self) -> None:
        self._desk.follow(self.view)
        self.update()

    def _show_cursor(self, at: QPointF | None = None) -> None:
        arrow, cursor = Qt.CursorShape.ArrowCursor, self._gestures.cursor
        if cursor == arrow and at is not None and self.spot_at(at) is not None:
            cursor = Qt.CursorShape.PointingHandCursor
        if cursor != self.cursor().shape():
            self.setCursor(cursor)
        self.update()
