"""A recording whose camera is moved, zoomed and goes grey is cut out in parts, each against its own
empty picture; and a track that hardly moves is cut out less often."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from casefiles.usecases.tube_pace import Pace
from casefiles.usecases.tube_paths import TrackBoxes
from casefiles.usecases.tube_work import CutChunk, CutOrder, CutWhole, MadeView, _Cutter
from video.clock import NS_PER_S
from video.packet_index import duration_ns, read_index
from video.synopsis.pack import PackReader
from video.synopsis.types import Spot
from video.synthetic.encode import encode
from video.synthetic.scene import Scene
from video.types import Pixels

WIDTH, HEIGHT, FPS = 320, 240, 5
MOVED, ZOOMED, GREY, END = 63, 126, 187, 250
CAR = (200, 150, 260, 190)
"""Where a red car is parked until it leaves, tracked all the time it stands there."""
CAR_LEAVES = 40


def street() -> Pixels:
    generator = np.random.default_rng(11)
    picture = np.full((360, 480, 3), (120, 130, 118), np.uint8)
    for _ in range(160):
        left, top = (int(generator.integers(0, most)) for most in (480, 360))
        wide, high = int(generator.integers(8, 50)), int(generator.integers(6, 40))
        colour = tuple(int(value) for value in generator.integers(50, 200, 3))
        cv2.rectangle(picture, (left, top), (left + wide, top + high), colour, cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


STREET = street()


def empty(number: int) -> Pixels:
    """What the camera would show without anybody."""
    if number < MOVED:
        return STREET[60:300, 80:400].copy()
    if number < ZOOMED:
        return STREET[85:325, 115:435].copy()
    part = STREET[100:300, 130:397]
    large = np.asarray(cv2.resize(part, (WIDTH, HEIGHT)), np.uint8)
    if number < GREY:
        return large
    grey = cv2.cvtColor((large * 0.75).astype(np.uint8), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def walker(number: int) -> tuple[int, int, int, int]:
    left = 10 + 3 * (number % 90)
    return left, 90, left + 24, 150


class Changing(Scene):
    """A walker all the time, and the parked car."""

    def picture(self, number: int) -> Pixels:
        shown = empty(number)
        if number < CAR_LEAVES:
            left, top, right, bottom = CAR
            shown[top:bottom, left:right] = (30, 20, 190)
        left, top, right, bottom = walker(number)
        shown[top:bottom, left:right] = (25, 20, 20)
        return shown


def test_a_camera_moved_zoomed_and_grey_is_cut_out_in_parts_to_the_frame(tmp_path: Path) -> None:
    times = [number * 1000 // FPS for number in range(END)]
    scene = Changing(width=WIDTH, height=HEIGHT)
    clip = encode(tmp_path / "c.mp4", frames=END, times_ms=times, gop=125, scene=scene)
    numbers = np.arange(END)
    parked = numbers[:CAR_LEAVES]
    time_ns = np.array(clip.times_ns, np.int64)
    boxes = TrackBoxes(
        np.array([1] * END + [2] * CAR_LEAVES, np.int64),
        np.concatenate([time_ns, time_ns[parked]]),
        np.array([walker(number) for number in numbers.tolist()] + [CAR] * CAR_LEAVES, np.float32),
    )
    index = read_index(clip.path)
    order = CutOrder(
        clip.path, None, index, (WIDTH, HEIGHT), duration_ns(index), boxes, tmp_path / "p", None
    )
    views, chunks = [], []
    cutting = _Cutter(order).run()
    while True:
        try:
            message = next(cutting)
        except StopIteration as end:
            whole = end.value
            break
        if isinstance(message, MadeView):
            views.append(message)
        elif isinstance(message, CutChunk):
            chunks.append(message)

    assert isinstance(whole, CutWhole)
    assert whole.dropped == {}
    turns = [0, MOVED, ZOOMED, GREY]
    assert [view.view.time_ns for view in views] == [clip.times_ns[at] for at in turns]
    for view, words in zip(views, ("", "moved", "zoomed", "infra-red"), strict=True):
        assert words in view.view.words
        assert bool(words) == bool(view.view.words)
    with PackReader(order.pack, None) as pack:
        for view, at in zip(views, turns, strict=True):
            for _, spot in view.plates:
                # Nobody in it, and nothing of the view before: the parked car neither.
                apart = cv2.absdiff(pack.plate(spot), empty(at)).max(axis=2)
                # Coding strays at a few sharp edges; the walker has 1,440 pixels, the car 2,400.
                assert np.count_nonzero(apart > 40) < 250
        chunk = chunks[0]
        walked = np.flatnonzero(chunk.track_id == 1)
        for row in walked.tolist():
            cut = pack.cutout(Spot(int(chunk.at[row]), int(chunk.length[row])))
            assert cut.reliable
            # Its 24 x 60 pixels and a narrow border, never the whole box of a plate that is off.
            assert cut.pixels < 1.6 * 24 * 60
    assert len(walked) == END


@pytest.mark.parametrize(("pixels_a_second", "cuts"), [(0, 16), (4, 16), (60, 45)])
def test_what_hardly_moves_is_cut_out_less_often(pixels_a_second: int, cuts: int) -> None:
    pace = Pace(slow_fps=5, still_fps=2, still_after_s=8)
    box = np.array([10, 10, 40, 110], np.float32)
    taken = 0
    for frame in range(45):
        moved = box + np.float32(pixels_a_second * frame / 15)
        taken += not pace.may_skip(7, frame * NS_PER_S // 15, moved)

    assert taken == cuts


def test_a_short_stay_is_cut_out_twice_however_still_it_is() -> None:
    pace = Pace(slow_fps=5, still_fps=2, still_after_s=8)
    box = np.array([10, 10, 40, 110], np.float32)

    assert not pace.may_skip(7, 0, box)
    assert not pace.may_skip(7, NS_PER_S // 15, box)
    assert pace.may_skip(7, 2 * NS_PER_S // 15, box)
