"""The part of the map, and the time of its own, that a case showed last: there again next time.

Which layers are shown is of the case itself, and undone with it.
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from ui.panels.map import MapPanel
from ui.session import Session
from workstation.desktop.memory import Memory


class MapMemory(QObject):
    """Puts it back when a case has been read; `keep` hands it to what the window remembers."""

    def __init__(self, session: Session, panel: MapPanel, memory: Memory) -> None:
        super().__init__(panel)
        self._session, self._panel, self._memory = session, panel, memory
        self._folder: Path | None = None
        """Of the case that is shown."""
        self._view: tuple[float, ...] = ()
        self._own_ns: int | None = None
        session.case_changed.connect(self._leave)
        session.view_changed.connect(self._come)
        panel.map.view_changed.connect(self._note)
        panel.map_time.changed.connect(self._note)

    def keep(self) -> None:
        """What is shown now is remembered for the case that is shown."""
        if self._folder is not None:
            self._memory.set_map(self._folder, self._view, self._own_ns)

    def _leave(self) -> None:
        self.keep()
        self._folder = None

    def _come(self) -> None:
        case = self._session.case
        if case is None or self._session.view is None or self._folder is not None:
            return
        folder = case.folder.absolute()
        shown, own_ns = self._memory.map_of(folder)
        self._folder = folder
        view = self._panel.map
        if shown:
            x, y, scale = shown
            view.show_viewport(replace(view.view, x=x, y=y, scale=scale))
        else:
            # Of the case before something else may be in view.
            view.fit()
        if own_ns is not None:
            self._panel.map_time.show_alone(own_ns)
        self._note()

    def _note(self) -> None:
        case, view = self._session.case, self._panel.map
        if case is None or self._folder != case.folder.absolute():
            return
        shown = view.view
        self._view = (shown.x, shown.y, shown.scale) if view.was_moved else ()
        time = self._panel.map_time
        self._own_ns = None if time.is_tied else time.wall_ns
