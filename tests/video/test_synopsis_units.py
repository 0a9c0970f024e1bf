"""Units: what touches stays together, crowds are cut, standing still passes faster."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tubes import SECOND, crowd, walker
from video.synopsis.types import TubeFrames, Unit
from video.synopsis.units import piece_marks, units_of


def frames_in(units: tuple[Unit, ...], tubes: list[TubeFrames]) -> dict[int, list[int]]:
    """Of each tube, how many units show each of its frames."""
    shown = {at: np.zeros(len(tube), np.int64) for at, tube in enumerate(tubes)}
    for unit in units:
        for at in unit.tubes:
            times = tubes[at].time_ns
            shown[at] += (times >= unit.from_ns) & (times <= unit.to_ns)
    return {at: counts.tolist() for at, counts in shown.items()}


def test_no_tubes_make_no_units() -> None:
    assert units_of([]) == ()


def test_who_never_touch_are_units_of_their_own() -> None:
    tubes = [walker(1, 0, 10), walker(2, 0, 10, start=(0, 100), end=(700, 100))]

    assert [unit.tubes for unit in units_of(tubes)] == [(0,), (1,)]


def test_two_who_walk_together_are_one_unit() -> None:
    tubes = [walker(1, 0, 10), walker(2, 0, 10, start=(20, 305), end=(720, 305))]

    (unit,) = units_of(tubes)

    assert unit.tubes == (0, 1)
    assert unit.length_ns == 10 * SECOND


def test_two_who_touch_for_long_are_cut_together() -> None:
    tubes = [walker(1, 0, 80), walker(2, 0, 80, start=(20, 305), end=(720, 305))]

    units = units_of(tubes, longest_s=30)

    assert len(units) == 3
    assert all(unit.tubes == (0, 1) for unit in units)
    assert [(unit.piece, unit.pieces) for unit in units] == [(0, 3), (1, 3), (2, 3)]


def test_a_chain_of_brief_touches_does_not_glue_a_crowd() -> None:
    # Each meets the next at one end of a path, the one before at the other.
    ends = (0, 300), (700, 300)
    tubes = [
        walker(number, 12 * number, 14, start=ends[number % 2], end=ends[1 - number % 2])
        for number in range(8)
    ]

    units = units_of(tubes)

    assert max(len(unit.tubes) for unit in units) < 4
    assert max(unit.length_ns for unit in units) <= 30 * SECOND
    assert any(len(unit.tubes) > 1 for unit in units)


def test_a_lone_long_stay_is_split_evenly() -> None:
    units = units_of([walker(1, 0, 100)], longest_s=30)

    lengths = [unit.length_ns / SECOND for unit in units]
    assert len(units) == 4
    assert max(lengths) - min(lengths) < 1
    assert piece_marks(units) == {(number, 0): (number, 4) for number in range(4)}


def test_what_stands_still_passes_faster_after_a_while() -> None:
    still = walker(1, 0, 600, end=(0, 300))

    (unit,) = units_of([still], longest_s=30, held_s=6)

    assert 6 * SECOND < unit.length_ns < 12 * SECOND
    assert unit.to_ns == 600 * SECOND
    # As it was at first.
    early = np.array([2 * SECOND], np.int64)
    assert unit.shown(early)[0] == 2 * SECOND


def test_nobody_is_held_who_walks_beside_somebody_standing() -> None:
    tubes = [
        walker(1, 0, 20, start=(300, 300), end=(300, 300)),
        walker(2, 0, 20, start=(290, 250), end=(335, 350)),
    ]

    (unit,) = units_of(tubes, held_s=2)

    assert unit.length_ns == 20 * SECOND


def test_chronological_units_are_whole_and_as_they_were() -> None:
    units = units_of([walker(1, 0, 300, end=(0, 300))], chronological=True)

    assert [unit.length_ns for unit in units] == [300 * SECOND]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 25),
    per_s=st.sampled_from([0.1, 0.5, 3.0]),
    longest_s=st.sampled_from([3.0, 30.0]),
    held_s=st.sampled_from([1.0, 6.0]),
)
def test_every_frame_is_in_exactly_one_unit(
    seed: int, count: int, per_s: float, longest_s: float, held_s: float
) -> None:
    tubes = crowd(count, seed=seed, per_s=per_s)

    units = units_of(tubes, longest_s=longest_s, held_s=held_s)

    assert all(set(counts) == {1} for counts in frames_in(units, tubes).values())
    # Slots are 0.2 s: a piece may end within the last.
    assert max(unit.length_ns for unit in units) <= (longest_s + 0.2) * SECOND
    for unit in units:
        assert (np.diff(unit.knots, axis=0) > 0).all()
        moments = np.linspace(unit.from_ns, unit.to_ns, 50).astype(np.int64)
        back = unit.recorded(unit.shown(moments))
        # A held stretch is told in fewer moments than it had.
        speed = np.diff(unit.knots[:, 0]) / np.diff(unit.knots[:, 1])
        assert np.abs(back - moments).max() <= speed.max() + 1
