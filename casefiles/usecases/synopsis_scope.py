"""Which tracks a synopsis is asked to show, of how much footage, and what is to be said of that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.decision_types import Question
from casefiles.errors import SourceMoved, UnknownSource
from casefiles.queries.filters import Query, TimeFilter
from casefiles.queries.parse import parse_query
from casefiles.queries.question import query_of, question_of
from casefiles.store import answers, decisions, sources
from casefiles.store.conditions import Spans as SpanColumns
from casefiles.store.engine import Cursor
from casefiles.synopsis_types import Synopsis
from casefiles.types import CameraId, Source, SourceId, TrackId
from casefiles.usecases.query_context import query_context, time_zone_in
from casefiles.usecases.search_scope import Searched, WallTimes, coverage_of, searched
from casefiles.usecases.search_tracks import wanted_of
from casefiles.usecases.search_traits import asks_compass, notes_of, with_known
from casefiles.usecases.sureness import sureness
from video.clock import NS_PER_S, ClockOffset

WallSpan = tuple[int | None, int | None]
_HOW: Final = "Say what to show, such as 'person red jacket'; without a text everything is shown."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tracks that answer, by id, without those that somebody rejected for this question."""

    query: Query
    source_ids: tuple[SourceId, ...]
    """The recordings that were asked for and that the filters leave, analysed or not."""
    analysed: tuple[SourceId, ...]
    tracks: tuple[TrackId, ...]
    weak: frozenset[TrackId]
    """Those of them that were seen with little confidence."""
    hidden: int
    """Static false alarms and tracks that were rejected."""
    input_s: float
    clocks: Mapping[SourceId, ClockOffset]
    notes: tuple[str, ...]


def asked_for(case: Case, query: Query | str, span: WallSpan = (None, None)) -> Query:
    """The whole query of a synopsis: `question_of` it is what decisions on its tracks are about
    (tracks rejected for it are left out and counted as hidden)."""
    understood = parse_query(query, query_context(case)) if isinstance(query, str) else query
    return understood if span == (None, None) else understood.with_filter(TimeFilter(*span))


def question_in(synopsis: Synopsis) -> Question:
    """The whole question of a synopsis: what decisions on its tracks are about."""
    return question_of(query_of(Question("search", synopsis.text, synopsis.question, "")))


def chosen(case: Case, query: Query, source_ids: Sequence[int]) -> Chosen:
    """The tracks of the runs shown that answer a query, of these recordings (of all, where none
    is named).

    Raises:
        UnknownSource: the case has none of an id.
        CaseDamaged: rows were changed outside the program.
    """
    return case.read(partial(_chosen, query=query, source_ids=source_ids))


def without_weak(found: Chosen) -> Chosen:
    """The same less what was seen with little confidence, which is counted as hidden."""
    if not found.weak:
        return found
    count = len(found.weak)
    return replace(
        found,
        tracks=tuple(one for one in found.tracks if one not in found.weak),
        weak=frozenset(),
        hidden=found.hidden + count,
        notes=(*found.notes, f"{count} seen with little confidence left out, as asked"),
    )


def only_these(found: Chosen, tracks: Collection[TrackId]) -> Chosen:
    """The same of these tracks alone."""
    wanted = set(tracks)
    return replace(
        found,
        tracks=tuple(one for one in found.tracks if one in wanted),
        weak=found.weak & wanted,
    )


def nothing_asked(query: Query) -> tuple[str, str] | None:
    """Why a text asks for nothing, and what to do; None where it asks for something or is empty."""
    if query.filters or not query.text.strip():
        return None
    words = ", ".join(f"'{word}'" for word in (*query.refused, *query.unknown)) or query.text
    # Everything would look like an answer to words that were not used.
    return f"nothing in this text can be searched by: {words[:300]}", _HOW


def gone(case: Case, source_ids: Collection[SourceId]) -> tuple[str, ...]:
    """Of the originals of these recordings, those that are missing or changed, in words: what was
    cut out of them before is shown all the same."""
    said = []
    for source in case.sources():
        if source.source_id not in source_ids:
            continue
        try:
            case.media_path(source)
        except SourceMoved as error:
            said.append(
                f"source {source.source_id}: {error.message}; shown as it was cut out before"
            )
    return tuple(said)


