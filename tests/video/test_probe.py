"""What a file claims and what is found are told apart, and every oddity is named in words."""

import hashlib
import os
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import BROKEN, cut_short, shared_broken, shared_clip, shared_folder
from video.errors import CannotOpen, NoPictures
from video.probe import find_gaps, hash_file, is_variable_rate, probe
from video.synthetic.encode import FRAME_MS, encode
from video.synthetic.variants import VARIANTS
from video.types import Gap, PacketIndex, TimeNs

S = 1_000_000_000
SILENT = {"mp4", "mkv", "b_frames", "open_gop", "mpeg_ts", "hevc", "mpeg4_avi", "mjpeg_avi"}


def at(*times_ms: int) -> PacketIndex:
    pts = np.array(times_ms, np.int64)
    return PacketIndex(pts, np.ones(len(pts), np.bool_), Fraction(1, 1000))


@pytest.mark.parametrize("name", VARIANTS)
def test_frames_length_and_picture_size_are_found(name: str) -> None:
    clip = shared_clip(name)
    facts = probe(clip.path, sha256="given")
    assert facts.frames == len(clip.numbers)
    assert facts.sha256 == "given"
    assert facts.size_bytes == clip.path.stat().st_size
    assert (facts.width, facts.height) == (320, 240)
    assert facts.audio_streams == (name == "with_sound")
    assert facts.interlaced == (name == "interlaced")
    assert facts.rotation_deg == (90 if name == "turned" else 0)
    assert facts.variable_rate == (name.startswith("variable") or name == "duplicate_times")
    assert facts.raw_stream == facts.index.counted


@pytest.mark.parametrize("name", sorted(SILENT | {"with_sound", "variable_mp4"}))
def test_a_sound_file_gives_no_warning(name: str) -> None:
    assert probe(shared_clip(name).path, sha256="").warnings == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raw_h264", "no usable time stamps: times are counted at 25.000 frames a second"),
        ("h264_avi", "no usable time stamps"),
        ("jump_back", "clock jumps back (1 time)"),
        ("duplicate_times", "2 frames left out for repeating the time stamp"),
        ("starts_inside", "its first 6 frames cannot be decoded"),
        ("gap", "1 gap in the footage, 3.0 s together"),
        ("edit_list", "holds 30 frames, of which its edit list hides 7"),
        ("turned", "a turn of 90° clockwise, which is applied"),
        ("interlaced", "interlaced"),
    ],
)
def test_an_oddity_is_named_in_plain_words(name: str, words: str) -> None:
    assert words in " ".join(probe(shared_clip(name).path, sha256="").warnings)


def test_claims_stand_beside_what_was_found() -> None:
    facts = probe(shared_clip("edit_list").path, sha256="")
    assert (facts.claimed_frames, facts.frames) == (30, 23)
    assert (facts.claimed_fps, facts.measured_fps) == (Fraction(25), 25.0)
    assert facts.duration_ns == 23 * FRAME_MS * 1_000_000
    raw = probe(shared_clip("raw_h264").path, sha256="")
    assert (raw.claimed_fps, raw.claimed_frames, raw.claimed_duration_ns) == (None, None, None)
    assert (raw.container, raw.codec) == ("h264", "h264")


def test_pixels_that_are_not_square_are_told_and_left_so(tmp_path: Path) -> None:
    clip = encode(tmp_path / "wide.mp4", frames=3, sample_aspect=Fraction(16, 11))
    facts = probe(clip.path)
    assert facts.sample_aspect == Fraction(16, 11)
    assert (facts.width, facts.height) == (320, 240)
    assert "not square (16:11)" in facts.warnings[0]


def test_a_turn_that_is_no_quarter_is_told_and_not_applied(tmp_path: Path) -> None:
    clip = encode(tmp_path / "askew.mp4", frames=3, turn_deg=10)
    facts = probe(clip.path)
    assert facts.rotation_deg == 0
    assert "which is not applied" in facts.warnings[0]


def test_one_frame_has_no_rate(tmp_path: Path) -> None:
    facts = probe(encode(tmp_path / "one.mkv", frames=1).path)
    assert (facts.frames, facts.measured_fps, facts.variable_rate) == (1, None, False)


def test_a_recording_time_is_given_as_found(tmp_path: Path) -> None:
    dated = {"creation_time": "2026-03-02T14:05:11Z"}
    clip = encode(tmp_path / "dated.mp4", frames=3, metadata=dated)
    assert probe(clip.path).recorded_at == "2026-03-02T14:05:11.000000Z"
    assert probe(shared_clip("mp4").path, sha256="").recorded_at is None


def test_a_recording_time_without_zone_is_not_trusted(tmp_path: Path) -> None:
    clip = encode(tmp_path / "dated.mkv", frames=3, metadata={"date": "2026-03-02 14:05:11"})
    facts = probe(clip.path)
    assert facts.recorded_at is None
    assert "without a time zone: 2026-03-02 14:05:11" in facts.warnings[0]


