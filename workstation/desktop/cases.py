"""Opening, making, practising, closing cases from the window; all of it off the GUI thread."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
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
    """Which case is open, and the ways to another.

    The next case is opened before the present one is let go: where it cannot be, nothing changes.
    """

    opened = Signal(object)
    """A case (`Case`) was opened and is shown."""

    def __init__(self, session: Session, window: QWidget, actor: Actor) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.actor = actor
        # Open, but not shown yet; put there by the thread that opened it.
        self._coming: list[Case] = []
        self._opening: set[Path] = set()
        self._steps: list[Callable[[], None]] = []
        self._closing = False
        session.jobs.finished.connect(self._go_on)

    def new_case(self, then: Callable[[], None] | None = None) -> None:
        """Asks what the case is called and makes it; `then` is called once it is open."""
        dialog = NewCaseDialog(self._window)
        dialog.accepted.connect(lambda: self._create(dialog.result_case(), then))
        dialog.open()

    def choose_case(self) -> None:
        """Asks for a case folder and opens it."""
        dialog = QFileDialog(self._window, self.tr("Open case"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.open_folder(Path(folder)))
        dialog.open()

    def open_folder(self, folder: Path) -> None:
        """Opens the case in a folder, asking for its passphrase where it has one."""
        folder = folder.absolute()
        if self._is_open(folder):
            return

        def look() -> bool:
            _check_there(folder)
            return needs_passphrase(folder)

        given = os.environ.get("WORKSTATION_PASSPHRASE")

        def ask(needed: bool) -> None:
            if needed and not given:
                self._ask_passphrase(folder)
            else:
                self._open(folder, given)

        self._session.reader.ask(look, ask)

    def practise(self, folder: Path | None = None) -> None:
        """Opens the practice case, made from the bundled footage where it is not there yet."""
        place = (folder or paths.home() / PRACTICE_FOLDER).absolute()
        if self._is_open(place):
            self._analyse_practice()
            return
        if place in self._opening:
            return
        self._opening.add(place)

        def make() -> Job[Case]:
            yield Progress(0, 0, "files", self.tr("Port Almond"))
            case = open_demo(place, self.actor, passphrase=os.environ.get("WORKSTATION_PASSPHRASE"))
            try:
                # The moment to call it off: what came before goes on in one piece.
                yield Progress(1, 1, "files", self.tr("Port Almond"))
            except GeneratorExit:
                case.close()
                raise
            self._coming.append(case)
            return case

        job = self._session.jobs.start(
            self.tr("Set up the practice case"),
            make,
            on_done=lambda case: self._take(case, self._analyse_practice),
            on_failed=self._session.failed.emit,
        )
        job.ended.connect(partial(self._opening.discard, place))

    def close_case(self, then: Callable[[], None] | None = None) -> None:
        """Cancels what runs, lets go of the case and closes it, then calls `then`."""
        self._in_turn(then or (lambda: None))

    def drop_coming(self) -> None:
        """Closes what was opened and never shown, when the window goes."""
        while self._coming:
            self._coming.pop().close()

    def _create(self, wanted: NewCase, then: Callable[[], None] | None) -> None:
        def make() -> Case:
            return create_case(
                wanted.folder, self.actor, number=wanted.number, title=wanted.title,
                passphrase=wanted.passphrase or None, training=wanted.training,
            )  # fmt: skip

        self._bring(wanted.folder.absolute(), make, then)

    def _open(self, folder: Path, passphrase: str | None) -> None:
        def open_it() -> Case:
            return open_case(folder, self.actor, passphrase=passphrase)

        self._bring(folder, open_it)

    def _ask_passphrase(self, folder: Path) -> None:
        dialog = PassphraseDialog(folder, self._window)
        dialog.accepted.connect(lambda: self._open(folder, dialog.passphrase()))
        dialog.open()

    def _bring(
        self, folder: Path, make: Callable[[], Case], then: Callable[[], None] | None = None
    ) -> None:
        """Makes or opens a case on a reader; it is shown once the one before is closed."""
        if folder in self._opening:
            return
        self._opening.add(folder)

        def bring() -> Case:
            case = make()
            self._coming.append(case)
            return case

        def take(case: Case) -> None:
            self._opening.discard(folder)
            self._take(case, then)

        def complain(error: BaseException) -> None:
            self._opening.discard(folder)
            self._session.failed.emit(error)

        self._session.reader.ask(bring, take, failed=complain)

    def _take(self, case: Case, then: Callable[[], None] | None = None) -> None:
        self._in_turn(lambda: self._show(case, then))

    def _show(self, case: Case, then: Callable[[], None] | None) -> None:
        self._coming.remove(case)
        self._session.set_case(case)
        self.opened.emit(case)
        if then is not None:
            then()

    def _analyse_practice(self) -> None:
        self._session.run(self.tr("Analyse the practice footage"), _index_all)

    def _is_open(self, folder: Path) -> bool:
        case = self._session.case
        return case is not None and case.folder.absolute() == folder

    # -- one case at a time

    def _in_turn(self, step: Callable[[], None]) -> None:
        """Calls `step` when no case is open any more, after the steps that came before."""
        self._steps.append(step)
        self._go_on()

    def _go_on(self) -> None:
        if not self._steps or self._closing:
            return
        case = self._session.case
        if case is None:
            self._steps.pop(0)()
            self._go_on()
            return
        for job in self._session.jobs.active:
            job.cancel()
        # What works on the case must have ended; this is called again then.
        if not self._session.jobs.active:
            self._closing = True
            self._session.set_case(None)
            self._session.reader.ask(case.close, self._closed, failed=self._not_closed)

    def _closed(self, _: object = None) -> None:
        self._closing = False
        self._go_on()

    def _not_closed(self, error: BaseException) -> None:
        self._session.failed.emit(error)
        self._closed()


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


def _check_there(folder: Path) -> None:
    """Refuses a folder that is gone, in words for somebody who chose it from a list.

    Raises:
        UserError: there is no such folder.
    """
    if not folder.is_dir():
        raise UserError(
            f"the case folder {folder} is not there",
            "Connect the disk it is on; or, if it is gone for good, take it off the list of "
            "recent cases with Delete.",
        )
