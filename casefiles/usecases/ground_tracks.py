"""Where the tracks of a case were on the ground, for drawing them on a map: columns, thinned to a
number of points that any machine can draw.

Places come from the calibration of each camera (`ground_places`), rough ones only on request.
Memory is bounded by the number of points asked for, not by the case: the database thins.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.store import ground_points
from casefiles.store.engine import Cursor
from casefiles.store.ground_points import Wanting
from casefiles.types import CameraId, JsonValue, RunId, Source
from casefiles.usecases.calibrated_places import calibration_of
from casefiles.usecases.import_positions import read_fixes
from casefiles.usecases.map_synopsis import ground_places
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView

MOST_POINTS: Final = 100_000
_FINEST_NS: Final = 250_000_000
"""Places within so long become one, their mean: feet tremble, and far away that is metres."""
_FARTHEST_NS: Final = 1 << 60


@dataclass(frozen=True, slots=True, eq=False)
class GroundTracks:
    """Places of tracks as columns of equal length n, by track, then time: `track_id (n,) int64`,
    `class_id (n,) int16`, `wall_ns (n,) int64` rising within a track, `lonlat (n, 2) float64`
    WGS84 degrees, never NaN; `sd_m (n,) float64` how sure a place is, one standard deviation, NaN
    where `rough (n,) bool`; `camera (n,) int16`, its place in `cameras`.

    A track that was not seen for a while goes on after it: whoever draws a line leaves out where
    neighbours are of two tracks, or farther apart in time than `gap_ns`.
    """

    track_id: NDArray[np.int64]
    class_id: NDArray[np.int16]
    wall_ns: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    sd_m: NDArray[np.float64]
    rough: NDArray[np.bool_]
    camera: NDArray[np.int16]
    cameras: tuple[CameraId, ...] = ()
    step_ns: int = _FINEST_NS
    """So far apart are the places of a track."""
    points: int = 0
    """So many points the tracks asked for have in the case."""
    left_out: tuple[str, ...] = ()
    """What is not shown and why, in words: cameras without calibration, recordings without time."""

    def __len__(self) -> int:
        return len(self.track_id)

    @property
    def gap_ns(self) -> int:
        """Neighbours farther apart than this are not joined by a line."""
        return 3 * self.step_ns + 2 * ground_points.MEAN_NS

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each line begins, `(m,)`, the first 0; m is 0 where there is no place."""
        if not len(self):
            return np.empty(0, np.int64)
        new = np.diff(self.track_id) != 0
        new |= np.diff(self.wall_ns) > self.gap_ns
        return np.concatenate([[0], np.flatnonzero(new) + 1]).astype(np.int64)


