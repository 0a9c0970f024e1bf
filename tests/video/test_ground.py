"""Ground from pairs of points: what a known camera sees, clicked with noise and mistakes."""

import numpy as np
import pytest

from video.errors import BadPairs
from video.ground import Array, GroundPlane, project
from video.ground_fit import fit_ground

SIZE = (1280, 720)


def camera(height_m: float = 6.0, down_deg: float = 20.0, focal_px: float = 900.0) -> GroundPlane:
    """A camera over (0, 0) that looks along y (east is x), so much downwards."""
    down = np.radians(down_deg)
    # Rows: right, down in the picture, forward.
    turn = np.array([
        [1, 0, 0], [0, -np.sin(down), -np.cos(down)], [0, np.cos(down), -np.sin(down)]
    ])  # fmt: skip
    lens = np.array([[focal_px, 0, SIZE[0] / 2], [0, focal_px, SIZE[1] / 2], [0, 0, 1]])
    matrix = lens @ np.column_stack([turn[:, 0], turn[:, 1], turn @ [0, 0, -height_m]])
    return GroundPlane(matrix / np.abs(matrix).max(), np.zeros((9, 9)))


TRUE = camera()
IMAGE = np.array(
    [[100, 700], [1200, 690], [640, 500], [300, 250], [1000, 260], [200, 400], [1100, 450],
     [640, 180], [450, 330]], np.float64,
)  # fmt: skip
GROUND = TRUE.places(IMAGE)


def clicked(seed: int = 0, noise_px: float = 2.0) -> Array:
    return IMAGE + np.random.default_rng(seed).normal(0, noise_px, IMAGE.shape)


def test_a_camera_sees_a_place_where_it_is() -> None:
    # 6 m up and 20° down: the middle of the picture is 6 / tan 20° away.
    middle = TRUE.places(np.array([[640.0, 360.0]]))[0]
    assert middle.tolist() == pytest.approx([0, 6 / np.tan(np.radians(20))], abs=1e-9)
    assert TRUE.pictured(middle[None])[0].tolist() == pytest.approx([640, 360])
    assert np.isnan(TRUE.pictured(np.array([[0.0, -30.0]]))).all()
    assert not TRUE.is_mirrored


def test_the_horizon_runs_where_the_camera_looks_level_and_nothing_above_it_has_a_place() -> None:
    line = TRUE.horizon()
    assert line is not None
    level = 360 - 900 * np.tan(np.radians(20))
    a, b, c = line
    assert (a, b, c / b) == pytest.approx((0, 1, -level), abs=1e-9)
    points = np.array([[10, level - 1], [10, level + 1]])
    assert TRUE.below_horizon(points).tolist() == [False, True]
    assert np.isnan(TRUE.places(points)[0]).all()
    assert np.isnan(TRUE.sd_m(points, 2.0)).tolist() == [True, False]
    assert camera(down_deg=90).horizon() is None


def test_exact_pairs_give_the_camera_back() -> None:
    fit = fit_ground(IMAGE, GROUND, size=SIZE)
    assert fit.outliers == ()
    assert fit.notes == ()
    assert np.nanmax(fit.left_out_m) < 1e-6
    assert fit.plane.places(IMAGE) == pytest.approx(GROUND, abs=1e-6)


def test_how_sure_a_place_is_tells_how_far_off_it_will_be() -> None:
    probe = np.array([[640.0, 600.0], [500.0, 350.0], [900.0, 220.0]])
    there = TRUE.places(probe)
    inside = []
    for seed in range(60):
        chance = np.random.default_rng(100 + seed)
        fit = fit_ground(clicked(seed), GROUND)
        seen = probe + chance.normal(0, 3, probe.shape)
        off = fit.plane.places(seen) - there
        spread = fit.plane.spread(seen, 3.0)
        inside.append(np.einsum("ni,nij,nj->n", off, np.linalg.inv(spread), off) < 5.99)
    # 95 of 100, by chance a little more or less; its noise is never taken below the expected.
    assert 0.9 < np.mean(inside) <= 1.0


