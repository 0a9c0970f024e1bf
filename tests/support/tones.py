"""Clips with a tone at known moments, for everything that hears."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

RATE: Final = 48_000


def tone_clip(
    path: Path,
    bursts: tuple[tuple[float, float], ...],
    *,
    seconds: float = 4.0,
    fps: int = 10,
    codec: str = "pcm_s16le",
    sound_from_s: float = 0.0,
    shift_s: float = 0.0,
) -> Path:
    """Grey pictures and a tone of 1 kHz from-to in media seconds; the sound begins at
    `sound_from_s`, and all stamps are `shift_s` later."""
    with av.open(path, "w") as out:
        video = out.add_stream("mpeg4", rate=fps)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.time_base = Fraction(1, 90_000)
        sound = out.add_stream(codec, rate=RATE)
        assert isinstance(sound, AudioStream)
        sound.layout = "mono"
        times = np.arange(round(seconds * RATE)) / RATE
        wave = np.zeros(len(times))
        for begin, end in bursts:
            inside = (times >= begin) & (times < end)
            wave[inside] = 0.5 * np.sin(2 * np.pi * 1000 * times[inside])
        samples = (wave[round(sound_from_s * RATE) :] * 32767).astype(np.int16)
        for number in range(round(seconds * fps)):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64), 40 + number, np.uint8), "gray8")
            picture = picture.reformat(format="yuv420p")
            picture.pts = round((number / fps + shift_s) * 90_000)
            picture.time_base = Fraction(1, 90_000)
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        for at in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 1024], "s16", "mono")
            frame.sample_rate = RATE
            frame.pts = at + round((sound_from_s + shift_s) * RATE)
            frame.time_base = Fraction(1, RATE)
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    return path
