"""Stroboscope stills and contact sheets: one object along its way, every object at its best."""

import numpy as np
import pytest

from tests.support.memory_pack import SECOND, SIZE, MemoryPack, even, square, still_tube
from video.synopsis.sheet import Cell, best_moment, best_picture, contact_sheets
from video.synopsis.strobe import strobe, strobe_moments
from video.synopsis.types import Plate, StageNs, TubeFrames

RED = (0, 0, 220)


def walker(pack: MemoryPack, *, step_px: int = 3, count: int = 80) -> TubeFrames:
    times = [at * SECOND // 10 for at in range(count)]
    return still_tube(pack, 5, square(20, RED, ground=90), (10, 60), times, step_px=step_px)


def test_moments_hardly_cover_each_other_and_tell_both_ends_of_the_way() -> None:
    tube = walker(MemoryPack())

    moments = strobe_moments(tube, most=99)

    lefts = tube.boxes[list(moments), 0]
    assert moments[0] == 0
    assert moments[-1] == len(tube) - 1
    assert (np.diff(lefts) >= 17).all()


def test_not_more_moments_than_asked_spread_over_the_way() -> None:
    tube = walker(MemoryPack())

    moments = strobe_moments(tube, most=4)

    assert len(moments) == 4
    assert moments[0] == 0
    assert moments[-1] == len(tube) - 1
    with pytest.raises(ValueError, match="at least one"):
        strobe_moments(tube, most=0)


def test_who_stands_is_shown_once() -> None:
    assert strobe_moments(walker(MemoryPack(), step_px=0)) == (0,)


def test_who_goes_to_and_fro_is_not_drawn_over() -> None:
    pack = MemoryPack()
    there = walker(pack, count=40)
    back = np.concatenate([there.boxes, there.boxes[::-1]])
    times = np.arange(80, dtype=np.int64) * SECOND // 10
    tube = TubeFrames(
        5, times, back, np.tile(there.pixels, 2), np.tile(there.at, 2), np.tile(there.length, 2)
    )

    assert len(strobe_moments(tube)) == len(strobe_moments(there))


def test_a_still_shows_the_object_at_each_moment_with_its_time() -> None:
    pack = MemoryPack()
    tube = walker(pack)
    plates = [Plate(StageNs(0), pack.put(even(90)))]

    still = strobe(tube, plates, [pack], SIZE, moments=[0, 20, 40])

    assert [each.time_ns for each in still.shown] == [0, 2 * SECOND, 4 * SECOND]
    for each in still.shown:
        assert still.picture[each.box[1] + 10, each.box[0] + 10].tolist() == list(RED)
    assert still.picture[70, 45].tolist() == [90, 90, 90]


def test_the_best_moment_is_a_large_one_that_is_whole() -> None:
    tube = walker(MemoryPack())
    pixels = np.linspace(100, 400, len(tube)).astype(np.int32)
    boxes = tube.boxes.copy()
    boxes[60:, 2] = SIZE[0]
    grown = TubeFrames(5, tube.time_ns, boxes, pixels, tube.at, tube.length)

    assert 48 <= best_moment(grown, SIZE) < 60


def test_the_best_picture_shows_the_object_with_ground_around() -> None:
    pack = MemoryPack()
    tube = walker(pack)
    plates = [Plate(StageNs(0), pack.put(even(90)))]

    picture = best_picture(tube, plates, [pack], SIZE)

    high, wide = picture.shape[:2]
    assert picture[high // 2, wide // 2].tolist() == list(RED)
    assert picture[0, 0].tolist() == [90, 90, 90]


def test_sheets_hold_every_cell_and_no_page_is_empty() -> None:
    cells = [Cell(even(number, (30, 60)), (f"{number}",)) for number in range(10, 35)]

    pages = list(contact_sheets(cells, columns=4, rows=3, width=600))

    # Each cell is drawn three times as large as it is: so many pixels of its grey.
    counts = sum(np.bincount(page[..., 0].ravel(), minlength=256) for page in pages)
    found = set(np.flatnonzero(np.asarray(counts) > 60 * 30).tolist())
    assert len(pages) == 3
    assert found >= set(range(10, 35))
    assert pages[2].shape[0] < pages[0].shape[0]
    assert list(contact_sheets([])) == []
