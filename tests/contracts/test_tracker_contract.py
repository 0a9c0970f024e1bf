"""What every registered tracker must do, with its default options."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.errors import StateUnusable
from detection.labels import ObjectClass
from detection.tracker import TRACKERS, Tracker, TrackerOptions, open_tracker
from detection.types import Detections, TrackPoints
from tests.support.walkers import (
    PICTURE,
    Walker,
    crowd,
    follow,
    inside,
    joined,
    owners,
    seconds,
    steps_of,
    time_ns,
)

ANN = Walker(20, 40, across_s=35)
BOB = Walker(600, 200, across_s=-40)
# Carl and Dora walk through each other at 4 s.
CARL = Walker(100, 120, across_s=40)
DORA = Walker(420, 128, across_s=-40)

_names = pytest.mark.parametrize("name", TRACKERS.names())


def _rows(points: TrackPoints) -> list[tuple[object, ...]]:
    return [
        (*rest, *box)
        for box, *rest in zip(
            points.boxes.tolist(),
            points.track.tolist(),
            points.step.tolist(),
            points.scores.tolist(),
            points.class_ids.tolist(),
            points.interpolated.tolist(),
            strict=True,
        )
    ]


@_names
@pytest.mark.parametrize("fps", [5.0, 10.0, 25.0])
def test_two_people_apart_are_two_tracks_from_first_to_last_frame(name: str, fps: float) -> None:
    times = seconds(0, 6, fps=fps)

    points = follow(open_tracker(name), (ANN, BOB), times)

    assert set(points.track.tolist()) == {1, 2}
    assert steps_of(points, 1) == steps_of(points, 2) == list(range(len(times)))
    assert owners(points, (ANN, BOB), times) == {1: {0}, 2: {1}}
    assert not points.interpolated.any()


@_names
@pytest.mark.parametrize("fps", [5.0, 10.0, 25.0])
@pytest.mark.parametrize("seed", range(3))
def test_people_who_walk_through_each_other_keep_their_ids(
    name: str, fps: float, seed: int
) -> None:
    times = seconds(0, 8, fps=fps)

    points = follow(open_tracker(name), (CARL, DORA), times, jitter=np.random.default_rng(seed))

    whose = owners(points, (CARL, DORA), times)
    assert len(whose) == 2
    before, after = points.step < len(times) * 0.4, points.step > len(times) * 0.6
    for track in whose:
        mine = points.track == track
        early = np.diff(points.boxes[mine & before, 0]).mean()
        late = np.diff(points.boxes[mine & after, 0]).mean()
        assert early * late > 0


@_names
def test_a_short_absence_is_bridged_and_filled_with_marked_points(name: str) -> None:
    ann = replace(ANN, hidden=((3.05, 3.95),))
    times = seconds(0, 7)

    points = follow(open_tracker(name), (ann,), times)

    assert set(points.track.tolist()) == {1}
    filled = {
        step
        for step, interpolated in zip(
            points.step.tolist(), points.interpolated.tolist(), strict=True
        )
        if interpolated
    }
    assert filled <= {step for step, at_s in enumerate(times) if inside(ann.hidden, at_s)}
    assert (points.scores[points.interpolated] == 0).all()
    assert (points.scores[~points.interpolated] > 0).all()
    truth = np.array([ann.box(times[step]) for step in points.step.tolist()])
    assert np.abs(points.boxes - truth).max() < 6


@_names
def test_a_long_absence_is_not_filled(name: str) -> None:
    ann = replace(ANN, hidden=((3.0, 8.9),))

    points = follow(open_tracker(name), (ann,), seconds(0, 12))

    assert not points.interpolated.any()
    assert not set(range(30, 89)) & set(points.step.tolist())


@_names
def test_a_dip_of_the_score_does_not_break_a_track(name: str) -> None:
    ann = replace(ANN, dim=((2.0, 3.0),))
    times = seconds(0, 6)

    points = follow(open_tracker(name), (ann,), times)

    assert set(points.track.tolist()) == {1}
    assert steps_of(points, 1) == list(range(len(times)))


@_names
def test_doubtful_detections_alone_make_no_track(name: str) -> None:
    ann = replace(ANN, dim=((0.0, 9.0),))

    assert len(follow(open_tracker(name), (ann,), seconds(0, 8))) == 0


@_names
@given(st.lists(st.floats(0.03, 0.45), min_size=12, max_size=40))
def test_uneven_time_breaks_nothing(name: str, pauses: list[float]) -> None:
    times = np.cumsum(pauses).tolist()

    points = follow(open_tracker(name), (ANN, BOB), times)

    assert owners(points, (ANN, BOB), times) == {1: {0}, 2: {1}}
    assert steps_of(points, 1) == list(range(len(times)))


@_names
def test_nothing_seen_gives_nothing(name: str) -> None:
    tracker = open_tracker(name)

    assert len(follow(tracker, (), seconds(0, 3))) == 0
    assert not tracker.busy


@_names
def test_no_frame_at_all_gives_nothing(name: str) -> None:
    assert len(open_tracker(name).finish()) == 0


@_names
def test_one_frame_alone_confirms_nobody(name: str) -> None:
    assert len(follow(open_tracker(name), (ANN, BOB), [0.0])) == 0


@_names
def test_a_track_never_changes_its_class(name: str) -> None:
    times = seconds(0, 6)
    tracker = open_tracker(name)
    car = replace(ANN, kind=ObjectClass.CAR)

    points = joined(
        [
            *(
                tracker.update(crowd(at_s, (ANN if at_s < 3 else car,)), time_ns(at_s))
                for at_s in times
            ),
            tracker.finish(),
        ]
    )

    kinds = {
        (track, kind)
        for track, kind in zip(points.track.tolist(), points.class_ids.tolist(), strict=True)
    }
    assert kinds == {(1, ObjectClass.PERSON), (2, ObjectClass.CAR)}


@_names
def test_ids_count_from_one_and_a_track_has_one_point_a_step(name: str) -> None:
    late = Walker(300, 20, down_s=20, hidden=((0.0, 4.0),))

    points = follow(open_tracker(name), (ANN, BOB, late), seconds(0, 9))

    assert set(points.track.tolist()) == {1, 2, 3}
    assert steps_of(points, 3)[0] > 40
    pairs = Counter(zip(points.track.tolist(), points.step.tolist(), strict=True))
    assert set(pairs.values()) == {1}


@_names
def test_points_of_one_call_come_by_step_then_track_and_never_from_the_future(name: str) -> None:
    people = (replace(ANN, hidden=((2.0, 2.9),), dim=((4.0, 5.0),)), BOB, CARL)
    tracker = open_tracker(name)

    for step, at_s in enumerate(seconds(0, 8)):
        points = tracker.update(crowd(at_s, people), time_ns(at_s))
        order = list(zip(points.step.tolist(), points.track.tolist(), strict=True))
        assert order == sorted(order)
        assert all(found <= step for found, _ in order)


@_names
def test_points_lie_in_the_picture_when_the_detections_do(name: str) -> None:
    hidden = ((1.5, 2.4), (4.0, 4.9))
    people = tuple(replace(person, hidden=hidden) for person in (ANN, BOB, CARL, DORA))

    points = follow(open_tracker(name), people, seconds(0, 7))

    assert (points.boxes >= 0).all()
    assert (points.boxes <= [*PICTURE, *PICTURE]).all()


@_names
def test_busy_from_the_first_sight_until_all_are_gone_for_good(name: str) -> None:
    tracker = open_tracker(name)

    tracker.update(crowd(0, (ANN,)), time_ns(0))
    assert tracker.busy
    for at_s in seconds(0.1, 30):
        tracker.update(Detections.empty(), time_ns(at_s))

    assert not tracker.busy


def _restored(name: str, tracker: Tracker) -> Tracker:
    other = open_tracker(name)
    other.restore(tracker.state())
    return other


@_names
@given(st.data())
def test_a_restored_tracker_goes_on_exactly(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 1000), label="seed")
    drop = np.random.default_rng(seed)
    people = (
        replace(CARL, hidden=((1.0, 1.6),), dim=((3.0, 3.8),)),
        replace(DORA, dim=((2.0, 2.9),), hidden=((4.0, 4.3),)),
        replace(BOB, kind=ObjectClass.CAR),
        Walker(300, 250, across_s=3),
    )
    times = seconds(0, 6, fps=5)
    frames = []
    for at_s in times:
        found = crowd(at_s, people, jitter=drop)
        frames.append(found.where(drop.random(len(found)) > 0.15))
    breaks = data.draw(st.sets(st.integers(0, len(times) - 1), max_size=6), label="breaks")

    whole, pieces = open_tracker(name), open_tracker(name)
    for step, (found, at_s) in enumerate(zip(frames, times, strict=True)):
        if step in breaks:
            pieces = _restored(name, pieces)
        assert _rows(pieces.update(found, time_ns(at_s))) == _rows(
            whole.update(found, time_ns(at_s))
        )
        assert pieces.busy == whole.busy
    pieces = _restored(name, pieces)
    assert _rows(pieces.finish()) == _rows(whole.finish())


@_names
def test_a_state_of_other_options_is_refused_and_nothing_changes(name: str) -> None:
    tracker = open_tracker(name, replace(TrackerOptions(), lost_s=9.0))
    tracker.update(crowd(0, (ANN,)), time_ns(0))
    other = open_tracker(name)

    with pytest.raises(StateUnusable):
        other.restore(tracker.state())
    with pytest.raises(StateUnusable):
        other.restore(b"not a state")

    assert not other.busy


@_names
def test_what_is_kept_does_not_grow_with_the_length_of_the_source(name: str) -> None:
    still = Walker(300, 100)
    tracker = open_tracker(name)
    sizes = []

    for step in range(1500):
        passing = Walker(20 + 40 * (step % 130) / 10, 220)
        tracker.update(crowd(0, (still, passing)), time_ns(step / 10))
        sizes.append(len(tracker.state()) if step in (299, 1499) else 0)

    assert sizes[1499] < 1.5 * sizes[299]


@_names
def test_options_are_plain_values(name: str) -> None:
    options = open_tracker(name).options_as_dict()

    assert options
    assert all(isinstance(value, (int, float, str)) for value in options.values())
