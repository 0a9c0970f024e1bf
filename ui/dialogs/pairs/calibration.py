"""Calibration of a camera by pairs: which of its placements, on which frame of which recording."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from casefiles.calibration_types import Calibration, Point
from casefiles.geo import GeoPoint
from casefiles.types import CameraId, SourceId
from mapview.qt.map_colours import MapColours
from mapview.qt.picture import Render
from ui.dialogs.form import dim_label, named
from ui.dialogs.pairs.dialog import PairsDialog
from ui.dialogs.pairs.pair_table import parse_point


@dataclass(frozen=True, slots=True)
class Stand:
    """A placement of the camera as it can be calibrated: `wall_ns` is a moment within it, None
    where any moment is."""

    title: str
    from_ns: int | None
    wall_ns: int | None
    point: Point | None
    """Longitude and latitude of the camera."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A recording of the camera: its frames, and the one shown first."""

    source_id: SourceId
    title: str
    frames: int
    first: int = 0


class CalibrationDialog(PairsDialog):
    """Tells that a frame is wanted, a placement chosen, or the calibration in force is to go."""

    frame_wanted = Signal()
    """Of `source_id`, number `frame`; the answer is `show_frame`."""
    stand_changed = Signal()
    remove_wanted = Signal()
    recalled = Signal(object)
    """A `Calibration` kept before, whose pairs are to be shown."""

    def __init__(
        self,
        camera_id: CameraId,
        camera: str,
        stands: Sequence[Stand],
        *,
        colours: Callable[[], MapColours],
        render: Render,
        parent: QWidget | None = None,
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "calibration-dialog",
            said("CalibrationDialog", "Calibrate {0}").format(camera),
            said(
                "CalibrationDialog",
                "Mark points of the ground itself, such as corners of markings or the foot of a "
                "post: near and far, left and right. From six pairs on a wrong one is named.",
            ),
            colours=colours, render=render, least=4,
            keep=said("CalibrationDialog", "Keep calibration"), parent=parent,
        )  # fmt: skip
        self.camera_id = camera_id
        self._stands = tuple(stands)
        self._footage: tuple[Footage, ...] = ()
        self.size_px: tuple[int, int] | None = None
        """Of the frame in view, width and height."""
        self.files: QObject | None = None
        """Takes in and saves files of pairs."""
        self.given_size: tuple[int, int] | None = None
        """Of the pictures that imported pairs lie in, where their file says so."""
        self._make_head()
        self._make_axes()
        self.remove_button = QPushButton(self.tr("Remove calibration"))
        self.remove_button.setObjectName("calibration-remove")
        self.remove_button.setAutoDefault(False)
        self.remove_button.clicked.connect(self.remove_wanted)
        self.button_box.addButton(self.remove_button, self.button_box.ButtonRole.DestructiveRole)
        self.remove_button.setEnabled(False)
        self.picture.words = (
            self.tr("No recording of this camera here"),
            self.tr("Add its footage, or import pairs that somebody marked elsewhere."),
        )
        self.book_changed()

    @property
    def stand(self) -> Stand | None:
        """The placement chosen; None for a camera that stands nowhere."""
        at = self.stands.currentIndex()
        return self._stands[at] if 0 <= at < len(self._stands) else None

    @property
    def source_id(self) -> SourceId | None:
        """The recording chosen; None where there is none."""
        at = self.recordings.currentIndex()
        return self._footage[at].source_id if 0 <= at < len(self._footage) else None

    @property
    def frame(self) -> int:
        """The frame asked for."""
        return self.slider.value()

    def set_footage(self, known: Sequence[Footage], at: int = 0) -> None:
        """The recordings made while the camera stood so; the first frame is asked for."""
        self._footage = tuple(known)
        self.recordings.blockSignals(True)
        self.recordings.clear()
        self.recordings.addItems([one.title for one in known])
        self.recordings.setCurrentIndex(at if known else -1)
        self.recordings.blockSignals(False)
        for widget in (self.recordings, self.slider, *self.steps):
            widget.setEnabled(bool(known))
        if not known:
            self.where.clear()
            self.set_picture(QImage())
        self._take_recording()

    def show_frame(self, image: QImage, words: str) -> None:
        """A frame was read."""
        self.size_px = (image.width(), image.height())
        self.where.setText(words)
        self.set_picture(image)

    def show_kept(self, words: str, *, kept: bool, earlier: Sequence[Calibration],
                  name: Callable[[Calibration], str]) -> None:  # fmt: skip
        """What is in force of the placement, and what was kept of this camera, newest first."""
        self.kept.setText(words)
        self.remove_button.setEnabled(kept)
        menu = QMenu(self.earlier)
        for one in earlier:
            action = menu.addAction(name(one))
            action.triggered.connect(lambda _=False, made=one: self.recalled.emit(made))
        before = self.earlier.menu()
        self.earlier.setMenu(menu)
        if before is not None:
            before.deleteLater()
        self.earlier.setEnabled(bool(earlier))

    def book_changed(self) -> None:
        """Whether places are metres: then it is asked where they lie."""
        sheet = self.book.sheet
        self.axes.setVisible(sheet.in_metres or bool(sheet.homography))
        if sheet.origin is not None and not self.origin.hasFocus():
            self.origin.setText(f"{sheet.origin.lat:.7f}, {sheet.origin.lon:.7f}")
        if not self.turn.hasFocus():
            self.turn.setText(f"{sheet.y_axis_deg:g}")

    def _changed(self) -> None:
        self.book_changed()
        super()._changed()

    def _make_head(self) -> None:
        self.stands = QComboBox()
        named(self.stands, "calibration-placement", self.tr("Placement"))
        self.stands.addItems([one.title for one in self._stands])
        self.stands.setCurrentIndex(len(self._stands) - 1)
        self.recordings = QComboBox()
        named(self.recordings, "calibration-recording", self.tr("Recording"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        named(self.slider, "calibration-frame", self.tr("Frame"))
        self.slider.setMinimumWidth(120)
        self.where = dim_label("")
        self.where.setObjectName("calibration-where")
        self.where.setWordWrap(False)
        self.kept = dim_label("")
        self.kept.setObjectName("calibration-kept")
        self.earlier = QToolButton()
        named(self.earlier, "calibration-earlier", self.tr("Calibrations of this camera"))
        self.earlier.setText(self.tr("Kept before"))
        self.earlier.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.steps: list[QPushButton] = []
        if len(self._stands) > 1:
            self.head.addWidget(QLabel(self.tr("Placement")))
        self.head.addWidget(self.stands)
        self.stands.setVisible(len(self._stands) > 1)
        self.head.addWidget(self.recordings)
        self.head.addWidget(self.slider, 1)
        for step in (-1, 1):
            button = QPushButton("−1" if step < 0 else "+1")
            words = self.tr("one frame back") if step < 0 else self.tr("one frame forward")
            named(button, f"calibration-step{step:+d}", words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, by=step: self._step(by))
            self.steps.append(button)
            self.head.addWidget(button)
        self.head.addWidget(self.where)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.kept, 1)
        second.addWidget(self.earlier)
        self.rows.insertLayout(self.rows.indexOf(self.head) + 1, second)
        self.stands.currentIndexChanged.connect(self.stand_changed)
        self.recordings.currentIndexChanged.connect(self._take_recording)
        self.slider.valueChanged.connect(lambda _: self.frame_wanted.emit())

    def _make_axes(self) -> None:
        """Where metres of somebody's own lie on the earth."""
        self.axes = QWidget()
        row = QHBoxLayout(self.axes)
        row.setContentsMargins(0, 0, 0, 0)
        self.origin, self.turn = QLineEdit(), QLineEdit()
        named(self.origin, "calibration-origin", self.tr("Latitude, longitude of (0, 0)"))
        named(self.turn, "calibration-turn", self.tr("Direction of the y axis, degrees"))
        self.origin.setPlaceholderText(self.tr("latitude, longitude"))
        self.turn.setMaximumWidth(80)
        row.addWidget(dim_label(self.tr("Metres on axes of their own: (0, 0) lies at")))
        row.addWidget(self.origin, 1)
        row.addWidget(dim_label(self.tr("y points, clockwise from north")))
        row.addWidget(self.turn)
        self.rows.insertWidget(self.rows.indexOf(self.split) + 1, self.axes)
        for line in (self.origin, self.turn):
            line.editingFinished.connect(self._put_axes)

    def _put_axes(self) -> None:
        text, turn = self.origin.text().strip(), parse_point(f"{self.turn.text()}, 0")
        point = parse_point(text)
        if (text and point is None) or turn is None:
            self.refuse(self.tr("Write latitude, longitude like 44.9780, -93.2651."))
            return
        try:
            origin = None if point is None else GeoPoint(*point)
        except ValueError as error:
            self.refuse(self.tr("That is no place: {0}.").format(error))
            return
        self.book.put(replace(self.book.sheet, origin=origin, y_axis_deg=turn[0]))

    def _step(self, by: int) -> None:
        self.slider.setValue(self.slider.value() + by)

    def _take_recording(self) -> None:
        at = self.recordings.currentIndex()
        if not 0 <= at < len(self._footage):
            return
        one = self._footage[at]
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(one.frames - 1, 0))
        self.slider.setValue(one.first)
        self.slider.blockSignals(False)
        self.frame_wanted.emit()
