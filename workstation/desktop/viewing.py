"""How many tiles there are and where: layouts, pages, full screen, the second screen, pictures."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QWidget

from ui.actions import TILE_COUNTS, Actions
from ui.panels.tiles import TilesPanel
from ui.panels.transport import TransportPanel
from ui.session import Session
from workstation.desktop.memory import Memory


class ViewingDesk(QObject):
    """Commands of the wall as a whole."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        actions: Actions,
        memory: Memory,
        *,
        tiles: TilesPanel,
        transport: TransportPanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._actions = actions
        self._memory = memory
        self._tiles = tiles
        self._came_back = self._ended = False
        self._screen_name = ""
        for count in TILE_COUNTS:
            actions.bind(f"tiles.{count}", partial(tiles.set_layout, count))
        actions.bind("tiles.next", lambda: tiles.turn_page(1))
        actions.bind("tiles.previous", lambda: tiles.turn_page(-1))
        actions.bind("tiles.full", self._full)
        actions.bind("tiles.second", self._second)
        actions.bind("tile.picture", self._picture)
        tiles.stage.moved.connect(self._follow_stage)
        session.case_changed.connect(self._come_back)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._lose_screen)
        # Keys reach the tiles wherever they are: their window is another one then.
        tiles.stage.addActions([action for _, action in actions.rows()])
        transport.tiles_button.setMenu(self._menu(transport))

    def end(self) -> None:
        """Before the window goes: the tiles go with it; where they were is remembered."""
        self._ended = True
        self._tiles.stage.back()

    def _menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        for count in TILE_COUNTS:
            menu.addAction(self._actions[f"tiles.{count}"])
        menu.addSeparator()
        for name in ("tiles.previous", "tiles.next", "tiles.full", "tiles.second", "tile.picture"):
            menu.addAction(self._actions[name])
        return menu

    def _full(self) -> None:
        stage = self._tiles.stage
        if stage.is_away:
            stage.back()
        else:
            stage.leave(self._window.screen())
            self._tiles.take_keyboard()
        self._follow_stage()

    def _second(self) -> None:
        stage = self._tiles.stage
        if stage.is_away:
            stage.back()
        elif (screen := other_screen(self._window.screen())) is not None:
            self._leave(screen)
        else:
            self._session.notice.emit(
                self.tr("There is no second screen. Connect one, or press Shift+F for this one.")
            )
        self._follow_stage()

    def _leave(self, screen: QScreen) -> None:
        self._tiles.stage.leave(screen)
        # The hands stay where transport and timeline are.
        self._window.activateWindow()

    def _come_back(self) -> None:
        """Onto the second screen with the first case, where they were there at the last end."""
        if self._session.case is None or self._came_back:
            return
        self._came_back = True
        wanted = self._memory.tiles_screen()
        screen = next((one for one in QGuiApplication.screens() if one.name() == wanted), None)
        # Where that screen is gone, or holds the window itself, they stay in their dock.
        if screen is not None and screen is not self._window.screen():
            self._leave(screen)
            self._follow_stage()

    def _lose_screen(self, screen: QScreen) -> None:
        """It was unplugged: the tiles would cover the window otherwise."""
        stage = self._tiles.stage
        if not self._ended and stage.is_away and self._screen_name == screen.name():
            stage.back()
            # Remembered for when it is plugged in again.
            self._memory.set_tiles_screen(screen.name())

    def _follow_stage(self) -> None:
        if self._ended:
            return
        stage = self._tiles.stage
        away = stage.is_away
        second = away and stage.screen() is not self._window.screen()
        self._screen_name = stage.screen().name() if second else ""
        if self._came_back:
            self._memory.set_tiles_screen(self._screen_name)
        self._actions["tiles.full"].setChecked(away and not second)
        self._actions["tiles.second"].setChecked(second)

    def _picture(self) -> None:
        self._tiles.show_strip(shown=self._actions["tile.picture"].isChecked())


def other_screen(screen: QScreen) -> QScreen | None:
    """A screen that is not this one."""
    return next((one for one in QGuiApplication.screens() if one is not screen), None)
