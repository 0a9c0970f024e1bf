"""What stands above the hits: how many, how often they are right, what is shown and how."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import CameraId
from casefiles.usecases.decided import Precision
from casefiles.view_types import CaseView, Hit
from ui.icons import icon
from ui.theme import THEME, set_property
from ui.views.elided_label import ElidedLabel


class ResultsHead(QWidget):
    """Labels, buttons and choices of the results; decides nothing itself."""

    def __init__(self) -> None:
        super().__init__()
        self._build()
        THEME.changed.connect(self._tint)
        self._tint()

    def show_precision(self, found: Precision, undecided: int) -> None:
        """How many of those looked at are right, beside the count; nothing while none is."""
        self.precision.setText(found.words())
        among = max(found.upto - found.looked_at, 0)
        tip = self.tr(
            "Of the hits somebody decided on, how many are right, with the interval that holds "
            "with 95 % confidence (Wilson). It tells of the first {0} of the list, {1} of which "
            "nobody decided on; not of the {2} undecided hits, and not of what the list lacks."
        )
        self.precision.setToolTip(tip.format(found.upto, among, undecided))
        self.precision.setVisible(bool(found.looked_at))

    def show_paging(self, *, shown: bool, back: bool, on: bool) -> None:
        """Whether there are pages, and which way."""
        for button, enabled in ((self.back_button, back), (self.on_button, on)):
            button.setVisible(shown)
            button.setEnabled(enabled)

    def list_cameras(self, view: CaseView | None, hits: tuple[Hit, ...]) -> CameraId | None:
        """Offers the cameras of some hits; gives the one that is chosen, if it still is there."""
        found = {hit.camera_id for hit in hits if hit.camera_id is not None}
        known = [] if view is None else [one for one in view.cameras if one.camera_id in found]
        before = self.camera.currentData()
        self.camera.blockSignals(True)
        self.camera.clear()
        self.camera.addItem(self.tr("All cameras"), None)
        for camera in known:
            self.camera.addItem(icon("camera"), camera.name, camera.camera_id)
        place = max(self.camera.findData(before), 0) if before is not None else 0
        self.camera.setCurrentIndex(place)
        self.camera.blockSignals(False)
        return CameraId(before) if place else None

    def _build(self) -> None:
        self.count = ElidedLabel()
        self.count.setObjectName("results-count")
        self.precision = ElidedLabel()
        self.precision.setObjectName("results-precision")
        self.precision.hide()
        self.order = self._combo("results-order", self.tr("Order of the results"))
        for text in (self.tr("Best first"), self.tr("By time"), self.tr("By camera")):
            self.order.addItem(text)
        self.camera = self._combo("results-camera", self.tr("Results of which camera"))
        self.cards_button = self._toggle("results-cards", self.tr("Show as pictures"))
        self.list_button = self._toggle("results-list", self.tr("Show as a list with all reasons"))
        self.similar_button = self._button("results-similar", self.tr("More like the current one"))
        self.similar_button.setToolTip(self.tr("More like the current one (S)"))
        self.back_button = self._button("results-back", self.tr("The hits before"))
        self.on_button = self._button("results-on", self.tr("The hits after"))
        self.right_button = self._button("results-right", self.tr("This result is right"))
        self.right_button.setToolTip(self.tr("This result is right; on to the next (Y)"))
        self.wrong_button = self._button("results-wrong", self.tr("This result is wrong"))
        self.wrong_button.setToolTip(self.tr("This result is wrong; on to the next (N)"))
        self.rank_button = self._toggle(
            "results-rank", self.tr("Order the undecided by what was said of the others")
        )
        self.rank_button.setChecked(True)
        self.hide_button = self._toggle("results-hide", self.tr("Hide the rejected ones"))
        self.export_button = self._button(
            "results-export", self.tr("Export these results with stills")
        )
        self.cards_button.setChecked(True)
        self._group = QButtonGroup(self)
        for button in (self.cards_button, self.list_button):
            self._group.addButton(button)
        self.shape_chosen = self._group.buttonClicked
        # Two rows, no more: the pictures below are what is looked at.
        self.row_of_counts = self._line(
            self.count, self.back_button, self.on_button, self.similar_button, self.rank_button,
            self.hide_button, self.export_button, self.cards_button, self.list_button,
        )  # fmt: skip
        self.choices = self._line(self.right_button, self.wrong_button, self.order, self.camera)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for row in (self.row_of_counts, self.choices, self.precision):
            rows.addWidget(row)
        set_property(self.count, "dim", True)

    def _line(self, *widgets: QWidget) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for widget in widgets:
            line.addWidget(widget, int(isinstance(widget, ElidedLabel | QComboBox)))
        return row

    def _combo(self, name: str, spoken: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(spoken)
        combo.setToolTip(spoken)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(3)
        return combo

    def _button(self, name: str, spoken: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(spoken)
        button.setToolTip(spoken)
        return button

    def _toggle(self, name: str, spoken: str) -> QToolButton:
        button = self._button(name, spoken)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _tint(self) -> None:
        for button, name in (
            (self.cards_button, "tiles-4"), (self.list_button, "menu"),
            (self.similar_button, "similar"), (self.back_button, "step-back"),
            (self.on_button, "step-forward"), (self.rank_button, "redo"),
            (self.hide_button, "filter"), (self.export_button, "export"),
        ):  # fmt: skip
            button.setIcon(icon(name))
        self.right_button.setIcon(icon("check", "good"))
        self.wrong_button.setIcon(icon("cancel"))
