"""What never moves, judged from columns of detections."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection import static_spots as still

PICTURE = (768, 576)
LOOKS = 300
PLACE = np.array([30, 110, 50, 160], np.float32)
THING = still.StillThing((30, 110, 50, 160), 300, 300, 0.5, 0.6)


def tremble(count: int = LOOKS, noise: float = 0.5) -> np.ndarray:
    chance = np.random.default_rng(1)
    return (PLACE + chance.normal(0, noise, (count, 4))).astype(np.float32)


def judged(look: np.ndarray, boxes: np.ndarray) -> still.StillThing | None:
    scores = np.linspace(0.4, 0.6, len(boxes)).astype(np.float32)
    return still.judge(PLACE, look, boxes, scores, looked=LOOKS, picture=PICTURE)


def test_thing_that_trembles_in_place_is_found_with_its_facts() -> None:
    thing = judged(np.arange(LOOKS), tremble())
    assert thing is not None
    assert thing.box == pytest.approx(PLACE.tolist(), abs=0.2)
    assert (thing.seen, thing.looked) == (LOOKS, LOOKS)
    assert thing.score == pytest.approx(0.5, abs=0.01)
    assert thing.top_score == pytest.approx(0.59, abs=0.01)


@given(st.permutations(range(40)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    look = np.tile(np.arange(LOOKS), 2)
    boxes = np.concatenate([tremble(), tremble() + 3])
    mixed = np.concatenate([np.array(order), np.arange(40, len(look))])
    assert judged(look, boxes) == judged(look[mixed], boxes[mixed])


def test_one_who_leaves_in_the_last_tenth_is_no_thing() -> None:
    kept = np.arange(LOOKS) < LOOKS * 0.93
    assert judged(np.arange(LOOKS)[kept], tremble()[kept]) is None
    scattered = np.arange(LOOKS) % 14 > 0
    assert judged(np.arange(LOOKS)[scattered], tremble()[scattered]) is not None


def test_people_who_pass_in_front_do_not_matter() -> None:
    passing = np.arange(LOOKS) % 15 == 0
    boxes = tremble()
    boxes[passing] += np.array([4, -6, 4, -6], np.float32)
    assert judged(np.arange(LOOKS), boxes) is not None


def test_first_glance_finds_each_place_once_and_nothing_that_walks() -> None:
    looked = 64
    look = np.tile(np.arange(looked), 3)
    walk = PLACE + np.arange(looked)[:, None] * np.array([8, 1, 8, 1])
    boxes = np.concatenate([tremble(looked), tremble(looked) + 200, walk]).astype(np.float32)
    places = still.first_glance(look, boxes, looked)
    assert places == pytest.approx(np.array([PLACE, PLACE + 200]), abs=0.5)


def test_nothing_seen_gives_no_place() -> None:
    empty = np.zeros(0, np.int64), np.zeros((0, 4), np.float32)
    assert still.first_glance(*empty, 64).shape == (0, 4)
    assert judged(*empty) is None
    assert not still.is_there_again(0, 0)


@pytest.mark.parametrize(("looks", "enough"), [(301, True), (299, False)])
def test_a_minute_of_looking_is_needed(looks: int, *, enough: bool) -> None:
    assert still.is_long_enough(np.arange(looks) * 200_000_000) is enough


def test_pauses_of_the_motion_gate_are_not_looking() -> None:
    hour_apart = np.concatenate([np.arange(20), 3600 + np.arange(20)]) * 1_000_000_000
    assert not still.is_long_enough(hour_apart)


def test_sample_is_spread_over_all_and_not_longer_than_it() -> None:
    assert still.sample(3).tolist() == [0, 1, 2]
    spread = still.sample(10_000)
    assert (len(spread), spread[0], spread[-1]) == (64, 0, 9999)


def test_of_two_in_one_place_the_one_seen_more_often_stays() -> None:
    near = replace(THING, box=(32, 112, 52, 162), seen=290)
    far = replace(THING, box=(300, 110, 320, 160), seen=280)
    assert still.distinct([far, near, THING]) == [THING, far]


def test_track_is_hidden_only_where_it_is_nothing_else_and_no_surer() -> None:
    inside, outside = PLACE, PLACE + 100
    points = (
        np.array([1] * 10 + [2] * 10 + [3] * 10),
        np.array([inside] * 10 + [inside] * 8 + [outside] * 2 + [inside] * 10, np.float32),
    )
    tracks = (np.array([1, 2, 3]), np.array([10, 10, 10]), np.array([0.64, 0.5, 0.7], np.float32))
    assert still.tracks_in(THING.box, 0.6, points=points, tracks=tracks).tolist() == [1]


def test_doubt_needs_people_to_compare_with() -> None:
    walkers = np.array([0.7, 0.72, 0.75, 0.78, 0.8], np.float32)
    assert still.is_doubted(THING, walkers)
    assert not still.is_doubted(replace(THING, score=0.74), walkers)
    assert not still.is_doubted(THING, walkers[:4])
