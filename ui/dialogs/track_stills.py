"""Where a picture made of tracks goes: a stroboscope still, or contact sheets."""

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QSpinBox, QWidget

from ui.dialogs.export import PathRow
from ui.dialogs.form import FormDialog, dim_label, named

_WIDE: Final = 560


class TrackStillDialog(FormDialog):
    """Where the picture goes and, for a stroboscope still, of how many moments it is."""

    def __init__(
        self,
        name: str,
        title: str,
        said: str,
        out: Path,
        *,
        moments: int | None = None,
        most: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is that of the dialog; without `moments` none are asked for."""
        super().__init__(name, title, said, parent)
        form = self.add_form()
        self.out = PathRow(f"{name}-file", self.tr("Picture file"), out)
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Picture file"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        self.moments = QSpinBox()
        named(self.moments, f"{name}-moments", self.tr("At most so many moments"))
        if moments is not None:
            self.moments.setRange(2, most)
            self.moments.setValue(moments)
            form.addRow(self.tr("Moments"), self.moments)
        self.moments.setVisible(moments is not None)
        self.rows.addWidget(
            dim_label(
                self.tr(
                    "What is not cut out of the recordings yet is cut out first, which takes a "
                    "while. A sidecar beside the picture says which frames it is made of, with "
                    "hashes and both times."
                )
            )
        )
        self.add_buttons(self.tr("Save"))
        self.setMinimumWidth(_WIDE)
