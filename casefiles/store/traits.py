"""Attributes and movement of tracks: rows ↔ values; nothing is judged or measured here."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from casefiles.store.engine import Cursor, insert_columns
from casefiles.trait_types import Movement, TrackTrait, Traits, TraitVote
from casefiles.types import RunId, TrackId
from detection.attribute_names import ATTRIBUTES
from detection.movement import Movements, movements

_DELETE_VOTES = """
DELETE FROM attribute_votes
WHERE (track_id, ordinal) IN (SELECT (track_id, ordinal) FROM batch)
"""
_INSERT_VOTES = """
INSERT INTO attribute_votes
    (track_id, run_id, ordinal, name, value, confidence, weight, frame, pts)
SELECT track_id, run_id, ordinal, name, value, confidence, weight, frame, pts FROM batch
"""
_VOTES = """
SELECT track_id, name, value, confidence, weight, frame, pts FROM attribute_votes
WHERE run_id = ? AND track_id IN (SELECT track_id FROM tracks WHERE run_id = ?)
ORDER BY track_id, name, frame, value, confidence
"""
_INSERT_ATTRIBUTES = """
INSERT INTO track_attributes (track_id, run_id, name, value, confidence, frame, pts)
SELECT track_id, run_id, name, value, confidence, frame, pts FROM batch
"""
_INSERT_MOVEMENT = """
INSERT INTO track_movement
    (track_id, run_id, across, towards, net, path, speed, standing, height_px)
