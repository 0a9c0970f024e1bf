"""What a calibration reaches on the labelled street, with fewer seeds than the bench."""

import pytest

from resources.paths import shared_test_data
from workstation.bench.calibration import HOMOGRAPHY, LABELS, Street

_SEEDS = 12


@pytest.fixture(scope="module")
def street() -> Street:
    shared = shared_test_data()
    for name in (HOMOGRAPHY, LABELS):
        if not (shared / name).is_file():
            pytest.skip(f"{shared / name} is not there")
    return Street.read(shared)


def test_eight_clicked_pairs_place_walkers_to_twelve_centimetres(street: Street) -> None:
    median, high = street.errors(_SEEDS)
    assert median.value <= 0.12
    assert high.value > median.value


def test_a_wrong_pair_of_nine_is_named(street: Street) -> None:
    for figure in street.wrong(_SEEDS):
        assert figure.value >= _SEEDS - 1, figure.how


def test_labels_walk_as_fast_as_is_said_of_them(street: Street) -> None:
    assert street.walking() == pytest.approx(0.99, abs=0.005)
