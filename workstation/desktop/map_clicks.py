"""A click on the map where no camera is: who saw the street, which track, who else may have one."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF

from casefiles.types import TrackId, TrackRow
from casefiles.usecases.show_track import show_track
from mapview.projection import unproject
from ui.panels.map import MapPanel
from ui.session import Selection, Session
from workstation.desktop.canvass import CanvassDesk


class MapClickDesk(QObject):
    """Goes by what is shown: streets first, then tracks, then blind spots."""

    def __init__(self, session: Session, panel: MapPanel, canvass: CanvassDesk) -> None:
        super().__init__(panel)
        self._session, self._panel, self._canvass = session, panel, canvass
        self.takers: list[Callable[[QPointF], bool]] = []
        """Asked first, in turn: whether a click was for them."""
        panel.map.ground_clicked.connect(self.take)

    def take(self, at: QPointF) -> None:
        """Shows what is under a pixel."""
        if any(take(at) for take in self.takers) or self._canvass.coverage_at(at):
            return
        sight = self._panel.map_sight
        found = sight.track_at(at)
        if found is not None:
            self._go_track(*found)
        elif sight.is_blind(at):
            view = self._panel.map.view
            self._canvass.ask_around(unproject(*view.world_at(at.x(), at.y())))

    def _go_track(self, track_id: int, wall_ns: int) -> None:
        def show(row: TrackRow) -> None:
            self._session.select(Selection(source_id=row.source_id, track_id=row.track_id))
            self._session.go_to(wall_ns)

        self._session.ask(lambda case: show_track(case, TrackId(track_id)), show, key="map-track")
