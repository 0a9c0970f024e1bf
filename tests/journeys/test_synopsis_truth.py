"""The labelled people of real footage are in its synopsis, each with its right time."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.store import runs, tracks
from casefiles.store.engine import Cursor
from casefiles.types import (
    TRACKS_PER_RUN,
    Actor,
    Placed,
    PlacedPoints,
    Provenance,
    Run,
)
from casefiles.usecases.show_tracks import show_points
from detection.labels import ObjectClass
from resources.paths import shared_test_data
from tests.support.clips import beginning
from video.clock import NS_PER_S
from workstation.__main__ import main
from workstation.bench.person_footage import Clip, truth_of
from workstation.bench.synopsis_truth import Judged, figures, judged

FPS, SECONDS = 10, 6
STREET = Clip(
    "street", "data/video/vtest.avi", "data/gt/PETS09-S2L1_gt_001-400.txt", FPS * SECONDS, 1, FPS,
    768,
)  # fmt: skip
EVERY = 2
"""A tracker looks at every so manieth frame."""


@dataclass(frozen=True, slots=True)
class Made:
    """A synopsis of the labelled people, and the points of their tracks."""

    points: PlacedPoints
    document: dict[str, Any]
    film: Path

    def judged(self, document: dict[str, Any] | None = None) -> tuple[Judged, Judged]:
        return judged(self.points, document or self.document, self.film, shared_test_data(), STREET)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    whole = shared_test_data() / STREET.video
    if not whole.is_file():
        pytest.skip(f"{whole} is not there")
    folder = tmp_path_factory.mktemp("truth")
    case, film = folder / "case", folder / "out" / "street.mp4"
    film.parent.mkdir()
    clip = beginning(whole, folder / "street.avi", SECONDS)
    assert main(["case", "create", str(case), "--number", "26-1", "--title", "Street"]) == 0
    assert main(["source", "add", str(case), str(clip)]) == 0
    with Case.open(case, Actor("t", "t"), policy="none") as opened:
        put_labelled(opened)
    assert main(["synopsis", str(case), "--out", str(film), "--fps", str(FPS)]) == 0
    with Case.open(case, Actor("t", "t"), policy="none") as opened:
        points = show_points(opened, 1, with_suppressed=False)
    return Made(points, json.loads((film.parent / "street.mp4.json").read_bytes()), film)


def put_labelled(case: Case) -> None:
    """An analysis that found everybody where they are labelled."""
    source = case.sources()[0]
    truth = truth_of(shared_test_data(), STREET, SECONDS)
    seen = np.flatnonzero(truth.frame % EVERY == 0)
    seen = seen[np.lexsort((truth.person[seen], truth.frame[seen]))]
    frame = truth.frame[seen].astype(np.int32)

    def put(cursor: Cursor) -> None:
        run_id = runs.next_id(cursor)
        run = Run(
            run_id, source.source_id, Provenance(source.sha256, "m", "0" * 64, "{}", "test"),
            (1,), "cpu", "running", 0, None,
        )  # fmt: skip
        runs.insert(cursor, run)
        count = len(seen)
        at = Placed(
            frame, frame.astype(np.int64), frame.astype(np.int64) * NS_PER_S // FPS,
            truth.boxes[seen], np.full(count, 0.9, np.float32),
            np.full(count, ObjectClass.PERSON, np.int16),
        )  # fmt: skip
        points = PlacedPoints(
            at, run_id * TRACKS_PER_RUN + truth.person[seen], np.zeros(count, np.bool_)
        )
        tracks.add_chunk(
            cursor, run_id, first_step=0, analysed=np.unique(frame), detections=at, points=points
        )
        tracks.make_tracks(cursor, run_id, source.source_id)
        runs.finish(cursor, run, 1, {})

    case.write(put)


def test_everybody_who_was_tracked_is_told_and_shown_at_the_right_time(made: Made) -> None:
    found, late = made.judged()
    assert len(found.people) >= 6
    assert found.told == found.shown == found.people
    # Were it always so, it would say nothing: a second later nobody is right.
    assert (late.told, late.shown) == (frozenset(), frozenset())
    assert [one.ratio for one in figures(found, late)] == [1, 1]


def test_one_person_told_wrongly_is_found_out_and_nobody_else(made: Made) -> None:
    track = int(made.points.track_id.min())
    person = track - TRACKS_PER_RUN
    rows = made.document["placements"]
    moved = [
        {**row, "knots": [[media + 1, shown] for media, shown in row["knots"]]}
        if row["track"] == track else row
        for row in rows
    ]  # fmt: skip
    found, _ = made.judged({**made.document, "placements": moved})
    assert found.people - found.told == {person}
    assert found.people - found.shown == {person}
    without = [row for row in rows if row["track"] != track]
    gone, _ = made.judged({**made.document, "placements": without})
    assert gone.people - gone.told == gone.people - gone.shown == {person}
