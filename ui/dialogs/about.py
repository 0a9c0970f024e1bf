"""What this program is: version, licence, and what it found on this computer."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QWidget

from resources.version import PROGRAM_VERSION
from ui.dialogs.form import FormDialog, dim_label


class AboutDialog(FormDialog):
    """`facts` are pairs of a name and a value, such as the device in use; they can be copied."""

    def __init__(
        self, facts: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "about",
            said("AboutDialog", "Sightline {0}").format(PROGRAM_VERSION),
            said("AboutDialog", "Find and follow across many cameras: on this computer alone, "
                 "with every step logged."),
            parent,
        )  # fmt: skip
        form = self.add_form()
        licence = (self.tr("Licence"), "Apache 2.0")
        for name, value in (licence, *facts):
            label = QLabel(value)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(f"{name}: {value}")
            form.addRow(dim_label(name), label)
        self.add_buttons(self.tr("Close"), cancel=False)
        self.setMinimumWidth(440)
