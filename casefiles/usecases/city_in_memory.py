"""The made-up city as what following holds in memory: no case, no recordings, no analysis."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from casefiles.queries.filters import Query
from casefiles.store.search_rows import Indexed, Searchable, TrackColumns
from casefiles.subject_types import Subject
from casefiles.types import (
    TRACKS_PER_RUN,
    BodyPart,
    CameraId,
    CaseHeader,
    Provenance,
    Run,
    RunId,
    Source,
    SourceClock,
    SourceId,
    TrackId,
)
from casefiles.usecases.build_city import CityPlan, CityRecording, CityReport
from casefiles.usecases.follow import FollowState
from casefiles.usecases.follow_pool import FrameVectors, Pool, Worn
from casefiles.usecases.roads import Roads
from casefiles.usecases.search_scope import Searched
from casefiles.usecases.topology import Topology
from casefiles.view_types import CaseView, ColourShare
from detection.attribute_names import PERSON_ATTRIBUTES
from detection.colours import COLOURS
from detection.labels import ObjectClass
from video.clock import NS_PER_S
from video.types import TimeNs

_PARTS: Final[tuple[BodyPart, ...]] = ("upper", "lower", "body")
_KIND: Final = int(ObjectClass.PERSON)


def ids_of(plan: CityPlan) -> CityReport:
    """The ids that its tracks have in a case that nothing else is in."""
    return CityReport(
        tuple(
            tuple(TrackId(number * TRACKS_PER_RUN + at + 1) for at in range(len(one.tracks)))
            for number, one in enumerate(plan.recordings, 1)
        )
    )


def state_of(plan: CityPlan, name: str = "somebody") -> FollowState:
    """A subject of whom nothing is confirmed, and all people of the city as its candidates."""
    sources = [_source(number, one) for number, one in enumerate(plan.recordings, 1)]
    runs = {one.source_id: _run(one) for one in sources}
    view = CaseView(
        header=CaseHeader("0", "bench", "bench", True, 0, "bench", "0"), sources=tuple(sources),
        cameras=plan.cameras, runs=runs, zones=(), bookmarks=(), zone_name="UTC",
    )  # fmt: skip
    clocks = {one.source_id: one.clock for one in sources if one.clock is not None}
    about = Searched(
        {one.source_id: _searchable(one) for one in sources}, {}, {},
        {one: Indexed(run.run_id, run.classes, {}, "{}", None) for one, run in runs.items()},
        clocks, {}, (), 0,
    )  # fmt: skip
    return FollowState(
        view, about, _pool(plan, view), Topology(view, Roads(plan.streets)),
        Subject(name, "person"), Query(""), {},
    )  # fmt: skip


def _pool(plan: CityPlan, view: CaseView) -> Pool:
    ids = ids_of(plan).track_ids
    found = [
        (int(track_id), number, source, one)
        for number, (source, own, tracks) in enumerate(
            zip(view.sources, ids, (one.tracks for one in plan.recordings), strict=True), 1
        )
        for track_id, one in zip(own, tracks, strict=True)
        if int(one.kind) == _KIND
    ]
    ends = np.array(
        [[int(one.seconds[at]) * NS_PER_S for at in (0, -1)] for *_, one in found], np.int64
    )
    numbers = np.array([number for _, number, _, _ in found], np.int64)
    tracks = TrackColumns(
        np.array([one for one, *_ in found], np.int64), numbers, numbers,
        np.full(len(found), _KIND, np.int64), ends[:, 0], ends[:, 1],
        np.array([len(one.seconds) for *_, one in found], np.int64), np.full(len(found), 0.8),
    )  # fmt: skip
    wheres: dict[CameraId, int] = {}
    for camera in plan.cameras:
        wheres.setdefault(camera.camera_id, len(wheres))
    place = np.array([wheres[CameraId(str(one.camera_id))] for _, _, one, _ in found], np.int64)
    clocks = {one.source_id: one.clock for one in view.sources}
    starts = {one: clock.to_wall_ns(TimeNs(0)) for one, clock in clocks.items() if clock}
    origin_ns = min(starts.values())
    walls = ends + np.array([starts[one.source_id] for _, _, one, _ in found])[:, None]
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(wheres) + 1))
    sizes = np.array([len(one.vectors) for *_, one in found])
    looks = FrameVectors(
        np.arange(len(found)), np.cumsum(sizes) - sizes,
        np.concatenate([one.vectors for *_, one in found]),
    )  # fmt: skip
    seconds = np.zeros(len(wheres))
    for one in view.sources:
        seconds[wheres[CameraId(str(one.camera_id))]] += one.duration_ns / NS_PER_S
    uncertain = {
        one.source_id: None if one.uncertainty_ns is None else one.uncertainty_ns / NS_PER_S
        for one in view.sources
    }
    return Pool(
        tracks, tuple(wheres), place, origin_ns, (walls[:, 0] - origin_ns) / NS_PER_S,
        (walls[:, 1] - origin_ns) / NS_PER_S, tuple(order[a:b] for a, b in pairwise(bounds)),
        np.ones(len(found), np.bool_), np.maximum(seconds, 60.0), uncertain, (looks,),
        _worn([one.colours if not one.doubt else {} for *_, one in found]), None, {}, (),
    )  # fmt: skip


def _worn(colours: Sequence[Mapping[BodyPart, tuple[ColourShare, ...]]]) -> Worn:
    # As wide as where attributes were judged too: none are known here.
    shares = np.full((len(colours), len(_PARTS) + len(PERSON_ATTRIBUTES), len(COLOURS)), np.nan)
    for place, parts in enumerate(colours):
        for at, part in enumerate(_PARTS):
            told = parts.get(part)
            if not told:
                continue
            row = shares[place, at]
            row[:] = 0.0
            for one in told:
                row[COLOURS.index(one.colour)] = one.share
            row /= max(float(row.sum()), 1e-6)
    return Worn(shares.astype(np.float32))


def _source(number: int, one: CityRecording) -> Source:
    source_id = SourceId(number)
    said = None
    if one.stated_s is not None:
        said = SourceClock(
            source_id, round(one.stated_s * NS_PER_S), "one reading",
            uncertainty_ns=round((one.uncertainty_s or 0.0) * NS_PER_S),
        )  # fmt: skip
    return Source(
        source_id, "0" * 64, Path(f"{number}.mp4"), 0, one.camera_id, "mp4", "h264", 640, 360,
        Fraction(1), one.length_s, one.length_s * NS_PER_S, Fraction(1), 1.0, False, (), 0,
        one.start_ns + round(one.offset_s * NS_PER_S), "given",
        0 if said is None else said.offset_ns, (), None, None, 0, "bench", "0", clock_set=said,
    )  # fmt: skip


def _run(source: Source) -> Run:
    return Run(
        RunId(int(source.source_id)), source.source_id,
        Provenance(source.sha256, "practice-city", "0" * 64, "{}", "0"), (_KIND,), "made up",
        "finished", 0, 1,
    )  # fmt: skip


def _searchable(source: Source) -> Searchable:
    clock = source.clock
    return Searchable(
        source.source_id, source.camera_id, None if clock is None else clock.to_wall_ns(TimeNs(0)),
        0, source.duration_ns, None, (source.width, source.height),
    )  # fmt: skip
