"""The lanes of the timeline: where there is footage, where it is missing, when something moved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.store import activity, cameras, events, runs, sources
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, RunId, Source, SourceId
from casefiles.view_types import Lane
from detection.labels import ObjectClass
from video.clock import ClockOffset
from video.types import TimeNs

VEHICLES: Final = frozenset({
    ObjectClass.BICYCLE, ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS,
    ObjectClass.TRUCK,
})  # fmt: skip
_KINDS: Final = ("person", "vehicle", "other")


def read_timeline(case: Case) -> tuple[Lane, ...]:
    """One lane a camera that has sources, then one a source without camera; each part in the
    order of first footage. Above them the lane of events, where the case has any.

    Activity is that of the runs shown, and of a run under way where a source has none yet. A
    source whose start is not known lies where the earliest known one begins.
    """
    return case.read(_lanes)


def _lanes(cursor: Cursor) -> tuple[Lane, ...]:
    every = sources.every(cursor)
    names = {camera.camera_id: camera for camera in cameras.every(cursor)}
    shown = _run_ids(cursor)
    starts = [source.clock.to_wall_ns(TimeNs(0)) for source in every if source.clock]
    assumed = ClockOffset(min(starts, default=0))
    lanes = []
    for camera_id, together in _by_camera(every):
        clocks = [source.clock or assumed for source in together]
        lanes.append(
            Lane(
                title=_title(names.get(camera_id) if camera_id else None, together[0]),
                camera_id=camera_id,
                sources=tuple(source.source_id for source in together),
                spans=_ordered([
                    (clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(TimeNs(source.duration_ns)))
                    for source, clock in zip(together, clocks, strict=True)
                ]),
                gaps=_ordered([
                    (clock.to_wall_ns(TimeNs(start)), clock.to_wall_ns(TimeNs(end)))
                    for source, clock in zip(together, clocks, strict=True)
                    for start, end in source.gaps
                ]),
                activity=_activity(cursor, together, clocks, shown),
                time_known=all(source.clock for source in together),
            )
        )  # fmt: skip
    lanes.sort(key=lambda lane: (lane.camera_id is None, int(lane.spans[0, 0])))
    return (*_event_lane(cursor), *lanes)


def _event_lane(cursor: Cursor) -> tuple[Lane, ...]:
    found = events.present(cursor)
    if not len(found):
        return ()
    nothing = np.zeros((0, 2), np.int64)
    return (Lane("Events", None, (), nothing, nothing, {}, events=found),)


def _by_camera(
    every: Iterable[Source],
) -> list[tuple[CameraId | None, list[Source]]]:
    """Sources of one camera together; each without camera on its own."""
    groups: dict[CameraId, list[Source]] = {}
    alone: list[tuple[CameraId | None, list[Source]]] = []
    for source in every:
        if source.camera_id is None:
            alone.append((None, [source]))
        else:
            groups.setdefault(source.camera_id, []).append(source)
    return [*groups.items(), *alone]


def _run_ids(cursor: Cursor) -> dict[SourceId, RunId]:
    """The run whose activity is drawn of each source."""
    under_way = {run.source_id: run.run_id for run in runs.every(cursor) if run.state == "running"}
    shown = {source_id: run.run_id for source_id, run in runs.current(cursor).items()}
    return under_way | shown


def _title(camera: Camera | None, source: Source) -> str:
    if camera is not None:
        return camera.name
    return source.camera_id or source.path.name


def _ordered(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """From-to rows `(n, 2)` by their beginning."""
    rows = np.array(sorted(pairs), np.int64)
    return rows.reshape(-1, 2)


def _activity(
    cursor: Cursor,
    together: Sequence[Source],
    clocks: Sequence[ClockOffset],
    shown: Mapping[SourceId, RunId],
) -> dict[str, NDArray[np.int64]]:
    parts: dict[str, list[NDArray[np.int64]]] = {kind: [] for kind in _KINDS}
    for source, clock in zip(together, clocks, strict=True):
        run_id = shown.get(source.source_id)
        if run_id is None:
            continue
        times, classes = activity.moments(cursor, run_id)
        times = clock.to_walls(times)
        person = classes == ObjectClass.PERSON
        vehicle = np.isin(classes, list(VEHICLES))
        parts["person"].append(times[person])
        parts["vehicle"].append(times[vehicle])
        parts["other"].append(times[~(person | vehicle)])
    return {kind: _sorted(found) for kind, found in parts.items()}


def _sorted(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    if not parts:
        return np.zeros(0, np.int64)
    # Stable, because this sort is quick on what is nearly in order, as stored points are.
    return np.sort(np.concatenate(parts), kind="stable")
