"""Tracks that answer a query, best first, each with its reasons; logged before they are given.

A colour filter judges what has such a part: upper and lower clothing of persons, the body of
vehicles. Tracks of another class answer it only where the query names their class. Colours that
are unreliable or not stored never leave a track out: it is kept, ranked lower, and says so.

Long searches go through the sources in parts, a small one first, and show what that one gave.
"""

import json
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.audit import Outcome
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
)
from casefiles.queries.question import question_of
from casefiles.store import search_rows
from casefiles.store.answers import Answer, Answers, answers, detailed
from casefiles.store.conditions import Wanted, WantedColour
from casefiles.store.engine import Cursor
from casefiles.usecases.query_context import time_zone_in
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.search_paths import LONGEST_S, paths_in, zones_in
from casefiles.usecases.search_reasons import HAS_PART, Reasons
from casefiles.usecases.search_scope import (
    Searched,
    WallTimes,
    coverage_of,
    searched,
    unfinished,
)
from casefiles.usecases.search_traits import asks_compass, notes_of, traits_in, with_known
from casefiles.view_types import FirstHits, Hit, Hits
from video.clock import NS_PER_S
from video.types import TimeNs

_FIRST_ROWS: Final = 300_000
"""Rows read before something is shown: a tenth of a second. Less than twice as many are read at
once, because showing costs as much as the rest would."""
_MOST_ROWS: Final = 2_000_000
"""Rows read at once, so that memory and the wait for a cancel stay small."""
_COLOURS_OF_TRACK: Final = 4


