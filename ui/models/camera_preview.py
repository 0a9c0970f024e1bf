"""The rows of a camera list before it is taken in: what each is, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt

from casefiles.exchange.camera_rows import ReadRow
from casefiles.usecases.import_cameras import CameraPlan
from ui.models.table import Column, Index, TableModel
from ui.theme import colour

_SHOWN: Final = ("id", "name", "lat", "lon", "heading_deg", "fov_deg", "range_m", "from", "to",
                 "kind", "notes")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file and what becomes of it, in a word."""

    number: int
    row: ReadRow
    verdict: str

    @property
    def why(self) -> str:
        """What is wrong with it, and what to do."""
        problem = self.row.problem
        return "" if problem is None else f"{problem.what}. {problem.hint}".strip()


def preview_rows(plan: CameraPlan) -> list[PreviewRow]:
    """All rows of the list: those that are wrong first, else in the order of the file."""
    verdicts = dict.fromkeys((one.camera_id for one in plan.new), _said("new"))
    verdicts |= dict.fromkeys((one.camera_id for _, one in plan.changed), _said("changed"))
    verdicts |= dict.fromkeys((one.camera_id for one in plan.same), _said("as it is"))
    known: dict[str, str] = {str(key): word for key, word in verdicts.items()}
    rows = [
        PreviewRow(
            number,
            row,
            _said("left out")
            if row.problem is not None
            else known.get(row.cells.get("id", ""), ""),
        )
        for number, row in enumerate(plan.table.rows)
    ]
    return sorted(rows, key=lambda one: one.row.problem is None)


class PreviewModel(TableModel[PreviewRow]):
    """The table of the preview; wrong rows are coloured, and say why in words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column(_said("Row"), lambda one: one.row.where, lambda one: one.number),
                Column(_said("Becomes"), lambda one: one.verdict, lambda one: one.verdict),
                Column(_said("What is wrong"), lambda one: one.why, lambda one: one.why),
                *(
                    _cell_column(title, column)
                    for title, column in zip(titles(), _SHOWN, strict=True)
                ),
            ),
            parent,
        )

    def show(self, rows: Sequence[PreviewRow], *, only_wrong: bool) -> None:
        """Shows these, or only those that are wrong."""
        self.set_rows([one for one in rows if one.row.problem is not None or not only_wrong])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole:
            row = self.row(index)
            return colour("alert") if row is not None and row.row.problem is not None else None
        return super().data(index, role)


def titles() -> tuple[str, ...]:
    """The columns of a camera list, as people call them, in the order of the file's."""
    return (
        _said("Id"), _said("Name"), _said("Latitude"), _said("Longitude"), _said("Heading °"),
        _said("Angle °"), _said("Reach m"), _said("From"), _said("Until"), _said("Kind"),
        _said("Notes"),
    )  # fmt: skip


def _cell_column(title: str, column: str) -> Column[PreviewRow]:
    def text(one: PreviewRow) -> str:
        return one.row.cells.get(column, "")

    return Column(title, text, text)


def _said(text: str) -> str:
    return QCoreApplication.translate("CameraPreview", text)
