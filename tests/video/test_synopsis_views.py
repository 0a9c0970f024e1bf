"""Views: a camera that was moved, zoomed or lit otherwise is found, and nothing else is."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from video.synopsis.views import Look, find_views, same_view, small, turn_of
from video.types import Pixels, TimeNs

STEP = 5_000_000_000
TURN = 7
WIDTH, HEIGHT = 240, 180


@cache
def street() -> Pixels:
    """A painted street with houses, windows, markings and trees, a little coloured."""
    generator = np.random.default_rng(5)
    picture = np.full((HEIGHT, WIDTH, 3), (120, 128, 122), np.uint8)
    picture[:70] = (150, 140, 120)
    for _ in range(70):
        left, top = int(generator.integers(0, WIDTH)), int(generator.integers(0, HEIGHT))
        wide, high = int(generator.integers(6, 30)), int(generator.integers(4, 20))
        colour = tuple(int(value) for value in generator.integers(40, 210, 3))
        cv2.rectangle(picture, (left, top), (left + wide, top + high), colour, cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


def with_walkers(picture: Pixels, at: int) -> Pixels:
    walked = picture.copy()
    for number in range(4):
        left = (at * 19 + number * 65) % WIDTH
        walked[90:130, left : left + 12] = (40, 30, 60 + 30 * number)
    return walked


@cache
def grain(at: int) -> NDArray[np.float32]:
    return np.random.default_rng(at).standard_normal((HEIGHT, WIDTH, 3), np.float32)


def noisy(picture: Pixels, at: int, level: float = 3.0) -> Pixels:
    return np.clip(picture + level * grain(at), 0, 255).astype(np.uint8)


def looks(change: Callable[[Pixels, int], Pixels], count: int = 15) -> list[Look]:
    base = street()
    return [
        Look(TimeNs(at * STEP), small(noisy(change(with_walkers(base, at), at), at)))
        for at in range(count)
    ]


def from_turn(change: Callable[[Pixels], Pixels]) -> Callable[[Pixels, int], Pixels]:
    return lambda picture, at: change(picture) if at >= TURN else picture


def gone(dx: float, dy: float = 0.0, zoom: float = 1.0) -> Callable[[Pixels], Pixels]:
    to = np.array(
        [
            [zoom, 0, dx + (1 - zoom) * WIDTH / 2],
            [0, zoom, dy + (1 - zoom) * HEIGHT / 2],
        ]
    )
    return lambda picture: np.asarray(
        cv2.warpAffine(picture, to, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def in_grey(picture: Pixels) -> Pixels:
    return np.asarray(
        cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8
    )


def darker(share: float) -> Callable[[Pixels], Pixels]:
    return lambda picture: (picture * share).astype(np.uint8)


def under_a_lamp(picture: Pixels) -> Pixels:
    across = (np.arange(WIDTH) - 165) / WIDTH
    down = (np.arange(HEIGHT) - 100)[:, None] / HEIGHT
    lit = 0.3 + 0.9 * np.exp(-6 * (across**2 + down**2))
    return np.clip(picture * lit[..., None], 0, 255).astype(np.uint8)


def behind_a_bus(picture: Pixels) -> Pixels:
    hidden = picture.copy()
    hidden[30:, 50:175] = (30, 60, 200)
    hidden[45:75, 55:170:3] = (220, 220, 220)
    return hidden


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (gone(0.08 * WIDTH), "moved"),
        (gone(-0.05 * WIDTH, 0.04 * HEIGHT), "moved"),
        (gone(0, 0, 1.1), "zoomed"),
        (gone(0, 0, 1 / 1.1), "zoomed"),
        (in_grey, "infra-red"),
        (darker(0.35), "switched off"),
        (darker(0.02), "went dark"),
        (lambda picture: picture[::-1, ::-1], "another place"),
    ],
)
def test_a_change_is_found_where_it_is_and_said_in_words(
    change: Callable[[Pixels], Pixels], words: str
) -> None:
    first, second = find_views(looks(from_turn(change)))

    assert first.time_ns == 0
    assert first.words == ""
    assert second.time_ns == TURN * STEP
    assert words in second.words


def test_a_lamp_that_is_switched_on_is_found() -> None:
    dim = darker(0.3)
    _, second = find_views(
        looks(lambda picture, at: under_a_lamp(picture) if at >= TURN else dim(picture))
    )

    assert second.time_ns == TURN * STEP
    assert "switched on" in second.words


@pytest.mark.parametrize(
    "change",
    [
        lambda picture, at: picture,
        lambda picture, at: gone(*np.random.default_rng(at).uniform(-0.9, 0.9, 2))(picture),
        lambda picture, at: behind_a_bus(picture) if 5 <= at < 11 else picture,
        lambda picture, at: darker(1 - 0.6 * at / 15)(picture),
        lambda picture, at: darker(0.72 if at % 8 > 3 else 1)(picture),
        lambda picture, at: noisy(darker(0.5)(picture), at, 10),
        lambda picture, at: gone(30)(picture) if at == TURN else picture,
        lambda picture, at: in_grey(picture) if at == TURN else picture,
    ],
    ids=[
        "walkers",
        "shaking",
        "bus",
        "dusk",
        "auto exposure",
        "noise",
        "one odd look",
        "one grey look",
    ],
)
def test_what_passes_before_the_camera_is_no_new_view(
    change: Callable[[Pixels, int], Pixels],
) -> None:
    assert [found.words for found in find_views(looks(change))] == [""]


def test_a_red_lorry_that_leaves_a_grey_road_is_no_infra_red() -> None:
    road = in_grey(street())
    lorry = road.copy()
    lorry[60:130, 60:150] = (40, 40, 200)
    lorry[66:124:6, 66:144] = (40, 90, 220)
    found = find_views(looks(lambda picture, at: lorry if at < TURN else road))

    assert [one.words for one in found] == [""]


def test_the_frame_of_a_change_is_found_between_two_looks() -> None:
    old, new = street(), gone(20)(street())
    at = [Look(TimeNs(at), noisy(old if at < 6 else new, at)) for at in range(12)]

    assert turn_of(at, old, new) == 6
    assert turn_of(at[:6], old, new) is None


def test_there_and_back_again_are_three_views_of_which_two_are_one() -> None:
    away = gone(0.1 * WIDTH)
    seen = looks(lambda picture, at: away(picture) if 5 <= at < 10 else picture)
    found = find_views(seen)

    assert [one.time_ns // STEP for one in found] == [0, 5, 10]
    assert same_view(seen[2].picture, seen[13].picture)
    assert not same_view(seen[2].picture, seen[7].picture)


def test_plates_of_the_same_view_at_other_hours_are_one_view() -> None:
    plate = street()

    assert same_view(plate, darker(0.7)(plate))
    assert not same_view(plate, gone(20)(plate))
    assert not same_view(plate, in_grey(plate))
    assert not same_view(plate, plate[:-2])


def test_few_looks_are_no_reason_for_a_change() -> None:
    assert find_views([]) == ()
    assert len(find_views(looks(lambda picture, at: picture, 1))) == 1
    assert len(find_views(looks(lambda picture, at: picture, 2))) == 1
