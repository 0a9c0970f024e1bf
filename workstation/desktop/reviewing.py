"""What is done with an answer from the window: decided on, kept, compared, exported, widened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from casefiles.case import Case
from casefiles.decision_types import AnswerId, Verdict
from casefiles.jobs import Job
from casefiles.usecases.export_hits import HitsExport, export_hits
from casefiles.usecases.keep_answer import Difference, compare_newest, keep_once, said_of
from ui.actions import Actions
from ui.messages import Message
from ui.models.searching import PAGE
from ui.panels.results import ResultsPanel
from ui.panels.search import SearchPanel
from ui.session import Session

_TOLD: Final = 3


class ReviewDesk(QObject):
    """Binds the commands of results."""

    offered = Signal(object)
    """A message with a button (`Message`)."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        actions: Actions,
        *,
        results: ResultsPanel,
        search: SearchPanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._results = results
        self._search = search
        self.takes_decision: Callable[[Verdict], bool] = lambda _: False
        """Asked first: whether the word was for somebody else, such as a candidate."""
        actions.bind("find.right", partial(self._decide, "right"))
        actions.bind("find.wrong", partial(self._decide, "wrong"))
        actions.bind("find.undecided", results.go_to_undecided)
        actions.bind("find.widen", self.search_by_decisions)
        actions.bind("find.keep", self.keep)
        actions.bind("find.compare", self.compare)
        actions.bind("find.export", self.ask_export)
        results.export_wanted.connect(self.ask_export)
        results.review.decided.connect(self._keep_quietly)

    def _decide(self, verdict: Verdict) -> None:
        if not self.takes_decision(verdict):
            self._results.decide(verdict)

    def search_by_decisions(self) -> None:
        """Searches the whole case for what looks like the confirmed, unlike the rejected."""
        right, wrong = self._results.review.examples()
        if not right:
            self._session.notice.emit(self.tr("Confirm a result first (Y): it is the example."))
            return
        self._search.more_like(*right, without=wrong)

    def keep(self) -> None:
        """Keeps the answer with its question."""
        self._keep(lambda number: self._session.notice.emit(
            self.tr("Kept as answer {0}: it can be asked again and compared.").format(number)
        ))  # fmt: skip

    def compare(self) -> None:
        """Tells what the newest kept answer to this question had otherwise."""
        found = self._session.hits
        if found is None or found.question is None:
            return

        def tell(difference: Difference | None) -> None:
            if difference is None:
                self._session.notice.emit(self.tr("No answer to this question is kept yet."))
                return
            said = [self.tr("Compared with answer {0}: {1}.").format(
                difference.kept.answer_id, said_of(difference.changes))]  # fmt: skip
            said += [
                self.tr("{0}: track {1}, {2}.").format(one.what, one.track_id, one.why)
                for one in difference.changes[:_TOLD]
            ]
            self._session.notice.emit(" ".join([*said, *difference.notes]))

        self._session.ask(partial(compare_newest, found=found), tell, key="compare")

    def ask_export(self) -> None:
        """Into which folder the listed results go."""
        answer = self._results.review.answer()
        if answer is None or answer.question is None or not answer.hits:
            self._session.notice.emit(self.tr("There are no results to export."))
            return
        dialog = QFileDialog(self._window, self.tr("New folder for the results"), str(_room()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.selectFile("results")
        dialog.fileSelected.connect(lambda chosen: self.export(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, folder: Path) -> None:
        """Writes what is listed, in that order, as a job."""
        answer = self._results.review.answer()
        if answer is None or answer.question is None:
            return
        question = answer.question

        def make(case: Case) -> Job[HitsExport]:
            keep_once(case, question, answer, asked=PAGE)
            return (yield from export_hits(case, answer, question, folder))

        def done(written: HitsExport) -> None:
            text = self.tr("{0} results and {1} stills written.").format(
                written.hits, written.stills
            )
            if written.failures:
                text += " " + self.tr("{0} have no still: the table says why.").format(
                    len(written.failures)
                )
            if written.note:
                text += f" {written.note}."
            self.offered.emit(
                Message(
                    "notice", text, str(folder), action=self.tr("Show folder"),
                    act=partial(_show, folder),
                )
            )  # fmt: skip

        self._session.run(self.tr("Export of results"), make, on_done=done)

    def _keep_quietly(self) -> None:
        """What is decided on can be asked again: its answer is kept once."""
        self._keep(lambda _: None)

    def _keep(self, then: Callable[[AnswerId], None]) -> None:
        found = self._session.hits
        if found is None or found.question is None:
            return
        question = found.question

        def put(case: Case) -> AnswerId:
            return keep_once(case, question, found, asked=PAGE)

        self._session.ask(put, then, key="keep-answer")


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
