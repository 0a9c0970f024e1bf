"""Every kind of export is taken in by what it holds, and every fault of a file is named."""

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from casefiles.case import Case
from casefiles.errors import SourceMoved
from casefiles.jobs import finish
from casefiles.types import Source
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.propose_recordings import accept_recordings, propose_recordings
from casefiles.usecases.read_frame import Moment, read_frame
from casefiles.usecases.verify_case import verify_case
from resources.errors import UserError
from tests.journeys.conftest import Run
from tests.journeys.test_bad_input import refused
from tests.support.clips import (
    cut_short,
    resized_clip,
    shared_broken,
    shared_clip,
    spoil_packet,
)
from tests.support.search_cases import make_case
from video.synthetic.encode import Clip, copy_packets, encode
from video.synthetic.scene import Scene, read_number
from video.synthetic.sensor import SensorScene

TICK = Fraction(1, 25)


@pytest.fixture
def empty(tmp_path: Path) -> Case:
    return make_case(tmp_path / "empty")


def added(case: Case, path: Path) -> Source:
    return add_source(case, path, Recording())


def wmv(folder: Path) -> Clip:
    return encode(folder / "export.wmv", codec="wmv2", b_frames=0)


FORMATS: dict[str, tuple[Callable[[Path], Clip], str]] = {
    "MPEG-TS": (lambda _: shared_clip("mpeg_ts"), "mpegts"),
    "ASF": (wmv, "asf"),
    "MKV": (lambda _: shared_clip("mkv"), "matroska,webm"),
    "MP4 with an edit list": (lambda _: shared_clip("edit_list"), "mov,mp4,m4a,3gp,3g2,mj2"),
    "MJPEG AVI": (lambda _: shared_clip("mjpeg_avi"), "avi"),
    "raw H.264": (lambda _: shared_clip("raw_h264"), "h264"),
    "raw H.265": (lambda _: shared_clip("raw_hevc"), "hevc"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_exports_are_taken_in_by_what_they_hold(empty: Case, tmp_path: Path, kind: str) -> None:
    make, container = FORMATS[kind]
    clip = make(tmp_path)
    path = Path(shutil.copy(clip.path, tmp_path / "evidence.bin"))
    with empty as case:
        source = added(case, path)
        assert (source.container, source.frames) == (container, len(clip.numbers))
        for number in (len(clip.numbers) - 1, 5):
            exact = read_frame(case, source.source_id, Moment(frame=number))
            assert read_number(exact.picture) == clip.numbers[number]
        assert not [bad for bad in finish(verify_case(case)).bad if bad.startswith("source")]


def ahead(folder: Path) -> Path:
    whole = encode(folder / "whole.mkv", b_frames=0, gop=40)
    path = folder / "ahead.mkv"
    copy_packets(whole, path, move_ms=lambda at: at + (3_600_000 if at >= 1_000 else 0))
    return path


def frozen(folder: Path) -> Path:
    scene = SensorScene(frozen_from=20, frozen_to=90, width=192, height=112)
    return encode(
        folder / "frozen.avi", codec="mjpeg", time_base=TICK, frames=100, scene=scene
    ).path


def in_the_middle(folder: Path) -> Path:
    return spoil_packet(shared_clip("mpeg4_avi"), folder / "spoilt.avi", 25)


FAULTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cut off": (
        lambda folder: cut_short(shared_clip("mpeg4_avi"), folder / "cut.avi", 0.55),
        "it breaks off",
    ),
    "cut off in the middle of MPEG-TS": (
        lambda folder: cut_short(shared_clip("mpeg_ts"), folder / "cut.ts", 0.501),
        "ends inside a packet: it breaks off",
    ),
    "clock set back": (lambda _: shared_clip("jump_back").path, "clock jumps back (1 time)"),
    "clock set ahead": (ahead, "clock jumps ahead (1 time): by 3600.0 s"),
    "frozen": (frozen, "stands still from 0:00:00.800 to 0:00:03.600"),
    "repeated times": (
        lambda _: shared_clip("duplicate_times").path,
        "2 frames left out for repeating the time stamp",
    ),
    "another size": (lambda folder: resized_clip(folder), "changes its size"),
    "fields": (lambda _: shared_clip("interlaced").path, "interlaced"),
    "gap": (lambda _: shared_clip("gap").path, "1 gap in the footage"),
    "turned": (lambda _: shared_clip("turned").path, "a turn of 90°"),
    "no times": (lambda _: shared_clip("raw_hevc").path, "no usable time stamps"),
    "starts inside": (lambda _: shared_clip("starts_inside").path, "between keyframes"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_the_rest_is_used(empty: Case, tmp_path: Path, fault: str) -> None:
    make, words = FAULTS[fault]
    path = make(tmp_path)
    before = path.read_bytes()
    with empty as case:
        source = added(case, path)
        assert words in " ".join(source.warnings)
        assert source.frames > 0
    assert path.read_bytes() == before


def test_garbage_in_the_middle_costs_only_what_it_covers(empty: Case, tmp_path: Path) -> None:
    with empty as case:
        source = added(case, in_the_middle(tmp_path))
        exact = read_frame(case, source.source_id, Moment(frame=5))
        assert read_number(exact.picture) == 5
        exact = read_frame(case, source.source_id, Moment(frame=35))
        assert read_number(exact.picture) == 35


@pytest.mark.parametrize(
    ("name", "words"),
    [("sound_only", "only sound"), ("still", "a still picture"), ("unfinished_mp4", "never fini")],
)
def test_a_file_without_footage_is_refused(empty: Case, name: str, words: str) -> None:
    with empty as case, pytest.raises(UserError, match=words):
        added(case, shared_broken(name))


def pictures(folder: Path, count: int = 12) -> Path:
    folder.mkdir()
    for number in range(count):
        assert cv2.imwrite(str(folder / f"shot_{number}.jpg"), Scene().picture(number))
    return folder


def shown(run: Run, case: Path, number: int, out: Path) -> int:
    done = run("frame", case, "--source", 1, "--frame", number, "--out", out)
    assert done.code == 0, done
    picture = cv2.imread(str(out))
    assert picture is not None
    return read_number(np.asarray(picture, np.uint8))


def test_a_folder_of_numbered_pictures_is_one_recording(
    run: Run, case: Path, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "trail camera")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    done = run("source", "add", case, folder, "--picture-fps", 4, "--json")
    assert done.code == 0, done
    document: dict[str, Any] = done.document[0]
    assert document["frames"] == 12
    assert "A series of 12 pictures: times are counted at 4 pictures a second." in str(document)
    assert [shown(run, case, number, tmp_path / "a.png") for number in (10, 2, 11)] == [10, 2, 11]
    assert run("case", "verify", case).code == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    refused(run("source", "add", case, folder), "in the case already")
    (folder / "shot_3.jpg").write_bytes(before["shot_4.jpg"])
    verdict = run("case", "verify", case)
    assert verdict.code == 2
    assert "has changed" in verdict.out + verdict.err


def test_a_still_never_replaces_a_picture_of_a_series(run: Run, case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    for number in range(4):
        assert cv2.imwrite(str(folder / f"shot_{number}.png"), Scene().picture(number))
    assert run("source", "add", case, folder).code == 0
    before = (folder / "shot_1.png").read_bytes()
    out = folder / "shot_1.png"
    refused(run("frame", case, "--source", 1, "--frame", 0, "--out", out), "originals of source 1")
    assert out.read_bytes() == before


def test_a_dropped_folder_with_a_series_in_it_proposes_one_recording(
    empty: Case, tmp_path: Path
) -> None:
    dropped = tmp_path / "dropped"
    dropped.mkdir()
    pictures(dropped / "shots")
    shutil.copy(shared_clip("mp4").path, dropped / "gate.mp4")
    with empty as case:
        proposals = finish(propose_recordings(case, [dropped]))
        assert sorted(one.path.name for one in proposals) == ["gate.mp4", "shots"]
        series = next(one for one in proposals if one.path.name == "shots")
        assert (series.problem, series.frames, series.duration_s) == ("", 12, 12.0)
        results = finish(accept_recordings(case, proposals))
        assert [result.error for result in results] == [None, None]
        again = finish(propose_recordings(case, [dropped]))
        assert all(one.already_in_case is not None for one in again)


def test_a_series_that_lost_a_picture_is_named(empty: Case, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "shots")
    with empty as case:
        source = added(case, folder)
        (folder / "shot_7.jpg").unlink()
        with pytest.raises(SourceMoved, match="has changed"):
            case.media_path(source)
        assert any("has changed" in fault for fault in finish(verify_case(case)).bad)


def test_media_time_of_a_series_is_that_of_its_pictures(empty: Case, tmp_path: Path) -> None:
    folder = tmp_path / "night"
    folder.mkdir()
    for number, second in enumerate((1, 4, 9)):
        name = f"20260302_1405{second:02d}.jpg"
        assert cv2.imwrite(str(folder / name), Scene().picture(number))
    with empty as case:
        source = added(case, folder)
        exact = read_frame(case, source.source_id, Moment(media_s=4.0))
        assert (read_number(exact.picture), exact.time_ns) == (1, 3 * 10**9)
