"""Cameras in the window: lists in and out, dated placements, new ones, removed ones."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.edit_kinds import AddCamera, ChangeCamera, PlaceCamera, RemoveCamera
from casefiles.exchange.camera_files import RawList, read_list
from casefiles.geo import GeoPoint
from casefiles.jobs import Job, Progress
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.export_cameras import export_cameras
from casefiles.usecases.import_cameras import CameraPlan, first_look, plan_import, says_where
from casefiles.usecases.place_cameras import calibrated_placements
from resources.errors import UserError
from ui.dialogs.camera_import import CameraImportDialog
from ui.dialogs.dragged_camera import DraggedCameraDialog
from ui.dialogs.placements import PlacementsDialog
from ui.models.dragged_camera import DraggedCamera
from ui.session import Session

_FILTERS: Final = ("CSV (*.csv)", "GeoJSON (*.geojson)", "KML (*.kml)")


class CameraDesk(QObject):
    """Every change is one edit, taken back by one Undo."""

    def __init__(self, session: Session, window: QWidget, shown_ns: Callable[[], int]) -> None:
        """`shown_ns` gives the wall time that the map shows, 0 before it shows any."""
        super().__init__(window)
        self._shown_ns = shown_ns
        self._session = session
        self._window = window

    # -- lists

    def choose(self) -> None:
        """Asks for a camera list."""
        dialog = QFileDialog(self._window, self.tr("Import cameras"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Camera lists (*.csv *.geojson *.json *.kml)"))
        dialog.filesSelected.connect(lambda names: self.take(Path(names[0])))
        dialog.open()

    def take(self, path: Path) -> None:
        """Reads a list that somebody chose, and shows what it would change."""

        def make(case: Case) -> Job[tuple[RawList, CameraPlan | None]]:
            yield Progress(0, 0, "files", path.name)
            raw = read_list(path)
            return raw, first_look(case, raw) if says_where(raw) else None

        def show(found: tuple[RawList, CameraPlan | None]) -> None:
            self._preview(*found)

        self._session.run(self.tr("Look at {0}").format(path.name), make, on_done=show)

    def preview(self, plan: CameraPlan) -> None:
        """Shows what a list would change, and changes it when a person says so."""
        self._preview(plan.table.file, plan)

    def _preview(self, raw: RawList, plan: CameraPlan | None) -> None:
        if self._session.case is None:
            return
        dialog = CameraImportDialog(raw, plan, self._window)
        dialog.wanted.connect(partial(self._read_again, dialog))
        dialog.accepted.connect(lambda: self._import(dialog.plan))
        dialog.open()

    def _read_again(
        self, dialog: CameraImportDialog, mapping: dict[str, str], swapped: bool | None
    ) -> None:
        def plan_it(case: Case) -> CameraPlan:
            return plan_import(case, dialog.raw, mapping, swapped=swapped)

        def show(plan: CameraPlan) -> None:
            # It may have been closed, or asked something else, meanwhile.
            if isValid(dialog) and dialog.mapping() == mapping:
                dialog.show_plan(plan)

        def complain(error: BaseException) -> None:
            if isValid(dialog) and isinstance(error, UserError):
                dialog.refuse(f"{error.message}. {error.hint}")
            else:
                self._session.failed.emit(error)

        self._session.ask(plan_it, show, key="camera-plan", failed=complain)

    def _import(self, plan: CameraPlan | None) -> None:
        if plan is None:
            return
        edit = plan.edit
        self._session.do(self.tr("Import {0} cameras").format(len(edit.cameras)), edit)
        told = self.tr("{0} cameras from {1}").format(len(edit.cameras), plan.table.file.path.name)
        if plan.table.problems:
            left = self.tr("{0} wrong rows were left out").format(len(plan.table.problems))
            told = f"{told}; {left}"
        self._session.notice.emit(told)

    def ask_export(self) -> None:
        """Asks where the cameras are to be written."""
        view = self._session.view
        if view is None or not view.cameras:
            self._session.notice.emit(self.tr("There is no camera yet: import a list of cameras."))
            return
        dialog = QFileDialog(self._window, self.tr("Export cameras"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters(list(_FILTERS))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(chosen.rpartition(".")[2].rstrip(")"))
        )
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Writes the cameras of the case into a new file."""

        def make(case: Case) -> Job[int]:
            yield Progress(0, 0, "files", path.name)
            return export_cameras(case, path)

        def told(count: int) -> None:
            self._session.notice.emit(
                self.tr("{0} cameras written to {1}").format(count, path.name)
            )

        self._session.run(self.tr("Export cameras"), make, on_done=told)

    # -- one camera

    def ask_placements(self, camera_id: CameraId | None = None) -> None:
        """Asks where a camera stood from when to when: the given one, else the selected one."""
        camera = self._camera(camera_id)
        if camera is not None:
            self._ask(camera, None)

    def ask_moved(self, camera_id: CameraId, point: GeoPoint) -> None:
        """Asks since when a camera stands at a place of the map; the time shown is proposed."""
        camera = self._camera(camera_id)
        if camera is not None:
            self._ask(camera, point)

    def ask_dragged(self, dragged: DraggedCamera, give_up: Callable[[], None]) -> None:
        """Asks whether a camera that was dragged on the map was moved then, or stood there all
        along; `give_up` is called where neither is so."""
        view = self._session.view
        if view is None:
            return
        camera, start = dragged.camera, dragged.placement.from_ns
        calibrated = any(
            one.camera_id == camera.camera_id and one.placement_from_ns == start
            for one in view.calibrations
        )
        dialog = DraggedCameraDialog(
            dragged, view.zone_name, calibrated=calibrated, parent=self._window
        )

        def keep() -> None:
            words = self.tr("Move camera {0}") if dialog.is_move else self.tr("Correct camera {0}")
            edit = PlaceCamera(camera.camera_id, dialog.placements())
            self._session.do(words.format(camera.name), edit)

        dialog.accepted.connect(keep)
        dialog.rejected.connect(give_up)
        dialog.open()

    def ask_new(self, point: GeoPoint) -> None:
        """Asks for the id and name of a camera that stands there."""
        view = self._session.view
        if view is None:
            return
        taken = {str(one.camera_id) for one in view.cameras}
        dialog = PlacementsDialog(
            Camera(CameraId(_free_id(taken)), "", (Placement(point),)),
            view.zone_name,
            self._window,
            taken=taken,
            at_ns=self._shown_ns(),
        )

        def add() -> None:
            made = dialog.camera()
            self._session.do(self.tr("Add camera {0}").format(made.name), AddCamera(made))

        dialog.accepted.connect(add)
        dialog.open()

    def remove(self, camera_id: CameraId | None = None) -> None:
        """Takes a camera away; one that something belongs to stays, and that is said."""
        camera = self._camera(camera_id)
        if camera is not None:
            text = self.tr("Remove camera {0}").format(camera.name)
            self._session.do(text, RemoveCamera(camera.camera_id))

    def add_to_menu(self, menu: QMenu, point: GeoPoint, cameras: tuple[CameraId, ...]) -> None:
        """What can be done with cameras at a place of the map."""
        view = self._session.view
        selected = self._session.selection.camera_id
        for camera_id in cameras[:1]:
            menu.addAction(self.tr("Placements…"), partial(self.ask_placements, camera_id))
        menu.addAction(self.tr("Add a camera here…"), partial(self.ask_new, point))
        camera = view.camera(selected) if view is not None and selected is not None else None
        if camera is not None:
            words = self.tr("{0} was moved here…").format(camera.name.replace("&", "&&"))
            menu.addAction(words, partial(self.ask_moved, camera.camera_id, point))

    def _ask(self, camera: Camera, moved_to: GeoPoint | None) -> None:
        view = self._session.view
        if view is None:
            return
        zone_name, at_ns = view.zone_name, self._shown_ns()

        def show(calibrated: frozenset[tuple[CameraId, int | None]]) -> None:
            dialog = PlacementsDialog(
                camera,
                zone_name,
                self._window,
                calibrated=[start for one, start in calibrated if one == camera.camera_id],
                at_ns=at_ns,
            )
            dialog.accepted.connect(lambda: self._change(dialog.camera()))
            dialog.open()
            if moved_to is not None:
                dialog.move_since(moved_to)

        self._session.ask(calibrated_placements, show, key="camera-placements")

    def _change(self, camera: Camera) -> None:
        text = self.tr("Change camera {0}").format(camera.name)
        self._session.do(text, ChangeCamera(camera))

    def _camera(self, camera_id: CameraId | None) -> Camera | None:
        view = self._session.view
        wanted = camera_id or self._session.selection.camera_id
        camera = view.camera(wanted) if view is not None and wanted is not None else None
        if camera is None:
            self._session.notice.emit(
                self.tr("Select a camera first: on the map, or in the sources.")
            )
        return camera


def _free_id(taken: set[str]) -> str:
    number = 1
    while f"camera-{number}" in taken:
        number += 1
    return f"camera-{number}"
