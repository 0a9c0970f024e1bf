"""Tracks that answer a query, best first, each with its reasons; logged before they are given.

A colour filter judges what has such a part: upper and lower clothing of persons, the body of
vehicles. Tracks of another class answer it only where the query names their class. Colours that
are unreliable or not stored never leave a track out: it is kept, ranked lower, and says so.
"""

import json
from functools import partial

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.queries.describe import filter_document
from casefiles.queries.filters import (
    ClassFilter,
    ColourFilter,
    DwellFilter,
    Order,
    Query,
    ZoneFilter,
)
from casefiles.store import search_rows
from casefiles.usecases.query_context import time_zone_in
from casefiles.usecases.search_found import HAS_PART, Fit, Found
from casefiles.usecases.search_reasons import Reasons
from casefiles.usecases.search_scope import (
    Searched,
    WallTimes,
    coverage_of,
    is_on_map,
    searched,
    touch_spans,
)
from casefiles.usecases.search_zone import Stays, stays_in
from casefiles.view_types import Hit, Hits
from video.clock import NS_PER_S
from video.types import TimeNs

_LONGEST_S = 1e9
"""Lengths of time are held below this (30 years), so that sums stay in 64 bits."""


def search_tracks(
    case: Case, query: Query, *, limit: int = 200, order: Order = "best"
) -> Job[Hits]:
    """The tracks of shown runs that answer every filter; suppressed ones are left out.

    `best` ranks by score, `time` by wall time (sources whose start is not known come last).

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    about = case.read(lambda cursor: searched(cursor, query))
    zone = case.read(time_zone_in)
    times = WallTimes(query, zone)
    yield Progress(0, len(about.runs), "sources", "tracks")
    found = _narrowed(case, about, query, times)
    yield from _judge_zones(case, found, query, times)
    doubtful = _judge_colours(case, found, query)
    yield Progress(len(about.runs), len(about.runs), "sources", "ranking")
    ranked = _ranked(found, order)
    hits = _hits(found, ranked[: max(limit, 0)], Reasons(query, about, zone))
    coverage = coverage_of(about, query, doubtful=doubtful, notes=())
    result = Hits(hits, len(found.tracks), coverage)
    filters = [filter_document(one, zone) for one in query.filters]
    _log(case, query.text, json.dumps(filters, ensure_ascii=False), result)
    return result


def _narrowed(case: Case, about: Searched, query: Query, times: WallTimes) -> Found:
    """What class, time, camera and time in view leave."""
    class_ids: set[int] | None = None
    for one in query.filters:
        if isinstance(one, ClassFilter):
            asked = set(one.class_ids)
            class_ids = asked if class_ids is None else class_ids & asked
    from_ns, to_ns = times.bounds()
    tracks = case.read(
        lambda cursor: search_rows.tracks(
            cursor,
            about.scope(),
            class_ids=None if class_ids is None else sorted(class_ids),
            # A stay in a zone is no longer than the time in view.
            least_ns=_least_ns(query),
            from_ns=from_ns,
            to_ns=to_ns,
        )
    )
    found = Found(about, tracks, best_ns=np.full(len(tracks), -1, np.int64))
    mask = times.touch(*found.walls())
    for source_id, spans in about.spans.items():
        mask &= (tracks.source_id != source_id) | touch_spans(*found.walls(), spans)
    found.keep(mask)
    return found


def _judge_zones(case: Case, found: Found, query: Query, times: WallTimes) -> Job[None]:
    least_ns = _least_ns(query)
    for one in query.filters:
        if not isinstance(one, ZoneFilter) or is_on_map(one.zone):
            continue
        stays = Stays.nowhere(len(found.tracks))
        runs = np.unique(found.tracks.run_id).tolist()
        for done, run_id in enumerate(runs):
            yield Progress(done, len(runs), "sources", f"zone {one.zone.name}".strip())
            mine = found.tracks.run_id == run_id
            start = int(found.about.wall_starts(found.tracks.source_id[mine][:1])[0])
            ids = found.tracks.track_id[mine]
            there = stays_in(
                case, one.zone.polygon, run_id, ids, in_time=partial(times.touch_at, start)
            )
            stays.put(mine, there)
        found.stays.append((one.zone, stays))
        found.keep(stays.is_inside & (stays.inside_ns >= least_ns))


def _least_ns(query: Query) -> int:
    """The least time in view that every dwell filter leaves."""
    lengths = [one.least_s for one in query.filters if isinstance(one, DwellFilter)]
    return round(min(max(lengths, default=0.0), _LONGEST_S) * NS_PER_S)


def _judge_colours(case: Case, found: Found, query: Query) -> int:
    """Leaves what fits; gives how many of these were judged with care."""
    ids = found.tracks.track_id
    looked, best_ns, doubts = case.read(partial(search_rows.looks, track_ids=ids))
    places = np.searchsorted(ids, looked)
    found.best_ns[places] = best_ns
    doubt = np.full(len(ids), "", np.object_)
    doubt[places] = doubts
    is_named = any(isinstance(one, ClassFilter) for one in query.filters)
    careful = np.zeros(len(ids), np.bool_)
    keep = np.ones(len(ids), np.bool_)
    for one in query.filters:
        if isinstance(one, ColourFilter):
            applies = np.isin(found.tracks.class_id, list(HAS_PART[one.part]))
            fit = Fit(one, applies, _shares(case, ids, one), doubt)
            found.fits.append(fit)
            careful |= applies & ~fit.sure
            keep &= fit.keeps() & (applies | is_named)
    found.keep(keep)
    return int((careful & keep).sum())


def _shares(case: Case, ids: NDArray[np.int64], wanted: ColourFilter) -> NDArray[np.float64]:
    """How much of the part has the colours, `(n,)`; NaN where it was not judged."""
    judged, shares = case.read(
        partial(search_rows.colour_shares, track_ids=ids, part=wanted.part, colours=wanted.colours)
    )
    share = np.full(len(ids), np.nan)
    share[np.searchsorted(ids, judged)] = shares
    return share


def _ranked(found: Found, order: Order) -> NDArray[np.int64]:
    ids = found.tracks.track_id
    if order == "time":
        starts, _ = found.walls()
        known = np.isin(found.tracks.source_id, list(found.about.starts))
        return np.lexsort((ids, starts, ~known)).astype(np.int64)
    return np.lexsort((ids, -found.scores())).astype(np.int64)


def _hits(found: Found, ranked: NDArray[np.int64], reasons: Reasons) -> tuple[Hit, ...]:
    scores = found.scores()
    starts, ends = found.walls()
    made = []
    for at in ranked.tolist():
        row = found.tracks.row(at)
        source = found.about.sources[row.source_id]
        timed = row.source_id in found.about.starts
        best = int(found.best_ns[at])
        fits = [fit for fit in found.fits if fit.applies[at]]
        made.append(
            Hit(
                track=row,
                camera_id=source.camera_id,
                from_wall_ns=int(starts[at]) if timed else None,
                to_wall_ns=int(ends[at]) if timed else None,
                score=float(scores[at]),
                why=reasons.of(found, at),
                best_time_ns=TimeNs(best) if best >= 0 else None,
                doubtful=any(not fit.sure[at] for fit in fits),
            )
        )
    return tuple(made)


def _log(case: Case, text: str, filters: str, result: Hits) -> None:
    ids = [hit.track.track_id for hit in result.hits]
    case.record(
        audit.Entry(
            "search",
            "done",
            facts={
                "sources": result.coverage.sources,
                "found": result.total,
                "tracks": len(ids),
                "ids": id_ranges(list(ids)),
            },
            private={"text": text, "filters": filters},
        )
    )
