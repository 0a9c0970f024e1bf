"""What every decoder promises, over every kind of clip: the frame asked for, that one, exactly."""

import random
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from resources.paths import shared_test_data
from tests.support.clips import shared_clip
from video.decoder import DECODERS, Decoder, open_source
from video.errors import CannotOpen, SeekFailed
from video.packet_index import read_index
from video.rewrap import rewrap
from video.synthetic.encode import Clip
from video.synthetic.scene import read_number
from video.synthetic.variants import VARIANTS
from video.types import Frame, PacketIndex, TimeNs

Open = Callable[[Path], Decoder]


_index = cache(read_index)


@pytest.fixture(params=DECODERS.names())
def open_(request: pytest.FixtureRequest) -> Open:
    return lambda path: open_source(path, _index(path), decoder=request.param, threads=1)


@pytest.fixture(params=VARIANTS)
def clip(request: pytest.FixtureRequest) -> Clip:
    return shared_clip(request.param)


@pytest.fixture(params=["b_frames", "mpeg_ts", "raw_h264", "mjpeg_avi", "interlaced", "turned"])
def some_clip(request: pytest.FixtureRequest) -> Clip:
    """For promises that do not hang on how time stamps and keyframes lie."""
    return shared_clip(request.param)


def _shuffled(index: PacketIndex, seed: int) -> list[int]:
    order: list[int] = index.pts.tolist()
    random.Random(seed).shuffle(order)
    return order


def _fingerprint(frame: Frame) -> int:
    return zlib.crc32(frame.bgr().data)


def test_the_frames_are_those_of_the_index_in_presentation_order(open_: Open, clip: Clip) -> None:
    with open_(clip.path) as decoder:
        frames = list(decoder.frames())
        assert [frame.pts for frame in frames] == decoder.index.pts.tolist()
        assert [frame.number for frame in frames] == list(range(len(decoder.index)))
        assert [frame.time_ns for frame in frames] == list(clip.times_ns)
        assert [read_number(frame.bgr()) for frame in frames] == list(clip.numbers)
        assert decoder.damaged == 0


def test_every_time_stamp_gives_exactly_its_frame_in_any_order(open_: Open, clip: Clip) -> None:
    with open_(clip.path) as decoder:
        in_order = [_fingerprint(frame) for frame in decoder.frames()]
        for pts in _shuffled(decoder.index, seed=1):
            frame = decoder.frame_at(pts)
            assert frame.pts == pts
            assert frame.time_ns == clip.times_ns[frame.number]
            assert read_number(frame.bgr()) == clip.numbers[frame.number]
            assert _fingerprint(frame) == in_order[frame.number]
        assert decoder.damaged == 0


def test_frames_start_at_the_first_at_or_after_a_time(open_: Open, clip: Clip) -> None:
    with open_(clip.path) as decoder:
        for number, early in ((9, 0), (13, 1), (len(clip.times_ns) - 1, 0)):
            start = TimeNs(clip.times_ns[number] - early)
            assert next(decoder.frames(start)).number == number
        after = list(decoder.frames(TimeNs(clip.times_ns[11])))
        assert [read_number(frame.bgr()) for frame in after] == list(clip.numbers[11:])
        assert list(decoder.frames(TimeNs(clip.times_ns[-1] + 1))) == []


def test_seeking_while_frames_run_disturbs_neither(open_: Open, some_clip: Clip) -> None:
    with open_(some_clip.path) as decoder:
        seen = []
        # Ten seeks, spread over the run: each lands somewhere else than the run is.
        pause = dict(zip(range(3, 33, 3), _shuffled(decoder.index, seed=2), strict=False))
        for frame in decoder.frames():
            seen.append(read_number(frame.bgr()))
            if frame.number in pause:
                other = decoder.frame_at(pause[frame.number])
                assert read_number(other.bgr()) == some_clip.numbers[other.number]
        assert seen == list(some_clip.numbers)


@pytest.mark.parametrize("name", DECODERS.names())
def test_many_threads_and_an_index_read_by_the_decoder_change_nothing(
    name: str, clip: Clip
) -> None:
    with open_source(clip.path, decoder=name, threads=3) as decoder:
        assert decoder.index.pts.tolist() == _index(clip.path).pts.tolist()
        assert [read_number(frame.bgr()) for frame in decoder.frames()] == list(clip.numbers)
        for pts in _shuffled(decoder.index, seed=4)[:5]:
            frame = decoder.frame_at(pts)
            assert read_number(frame.bgr()) == clip.numbers[frame.number]


