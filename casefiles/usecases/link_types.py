"""What a topology tells of ways between cameras: values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from casefiles.types import CameraId, SourceId
from detection.appearance import Kind
from detection.following.travel_times import TravelTime

Where: TypeAlias = CameraId | SourceId
"""A camera, or a recording that has none."""
LinkBasis: TypeAlias = Literal["person", "sightings", "traffic", "streets", "straight", "unknown"]
"""Of a link: what it is known by, the strongest first; `unknown`: no place, a broad guess."""
PictureSide: TypeAlias = Literal["left", "right", "top", "bottom", "inside"]
"""Where somebody comes into a picture or leaves it; `inside`: not at an edge."""
Learned: TypeAlias = Mapping[tuple[Where, Where, Kind], tuple[TravelTime, int]]
"""What the traffic tells of ways: times, and by how many tracks."""


@dataclass(frozen=True, slots=True)
class Link:
    """The way from one camera's view to another's."""

    start: Where
    end: Where
    kind: Kind
    travel: TravelTime
    """Seconds from leaving the one view to coming into the other."""
    basis: LinkBasis
    metres: float | None = None
    """From view to view, along streets where they are known; 0 where the views overlap; None where
    a place is not known."""
    least_m: float | None = None
    """Not less than this, as the crow flies from view to view."""
    bearing_deg: float | None = None
    """In which direction the other lies, clockwise from north."""
    seen: int = 0
    """How many confirmed sightings (basis `traffic`: tracks) speak for it."""
    direct: bool = True
    """Whether the way passes no other camera's view."""
    through: tuple[CameraId, ...] = ()
    """Whose views it passes, where it is not direct."""
    along_streets: bool = False
    """Whether `metres` are those of streets."""

    @property
    def words(self) -> str:
        """ "180 m along streets, usually 2 min (1 min to 9 min)"."""
        if self.start == self.end:
            way = "the same camera again"
        elif self.overlaps:
            way = "views overlap"
        elif self.metres is None:
            way = "place not known"
        else:
            way = f"{self.metres:.0f} m" + (" along streets" if self.along_streets else "")
        # Views that overlap give times below nothing: seen there before it left here.
        low, high = (max(0.0, one) for one in self.travel.window(0.8))
        usual = f"usually {span_words(max(0.0, self.travel.median_s))}"
        told = {
            "person": ", as a person says",
            "sightings": f", by {self.seen} confirmed",
            "traffic": f", from traffic ({self.seen} tracks)",
        }.get(self.basis, "")
        return f"{way}, {usual} ({span_words(low)} to {span_words(high)}){told}"

    @property
    def overlaps(self) -> bool:
        """Whether both see the same ground."""
        return self.metres == 0


@dataclass(frozen=True, slots=True)
class NextCamera:
    """A camera that somebody may come to next."""

    link: Link
    chance: float
    """0..1; all of them and `elsewhere` sum to 1."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody who left one camera's view and came into another's, confirmed by a person."""

    start: Where
    end: Where
    kind: Kind
    seconds: float
    """Negative where both saw it at once."""
    exit_side: PictureSide | None = None
    entry_side: PictureSide | None = None


def span_words(seconds: float) -> str:
    """ "40 s", "3 min", "-2 s"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
