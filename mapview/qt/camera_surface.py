"""Which camera is where on screen: chosen by mouse and keys, one or several; paints nothing."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from mapview.hit_test import apart, next_camera, spot_under
from mapview.layers import CameraMark
from mapview.qt.wording import describe
from mapview.symbols import Layout, Spot
from mapview.viewport import Viewport


class CameraSurface(QWidget):
    """A widget that shows cameras; who inherits says which, and shows another part of the world."""

    camera_clicked = Signal(str)
    """A camera was chosen, by mouse or by Enter."""
    cameras_toggled = Signal(object)
    """Cameras (tuple of ids) were clicked with Ctrl held, or Ctrl+Space was pressed on one."""
    menu_wanted = Signal(object, object)
    """The menu of a place: the pixel (`QPointF`), and the `Spot` there, or None."""

    ground_clicked = Signal(object)
    """A click (`QPointF`) where no camera is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport(width=self.width(), height=self.height())
        self.current: str | None = None
        """The camera the keyboard is on."""
        self._selected: str | None = None
        self._hits: Mapping[str, int] = {}

    @property
    def marks(self) -> tuple[CameraMark, ...]:
        """The marks shown."""
        raise NotImplementedError

    @property
    def spots(self) -> Layout:
        """Where the symbols of `marks` are."""
        raise NotImplementedError

    def show_viewport(self, view: Viewport) -> None:
        """Shows another part of the world, as a person asked."""
        raise NotImplementedError

    def _show(self, view: Viewport) -> None:
        raise NotImplementedError

    def selected_mark(self) -> CameraMark | None:
        """The mark of the selected camera: where it stands, else where it stood."""
        return next((m for m in self.marks if m.camera_id == self._selected), None)

    def mark_of(self, spot: Spot) -> CameraMark | None:
        """The camera of a symbol that stands for one."""
        return None if spot.is_cluster else self.marks[spot.members[0]]

    def centre_on(self, camera_id: str) -> None:
        """Brings a camera onto the screen where it is not on it already."""
        mark = next((mark for mark in self.marks if mark.camera_id == camera_id), None)
        if mark is None:
            return
        ((x, y),) = self.view.to_screen([(mark.x, mark.y)]).tolist()
        if not self.rect().adjusted(20, 20, -20, -20).contains(round(x), round(y)):
            self._show(self.view.centred(mark.x, mark.y))

    def spot_at(self, at: QPointF) -> Spot | None:
        """The symbol under a pixel."""
        return spot_under(self.spots, self.view, at.x(), at.y())

    def choose_spot(self, spot: Spot) -> None:
        """A click on a symbol: its camera; a cluster comes apart, or gives its next camera."""
        ids = [self.marks[member].camera_id for member in spot.members]
        if len(ids) == 1:
            self.choose(ids[0])
            return
        near = apart(self.marks, spot, self.view)
        if near is not None:
            self.show_viewport(near)
            return
        at = next((index for index, one in enumerate(ids) if one == self._selected), -1)
        self.choose(ids[(at + 1) % len(ids)])

    def toggle_spot(self, spot: Spot) -> None:
        """Reports all cameras of a symbol as clicked with Ctrl held."""
        self.cameras_toggled.emit(tuple(self.marks[member].camera_id for member in spot.members))

    def ask_menu(self, at: QPointF) -> None:
        """Asks for the menu of a place."""
        self.menu_wanted.emit(at, self.spot_at(at))

    def click_ground(self, at: QPointF) -> None:
        """Reports a click where no camera is."""
        self.ground_clicked.emit(at)

    def choose(self, camera_id: str) -> None:
        """Reports a camera as chosen."""
        self.current = camera_id
        self.camera_clicked.emit(camera_id)
        self.update()

    def step_camera(self, by: int) -> bool:
        """The keyboard goes to the next or previous camera; False at either end."""
        found = next_camera(self.marks, self.current or self._selected, by)
        self.current = found
        if found is None:
            return False
        self.centre_on(found)
        mark = next(mark for mark in self.marks if mark.camera_id == found)
        self.setAccessibleDescription(describe(mark, self._hits.get(mark.camera_id, 0)))
        self.update()
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By key: the menu of the camera the keyboard is on, or of the middle. By mouse it comes
        when the button goes up where it went down: a drag draws."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            name = self.current or self._selected
            mark = next((one for one in self.marks if one.camera_id == name), None)
            world = (self.view.x, self.view.y) if mark is None else (mark.x, mark.y)
            self.ask_menu(QPointF(*self.view.to_screen([world])[0].tolist()))
        event.accept()
