"""The audit rows of edits: what was done, to which thing, and what of it is private."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from casefiles import audit
from casefiles.case_events import EventImportId
from casefiles.decision_types import DecisionId, Question, Said
from casefiles.intake_types import Origin
from casefiles.types import (
    BookmarkId,
    ClockId,
    JsonValue,
    LineId,
    PositionImportId,
    SavedSearchId,
    SourceClock,
    SourceId,
    ZoneId,
)
from casefiles.view_types import Bookmark, Line, SavedSearch, Zone


def of_zone(event: str, zone_id: ZoneId, zone: Zone, facts: Mapping[str, JsonValue]) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"zone:{zone_id}",
        facts={"source": zone.source_id, "corners": len(zone.polygon), **facts},
        private={
            "name": zone.name,
            "camera": zone.camera_id or "",
            "polygon": json.dumps(zone.polygon),
        },
        vouches=("zones",),
    )


def of_line(event: str, line_id: LineId, line: Line, facts: Mapping[str, JsonValue]) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"line:{line_id}",
        facts={"source": line.source_id, "points": len(line.points), **facts},
        private={
            "name": line.name,
            "camera": line.camera_id or "",
            "line": json.dumps(line.points),
        },
        vouches=("lines",),
    )


def of_clock(event: str, clock_id: ClockId, clock: SourceClock) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"source:{clock.source_id}",
        facts={
            "clock": clock_id,
            "start_ns": clock.start_ns,
            "offset_ns": clock.offset_ns,
            "drift_ppb": clock.drift_ppb,
            "readings": [[one.recorder_ns, one.reference_ns] for one in clock.readings],
            "uncertainty_ns": clock.uncertainty_ns,
            "verified": clock.verified,
            "zone": clock.zone_name,
            "summer_time": clock.summer_time,
        },
        private={
            "basis": clock.basis,
            "reference": clock.reference_source,
            "proof": clock.proof,
            "note": clock.note,
        },
        vouches=("clocks",),
    )


def of_bookmark(
    event: str, bookmark_id: BookmarkId, bookmark: Bookmark, facts: Mapping[str, JsonValue]
) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"bookmark:{bookmark_id}",
        facts={
            "source": bookmark.source_id,
            "time_ns": bookmark.time_ns,
            "wall_ns": bookmark.wall_ns,
            "track": bookmark.track_id,
            **facts,
        },
        private={"note": bookmark.note},
        vouches=("bookmarks",),
    )


def of_note(bookmark_id: BookmarkId, note: str, before: str) -> audit.Entry:
    return audit.Entry(
        "bookmark.change",
        "done",
        object=f"bookmark:{bookmark_id}",
        private={"note": note, "before": before},
        vouches=("bookmarks",),
    )


def of_search(event: str, search_id: SavedSearchId, search: SavedSearch) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"search:{search_id}",
        private={"name": search.name, "text": search.text, "document": search.document},
        vouches=("searches",),
    )


def of_search_name(search_id: SavedSearchId, name: str, before: str) -> audit.Entry:
    return audit.Entry(
        "search.rename",
        "done",
        object=f"search:{search_id}",
        private={"name": name, "before": before},
        vouches=("searches",),
    )


def of_positions(event: str, import_id: PositionImportId) -> audit.Entry:
    return audit.Entry(event, "done", object=f"positions:{import_id}", vouches=("positions",))


def of_events(event: str, import_id: EventImportId) -> audit.Entry:
    return audit.Entry(event, "done", object=f"events:{import_id}", vouches=("events",))


def of_origins(notes: Sequence[tuple[SourceId, Origin]]) -> audit.Entry:
    ids = [int(source_id) for source_id, _ in notes]
    return audit.Entry(
        "source.note",
        "done",
        object=f"source:{ids[0]}" if len(ids) == 1 else "",
        facts={"sources": list(ids)},
        private={"origins": json.dumps([asdict(origin) for _, origin in notes])},
        vouches=tuple(f"source:{one}" for one in ids),
    )


def of_decisions(question: Question, said: Sequence[Said], replaced: int) -> audit.Entry:
    ranks: list[JsonValue] = [one.rank for one in said]
    return audit.Entry(
        "hits.decide",
        "done",
        facts={
            "question": question.sha256,
            "kind": question.kind,
            "right": [one.track_id for one in said if one.verdict == "right"],
            "wrong": [one.track_id for one in said if one.verdict == "wrong"],
            "ranks": ranks,
            "replaced": replaced,
        },
        private={"text": question.text, "document": question.document},
        vouches=("questions", "decisions"),
    )


def of_taken_back(taken: Sequence[DecisionId], put_back: Sequence[DecisionId]) -> audit.Entry:
    return audit.Entry(
        "hits.undecide",
        "done",
        facts={
            "taken_back": [int(one) for one in taken],
            "put_back": [int(one) for one in put_back],
        },
        vouches=("decisions",),
    )
