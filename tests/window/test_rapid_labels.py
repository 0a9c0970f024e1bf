"""Times at objects in the pictures of Rapid review: as many as leave the picture to be seen."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.synopsis_types import Stage, StagePlan
from ui.playback.synopsis_values import PanePicture, ShowFrame
from ui.views.synopsis_canvas import Pane, SynopsisCanvas
from video.synopsis.types import Schedule, Shown, StageNs

PART = StagePlan(
    Stage("Gate", None, (320, 240), True, (), (), (), {}), (), Schedule(np.zeros(0, np.int64), 0)
)
MANY = tuple(
    Shown(number, number, (x, y, x + 10, y + 24), StageNs(number))
    for number, (x, y) in enumerate((x, y) for y in range(20, 200, 40) for x in range(10, 300, 40))
)


def moved_by(px: int, shown: tuple[Shown, ...]) -> tuple[Shown, ...]:
    def along(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        left, top, right, bottom = box
        return left + px, top + px, right + px, bottom + px

    return tuple(replace(one, box=along(one.box)) for one in shown)


def frame(shown: tuple[Shown, ...], show_ns: int = 0) -> ShowFrame:
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(0x406040)
    return ShowFrame(1, show_ns, (PanePicture(image, shown, PART),))


@pytest.fixture
def canvas(qtbot: QtBot) -> SynopsisCanvas:
    made = SynopsisCanvas()
    qtbot.addWidget(made)
    made.resize(340, 280)
    made.marker.text_of = lambda _, one, __: f"17:24:{one.tube:02d}"
    made.set_panes([Pane("Gate", (320, 240))])
    return made


def labelled(canvas: SynopsisCanvas) -> set[int]:
    return {mark.shown.tube for mark in canvas.marks if mark.place is not None}


def test_a_crowd_has_times_at_some_and_those_stay_as_long_as_they_are_shown(
    canvas: SynopsisCanvas,
) -> None:
    canvas.set_frame(frame(MANY))
    first = labelled(canvas)
    assert 3 <= len(first) <= len(MANY) // 2
    assert len(canvas.marks) == len(MANY)
    moved = moved_by(2, MANY)
    canvas.set_frame(frame(moved))
    assert labelled(canvas) == first
    canvas.set_frame(frame(tuple(one for one in moved if one.tube not in first)))
    assert labelled(canvas)


def test_while_it_runs_times_go_along_and_are_laid_anew_at_rest(
    qtbot: QtBot, canvas: SynopsisCanvas
) -> None:
    two = [Pane("Gate", (320, 240)), Pane("Quay", (320, 240))]
    canvas.resize(700, 280)
    canvas.set_panes(two)

    def shows(shown: tuple[Shown, ...], show_ns: int) -> None:
        (pane,) = frame(shown).panes
        canvas.set_frame(ShowFrame(1, show_ns, (pane, pane)))

    def places() -> list[tuple[int, float]]:
        return [(one.column, one.place.left()) for one in canvas.marks if one.place is not None]

    shows(MANY[:2], 0)
    before = places()
    assert len(before) == 4
    moved = moved_by(8, MANY[:2])
    shows((*moved, MANY[-1]), 40_000_000)
    # One camera has found room for the newcomer, the other has not yet; all labels moved.
    assert len(places()) == 5
    assert all(now != then for now, then in zip(places(), before, strict=False))
    qtbot.waitUntil(lambda: len(places()) == 6)


def test_what_is_selected_or_at_the_pointer_has_its_time_in_any_crowd(
    qtbot: QtBot, canvas: SynopsisCanvas
) -> None:
    canvas.set_frame(frame(MANY))
    bare = [mark for mark in canvas.marks if mark.place is None]
    canvas.set_selected(bare[0].shown.tube)
    qtbot.waitUntil(lambda: bare[0].shown.tube in labelled(canvas))
    canvas.show()
    QTest.mouseMove(canvas, QPoint(2, 2))
    QTest.mouseMove(canvas, bare[-1].area.center().toPoint())
    qtbot.waitUntil(lambda: bare[-1].shown.tube in labelled(canvas))


def test_times_at_as_many_as_have_room_at_all_or_at_the_selected_one(
    canvas: SynopsisCanvas,
) -> None:
    canvas.set_frame(frame(MANY))
    canvas.set_selected(5)
    counts = [len(labelled(canvas))]
    for _ in range(3):
        canvas.next_labels()
        counts.append(len(labelled(canvas)))
    some, everybody, one, again = counts
    assert (one, again) == (1, some)
    assert everybody > some
