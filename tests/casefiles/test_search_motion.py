"""Searching motion in a zone: when, in which recordings, and what is said of what may be missed."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.errors import BadZone, SourceMoved, UnknownSource
from casefiles.jobs import finish
from casefiles.types import Actor, Camera, CameraId, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.motion_scope import MotionAnswer, MotionSoFar
from casefiles.usecases.motion_work import Look, watch
from casefiles.usecases.search_motion import search_motion
from casefiles.view_types import Zone
from casefiles.workers import Processes, Work
from resources.errors import UserError
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import put_cameras
from video.clock import NS_PER_S, BadTime, parse_wall, wall_to_ns
from video.decoder import open_source
from video.key_frames import decode_key_frames, key_frames
from video.packet_index import read_index
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene

ACTOR = Actor("tester", "desk-1")
CORNERS = ((180.0, 110.0), (310.0, 110.0), (310.0, 230.0), (180.0, 230.0))
START = "2026-03-01T10:00:00Z"
# Frames are 40 ms long, key frames 2 s apart: 5.2 to 8.4 s, and 16.4 to 17.2 s between two of them.
BUSY = Scene(
    (
        Box(180, 150, 30, 40, dx=1, first=130, last=210),
        Box(20, 150, 30, 40, dx=1, first=250, last=330, colour=(230, 200, 20)),
        Box(200, 140, 30, 40, dx=2, first=410, last=430),
    )
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return encode(tmp_path_factory.mktemp("m") / "busy.mp4", frames=500, gop=50, scene=BUSY)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    folder = tmp_path_factory.mktemp("s")
    return encode(folder / "still.mp4", frames=200, gop=50, scene=Scene(()))


@pytest.fixture
def case(tmp_path: Path, clip: Clip, still: Clip) -> Iterator[Case]:
    with Case.create(tmp_path / "case", ACTOR, number="1", title="t", policy="none") as made:
        put_cameras(made, Camera(CameraId("gate"), "Gate", ()))
        for one, start in ((still, "2026-03-01T09:00:00Z"), (clip, START)):
            add_source(made, one.path, Recording(camera_id="gate", start=parse_wall(start)))
        yield made


def zone(**changes: object) -> Zone:
    return replace(Zone("door", CORNERS, camera_id=CameraId("gate")), **changes)  # type: ignore[arg-type]


def found(case: Case, **options: object) -> MotionAnswer:
    options = {"crew": LocalCrew, **options}
    return finish(search_motion(case, options.pop("zone", zone()), **options))  # type: ignore[arg-type]


def times(answer: MotionAnswer) -> list[tuple[float, float]]:
    return [(span.from_ns / NS_PER_S, span.to_ns / NS_PER_S) for span in answer.spans]


def test_key_frames_find_what_lasts_and_a_closer_look_its_ends(case: Case) -> None:
    answer = found(case)
    ((start, end),) = times(answer)
    assert start == pytest.approx(5.2, abs=0.25)
    assert end == pytest.approx(8.44, abs=0.25)
    (span,) = answer.spans
    assert span.source_id == 2
    assert span.exact
    assert span.camera_id == "gate"
    assert span.from_wall_ns == wall_to_ns(parse_wall(START)) + span.from_ns
    assert 0.01 < span.share < 0.2
    left, top, right, bottom = span.box
    assert 175 <= left < right <= 315
    assert 145 <= top < bottom <= 195
    assert answer.in_order_of_motion() == (2,)


def test_what_happens_between_key_frames_is_named_as_what_may_be_missed(case: Case) -> None:
    assert any("up to 2.0 s apart" in note for note in found(case).notes)
    everything = found(case, all_frames=True)
    assert not any("key frames" in note for note in everything.notes)
    assert times(everything)[0] == pytest.approx((5.2, 8.44), abs=0.25)
    assert times(everything)[1] == pytest.approx((16.4, 17.24), abs=0.25)


def test_without_refining_the_ends_are_the_key_frames_around(case: Case) -> None:
    answer = found(case, refine=False)
    assert times(answer) == [(4.0, 10.0)]
    assert not answer.spans[0].exact
    assert any("key frames around" in note for note in answer.notes)


def test_first_spans_are_there_while_the_search_goes_on(case: Case) -> None:
    job = search_motion(case, zone(), crew=LocalCrew)
    shown = [bool(progress.spans) for progress in job if isinstance(progress, MotionSoFar)]
    assert shown.index(True) < len(shown) - 1


def test_recordings_nearest_to_the_moment_come_first(case: Case) -> None:
    early, late = "2026-03-01T09:00:01Z", "2026-03-01T11:00:00Z"
    for near, order in ((early, [1, 2]), (late, [2, 1])):
        answer = found(case, near_ns=wall_to_ns(parse_wall(near)))
        assert [look.source_id for look in answer.looks] == order


def test_a_span_of_time_cuts_what_is_looked_at(case: Case) -> None:
    start = wall_to_ns(parse_wall(START))
    answer = found(case, span=(start + 6 * NS_PER_S, start + 7 * NS_PER_S), all_frames=True)
    assert times(answer) in ([(6.0, 7.0)], [(6.2, 7.0)])
    assert answer.video_s == pytest.approx(1.0)
    with pytest.raises(BadTime, match="ends before"):
        found(case, span=(start, start))
    with pytest.raises(UserError, match="no recording that shows the zone"):
        found(case, span=(start + 10**15, None))


def test_every_refusal_is_one_line(case: Case) -> None:
    crossed = ((0.0, 0.0), (90.0, 90.0), (90.0, 0.0), (0.0, 90.0))
    beside = ((900.0, 0.0), (990.0, 0.0), (990.0, 90.0))
    with pytest.raises(BadZone, match="cross"):
        found(case, zone=zone(polygon=crossed))
    with pytest.raises(BadZone, match="beside the picture"):
        found(case, zone=zone(polygon=beside))
    with pytest.raises(BadZone, match="on the map"):
        found(case, zone=Zone("area", ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0))))
    with pytest.raises(BadZone, match="was drawn on pictures of 640"):
        found(case, zone=zone(size=(640, 480)))
    with pytest.raises(UnknownSource):
        found(case, sources=[9])
    with pytest.raises(UserError, match="source 1 does not show the zone"):
        found(case, zone=zone(camera_id=None, source_id=SourceId(2)), sources=[1])
    with pytest.raises(UserError, match="between 0 and 1"):
        found(case, sensitivity=2)


def test_one_that_is_gone_is_said_and_the_others_are_searched(
    tmp_path: Path, clip: Clip, case: Case
) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.path.read_bytes() + b"\0" * 8)
    add_source(case, copy, Recording(camera_id="gate"))
    copy.unlink()
    answer = found(case)
    assert len(answer.spans) == 1
    assert any("copy.mp4" in note for note in answer.notes)
    with pytest.raises(SourceMoved):
        found(case, zone=zone(camera_id=None, source_id=SourceId(3)))


def test_asking_is_logged_before_anything_is_shown_and_so_is_the_end(case: Case) -> None:
    job = search_motion(case, zone(), crew=LocalCrew)
    next(job)
    job.close()
    found(case)
    rows = case.read(
        lambda cursor: cursor.execute("SELECT row_text FROM audit ORDER BY seq").fetchall()
    )
    told = [json.loads(text) for (text,) in rows]
    mine = [row["outcome"] for row in told if row["event"] == "motion.search"]
    assert mine == ["started", "cancelled", "started", "done"]


def crash_on_the_busy_one() -> Work:
    """A decoder that dies on one recording."""
    work = watch()
    message = next(work)
    while True:
        look = yield message
        if isinstance(look, Look) and look.path.name == "busy.mp4":
            os.kill(os.getpid(), signal.SIGSEGV)
        message = work.send(look)


class Unlucky(Processes):
    def hire(self, work: object, *arguments: object):  # type: ignore[no-untyped-def]
        return super().hire(crash_on_the_busy_one, *arguments)


def test_a_decoder_that_dies_costs_its_recording_alone(case: Case) -> None:
    answer = found(case, crew=Unlucky, processes=1)
    problems = {look.source_id: look.problem for look in answer.looks}
    assert problems[SourceId(1)] is None
    assert "SIGSEGV" in str(problems[SourceId(2)])
    assert answer.looks[0].video_ns == 8 * NS_PER_S


def test_key_frames_of_any_container_come_at_their_own_times(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv", "a.ts", "a.avi"):
        made = encode(tmp_path / name, frames=60, gop=10, b_frames=0 if name == "a.avi" else 2)
        index = read_index(made.path)
        for numbers in (key_frames(index), key_frames(index)[3:5]):
            got = list(decode_key_frames(made.path, index, numbers.tolist()))
            assert [frame.number for frame in got] == numbers.tolist()
            with open_source(made.path, index) as decoder:
                for frame in got:
                    assert (frame.bgr() == decoder.frame_at(frame.pts).bgr()).all()
