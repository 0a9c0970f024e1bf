"""Where the tracks of a case were on the ground, for drawing them on a map: columns, thinned to a
number of points that any machine can draw.

Places come from the calibration of each camera (`ground_places`), rough ones only on request.
Memory is bounded by the number of points asked for, not by the case: the database thins.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.store import ground_points
from casefiles.store.engine import Cursor
from casefiles.store.ground_points import Wanting
from casefiles.types import CameraId, JsonValue, Placement, RunId, Source
from casefiles.usecases.calibrated_places import calibration_of
from casefiles.usecases.import_positions import read_fixes
from casefiles.usecases.map_synopsis import ground_places
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.clock import ClockOffset

MOST_POINTS: Final = 100_000
_FINEST_NS: Final = 250_000_000
"""Places within so long become one, their mean: feet tremble, and far away that is metres."""
_FARTHEST_NS: Final = 1 << 60
_WHICH_PLACE: Final = "made nobody knows when, by a camera that stood in several places"
Media: TypeAlias = tuple[int, int]
"""Media times; the end is not included."""
Span: TypeAlias = tuple[int | None, int | None]
"""Wall times; the end is not included, None is open."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundTracks:
    """Places of tracks as columns of equal length n, by track, then time: `track_id (n,) int64`,
    `class_id (n,) int16`, `wall_ns (n,) int64` rising within a track, `lonlat (n, 2) float64`
    WGS84 degrees, never NaN; `sd_m (n,) float64` how sure a place is, one standard deviation, NaN
    where `rough (n,) bool`; `camera (n,) int16`, its place in `cameras`; `stood (n,) int32`, equal
    where the same recording was made by a camera that stood as before.

    A track that was not seen for a while goes on after it, and after its camera was moved: whoever
    draws a line begins another at `starts`, where neighbours are of two tracks, of two places of
    the camera, or farther apart in time than `gap_ns`.
    """

    track_id: NDArray[np.int64]
    class_id: NDArray[np.int16]
    wall_ns: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    sd_m: NDArray[np.float64]
    rough: NDArray[np.bool_]
    camera: NDArray[np.int16]
    stood: NDArray[np.int32]
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
        new |= np.diff(self.stood) != 0
        new |= np.diff(self.wall_ns) > self.gap_ns
        return np.concatenate([[0], np.flatnonzero(new) + 1]).astype(np.int64)


def ground_tracks(
    case: Case,
    span: Span = (None, None),
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
                np.full(int(kept.sum()), done, np.int32),
            )
        )
    yield Progress(len(asked), len(asked), "sources", "tracks on the map")
    made = _joined(parts, most, tuple(cameras), step_ns, points, tuple(left_out))
    facts: dict[str, JsonValue] = {
        "sources": len({one.source_id for one, _ in asked}),
        "tracks": len(np.unique(made.track_id)),
        "places": len(made),
    }
    case.record(audit.Entry("tracks.map", "done", facts=facts))
    return made


def _thinned(
    cursor: Cursor,
    *,
    run_id: RunId,
    source: Source,
    media: Media,
    wanting: Wanting,
    step_ns: int,
) -> ground_points.Boxes:
    size = (source.width, source.height)
    return ground_points.thinned(cursor, run_id, size, media, wanting, step_ns)


def _asked(
    view: CaseView,
    span: Span,
    camera_ids: Collection[str] | None,
    left_out: list[str],
    *,
    with_rough: bool,
) -> list[tuple[Source, Media]]:
    """The recordings to read, and from which media time up to which, apart for each placement of
    their camera: no place is a mean of before and after a move. What is left out is told."""
    made: list[tuple[Source, Media]] = []
    told: dict[str, dict[str, None]] = {}
    for source in view.sources:
        camera = view.camera(source.camera_id)
        asked = camera_ids is None or source.camera_id in camera_ids
        if not asked or source.source_id not in view.runs:
            continue
        title = view.title(source)
        placements = () if camera is None else camera.placements
        calibrated = _are_calibrated(view, source, placements)
        if not (any(calibrated) or (with_rough and placements)):
            why = "no place is known" if with_rough else "not calibrated"
            told.setdefault(why, {})[title] = None
            continue
        if source.clock is None:
            if span != (None, None):
                told.setdefault("the start of recordings is not known", {})[title] = None
            elif len(placements) > 1 and not with_rough:
                told.setdefault(_WHICH_PLACE, {})[title] = None
            else:
                made.append((source, (-_FARTHEST_NS, _FARTHEST_NS)))
            continue
        stood = [
            _within(source, source.clock, (span, (place.from_ns, place.to_ns)))
            for place in placements
        ]
        for held, known in zip(stood, calibrated, strict=True):
            if held is not None and (known or with_rough):
                made.append((source, held))
            elif held is not None:
                told.setdefault("not calibrated as it stood for some of the time", {})[title] = None
        if not any(stood) and _within(source, source.clock, (span,)):
            told.setdefault("no place is known", {})[title] = None
    left_out += [f"{_listed(list(titles))}: {why}" for why, titles in told.items()]
    return made


def _are_calibrated(
    view: CaseView, source: Source, placements: Sequence[Placement]
) -> tuple[bool, ...]:
    """Of which placements of its camera a recording is calibrated on the earth."""
    size = (source.width, source.height)
    found = (
        None if source.camera_id is None
        else calibration_of(view.calibrations, source.camera_id, place, size)
        for place in placements
    )  # fmt: skip
    return tuple(one is not None and one.origin is not None for one in found)


def _within(source: Source, clock: ClockOffset, spans: Iterable[Span]) -> Media | None:
    """The media times of a recording that lie in all of some spans of wall time; None where there
    are none."""
    first, last = -_FARTHEST_NS, _FARTHEST_NS
    for opens, closes in spans:
        if opens is not None:
            first = max(first, clock.first_media(opens))
        if closes is not None:
            last = min(last, clock.first_media(closes))
    return (first, last) if max(first, 0) < min(last, source.duration_ns + 1) else None


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
    np.empty(0), np.empty(0, np.bool_), np.empty(0, np.int16), np.empty(0, np.int32),
)  # fmt: skip
_COLUMNS: Final = tuple(
    one.name
    for one in fields(GroundTracks)
    if one.name not in ("cameras", "step_ns", "points", "left_out")
)
