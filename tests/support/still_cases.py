"""A camera watched for a while, painted in numbers: what a detector and a tracker give of people
who walk, of a post that it takes for one, and of people who keep still."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.store import runs, tracks
from casefiles.store.engine import Cursor
from casefiles.types import (
    TRACKS_PER_RUN,
    JsonValue,
    Placed,
    PlacedPoints,
    Provenance,
    Run,
    RunId,
    SourceId,
)
from casefiles.usecases.learn_static_spots import learn_static_spots
from detection.labels import ObjectClass
from tests.support.search_cases import put_source
from video.packet_index import index_to_bytes
from video.types import PacketIndex

FPS: Final = 5
POST: Final = (30.0, 110.0, 48.0, 144.0)
"""Where the post stands."""
MODEL: Final = "a" * 64


@dataclass(frozen=True, slots=True)
class Thing:
    """Something seen at `box`, moving by `step` pixels a look, from look `first` to before `last`.

    `noise` is how much each edge trembles (pixels, one standard deviation), `score` and `doubt`
    the middle and the tremble of its scores; `seen` the share of looks in which it is found, and
    `pieces` into how many tracks the tracker breaks it.
    """

    box: tuple[float, float, float, float]
    step: tuple[float, float] = (0.0, 0.0)
    first: int = 0
    last: int = 400
    noise: float = 0.6
    score: float = 0.54
    doubt: float = 0.02
    seen: float = 0.99
    pieces: int = 1
    kind: ObjectClass = ObjectClass.PERSON


def post(**changed: object) -> Thing:
    """A bollard that is taken for a person, doubtfully, all the time."""
    return Thing(**{"box": POST, "pieces": 31, **changed})  # type: ignore[arg-type]  # for tests


def walkers(count: int = 8) -> tuple[Thing, ...]:
    """People who walk through."""
    return tuple(
        Thing((50.0 * n, 200, 50.0 * n + 30, 280), (3, 0.5), 45 * n, 45 * n + 50, score=0.75)
        for n in range(count)
    )


def put_watch(case: Case, *things: Thing, looks: int = 400, camera: str | None = None) -> SourceId:
    """Adds a recording of so many looks, five a second, in which these things were seen, and a
    finished run that learned from it; gives the source."""
    source_id = put_source(case, camera, length_s=looks // FPS)
    index = PacketIndex(
        np.arange(looks, dtype=np.int64) * (1000 // FPS),
        np.ones(looks, np.bool_),
        Fraction(1, 1000),
    )
    case.write(
        lambda cursor: cursor.execute(
            "UPDATE sources SET packet_index = ? WHERE source_id = ?",
            [index_to_bytes(index), source_id],
        )
    )
    put_watch_again(case, source_id, *things, looks=looks)
    return source_id


def put_watch_again(
    case: Case, source_id: SourceId, *things: Thing, looks: int = 400, model: str = MODEL
) -> RunId:
    """One more finished run of a source."""
    source = case.source(source_id)

    def store(cursor: Cursor) -> tuple[Run, int]:
        options = json.dumps({"tracker": {"low_score": 0.1, "sure_score": 0.6}})
        run = Run(
            runs.next_id(cursor), source_id,
            Provenance(source.sha256, "m", model, options, "test"),
            (1, 3, 10), "cpu", "running", 0, None,
        )  # fmt: skip
        runs.insert(cursor, run)
        found = [_seen(run.run_id, thing, looks) for thing in things]
        seen = _joined([points.at for points in found])
        tracks.add_chunk(
            cursor,
            run.run_id,
            first_step=0,
            analysed=np.arange(looks, dtype=np.int32),
            detections=seen,
            points=PlacedPoints(
                seen,
                _renumbered([points.track_id for points in found], run.run_id),
                np.zeros(len(seen), np.bool_),
            ),
        )
        tracks.make_tracks(cursor, run.run_id, source_id)
        hidden = learn_static_spots(cursor, run, source)
        report: dict[str, JsonValue] = {"frames_analysed": looks, "suppressed": hidden}
        runs.finish(cursor, run, 1, report)
        return run, hidden

    run, _ = case.act(
        lambda done: audit.Entry(
            "index.finish", "done", vouches=(f"run:{done[0].run_id}", "shown", "static")
        ),
        store,
        touches=runs.TABLES,
    )
    return run.run_id


def _seen(run_id: RunId, thing: Thing, looks: int) -> PlacedPoints:
    chance = np.random.default_rng(hash((thing.box, thing.first, thing.score)) % 2**32)
    frames = np.arange(thing.first, min(thing.last, looks))
    frames = frames[chance.random(len(frames)) < thing.seen]
    moved = np.outer(frames - thing.first, [*thing.step, *thing.step])
    boxes = np.array(thing.box) + moved + chance.normal(0, thing.noise, (len(frames), 4))
    scores = np.clip(thing.score + chance.normal(0, thing.doubt, len(frames)), 0.05, 0.99)
    piece = np.arange(len(frames)) * thing.pieces // max(len(frames), 1)
    times = frames.astype(np.int64) * (1_000_000_000 // FPS)
    at = Placed(
        frames.astype(np.int32), times // 1_000_000, times, boxes.astype(np.float32),
        scores.astype(np.float32), np.full(len(frames), thing.kind, np.int16),
    )  # fmt: skip
    return PlacedPoints(at, piece.astype(np.int64), np.zeros(len(frames), np.bool_))


def _renumbered(pieces: list[NDArray[np.int64]], run_id: RunId) -> NDArray[np.int64]:
    """Ids that no two things share, in order."""
    made, used = [], 1
    for piece in pieces:
        made.append(piece + used + run_id * TRACKS_PER_RUN)
        used += int(piece.max(initial=0)) + 1
    return np.concatenate(made)


def _joined(parts: list[Placed]) -> Placed:
    return Placed(*(
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("frame", "pts", "time_ns", "boxes", "scores", "class_ids")
    ))  # fmt: skip
