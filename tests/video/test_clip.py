"""Clips: cut out as they are, or encoded anew with exactly the frames asked for."""

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from tests.support.bad_disks import no_room
from tests.support.clips import packet_bytes, shared_clip
from video.burn_in import strip, strip_height
from video.clip import Copied, copy_cut, cut_between, cut_of
from video.decoder import open_source
from video.errors import CannotWrite
from video.exact_clip import Encoded, encode_cut
from video.packet_index import read_index, time_of, times_ns
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Scene, read_number
from video.types import Pixels, Span, TimeNs

T = TypeVar("T")
KINDS = ["b_frames", "open_gop", "open_gop_ts", "variable_mp4", "variable_mkv", "mpeg_ts",
         "mjpeg_avi", "h264_avi", "hevc_open_gop", "edit_list", "intra_refresh", "turned", "gap",
         "with_sound", "raw_h264"]  # fmt: skip


def done(making: Generator[int, None, T]) -> T:
    try:
        while True:
            next(making)
    except StopIteration as end:
        made: T = end.value
        return made


def copied(clip: Clip, first: int, last: int, folder: Path) -> Copied:
    index = read_index(clip.path)
    cut = cut_between(index, first, last)
    return done(copy_cut(clip.path, index, cut, folder / "clip", comment="an excerpt"))


def encoded(clip: Clip, first: int, last: int, folder: Path, *, text: bool = False) -> Encoded:
    index = read_index(clip.path)
    cut = cut_between(index, first, last)
    lines = (lambda time_ns: ("recorder", f"{time_ns}", "gate")) if text else None
    return done(encode_cut(clip.path, index, cut, folder / "clip", comment="again", lines=lines))


