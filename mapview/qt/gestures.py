"""Mouse and keys on the map: pan, zoom, choose, draw an area, move a camera."""

import math
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from mapview.area_draft import AreaDraft
from mapview.camera_draft import CameraDraft, handle_at
from mapview.layers import CameraMark
from mapview.projection import unproject
from mapview.qt.map_tool import MapTool
from mapview.symbols import Spot
from mapview.viewport import Viewport

ZOOM_STEP: Final = 1.5
"""One key press or button of zoom."""
_CLICK_PX: Final = 4.0
_HANDLE_PX: Final = 12.0
_PAN_PX: Final = 60.0
_DOUBLE_STEP: Final = 2.0
_TURN_DEG: Final = 5.0
_Key = Qt.Key
_ARROWS: Final = {
    _Key.Key_Left: (1, 0), _Key.Key_Right: (-1, 0), _Key.Key_Up: (0, 1), _Key.Key_Down: (0, -1),
}  # fmt: skip
"""The way the picture goes when an arrow is pressed: against it."""
_DRAWING: Final = (
    _Key.Key_Home, _Key.Key_Space, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Backspace,
    _Key.Key_Escape,
)  # fmt: skip


_Modifier = Qt.KeyboardModifier
KeyTaker: TypeAlias = Callable[[QKeyEvent], bool]
"""Whether a key was for it."""


def owns_key(event: QEvent, *, drawing: bool = False) -> bool:
    """Whether a key means the map with the keyboard, not the command it is a shortcut of;
    `drawing`: a tool is on, and its keys are the map's too."""
    if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.ShortcutOverride:
        return False
    held = event.modifiers() & ~_Modifier.KeypadModifier
    if drawing and held in (_Modifier.NoModifier, _Modifier.ShiftModifier):
        return event.key() in (*_ARROWS, *_DRAWING)
    return event.key() in (*_ARROWS, _Key.Key_Home) and not held


class Surface(Protocol):
    """The map as gestures see it."""

    view: Viewport
    current: str | None
    tool: MapTool | None
    keys: list[KeyTaker]

    def spot_at(self, at: QPointF, /) -> Spot | None:
        """The symbol under a pixel."""

    def mark_of(self, spot: Spot, /) -> CameraMark | None:
        """The camera of a symbol that stands for one."""

    def selected_mark(self) -> CameraMark | None:
        """The mark of the selected camera."""

    def choose_spot(self, spot: Spot, /) -> None:
        """A symbol was clicked."""

    def toggle_spot(self, spot: Spot, /) -> None:
        """A symbol was clicked with Ctrl held."""

    def ask_menu(self, at: QPointF, /) -> None:
        """The menu of a place is wanted."""

    def click_ground(self, at: QPointF, /) -> None:
        """There was a click where no camera is."""

    def choose(self, camera_id: str, /) -> None:
        """A camera was chosen."""

    def show_viewport(self, view: Viewport, /) -> None:
        """Shows another part of the world."""

    def zoom(self, factor: float, at: QPointF | None = None, /) -> None:
        """Nearer around a pixel."""

    def fit(self) -> None:
        """Everything on screen."""

    def end_area(self, corners: tuple[tuple[float, float], ...], /) -> None:
        """An outline in pixels was drawn; nothing where it was given up."""

    def keep_move(self, draft: CameraDraft, /) -> None:
        """A camera was moved or turned for good."""

    def update(self) -> None:
        """Paints again."""


