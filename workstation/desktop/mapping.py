"""The map with everything that works on it: tools, layers, camera lists, sight, coverage, pairs.

One method a piece, called once while the window is made: each creates its piece, keeps it here and
binds its commands. What a piece needs of the window it takes from the `Desktop` it is given.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from workstation.desktop.calibrating import CalibratingDesk
from workstation.desktop.camera_lists import CameraDesk
from workstation.desktop.canvass import CanvassDesk
from workstation.desktop.journey_desk import JourneyDesk
from workstation.desktop.map_clicks import MapClickDesk
from workstation.desktop.map_memory import MapMemory
from workstation.desktop.map_print import MapPrintDesk
from workstation.desktop.map_tools import MapToolDesk
from workstation.desktop.site_plans import SitePlanDesk

if TYPE_CHECKING:  # the desktop makes this desk
    from workstation.desktop.desktop import Desktop

_PLANS: Final = {".png", ".jpg", ".jpeg"}


class MapDesk(QObject):
    """Owns what belongs to the map and is not in its panel."""

    def __init__(self, desk: "Desktop") -> None:
        super().__init__(desk)
        self._bind_tools(desk)
        self._bind_layers(desk)
        self._bind_cameras(desk)
        self._bind_sight(desk)
        self._bind_coverage(desk)
        self._bind_pairs(desk)
        self._bind_ground(desk)
        self._bind_journey(desk)

    def _bind_tools(self, desk: "Desktop") -> None:
        """Choosing several cameras, measuring, and the menu of a place on the map.

        Lines of that menu: `self.tools.menu_makers.append(make)`, with `make(menu, MapPlace)`.
        """
        self.tools = MapToolDesk(
            desk.session, desk.window, desk.actions, map_panel=desk.map, tiles=desk.tiles,
            timeline=desk.timeline, search=desk.search, rapid=desk.synopsis.panel,
            footage=desk.footage,
        )  # fmt: skip

    def _bind_layers(self, desk: "Desktop") -> None:
        """Base maps, tiles, site plans, outlines."""
        desk.map.layers.add_wanted.connect(desk.footage.choose_map)

    def _bind_cameras(self, desk: "Desktop") -> None:
        """Camera lists in and out, dated placements."""
        self.cameras = CameraDesk(desk.session, desk.window, lambda: desk.map.map_time.wall_ns or 0)
        desk.footage.cameras_dropped.connect(self.cameras.preview)
        desk.map.camera_dragged.connect(
            lambda dragged: self.cameras.ask_dragged(dragged, desk.map.map.cancel)
        )
        desk.actions.bind("camera.import", self.cameras.choose)
        desk.actions.bind("camera.export", self.cameras.ask_export)
        desk.actions.bind("camera.placements", self.cameras.ask_placements)
        desk.sources.placements_wanted.connect(self.cameras.ask_placements)
        desk.actions.bind("camera.remove", self.cameras.remove)
        self.tools.menu_makers.append(
            lambda menu, place: self.cameras.add_to_menu(menu, place.point, place.cameras)
        )

    def _bind_sight(self, desk: "Desktop") -> None:
        """What is seen at which time; the picture and the print of the map."""
        self.printing = MapPrintDesk(desk.session, desk.window, desk.actions, desk.map)
        sight = desk.map.map_sight
        for command, button in (("map.blind", sight.blind_button), ("map.ways", sight.ways_button)):
            desk.actions.bind(command, partial(_press, desk, button))

    def _bind_coverage(self, desk: "Desktop") -> None:
        """Who saw which street when; cameras of others to be asked."""
        self.canvass = CanvassDesk(
            desk.session, desk.window, desk.map, desk.timeline, self.tools.chosen
        )
        desk.footage.registry_dropped.connect(self.canvass.take_dropped)
        desk.actions.bind("map.coverage", self.canvass.open_coverage)
        desk.actions.bind("map.canvass", self.canvass.open_canvass)
        self.tools.menu_makers.append(self.canvass.menu)

    def _bind_pairs(self, desk: "Desktop") -> None:
        """Calibration of a camera and fit of a site plan by pairs."""
        self.calibrating = CalibratingDesk(desk.session, desk.window, desk.map)
        desk.actions.bind("map.calibrate", self.calibrating.calibrate_selected)
        desk.sources.calibrate_wanted.connect(self.calibrating.calibrate_selected)
        self.plans = SitePlanDesk(desk.session, desk.window, desk.map)
        desk.actions.bind("map.plan", self.plans.choose)
        desk.map.layers.lay_wanted.connect(self.plans.lay_again)
        desk.footage.plan_chosen.connect(self.plans.lay)
        desk.footage.pairs_dropped.connect(self.calibrating.calibrate_with)
        desk.map.files_dropped.connect(partial(self._take_dropped, desk))
        self.tools.menu_makers.append(self.calibrating.add_to_menu)

    def _take_dropped(self, desk: "Desktop", paths: list[Path]) -> None:
        """A picture dropped on the map is the plan of a site, anything else what it always is."""
        pictures = [path for path in paths if path.suffix.lower() in _PLANS]
        if desk.session.case is not None and len(paths) == 1 and pictures:
            self.plans.lay(pictures[0])
        else:
            desk.footage.take(paths)

    def _bind_ground(self, desk: "Desktop") -> None:
        """A click where no camera is: the street, track or blind spot there; and the part of the
        map that was shown last."""
        self.clicks = MapClickDesk(desk.session, desk.map, self.canvass)
        self.memory = MapMemory(desk.session, desk.map, desk.memory)

    def _bind_journey(self, desk: "Desktop") -> None:
        """The followed subject: its journey, forecast and ways on the map, the journey played."""
        self.journey = JourneyDesk(
            desk.session, desk.window, desk.actions, panel=desk.map, playback=desk.playback,
            timeline=desk.timeline, following=desk.following.following, tools=self.tools,
        )  # fmt: skip
        self.journey.doors.offered.connect(desk.banner.show_message)
        self.clicks.takers.append(self.journey.map.take)


def _press(desk: "Desktop", button: QToolButton) -> None:
    """As if its button on the map were pressed, where it can be seen."""
    desk.window.show_dock("map")
    button.click()
