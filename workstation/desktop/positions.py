"""Positions of moving cameras: which camera a file belongs to is asked, then it is joined."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.types import CameraId
from casefiles.usecases.import_positions import import_positions
from casefiles.usecases.name_hints import CameraNames
from casefiles.view_types import PositionImport
from ui.session import Session


class PositionsDesk(QObject):
    """Takes in GPX, KML and GeoJSON files with the way of a squad car, a trailer or a drone."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def choose(self) -> None:
        """Asks for a file."""
        dialog = QFileDialog(self._window, self.tr("Positions of a moving camera"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Positions (*.gpx *.kml *.geojson *.json)"))
        dialog.filesSelected.connect(lambda names: self.take(Path(names[0])))
        dialog.open()

    def take(self, path: Path) -> None:
        """Asks which camera moved that way, proposing the one that the file's name means."""
        view = self._session.view
        if view is None:
            return
        if not view.cameras:
            self._session.notice.emit(
                self.tr("{0} holds positions: import the camera that moved that way first.").format(
                    path.name
                )
            )
            return
        meant = CameraNames(view.cameras).hint(path).camera_id
        ids = [camera.camera_id for camera in view.cameras]
        dialog = QInputDialog(self._window)
        dialog.setObjectName("positions-camera")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Positions of a moving camera"))
        dialog.setLabelText(self.tr("Which camera moved as {0} says?").format(path.name))
        # Two cameras may have one name; their ids tell them apart.
        labels = [f"{camera.name} ({camera.camera_id})" for camera in view.cameras]
        dialog.setComboBoxItems(labels)
        if meant in ids:
            dialog.setTextValue(labels[ids.index(meant)])
        dialog.textValueSelected.connect(lambda chosen: self._join(path, ids[labels.index(chosen)]))
        dialog.open()

    def _join(self, path: Path, camera_id: CameraId) -> None:
        def make(case: Case) -> Job[PositionImport]:
            yield Progress(0, 0, "positions", path.name)
            return import_positions(case, path, camera_id)

        def done(about: PositionImport) -> None:
            self._session.notice.emit(
                self.tr("{0} positions of {1} from {2}").format(
                    about.fixes, about.camera_id, about.file_name
                )
            )

        self._session.run(self.tr("Take in {0}").format(path.name), make, on_done=done)
