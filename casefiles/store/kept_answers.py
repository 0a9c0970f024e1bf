"""Answers as they were given: SQL ↔ `KeptAnswer`; and what of their tracks is still shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from casefiles.decision_types import AnswerId, KeptAnswer, KeptHit, QuestionId
from casefiles.store import decisions
from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import RunId, SourceId, TrackId

TABLES: Final = frozenset({"questions", "kept_answers"})
"""What keeping an answer writes, as listeners of a case are told."""
_COLUMNS = "answer_id, question_id, asked, total, sorted_by, kept_ns, kept_by, program_version"
_NEXT_ID = "SELECT coalesce(max(answer_id), 0) + 1 FROM kept_answers"
_INSERT = "INSERT INTO kept_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_RUNS = "INSERT INTO kept_answer_runs SELECT answer_id, run_id FROM batch"
_INSERT_HITS = """
INSERT INTO kept_answer_hits
SELECT answer_id, shown_rank, track_id, run_id, source_id, score FROM batch
"""
_IDS = "SELECT answer_id FROM kept_answers ORDER BY answer_id"
_ONE = f"SELECT {_COLUMNS} FROM kept_answers WHERE answer_id = ?"  # noqa: S608 - a constant
_NEWEST = """
SELECT max(answer_id) FROM kept_answers JOIN questions USING (question_id) WHERE sha256 = ?
"""
_RUNS = "SELECT run_id FROM kept_answer_runs WHERE answer_id = ? ORDER BY run_id"
_HITS = """
SELECT shown_rank, track_id, run_id, source_id, score FROM kept_answer_hits
WHERE answer_id = ? ORDER BY shown_rank
"""
_SUPPRESSED = """
SELECT track_id FROM tracks WHERE suppressed AND track_id IN (SELECT unnest(?::BIGINT[]))
"""
_SHOWN_RUNS = """
SELECT r.source_id, r.run_id, r.model_name, r.program_version
FROM runs r JOIN shown_runs USING (run_id)
"""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """The run of a source that is shown now, and what made it."""

    source_id: SourceId
    run_id: RunId
    model_name: str
    program_version: str


def next_id(cursor: Cursor) -> AnswerId:
    """The id of the next answer."""
    return AnswerId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, kept: KeptAnswer) -> None:
    """Stores an answer under its id; its question is stored already."""
    cursor.execute(
        _INSERT,
        [kept.answer_id, kept.question_id, kept.asked, kept.total, kept.order, kept.kept_ns,
         kept.kept_by, kept.program_version],
    )  # fmt: skip
    if kept.runs:
        insert_columns(
            cursor,
            _INSERT_RUNS,
            {
                "answer_id": np.full(len(kept.runs), kept.answer_id, np.int64),
                "run_id": np.array(kept.runs, np.int64),
            },
        )
    if kept.hits:
        insert_columns(
            cursor,
            _INSERT_HITS,
            {
                "answer_id": np.full(len(kept.hits), kept.answer_id, np.int64),
                "shown_rank": np.array([one.rank for one in kept.hits], np.int64),
                "track_id": np.array([one.track_id for one in kept.hits], np.int64),
                "run_id": np.array([one.run_id for one in kept.hits], np.int64),
                "source_id": np.array([one.source_id for one in kept.hits], np.int64),
                "score": np.array([one.score for one in kept.hits], np.float64),
            },
        )


def ids(cursor: Cursor) -> tuple[AnswerId, ...]:
    """All kept answers."""
    return tuple(AnswerId(row[0]) for row in cursor.execute(_IDS).fetchall())


def one(cursor: Cursor, answer_id: int) -> KeptAnswer | None:
    """The answer of that id; None where there is none."""
    rows = cursor.execute(_ONE, [answer_id]).fetchall()
    if not rows:
        return None
    number, question_id, asked, total, order, kept_ns, kept_by, version = rows[0]
    hits = cursor.execute(_HITS, [answer_id]).fetchall()
    return KeptAnswer(
        AnswerId(number), QuestionId(question_id),
        decisions.question(cursor, QuestionId(question_id)), asked, total, order, kept_ns, kept_by,
        version, tuple(RunId(row[0]) for row in cursor.execute(_RUNS, [answer_id]).fetchall()),
        tuple(_hit(row) for row in hits),
    )  # fmt: skip


def newest(cursor: Cursor, sha256: str) -> KeptAnswer | None:
    """The answer to a question that was kept last; None where none was."""
    rows = cursor.execute(_NEWEST, [sha256]).fetchall()
    return one(cursor, rows[0][0]) if rows and rows[0][0] is not None else None


def suppressed(cursor: Cursor, track_ids: Sequence[TrackId]) -> frozenset[TrackId]:
    """Those of these tracks that are hidden as static false alarms."""
    rows = cursor.execute(_SUPPRESSED, [list(track_ids)]).fetchall()
    return frozenset(TrackId(row[0]) for row in rows)


def shown_runs(cursor: Cursor) -> dict[SourceId, ShownRun]:
    """The run that is shown of each source."""
    rows = cursor.execute(_SHOWN_RUNS).fetchall()
    return {SourceId(row[0]): ShownRun(*row) for row in rows}


def _hit(row: tuple[Any, ...]) -> KeptHit:
    # The columns come in the order of the fields.
    return KeptHit(*row)
