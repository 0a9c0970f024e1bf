"""What people said of hits: SQL ↔ questions and decisions; one taken back keeps its row."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from casefiles.decision_types import Decision, DecisionId, Question, QuestionId, Said
from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import TrackId

TABLES: Final = frozenset({"questions", "decisions"})
"""What a decision writes, as listeners of a case are told."""
_COLUMNS = "decision_id, question_id, track_id, verdict, shown_rank, decided_ns, decided_by"
_QUESTION_OF = "SELECT question_id FROM questions WHERE sha256 = ?"
_NEXT_QUESTION = "SELECT coalesce(max(question_id), 0) + 1 FROM questions"
_INSERT_QUESTION = "INSERT INTO questions VALUES (?, ?, ?, ?, ?, ?, ?)"
_QUESTION = "SELECT kind, text, document, sha256 FROM questions WHERE question_id = ?"
_NEXT_DECISION = "SELECT coalesce(max(decision_id), 0) + 1 FROM decisions"
# 0 stands for "not known": a column of numbers has no place for nothing.
_INSERT = f"""
INSERT INTO decisions ({_COLUMNS})
SELECT decision_id, question_id, track_id, verdict, nullif(shown_rank, 0), decided_ns, decided_by
FROM batch
"""  # noqa: S608 - a constant of this module
_STANDING = f"""
SELECT {_COLUMNS} FROM decisions WHERE question_id = ? AND taken_back_ns IS NULL
ORDER BY decision_id
"""  # noqa: S608 - a constant of this module
_SOME = f"""
SELECT {_COLUMNS}, taken_back_ns IS NULL FROM decisions
WHERE decision_id IN (SELECT unnest(?::BIGINT[])) ORDER BY decision_id
"""  # noqa: S608 - a constant of this module
_MARK = """
UPDATE decisions SET taken_back_ns = ? WHERE decision_id IN (SELECT unnest(?::BIGINT[]))
"""
_REPLACED = """
SELECT decision_id FROM decisions
WHERE question_id = ? AND taken_back_ns IS NULL AND track_id IN (SELECT unnest(?::BIGINT[]))
ORDER BY decision_id
"""
_KNOWN_TRACKS = "SELECT track_id FROM tracks WHERE track_id IN (SELECT unnest(?::BIGINT[]))"


def question_id(cursor: Cursor, question: Question) -> QuestionId | None:
    """The id under which a question is stored; None where it is not."""
    rows = cursor.execute(_QUESTION_OF, [question.sha256]).fetchall()
    return QuestionId(rows[0][0]) if rows else None


def keep_question(cursor: Cursor, question: Question, when_ns: int, by: str) -> QuestionId:
    """The same; stores it where it is not."""
    known = question_id(cursor, question)
    if known is not None:
        return known
    made = QuestionId(cursor.execute(_NEXT_QUESTION).fetchall()[0][0])
    cursor.execute(
        _INSERT_QUESTION,
        [made, question.sha256, question.kind, question.text, question.document, when_ns, by],
    )
    return made


def question(cursor: Cursor, stored: QuestionId) -> Question:
    """A stored question."""
    return Question(*cursor.execute(_QUESTION, [stored]).fetchall()[0])


def insert(
    cursor: Cursor, of: QuestionId, said: Sequence[Said], when_ns: int, by: str
) -> tuple[DecisionId, ...]:
    """Stores what was said of hits; gives the ids."""
    first = cursor.execute(_NEXT_DECISION).fetchall()[0][0]
    count = len(said)
    ids = np.arange(first, first + count, dtype=np.int64)
    insert_columns(
        cursor,
        _INSERT,
        {
            "decision_id": ids,
            "question_id": np.full(count, of, np.int64),
            "track_id": np.array([one.track_id for one in said], np.int64),
            "verdict": np.array([one.verdict for one in said], np.str_),
            "shown_rank": np.array([one.rank or 0 for one in said], np.int64),
            "decided_ns": np.full(count, when_ns, np.int64),
            "decided_by": np.array([by] * count, np.str_),
        },
    )
    return tuple(DecisionId(one) for one in ids.tolist())


def standing(cursor: Cursor, of: QuestionId) -> tuple[Decision, ...]:
    """What is said of hits of a question now, in the order it was said."""
    return tuple(_decision(row) for row in cursor.execute(_STANDING, [of]).fetchall())


def some(cursor: Cursor, ids: Sequence[DecisionId]) -> tuple[tuple[Decision, bool], ...]:
    """Decisions of these ids, and whether each stands; those that never were are absent."""
    rows = cursor.execute(_SOME, [list(ids)]).fetchall()
    return tuple((_decision(row[:-1]), row[-1]) for row in rows)


def replaced(
    cursor: Cursor, of: QuestionId, track_ids: Sequence[TrackId]
) -> tuple[DecisionId, ...]:
    """What stands of these tracks, and will not beside something newer."""
    rows = cursor.execute(_REPLACED, [of, list(track_ids)]).fetchall()
    return tuple(DecisionId(row[0]) for row in rows)


def mark_taken_back(cursor: Cursor, ids: Sequence[DecisionId], when_ns: int | None) -> None:
    """Marks these taken back, or standing again (None)."""
    cursor.execute(_MARK, [when_ns, list(ids)])


def known_tracks(cursor: Cursor, track_ids: Sequence[TrackId]) -> frozenset[int]:
    """Those of these ids that are tracks of the case."""
    rows = cursor.execute(_KNOWN_TRACKS, [list(track_ids)]).fetchall()
    return frozenset(row[0] for row in rows)


def _decision(row: tuple[Any, ...]) -> Decision:
    # The columns come in the order of the fields.
    return Decision(*row)
