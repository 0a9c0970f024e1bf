"""How many tiles there are and where: layouts, pages, full screen, the second screen, pictures."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QWidget

from ui.actions import TILE_COUNTS, Actions
from ui.panels.tiles import TilesPanel
from ui.panels.transport import TransportPanel
from ui.session import Session


class ViewingDesk(QObject):
    """Commands of the wall as a whole."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        actions: Actions,
        *,
        tiles: TilesPanel,
        transport: TransportPanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._actions = actions
        self._tiles = tiles
        for count in TILE_COUNTS:
            actions.bind(f"tiles.{count}", partial(tiles.set_layout, count))
        actions.bind("tiles.next", lambda: tiles.turn_page(1))
        actions.bind("tiles.previous", lambda: tiles.turn_page(-1))
        actions.bind("tiles.full", self._full)
        actions.bind("tiles.second", self._second)
        actions.bind("tile.picture", self._picture)
        tiles.stage.moved.connect(self._follow_stage)
        # Keys reach the tiles wherever they are: their window is another one then.
        tiles.stage.addActions([action for _, action in actions.rows()])
        transport.tiles_button.setMenu(self._menu(transport))

    def end(self) -> None:
        """Before the window goes: the tiles go with it."""
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
            stage.leave(screen)
            # The hands stay where transport and timeline are.
            self._window.activateWindow()
        else:
            self._session.notice.emit(
                self.tr("There is no second screen. Connect one, or press Shift+F for this one.")
            )
        self._follow_stage()

    def _follow_stage(self) -> None:
        away = self._tiles.stage.is_away
        second = away and self._tiles.stage.screen() is not self._window.screen()
        self._actions["tiles.full"].setChecked(away and not second)
        self._actions["tiles.second"].setChecked(second)

    def _picture(self) -> None:
        self._tiles.show_strip(shown=self._actions["tile.picture"].isChecked())


def other_screen(screen: QScreen) -> QScreen | None:
    """A screen that is not this one."""
    return next((one for one in QGuiApplication.screens() if one is not screen), None)