@pytest.mark.parametrize(
    ("suffix", "options", "words"),
    [
        (".mkv", {}, "claims to last 0:00:01.600 but its pictures end at"),
        (".avi", {}, "lists 40 frames but holds"),
        (".mp4", {"movflags": "faststart"}, "lists 40 frames but holds"),
        (".mp4", {"movflags": "frag_keyframe+empty_moov"}, "breaks off or is damaged"),
    ],
)
def test_a_recording_that_breaks_off_is_told(
    tmp_path: Path, suffix: str, options: dict[str, str], words: str
) -> None:
    whole = encode(
        tmp_path / f"whole{suffix}", b_frames=0, mux_options=options, time_base=Fraction(1, 25)
    )
    facts = probe(cut_short(whole, tmp_path / f"cut{suffix}", 0.55))
    assert 0 < facts.frames < 40
    assert words in " ".join(facts.warnings)


def test_the_rule_for_gaps() -> None:
    assert find_gaps(at(*range(0, 1000, 40), 1480, 1520)) == (
        Gap(TimeNs(960_000_000), TimeNs(1_480_000_000)),
    )
    # Half a second exactly is none, and neither is twice the usual step of a slow camera.
    assert find_gaps(at(*range(0, 1000, 40), 1460)) == ()
    assert find_gaps(at(0, 1000, 2000, 4000, 5000)) == ()
    assert find_gaps(at(0, 1000, 2000, 4501, 5501)) == (Gap(TimeNs(2 * S), TimeNs(4_501_000_000)),)
    assert find_gaps(at(0)) == ()


def test_the_rule_for_a_variable_rate() -> None:
    assert not is_variable_rate(at(*(round(number * 1000 / 30) for number in range(300))))
    assert not is_variable_rate(at(*range(0, 4000, 40), *range(9000, 13000, 40)))
    assert is_variable_rate(at(*(number * 100 for number in range(70) if number % 7)))
    assert not is_variable_rate(at(0, 40))


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_footage_is_refused_with_its_reason(name: str) -> None:
    reasons = {
        "empty": "is empty (0 bytes)",
        "garbage": "is not a video that can be read here",
        "text": "is not a video",
        "playlist": "is not a video that can be read here",
        "sound_only": "holds no video, only sound",
        "still": "is a still picture",
        "unfinished_mp4": "never finished",
    }
    expected = NoPictures if name == "sound_only" else CannotOpen
    with pytest.raises(expected) as caught:
        probe(shared_broken(name))
    assert reasons[name] in caught.value.message
    assert caught.value.hint


def test_a_coding_without_decoder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "unknown.mp4"
    path.write_bytes(shared_clip("mp4").path.read_bytes().replace(b"avc1", b"zzq1"))
    with pytest.raises(CannotOpen, match="picture coding that is not known"):
        probe(path)


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "nowhere.mp4", "does not exist"),
        (tmp_path, "is a folder"),
        (shared_clip("mp4").path / "inside.mp4", "cannot be read"),
    ):
        for read in (probe, hash_file):
            with pytest.raises(CannotOpen, match=words):
                read(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "locked.mp4"
    shutil.copy(shared_clip("mp4").path, path)
    path.chmod(0)
    with pytest.raises(CannotOpen, match="cannot be read"):
        probe(path)


@pytest.mark.parametrize("name", ["mp4", "raw_h264", "mpeg4_avi", "mpeg_ts", "mkv"])
@pytest.mark.parametrize("suffix", [".txt", ".jpg", ""])
def test_the_content_counts_and_not_the_name(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"footage %03d{suffix}"
    shutil.copy(shared_clip(name).path, path)
    assert probe(path, sha256="").frames == 40


def test_a_list_of_other_files_is_not_followed(tmp_path: Path) -> None:
    shutil.copy(shared_clip("mpeg_ts").path, tmp_path / "plain.ts")
    shutil.copy(shared_broken("playlist"), tmp_path / "list.m3u8")
    (tmp_path / "list.txt").write_text("ffconcat version 1.0\nfile plain.ts\n", encoding="utf-8")
    for name in ("list.m3u8", "list.txt"):
        with pytest.raises(CannotOpen):
            probe(tmp_path / name)


def test_the_hash_is_that_of_the_bytes_and_tells_its_progress(tmp_path: Path) -> None:
    content = np.random.default_rng(5).integers(0, 256, 2_500_000, np.uint8).tobytes()
    path = tmp_path / "bytes.bin"
    path.write_bytes(content)
    told: list[int] = []
    assert hash_file(path, told.append) == hashlib.sha256(content).hexdigest()
    assert told == [1 << 20, 2 << 20, 2_500_000]
    facts = probe(shared_clip("mp4").path)
    assert facts.sha256 == hash_file(shared_clip("mp4").path)


def test_probing_leaves_every_original_as_it_was() -> None:
    for name in VARIANTS:
        shared_clip(name)
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in shared_folder().iterdir()
    }
    for name in VARIANTS:
        probe(shared_clip(name).path)
    after = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in shared_folder().iterdir()
    }
    assert after == before
