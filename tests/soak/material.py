"""The sound files that damage starts from: painted clips in every container, real beginnings."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import av
from av.video.stream import VideoStream

from resources.files import packaged
from tests.support.clips import shared_clip, shared_folder
from video.synthetic.encode import encode
from video.synthetic.variants import VARIANTS

_REAL: Final = (
    ("market-gate.mp4", ".mp4"),
    ("harbor-east.mp4", ".mp4"),
    ("ferry-stairs.mkv", ".mkv"),
    ("harbor-west.mp4", ".ts"),
    ("market-gate.mp4", ".mkv"),
)
_REAL_PACKETS: Final = 60
_MATROSKA_HEAD: Final = 6000


@dataclass(frozen=True, slots=True)
class Original:
    """A file that plays: where it comes from, how its name ends, its bytes."""

    name: str
    suffix: str
    content: bytes


@cache
def originals() -> tuple[Original, ...]:
    """All of them, always in the same order; made on first use."""
    found = [_read(name, shared_clip(name).path) for name in VARIANTS]
    found.append(_read("raw_mjpeg", _raw_mjpeg(shared_folder())))
    found += [_read(f"real-{name}", _beginning(name, suffix)) for name, suffix in _REAL]
    return tuple(found)


def _read(name: str, path: Path) -> Original:
    content = path.read_bytes()
    if path.suffix == ".mkv":
        content = _without_chance(content)
    return Original(name, path.suffix, content)


def _without_chance(content: bytes) -> bytes:
    """A Matroska file with the same ids every time it is made, and without the sums over them."""
    made = bytearray(content)
    # Ids of segment, track and tags, and check sums (RFC 9559, section 5), all near the beginning.
    for mark, length in (
        (b"\x73\xa4\x90", 16), (b"\x73\xc5\x88", 8), (b"\x63\xc5\x88", 8), (b"\xbf\x84", 4),
    ):  # fmt: skip
        at = made.find(mark, 0, _MATROSKA_HEAD)
        while at >= 0:
            start = at + len(mark)
            made[start : start + length] = bytes([1]) * length
            at = made.find(mark, start, _MATROSKA_HEAD)
    return bytes(made)


def _raw_mjpeg(folder: Path) -> Path:
    return encode(folder / "raw.mjpeg", codec="mjpeg", frames=20, file_format="mjpeg").path


def _beginning(name: str, suffix: str) -> Path:
    """The first packets of a bundled recording, in another container where asked."""
    path = shared_folder() / f"beginning-{Path(name).stem}{suffix}"
    with av.open(packaged("demo", name)) as source, av.open(path, "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        assert isinstance(copy, VideoStream)
        for at, packet in enumerate(source.demux(stream)):
            if at == _REAL_PACKETS or packet.dts is None:
                break
            packet.stream = copy
            out.mux_one(packet)
    return path
