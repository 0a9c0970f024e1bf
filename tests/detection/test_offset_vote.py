"""How far two clocks are apart is found from people made up to walk from view to view."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.crossings import Crossing, TrackPath, crossings
from detection.offset_vote import vote
from resources.paths import shared_test_data

NOBODY = np.zeros(0, np.float32)


def walkers(
    *, add_s: float, way: float, to_b: int, to_a: int, seed: int
) -> tuple[list[Crossing], list[Crossing]]:
    """Crossings in A and in B, whose clock is `add_s` behind; `way` in heights between them."""
    chance = np.random.default_rng(seed)
    in_a, in_b = [], []
    for number in range(to_b + to_a):
        speed = float(chance.uniform(0.4, 0.9))
        at_s = float(chance.uniform(5, 300))
        noise = float(chance.normal(0, 0.1))
        a_to_b = number < to_b
        first, then = at_s, at_s + way / speed + noise
        a_s, b_s = (first, then) if a_to_b else (then, first)
        in_a.append(Crossing(number, a_to_b, "right", a_s, speed, NOBODY))
        in_b.append(Crossing(100 + number, not a_to_b, "left", b_s - add_s, speed, NOBODY))
    return in_a, in_b


@settings(max_examples=15, deadline=None)
@given(st.floats(-60, 60), st.floats(-1.5, 4), st.integers(0, 10_000))
def test_walkers_in_both_directions_tell_offset_and_way_apart(
    add_s: float, way: float, seed: int
) -> None:
    a, b = walkers(add_s=add_s, way=way, to_b=7, to_a=7, seed=seed)
    best = vote(a, b, within_s=90)[0]
    assert best.difference_s == pytest.approx(add_s, abs=0.5)
    assert best.way == pytest.approx(way, abs=0.5)
    assert best.both_ways
    assert len(best.pairs) >= 12
    assert sum(p.left.track_id % 100 == p.came.track_id % 100 for p in best.pairs) >= 11


def test_the_other_way_round_the_sign_turns() -> None:
    a, b = walkers(add_s=12.0, way=1.0, to_b=6, to_a=6, seed=3)
    assert vote(b, a, within_s=60)[0].difference_s == pytest.approx(-12.0, abs=0.3)


def test_walkers_in_one_direction_say_that_they_do_not_tell_enough() -> None:
    a, b = walkers(add_s=12.0, way=2.0, to_b=8, to_a=0, seed=4)
    best = vote(a, b, within_s=60)[0]
    assert not best.both_ways
    assert best.error_s > 1.0


def test_looks_decide_between_people_who_walk_alike() -> None:
    a = [Crossing(n, True, "right", 10.0 + 20 * n, 0.5, np.eye(4, dtype=np.float32)[n])
         for n in range(4)]  # fmt: skip
    # One too few, so that being a whole round off would fit three of them as well.
    b = [Crossing(100 + n, False, "left", 32.0 + 20 * n, 0.5, np.eye(4, dtype=np.float32)[n + 1])
         for n in range(3)]  # fmt: skip
    best = vote(a, b, within_s=45)[0]
    assert {(p.left.track_id, p.came.track_id) for p in best.pairs} == {
        (1, 100),
        (2, 101),
        (3, 102),
    }


def test_nobody_in_common_suggests_nothing() -> None:
    a, b = walkers(add_s=0, way=1, to_b=1, to_a=0, seed=5)
    assert vote(a, b, within_s=60) == ()
    assert vote([], b, within_s=60) == ()
    both_leave = [replace(one, leaves=True) for one in b]
    assert vote(a, both_leave, within_s=60) == ()


def path(x: list[float], *, begin_s: float = 10.0) -> TrackPath:
    """A person 100 px high at so many left edges, five a second, in a picture 400 wide."""
    times = begin_s + np.arange(len(x)) / 5
    left = np.array(x)
    boxes = np.stack([left, np.full(len(x), 50.0), left + 40, np.full(len(x), 150.0)], axis=1)
    return TrackPath(1, times, boxes, NOBODY)


def test_a_walker_crosses_both_edges_when_wholly_outside() -> None:
    came, left = crossings([path(list(range(0, 361, 10)))], (400, 300), (0, 100))
    assert (came.edge, came.leaves, left.edge, left.leaves) == ("left", False, "right", True)
    # 50 px a second: 40 px to come in, 40 px to be gone.
    assert came.at_s == pytest.approx(10.0 - 0.8)
    assert left.at_s == pytest.approx(10.0 + 36 / 5 + 0.8)
    assert left.speed == pytest.approx(0.5)


@pytest.mark.parametrize(
    "x", [[100.0 + 10 * n for n in range(12)], [0.0] * 12, [0.0, 10.0]],
    ids=["in the middle", "standing at the edge", "too short"],
)  # fmt: skip
def test_who_does_not_cross_an_edge_is_no_crossing(x: list[float]) -> None:
    assert crossings([path(x)], (400, 300), (0, 100)) == ()


def test_what_begins_with_the_recording_is_no_crossing() -> None:
    walk = path(list(range(0, 200, 10)), begin_s=0.2)
    assert crossings([walk], (400, 300), (0, 100)) == ()


def labelled(file: Path) -> list[TrackPath]:
    """Hand-made tracks of a camera, cut where a person was out of view."""
    rows = np.loadtxt(file, delimiter=",")
    made = []
    for person in np.unique(rows[:, 1]):
        mine = rows[rows[:, 1] == person]
        times = (mine[:, 0] - 1) / 7
        boxes = np.hstack([mine[:, 2:4], mine[:, 2:4] + mine[:, 4:6]])
        cuts = np.flatnonzero(np.diff(times) > 1.0) + 1
        made += [
            TrackPath(int(person), part, box, NOBODY)
            for part, box in zip(np.split(times, cuts), np.split(boxes, cuts), strict=True)
        ]
    return made


def test_two_halves_of_a_real_scene_are_brought_together_by_hand_made_tracks() -> None:
    shared = shared_test_data()
    folder = shared / "data" / "multicam" / "pets_two_halves"
    if not folder.is_dir():
        pytest.skip("the shared test data are not here")
    truth = json.loads((folder / "meta.json").read_text())
    size = (truth["camA"]["width"], truth["camA"]["height"])
    a, b = (
        crossings(labelled(folder / f"{name}_gt.txt"), size, (0, truth[name]["frames"] / 7))
        for name in ("camA", "camB")
    )
    best = vote(a, b, within_s=120)[0]
    assert best.difference_s == pytest.approx(
        truth["camB"]["true_start_s_relative_to_first"], abs=0.5
    )
    assert all(pair.left.track_id == pair.came.track_id for pair in best.pairs)
