"""What is painted over pictures, against pictures that were approved; and where chips may lie."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from casefiles.types import Placed, PlacedPoints
from tests.support.golden import assert_golden
from ui.models.track_boxes import TrackBoxes
from ui.tools.picture_map import PictureMap
from ui.views.overlay import (
    NO_SHAPES,
    BoxShapes,
    Draft,
    Kind,
    Look,
    ZoneShape,
    chip_place,
    paint_boxes,
    paint_draft,
    paint_zones,
)
from ui.views.picture import paint_picture
from ui.views.track_shapes import track_shapes

PLACE = PictureMap((640, 480), (400.0, 280.0))
# Without chips: their text depends on the fonts of the machine.
BARE = Look(chips=0.0)
BOXES = np.array([[80, 120, 140, 300], [300, 200, 460, 320], [520, 60, 560, 100]], np.float32)
KINDS: tuple[Kind, ...] = ("person", "vehicle", "other")
ZONE = ((60.0, 340.0), (300.0, 300.0), (420.0, 420.0), (120.0, 450.0))


def painted(paint: Callable[[QPainter], None], place: PictureMap = PLACE) -> QImage:
    image = QImage(400, 280, QImage.Format.Format_RGB32)
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    columns = np.arange(640) // 40 % 2 * 40 + 90
    shades = np.broadcast_to(columns[None, :], (480, 640)).astype(np.uint32)
    memory = np.ascontiguousarray(0xFF000000 | shades << 16 | shades << 8 | shades)
    picture = QImage(memory.data, 640, 480, 2560, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_picture(painter, picture, place, 1.0, smooth=False)
    paint(painter)
    painter.end()
    return image


@pytest.mark.pixels
def test_boxes_are_painted_as_approved(qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    shapes = BoxShapes(BOXES, ("",) * 3, KINDS, selected=True)
    assert_golden(
        painted(lambda painter: paint_boxes(painter, PLACE, shapes, BARE)),
        "overlay-boxes",
        request,
    )


@pytest.mark.pixels
def test_zones_are_painted_as_approved(qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    moved = tuple((x + 200, y - 260) for x, y in ZONE)
    zones = [ZoneShape(ZONE, ""), ZoneShape(moved, "", selected=True)]
    assert_golden(
        painted(lambda painter: paint_zones(painter, PLACE, zones, BARE)), "overlay-zones", request
    )


@pytest.mark.pixels
def test_a_draft_on_a_zoomed_picture_is_painted_as_approved(
    qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    place = PLACE.zoomed(1.6, (100, 250))
    draft = Draft(ZONE[:3], (200.0, 470.0), closed=False)
    assert_golden(
        painted(lambda painter: paint_draft(painter, place, draft), place),
        "overlay-draft",
        request,
    )


def test_nothing_found_paints_nothing(qtbot: QtBot) -> None:
    plain = painted(lambda painter: None)
    assert painted(lambda painter: paint_boxes(painter, PLACE, NO_SHAPES, Look())) == plain


edges = st.floats(-50, 450)
lengths = st.floats(5, 300)


@given(st.lists(st.tuples(edges, edges, lengths, lengths), min_size=1, max_size=6))
def test_a_chip_never_covers_the_upper_half_of_any_box(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    areas = [(left, top, left + wide, top + high) for left, top, wide, high in boxes]
    heads = [(left, top, right, (top + bottom) / 2) for left, top, right, bottom in areas]
    for area in areas:
        spot = chip_place(area, (70, 20), (400, 280), heads)
        if spot is None:
            continue
        left, top = spot
        assert left >= 0
        assert top >= 0
        assert left + 70 <= 400
        assert top + 20 <= 280
        for head in heads:
            beside = left + 70 <= head[0] or left >= head[2]
            assert beside or top + 20 <= head[1] or top >= head[3]


def test_a_chip_prefers_above_then_below_and_gives_way_unless_needed() -> None:
    room = (400.0, 280.0)
    assert chip_place((100, 100, 150, 200), (70, 20), room, ()) == (100, 77)
    assert chip_place((100, 10, 150, 200), (70, 20), room, ()) == (100, 203)
    assert chip_place((380, 100, 400, 200), (70, 20), room, ()) == (330, 77)
    everything = [(0.0, 0.0, 400.0, 280.0)]
    assert chip_place((100, 100, 150, 200), (70, 20), room, everything) is None
    needed = chip_place((100, 100, 150, 200), (70, 20), room, everything, needed=True)
    # At its own lower edge: never over the head.
    assert needed == (100, 180)


def points(*rows: tuple[int, int, float, float]) -> PlacedPoints:
    """Track points given as (track, frame, seconds, left)."""
    track = np.array([row[0] for row in rows], np.int64)
    left = np.array([row[3] for row in rows], np.float32)
    frame = np.array([row[1] for row in rows], np.int32)
    placed = Placed(
        frame,
        frame.astype(np.int64),
        np.array([row[2] * 1e9 for row in rows], np.int64),
        np.stack([left, left, left + 10, left + 20], axis=1),
        np.full(len(rows), 0.9, np.float32),
        np.where(track == 3, 3, 1).astype(np.int16),
    )
    return PlacedPoints(placed, track, np.zeros(len(rows), np.bool_))


def test_boxes_are_those_stored_and_lie_between_neighbours_elsewhere() -> None:
    tracks = TrackBoxes(points((2, 0, 0.0, 5), (1, 10, 1.0, 100), (1, 14, 1.4, 140), (2, 70, 7, 9)))
    assert tracks.at(10).track_ids.tolist() == [1]
    assert tracks.at(10).boxes.tolist() == [[100, 100, 110, 120]]
    assert tracks.at(11).boxes[0].tolist() == pytest.approx([110, 110, 120, 130])
    assert tracks.at(14).boxes[0, 0] == 140
    assert len(tracks.at(9)) == len(tracks.at(15)) == 0
    # Seven seconds unseen: nobody knows where it was.
    assert tracks.at(0).track_ids.tolist() == [2]
    assert len(tracks.at(30)) == 0
    assert tracks.at(70).track_ids.tolist() == [2]


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 200), st.floats(0, 500)),
        unique_by=lambda row: row[:2],
        min_size=1,
    ),
    st.integers(0, 200),
)
def test_every_stored_point_is_found_at_its_frame(
    rows: list[tuple[int, int, float]], number: int
) -> None:
    tracks = TrackBoxes(points(*((track, at, at / 10, left) for track, at, left in rows)))
    found = tracks.at(number)
    assert len(set(found.track_ids.tolist())) == len(found)
    stored = {track: left for track, at, left in rows if at == number}
    seen = dict(zip(found.track_ids.tolist(), found.boxes[:, 0].tolist(), strict=True))
    assert {track: pytest.approx(left, abs=1e-3) for track, left in stored.items()} == {
        track: seen[track] for track in stored
    }


def test_shapes_name_class_and_number_and_put_the_selected_first() -> None:
    found = TrackBoxes(points((1_000_007, 3, 0.3, 5), (3, 3, 0.3, 50))).at(3)
    shapes = track_shapes(found, 1_000_007)
    assert shapes.texts == ("Person 7", "Car 3")
    assert shapes.kinds == ("person", "vehicle")
    assert shapes.selected
    assert track_shapes(found, 99).texts == ("Car 3", "Person 7")
    assert not track_shapes(found, None).selected