SELECT track_id, run_id, {across}, {towards}, {net}, {path}, {speed}, {standing}, height_px
FROM batch
""".format(
    **{
        name: f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"
        for name in ("across", "towards", "net", "path", "speed", "standing")
    }
)
_ENDS = "SELECT min(track_id), max(track_id) FROM tracks WHERE run_id = ?"
_SIZE = """
SELECT s.width, s.height FROM sources s JOIN runs r USING (source_id) WHERE r.run_id = ?
"""
_POINTS = """
SELECT track_id, time_ns, x1, y1, x2, y2 FROM track_points
WHERE run_id = ? AND track_id BETWEEN ? AND ?
"""
_ATTRIBUTES = """
SELECT track_id, name, value, confidence, frame, pts
FROM track_attributes SEMI JOIN asked USING (track_id)
WHERE name IN ({names}) ORDER BY track_id, name
"""
_MOVEMENT = """
SELECT track_id, across, towards, net, path, speed, standing, height_px
FROM track_movement SEMI JOIN asked USING (track_id)
"""
_MEASURED = "SELECT DISTINCT run_id FROM track_movement"
_SUMS = ("track_attributes", "track_movement")
TABLES: Final = ("attribute_votes", *_SUMS)
"""What a run writes here."""
_DELETE_SUMS = tuple(
    f"DELETE FROM {table} WHERE run_id = ?"  # noqa: S608 - names from the tuple above only
    for table in _SUMS
)
Places = Sequence[tuple[int, int]]
_BOX: Final = ("x1", "y1", "x2", "y2")
_TRACKS_AT_ONCE: Final = 2_000
"""So that the points of a whole day need not lie in memory."""


def put_votes(cursor: Cursor, run_id: RunId, votes: Sequence[TraitVote], looked: Places) -> None:
    """Stores what frames say; `looked` are track and ordinal of all that were looked at, whose
    earlier votes go."""
    if looked:
        places: dict[str, object] = {
            "track_id": np.array([track for track, _ in looked], np.int64),
            "ordinal": np.array([ordinal for _, ordinal in looked], np.int8),
        }
        insert_columns(cursor, _DELETE_VOTES, places)
    if not votes:
        return
    said = [vote.trait for vote in votes]
    columns: dict[str, object] = {
        "track_id": np.array([vote.track_id for vote in votes], np.int64),
        "run_id": np.full(len(votes), run_id, np.int64),
        "ordinal": np.array([vote.ordinal for vote in votes], np.int8),
        "weight": np.array([vote.weight for vote in votes], np.float32),
        **_columns(said),
    }
    insert_columns(cursor, _INSERT_VOTES, columns)


def sum_up(cursor: Cursor, run_id: RunId) -> None:
    """Makes the attributes and movements of a run's tracks from its votes and points, in the place
    of earlier ones. The same rows give the same bits, however the run came about."""
    delete_sums(cursor, run_id)
    tracks, said = _elected(cursor.execute(_VOTES, [run_id, run_id]).fetchall())
    if said:
        columns: dict[str, object] = {
            "track_id": np.array(tracks, np.int64),
            "run_id": np.full(len(said), run_id, np.int64),
            **_columns(said),
        }
        insert_columns(cursor, _INSERT_ATTRIBUTES, columns)
    ((lowest, highest),) = cursor.execute(_ENDS, [run_id]).fetchall()
    if lowest is None:
        return
    ((width, height),) = cursor.execute(_SIZE, [run_id]).fetchall()
    for start in range(lowest, highest + 1, _TRACKS_AT_ONCE):
        span = [run_id, start, start + _TRACKS_AT_ONCE - 1]
        found = cursor.execute(_POINTS, span).fetchnumpy()
        if len(found["track_id"]):
            boxes = np.stack([np.asarray(found[edge], np.float32) for edge in _BOX], axis=1)
            ids, times = (np.asarray(found[name], np.int64) for name in ("track_id", "time_ns"))
            put_movements(cursor, run_id, movements(ids, times, boxes, size=(width, height)))


def put_movements(cursor: Cursor, run_id: RunId, moved: Movements) -> None:
    """Stores movements of tracks of a run."""
    columns: dict[str, object] = {
        "track_id": moved.track_id,
        "run_id": np.full(len(moved.track_id), run_id, np.int64),
        "across": moved.across, "towards": moved.towards, "net": moved.net, "path": moved.path,
        "speed": moved.speed, "standing": moved.standing, "height_px": moved.height_px,
    }  # fmt: skip
    insert_columns(cursor, _INSERT_MOVEMENT, columns)


def delete_sums(cursor: Cursor, run_id: RunId) -> None:
    """Removes what `sum_up` made; votes stay."""
    for statement in _DELETE_SUMS:
        cursor.execute(statement, [run_id])


def of_tracks(
    cursor: Cursor,
    track_ids: Iterable[TrackId],
    *,
    names: Sequence[str] = tuple(ATTRIBUTES),
    movement: bool = True,
) -> dict[TrackId, Traits]:
    """What is known of each of these tracks, of the attributes named and of its movement where that
    is wanted; those of which nothing is are absent."""
    said: dict[TrackId, list[TrackTrait]] = {}
    moved: dict[TrackId, Movement] = {}
    # As a table: a list of some hundred values takes longer to hand over than to look up.
    cursor.register("asked", {"track_id": np.array(list(track_ids), np.int64)})
    try:
        if names:
            listed = _ATTRIBUTES.format(names=", ".join("?" for _ in names))
            for track, *rest in cursor.execute(listed, list(names)).fetchall():
                said.setdefault(TrackId(track), []).append(TrackTrait(*rest))
        if movement:
            for track, *rest in cursor.execute(_MOVEMENT).fetchall():
                moved[TrackId(track)] = Movement(*rest)
    finally:
        cursor.unregister("asked")
    return {
        track: Traits(tuple(said.get(track, ())), moved.get(track)) for track in {*said, *moved}
    }


def measured(cursor: Cursor) -> frozenset[RunId]:
    """The runs that measured movement."""
    return frozenset(RunId(run) for (run,) in cursor.execute(_MEASURED).fetchall())


def _elected(rows: list[tuple[Any, ...]]) -> tuple[list[int], list[TrackTrait]]:
    """Of votes by track and name, what is most likely: each frame gives its confidence to its
    value and what is left to the others, as much as the frame shows."""
    groups: dict[tuple[int, str], list[tuple[Any, ...]]] = {}
    for track, name, *vote in rows:
        groups.setdefault((track, name), []).append(tuple(vote))
    tracks, said = [], []
    for (track, name), votes in groups.items():
        total = sum(weight for _, _, weight, _, _ in votes)
        values = ATTRIBUTES.get(name) or tuple(sorted({vote[0] for vote in votes}))
        others = max(len(values) - 1, 1)
        chances = {
            value: sum(
                weight * (sure if said == value else (1 - sure) / others)
                for said, sure, weight, _, _ in votes
            )
            / total
            for value in values
        }
        best = max(values, key=lambda value: chances[value])
        own = [vote for vote in votes if vote[0] == best] or votes
        frame, pts = max(own, key=lambda vote: (vote[1] * vote[2], -vote[3]))[3:]
        tracks.append(track)
        said.append(TrackTrait(name, best, chances[best], frame, pts))
    return tracks, said


def _columns(said: Sequence[TrackTrait]) -> dict[str, object]:
    return {
        "name": np.array([one.name for one in said], np.str_),
        "value": np.array([one.value for one in said], np.str_),
        "confidence": np.array([one.confidence for one in said], np.float32),
        "frame": np.array([one.frame for one in said], np.int32),
        "pts": np.array([one.pts for one in said], np.int64),
    }
