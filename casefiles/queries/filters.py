"""The typed filters of a query: what people see as chips, edit, and search by.

All filters of a query must hold; inside one filter any of its values is enough.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from casefiles.types import BodyPart, CameraId
from casefiles.view_types import Zone


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
    """The foot point of the track lies in the zone at some moment."""

    zone: Zone


@dataclass(frozen=True, slots=True)
class DwellFilter:
    """In view (or in the zone asked for) at least so long."""

    least_s: float


Filter: TypeAlias = (
    ClassFilter | ColourFilter | CameraFilter | TimeFilter | ClockFilter | ZoneFilter | DwellFilter
)


@dataclass(frozen=True, slots=True)
class Query:
    """Free text as it was understood."""

    text: str
    filters: tuple[Filter, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words that were not understood and changed nothing."""
    refused: tuple[str, ...] = ()
    """Words that this program does not search by (protected traits, intent)."""
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
