"""What leaves the window of a followed subject: the journey as a package, a hand-out."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPageSize
from PySide6.QtWidgets import QInputDialog, QWidget
from shiboken6 import isValid

from casefiles.subject_types import Subject
from casefiles.usecases.export_journey import JourneyExport, export_journey
from casefiles.usecases.handout import HandoutWanted, WrittenHandout, write_handout
from ui.actions import Actions
from ui.dialogs.handout import HandoutDialog
from ui.messages import Message
from ui.models.following import Following
from ui.panels.map import MapPanel
from ui.panels.map_follow import MapFollow
from ui.panels.map_sheet import take_page
from ui.session import Session

_STAMP: Final = "%Y%m%dT%H%M%S"


class JourneyDoors(QObject):
    """Asks where to, writes in a job, tells of it with the way to its folder."""

    offered = Signal(object)
    """A message with a button (`Message`)."""

    def __init__(
        self, session: Session, window: QWidget, actions: Actions, panel: MapPanel,
        shown: MapFollow, following: Following,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._session, self._window = session, window
        self._panel, self._shown = panel, shown
        self._following = following
        actions.bind("follow.export", self.ask_export)
        actions.bind("follow.handout", self.ask_handout)

    def ask_export(self) -> None:
        """Into which folder the journey goes."""
        subject = self._following.subject
        if subject is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("journey-folder")
        dialog.setWindowTitle(self.tr("Export the journey"))
        dialog.setLabelText(
            self.tr("New folder for positions, stills, map, and the list of what was searched")
        )
        dialog.setTextValue(str(_room() / f"journey-{_now()}"))
        dialog.textValueSelected.connect(partial(self._export, subject))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_handout(self) -> None:
        """Where the page goes, and what it says besides."""
        subject = self._following.subject
        if subject is None:
            return
        out = _room() / f"handout-{_now()}.html"
        dialog = HandoutDialog(subject.name, out, self._window)
        dialog.accepted.connect(lambda: self._hand_out(subject, dialog))
        dialog.open()

    def _export(self, subject: Subject, folder: str) -> None:
        view, case = self._session.view, self._session.case
        if view is None or case is None or not folder.strip():
            return
        # All of the journey, on what the map shows when it is asked for.
        title = self.tr("Journey of {0}, case {1}").format(subject.name, view.header.number)
        page = take_page(
            self._panel, view, title, case.actor.user, QPageSize(QPageSize.PageSizeId.A4),
            self._shown.bounds,
        )  # fmt: skip
        self._session.ask(
            lambda _: page.content(as_pdf=False),
            partial(self._write, subject, Path(folder.strip()).expanduser()),
            key="journey-picture",
        )

    def _write(self, subject: Subject, folder: Path, picture: bytes) -> None:
        roads = self._following.ways
        self._session.run(
            self.tr("Export the journey"),
            lambda case: export_journey(
                case, subject.subject_id, folder, roads=roads, map_picture=picture
            ),
            on_done=self._told_export,
        )

    def _told_export(self, made: JourneyExport) -> None:
        said = self.tr("Journey exported: {0} stops, {1} stills, with manifest and hashes").format(
            made.stops, made.stills
        )
        self._tell(said, "; ".join(one for one in (*made.failures, made.note) if one), made.folder)

    def _hand_out(self, subject: Subject, dialog: HandoutDialog) -> None:
        wanted = HandoutWanted(
            subject.subject_id, dialog.out.path, dialog.contact.text().strip(),
            dialog.words.text().strip(), dialog.photo_path,
        )  # fmt: skip
        roads = self._following.ways

        def told(made: WrittenHandout) -> None:
            self._tell(
                self.tr("Hand-out written: {0}").format(made.out.name), made.note, made.out.parent
            )

        self._session.run(
            self.tr("Hand-out"), lambda case: write_handout(case, wanted, roads=roads), on_done=told
        )

    def _tell(self, title: str, hint: str, folder: Path) -> None:
        if not isValid(self):  # the window was closed while it was written
            return
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(folder)))
        self.offered.emit(Message("notice", title, hint, action=self.tr("Show folder"), act=show))


def _now() -> str:
    return datetime.now(UTC).strftime(_STAMP)


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
