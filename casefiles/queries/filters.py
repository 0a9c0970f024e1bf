"""The typed filters of a query: what people see as chips, edit, and search by.

All filters of a query must hold; inside one filter any of its values is enough.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from casefiles.types import BodyPart, CameraId
from casefiles.view_types import Line, Zone

Direction: TypeAlias = Literal[
    "left", "right", "towards", "away", "north", "north-east", "east", "south-east", "south",
    "south-west", "west", "north-west",
]  # fmt: skip
"""To the left or right edge of the picture, towards or away from the camera; or a compass
direction over ground."""


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """Object classes (`detection.labels.ObjectClass` ids)."""

    class_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColourFilter:
    """Named colours (`detection.colours.COLOURS`) of a part; `dark` and `light` are spelled out
    as the colours they stand for."""

    part: BodyPart
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """Cameras, and the words that chose them ("near Front Street")."""

    camera_ids: tuple[CameraId, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """Wall time from, and up to but not including, `to`; either may be open."""

    from_ns: int | None
    to_ns: int | None


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Time of day in the case's zone, in minutes after midnight; from > to runs over midnight."""

    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """The foot point of the track lies in the zone at some moment, or passes its edge: `enter`
    from outside to inside, `leave` the other way."""

    zone: Zone
    how: Literal["inside", "enter", "leave"] = "inside"


@dataclass(frozen=True, slots=True)
class LineFilter:
    """The foot point of the track crosses the line; `forward` as `Line` says."""

    line: Line
    way: Literal["forward", "backward", "either"] = "either"


@dataclass(frozen=True, slots=True)
class SequenceFilter:
    """One step after the other, by the same track: "entered A, then left by B within 2 min"."""

    steps: tuple[ZoneFilter | LineFilter, ...]
    within_s: float | None = None
    """From each step to the next at most so long; None: any time later."""


@dataclass(frozen=True, slots=True)
class DwellFilter:
    """In view (or in the zone asked for) at least so long, and at most `most_s`."""

    least_s: float
    most_s: float | None = None


@dataclass(frozen=True, slots=True)
class LoiterFilter:
    """Stays about one place (within its own height of where it was) at least so long."""

    least_s: float


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """What a thing is like: a name of `detection.attribute_names.ATTRIBUTES`, and its values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectionFilter:
    """Which way it goes on the whole: on the picture, or over ground where the camera's heading
    is known."""

    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class SpeedFilter:
    """Its usual speed, in its own heights per second (a person walks at about 0.8); open ends."""

    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class SizeFilter:
    """Its usual height in the picture, in source pixels; open ends."""

    least_px: float | None
    most_px: float | None


@dataclass(frozen=True, slots=True)
class CountFilter:
    """At some moment at least so many of the classes asked for are in view together with it."""

    least: int


Filter: TypeAlias = (
    ClassFilter | ColourFilter | CameraFilter | TimeFilter | ClockFilter | ZoneFilter | DwellFilter
    | LineFilter | SequenceFilter | LoiterFilter | AttributeFilter | DirectionFilter | SpeedFilter
    | SizeFilter | CountFilter
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """Free text as it was understood."""

    text: str
    filters: tuple[Filter, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words that were not understood and changed nothing."""
    refused: tuple[str, ...] = ()
    """Words that this program never searches by (race, religion, pregnancy, intent); logged."""
    struck: tuple[str, ...] = ()
    """Words for sex and age: read as *person*, and shown struck, because nothing guesses those."""
    rest: str = ""
    """What is left over as free text, for a text-image model to rank by where one is there."""
    assumed: tuple[str, ...] = ()
    """What was taken for granted, in words ("trousers" means lower clothing)."""

    def without(self, unwanted: Filter) -> "Query":
        """The query less one filter."""
        return replace(self, filters=tuple(f for f in self.filters if f != unwanted))

    def with_filter(self, wanted: Filter) -> "Query":
        """The query with one filter more."""
        return replace(self, filters=(*self.filters, wanted))

    def exchanged(self, old: Filter, new: Filter) -> "Query":
        """The query with one filter in the place of another."""
        return replace(self, filters=tuple(new if f == old else f for f in self.filters))


Order: TypeAlias = Literal["best", "time"]
