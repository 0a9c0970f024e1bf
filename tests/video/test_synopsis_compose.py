"""Composing: the right object at the right place and time, in the tone of the ground it is on."""

import numpy as np
import pytest

from tests.support.memory_pack import (
    SECOND,
    SIZE,
    MemoryPack,
    composer_of,
    even,
    square,
    still_tube,
)
from video.synopsis.compose import covered_share
from video.synopsis.paste import coarse, paste, tone_between
from video.synopsis.types import Cutout, ShowNs, StageNs, Unit
from video.types import Pixels

RED, GREEN, BLUE = (0, 0, 220), (0, 220, 0), (220, 0, 0)


def seconds(first: float, last: float, fps: int = 10) -> list[int]:
    count = round((last - first) * fps) + 1
    return [round(first * SECOND) + number * SECOND // fps for number in range(count)]


def test_objects_of_different_hours_are_in_one_picture_where_and_as_they_were_recorded() -> None:
    pack = MemoryPack()
    walker = still_tube(pack, 7, square(20, RED, ground=90), (10, 40), seconds(100, 110), step_px=1)
    later = still_tube(pack, 8, square(30, BLUE, ground=90), (200, 100), seconds(9000, 9010))
    composer = composer_of(pack, [(0, even(90))], [walker, later], [0, 2 * SECOND])

    composed = composer.at(ShowNs(3 * SECOND))

    assert [(each.tube, each.time_ns) for each in composed.shown] == [
        (7, 103 * SECOND),
        (8, 9001 * SECOND),
    ]
    assert composed.shown[0].box == (40, 40, 60, 60)
    assert composed.picture[50, 50].tolist() == list(RED)
    assert composed.picture[110, 210].tolist() == list(BLUE)
    assert composed.picture[5, 5].tolist() == [90, 90, 90]


def test_a_picture_is_the_same_whatever_was_asked_for_before() -> None:
    pack = MemoryPack()
    tubes = [
        still_tube(pack, number, square(20, RED, ground=90), (10 * number, 30), seconds(0, 5))
        for number in range(4)
    ]
    grounds = [(0, even(90)), (2 * SECOND, even(140)), (4 * SECOND, even(60))]
    starts = [0, SECOND, 3 * SECOND, 6 * SECOND]
    moments = [ShowNs(at * SECOND // 4) for at in range(44)]
    forwards = composer_of(pack, grounds, tubes, starts)
    backwards = composer_of(pack, grounds, tubes, starts)

    expected = [forwards.at(moment).picture for moment in moments]
    found = [backwards.at(moment).picture for moment in reversed(moments)]

    assert all(
        np.array_equal(one, other) for one, other in zip(expected, reversed(found), strict=True)
    )


def test_a_smaller_picture_shows_the_same_smaller() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(40, GREEN, ground=90), (100, 60), seconds(0, 5))
    composer = composer_of(pack, [(0, even(90))], [tube], [0])

    composed = composer.at(ShowNs(SECOND), (160, 90))

    assert composed.picture.shape == (90, 160, 3)
    assert composed.shown[0].box == (50, 30, 70, 50)
    assert composed.picture[40, 60].tolist() == list(GREEN)
    assert composer.shown_at(ShowNs(SECOND), (160, 90)) == composed.shown


def test_a_piece_shows_its_stretch_only_and_says_which_it_is() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), seconds(0, 20))
    units = [
        Unit((0,), np.array([[0, 0], [10 * SECOND, 10 * SECOND]]), 0, 2),
        Unit((0,), np.array([[10 * SECOND, 0], [20 * SECOND, 10 * SECOND]]), 1, 2),
    ]
    composer = composer_of(pack, [(0, even(90))], [tube], [5 * SECOND, 0], units)

    first, both = composer.shown_at(ShowNs(2 * SECOND)), composer.shown_at(ShowNs(7 * SECOND))

    assert [(each.piece, each.pieces, each.time_ns) for each in first] == [(1, 2, 12 * SECOND)]
    assert sorted((each.piece, each.time_ns) for each in both) == [
        (0, 2 * SECOND),
        (1, 17 * SECOND),
    ]


def test_what_is_held_passes_faster_and_says_so() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), seconds(0, 64))
    knots = [[0, 0], [2 * SECOND, 2 * SECOND], [62 * SECOND, 7 * SECOND],
             [64 * SECOND, 9 * SECOND]]  # fmt: skip
    units = [Unit((0,), np.array(knots, np.int64))]
    composer = composer_of(pack, [(0, even(90))], [tube], [0], units)

    moving, held = (composer.shown_at(ShowNs(at * SECOND))[0] for at in (1, 4))

    assert (moving.speed, moving.time_ns) == (1.0, SECOND)
    assert (held.speed, held.time_ns) == (12.0, 26 * SECOND)


def test_who_was_out_of_sight_for_long_is_not_shown_meanwhile() -> None:
    pack = MemoryPack()
    times = seconds(0, 2) + seconds(6, 8)
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), times)
    composer = composer_of(pack, [(0, even(90))], [tube], [0])

    assert [len(composer.shown_at(ShowNs(at * SECOND))) for at in (1, 4, 7)] == [1, 0, 1]


