"""What people said of the hits of a question, and how often the list is right by that."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

from casefiles.case import Case
from casefiles.decision_types import Decision, Question
from casefiles.store import decisions
from casefiles.store.engine import Cursor

_Z: Final = 1.959963984540054
"""95 % of a normal distribution lie within so many standard deviations."""


def decisions_of(case: Case, question: Question) -> tuple[Decision, ...]:
    """What is said now of hits of a question, in the order it was said."""

    def read(cursor: Cursor) -> tuple[Decision, ...]:
        stored = decisions.question_id(cursor, question)
        return () if stored is None else decisions.standing(cursor, stored)

    return case.read(read)


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the hits that somebody looked at are right.

    Only those decided on count. Whoever decides begins at the top of the list, where it is best:
    the figure says nothing of what comes below `upto`, nor of what the list lacks.
    """

    right: int
    looked_at: int
    upto: int
    """The lowest place of the list (from 1) that was decided on."""

    @property
    def share(self) -> float:
        """Right ones among those looked at; 0 where none was."""
        return self.right / self.looked_at if self.looked_at else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95 % confidence (Wilson, 1927, "Probable inference, the law of
        succession, and statistical inference"); everything where none was looked at."""
        if not self.looked_at:
            return 0.0, 1.0
        count, share = self.looked_at, self.share
        scale = 1 + _Z * _Z / count
        middle = (share + _Z * _Z / (2 * count)) / scale
        half = _Z / scale * sqrt(share * (1 - share) / count + _Z * _Z / (4 * count * count))
        return max(0.0, middle - half), min(1.0, middle + half)

    def words(self) -> str:
        """In one line: "12 of 15 looked at are right: 0.80 (0.55–0.93)"; empty for none."""
        if not self.looked_at:
            return ""
        low, high = self.interval
        verb = "is" if self.looked_at == 1 else "are"
        return (
            f"{self.right} of {self.looked_at} looked at {verb} right: "
            f"{self.share:.2f} ({low:.2f}–{high:.2f})"
        )


def precision(said: tuple[Decision, ...]) -> Precision:
    """The precision that decisions give."""
    right = sum(one.verdict == "right" for one in said)
    return Precision(right, len(said), max((one.rank or 0 for one in said), default=0))
