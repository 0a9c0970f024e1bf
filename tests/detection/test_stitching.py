"""Pieces of one track are joined where place, time, size and looks agree, and only there."""

from dataclasses import dataclass

import numpy as np
import pytest

from detection.stitching import Ends, chains, likeness, link, measure_ends

PICTURE = (640, 360)


@dataclass(frozen=True)
class Piece:
    """Somebody 24 × 60 who walks from `left` at `from_s`, `pace` pixels a second, until `to_s`."""

    left: float
    from_s: float
    to_s: float
    pace: float = 40.0
    top: float = 100.0
    colour: int = 0
    group: int = 1


def ends_of(*pieces: Piece) -> Ends:
    rows, times, boxes = [], [], []
    for row, one in enumerate(pieces):
        for at_s in np.arange(one.from_s, one.to_s + 0.05, 0.1).tolist():
            left = one.left + one.pace * (at_s - one.from_s)
            rows.append(row)
            times.append(round(at_s * 1e9))
            boxes.append((left, one.top, left + 24, one.top + 60))
    return measure_ends(
        np.array(rows, np.int64),
        np.array(times, np.int64),
        np.array(boxes, np.float32),
        groups=np.array([one.group for one in pieces], np.int16),
        picture=PICTURE,
    )


def looks_of(*pieces: Piece) -> list[np.ndarray]:
    """Two vectors each, along an axis for each colour, with a little of another."""
    rng = np.random.default_rng(3)
    found = []
    for one in pieces:
        vectors = np.abs(rng.normal(0, 0.05, (2, 16)))
        vectors[:, one.colour] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        found.append(vectors.astype(np.float32))
    return found


# People who were there together, in other colours: how alike two different people look.
OTHERS = tuple(Piece(60, 0, 9, pace=5, top=5 + 70 * n, colour=5 + n) for n in range(4))
ANN = Piece(100, 0, 4, colour=1)
ANN_AGAIN = Piece(100 + 40 * 5, 5, 9, colour=1)


def joined(*pieces: Piece) -> list[tuple[int, int]]:
    everybody = (*pieces, *OTHERS)
    found = link(ends_of(*everybody), looks_of(*everybody))
    assert all(0 < one.confidence <= 1 for one in found)
    return [(one.before, one.after) for one in found]


def test_who_goes_on_where_expected_and_looks_the_same_is_one() -> None:
    assert joined(ANN, ANN_AGAIN) == [(0, 1)]


@pytest.mark.parametrize(
    "other",
    [
        Piece(300, 5, 9, colour=2),  # in other colours
        Piece(560, 5, 7, colour=1, pace=0),  # too far off
        Piece(300, 5, 9, colour=1, group=3),  # a car
        Piece(240, 3.5, 9, colour=1),  # there at the same time
        Piece(100, 14, 18, colour=1),  # too long after
    ],
)
def test_who_is_somebody_else_is_not_joined(other: Piece) -> None:
    assert joined(ANN, other) == []


def test_each_end_and_each_beginning_is_used_once_for_the_best_pairs_together() -> None:
    bob = Piece(100, 0, 4, top=160, colour=2)
    bob_again = Piece(300, 5, 9, top=160, colour=2)
    assert joined(ANN, bob, bob_again, ANN_AGAIN) == [(0, 3), (1, 2)]


def test_pieces_form_chains_with_the_row_of_the_first() -> None:
    third = Piece(100 + 40 * 10, 10, 12, colour=1)
    everybody = (third, ANN_AGAIN, ANN, *OTHERS)
    found = link(ends_of(*everybody), looks_of(*everybody))
    assert [(one.before, one.after) for one in found] == [(1, 0), (2, 1)]
    assert chains(len(everybody), found).tolist() == [2, 2, 2, 3, 4, 5, 6]


def test_who_left_by_the_edge_is_hardly_who_comes_in_there() -> None:
    left = Piece(640 - 24 - 40 * 4, 0, 4, colour=1)
    back = Piece(640 - 24, 5, 9, pace=-40, colour=1)
    assert joined(left, back) == []


def test_without_any_look_only_a_short_gap_on_the_way_is_joined() -> None:
    soon = Piece(100 + 40 * 4.3, 4.3, 9)
    nothing = [np.zeros((0, 0), np.float32)] * 2
    (found,) = link(ends_of(ANN, soon), nothing)
    assert found.confidence < 0.5
    assert link(ends_of(ANN, Piece(100 + 40 * 9, 9, 12)), nothing) == []


def test_vectors_of_other_makers_cannot_be_compared() -> None:
    assert np.isnan(likeness(np.ones((1, 4), np.float32), np.ones((1, 8), np.float32)))
    assert np.isnan(likeness(np.zeros((0, 4), np.float32), np.ones((1, 4), np.float32)))


def test_nothing_and_one_alone_are_joined_to_nothing() -> None:
    assert link(ends_of(ANN), looks_of(ANN)) == []