@pytest.mark.parametrize("bad", [0, 3, 7])
@pytest.mark.parametrize("way", ["place", "point"])
def test_one_wrong_pair_of_nine_is_named_and_does_no_harm(bad: int, way: str) -> None:
    image, ground = clicked(bad), GROUND.copy()
    if way == "place":
        ground[bad] = GROUND[(bad + 1) % 9]
    else:
        image[bad] += [45, -30]
    fit = fit_ground(image, ground)
    assert fit.outliers == (bad,)
    assert fit.worst == bad
    assert fit.noise_px is not None
    assert fit.noise_px < 4
    assert np.median(np.hypot(*(fit.plane.places(IMAGE[:7]) - GROUND[:7]).T)) < 0.15


def test_two_wrong_of_nine_are_found_too() -> None:
    ground = GROUND.copy()
    ground[[2, 5]] = ground[[5, 2]]
    assert fit_ground(clicked(), ground).outliers == (2, 5)


def test_a_point_in_the_sky_is_left_out_and_called_so() -> None:
    image = clicked()
    image[4] = [900, 5]
    fit = fit_ground(image, GROUND)
    assert fit.outliers == (4,)
    assert any("pair 5 lies above the horizon" in note for note in fit.notes)


def test_right_pairs_are_not_called_wrong() -> None:
    assert sum(bool(fit_ground(clicked(seed), GROUND).outliers) for seed in range(30)) <= 1


@pytest.mark.parametrize(("count", "words"), [(4, "four pairs always fit"), (5, "not told")])
def test_few_pairs_say_what_they_cannot_show(count: int, words: str) -> None:
    fit = fit_ground(clicked()[:count], GROUND[:count])
    assert words in " ".join(fit.notes)
    assert (fit.worst is None) == (count == 4)


LINE = np.array([[100, 100], [200, 200], [300, 300], [400, 400], [500, 500]], np.float64)


@pytest.mark.parametrize(
    ("image", "ground", "words"),
    [
        (IMAGE[:3], GROUND[:3], "needs four pairs, not 3"),
        (LINE, GROUND[:5], "on a line in the picture"),
        (IMAGE[:5], LINE, "on a line on the ground"),
        (IMAGE[:5], np.zeros((5, 2)), "on a line on the ground"),
        (np.r_[LINE[:3], IMAGE[:1]], np.r_[GROUND[:3], GROUND[4:5]], "three lie on a line"),
        (np.r_[LINE[:4], IMAGE[1:2]], GROUND[:5], "three lie on a line"),
        (IMAGE[[0, 1, 4, 3]], GROUND[[0, 1, 3, 4]], "crossed: 3 and 4 or 1 and 2 seem mixed up"),
        (np.r_[IMAGE[:4], [[2000.0, 1]]], GROUND[:5], "pair 5 lies at 2000, 1, beside the picture"),
        (np.r_[IMAGE[:4], [[np.nan, 1]]], GROUND[:5], "pair 5 is not made of numbers"),
        (IMAGE, GROUND[[4, 7, 1, 8, 0, 3, 6, 2, 5]], "agree|contradict"),
    ],
)  # fmt: skip
def test_pairs_that_give_no_ground_are_refused_in_words(
    image: Array, ground: Array, words: str
) -> None:
    with pytest.raises(BadPairs, match=words) as refused:
        fit_ground(image, ground, size=SIZE)
    assert refused.value.hint


def test_axes_that_turn_the_other_way_are_told() -> None:
    fit = fit_ground(IMAGE, GROUND[:, ::-1])
    assert fit.plane.is_mirrored
    assert any("mirrored" in note for note in fit.notes)


def test_the_ground_a_picture_shows_ends_before_the_horizon() -> None:
    corners = TRUE.seen(SIZE)
    assert len(corners) == 4
    ahead = corners[:, 1]
    # Half a metre of ground a pixel: y²·|cos…| / (focal · height), so about √(0.5 · 900 · 6).
    assert float(ahead.max()) == pytest.approx(np.sqrt(0.5 * 900 * 6), rel=0.1)
    one = project(TRUE.to_image, np.array([[0, ahead.max()], [0, ahead.max() + 0.5]]))
    assert abs(float(one[0, 1] - one[1, 1])) == pytest.approx(1, rel=0.05)
    assert float(ahead.min()) == pytest.approx(float(TRUE.places(np.array([[0.0, 720]]))[0, 1]))
    # Looking at the sky.
    assert len(camera(down_deg=-40).seen(SIZE)) == 0
    # From above all of it is ground.
    assert len(camera(down_deg=90).seen(SIZE)) == 4
