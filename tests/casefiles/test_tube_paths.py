"""Where things are between the points of their tracks, and which frames are cut out for them."""

from fractions import Fraction

import numpy as np
import pytest

from casefiles.usecases.tube_pace import Pace
from casefiles.usecases.tube_paths import TrackBoxes
from casefiles.usecases.tube_work import RECIPE
from tests.support.clips import shared_folder
from video.clock import NS_PER_S
from video.decoder import open_source
from video.packet_index import read_index
from video.synopsis.stretches import even_rate, frames_of
from video.synthetic.encode import encode
from video.types import PacketIndex

S = NS_PER_S


def boxes_of(*points: tuple[int, float, float]) -> TrackBoxes:
    """Tracks of points (track, seconds, left), 10 wide and 20 high."""
    return TrackBoxes(
        np.array([point[0] for point in points], np.int64),
        np.array([round(point[1] * S) for point in points], np.int64),
        np.array([(left, 5, left + 10, 25) for _, _, left in points], np.float32),
    )


def lefts(boxes: TrackBoxes, second: float) -> dict[int, float]:
    tracks, found = boxes.at(round(second * S))
    return {int(track): float(box[0]) for track, box in zip(tracks, found, strict=True)}


def test_a_box_moves_in_a_straight_line_between_two_points() -> None:
    boxes = boxes_of((7, 1.0, 100), (7, 3.0, 200), (9, 2.0, 0), (9, 2.5, 50))
    assert lefts(boxes, 0.9) == {}
    assert lefts(boxes, 1.0) == {7: 100}
    assert lefts(boxes, 1.5) == {7: 125}
    assert lefts(boxes, 2.25) == {7: 162.5, 9: 25}
    assert lefts(boxes, 3.0) == {7: 200}
    assert lefts(boxes, 3.1) == {}


def test_after_a_longer_gap_it_was_not_there_in_between() -> None:
    boxes = boxes_of((7, 0.0, 0), (7, 1.0, 10), (7, 3.1, 20), (7, 3.6, 30))
    assert lefts(boxes, 1.0) == {7: 10}
    assert lefts(boxes, 1.1) == {}
    assert lefts(boxes, 3.0) == {}
    assert lefts(boxes, 3.1) == {7: 20}


def test_the_frames_with_something_in_them_are_those_where_something_is() -> None:
    rng = np.random.default_rng(4)
    tracks = rng.integers(1, 9, 60)
    times = rng.choice(600, 60, replace=False) * (S // 10)
    boxes = TrackBoxes(tracks, times, np.zeros((60, 4), np.float32))
    asked = np.arange(0, 60 * S, S // 20)
    expected = [bool(len(boxes.at(int(time))[0])) for time in asked]
    assert boxes.any_at(asked).tolist() == expected
    assert 0 < sum(expected) < len(expected)


@pytest.mark.parametrize(
    ("step_ms", "rate"), [(100, None), (67, None), (40, 12.5), (33, 15.15), (20, 12.5)]
)
def test_what_is_cut_out_is_evenly_spaced_and_at_most_fifteen_a_second(
    step_ms: int, rate: float | None
) -> None:
    pts = np.arange(200, dtype=np.int64) * step_ms
    found = even_rate(PacketIndex(pts, np.ones(200, np.bool_), Fraction(1, 1000)), 15)
    assert found == (None if rate is None else pytest.approx(rate, abs=0.01))


def test_only_what_is_needed_is_decoded_and_every_wanted_frame_comes() -> None:
    clip = encode(shared_folder() / "stretches.mp4", frames=100, gop=10)
    index = read_index(clip.path)
    wanted = np.array([3, 4, 17, 51, 58, 59, 60, 95], np.int64)
    with open_source(clip.path, index, threads=1) as decoder:
        came = [frame.number for frame in frames_of(decoder, wanted)]
        assert decoder.damaged == 0
    assert came == wanted.tolist()


def test_who_stands_still_for_long_is_cut_out_less_often_until_it_moves() -> None:
    pace = Pace(RECIPE["slow_fps"], RECIPE["still_fps"], RECIPE["still_after_s"])
    box = np.array([50, 50, 90, 150], np.float32)
    taken = [
        time
        for time in range(0, 20 * S, S // 10)
        if not pace.may_skip(1, time, box + 5 * (time // (S // 10) % 2))
    ]
    assert len([time for time in taken if time <= RECIPE["still_after_s"] * S]) == 81
    assert max(np.diff(taken)) == S // RECIPE["still_fps"]
    moved = [not pace.may_skip(1, 20 * S + n * S // 10, box + 30 + 6 * n) for n in range(10)]
    assert all(moved)