class Gestures:
    """What the person is in the middle of; calls the surface when something is complete."""

    def __init__(self, surface: Surface) -> None:
        self._map = surface
        self.area: AreaDraft | None = None
        """The area being drawn."""
        self.camera: CameraDraft | None = None
        """The camera being moved, in edit mode."""
        self.is_editing = False
        self._area_wanted = False
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragged = False
        self._holding: str = ""
        self._tool_holds = False
        self._adding = False
        """Ctrl was held when the button went down."""
        self._menu_at: QPointF | None = None
        """Where the other button went down, until it moves: a menu, or a freehand area."""

    @property
    def is_drawing(self) -> bool:
        """Whether clicks draw an area."""
        return self._area_wanted or self.area is not None

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer that says what a press would do."""
        if self.is_drawing:
            return Qt.CursorShape.CrossCursor
        if self._dragged:
            return Qt.CursorShape.ClosedHandCursor
        if self._map.tool is not None:
            return self._map.tool.cursor
        return Qt.CursorShape.ArrowCursor

    def set_editing(self, on: bool) -> None:
        """Cameras can be moved, or not."""
        self.is_editing = on
        self.forget_draft()

    def forget_draft(self) -> None:
        """The camera being moved stays where it was."""
        self.camera = None
        self._holding = ""

    def start_area(self) -> None:
        """The next press begins an area."""
        self.area, self._area_wanted = None, True

    def cancel(self) -> bool:
        """Drops what is in the middle; False where nothing was."""
        busy = self.is_drawing or (self.camera is not None and self.camera.is_changed)
        drawing = self.is_drawing
        self.area, self._area_wanted, self._pressed = None, False, None
        self._tool_holds = False
        self.forget_draft()
        if drawing:
            self._map.end_area(())
        return busy

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        """A button goes down."""
        tool = self._map.tool
        if tool is not None and not self.is_drawing and tool.press(at, button, modifiers):
            self._tool_holds = True
            self._map.update()
            return
        left = button == Qt.MouseButton.LeftButton
        self._menu_at = None if left or self.is_drawing else at
        if button == Qt.MouseButton.RightButton or (left and self.is_drawing):
            if self.area is None:
                self.area = AreaDraft(freehand=not left)
            self.area.press(at.x(), at.y())
        elif left:
            self._pressed, self._last, self._dragged = at, at, False
            self._adding = bool(modifiers & _Modifier.ControlModifier)
            take = self.is_editing and not self._adding
            self._holding = self._take_hold(at) if take else ""
        self._map.update()

    def move(self, at: QPointF) -> None:
        """The pointer moves."""
        if self._map.tool is not None and not self.is_drawing:
            self._map.tool.move(at)
            self._map.update()
            if self._tool_holds:
                return
        if self._menu_at is not None and _apart(at, self._menu_at) >= _CLICK_PX:
            self._menu_at = None
        if self.area is not None:
            self.area.move(at.x(), at.y())
            self._map.update()
            return
        if self._pressed is None:
            return
        if not self._dragged and _apart(at, self._pressed) < _CLICK_PX:
            return
        self._dragged = True
        if self._holding and self.camera is not None:
            self.camera = self._carried(self.camera, at)
            self._map.update()
        else:
            step = at - self._last
            self._map.show_viewport(self._map.view.panned(step.x(), step.y()))
        self._last = at

    def release(self, at: QPointF) -> None:
        """The button goes up: a click, or the end of a drag."""
        if self._tool_holds and self._map.tool is not None:
            self._tool_holds = False
            self._map.tool.release(at)
            self._map.update()
            return
        if self._menu_at is not None:
            self._menu_at = None
            self.cancel()
            self._map.ask_menu(at)
            return
        if self.area is not None:
            if self.area.release():
                self._close_area()
            return
        pressed, self._pressed = self._pressed, None
        dragged, self._dragged = self._dragged, False
        if pressed is None:
            return
        if dragged and self._holding:
            self._keep()
        elif not dragged:
            spot = self._map.spot_at(at)
            if spot is not None and self._adding:
                self._map.toggle_spot(spot)
            elif spot is not None:
                self._map.choose_spot(spot)
            elif not self._adding and not self.is_editing:
                self._map.click_ground(at)
        self._map.update()

    def double(self, at: QPointF) -> None:
        """A double click closes an area, else zooms in."""
        tool = self._map.tool
        if tool is not None and not self.is_drawing and tool.double(at):
            self._map.update()
            return
        if self.area is not None:
            self._close_area()
        elif self._map.spot_at(at) is None:
            self._map.zoom(_DOUBLE_STEP, at)

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the map."""
        key = _Key(event.key())
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._map.tool is not None and not self.is_drawing and self._map.tool.key(event):
            self._map.update()
            return True
        if key == _Key.Key_Escape and self.cancel():
            return True
        busy = self.is_drawing or (self.camera is not None and self.camera.is_changed)
        if not busy and any(take(event) for take in self._map.keys):
            return True
        if key in (_Key.Key_Return, _Key.Key_Enter):
            return self._enter()
        if key == _Key.Key_Backspace and self.area is not None:
            self.area.back()
            self._map.update()
            return True
        if key in _ARROWS:
            across, down = _ARROWS[key]
            if control and self.is_editing:
                return self._nudge(-across, down, turn=shift)
            if control:
                return False
            moved = self._map.view.panned(across * _PAN_PX, down * _PAN_PX)
            self._map.show_viewport(moved)
            return True
        return not control and self._zoom_key(key)

    def _zoom_key(self, key: Qt.Key) -> bool:
        if key in (_Key.Key_Plus, _Key.Key_Equal):
            self._map.zoom(ZOOM_STEP)
        elif key == _Key.Key_Minus:
            self._map.zoom(1 / ZOOM_STEP)
        elif key == _Key.Key_Home:
            self._map.fit()
        else:
            return False
        return True

    def _enter(self) -> bool:
        if self.area is not None:
            self._close_area()
        elif self.camera is not None and self.camera.is_changed:
            self._keep()
        elif self._map.current is not None:
            self._map.choose(self._map.current)
        else:
            return False
        return True

    def _nudge(self, east: int, north: int, *, turn: bool) -> bool:
        """By keys: a pixel's worth of way, or some degrees; Enter keeps it."""
        mark = self._map.selected_mark()
        if mark is None:
            return False
        draft = self.camera or CameraDraft.of(mark)
        step_m = max(0.1, self._map.view.ground_m_per_px)
        self.camera = (
            draft.turned(_TURN_DEG * (east or -north))
            if turn
            else draft.shifted(east * step_m, north * step_m)
        )
        self._map.update()
        return True

    def _take_hold(self, at: QPointF) -> str:
        """What a press in edit mode holds: the handle of the selected camera, or a camera."""
        selected = self._map.selected_mark()
        if selected is not None:
            handle = QPointF(*handle_at(selected, self._map.view))
            if _apart(handle, at) <= _HANDLE_PX:
                self.camera = CameraDraft.of(selected)
                return "heading"
        spot = self._map.spot_at(at)
        mark = self._map.mark_of(spot) if spot is not None else None
        if mark is None:
            return ""
        if selected is None or mark.camera_id != selected.camera_id:
            self._map.choose(mark.camera_id)
        self.camera = CameraDraft.of(mark)
        return "camera"

    def _carried(self, draft: CameraDraft, at: QPointF) -> CameraDraft:
        view = self._map.view
        if self._holding == "heading":
            return draft.looking_at(unproject(*view.world_at(at.x(), at.y())))
        way = at - (self._pressed or at)
        return draft.dragged(view, way.x(), way.y())

    def _keep(self) -> None:
        draft, self._holding = self.camera, ""
        if draft is not None and draft.is_changed:
            self._map.keep_move(draft)

    def _close_area(self) -> None:
        area, self.area, self._area_wanted = self.area, None, False
        self._map.end_area(area.polygon() if area is not None else ())
        self._map.update()


def _apart(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