def test_an_unknown_time_stamp_is_refused_and_the_decoder_stays_usable(
    open_: Open, some_clip: Clip
) -> None:
    with open_(some_clip.path) as decoder:
        index = decoder.index
        known = set(index.pts.tolist())
        unknown = [pts + by for pts in known for by in (-1, 1) if pts + by not in known]
        for pts in unknown[:10]:
            with pytest.raises(SeekFailed):
                decoder.frame_at(pts)
            frame = decoder.frame_at(int(index.pts[5]))
            assert read_number(frame.bgr()) == some_clip.numbers[5]


def test_pictures_are_upright_read_only_and_converted_once(open_: Open, some_clip: Clip) -> None:
    with open_(some_clip.path) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[6]))
        picture = frame.bgr()
        assert picture.shape == (some_clip.scene.height, some_clip.scene.width, 3)
        assert picture.dtype == np.uint8
        assert picture.flags.c_contiguous
        assert frame.bgr() is picture
        with pytest.raises(ValueError, match="read-only"):
            picture[0, 0] = 0


def test_brightness_shows_the_same_picture_smaller(open_: Open, some_clip: Clip) -> None:
    with open_(some_clip.path) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[6]))
        luma = frame.luma(80, 60)
        assert luma.shape == (60, 80)
        assert luma.dtype == np.uint8
        grey = frame.bgr().astype(float) @ [0.114, 0.587, 0.299]
        small = grey.reshape(60, 4, 80, 4).mean(axis=(1, 3))
        assert np.corrcoef(small.ravel(), luma.ravel())[0, 1] > 0.98


def test_pictures_for_the_screen_are_upright_scaled_and_read_only(
    open_: Open, some_clip: Clip
) -> None:
    with open_(some_clip.path) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[6]))
    height, width = some_clip.scene.height, some_clip.scene.width
    for wanted in ((width, height), (width // 2, height // 2), (157, 119), (2 * width, 2 * height)):
        shown = frame.bgra(*wanted)
        assert shown.shape == (wanted[1], wanted[0], 4)
        assert shown.dtype == np.uint8
        # Rows may be padded, pixels not.
        assert shown.strides[1:] == (4, 1)
        assert (shown[..., 3] == 255).all()
        with pytest.raises(ValueError, match="read-only"):
            shown[0, 0] = 0
    plain = frame.bgra(width, height)[..., :3]
    assert read_number(np.ascontiguousarray(plain)) == some_clip.numbers[6]
    assert np.abs(plain.astype(float) - frame.bgr()).mean() < 4
    small = frame.bgr().astype(float).reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))
    half = frame.bgra(width // 2, height // 2)[..., :3]
    # Half a pixel of displacement would give 0.91.
    assert np.corrcoef(small.ravel(), half.ravel())[0, 1] > 0.97


def test_frames_outlive_their_decoder_and_the_file_is_untouched(
    open_: Open, some_clip: Clip
) -> None:
    before = some_clip.path.read_bytes(), some_clip.path.stat().st_mtime_ns
    with open_(some_clip.path) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[7]))
        running = decoder.frames()
        next(running)
    assert read_number(frame.bgr()) == some_clip.numbers[7]
    with pytest.raises(ValueError, match="closed"):
        next(running)
    with pytest.raises(ValueError, match="closed"):
        decoder.frame_at(frame.pts)
    with pytest.raises(ValueError, match="closed"):
        next(decoder.frames())
    assert (some_clip.path.read_bytes(), some_clip.path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", DECODERS.names())
def test_a_file_that_has_gone_is_told_at_once(name: str, tmp_path: Path) -> None:
    for index in (None, _index(shared_clip("mp4").path)):
        with pytest.raises(CannotOpen):
            open_source(tmp_path / "nowhere.mp4", index, decoder=name)


REAL = {"vtest.avi": 795, "TUD-Campus.mp4": 71, "bikes.mp4": 250, "people-detection.264": 596}


@pytest.mark.parametrize("name", REAL)
def test_real_footage_gives_the_frames_of_sequential_decoding(
    open_: Open, name: str, tmp_path: Path
) -> None:
    path = shared_test_data() / "data" / "video" / name
    if not path.exists():
        pytest.skip("the shared test data is not here")
    if path.suffix == ".264":
        rewrap(path, tmp_path / "rewrapped.mp4")
        path = tmp_path / "rewrapped.mp4"
    with open_(path) as decoder:
        assert len(decoder.index) == REAL[name]
        wanted = sorted(random.Random(name).sample(range(len(decoder.index)), 6))
        in_order = {
            frame.number: _fingerprint(frame)
            for frame in decoder.frames()
            if frame.number in set(wanted)
        }
        assert list(in_order) == wanted
        random.Random(3).shuffle(wanted)
        for number in wanted:
            frame = decoder.frame_at(int(decoder.index.pts[number]))
            assert (frame.number, _fingerprint(frame)) == (number, in_order[number])
