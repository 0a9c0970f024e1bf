"""The followed subject on the map: its journey, how far it can have come, ways between cameras.

All three follow the time that the map shows; none of them reads a case.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from casefiles.subject_types import LastSeen
from casefiles.usecases.follow_types import Forecast, Journey
from casefiles.usecases.missing import ring_at
from casefiles.view_types import CaseView
from mapview.journey_shapes import (
    ForecastShape,
    JourneyShape,
    LinkLine,
    LookMark,
    Whereabouts,
    forecast_shape,
    shape_of,
)
from mapview.layers import placement_at
from mapview.projection import project
from mapview.qt.forecast_painter import ForecastOverlay
from mapview.qt.journey_painter import JourneyOverlay
from mapview.qt.link_painter import LinkOverlay
from mapview.viewport import Bounds
from ui.models.wall_text import clock_time, local
from ui.panels.map import MapPanel
from ui.session import Session
from ui.views.camera_colours import camera_index

_METRES: Final = 1000
_SOON_NS: Final = 60_000_000_000
"""While it is still in view, the ring is drawn for no less than a minute later."""
_MARGIN_PX: Final = 60
_FINEST_M: Final = 0.2


class MapFollow(QObject):
    """Owns the three overlays of a map; whoever reads a journey puts it here."""

    stop_chosen = Signal(int)
    """The number of a stop that was clicked."""
    link_chosen = Signal(object)
    """A way that was clicked (`LinkLine`)."""

    def __init__(self, session: Session, panel: MapPanel) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self.links, self.journey = LinkOverlay(), JourneyOverlay()
        self.forecast = ForecastOverlay(self.journey.badge_boxes)
        self.journey.clear = lambda: self.forecast.tags
        panel.map.overlays += [self.links, self.forecast, self.journey]
        self._told: Journey | None = None
        self._foreseen: Forecast | None = None
        self._shows_forecast = True
        panel.map_time.changed.connect(self._follow_time)

    def show_journey(self, journey: Journey | None) -> None:
        """Another journey, or none."""
        self._told = journey
        view = self._session.view
        if journey is None or view is None:
            self.journey.shape = JourneyShape()
        else:
            self.journey.shape = shape_of(journey, camera_index(view.cameras), self._words)
        self._follow_time()

    def show_forecast(self, told: Forecast | None) -> None:
        """Another forecast, or none; its ring grows with the time that the map shows."""
        self._foreseen = told
        self._follow_time()

    def set_shows_forecast(self, *, on: bool) -> None:
        """Shows rings and cameras to look on, or not."""
        self._shows_forecast = on
        self._follow_time()

    def show_links(self, links: Sequence[LinkLine]) -> None:
        """Other ways, or none."""
        self.links.set_links(links)
        self._panel.map.update()

    def choose(self, number: int | None) -> None:
        """Which stop stands out."""
        self.journey.chosen = number
        self._panel.map.update()

    def fit(self) -> bool:
        """Shows all of the journey and the likely ring; whether there is anything to show."""
        bounds = self.bounds
        if bounds is not None:
            view = self._panel.map
            view.show_viewport(view.view.fitted(bounds, margin_px=_MARGIN_PX, finest=_FINEST_M))
        return bounds is not None

    @property
    def bounds(self) -> Bounds | None:
        """Around all of it; None where nothing of it has a place."""
        shape = self.journey.shape
        around = [] if shape.bounds is None else [shape.bounds]
        ring = self.forecast.shape.likely
        if len(ring):
            around.append((*ring.min(axis=0).tolist(), *ring.max(axis=0).tolist()))
        if not around:
            return None
        boxes = np.array(around)
        left, bottom = boxes[:, :2].min(axis=0).tolist()
        right, top = boxes[:, 2:].max(axis=0).tolist()
        return left, bottom, right, top

    @property
    def now(self) -> Whereabouts | None:
        """Where the subject was at the time that the map shows."""
        return self.journey.now

    def take(self, at: QPointF) -> bool:
        """Whether a click was for a stop or a way."""
        view = self._panel.map.view
        number = self.journey.stop_at(view, at.x(), at.y())
        if number is not None:
            self.choose(number)
            self.stop_chosen.emit(number)
            return True
        link = self.links.link_at(view, at.x(), at.y())
        if link is not None:
            self.link_chosen.emit(link)
            return True
        return False

    def _follow_time(self) -> None:
        now = self._panel.map_time.wall_ns
        self.journey.at_ns = now
        self.forecast.shape = self._forecast_at(now)
        self._panel.map.update()

    def _forecast_at(self, now: int | None) -> ForecastShape:
        told, view = self._foreseen, self._session.view
        if told is None or view is None or not self._shows_forecast:
            return ForecastShape()
        at_ns = self._moment(told, now)
        if at_ns is None:
            return ForecastShape()
        reach, likely = told.reach_m, told.likely_m
        if told.origin is not None and at_ns != told.at_ns:
            last = self._last(told)
            # How far off place and time of a stop may be is known where the forecast was made: it
            # widens all of its rings by the same.
            then = ring_at(told.subject, last, told.at_ns)
            ring = ring_at(told.subject, last, at_ns)
            reach = ring.reach_m + max((told.reach_m or 0.0) - then.reach_m, 0.0)
            likely = ring.likely_m + max((told.likely_m or 0.0) - then.likely_m, 0.0)
        words = ""
        if reach is not None:
            far = f"{reach / _METRES:.1f} km" if reach >= _METRES else f"{reach:.0f} m"
            time = clock_time(at_ns, view.zone_name)
            words = self.tr("not further than {0} at {1}").format(far, time)
        return forecast_shape(told, reach, likely, words, self._looks(told, view, at_ns))

    def _moment(self, told: Forecast, now: int | None) -> int | None:
        """For which moment it is drawn: that of the map once the subject is out of view, else the
        one it was made for; None where the map shows an earlier part of the journey."""
        beyond = now is not None and (now < told.since_ns if told.backward else now > told.since_ns)
        if beyond:
            return now
        # Where views overlap it comes to the next one before it leaves: that is no ring yet.
        soon = told.since_ns + (-_SOON_NS if told.backward else _SOON_NS)
        made_for = min(told.at_ns, soon) if told.backward else max(told.at_ns, soon)
        timed = [one for one in (self._told.stops if self._told else ()) if one.from_ns is not None]
        if now is None or not timed:
            return made_for
        edge = timed[0] if told.backward else timed[-1]
        inside = now <= (edge.to_ns or 0) if told.backward else now >= (edge.from_ns or 0)
        return made_for if inside else None

    def _last(self, told: Forecast) -> LastSeen:
        known = told.subject.last_seen
        if known is not None and known.wall_ns == told.since_ns and known.point == told.origin:
            return known
        assert told.origin is not None
        return LastSeen(told.since_ns, told.origin)

    def _looks(self, told: Forecast, view: CaseView, at_ns: int) -> list[LookMark]:
        made = []
        for rank, look in enumerate(told.looks, 1):
            camera = view.camera(look.camera_id)
            place = None if camera is None else placement_at(camera.placements, at_ns)
            if place is None:
                continue
            x, y = project(place.point)
            when = self._words(look.window.from_ns, look.window.to_ns)
            made.append(LookMark(rank, x, y, when, look.chance, look.has_footage))
        return made

    def _words(self, from_ns: int | None, to_ns: int | None) -> str:
        """A span of time in the zone of the case; the day where it ends on another one."""
        view = self._session.view
        if from_ns is None or view is None:
            return self.tr("time not known")
        begin = clock_time(from_ns, view.zone_name)
        if to_ns is None or to_ns == from_ns:
            return begin
        first, last = local(from_ns, view.zone_name), local(to_ns, view.zone_name)
        day = "" if first.date() == last.date() else f"{last:%Y-%m-%d} "
        return f"{begin}–{day}{clock_time(to_ns, view.zone_name)}"
