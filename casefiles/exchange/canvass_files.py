"""Registries of other people's cameras as CSV → `CanvassEntry` values, wrong rows told apart; and
the canvass list as CSV again."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casefiles.canvass_edits import check_entry
from casefiles.canvass_types import CanvassEntry
from casefiles.errors import BadCanvass
from casefiles.exchange.csv_rows import (
    csv_headings,
    csv_rows,
    kept_cell,
    number_in,
    plain_cell,
)
from casefiles.exchange.safe_text import read_hashed
from casefiles.geo import GeoPoint

COLUMNS: Final = (
    "id", "owner", "address", "lat", "lon", "contact", "kind", "keeps_days", "notes",
)  # fmt: skip
_OTHER_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("registry id", "registration id", "number", "no"),
    "owner": ("name", "business", "registrant", "owner name", "company"),
    "address": ("street", "street address", "location", "site"),
    "lat": ("latitude", "y"),
    "lon": ("longitude", "lng", "long", "x"),
    "contact": ("phone", "telephone", "email", "e-mail", "contact details"),
    "kind": ("type", "camera type", "system"),
    "keeps_days": ("retention", "retention days", "retention_days", "keeps days", "days kept"),
    "notes": ("note", "comment", "comments", "remarks"),
}
_NOT_KNOWN: Final = frozenset({"", "?", "-", "n/a", "na", "unknown", "not known"})
_MOST_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class RegistryTable:
    """A registry as read: what can be used, and what is wrong with which of the other rows."""

    entries: tuple[CanvassEntry, ...]
    problems: tuple[str, ...]
    sha256: str


def read_registry(path: Path, *, mapping: Mapping[str, str] | None = None) -> RegistryTable:
    """The entries of a `.csv` file. `mapping` names, for a column of ours, the heading the file
    uses; headings that are usual elsewhere are known.

    Raises:
        BadCanvass: unreadable, no table, or neither owners nor addresses are in it.
    """
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise BadCanvass(f"{path} is not a registry", "Give a .csv file.")
    text, digest = read_hashed(path, BadCanvass, kinds=".csv")
    headings = _headings(csv_headings(text), mapping or {})
    if not {"owner", "address"} & set(headings.values()):
        raise BadCanvass(
            f"{path} has no column owner and no column address",
            f"Its columns are: {', '.join(csv_headings(text)) or 'none'}. "
            "Name the right one with --map owner=COLUMN.",
        )
    entries: list[CanvassEntry] = []
    problems: list[str] = []

    def wrong(where: str, what: str, hint: str) -> None:
        problems.append(f"{where} {what}: {hint[0].lower()}{hint[1:].rstrip('.')}")

    for number, (where, cells) in enumerate(csv_rows(path, text, BadCanvass, wrong=wrong)):
        if number == _MOST_ROWS:
            raise BadCanvass(f"{path} holds more than {_MOST_ROWS} rows", "Split the file.")
        ours = {
            headings[name]: plain_cell(cell) for name, cell in cells.items() if name in headings
        }
        if not any(ours.values()):
            continue
        try:
            entries.append(_entry(ours, path.name))
        except (ValueError, BadCanvass) as error:
            problems.append(f"{where}: {getattr(error, 'message', error)}")
    if not entries and not problems:
        raise BadCanvass(f"{path} holds no row", "Give a file with at least one owner.")
    return RegistryTable(tuple(entries), tuple(problems), digest)


def lists_owners(path: Path) -> bool:
    """Whether a CSV file has a column of owners, or of how long recorders hold: then its rows are
    other people's cameras, not cameras of the case.

    Raises:
        BadCanvass: it cannot be read.
    """
    there = csv_headings(read_hashed(path, BadCanvass, kinds=".csv")[0][:65_536])
    # A name may be that of a camera.
    owners = {"owner", "keeps_days", *_OTHER_HEADINGS["owner"], *_OTHER_HEADINGS["keeps_days"]}
    return bool({one.casefold() for one in there} & (owners - {"name"}))


def canvass_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table that table programs know to be UTF-8 and compute nothing in, and that reads back as
    it was."""
    held = io.StringIO(newline="")
    table = csv.writer(held)
    table.writerow(headings)
    table.writerows([kept_cell(cell) for cell in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def _headings(there: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Which of our columns each heading of the file stands for."""
    missing = [heading for heading in mapping.values() if heading not in there]
    unknown = [column for column in mapping if column not in COLUMNS]
    if missing or unknown:
        raise BadCanvass(
            f"the file has no column {missing[0]}" if missing else f"{unknown[0]} is no column",
            f"Its columns are: {', '.join(there)}; ours are: {', '.join(COLUMNS)}.",
        )
    found = {heading: column for column, heading in mapping.items()}
    for column in COLUMNS:
        if column in found.values():
            continue
        for name in (column, *_OTHER_HEADINGS[column]):
            same = [one for one in there if one.casefold() == name and one not in found]
            if same:
                found[same[0]] = column
                break
    return found


def _entry(cells: Mapping[str, str], origin: str) -> CanvassEntry:
    made = CanvassEntry(
        owner=cells.get("owner", ""),
        address=cells.get("address", ""),
        point=_point(cells),
        contact=cells.get("contact", ""),
        kind=cells.get("kind", ""),
        keeps_days=_days(cells.get("keeps_days", "")),
        notes=cells.get("notes", ""),
        own_id=cells.get("id", ""),
        origin=origin,
    )
    check_entry(made)
    return made


def _point(cells: Mapping[str, str]) -> GeoPoint | None:
    lat, lon = cells.get("lat", ""), cells.get("lon", "")
    if not lat and not lon:
        return None
    place = number_in("lat", lat), number_in("lon", lon)
    if abs(place[0]) > 90 >= abs(place[1]):
        raise ValueError(f"latitude {lat} is outside -90..90: lat and lon seem to be swapped")
    return GeoPoint(*place)


def _days(text: str) -> float | None:
    said = text.casefold().removesuffix("days").removesuffix("day").strip()
    if said in _NOT_KNOWN:
        return None
    try:
        days = float(said.replace("_", "?"))
    except ValueError:
        raise ValueError(f"keeps_days '{text}' is not a number of days") from None
    if not 0 <= days <= 36_600:
        raise ValueError(f"keeps_days {text} is not from 0 to 36600")
    return days
