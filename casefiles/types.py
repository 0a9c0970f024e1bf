"""Values of the case: actors, cameras, sources, runs, tracks. Times are integer nanoseconds."""

import getpass
import os
import platform
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, NewType

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint
from resources.errors import UserError
from video.clock import ClockOffset
from video.types import TimeNs

CameraId = NewType("CameraId", str)
SourceId = NewType("SourceId", int)
RunId = NewType("RunId", int)
TrackId = NewType("TrackId", int)
ZoneId = NewType("ZoneId", int)
BookmarkId = NewType("BookmarkId", int)
SpotId = NewType("SpotId", int)
PositionImportId = NewType("PositionImportId", int)
ClockId = NewType("ClockId", int)
LineId = NewType("LineId", int)
SavedSearchId = NewType("SavedSearchId", int)
NEW_CLOCK: Final = ClockId(0)
"""The id of a clock that is not stored yet; the store gives it one."""

TRACKS_PER_RUN = 1_000_000
"""Track ids are run id × this + the tracker's own id: unique whatever order runs end in."""

RunState = Literal["running", "finished", "abandoned"]
BodyPart = Literal["upper", "lower", "body"]
"""Where a colour is: upper and lower clothing of a person, body of a vehicle."""
JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
"""What an audit row may hold: no floating point (it has no canonical text)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, where and why; written into every audit row."""

    user: str
    workstation: str
    reason: str = ""
    purpose: str = ""
    authority: str = ""

    @classmethod
    def of_this_process(
        cls, user: str = "", *, reason: str = "", purpose: str = "", authority: str = ""
    ) -> "Actor":
        """The given user, else WORKSTATION_USER, else the login name; same for the grounds."""
        read = os.environ.get
        return cls(
            user=user or read("WORKSTATION_USER", "") or _login_name(),
            workstation=platform.node() or "unknown",
            reason=reason or read("WORKSTATION_REASON", ""),
            purpose=purpose or read("WORKSTATION_PURPOSE", ""),
            authority=authority or read("WORKSTATION_AUTHORITY", ""),
        )


def _login_name() -> str:
    try:
        return getpass.getuser()
    # A container may run under a number that no account has.
    except (KeyError, OSError) as error:
        raise UserError(
            "nobody knows who is acting: this login has no name", "Use --user NAME."
        ) from error


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """What a case says of itself."""

    case_uuid: str
    number: str
    title: str
    training: bool
    created_ns: int
    created_by: str
    program_version: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a camera stood and looked, from-to (open: None); heading clockwise from north."""

    point: GeoPoint
    heading_deg: float | None = None
    fov_deg: float | None = None
    range_m: float | None = None
    from_ns: int | None = None
    to_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """A device with its dated placements, oldest first."""

    camera_id: CameraId
    name: str
    placements: tuple[Placement, ...]
    kind: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ListFile:
    """Which file a list was read from, and how: its headings by columns of ours."""

    path: str
    sha256: str
    mapping: tuple[tuple[str, str], ...] = ()
    swapped: bool = False
    """Whether a person said that its latitudes and longitudes are in each other's place."""
    left_out: int = 0
    """How many of its rows were wrong and not taken."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a recorder showed, and the true time then, in nanoseconds since 1970 UTC."""

    recorder_ns: int
    reference_ns: int

    @property
    def offset_ns(self) -> int:
        """Recorder display minus reference: positive where the recorder is fast."""
        return self.recorder_ns - self.reference_ns


@dataclass(frozen=True, slots=True)
class SourceClock:
    """How the clock of a source stood, by whom and by what it is known; one of a history."""

    source_id: SourceId
    offset_ns: int
    """Recorder display minus true time at the first frame: positive where it is fast."""
    basis: str
    """How it was found, in words."""
    drift_ppb: int = 0
    """How much more of it comes with every 10^9 of recorder time."""
    readings: tuple[ClockReading, ...] = ()
    reference_source: str = ""
    """What told the true time; without one the offset is not verified."""
    zone_name: str = ""
    """The zone the recorder shows; empty where nobody said."""
    summer_time: bool = True
    """Whether it changes with that zone."""
    uncertainty_ns: int | None = None
    """Reading precision + error of the reference + half a frame; None where not known."""
    proof: str = ""
    """What shows it: the name of a picture, or frames of recordings, in words."""
    proof_sha256: str = ""
    """Of the picture kept in the case, where there is one."""
    note: str = ""
    start_ns: int | None = None
    """What the recorder showed at the first frame, said later; None where intake knew it."""
    clock_id: ClockId = NEW_CLOCK
    set_ns: int = 0
    set_by: str = ""

    @property
    def verified(self) -> bool:
        """Whether it is said by what the clock was compared."""
        return bool(self.reference_source)


