"""What can be done by hand on the map besides looking: choosing several cameras, and measuring."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from mapview.measure import leg_m
from mapview.projection import unproject
from mapview.qt.map_tool import MapTool
from mapview.qt.tools.chosen_overlay import ChosenOverlay
from mapview.qt.tools.draw_tool import LonLat
from mapview.qt.tools.measure_tool import MeasureTool
from mapview.qt.tools.pick_tools import CircleTool, LassoTool, RouteTool
from mapview.selection import Region
from ui.models.chosen_cameras import ChosenCameras
from ui.panels.map import MapPanel
from ui.panels.map_chosen import ChosenBar
from ui.session import Session

ToolName: TypeAlias = Literal["lasso", "route", "radius", "measure"]
USUAL_REACH_M: Final = 30.0
"""Half the width of a route: a street with both its fronts."""
_LEAST_M: Final = 1.0


class MapTools(QObject):
    """Owns the tools, what is chosen, and the bar that says so."""

    wanted = Signal(str)
    """A command for the chosen cameras (its id), from the bar or by Enter on the map."""

    def __init__(self, session: Session, panel: MapPanel) -> None:
        super().__init__(panel)
        self._session = session
        self._map = panel.map
        self._reach_m = USUAL_REACH_M
        self.chosen = ChosenCameras(session, self)
        self.chosen.moving = lambda: {
            mover.camera_id: unproject(mover.x, mover.y) for mover in panel.map.movers
        }
        self.bar = ChosenBar(self.chosen, panel.map)
        self._overlay = ChosenOverlay(panel.map)
        panel.map.overlays.append(self._overlay)
        keys = self.tr("Arrows and Space set corners by keys, Backspace takes one back.")
        self.tools: dict[ToolName, MapTool] = {
            "lasso": LassoTool(
                panel.map,
                self.tr("Click corners around cameras, or draw; Enter chooses them. {0}").format(
                    keys
                ),
                ended=self._choose_in_area,
                left=self.leave,
            ),
            "route": RouteTool(
                panel.map,
                self.tr("Click along the route; a double-click or Enter ends it. {0}").format(keys),
                ended=self._choose_along,
                left=self.leave,
                reach_m=lambda: self._reach_m,
            ),
            "radius": CircleTool(
                panel.map,
                self.tr("Drag from the middle to the edge, or click both. {0}").format(keys),
                ended=self._choose_around,
                left=self.leave,
            ),
            "measure": MeasureTool(
                panel.map,
                self.tr(
                    "Click along what you measure; a click on the first corner closes an area, "
                    "Enter or a double-click ends, Esc leaves. {0}"
                ).format(keys),
                ended=lambda _: self._tell_measure(),
                left=self.leave,
            ),
        }
        self.chosen.changed.connect(self._show)
        self.bar.wanted.connect(self.wanted)
        panel.map.keys.append(self._key)
        panel.map.cameras_toggled.connect(self.chosen.toggle)
        panel.map.marks_changed.connect(self.chosen.set_marks)
        session.view_changed.connect(self._forget_missing)
        session.case_changed.connect(self.leave)

    @property
    def measured(self) -> str:
        """What the measure says now."""
        tool = self.tools["measure"]
        assert isinstance(tool, MeasureTool)
        return tool.words()

    def start(self, name: ToolName) -> None:
        """Puts a tool into the hand; the one that is there already is put away."""
        tool = self.tools[name]
        self._map.set_tool(None if self._map.tool is tool else tool)
        self._map.setFocus(Qt.FocusReason.OtherFocusReason)

    def measure_from(self, place: LonLat) -> None:
        """Measures from a place on."""
        tool = self.tools["measure"]
        assert isinstance(tool, MeasureTool)
        if self._map.tool is not tool:
            self._map.set_tool(tool)
        tool.begin_at(place)
        self._map.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_around(self, place: LonLat, radius_m: float) -> None:
        """Chooses the cameras near a place."""
        self.chosen.choose_by(Region("circle", (place,), radius_m))

    def choose_in_view(self) -> None:
        """Chooses every camera that stands in the part of the map that is shown."""
        left, bottom, right, top = self._map.view.bounds
        self.chosen.choose(
            mark.camera_id
            for mark in self._map.marks
            if not mark.former and left <= mark.x <= right and bottom <= mark.y <= top
        )

    def leave(self) -> None:
        """Puts the tool away."""
        if self._map.tool in self.tools.values():
            self._map.set_tool(None)

    # -- from drawing to cameras

    def _choose_in_area(self, corners: tuple[LonLat, ...]) -> None:
        self._choose(lambda: Region("area", corners))

    def _choose_along(self, corners: tuple[LonLat, ...]) -> None:
        self._choose(lambda: Region("route", corners, self._reach_m))

    def _choose_around(self, corners: tuple[LonLat, ...]) -> None:
        middle, edge = corners[:2]
        self._choose(lambda: Region("circle", (middle,), max(leg_m(middle, edge), _LEAST_M)))

    def _choose(self, make: Callable[[], Region]) -> None:
        self.leave()
        self.chosen.choose_by(make())
        if not self.chosen.ids:
            self._session.notice.emit(
                self.tr("No camera stands there or sees it at the time the map shows.")
            )

    def _tell_measure(self) -> None:
        self._map.setAccessibleDescription(self.measured)

    # -- following

    def _show(self) -> None:
        region = self.chosen.region
        if region is not None and region.kind == "route":
            self._reach_m = region.reach_m
        self._overlay.ids = frozenset(self.chosen.ids)
        self._overlay.set_region(region)
        self._map.update()

    def _forget_missing(self) -> None:
        if self._session.view is not None:
            self.chosen.forget_missing(self._session.view)

    def _key(self, event: QKeyEvent) -> bool:
        """Esc chooses none, Enter opens several in tiles, Ctrl+Space chooses the camera the
        keyboard is on, Ctrl+A all in view."""
        key = event.key()
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and key == Qt.Key.Key_Space:
            name = self._map.current or self._session.selection.camera_id
            if name is not None:
                self.chosen.toggle((name,))
            return name is not None
        if control and key == Qt.Key.Key_A:
            self.choose_in_view()
            return True
        if not self.chosen.ids and self.chosen.region is None:
            return False
        if key == Qt.Key.Key_Escape:
            self.chosen.clear()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen.ids and not control:
            # On a camera that the keyboard is on, Enter means that one.
            if self._map.current is not None and self._map.current not in self.chosen.ids:
                return False
            self.wanted.emit("map.tiles")
            return True
        return False
