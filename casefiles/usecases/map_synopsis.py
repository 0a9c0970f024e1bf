"""The tracks of a synopsis on the ground: roughly where each was, and when that is shown.

Where a camera is calibrated, that tells (casefiles/usecases/calibrated_places.py). Until then its
picture says little about the ground. What is assumed: the ground is flat, the camera stands
upright, the lower edge of its picture shows the ground `NEAR_SHARE` of its reach away, the upper
edge its reach. On flat ground the inverse of the distance is linear in
the height in the picture (R. Hartley and A. Zisserman, "Multiple View Geometry in Computer
Vision", 2003, 8.1: the plane of the ground maps to the picture by a homography), and the angle
from the camera's heading is that of a pinhole. Whoever shows such a place says that it is rough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.case import Case
from casefiles.fixes import Fixes
from casefiles.geo import ASSUMED_FOV_DEG, ASSUMED_RANGE_M, GeoPoint, moved
from casefiles.synopsis_types import Stage, Synopsis
from casefiles.types import Camera, CameraId, Placement, SourceId, TrackId
from casefiles.usecases.calibrated_places import calibrated_places, calibration_of
from casefiles.usecases.import_positions import read_fixes
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.synopsis.types import ABSENT_NS, TubeFrames, Unit
from video.types import TimeNs

NEAR_SHARE: Final = 1 / 5
"""How far away the ground at the lower edge of a picture is, as a share of the camera's reach."""
_WIDEST_DEG: Final = 150.0
"""Wider pictures are no pinhole's: there the angle is taken as linear across the picture."""
_STEP_NS: Final = 250_000_000
"""Places within so long become one, their mean: feet tremble, and far away that is metres."""


@dataclass(frozen=True, slots=True)
class GroundPlaces:
    """Where things in a picture stood: `lonlat (n, 2) float64` WGS84 degrees, NaN where the camera
    stood nowhere that is known. `around (n,) bool`: nothing tells the direction, so the place is
    the camera's own. `rough (n,) bool`: not from a calibration, but from heading and height in the
    picture. `sd_m (n,)`: how sure a place is, one standard deviation in metres; NaN where rough.
    """

    lonlat: NDArray[np.float64]
    around: NDArray[np.bool_]
    rough: NDArray[np.bool_]
    sd_m: NDArray[np.float64]

    @property
    def is_rough(self) -> bool:
        """Whether any of the places is."""
        return bool(self.rough.any())


@dataclass(frozen=True, slots=True)
class MapTrack:
    """A track on the map, as columns of equal length n ≥ 1: `time_ns (n,) int64` stage time,
    rising; `lonlat (n, 2)` degrees. It is there from `from_ns` to `to_ns`, both included."""

    track_id: TrackId
    source_id: SourceId
    camera_id: CameraId
    camera: str
    """The camera's name."""
    colour: int
    """Its place in the list of cameras."""
    from_ns: int
    to_ns: int
    time_ns: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    gaps: NDArray[np.int64]
    """`(m, 2)` stage times between which it was not there."""
    around: bool
    """Shown around its camera: nothing tells where it went."""
    rough: bool
    start_ns: int
    """Added to stage time it gives wall time."""
    time_known: bool
    """False: the start of the recording is not known, stage time is the time in it, and wall time
    is as if it had begun with the earliest recording."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A stretch of show time in which a track is shown."""

    track: int
    """Which of the tracks."""
    from_ns: int
    to_ns: int
    unit: Unit
    begins_ns: int
    """Show time at which the unit begins."""


@dataclass(frozen=True, slots=True)
class MapSynopsis:
    """A synopsis as it is replayed on a map."""

    tracks: tuple[MapTrack, ...]
    showings: tuple[Showing, ...]
    length_ns: int
    zone_name: str
    not_on_map: tuple[str, ...] = ()
    """Cameras and recordings whose tracks have no place, by name."""
    around: tuple[str, ...] = ()
    """Cameras whose tracks are shown around them, because no heading tells more."""

    @property
    def is_rough(self) -> bool:
        """Whether some place is an estimate from heading and height in the picture."""
        return any(track.rough for track in self.tracks)


