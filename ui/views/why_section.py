"""Why a hit was found: how sure, what contributed as bars, and the reasons that have none."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from casefiles.usecases.sureness import sureness
from casefiles.view_types import Hit
from ui.theme import text_font
from ui.views.confidence import ConfidenceBar
from ui.views.fact_list import value_label
from ui.views.why_bars import WhyBars, unmeasured


class WhySection(QWidget):
    """There only while it says something."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Hit | None = None
        heading = QLabel(self.tr("Why it was found"))
        heading.setFont(text_font(13, bold=True))
        self._bar = ConfidenceBar()
        self.confidence = value_label(self.tr("Confidence"))
        self.bars = WhyBars()
        self.why = value_label(self.tr("Why it was found"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._bar)
        line.addWidget(self.confidence, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(heading)
        rows.addLayout(line)
        rows.addWidget(self.bars)
        rows.addWidget(self.why)
        self.hide()

    def show_hit(self, hit: Hit | None) -> None:
        """Says it of a hit; None: goes away."""
        if hit == self._shown:
            return
        self._shown = hit
        self.setVisible(hit is not None)
        if hit is None:
            return
        self._bar.set_score(hit.score)
        self.confidence.setText(self.tr("{0} confidence").format(sureness(hit.score)))
        self.bars.show_parts(hit.parts)
        rest = unmeasured(hit)
        self.why.setText("\n".join(f"• {one}" for one in rest))
        self.why.setVisible(bool(rest))
        self.why.setAccessibleName(self.tr("Why it was found: {0}").format(", ".join(hit.why)))
