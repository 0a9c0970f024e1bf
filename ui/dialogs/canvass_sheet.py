"""What the request sheets to owners of cameras say, and where they are written."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QSpinBox, QWidget

from casefiles.canvass_types import CanvassId
from casefiles.usecases.canvass_sheets import SPARE_S, SheetWanted
from resources.errors import UserError
from ui.dialogs.export import PathRow
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.time_entry import wall_of_entry

_SHEET_WIDE: Final = 640


class SheetDialog(FormDialog):
    """What the request sheets say."""

    sheets_wanted = Signal(object, bool)
    """`SheetWanted`, and whether the entries are noted as asked."""

    def __init__(
        self, ids: tuple[CanvassId, ...], span: tuple[str, str], near_ns: int, zone_name: str,
        out: Path, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        said = QCoreApplication.translate
        super().__init__(
            "canvass-sheet", said("SheetDialog", "Request sheets"),
            said("SheetDialog", "One page an owner, and a table beside it. Owners: {0}.").format(
                len(ids)
            ),
            parent,
        )  # fmt: skip
        self._ids, self._near_ns, self._zone_name = ids, near_ns, zone_name
        form = self.add_form()
        self.fields: dict[str, QLineEdit] = {}
        for name, label, text in (
            ("place", self.tr("Place, in words"), ""),
            ("from", self.tr("It happened from"), span[0]), ("to", self.tr("to"), span[1]),
            ("officer", self.tr("Who asks"), ""), ("unit", self.tr("Unit"), ""),
            ("contact", self.tr("Telephone, e-mail"), ""), ("note", self.tr("Note"), ""),
        ):  # fmt: skip
            field = QLineEdit(text)
            named(field, f"sheet-{name}", label)
            form.addRow(label, field)
            self.fields[name] = field
        self.spare = QSpinBox()
        named(self.spare, "sheet-spare", self.tr("Spare minutes before and after"))
        self.spare.setRange(0, 1440)
        self.spare.setValue(round(SPARE_S / 60))
        self.spare.setSuffix(self.tr(" min before and after: clocks of recorders are off"))
        form.addRow(self.tr("Spare time"), self.spare)
        self.out = PathRow("sheet-file", self.tr("File"), out)
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Request sheets"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        self.mark = QCheckBox(self.tr("Note them as asked"))
        named(self.mark, "sheet-mark", self.tr("Note them as asked"))
        self.rows.addWidget(self.mark)
        self.problem = dim_label("")
        self.rows.addWidget(self.problem)
        self.add_buttons(self.tr("Write"))
        self.setMinimumWidth(_SHEET_WIDE)

    def accept(self) -> None:
        """Hands over what is wanted, or says what is wrong and stays."""
        text = {name: field.text().strip() for name, field in self.fields.items()}
        try:
            since, until = (
                wall_of_entry(text[name], self._near_ns, self._zone_name) for name in ("from", "to")
            )
        except UserError as error:
            self.problem.setText(str(error))
            return
        if not text["place"]:
            self.problem.setText(self.tr("Say the place in words that the owner knows."))
            return
        wanted = SheetWanted(
            self._ids, since, until, text["place"], self.out.path,
            spare_s=60.0 * self.spare.value(),
            officer=text["officer"], unit=text["unit"], contact=text["contact"], note=text["note"],
        )  # fmt: skip
        self.sheets_wanted.emit(wanted, self.mark.isChecked())
        super().accept()