def ground_places(
    camera: Camera,
    size: tuple[int, int],
    boxes: NDArray[np.float64],
    wall_ns: NDArray[np.int64] | None = None,
    fixes: Fixes | None = None,
    calibrations: Sequence[Calibration] = (),
) -> GroundPlaces:
    """Where the feet of `boxes (n, 4)` xyxy, in pixels of a picture of `size` (width, height),
    stood on the ground, at wall times `(n,)` or (None) at times nobody knows.

    The placement in force at each time is taken, the newest where the time is not known; a camera
    on the move (`fixes`) is where it was then, and looks nobody knows where. Where one of the
    `calibrations` is of that placement and of such pictures, it tells the place; there is none
    above its horizon. Where the time is not known and the camera stood in several places, no
    calibration counts: it may be of another.
    """
    count = len(boxes)
    lonlat, around = np.full((count, 2), np.nan), np.ones(count, np.bool_)
    rough, sd_m = np.ones(count, np.bool_), np.full(count, np.nan)
    width, height = size
    sure = wall_ns is not None or len(camera.placements) == 1
    across = np.clip((boxes[:, 0] + boxes[:, 2]) / (2 * width), 0.0, 1.0)
    down = np.clip(boxes[:, 3] / height, 0.0, 1.0)
    for placement in camera.placements:
        held = _in_force(placement, wall_ns, count)
        of_it = calibrations if sure else ()
        known = calibration_of(of_it, camera.camera_id, placement, size)
        found = None if known is None else calibrated_places(known, size, boxes[held])
        rough[held], sd_m[held] = found is None, np.nan
        if found is not None:
            lonlat[held], sd_m[held] = found
            around[held] = False
            continue
        _place(placement, across, down, held, lonlat, around)
    if fixes is not None and len(fixes) and wall_ns is not None:
        held = (wall_ns >= fixes.times_ns[0]) & (wall_ns <= fixes.times_ns[-1])
        # Longitudes are taken apart where they turn over, so that nothing crosses the world.
        since = (fixes.times_ns - fixes.times_ns[0]).astype(np.float64)
        at = (wall_ns[held] - fixes.times_ns[0]).astype(np.float64)
        lons = np.unwrap(fixes.lon, period=360.0)
        lonlat[held, 0] = (np.interp(at, since, lons) + 180.0) % 360.0 - 180.0
        lonlat[held, 1] = np.interp(at, since, fixes.lat)
        around[held] = rough[held] = True
        sd_m[held] = np.nan
    return GroundPlaces(lonlat, around, rough, sd_m)


def read_map_synopsis(case: Case, synopsis: Synopsis) -> MapSynopsis:
    """The tracks of a synopsis on the ground; what has no place is named."""
    return map_synopsis(synopsis, view_case(case), read_fixes(case))


def tracks_of(
    synopsis: Synopsis, *, camera_id: str | None = None, source_id: int | None = None
) -> tuple[TrackId, ...]:
    """The tracks that a synopsis shows, of all cameras, of one, or of one recording: what
    `read_heat` takes for its heat maps."""
    return tuple(
        TrackId(tube.tube)
        for part in synopsis.parts
        if camera_id is None or part.stage.camera_id == camera_id
        for tube in part.stage.tubes
        if source_id is None or part.stage.sources[TrackId(tube.tube)] == source_id
    )


def map_synopsis(
    synopsis: Synopsis, view: CaseView, fixes: Mapping[CameraId, Fixes]
) -> MapSynopsis:
    """The same from values already read."""
    tracks: list[MapTrack] = []
    showings: list[Showing] = []
    missing: dict[str, None] = {}
    around: dict[str, None] = {}
    for part in synopsis.parts:
        stage = part.stage
        camera = view.camera(stage.camera_id)
        made = None if camera is None else _tracks(stage, camera, view, fixes)
        if made is None or None in made:
            missing[stage.title] = None
        if made is None:
            continue
        places = {
            index: len(tracks) + place
            for place, index in enumerate(i for i, one in enumerate(made) if one is not None)
        }
        tracks += [one for one in made if one is not None]
        around.update((one.camera, None) for one in made if one is not None and one.around)
        for unit, start in zip(part.units, part.schedule.starts_ns.tolist(), strict=True):
            begins = part.begins_ns + start
            for index in unit.tubes:
                if index in places:
                    showings += _showing(stage.tubes[index], places[index], unit, begins)
    return MapSynopsis(
        tuple(tracks), tuple(showings), synopsis.length_ns, view.zone_name, tuple(missing),
        tuple(around),
    )  # fmt: skip


def _in_force(
    placement: Placement, wall_ns: NDArray[np.int64] | None, count: int
) -> NDArray[np.bool_]:
    """Where a placement holds; later ones of a camera are asked after it, and prevail."""
    held = np.ones(count, np.bool_)
    if wall_ns is not None and placement.from_ns is not None:
        held &= wall_ns >= placement.from_ns
    if wall_ns is not None and placement.to_ns is not None:
        held &= wall_ns < placement.to_ns
    return held


