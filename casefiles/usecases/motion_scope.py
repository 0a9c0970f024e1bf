"""What a search for motion looks at: which recordings, which part of each, in which order; and what
it found, as values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from casefiles import checks
from casefiles.case import Case
from casefiles.errors import BadZone
from casefiles.jobs import Progress
from casefiles.types import CameraId, Source, SourceId
from casefiles.usecases.motion_work import wanted_keys
from casefiles.view_types import Zone
from detection.region_motion import Region
from resources.errors import UserError
from video.clock import NS_PER_S, BadTime, format_media
from video.packet_index import times_ns
from video.types import PacketIndex, Span, TimeNs

REFINE_FPS: Final = 5.0
"""So many pictures a second are looked at closely; ends of stretches are as exact."""
_MOST_NAMED: Final = 5
Box = tuple[float, float, float, float]
WallSpan = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class MotionSpan:
    """Something moved in the region: a stretch of one recording."""

    source_id: SourceId
    camera_id: CameraId | None
    from_ns: TimeNs
    to_ns: TimeNs
    """Media time, not included."""
    from_wall_ns: int | None
    to_wall_ns: int | None
    """Corrected; None where nobody knows when the recording began."""
    share: float
    """The largest share of the region, 0..1, that moved at once."""
    box: Box
    """Around all that moved, in pixels of the picture: left, top, right, bottom."""
    exact: bool
    """Whether its ends were looked for; else they are the key frames around it."""

    @property
    def length_ns(self) -> int:
        return self.to_ns - self.from_ns


@dataclass(frozen=True, slots=True)
class SourceLook:
    """How well one recording was looked at."""

    source_id: SourceId
    name: str
    video_ns: int
    """How much of it was asked for and reached."""
    pictures: int
    damaged: int
    key_gap_ns: int
    """The longest time between two key frames there; 0 where every frame was sampled."""
    usual_gap_ns: int
    light_ns: tuple[int, ...]
    """Media times at which the picture changed as a whole."""
    problem: UserError | None = None
    """Why it was not looked at to its end."""


@dataclass(frozen=True, slots=True)
class MotionAnswer:
    """What moved, and what the search could see."""

    spans: tuple[MotionSpan, ...]
    """By source in the order of the search, then by time."""
    looks: tuple[SourceLook, ...]
    notes: tuple[str, ...]
    """What the answer does not cover, in words."""
    video_s: float
    seconds: float
    """How long it took, pauses included."""
    complete: bool = True

    def in_order_of_motion(self) -> tuple[SourceId, ...]:
        """The recordings in which something moved, most of it first: to analyse them first."""
        moved: dict[SourceId, int] = {}
        for span in self.spans:
            moved[span.source_id] = moved.get(span.source_id, 0) + span.length_ns
        return tuple(sorted(moved, key=lambda one: (-moved[one], one)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSoFar(Progress):
    """Progress with what was found until now; what comes later takes its place."""

    spans: tuple[MotionSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One recording to look at, and which part of it."""

    source: Source
    index: PacketIndex
    region: Region
    span: Span


@dataclass(slots=True)
class MotionScope:
    """What is looked at."""

    parts: list[Part]
    notes: list[str] = field(default_factory=list)


def motion_scope(
    case: Case,
    zone: Zone,
    *,
    span: WallSpan = (None, None),
    sources: Collection[int] = (),
    near_ns: int | None = None,
) -> MotionScope:
    """The recordings that show the zone within `span` (wall time, the end not included), of those
    named in `sources`, if any are; those nearest to `near_ns` first, else by time.

    Raises:
        BadZone: it lies on the map, beside the picture, or crosses itself.
        UnknownSource, UnknownCamera: something named is not in the case.
        BadTime: the span is empty.
        UserError: nothing is left to look at.
    """
    checks.check_zone(zone)
    if zone.source_id is None and zone.camera_id is None:
        raise BadZone(
            "the zone lies on the map: motion is searched on pictures",
            "Draw it on the pictures of a source or camera.",
        )
    start, end = span
    if start is not None and end is not None and end <= start:
        raise BadTime("the span ends before it begins", "Give its end after its start.")
    for number in sources:
        case.source(number)
    if zone.source_id is not None:
        case.source(zone.source_id)
    if zone.camera_id is not None:
        case.camera(zone.camera_id)
    size = case.read(lambda cursor: checks.drawn_size(cursor, zone))
    shown = [one for one in case.sources() if _shows(one, zone)]
    beside = sorted(set(sources) - {one.source_id for one in shown})
    if beside:
        raise UserError(
            f"{named(beside)} does not show the zone",
            "A zone of a source is on that source, one of a camera on its recordings.",
        )
    asked = [one for one in shown if not sources or one.source_id in sources]
    scope = MotionScope([])
    if size is not None:
        others = [one for one in asked if (one.width, one.height) != size]
        if others:
            scope.notes.append(
                f"the zone was drawn on pictures of {size[0]} × {size[1]}: "
                f"{named([one.source_id for one in others])} of another size left out"
            )
        asked = [one for one in asked if one not in others]
    _take_spans(case, asked, zone, span, scope)
    if not scope.parts:
        why = f" ({'; '.join(scope.notes)})" if scope.notes else ""
        raise UserError(
            f"no recording that shows the zone has pictures in this span{why}",
            "Choose another span, or another zone.",
        )
    scope.parts.sort(key=lambda part: _how_far(part, near_ns))
    return scope


