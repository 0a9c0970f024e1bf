"""Shows a suggested offset with the people it rests on, picture beside picture, to be judged."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QWidget

from casefiles.usecases.suggest_offset import OffsetSuggestion
from ui.dialogs.form import FormDialog, dim_label, named

_PICTURE_PX = 96


class SuggestionDialog(FormDialog):
    """Tells `wanted` when a person accepts the suggestion that is chosen."""

    wanted = Signal()
    chosen_changed = Signal()

    def __init__(
        self, found: Sequence[OffsetSuggestion], title: str, parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "suggestion",
            said("SuggestionDialog", "Offset suggested from people both views share"),
            title,
            parent,
        )
        self._found = tuple(found)
        self.choice = QComboBox()
        named(self.choice, "suggestion-choice", self.tr("Suggested offset"))
        for one in found:
            self.choice.addItem(self._words(one))
        self.rows.addWidget(self.choice)
        self.rows.addWidget(
            dim_label(self.tr("Each row is taken for one person: who left, and who came in."))
        )
        self.inside = QWidget()
        self.grid = QGridLayout(self.inside)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.inside)
        named(area, "suggestion-pairs", self.tr("Pairs of people"))
        area.setMinimumHeight(320)
        self.rows.addWidget(area, 1)
        self.accept_button = self.add_buttons(self.tr("Use this offset"))
        self.choice.currentIndexChanged.connect(self.chosen_changed)
        self.setMinimumWidth(520)

    @property
    def chosen(self) -> OffsetSuggestion:
        return self._found[self.choice.currentIndex()]

    def accept(self) -> None:
        self.wanted.emit()

    def finish(self) -> None:
        """Goes; the clock was set."""
        super().accept()

    def show_pairs(self, pictures: Mapping[int, QImage]) -> None:
        """The people the chosen suggestion rests on."""
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, pair in enumerate(self.chosen.people):
            for column, track in ((0, pair.track_left), (1, pair.track_came)):
                label = QLabel()
                label.setFixedHeight(_PICTURE_PX)
                image = pictures.get(track, QImage())
                label.setAccessibleName(self.tr("Track {0}").format(track))
                if image.isNull():
                    label.setText(self.tr("no picture"))
                else:
                    smooth = Qt.TransformationMode.SmoothTransformation
                    label.setPixmap(QPixmap.fromImage(image).scaledToHeight(_PICTURE_PX, smooth))
                self.grid.addWidget(label, row, column)
            words = self.tr("track {0} left, track {1} came · {2:+.1f} s off what is expected")
            text = words.format(pair.track_left, pair.track_came, pair.missed_s)
            self.grid.addWidget(dim_label(text), row, 2)

    def _words(self, one: OffsetSuggestion) -> str:
        sure = self.tr("clear") if one.is_clear else self.tr("weak: look at the pairs")
        return self.tr("add {0:+.2f} s (± {1:.2f} s), {2} people, {3}").format(
            one.add_s, one.error_s, len(one.people), sure
        )
