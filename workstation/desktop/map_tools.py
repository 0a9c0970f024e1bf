"""What is done with the cameras chosen on the map, and the menu of a place on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from casefiles.geo import GeoPoint
from casefiles.queries.filters import CameraFilter, TimeFilter
from casefiles.types import CameraId
from mapview.projection import unproject
from mapview.symbols import Spot
from ui.actions import TILE_COUNTS, Actions
from ui.dialogs.camera_list import CameraLine, CameraListDialog
from ui.panels.map import MapPanel
from ui.panels.map_tools import MapTools, ToolName
from ui.panels.rapid_review import RapidReviewPanel
from ui.panels.search import SearchPanel
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.session import Selection, Session
from ui.window import MainWindow
from workstation.desktop.footage import FootageDesk

_NEAR_M: Final = 150.0
_NAMED: Final = 3
_TOOLS: Final[tuple[tuple[str, ToolName], ...]] = (
    ("map.lasso", "lasso"), ("map.route", "route"), ("map.radius", "radius"),
    ("map.measure", "measure"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapPlace:
    """What is under the pointer: the place, and the cameras of the symbol there."""

    point: GeoPoint
    cameras: tuple[CameraId, ...] = ()


MenuMaker: TypeAlias = Callable[[QMenu, MapPlace], object]


class MapToolDesk(QObject):
    """Binds tools and commands; `menu_makers` add lines to the menu of a place."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        actions: Actions,
        *,
        map_panel: MapPanel,
        tiles: TilesPanel,
        timeline: TimelinePanel,
        search: SearchPanel,
        rapid: RapidReviewPanel,
        footage: FootageDesk,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._actions = actions
        self._panel = map_panel
        self._tiles = tiles
        self._timeline = timeline
        self._search = search
        self._rapid = rapid
        self._footage = footage
        self.tools = MapTools(session, map_panel)
        self.chosen = self.tools.chosen
        self.menu_makers: list[MenuMaker] = []
        bind = actions.bind
        for command, name in _TOOLS:
            bind(command, partial(self._start, name))
        for command, act in (
            ("map.tiles", self.open_tiles), ("map.search", self.search),
            ("map.rapid", self.review), ("map.analyse", self.analyse), ("map.list", self.show_list),
            ("map.choose-view", self._choose_in_view), ("map.choose-none", self.chosen.clear),
        ):  # fmt: skip
            bind(command, act)
        self.tools.wanted.connect(lambda command: actions[command].trigger())
        map_panel.map.menu_wanted.connect(self._open_menu)
        self._button = map_panel.corners.add_button(
            "lasso", self.tr("Choose cameras, measure"), self._open_tools
        )
        map_panel.corners.dress()

    # -- with the chosen cameras

    def open_tiles(self) -> None:
        """Those with footage at the time the map shows; where none has any then, at the nearest
        time at which one has. Who is left out is told."""
        if not self._has_any():
            return
        wanted_ns = self._time()
        at_ns = self.chosen.nearest_footage(wanted_ns)
        if at_ns is None:
            self._tell(self.tr("None of the chosen cameras has footage in this case."))
            return
        sources = self.chosen.sources_at(wanted_ns)
        moved = not sources
        sources = sources or self.chosen.sources_at(at_ns)
        most = TILE_COUNTS[-1]
        tiles = self._tiles
        self._window.show_dock("tiles")
        tiles.set_layout(min(len(sources), most))
        tiles.show_sources(sources[:most])
        if moved or self._session.playhead_ns != wanted_ns:
            self._session.go_to(at_ns if moved else wanted_ns)
        self._tell_left_out(len(sources), most, moved=moved)

    def _tell_left_out(self, with_footage: int, most: int, *, moved: bool) -> None:
        count = len(self.chosen.ids)
        said = [self.tr("On the tiles: {0} of {1} chosen cameras.").format(
            min(with_footage, most), count)]  # fmt: skip
        if moved:
            said.append(
                self.tr("None had footage at the time shown: this is the nearest time with any.")
            )
        if with_footage > most:
            said.append(self.tr("{0} more have footage: {1} is the most.").format(
                with_footage - most, most))  # fmt: skip
        if count > with_footage:
            said.append(self.tr("{0} have no footage then.").format(count - with_footage))
        if moved or count > min(with_footage, most):
            self._tell(" ".join(said))

    def search(self) -> None:
        """Puts them into the question, with the marked span or the time of the map where it has
        one of its own, and searches."""
        if not self._has_any():
            return
        self._window.show_dock("search")
        span = self._span()
        self._search.set_place(
            CameraFilter(self.chosen.ids, because=self.tr("chosen on the map")),
            TimeFilter(*span) if span is not None else None,
        )

    def review(self) -> None:
        """Shows Rapid review of their recordings."""
        sources = [one.source_id for one in self.chosen.sources()]
        if not self._has_any():
            return
        if not sources:
            self._tell(self.tr("None of the chosen cameras has footage in this case."))
            return
        self._window.show_dock("rapid")
        self._rapid.controls.choose(sources)

    def analyse(self) -> None:
        """Analyses all their recordings."""
        if not self._has_any():
            return
        sources = [one.source_id for one in self.chosen.sources()]
        if sources:
            self._footage.analyse(sources)
        else:
            self._tell(self.tr("None of the chosen cameras has footage in this case."))

    def show_list(self) -> None:
        """Lists them."""
        if not self._has_any():
            return
        dialog = CameraListDialog(self._lines(), self._said(), self._window)
        dialog.chosen.connect(self._go)
        dialog.open()

    # -- the menu of a place

    def _open_menu(self, at: QPointF, spot: Spot | None) -> None:
        view = self._panel.map
        point = unproject(*view.view.world_at(at.x(), at.y()))
        ids = () if spot is None else tuple(view.marks[one].camera_id for one in spot.members)
        menu = QMenu(self._window)
        menu.setObjectName("map-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = MapPlace(point, tuple(CameraId(one) for one in dict.fromkeys(ids)))
        if place.cameras:
            self._add_cameras(menu, place.cameras)
        words = f"{point.lat:.6f}, {point.lon:.6f}"
        copy = partial(self._copy, words)
        menu.addAction(self.tr("Copy the coordinates {0}").format(words), copy)
        here = (point.lon, point.lat)
        menu.addAction(self.tr("Measure from here"), partial(self.tools.measure_from, here))
        menu.addAction(
            self.tr("Choose cameras within {0} m").format(f"{_NEAR_M:.0f}"),
            partial(self.tools.choose_around, here, _NEAR_M),
        )
        for make in self.menu_makers:
            make(menu, place)
        menu.addSeparator()
        for command, _ in _TOOLS[:3]:
            menu.addAction(self._actions[command])
        menu.popup(view.mapToGlobal(at.toPoint()))

    def _add_cameras(self, menu: QMenu, ids: tuple[CameraId, ...]) -> None:
        view = self._session.view
        names = [camera.name for one in ids if view and (camera := view.camera(one)) is not None]
        said = ", ".join(names[:_NAMED]).replace("&", "&&")
        if len(names) > _NAMED:
            said = self.tr("{0} and {1} more").format(said, len(names) - _NAMED)
        # A section's words are not painted by every style.
        menu.addAction(said).setEnabled(False)
        menu.addAction(self.tr("Choose, or choose no more"), partial(self.chosen.toggle, ids))
        menu.addAction(self.tr("Open in tiles"), partial(self._only, ids, self.open_tiles))
        menu.addAction(self.tr("Search there"), partial(self._only, ids, self.search))
        menu.addSeparator()

    def _only(self, ids: tuple[CameraId, ...], act: Callable[[], None]) -> None:
        self.chosen.choose(ids)
        act()

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self._tell(self.tr("Copied: {0}").format(words))

    # -- from the table of commands

    def _start(self, name: ToolName) -> None:
        self._window.show_dock("map")
        self.tools.start(name)

    def _choose_in_view(self) -> None:
        self._window.show_dock("map")
        self.tools.choose_in_view()

    def _open_tools(self) -> None:
        menu = QMenu(self._button)
        menu.setObjectName("map-tools-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command, _ in _TOOLS:
            menu.addAction(self._actions[command])
        menu.popup(self._button.mapToGlobal(self._button.rect().topLeft()))

    # -- what is known

    def _has_any(self) -> bool:
        if not self.chosen.ids:
            self._tell(
                self.tr(
                    "No camera is chosen: draw around some on the map (Shift+L), or click them "
                    "with Ctrl held."
                )
            )
        return bool(self.chosen.ids)

    def _time(self) -> int:
        """The wall time the map shows; the player's where the map has none of its own."""
        return self._panel.map_time.wall_ns or self._session.playhead_ns

    def _span(self) -> tuple[int, int] | None:
        marked = self._timeline.span
        if marked is not None:
            return marked
        shown = self._panel.map_time
        return None if shown.is_tied else shown.span

    def _lines(self) -> list[CameraLine]:
        view = self._session.view
        if view is None:
            return []
        now = self.chosen.sources_at(self._time())
        has_now = {view_source.camera_id for one in now if (view_source := view.source(one))}
        sources = self.chosen.sources()
        by_hand, inside = self.chosen.region is None, self.chosen.picked.inside
        lines = []
        for camera_id in self.chosen.ids:
            camera = view.camera(camera_id)
            if camera is None:
                continue
            how = self.tr("stands in it") if camera_id in inside else self.tr("sees it")
            lines.append(
                CameraLine(
                    camera_id,
                    camera.name,
                    self.tr("by hand") if by_hand or self._is_added(camera_id) else how,
                    self.tr("footage") if camera_id in has_now else self.tr("no footage"),
                    sum(source.camera_id == camera_id for source in sources),
                )
            )
        return lines

    def _is_added(self, camera_id: CameraId) -> bool:
        picked = self.chosen.picked
        return camera_id not in picked.inside and camera_id not in picked.seeing

    def _said(self) -> str:
        region = self.chosen.region
        time = self._panel.map_time.words(self._time() or None)
        if region is None:
            return self.tr("Chosen by hand. Time shown: {0}.").format(time)
        names = {
            "area": self.tr("in an area"),
            "route": self.tr("along a route"),
            "circle": self.tr("around a place"),
        }
        return self.tr(
            "Chosen {0}, by where they stood and what they saw at the time shown ({1}). "
            "Walls are not considered."
        ).format(names[region.kind], time)

    def _go(self, name: str) -> None:
        self._session.select(Selection(camera_id=CameraId(name)))

    def _tell(self, text: str) -> None:
        self._session.notice.emit(text)
