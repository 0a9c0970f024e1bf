"""The hour full of people: the footage says where its people are, tracks are told who they are."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from casefiles.types import Placed, PlacedPoints
from detection.labels import ObjectClass
from video.decoder import open_source
from video.encode import write_clip
from video.types import Pixels
from workstation.bench import person_hour
from workstation.bench.person_footage import (
    Clip,
    Sighting,
    Truth,
    showings,
    sightings,
    truth_of,
    write_recordings,
)
from workstation.bench.person_keys import PATIENCE, goes_on, top_down

SECONDS = 14.0
WIDE, HIGH, SIDE = 160, 96, 24
FRAMES = 20


def square(frame: int, top: int) -> tuple[int, int]:
    return 4 + 5 * frame, top


def clip(folder: Path, name: str, top: int, step: int) -> Clip:
    """A bright square that goes from left to right, and where it is."""

    def picture(frame: int) -> Pixels:
        made = np.full((HIGH, WIDE, 3), 30, np.uint8)
        x, y = square(frame, top)
        made[y : y + SIDE, x : x + SIDE] = 200
        return made

    write_clip(folder / f"{name}.mp4", map(picture, range(FRAMES)), fps=10)
    rows = [f"{at + 1},7,{square(at, top)[0]},{top},{SIDE},{SIDE},1" for at in range(FRAMES)]
    (folder / f"{name}.txt").write_text("\n".join(rows))
    return Clip(name, f"{name}.mp4", f"{name}.txt", FRAMES, step, 10 // step, WIDE)


def test_boxes_of_the_truth_lie_on_the_people_of_every_showing(tmp_path: Path) -> None:
    clips = [clip(tmp_path, "one", 20, 1), clip(tmp_path, "two", 60, 2)]
    out = tmp_path / "out"
    out.mkdir()
    paths = write_recordings(tmp_path, out, SECONDS, clips)
    for one, path in zip(clips, paths, strict=True):
        truth = truth_of(tmp_path, one, SECONDS)
        with open_source(path) as decoder:
            frames = [(frame.time_ns, frame.bgr().copy()) for frame in decoder.frames()]
        assert [time for time, _ in frames] == [
            round(at * 1e9 / one.fps) for at in range(round(SECONDS * one.fps))
        ]
        # Frames with nobody in them are the gaps; every box is as bright as its surroundings dark.
        times = showings(one, SECONDS)
        assert len(times) == 3
        assert [showing.mirrored for showing in times] == [False, True, False]
        assert len({showing.light for showing in times}) == 3
        assert set(truth.showing.tolist()) == {0, 1, 2}
        for at, (_, picture) in enumerate(frames):
            bright = np.argwhere(picture[:, :, 1] > 100)
            boxes = truth.boxes[truth.frame == at]
            assert len(boxes) == bool(len(bright))
            if len(boxes):
                (y1, x1), (y2, x2) = bright.min(axis=0), bright.max(axis=0) + 1
                assert np.abs(boxes[0] - [x1, y1, x2, y2]).max() <= 1


def points(track: int, boxes: NDArray[np.float32], *, guessed: int = 0) -> PlacedPoints:
    """A track with these boxes in frames 0, 1, …, the last so many filled in."""
    count = len(boxes)
    frame = np.arange(count, dtype=np.int32)
    scores = np.full(count, 0.9, np.float32)
    classes = np.full(count, ObjectClass.PERSON, np.int16)
    at = Placed(frame, frame.astype(np.int64), frame.astype(np.int64), boxes, scores, classes)
    return PlacedPoints(at, np.full(count, track, np.int64), frame >= count - guessed)


def test_a_track_is_the_person_it_follows_for_more_than_half_of_its_own_points() -> None:
    left, right = [0, 0, 10, 20], [50, 0, 60, 20]
    frame = np.repeat(np.arange(6), 2)
    truth = Truth(
        frame, np.tile([3, 8], 6), np.tile([left, right], (6, 1)).astype(np.float32), frame // 4
    )

    def found(places: list[list[int]], guessed: int = 0) -> list[Sighting]:
        boxes = np.array(places, np.float32)
        return sightings(points(5, boxes, guessed=guessed), truth, "here")

    assert found([left, left, right]) == [Sighting(5, 3, "here", 0)]
    assert found([left, right]) == []
    # Two of three points were never seen by the detector.
    assert found([right, left, left], guessed=2) == [Sighting(5, 8, "here", 0)]
    # A third of the box is shared: that is nobody.
    assert found([[5, 0, 15, 20]]) == []
    # Followed over the end of a showing: the one that it is in for longer.
    assert found([right] * 6) == [Sighting(5, 8, "here", 0)]


def test_who_looks_from_the_top_stops_at_the_last_sighting_or_when_patience_ends() -> None:
    assert top_down([4, 9, 5, 8], {4, 5, 1}, start=1) == [(4, True), (9, False), (5, True)]
    far = [*range(100, 100 + PATIENCE), 7]
    assert len(top_down(far, {7, 1}, start=1)) == PATIENCE
    assert top_down(far, {7, 1}, start=1, patient=True)[-1] == (7, True)
    assert not goes_on([(1, False)] * PATIENCE, wanted=3)
    assert goes_on([(1, False)] * (PATIENCE - 1), wanted=3)


def test_without_the_shared_footage_it_is_left_out_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(person_hour, "shared_test_data", lambda: tmp_path)
    assert person_hour.person_hour() == []
    assert "person-hour is left out" in capsys.readouterr().err