def _take_spans(
    case: Case, asked: Sequence[Source], zone: Zone, span: WallSpan, scope: MotionScope
) -> None:
    timeless = []
    for source in asked:
        media = _in_media(source, span)
        if media is None:
            timeless.append(source.source_id)
            continue
        if not media.length_ns:
            continue
        region = Region.of(zone.polygon, (source.width, source.height))
        index = case.packet_index(source.source_id)
        scope.parts.append(Part(source, index, region, media))
    if timeless:
        scope.notes.append(f"start time of {named(timeless)} not known: left out by the span")


def _shows(source: Source, zone: Zone) -> bool:
    if zone.source_id is not None:
        return source.source_id == zone.source_id
    return source.camera_id == zone.camera_id


def _in_media(source: Source, span: WallSpan) -> Span | None:
    """The span in the time of a recording, empty where it has none of it; None where that is not
    known."""
    start, end = span
    whole = max(source.duration_ns, 1)
    if start is None and end is None:
        return Span(TimeNs(0), TimeNs(whole))
    clock = source.clock
    if clock is None:
        return None
    first = 0 if start is None else min(max(clock.first_media(start), 0), whole)
    last = whole if end is None else min(max(clock.first_media(end), first), whole)
    return Span(TimeNs(first), TimeNs(last))


def _how_far(part: Part, near_ns: int | None) -> tuple[int, int, int]:
    clock = part.source.clock
    if clock is None:
        return (1, 0, part.source.source_id)
    first, last = clock.to_wall_ns(part.span.start_ns), clock.to_wall_ns(part.span.end_ns)
    if near_ns is None:
        return (0, first, part.source.source_id)
    return (0, max(first - near_ns, near_ns - last, 0), part.source.source_id)


def key_gaps(part: Part) -> tuple[int, int]:
    """The longest and the usual time between key frames that are looked at, in nanoseconds; the
    end of the part counts like one."""
    numbers = wanted_keys(part.index, part.span)
    times = np.append(times_ns(part.index)[numbers], part.span.end_ns)
    steps = np.diff(times)
    return (int(steps.max()), round(float(np.median(steps)))) if len(steps) else (0, 0)


def coverage_notes(looks: Sequence[SourceLook], spans: Sequence[MotionSpan]) -> list[str]:
    """What may have been missed, and why, in words."""
    said = []
    widest = max((one.key_gap_ns for one in looks), default=0)
    if widest:
        usual = float(np.median([one.usual_gap_ns for one in looks if one.key_gap_ns]))
        said.append(
            f"only key frames were looked at, usually {_seconds(usual)} and up to "
            f"{_seconds(widest)} apart: motion shorter than that between two of them may be "
            "missed; look at every frame (--all-frames) to be sure"
        )
    rough = sum(not span.exact for span in spans)
    if rough:
        said.append(f"the ends of {rough} of {len(spans)} spans are those of the key frames around")
    for one in looks:
        if one.light_ns:
            said.append(
                f"{one.name}: the picture changed as a whole {len(one.light_ns)} times (light, or "
                f"the camera moved), first at {format_media(one.light_ns[0])}: not counted as "
                "motion"
            )
        if one.damaged:
            said.append(f"{one.name}: {one.damaged} pictures do not decode")
        if one.problem is not None:
            said.append(str(one.problem))
    return said


def named(ids: Sequence[int]) -> str:
    """Sources by their ids, the first few of many."""
    listed = ", ".join(str(one) for one in ids[:_MOST_NAMED])
    if len(ids) == 1:
        return f"source {listed}"
    return f"{len(ids)} sources ({listed}{' …' if len(ids) > _MOST_NAMED else ''})"


def _seconds(length_ns: float) -> str:
    return f"{length_ns / NS_PER_S:.1f} s"


def joined(spans: Sequence[MotionSpan], gap_ns: int) -> list[MotionSpan]:
    """Spans of one source by time, those nearer than `gap_ns` and equally exact as one."""
    whole: list[MotionSpan] = []
    for span in sorted(spans, key=lambda one: (one.from_ns, one.to_ns)):
        last = whole[-1] if whole else None
        if last is None or span.exact != last.exact or span.from_ns - last.to_ns > gap_ns:
            whole.append(span)
            continue
        box = (
            min(last.box[0], span.box[0]),
            min(last.box[1], span.box[1]),
            max(last.box[2], span.box[2]),
            max(last.box[3], span.box[3]),
        )
        later = span if span.to_ns > last.to_ns else last
        whole[-1] = replace(
            last, to_ns=later.to_ns, to_wall_ns=later.to_wall_ns,
            share=max(last.share, span.share), box=box,
        )  # fmt: skip
    return whole
