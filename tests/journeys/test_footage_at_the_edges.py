"""Footage and stills at the edges: strange names, strange times, and places a still must not go."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from casefiles.case import DATABASE
from resources.files import packaged
from tests.journeys.conftest import Run
from tests.journeys.test_bad_input import refused, still_whole
from video.synthetic.encode import encode
from video.synthetic.scene import read_number
from video.types import Pixels


def added(run: Run, case: Path, path: Path, *more: object) -> dict[str, Any]:
    done = run("source", "add", case, path, *more, "--json")
    assert done.code == 0, done
    document: dict[str, Any] = done.document[0]
    return document


def test_a_still_never_replaces_an_original(run: Run, case: Path, tmp_path: Path) -> None:
    original = Path(shutil.copy(packaged("demo", "market-gate.mp4"), tmp_path / "evidence.png"))
    before = (original.read_bytes(), original.stat().st_mtime_ns)
    added(run, case, original)
    link = tmp_path / "link.png"
    link.symlink_to(original)
    for out in (original, link):
        refused(run("frame", case, "--source", 1, "--frame", 0, "--out", out), "original")
    assert (original.read_bytes(), original.stat().st_mtime_ns) == before
    assert link.is_symlink()
    still_whole(run, case, sources=1)


def test_a_still_goes_only_where_stills_go(run: Run, case: Path, tmp_path: Path) -> None:
    added(run, case, packaged("demo", "market-gate.mp4"))
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    kept = tmp_path / "other.mp4"
    kept.write_bytes(b"footage of another case")
    for out in (case / DATABASE, kept, pipe):
        refused(run("frame", case, "--source", 1, "--frame", 0, "--out", out), out.name)
    assert pipe.is_fifo()
    assert kept.read_bytes() == b"footage of another case"
    still_whole(run, case, sources=1)


def test_a_pipe_is_refused_and_not_waited_for(run: Run, case: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    refused(run("source", "add", case, pipe), "pipe.mp4", "not a file")


def test_a_link_to_a_name_that_is_no_text_is_refused(run: Run, case: Path, tmp_path: Path) -> None:
    named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    shutil.copy(packaged("demo", "market-gate.mp4"), named)
    link = tmp_path / "link.mp4"
    link.symlink_to(named)
    refused(run("source", "add", case, link), "link.mp4", "UTF-8")
    still_whole(run, case)


def test_of_many_files_only_the_one_whose_name_is_no_text_is_refused(
    run: Run, case: Path, tmp_path: Path
) -> None:
    named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    good = packaged("demo", "market-gate.mp4")
    shutil.copy(good, named)
    done = run("source", "add", case, named, good, "--json")
    assert done.code == 0, done
    assert ["error" in entry for entry in done.document] == [True, False]
    assert "UTF-8" in done.document[0]["error"]
    assert done.err.count("\n") == 1
    still_whole(run, case, sources=1)
    refused(run("source", "add", case, good, "--camera", os.fsdecode(b"\xff")), "is not text")
    refused(run("source", "add", os.fsdecode(b"\xff"), good), "is not text")


def test_a_link_that_goes_in_circles_is_refused(run: Run, case: Path, tmp_path: Path) -> None:
    link = tmp_path / "circle.mp4"
    link.symlink_to(link)
    refused(run("source", "add", case, link), "circle.mp4")


def test_closed_standard_streams_are_no_bug(case: Path) -> None:
    command = f"'{sys.executable}' -m workstation source list '{case}' <&- >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_start_outside_the_calendar_of_64_bits_is_refused(
    run: Run, case: Path, year: str
) -> None:
    clip = packaged("demo", "market-gate.mp4")
    refused(run("source", "add", case, clip, "--start", f"{year}-12-31T00:00:00Z"), "year")
    still_whole(run, case)


def test_an_absurd_creation_time_is_no_start(run: Run, case: Path, tmp_path: Path) -> None:
    absurd = {"creation_time": "9999-12-31T23:59:59Z"}
    clip = encode(tmp_path / "absurd.mkv", frames=3, metadata=absurd)
    assert added(run, case, clip.path)["start"] is None


def test_time_stamps_over_centuries_are_refused(run: Run, case: Path, tmp_path: Path) -> None:
    plain = encode(tmp_path / "plain.mkv", b_frames=0)
    path = tmp_path / "centuries.mkv"
    with av.open(plain.path) as source, av.open(path, "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.pts is not None and packet.dts is not None and packet.size:
                packet.pts, packet.dts = packet.pts * 10**10, packet.dts * 10**10
                packet.stream = stream
                out.mux(packet)
    refused(run("source", "add", case, path), "centuries.mkv", "years")
    still_whole(run, case)


def test_the_only_frame_is_found_by_its_time(run: Run, case: Path, tmp_path: Path) -> None:
    clip = encode(tmp_path / "one.mp4", frames=1)
    added(run, case, clip.path, "--start", "2026-03-02T22:00:00.0007Z")
    out = tmp_path / "f.png"
    for moment in (
        "--media-s=0",
        "--at=2026-03-02T22:00:00.001Z",
        "--at=2026-03-02T22:00:00.0007Z",
    ):
        done = run("frame", case, "--source", 1, moment, "--out", out, "--json")
        assert done.document["frame"] == 0


def test_every_frame_of_a_very_fast_camera_is_found_by_its_exact_time(
    run: Run, case: Path, tmp_path: Path
) -> None:
    slow = encode(tmp_path / "slow.mp4", frames=12, b_frames=0)
    path = tmp_path / "fast.mp4"
    # 4000 pictures a second: two of them lie within what a printed millisecond rounds away.
    with av.open(slow.path) as source, av.open(path, "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for at, packet in enumerate(p for p in source.demux(video=0) if p.size):
            packet.time_base = Fraction(1, 4000)
            packet.pts = packet.dts = at
            packet.stream = stream
            out.mux(packet)
    start = datetime(2026, 3, 2, 22, tzinfo=UTC)
    added(run, case, path, "--start", start.isoformat())
    for number in range(12):
        moment = start + timedelta(microseconds=250 * number)
        for asked in (f"--media-s={number / 4000}", f"--at={moment.isoformat()}"):
            out_file = tmp_path / "f.png"
            done = run("frame", case, "--source", 1, asked, "--out", out_file, "--json")
            assert done.document["frame"] == number, asked
            assert read_number(_picture(out_file)) == number


def test_every_frame_of_a_damaged_raw_stream_has_a_time_within_its_length(
    run: Run, case: Path, tmp_path: Path
) -> None:
    clip = encode(tmp_path / "raw.h264", time_base=Fraction(1, 25))
    whole = bytearray(clip.path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 2000] = b"\xff" * 2000
    clip.path.write_bytes(whole)
    document = added(run, case, clip.path)
    out, last = tmp_path / "f.png", document["frames"] - 1
    by_number = run("frame", case, "--source", 1, "--frame", last, "--out", out, "--json")
    time_s = by_number.document["media_time_s"]
    assert time_s < document["duration_s"]
    by_time = run("frame", case, "--source", 1, "--media-s", time_s, "--out", out, "--json")
    assert by_time.document["frame"] == last


def _picture(path: Path) -> Pixels:
    with av.open(path) as picture:
        return next(picture.decode(video=0)).to_ndarray(format="bgr24").astype("uint8")
