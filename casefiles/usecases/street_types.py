"""What is asked of streets and their cameras, and what is answered: values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint
from casefiles.types import CameraId, SourceId
from casefiles.usecases.regions import Ring

Basis: TypeAlias = Literal["calibrated", "stated", "assumed"]
"""Of a view: its calibration; heading, angle and reach as stated; or partly guessed."""
State: TypeAlias = Literal["whole", "part", "missing", "none"]
"""Footage for the whole of the time asked, for a part of it; a camera but no footage; no camera."""
STATES: Final[tuple[State, ...]] = ("whole", "part", "missing", "none")
Span: TypeAlias = tuple[int, int]
"""Wall nanoseconds; the end is not included."""


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A line of the base map: `lonlat (n, 2)` degrees, n at least 2; lines of one name are one
    street."""

    name: str
    lonlat: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CoverageAsked:
    """Which streets and when; nothing said means all streets, and the time of all footage."""

    from_ns: int | None = None
    to_ns: int | None = None
    street: str = ""
    near: GeoPoint | None = None
    radius_m: float = 200.0
    within: tuple[Ring, ...] = ()
    """The edges of a region of the map; what lies outside is left out."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A recording that shows a part of a street, and when (true time)."""

    source_id: SourceId
    sha256: str
    span: Span
    uncertainty_ns: int | None
    """How far off its times may be, either way; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A camera that looked at a part of a street while it stood so."""

    street: str
    line: int
    """Which of the lines asked for, from 0: a street may be several."""
    from_m: float
    to_m: float
    """Along that line, from its first point."""
    start: tuple[float, float]
    end: tuple[float, float]
    """The ends of that part (lon, lat)."""
    camera_id: CameraId
    camera: str
    basis: Basis
    span: tuple[int | None, int | None]
    """When it stood so, within the time asked; None: open."""
    footage: tuple[Footage, ...]
    missing: tuple[Span, ...]
    """When it looked there within the time asked, and the case has no footage of it."""


@dataclass(frozen=True, slots=True)
class StreetSum:
    """How much of a street was seen, in metres."""

    street: str
    metres: Mapping[State, float]

    @property
    def length_m(self) -> float:
        """All of it."""
        return sum(self.metres.values())


@dataclass(frozen=True, slots=True)
class StreetPart:
    """A part of a line for which the same holds from end to end, ready to be drawn."""

    street: str
    state: State
    share: float
    """The share of the time asked for which there is footage, 0..1."""
    lonlat: NDArray[np.float64]
    line: int = 0
    """Which of the lines asked for, as in `Watch`."""
    from_m: float = 0.0
    to_m: float = 0.0


@dataclass(frozen=True, slots=True)
class StreetCoverage:
    """The answer: who saw what when, how much of each street, and all of it to be drawn."""

    span: Span | None
    """The time asked; None where nobody said one, and the case has no footage with a clock."""
    streets: tuple[StreetSum, ...]
    watches: tuple[Watch, ...]
    parts: tuple[StreetPart, ...]
    notes: tuple[str, ...]
