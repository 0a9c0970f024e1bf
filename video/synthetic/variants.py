"""Ready-made playable clips by name: containers, codecs and odd time stamps that evidence has."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from video.synthetic.encode import FRAME_MS, Clip, copy_packets, encode

UNEVEN_MS: Final = tuple(
    int(at) for at in np.cumsum([0, *([33, 41, 40, 87, 20, 40, 133, 40] * 5)])[:40]
)


def cut_by_edit_list(folder: Path, frames: int = 40) -> Clip:
    """As a stream copy that starts between keyframes leaves it: frames 10..16 are stored, needed
    for decoding, and hidden by the edit list."""
    whole = encode(folder / "edit_list_source.mp4", frames=frames)
    path = folder / "edit_list.mp4"
    copy_packets(
        whole,
        path,
        first=10,
        shift_ms=-17 * FRAME_MS,
        mux_options={"avoid_negative_ts": "disabled"},
    )
    return Clip(path, whole.numbers[17:], whole.times_ns[:-17])


def _gap(folder: Path) -> Clip:
    times = [at * FRAME_MS + (3_000 if at >= 20 else 0) for at in range(40)]
    return encode(folder / "gap.mp4", times_ms=times)


def _duplicate_times(folder: Path) -> Clip:
    # Frames 7 and 8, and 20 (a keyframe) and 21, share a time stamp: the first of each pair counts.
    plain = encode(folder / "duplicate_source.mkv", b_frames=0)
    path = folder / "duplicate_times.mkv"
    repeated = {8 * FRAME_MS: 7 * FRAME_MS, 21 * FRAME_MS: 20 * FRAME_MS}
    copy_packets(plain, path, move_ms=lambda time_ms: repeated.get(time_ms, time_ms))
    kept = [at for at in range(40) if at not in (8, 21)]
    return Clip(path, tuple(kept), tuple(plain.times_ns[at] for at in kept))


def _jump_back(folder: Path) -> Clip:
    # The recorder's clock was set back while it wrote: frames 20.. repeat earlier time stamps.
    whole = encode(folder / "jump_back_source.ts", b_frames=0)
    before, after = folder / "before_jump.ts", folder / "after_jump.ts"
    copy_packets(whole, before, last=19)
    copy_packets(whole, after, first=20, shift_ms=-15 * FRAME_MS)
    path = folder / "jump_back.ts"
    path.write_bytes(before.read_bytes() + after.read_bytes())
    return Clip(path, whole.numbers, whole.times_ns)


def _starts_inside(folder: Path) -> Clip:
    # A broadcast picked up between keyframes: the pictures before the first keyframe are lost.
    whole = encode(folder / "starts_inside_source.ts")
    path = folder / "starts_inside.ts"
    copy_packets(whole, path, first=4)
    return Clip(path, whole.numbers[10:], whole.times_ns[:-10])


_TICK_25: Final = Fraction(1, 25)

VARIANTS: Final[dict[str, Callable[[Path], Clip]]] = {
    "mp4": lambda folder: encode(folder / "plain.mp4", b_frames=0),
    "mkv": lambda folder: encode(folder / "plain.mkv", b_frames=0),
    "b_frames": lambda folder: encode(folder / "b_frames.mp4", b_frames=3),
    "open_gop": lambda folder: encode(folder / "open_gop.mkv", b_frames=3, open_gop=True),
    "open_gop_ts": lambda folder: encode(folder / "open_gop.ts", b_frames=3, open_gop=True),
    "variable_mp4": lambda folder: encode(folder / "variable.mp4", times_ms=UNEVEN_MS),
    "variable_mkv": lambda folder: encode(folder / "variable.mkv", times_ms=UNEVEN_MS),
    "hevc": lambda folder: encode(folder / "hevc.mp4", codec="libx265"),
    "hevc_open_gop": lambda folder: encode(
        folder / "hevc_open_gop.mkv", codec="libx265", open_gop=True
    ),
    "mpeg4_avi": lambda folder: encode(folder / "mpeg4.avi", codec="mpeg4", time_base=_TICK_25),
    "h264_avi": lambda folder: encode(folder / "h264.avi", b_frames=2, time_base=_TICK_25),
    "late_b_frames_avi": lambda folder: encode(
        folder / "late_b_frames.avi", b_from=36, gop=50, time_base=_TICK_25
    ),
    "mjpeg_avi": lambda folder: encode(
        folder / "mjpeg.avi", codec="mjpeg", time_base=_TICK_25, frames=20
    ),
    "edit_list": cut_by_edit_list,
    "mpeg_ts": lambda folder: encode(folder / "plain.ts"),
    "starts_inside": _starts_inside,
    "raw_h264": lambda folder: encode(folder / "raw.h264", time_base=_TICK_25),
    "raw_hevc": lambda folder: encode(folder / "raw.hevc", codec="libx265", time_base=_TICK_25),
    "intra_refresh": lambda folder: encode(
        folder / "intra_refresh.ts", b_frames=0, gop=15, frames=60, x264="intra-refresh=1"
    ),
    "interlaced": lambda folder: encode(folder / "interlaced.ts", x264="tff=1"),
    "turned": lambda folder: encode(folder / "turned.mp4", turn_deg=90),
    "gap": _gap,
    "duplicate_times": _duplicate_times,
    "jump_back": _jump_back,
    "with_sound": lambda folder: encode(folder / "with_sound.mp4", audio=True),
}
"""Playable clips by name; every frame in them can be read back by its number."""
