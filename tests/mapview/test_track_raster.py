"""Lines as pixels: what is crossed is counted, what lies outside is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mapview.track_raster import WorldLines, draw
from mapview.viewport import Viewport

_VIEW = Viewport(x=50, y=50, scale=1.0, width=100, height=100)


def _lines(*lines: list[tuple[float, float]]) -> WorldLines:
    points = np.array([point for line in lines for point in line], np.float64).reshape(-1, 2)
    starts = np.cumsum([0, *map(len, lines)])[:-1]
    hue = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return WorldLines(points, starts.astype(np.int64), hue.astype(np.uint8))


def test_a_line_is_drawn_without_gaps_from_end_to_end() -> None:
    raster = draw(_lines([(10, 50.5), (60, 50.5)]), _VIEW)
    (rows,), columns = np.unique(raster.counts.nonzero()[0]), raster.counts.nonzero()[1]
    assert rows == 49
    assert columns.tolist() == [*range(10, 61)]


def test_lines_are_not_joined_and_crossings_count() -> None:
    raster = draw(_lines([(0, 20.5), (99, 20.5)], [(30.5, 0), (30.5, 99)]), _VIEW)
    assert raster.counts.max() == 2
    assert raster.counts[79, 30] == 2
    assert raster.hue[79, 60] == 0
    assert raster.hue[40, 30] == 1
    assert raster.counts[40, 60] == 0


def test_a_line_of_one_point_is_a_pixel() -> None:
    assert draw(_lines([(5.5, 5.5)]), _VIEW).counts.sum() == 1


def test_a_line_through_the_picture_from_far_away_is_cut_at_its_edges() -> None:
    raster = draw(_lines([(-1e7, 50.5), (1e7, 50.5)]), _VIEW)
    assert (raster.counts > 0).sum() == 100
    assert draw(_lines([(-1e7, -5.0), (1e7, -5.0)]), _VIEW).counts.sum() == 0


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(_lines(), _VIEW).counts.sum() == 0


@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-300, 300)),
    st.sampled_from([1.0, 1.5, 2.0]),
)
def test_every_point_on_the_picture_is_marked_and_none_outside_breaks_it(
    points: np.ndarray, ratio: float
) -> None:
    lines = WorldLines(points, np.array([0]), np.zeros(len(points), np.uint8))
    raster = draw(lines, _VIEW, ratio)
    assert raster.counts.shape == (round(100 * ratio), round(100 * ratio))
    for x, y in (_VIEW.to_screen(points) * ratio).tolist():
        if 1 <= x < 100 * ratio - 1 and 1 <= y < 100 * ratio - 1:
            near = raster.counts[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2]
            assert near.any()


def test_more_samples_than_are_held_at_once_are_all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _lines(*([(0.0, at + 0.5), (99.0, at + 0.5)] for at in range(50)))
    whole = draw(lines, _VIEW).counts
    monkeypatch.setattr("mapview.track_raster._AT_ONCE", 150)
    assert np.array_equal(draw(lines, _VIEW).counts, whole)
    assert whole.sum() == 50 * 100
