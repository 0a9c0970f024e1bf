"""Values that people add to a case, and what a window or a result list shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.canvass_types import CanvassEntry
from casefiles.case_events import CaseEvents
from casefiles.decision_types import Question
from casefiles.intake_types import Intake
from casefiles.jobs import Progress
from casefiles.map_types import MapLayer
from casefiles.subject_types import Absence, LinkRule, Sighting, Subject
from casefiles.types import (
    BodyPart,
    BookmarkId,
    Camera,
    CameraId,
    CaseHeader,
    LineId,
    PositionImportId,
    Run,
    RunId,
    RunStop,
    SavedSearchId,
    Source,
    SourceId,
    SpotId,
    TrackId,
    TrackRow,
    ZoneId,
)
from video.clock import ClockOffset
from video.types import TimeNs

HeatKind: TypeAlias = Literal["paths", "dwell", "stops"]
"""Of heat maps: time in view, time standing, how often somebody stopped."""
NEW_ZONE: Final = ZoneId(0)
NEW_BOOKMARK: Final = BookmarkId(0)
NEW_LINE: Final = LineId(0)
NEW_SEARCH: Final = SavedSearchId(0)
"""Ids of what is not stored yet; the store gives it one."""


@dataclass(frozen=True, slots=True)
class Zone:
    """An area drawn by a person: on the pictures of a source, of a camera, or on the map.

    `polygon` has at least three corners: source pixels (x right, y down), or (lon, lat) in
    degrees where neither source nor camera is named.
    """

    name: str
    polygon: tuple[tuple[float, float], ...]
    source_id: SourceId | None = None
    camera_id: CameraId | None = None
    zone_id: ZoneId = NEW_ZONE
    created_ns: int = 0
    created_by: str = ""
    size: tuple[int, int] | None = None
    """Of a camera's: on pictures of which width and height it was drawn; None: nobody knows."""

    def __post_init__(self) -> None:
        if len(self.polygon) < 3:
            raise ValueError(f"a zone needs three corners, not {len(self.polygon)}")


