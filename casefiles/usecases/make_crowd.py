"""A made-up case of any size, so that searching it can be measured; only `bench` and tests use it.

Rows are drawn from one seed and stored by the store's own functions, in the order in which
indexing would have stored them. No recording exists behind it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import Job, Progress
from casefiles.store import cameras, crowd_rows, runs, settings, sources, tracks, traits
from casefiles.store.engine import Cursor
from casefiles.types import (
    TRACKS_PER_RUN,
    Camera,
    CameraId,
    NewSource,
    Placed,
    PlacedPoints,
    Placement,
    Provenance,
    Run,
    RunId,
    Source,
    SourceId,
)
from casefiles.usecases.set_time_zone import TIME_ZONE
from detection.colours import COLOURS
from detection.labels import ObjectClass
from detection.movement import Movements
from video.clock import NS_PER_S

MIDDLE: Final = GeoPoint(40.0, -30.0)
"""Around it the cameras stand, 150 m apart."""
FIRST_NS: Final = 1_772_409_600 * NS_PER_S
"""2026-03-02T00:00:00Z: the recordings begin within two days from here."""
LENGTH_S: Final = 3600
FPS: Final = 5
WIDTH, HEIGHT = 1920, 1080
ONE_CAMERA: Final = CameraId("camera-001")
ONE_CAMERA_NAME: Final = "Market Gate"
MADE_BY: Final = {"embedder": "made up"}
_APART_M: Final = 150.0
_PIECES: Final = 1024
_AT_ONCE: Final = 10
"""Sources of one transaction: the pieces of vectors live only so long."""
_UNKNOWN_START: Final = 33
_MOVED: Final = 10
_SUPPRESSED_EACH: Final = 97
_CLASSES: Final = ((ObjectClass.PERSON, 0.65), (ObjectClass.CAR, 0.2), (ObjectClass.TRUCK, 0.05),
                   (ObjectClass.BICYCLE, 0.05), (ObjectClass.BACKPACK, 0.05))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrowdSize:
    """How much: tracks and points of all sources together, `frames` vectors a look of `vector`
    numbers each (a multiple of four). Without points, tracks and looks are all there is."""

    sources: int
    tracks: int
    points: int
    vector: int = 1544
    """What the embedded network gives."""
    frames: int = 4
    """As many as indexing keeps."""
    one_camera: int = 20
    """So many of the sources are recordings of one camera."""


def make_crowd(case: Case, size: CrowdSize) -> Job[None]:
    """Fills an empty case; raises nothing of its own."""
    chance = np.random.default_rng(7)
    length = size.vector // crowd_rows.PARTS
    pieces = chance.normal(size=(_PIECES, length)).astype(np.float32)
    pieces /= np.linalg.norm(pieces, axis=1, keepdims=True) * crowd_rows.PARTS**0.5
    case.write(lambda cursor: _put_cameras(cursor, size))
    for first in range(1, size.sources + 1, _AT_ONCE):
        yield Progress(first - 1, size.sources, "sources", "making up")
        numbers = range(first, min(first + _AT_ONCE, size.sources + 1))
        case.write(partial(_put_sources, size=size, numbers=numbers, chance=chance, pieces=pieces))


def _put_sources(
    cursor: Cursor,
    size: CrowdSize,
    numbers: Iterable[int],
    chance: np.random.Generator,
    pieces: NDArray[np.float32],
) -> None:
    crowd_rows.make_pieces(cursor, pieces)
    for number in numbers:
        _put_source(cursor, size, number, chance)


def _put_cameras(cursor: Cursor, size: CrowdSize) -> None:
    settings.put(cursor, TIME_ZONE, "America/Chicago")
    count = max(1, size.sources - size.one_camera + 1)
    across = int(np.ceil(np.sqrt(count)))
    made = []
    for at in range(count):
        point = moved(MIDDLE, east_m=_APART_M * (at % across), north_m=_APART_M * (at // across))
        home = Placement(point, 37.0 * at % 360, 60.0, 60.0)
        places = [home]
        if at % _MOVED == _MOVED - 1:
            noon = FIRST_NS + 24 * LENGTH_S * NS_PER_S
            beside = moved(point, east_m=5 * _APART_M, north_m=0)
            places = [
                Placement(point, home.heading_deg, 60.0, 60.0, to_ns=noon),
                Placement(beside, home.heading_deg, 60.0, 60.0, from_ns=noon),
            ]
        made.append(
            Camera(
                CameraId(f"camera-{at + 1:03}"),
                f"Camera {at + 1}" if at else ONE_CAMERA_NAME,
                tuple(places),
            )
        )
    cameras.put(cursor, made)


def _put_source(
    cursor: Cursor,
    size: CrowdSize,
    number: int,
    chance: np.random.Generator,
) -> None:
    source_id, run_id = SourceId(number), RunId(number)
    camera = 1 if number <= size.one_camera else number - size.one_camera + 1
    # Recorders of a town start as they like, and few of them tell the right time.
    start_s = int(chance.integers(0, 47 * LENGTH_S))
    offset_s = int(chance.integers(-300, 4000)) if number % 3 == 0 else 0
    known = number % _UNKNOWN_START != 0
    source = Source(
        source_id=source_id, sha256=f"{number:064x}", path=Path(f"/made-up/{number}.mp4"),
        size_bytes=1, camera_id=CameraId(f"camera-{camera:03}"), container="mp4", codec="h264",
        width=WIDTH, height=HEIGHT, time_base=Fraction(1, 1000), frames=LENGTH_S * FPS,
        duration_ns=LENGTH_S * NS_PER_S, claimed_fps=Fraction(FPS), measured_fps=float(FPS),
        variable_rate=False, gaps=(), duplicates=0,
        recorded_start_ns=FIRST_NS + (start_s + offset_s) * NS_PER_S if known else None,
        start_basis=None, offset_ns=offset_s * NS_PER_S if known else 0, warnings=(),
        rewrapped=None, stream_sha256=None, added_ns=FIRST_NS, added_by="bench",
        program_version="made up",
    )  # fmt: skip
    sources.insert(cursor, NewSource(source, b""))
    run = Run(
        run_id, source_id,
        Provenance(source.sha256, "made up", "0" * 64, json.dumps({"looks": MADE_BY}), "made up"),
        tuple(int(one) for one, _ in _CLASSES), "cpu", "running", FIRST_NS, None,
    )  # fmt: skip
    runs.insert(cursor, run)
    count = size.tracks // size.sources
    each = size.points // size.tracks
    ids = run_id * TRACKS_PER_RUN + 1 + np.arange(count, dtype=np.int64)
    kinds = chance.choice(
        np.array([one for one, _ in _CLASSES], np.int16), count, p=[share for _, share in _CLASSES]
    )
    length = _lengths(count, each, chance) if each else chance.integers(5, 300, count)
    first = np.sort(chance.integers(0, LENGTH_S * FPS - length.max(), count))
    if each:
        _put_points(cursor, run_id, ids, kinds, first, length, chance)
        tracks.make_tracks(cursor, run_id, source_id)
    else:
        _put_tracks(cursor, run_id, source_id, ids, kinds, first, length, chance)
    crowd_rows.suppress_each(cursor, run_id, _SUPPRESSED_EACH)
    middle = ((first + length // 2) * (NS_PER_S // FPS)).astype(np.int64)
    _put_looks(cursor, run_id, ids, kinds, middle, size.frames, chance)
    _put_traits(cursor, run_id, ids, kinds)
    frames = LENGTH_S * FPS
    report = {"frames_decoded": frames, "frames_analysed": frames, "frames_gated": 0, "damaged": 0}
    runs.finish(cursor, run, FIRST_NS, dict(report))


def _lengths(count: int, each: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """Points of each track, half to one and a half times `each`, which is their mean."""
    more = chance.integers(0, each // 2 + 1, count // 2)
    odd = np.zeros(count % 2, np.int64)
    return chance.permutation(each + np.concatenate([more, -more, odd]))


def _put_points(
    cursor: Cursor,
    run_id: RunId,
    ids: NDArray[np.int64],
    kinds: NDArray[np.int16],
    first: NDArray[np.int64],
    length: NDArray[np.int64],
    chance: np.random.Generator,
) -> None:
    """Each walks straight on with some shaking, so many points long."""
    count, whole = len(ids), int(length.sum())
    step = np.arange(whole) - np.repeat(np.cumsum(length) - length, length)
    frame = (np.repeat(first, length) + step).astype(np.int32)
    height = np.where(kinds == ObjectClass.PERSON, 140.0, 110.0) * chance.uniform(0.5, 1.5, count)
    width = np.where(kinds == ObjectClass.PERSON, 0.4, 1.8) * height

    def way(begin: NDArray[np.float64], speed: NDArray[np.float64]) -> NDArray[np.float64]:
        straight = np.repeat(begin, length) + np.repeat(speed, length) * step
        return straight + chance.normal(0, 1.5, whole)

    x = way(chance.uniform(0, WIDTH, count), chance.normal(0, 6, count))
    y = way(chance.uniform(HEIGHT * 0.3, HEIGHT, count), chance.normal(0, 2, count))
    half, tall = np.repeat(width / 2, length), np.repeat(height, length)
    boxes = np.stack([x - half, y - tall, x + half, y], axis=1).astype(np.float32)
    scores = np.repeat(chance.uniform(0.4, 0.9, count), length) + chance.normal(0, 0.02, whole)
    kind = np.repeat(kinds, length)
    # By frame, as the frames of a recording come.
    order = np.argsort(frame, kind="stable")
    frame, boxes, scores, kind = frame[order], boxes[order], scores[order], kind[order]
    placed = Placed(
        frame, frame.astype(np.int64) * (1000 // FPS),
        frame.astype(np.int64) * (NS_PER_S // FPS), boxes, scores.astype(np.float32), kind,
    )  # fmt: skip
    tracks.add_chunk(
        cursor,
        run_id,
        first_step=0,
        analysed=np.arange(LENGTH_S * FPS, dtype=np.int32),
        detections=placed,
        points=PlacedPoints(placed, np.repeat(ids, length)[order], np.zeros(whole, np.bool_)),
    )


def _put_tracks(
    cursor: Cursor,
    run_id: RunId,
    source_id: SourceId,
    ids: NDArray[np.int64],
    kinds: NDArray[np.int16],
    first: NDArray[np.int64],
    length: NDArray[np.int64],
    chance: np.random.Generator,
) -> None:
    from_ns = first * (NS_PER_S // FPS)
    crowd_rows.insert_tracks(
        cursor,
        {
            "track_id": ids,
            "run_id": np.full(len(ids), run_id, np.int64),
            "source_id": np.full(len(ids), source_id, np.int64),
            "class_id": kinds,
            "from_ns": from_ns,
            "to_ns": from_ns + (length - 1) * (NS_PER_S // FPS),
            "points": length.astype(np.int32),
            "mean_score": chance.uniform(0.4, 0.9, len(ids)).astype(np.float32),
        },
    )


def _put_traits(
    cursor: Cursor, run_id: RunId, ids: NDArray[np.int64], kinds: NDArray[np.int16]
) -> None:
    """Backpacks of most persons, and movements of all; drawn by themselves."""
    chance = np.random.default_rng(int(run_id))
    judged = ids[(kinds == ObjectClass.PERSON) & (chance.random(len(ids)) < 0.9)]
    drawn = chance.random(len(judged)).astype(np.float32)
    run = np.full(len(judged), run_id, np.int64)
    crowd_rows.insert_backpacks(cursor, {"track_id": judged, "run_id": run, "chance": drawn})
    across, towards, path, speed = (
        (spread * chance.standard_normal(len(ids))).astype(np.float32) for spread in (4, 4, 8, 1)
    )
    standing = chance.random(len(ids)).astype(np.float32)
    moved = Movements(
        ids, across, towards, np.abs(across), np.abs(path), np.abs(speed), standing,
        (80 + 200 * standing).astype(np.float32),
    )  # fmt: skip
    traits.put_movements(cursor, run_id, moved)


def _put_looks(
    cursor: Cursor,
    run_id: RunId,
    ids: NDArray[np.int64],
    kinds: NDArray[np.int16],
    middle: NDArray[np.int64],
    frames: int,
    chance: np.random.Generator,
) -> None:
    """Looks of persons and vehicles, but for some that were never seen well; colours of most."""
    seen = (kinds != ObjectClass.BACKPACK) & (chance.random(len(ids)) < 0.98)
    ids, kinds, middle = ids[seen], kinds[seen], middle[seen]
    run = np.full(len(ids), run_id, np.int64)
    each = len(ids) * frames
    picked = {
        f"piece_{part}": chance.integers(0, _PIECES, each) for part in range(crowd_rows.PARTS)
    }
    doubt = np.where(chance.random(len(ids)) < 0.05, "too dark", "")
    crowd_rows.insert_looks(
        cursor, {"track_id": ids, "run_id": run, "time_ns": middle, "doubt": doubt}
    )
    crowd_rows.insert_vectors(
        cursor,
        {
            "track_id": np.repeat(ids, frames),
            "run_id": np.repeat(run, frames),
            "ordinal": np.tile(np.arange(frames, dtype=np.int8), len(ids)),
            "time_ns": np.repeat(middle, frames),
            **picked,
        },
    )
    person = kinds == ObjectClass.PERSON
    rows: list[tuple[NDArray[np.bool_], str]] = [
        (person, "upper"), (person, "lower"), (~person, "body"),
    ]  # fmt: skip
    names = np.array(sorted(COLOURS), np.str_)
    for who, part in rows:
        judged = who & (chance.random(len(ids)) < 0.95)
        count = int(judged.sum())
        one = chance.integers(0, len(names), count)
        other = (one + chance.integers(1, len(names), count)) % len(names)
        share = chance.uniform(0.3, 0.9, count).astype(np.float32)
        crowd_rows.insert_colours(
            cursor,
            {
                # Of one track together, the larger share first, as indexing writes them.
                "track_id": np.repeat(ids[judged], 2),
                "run_id": np.full(2 * count, run_id, np.int64),
                "part": np.full(2 * count, part),
                "colour": np.stack([names[one], names[other]], axis=1).ravel(),
                "share": np.stack([share, (1 - share) * np.float32(0.8)], axis=1).ravel(),
            },
        )
