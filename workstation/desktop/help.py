"""When something is wrong: the self-test, the file for a help desk, how the last run ended."""

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from casefiles.case import Case
from casefiles.jobs import Job
from resources import faults, log, paths
from resources.version import PROGRAM_VERSION
from ui.actions import Actions
from ui.dialogs.problem import ProblemDialog
from ui.dialogs.self_test import CheckRow, SelfTestDialog
from ui.messages import Banner, Message
from ui.session import Session
from ui.window import MainWindow
from workstation.bundle import check_free, left_behind, write_bundle
from workstation.desktop.cases import CaseDesk
from workstation.desktop.footage import FootageDesk
from workstation.desktop.memory import Memory
from workstation.last_run import BEAT_S, LastRun, Running
from workstation.selftest import Result, as_document, in_words, run_checks, verdict

_NEWEST_SHOWN: Final = 5


class HelpDesk(QObject):
    """Commands for when something is wrong, and what is kept for then."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        actions: Actions,
        banner: Banner,
        *,
        cases: CaseDesk,
        footage: FootageDesk,
        memory: Memory,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._banner = banner
        self._cases = cases
        self._footage = footage
        self._memory = memory
        self._state: tuple[Path | None, bool] = (None, False)
        self._going_on: Path | None = None
        actions.bind("help.selftest", self.self_test)
        actions.bind("help.problem", self.problem)
        banner.help_wanted.connect(self.problem)
        session.view_changed.connect(self._resume)

    def watch(self, running: Running, last: LastRun | None) -> None:
        """Keeps the marker of this run up to date, and tells how the last one ended."""
        session = self._session

        def note(_: object = None) -> None:
            case = session.case
            self._state = (None if case is None else case.folder, bool(session.jobs.active))
            # The state is read when it is written: two of these may change places.
            session.reader.ask(lambda: self._write(running), _ignore, key="running")

        for changed in (session.case_changed, session.jobs.added, session.jobs.finished):
            changed.connect(note)
        beat = QTimer(self, interval=BEAT_S * 1000)
        beat.timeout.connect(lambda: session.reader.ask(running.beat, _ignore, key="beat"))
        beat.start()
        if last is not None:
            self.tell(last)
        # From any thread; the signal brings it here.
        log.hear_trouble(session.notice.emit)

    def tell(self, last: LastRun) -> None:
        """Says how the last run ended, what is safe, and offers to go on where it stopped."""
        hints = []
        if last.case is not None:
            safe = self.tr("The case {0} was open: all that was stored in it is safe.")
            hints.append(safe.format(self._name_of(last.case)))
            if last.analysing:
                hints.append(self.tr("Analysis goes on from the last part it stored."))
        if last.trace is not None:
            hints.append(self.tr("The crash left a report: {0}").format(last.trace))
        else:
            hints.append(
                self.tr("It left no report: something outside ended it, or the computer did.")
            )
        when = last.ended.astimezone()
        title = self.tr("Sightline did not close by itself last time: it ended on {0}.")
        self._banner.show_message(
            Message(
                "notice",
                title.format(f"{when:%Y-%m-%d at %H:%M}"),
                " ".join(hints),
                action=self.tr("Go on") if last.case is not None else "",
                act=lambda: self.go_on(last),
                lasting=True,
            )
        )

    def go_on(self, last: LastRun) -> None:
        """Opens the case that was open, and analyses what was being analysed."""
        if last.case is None:
            return
        self._going_on = last.case if last.analysing else None
        case = self._session.case
        if case is not None and case.folder.absolute() == last.case:
            self._resume()
        else:
            self._cases.open_folder(last.case)

    def self_test(self) -> None:
        """Runs every check beside the window and shows what was found."""
        dialog = SelfTestDialog(self._window)
        job = self._session.jobs.start(
            self.tr("Self-test"),
            self._checks(),
            on_done=lambda results: _show(dialog, results) if _is_open(dialog) else None,
            on_failed=lambda error: self._session.failed.emit(error),
        )

        def show_progress() -> None:
            now = job.progress
            if now is not None and not job.state.ended and _is_open(dialog):
                dialog.show_progress(now.done, now.total, now.what)

        job.changed.connect(show_progress)
        dialog.finished.connect(lambda _: job.cancel())
        dialog.file_wanted.connect(self.ask_file)
        dialog.open()

    def problem(self, error: object = None) -> None:
        """What is known of a fault, or of the program, and ways to pass it on."""
        what = faults.described(error) if isinstance(error, BaseException) else ""

        def look() -> tuple[str, str]:
            newest = [path.name for path in left_behind() if path.suffix == ".txt"]
            facts = [
                f"Sightline {PROGRAM_VERSION} · Python {platform.python_version()} · "
                f"{platform.platform()}",
                f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
                *(["", what] if what else []),
                "",
                "Reports of faults: " + (", ".join(newest[-_NEWEST_SHOWN:]) or "none"),
            ]
            return "\n".join(facts), str(paths.log_folder())

        self._session.reader.ask(look, lambda found: self._show_problem(*found))

    def _show_problem(self, facts: str, folder: str) -> None:
        dialog = ProblemDialog(facts, folder, self._window)
        dialog.file_wanted.connect(self.ask_file)
        dialog.folder_wanted.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
        dialog.open()

    def ask_file(self) -> None:
        """Where the file for the help desk goes."""
        dialog = QFileDialog(self._window, self.tr("Save the file for the help desk"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"sightline-report-{datetime.now().astimezone():%Y-%m-%d-%H%M}.zip")
        dialog.fileSelected.connect(lambda name: self.save_file(Path(name)))
        dialog.open()

    def save_file(self, target: Path) -> None:
        """Runs the self-test and writes it, with logs and reports, into one file."""
        checks = self._checks()

        def make() -> Job[None]:
            check_free(target)
            results = yield from checks()
            write_bundle(target, as_document(results), in_words(results))

        told = self.tr("The file for the help desk is {0}; nothing of any case is in it.")
        self._session.jobs.start(
            self.tr("Write the file for the help desk"),
            make,
            on_done=lambda _: self._session.notice.emit(told.format(target)),
            on_failed=self._session.failed.emit,
        )

    def _checks(self) -> Callable[[], Job[tuple[Result, ...]]]:
        case = self._session.case
        folder = None if case is None else case.folder
        return lambda: run_checks(folder)

    def _write(self, running: Running) -> None:
        case, analysing = self._state
        running.note(case, analysing=analysing)

    def _resume(self) -> None:
        case, view = self._session.case, self._session.view
        wanted = self._going_on
        if wanted is None or case is None or view is None or not _is_of(case, wanted):
            return
        self._going_on = None
        if all(run.state == "finished" for run in view.runs.values()):
            # What was under way was no analysis.
            return
        # Those after the one that was under way had not begun.
        ids = [
            source.source_id for source in view.sources
            if (run := view.runs.get(source.source_id)) is None or run.state != "finished"
        ]  # fmt: skip
        self._footage.analyse(ids)

    def _name_of(self, folder: Path) -> str:
        known = (one for one in self._memory.recent() if one.folder == folder)
        return next((one.number for one in known), folder.name)


def _show(dialog: SelfTestDialog, results: tuple[Result, ...]) -> None:
    rows = [
        CheckRow(
            one.check.number, one.check.group, one.check.name, one.finding.state,
            one.finding.says, one.finding.means, one.finding.do,
        )
        for one in results
    ]  # fmt: skip
    dialog.show_results(rows, verdict(results), "\n".join(in_words(results)))


def _is_open(dialog: SelfTestDialog) -> bool:
    try:
        return dialog.isVisible()
    except RuntimeError:
        # Closed meanwhile, and gone.
        return False


def _is_of(case: Case, folder: Path) -> bool:
    return case.folder.absolute() == folder


def _ignore(_: object) -> None:
    return
