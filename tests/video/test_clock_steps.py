"""Steps of a recorder's clock are told with place and amount, and apart from missing footage."""

from pathlib import Path

import pytest

from tests.support.clips import shared_clip
from video.probe import probe
from video.synthetic.encode import FRAME_MS, copy_packets, encode
from video.synthetic.kinds import KINDS

AHEAD_MS = 3_600_000


def test_a_clock_that_is_set_back_is_told_with_place_and_amount() -> None:
    facts = probe(shared_clip("jump_back").path, sha256="")
    (jump,) = facts.clock_jumps
    assert jump.at_ns == 20 * FRAME_MS * 1_000_000
    assert jump.by_ns == -15 * FRAME_MS * 1_000_000
    assert "clock jumps back (1 time): by 0.6 s at 0:00:00.800" in " ".join(facts.warnings)


def test_a_clock_that_is_set_ahead_inside_a_group_is_told(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.mkv", b_frames=0, gop=40)
    path = tmp_path / "ahead.mkv"
    copy_packets(whole, path, move_ms=lambda at: at + (AHEAD_MS if at >= 25 * FRAME_MS else 0))
    facts = probe(path, sha256="")
    (jump,) = facts.clock_jumps
    assert jump.at_ns == 25 * FRAME_MS * 1_000_000 + AHEAD_MS * 1_000_000
    assert jump.by_ns == AHEAD_MS * 1_000_000
    assert "clock jumps ahead (1 time): by 3600.0 s at 1:00:01.000" in " ".join(facts.warnings)
    # The void in media time is there all the same.
    assert len(facts.gaps) == 1


def test_a_clock_that_is_set_ahead_and_back_again_is_told_twice(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.ts", b_frames=0)
    parts = []
    for name, first, last, shift in (("a", 0, 9, 0), ("b", 10, 29, 60_000), ("c", 30, 39, 0)):
        parts.append(tmp_path / f"{name}.ts")
        copy_packets(whole, parts[-1], first=first, last=last, shift_ms=shift)
    path = tmp_path / "there_and_back.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    jumps = probe(path, sha256="").clock_jumps
    assert [round(jump.by_ns / 1e9) for jump in jumps] == [60, -60]


def test_missing_footage_that_begins_with_a_keyframe_is_a_gap_only(tmp_path: Path) -> None:
    times = [at * FRAME_MS + (60_000 if at >= 20 else 0) for at in range(40)]
    facts = probe(encode(tmp_path / "gap.mp4", times_ms=times, b_frames=0).path, sha256="")
    assert len(facts.gaps) == 1
    assert facts.clock_jumps == ()


def test_a_slow_recorder_that_saves_pictures_has_no_steps(tmp_path: Path) -> None:
    times = [at * 2_000 for at in range(30)]
    facts = probe(encode(tmp_path / "slow.mkv", times_ms=times, b_frames=0).path, sha256="")
    assert facts.clock_jumps == ()


@pytest.mark.parametrize("kind", ["MPEG-TS with PTS wrap", "MPEG-TS with offset"])
def test_time_stamps_that_begin_anew_are_no_step(tmp_path: Path, kind: str) -> None:
    facts = probe(KINDS[kind](tmp_path).path, sha256="")
    assert (facts.clock_jumps, facts.gaps, facts.warnings) == ((), (), ())
    assert facts.duration_ns == 90 * FRAME_MS * 1_000_000
