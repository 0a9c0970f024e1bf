"""Looking and searching: who hears whom between tiles, timeline, map, gallery and player.

Everything goes through the session: a gesture selects or asks for a time, the others follow.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from casefiles.edit_kinds import AddBookmark, AddZone
from casefiles.types import CameraId, SourceId
from casefiles.view_types import Bookmark, Hit, Zone
from ui.panels.map import MapPanel
from ui.panels.results import ResultsPanel
from ui.panels.search import SearchPanel
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.playback import Playback
from ui.session import Selection, Session
from video.types import TimeNs


class SeeingDesk(QObject):
    """Gestures in one panel, answered in the others."""

    def __init__(
        self,
        session: Session,
        playback: Playback,
        window: QWidget,
        *,
        tiles: TilesPanel,
        timeline: TimelinePanel,
        map_panel: MapPanel,
        search: SearchPanel,
        results: ResultsPanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._playback = playback
        self._window = window
        self._tiles = tiles
        self._timeline = timeline
        self._search = search
        self._results = results
        self.zone_taker: Callable[[Zone], None] | None = None
        """Who gets the zone that is being drawn; None: the search for tracks."""
        session.seek_wanted.connect(playback.seek)
        playback.time_changed.connect(session.set_playhead)
        session.selection_changed.connect(self._follow_selection)
        tiles.zone_drawn.connect(self._add_zone)
        tiles.track_clicked.connect(self._select_track)
        # In a turn of their own: what they set off reaches every panel, like what sets them off.
        later = Qt.ConnectionType.QueuedConnection
        tiles.focused_changed.connect(self._select_source, later)
        map_panel.area_drawn.connect(self._add_area)
        results.hit_chosen.connect(self._show_hit)
        results.page_wanted.connect(search.turn_to)
        session.hits_changed.connect(self._answered, later)

    def _answered(self) -> None:
        """An answer takes the keyboard from the question, so that arrows and plain keys work."""
        hits = self._session.hits
        if hits is not None and hits.hits and self._search.has_keyboard():
            self._results.take_keyboard()

    def bookmark(self) -> None:
        """Asks for a note and keeps the moment shown in the focused tile."""
        session = self._session
        source_id = self._tiles.focused_source()
        view = session.view
        source = None if view is None or source_id is None else view.source(source_id)
        wall_ns = session.playhead_ns
        time_ns = None
        if view is not None and source is not None:
            time_ns = view.clock_of(source).to_media(wall_ns)
        track_id = session.selection.track_id
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Bookmark this moment"))
        dialog.setLabelText(self.tr("Note"))
        dialog.textValueSelected.connect(
            lambda note: session.do(
                self.tr("bookmark"),
                AddBookmark(
                    Bookmark(
                        note.strip() or self.tr("Bookmark"),
                        wall_ns=wall_ns,
                        source_id=None if source is None else source.source_id,
                        time_ns=None if time_ns is None else TimeNs(time_ns),
                        track_id=track_id,
                    )
                ),
            )
        )
        dialog.open()

    def step(self, frames: int) -> None:
        """Exact frames of the focused tile, forward or back."""
        source_id = self._tiles.focused_source()
        if source_id is not None:
            self._playback.step(frames, source_id)

    def go_to_edge(self, *, end: bool) -> None:
        """To the first or the last moment of the footage."""
        earliest, latest = self._playback.span
        self._playback.seek(latest if end else earliest)

    def loop_span(self, *, on: bool) -> None:
        """Plays the marked span again and again, or no longer."""
        self._playback.set_loop(self._timeline.span if on else None)

    def more_like_selected(self) -> None:
        """What looks like the selected track."""
        track_id = self._session.selection.track_id
        if track_id is not None:
            self._search.more_like(track_id)

    def search_zone(self, zone: Zone) -> None:
        """Searches a zone that is there."""
        self._search.set_zone(zone)

    def _add_zone(self, source_id: int, polygon: object) -> None:
        view = self._session.view
        source = None if view is None else view.source(source_id)
        if source is None or not isinstance(polygon, tuple):
            return
        camera_id = source.camera_id
        zone = Zone(
            self._next_name(),
            polygon,
            # Of the camera where there is one: its other recordings show the same place.
            source_id=None if camera_id else SourceId(source_id),
            camera_id=camera_id,
            size=(source.width, source.height) if camera_id else None,
        )
        self._keep_zone(zone, self.zone_taker or self._search.set_zone)

    def _add_area(self, polygon: object) -> None:
        if isinstance(polygon, tuple):
            self._keep_zone(Zone(self._next_name(), polygon), self._search.set_zone)

    def _keep_zone(self, zone: Zone, then: Callable[[Zone], None]) -> None:
        self._session.do(self.tr("zone {0}").format(zone.name), AddZone(zone))
        then(zone)

    def _next_name(self) -> str:
        taken = {zone.name for zone in (self._session.view.zones if self._session.view else ())}
        number = len(taken) + 1
        while self.tr("Zone {0}").format(number) in taken:
            number += 1
        return self.tr("Zone {0}").format(number)

    def _select_track(self, source_id: int, track_id: object) -> None:
        if isinstance(track_id, int):
            self._session.select(
                Selection(source_id=SourceId(source_id), track_id=track_id)  # type: ignore[arg-type]  # ids are integers in signals
            )

    def _select_source(self, source_id: int) -> None:
        is_focused = self._tiles.focused_source() == source_id
        if is_focused and self._session.selection.source_id != source_id:
            self._session.select(Selection(source_id=SourceId(source_id)))

    def _show_hit(self, hit: object) -> None:
        if isinstance(hit, Hit):
            self._session.select(
                Selection(source_id=hit.track.source_id, track_id=hit.track.track_id)
            )

    def _follow_selection(self) -> None:
        selected = self._session.selection
        source_id = selected.source_id
        if source_id is None and selected.camera_id is not None:
            source_id = self._source_of(selected.camera_id)
        if source_id is not None:
            self._tiles.focus_source(source_id)

    def _source_of(self, camera_id: CameraId) -> SourceId | None:
        """The recording of a camera that shows the playhead, else its first."""
        view = self._session.view
        mine = [s for s in (view.sources if view else ()) if s.camera_id == camera_id]
        for source in mine:
            if view is None:
                break
            media = view.clock_of(source).to_media(self._session.playhead_ns)
            if 0 <= media < source.duration_ns:
                return source.source_id
        return mine[0].source_id if mine else None
