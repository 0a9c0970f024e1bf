"""A real case whose rows are written by hand: sources, runs, tracks, points, looks and colours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from casefiles.case import Case
from casefiles.store import cameras, runs, settings, sources
from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import (
    TRACKS_PER_RUN,
    Actor,
    Camera,
    CameraId,
    NewSource,
    Provenance,
    Run,
    RunId,
    Source,
    SourceId,
)
from detection.labels import ObjectClass
from tests.support.case_copies import opened_copy

ACTOR = Actor("tester", "desk-1")
START_NS = 1_772_493_840 * 10**9
"""2026-03-02T17:24:00-06:00."""
S = 10**9

_TRACK = "INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LOOK = "INSERT INTO track_looks VALUES (?, ?, 0, 0, ?, 0, 0, 1, 1, 0.5, ?, ''::BLOB, ?)"
_COLOUR = "INSERT INTO track_colours VALUES (?, ?, ?, ?, ?)"
_POINTS = """
INSERT INTO track_points
SELECT track_id, run_id, frame, frame, time_ns, x1, y1, x2, y2, 0.9, class_id, false FROM batch
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One track: when (seconds of media time), what, its foot points, and how it looked.

    `feet` are (seconds, x, y); without them the track has none. `vector` None: no look at all.
    """

    from_s: float
    to_s: float
    kind: ObjectClass = ObjectClass.PERSON
    colours: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    doubt: str = ""
    feet: Sequence[tuple[float, float, float]] = ()
    score: float = 0.8
    has_look: bool = True
    suppressed: bool = False
    vector: Sequence[float] = ()


def make_case(folder: Path, *, zone: str = "-06:00") -> Case:
    """An empty case whose times are shown in a zone; a copy, see `opened_copy`."""
    return opened_copy(folder, ACTOR, _make_case, zone)


def _make_case(folder: Path, zone: str) -> Case:
    case = Case.create(folder, ACTOR, number="1", title="t", policy="none")
    case.write(lambda cursor: settings.put(cursor, "time_zone", zone))
    return case


def put_cameras(case: Case, *added: Camera) -> None:
    """Adds cameras."""
    case.write(lambda cursor: cameras.put(cursor, added))


def put_source(
    case: Case, camera: str | None = None, *, start_ns: int | None = START_NS, length_s: int = 600
) -> SourceId:
    """Adds a recording that has no file."""

    def put(cursor: Cursor) -> SourceId:
        number = sources.next_id(cursor)
        source = Source(
            source_id=number, sha256=f"{number:064x}", path=Path(f"/clips/{number}.mp4"),
            size_bytes=1, camera_id=None if camera is None else CameraId(camera), container="mp4",
            codec="h264", width=640, height=480, time_base=Fraction(1, 1000), frames=length_s * 5,
            duration_ns=length_s * S, claimed_fps=None, measured_fps=5.0, variable_rate=False,
            gaps=(), duplicates=0, recorded_start_ns=start_ns, start_basis=None, offset_ns=0,
            warnings=(), rewrapped=None, stream_sha256=None, added_ns=0, added_by="tester",
            program_version="test",
        )  # fmt: skip
        sources.insert(cursor, NewSource(source, b""))
        return number

    return case.write(put)


def put_run(
    case: Case,
    source_id: SourceId,
    *tracks: Seen,
    classes: Sequence[int] = (1, 2, 3),
    looks: Mapping[str, object] | None = None,
) -> tuple[int, ...]:
    """Adds a finished run with these tracks, shown; gives their ids in order."""

    def put(cursor: Cursor) -> tuple[int, ...]:
        run_id = runs.next_id(cursor)
        options = json.dumps({} if looks is None else {"looks": looks})
        report = {"frames_decoded": 50, "frames_analysed": 30, "frames_gated": 20, "damaged": 1}
        run = Run(
            run_id, source_id, Provenance("0" * 64, "m", "0" * 64, options, "test"),
            tuple(classes), "cpu", "running", 0, None,
        )  # fmt: skip
        runs.insert(cursor, run)
        runs.finish(cursor, run, 1, dict(report))
        return tuple(_put_track(cursor, run_id, source_id, n, one) for n, one in enumerate(tracks))

    return case.write(put)


def _put_track(cursor: Cursor, run_id: RunId, source_id: SourceId, number: int, one: Seen) -> int:
    track_id = run_id * TRACKS_PER_RUN + number + 1
    ends = (round(one.from_s * S), round(one.to_s * S))
    cursor.execute(
        _TRACK,
        [track_id, run_id, source_id, int(one.kind), *ends, 5, one.score, one.suppressed],
    )
    if one.has_look:
        vector = np.asarray(one.vector, np.float64)
        if len(vector):
            vector = vector / np.linalg.norm(vector)
        blob = vector.astype("<f4").tobytes()
        cursor.execute(_LOOK, [track_id, run_id, sum(ends) // 2, one.doubt, blob])
    for part, shares in one.colours.items():
        for colour, share in shares.items():
            cursor.execute(_COLOUR, [track_id, run_id, part, colour, share])
    if one.feet:
        _put_feet(cursor, run_id, track_id, one)
    return track_id


def _put_feet(cursor: Cursor, run_id: RunId, track_id: int, one: Seen) -> None:
    at = np.asarray(one.feet, np.float64)
    count = len(at)
    insert_columns(
        cursor,
        _POINTS,
        {
            "track_id": np.full(count, track_id, np.int64),
            "run_id": np.full(count, run_id, np.int64),
            "frame": np.arange(count, dtype=np.int32),
            "time_ns": np.round(at[:, 0] * S).astype(np.int64),
            "x1": (at[:, 1] - 10).astype(np.float32),
            "y1": (at[:, 2] - 40).astype(np.float32),
            "x2": (at[:, 1] + 10).astype(np.float32),
            "y2": at[:, 2].astype(np.float32),
            "class_id": np.full(count, int(one.kind), np.int16),
        },
    )
