"""What the traffic and the company of a subject tell, asked from the window: jobs, then lists."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.subject_types import LinkRule, SetLinkRules, SubjectId, SubjectKind
from casefiles.types import TRACKS_PER_RUN
from mapview.read_roads import read_roads
from ui.actions import Actions
from ui.dialogs.learned_links import LearnedLinksDialog
from ui.dialogs.meetings import MeetingsDialog
from ui.models.following import Following
from ui.session import Selection, Session

if TYPE_CHECKING:  # loaded with the first question, so that the window starts sooner
    from casefiles.usecases.learn_links import LearnedLinks
    from casefiles.usecases.meetings import Meetings
    from casefiles.usecases.near_by_chance import Passing
    from casefiles.usecases.roads import Roads


class FollowExtras(QObject):
    """Meeting points of the followed subject, and ways learned from the traffic."""

    def __init__(
        self, session: Session, window: QWidget, actions: Actions, following: Following
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._following = session, window, following
        actions.bind("follow.meetings", self.ask_meetings)
        actions.bind("follow.learn", self.ask_ways)

    def ask_meetings(self) -> None:
        """Who else was near the followed subject twice or more."""
        subject = self._following.subject
        if subject is None:
            return
        self._session.run(
            self.tr("Who else was near"),
            partial(_meetings, subject_id=subject.subject_id),
            on_done=self._show_meetings,
        )

    def ask_ways(self) -> None:
        """What the traffic tells of ways, of people or of the kind that is followed."""
        subject = self._following.subject
        kind = "person" if subject is None else subject.kind
        self._session.run(
            self.tr("Learn ways from traffic"),
            partial(_learned, kind=kind, roads=self._following.ways),
            on_done=self._show_ways,
        )

    def _show_meetings(self, found: "Meetings") -> None:
        view = self._session.view
        if not isValid(self) or view is None:
            return
        dialog = MeetingsDialog(found, view, self._window)
        dialog.place_wanted.connect(self._go_to)
        dialog.show()

    def _show_ways(self, found: "LearnedLinks") -> None:
        view = self._session.view
        if not isValid(self) or view is None:
            return
        rules = found.rules()
        if not rules:
            told = self.tr("The traffic shows no way beyond chance ({0} pairs of cameras tried).")
            self._session.notice.emit(" ".join([told.format(found.tried), *found.notes]))
            return
        dialog = LearnedLinksDialog(rules, found.notes, view, self._window)
        dialog.wanted.connect(self._keep)
        dialog.open()

    def _keep(self, rules: tuple[LinkRule, ...]) -> None:
        self._session.do(self.tr("keeping ways from the traffic"), SetLinkRules(rules))

    def _go_to(self, passing: "Passing") -> None:
        view = self._session.view
        run = passing.track_id // TRACKS_PER_RUN
        runs = {} if view is None else view.runs
        source = next((at for at, one in runs.items() if one.run_id == run), None)
        self._session.select(Selection(source_id=source, track_id=passing.track_id))
        self._session.go_to(passing.from_ns)


def _meetings(case: Case, subject_id: SubjectId) -> "Job[Meetings]":
    from casefiles.usecases.meetings import meetings  # noqa: PLC0415

    return meetings(case, subject_id)


def _learned(case: Case, kind: SubjectKind, roads: "Roads | None") -> "Job[LearnedLinks]":
    from casefiles.usecases.learn_links import learn_links  # noqa: PLC0415

    known = roads if roads is not None else (yield from read_roads(case))
    return (yield from learn_links(case, known, kind=kind))
