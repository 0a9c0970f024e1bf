"""Opening, making, practising, closing cases from the window; all of it off the GUI thread."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from casefiles.case import Case
from casefiles.errors import CaseBusy, CaseOpenHere, WrongPassphrase
from casefiles.jobs import Job, Progress
from casefiles.types import Actor
from casefiles.usecases.build_demo import open_demo
from casefiles.usecases.copy_case import copy_held_case
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.open_case import create_case, needs_passphrase, open_case
from resources import paths
from resources.errors import UserError
from ui.dialogs.new_case import NewCase, NewCaseDialog
from ui.dialogs.passphrase import PassphraseDialog
from ui.messages import Message
from ui.session import Session
from video.clock import now_ns

PRACTICE_FOLDER: Final = "practice-case"
COPIES: Final = "copies"
"""Where copies lie that were made for looking; beside the settings, for this user alone."""


class CaseDesk(QObject):
    """Which case is open, and the ways to another.

    The next case is opened before the present one is let go: where it cannot be, nothing changes.
    """

    opened = Signal(object)
    """A case (`Case`) was opened and is shown."""
    offered = Signal(object)
    """Something is in the way, and there is a way round it (`Message`)."""

    def __init__(self, session: Session, window: QWidget, actor: Actor) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.actor = actor
        # Open, but not shown yet; put there by the thread that opened it.
        self._coming: list[Case] = []
        self._opening: set[Path] = set()
        self._steps: list[Callable[[], None]] = []
        self.closing: Path | None = None
        """The folder of the case that is being written and closed."""
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
            self._say_open(folder)
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
            let_go(self._coming.pop())

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

        self._bring(
            folder,
            open_it,
            busy=lambda error: self._offer_copy(error, folder, passphrase),
            locked=lambda _: self._ask_passphrase(
                folder, self.tr("That does not open the case. Check it and try again.")
            ),
        )

    def _offer_copy(self, error: CaseBusy, folder: Path, passphrase: str | None) -> None:
        if isinstance(error, CaseOpenHere):
            self._say_open(folder)
            return
        self.offered.emit(
            Message(
                "error",
                f"{error.message}.",
                self.tr("Close it there; or look at a copy of it, as it was stored last."),
                action=self.tr("Look at a copy"),
                act=lambda: self._look_at_copy(folder, passphrase),
            )
        )

    def _look_at_copy(self, folder: Path, passphrase: str | None) -> None:
        """Opens a copy of a case that another program has open; it goes when it is closed."""
        target = paths.home() / COPIES / f"{folder.name}-{now_ns()}"

        def make() -> Case:
            copy_held_case(folder, target, self.actor)
            return open_case(target, self.actor, passphrase=passphrase)

        def told() -> None:
            self._session.notice.emit(
                self.tr(
                    "This is a copy of {0}, for looking only; it is removed when it is closed."
                ).format(folder)
            )

        self._bring(target, make, told)

    def _say_open(self, folder: Path) -> None:
        self._session.notice.emit(self.tr("{0} is open in this window.").format(folder))

    def _ask_passphrase(self, folder: Path, problem: str = "") -> None:
        dialog = PassphraseDialog(folder, self._window, problem=problem)
        dialog.accepted.connect(lambda: self._open(folder, dialog.passphrase()))
        dialog.open()

    def _bring(
        self,
        folder: Path,
        make: Callable[[], Case],
        then: Callable[[], None] | None = None,
        *,
        busy: Callable[[CaseBusy], None] | None = None,
        locked: Callable[[WrongPassphrase], None] | None = None,
    ) -> None:
        """Makes or opens a case on a reader; it is shown once the one before is closed. `busy` is
        told where another program has it open, `locked` where the passphrase does not fit."""
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
            if busy is not None and isinstance(error, CaseBusy):
                busy(error)
            elif locked is not None and isinstance(error, WrongPassphrase):
                locked(error)
            else:
                self._session.failed.emit(error)

        self._session.reader.ask(bring, take, failed=complain)

    def _take(self, case: Case, then: Callable[[], None] | None = None) -> None:
        self._in_turn(lambda: self._show(case, then))

    def _show(self, case: Case, then: Callable[[], None] | None) -> None:
        self._coming.remove(case)
        self._session.set_case(case)
        self.opened.emit(case)
        if case.left_out_bytes:
            self._session.notice.emit(
                self.tr(
                    "What was being stored when the program ended last was left out; everything "
                    "stored before is whole."
                )
            )
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
        if not self._steps or self.closing is not None:
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
            self.closing = case.folder
            self._session.set_case(None)
            self._session.reader.ask(partial(let_go, case), self._closed, failed=self._not_closed)

    def _closed(self, _: object = None) -> None:
        self.closing = None
        self._go_on()

    def _not_closed(self, error: BaseException) -> None:
        self._session.failed.emit(error)
        self._closed()


def _index_all(case: Case) -> Job[object]:
    ids = [source.source_id for source in case.sources()]
    return index_sources(case, ids, IndexOptions())


def let_go(case: Case | None) -> None:
    """Closes a case, if there is one; a copy made for looking is removed with it."""
    if case is None:
        return
    case.close()
    if case.copied_from is not None and case.folder.parent == paths.home() / COPIES:
        shutil.rmtree(case.folder, ignore_errors=True)


def title_of(case: Case | None) -> str:
    """What the window is called while a case is open, or none."""
    if case is None:
        return "Sightline"
    copied = "" if case.copied_from is None else " (copy, for looking only)"
    return f"{case.header.number} · {case.header.title}{copied} – Sightline"


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
