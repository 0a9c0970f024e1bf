"""Models in the window: what is here, fetching one, taking some in from a folder."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from shiboken6 import isValid

from casefiles.types import Actor
from casefiles.usecases.install_model import install_model, take_models
from detection.model_cards import ModelCard, Task
from detection.model_import import FoundModel, ImportedModel, look_into
from detection.models import ModelState, card, model_states
from ui.actions import Actions
from ui.dialogs.models import ModelRow, ModelsDialog
from ui.jobs import JobState, RunningJob
from ui.session import Session
from ui.window import MainWindow

_USES: Final[dict[Task, str]] = {
    "detect": "finding people, vehicles, things",
    "person-attributes": "clothing and things carried",
    "vehicle-attributes": "kind and colour of vehicles",
    "person-appearance": "people that look alike",
    "vehicle-appearance": "vehicles that look alike",
    "text-image": "words that no attribute covers",
    "plate-find": "finding plates",
    "plate-read": "reading plates",
    "face-blur": "blurring faces",
}


class ModelsDesk(QObject):
    """The Models dialog and what it asks for; files are read and fetched off this thread."""

    def __init__(
        self, session: Session, window: MainWindow, actions: Actions, actor: Actor
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._actor = actor
        self._dialog: ModelsDialog | None = None
        self._fetching: RunningJob | None = None
        actions.bind("models.show", self.show)

    def show(self) -> None:
        """Opens the dialog and checks every file beside it."""
        dialog = ModelsDialog(self._window)
        self._dialog = dialog
        dialog.install_wanted.connect(self.install)
        dialog.folder_chosen.connect(self.look)
        dialog.take_wanted.connect(self.take)
        dialog.cancel_wanted.connect(self.cancel)
        dialog.open()
        if self._fetching is not None:
            self._show_progress(self._fetching)
        self._refresh()

    def install(self, name: str) -> None:
        """Fetches the model of that name; the licence was accepted in the dialog."""
        job = self._session.jobs.start(
            self.tr("Fetch the model {0}").format(name),
            lambda: install_model(card(name), self._actor),
            on_done=lambda _: self._end(self.tr("{0} is here, verified").format(name)),
            on_failed=self._failed,
        )
        self._fetching = job
        job.changed.connect(lambda: self._show_progress(job))
        job.ended.connect(lambda: self._ended(job))

    def cancel(self) -> None:
        """Stops fetching; what came is kept and gone on with the next time."""
        if self._fetching is not None:
            self._fetching.cancel()

    def look(self, folder: Path) -> None:
        """Shows what a folder holds, with the licences."""

        def offer(found: list[FoundModel]) -> None:
            there = [row for row in found if row.outcome == "found"]
            wrong = " ".join(f"{row.says}." for row in found if row.says)
            if not there:
                self._end(wrong or self.tr("{0} holds no model that is not here").format(folder))
            elif dialog := self._open():
                told = "\n\n".join(_details(row.card) for row in there)
                dialog.show_offer(
                    folder, [row.card.name for row in there], f"{wrong}\n\n{told}".strip()
                )

        self._session.reader.ask(
            lambda: look_into(folder), offer, key="models", failed=self._failed
        )

    def take(self, folder: Path) -> None:
        """Takes in what a folder holds; the licences were accepted in the dialog."""

        def taken(results: list[ImportedModel]) -> None:
            names = [row.card.name for row in results if row.outcome == "imported"]
            self._end(self.tr("Taken in, verified: {0}").format(", ".join(names)))

        self._session.reader.ask(
            lambda: take_models(folder, self._actor), taken, key="models", failed=self._failed
        )

    def _refresh(self) -> None:
        def show(states: tuple[ModelState, ...]) -> None:
            if dialog := self._open():
                dialog.show_rows([_row(state) for state in states])

        self._session.reader.ask(model_states, show, key="model-states")

    def _show_progress(self, job: RunningJob) -> None:
        now = job.progress
        if (dialog := self._open()) and now is not None and not job.state.ended:
            dialog.show_progress(now.what, now.done, now.total)

    def _ended(self, job: RunningJob) -> None:
        self._fetching = None
        if job.state is JobState.CANCELLED:
            self._end(self.tr("Stopped; what came is kept and gone on with the next time"))

    def _failed(self, error: BaseException) -> None:
        self._end(str(error))
        self._session.failed.emit(error)

    def _end(self, words: str) -> None:
        if dialog := self._open():
            dialog.show_end(words)
        self._refresh()

    def _open(self) -> ModelsDialog | None:
        """The dialog, as long as it is in view."""
        dialog = self._dialog
        return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None


def _row(state: ModelState) -> ModelRow:
    entry = state.card
    return ModelRow(
        name=entry.name,
        state="problem" if state.problem else "missing" if state.missing else "here",
        use=_USES[entry.task],
        size=f"{entry.size_bytes / 1e6:.1f} MB",
        licence=entry.licence,
        details=f"{state.problem}\n\n{_details(entry)}".strip(),
        fetchable=all(part.addresses for part in entry.files),
    )


def _details(entry: ModelCard) -> str:
    lines = [f"{entry.name}: {entry.adds}.", f"Licence: {entry.licence}."]
    if entry.licence_note:
        lines.append(f"Beside the licence: {entry.licence_note}.")
    lines.append(f"From: {entry.origin}.")
    if entry.dropped:
        lines.append(f"Thrown away unread: {', '.join(sorted(entry.dropped))}.")
    lines += [f"Fetched from: {part.addresses[0]}" for part in entry.files if part.addresses]
    if not all(part.addresses for part in entry.files):
        lines.append("No address is known: bring its files in a folder.")
    return "\n".join(lines)
