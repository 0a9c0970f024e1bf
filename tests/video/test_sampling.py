"""Sampling goes by media time, starts with the first frame, and converts only what it gives."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import shared_clip
from video.decoder import open_source
from video.packet_index import read_index, times_ns
from video.sampling import sampled_frames, wanted_frames
from video.synthetic.scene import read_number
from video.types import PacketIndex, Span, TimeNs

MS = 1_000_000


def at(*times_ms: int) -> PacketIndex:
    pts = np.array(times_ms, np.int64)
    return PacketIndex(pts, np.ones(len(pts), np.bool_), Fraction(1, 1000))


uneven = st.lists(st.integers(1, 700), min_size=1, max_size=80).map(
    lambda steps: at(*np.cumsum([0, *steps]).tolist())
)
rates = st.fractions(Fraction(1, 4), 60, max_denominator=100)


def test_a_constant_rate_gives_every_fifth_frame() -> None:
    index = at(*range(0, 2000, 40))
    assert wanted_frames(index).tolist() == list(range(0, 50, 5))
    assert wanted_frames(index, 12.5).tolist() == list(range(0, 50, 2))


def test_every_frame_is_taken_without_a_rate() -> None:
    assert wanted_frames(at(0, 3, 500, 501), None).tolist() == [0, 1, 2, 3]


def test_a_source_slower_than_the_rate_loses_nothing() -> None:
    assert wanted_frames(at(*range(0, 5000, 500))).tolist() == list(range(10))


def test_a_camera_at_the_sampling_rate_may_be_a_little_early() -> None:
    jittered = at(0, 199, 401, 598, 800, 997, 1203)
    assert wanted_frames(jittered).tolist() == list(range(7))


def test_after_a_gap_the_next_frame_is_taken() -> None:
    assert wanted_frames(at(0, 40, 80, 9_010, 9_050, 9_200)).tolist() == [0, 3, 5]


@given(uneven, rates)
def test_each_slot_gives_its_first_frame_and_no_other(index: PacketIndex, fps: Fraction) -> None:
    chosen = wanted_frames(index, fps)
    slots = [
        (int(time) * fps / 1_000_000_000 + Fraction(1, 20)).__floor__() for time in times_ns(index)
    ]
    assert chosen.tolist() == [
        number for number, slot in enumerate(slots) if number == 0 or slot != slots[number - 1]
    ]


@given(uneven, st.integers(1, 40), st.integers(1, 20))
def test_spans_that_meet_at_a_slot_choose_like_one(index: PacketIndex, slot: int, fps: int) -> None:
    # A slot begins a twentieth early.
    middle = TimeNs(-(-(20 * slot - 1) * 1_000_000_000 // (20 * fps)))
    end = TimeNs(int(times_ns(index)[-1]) + 1)
    if middle > end:
        return
    parts = [
        wanted_frames(index, fps, span=Span(TimeNs(0), middle)),
        wanted_frames(index, fps, span=Span(middle, end)),
    ]
    assert np.concatenate(parts).tolist() == wanted_frames(index, fps).tolist()


def test_a_span_starts_with_its_first_frame_and_leaves_its_end_out() -> None:
    index = at(*range(0, 2000, 40))
    span = Span(TimeNs(100 * MS), TimeNs(600 * MS))
    assert wanted_frames(index, span=span).tolist() == [3, 5, 10]
    assert wanted_frames(index, None, span=span).tolist() == list(range(3, 15))
    assert wanted_frames(index, span=Span(TimeNs(5), TimeNs(6))).tolist() == []


def test_a_rate_of_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="above 0"):
        wanted_frames(at(0), 0)


@pytest.mark.parametrize("name", ["variable_mkv", "b_frames", "raw_h264", "edit_list", "gap"])
def test_the_frames_given_are_the_wanted_ones(name: str) -> None:
    clip = shared_clip(name)
    index = read_index(clip.path)
    span = Span(TimeNs(200 * MS), TimeNs(900 * MS))
    with open_source(clip.path, index) as decoder:
        for fps, within in ((5, None), (8.5, span), (None, span)):
            frames = list(sampled_frames(decoder, fps, span=within))
            numbers = [frame.number for frame in frames]
            assert numbers == wanted_frames(index, fps, span=within).tolist()
            assert [read_number(frame.bgr()) for frame in frames] == [
                clip.numbers[number] for number in numbers
            ]
        assert list(sampled_frames(decoder, span=Span(TimeNs(1), TimeNs(2)))) == []