def ground_tracks(
    case: Case,
    span: tuple[int | None, int | None] = (None, None),
    *,
    class_ids: Collection[int] | None = None,
    camera_ids: Collection[str] | None = None,
    track_ids: Sequence[int] | None = None,
    most: int = MOST_POINTS,
    with_rough: bool = False,
) -> Job[GroundTracks]:
    """The places of all shown tracks between two wall times (the second not included, None is
    open), of some classes, cameras or ids: at most `most` of them, evenly thinned over time.

    Recordings whose start is not known are left out where a time is given, else taken as if they
    had begun with the earliest one; cameras that are not calibrated are left out, or
    (`with_rough`) their places are guessed from heading and height in the picture, and marked.
    Logged before it is given.
    """
    if most < 1:
        raise ValueError(f"at least one point must be wanted, not {most}")
    view, fixes = view_case(case), read_fixes(case)
    left_out: list[str] = []
    asked = _asked(view, span, camera_ids, left_out, with_rough=with_rough)
    wanting = Wanting(None if class_ids is None else sorted(class_ids), track_ids)
    runs = np.array([view.runs[one.source_id].run_id for one, _ in asked], np.int64)
    opens, closes = np.array([at for _, at in asked], np.int64).reshape(-1, 2).T
    tracks, length_ns, points = case.read(
        partial(ground_points.amount, run_id=runs, opens=opens, closes=closes, wanting=wanting)
    )
    # Every track has one place for each step begun: as many steps as leave room for those.
    room = max(most - tracks, most // 2, 1)
    step_ns = max(_FINEST_NS, -(-length_ns // room))
    cameras: dict[CameraId, int] = {}
    parts = [_NONE]
    for done, (source, media) in enumerate(asked):
        yield Progress(done, len(asked), "sources", "tracks on the map")
        camera = view.camera(source.camera_id)
        assert camera is not None
        run_id = view.runs[source.source_id].run_id
        read = partial(
            _thinned, run_id=run_id, source=source, media=media, wanting=wanting, step_ns=step_ns
        )
        found = case.read(read)
        clock = view.clock_of(source)
        walls = clock.to_walls(found.time_ns)
        size = (source.width, source.height)
        known = source.clock is not None
        told = ground_places(
            camera, size, found.boxes, walls if known else None, fixes.get(camera.camera_id),
            view.calibrations,
        )  # fmt: skip
        kept = ~np.isnan(told.lonlat[:, 0])
        if not with_rough:
            kept &= ~told.rough
        number = cameras.setdefault(camera.camera_id, len(cameras))
        parts.append(
            GroundTracks(
                found.track_id[kept],
                found.class_id[kept],
                walls[kept],
                told.lonlat[kept],
                told.sd_m[kept],
                told.rough[kept],
                np.full(int(kept.sum()), number, np.int16),
            )
        )
    yield Progress(len(asked), len(asked), "sources", "tracks on the map")
    made = _joined(parts, most, tuple(cameras), step_ns, points, tuple(left_out))
    facts: dict[str, JsonValue] = {
        "sources": len(asked), "tracks": len(np.unique(made.track_id)), "places": len(made),
    }  # fmt: skip
    case.record(audit.Entry("tracks.map", "done", facts=facts))
    return made


def _thinned(
    cursor: Cursor,
    *,
    run_id: RunId,
    source: Source,
    media: tuple[int, int],
    wanting: Wanting,
    step_ns: int,
) -> ground_points.Boxes:
    size = (source.width, source.height)
    return ground_points.thinned(cursor, run_id, size, media, wanting, step_ns)


def _asked(
    view: CaseView,
    span: tuple[int | None, int | None],
    camera_ids: Collection[str] | None,
    left_out: list[str],
    *,
    with_rough: bool,
) -> list[tuple[Source, tuple[int, int]]]:
    """The recordings to read, and from which media time up to which; what is left out is told."""
    made = []
    timeless: dict[str, None] = {}
    uncalibrated: dict[str, None] = {}
    for source in view.sources:
        camera = view.camera(source.camera_id)
        asked = camera_ids is None or source.camera_id in camera_ids
        if not asked or source.source_id not in view.runs:
            continue
        if (
            camera is None
            or not camera.placements
            or not (with_rough or _is_calibrated(view, source))
        ):
            uncalibrated[view.title(source)] = None
            continue
        if source.clock is None and span != (None, None):
            timeless[view.title(source)] = None
            continue
        first, last = (
            end if wall is None else max(-_FARTHEST_NS, min(_FARTHEST_NS, _media(source, wall)))
            for wall, end in zip(span, (-_FARTHEST_NS, _FARTHEST_NS), strict=True)
        )
        if max(first, 0) < min(last, source.duration_ns + 1):
            made.append((source, (first, last)))
    if uncalibrated:
        why = "no place is known" if with_rough else "not calibrated"
        left_out.append(f"{_listed(list(uncalibrated))}: {why}")
    if timeless:
        left_out.append(f"{_listed(list(timeless))}: the start of recordings is not known")
    return made


def _is_calibrated(view: CaseView, source: Source) -> bool:
    camera = view.camera(source.camera_id)
    size = (source.width, source.height)
    return camera is not None and any(
        found is not None and found.origin is not None
        for place in camera.placements
        for found in [calibration_of(view.calibrations, camera.camera_id, place, size)]
    )


def _media(source: Source, wall_ns: int) -> int:
    assert source.clock is not None
    return int(source.clock.first_media(wall_ns))


def _joined(
    parts: Sequence[GroundTracks],
    most: int,
    cameras: tuple[CameraId, ...],
    step_ns: int,
    points: int,
    left_out: tuple[str, ...],
) -> GroundTracks:
    columns = {name: np.concatenate([getattr(one, name) for one in parts]) for name in _COLUMNS}
    order = np.lexsort((columns["wall_ns"], columns["track_id"]))
    # More tracks than places: some of them have none.
    if len(order) > most:
        order = order[np.linspace(0, len(order) - 1, most).round().astype(np.int64)]
    made = {name: column[order] for name, column in columns.items()}
    return GroundTracks(**made, cameras=cameras, step_ns=step_ns, points=points, left_out=left_out)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


_NONE: Final = GroundTracks(
    np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0, np.int64), np.empty((0, 2)),
    np.empty(0), np.empty(0, np.bool_), np.empty(0, np.int16),
)  # fmt: skip
_COLUMNS: Final = tuple(
    one.name
    for one in fields(GroundTracks)
    if one.name not in ("cameras", "step_ns", "points", "left_out")
)
