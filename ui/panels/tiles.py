"""The tiles panel: which sources are on the wall, and how case, player and tiles come together."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casefiles.types import RunStop, SourceId
from casefiles.view_types import CaseView
from resources.errors import UserError
from ui.messages import describe_error
from ui.models.lineup import Lineup
from ui.models.originals import Originals
from ui.models.tile_sources import play_sources
from ui.panels.picture_strip import PictureStrip
from ui.panels.tile_tracks import TileTracks
from ui.panels.tiles_stage import TilesStage
from ui.playback import Playback, PlaySource, TileFrame
from ui.session import Session
from ui.tools.zone_tool import ZoneTool
from ui.views.tile import TileView
from ui.views.tile_words import facts_of
from ui.views.tile_zones import zone_shapes
from ui.views.wall import Wall
from video.clock import ClockOffset
from video.enhance import Recipe

_USUAL: Final = 4


class TilesPanel(QWidget):
    """Synchronized tiles of the open case."""

    zone_drawn = Signal(int, object)
    """A zone was drawn: source id, and its corners as a tuple of (x, y) in source pixels."""
    track_clicked = Signal(int, object)
    """A box was clicked: source id and track id."""
    focused_changed = Signal(int)
    """Another source is focused: its id."""
    context_wanted = Signal(int, object)
    """The context menu of a source's tile is asked for, at a global `QPoint`."""

    def __init__(self, session: Session, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tiles-panel")
        self.setAccessibleName(self.tr("Tiles"))
        self._session = session
        self._playback = playback
        self._lineup = Lineup(_USUAL)
        self._recipes: dict[SourceId, Recipe] = {}
        self._overlay = True
        self._tiles: dict[SourceId, TileView] = {}
        self._ready: dict[SourceId, PlaySource] = {}
        self._asked: dict[SourceId, tuple[ClockOffset, RunStop | None]] = {}
        self._tracks = TileTracks(session, self._tiles)
        self._troubled: set[SourceId] = set()
        self._focused: SourceId | None = None
        self.tool = ZoneTool(self)
        self._originals = Originals(session, self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        self.stage = TilesStage(rows, self)
        """The tiles themselves, which may fill a screen of their own."""
        self.wall = Wall(self.stage)
        self.strip = PictureStrip(self.stage)
        self.strip.hide()
        self.stage.row.addWidget(self.wall, 1)
        self.stage.row.addWidget(self.strip)
        self._connect()

    def _connect(self) -> None:
        session, playback = self._session, self._playback
        session.case_changed.connect(self._change_case)
        session.view_changed.connect(self._follow_view)
        session.selection_changed.connect(self._follow_selection)
        playback.frame_shown.connect(self._show_frame)
        playback.failed.connect(self._show_failure)
        playback.state_changed.connect(self._follow_player)
        self._originals.gone.connect(self._lose)
        self._originals.back.connect(self._get_back)
        self.tool.closed.connect(self._zone_closed)
        self.tool.ended.connect(self._put_tool_away)
        self.stage.seen.connect(self._hide_unseen)
        self.strip.recipe_changed.connect(self._change_recipe)

    # -- what is on the wall

    @property
    def shown(self) -> tuple[SourceId, ...]:
        """The sources on the wall, in order."""
        return tuple(self._lineup.shown)

    @property
    def page(self) -> tuple[int, int]:
        """Which page of the sources is shown, counted from 1, and how many there are."""
        return self._lineup.page + 1, max(self._lineup.pages, 1)

    @property
    def settled(self) -> bool:
        """Whether every source on the wall is with the player, or its tile says why it is not."""
        asked, ready = self._asked, self._ready
        return all(
            one in self._troubled
            or (one in asked and one in ready and ready[one].clock == asked[one][0])
            for one in self._lineup.shown
        )

    def tile(self, source_id: int) -> TileView | None:
        """The tile of a source on the wall."""
        return self._tiles.get(SourceId(source_id))

    def show_sources(self, ids: Sequence[int]) -> None:
        """Puts exactly these sources of the case on the wall, as many as it has room for."""
        self._lineup.set_shown(ids)
        self._rebuild()

    def set_layout(self, count: int) -> None:
        """Room for so many tiles, 64 at most; further sources of the case fill what is free."""
        self.wall.set_alone(alone=False)
        self._lineup.set_count(count, self._focused)
        self._rebuild()

    def turn_page(self, pages: int) -> None:
        """The next tiles (1) or those before (−1), round the ends."""
        if self._lineup.turn(pages):
            self._rebuild()
        else:
            self._session.notice.emit(self.tr("All recordings are on the tiles already."))

    def focus(self, number: int) -> None:
        """Focuses the tile at a place, counted from 1."""
        if 0 < number <= len(self._lineup.shown):
            self._focus(self._lineup.shown[number - 1])

    def focus_source(self, source_id: int) -> None:
        """Focuses a source; brought to the wall where it is not, in the place of the focused one
        when there is no room."""
        wanted = SourceId(source_id)
        if wanted not in self._lineup.known:
            return
        if self._lineup.bring(wanted, self._focused):
            self._rebuild()
        self._focus(wanted)

    def focused_source(self) -> SourceId | None:
        """The focused source; None on an empty wall."""
        return self._focused

    def toggle_alone(self) -> None:
        """The focused tile as large as the panel, or all again."""
        self.wall.set_alone(alone=not self.wall.alone)
        self._hide_unseen()

    def _focus(self, source_id: SourceId) -> None:
        if not self.wall.focus(self._lineup.shown.index(source_id)):
            return
        self._hide_unseen()
        if source_id != self._focused:
            self.tool.cancel()
            self._focused = source_id
            self._playback.set_focused(source_id)
            self._show_recipe()
            self.focused_changed.emit(source_id)

    # -- what a tile can do

    def take_keyboard(self) -> None:
        """Gives the focused tile the keyboard, so that plain keys play and step."""
        if self.wall.focused is not None:
            self.wall.focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_zone(self, *, line: bool = False) -> None:
        """Begins drawing a zone, or a line, on the focused tile."""
        tile = self.wall.focused
        if tile is not None:
            self._playback.pause()
            self.tool.start(line=line)
            tile.set_tool(self.tool)

    def toggle_overlay(self) -> None:
        """Boxes and zones on all tiles, or the bare pictures."""
        self._overlay = not self._overlay
        for tile in self._tiles.values():
            tile.set_overlay(shown=self._overlay)

    def zoom_in(self) -> None:
        """The focused tile one step nearer."""
        if self.wall.focused is not None:
            self.wall.focused.zoom_in()

    def zoom_out(self) -> None:
        """The focused tile one step back."""
        if self.wall.focused is not None:
            self.wall.focused.zoom_out()

    def fit(self) -> None:
        """The whole picture in the focused tile."""
        if self.wall.focused is not None:
            self.wall.focused.fit()

    # -- following the case

    def _change_case(self) -> None:
        self.tool.cancel()
        self._lineup.clear()
        self._tracks.clear()
        self._focused = None
        self._ready, self._asked, self._recipes, self._troubled = {}, {}, {}, set()
        self._rebuild()

    def _follow_view(self) -> None:
        """Keeps what is shown; new sources come in while there is room."""
        view = self._session.view
        if view is None:
            return
        self._lineup.follow([source.source_id for source in view.sources])
        self._rebuild()

    def _rebuild(self) -> None:
        """Tiles for what is to be shown, the player opened on what is ready, the rest asked for."""
        view, wanted = self._session.view, self._lineup.shown
        for source_id in [one for one in self._tiles if one not in wanted]:
            tile = self._tiles.pop(source_id)
            tile.set_tool(None)
            tile.deleteLater()
            self._tracks.forget(source_id)
        for source_id in wanted:
            if source_id not in self._tiles:
                self._tiles[source_id] = self._make_tile(source_id)
        self.wall.set_tiles([self._tiles[source_id] for source_id in wanted])
        self._originals.watch(wanted)
        if view is not None:
            self._describe(view)
            self._ask_for_sources(view)
            self._tracks.ask(view, wanted)
        self._open()
        if self._focused not in wanted:
            self._focused = None
            if wanted:
                self._focus(wanted[0])
        self._show_recipe()

    def _make_tile(self, source_id: SourceId) -> TileView:
        tile = TileView(source_id, self.wall)
        tile.set_overlay(shown=self._overlay)
        tile.set_selected(self._session.selection.track_id)
        tile.set_playing(playing=self._playback.playing)
        tile.size_wanted.connect(partial(self._playback.set_size, source_id))
        tile.pressed.connect(partial(self._focus, source_id))
        tile.track_clicked.connect(partial(self.track_clicked.emit, source_id))
        tile.context_wanted.connect(partial(self.context_wanted.emit, source_id))
        tile.maximise_wanted.connect(self.toggle_alone)
        return tile

    def _describe(self, view: CaseView) -> None:
        for source_id, tile in self._tiles.items():
            source = view.source(source_id)
            if source is not None:
                tile.set_facts(facts_of(view, source, self._ready.get(source_id)))
                tile.set_zones(zone_shapes(view, source, self._session.selection))

    def _ask_for_sources(self, view: CaseView) -> None:
        wanted = []
        for source_id in self._lineup.shown:
            source = view.source(source_id)
            if source is None:
                continue
            clock = view.clock_of(source)
            # Where its analysis died it is played no further.
            known = (clock, view.stop_of(source_id))
            if self._asked.get(source_id) != known:
                self._asked[source_id] = known
                wanted.append((source, clock))
        if wanted:
            self._session.ask(lambda case: play_sources(case, wanted), self._take_sources)

    def _take_sources(self, found: Mapping[SourceId, PlaySource | UserError]) -> None:
        for source_id, one in found.items():
            tile = self._tiles.get(source_id)
            if isinstance(one, PlaySource):
                self._troubled.discard(source_id)
                asked = self._asked.get(source_id)
                if asked is not None and one.clock == asked[0]:
                    self._ready[source_id] = one
                if tile is not None:
                    tile.set_problem("")
            else:
                self._ready.pop(source_id, None)
                # Asked for again with the next view: the disk may have come back.
                self._asked.pop(source_id, None)
                self._show_trouble(source_id, one)
        if self._session.view is not None:
            self._describe(self._session.view)
        self._open()

    def _open(self) -> None:
        ready = [self._ready[one] for one in self._lineup.shown if one in self._ready]
        self._playback.open(ready)
        for source in ready:
            tile = self._tiles[SourceId(source.source_id)]
            tile.ask_size_again()
            self._playback.set_recipe(source.source_id, self.recipe_of(source.source_id))
            shown = self._playback.shown(source.source_id)
            if shown is not None:
                tile.set_frame(shown)
        self._hide_unseen()

    def _follow_selection(self) -> None:
        for tile in self._tiles.values():
            tile.set_selected(self._session.selection.track_id)
        if self._session.view is not None:
            self._describe(self._session.view)

    # -- following the player

    def _show_frame(self, source_id: int, frame: TileFrame) -> None:
        tile = self._tiles.get(SourceId(source_id))
        # A frame that was under way when its original went away takes nothing back.
        if tile is not None and source_id in self._ready:
            if frame.state == "frame":
                tile.set_problem("")
                self._troubled.discard(tile.source_id)
            tile.set_frame(frame)

    def _show_failure(self, source_id: int, error: BaseException) -> None:
        if isinstance(error, UserError):
            self._show_trouble(SourceId(source_id), error)
        else:
            self._session.failed.emit(error)

    def _show_trouble(self, source_id: SourceId, error: UserError) -> None:
        """The tile says it for as long as it lasts, the banner once."""
        tile = self._tiles.get(source_id)
        if tile is not None:
            said = describe_error(error)
            tile.set_problem(f"{said.title} {said.hint}")
        if source_id not in self._troubled:
            self._troubled.add(source_id)
            self._session.failed.emit(error)

    def _lose(self, source_id: int, error: UserError) -> None:
        """Takes a recording off the player whose original is gone: what an open file still gives
        is not what the case names."""
        self._ready.pop(SourceId(source_id), None)
        self._show_trouble(SourceId(source_id), error)
        self._open()

    def _get_back(self, source_id: int) -> None:
        self._asked.pop(SourceId(source_id), None)
        if self._session.view is not None:
            self._ask_for_sources(self._session.view)

    def _follow_player(self) -> None:
        for tile in self._tiles.values():
            tile.set_playing(playing=self._playback.playing)

    def _hide_unseen(self) -> None:
        """Nothing is decoded for tiles that nobody sees."""
        seen: Iterable[TileView] = self.wall.visible_tiles if self.stage.isVisible() else ()
        ids = {tile.source_id for tile in seen}
        self._playback.set_hidden([one for one in self._lineup.shown if one not in ids])

    # -- how pictures are made

    def recipe_of(self, source_id: int) -> Recipe:
        """What is done to the pictures of a source for the screen."""
        return self._recipes.get(SourceId(source_id), Recipe())

    def show_strip(self, *, shown: bool) -> None:
        """The controls for the pictures of the focused tile, beside the tiles."""
        self.strip.setVisible(shown)

    def _change_recipe(self, recipe: Recipe) -> None:
        if self._focused is not None:
            self._recipes[self._focused] = recipe
            self._playback.set_recipe(self._focused, recipe)

    def _show_recipe(self) -> None:
        view, focused = self._session.view, self._focused
        source = None if view is None or focused is None else view.source(focused)
        if view is None or source is None or focused is None:
            self.strip.show_recipe("", Recipe())
        else:
            self.strip.show_recipe(view.title(source), self.recipe_of(focused))

    # -- the tool

    def _zone_closed(self, polygon: object) -> None:
        if self._focused is not None:
            self.zone_drawn.emit(self._focused, polygon)

    def _put_tool_away(self) -> None:
        for tile in self._tiles.values():
            if tile.tool is not None:
                tile.set_tool(None)
