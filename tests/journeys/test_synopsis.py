"""The synopsis on the command line: cut out, scheduled, written, true to its recordings."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from resources.files import packaged
from tests.journeys.conftest import TRACKED, Run
from tests.support.bad_disks import small_disk
from video.decoder import open_source
from video.types import Pixels
from workstation.__main__ import main

CLIP = packaged("demo", TRACKED)


@pytest.fixture(scope="module")
def prepared(built_practice_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case with the objects of its smallest recording cut out."""
    case = Path(shutil.copytree(built_practice_case, tmp_path_factory.mktemp("synopsis") / "case"))
    assert main(["synopsis", str(case), "--source", str(SOURCE), "--prepare"]) == 0
    return case


SOURCE = 4


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder for what is written."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


class Film:
    """A short video, by media time."""

    def __init__(self, path: Path) -> None:
        with open_source(path) as decoder:
            shown = [(frame.time_ns, frame.bgr()) for frame in decoder.frames()]
        self._times = np.array([time_ns for time_ns, _ in shown], np.int64)
        self._pictures = [picture for _, picture in shown]

    def at(self, seconds: float) -> Pixels:
        # A microsecond later: seconds as floating point may come out before the very frame.
        number = int(np.searchsorted(self._times, round(seconds * 1e9) + 1000, "right")) - 1
        return self._pictures[number]


def likeness(one: Pixels, other: Pixels) -> float:
    """Correlation of two pictures, the other made as large as the one."""
    scaled = cv2.resize(other, (one.shape[1], one.shape[0]), interpolation=cv2.INTER_AREA)
    return float(np.corrcoef(one.ravel().astype(float), scaled.ravel().astype(float))[0, 1])


def middle(picture: Pixels, box: list[int]) -> Pixels:
    """The middle of a box: at its edge labels and people of other times may show."""
    left, top, right, bottom = box
    across, down = (right - left) // 4, (bottom - top) // 8
    return picture[max(top + down, 0) : bottom - down, max(left + across, 0) : right - across]


def test_the_video_shows_each_object_at_the_time_the_document_tells(
    run: Run, prepared: Path, out: Path
) -> None:
    done = run(
        "synopsis", prepared, "--source", SOURCE, "--out", out / "gate.mp4", "--fps", 10, "--json"
    )
    assert done.code == 0, done.err
    made = done.document
    assert sorted(one.name for one in out.iterdir()) == ["gate.mp4", "gate.mp4.json"]
    assert made["ratio"] == pytest.approx(made["input_s"] / made["output_s"], abs=0.01)
    assert made["ratio"] > 1.5
    assert made["dropped"] + made["objects"] == made["coverage"]["found"] > 3
    assert made["overlap"] <= 0.06
    assert 0 <= made["disorder"] <= 1
    assert made["seed"] == made["options"]["seed"] == 1
    assert {one["source"] for one in made["takes"]} == {SOURCE}
    assert {one["run"] for one in made["runs"]} == {one["run"] for one in made["takes"]}

    tracks = {
        one["track"]: one
        for one in run("tracks", prepared, "--source", SOURCE, "--format", "json").document
    }
    film, original = Film(out / "gate.mp4"), Film(CLIP)
    right, wrong = [], []
    for placed in made["placements"]:
        check_times(placed, tracks[placed["track"]])
        seen = placed["seen"]
        media, shown = np.array(placed["knots"]).T
        # The document's own way from the video back to the recording, to the last cut-out: of
        # seven frames a second every other one, where somebody is slow.
        told = float(np.interp(seen["at"], shown, media))
        assert told == pytest.approx(seen["original_s"], abs=0.3)
        picture = middle(film.at(seen["at"]), seen["box"])
        where = seen["original_box"]
        right.append(likeness(picture, middle(original.at(seen["original_s"]), where)))
        moments = [seen["original_s"] + late for late in (-2.0, -1.0, 1.0, 2.0)]
        others = [
            likeness(picture, middle(original.at(one), where)) for one in moments if 0 <= one < 40
        ]
        wrong.append(np.median(others))
    assert np.median(right) > 0.95
    assert min(right) > 0.8
    # The same place a second or two before or after: so a wrong time would be found out.
    assert np.median(wrong) < 0.6
    assert all(one > other for one, other in zip(right, wrong, strict=True))


def check_times(placed: Mapping[str, Any], track: Mapping[str, Any]) -> None:
    """A placement lies in its track, and its wall times are those of the recording."""
    assert track["from_s"] - 0.2 <= placed["original_from_s"] <= placed["original_to_s"]
    assert placed["original_to_s"] <= track["to_s"] + 0.2
    assert placed["placed_from"] <= placed["placed_to"]
    since = np.datetime64(placed["original_from"][:-1]) - np.datetime64(track["from"][:-1])
    assert since / np.timedelta64(1, "s") == pytest.approx(
        placed["original_from_s"] - track["from_s"], abs=0.002
    )
    assert 1 <= placed["piece"] <= placed["pieces"]