def test_a_camera_of_one_picture_in_two_seconds_does_not_blink() -> None:
    pack = MemoryPack()
    times = [at * 2 * SECOND for at in range(6)]
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), times)
    composer = composer_of(pack, [(0, even(90))], [tube], [0])

    assert all(composer.shown_at(ShowNs(at * SECOND // 2)) for at in range(20))


def test_nothing_to_show_is_the_empty_picture() -> None:
    pack = MemoryPack()
    composer = composer_of(pack, [(0, even(77))], [], [])

    composed = composer.at(ShowNs(0))

    assert composed.shown == ()
    assert np.array_equal(composed.picture, even(77))
    assert composer.length_ns == 0
    assert composer.span == (0, 0)


def test_an_object_at_the_edge_is_cut_there() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(40, RED, ground=90), (300, 160), seconds(0, 1))
    composer = composer_of(pack, [(0, even(90))], [tube], [0])

    composed = composer.at(ShowNs(0))

    assert composed.picture.shape == (SIZE[1], SIZE[0], 3)
    assert composed.picture[-1, -1].tolist() == list(RED)


@pytest.mark.parametrize(("own", "shown"), [(160, 70), (60, 150)])
def test_the_ground_at_the_rim_of_an_object_takes_the_tone_of_where_it_is_shown(
    own: int, shown: int
) -> None:
    day, dusk = textured(own), textured(shown)
    cutout = Cutout(day[40:100, 60:120].copy(), np.full((60, 60), 255, np.uint8), reliable=True)
    plain, toned = dusk.copy(), dusk.copy()

    paste(plain, cutout, (60, 40), None)
    paste(toned, cutout, (60, 40), tone_between(coarse(day), coarse(dusk)))

    left = np.abs(toned.astype(int) - dusk).mean() / np.abs(plain.astype(int) - dusk).mean()
    assert left < 0.1


def textured(level: int) -> Pixels:
    """Ground with a pattern, darker to one side, of a mean brightness."""
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    share = 1 + 0.15 * np.sin(across / 9) * np.cos(down / 7) + 0.1 * across / SIZE[0]
    return np.repeat((level * share)[..., None], 3, axis=2).astype(np.uint8)


def test_a_car_that_stands_in_one_plate_only_does_not_change_the_tone() -> None:
    size = (640, 360)
    empty, with_car = even(100, size), even(100, size)
    with_car[150:200, 200:250] = 240

    tone = tone_between(coarse(with_car), coarse(empty))

    assert np.abs(tone - 1).max() < 0.05


def test_an_object_over_another_brings_none_of_its_ground_along() -> None:
    pack = MemoryPack()
    below = still_tube(pack, 1, square(60, (20, 20, 20), ground=150), (100, 60), seconds(0, 5))
    above = square(30, RED, ground=150, rim=3)
    over = still_tube(pack, 2, above, (110, 100), seconds(50, 55))
    composer = composer_of(pack, [(0, even(150))], [below, over], [0, 0])

    picture = composer.at(ShowNs(SECOND)).picture

    assert picture[115, 128].tolist() == list(RED)
    # The rim lies over the dark one here, where ground would shine.
    assert picture[115, 111].max() < 40


def test_one_plate_is_shown_at_a_time_and_fades_into_the_next() -> None:
    pack = MemoryPack()
    tubes = [
        still_tube(pack, 1, square(10, RED, ground=40), (5, 5), seconds(0, 8)),
        still_tube(pack, 2, square(10, RED, ground=200), (5, 30), seconds(1000, 1008)),
    ]
    composer = composer_of(pack, [(0, even(40)), (900 * SECOND, even(200))], tubes, [0, 9 * SECOND])

    levels = [int(composer.at(ShowNs(at * SECOND // 5)).picture[170, 300, 0]) for at in range(85)]

    assert levels[0] == 40
    assert levels[-1] == 200
    assert np.diff(levels).max() <= 40
    assert sum(level not in (40, 200) for level in levels) <= 5


def test_what_is_decoded_is_kept_when_the_schedule_changes() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), seconds(0, 5))
    composer = composer_of(pack, [(0, even(90))], [tube], [0])
    first = composer.at(ShowNs(0)).picture
    pack.read.clear()

    again = composer.rescheduled(composer.tubes, composer.units, composer.schedule)

    assert np.array_equal(again.at(ShowNs(0)).picture, first)
    assert pack.read == []


def test_the_chart_counts_what_is_shown() -> None:
    pack = MemoryPack()
    tubes = [
        still_tube(pack, number, square(8, RED, ground=90), (10 * number, 5), seconds(0, length))
        for number, length in enumerate((2, 5, 3, 1))
    ]
    composer = composer_of(pack, [(0, even(90))], tubes, [0, SECOND, SECOND, 4 * SECOND])

    counts = composer.busy(SECOND // 4)

    expected = [len(composer.shown_at(ShowNs(at * SECOND // 4))) for at in range(len(counts))]
    assert counts.tolist() == expected


def test_overlap_is_exact_to_the_pixel_and_counts_other_moments_only() -> None:
    pack = MemoryPack()
    times = seconds(0, 2)
    low = still_tube(pack, 1, square(40, RED, ground=90), (100, 50), times)
    high = still_tube(pack, 2, square(40, BLUE, ground=90), (120, 60), seconds(500, 502))
    beside = still_tube(pack, 3, square(40, GREEN, ground=90), (120, 60), times)

    apart = composer_of(pack, [(0, even(90))], [low, high], [0, 0])
    together = composer_of(pack, [(0, even(90))], [low, beside], [0, 0])

    share = covered_share(apart, step_ns=SECOND // 5)
    assert share == {1: pytest.approx(20 * 30 / 1600), 2: 0.0}
    assert covered_share(together, step_ns=SECOND // 5) == {1: 0.0, 3: 0.0}


def test_times_between_frames_show_the_frame_before() -> None:
    pack = MemoryPack()
    tube = still_tube(pack, 1, square(20, RED, ground=90), (10, 10), seconds(0, 2), step_px=2)
    composer = composer_of(pack, [(0, even(90))], [tube], [0])

    shown = composer.shown_at(ShowNs(SECOND + 99_000_000))[0]

    assert shown.time_ns == StageNs(SECOND)
    assert shown.box[0] == 30
