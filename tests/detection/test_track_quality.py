"""Track quality falls with what was not seen, doubt, trembling and the picture's edge."""

import numpy as np
import pytest

from detection.track_quality import quality, smooth, word

BEST = {"coverage": 1.0, "mean_score": 0.9, "smoothness": 0.9, "cut": 0.0}


def of(**changed: float) -> float:
    values = {name: np.array([value]) for name, value in {**BEST, **changed}.items()}
    return float(quality(**values)[0])


@pytest.mark.parametrize(
    "worse", [{"coverage": 0.5}, {"mean_score": 0.3}, {"smoothness": 0.2}, {"cut": 1.0}]
)
def test_each_fault_makes_a_track_worse_but_stays_within_bounds(worse: dict[str, float]) -> None:
    assert 0 < of(**worse) < of() <= 1


def test_a_trembling_track_is_less_smooth_and_two_sights_are_not_held_against_it() -> None:
    calm, nervous, unknown = smooth(np.array([0.01, 0.2, np.nan])).tolist()
    assert nervous < calm < unknown == 1


def test_quality_in_words() -> None:
    assert [word(value) for value in (0.9, 0.5, 0.1)] == ["good", "fair", "poor"]