def test_it_is_made_again_from_its_document_to_the_last_placement(
    run: Run, prepared: Path, tmp_path: Path
) -> None:
    first = run(
        "synopsis", prepared, "person", "--source", SOURCE, "--density", 0.8, "--length", 20,
        "--json",
    )  # fmt: skip
    assert first.code == 0, first.err
    assert first.document["output_s"] <= 20
    kept = tmp_path / "first.json"
    kept.write_text(first.out)
    again = run("synopsis", prepared, "--again", kept, "--json")
    assert again.code == 0, again.err
    assert again.document["differs"] == []
    assert again.document["placements"] == first.document["placements"]
    both = run("synopsis", prepared, "--again", kept, "--seed", 2)
    assert (both.code, both.out) == (2, "")
    assert "asks exactly what was asked before" in both.err


def test_in_order_and_for_people(run: Run, prepared: Path) -> None:
    done = run("synopsis", prepared, "--source", SOURCE, "--chronological")
    assert done.code == 0, done.err
    assert "covered, 0.0 % of pairs in another order" in done.out
    told = run("synopsis", prepared, "--source", SOURCE, "--prepare", "--json")
    assert [one["made"] for one in told.document["takes"]] == [False]


def one_line_and_nothing_left(done: Any, says: str, folder: Path) -> None:
    assert (done.code, done.out) == (2, "")
    lines = [
        line for line in done.err.splitlines()
        if not line.startswith(("workstation: note", "workstation: the case is not encrypted"))
    ]  # fmt: skip
    assert len(lines) == 1, done.err
    assert says in lines[0]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--class", "unicorn"], "there is no class unicorn"),
        (["--source", "99"], "no source 99"),
        (["frobnicating"], "nothing in this text can be searched by: 'frobnicating'"),
        (["bus"], "no tracks answer what was asked for"),
        (["--from", "2030-01-01T00:00:00Z"], "no tracks answer what was asked for"),
        (["--again", "none.json"], "none.json cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(
    run: Run, prepared: Path, out: Path, words: list[str], says: str
) -> None:
    sources = [] if {"--source", "--again"} & set(words) else ["--source", SOURCE]
    done = run("synopsis", prepared, *words, *sources, "--out", out / "a.mp4")
    one_line_and_nothing_left(done, says, out)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--density", "1.5"], "1.5 is not from 0 to 1"),
        (["--density", "nan"], "nan is not from 0 to 1"),
        (["--density", "dense"], "dense is not from 0 to 1"),
        (["--length", "0"], "0 is not above 0"),
        (["--fps", "0"], "0 is not from 1 to 60"),
    ],
)
def test_numbers_out_of_range_are_refused(run: Run, words: list[str], says: str) -> None:
    done = run("synopsis", "none", *words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.count("\n") == 1


def test_nothing_is_written_over_or_into_a_case(run: Run, prepared: Path, out: Path) -> None:
    there = out / "there.mp4"
    there.write_bytes(b"kept")
    for file, says in (
        (there, "is there already"),
        (prepared / "a.mp4", "lies in the case's own folder"),
        (CLIP, "is there already: it is the original of source"),
        (out / "none" / "a.mp4", "does not exist"),
        (out / "a.avi", "does not end in .mp4"),
        (out / ("a" * 246 + ".mp4"), "File name too long"),
    ):
        done = run("synopsis", prepared, "--source", SOURCE, "--out", file)
        assert (done.code, done.out) == (2, "")
        assert says in done.err
        assert "composing" not in done.err
    assert there.read_bytes() == b"kept"
    assert [one.name for one in out.iterdir()] == ["there.mp4"]


def test_a_full_disk_leaves_nothing(run: Run, prepared: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        disk.fill()
        done = run("synopsis", prepared, "--source", SOURCE, "--out", disk.path / "a.mp4")
        assert done.code == 2
        assert f"{disk.path / 'a.mp4'} cannot be written" in done.err
        disk.free()
        assert list(disk.path.iterdir()) == []


def test_recordings_that_are_not_analysed_say_what_to_do(run: Run, case: Path, out: Path) -> None:
    assert run("synopsis", case).code == 2
    run("source", "add", case, CLIP)
    done = run("synopsis", case, "--out", out / "a.mp4")
    one_line_and_nothing_left(done, "source 1 not analysed yet. Run: workstation index", out)
    done = run("synopsis", case, "--prepare")
    assert done.code == 2
    assert "Run: workstation index" in done.err
