"""Learns what never moves from a run that ends, hides its tracks, and lists what was learned."""

import json
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.store import sources, static_spots, tracks
from casefiles.store.engine import Cursor
from casefiles.types import Run, RunId, Source, SpotId
from casefiles.view_types import StaticSpot
from detection import static_spots as still
from detection.labels import ObjectClass
from detection.tracker import TrackerOptions
from video.clock import now_ns
from video.packet_index import index_from_bytes, times_ns

LIVING: Final = (ObjectClass.PERSON, ObjectClass.DOG)
"""What a thing that never moves cannot be. A parked car is a car, an abandoned bag is a bag
(docs/decisions/006-static-false-alarms.md)."""
_SPOTS_PER_RUN: Final = 1000
_MOST_SPOTS: Final = 100


def learn_static_spots(cursor: Cursor, run: Run, source: Source) -> int:
    """Learns the static spots of a run whose tracks are made, and hides what is nothing else.

    To be called in the transaction that finishes the run, and vouched for there as `static`.
    Spots known of the camera apply to this run, new ones to its earlier runs too, so that it does
    not matter in which order recordings are done. Gives how many tracks of this run are hidden.
    """
    model = run.provenance.model_sha256
    known = static_spots.of_place(cursor, source.source_id, model)
    frames = tracks.analysed_steps(cursor, run.run_id).astype(np.int64)
    for spot in known:
        _apply(cursor, spot, run.run_id, frames)
    for spot in _learn(cursor, run, source, frames, known):
        static_spots.insert(cursor, spot)
        _apply(cursor, spot, run.run_id, frames)
        for earlier in static_spots.runs_of_place(cursor, source.source_id, model):
            if earlier != run.run_id:
                looked = tracks.analysed_steps(cursor, earlier).astype(np.int64)
                _apply(cursor, spot, earlier, looked)
    return static_spots.suppressed_in(cursor, [run.run_id])


def list_static_spots(case: Case) -> tuple[StaticSpot, ...]:
    """What never moves, by id, hidden or brought back; the look is logged."""
    spots = case.read(static_spots.every)
    case.record(audit.Entry("static.list", "done", facts={"spots": len(spots)}))
    return spots


def _learn(
    cursor: Cursor,
    run: Run,
    source: Source,
    frames: NDArray[np.int64],
    known: tuple[StaticSpot, ...],
) -> list[StaticSpot]:
    index = index_from_bytes(sources.index_bytes(cursor, source.source_id))
    if not still.is_long_enough(times_ns(index)[frames]):
        return []
    least = _least_score(run)
    wanted = frames[still.sample(len(frames))]
    found: list[tuple[int, still.StillThing, bool]] = []
    for kind in LIVING:
        if kind not in run.classes:
            continue
        mine = [spot.box for spot in known if spot.class_id == kind]
        seen = static_spots.sampled(cursor, run.run_id, kind, wanted)
        places = still.first_glance(np.searchsorted(wanted, seen.frame), seen.boxes, len(wanted))
        things = [_judged(cursor, run, source, kind, place, frames) for place in places]
        walkers = static_spots.scores_of_moving(cursor, run.run_id, kind)
        found += [
            (int(kind), thing, still.is_doubted(thing, walkers))
            for thing in still.distinct([thing for thing in things if thing is not None])
            # What the tracker passes over cannot become a track.
            if thing.score >= least and not any(still.is_same_place(thing.box, box) for box in mine)
        ]
    learned = now_ns()
    return [
        StaticSpot(
            spot_id=SpotId(run.run_id * _SPOTS_PER_RUN + number),
            source_id=source.source_id,
            run_id=run.run_id,
            camera_id=source.camera_id,
            size=(source.width, source.height),
            class_id=class_id,
            box=thing.box,
            seen=thing.seen,
            analysed=thing.looked,
            score=thing.score,
            top_score=thing.top_score,
            learned_ns=learned,
            hidden=doubted,
        )
        for number, (class_id, thing, doubted) in enumerate(found[:_MOST_SPOTS], start=1)
    ]


def _judged(
    cursor: Cursor,
    run: Run,
    source: Source,
    kind: ObjectClass,
    place: NDArray[np.float32],
    frames: NDArray[np.int64],
) -> still.StillThing | None:
    seen = static_spots.about(cursor, run.run_id, kind, place.tolist())
    return still.judge(
        place,
        np.searchsorted(frames, seen.frame),
        seen.boxes,
        seen.scores,
        looked=len(frames),
        picture=(source.width, source.height),
    )


def _apply(cursor: Cursor, spot: StaticSpot, run_id: RunId, frames: NDArray[np.int64]) -> None:
    """Notes the tracks of a run that are nothing but the thing in a spot, if it is still there."""
    seen = static_spots.about(cursor, run_id, spot.class_id, spot.box)
    if not still.is_there_again(still.times_seen(spot.box, seen.frame, seen.boxes), len(frames)):
        return
    inside = still.tracks_in(
        spot.box,
        spot.top_score,
        points=static_spots.points_about(cursor, run_id, spot.class_id, spot.box),
        tracks=static_spots.tracks_of(cursor, run_id, spot.class_id),
    )
    static_spots.put_tracks(cursor, spot.spot_id, inside)
    static_spots.follow(cursor, spot.spot_id)


def _least_score(run: Run) -> float:
    """From where on the tracker of a run takes a detection up."""
    made_with = json.loads(run.provenance.options).get("tracker", {})
    return float(made_with.get("low_score", TrackerOptions().low_score))
