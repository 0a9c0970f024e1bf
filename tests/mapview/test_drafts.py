"""Areas and cameras in the middle of being drawn or moved; the scale bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint, offset_m
from casefiles.types import Camera, CameraId, Placement
from mapview.area_draft import AreaDraft
from mapview.camera_draft import CameraDraft, handle_at
from mapview.layers import camera_marks
from mapview.projection import unproject
from mapview.scale_bar import scale_bar
from mapview.viewport import Viewport

_MARK = camera_marks([Camera(CameraId("c"), "C", (Placement(GeoPoint(40, -30), 90, 60, 50),))])[0]
_VIEW = Viewport(_MARK.x, _MARK.y, 1, 400, 300)


def _click(draft: AreaDraft, x: float, y: float) -> bool:
    draft.press(x, y)
    return draft.release()


def test_clicks_set_corners_until_somebody_closes() -> None:
    draft = AreaDraft()
    assert not any([_click(draft, 0, 0), _click(draft, 100, 0), _click(draft, 100, 100)])
    assert draft.polygon() == ((0, 0), (100, 0), (100, 100))


def test_a_drag_draws_freehand_and_ends_by_itself() -> None:
    draft = AreaDraft()
    draft.press(0, 0)
    for x, y in ((10, 0), (50, 0), (50, 50), (0, 50)):
        draft.move(x, y)
    assert draft.release()
    assert len(draft.polygon()) == 5


def test_a_shaking_click_is_a_click() -> None:
    draft = AreaDraft()
    draft.press(0, 0)
    draft.move(2, 2)
    assert not draft.release()
    assert len(draft.corners) == 1


def test_a_double_click_sets_one_corner() -> None:
    draft = AreaDraft()
    for x, y in ((0, 0), (100, 0), (100, 100), (100, 100)):
        _click(draft, x, y)
    assert len(draft.polygon()) == 3


@pytest.mark.parametrize("corners", [[], [(0, 0), (9, 9)], [(0, 0), (5, 0), (10, 0)]])
def test_what_encloses_nothing_is_no_area(corners: list[tuple[float, float]]) -> None:
    draft = AreaDraft()
    for x, y in corners:
        _click(draft, x, y)
    assert draft.polygon() == ()


def test_the_newest_corner_can_be_taken_back() -> None:
    draft = AreaDraft()
    _click(draft, 0, 0)
    draft.back()
    draft.back()
    assert draft.corners == []


def test_a_dragged_camera_goes_with_the_pointer() -> None:
    moved = CameraDraft.of(_MARK).dragged(_VIEW, 30, -20)
    assert moved.is_changed
    assert _VIEW.to_screen([(moved.now.x, moved.now.y)])[0] == pytest.approx((230, 130))
    assert moved.now.heading_deg == 90


def test_a_camera_shifted_and_back_is_where_it_was() -> None:
    away = CameraDraft.of(_MARK).shifted(3, -4)
    assert offset_m(_MARK.point, away.now.point) == pytest.approx((3, -4), abs=1e-6)


@given(st.floats(0, 359.9))
def test_the_handle_turns_a_camera_to_where_it_is_pulled(heading: float) -> None:
    turned = CameraDraft.of(_MARK).turned(heading - 90)
    assert turned.now.heading_deg == pytest.approx(heading, abs=1e-6)
    x, y = handle_at(turned.now, _VIEW)
    again = CameraDraft.of(_MARK).looking_at(_point(x, y))
    assert again.now.heading_deg is not None
    apart = (again.now.heading_deg - heading + 180) % 360 - 180
    assert apart == pytest.approx(0, abs=0.3)


def _point(x: float, y: float) -> GeoPoint:
    return unproject(*_VIEW.world_at(x, y))


@given(st.floats(0.002, 150_000))
def test_the_scale_bar_is_round_and_fits(ground_m: float) -> None:
    bar = scale_bar(ground_m)
    assert 120 / 2.5 - 1e-6 <= bar.width_px <= 120 + 1e-6
    assert f"{bar.length_m:.6e}"[0] in "125"


@pytest.mark.parametrize(
    ("ground_m", "text"), [(1, "100 m"), (10, "1 km"), (0.005, "50 cm"), (1000, "100 km")]
)
def test_the_scale_bar_is_called_by_its_length(ground_m: float, text: str) -> None:
    assert scale_bar(ground_m).text == text
