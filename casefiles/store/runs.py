"""Runs and how far they are: SQL ↔ `Run`, `RunProgress`."""

import json
from dataclasses import dataclass
from typing import Any, Final

from casefiles.errors import CaseDamaged
from casefiles.store.engine import Cursor
from casefiles.types import JsonValue, Provenance, Run, RunId, RunStop, SourceId

TABLES: Final = (
    "runs", "shown_runs", "tracks", "track_points", "detections", "track_looks", "track_colours",
    "track_vectors", "track_pieces", "track_quality",
    "track_attributes", "track_movement",
)  # fmt: skip
"""What a run writes, as listeners of a case are told."""
_COLUMNS = (
    "run_id, source_id, source_sha256, model_name, model_sha256, options, program_version, "
    "classes, provider, state, started_ns, finished_ns, report"
)
_NEXT_ID = "SELECT coalesce(max(run_id), 0) + 1 FROM runs"
_INSERT = (
    f"INSERT INTO runs ({_COLUMNS}) "  # noqa: S608 - the column list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = (
    f"SELECT {_COLUMNS}, reason, analysed_to_ns, when_ns, died "  # noqa: S608 - as above
    "FROM runs LEFT JOIN run_stops USING (run_id) ORDER BY run_id"
)
# The computer's clock may have been set back meanwhile: no run ends before it began.
_FINISH = """
UPDATE runs SET state = 'finished', finished_ns = greatest(started_ns, ?), report = ?
WHERE run_id = ?
"""
_ABANDON = """
UPDATE runs SET state = 'abandoned', finished_ns = greatest(started_ns, ?) WHERE run_id = ?
"""
_SHOW = "INSERT OR REPLACE INTO shown_runs (source_id, run_id) VALUES (?, ?)"
_SHOWN = "SELECT run_id FROM shown_runs"
_DELETE_PROGRESS = "DELETE FROM run_progress WHERE run_id = ?"
_INSERT_PROGRESS = """
INSERT INTO run_progress (run_id, next_position, counters, gate_state, tracker_state)
VALUES (?, ?, ?, ?, ?)
"""
_HIDE = "DELETE FROM shown_runs WHERE run_id = ?"
_SHOW_UNLESS_FINISHED = """
INSERT OR REPLACE INTO shown_runs (source_id, run_id)
SELECT ?, ? WHERE NOT EXISTS (
    SELECT 1 FROM shown_runs s JOIN runs r USING (run_id)
    WHERE s.source_id = ? AND r.state = 'finished'
)
"""
_INSERT_STOP = """
INSERT OR REPLACE INTO run_stops (run_id, when_ns, reason, analysed_to_ns, died)
VALUES (?, ?, ?, ?, ?)
"""
_DELETE_STOP = "DELETE FROM run_stops WHERE run_id = ?"
_REPORT = "UPDATE runs SET report = ? WHERE run_id = ?"
_PROGRESS = """
SELECT next_position, counters, gate_state, tracker_state FROM run_progress WHERE run_id = ?
"""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run can go on: the next wanted frame, counts so far, and the frozen state of
    motion gate and tracker at that point."""

    next_position: int
    counters: dict[str, int]
    gate_state: bytes
    tracker_state: bytes


def next_id(cursor: Cursor) -> RunId:
    """The id of the next run."""
    return RunId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, run: Run) -> None:
    """Stores a run."""
    made_by = run.provenance
    cursor.execute(
        _INSERT,
        [
            run.run_id,
            run.source_id,
            made_by.source_sha256,
            made_by.model_name,
            made_by.model_sha256,
            made_by.options,
            made_by.program_version,
            json.dumps(run.classes),
            run.provider,
            run.state,
            run.started_ns,
            run.finished_ns,
            json.dumps(run.report),
        ],
    )


def every(cursor: Cursor) -> tuple[Run, ...]:
    """All runs by id.

    Raises:
        CaseDamaged: one was changed into what no run is.
    """
    return tuple(_run(row) for row in cursor.execute(_SELECT).fetchall())


def _run(row: tuple[Any, ...]) -> Run:
    try:
        classes, report = tuple(json.loads(row[7])), dict(json.loads(row[12]))
    except (ValueError, TypeError) as error:
        raise CaseDamaged(
            f"the facts of run {row[0]} are damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error
    return Run(
        run_id=RunId(row[0]),
        source_id=SourceId(row[1]),
        provenance=Provenance(*row[2:7]),
        classes=classes,
        provider=row[8],
        state=row[9],
        started_ns=row[10],
        finished_ns=row[11],
        report=report,
        stop=None if row[13] is None else RunStop(*row[13:17]),
    )


def current(cursor: Cursor) -> dict[SourceId, Run]:
    """The run shown of each source that has been indexed, if only in part (see `Run.stop`)."""
    shown = {row[0] for row in cursor.execute(_SHOWN).fetchall()}
    return {run.source_id: run for run in every(cursor) if run.run_id in shown}


def show(cursor: Cursor, run: Run) -> None:
    """Makes a finished run the one shown of its source."""
    cursor.execute(_SHOW, [run.source_id, run.run_id])


def finish(cursor: Cursor, run: Run, when_ns: int, report: dict[str, JsonValue]) -> None:
    """Marks a run finished and shown; its progress row goes."""
    cursor.execute(_FINISH, [when_ns, json.dumps(report), run.run_id])
    cursor.execute(_DELETE_PROGRESS, [run.run_id])
    show(cursor, run)


def abandon(cursor: Cursor, run_id: RunId, when_ns: int) -> None:
    """Marks a run that will not go on, and is shown no longer."""
    cursor.execute(_ABANDON, [when_ns, run_id])
    cursor.execute(_DELETE_PROGRESS, [run_id])
    cursor.execute(_DELETE_STOP, [run_id])
    cursor.execute(_HIDE, [run_id])


def stop(cursor: Cursor, run: Run, why: RunStop, report: dict[str, JsonValue]) -> None:
    """Marks how far a run came and why no further; it is shown unless a finished one is."""
    cursor.execute(
        _INSERT_STOP, [run.run_id, why.when_ns, why.reason, why.analysed_to_ns, why.died]
    )
    cursor.execute(_REPORT, [json.dumps(report), run.run_id])
    cursor.execute(_SHOW_UNLESS_FINISHED, [run.source_id, run.run_id, run.source_id])


def go_on(cursor: Cursor, run: Run) -> None:
    """Takes the mark off a run that goes on; it is not shown until it ends again."""
    cursor.execute(_DELETE_STOP, [run.run_id])
    cursor.execute(_REPORT, [json.dumps({}), run.run_id])
    cursor.execute(_HIDE, [run.run_id])


def put_progress(cursor: Cursor, run_id: RunId, progress: RunProgress) -> None:
    """Stores how far a run is, replacing what was stored before."""
    cursor.execute(_DELETE_PROGRESS, [run_id])
    cursor.execute(
        _INSERT_PROGRESS,
        [
            run_id,
            progress.next_position,
            json.dumps(progress.counters),
            progress.gate_state,
            progress.tracker_state,
        ],
    )


def progress_of(cursor: Cursor, run_id: RunId) -> RunProgress | None:
    """How far a run is, or None before its first chunk."""
    rows = cursor.execute(_PROGRESS, [run_id]).fetchall()
    if not rows:
        return None
    position, counters, gate_state, tracker_state = rows[0]
    return RunProgress(position, json.loads(counters), bytes(gate_state), bytes(tracker_state))