@dataclass(frozen=True, slots=True)
class Source:
    """One recording in the case: the original's hash and facts, and when it was recorded."""

    source_id: SourceId
    sha256: str
    path: Path
    size_bytes: int
    camera_id: CameraId | None
    container: str
    codec: str
    width: int
    height: int
    time_base: Fraction
    frames: int
    duration_ns: int
    claimed_fps: Fraction | None
    measured_fps: float | None
    variable_rate: bool
    gaps: tuple[tuple[int, int], ...]
    duplicates: int
    recorded_start_ns: int | None
    start_basis: str | None
    offset_ns: int
    warnings: tuple[str, ...]
    rewrapped: str | None
    """Name of the re-wrapped copy in the case folder, for raw streams without time stamps."""
    stream_sha256: str | None
    added_ns: int
    added_by: str
    program_version: str
    collected: str | None = None
    """Name of the copy of the original in the case folder, where one was made."""
    clock_set: SourceClock | None = None
    """What somebody said of its clock last; `offset_ns` is that of it, where there is one."""

    @property
    def clock(self) -> ClockOffset | None:
        """The way from media time to wall time, when the start is known."""
        if self.recorded_start_ns is None:
            return None
        drift = 0 if self.clock_set is None else self.clock_set.drift_ppb
        return ClockOffset(self.recorded_start_ns, self.offset_ns, drift)

    def recorder_ns(self, time_ns: TimeNs) -> int | None:
        """What its recorder showed at a media time, in nanoseconds since 1970 UTC."""
        return None if self.recorded_start_ns is None else self.recorded_start_ns + time_ns

    @property
    def uncertainty_ns(self) -> int | None:
        """How far its corrected times may be off, either way; None where nobody knows."""
        return None if self.clock_set is None else self.clock_set.uncertainty_ns

    @property
    def clock_basis(self) -> str:
        """How its clock is known, in words."""
        if self.recorded_start_ns is None:
            return "start not known"
        if self.clock_set is None:
            return "offset stated when added, unverified" if self.offset_ns else "never compared"
        said = self.clock_set
        return said.basis if said.verified else f"{said.basis}, unverified"


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source about to be stored: everything but the id the case gives it."""

    source: Source
    index_bytes: bytes


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made derived rows: enough to make them again from the original."""

    source_sha256: str
    model_name: str
    model_sha256: str
    options: str
    """Canonical JSON of every option that changes the result."""
    program_version: str


@dataclass(frozen=True, slots=True)
class RunStop:
    """Why a run ended early, and up to which media time the recording was analysed."""

    reason: str
    analysed_to_ns: int
    when_ns: int
    died: bool
    """Whether the process that decoded it crashed or hung there."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of analysis over one source."""

    run_id: RunId
    source_id: SourceId
    provenance: Provenance
    classes: tuple[int, ...]
    """Object classes the model knows; anything else needs another model."""
    provider: str
    state: RunState
    started_ns: int
    finished_ns: int | None
    report: dict[str, JsonValue] = field(default_factory=dict)
    stop: RunStop | None = None
    """Why it ended before the end of its recording; None where it did not, or goes on."""


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One object on one source over time."""

    track_id: TrackId
    run_id: RunId
    source_id: SourceId
    class_id: int
    from_ns: TimeNs
    to_ns: TimeNs
    points: int
    mean_score: float
    suppressed: bool


@dataclass(frozen=True, slots=True)
class TrackPiece:
    """One of the tracks that were joined to one: the id that it had, when it was, and how long
    after the piece before it began, with what confidence (0..1); None for the first piece."""

    piece: TrackId
    from_ns: TimeNs
    to_ns: TimeNs
    gap_ns: int | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class TrackQuality:
    """How well a track was followed, each 0..1 (detection/track_quality.py): `quality` is made of
    the others. `coverage` is the share of the frames looked at while it lasted in which it was
    seen, `interpolated` the share of its points that were not, `cut` the share of sights that the
    picture's edge cuts."""

    quality: float
    coverage: float
    interpolated: float
    mean_score: float
    smoothness: float
    cut: float


@dataclass(frozen=True, slots=True)
class TrackMaking:
    """How a track came to be: its pieces in order, none where nothing was joined, and how well it
    was followed; None where that is not known (runs of earlier versions)."""

    pieces: tuple[TrackPiece, ...]
    quality: TrackQuality | None


@dataclass(frozen=True, slots=True)
class Placed:
    """When and where things were seen, as columns of equal length.

    `frame (n,) int32` presentation number, `pts (n,) int64`, `time_ns (n,) int64` media time,
    `boxes (n, 4) float32` xyxy in source pixels, `scores (n,) float32`, `class_ids (n,) int16`.
    """

    frame: NDArray[np.int32]
    pts: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.frame)

    def where(self, mask: NDArray[np.bool_]) -> "Placed":
        """The rows picked by a boolean mask."""
        return Placed(
            self.frame[mask],
            self.pts[mask],
            self.time_ns[mask],
            self.boxes[mask],
            self.scores[mask],
            self.class_ids[mask],
        )


@dataclass(frozen=True, slots=True)
class PlacedPoints:
    """Track points: `track_id (n,) int64` unique in the case, `interpolated (n,) bool`."""

    at: Placed
    track_id: NDArray[np.int64]
    interpolated: NDArray[np.bool_]

    def where(self, mask: NDArray[np.bool_]) -> "PlacedPoints":
        """The points picked by a boolean mask."""
        return PlacedPoints(
            self.at.where(mask),
            self.track_id[mask],
            self.interpolated[mask],
        )
