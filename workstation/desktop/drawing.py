"""Lines and heat maps on tiles: drawn, shown, brushed, and searched by."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from casefiles.case import Case
from casefiles.edit_kinds import AddLine
from casefiles.synopsis_types import Synopsis
from casefiles.types import Source, SourceId, TrackId
from casefiles.usecases.map_synopsis import tracks_of
from casefiles.usecases.read_heat import HeatMap, read_heat
from casefiles.view_types import HeatKind, Line, Zone
from ui.panels.places import PlacesPanel
from ui.panels.search import SearchPanel
from ui.panels.tiles import TilesPanel
from ui.session import Session
from ui.tools.heat_brush import HeatBrush
from ui.views.heat_layer import HeatLayer

HeatOf: TypeAlias = Literal["all", "results", "review"]


class DrawingDesk(QObject):
    """What is drawn or brushed on the focused tile becomes a question."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        *,
        tiles: TilesPanel,
        search: SearchPanel,
        places: PlacesPanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._tiles = tiles
        self._search = search
        self._brush: HeatBrush | None = None
        self.reviewed: Callable[[], Synopsis | None] = lambda: None
        """What Rapid review shows."""
        tiles.tool.line_closed.connect(self._add_line)
        places.lines.search_wanted.connect(search.set_zone)
        session.case_changed.connect(self._end_brush)

    def start_line(self) -> None:
        """Begins drawing a directed line on the focused tile."""
        self._end_brush()
        self._tiles.start_zone(line=True)

    def ask_heat(self) -> None:
        """Which heat map of the focused tile is shown, or none."""
        source = self._focused()
        if source is None:
            return
        tile = self._tiles.tile(source.source_id)
        hits = self._session.hits
        menu = QMenu(self._window)
        menu.setObjectName("heat-menu")
        menu.aboutToHide.connect(menu.deleteLater)
        kinds: tuple[tuple[HeatKind, str], ...] = (
            ("paths", self.tr("Time in view")),
            ("dwell", self.tr("Time standing")),
            ("stops", self.tr("Stops of 2 s or more")),
        )
        for kind, text in kinds:
            menu.addAction(text, partial(self.show_heat, kind))
        if hits is not None and hits.hits:
            menu.addSeparator()
            for kind, text in kinds:
                words = self.tr("{0}, results shown only").format(text)
                menu.addAction(words, partial(self.show_heat, kind, of="results"))
        if self.reviewed() is not None:
            menu.addSeparator()
            for kind, text in kinds:
                words = self.tr("{0}, Rapid review only").format(text)
                menu.addAction(words, partial(self.show_heat, kind, of="review"))
        if tile is not None and tile.heat is not None:
            menu.addSeparator()
            menu.addAction(self.tr("Brush a place to search"), self.start_brush)
            menu.addAction(self.tr("No heat map"), self.hide_heat)
        menu.popup(QCursor.pos())

    def show_heat(self, kind: HeatKind, *, of: HeatOf = "all") -> None:
        """Reads a heat map of the focused source and lays it over its picture: of all tracks, of
        the results shown, or of those that Rapid review shows."""
        source = self._focused()
        if source is None:
            return
        self._end_brush()
        hits, synopsis = self._session.hits, self.reviewed()
        tracks: Sequence[TrackId] | None = None
        if of == "results" and hits is not None:
            shown = (hit.track for hit in hits.hits)
            tracks = [one.track_id for one in shown if one.source_id == source.source_id]
        elif of == "review" and synopsis is not None:
            tracks = tracks_of(synopsis, source_id=source.source_id)
        self._session.ask(
            lambda case: read_heat(case, kind, source_id=source.source_id, tracks=tracks),
            partial(self._show, source.source_id),
            key="heat",
        )

    def show_heat_of_review(self, kind: HeatKind) -> None:
        """The same on every tile whose recording Rapid review shows something of."""
        synopsis = self.reviewed()
        if synopsis is None:
            self._session.notice.emit(
                self.tr("Rapid review shows nothing: open it, and prepare it.")
            )
            return
        self._end_brush()
        wanted = {
            source_id: tracks
            for source_id in self._tiles.shown
            if (tracks := tracks_of(synopsis, source_id=source_id))
        }
        if not wanted:
            self._session.notice.emit(self.tr("No tile shows a recording of Rapid review."))
            return

        def read(case: Case) -> dict[SourceId, HeatMap]:
            return {
                source_id: read_heat(case, kind, source_id=source_id, tracks=tracks)
                for source_id, tracks in wanted.items()
            }

        def show(found: dict[SourceId, HeatMap]) -> None:
            for source_id, heat in found.items():
                self._show(source_id, heat)

        self._session.ask(read, show, key="heat")

    def hide_heat(self) -> None:
        """Takes the heat map off the focused tile."""
        source = self._focused()
        tile = None if source is None else self._tiles.tile(source.source_id)
        self._end_brush()
        if tile is not None:
            tile.heat = None
            tile.update()

    def start_brush(self) -> None:
        """Lets a place be brushed on the heat map of the focused tile; it is searched."""
        source = self._focused()
        tile = None if source is None else self._tiles.tile(source.source_id)
        if source is None or tile is None or tile.heat is None:
            return
        self._tiles.tool.cancel()
        self._end_brush()
        self._brush = HeatBrush(tile.heat.found, self)
        self._brush.brushed.connect(partial(self._ask_brushed, source))
        self._brush.ended.connect(partial(tile.set_tool, None))
        tile.set_tool(self._brush)

    def _show(self, source_id: SourceId, found: HeatMap) -> None:
        tile = self._tiles.tile(source_id)
        if tile is not None:
            tile.heat = HeatLayer(found)
            tile.update()
        for note in found.notes:
            self._session.notice.emit(self.tr("Heat map: {0}").format(note))

    def _ask_brushed(self, source: Source, outline: object) -> None:
        if isinstance(outline, tuple):
            self._search.set_zone(Zone("", outline, source_id=source.source_id))

    def _end_brush(self) -> None:
        if self._brush is not None:
            brush, self._brush = self._brush, None
            brush.cancel()
            brush.deleteLater()

    def _add_line(self, points: object) -> None:
        source = self._focused()
        if source is None or not isinstance(points, tuple):
            return
        camera_id = source.camera_id
        line = Line(
            self._next_name(),
            points,
            # Of the camera where there is one: its other recordings show the same place.
            source_id=None if camera_id else source.source_id,
            camera_id=camera_id,
            size=(source.width, source.height) if camera_id else None,
        )
        self._session.do(self.tr("line {0}").format(line.name), AddLine(line))
        self._search.set_zone(line)

    def _next_name(self) -> str:
        view = self._session.view
        taken = {line.name for line in (view.lines if view else ())}
        number = len(taken) + 1
        while self.tr("Line {0}").format(number) in taken:
            number += 1
        return self.tr("Line {0}").format(number)

    def _focused(self) -> Source | None:
        view, source_id = self._session.view, self._tiles.focused_source()
        return None if view is None or source_id is None else view.source(source_id)
