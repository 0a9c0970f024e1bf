"""Motion in a region: what moves in it is seen, what the light and the sensor do is not."""

from collections.abc import Sequence

import numpy as np
import pytest

from detection.region_motion import Region, RegionOptions, RegionWatch, Sight
from video.clock import NS_PER_S
from video.types import Pixels, TimeNs

SIZE = (640, 360)
SQUARE = ((320.0, 120.0), (520.0, 120.0), (520.0, 320.0), (320.0, 320.0))
REGION = Region.of(SQUARE, SIZE)


def street() -> Pixels:
    """A textured picture on the grid of the region."""
    coarse = np.random.default_rng(3).integers(60, 170, (30, 30), np.uint8)
    fine = coarse.repeat(20, axis=0).repeat(20, axis=1)
    return fine[: REGION.height, : REGION.width].copy()


def with_thing(left: int, top: int, side: int = 20, level: int = 240) -> Pixels:
    """The street with a bright square; corner and side in pixels of the picture."""
    picture = street()
    across, down = REGION.width / SIZE[0], REGION.height / SIZE[1]
    picture[
        round(top * down) : round((top + side) * down),
        round(left * across) : round((left + side) * across),
    ] = level
    return picture


def looked(
    pictures: Sequence[Pixels], step_s: float = 0.2, options: RegionOptions | None = None
) -> list[Sight]:
    watching = RegionWatch(REGION, options)
    return [
        watching.look(picture, TimeNs(round(at * step_s * NS_PER_S)))
        for at, picture in enumerate(pictures)
    ]


def moved(sights: Sequence[Sight]) -> list[int]:
    return [at for at, sight in enumerate(sights) if sight.moved]


@pytest.mark.parametrize("step_s", [0.2, 2.0, 10.0])
def test_what_passes_is_seen_while_it_is_there_and_no_longer(step_s: float) -> None:
    way = [with_thing(330 + 30 * at, 200) for at in range(5)]
    sights = looked([*[street()] * 4, *way, *[street()] * 6], step_s)
    assert moved(sights) == [4, 5, 6, 7, 8]
    box = sights[6].box
    assert box is not None
    assert abs(box[0] - 390) <= 40
    assert abs(box[1] - 200) <= 8
    assert sights[6].share == pytest.approx(20 * 20 / (200 * 200), rel=1.2)


def test_what_moves_right_beside_the_region_is_not_in_it() -> None:
    way = [with_thing(297, 120 + 30 * at) for at in range(6)]
    assert moved(looked([street(), street(), *way, street()])) == []


def test_a_car_that_parks_is_seen_when_it_comes_and_when_it_goes() -> None:
    parked = with_thing(400, 200, side=50)
    sights = looked([*[street()] * 5, *[parked] * 60, *[street()] * 10], step_s=1.0)
    assert moved(sights) == [5, 6, 65, 66]


def test_exposure_and_noise_are_no_motion() -> None:
    rng = np.random.default_rng(5)
    base = street().astype(np.float64)
    pictures = []
    for at in range(60):
        gain, shift = 1 + 0.25 * np.sin(at / 9), 12 * np.sin(at / 5)
        noisy = base * gain + shift + rng.normal(0, 6, base.shape)
        pictures.append(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
    assert moved(looked(pictures)) == []


def test_a_thing_is_seen_through_noise_and_changing_light() -> None:
    rng = np.random.default_rng(6)
    pictures = []
    for at in range(30):
        picture = with_thing(330 + 12 * (at - 12), 220, 24) if 12 <= at < 20 else street()
        noisy = picture * (1 + 0.01 * at) + rng.normal(0, 5, picture.shape)
        pictures.append(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
    assert moved(looked(pictures)) == list(range(12, 20))


def test_a_light_that_is_switched_is_named_and_is_no_motion() -> None:
    rng = np.random.default_rng(8)
    other = rng.integers(40, 220, street().shape).astype(np.uint8)
    sights = looked([*[street()] * 3, *[other] * 3])
    assert [sight.why for sight in sights] == ["first", "still", "still", "light", "still", "still"]


def test_sensitivity_decides_about_small_and_faint_things() -> None:
    faint = with_thing(400, 200, 12, level=int(street().mean()))
    pictures = [street(), street(), faint, street()]
    assert moved(looked(pictures, options=RegionOptions.for_sensitivity(0))) == []
    assert moved(looked(pictures, options=RegionOptions.for_sensitivity(1))) == [2]


def test_a_region_of_a_few_pixels_still_has_a_cell_and_one_beside_the_picture_has_none() -> None:
    tiny = Region.of(((10, 10), (11, 10), (11, 11)), SIZE)
    assert tiny.inside.sum() >= 1
    assert (
        RegionWatch(tiny).look(np.zeros((tiny.height, tiny.width), np.uint8), TimeNs(0)).share == 0
    )
    with pytest.raises(ValueError, match="beside"):
        Region.of(((700, 10), (800, 10), (800, 90)), SIZE)
