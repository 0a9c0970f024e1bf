"""Where a synopsis goes as a video, and how large it is."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from casefiles.usecases.export_synopsis import SynopsisWanted
from ui.dialogs.export import PathRow
from ui.dialogs.form import FormDialog, dim_label, named

_WIDE: Final = 560
_WIDTHS: Final = (1280, 1920, 640)
_RATES: Final = (25, 12)


class SynopsisDialog(FormDialog):
    """Asks for a new file; what is written is the synopsis that is shown."""

    def __init__(self, said: str, out: Path, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("SynopsisDialog", "Export the Rapid review")
        super().__init__("synopsis-dialog", title, said, parent)
        form = self.add_form()
        self.out = PathRow("synopsis-file", self.tr("Video file"), out)
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Video file"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        self.width_box = QComboBox()
        named(self.width_box, "synopsis-width", self.tr("Width of the video"))
        for width in _WIDTHS:
            self.width_box.addItem(self.tr("{0} pixels wide").format(width), width)
        form.addRow(self.tr("Size"), self.width_box)
        self.rate_box = QComboBox()
        named(self.rate_box, "synopsis-fps", self.tr("Pictures a second"))
        for rate in _RATES:
            self.rate_box.addItem(self.tr("{0} pictures a second").format(rate), rate)
        form.addRow(self.tr("Rate"), self.rate_box)
        self.rows.addWidget(
            dim_label(
                self.tr(
                    "The recorded time stands at every object. A document beside the video lists "
                    "where each comes from, what is left out and why; the synopsis can be made "
                    "again from it. Software output is a lead: a person confirms it."
                )
            )
        )
        self.add_buttons(self.tr("Export"))
        self.setMinimumWidth(_WIDE)

    def wanted(self) -> SynopsisWanted:
        """What is chosen."""
        return SynopsisWanted(
            self.out.path,
            fps=int(self.rate_box.currentData()),
            width=int(self.width_box.currentData()),
        )