def search_tracks(
    case: Case, query: Query, *, limit: int = 200, skip: int = 0, order: Order = "best"
) -> Job[Hits]:
    """The tracks of shown runs that answer every filter; suppressed ones are left out. A page of
    them: `limit` at most, after so many that were skipped.

    `best` ranks by score, `time` by wall time (sources whose start is not known come last). A
    long search yields `FirstHits` once, before it is through.

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    log_refused(case, query)
    about, zone, wanted, parts = case.read(partial(_about, query=query))
    scope, total = about.scope(), len(about.runs)
    filters = json.dumps([filter_document(one, zone) for one in query.filters], ensure_ascii=False)
    reasons = Reasons(query, about, zone)
    found, result = Answers(), None
    asked = question_of(query)

    def read(cursor: Cursor, part: slice, before: Answers) -> tuple[Answers, Hits | None]:
        """The answers of one part more; as hits, where these are shown."""
        most = max(limit, 0) + max(skip, 0)
        new = answers(cursor, scope.where(part), wanted, order=order, most=most)
        both = before.joined(new, order=order, most=most)
        if part is not parts[-1] and (skip > 0 or before.rows or not both.rows):
            return both, None
        page = replace(both, rows=both.rows[max(skip, 0) :])
        rows = detailed(cursor, scope, wanted, page).rows
        hits = tuple(_hit(one, about, wanted, reasons) for one in rows)
        notes = () if part is parts[-1] else (unfinished(part.stop, total, "recordings"),)
        said = (*notes_of(cursor, query, about, all_measured=wanted.traits.all_measured), *notes)
        coverage = coverage_of(about, query, doubtful=both.careful, notes=said)
        return both, Hits(hits, both.total, coverage, max(skip, 0), not notes, asked)

    yield Progress(0, total, "sources", "tracks")
    for part in parts:
        found, result = case.read(partial(read, part=part, before=found))
        if part is parts[-1]:
            break
        if result is None:
            yield Progress(part.stop, total, "sources", "tracks")
        else:
            _log(case, "started", query.text, filters, result)
            yield FirstHits(part.stop, total, "sources", "tracks", hits=result)
    assert result is not None
    _log(case, "done", query.text, filters, result)
    return result


def _about(cursor: Cursor, query: Query) -> tuple[Searched, tzinfo, Wanted, tuple[slice, ...]]:
    """What is searched, the zone of times, the query as the store takes it, and in what parts."""
    about = searched(cursor, query, with_places=asks_compass(query))
    zone = time_zone_in(cursor)
    wanted = wanted_of(query, about, WallTimes(query, zone))
    wanted = replace(wanted, traits=with_known(cursor, wanted.traits, about))
    return about, zone, wanted, _parts(cursor, about, wanted)


def wanted_of(query: Query, about: Searched, times: WallTimes) -> Wanted:
    """The filters of a query as the store takes them."""
    class_ids: set[int] | None = None
    for one in query.filters:
        if isinstance(one, ClassFilter):
            asked = set(one.class_ids)
            class_ids = asked if class_ids is None else class_ids & asked
    from_ns, to_ns = times.bounds()
    lengths = [one for one in query.filters if isinstance(one, DwellFilter)]
    least_s = max((one.least_s for one in lengths), default=0.0)
    most_s = min((one.most_s for one in lengths if one.most_s is not None), default=None)
    return Wanted(
        class_ids=None if class_ids is None else tuple(sorted(class_ids)),
        least_ns=round(min(least_s, LONGEST_S) * NS_PER_S),
        most_ns=None if most_s is None else round(min(most_s, LONGEST_S) * NS_PER_S),
        from_ns=from_ns,
        to_ns=to_ns,
        spans=(about.looking(),) if about.spans else (),
        moments=times.clocks(about),
        colours=tuple(
            WantedColour(one.part, one.colours, tuple(sorted(HAS_PART[one.part])))
            for one in query.filters
            if isinstance(one, ColourFilter)
        ),
        zones=tuple(zone.polygon for zone in zones_in(query)),
        paths=paths_in(query),
        traits=traits_in(query, about),
        grounds=about.grounds(),
    )


def _parts(cursor: Cursor, about: Searched, wanted: Wanted) -> tuple[slice, ...]:
    """The runs in parts, by how much must be read of each; at least one part."""
    by_points = bool(wanted.zones or wanted.paths or wanted.grounds)
    is_light = not (wanted.colours or by_points)
    if is_light and search_rows.track_count(cursor) < 2 * _FIRST_ROWS:
        return (slice(0, len(about.runs)),)
    sizes = search_rows.sizes(cursor)
    counts = [sizes.get(run.run_id, (0, 0)) for run in about.runs.values()]
    tracks, points = np.array(counts, np.int64).reshape(-1, 2).T
    rows = tracks * (1 + _COLOURS_OF_TRACK * bool(wanted.colours)) + points * by_points
    before = np.concatenate([[0], np.cumsum(rows)])
    parts: list[slice] = []
    start, most = 0, _FIRST_ROWS
    while not parts or start < len(rows):
        stop = max(start + 1, int(np.searchsorted(before, before[start] + most, "right")) - 1)
        if before[-1] - before[start] < 2 * most:
            stop = len(rows)
        parts.append(slice(start, stop))
        start, most = stop, _MOST_ROWS
    return tuple(parts)


def _hit(one: Answer, about: Searched, wanted: Wanted, reasons: Reasons) -> Hit:
    track, clock = one.track, about.clocks.get(one.track.source_id)
    doubtful = any(
        track.class_id in colour.class_ids and (share is None or bool(one.doubt))
        for colour, share in zip(wanted.colours, one.shares, strict=True)
    )
    doubtful = doubtful or reasons.doubtful(one)
    return Hit(
        track=track,
        camera_id=about.sources[track.source_id].camera_id,
        from_wall_ns=None if clock is None else clock.to_wall_ns(track.from_ns),
        to_wall_ns=None if clock is None else clock.to_wall_ns(track.to_ns),
        score=one.score,
        why=reasons.of(one),
        best_time_ns=None if one.best_ns is None else TimeNs(one.best_ns),
        doubtful=doubtful,
        parts=reasons.parts(one),
    )


def _log(case: Case, outcome: Outcome, text: str, filters: str, result: Hits) -> None:
    ids = [hit.track.track_id for hit in result.hits]
    case.record(
        audit.Entry(
            "search",
            outcome,
            facts={
                "sources": result.coverage.sources,
                "found": result.total,
                "tracks": len(ids),
                "ids": id_ranges(list(ids)),
            },
            private={"text": text, "filters": filters},
        )
    )
