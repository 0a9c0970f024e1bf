"""Tables of events (call log, phone, statement, alarm) as CSV → `CaseEvents` columns; a wrong row
refuses the whole file.

Files are data from strangers: size is capped, cells are text and nothing is computed. Times that
name no zone are read in the one that a person gives for the whole file; none is ever guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

import numpy as np

from casefiles.case_events import EVENTS_PER_IMPORT, CaseEvents
from casefiles.errors import BadEvents, TimesWithoutZone
from casefiles.exchange.csv_rows import csv_headings, csv_rows
from casefiles.exchange.safe_text import read_text
from casefiles.geo import GeoPoint
from video.clock import NS_PER_S, BadTime, wall_to_ns, zone_of
from video.local_time import TimeTwice, parse_local, readings_of

EVENT_COLUMNS: Final = (
    "time", "end", "kind", "title", "text", "who", "lat", "lon", "uncertainty", "id",
)  # fmt: skip
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time", "timestamp", "datetime", "date/time", "date time", "date and time", "start"),
    "end": ("end", "ended", "end time", "until"),
    "kind": ("kind", "type", "category"),
    "title": ("title", "subject", "summary"),
    "text": ("text", "description", "message", "details", "narrative", "content"),
    "who": ("who", "source", "from", "caller", "witness", "number"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "uncertainty": ("uncertainty", "uncertainty_s", "accuracy_s", "+/-"),
    "id": ("id", "event id", "event_id", "no", "no."),
}
_MOST: Final = EVENTS_PER_IMPORT - 1
_LONGEST_TEXT: Final = 20_000
_LONGEST_WORD: Final = 500
_EARLIEST_NS: Final = 0
_LATEST_NS: Final = 7_258_118_400 * NS_PER_S
"""2200-01-01."""
_DAY_ALONE: Final = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(-?\d)?")
_LENGTH: Final = re.compile(r"(?:±|\+/-)?\s*(\d+(?:[.,]\d+)?)\s*(s|sec|min|h)?")
_UNIT_S: Final = {None: 1, "s": 1, "sec": 1, "min": 60, "h": 3600}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAME_ZONE: Final = "Name the zone of the file with --zone, such as America/Chicago or -06:00."
_MEND: Final = "Mend the row; nothing was imported."


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """The events of a file by their beginning, numbered from 1, and how its columns were read."""

    events: CaseEvents
    headings: Mapping[str, str]
    """Heading of the file by column of ours."""
    needed_zone: bool
    """Whether some time named no zone of its own."""


def lists_events(path: Path) -> bool:
    """Whether a CSV file has a column of times: then its rows are events, not cameras.

    Raises:
        BadEvents: it cannot be read.
    """
    headings = csv_headings(read_text(path, BadEvents, kinds=".csv")[:65_536])
    said = {heading.casefold() for heading in headings}
    return bool(said & set(_ALIASES["time"]))


def read_events(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    zone_name: str | None = None,
    fold: int | None = None,
) -> ReadEvents:
    """The events of a CSV file.

    `mapping` names, for a column of ours, the heading the file uses: `{"time": "Call start"}`.
    `zone_name` is the zone of times that name none; `fold` (1 or 2) says which is meant of an hour
    that came twice.

    Raises:
        TimeTwice: an hour came twice and `fold` does not say which; the message names the row.
        BadTime: there is no zone of that name.
        BadEvents: unreadable, a needed column is missing, or a row is wrong; the message names it.
    """
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        raise BadEvents(f"{path} is not a table of events", "Give a .csv file.")
    if zone_name is not None:
        zone_of(zone_name)
    text = read_text(path, BadEvents, kinds=".csv")
    headings = _headings(path, csv_headings(text.lstrip("\r\n")), mapping or {})
    reader = _Reader(path, headings, zone_name, fold)
    for where, cells in csv_rows(path, text.lstrip("\r\n"), BadEvents):
        # A row of separators alone is how table programs end a file.
        if any(cells.values()):
            reader.take(where, cells)
    if not reader.times:
        raise BadEvents(f"{path} holds no event", "Give a file with at least one row.")
    return ReadEvents(reader.columns(), headings, reader.needed_zone)


def _headings(path: Path, found: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """Which heading of the file holds each of our columns; what is not there is left out."""
    listed = ", ".join(name for name in found if name) or "none"
    for column, heading in mapping.items():
        if column not in EVENT_COLUMNS:
            raise BadEvents(f"there is no column {column}", f"Ours are {', '.join(EVENT_COLUMNS)}.")
        if heading not in found:
            raise BadEvents(f"{path} has no column {heading}", f"Its columns are: {listed}.")
    chosen = dict(mapping)
    taken = set(mapping.values())
    for column in EVENT_COLUMNS:
        if column in chosen:
            continue
        meant = [h for h in found if h not in taken and h.casefold() in _ALIASES[column]]
        # Our own word comes first: a file may have 'id' and 'no.' both.
        meant.sort(key=lambda h, c=column: h.casefold() != c)  # type: ignore[misc]
        if len(meant) > 1 and meant[0].casefold() != column:
            raise BadEvents(
                f"{path} has columns {meant[0]} and {meant[1]}, and both may be the {column}",
                f"Say which with --map {column}=HEADING.",
            )
        if meant:
            chosen[column] = meant[0]
            taken.add(meant[0])
    if "time" not in chosen:
        raise BadEvents(
            f"{path} has no column time",
            f"Its columns are: {listed}. Name the right one with --map time=COLUMN.",
        )
    if not {"kind", "title", "text"} & chosen.keys():
        raise BadEvents(
            f"{path} does not say what happened: it has no column kind, title or text",
            f"Its columns are: {listed}. Name the right one with --map text=COLUMN.",
        )
    return chosen


class _NoZone(ValueError):
    """A time that names no zone, where none was given for the file."""


class _Reader:
    """Cells into columns, row by row."""

    def __init__(
        self, path: Path, headings: Mapping[str, str], zone_name: str | None, fold: int | None
    ) -> None:
        self.times: list[tuple[int, int, int]] = []
        self.needed_zone = False
        self._path, self._headings = path, headings
        self._zone_name, self._fold = zone_name, fold
        self._lines: list[int] = []
        self._texts: dict[str, list[str]] = {
            name: [] for name in ("id", "kind", "title", "text", "who")
        }
        self._places: list[tuple[float, float]] = []

    def take(self, where: str, cells: Mapping[str, str]) -> None:
        if len(self.times) >= _MOST:
            raise BadEvents(f"{self._path} holds more than {_MOST} events", "Split the file.")
        said = {column: cells.get(heading, "") for column, heading in self._headings.items()}
        try:
            texts = {name: _text(name, said.get(name, "")) for name in self._texts}
            if not (texts["kind"] or texts["title"] or texts["text"]):
                raise ValueError("kind, title and text are empty: nothing is said to have happened")
            times = self._times(said)
            place = _place(said.get("lat", ""), said.get("lon", ""))
        except TimeTwice as error:
            error.message = f"{self._path} {where}: {error.message}"
            raise
        except _NoZone as error:
            raise TimesWithoutZone(
                f"{self._path} {where}: '{error}' has no time zone", _NAME_ZONE
            ) from None
        except BadTime as error:
            raise BadEvents(f"{self._path} {where}: {error.message}", error.hint) from error
        except ValueError as error:
            raise BadEvents(f"{self._path} {where}: {error}", _MEND) from error
        self.times.append(times)
        self._places.append(place)
        self._lines.append(int(where.rpartition(" ")[2]))
        for name, value in texts.items():
            self._texts[name].append(value)

    def _times(self, said: Mapping[str, str]) -> tuple[int, int, int]:
        if not said["time"]:
            raise ValueError("it has no time")
        start = self._time(said["time"])
        end = self._time(said["end"]) if said.get("end") else start
        if end < start:
            raise ValueError(f"it ends ({said['end']}) before it begins ({said['time']})")
        return start, end, _uncertainty(said.get("uncertainty", ""))

    def _time(self, text: str) -> int:
        if _DAY_ALONE.fullmatch(text):
            raise ValueError(f"'{text}' is a day without a time of day")
        # Told apart by the reading itself: without a zone given, a time that names none fails.
        try:
            moment = parse_local(text, None)
        except BadTime:
            # What is no time at all says so first.
            readings_of(text, UTC)
            if self._zone_name is None:
                raise _NoZone(text) from None
            moment = parse_local(text, self._zone_name, fold=self._fold)
            self.needed_zone = True
        wall_ns = wall_to_ns(moment)
        if not _EARLIEST_NS <= wall_ns < _LATEST_NS:
            raise ValueError(f"{text} is not between the years 1970 and 2200")
        return wall_ns

    def columns(self) -> CaseEvents:
        """Everything taken, by time; of one moment in the order of the file."""
        times = np.array(self.times, np.int64).reshape(-1, 3)
        order = np.argsort(times[:, 0], kind="stable")
        times = times[order]
        places = np.array(self._places, np.float64).reshape(-1, 2)[order]
        at = order.tolist()
        texts = {name: [column[i] for i in at] for name, column in self._texts.items()}
        lines = np.array(self._lines, np.int64)[order]
        return CaseEvents(
            event_id=order.astype(np.int64) + 1,
            import_id=np.zeros(len(at), np.int64),
            line=lines,
            own_id=texts["id"],
            from_ns=times[:, 0],
            to_ns=times[:, 1],
            uncertainty_ns=times[:, 2],
            kind=texts["kind"],
            title=texts["title"],
            text=texts["text"],
            who=texts["who"],
            lat=places[:, 0],
            lon=places[:, 1],
        )


def _text(name: str, value: str) -> str:
    longest = _LONGEST_TEXT if name == "text" else _LONGEST_WORD
    if len(value) > longest:
        raise ValueError(f"its {name} has {len(value)} letters, more than {longest}")
    if _CONTROL.search(value):
        raise ValueError(f"its {name} holds a control character")
    return value


def _place(lat: str, lon: str) -> tuple[float, float]:
    if not lat and not lon:
        return float("nan"), float("nan")
    if not lat or not lon:
        raise ValueError("a place needs a lat and a lon")
    try:
        # Python's own digit grouping would turn a mistyped 4_5 into 45.
        point = GeoPoint(float(lat.replace("_", "?")), float(lon.replace("_", "?")))
    except ValueError as error:
        raise ValueError(f"'{lat}', '{lon}' is no place: {error}") from None
    return point.lat, point.lon


def _uncertainty(text: str) -> int:
    if not text:
        return 0
    found = _LENGTH.fullmatch(text.casefold())
    if found is None:
        raise ValueError(f"uncertainty '{text}' is not a length such as 90, 5 min or 2 h")
    seconds = float(found[1].replace(",", ".")) * _UNIT_S[found[2]]
    if seconds > 366 * 86_400:
        raise ValueError(f"uncertainty '{text}' is more than a year")
    return round(seconds * NS_PER_S)
