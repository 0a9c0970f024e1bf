"""A question put to a case, what people said of single tracks of its answer, and answers kept.

What is said here is a lead's review ("this hit is right"), never that somebody was seen.
"""

from dataclasses import dataclass
from typing import Final, Literal, NewType, TypeAlias

from casefiles.types import RunId, SourceId, TrackId

QuestionId = NewType("QuestionId", int)
DecisionId = NewType("DecisionId", int)
AnswerId = NewType("AnswerId", int)
Verdict: TypeAlias = Literal["right", "wrong"]
QuestionKind: TypeAlias = Literal["search", "similar"]
VERDICTS: Final[tuple[Verdict, ...]] = ("right", "wrong")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, so that it can be asked again: filters or examples, as canonical JSON.

    Two questions with one `sha256` ask for the same thing, whatever words they were typed in.
    """

    kind: QuestionKind
    text: str
    """As it was typed, or as it is called."""
    document: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of one hit, and at which place of the list (from 1) it was shown."""

    track_id: TrackId
    verdict: Verdict
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The same, stored: of which question, when and by whom."""

    decision_id: DecisionId
    question_id: QuestionId
    track_id: TrackId
    verdict: Verdict
    rank: int | None
    decided_ns: int
    decided_by: str


@dataclass(frozen=True, slots=True)
class KeptHit:
    """One hit of a kept answer, at its place (from 1)."""

    rank: int
    track_id: TrackId
    run_id: RunId
    source_id: SourceId
    score: float


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was once given: which question, how many there were, and what was shown."""

    answer_id: AnswerId
    question_id: QuestionId
    question: Question
    asked: int
    """How many hits were asked for at most."""
    total: int
    order: str
    """`best` or `time`."""
    kept_ns: int
    kept_by: str
    program_version: str
    runs: tuple[RunId, ...]
    """The runs that were searched."""
    hits: tuple[KeptHit, ...]
