"""Whole files that tell nonsense: packets lost, doubled, exchanged, stamped at random."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import av
import av.error
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from video.synthetic.encode import encode
from video.synthetic.scene import Scene

Remake: TypeAlias = Callable[[Path, Path, np.random.Generator], bool]
"""Writes a file made from the first one; False where this container cannot hold the result."""

_EXACT: Final = {"fflags": "bitexact"}
_FURTHEST: Final = 1 << 40


def reordered(source: Path, target: Path, chance: np.random.Generator) -> bool:
    """Packets lost, doubled and exchanged, the stamps still in order."""
    with av.open(source) as opened:
        count = sum(1 for packet in opened.demux(video=0) if packet.size)
    order = np.arange(count)
    order = order[chance.random(count) > 0.2]
    order = np.sort(np.concatenate([order, chance.choice(order, max(len(order) // 5, 1))]))
    for _ in range(3):
        one, other = chance.integers(0, len(order), 2)
        order[[one, other]] = order[[other, one]]
    return _copy(source, target, order, lambda stamp: stamp)


def stamped_anyhow(source: Path, target: Path, chance: np.random.Generator) -> bool:
    """Some stamps wildly wrong: the far future, before the beginning, the same again."""

    def stamp(told: int) -> int:
        if chance.random() < 0.8:
            return told
        return int(chance.choice([0, -told, told + _FURTHEST, int(chance.integers(-9999, 9999))]))

    with av.open(source) as opened:
        count = sum(1 for packet in opened.demux(video=0) if packet.size)
    return _copy(source, target, np.arange(count), stamp)


def changing_size(_: Path, target: Path, chance: np.random.Generator) -> bool:
    """The picture changes its size in the middle, once or more."""
    sides = [(320, 240), (64, 48), (640, 360), (240, 320), (1280, 720)]
    parts = []
    for at in range(int(chance.integers(2, 4))):
        across, down = sides[int(chance.integers(len(sides)))]
        part = target.with_name(f"{target.stem}-part{at}{target.suffix}")
        codec = "mjpeg" if target.suffix == ".mjpeg" else "libx264"
        encode(part, codec=codec, frames=12, gop=6, scene=Scene(width=across, height=down))
        parts.append(part.read_bytes())
        part.unlink()
    target.write_bytes(b"".join(parts))
    return True


REMAKES: Final[dict[str, tuple[Remake, tuple[str, ...]]]] = {
    "packets lost, doubled, exchanged": (reordered, ()),
    "stamps anyhow": (stamped_anyhow, (".mp4", ".mkv", ".ts", ".avi")),
    "picture size changes": (changing_size, (".ts", ".h264", ".mjpeg")),
}
"""Each by what it does, in words, with the containers it is made in; none named: the original's."""


def _copy(
    source: Path, target: Path, order: NDArray[np.int64], stamp: Callable[[int], int]
) -> bool:
    """The packets of a file in another order, each with the stamp it is given."""
    try:
        # Bit-exact: without random ids.
        with av.open(source) as opened, av.open(target, "w", options=_EXACT) as out:
            stream = opened.streams.video[0]
            copy = out.add_stream_from_template(stream)
            assert isinstance(copy, VideoStream)
            packets = [packet for packet in opened.demux(stream) if packet.size]
            stamps = [packet.pts or at for at, packet in enumerate(packets)]
            decoded_at = -(1 << 50)
            for place in order:
                one = packets[int(place)]
                packet = av.Packet(bytes(one))
                told = stamp(stamps[int(place)])
                # What writes containers insists on rising decode stamps; readers must not.
                decoded_at = max(decoded_at + 1, told - 1)
                packet.pts, packet.dts = max(told, decoded_at), decoded_at
                packet.is_keyframe, packet.time_base = one.is_keyframe, one.time_base
                packet.stream = copy
                out.mux_one(packet)
    except (av.error.FFmpegError, OSError, ValueError):
        return False
    return target.is_file() and target.stat().st_size > 0
