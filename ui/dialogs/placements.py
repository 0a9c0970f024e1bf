"""Where a camera stood from when to when: its dated placements, its name, kind and note."""

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from casefiles.camera_edits import check_name
from casefiles.errors import BadPlacement
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.place_cameras import moved_since
from resources.errors import UserError
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.placement_rows import LAT, PlacementModel, PlacementRow
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import local, zone_words
from ui.theme import set_property

_KINDS = ("", "fixed", "ptz", "trailer", "alpr")
_WIDTHS = (210, 210, 110, 110, 90, 80, 80, 90)


class PlacementsDialog(FormDialog):
    """`camera()` is the camera as it is to be, once it was accepted."""

    def __init__(
        self,
        camera: Camera,
        zone_name: str,
        parent: QWidget | None = None,
        *,
        taken: Collection[str] | None = None,
        calibrated: Collection[int | None] = (),
        at_ns: int = 0,
    ) -> None:
        """`taken` are the ids of the case where this is a new camera, None where it is known;
        `calibrated` are the starts of the placements that a calibration belongs to; `at_ns` is
        the time proposed for a move."""
        said = QCoreApplication.translate
        title = (
            said("PlacementsDialog", "Placements of {0}").format(camera.name)
            if taken is None
            else said("PlacementsDialog", "New camera")
        )
        super().__init__(
            "placements",
            title,
            said("PlacementsDialog", "A camera stands at one place at a time. An empty start means "
                 "since ever, an empty end until today; times are in {0}.").format(
                     zone_words(zone_name)
                 ),
            parent,
        )  # fmt: skip
        self._camera, self._zone_name, self._taken = camera, zone_name, taken
        self._calibrated = frozenset(calibrated)
        form = self.add_form()
        self.id = self._line("placements-id", self.tr("Id"), camera.camera_id)
        self.id.setEnabled(taken is not None)
        form.addRow(self.tr("&Id"), self.id)
        self.name = self._line("placements-name", self.tr("Name"), camera.name)
        form.addRow(self.tr("&Name"), self.name)
        self.kind = QComboBox()
        named(self.kind, "placements-kind", self.tr("Kind"))
        self.kind.setEditable(True)
        self.kind.addItems(_KINDS)
        self.kind.setCurrentText(camera.kind)
        self.kind.currentTextChanged.connect(self._check)
        form.addRow(self.tr("&Kind"), self.kind)
        self.notes = self._line("placements-notes", self.tr("Note"), camera.notes)
        form.addRow(self.tr("N&ote"), self.notes)
        self.model = PlacementModel(
            camera.placements, zone_name, self._check, self._calibration, self
        )
        self.table = self._make_table()
        self.rows.addWidget(self.table, 1)
        self.moved_at = self._line(
            "placements-moved-at",
            self.tr("When it was moved"),
            local(at_ns, zone_name).isoformat(timespec="seconds") if at_ns else "",
        )
        self.moved_at.setPlaceholderText("2026-03-02T14:00:00-06:00")
        self.rows.addLayout(self._make_tools())
        self.problem = dim_label("")
        self.problem.setObjectName("what-is-wrong")
        self.rows.addWidget(self.problem)
        self.keep = self.add_buttons(self.tr("Keep") if taken is None else self.tr("Add"))
        self.resize(1040, 520)
        self._check()
        (self.table if taken is None else self.name).setFocus()

    def camera(self) -> Camera:
        """What was typed.

        Raises:
            UserError: it makes no sense; the message says what.
        """
        camera_id, name = self.id.text().strip(), self.name.text().strip()
        if self._taken is not None:
            check_name(camera_id, "id")
            if camera_id in self._taken:
                raise BadPlacement(
                    self.tr("there is a camera {0} already").format(camera_id),
                    self.tr("Give this one another id."),
                )
        name = name or camera_id
        if name != self._camera.name:
            check_name(name, "name")
        # Of several lines only the first could be typed here; what nobody touched stays whole.
        notes = self.notes.text().strip()
        untouched = self.notes.text() == _one_line(self._camera.notes)
        return Camera(
            CameraId(camera_id),
            name,
            self.model.placements(),
            self.kind.currentText().strip(),
            self._camera.notes if untouched else notes,
        )

    def accept(self) -> None:
        if self.keep.isEnabled():
            super().accept()

    def move_since(self, point: GeoPoint | None = None) -> None:
        """A placement more from the time typed, at a place (or one to be typed); the one in force
        ends then."""
        try:
            at_ns = wall_of_entry(self.moved_at.text(), 0, self._zone_name)
            before = self.model.placements()
            there = point or (before[-1].point if before else GeoPoint(0.0, 0.0))
            made = moved_since(before, at_ns, Placement(there))
        except UserError as error:
            self._say(f"{error.message}. {error.hint}", wrong=True)
            return
        self.model.replace_all(made)
        number = next(at for at, place in enumerate(made) if place.from_ns == at_ns)
        if point is None:
            # It is not known yet; the old place must not pass for it.
            row = self.model.rows[number]
            row.texts[LAT] = row.texts[LAT + 1] = ""
            self._check()
        self.table.setCurrentIndex(self.model.index(number, LAT))
        self.table.setFocus()

    def add_row(self) -> None:
        """An empty placement."""
        number = self.model.add(PlacementRow([""] * 7))
        self.table.setCurrentIndex(self.model.index(number, LAT))
        self.table.setFocus()

    def remove_rows(self) -> None:
        """Takes the chosen placements away."""
        self.model.remove([one.row() for one in self.table.selectionModel().selectedRows()])

    def _check(self) -> None:
        if not hasattr(self, "keep"):
            return
        try:
            camera = self.camera()
        except UserError as error:
            self.keep.setEnabled(False)
            self._say(f"{error.message}. {error.hint}", wrong=True)
            return
        self.keep.setEnabled(self._taken is not None or camera != self._camera)
        starts = {place.from_ns for place in camera.placements}
        lost = any(start not in starts for start in self._calibrated)
        if lost:
            self._say(
                self.tr(
                    "The placement that a calibration belongs to is gone or begins at another "
                    "time: the calibration would hold for no time. 'Moved since' keeps it."
                ),
                wrong=True,
            )
        elif not camera.placements:
            self._say(self.tr("Without a place the camera is kept, and is not on the map."))
        elif not self.keep.isEnabled():
            self._say(self.tr("Nothing is changed yet."))
        else:
            self._say("")

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.problem.setText(words)
        set_property(self.problem, "tone", "alert" if wrong else "")

    def _calibration(self, row: PlacementRow) -> str:
        known = row.was is not None and row.was.from_ns in self._calibrated
        return self.tr("yes") if known else ""

    def _line(self, name: str, spoken: str, text: str) -> QLineEdit:
        line = QLineEdit(_one_line(text))
        named(line, name, spoken)
        line.textChanged.connect(self._check)
        return line

    def _make_tools(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        label = QLabel(self.tr("Moved &since"))
        label.setBuddy(self.moved_at)
        line.addWidget(label)
        self.moved_at.setFixedWidth(240)
        line.addWidget(self.moved_at)
        for text, act, name in (
            (self.tr("Add the move"), lambda: self.move_since(), "placements-move"),
            (self.tr("Add placement"), self.add_row, "placements-add"),
            (self.tr("Remove placement"), self.remove_rows, "placements-remove"),
        ):
            button = QPushButton(text)
            named(button, name, text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _make_table(self) -> QTableView:
        table = QTableView()
        named(table, "placements-table", self.tr("Placements"))
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().setDefaultSectionSize(28)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        return table


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))
