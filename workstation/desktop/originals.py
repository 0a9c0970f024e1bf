"""Originals of recordings: where they come from, copies of them in the case, found when moved."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from casefiles.errors import SourceMoved
from casefiles.intake_types import Intake
from casefiles.types import Source, SourceId
from casefiles.usecases.collect_media import Collected, collect_media, plain_words
from casefiles.usecases.note_origin import changed_origins
from casefiles.usecases.relink_source import FoundOriginals, search_originals
from ui.dialogs.origin import OriginDialog
from ui.messages import Message, describe_error
from ui.session import Session


class OriginalsDesk(QObject):
    """What a person does with originals after they were added."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def note_origin(self, source_ids: Sequence[SourceId]) -> None:
        """Asks where recordings come from; an edit, to be undone like any other."""
        view = self._session.view
        ids = list(source_ids)
        if view is None or not ids:
            return
        known = view.intakes
        origins = tuple(known.get(one, Intake()).origin for one in ids)
        dialog = OriginDialog(origins, view.zone_name, self._window)

        def keep() -> None:
            edit = changed_origins(known, ids, dialog.change())
            if tuple(origin for _, origin in edit.notes) != origins:
                self._session.do(self.tr("origin of {0} recordings").format(len(ids)), edit)

        dialog.accepted.connect(keep)
        dialog.open()

    def offer(self, error: BaseException) -> Message | None:
        """What to say of an original that is gone, with a button to find it; None of others."""
        if not isinstance(error, SourceMoved):
            return None
        said = describe_error(error)
        return Message("error", said.title, said.hint, said.details, self.tr("Find it…"), self.find)

    def collect(self, source_ids: Sequence[SourceId] = ()) -> None:
        """Copies originals into the case; all where none is named."""
        ids = [int(one) for one in source_ids]

        def done(results: tuple[Collected, ...]) -> None:
            for one in results:
                if one.error is not None:
                    self._session.failed.emit(one.error)
            made = sum(1 for one in results if one.copy is not None)
            case = self._session.case
            said = self.tr("{0} originals lie in the case.").format(made)
            plain = "" if case is None else plain_words(case, results)
            self._session.notice.emit(f"{said} {plain}.".removesuffix(" ."))

        self._session.run(
            self.tr("Collect originals"), lambda case: collect_media(case, ids), on_done=done
        )

    def find(self, source_ids: Sequence[SourceId] = ()) -> None:
        """Asks for the folder in which moved originals are to be looked for, and looks there."""
        ids = [int(one) for one in source_ids]
        dialog = QFileDialog(self._window, self.tr("Folder that holds the moved originals"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(lambda names: self.search(Path(names[0]), ids))
        dialog.open()

    def search(self, folder: Path, ids: Sequence[int] = ()) -> None:
        """Looks in a folder for originals byte by byte, and notes where they lie now."""

        def done(result: FoundOriginals) -> None:
            self._tell(list(result.found), list(result.missing), len(result.unreadable))

        self._session.run(
            self.tr("Find originals in {0}").format(folder.name),
            lambda case: search_originals(case, folder, ids),
            on_done=done,
        )

    def _tell(
        self, found: Sequence[tuple[Source, Path]], missing: Sequence[Source], unreadable: int
    ) -> None:
        words = [self.tr("{0} originals found.").format(len(found))]
        if missing:
            names = ", ".join(one.path.name for one in missing[:3])
            more = f" +{len(missing) - 3}" if len(missing) > 3 else ""
            words.append(self.tr("Not found: {0}.").format(names + more))
        if unreadable:
            words.append(self.tr("{0} files or folders could not be read.").format(unreadable))
        self._session.notice.emit(" ".join(words))
