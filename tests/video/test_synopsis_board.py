"""Several cameras in one picture, and the film of it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.support.bad_disks import no_room
from tests.support.memory_pack import SECOND, MemoryPack, composer_of, even, square, still_tube
from video.decoder import open_source
from video.errors import CannotWrite
from video.synopsis.compose import Composer
from video.synopsis.side_by_side import Board, Column, write_film
from video.synopsis.types import ShowNs

NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()) * SECOND
RED = (0, 0, 220)


def camera(
    *, level: int = 90, begins_ns: int = NOON, size: tuple[int, int] = (320, 180)
) -> Composer:
    pack = MemoryPack()
    times = [begins_ns + at * SECOND // 10 for at in range(21)]
    tube = still_tube(pack, 3, square(20, RED, ground=level), (100, 90), times)
    return composer_of(pack, [(begins_ns, even(level, size))], [tube], [0])


def board_of(count: int, *, training: bool = False, width: int = 1280) -> Board:
    columns = [
        Column(f"Camera {number}", ((0, camera(begins_ns=NOON + number * 3600 * SECOND)),), True)
        for number in range(count)
    ]
    return Board(columns, zone=UTC, width=width, training=training)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_every_camera_is_there_whole_and_sizes_are_even(count: int) -> None:
    board = board_of(count)

    picture = board.at(ShowNs(SECOND))

    assert picture.shape == (board.size[1], board.size[0], 3)
    assert not any(side % 2 for side in board.size)
    places = board.shown_at(ShowNs(SECOND))
    assert len(places) == count
    for (each,) in places:
        left, top, right, bottom = each.box
        assert (picture[top:bottom, left:right] == RED).all()
    assert len({each.box for (each,) in places}) == count


def test_nothing_is_written_into_a_picture_but_labels() -> None:
    board = board_of(2, training=True)

    picture = board.at(ShowNs(SECOND))

    ((each,), _) = board.shown_at(ShowNs(SECOND))
    x, y = each.box[0] - 100, each.box[1] - 90
    stage = picture[y : y + 180, x : x + 320]
    differs = np.argwhere((stage != 90).any(axis=2))
    low, high = differs.min(axis=0), differs.max(axis=0)
    assert low[0] >= 60
    assert high[0] < 112
    assert low[1] >= 40
    assert high[1] < 180


def test_a_training_case_says_so_in_the_strip_on_top() -> None:
    plain, training = board_of(1), board_of(1, training=True)

    one, other = plain.at(ShowNs(0)), training.at(ShowNs(0))

    rows = np.flatnonzero((one != other).any(axis=(1, 2)))
    ((each,),) = plain.shown_at(ShowNs(0))
    assert len(rows)
    assert rows.max() < each.box[1] - 90


def test_stages_of_a_camera_follow_each_other() -> None:
    first, second = camera(level=60), camera(level=160, begins_ns=NOON + 9 * 3600 * SECOND)
    column = Column("Gate", ((0, first), (2 * SECOND, second)), True)

    levels = [int(column.at(ShowNs(at * SECOND)).picture[0, 0, 0]) for at in (0, 1, 3)]

    assert levels == [60, 60, 160]
    assert column.length_ns == 4 * SECOND
    assert column.span == (NOON, NOON + 9 * 3600 * SECOND + 2 * SECOND)


def test_pictures_are_never_scaled_up_and_wide_ones_down() -> None:
    small = board_of(1, width=1280)
    large = Board([Column("Gate", ((0, camera(size=(1280, 720))),), True)], zone=UTC, width=640)

    ((one,),), ((other,),) = small.shown_at(ShowNs(0)), large.shown_at(ShowNs(0))

    assert one.box[2] - one.box[0] == 20
    assert other.box[2] - other.box[0] == 10
    assert large.size[0] == 640


def test_a_camera_without_objects_and_one_without_wall_time_have_their_place() -> None:
    pack = MemoryPack()
    empty = composer_of(pack, [(0, even(70))], [], [])
    media = camera(begins_ns=0)
    columns = [
        Column("Empty", ((0, empty),), True),
        Column("Recording 2", ((0, media),), False),
        Column("Gate", ((0, camera()),), True),
    ]
    board = Board(columns, zone=UTC)

    shown = board.shown_at(ShowNs(SECOND))

    assert [len(each) for each in shown] == [0, 1, 1]
    assert board.at(ShowNs(SECOND)).shape[1] == board.size[0]


def test_the_film_holds_every_picture_and_is_the_same_each_time(tmp_path: Path) -> None:
    steps = list(write_film(tmp_path / "a.mp4", board_of(2), comment="a synopsis"))
    list(write_film(tmp_path / "b.mp4", board_of(2), comment="a synopsis"))

    with open_source(tmp_path / "a.mp4") as decoder:
        pictures = [frame.bgr() for frame in decoder.frames()]
        times = [frame.time_ns for frame in decoder.frames()]
    expected = board_of(2).at(ShowNs(25 * SECOND // 25))

    assert len(pictures) == board_of(2).count() == steps[-1] == 51
    assert times[1] - times[0] == SECOND // 25
    assert np.abs(pictures[25].astype(int) - expected).mean() < 2
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_film_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    making = write_film(tmp_path / "a.mp4", board_of(1))
    next(making)

    making.close()

    assert list(tmp_path.iterdir()) == []


def test_a_film_for_which_there_is_no_room_is_one_clear_error(tmp_path: Path) -> None:
    with no_room(), pytest.raises(CannotWrite, match=r"a\.mp4"):
        list(write_film(tmp_path / "a.mp4", board_of(1)))

    assert list(tmp_path.iterdir()) == []
