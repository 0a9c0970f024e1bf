"""The map of the case: where its cameras stand and what they see, at the time shown."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint
from casefiles.types import CameraId, SourceId
from casefiles.usecases.import_positions import read_fixes
from casefiles.view_types import CaseView
from mapview.layers import Seen, camera_marks, placement_changes, seen_by
from mapview.qt.furniture import MapArea
from mapview.qt.gestures import ZOOM_STEP
from mapview.qt.map_colours import MapColours
from mapview.qt.map_view import MapView
from mapview.qt.movers import movers_at
from mapview.qt.picture import MapPicture
from ui.models.dragged_camera import DraggedCamera
from ui.panels.map_corners import MapCorners, make_note
from ui.panels.map_events import MapEvents
from ui.panels.map_layers import MapLayers
from ui.panels.map_replay import MapReplay
from ui.panels.map_sight import MapSight
from ui.panels.map_time import MapTime
from ui.session import Selection, Session
from ui.theme import THEME, colour, text_font
from ui.theme import on_paper as paper_colour
from ui.views.camera_colours import HUES, camera_colour
from video.types import TimeNs

_MOVE_EVERY_MS: Final = 100


class MapPanel(QWidget):
    """The map with its buttons; selects with all other panels, moves cameras when asked to."""

    camera_chosen = Signal(str)
    """A camera was clicked, or Enter was pressed on it; it is selected already."""
    area_drawn = Signal(object)
    """An area to search: tuple of (lon, lat) corners."""
    camera_dragged = Signal(object)
    """In edit mode a camera was put elsewhere (`DraggedCamera`): whoever hears it asks what that
    means, and cancels the map where it means nothing."""
    files_dropped = Signal(object)
    """Files (`list[Path]`) were dropped on the map."""
    edit_mode_changed = Signal(bool)
    """Whether cameras can be moved now."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map-panel")
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Map"))
        self._session = session
        self._case_view: CaseView | None = None
        self._changes: tuple[int, ...] = ()
        self._era = -1
        self._seen: Seen = {}
        """The ground that calibrated cameras show."""
        self._fixes: Mapping[CameraId, Fixes] = {}
        self._moving: frozenset[CameraId] = frozenset()
        self._next_move = QTimer(self, interval=_MOVE_EVERY_MS, singleShot=True)
        self._next_move.timeout.connect(self._show_movers)
        self._next_marks = QTimer(self, interval=0, singleShot=True)
        self._next_marks.timeout.connect(self._show_marks)
        self.map = MapView(map_colours(), render=self._render)
        self.empty = make_note("map-empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(16)
        self.corners = MapCorners(self.map)
        self.note = self.corners.note
        self.corners.add_button("zoom-in", self.tr("Nearer (+)"), self.zoom_in)
        self.corners.add_button("zoom-out", self.tr("Farther (−)"), self.zoom_out)
        self.corners.add_button("fit", self.tr("Show all cameras (Home)"), self.fit)
        self.layers = MapLayers(session, self.map, self.corners)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.map)
        self._stack.addWidget(self.empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._stack, 1)
        self.rows = rows
        """Below the map there is room for bars."""
        self.map_time = MapTime(session)
        rows.addWidget(self.map_time)
        self.events = MapEvents(session, self.map)
        self.replay = MapReplay(session, self.map)
        self.set_replay, self.show_replay = self.replay.set, self.replay.show
        self.map_sight = MapSight(session, self.map, self.map_time, self.corners)
        self.map_sight.changed.connect(self._say)
        self._connect()
        self._dress()
        self._read_case()

    def set_edit_mode(self, on: bool) -> None:
        """Cameras can be dragged and turned, or not; every move can be undone."""
        if on != self.map.is_editing:
            self.map.set_edit_mode(on)
            self.edit_mode_changed.emit(on)
        self._say()

    def start_area(self) -> None:
        """The next clicks, or the next drag, draw an area (`area_drawn`)."""
        self.map.start_area()
        self._say()

    def fit(self) -> None:
        """All cameras on screen."""
        self.map.fit()

    def zoom_in(self) -> None:
        """One step nearer."""
        self.map.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step farther."""
        self.map.zoom(1 / ZOOM_STEP)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """What is dropped here may be meant for the map."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    # -- following the session

    def _connect(self) -> None:
        session = self._session
        session.case_changed.connect(self._read_case)
        session.view_changed.connect(self._show_view)
        session.data_changed.connect(self._read_changed)
        self.map_time.changed.connect(self._follow_time)
        session.selection_changed.connect(self._follow_selection)
        session.hits_changed.connect(self._show_hits)
        session.failed.connect(self._drop_move)
        self.map.camera_clicked.connect(self._choose)
        self.map.camera_moved.connect(self._move)
        self.map.area_drawn.connect(self.area_drawn)
        self.map.area_ended.connect(self._say)
        self.map.tool_changed.connect(self._say)
        self.replay.changed.connect(self._say)
        self.layers.changed.connect(self._say)
        self.layers.changed.connect(self.map_sight.plan)
        THEME.changed.connect(self._dress)

    def _read_case(self) -> None:
        """Another case, or none: its map and its cameras."""
        self._show_view()
        self._take_fixes({})
        self._read_fixes()

    def _read_fixes(self) -> None:
        self._session.ask(read_fixes, self._take_fixes, key="map-fixes")

    def _take_fixes(self, fixes: Mapping[CameraId, Fixes]) -> None:
        self._fixes = fixes
        self.map_sight.set_fixes(fixes)
        self._show_movers()

    def _read_changed(self, tables: frozenset[str]) -> None:
        if "positions" in tables:
            self._read_fixes()

    def _show_view(self) -> None:
        view, before = self._session.view, self._case_view
        self._case_view = view
        if view is not None and (before is None or before.calibrations != view.calibrations):
            made = view.calibrations
            self._session.ask(lambda _: seen_by(made), self._take_seen, key="map-seen")
        self._changes = placement_changes(view.cameras) if view is not None else ()
        self._show_marks()
        self._show_movers()
        self._follow_selection()

    def _take_seen(self, seen: Seen) -> None:
        self._seen = seen
        self._show_marks()

    def _follow_time(self) -> None:
        # A camera moves a few times in a case; the playhead moves many times a second.
        if bisect_right(self._changes, self._wall_ns() or 0) != self._era:
            # In a turn of their own: a drag along the dates passes many of them.
            self._next_marks.start()
        # Often enough to look smooth from above; the whole map is painted for it.
        if self._fixes and not self._next_move.isActive():
            self._next_move.start()

    def _show_movers(self) -> None:
        """Moving cameras where they are at the time shown."""
        view = self._case_view
        movers = () if view is None else movers_at(view.cameras, self._fixes, self._wall_ns() or 0)
        self.map.set_movers(movers)
        moving = frozenset(mover.camera_id for mover in movers)
        if moving != self._moving:
            # Where it stands otherwise is a former place while it moves.
            self._moving = moving
            self._show_marks()

    def _show_marks(self) -> None:
        view = self._case_view
        self._era = bisect_right(self._changes, self._wall_ns() or 0)
        if view is None:
            self.map.set_marks(())
        else:
            self.map.set_marks(
                camera_marks(
                    view.cameras,
                    wall_ns=self._wall_ns(),
                    with_footage=frozenset(
                        source.camera_id for source in view.sources if source.camera_id is not None
                    ),
                    moving=self._moving,
                    seen=self._seen,
                    dates=self.map_time.dates,
                )
            )
        self._say()

    def _show_hits(self) -> None:
        hits = self._session.hits
        found = [hit.camera_id for hit in hits.hits] if hits is not None else []
        self.map.set_hits(Counter(one for one in found if one is not None))

    def _follow_selection(self) -> None:
        selection, view = self._session.selection, self._case_view
        self.map.set_selected(selection.camera_id)
        if selection.camera_id is not None:
            self.map.centre_on(selection.camera_id)
        zones = view.zones if view is not None else ()
        self.map.set_areas(
            [
                MapArea(zone.name, zone.polygon, selected=zone.zone_id == selection.zone_id)
                for zone in zones
                if zone.source_id is None and zone.camera_id is None
            ]
        )

    def _wall_ns(self) -> int | None:
        """The time shown; None before anything is shown."""
        return self.map_time.wall_ns

    # -- gestures

    def _choose(self, name: str) -> None:
        camera_id = CameraId(name)
        self._session.select(Selection(self._source_of(camera_id), camera_id))
        self.camera_chosen.emit(name)

    def _source_of(self, camera_id: CameraId) -> SourceId | None:
        """The camera's recording at the time shown, else its first."""
        view = self._case_view
        if view is None:
            return None
        sources = [source for source in view.sources if source.camera_id == camera_id]
        for source in sources:
            start = view.clock_of(source).to_wall_ns(TimeNs(0))
            if start <= self._session.playhead_ns < start + source.duration_ns:
                return source.source_id
        return sources[0].source_id if sources else None

    def _move(self, name: str, point: GeoPoint, heading_deg: float | None) -> None:
        view = self._case_view
        camera = view.camera(name) if view is not None else None
        if camera is None or not camera.placements:
            return
        self.camera_dragged.emit(DraggedCamera(camera, point, heading_deg, self._wall_ns()))

    def _drop_move(self, _: BaseException) -> None:
        # The move may be what failed: the camera must not seem to stand there.
        if self.map.is_editing:
            self.map.cancel()

    def _render(
        self,
        work: Callable[[], MapPicture],
        then: Callable[[MapPicture], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        def complain(error: BaseException) -> None:
            failed(error)
            self._session.failed.emit(error)

        self._session.painter.ask(work, then, failed=complain)

    # -- words and looks

    def _say(self) -> None:
        """What is missing, or what the mode in force wants."""
        view = self._case_view
        has_cameras = view is not None and any(camera.placements for camera in view.cameras)
        nothing = not has_cameras and not self.layers.ground.has_map
        self.empty.setText(self._why_empty())
        self._stack.setCurrentWidget(self.empty if nothing else self.map)
        text = "" if nothing else self._hint(has_cameras=has_cameras)
        self.corners.say(text)

    def _why_empty(self) -> str:
        if self._session.case is None:
            return self.tr("Open a case: its cameras are shown here.")
        return self.tr(
            "No cameras yet: import a list of cameras with their positions, "
            "and load a map to see the streets around them."
        )

    def _hint(self, *, has_cameras: bool) -> str:
        if self.map.tool is not None:
            return self.map.tool.hint
        if self.map.is_drawing:
            return self.tr(
                "Click the corners of the area, double-click or Enter closes it; "
                "a drag draws it freehand. Esc gives up."
            )
        if self.map.is_editing:
            return self.tr(
                "Drag a camera to move it, its handle to turn it. By keys: Ctrl+arrows move, "
                "Ctrl+Shift+arrows turn, Enter keeps, Esc gives up."
            )
        if self.replay.words or self.map_sight.words:
            return self.replay.words or self.map_sight.words
        if not has_cameras:
            return self.tr("No cameras yet: import a list of cameras with their positions.")
        if not self.layers.ground.has_map:
            return self.tr("No map loaded: streets are missing, cameras still work.")
        return ""

    def _dress(self) -> None:
        self.map.setFont(text_font(13))
        self.map.set_colours(map_colours())
        self.corners.dress()


def map_colours(*, on_paper: bool = False) -> MapColours:
    """The colours of the map in the scheme in force, or those of a print."""
    of = paper_colour if on_paper else colour
    return MapColours(
        land=of("map_land"),
        water=of("map_water"),
        park=of("map_park"),
        building=of("map_building"),
        street=of("map_street"),
        panel=of("panel"),
        line=of("line"),
        text=of("text"),
        text_dim=of("text_dim"),
        accent=of("accent"),
        accent_text=of("accent_text"),
        event=of("event"),
        warn=of("warn"),
        cameras=tuple(camera_colour(index, on_paper=on_paper) for index in range(HUES)),
    )
