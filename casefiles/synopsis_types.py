"""What a synopsis is made of and what came of it: takes, stages, plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NewType, TypeAlias

from casefiles.types import CameraId, RunId, SourceId, TrackId
from video.clock import ClockOffset
from video.synopsis.types import Plate, Schedule, TubeFrames, Unit
from video.types import TimeNs

TakeId = NewType("TakeId", int)
TakeState: TypeAlias = Literal["running", "finished"]
DropWhy: TypeAlias = Literal["unreadable", "too small", "too short", "not cut out"]
"""Why a track is in no synopsis: its frames did not decode, it is smaller than can be cut out, it
was seen in one frame only, or its recording was not gone through to there."""
NEW_TAKE: Final = TakeId(0)


@dataclass(frozen=True, slots=True)
class ViewChange:
    """A recording's picture is another one from `time_ns` on: the camera was moved or zoomed, or
    the light was switched. `words` says it to a person; empty for the beginning."""

    time_ns: TimeNs
    words: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Tubes and empty pictures of one run over one recording, cut out once and kept in a file."""

    take_id: TakeId
    run_id: RunId
    source_id: SourceId
    source_sha256: str
    options: str
    """Canonical JSON of everything that changes the result."""
    program_version: str
    pack: str
    """Name of the pack in the case folder."""
    pack_sha256: str
    pack_key: bytes | None
    """What the pack is encrypted with, where the case is."""
    size: tuple[int, int]
    """Width and height of the pictures it was cut from, after scaling."""
    state: TakeState
    views: tuple[ViewChange, ...]
    """In order, the first at the beginning."""
    dropped: Mapping[TrackId, DropWhy]
    made_ns: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One view of one camera (or of one recording without camera), over which its tubes play.

    `tubes` carry stage time: wall nanoseconds where `wall` is true, else media time of the one
    recording. `packs` are the takes, in the numbering of `TubeFrames.pack` and `Plate.pack`;
    `sources` the recordings of the tubes, by track.
    """

    title: str
    camera_id: CameraId | None
    size: tuple[int, int]
    wall: bool
    takes: tuple[Take, ...]
    plates: tuple[Plate, ...]
    tubes: tuple[TubeFrames, ...]
    sources: Mapping[TrackId, SourceId]
    why: str = ""
    """Why it is a part of its own, in words; empty where the camera has one view only."""


@dataclass(frozen=True, slots=True)
class SynopsisOptions:
    """What a synopsis is asked to be; kept with it, so that it can be made again."""

    density: float = 0.5
    """0..1: how much objects may cover each other; 0.1 × density is the allowed mean share."""
    length_s: float | None = None
    """How long it is to be at most; None: as short as the density allows."""
    order: Literal["dense", "chronological"] = "dense"
    """`chronological`: nothing of different times together, empty stretches are left out."""
    longest_s: float = 30.0
    """Longer stays are shown in pieces."""
    held_s: float = 6.0
    """What stands still for longer passes faster from there on."""
    at_once: int | None = None
    """Most objects shown together, over all cameras; None: what suits the density, where no length
    is asked for; at full density no bound."""
    seed: int = 1
    with_doubtful: bool = True
    """Also what was seen with little confidence; left out, it is counted as hidden."""

    def __post_init__(self) -> None:
        if not 0 <= self.density <= 1:
            raise ValueError(f"a density is between 0 and 1, not {self.density}")
        if self.length_s is not None and self.length_s <= 0:
            raise ValueError(f"a length is above 0, not {self.length_s}")


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The units of a stage and when each is shown; the stage begins at `begins_ns` show time of
    its camera's column, and stages of one camera follow each other."""

    stage: Stage
    units: tuple[Unit, ...]
    schedule: Schedule
    begins_ns: int = 0


@dataclass(frozen=True, slots=True)
class Measures:
    """How good a synopsis is."""

    input_s: float
    """How long the recordings asked are, all together per camera, the longest camera counted."""
    output_s: float
    objects: int
    overlap: float
    """Mean share of an object's pixels that objects of other moments cover."""
    disorder: float
    """Share of the pairs of objects of a camera that appear in the other order than recorded."""
    at_once: float = 0.0
    """Objects shown together, on average over the time anything is shown."""

    @property
    def ratio(self) -> float:
        return self.input_s / self.output_s if self.output_s else 0.0


@dataclass(frozen=True, slots=True)
class SynopsisCoverage:
    """What a synopsis shows of what was found, and why the rest is missing; counts of tracks."""

    found: int
    """Tracks of the runs shown that answer the filters."""
    shown: int
    dropped: Mapping[DropWhy, int] = field(default_factory=dict)
    doubtful: int = 0
    """Shown, though with little confidence."""
    hidden: int = 0
    """Left out as static false alarms, or rejected by a person."""
    notes: tuple[str, ...] = ()
    """Views that changed, recordings that are missing, changed, or not analysed: in words."""


@dataclass(frozen=True, slots=True)
class Synopsis:
    """A synopsis, ready to be shown."""

    options: SynopsisOptions
    text: str
    """The filters, as somebody wrote them."""
    parts: tuple[StagePlan, ...]
    measures: Measures
    coverage: SynopsisCoverage
    length_ns: int
    """Show time until the last object is gone."""
    improving: bool = False
    """True: a better one is on its way."""
    clocks: Mapping[SourceId, ClockOffset] = field(default_factory=dict)
    """How stage time of stages in wall time becomes media time of each recording."""
    nothing: tuple[str, str] | None = None
    """Why nothing can be shown, and what to do; None where something is."""
    source_ids: tuple[SourceId, ...] = ()
    """The recordings asked for, analysed or not."""
    span: tuple[int | None, int | None] = (None, None)
    """Of wall time, asked for beside the filters."""
    question: str = ""
    """All filters, as the document of a `Question`."""
    only: tuple[TrackId, ...] | None = None
    """The tracks that were asked for beside the filters, by id; None: whatever answers."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A piece of a track in a synopsis: media time of its recording, and when it is shown."""

    track_id: TrackId
    source_id: SourceId
    from_ns: TimeNs
    to_ns: TimeNs
    placed_from_ns: int
    placed_to_ns: int
    piece: int
    pieces: int
    knots: tuple[tuple[int, int], ...]
    """Media time → show time, linear in between."""
