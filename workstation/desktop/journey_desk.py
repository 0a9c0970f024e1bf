"""The journey of the followed subject in the window: drawn on map and timeline, played, taken out.

What is known of it `Following` reads; only the forecast backward and the ways between cameras are
read here, when somebody asks for them.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from casefiles.case import Case
from casefiles.usecases.follow_types import Forecast, Journey
from ui.actions import Actions
from ui.messages import Message
from ui.models.following import Following
from ui.models.journey_plan import JourneyPlan, plan_journey
from ui.panels.map import MapPanel
from ui.panels.map_follow import MapFollow
from ui.panels.timeline import TimelinePanel
from ui.playback import Playback
from ui.session import Session
from ui.views.timeline_journey import StopMark
from ui.window import MainWindow
from workstation.desktop.follow_extras import FollowExtras
from workstation.desktop.journey_doors import JourneyDoors
from workstation.desktop.journey_links import LinkDesk
from workstation.desktop.journey_play import JourneyPlayer
from workstation.desktop.map_tools import MapToolDesk

if TYPE_CHECKING:  # loaded with the first question, so that the window starts sooner
    from casefiles.usecases.topology import Topology


class JourneyDesk(QObject):
    """Owns what is drawn of a subject on the map, its player, and the doors out."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        actions: Actions,
        *,
        panel: MapPanel,
        playback: Playback,
        timeline: TimelinePanel,
        following: Following,
        tools: MapToolDesk,
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._actions = session, window, actions
        self._timeline, self._following = timeline, following
        self.map = MapFollow(session, panel)
        self.player = JourneyPlayer(session, playback, self)
        self.doors = JourneyDoors(session, window, actions, panel, self.map, following)
        self.extras = FollowExtras(session, window, actions, following)
        self.links = LinkDesk(session, window, panel, self.map)
        tools.menu_makers.append(self.links.add_to_menu)
        self.journey: Journey | None = None
        """What is drawn."""
        self._foreseen: Forecast | None = None
        self._linked: object = None
        """What the ways between cameras were reckoned from."""
        self._fits = False
        """Whether the map is to show all of the next journey."""
        for command, act in (
            ("follow.journey", self._play), ("follow.stop-next", lambda: self.player.step(1)),
            ("follow.stop-previous", lambda: self.player.step(-1)), ("follow.map", self.show),
            ("follow.forecast", self._show_forecast), ("follow.before", self._foresee),
            ("follow.links", self._show_links),
        ):  # fmt: skip
            actions.bind(command, act)
        actions["follow.forecast"].setChecked(True)
        following.where_changed.connect(self._take)
        session.view_changed.connect(self._follow_view)
        self.map.stop_chosen.connect(self.player.go_to)
        self.player.changed.connect(self._show_playing)
        self.player.told.connect(self._tell)

    def show(self) -> None:
        """Shows all of the journey on the map; as soon as it is there where it is being read."""
        self._window.show_dock("map")
        self._fits = self._following.journey is None and self._following.subject is not None
        if not self.map.fit() and not self._fits:
            self._session.notice.emit(
                self.tr("Nothing of the subject is on the map yet: confirm a sighting on a camera "
                        "whose place is known.")
            )  # fmt: skip

    # -- what is known

    def _take(self) -> None:
        journey = self._following.journey
        if journey is self.journey and self._following.forecast is self._foreseen:
            return
        self.journey, self._foreseen = journey, self._following.forecast
        self.map.show_journey(journey)
        self.player.set_plan(JourneyPlan() if journey is None else plan_journey(journey))
        self._timeline.timeline.set_stops(_marks(journey))
        self._foresee()
        self._read_links()
        if self._fits and journey is not None:
            self.show()

    def _follow_view(self) -> None:
        """Places of cameras, their names, or the zone of the case may be other ones."""
        if self.journey is not None:
            self.map.show_journey(self.journey)
        self._read_links()

    def _foresee(self) -> None:
        """The forecast that is there, or the one backward."""
        subject, journey, ways = self._following.subject, self.journey, self._following.ways
        if subject is None or journey is None:
            self.map.show_forecast(None)
            return
        if not self._actions["follow.before"].isChecked():
            self.map.show_forecast(self._foreseen)
            return

        def read(case: Case) -> Forecast:
            from casefiles.usecases.forecast import forecast  # noqa: PLC0415

            return forecast(case, subject.subject_id, roads=ways, journey=journey, backward=True)

        def take(told: Forecast) -> None:
            if self.journey is journey and self._actions["follow.before"].isChecked():
                self.map.show_forecast(told)

        self._session.ask(read, take, key="map-forecast")

    def _read_links(self) -> None:
        view, subject, ways = self._session.view, self._following.subject, self._following.ways
        if view is None or subject is None or self.journey is None:
            self._linked = None
            self.links.forget()
            return
        known = (
            subject.kind, view.cameras, view.calibrations, view.sightings, view.link_rules,
            view.layers,
        )  # fmt: skip
        if not self.links.on or known == self._linked:
            return
        self._linked = known

        def read(case: Case) -> "Topology":
            from casefiles.usecases.topology import read_topology  # noqa: PLC0415

            return read_topology(case, ways)

        self._session.ask(
            read, lambda found: self.links.set_topology(found, subject), key="map-topology"
        )

    # -- commands

    def _play(self) -> None:
        self._window.show_dock("tiles")
        self.player.toggle()
        self._actions["follow.journey"].setChecked(self.player.piece is not None)

    def _show_playing(self, number: int | None) -> None:
        self._actions["follow.journey"].setChecked(number is not None)
        self.map.choose(number)

    def _tell(self, text: str) -> None:
        """One line for all that is told on the way: the window is not to move at every stop."""
        self.doors.offered.emit(Message("notice", text, topic="journey"))

    def _show_forecast(self) -> None:
        self.map.set_shows_forecast(on=self._actions["follow.forecast"].isChecked())

    def _show_links(self) -> None:
        self._window.show_dock("map")
        self.links.set_shown(on=self._actions["follow.links"].isChecked())
        self._read_links()


def _marks(journey: Journey | None) -> tuple[StopMark, ...]:
    stops = enumerate(() if journey is None else journey.stops, 1)
    return tuple(
        StopMark(number, one.track.source_id, one.from_ns, one.to_ns or one.from_ns)
        for number, one in stops
        if one.from_ns is not None
    )
