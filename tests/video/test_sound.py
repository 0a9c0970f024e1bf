"""Sound is heard at its own time: from any moment on, with silence where there is none."""

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import shared_clip
from tests.support.tones import tone_clip
from video.errors import NoSound
from video.packet_index import read_index
from video.sound import RATE, Loudness, Samples, SoundFile, measure_loudness
from video.types import TimeNs

S = 1_000_000_000
BURSTS = ((1.0, 1.25), (3.0, 3.5))


def origin(path: Path) -> Fraction:
    index = read_index(path)
    return int(index.pts[0]) * index.time_base


def opened(path: Path) -> SoundFile:
    return SoundFile(path, origin(path))


def heard_from_to(samples: Samples, begin_s: float = 0.0) -> tuple[float, float]:
    """Media seconds of the first and the last sample that is not silent."""
    loud = np.flatnonzero(np.abs(samples[:, 0]) > 0.1)
    return begin_s + loud[0] / RATE, begin_s + loud[-1] / RATE


def finish_measuring(measuring: Generator[TimeNs, None, Loudness]) -> Loudness:
    while True:
        try:
            next(measuring)
        except StopIteration as end:
            shape: Loudness = end.value
            return shape


@pytest.mark.parametrize(
    ("name", "codec", "shift_s", "slack_s"),
    [
        ("a.mkv", "pcm_s16le", 0.0, 0.002),
        ("a.mp4", "aac", 0.0, 0.03),
        ("a.ts", "aac", 95_000.0, 0.03),
        ("a.mkv", "libopus", 12.5, 0.03),
    ],
)
def test_tone_is_heard_at_its_media_time(
    tmp_path: Path, name: str, codec: str, shift_s: float, slack_s: float
) -> None:
    path = tone_clip(tmp_path / name, BURSTS, codec=codec, shift_s=shift_s)
    with opened(path) as file:
        first = file.read(TimeNs(0), 2 * RATE)
        later = file.read(TimeNs(2 * S), 2 * RATE)
    assert heard_from_to(first) == pytest.approx(BURSTS[0], abs=slack_s)
    assert heard_from_to(later, 2.0) == pytest.approx(BURSTS[1], abs=slack_s)


def test_any_order_of_moments_gives_the_same_samples(tmp_path: Path) -> None:
    # Matroska rounds stamps to the millisecond: samples may then lie a few off.
    path = tone_clip(tmp_path / "a.mov", BURSTS)
    with opened(path) as file:
        whole = file.read(TimeNs(0), 4 * RATE)
        for second in (3, 0, 2, 1, 3, 1):
            part = file.read(TimeNs(second * S), RATE)
            assert np.array_equal(part, whole[second * RATE : (second + 1) * RATE])


def test_there_is_silence_before_the_sound_begins_and_after_it_ends(tmp_path: Path) -> None:
    path = tone_clip(tmp_path / "a.mkv", ((0.0, 4.0),), sound_from_s=1.5)
    with opened(path) as file:
        samples = file.read(TimeNs(0), 6 * RATE)
    assert heard_from_to(samples) == pytest.approx((1.5, 4.0), abs=0.002)


def test_loudness_shows_where_the_tone_is(tmp_path: Path) -> None:
    path = tone_clip(tmp_path / "a.mkv", BURSTS)
    shape = finish_measuring(measure_loudness(path, origin(path), steps_per_s=20))
    times = (shape.start_ns + np.arange(len(shape.high)) * shape.step_ns) / S
    loud = times[shape.high > 10]
    assert len(shape.high) == 80
    assert (loud.min(), loud.max()) == pytest.approx((1.0, 3.45), abs=0.051)
    assert not ((loud > 1.3) & (loud < 2.9)).any()
    assert shape.low[shape.high > 10].max() < -10


def test_recording_without_sound_says_so() -> None:
    path = shared_clip("mp4").path
    with pytest.raises(NoSound, match="no sound stream 1"):
        opened(path)


def test_damaged_packet_costs_only_itself(tmp_path: Path) -> None:
    path = tone_clip(tmp_path / "a.mp4", ((0.0, 4.0),), codec="aac")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * 40
    path.write_bytes(bytes(content))
    with opened(path) as file:
        samples = file.read(TimeNs(0), 4 * RATE)
    assert heard_from_to(samples) == pytest.approx((0.0, 4.0), abs=0.05)
