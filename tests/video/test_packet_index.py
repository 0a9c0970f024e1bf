"""The index is the truth of a file, survives storage bit for bit, and converts without drift."""

import random
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import packet_bytes, shared_clip, spoil_packet
from video.errors import Damaged, NoPictures, SeekFailed
from video.packet_index import (
    duration_ns,
    first_from,
    index_from_bytes,
    index_to_bytes,
    number_of,
    picture_length_ns,
    read_index,
    read_index_fully,
    shown_at,
    time_of,
    times_ns,
)
from video.synthetic.encode import encode
from video.synthetic.variants import VARIANTS
from video.types import PacketIndex, TimeNs

COUNTED = {"raw_h264", "raw_hevc", "h264_avi", "late_b_frames_avi", "jump_back"}

time_bases = st.sampled_from(
    [
        Fraction(1, 25),
        Fraction(1, 1000),
        Fraction(1, 90_000),
        Fraction(1, 1_200_000),
        Fraction(1001, 30_000),
        Fraction(1, 11_988),
    ]
)


@st.composite
def indexes(draw: st.DrawFn) -> PacketIndex:
    """Any index: uneven steps up to days, any first stamp, any keyframes."""
    steps = draw(st.lists(st.integers(1, 1 << draw(st.integers(1, 34))), max_size=60))
    first = draw(st.integers(-(1 << 40), 1 << 40))
    pts = first + np.cumsum([0, *steps], dtype=np.int64)
    keyframes = np.array(draw(st.lists(st.booleans(), min_size=len(pts), max_size=len(pts))))
    return PacketIndex(
        pts,
        keyframes,
        draw(time_bases),
        duplicate_pts=draw(st.integers(0, 9)),
        counted=draw(st.booleans()),
    )