def pictures(path: Path) -> list[Pixels]:
    with open_source(path) as decoder:
        return [frame.bgr() for frame in decoder.frames()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_copy_decodes_to_the_very_pixels_of_the_original(
    kind: str, tmp_path: Path
) -> None:
    clip = shared_clip(kind)
    index = read_index(clip.path)
    first, last = len(index) // 2 - 3, len(index) // 2 + 4
    made = copied(clip, first, last, tmp_path)
    assert made.first <= first <= last <= made.last
    found = pictures(made.path)
    assert len(found) == made.last - made.first + 1
    with open_source(clip.path, index) as original:
        for number in range(first, last + 1):
            whole = original.frame_at(int(index.pts[number])).bgr()
            assert np.array_equal(found[number - made.first], whole)
    times = times_ns(index)[made.first : made.last + 1]
    assert np.abs(times_ns(read_index(made.path)) - (times - times[0])).max() <= 1_000


def test_a_stream_copy_holds_the_coded_pictures_of_the_original_byte_for_byte(
    tmp_path: Path,
) -> None:
    clip = shared_clip("b_frames")
    made = copied(clip, 13, 24, tmp_path)
    assert made.first == 10
    whole = packet_bytes(clip.path)
    assert packet_bytes(made.path) == whole[10 : 10 + made.packets]


def test_the_same_cut_gives_the_same_file(tmp_path: Path) -> None:
    clip = shared_clip("with_sound")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    for make in (copied, encoded):
        one, two = (make(clip, 13, 24, tmp_path / name) for name in ("one", "two"))
        assert one.path.read_bytes() == two.path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_an_exact_clip_holds_the_frames_asked_for_each_at_its_own_time(
    kind: str, tmp_path: Path
) -> None:
    clip = shared_clip(kind)
    index = read_index(clip.path)
    first, last = len(index) // 2 - 3, len(index) // 2 + 4
    made = encoded(clip, first, last, tmp_path)
    found = pictures(made.path)
    assert [read_number(one) for one in found] == list(clip.numbers[first : last + 1])
    times = times_ns(index)[first : last + 1]
    assert (times_ns(read_index(made.path)) == times - times[0]).all()


def test_burned_text_lies_below_the_picture_and_changes_none_of_it(tmp_path: Path) -> None:
    clip = shared_clip("mp4")
    (tmp_path / "bare").mkdir()
    with_text = encoded(clip, 5, 12, tmp_path, text=True)
    bare = pictures(encoded(clip, 5, 12, tmp_path / "bare").path)
    assert with_text.picture_height == 240
    assert with_text.height == 240 + strip_height(3, 240)
    for plain, written in zip(bare, pictures(with_text.path), strict=True):
        assert np.abs(plain.astype(int) - written[:240]).mean() < 1.5
        below = written[240:]
        assert below.max() > 180, "something is written"
        assert np.median(below) < 30, "white on black"


def test_a_line_too_long_for_the_strip_is_written_smaller() -> None:
    short, long = (strip((text,), 320, 240) for text in ("short", "long " * 20))
    assert long.shape == short.shape
    assert (long[:, -4:] < 60).all(), "nothing runs out on the right"


def test_an_odd_size_is_made_even_without_losing_a_pixel(tmp_path: Path) -> None:
    clip = encode(
        tmp_path / "odd.avi", codec="mjpeg", frames=12, scene=Scene(width=321, height=239),
        time_base=Fraction(1, 25),
    )  # fmt: skip
    made = encoded(clip, 3, 8, tmp_path)
    assert (made.width, made.height) == (322, 240)
    assert (made.picture_width, made.picture_height) == (321, 239)
    found = [read_number(one[:239, :321]) for one in pictures(made.path)]
    assert found == list(range(3, 9))


def tone(path: Path, codec: str, *, seconds: int = 4) -> Clip:
    """A clip whose sound is silent but for a beep from 2.0 s to 2.5 s."""
    clip = encode(path.with_name("silent.mkv"), frames=25 * seconds, gop=25, b_frames=0)
    rate = 8000 if codec == "pcm_alaw" else 48_000
    with av.open(clip.path) as source, av.open(path, "w") as out:
        stream = source.streams.video[0]
        target = out.add_stream_from_template(stream)
        sound = out.add_stream(codec, rate=rate)
        assert isinstance(sound, AudioStream)
        sound.codec_context.layout = "mono"
        at = np.arange(seconds * rate) / rate
        wave = np.where((at >= 2) & (at < 2.5), np.sin(at * 880 * 2 * np.pi) * 20_000, 0)
        for start in range(0, len(wave), 1024):
            shape = wave[start : start + 1024].astype(np.int16)[None]
            if codec == "aac":
                heard = av.AudioFrame.from_ndarray(
                    (shape / 32768).astype(np.float32), format="fltp", layout="mono"
                )
            else:
                heard = av.AudioFrame.from_ndarray(shape, format="s16", layout="mono")
            heard.sample_rate, heard.pts = rate, start
            out.mux(sound.encode(heard))
        out.mux(sound.encode(None))
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = target
                out.mux(packet)
    return Clip(path, clip.numbers, clip.times_ns)


def beep_s(path: Path) -> tuple[float, float]:
    """When the beep begins and ends, in media time of the pictures."""
    with av.open(path) as file:
        video = file.streams.video[0]
        assert video.time_base is not None
        start = float(read_index(path).pts[0] * video.time_base)
        loud: list[float] = []
        for frame in file.decode(audio=0):
            values = frame.to_ndarray().astype(float).ravel()
            level = 0.1 * (1 if "flt" in frame.format.name else 32768)
            for at in np.flatnonzero(np.abs(values) > level):
                loud.append((frame.time or 0.0) + at / frame.sample_rate)
    return min(loud) - start, max(loud) - start


@pytest.mark.parametrize(("codec", "name"), [
    ("aac", "s.mp4"), ("aac", "s.ts"), ("pcm_s16le", "s.mkv"), ("pcm_alaw", "s.mov"),
])  # fmt: skip
def test_sound_stays_with_its_pictures(codec: str, name: str, tmp_path: Path) -> None:
    clip = tone(tmp_path / name, codec)
    # From frame 30 (1.2 s): the copy begins at the keyframe before it, at 1.0 s.
    for make, start_s in ((copied, 1.0), (encoded, 1.2)):
        made = make(clip, 30, 80, tmp_path)
        assert made.sound
        begin, end = beep_s(made.path)
        assert begin == pytest.approx(2.0 - start_s, abs=0.03)
        assert end == pytest.approx(2.5 - start_s, abs=0.03)


def test_a_span_takes_the_picture_on_show_and_none_across_a_gap() -> None:
    index = read_index(shared_clip("gap").path)

    # Frames every 40 ms; 20 and on three seconds later.
    def numbers(begin: float, end: float) -> tuple[int, int] | None:
        cut = cut_of(index, Span(TimeNs(round(begin * 1e9)), TimeNs(round(end * 1e9))))
        return None if cut is None else (cut.first, cut.last)

    assert numbers(0.4, 0.48) == (10, 11)
    assert numbers(0.41, 0.47) == (10, 11)
    assert numbers(0.4001, 0.4801) == (10, 11), "times printed in milliseconds"
    assert numbers(0.3999, 0.4799) == (10, 11)
    assert numbers(0.7, 4.0) == (17, 24)
    assert numbers(2.0, 4.0) == (20, 24), "the picture before the gap is not of this span"
    assert numbers(1.5, 2.5) is None
    assert numbers(-5, 0) is None
    assert numbers(60, 70) is None


def test_the_lead_in_is_where_the_copy_starts(tmp_path: Path) -> None:
    clip = shared_clip("b_frames")
    index = read_index(clip.path)
    made = copied(clip, 17, 18, tmp_path)
    assert time_of(index, 17) - time_of(index, made.first) == 280_000_000


def test_a_full_disk_leaves_nothing_and_is_one_error(tmp_path: Path) -> None:
    clip = shared_clip("mp4")
    for make in (copied, encoded):
        with no_room(), pytest.raises(CannotWrite, match="no space left"):
            make(clip, 5, 20, tmp_path)
        assert not list(tmp_path.iterdir())
