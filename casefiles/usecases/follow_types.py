"""What following a subject gives: candidates by camera, a queue, a forecast, and a journey.

Times are true (corrected) wall time in nanoseconds since 1970 UTC unless they are named media time.
Everything here is a lead; only what a person confirmed is a sighting.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from casefiles.geo import GeoPoint
from casefiles.subject_types import Absence, Sighting, Subject
from casefiles.types import CameraId, SourceId, TrackId, TrackRow
from casefiles.view_types import Coverage, Part
from video.types import TimeNs

LonLats: TypeAlias = tuple[tuple[float, float], ...]
"""A line or ring of (lon, lat) in degrees."""
Side: TypeAlias = Literal["after", "before", "between", "any"]
"""Where in time a candidate lies against what is confirmed: after the last, before the first,
between two of them; `any`: nothing with a known time is confirmed."""


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """When the subject can have been at a camera: most likely at `likely_ns`, hardly ever before
    `from_ns` or after `to_ns` (95 %)."""

    from_ns: int
    to_ns: int
    likely_ns: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track that may be the subject, and why."""

    track: TrackRow
    camera_id: CameraId | None
    from_wall_ns: int | None
    """None where the start of the recording is not known."""
    to_wall_ns: int | None
    uncertainty_s: float | None
    """How far off these times may be, either way; None where nobody knows."""
    score: float
    """0..1: how likely it is, by all that is known; shown as words and a bar."""
    parts: tuple[Part, ...]
    """What speaks for it: "appearance", "clothing", "travel time", "direction", "same moment"."""
    why: tuple[str, ...]
    """The same in words, doubts included."""
    best_time_ns: TimeNs | None
    """Media time of its best frame."""
    side: Side = "any"
    neighbour: TrackId | None = None
    """The confirmed track nearest in time by which its travel time was judged."""
    metres: float | None = None
    """Of the way from or to that one, along streets where they are known."""
    impossible: bool = False
    """It cannot be: too far for the time, or at two places at once; last in its list."""


@dataclass(frozen=True, slots=True)
class CameraCandidates:
    """One camera: when the subject can have been there, and who was."""

    camera_id: CameraId | None
    name: str
    windows: tuple[TimeWindow, ...]
    """Nearest to what is confirmed first; empty where times or places are not known."""
    chance: float
    """0..1: how likely it is that the subject's next unseen sighting is here."""
    candidates: tuple[Candidate, ...]
    """Most likely first; those decided on are not among them."""
    total: int
    """How many there are; `candidates` are the first of them."""
    analysed: float | None = None
    """Share of the windows that was analysed, 0..1; None without windows."""
    absences: tuple[Absence, ...] = ()
    """Where it was looked for here and not seen."""


@dataclass(frozen=True, slots=True)
class ToAnalyse:
    """Footage inside a window that was not analysed yet, nearest first."""

    source_id: SourceId
    camera_id: CameraId | None
    from_ns: int
    to_ns: int
    chance: float


@dataclass(frozen=True, slots=True)
class Look:
    """One line of a forecast: on which camera to look next, and when."""

    camera_id: CameraId
    name: str
    window: TimeWindow
    chance: float
    metres: float | None
    words: str
    """"Look on Market gate between 22:14:05 and 22:17:30" and why, in one line."""
    has_footage: bool
    """Whether the case holds any footage of it in that window."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the subject can be, from its last (or for `backward`: first) known place."""

    subject: Subject
    at_ns: int
    """For this moment."""
    since_ns: int
    origin: GeoPoint | None
    """The place it was last at; None: not known, then there is no ring."""
    reach_m: float | None
    """Not further than this from the origin (fastest speed, uncertainties added)."""
    likely_m: float | None
    """Hardly ever further than this by how fast its kind usually goes (95 %)."""
    heading_deg: float | None
    """In which direction it left, where that is known (calibrated camera or exit side)."""
    spread_deg: float | None
    """Half the opening of the cone around it (80 %)."""
    looks: tuple[Look, ...]
    """Most likely first."""
    backward: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowAnswer:
    """Who may be the subject, camera by camera, and in which order to look."""

    subject: Subject
    sightings: tuple[Sighting, ...]
    """All that stand, in the order they were said."""
    cameras: tuple[CameraCandidates, ...]
    """Most likely next one first."""
    queue: tuple[Candidate, ...]
    """What to decide on, in order of expected gain."""
    to_analyse: tuple[ToAnalyse, ...]
    coverage: Coverage
    notes: tuple[str, ...] = ()
    gate: bool = True
    """Whether what cannot be was taken out."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One confirmed sighting of a journey."""

    sighting: Sighting
    track: TrackRow
    camera_id: CameraId | None
    camera: str
    """What the camera is called, or the file."""
    from_ns: int | None
    to_ns: int | None
    uncertainty_s: float | None
    point: GeoPoint | None
    """Where: the middle of its calibrated course, else the middle of what the camera sees."""
    path: LonLats = ()
    """Its course over the ground, where the camera is calibrated."""
    path_ns: tuple[int, ...] = ()
    """When it was at each of them."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Between two stops that follow each other: nobody saw it, it is inferred."""

    leaves_ns: int
    arrives_ns: int
    metres: float | None
    path: LonLats
    """Along streets where they are known, else straight."""
    along_streets: bool
    fastest_ns: int | None
    """How long the way takes at the fastest speed; None without a place."""
    problem: str = ""
    """Why it cannot be as it is ("two places at once", "340 m in 9 s"); empty where it can."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a subject was, by what people confirmed: stops in order of time, and legs between."""

    subject: Subject
    stops: tuple[Stop, ...]
    """Those without a known time come last."""
    legs: tuple[Leg, ...]
    """`legs[i]` leads from stop i to stop i + 1; one fewer than the stops with a time."""
    absences: tuple[Absence, ...]
    problems: tuple[str, ...] = ()
    """Contradictions, in words that say what to do; the journey is told all the same."""
    notes: tuple[str, ...] = ()