def same(first: PacketIndex, second: PacketIndex) -> bool:
    return (
        first.pts.tolist() == second.pts.tolist()
        and first.keyframes.tolist() == second.keyframes.tolist()
        and first.pts.dtype == second.pts.dtype
        and first.keyframes.dtype == second.keyframes.dtype
        and (first.time_base, first.duplicate_pts, first.counted)
        == (second.time_base, second.duplicate_pts, second.counted)
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_the_times_of_every_clip_are_found_to_the_nanosecond(name: str) -> None:
    clip = shared_clip(name)
    index = read_index(clip.path)
    assert times_ns(index).tolist() == list(clip.times_ns)
    assert index.counted == (name in COUNTED)


def test_frames_hidden_by_an_edit_list_are_not_listed() -> None:
    reading = read_index_fully(shared_clip("edit_list").path)
    assert (len(reading.index), int(reading.scan.hidden.sum()), len(reading.scan)) == (23, 7, 30)


def test_repeated_time_stamps_are_counted_and_listed_once() -> None:
    index = read_index(shared_clip("duplicate_times").path)
    assert (len(index), index.duplicate_pts) == (38, 2)
    # Frame 20 is a keyframe and shares its time with 21: the keyframe is the one that counts.
    assert bool(index.keyframes[19])


def test_frames_before_the_first_keyframe_are_not_listed() -> None:
    reading = read_index_fully(shared_clip("starts_inside").path)
    assert (len(reading.index), reading.lost_at_start) == (30, 6)
    assert bool(reading.index.keyframes[0])


def test_a_transport_stream_keeps_its_own_first_time_stamp() -> None:
    assert int(read_index(shared_clip("mpeg_ts").path).pts[0]) > 0


@pytest.mark.parametrize("name", ["b_frames", "open_gop", "mpeg4_avi", "raw_h264", "hevc"])
def test_the_packet_of_each_frame_is_known(name: str) -> None:
    reading = read_index_fully(shared_clip(name).path)
    assert sorted(reading.packets.tolist()) == list(range(40))
    assert reading.packets.tolist() != list(range(40))
    assert reading.scan.keyframe[reading.packets].tolist() == reading.index.keyframes.tolist()


@pytest.mark.parametrize("at", [0, 1, 5, 12, 30])
def test_damage_does_not_take_the_time_stamps_from_a_file(tmp_path: Path, at: int) -> None:
    clip = encode(tmp_path / "clip.mkv", b_frames=2)
    index = read_index(spoil_packet(clip, tmp_path / "spoilt.mkv", at))
    assert not index.counted
    # A lost first keyframe takes its group away; all else stays listed.
    assert len(index) == (30 if at == 0 else 40)


def test_where_half_the_packets_give_no_picture_only_pictures_are_listed(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mkv", b_frames=0)
    content = clip.path.read_bytes()
    for at, payload in enumerate(packet_bytes(clip.path)):
        if at % 10 >= 5:
            content = content.replace(payload, b"\xff" * len(payload))
    (tmp_path / "spoilt.mkv").write_bytes(content)
    index = read_index(tmp_path / "spoilt.mkv")
    sound = [time for at, time in enumerate(clip.times_ns) if at % 10 < 5]
    assert times_ns(index).tolist() == sound
    assert not index.counted


def test_a_file_without_one_whole_picture_has_none(tmp_path: Path) -> None:
    clip = encode(tmp_path / "one.mkv", frames=1, b_frames=0)
    with pytest.raises(NoPictures):
        read_index(spoil_packet(clip, tmp_path / "spoilt.mkv", 0))


@given(indexes())
def test_an_index_comes_back_from_bytes_as_it_was(index: PacketIndex) -> None:
    assert same(index_from_bytes(index_to_bytes(index)), index)


def test_an_hour_takes_little_room() -> None:
    number = np.arange(90_000, dtype=np.int64)
    jitter = np.random.default_rng(1).integers(-200, 200, len(number))
    index = PacketIndex(number * 3600 + jitter, number % 50 == 0, Fraction(1, 90_000))
    assert len(index_to_bytes(index)) < 2 * len(index)
    even = PacketIndex(number * 3600, number % 50 == 0, Fraction(1, 90_000))
    assert len(index_to_bytes(even)) < 2_000


@given(indexes(), st.data())
def test_damaged_bytes_are_refused(index: PacketIndex, data: st.DataObject) -> None:
    content = index_to_bytes(index)
    at = data.draw(st.integers(0, len(content) - 1))
    spoilt = bytearray(content)
    spoilt[at] ^= data.draw(st.integers(1, 255))
    for damaged in (bytes(spoilt), content[:at]):
        with pytest.raises(Damaged):
            index_from_bytes(damaged)


@pytest.mark.parametrize("content", [b"", b"PIX1", b"\0" * 100, b"PIX1" + zlib.compress(b"")])
def test_what_is_no_index_is_refused(content: bytes) -> None:
    with pytest.raises(Damaged):
        index_from_bytes(content)


@given(indexes())
def test_all_times_equal_each_time(index: PacketIndex) -> None:
    assert times_ns(index).tolist() == [time_of(index, number) for number in range(len(index))]


@given(indexes())
def test_every_time_stamp_leads_to_its_number_and_others_to_none(index: PacketIndex) -> None:
    listed = index.pts.tolist()
    assert [number_of(index, pts) for pts in listed] == list(range(len(index)))
    assert all(number_of(index, pts + 1) is None for pts in listed if pts + 1 not in listed)
    assert number_of(index, listed[0] - 1) is None


@given(indexes(), st.integers(-5, 5), st.randoms())
def test_lookups_by_time_agree_with_trying_every_frame(
    index: PacketIndex, beside: int, rnd: random.Random
) -> None:
    times = [int(time) for time in times_ns(index)]
    moment = TimeNs(rnd.choice(times) + beside)
    assert first_from(index, moment) == sum(time < moment for time in times)
    if 0 <= moment < duration_ns(index):
        assert shown_at(index, moment) == sum(time <= moment for time in times) - 1


def test_a_frame_is_shown_until_the_next_and_the_last_for_its_usual_length() -> None:
    index = read_index(shared_clip("mp4").path)
    assert picture_length_ns(index) == 40_000_000
    assert duration_ns(index) == 1_600_000_000
    assert shown_at(index, TimeNs(0)) == 0
    assert shown_at(index, TimeNs(39_999_999)) == 0
    assert shown_at(index, TimeNs(40_000_000)) == 1
    assert shown_at(index, TimeNs(1_599_999_999)) == 39
    for outside in (-1, 1_600_000_000):
        with pytest.raises(SeekFailed):
            shown_at(index, TimeNs(outside))


def test_inside_a_gap_the_frame_before_it_is_shown() -> None:
    assert shown_at(read_index(shared_clip("gap").path), TimeNs(2_000_000_000)) == 19


def test_a_single_frame_has_no_length_but_is_shown_at_its_time() -> None:
    index = PacketIndex(np.array([7], np.int64), np.array([True]), Fraction(1, 25))
    assert (picture_length_ns(index), duration_ns(index)) == (0, 0)
    assert shown_at(index, TimeNs(0)) == 0
