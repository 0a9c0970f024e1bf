"""Tracks joined by where they were on the ground and when: made-up walks with known truth."""

import numpy as np
import pytest

from detection.following.ground_links import (
    MOST_LOG_RATIO,
    NEVER,
    GoesOn,
    GroundTrack,
    Together,
    compared,
    goes_on,
    grouped,
    ratios,
    together,
)


def walk(
    camera: int,
    start: tuple[float, float],
    speed: tuple[float, float],
    span: tuple[float, float],
    *,
    sd_m: float = 0.3,
    seed: int | None = None,
    clock_s: float = 0.0,
    late_s: float = 0.0,
    kind: str = "person",
) -> GroundTrack:
    """Somebody who is at `start` at time 0 and walks evenly, seen in a span of time by a camera
    whose clock is `late_s` off."""
    time = np.arange(span[0], span[1] + 0.01, 0.3)
    places = np.array(start) + time[:, None] * speed
    if seed is not None:
        places = places + np.random.default_rng(seed).normal(0, sd_m, places.shape)
    return GroundTrack(camera, kind, time + late_s, places, np.full(len(time), sd_m), clock_s)


def ratio(one: GroundTrack, other: GroundTrack) -> float:
    found = together(one, other)
    assert found is not None
    back = together(other, one)
    assert back is not None
    assert back.log_ratio == pytest.approx(found.log_ratio)
    return found.log_ratio


def test_the_same_place_at_the_same_moments_speaks_for_one_and_another_place_against() -> None:
    one = walk(0, (0, 0), (1.3, 0), (0, 20), seed=1)
    same = walk(1, (0, 0), (1.3, 0), (5, 25), seed=2)
    found = together(one, same)
    assert found is not None
    assert found.seconds == pytest.approx(15, abs=0.6)
    assert found.metres < 1
    assert found.log_ratio == MOST_LOG_RATIO
    across = walk(1, (0, 12), (1.3, 0), (5, 25), seed=3)
    assert ratio(one, across) == -MOST_LOG_RATIO
    # A moment says little, either way.
    assert 0 < ratio(one, walk(1, (0, 0), (1.3, 0), (5, 5.6), seed=2)) < 5
    assert -5 < ratio(one, walk(1, (0, 12), (1.3, 0), (5, 5.6), seed=2)) < 0


def test_what_is_not_known_well_says_less() -> None:
    one = walk(0, (0, 0), (1.3, 0), (0, 6))
    beside = walk(1, (0, 3), (1.3, 0), (0, 6))
    assert ratio(one, beside) < -4
    unsure = walk(1, (0, 3), (1.3, 0), (0, 6), sd_m=3.0)
    assert abs(ratio(one, unsure)) < abs(ratio(one, beside)) - 1
    # A clock that may be off moves whoever walks along the way, and nobody to the side of it.
    off = {"late_s": 2.0, "clock_s": 1.5}
    late = walk(1, (0, 0), (1.3, 0), (0, 6), **off)  # type: ignore[arg-type]
    assert ratio(one, late) > 0 > ratio(one, walk(1, (0, 0), (1.3, 0), (0, 6), late_s=2.0))
    aside = walk(1, (0, 3), (1.3, 0), (0, 6), **off)  # type: ignore[arg-type]
    assert ratio(one, aside) < -2


def test_tracks_without_a_common_moment_say_nothing_of_the_same_moment() -> None:
    one = walk(0, (0, 0), (1.3, 0), (0, 6))
    assert together(one, walk(1, (0, 0), (1.3, 0), (7, 9))) is None
    early, late = walk(0, (0, 0), (1, 0), (0, 3)), walk(0, (0, 0), (1, 0), (20, 23))
    hole = GroundTrack(
        0, "person", np.concatenate([early.time_s, late.time_s]),
        np.concatenate([early.places, late.places]), np.full(22, 0.3),
    )  # fmt: skip
    assert together(hole, walk(1, (0, 0), (1, 0), (5, 15))) is None
    alone = GroundTrack(1, "person", np.array([2.0]), np.array([[2.6, 0]]), np.array([0.3]))
    assert ratio(one, alone) > 0


def test_whoever_goes_on_where_another_ended_may_be_one() -> None:
    before = walk(0, (0, 0), (1.3, 0), (0, 6))
    after = goes_on(before, walk(1, (0, 0), (1.3, 0), (8, 12)))
    assert after is not None
    assert after.metres < 0.1
    assert after.log_ratio > 0
    elsewhere = goes_on(before, walk(1, (0, 9), (1.3, 0), (8, 12)))
    assert elsewhere is not None
    assert elsewhere.log_ratio < -2
    assert goes_on(before, walk(1, (0, 0), (1.3, 0), (60, 62))) is None
    assert goes_on(walk(1, (0, 0), (1.3, 0), (8, 12)), before) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_crowd_seen_by_three_cameras_is_put_together_again(seed: int) -> None:
    chance = np.random.default_rng(seed)
    tracks: list[GroundTrack] = []
    truth: list[int] = []
    for person in range(8):
        start = tuple(chance.uniform(-10, 10, 2))
        angle = chance.uniform(0, 2 * np.pi)
        speed = (1.3 * np.cos(angle), 1.3 * np.sin(angle))
        for camera, span in enumerate(((0, 12), (6, 18), (10, 20))):
            # The second one loses everybody for two seconds.
            for part in ((span[0], 11.0), (13.0, span[1])) if camera == 1 else (span,):
                number = int(chance.integers(1 << 30))
                tracks.append(walk(camera, start, speed, part, seed=number))
                truth.append(person)
    found = grouped(len(tracks), ratios(compared(tracks)))
    same = np.equal.outer(truth, truth)
    put = np.equal.outer(found, found)
    # Of two who walk side by side nobody could say more: hardly any pair is wrong.
    assert (put & same).sum() / same.sum() > 0.9
    assert (put & same).sum() / put.sum() > 0.9
    for one in range(len(tracks)):
        for other in range(one):
            if put[one, other] and tracks[one].camera == tracks[other].camera:
                assert together(tracks[one], tracks[other]) is None


def test_two_that_one_camera_sees_are_never_one_and_people_are_no_cars() -> None:
    left, right = walk(0, (0, 0), (1.3, 0), (0, 9)), walk(0, (0, 0.5), (1.3, 0), (0, 9))
    between = walk(1, (0, 0.2), (1.3, 0), (0, 9))
    car = walk(1, (0, 0), (1.3, 0), (0, 9), kind="vehicle")
    tracks = [left, right, between, car]
    found = compared(tracks)
    assert found[0, 1] is None
    assert ratios(found)[0, 1] == NEVER
    assert isinstance(found[0, 2], Together)
    assert not any(3 in pair for pair in found)
    names = grouped(4, ratios(found))
    assert names[0] == names[2] != names[1]
    assert names[3] not in names[:3]
    later = compared([left, walk(1, (0, 0), (1.3, 0), (10, 14))])
    assert isinstance(later[0, 1], GoesOn)


def test_joining_adds_up_what_speaks_for_and_against() -> None:
    # Two halves hold together; what speaks against joining them outweighs one good pair.
    weights = {(0, 1): 5.0, (2, 3): 5.0, (1, 2): 2.0, (0, 3): -3.0}
    assert grouped(5, weights) == [0, 0, 1, 1, 2]
    assert grouped(5, weights | {(0, 3): -1.0}) == [0, 0, 0, 0, 1]
    assert grouped(4, {(0, 1): 5.0, (1, 2): 4.0, (0, 2): NEVER}) == [0, 0, 1, 2]
    assert grouped(0, {}) == []
