"""What happened besides footage: calls, statements, alarms; values only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

EventId = NewType("EventId", int)
EventImportId = NewType("EventImportId", int)
EVENTS_PER_IMPORT: Final = 1_000_000
"""Event ids are import id × this + the row's number: the same whatever else was imported."""

Sort: TypeAlias = Literal["call", "statement", "alarm", "other"]
"""What a kind is drawn as; the kind itself stays as the file words it."""
_WORDS: Final[dict[Sort, tuple[str, ...]]] = {
    "call": ("call", "phone", "sms", "text message", "dispatch", "cad", "911", "112"),
    "statement": ("statement", "witness", "interview", "report", "note"),
    "alarm": ("alarm", "alert", "sensor", "shot", "door", "badge", "panic"),
}


def sort_of(kind: str) -> Sort:
    """What a kind is drawn as, by words in it."""
    said = kind.casefold()
    return next((sort for sort, words in _WORDS.items() if any(w in said for w in words)), "other")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One of them; true wall time, `to_ns` equal to `from_ns` where it has no length."""

    event_id: EventId
    import_id: EventImportId
    line: int
    """Where it stands in its file."""
    own_id: str
    from_ns: int
    to_ns: int
    uncertainty_ns: int
    """How far off its times may be, either way; 0 where nothing was said."""
    kind: str
    title: str
    text: str
    who: str
    lat: float | None
    lon: float | None

    @property
    def heading(self) -> str:
        """Its title, else the beginning of its text, else its kind."""
        return self.title or self.text.partition("\n")[0][:80] or self.kind

    @property
    def sort(self) -> Sort:
        return sort_of(self.kind)


@dataclass(frozen=True, slots=True)
class CaseEvents:
    """Events by their beginning, as columns of one length `n`.

    Times `(n,) int64` nanoseconds; `lat`, `lon` `(n,) float64`, NaN where there is no place.
    """

    event_id: NDArray[np.int64]
    import_id: NDArray[np.int64]
    line: NDArray[np.int64]
    own_id: Sequence[str]
    from_ns: NDArray[np.int64]
    to_ns: NDArray[np.int64]
    uncertainty_ns: NDArray[np.int64]
    kind: Sequence[str]
    title: Sequence[str]
    text: Sequence[str]
    who: Sequence[str]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    places: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in COLUMNS}
        if len(lengths) != 1:
            raise ValueError("events are columns of one length")
        found = {number: place for place, number in enumerate(self.event_id.tolist())}
        object.__setattr__(self, "places", found)

    def __len__(self) -> int:
        return len(self.event_id)

    def row(self, place: int) -> CaseEvent:
        """One event as a value."""
        lat, lon = float(self.lat[place]), float(self.lon[place])
        nowhere = bool(np.isnan(lat))
        return CaseEvent(
            event_id=EventId(int(self.event_id[place])),
            import_id=EventImportId(int(self.import_id[place])),
            line=int(self.line[place]),
            own_id=self.own_id[place],
            from_ns=int(self.from_ns[place]),
            to_ns=int(self.to_ns[place]),
            uncertainty_ns=int(self.uncertainty_ns[place]),
            kind=self.kind[place],
            title=self.title[place],
            text=self.text[place],
            who=self.who[place],
            lat=None if nowhere else lat,
            lon=None if nowhere else lon,
        )

    def find(self, event_id: int) -> CaseEvent | None:
        """The event of that id, if it is among them."""
        place = self.places.get(event_id)
        return None if place is None else self.row(place)


COLUMNS: Final = (
    "event_id", "import_id", "line", "own_id", "from_ns", "to_ns", "uncertainty_ns", "kind",
    "title", "text", "who", "lat", "lon",
)  # fmt: skip
TEXTS: Final = ("own_id", "kind", "title", "text", "who")
NUMBERS: Final = ("lat", "lon")


def no_events() -> CaseEvents:
    """None at all."""
    return CaseEvents(**{  # type: ignore[arg-type]  # the kinds of columns differ by name
        name: () if name in TEXTS
        else np.empty(0, np.float64 if name in NUMBERS else np.int64)
        for name in COLUMNS
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventImport:
    """One table of events that was taken in."""

    import_id: EventImportId
    file_name: str
    file_sha256: str
    zone_name: str
    headings: str
    """JSON: which heading of the file held which of our columns."""
    events: int
    from_ns: int
    to_ns: int
    added_ns: int
    added_by: str
    program_version: str
    present: bool = True
