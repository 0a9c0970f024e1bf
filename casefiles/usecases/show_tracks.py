"""What was found on a source, in the run shown of it; each look is logged before it shows."""

from collections.abc import Sequence

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.exchange.track_formats import id_ranges
from casefiles.store import pieces, tracks
from casefiles.types import Placed, PlacedPoints, Run, TrackId, TrackMaking, TrackRow


def show_tracks(case: Case, source_id: int, *, with_suppressed: bool) -> tuple[TrackRow, ...]:
    """The tracks of a source by id.

    Raises:
        UnknownSource: no such source. UnknownTrack: it has not been indexed.
    """
    run = _current(case, source_id)
    rows = tuple(
        row
        for row in case.read(lambda cursor: tracks.of_run(cursor, run.run_id))
        if with_suppressed or not row.suppressed
    )
    _log(case, "tracks.show", run, [row.track_id for row in rows])
    return rows


def track_making(case: Case, rows: Sequence[TrackRow]) -> dict[TrackId, TrackMaking]:
    """How tracks that were shown came to be: joined from which pieces, followed how well."""
    ids = [row.track_id for row in rows]
    return case.read(lambda cursor: pieces.making_of(cursor, ids))


def show_points(case: Case, source_id: int, *, with_suppressed: bool) -> PlacedPoints:
    """The track points of a source by frame, then track.

    Raises:
        UnknownSource: no such source. UnknownTrack: it has not been indexed.
    """
    run = _current(case, source_id)
    points = case.read(
        lambda cursor: tracks.points_of_run(cursor, run.run_id, with_suppressed=with_suppressed)
    )
    _log(case, "tracks.show", run, points.track_id.tolist())
    return points


def show_detections(case: Case, source_id: int, *, min_score: float) -> Placed:
    """The raw detections of a source by frame, best first.

    Raises:
        UnknownSource: no such source. UnknownTrack: it has not been indexed.
    """
    run = _current(case, source_id)
    found = case.read(
        lambda cursor: tracks.detections_of_run(cursor, run.run_id, min_score=min_score)
    )
    case.record(
        audit.Entry(
            "detections.show",
            "done",
            object=f"source:{run.source_id}",
            facts={"run": run.run_id, "detections": len(found)},
        )
    )
    return found


def _current(case: Case, source_id: int) -> Run:
    source = case.source(source_id)
    run = case.current_runs().get(source.source_id)
    if run is None:
        raise UnknownTrack(f"source {source_id} has not been indexed", "Run 'index' on it first.")
    return run


def _log(case: Case, event: str, run: Run, ids: list[int]) -> None:
    case.record(
        audit.Entry(
            event,
            "done",
            object=f"source:{run.source_id}",
            facts={"run": run.run_id, "tracks": len(set(ids)), "ids": id_ranges(ids)},
        )
    )
