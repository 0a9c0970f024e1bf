"""Tracks of cameras that see the same ground at the same time: which may be one person or vehicle,
because they were at the same place at the same moment, and which cannot be.

Proposals only: nothing of it is stored as a sighting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import Job, Progress, finish
from casefiles.store import pieces, tracks
from casefiles.store.engine import Cursor
from casefiles.types import TRACKS_PER_RUN, CameraId, JsonValue, RunId, TrackId, TrackRow
from casefiles.usecases.ground_tracks import GroundTracks, Span, ground_tracks
from casefiles.usecases.time_gate import CLOCK_S
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.following.ground_links import (
    MOST_LOG_RATIO as MOST_LOG_RATIO,
)
from detection.following.ground_links import (
    GoesOn,
    GroundTrack,
    Pair,
    Together,
    compared,
    grouped,
    ratios,
    together,
)
from detection.looks import KINDS
from video.clock import NS_PER_S
from video.types import TimeNs

MOST_TRACKS: Final = 3000
"""So many are compared with each other; of more, those that were seen first."""
_MOST_POINTS: Final = 400_000
_COARSEST_NS: Final = 2 * NS_PER_S
"""Places farther apart in time do not tell what happened between."""
_DAY_ONE: Final = 0
"""Asked for as the first moment: so recordings of unknown start are left out."""


@dataclass(frozen=True, slots=True)
class SameMoment:
    """Two tracks of two calibrated cameras, seen at the same time."""

    track_id: TrackId
    """The other one."""
    camera_id: CameraId
    seconds: float
    """So long both were seen."""
    metres: float
    """How far apart they were then, the median."""
    sd_m: float
    """How far apart one and the same would be seen, one standard deviation: feet, calibrations and
    clocks together."""
    log_ratio: float
    """Log of how much likelier these places are if both are one than if they are two; above 0
    speaks for it, below 0 against. Bounded to ±`MOST_LOG_RATIO`."""
    words: str
    """"0.4 m apart for 12 s (± 0.6 m)": the same in one line."""

    @property
    def impossible(self) -> bool:
        """Whether they were surely at two places at once."""
        return self.log_ratio <= -MOST_LOG_RATIO


def same_moment(case: Case, track_id: int) -> Mapping[TrackId, SameMoment]:
    """What the tracks that were seen at the same time as one, by other calibrated cameras, are to
    it: of those that are not named nothing can be said (no calibration, no clock, no moment in
    common); that is neutral. Empty where the track's own camera is not calibrated.

    Whoever shows it logs that; which places were read is logged here.

    Raises:
        UnknownTrack: no such track.
    """
    view = view_case(case)
    row = _row(case, track_id)
    source = view.source(row.source_id)
    if source is None or source.clock is None or source.camera_id is None:
        return {}
    first, last = (source.clock.to_wall_ns(TimeNs(at)) for at in (row.from_ns, row.to_ns))
    kinds = [number for number, kind in KINDS.items() if kind == KINDS.get(row.class_id)]
    found = finish(ground_tracks(case, (first, last + 1), class_ids=kinds, most=_MOST_POINTS))
    ids, made = _tracks_of(view, found)
    if row.track_id not in ids:
        return {}
    mine = made[ids.index(row.track_id)]
    told: dict[TrackId, SameMoment] = {}
    for other_id, theirs in zip(ids, made, strict=True):
        both = None if theirs.camera == mine.camera else together(mine, theirs)
        if both is not None:
            told[other_id] = SameMoment(
                other_id, found.cameras[theirs.camera], both.seconds, both.metres, both.sd_m,
                both.log_ratio, _words(both),
            )  # fmt: skip
    return told


@dataclass(frozen=True, slots=True)
class LinkedTrack:
    """One track of a group, and why it is in it."""

    track_id: TrackId
    camera_id: CameraId
    from_wall_ns: int
    to_wall_ns: int
    """When its place is known first and last."""
    seconds: float
    """In common with others of the group on other cameras."""
    metres: float | None
    """How far from them, the median; None: joined to the group by how it goes on after a gap."""
    why: str


@dataclass(frozen=True, slots=True)
class LinkedTracks:
    """Groups of tracks that may be one, over overlapping calibrated cameras. A lead."""

    groups: tuple[tuple[LinkedTrack, ...], ...]
    """Of two tracks or more each, in order of time; the group of the longest time in common
    first."""
    tracks: int = 0
    """How many were compared."""
    cameras: tuple[CameraId, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""


def linked_tracks(
    case: Case,
    track_ids: Sequence[int] | None = None,
    *,
    span: Span = (None, None),
) -> Job[LinkedTracks]:
    """Groups of tracks that were at the same place at the same time; with `track_ids` the groups
    that hold one of these. Logged before it is given.

    Raises:
        UnknownTrack: no such track.
    """
    view = view_case(case)
    asked = None if track_ids is None else {_row(case, one).track_id for one in track_ids}
    opens = _DAY_ONE if span[0] is None else span[0]
    kinds = list(KINDS)
    found = yield from ground_tracks(case, (opens, span[1]), class_ids=kinds, most=_MOST_POINTS)
    notes = list(found.left_out)
    ids, made = _tracks_of(view, found)
    if found.step_ns > _COARSEST_NS:
        notes.append("too much at once to compare places moment by moment: choose a shorter time")
        ids, made = [], []
    if len(ids) > MOST_TRACKS:
        notes.append(f"{len(ids)} tracks: only the first {MOST_TRACKS} were compared")
        order = sorted(range(len(ids)), key=lambda at: made[at].time_s[0])[:MOST_TRACKS]
        ids, made = [ids[at] for at in order], [made[at] for at in order]
    yield Progress(0, 1, "groups", "comparing places")
    pairs = compared(made)
    group = grouped(len(made), ratios(pairs))
    base_ns = int(found.wall_ns.min()) if len(found) else 0
    members: dict[int, list[int]] = {}
    for at, number in enumerate(group):
        members.setdefault(number, []).append(at)
    groups = []
    for own in members.values():
        if len(own) > 1 and (asked is None or asked & {ids[at] for at in own}):
            groups.append(_group(own, ids, made, pairs, found.cameras, base_ns))
    groups.sort(key=lambda one: (-sum(each.seconds for each in one), one[0].track_id))
    if asked is not None:
        notes += [f"track {one}: no place of it is known" for one in sorted(asked - set(ids))]
    yield Progress(1, 1, "groups", "comparing places")
    told = LinkedTracks(tuple(groups), len(ids), found.cameras, tuple(notes))
    shown = sorted(each.track_id for one in groups for each in one)
    facts: dict[str, JsonValue] = {"compared": len(ids), "groups": len(groups)}
    facts |= {"tracks": len(shown), "ids": ",".join(map(str, shown))}
    case.record(audit.Entry("tracks.overlaps", "done", facts=facts))
    return told


def _group(
    own: Sequence[int],
    ids: Sequence[TrackId],
    made: Sequence[GroundTrack],
    pairs: Mapping[Pair, Together | GoesOn | None],
    cameras: Sequence[CameraId],
    base_ns: int,
) -> tuple[LinkedTrack, ...]:
    """The tracks of a group with what each has in common with the others."""
    rows = []
    for at in own:
        known = {other: pairs.get((min(at, other), max(at, other))) for other in own if other != at}
        both = {other: one for other, one in known.items() if isinstance(one, Together)}
        after = {other: one for other, one in known.items() if isinstance(one, GoesOn)}
        metres = None
        if both:
            weights = [one.seconds for one in both.values()]
            metres = float(np.average([one.metres for one in both.values()], weights=weights))
            best = max(both, key=lambda other: both[other].seconds)
            why = f"{_words(both[best])} with track {ids[best]}"
        elif after:
            best = max(after, key=lambda other: after[other].log_ratio)
            gone = after[best]
            when = "after" if made[at].time_s[0] > made[best].time_s[0] else "before"
            why = (
                f"{gone.seconds:.1f} s {when} track {ids[best]}, {gone.metres:.1f} m from where it "
                "would have gone on"
            )
        else:
            why = "by what others of the group have in common with it"
        seconds = [one.seconds for one in both.values()]
        ends = made[at].time_s[[0, -1]]
        first, last = (base_ns + round(float(end) * NS_PER_S) for end in ends)
        rows.append(
            LinkedTrack(
                ids[at], cameras[made[at].camera], first, last, max(seconds, default=0.0), metres,
                why,
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda one: (one.from_wall_ns, one.track_id)))


def _tracks_of(view: CaseView, found: GroundTracks) -> tuple[list[TrackId], list[GroundTrack]]:
    """The tracks, on common axes of metres and a clock that begins with the first of them; by id.
    A track that was seen before and after its camera was moved is one."""
    if not len(found):
        return [], []
    middle = found.lonlat.mean(axis=0)
    origin = GeoPoint(float(middle[1]), float(middle[0]))
    one = moved(origin, east_m=1.0, north_m=1.0)
    degrees = [(one.lon - origin.lon + 180.0) % 360.0 - 180.0, one.lat - origin.lat]
    turned = found.lonlat - middle
    turned[:, 0] = (turned[:, 0] + 180.0) % 360.0 - 180.0
    places = turned / degrees
    time_s = (found.wall_ns - found.wall_ns.min()) / NS_PER_S
    clocks = _clocks(view)
    ids, made = [], []
    ends = [0, *(np.flatnonzero(np.diff(found.track_id)) + 1).tolist(), len(found)]
    for start, end in pairwise(ends):
        kind = KINDS.get(int(found.class_id[start]))
        # Of one wall time there is one place.
        part = start + np.flatnonzero(np.diff(time_s[start:end], prepend=-np.inf) > 0)
        if kind is None:
            continue
        track_id = TrackId(int(found.track_id[start]))
        ids.append(track_id)
        clock_s = clocks.get(RunId(track_id // TRACKS_PER_RUN), CLOCK_S / 2)
        made.append(
            GroundTrack(
                int(found.camera[start]), kind, time_s[part], places[part], found.sd_m[part],
                clock_s, max(1.5, found.gap_ns / NS_PER_S),
            )
        )  # fmt: skip
    return ids, made


def _clocks(view: CaseView) -> dict[RunId, float]:
    """How sure the clock of each recording is, one standard deviation in seconds, where somebody
    compared it: what is told then is the most that it is off."""
    made = {}
    for source in view.sources:
        run, sure = view.runs.get(source.source_id), source.uncertainty_ns
        if run is not None and sure is not None:
            made[run.run_id] = sure / NS_PER_S / 2
    return made


def _row(case: Case, track_id: int) -> TrackRow:
    def read(cursor: Cursor) -> TrackRow | None:
        whole = pieces.whole_of(cursor, TrackId(track_id))
        rows = tracks.of_run(cursor, RunId(track_id // TRACKS_PER_RUN))
        return next((row for row in rows if row.track_id == whole), None)

    found = case.read(read)
    if found is None:
        raise UnknownTrack(f"the case has no track {track_id}", "Search again, and choose a hit.")
    return found


def _words(both: Together) -> str:
    """How far apart two were, for how long, and how far one would be from itself."""
    return f"{both.metres:.1f} m apart for {both.seconds:.0f} s (± {2 * both.sd_m:.1f} m)"
