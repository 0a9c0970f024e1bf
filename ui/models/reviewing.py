"""What a person said of the hits that are shown, and the order and figures that follow from it.

A word counts at once; the store is asked for what stands whenever it tells of a change, so that
undo, redo and other windows of the same question come out the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from casefiles.case import Case
from casefiles.decision_types import Decision, Question, Said, Verdict
from casefiles.edit_kinds import DecideHits
from casefiles.queries.question import likeness_of
from casefiles.types import TrackId
from casefiles.usecases.decided import Precision, decisions_of, precision
from casefiles.usecases.rank_again import rank_again
from casefiles.view_types import Hit, Hits
from ui.session import Session


class Review(QObject):
    """The decisions on the answer of a session."""

    changed = Signal()
    """Verdicts, the order, or what is hidden."""
    decided = Signal()
    """Somebody said something of a hit just now."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._said: tuple[Decision, ...] = ()
        self._fresh: dict[TrackId, tuple[Verdict, int]] = {}
        """Said, and not yet read back; by how many questions to the store were put before."""
        self._asked = 0
        self._ranked: tuple[Hit, ...] | None = None
        self._of: Hits | None = None
        self.ranks_again = True
        """Whether the undecided are ordered by what was said."""
        self.hides_rejected = False
        session.hits_changed.connect(self._take_hits)
        session.data_changed.connect(self._data_changed)

    @property
    def question(self) -> Question | None:
        """What is decided on; None until an answer is whole."""
        return None if self._of is None else self._of.question

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits as they are to be shown, best first."""
        if self._of is None:
            return ()
        found = self._of.hits
        if self.ranks_again and self._ranked is not None:
            found = self._ranked
        if self.hides_rejected:
            found = tuple(hit for hit in found if self.verdict(hit) != "wrong")
        return found

    @property
    def hidden(self) -> int:
        """How many rejected ones are hidden now."""
        if not self.hides_rejected or self._of is None:
            return 0
        return sum(self.verdict(hit) == "wrong" for hit in self._of.hits)

    def verdict(self, hit: Hit) -> Verdict | None:
        """What is said of a hit."""
        track_id = hit.track.track_id
        if track_id in self._fresh:
            return self._fresh[track_id][0]
        return next((one.verdict for one in self._said if one.track_id == track_id), None)

    @property
    def verdicts(self) -> dict[TrackId, Verdict]:
        """What is said, by track."""
        return {one.track_id: one.verdict for one in self._said} | {
            track_id: verdict for track_id, (verdict, _) in self._fresh.items()
        }

    @property
    def precision(self) -> Precision:
        """How often the list is right, by what stands in the store."""
        return precision(self._said)

    def decide(self, hits: Sequence[Hit], verdict: Verdict) -> None:
        """Says it of some hits; it can be undone."""
        question, answer = self.question, self._of
        if question is None or answer is None or not hits:
            return
        places = {
            hit.track.track_id: place for place, hit in enumerate(self.hits, answer.skipped + 1)
        }
        said = tuple(
            Said(hit.track.track_id, verdict, places.get(hit.track.track_id)) for hit in hits
        )
        for one in said:
            self._fresh[one.track_id] = (verdict, self._asked)
        words = self.tr("confirming a result") if verdict == "right" else self.tr(
            "rejecting a result"
        )  # fmt: skip
        self._session.do(words, DecideHits(question, said))
        self.changed.emit()
        self.decided.emit()

    def set_ranks_again(self, *, on: bool) -> None:
        """Orders by what was said, or as the search found them."""
        self.ranks_again = on
        self.changed.emit()

    def set_hides_rejected(self, *, on: bool) -> None:
        """Leaves the rejected out, or lets them sink to the end."""
        self.hides_rejected = on
        self.changed.emit()

    def examples(self) -> tuple[tuple[TrackId, ...], tuple[TrackId, ...]]:
        """The confirmed and the rejected tracks, after those that the answer was searched by: who
        searches by what was confirmed again and again does not lose what was confirmed before."""
        said = self.verdicts
        right = [one for one, verdict in said.items() if verdict == "right"]
        wrong = [one for one, verdict in said.items() if verdict == "wrong"]
        question = self.question
        if question is None or question.kind != "similar":
            return tuple(right), tuple(wrong)
        asked = likeness_of(question)
        before = tuple(one for one in asked.tracks if one not in wrong)
        not_meant = tuple(one for one in asked.without if one not in right)
        return (*before, *right), (*not_meant, *wrong)

    def _take_hits(self) -> None:
        before = self.question
        self._of = self._session.hits
        self._ranked = None
        if self.question is None or before is None or self.question.sha256 != before.sha256:
            self._said, self._fresh = (), {}
        self.changed.emit()
        self._read()

    def _data_changed(self, tables: frozenset[str]) -> None:
        if "decisions" in tables:
            self._read()

    def _read(self) -> None:
        answer, question = self._of, self.question
        if answer is None or question is None:
            return
        self._asked += 1
        number = self._asked

        def read(case: Case) -> tuple[tuple[Decision, ...], Hits]:
            said = decisions_of(case, question)
            return said, rank_again(case, answer, said)

        def take(found: tuple[tuple[Decision, ...], Hits]) -> None:
            if self._of is not answer:
                return
            said, ranked = found
            self._fresh = {one: it for one, it in self._fresh.items() if it[1] >= number}
            new = None if not said else ranked.hits
            if said != self._said or new != self._ranked:
                self._said, self._ranked = said, new
                self.changed.emit()

        self._session.ask(read, take, key="review")

    def answer(self) -> Hits | None:
        """The answer in the order that is shown: what is kept or exported."""
        return None if self._of is None else replace(self._of, hits=self.hits)
