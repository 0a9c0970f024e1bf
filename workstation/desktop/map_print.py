"""The map as a picture, a PDF or a print: asked for, painted beside the window, and logged."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from casefiles.case import Case
from casefiles.usecases.export_map import check_map_file, export_map, log_map_print
from ui.actions import Actions
from ui.dialogs.map_picture import MapPictureDialog
from ui.panels.map import MapPanel
from ui.panels.map_sheet import MapPage, PaintedMap, take_page, usual_title
from ui.session import Session

_STAMP: Final = "%Y%m%dT%H%M%S"


class MapPrintDesk(QObject):
    """Saves and prints what the map shows now."""

    def __init__(
        self, session: Session, window: QWidget, actions: Actions, panel: MapPanel
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._panel = session, window, panel
        actions.bind("map.picture", self.ask_picture)
        actions.bind("map.print", self.ask_print)

    def ask_picture(self) -> None:
        """Where the picture goes."""
        view = self._session.view
        if view is None:
            return
        out = _room() / f"map-{datetime.now(UTC).strftime(_STAMP)}.pdf"
        heading = self.tr("Save the map as a picture")
        dialog = MapPictureDialog(heading, usual_title(view), out, self._window)
        dialog.accepted.connect(lambda: self._save(dialog))
        dialog.open()

    def ask_print(self) -> None:
        """What the print is called, and on which paper it is."""
        view = self._session.view
        if view is None:
            return
        dialog = MapPictureDialog(self.tr("Print the map"), usual_title(view), None, self._window)
        dialog.accepted.connect(lambda: self._print(dialog))
        dialog.open()

    def ask_printer(self) -> QPrinter | None:
        """The printer that somebody chooses; None where nobody does."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None

    def _page(self, dialog: MapPictureDialog) -> MapPage | None:
        view, case = self._session.view, self._session.case
        if view is None or case is None:
            return None
        return take_page(self._panel, view, dialog.name.text(), case.actor.user, dialog.page)

    def _save(self, dialog: MapPictureDialog) -> None:
        page, path = self._page(dialog), dialog.out.path
        if page is None:
            return

        def work(case: Case) -> Path:
            # Before it is painted: a bad name must not cost seconds.
            as_pdf = check_map_file(case, path) == ".pdf"
            export_map(case, path, page.content(as_pdf=as_pdf), page.facts)
            return path

        self._session.ask(work, self._told)

    def _told(self, path: Path) -> None:
        self._session.notice.emit(self.tr("Map saved: {0}").format(path))

    def _print(self, dialog: MapPictureDialog) -> None:
        page = self._page(dialog)
        printer = None if page is None else self.ask_printer()
        if page is None or printer is None:
            return
        printer.setPageSize(page.paper)
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setFullPage(True)

        def work(case: Case) -> PaintedMap:
            made = page.painted()
            log_map_print(case, page.facts)
            return made

        self._session.ask(work, partial(self._send, printer, page))

    def _send(self, printer: QPrinter, page: MapPage, made: PaintedMap) -> None:
        painter = QPainter()
        if not painter.begin(printer):
            self._session.notice.emit(self.tr("The printer did not take the map."))
            return
        page.paint(painter, printer.width(), made)
        painter.end()
        self._session.notice.emit(self.tr("Map sent to the printer"))


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
