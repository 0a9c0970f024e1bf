"""Searching motion in a zone that is drawn or selected, before anything is analysed."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from casefiles.types import Source
from casefiles.usecases.motion_scope import MotionSpan
from casefiles.usecases.search_motion import search_motion
from casefiles.view_types import Zone
from ui.panels.places import PlacesPanel
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.session import Selection, Session
from ui.window import MainWindow
from workstation.desktop.footage import FootageDesk
from workstation.desktop.seeing import SeeingDesk


class MotionDesk(QObject):
    """A zone becomes a search, its stretches moments to go to and recordings to analyse first."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        *,
        tiles: TilesPanel,
        timeline: TimelinePanel,
        places: PlacesPanel,
        seeing: SeeingDesk,
        footage: FootageDesk,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window: QWidget = window
        self._show_list = partial(window.show_dock, "places")
        self._tiles = tiles
        self._timeline = timeline
        self._list = places.motion
        self._seeing = seeing
        self._list.analyse_wanted.connect(footage.analyse)
        self._list.go_wanted.connect(self._go)
        # In a later turn: the tool tells that it ended before it gives its polygon.
        tiles.tool.ended.connect(self._let_go, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Searches the selected zone; where none on pictures is, one is drawn first."""
        view, zone_id = self._session.view, self._session.selection.zone_id
        zones = () if view is None else view.zones
        zone = next((one for one in zones if one.zone_id == zone_id), None)
        if zone is not None and (zone.source_id is not None or zone.camera_id is not None):
            self.search(zone)
            return
        self._tiles.start_zone()
        # Set last: what was drawn before ends with this.
        self._seeing.zone_taker = self.search

    def search(self, zone: Zone) -> None:
        """Searches the recordings that show a zone, nearest to the playhead first; within the
        span, where one is marked."""
        self._seeing.zone_taker = None
        span = self._timeline.span or (None, None)
        near_ns = self._session.playhead_ns
        name = zone.name or self.tr("a zone")
        job = self._session.run(
            self.tr("Search motion in {0}").format(name),
            lambda case: search_motion(case, zone, span=span, near_ns=near_ns),
            on_done=self._list.take,
        )
        if job is not None:
            self._show_list()
            self._list.follow(job, name)

    def _let_go(self) -> None:
        if not self._tiles.tool.active:
            self._seeing.zone_taker = None

    def _go(self, span: MotionSpan) -> None:
        session, view = self._session, self._session.view
        source: Source | None = None if view is None else view.source(span.source_id)
        if view is None or source is None:
            return
        session.select(Selection(span.source_id, span.camera_id))
        self._tiles.focus_source(span.source_id)
        session.go_to(view.clock_of(source).to_wall_ns(span.from_ns))
