"""Opening, making, practising, closing cases from the window; all of it off the GUI thread."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.types import Actor
from casefiles.usecases.build_demo import open_demo
from casefiles.usecases.index_source import IndexOptions
from casefiles.usecases.index_sources import index_sources
from casefiles.usecases.open_case import create_case, needs_passphrase, open_case
from resources import paths
from resources.errors import UserError
from ui.dialogs.new_case import NewCase, NewCaseDialog
from ui.dialogs.passphrase import PassphraseDialog
from ui.session import Session

PRACTICE_FOLDER: Final = "practice-case"


class CaseDesk(QObject):
    """Which case is open, and the ways to another."""

    opened = Signal(object)
    """A case (`Case`) was opened and is shown."""

    def __init__(self, session: Session, window: QWidget, actor: Actor) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.actor = actor
        self._after_new: Callable[[], None] | None = None
        self._after_close: Callable[[], None] | None = None
        session.jobs.finished.connect(self._one_job_less)

    def new_case(self, then: Callable[[], None] | None = None) -> None:
        """Asks what the case is called and makes it; `then` is called once it is open."""
        self._after_new = then
        dialog = NewCaseDialog(self._window)
        dialog.accepted.connect(lambda: self._create(dialog.result_case()))
        dialog.open()

    def _create(self, wanted: NewCase) -> None:
        def make() -> Case:
            return create_case(
                wanted.folder, self.actor, number=wanted.number, title=wanted.title,
                passphrase=wanted.passphrase or None, training=wanted.training,
            )  # fmt: skip

        self._close_then(lambda: self._session.reader.ask(make, self._show))

    def choose_case(self) -> None:
        """Asks for a case folder and opens it."""
        dialog = QFileDialog(self._window, self.tr("Open case"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.open_folder(Path(folder)))
        dialog.open()

    def open_folder(self, folder: Path) -> None:
        """Opens the case in a folder, asking for its passphrase where it has one."""

        given = os.environ.get("WORKSTATION_PASSPHRASE")

        def ask(needed: bool) -> None:
            if needed and not given:
                dialog = PassphraseDialog(folder, self._window)
                dialog.accepted.connect(lambda: self._open(folder, dialog.passphrase()))
                dialog.open()
            else:
                self._open(folder, given)

        self._session.reader.ask(lambda: needs_passphrase(folder), ask)

    def _open(self, folder: Path, passphrase: str | None) -> None:
        def open_it() -> Case:
            return open_case(folder, self.actor, passphrase=passphrase)

        self._close_then(lambda: self._session.reader.ask(open_it, self._show))

    def practise(self, folder: Path | None = None) -> None:
        """Opens the practice case, made from the bundled footage where it is not there yet."""
        place = folder or paths.home() / PRACTICE_FOLDER

        def make() -> Job[Case]:
            yield Progress(0, 0, "files", self.tr("Port Almond"))
            return open_demo(place, self.actor, passphrase=os.environ.get("WORKSTATION_PASSPHRASE"))

        def show(case: Case) -> None:
            self._show(case)
            self._session.run(self.tr("Analyse the practice footage"), _index_all)

        def begin() -> None:
            self._session.jobs.start(
                self.tr("Set up the practice case"),
                make,
                on_done=show,
                on_failed=self._session.failed.emit,
            )

        self._close_then(begin)

    def close_case(self, then: Callable[[], None] | None = None) -> None:
        """Cancels what runs, lets go of the case and closes it, then calls `then`."""
        self._close_then(then or (lambda: None))

    def _show(self, case: Case) -> None:
        self._session.set_case(case)
        self.opened.emit(case)
        after, self._after_new = self._after_new, None
        if after is not None:
            after()

    def _close_then(self, then: Callable[[], None]) -> None:
        if self._session.case is None:
            then()
            return
        self._after_close = then
        for job in self._session.jobs.active:
            job.cancel()
        self._one_job_less()

    def _one_job_less(self) -> None:
        """Closes once nothing works on the case any more."""
        if self._after_close is None or self._session.jobs.active:
            return
        then, self._after_close = self._after_close, None
        case = self._session.case
        self._session.set_case(None)
        if case is None:
            then()
            return
        self._session.reader.ask(case.close, lambda _: then())


def _index_all(case: Case) -> Job[object]:
    ids = [source.source_id for source in case.sources()]
    return index_sources(case, ids, IndexOptions())


def check_folder(folder: Path) -> None:
    """Refuses a folder that does not exist, before anything is opened.

    Raises:
        UserError: there is no such folder.
    """
    if not folder.is_dir():
        raise UserError(f"there is no case folder {folder}", "Check the path.")
