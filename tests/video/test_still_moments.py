"""A frozen recorder is found where it froze; a quiet scene is none, however coarsely coded."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.support.clips import shared_clip
from video.packet_index import read_index_fully
from video.probe import probe
from video.still_moments import find_frozen
from video.synthetic.encode import FRAME_MS, encode
from video.synthetic.sensor import SensorScene
from video.types import Pixels, Span

STILL = 55
THAW = 155
FRAMES = 170
GOP = 25
SMALL: Any = {"width": 192, "height": 112}
QUIET = SensorScene(boxes=(), numbered=False, **SMALL)
FROZEN = SensorScene(frozen_from=STILL, frozen_to=THAW, **SMALL)
TICK = Fraction(1, 25)


def frozen_ms(path: Path) -> list[tuple[int, int]]:
    return [
        (span.start_ns // 1_000_000, span.end_ns // 1_000_000)
        for span in probe(path, sha256="").frozen
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("h264.mp4", {"b_frames": 0}),
        ("b_frames.mkv", {"b_frames": 3}),
        ("h265.mp4", {"codec": "libx265", "b_frames": 0}),
        ("mpeg.ts", {"x264": "crf=34"}),
    ],
)
def test_a_frozen_recorder_is_found_to_within_two_groups(
    tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    clip = encode(tmp_path / name, frames=FRAMES, gop=GOP, scene=FROZEN, **options)  # type: ignore[arg-type]
    ((start, end),) = frozen_ms(clip.path)
    group = GOP * FRAME_MS
    # An encoder may take one group to come to rest, and look one ahead.
    assert STILL * FRAME_MS <= start < STILL * FRAME_MS + 2 * group
    assert THAW * FRAME_MS - 2 * group <= end <= THAW * FRAME_MS


def test_pictures_of_equal_bytes_are_found_to_the_frame(tmp_path: Path) -> None:
    clip = encode(
        tmp_path / "frozen.avi", codec="mjpeg", time_base=TICK, frames=FRAMES, scene=FROZEN
    )
    assert frozen_ms(clip.path) == [(STILL * FRAME_MS, THAW * FRAME_MS)]
    told = " ".join(probe(clip.path, sha256="").warnings)
    assert "stands still from 0:00:02.200 to 0:00:06.200 while the recording goes on" in told


@pytest.mark.parametrize("coarse", [23, 34, 42])
@pytest.mark.parametrize("noise", [1.0, 3.0])
def test_a_quiet_scene_of_a_real_sensor_is_not_frozen(
    tmp_path: Path, coarse: int, noise: float
) -> None:
    quiet = SensorScene(boxes=(), numbered=False, noise=noise, **SMALL)
    clip = encode(tmp_path / "quiet.mp4", frames=FRAMES, gop=GOP, scene=quiet, x264=f"crf={coarse}")
    assert frozen_ms(clip.path) == []


def test_a_quiet_scene_in_single_pictures_is_not_frozen(tmp_path: Path) -> None:
    clip = encode(tmp_path / "quiet.avi", codec="mjpeg", time_base=TICK, frames=80, scene=QUIET)
    assert frozen_ms(clip.path) == []


def test_a_short_standstill_is_none(tmp_path: Path) -> None:
    short = SensorScene(frozen_from=20, frozen_to=60, **SMALL)
    clip = encode(tmp_path / "short.avi", codec="mjpeg", time_base=TICK, frames=80, scene=short)
    assert frozen_ms(clip.path) == []


def test_pictures_that_each_come_five_times_are_not_frozen(tmp_path: Path) -> None:
    class Slow(SensorScene):
        def picture(self, number: int) -> Pixels:
            return SensorScene.picture(self, number // 5)

    clip = encode(
        tmp_path / "slow.avi", codec="mjpeg", time_base=TICK, frames=100, scene=Slow(**SMALL)
    )
    assert frozen_ms(clip.path) == []


def test_what_happens_between_two_equal_keyframes_is_no_standstill(tmp_path: Path) -> None:
    """A drawn scene without noise whose keyframes are equal, while something comes and goes."""

    class Blinking(SensorScene):
        def picture(self, number: int) -> Pixels:
            picture = SensorScene(numbered=False, boxes=(), noise=0, **SMALL).picture(0)
            if number % GOP:
                picture[40:100, 100:180] = 255 - 20 * (number % 10)
            return picture

    clip = encode(tmp_path / "blinking.mp4", frames=FRAMES, gop=GOP, scene=Blinking(**SMALL))
    assert frozen_ms(clip.path) == []


@pytest.mark.parametrize("name", ["mp4", "mpeg4_avi", "mjpeg_avi", "raw_h264", "jump_back", "gap"])
def test_ordinary_clips_have_none(name: str) -> None:
    path = shared_clip(name).path
    found: tuple[Span, ...] = find_frozen(path, read_index_fully(path))
    assert found == ()
