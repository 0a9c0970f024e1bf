"""The kinds of recording on which every frame must be found exactly: ninety painted frames each."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from video.synthetic.encode import Clip, copy_packets, encode
from video.synthetic.variants import cut_by_edit_list

FRAMES: Final = 90
_TICK_25: Final = Fraction(1, 25)
_UNEVEN_MS: Final = tuple(
    int(at) for at in np.cumsum([0, *([33, 41, 40, 87, 20, 40, 133, 40] * 12)])[:FRAMES]
)
# The time stamps of MPEG-TS have 33 bits at 90 kHz (ISO/IEC 13818-1): after 26.5 hours they begin
# anew. FFmpeg's muxer starts 1.4 s after the time it is given.
WRAP_MS: Final = (1 << 33) * 1000 // 90_000
_MUX_DELAY_MS: Final = 1_400
_BEFORE_WRAP_MS: Final = 1_800
_OFFSET_MS: Final = 36_754_000


def moved_ts(folder: Path, name: str, shift_ms: int) -> Clip:
    """An MPEG-TS clip with B-frames whose first picture has a time stamp `shift_ms` later."""
    whole = encode(folder / f"{name}_source.ts", frames=FRAMES)
    path = folder / f"{name}.ts"
    copy_packets(whole, path, shift_ms=shift_ms)
    return Clip(path, whole.numbers, whole.times_ns)


def _plain(name: str, **options: object) -> Callable[[Path], Clip]:
    return lambda folder: encode(folder / name, **{"frames": FRAMES, **options})  # type: ignore[arg-type]


KINDS: Final[dict[str, Callable[[Path], Clip]]] = {
    "H.264": _plain("h264.mp4", b_frames=0),
    "H.265": _plain("h265.mp4", codec="libx265"),
    "B-frames": _plain("b_frames.mp4", b_frames=3),
    "open GOP": _plain("open_gop.mkv", b_frames=3, open_gop=True),
    "variable rate MP4": _plain("variable.mp4", times_ms=_UNEVEN_MS),
    "variable rate MKV": _plain("variable.mkv", times_ms=_UNEVEN_MS),
    "edit list": lambda folder: cut_by_edit_list(folder, FRAMES),
    "MPEG-TS with offset": lambda folder: moved_ts(folder, "offset", _OFFSET_MS),
    "MPEG-TS with PTS wrap": lambda folder: moved_ts(
        folder, "wrap", WRAP_MS - _MUX_DELAY_MS - _BEFORE_WRAP_MS
    ),
    "raw H.264": _plain("raw.h264", time_base=_TICK_25),
    "raw H.265": _plain("raw.hevc", codec="libx265", time_base=_TICK_25),
    "MJPEG AVI": _plain("mjpeg.avi", codec="mjpeg", time_base=_TICK_25),
    "rotated MP4": _plain("turned.mp4", turn_deg=90),
    "interlaced": _plain("interlaced.ts", x264="tff=1"),
}
"""Kinds by name, as a person would call them."""