def _place(
    placement: Placement,
    across: NDArray[np.float64],
    down: NDArray[np.float64],
    held: NDArray[np.bool_],
    lonlat: NDArray[np.float64],
    around: NDArray[np.bool_],
) -> None:
    point = placement.point
    fov = ASSUMED_FOV_DEG if placement.fov_deg is None else placement.fov_deg
    known = placement.heading_deg is not None and fov < 360
    around[held] = not known
    if placement.heading_deg is None or not known:
        lonlat[held] = point.lon, point.lat
        return
    half = np.radians(fov / 2)
    side = 2 * across[held] - 1
    turn = np.arctan(side * np.tan(half)) if fov <= _WIDEST_DEG else side * half
    bearing = np.radians(placement.heading_deg) + turn
    far_m = ASSUMED_RANGE_M if placement.range_m is None else placement.range_m
    nearness = 1 + (1 / NEAR_SHARE - 1) * down[held]
    away_m = far_m / nearness
    # A degree is as long as at the camera: within its reach that is right to a millimetre.
    east, north = _degrees_per_metre(point)
    lons = point.lon + away_m * np.sin(bearing) * east
    lonlat[held, 0] = (lons + 180.0) % 360.0 - 180.0
    lonlat[held, 1] = np.clip(point.lat + away_m * np.cos(bearing) * north, -90.0, 90.0)


def _degrees_per_metre(point: GeoPoint) -> tuple[float, float]:
    one = moved(point, east_m=1.0, north_m=1.0)
    return (one.lon - point.lon + 180.0) % 360.0 - 180.0, one.lat - point.lat


def _tracks(
    stage: Stage, camera: Camera, view: CaseView, fixes: Mapping[CameraId, Fixes]
) -> list[MapTrack | None]:
    """Each tube of a stage on the ground; None where its camera stood nowhere then."""
    if not stage.tubes:
        return []
    tubes = stage.tubes
    owner = np.repeat(np.arange(len(tubes)), [len(tube) for tube in tubes])
    times = np.concatenate([tube.time_ns for tube in tubes])
    boxes = np.concatenate([tube.boxes for tube in tubes]).astype(np.float64)
    # One place for each tube and step of time.
    first = np.concatenate([np.full(len(tube), tube.time_ns[0]) for tube in tubes])
    since = times - first
    step = since // _STEP_NS
    begins = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(step, prepend=-1))
    counts = np.diff(begins, append=len(owner))
    boxes = np.add.reduceat(boxes, begins, axis=0) / counts[:, None]
    times = first[begins] + np.add.reduceat(since, begins) // counts
    owner = owner[begins]
    # What a recording of unknown start calls a wall time says nothing of where a camera stood.
    found = ground_places(
        camera,
        stage.size,
        boxes,
        times if stage.wall else None,
        fixes.get(camera.camera_id),
        view.calibrations,
    )
    colour = next(i for i, one in enumerate(view.cameras) if one.camera_id == camera.camera_id)
    ends = np.searchsorted(owner, np.arange(len(tubes) + 1))
    made: list[MapTrack | None] = []
    for index, tube in enumerate(tubes):
        part = slice(int(ends[index]), int(ends[index + 1]))
        seen = ~np.isnan(found.lonlat[part, 0])
        if not seen.any():
            made.append(None)
            continue
        track_id = TrackId(tube.tube)
        source_id = stage.sources[track_id]
        made.append(
            MapTrack(
                track_id, source_id, camera.camera_id, camera.name, colour,
                int(tube.time_ns[0]), int(tube.time_ns[-1]), times[part][seen],
                found.lonlat[part][seen], _gaps(tube), bool(found.around[part][seen].any()),
                bool(found.rough[part][seen].any()),
                0 if stage.wall else _start_ns(view, source_id), stage.wall,
            )
        )  # fmt: skip
    return made


def _gaps(tube: TubeFrames) -> NDArray[np.int64]:
    at = np.flatnonzero(np.diff(tube.time_ns) > ABSENT_NS)
    return np.stack([tube.time_ns[at], tube.time_ns[at + 1]], axis=1)


def _start_ns(view: CaseView, source_id: SourceId) -> int:
    source = view.source(source_id)
    return 0 if source is None else view.clock_of(source).to_wall_ns(TimeNs(0))


def _showing(tube: TubeFrames, track: int, unit: Unit, begins_ns: int) -> Sequence[Showing]:
    """When a tube is shown as part of a unit: not all of them are there from its first moment."""
    from_ns = max(int(tube.time_ns[0]), int(unit.from_ns))
    to_ns = min(int(tube.time_ns[-1]), int(unit.to_ns))
    if from_ns > to_ns:
        return ()
    shown = unit.shown(np.array([from_ns, to_ns], np.int64)).tolist()
    return (Showing(track, begins_ns + shown[0], begins_ns + shown[1], unit, begins_ns),)
