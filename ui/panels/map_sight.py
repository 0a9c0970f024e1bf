"""What the cameras of the map see and do not see at the time shown, and the ways of what moved:
layers over the map, each switched on by a button of its corner."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QPointF, QTimer, Signal

from casefiles.case import Case
from casefiles.exchange.tile_archives import TileArchive
from casefiles.fixes import Fixes
from casefiles.jobs import finish
from casefiles.types import Camera, CameraId
from casefiles.usecases.ground_tracks import GroundTracks, ground_tracks
from casefiles.view_types import CaseView, Zone
from mapview.basemap import BaseMap
from mapview.blind_spots import REACH_M, BlindSpots, blind_spots, is_unseen
from mapview.layers import CameraMark, view_cone
from mapview.line_hit import nearest
from mapview.projection import to_mercator
from mapview.qt.ground_stack import drawn_maps, vector_tiles
from mapview.qt.image_overlay import ImageOverlay
from mapview.qt.map_view import MapView
from mapview.qt.sight_painter import BlindSpotArt, symbols_region
from mapview.qt.track_painter import WaysArt, ways_in
from mapview.street_lines import areas_around
from mapview.tile_streets import KeptTiles, streets_in
from mapview.track_raster import WorldLines
from mapview.vector_tiles import WALKED
from ui.panels.map_corners import MapCorners
from ui.panels.map_time import MapTime
from ui.session import Session

_HIT_PX: Final = 7.0
"""So near to a line a click means it."""
_SETTLE_MS: Final = 300
"""So long after the last change of the time shown the layers are made anew: they take a while, and
a playing recording changes it with every frame, and each reading of tracks is logged."""
_LONGEST_WAIT_MS: Final = 5000
"""Made anew so often while the time goes on changing."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """What the blind spots shown depend on."""

    marks: tuple[CameraMark, ...]
    bases: tuple[BaseMap, ...]
    tiles: tuple[TileArchive, ...]
    zone: Zone | None

    def equals(self, other: "_Asked | None") -> bool:
        """Whether the answer to one is the answer to both."""
        return (
            other is not None
            and self.zone == other.zone
            and self.marks == other.marks
            and [*map(id, self.bases)] == [*map(id, other.bases)]
            and [*map(id, self.tiles)] == [*map(id, other.tiles)]
        )


class MapSight(QObject):
    """Blind spots, and the ways of squad cars and tracks: off until somebody wants them."""

    changed = Signal()
    """`words`, or what is switched on, are others."""

    def __init__(self, session: Session, view: MapView, time: MapTime, corners: MapCorners) -> None:
        super().__init__(view)
        self._session, self._map, self._time = session, view, time
        self.spots: BlindSpots | None = None
        """What is shown of blind spots; None while nothing is."""
        self._tile_notes: tuple[str, ...] = ()
        """What is to be said of the streets that vector tiles gave."""
        self._kept_tiles = KeptTiles()
        self.tracks: GroundTracks | None = None
        """The tracks shown; None while none are, or before they were read."""
        self._world: NDArray[np.float64] | None = None
        """Their places in world metres."""
        self._asked: _Asked | None = None
        self._asked_span: object = None
        self._fixes: Mapping[CameraId, Fixes] = {}
        self.blind = ImageOverlay(
            self._ask_image, view.update,
            lambda shown: symbols_region(view.spots, shown) + view.names_on(shown),
        )  # fmt: skip
        self.ways = ImageOverlay(self._ask_image, view.update)
        # Ways over hatching: they are thin.
        view.overlays[:0] = [self.blind, self.ways]
        self.blind_button = corners.add_button(
            "blind", self.tr("Blind spots: streets that no camera has in view"), self.toggle_blind
        )
        self.ways_button = corners.add_button(
            "paths", self.tr("Tracks and ways of squad cars around the time shown"),
            self.toggle_ways,
        )  # fmt: skip
        for button in (self.blind_button, self.ways_button):
            button.setCheckable(True)
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._make)
        self._waiting = QElapsedTimer()
        time.span_changed.connect(self.plan)
        session.view_changed.connect(self.plan)
        session.selection_changed.connect(self.plan)
        session.data_changed.connect(self._read_changed)
        session.case_changed.connect(self._read_case)

    @property
    def words(self) -> str:
        """What the layers shown say, in a sentence or two; empty while there are none."""
        said = []
        if self.blind_button.isChecked() and self.spots is not None:
            said.append(self._blind_words(self.spots))
        if self.ways_button.isChecked():
            said.append(self._ways_words())
        return " ".join(said)

    def set_fixes(self, fixes: Mapping[CameraId, Fixes]) -> None:
        """Where moving cameras were."""
        self._fixes = fixes
        self._asked_span = None
        self.plan()

    def toggle_blind(self) -> None:
        """Blind spots, or none."""
        if not self.blind_button.isChecked():
            self._asked = self.spots = None
            self.blind.show(None)
        self._make()
        self.changed.emit()

    def toggle_ways(self) -> None:
        """Tracks and ways, or none."""
        if not self.ways_button.isChecked():
            self._asked_span = self.tracks = None
            self.ways.show(None)
        self._make()
        self.changed.emit()

    def plan(self) -> None:
        """Something that the layers depend on has changed: the time, cameras, the ground."""
        if not (self.blind_button.isChecked() or self.ways_button.isChecked()):
            return
        if not self._settle.isActive():
            self._waiting.start()
        if self._waiting.elapsed() < _LONGEST_WAIT_MS:
            self._settle.start()

    def _read_changed(self, tables: frozenset[str]) -> None:
        if tables & {"track_points", "tracks", "runs", "calibrations", "positions"}:
            self._asked_span = None
            self.plan()

    def _read_case(self) -> None:
        self._asked = self._asked_span = self.spots = self.tracks = None
        self.blind.show(None)
        self.ways.show(None)
        self.plan()

    def _make(self) -> None:
        view = self._session.view
        if view is None:
            return
        if self.blind_button.isChecked():
            self._make_blind(view)
        if self.ways_button.isChecked():
            self._make_ways(view)

    def is_blind(self, at: QPointF) -> bool:
        """Whether what is under a pixel is shown as a blind spot."""
        if not self.blind_button.isChecked() or self.spots is None:
            return False
        view = self._map.view
        return is_unseen(self.spots, np.array(view.world_at(at.x(), at.y())), _HIT_PX * view.scale)

    def track_at(self, at: QPointF) -> tuple[int, int] | None:
        """The track shown under a pixel, and the wall time at which it was there."""
        tracks = self.tracks if self.ways_button.isChecked() else None
        if tracks is None or self._world is None or len(tracks) < 2:
            return None
        view, starts = self._map.view, tracks.starts
        broken = np.zeros(len(tracks) - 1, bool)
        broken[starts[1:] - 1] = True
        to = np.array(view.world_at(at.x(), at.y()))
        found = nearest(self._world, to, broken)
        if found is None or found.distance > _HIT_PX * view.scale:
            return None
        begin, end = tracks.wall_ns[found.leg : found.leg + 2].tolist()
        return int(tracks.track_id[found.leg]), round(begin + found.on_leg * (end - begin))

    # -- blind spots

    def _make_blind(self, view: CaseView) -> None:
        if not self._map.is_settled:
            # The marks of the time shown are on their way with the next picture.
            self._settle.start()
            return
        asked = _Asked(
            tuple(mark for mark in self._map.marks if not mark.former),
            drawn_maps(self._map.ground),
            vector_tiles(self._map.ground),
            self._zone(view),
        )
        if asked.equals(self._asked):
            return
        self._asked = asked
        self._session.ask(
            lambda _: _blind(asked, self._kept_tiles), self._show_blind, key="map-blind"
        )

    def _zone(self, view: CaseView) -> Zone | None:
        """The area of the map that is selected, if one is: then it is looked at alone."""
        chosen = self._session.selection.zone_id
        return next(
            (
                zone
                for zone in view.zones
                if zone.zone_id == chosen and zone.source_id is None and zone.camera_id is None
            ),
            None,
        )

    def _show_blind(self, found: tuple[BlindSpots, tuple[str, ...]]) -> None:
        if self.blind_button.isChecked():
            spots, self._tile_notes = found
            self.spots = spots
            self.blind.show(BlindSpotArt(spots))
            self.changed.emit()

    def _blind_words(self, spots: BlindSpots) -> str:
        share = spots.share
        if share is None:
            return self.tr("Blind spots: no camera stands anywhere at the time shown.")
        zone = None if self._asked is None else self._asked.zone
        where = (
            self.tr("In area {0}").format(zone.name)
            if zone is not None
            else self.tr("Up to {0} m from what cameras see").format(f"{REACH_M:.0f}")
        )
        if spots.has_streets:
            said = self.tr("{0}: {1} of {2} km of street in view ({3} %); hatched is not.").format(
                where, f"{spots.seen_m / 1000:.2f}", f"{spots.street_m / 1000:.2f}",
                f"{share * 100:.0f}",
            )  # fmt: skip
        else:
            said = self.tr(
                "{0}: {1} % of the ground in view (no shown map has streets here)."
            ).format(where, f"{share * 100:.0f}")
        guessed = (
            self.tr(" {0} of {1} views are partly guessed.").format(spots.guessed, spots.cameras)
            if spots.guessed
            else ""
        )
        walls = self.tr(" Walls and darkness are not considered.")
        tiles = "".join(f" {one[:1].upper()}{one[1:]}." for one in self._tile_notes)
        return said + guessed + walls + tiles

    # -- ways

    def _make_ways(self, view: CaseView) -> None:
        span = self._time.span
        asked = (span, tuple(view.cameras), tuple(view.calibrations))
        if asked == self._asked_span:
            return
        self._asked_span = asked
        fixes, cameras = self._fixes, view.cameras

        def work(case: Case) -> tuple[GroundTracks, WaysArt]:
            tracks = finish(ground_tracks(case, span or (None, None)))
            return tracks, WaysArt(ways_in(cameras, fixes, span), _lines(tracks, cameras))

        self._session.ask(work, self._show_ways, key="map-ways")

    def _show_ways(self, made: tuple[GroundTracks, WaysArt]) -> None:
        if self.ways_button.isChecked():
            self.tracks, art = made
            self._world = None if art.tracks is None else art.tracks.points
            self.ways.show(art)
            self.changed.emit()

    def _ways_words(self) -> str:
        art, tracks = self.ways.art, self.tracks
        if tracks is None or not isinstance(art, WaysArt):
            return self.tr("Reading tracks…")
        count = len(np.unique(tracks.track_id))
        if count or art.ways:
            said = self.tr("Tracks: {0} ({1} places); moving cameras: {2}; {3}.").format(
                count, len(tracks), len(art.ways), self._time.span_words
            )
        else:
            said = self.tr("No tracks on the ground and no moving cameras, {0}.").format(
                self._time.span_words
            )
        left_out = "; ".join(tracks.left_out)
        return said + (self.tr(" Not shown: {0}.").format(left_out) if left_out else "")

    def _ask_image(
        self,
        work: Callable[[], object],
        then: Callable[..., None],
        failed: Callable[[BaseException], None],
    ) -> None:
        def complain(error: BaseException) -> None:
            failed(error)
            self._session.failed.emit(error)

        self._session.painter.ask(work, then, failed=complain)


def _blind(asked: _Asked, kept: KeptTiles) -> tuple[BlindSpots, tuple[str, ...]]:
    """On a reader thread."""
    area = None if asked.zone is None else to_mercator(asked.zone.polygon)
    views = [view_cone(mark) for mark in asked.marks]
    drawn = [street for base in asked.bases for street in base.streets if street.kind in WALKED]
    areas = areas_around(views, REACH_M) if area is None else areas_around([area], 0.0)
    found = finish(streets_in(asked.tiles, areas, drawn, kept))
    spots = blind_spots(
        (*asked.bases, BaseMap(streets=found.streets)),
        views,
        area=area,
        guessed=sum(mark.is_assumed for mark in asked.marks),
    )
    return spots, found.notes


def _lines(tracks: GroundTracks, cameras: Iterable[Camera]) -> WorldLines:
    """Tracks in the hues of their cameras."""
    order = {camera.camera_id: number for number, camera in enumerate(cameras)}
    hues = np.array([order[one] % 256 for one in tracks.cameras] or [0], np.uint8)
    return WorldLines(to_mercator(tracks.lonlat), tracks.starts, hues[tracks.camera])
