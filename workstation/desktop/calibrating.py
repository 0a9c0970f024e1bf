"""Calibration of cameras in the window: pairs marked on their own frames, kept with undo."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget
from shiboken6 import isValid

from casefiles.calibration_types import Calibration, GivenPairs
from casefiles.case import Case
from casefiles.edit_kinds import SetCalibration, TakeBackCalibration
from casefiles.types import Camera, CameraId, Placement, Source
from casefiles.usecases.calibrate import FoundCalibration, find_calibration, picture_sizes
from casefiles.usecases.read_frame import ExactFrame, Moment, read_frame
from casefiles.view_types import CaseView
from mapview.layers import camera_marks
from resources.errors import UserError
from ui.dialogs.pairs.book import Sheet, sheet_of
from ui.dialogs.pairs.calibration import CalibrationDialog, Footage, Stand
from ui.dialogs.pairs.reading import reading
from ui.dialogs.pairs.shown import FitShown, shown_calibration
from ui.models.wall_text import moment
from ui.panels.map import MapPanel, map_colours
from ui.session import Session
from video.clock import format_media
from video.types import Pixels, TimeNs
from workstation.desktop.map_tools import MapPlace
from workstation.desktop.pair_files import PairFiles, image_of, refused

_KEY: Final = "pairs-fit"
_FEW: Final = 5


class CalibratingDesk(QObject):
    """Opens the dialog for a camera, answers it, and keeps what was found."""

    def __init__(self, session: Session, window: QWidget, map_panel: MapPanel) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._map = map_panel
        self._picture: Pixels | None = None
        """The frame in view, BGR."""
        self._found: FoundCalibration | None = None
        """What the dialog shows; None while it is being made."""

    def calibrate_selected(self) -> None:
        """The camera that is selected anywhere, else one that is asked for."""
        view = self._session.view
        if view is None:
            return
        if not view.cameras:
            self._session.notice.emit(self.tr("There is no camera yet: import a list of cameras."))
            return
        chosen = view.camera(self._session.selection.camera_id)
        if chosen is not None or len(view.cameras) == 1:
            self.calibrate((chosen or view.cameras[0]).camera_id)
            return
        labels = [f"{camera.name} ({camera.camera_id})" for camera in view.cameras]
        ids = [camera.camera_id for camera in view.cameras]
        dialog = QInputDialog(self._window)
        dialog.setObjectName("calibration-camera")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Calibrate a camera"))
        dialog.setLabelText(self.tr("Which camera?"))
        dialog.setComboBoxItems(labels)
        dialog.textValueSelected.connect(lambda text: self.calibrate(ids[labels.index(text)]))
        dialog.open()

    def add_to_menu(self, menu: QMenu, place: MapPlace) -> None:
        """A line for each camera under the pointer, as long as they are few."""
        for camera_id in place.cameras[:_FEW]:
            text = self.tr("Calibrate {0}…").format(self._name(camera_id))
            menu.addAction(text, partial(self.calibrate, camera_id))

    def calibrate_with(self, path: Path) -> None:
        """Opens the dialog of the selected camera with the pairs of a file."""
        view = self._session.view
        camera = None if view is None else view.camera(self._session.selection.camera_id)
        if camera is None:
            self._session.notice.emit(
                self.tr("{0} holds pairs of points: select the camera that they belong to, then "
                        "drop the file again.").format(path.name)
            )  # fmt: skip
            return
        self.calibrate(camera.camera_id, path)

    def calibrate(self, camera_id: CameraId, pairs: Path | None = None) -> None:
        """Opens the dialog of a camera, with the pairs that are in force, or those of a file."""
        view = self._session.view
        camera = None if view is None else view.camera(camera_id)
        if view is None or camera is None:
            return
        dialog = CalibrationDialog(
            camera_id, camera.name, [_stand(one, view.zone_name) for one in camera.placements],
            colours=map_colours, render=reading(self._session), parent=self._window,
        )  # fmt: skip
        dialog.ground.map.set_ground(self._map.map.ground)
        dialog.fit_wanted.connect(lambda: self._fit(dialog))
        dialog.frame_wanted.connect(lambda: self._read(dialog))
        dialog.stand_changed.connect(lambda: self._take_stand(dialog))
        dialog.wanted.connect(lambda: self._keep(dialog))
        dialog.remove_wanted.connect(lambda: self._remove(dialog))
        dialog.recalled.connect(lambda made: dialog.book.put(_sheet(made)))
        dialog.files = files = PairFiles(
            self._session, dialog, str(camera_id), size=lambda: self._size(dialog),
            taken=lambda given: setattr(dialog, "given_size", given.size),
        )  # fmt: skip
        said = self._session.view_changed.connect(lambda: self._say_kept(dialog))
        dialog.finished.connect(lambda _: self._session.view_changed.disconnect(said))
        self._take_stand(dialog)
        dialog.open()
        if pairs is not None:
            files.take(pairs)

    # -- placement and frames

    def _take_stand(self, dialog: CalibrationDialog) -> None:
        view = self._session.view
        camera = None if view is None else view.camera(dialog.camera_id)
        if view is None or camera is None:
            return
        stand = dialog.stand
        self._picture, self._found = None, None
        dialog.size_px = None
        dialog.ground.map.set_marks(
            camera_marks((camera,), wall_ns=None if stand is None else stand.wall_ns)
        )
        footage = [
            self._footage(view, one)
            for one in view.sources
            if one.camera_id == camera.camera_id and _made_then(view, one, stand)
        ]
        kept = self._in_force(dialog)
        dialog.set_sheet(Sheet() if kept is None else _sheet(kept))
        dialog.set_footage(footage)
        dialog.near = [] if stand is None or stand.point is None else [stand.point]
        dialog.show_pairs()
        self._say_kept(dialog)

    def _footage(self, view: CaseView, source: Source) -> Footage:
        at_ns = view.clock_of(source).to_media(self._session.playhead_ns)
        last = max(source.frames - 1, 0)
        first = 0
        if source.duration_ns and 0 <= at_ns < source.duration_ns:
            first = min(int(at_ns * source.frames // source.duration_ns), last)
        return Footage(source.source_id, source.path.name, source.frames, first)

    def _read(self, dialog: CalibrationDialog) -> None:
        source_id, number = dialog.source_id, dialog.frame
        if source_id is None:
            return

        def look(case: Case) -> tuple[ExactFrame, QImage]:
            exact = read_frame(case, source_id, Moment(frame=number))
            return exact, image_of(exact.picture)

        def show(read: tuple[ExactFrame, QImage]) -> None:
            if isValid(dialog) and (dialog.source_id, dialog.frame) == (source_id, number):
                exact, image = read
                self._picture = exact.picture
                dialog.show_frame(image, self._where(exact))
                self._fit(dialog)

        self._session.ask(
            look,
            show,
            key="pairs-frame",
            failed=lambda error: refused(self._session, dialog, error),
        )

    def _where(self, exact: ExactFrame) -> str:
        view, source = self._session.view, exact.source
        if view is not None and source.clock is not None:
            return moment(source.clock.to_wall_ns(exact.time_ns), view.zone_name)
        return self.tr("frame {0} · {1}").format(exact.number, format_media(exact.time_ns))

    # -- the fit

    def _fit(self, dialog: CalibrationDialog) -> None:
        view = self._session.view
        camera = None if view is None else view.camera(dialog.camera_id)
        self._found = None
        if view is None or camera is None or dialog.needs_more():
            return
        sheet, picture, stand = dialog.book.sheet, self._picture, dialog.stand
        sizes = picture_sizes(view, dialog.camera_id)
        given = sheet.given(self._size(dialog))
        wall = None if stand is None else stand.wall_ns

        def work(_: Case) -> tuple[FoundCalibration, FitShown]:
            found = find_calibration(camera, sizes, given, wall_ns=wall)
            return found, shown_calibration(found, sheet.whole, picture)

        def show(made: tuple[FoundCalibration, FitShown]) -> None:
            if isValid(dialog) and dialog.book.sheet == sheet:
                self._found = made[0]
                dialog.show_fit(made[1])

        self._session.ask(work, show, key=_KEY, failed=lambda error: self._no_fit(dialog, error))

    def _size(self, dialog: CalibrationDialog) -> tuple[int, int] | None:
        """Of the pictures the points lie in: the frame in view, or what the pairs came with."""
        if dialog.size_px is not None:
            return dialog.size_px
        kept = self._in_force(dialog)
        return dialog.given_size if kept is None else kept.size

    def _no_fit(self, dialog: CalibrationDialog, error: BaseException) -> None:
        if not isinstance(error, UserError):
            self._session.failed.emit(error)
        elif isValid(dialog):
            dialog.no_fit(str(error))

    # -- what is kept

    def _keep(self, dialog: CalibrationDialog) -> None:
        found = self._found
        if found is None:
            return
        self._session.do(
            self.tr("calibration of {0}").format(self._name(dialog.camera_id)),
            SetCalibration(found.calibration),
        )
        dialog.finish()

    def _remove(self, dialog: CalibrationDialog) -> None:
        kept = self._in_force(dialog)
        if kept is not None:
            self._session.do(
                self.tr("remove calibration of {0}").format(self._name(dialog.camera_id)),
                TakeBackCalibration(kept.calibration_id),
            )
            dialog.reject()

    def _in_force(self, dialog: CalibrationDialog) -> Calibration | None:
        """The newest of the placement chosen."""
        stand = dialog.stand
        since = None if stand is None else stand.from_ns
        of = [one for one in self._of(dialog) if one.placement_from_ns == since]
        return max(of, key=lambda one: one.calibration_id, default=None)

    def _of(self, dialog: CalibrationDialog) -> list[Calibration]:
        view = self._session.view
        known = () if view is None else view.calibrations
        return [one for one in known if one.camera_id == dialog.camera_id]

    def _say_kept(self, dialog: CalibrationDialog) -> None:
        kept = self._in_force(dialog)
        words = (
            self.tr("Not calibrated yet where it stands so.")
            if kept is None
            else self.tr("In force: {0}").format(self._words(kept))
        )
        newest = sorted(self._of(dialog), key=lambda one: -one.calibration_id)
        dialog.show_kept(words, kept=kept is not None, earlier=newest, name=self._words)

    def _words(self, made: Calibration) -> str:
        view = self._session.view
        zone = "UTC" if view is None else view.zone_name
        error = (
            self.tr("error not known")
            if made.error_m is None
            else self.tr("error {0:.2f} m").format(made.error_m)
        )
        since = (
            self.tr("from the beginning")
            if made.placement_from_ns is None
            else self.tr("placement since {0}").format(moment(made.placement_from_ns, zone))
        )
        return self.tr("{0}: {1} pairs · {2} · {3} · kept {4} by {5}").format(
            made.calibration_id, len(made.pairs), error, since, moment(made.set_ns, zone),
            made.set_by,
        )  # fmt: skip

    def _name(self, camera_id: CameraId) -> str:
        view = self._session.view
        camera: Camera | None = None if view is None else view.camera(camera_id)
        return str(camera_id) if camera is None else camera.name


def _stand(one: Placement, zone_name: str) -> Stand:
    since, until = one.from_ns, one.to_ns
    begin = "…" if since is None else moment(since, zone_name)
    end = "…" if until is None else moment(until, zone_name)
    within = since if since is not None else (None if until is None else until - 1)
    return Stand(f"{begin} – {end}", since, within, (one.point.lon, one.point.lat))


def _made_then(view: CaseView, source: Source, stand: Stand | None) -> bool:
    """Whether a recording begins in a placement; one without a clock may have."""
    if stand is None or source.clock is None:
        return True
    camera = view.camera(source.camera_id)
    begin = source.clock.to_wall_ns(TimeNs(0))
    placements: Sequence[Placement] = () if camera is None else camera.placements
    return any(
        one.from_ns == stand.from_ns
        and (one.from_ns is None or one.from_ns <= begin)
        and (one.to_ns is None or begin < one.to_ns)
        for one in placements
    )


def _sheet(made: Calibration) -> Sheet:
    """The pairs of a calibration; the homography of one that has none."""
    if made.pairs:
        return sheet_of(GivenPairs(made.pairs, made.size, made.origin, made.y_axis_deg))
    matrix = tuple(float(one) for one in made.plane.to_ground.ravel())
    return sheet_of(GivenPairs((), made.size, made.origin, made.y_axis_deg, matrix))
