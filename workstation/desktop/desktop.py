"""The whole desktop: makes session, player, panels and window, and binds every command."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from casefiles.case import Case
from casefiles.types import Actor
from ui import theme
from ui.actions import Actions
from ui.messages import Banner
from ui.panels.charts import ChartsPanel
from ui.panels.follow import FollowPanel
from ui.panels.history import HistoryPanel
from ui.panels.inspector import InspectorPanel
from ui.panels.jobs import JobsPanel
from ui.panels.map import MapPanel
from ui.panels.places import PlacesPanel
from ui.panels.plates import PlatesPanel
from ui.panels.results import ResultsPanel
from ui.panels.search import SearchPanel
from ui.panels.sources import SourcesPanel
from ui.panels.start_page import StartPage
from ui.panels.status import StatusBadges
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.panels.transport import TransportPanel
from ui.playback import Playback
from ui.session import Session
from ui.views.paint_turns import PaintTurns
from ui.window import DockRow, MainWindow
from workstation.desktop.bindings import bind_all
from workstation.desktop.cases import CaseDesk, let_go, title_of
from workstation.desktop.chores import ChoreDesk
from workstation.desktop.clocks import ClockDesk
from workstation.desktop.closing import Closing
from workstation.desktop.docks import finding_dock, time_dock
from workstation.desktop.drawing import DrawingDesk
from workstation.desktop.exporting import ExportDesk
from workstation.desktop.following import FollowDesk
from workstation.desktop.footage import FootageDesk
from workstation.desktop.help import HelpDesk
from workstation.desktop.mapping import MapDesk
from workstation.desktop.memory import Memory
from workstation.desktop.modelling import ModelsDesk
from workstation.desktop.motion import MotionDesk
from workstation.desktop.originals import OriginalsDesk
from workstation.desktop.positions import PositionsDesk
from workstation.desktop.reviewing import ReviewDesk
from workstation.desktop.seeing import SeeingDesk
from workstation.desktop.sounding import SoundDesk
from workstation.desktop.synopsis import SynopsisDesk
from workstation.desktop.tables import TablesDesk
from workstation.desktop.viewing import ViewingDesk

log = logging.getLogger(__name__)
_TILE_COMMANDS: Final = (
    "bookmark.add", "find.zone", "find.similar", "follow.new", "follow.this", "tile.zoom-in",
    "tile.zoom-out", "tile.fit", "footage.find", "tile.overlay", "tile.picture",
)  # fmt: skip


class Desktop(QObject):
    """Owns everything of one window; `close` ends it."""

    def __init__(
        self, actor: Actor, memory: Memory, save_report: Callable[[BaseException], object]
    ) -> None:
        super().__init__()
        self.memory = memory
        self.actor = actor
        self.session = Session(self)
        self.playback = Playback(self)
        self._closed = False
        self._turns: PaintTurns | None = None
        self._hear_first()
        self._make_panels(save_report)
        self.window = MainWindow(self.start_page, self.banner, self.badges)
        self.window.set_docks(self._docks())
        self._turns = PaintTurns(self.window, (
            self.results, self.search, self.timeline.timeline, self.timeline, self.inspector,
            self.map, self.sources, self.places, self.history, self.transport, self.jobs,
        ))  # fmt: skip
        self.actions = Actions(self.window, self.session)
        self.chores = ChoreDesk(
            self.session, self.window, self.actions, memory, user=actor.user,
            apply_settings=self.apply_settings,
        )  # fmt: skip
        self.cases = CaseDesk(self.session, self.window, actor)
        self.closing = Closing(
            self.session, self.window, self.cases, memory, end=self.close,
            stay=self._show_case_state,
        )  # fmt: skip
        self.originals = OriginalsDesk(self.session, self.window)
        self.footage = FootageDesk(self.session, self.window, self.cases.new_case, memory)
        self.seeing = SeeingDesk(
            self.session, self.playback, self.window, tiles=self.tiles, timeline=self.timeline,
            map_panel=self.map, search=self.search, results=self.results,
        )  # fmt: skip
        self.drawing = DrawingDesk(
            self.session, self.window, tiles=self.tiles, search=self.search, places=self.places
        )
        self.motion = MotionDesk(
            self.session, self.window, tiles=self.tiles, timeline=self.timeline,
            places=self.places, seeing=self.seeing, footage=self.footage,
        )  # fmt: skip
        self.viewing = ViewingDesk(
            self.session, self.window, self.actions, memory,
            tiles=self.tiles, transport=self.transport,
        )  # fmt: skip
        self.exporting = ExportDesk(
            self.session, self.playback, self.window, self.actions,
            tiles=self.tiles, timeline=self.timeline,
        )  # fmt: skip
        self.reviewing = ReviewDesk(
            self.session, self.window, self.actions, results=self.results, search=self.search
        )
        self.positions = PositionsDesk(self.session, self.window)
        self.clocks = ClockDesk(self.session, self.window, self.tiles)
        self.tables = TablesDesk(self.session, self.window)
        self.help = HelpDesk(
            self.session, self.window, self.actions, self.banner,
            cases=self.cases, footage=self.footage, memory=memory,
        )  # fmt: skip
        self.modelling = ModelsDesk(self.session, self.window, self.actions, actor)
        self.synopsis.bind(self.window, self.actions)
        self.following = FollowDesk(self, self.follow)
        self.mapping = MapDesk(self)
        bind_all(self)
        self._connect()
        self.banner.hear_escape(self.window)
        self.actions.fill(self.window.menu_bar)
        self.window.resize(1440, 900)
        self.window.set_layouts(memory.layouts(), memory.settings.workspace)
        self._overlay_on = True
        self._just_opened = False
        self._show_case_state()
        if memory.settings.problem:
            self.session.notice.emit(memory.settings.problem)

    # -- made of

    def _make_panels(self, save_report: Callable[[BaseException], object]) -> None:
        session = self.session
        self.banner = Banner(
            lambda error, tell: session.reader.ask(partial(save_report, error), tell)
        )
        self.start_page = StartPage(self.memory.recent())
        self.badges = StatusBadges(session, self.actor.user)
        self.sources = SourcesPanel(session)
        self.jobs = JobsPanel(session)
        self.map = MapPanel(session)
        self.synopsis = SynopsisDesk(session, self.map, self)
        self.tiles = TilesPanel(session, self.playback)
        self.timeline = TimelinePanel(session)
        self.transport = TransportPanel(session, self.playback)
        self.sounding = SoundDesk(session, self.playback, self.tiles, self.timeline, self)
        self.inspector = InspectorPanel(session)
        self.places = PlacesPanel(session)
        self.search = SearchPanel(session)
        self.results = ResultsPanel(session)
        self.history = HistoryPanel(session)
        self.follow = FollowPanel(session)
        self.plates = PlatesPanel()
        self.charts = ChartsPanel(session)

    def _docks(self) -> tuple[DockRow, ...]:
        below = time_dock(self.transport, self.timeline, self.sounding.panel)
        finding = finding_dock(self.search, self.results)
        return (
            DockRow("sources", self.tr("Sources and cameras"), self.sources),
            DockRow("jobs", self.tr("Jobs"), self.jobs),
            DockRow("map", self.tr("Map"), self.map),
            DockRow("tiles", self.tr("Tiles"), self.tiles),
            DockRow("rapid", self.tr("Rapid review"), self.synopsis.panel),
            DockRow("timeline", self.tr("Timeline"), below),
            DockRow("activity", self.tr("Activity"), self.charts),
            DockRow("inspector", self.tr("Inspector"), self.inspector),
            DockRow("places", self.tr("Zones and bookmarks"), self.places),
            DockRow("search", self.tr("Search"), finding),
            DockRow("follow", self.tr("Follow"), self.follow),
            DockRow("plates", self.tr("Plates"), self.plates),
            DockRow("history", self.tr("History"), self.history),
        )

    # -- who hears whom

    def _connect(self) -> None:
        session, window = self.session, self.window
        session.failed.connect(self._show_failure)
        session.notice.connect(self.banner.show_notice)
        self.banner.details_wanted.connect(self.chores.details)
        self.jobs.details_wanted.connect(self.banner.show_error)
        session.case_changed.connect(self._show_case_state)
        session.view_changed.connect(self._show_case_state)
        self.cases.opened.connect(self._remember)
        self.cases.offered.connect(self.banner.show_message)
        for desk in (self.exporting, self.reviewing, self.synopsis):
            desk.offered.connect(self.banner.show_message)
        self.footage.events_dropped.connect(self.tables.take_events)
        self.places.export_bookmarks_wanted.connect(self.tables.export_bookmarks)
        self.footage.case_dropped.connect(self.cases.open_folder)
        self.footage.positions_dropped.connect(self.positions.take)
        self.timeline.span_changed.connect(self._span_changed)
        self.transport.loop_wanted.connect(self._loop_wanted)
        self.map.edit_mode_changed.connect(self.actions["cameras.move"].setChecked)
        window.files_dropped.connect(self.footage.take)
        window.workspace_chosen.connect(window.set_workspace)
        window.may_close = self.closing.may_close
        page = self.start_page
        page.new_case_wanted.connect(lambda: self.cases.new_case())
        page.add_footage_wanted.connect(self.footage.choose_footage)
        page.open_case_wanted.connect(self.cases.choose_case)
        page.practise_wanted.connect(lambda: self.cases.practise())
        page.recent_wanted.connect(self.cases.open_folder)
        page.forget_wanted.connect(self._forget)
        page.files_dropped.connect(self.footage.take)
        self.sources.analyse_wanted.connect(self.footage.analyse)
        self.sources.source_activated.connect(self.tiles.focus_source)
        self.sources.add_wanted.connect(self.footage.choose_footage)
        self.sources.show_file_wanted.connect(self.chores.show_file)
        self.sources.collect_wanted.connect(self.originals.collect)
        self.sources.find_wanted.connect(self.originals.find)
        self.sources.origin_wanted.connect(self.originals.note_origin)
        self.tiles.context_wanted.connect(self._tile_menu)
        self.tiles.focused_changed.connect(self._first_tile)
        self.inspector.more_like_wanted.connect(self.search.more_like)
        self.inspector.bookmark_wanted.connect(self.seeing.bookmark)
        self.results.more_like_wanted.connect(self.search.more_like)
        self.places.search_zone_wanted.connect(self.seeing.search_zone)
        self.timeline.timeline.range_changed.connect(self.charts.set_range)
        self.timeline.span_changed.connect(self.charts.set_span)
        self.charts.seek_wanted.connect(session.go_to)
        self.charts.span_wanted.connect(self.timeline.set_span)
        self.charts.range_wanted.connect(self.timeline.timeline.show_range)
        self.plates.vehicles_wanted.connect(lambda: self.search.search_for(self.tr("vehicle")))

    def settled(self) -> bool:
        """Whether every picture asked for is shown, and every panel painted."""
        painted = theme.THEME.settled and (self._turns is None or not self._turns.waiting)
        # Before its recordings are with the player, there is nothing to play either.
        pictures = self.tiles.settled and self.playback.settled
        return painted and pictures and self.results.settled

    def _show_failure(self, error: BaseException) -> None:
        """In the banner; where an original is gone, with a way to find it."""
        offer = self.originals.offer(error)
        if offer is None:
            self.banner.show_error(error)
        else:
            self.banner.show_message(offer)

    def is_checked(self, name: str) -> bool:
        """Whether a command that can be on or off is on."""
        return self.actions[name].isChecked()

    # -- what commands do

    def _show_case_state(self) -> None:
        case, view = self.session.case, self.session.view
        if self.closing.under_way:
            return
        header = None if case is None else case.header
        # Until a case is read nobody knows whether it is empty: what is shown stays.
        if header is None or view is not None:
            has_content = view is not None and bool(view.sources or view.cameras)
            self.window.show_start(start=not has_content)
        self.window.set_training(training=header is not None and header.training)
        self.window.setWindowTitle(title_of(case))

    def _hear_first(self) -> None:
        """Before any panel does: what was marked already is painted with the next frame."""
        session = self.session
        for changed in (session.case_changed, session.view_changed, session.query_changed,
                        session.hits_changed, theme.THEME.changed):  # fmt: skip
            changed.connect(self._spread_paint)
        session.selection_changed.connect(self._spread_selection)

    def _spread_paint(self) -> None:
        if self._turns is not None:
            self._turns.spread()

    def _spread_selection(self) -> None:
        # The other panels paint a row or two, the inspector when it has read.
        if self._turns is not None:
            self._turns.spread_only((self.timeline.timeline, self.map, self.results))

    def _remember(self, case: Case) -> None:
        self._just_opened = True
        self.tiles.set_layout(self.memory.settings.number("tiles"))
        if self._overlay_on is not self.memory.settings.flag("overlay"):
            self.actions["tile.overlay"].trigger()
        # What was said of the case before, or of a try that failed, is of no use any more.
        self.banner.clear()
        if case.copied_from is None:
            self.memory.add_recent(case.folder.absolute(), case.header, encrypted=case.encrypted)
        self.start_page.set_recent(self.memory.recent())
        self.chores.save_memory()

    def _forget(self, folder: Path) -> None:
        self.memory.forget(folder)
        self.start_page.set_recent(self.memory.recent())
        self.chores.save_memory()

    def _span_changed(self, _span: object) -> None:
        self.actions.set_span(is_set=self.timeline.span is not None)
        if self.is_checked("span.loop"):
            self.seeing.loop_span(on=self.timeline.span is not None)

    def _loop_wanted(self, on: bool) -> None:
        """The loop button and the loop command are one."""
        self.actions["span.loop"].setChecked(on and self.timeline.span is not None)
        self.seeing.loop_span(on=on)

    def apply_settings(self) -> None:
        """Puts the settings that show at once in force."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_wish(app, self.memory.scheme())

    def _first_tile(self, _source_id: int) -> None:
        """Plain keys play and step as soon as a case has opened."""
        if self._just_opened:
            self._just_opened = False
            self.tiles.take_keyboard()

    def toggle_overlay(self) -> None:
        """Boxes and zones on the tiles, or bare pictures."""
        self._overlay_on = self.is_checked("tile.overlay")
        self.tiles.toggle_overlay()

    def _tile_menu(self, _source_id: int, place: QPoint) -> None:
        menu = QMenu(self.tiles)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _TILE_COMMANDS:
            menu.addAction(self.actions[name])
        menu.popup(place)

    def other_scheme(self) -> None:
        """Light instead of dark, or the other way round."""
        self.memory.set_scheme("light" if theme.THEME.scheme == "dark" else "dark")
        self.apply_settings()
        self.chores.save_memory()

    def full_screen(self) -> None:
        """Full screen, or a window again."""
        if self.is_checked("view.full"):
            self.window.showFullScreen()
        else:
            self.window.showNormal()

    def focus_search(self) -> None:
        """Puts the keyboard into the question."""
        self.window.show_dock("search")
        self.search.focus_text()

    def show_jobs(self) -> None:
        """Puts the keyboard into the jobs."""
        self.window.show_dock("jobs")
        self.jobs.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def draw_area(self) -> None:
        """Begins an area on the map."""
        self.window.show_dock("map")
        self.map.start_area()

    # -- the end

    def close(self) -> bool:
        """Ends everything: jobs at their next step, player, case; layouts are kept."""
        if self._closed:
            return True
        self._closed = True
        # Colours may still change; the window may be gone by then.
        self._turns = None
        self.viewing.end()
        self.memory.set_layouts(self.window.layouts(), self.window.workspace)
        self.mapping.memory.keep()
        self.window.hide()
        case = self.session.case
        self.sounding.close()
        self.playback.close()
        self.synopsis.close()
        self.session.stop()
        if not self.closing.saved:
            self.memory.saver()()
        let_go(case)
        self.cases.drop_coming()
        return True
