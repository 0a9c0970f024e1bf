"""Several frames a track: what is compared with what, against the plain way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.usecases.likeness_of_frames import Examples, Vectors, of_pairs


def unit(random: np.random.Generator, count: int) -> Vectors:
    rows = random.normal(size=(count, 6)).astype(np.float32)
    made: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return made


def plain(one: Vectors, other: Vectors) -> float:
    """For each frame the best of the other track; the mean for each of both, and of both."""
    best = [max(float(a @ b) for b in other) for a in one]
    back = [max(float(a @ b) for a in one) for b in other]
    return float(np.mean(best) + np.mean(back)) / 2


@given(
    counts=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    meant=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    against=st.lists(st.integers(1, 4), max_size=2),
    seed=st.integers(0, 99),
)
def test_same_as_comparing_frame_by_frame(
    counts: list[int], meant: list[int], against: list[int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    tracks = [unit(random, count) for count in counts]
    wanted = [unit(random, count) for count in meant]
    unwanted = [unit(random, count) for count in against]
    numbers = np.repeat(np.arange(len(tracks)) * 7, counts)
    ids, likeness, rank = Examples(wanted, unwanted, 0.5).compare(numbers, np.concatenate(tracks))
    assert ids.tolist() == [7 * at for at in range(len(tracks))]
    for at, track in enumerate(tracks):
        like = np.mean([plain(track, one) for one in wanted])
        off = 0.5 * np.mean([plain(track, one) for one in unwanted]) if unwanted else 0.0
        assert likeness[at] == pytest.approx(like, abs=1e-5)
        assert rank[at] == pytest.approx(like - off, abs=1e-5)


def test_pairs_of_tracks_with_any_number_of_frames() -> None:
    random = np.random.default_rng(1)
    tracks = [unit(random, count) for count in (1, 4, 2, 3)]
    first = np.array([0, 1, 5, 7])
    one, other = np.array([0, 1, 2, 3, 1] * 200), np.array([1, 2, 3, 0, 1] * 200)
    found = of_pairs(np.concatenate(tracks), first, one, other)
    expected = [plain(tracks[a], tracks[b]) for a, b in zip(one, other, strict=True)]
    assert found == pytest.approx(np.array(expected, np.float32), abs=1e-5)
    assert len(of_pairs(np.concatenate(tracks), first, one[:0], other[:0])) == 0


def test_no_vectors_give_no_tracks() -> None:
    none = np.zeros((0, 6), np.float32)
    ids, likeness, rank = Examples([unit(np.random.default_rng(0), 2)], [], 0.5).compare(
        np.zeros(0, np.int64), none
    )
    assert len(ids) == len(likeness) == len(rank) == 0
