"""What a drag of a camera on the map means: it was moved on a date, or its place was wrong."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QWidget

from casefiles.types import Placement
from resources.errors import UserError
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.dragged_camera import DraggedCamera
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import local, moment
from ui.theme import set_property


class DraggedCameraDialog(FormDialog):
    """Asks, so that no drag rewrites silently where a camera stood; `placements()` is the answer
    once it was accepted."""

    def __init__(
        self, dragged: DraggedCamera, zone_name: str, *, calibrated: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`calibrated`: a calibration belongs to the placement that a correction would change."""
        said = QCoreApplication.translate
        super().__init__(
            "dragged-camera",
            said("DraggedCameraDialog", "Was {0} moved, or is its place wrong?").format(
                dragged.camera.name),
            said("DraggedCameraDialog",
                 "A move keeps where it stood before. A correction changes what the map says of "
                 "the past."),
            parent,
        )  # fmt: skip
        self._dragged, self._zone_name = dragged, zone_name
        self.moved = QRadioButton(self.tr("It was &moved there at"))
        named(self.moved, "dragged-moved", self.tr("It was moved there"))
        at_ns = dragged.wall_ns
        self.at = QLineEdit(
            "" if at_ns is None else local(at_ns, zone_name).isoformat(timespec="seconds")
        )
        named(self.at, "dragged-at", self.tr("When it was moved"))
        self.at.setPlaceholderText("2026-03-02T14:00:00-06:00")
        self.at.setMinimumWidth(240)
        line = QHBoxLayout()
        line.addWidget(self.moved)
        line.addWidget(self.at, 1)
        self.rows.addLayout(line)
        self.wrong = QRadioButton(self.tr("It stood there all along: &correct its place"))
        named(self.wrong, "dragged-correct", self.tr("Correct its place"))
        self.rows.addWidget(self.wrong)
        span = _span(dragged.placement, zone_name, self.tr("since ever"), self.tr("until today"))
        self.rows.addWidget(dim_label(self.tr("A correction holds {0}.").format(span)))
        self.problem = dim_label("")
        named(self.problem, "dragged-problem", self.tr("What is wrong"))
        self.rows.addWidget(self.problem)
        self._calibrated = calibrated
        self.keep = self.add_buttons(self.tr("Keep"))
        (self.wrong if at_ns is None else self.moved).setChecked(True)
        self.moved.toggled.connect(self._check)
        self.at.textChanged.connect(self._check)
        self.setMinimumWidth(620)
        self._check()
        self.keep.setFocus()

    @property
    def is_move(self) -> bool:
        """Whether it was moved; else its place is corrected."""
        return self.moved.isChecked()

    def placements(self) -> tuple[Placement, ...]:
        """Its placements as they are to be.

        Raises:
            UserError: what was typed is no time, or one at which a placement begins already.
        """
        if not self.is_move:
            return self._dragged.corrected()
        return self._dragged.moved(
            wall_of_entry(self.at.text(), self._dragged.wall_ns or 0, self._zone_name)
        )

    def _check(self) -> None:
        self.at.setEnabled(self.is_move)
        try:
            self.placements()
        except UserError as error:
            self._say(f"{error.message}. {error.hint}", wrong=True)
            return
        if not self.is_move and self._calibrated:
            self._say(self.tr("It is calibrated: the ground that its picture shows stays as it is "
                              "until it is calibrated anew."))  # fmt: skip
        elif self.is_move and self._calibrated:
            self._say(self.tr("Its calibration stays with the place before; the new one has none."))
        else:
            self._say("")

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.keep.setEnabled(not wrong)
        self.problem.setText(words)
        set_property(self.problem, "tone", "alert" if wrong else "")


def _span(place: Placement, zone_name: str, ever: str, today: str) -> str:
    ends = (place.from_ns, ever), (place.to_ns, today)
    return " – ".join(word if at is None else moment(at, zone_name) for at, word in ends)
