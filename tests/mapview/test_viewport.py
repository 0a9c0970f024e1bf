"""Pan, zoom and fit keep what they promise; world and screen are inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapview.projection import HALF_WORLD_M
from mapview.viewport import COARSEST, FINEST, Viewport, bounds_of

_VIEWS = st.builds(
    Viewport,
    st.floats(-HALF_WORLD_M, HALF_WORLD_M),
    st.floats(-HALF_WORLD_M, HALF_WORLD_M),
    st.floats(FINEST, COARSEST),
    st.integers(1, 4000),
    st.integers(1, 4000),
)
_PIXEL = st.tuples(st.floats(-500, 5000), st.floats(-500, 5000))


@given(_VIEWS, _PIXEL)
def test_screen_comes_back(view: Viewport, pixel: tuple[float, float]) -> None:
    assert view.to_screen(view.to_world([pixel]))[0] == pytest.approx(pixel, abs=1e-3)


@given(_VIEWS, st.floats(0.2, 5), _PIXEL)
def test_zoom_holds_what_is_under_the_pointer(
    view: Viewport, factor: float, pixel: tuple[float, float]
) -> None:
    near = view.zoomed(factor, *pixel)
    assert FINEST <= near.scale <= COARSEST
    if abs(near.x) < HALF_WORLD_M and abs(near.y) < HALF_WORLD_M:
        held = near.to_screen([view.world_at(*pixel)])[0]
        assert held == pytest.approx(pixel, abs=1e-3)


@given(_VIEWS, st.floats(-300, 300), st.floats(-300, 300))
def test_pan_moves_the_picture_with_the_pointer(view: Viewport, dx: float, dy: float) -> None:
    moved = view.panned(dx, dy)
    if abs(moved.x) < HALF_WORLD_M and abs(moved.y) < HALF_WORLD_M:
        assert moved.to_screen([(view.x, view.y)])[0] == pytest.approx(
            (view.width / 2 + dx, view.height / 2 + dy), abs=1e-3
        )


@given(_VIEWS, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_fit_shows_all_of_the_bounds(
    view: Viewport, left: float, bottom: float, width: float, height: float
) -> None:
    fitted = view.fitted((left, bottom, left + width, bottom + height), margin_px=0)
    if fitted.scale < COARSEST:
        shown = fitted.bounds
        slack = fitted.scale * 1e-3
        assert shown[0] <= left + slack
        assert shown[1] <= bottom + slack
        assert shown[2] >= left + width - slack
        assert shown[3] >= bottom + height - slack


def test_limits_hold_whatever_is_asked() -> None:
    view = Viewport(1e12, -1e12, 1e-9, 0, -5)
    assert (view.x, view.y, view.scale) == (HALF_WORLD_M, -HALF_WORLD_M, FINEST)
    assert (view.width, view.height) == (1, 1)
    assert Viewport(scale=1e9).scale == COARSEST


def test_a_point_is_fitted_no_nearer_than_asked() -> None:
    assert Viewport(width=100, height=100).fitted((5, 5, 5, 5), finest=0.5).scale == 0.5


def test_a_picture_covers_a_view_inside_it_at_the_same_scale_only() -> None:
    large, small = Viewport(0, 0, 1, 400, 400), Viewport(50, 0, 1, 300, 300)
    assert large.covers(small)
    assert not large.covers(small.panned(-10, 0))
    assert not large.covers(small.zoomed(1.01, 150, 150))


def test_bounds_of_nothing_are_nothing() -> None:
    assert bounds_of([]) is None
    assert bounds_of([(1, 5), (3, 2)]) == (1, 2, 3, 5)