@dataclass(frozen=True, slots=True)
class Line:
    """A directed line drawn by a person, on the pictures of a source or of a camera, or on the map.

    `points` are two or more, in the frame of `Zone.polygon`. Walking along the line from its first
    point, who comes from the left hand and goes to the right hand crosses it *forward*.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    source_id: SourceId | None = None
    camera_id: CameraId | None = None
    line_id: LineId = NEW_LINE
    created_ns: int = 0
    created_by: str = ""
    size: tuple[int, int] | None = None
    """As `Zone.size`."""

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ValueError(f"a line needs two points, not {len(self.points)}")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A moment worth coming back to, with a note; on one source, or on the wall clock alone."""

    note: str
    wall_ns: int | None = None
    source_id: SourceId | None = None
    time_ns: TimeNs | None = None
    track_id: TrackId | None = None
    bookmark_id: BookmarkId = NEW_BOOKMARK
    created_ns: int = 0
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under a name: its text, read anew whenever it is asked, and what was changed by
    hand, as `casefiles.queries.saved` writes it."""

    name: str
    text: str
    document: str
    search_id: SavedSearchId = NEW_SEARCH
    created_ns: int = 0
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class PositionImport:
    """One file of positions that was joined to a camera."""

    import_id: PositionImportId
    camera_id: CameraId
    file_name: str
    file_sha256: str
    fixes: int
    from_ns: int
    to_ns: int
    added_ns: int
    added_by: str
    program_version: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class StaticSpot:
    """Where the detector keeps seeing something that never moves, on the pictures of a camera.

    `box` is left, top, right, bottom in source pixels; the thing was seen in `seen` of `analysed`
    pictures of the run it was learned from, with the median `score`.
    """

    spot_id: SpotId
    source_id: SourceId
    run_id: RunId
    camera_id: CameraId | None
    size: tuple[int, int]
    class_id: int
    box: tuple[float, float, float, float]
    seen: int
    analysed: int
    score: float
    top_score: float
    """95 % of its scores lie below."""
    learned_ns: int
    hidden: bool
    """Its tracks are left out of lists, searches and pictures."""
    by_person: bool = False
    """Somebody said so; else the program did."""
    tracks: int = 0
    """How many tracks of the runs shown are nothing but this thing."""


@dataclass(frozen=True, slots=True)
class ColourShare:
    """How much of a part has a named colour, 0..1."""

    colour: str
    share: float


@dataclass(frozen=True, slots=True)
class Look:
    """How a track looked in its best frame; the thumbnail is JPEG, `vector (d,) float32` has
    length 1, or is empty where none could be made."""

    track_id: TrackId
    run_id: RunId
    frame: int
    pts: int
    time_ns: TimeNs
    box: tuple[float, float, float, float]
    quality: float
    colours: Mapping[BodyPart, tuple[ColourShare, ...]]
    """Largest share first; parts that could not be judged are absent."""
    colour_doubt: str
    """Why colours cannot be trusted (night, infra-red, too small); empty where they can."""
    thumbnail: bytes
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LookVector:
    """How a track looked in one of several frames kept for comparing; `ordinal` is its place among
    them, `vector (d,) float32` has length 1."""

    track_id: TrackId
    run_id: RunId
    ordinal: int
    frame: int
    pts: int
    time_ns: TimeNs
    box: tuple[float, float, float, float]
    quality: float
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """Some tables of a case were written; `revision` only grows."""

    tables: frozenset[str]
    revision: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything small about a case, read at once: what panels draw from."""

    header: CaseHeader
    sources: tuple[Source, ...]
    cameras: tuple[Camera, ...]
    runs: Mapping[SourceId, Run]
    zones: tuple[Zone, ...]
    bookmarks: tuple[Bookmark, ...]
    zone_name: str
    """Time zone to show times in: an IANA name, or an offset such as `-06:00`."""
    revision: int = 0
    spots: tuple[StaticSpot, ...] = ()
    intakes: Mapping[SourceId, Intake] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    searches: tuple[SavedSearch, ...] = ()
    canvass: tuple[CanvassEntry, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    """Those in force."""
    layers: tuple[MapLayer, ...] = ()
    """Of the map, lowest first."""
    subjects: tuple[Subject, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    """Those that stand, of all subjects, in the order they were said."""
    absences: tuple[Absence, ...] = ()
    link_rules: tuple[LinkRule, ...] = ()

    def source(self, source_id: int) -> Source | None:
        """The source of that id, if there is one."""
        return next((s for s in self.sources if s.source_id == source_id), None)

    def camera(self, camera_id: str | None) -> Camera | None:
        """The camera of that id, if there is one."""
        return next((c for c in self.cameras if c.camera_id == camera_id), None)

    def title(self, source: Source) -> str:
        """What a person calls a source: its camera's name, else its file's."""
        camera = self.camera(source.camera_id)
        return camera.name if camera is not None else source.path.name

    @property
    def earliest_ns(self) -> int:
        """Wall time of the first frame whose time is known; 0 when none is."""
        known = [s.clock.to_wall_ns(TimeNs(0)) for s in self.sources if s.clock is not None]
        return min(known, default=0)

    def clock_of(self, source: Source) -> ClockOffset:
        """The source's clock; where its start is unknown, as if it began with the earliest."""
        return source.clock or ClockOffset(self.earliest_ns)

    def stop_of(self, source_id: SourceId) -> RunStop | None:
        """Why what is shown of a source ends early; None where it does not."""
        run = self.runs.get(source_id)
        return None if run is None else run.stop


@dataclass(frozen=True, slots=True)
class Lane:
    """One camera on the timeline (or one source without camera); times are wall nanoseconds.

    `spans (n, 2) int64` footage from-to, `gaps (m, 2) int64` missing footage inside of spans,
    `activity`: for `person`, `vehicle`, `other` the sorted times `(k,) int64` of track points.
    """

    title: str
    camera_id: CameraId | None
    sources: tuple[SourceId, ...]
    spans: NDArray[np.int64]
    gaps: NDArray[np.int64]
    activity: Mapping[str, NDArray[np.int64]]
    time_known: bool = True
    """False: the start of a source is not known, its place on the timeline is assumed."""
    events: CaseEvents | None = None
    """The lane of what happened besides footage: it has this and no sources."""


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Frames of a source that follow each other: when each is first shown, in wall nanoseconds.

    `walls (n,) int64`, `keyframes (n,) bool`, n at least 1.
    """

    source_id: SourceId
    first: int
    """The number of the first of them in the recording."""
    walls: NDArray[np.int64]
    keyframes: NDArray[np.bool_]
    end_ns: int
    """When the last of them is over."""

    def shown_at(self, wall_ns: int) -> int | None:
        """The place of the frame on show; None before the first and after the last."""
        if not int(self.walls[0]) <= wall_ns < self.end_ns:
            return None
        return int(np.searchsorted(self.walls, wall_ns, side="right")) - 1


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that speaks for a hit: its name ("upper colour"), how much it speaks for it
    (0..1: drawn as a bar, never said as a percentage), and the same in words."""

    name: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One track that answers a query, and why."""

    track: TrackRow
    camera_id: CameraId | None
    from_wall_ns: int | None
    """None where the source's start is not known."""
    to_wall_ns: int | None
    score: float
    """0..1, only for ranking; shown as words and a bar, never as a percentage."""
    why: tuple[str, ...]
    """Reasons in words, doubts included."""
    best_time_ns: TimeNs | None
    """Media time of its best frame: where "go to" lands."""
    doubtful: bool = False
    """Something it was found by is unreliable (colour at night, for instance)."""
    parts: tuple[Part, ...] = ()
    """What contributed, each with how much; empty where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a search could and could not see: counts over the sources asked."""

    sources: int
    indexed: int
    frames: int
    analysed: int
    gated: int
    damaged: int
    unknown_classes: tuple[str, ...]
    """Asked for, but no loaded model knows them: needs another model, never "0 found"."""
    doubtful_colours: int
    """Tracks whose colours are unreliable and which a colour filter therefore judged with care."""
    notes: tuple[str, ...] = ()
    hidden: int = 0
    """Tracks of the classes asked that were left out as static false alarms."""
    footage_ns: int = 0
    analysed_ns: int = 0
    """How long the recordings asked are, and how much of that an analysis went through."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to a query, best first: a page of it."""

    hits: tuple[Hit, ...]
    total: int
    """How many there are."""
    coverage: Coverage
    skipped: int = 0
    """So many come before those in `hits`."""
    complete: bool = True
    """False: the search goes on, or was stopped; there may be more, and better."""
    question: Question | None = None
    """What was asked, by which it can be decided on, kept and asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHits(Progress):
    """Progress of a search that has something to show already: the best of what it looked at so
    far, logged like any answer; what comes at the end takes its place."""

    hits: Hits
