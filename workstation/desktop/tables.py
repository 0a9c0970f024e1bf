"""Tables in and out: events from CSV files, with what a person must say about them; bookmarks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from casefiles.case import Case
from casefiles.case_events import EventImport
from casefiles.errors import TimesWithoutZone
from casefiles.jobs import Job, Progress
from casefiles.usecases.export_bookmarks import WrittenBookmarks, export_bookmarks
from casefiles.usecases.import_events import import_events
from ui.session import Session
from video.local_time import TimeTwice


class TablesDesk(QObject):
    """Takes events in and writes bookmarks out."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window

    def choose_events(self) -> None:
        """Asks for tables of events."""

        def take(names: Sequence[str]) -> None:
            for name in names:
                self.take_events(Path(name))

        dialog = QFileDialog(self._window, self.tr("Import events"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Tables (*.csv *.tsv *.txt)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(take)
        dialog.open()

    def take_events(
        self, path: Path, *, zone_name: str | None = None, fold: int | None = None
    ) -> None:
        """Takes in a table of events; what its times leave open is asked, not guessed."""

        def make(case: Case) -> Job[EventImport | TimesWithoutZone | TimeTwice]:
            yield Progress(0, 0, "files", path.name)
            try:
                return import_events(case, path, zone_name=zone_name, fold=fold)
            except (TimesWithoutZone, TimeTwice) as question:
                return question

        def done(answer: EventImport | TimesWithoutZone | TimeTwice) -> None:
            if isinstance(answer, TimesWithoutZone):
                self._ask_zone(path, answer)
            elif isinstance(answer, TimeTwice):
                self._ask_fold(path, answer, zone_name)
            else:
                self._session.notice.emit(
                    self.tr("{0} events from {1}").format(f"{answer.events:,}", path.name)
                )

        self._session.run(self.tr("Take in {0}").format(path.name), make, on_done=done)

    def export_bookmarks(self) -> None:
        """Asks for a file and writes the bookmarks to it."""
        dialog = QFileDialog(self._window, self.tr("Write the bookmarks as a table"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setNameFilter(self.tr("Tables (*.csv)"))
        # Nothing is ever replaced: the program says so itself, and names what is there.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.write_bookmarks(Path(name)))
        dialog.open()

    def write_bookmarks(self, out: Path) -> None:
        """Writes the bookmarks to a new file."""

        def make(case: Case) -> Job[WrittenBookmarks]:
            yield Progress(0, 0, "files", out.name)
            return export_bookmarks(case, out)

        def done(written: WrittenBookmarks) -> None:
            self._session.notice.emit(
                self.tr("{0} bookmarks written to {1}").format(written.bookmarks, out.name)
            )

        self._session.run(self.tr("Write the bookmarks"), make, on_done=done)

    def _ask_zone(self, path: Path, why: TimesWithoutZone) -> None:
        view = self._session.view
        dialog = QInputDialog(self._window)
        dialog.setObjectName("events-zone")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Time zone of {0}").format(path.name))
        dialog.setLabelText(
            self.tr(
                "{0}\nIn which zone are the times of this file? A name such as America/Chicago, "
                "or an offset such as -06:00"
            ).format(why.message)
        )
        dialog.setTextValue("" if view is None else view.zone_name)
        dialog.textValueSelected.connect(
            lambda name: self.take_events(path, zone_name=name.strip())
        )
        dialog.open()

    def _ask_fold(self, path: Path, twice: TimeTwice, zone_name: str | None) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("events-fold")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("An hour came twice"))
        box.setText(twice.message)
        box.setInformativeText(
            self.tr("Which is meant, for all times of this file in such an hour?")
        )
        for fold, words in ((1, self.tr("The first")), (2, self.tr("The second"))):
            button = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
            button.clicked.connect(self._again(path, zone_name, fold))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def _again(self, path: Path, zone_name: str | None, fold: int) -> Callable[[], None]:
        return lambda: self.take_events(path, zone_name=zone_name, fold=fold)