def _chosen(cursor: Cursor, query: Query, source_ids: Sequence[int]) -> Chosen:
    every = sources.every(cursor)
    only = _known(every, source_ids)
    about = searched(cursor, query, with_places=asks_compass(query), only=only)
    zone = time_zone_in(cursor)
    times = WallTimes(query, zone)
    wanted = wanted_of(query, about, times)
    wanted = replace(wanted, traits=with_known(cursor, wanted.traits, about))
    found = answers.kept_tracks(cursor, about.scope(), wanted)
    ids = [TrackId(one) for one in found["track_id"].tolist()]
    rejected = _rejected(cursor, query)
    kept = tuple(one for one in ids if one not in rejected)
    weak = {
        track_id
        for track_id, score in zip(ids, found["mean_score"].tolist(), strict=True)
        if sureness(score) == "weak"
    }
    cover = coverage_of(about, query, doubtful=0, notes=_notes(cursor, query, about))
    unknown = [f"no model used knows {label}" for label in cover.unknown_classes]
    return Chosen(
        query,
        tuple(about.sources),
        tuple(about.runs),
        kept,
        frozenset(weak - rejected),
        about.hidden + len(ids) - len(kept),
        _input_s(about, times.bounds(), times.clocks(about)),
        # The clock of a source says more than that of a search, which is held to compare.
        {one.source_id: one.clock for one in every if one.clock is not None},
        (*cover.notes, *unknown),
    )


def _known(every: Sequence[Source], source_ids: Sequence[int]) -> frozenset[SourceId] | None:
    if not source_ids:
        return None
    known = {int(one.source_id): one.source_id for one in every}
    for one in source_ids:
        if one not in known:
            ids = ", ".join(str(key) for key in known) or "none yet"
            raise UnknownSource(f"the case has no source {one}", f"Known sources: {ids}.")
    return frozenset(known[one] for one in source_ids)


def _rejected(cursor: Cursor, query: Query) -> set[TrackId]:
    stored = decisions.question_id(cursor, question_of(query))
    said = () if stored is None else decisions.standing(cursor, stored)
    return {one.track_id for one in said if one.verdict == "wrong"}


def _notes(cursor: Cursor, query: Query, about: Searched) -> list[str]:
    said = [
        f"{what}: {', '.join(words)}"
        for what, words in (
            ("not searched by", query.refused),
            ("read as person", query.struck),
            ("not understood", query.unknown if not query.rest else ()),
        )
        if words
    ]
    said += notes_of(cursor, query, about)
    if query.rest:
        words = ", ".join(f"“{word}”" for word in query.unknown) or f"“{query.rest}”"
        said.append(f"not chosen by {words}: such words only order a list of hits")
    return said


def _input_s(about: Searched, bounds: WallSpan, hours: Sequence[SpanColumns]) -> float:
    """How much footage was asked for: of each camera together, and the longest camera of all."""
    by_camera: dict[CameraId | SourceId, int] = {}
    for source_id, run in about.runs.items():
        source = about.sources[source_id]
        end = source.duration_ns
        if run.analysed_to_ns is not None:
            end = min(end, run.analysed_to_ns)
        spans = np.array([[0, end]], np.int64)
        clock = about.clocks.get(source_id)
        if clock is not None and bounds != (None, None):
            opens, closes = bounds
            first = 0 if opens is None else clock.first_media(opens)
            last = end if closes is None else clock.first_media(closes)
            spans = _met(spans, np.array([[first, last]], np.int64))
        for run_ids, opened, closed in hours:
            mine = run_ids == run.run_id
            spans = _met(spans, np.stack([opened[mine], closed[mine]], axis=1))
        key = source.camera_id if source.camera_id is not None else source_id
        by_camera[key] = by_camera.get(key, 0) + int((spans[:, 1] - spans[:, 0]).sum())
    return max(by_camera.values(), default=0) / NS_PER_S


def _met(some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where both of two lists of spans `(n, 2)` hold; the spans of each do not overlap."""
    begin = np.maximum(some[:, None, 0], others[None, :, 0]).ravel()
    end = np.minimum(some[:, None, 1], others[None, :, 1]).ravel()
    return np.stack([begin, end], axis=1)[end > begin]
