"""Files of pairs in the window: taken into a dialog, and saved from it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from casefiles.calibration_types import GivenPairs
from casefiles.exchange.pair_files import read_pairs
from casefiles.usecases.export_pairs import export_pairs
from resources.errors import UserError
from ui.dialogs.pairs.book import sheet_of
from ui.dialogs.pairs.dialog import PairsDialog
from ui.session import Session
from video.types import Pixels


class PairFiles(QObject):
    """Asks for files and reads or writes them off the GUI thread; lives as long as its dialog."""

    def __init__(
        self,
        session: Session,
        dialog: PairsDialog,
        of: str,
        *,
        size: Callable[[], tuple[int, int] | None],
        taken: Callable[[GivenPairs], None] = lambda _: None,
    ) -> None:
        """`of` names camera or plan; `size` is that of the pictures the points lie in; `taken`
        hears of what a file gave before it is shown."""
        super().__init__(dialog)
        self._session = session
        self._dialog = dialog
        self._of = of
        self._size, self._taken = size, taken
        dialog.import_wanted.connect(self._ask_import)
        dialog.export_wanted.connect(self._ask_export)

    def take(self, path: Path) -> None:
        """The pairs of a file instead of those there are; one step to undo."""

        def put(given: GivenPairs) -> None:
            if isValid(self._dialog):
                self._taken(given)
                self._dialog.book.put(sheet_of(given))
                self._dialog.show_pairs()

        self._session.ask(lambda _: read_pairs(path), put, key="pairs-file", failed=self._refused)

    def save(self, path: Path) -> None:
        """Writes the pairs to a new file."""
        given, of = self._dialog.book.sheet.given(self._size()), self._of
        self._session.ask(
            lambda case: export_pairs(case, of, given, path),
            lambda _: self._session.notice.emit(self.tr("Pairs saved: {0}").format(path.name)),
            failed=self._refused,
        )

    def _ask_import(self) -> None:
        asked = self._asked(self.tr("Pairs, or a homography known from elsewhere"))
        asked.setFileMode(QFileDialog.FileMode.ExistingFile)
        asked.fileSelected.connect(lambda name: self.take(Path(name)))
        asked.open()

    def _ask_export(self) -> None:
        asked = self._asked(self.tr("Save the pairs as"))
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # A file that is there is refused in words, as all exports are.
        asked.setOption(QFileDialog.Option.DontConfirmOverwrite)
        asked.setDefaultSuffix("json")
        asked.selectFile(f"{self._of}-pairs.json")
        asked.fileSelected.connect(lambda name: self.save(Path(name)))
        asked.open()

    def _asked(self, title: str) -> QFileDialog:
        asked = QFileDialog(self._dialog, title)
        asked.setObjectName("pairs-file")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setNameFilter(self.tr("Pairs (*.json)"))
        return asked

    def _refused(self, error: BaseException) -> None:
        refused(self._session, self._dialog, error)


def refused(session: Session, dialog: PairsDialog, error: BaseException) -> None:
    """Said in the dialog where it is meant for a person, else in the banner."""
    if isinstance(error, UserError) and isValid(dialog):
        dialog.refuse(str(error))
    else:
        session.failed.emit(error)


def image_of(picture: Pixels) -> QImage:
    """A picture `(h, w, 3)` BGR as Qt shows it; on any thread."""
    height, width = picture.shape[:2]
    return QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888).copy()
