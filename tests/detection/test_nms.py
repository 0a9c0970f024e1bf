"""Suppression of repeated detections."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from detection.nms import suppress
from detection.types import Detections


def _detections(
    rows: list[tuple[float, float, float, float, float, int]],
) -> Detections:
    table = np.array(rows, np.float32).reshape(-1, 6)
    return Detections(table[:, :4], table[:, 4], table[:, 5].astype(np.int16))


@st.composite
def _some_detections(draw: st.DrawFn) -> Detections:
    """A few crowded boxes of two classes, on whole pixels so that equal ones occur."""
    n = draw(st.integers(0, 30))
    corner = draw(hnp.arrays(np.int64, (n, 2), elements=st.integers(0, 12)))
    extent = draw(hnp.arrays(np.int64, (n, 2), elements=st.integers(1, 8)))
    scores = draw(hnp.arrays(np.int64, n, elements=st.integers(1, 9))) / 10
    kinds = draw(hnp.arrays(np.int64, n, elements=st.integers(1, 2)))
    return Detections(
        np.concatenate((corner, corner + extent), axis=1).astype(np.float32),
        scores.astype(np.float32),
        kinds.astype(np.int16),
    )


def _overlap(
    a: "np.ndarray[tuple[int], np.dtype[np.float32]]",
    b: "np.ndarray[tuple[int], np.dtype[np.float32]]",
) -> float:
    width = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])))
    height = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])))
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return float(width * height / (areas - width * height))


def _rows(found: Detections) -> list[tuple[float, ...]]:
    return [
        (*box, score, kind)
        for box, score, kind in zip(
            found.boxes.tolist(), found.scores.tolist(), found.class_ids.tolist(), strict=True
        )
    ]


def _one_by_one(candidates: Detections, most_overlap: float) -> list[tuple[float, ...]]:
    """The same, written as one would say it."""
    waiting = sorted(_rows(candidates), key=lambda row: (-row[4], row[5], *row[:4]))
    kept: list[tuple[float, ...]] = []
    for row in waiting:
        box = np.array(row[:4], np.float32)
        if all(
            row[5] != other[5] or _overlap(box, np.array(other[:4], np.float32)) <= most_overlap
            for other in kept
        ):
            kept.append(row)
    return kept


# Not 0.5 or 0.6: fractions of small whole numbers hit those exactly, where rounding may differ.
@given(candidates=_some_detections(), most_overlap=st.sampled_from([0.3131, 0.5151, 0.6161]))
def test_it_keeps_what_looking_one_by_one_keeps(
    candidates: Detections, most_overlap: float
) -> None:
    kept = suppress(candidates, most_overlap=most_overlap)

    assert _rows(kept) == _one_by_one(candidates, most_overlap)


@given(candidates=_some_detections(), seed=st.integers(0, 1000))
def test_the_order_of_the_candidates_does_not_matter(candidates: Detections, seed: int) -> None:
    shuffled = candidates.where(np.random.default_rng(seed).permutation(len(candidates)))

    assert _rows(suppress(shuffled, most_overlap=0.5)) == _rows(
        suppress(candidates, most_overlap=0.5)
    )


@given(candidates=_some_detections())
def test_a_second_pass_changes_nothing(candidates: Detections) -> None:
    once = suppress(candidates, most_overlap=0.5)

    assert _rows(suppress(once, most_overlap=0.5)) == _rows(once)


def test_an_overlap_of_exactly_the_bound_is_kept() -> None:
    # 4 of 8 pixels are shared.
    found = suppress(_detections([(0, 0, 6, 1, 0.9, 1), (2, 0, 8, 1, 0.8, 1)]), most_overlap=0.5)

    assert len(found) == 2


def test_another_class_suppresses_nothing() -> None:
    found = suppress(_detections([(0, 0, 9, 9, 0.9, 1), (0, 0, 9, 9, 0.8, 2)]), most_overlap=0.5)

    assert found.class_ids.tolist() == [1, 2]


def test_what_a_suppressed_box_overlaps_stays() -> None:
    chain = _detections([(0, 0, 10, 1, 0.9, 1), (3, 0, 13, 1, 0.8, 1), (6, 0, 16, 1, 0.7, 1)])

    assert suppress(chain, most_overlap=0.5).scores.tolist() == [
        np.float32(0.9),
        np.float32(0.7),
    ]


def test_boxes_without_area_do_not_divide_by_nothing() -> None:
    assert len(suppress(_detections([(3, 3, 3, 3, 0.9, 1)] * 2), most_overlap=0.5)) == 2


def test_nothing_stays_nothing() -> None:
    assert len(suppress(Detections.empty(), most_overlap=0.5)) == 0


def test_no_more_than_the_hundred_best_are_kept() -> None:
    apart = np.arange(1500, dtype=np.float32)[:, None] * 10 + np.array([0, 0, 5, 5], np.float32)
    scores = np.linspace(0.1, 0.9, 1500, dtype=np.float32)

    found = suppress(Detections(apart, scores, np.ones(1500, np.int16)), most_overlap=0.5)

    assert found.scores.tolist() == scores[:-101:-1].tolist()
