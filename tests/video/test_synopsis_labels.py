"""Labels of a synopsis: what they say, and that they can be read and followed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from video.synopsis.labels import (
    Rect,
    Words,
    draw_labels,
    label_places,
    label_size,
    place_key,
    words_for,
)
from video.synopsis.legend import Row, clock_strip, time_colour
from video.synopsis.types import Shown, StageNs

SECOND = 1_000_000_000
NOON = int(datetime(2026, 3, 2, 20, 3, 27, tzinfo=UTC).timestamp()) * SECOND
CHICAGO = ZoneInfo("America/Chicago")
SIZE = (1280, 720)


def shown(number: int, box: tuple[int, int, int, int], time_ns: int = NOON) -> Shown:
    return Shown(number, number, box, StageNs(time_ns))


def fixed(_: Shown) -> tuple[int, int]:
    return 90, 22


@st.composite
def crowds(draw: st.DrawFn) -> list[Shown]:
    boxes = draw(
        st.lists(
            st.tuples(
                st.integers(-20, 1260), st.integers(-20, 700), st.integers(4, 200),
                st.integers(8, 300),
            ),
            max_size=40,
        )
    )  # fmt: skip
    return [shown(number, (x, y, x + w, y + h)) for number, (x, y, w, h) in enumerate(boxes)]


@given(crowds())
def test_labels_never_overlap_and_lie_in_the_picture(crowd: list[Shown]) -> None:
    places = [place for place in label_places(crowd, SIZE, fixed) if place is not None]

    for left, top, right, bottom in places:
        assert 0 <= left < right <= SIZE[0]
        assert 0 <= top < bottom <= SIZE[1]
        assert (right - left, bottom - top) == (90, 22)
    for at, one in enumerate(places):
        for other in places[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] or other[3] <= one[1]


def test_a_label_covers_neither_its_object_nor_one_beside_it_where_there_is_room() -> None:
    crowd = [shown(number, (100 + 60 * number, 300, 140 + 60 * number, 400)) for number in range(8)]

    places = label_places(crowd, SIZE, fixed)

    for place in places:
        assert place is not None
        for each in crowd:
            left, top, right, bottom = each.box
            apart = place[2] <= left or right <= place[0]
            assert apart or place[3] <= top or bottom <= place[1]


def test_a_label_does_not_jump_while_its_object_walks_past_others() -> None:
    standing = [shown(number, (300 + 90 * number, 300, 340 + 90 * number, 400))
                for number in range(1, 5)]  # fmt: skip
    before: dict[tuple[int, int], Rect] = {}
    tops = []
    for step in range(150):
        walker = shown(0, (100 + 4 * step, 420, 140 + 4 * step, 520))
        crowd = [walker, *standing]
        places = label_places(crowd, SIZE, fixed, before=before)
        before = {
            place_key(each): place
            for each, place in zip(crowd, places, strict=True)
            if place is not None
        }
        tops.append(before[0, 0][:2])

    moved = np.abs(np.diff(np.array(tops), axis=0)).max(axis=1)
    assert np.count_nonzero(moved > 12) <= 2


def test_a_trembling_box_does_not_shake_its_label() -> None:
    before: dict[tuple[int, int], Rect] = {}
    lefts = []
    for step in range(20):
        each = shown(0, (100 + step % 2, 300, 140 + step % 2, 400))
        (place,) = label_places([each], SIZE, fixed, before=before)
        assert place is not None
        before = {place_key(each): place}
        lefts.append(place[0])

    assert len(set(lefts)) == 1


def test_where_there_is_no_room_at_all_there_is_no_label() -> None:
    crowd = [shown(number, (0, 0, 50, 50)) for number in range(30)]

    places = label_places(crowd, (100, 60), fixed)

    assert any(place is None for place in places)
    assert label_places(crowd[:1], (40, 60), fixed) == (None,)


def test_labels_say_local_time_how_much_faster_and_which_piece() -> None:
    words = words_for(CHICAGO, NOON, NOON + 3600 * SECOND, wall=True)

    assert words.label(shown(1, (0, 0, 1, 1))) == "14:03:27"
    held = Shown(1, 1, (0, 0, 1, 1), StageNs(NOON), 12.4)
    piece = Shown(1, 1, (0, 0, 1, 1), StageNs(NOON), 1.0, 1, 3)
    assert words.label(held) == "14:03:27 x12"
    assert words.label(piece) == "14:03:27 2/3"


def test_the_date_is_said_where_the_synopsis_spans_days() -> None:
    days = words_for(CHICAGO, NOON - 86_400 * SECOND, NOON, wall=True)
    midnight = words_for(CHICAGO, NOON + 9 * 3600 * SECOND, NOON + 11 * 3600 * SECOND, wall=True)

    assert days.time(NOON) == "2026-03-02 14:03:27"
    assert midnight.time(NOON) == "14:03:27"


def test_media_time_is_said_where_no_wall_time_is_known() -> None:
    words = words_for(CHICAGO, 0, 3600 * SECOND, wall=False)

    assert words.time(207_900_000_000) == "0:03:27"


def test_letters_stand_out_on_any_ground() -> None:
    for level in (0, 90, 200, 255):
        picture = np.full((200, 400, 3), level, np.uint8)
        each = shown(1, (100, 100, 140, 180))
        (place,) = label_places([each], (400, 200), lambda _: label_size("14:03:27", 200))
        assert place is not None

        draw_labels(picture, [each], [place], ["14:03:27"])

        left, top, right, bottom = place
        label = picture[top:bottom, left + 6 : right].max(axis=2)
        assert int(label.max()) - int(np.median(label)) > 140
        # Nothing is drawn elsewhere.
        picture[top:bottom, left:right] = level
        assert (picture == level).all()


def test_labels_of_all_times_are_equally_wide() -> None:
    assert label_size("11:11:11", 720) == label_size("08:48:06", 720)


def test_colours_of_times_become_brighter_from_first_to_last() -> None:
    span = (NOON, NOON + 1000 * SECOND)

    levels = [
        float(np.dot(time_colour(NOON + at * SECOND, span), (0.114, 0.587, 0.299)))
        for at in range(0, 1001, 50)
    ]

    assert (np.diff(levels) > 0).all()
    assert time_colour(NOON - 1, span) == time_colour(NOON, span)


def test_the_legend_marks_the_times_that_are_on_show() -> None:
    span = (NOON, NOON + 1000 * SECOND)
    words = Words(wall=True, zone=CHICAGO)
    empty = clock_strip([Row("Gate", (), words, span)], 800, 14)
    marked = clock_strip(
        [Row("Gate", (shown(1, (0, 0, 1, 1), NOON + 250 * SECOND),), words, span)], 800, 14
    )

    changed = np.flatnonzero((empty != marked).any(axis=(0, 2)))
    line = np.flatnonzero((empty[10] != empty[10, 0]).any(axis=1))
    mark = changed[changed < line.max() - 5]
    assert empty.shape == marked.shape
    assert len(mark) <= 5


def test_a_legend_of_no_time_at_all_can_be_drawn() -> None:
    words = Words(wall=False)

    strip = clock_strip([Row("Gate", (), words, (0, 0))], 480, 12)

    assert strip.shape[1] == 480
