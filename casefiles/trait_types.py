"""What a track is like and how it moved, as cases keep it."""

from dataclasses import dataclass
from typing import Final

from casefiles.types import TrackId


@dataclass(frozen=True, slots=True)
class TrackTrait:
    """One attribute of a track (`detection.attribute_names`), how sure it is, and the frame that
    shows it best."""

    name: str
    value: str
    confidence: float
    frame: int
    pts: int


@dataclass(frozen=True, slots=True)
class TraitVote:
    """What one frame says of a track: `ordinal` is the frame's place among those of the track that
    were looked at, `weight` how well it shows the track."""

    track_id: TrackId
    ordinal: int
    weight: float
    trait: TrackTrait


@dataclass(frozen=True, slots=True)
class Movement:
    """How a track moved, in its own heights (see `detection.movement`); None where there was too
    little to measure."""

    across: float | None
    towards: float | None
    net: float | None
    path: float | None
    speed: float | None
    standing: float | None
    height_px: float


@dataclass(frozen=True, slots=True)
class Traits:
    """All that is known of one track; `movement` is None where its run did not measure any."""

    attributes: tuple[TrackTrait, ...] = ()
    movement: Movement | None = None


NOTHING_KNOWN: Final = Traits()
