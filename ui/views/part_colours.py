"""Colours of what was seen, part by part: a strip of swatches and the same in words."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from casefiles.types import BodyPart
from casefiles.view_types import ColourShare
from ui.models.facts import PART_NAMES, share_words
from ui.theme import set_property, text_font
from ui.views.fact_list import value_label
from ui.views.swatch import ColourStrip


class PartColours(QWidget):
    """Up to three parts; those that could not be judged are absent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("part-colours")
        heading = QLabel(self.tr("Colours"))
        heading.setFont(text_font(13, bold=True))
        self._lines = rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(heading)
        self._shown: Mapping[BodyPart, tuple[ColourShare, ...]] = {}
        self.rows: dict[BodyPart, tuple[QLabel, ColourStrip, QLabel]] = {}
        for part, name in PART_NAMES.items():
            title = QLabel(self.tr(name))
            title.setTextFormat(Qt.TextFormat.PlainText)
            set_property(title, "dim", True)
            strip, words = ColourStrip(), value_label()
            for widget in (title, strip, words):
                rows.addWidget(widget)
            self.rows[part] = (title, strip, words)
        self.hide()

    def show_colours(self, colours: Mapping[BodyPart, tuple[ColourShare, ...]]) -> None:
        """Shows the colours of these parts."""
        if colours == self._shown:
            return
        self._shown = dict(colours)
        # Laid out once at the end, not with every line that comes or goes.
        self._lines.setEnabled(False)
        for part, (title, strip, words) in self.rows.items():
            shares = colours.get(part, ())
            for widget in (title, strip, words):
                widget.setVisible(bool(shares))
            strip.set_shares(shares)
            words.setText(share_words(shares) if shares else "")
            words.setAccessibleName(f"{title.text()}: {words.text()}")
        self._lines.setEnabled(True)
        self.setVisible(any(colours.values()))
