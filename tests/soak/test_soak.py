"""`make soak` cannot rot: a little of each soak, and what they judge by."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from resources.files import packaged
from tests.soak import bombs, hour, kills, mutated
from tests.soak.lies import boxes
from tests.soak.material import originals
from tests.soak.mutants import KINDS, mutant
from tests.soak.processes import family, kill_group, outlasting, start, use_of
from tests.soak.same_case import Findings, difference
from tests.support.clips import beginning

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.fixture
def small_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Huge pictures take seconds to make."""
    monkeypatch.setattr(bombs, "_CODECS", {"libx264": ((640, 64),), "mjpeg": ((640, 64),)})


@pytest.mark.usefixtures("small_bombs")
def test_each_kind_of_damage_is_made_and_is_the_same_every_time(tmp_path: Path) -> None:
    whole = {original.content for original in originals()}
    for number in range(len(KINDS)):
        one = mutant(number, 7, tmp_path)
        content = one.path.read_bytes()
        assert content not in whole
        assert mutant(number, 7, tmp_path).path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == len(KINDS)


def test_boxes_are_found_where_they_are() -> None:
    (mp4,) = (one for one in originals() if one.name == "mp4")
    kinds = [kind for kind, _, _ in boxes(mp4.content)]
    assert {b"ftyp", b"moov", b"trak", b"stbl", b"stsz", b"mdat"} <= set(kinds)


def test_a_parameter_set_escapes_what_looks_like_a_start_code() -> None:
    for across, down in ((2, 2), (4095, 4095), (1, 65535)):
        made = bombs.parameter_set(across, down)
        assert made[:4] == bytes((0x67, 77, 0, 62))
        assert not {b"\0\0\0", b"\0\0\1", b"\0\0\2"} & {
            made[at : at + 3] for at in range(len(made) - 2)
        }


def test_rows_lost_doubled_and_changed_are_told_apart() -> None:
    want: Findings = {"tracks": Counter([(1, "a"), (2, "b")]), "looks": Counter([(1,)])}
    assert difference(want, want).none
    assert difference(want, {**want, "looks": Counter()}).lost == 1
    doubled = difference(want, {**want, "looks": Counter([(1,), (1,)])})
    assert (doubled.lost, doubled.double, doubled.strange) == (0, 1, 0)
    changed = difference(want, {**want, "tracks": Counter([(1, "a"), (2, "c")])})
    assert (changed.lost, changed.double, changed.strange) == (1, 0, 1)
    assert changed.tables == ("tracks",)
    assert difference(want, {"tracks": want["tracks"]}).tables == ("looks",)


def test_growth_is_the_last_sixth_over_the_second() -> None:
    measure = hour.Measure("memory", "MiB", 0)
    measure.samples = [(float(at), 50.0 if at < 10 else 100.0 + at) for at in range(60)]
    before, after = np.mean(range(110, 120)), np.mean(range(150, 160))
    assert measure.growth(60) == pytest.approx(after / before - 1)
    assert not measure.growth(60) <= hour.ALLOWED
    assert np.isnan(hour.Measure("nothing seen", "", 0).growth(60))


def test_a_group_of_processes_is_seen_and_ended_whole(tmp_path: Path) -> None:
    process = start(["/bin/sh", "-c", "sleep 60 & echo here; wait"], tmp_path / "said")
    try:
        while len(family(process.pid)) < 2:
            os.sched_yield()
        members = family(process.pid)
        use = use_of(process.pid)
        assert use is not None
        assert use.rss_bytes > 0
        assert use.threads == 1
    finally:
        kill_group(process)
    assert outlasting(members, 10) == []
    assert use_of(process.pid) is None


@pytest.mark.slow
@pytest.mark.usefixtures("small_bombs")
def test_a_mutated_file_goes_through_the_window(tmp_path: Path) -> None:
    # One that is cut off.
    verdict = mutated.run(tmp_path / "soak", files=1, seed=7, first=4, by_command=False)
    assert verdict.holds, verdict.line
    assert verdict.line.startswith("1 mutated files")


@pytest.mark.slow
def test_one_kill_changes_nothing(tmp_path: Path) -> None:
    short = beginning(packaged("demo", "market-gate.mp4"), tmp_path / "short.mp4", 4.0)
    job = kills.Job((short,), ("--sample-fps", "1"))
    verdict = kills.run(tmp_path / "soak", kills=1, seed=7, job=job)
    assert verdict.holds, verdict.line
    assert verdict.line.startswith("1 kills")


@pytest.mark.slow
def test_a_turn_of_the_hour_comes_to_its_end(tmp_path: Path) -> None:
    verdict = hour.run(tmp_path / "soak", minutes=0, turns=1, repeats=0)
    # One turn is too little to say that nothing grows.
    assert "1 turns" in verdict.line
    assert verdict.line.endswith("0 faults")
