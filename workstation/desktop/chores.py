"""Small commands that ask or tell something: zone, verify, snapshot, settings, palette, about."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog

from casefiles.case import Case
from casefiles.errors import WrongPassphrase
from casefiles.jobs import Job, Progress
from casefiles.usecases.change_passphrase import change_passphrase, check_encrypted
from casefiles.usecases.set_time_zone import set_time_zone
from casefiles.usecases.snapshot_case import snapshot_case
from casefiles.usecases.verify_case import CaseVerdict, verify_case
from resources import paths
from resources.errors import UserError
from ui.actions import Actions
from ui.dialogs.about import AboutDialog
from ui.dialogs.command_palette import CommandPalette, PaletteRow
from ui.dialogs.error_details import ErrorDetailsDialog
from ui.dialogs.passphrase_change import PassphraseChangeDialog
from ui.dialogs.settings_dialog import SettingsDialog
from ui.dialogs.shortcut_sheet import ShortcutSheet
from ui.session import Session
from ui.window import MainWindow
from workstation.desktop.memory import Memory


class ChoreDesk(QObject):
    """Commands that belong to no panel."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        actions: Actions,
        memory: Memory,
        *,
        user: str,
        apply_settings: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._actions = actions
        self._memory = memory
        self._user = user
        self._apply_settings = apply_settings

    def save_memory(self) -> None:
        """Keeps settings, layouts and recent cases, off the GUI thread."""
        self._session.reader.ask(self._memory.saver(), lambda _: None, key="memory")

    def keep_layout(self) -> None:
        """Keeps where the docks of this workspace are."""
        self._memory.set_layouts(self._window.layouts(), self._window.workspace)
        self.save_memory()
        self._session.notice.emit(self.tr("The layout of this workspace is kept."))

    def cancel_jobs(self) -> None:
        """Ends all long work at its next step."""
        for job in self._session.jobs.active:
            job.cancel()

    def ask_zone(self) -> None:
        """In which zone times of this case are shown."""
        view = self._session.view
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Time zone of the case"))
        dialog.setLabelText(self.tr("A name such as America/Chicago, or an offset such as -06:00"))
        dialog.setTextValue("" if view is None else view.zone_name)
        dialog.textValueSelected.connect(self._set_zone)
        dialog.open()

    def _set_zone(self, name: str) -> None:
        self._session.ask(
            lambda case: set_time_zone(case, name.strip()), lambda _: self._session.reload()
        )

    def verify(self) -> None:
        """Checks chain, rows and originals of the case."""

        def told(verdict: CaseVerdict) -> None:
            if not verdict.bad:
                self._session.notice.emit(
                    self.tr("The case verifies: {0} log rows, {1} originals.").format(
                        verdict.audit_rows, verdict.sources
                    )
                )
                return
            self._session.failed.emit(
                UserError(
                    self.tr("The case does not verify: {0}").format(verdict.bad[0]),
                    self.tr("{0} problems; 'workstation case verify' lists them.").format(
                        len(verdict.bad)
                    ),
                )
            )

        self._session.run(self.tr("Verify the case"), verify_case, on_done=told)

    def ask_snapshot(self) -> None:
        """Where a copy of the case goes."""
        case = self._session.case
        if case is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Save a snapshot"))
        dialog.setLabelText(self.tr("New folder for the copy"))
        dialog.setTextValue(str(case.folder.with_name(f"{case.folder.name}-snapshot")))
        dialog.textValueSelected.connect(self._snapshot)
        dialog.open()

    def _snapshot(self, target: str) -> None:
        def make(case: Case) -> Job[None]:
            yield Progress(0, 0, "files", target)
            snapshot_case(case, Path(target).expanduser())

        def told(_: None) -> None:
            self._session.notice.emit(self.tr("Snapshot saved: {0}").format(target))

        self._session.run(self.tr("Save a snapshot"), make, on_done=told)

    def ask_passphrase(self) -> None:
        """Another passphrase for the case; of a plain one it is said what can be done."""
        case = self._session.case
        if case is None:
            return
        try:
            check_encrypted(case)
        except UserError as error:
            self._session.failed.emit(error)
            return
        dialog = PassphraseChangeDialog(case.folder, self._window)
        dialog.wanted.connect(partial(self._change_passphrase, dialog))
        dialog.open()

    def _change_passphrase(self, dialog: PassphraseChangeDialog, old: str, new: str) -> None:
        def done(_: None) -> None:
            dialog.finish()
            self._session.notice.emit(self.tr("The passphrase of the case was changed."))

        def failed(error: BaseException) -> None:
            if isinstance(error, WrongPassphrase):
                dialog.refuse(self.tr("The present passphrase is not that. Nothing was changed."))
                return
            dialog.finish()
            self._session.failed.emit(error)

        self._session.ask(lambda case: change_passphrase(case, old, new), done, failed=failed)

    def settings(self) -> None:
        """Shows the settings; what is accepted holds at once."""
        dialog = SettingsDialog(self._memory.settings, self._window)

        def take() -> None:
            self._memory.settings = dialog.result_settings()
            self._apply_settings()
            self.save_memory()

        dialog.accepted.connect(take)
        dialog.open()

    def palette(self) -> None:
        """Every command by name."""
        palette = CommandPalette(self._rows(), self._window, recent=self._memory.settings.commands)
        palette.chosen.connect(self._do)
        palette.open()

    def shortcuts(self) -> None:
        """Every key."""
        ShortcutSheet(self._rows(), self._window).open()

    def about(self) -> None:
        """What this is and where it keeps things."""
        facts = [
            (self.tr("User"), self._user),
            (self.tr("Settings and agency store"), str(paths.home())),
            (self.tr("Reports of faults"), str(paths.log_folder())),
        ]
        AboutDialog(facts, self._window).open()

    def details(self, title: str, details: str) -> None:
        """All that is known of a fault."""
        ErrorDetailsDialog(title, details, self._window).open()

    def show_file(self, source_id: int) -> None:
        """The folder of an original, in the system's own file viewer."""
        source = None if self._session.view is None else self._session.view.source(source_id)
        if source is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(source.path.parent)))

    def _do(self, name: str) -> None:
        self._memory.settings = self._memory.settings.with_command(name)
        self._actions[name].trigger()

    def _rows(self) -> list[PaletteRow]:
        return [
            PaletteRow(row.id, action.text(), ", ".join(row.keys), action.isEnabled(), row.menu)
            for row, action in self._actions.rows()
        ]
