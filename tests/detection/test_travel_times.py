"""How long somebody takes between two cameras: laws that hold for every such time."""

import numpy as np
import pytest

from detection.following.travel_times import (
    TravelTime,
    between_times,
    overlapping,
    still_away,
    travel_time_of,
    unknown_way,
)


def _any_time(seed: int) -> tuple[TravelTime, float]:
    """A time and how sure clocks are, both at random."""
    rng = np.random.default_rng(seed)
    least = float(rng.choice([0.0, rng.uniform(0, 60)]))
    tail, quick, both = rng.dirichlet([2, 1, 1, 4])[:3]
    time = TravelTime(
        least + float(np.exp(rng.uniform(-0.5, 7))), float(rng.uniform(0.1, 1.5)), least,
        tail=float(tail), quick=float(quick), at_once=float(both * rng.integers(0, 2)),
        together_s=float(rng.uniform(1, 30)),
    )  # fmt: skip
    return time, float(rng.choice([0.0, 0.05, 1.0, 5.0, 30.0]))


TIMES = [
    *map(_any_time, range(12)),
    (travel_time_of(180, "person"), 2.0),
    (travel_time_of(0.0, "vehicle", sure=False), 0.0),
    (overlapping("person"), 1.0),
    (unknown_way("vehicle"), 2.0),
]


@pytest.mark.parametrize(("time", "clock_sd_s"), TIMES)
def test_the_density_sums_to_one_and_is_the_slope_of_the_chance(
    time: TravelTime, clock_sd_s: float
) -> None:
    ends = time.quantile(np.linspace(0, 1, 2001), clock_sd_s)
    middles = (ends[1:] + ends[:-1]) / 2
    sums = np.exp(time.log_density(middles, clock_sd_s)) * np.diff(ends)
    assert sums.sum() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_allclose(sums.cumsum(), time.chance_until(ends[1:], clock_sd_s), atol=0.02)


@pytest.mark.parametrize(("time", "clock_sd_s"), TIMES)
def test_a_quantile_is_the_inverse_of_the_chance(time: TravelTime, clock_sd_s: float) -> None:
    shares = np.linspace(0.01, 0.99, 99)
    seconds = time.quantile(shares, clock_sd_s)
    assert (np.diff(seconds) >= 0).all()
    np.testing.assert_allclose(time.chance_until(seconds, clock_sd_s), shares, atol=1e-6)
    low, high = time.window(0.9, clock_sd_s)
    assert time.chance_between(low, high, clock_sd_s) == pytest.approx(0.9, abs=1e-6)


@pytest.mark.parametrize(("time", "clock_sd_s"), TIMES)
def test_who_has_not_come_is_the_rest_of_who_has(time: TravelTime, clock_sd_s: float) -> None:
    del clock_sd_s
    for seconds in (*time.quantile([0.02, 0.3, 0.6, 0.95]).tolist(), 0.0):
        away = still_away([time, time], float(seconds))
        np.testing.assert_allclose(away, 1 - time.chance_until(seconds), atol=0.01)


def test_unsure_clocks_widen_the_window_and_never_rule_anything_out() -> None:
    time = travel_time_of(100, "person")
    widths = [np.diff(time.window(0.9, sd))[0] for sd in (0.0, 10.0, 60.0)]
    assert widths[0] < widths[1] < widths[2]
    assert np.isfinite(time.log_density([-1e6, 0.0, 1e9], 2.0)).all()


def test_many_observations_win_over_what_was_assumed() -> None:
    rng = np.random.default_rng(3)
    seen = np.exp(rng.normal(np.log(20), 0.2, 200))
    time = travel_time_of(100, "person").updated(seen.tolist())
    assert time.median_s == pytest.approx(20, rel=0.1)
    # Who dawdles or runs is still reckoned with.
    np.testing.assert_allclose(time.window(0.5), np.quantile(seen, [0.25, 0.75]), rtol=0.25)
    assert time.seen == 200


def test_one_odd_observation_moves_little() -> None:
    before = travel_time_of(100, "person")
    after = before.updated([400.0])
    assert before.median_s < after.median_s < 1.5 * before.median_s
    assert after.spread < 0.55
    assert before.updated([float("nan")]) == before


def test_who_was_seen_on_both_at_once_makes_that_likelier() -> None:
    before = travel_time_of(5, "person")
    after = before.updated([-2.0, -4.0, -1.0, 3.0])
    assert after.at_once > 0.3
    assert after.chance_until(0.0) > 0.3 > before.chance_until(0.0)


def test_what_a_person_says_of_a_way_is_what_comes_out() -> None:
    time = between_times(60, 30, 180)
    assert time.median_s == 60
    assert time.least_s == 30
    low, high = time.window(0.9)
    assert low >= 30
    assert high == pytest.approx(180, rel=0.35)
    with pytest.raises(ValueError, match="no times of a way"):
        between_times(10, 20)


def test_further_takes_longer_and_a_guessed_way_is_less_sure() -> None:
    near, far = (travel_time_of(metres, "person") for metres in (50, 500))
    assert near.median_s < far.median_s
    assert travel_time_of(500, "vehicle").median_s < far.median_s
    assert travel_time_of(500, "person", sure=False).spread > far.spread
    slow = travel_time_of(500, "person", fastest_m_s=0.5)
    assert slow.median_s > far.median_s
    assert slow.least_s > far.least_s
