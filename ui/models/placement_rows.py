"""Placements of a camera as a person types them: texts by column, and the values they mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt

from casefiles.camera_edits import check_placements, in_order
from casefiles.errors import BadPlacement
from casefiles.geo import GeoPoint
from casefiles.types import Placement
from resources.errors import UserError
from ui.models.table import Column, Index, TableModel
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import local

FROM, TO, LAT, LON, HEADING, FOV, RANGE = range(7)
_FIGURES: Final = (LAT, LON, HEADING, FOV, RANGE)


@dataclass(slots=True)
class PlacementRow:
    """One placement: the texts of its cells, and what they were made of."""

    texts: list[str]
    was: Placement | None = None
    said: list[str] = field(default_factory=list)
    """The texts as they were made: what nobody touched keeps its value to the last digit."""


def row_of(place: Placement, zone_name: str) -> PlacementRow:
    """The row of a placement, its times in the zone of the case."""
    times = ["" if moment is None else local(moment, zone_name).isoformat()
             for moment in (place.from_ns, place.to_ns)]  # fmt: skip
    figures = (place.point.lat, place.point.lon, place.heading_deg, place.fov_deg, place.range_m)
    texts = [*times, *("" if value is None else repr(value) for value in figures)]
    return PlacementRow(texts, place, list(texts))


class PlacementModel(TableModel[PlacementRow]):
    """The rows; `changed` is called when somebody typed, or rows came and went."""

    def __init__(
        self,
        placements: Sequence[Placement],
        zone_name: str,
        changed: Callable[[], None],
        calibrated: Callable[[PlacementRow], str],
        parent: QObject | None = None,
    ) -> None:
        self._zone_name, self._changed = zone_name, changed
        titles = (
            _said("From"), _said("Until"), _said("Latitude"), _said("Longitude"),
            _said("Heading °"), _said("Angle °"), _said("Reach m"),
        )  # fmt: skip
        super().__init__(
            (
                *(self._column(title, number) for number, title in enumerate(titles)),
                Column(_said("Calibrated"), calibrated, calibrated),
            ),
            parent,
        )
        self.set_rows([row_of(place, zone_name) for place in placements])

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        # Unlike elsewhere, a cell may be emptied: what is not known is left open.
        row = self.row(index)
        change = self.columns[index.column()].change if row is not None else None
        if row is None or change is None or role != Qt.ItemDataRole.EditRole:
            return False
        change(row, str(value))
        self.dataChanged.emit(index, index)
        return True

    def placements(self) -> tuple[Placement, ...]:
        """What the rows say, in order of time.

        Raises:
            BadPlacement, UserError: a cell makes no sense, or two placements overlap.
        """
        made = in_order(self.placement(number) for number in range(len(self.rows)))
        check_placements(made)
        return made

    def placement(self, number: int) -> Placement:
        """What one row says.

        Raises:
            BadPlacement, UserError: a cell makes no sense; the row is named.
        """
        row = self.rows[number]
        where = _said("Row {0}").format(number + 1)
        if not row.texts[LAT] or not row.texts[LON]:
            raise BadPlacement(
                _said("{0}: say where it stands").format(where),
                _said("Type latitude and longitude in degrees."),
            )
        try:
            from_ns, to_ns = self._moment(row, FROM), self._moment(row, TO)
            lat, lon, heading, fov, reach = (_figure(row.texts[at]) for at in _FIGURES)
            return Placement(GeoPoint(lat or 0.0, lon or 0.0), heading, fov, reach, from_ns, to_ns)
        except UserError as error:
            raise BadPlacement(f"{where}: {error.message}", error.hint) from error
        except ValueError as error:
            raise BadPlacement(f"{where}: {error}", _said("Type it again.")) from error

    def replace_all(self, placements: Sequence[Placement]) -> None:
        """Shows these instead; those that were there keep what they are calibrated by."""
        self.set_rows([row_of(place, self._zone_name) for place in placements])
        self._changed()

    def add(self, row: PlacementRow) -> int:
        """Adds a row at the end; its number."""
        self.set_rows([*self.rows, row])
        self._changed()
        return len(self.rows) - 1

    def remove(self, numbers: Sequence[int]) -> None:
        """Takes rows away."""
        gone = set(numbers)
        self.set_rows([row for number, row in enumerate(self.rows) if number not in gone])
        self._changed()

    def _moment(self, row: PlacementRow, at: int) -> int | None:
        text = row.texts[at].strip()
        if row.was is not None and row.said[at] == text:
            return row.was.from_ns if at == FROM else row.was.to_ns
        return wall_of_entry(text, 0, self._zone_name) if text else None

    def _column(self, title: str, at: int) -> Column[PlacementRow]:
        def text(row: PlacementRow) -> str:
            return row.texts[at]

        def change(row: PlacementRow, words: str) -> None:
            row.texts[at] = words.strip()
            self._changed()

        return Column(title, text, text, change=change)


def _figure(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", ".").replace("−", "-").replace("_", "?"))
    except ValueError:
        raise ValueError(_said("'{0}' is not a number").format(text)) from None


def _said(text: str) -> str:
    return QCoreApplication.translate("PlacementRows", text)
