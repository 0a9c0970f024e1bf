"""Small files that ask for gigabytes: pictures that are enormous, or only say that they are."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import av
import numpy as np
from av.video.stream import VideoStream

_CODECS: Final = {
    # Encoding the largest as H.264 would take gigabytes itself.
    "libx264": ((8192, 8192), (16000, 64), (64, 16000), (12000, 4000)),
    "mjpeg": ((12000, 12000), (65500, 64), (8192, 8192)),
}
_QUICK: Final = {
    "libx264": {"preset": "ultrafast", "x264-params": "threads=1:ref=1:bframes=0:rc-lookahead=0"}
}
_MACROBLOCKS: Final = (256, 512, 1000, 1023, 2047, 4095)
_START: Final = b"\0\0\0\1"
_SPS: Final = 7


def huge_picture(_: Path, target: Path, chance: np.random.Generator) -> bool:
    """Pictures that really are enormous: nothing lies, all of it is grey."""
    codec = str(chance.choice(list(_CODECS)))
    across, down = _CODECS[codec][int(chance.integers(len(_CODECS[codec])))]
    target.write_bytes(grey(codec, across, down, target.suffix))
    return True


@cache
def grey(codec: str, across: int, down: int, suffix: str) -> bytes:
    """A file of two grey pictures of that size."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"grey{suffix}")
        with av.open(path, "w", options={"fflags": "bitexact"}) as out:
            stream = out.add_stream(codec, rate=25, options=_QUICK.get(codec, {}))
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = across, down
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            frame = av.VideoFrame(across, down, stream.pix_fmt)
            for plane in frame.planes:
                plane.update(bytes([128]) * plane.buffer_size)
            for at in range(2):
                frame.pts = at
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return path.read_bytes()


def huge_claim(source: Path, target: Path, chance: np.random.Generator) -> bool:
    """A raw H.264 stream whose parameter set tells of enormous pictures, sixteen kept at once."""
    content = source.read_bytes()
    if not content.startswith(_START):
        return False
    units = content.split(_START)
    # From the first picture on, or only from some later one: a stream may change its size.
    found = [at for at, unit in enumerate(units) if unit and unit[0] & 31 == _SPS]
    if not found:
        return False
    across, down = (int(side) for side in chance.choice(_MACROBLOCKS, 2))
    for at in found if chance.random() < 0.6 else found[1:]:
        units[at] = parameter_set(across, down)
    target.write_bytes(_START.join(units))
    return True


def parameter_set(across: int, down: int) -> bytes:
    """An H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1) of so many macroblocks."""
    bits = "".join((
        _golomb(0),                # its number
        _golomb(0), _golomb(0),    # frame numbers of 4 bits, order counts of 4 bits
        _golomb(0),
        _golomb(16), "0",          # reference frames, no gaps in their numbers
        _golomb(across - 1), _golomb(down - 1),
        "1", "1", "0", "0",        # frames only, 8×8 inference, no cropping, no more to say
        "1",
    ))  # fmt: skip
    bits += "0" * (-len(bits) % 8)
    body = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    head = bytes((0x67, 77, 0, 62))  # main profile, the highest level
    return head + _escaped(body)


def _golomb(value: int) -> str:
    """Unsigned exponential Golomb code (9.1)."""
    plain = f"{value + 1:b}"
    return "0" * (len(plain) - 1) + plain


def _escaped(body: bytes) -> bytes:
    """With the byte that keeps a start code from appearing inside (7.4.1)."""
    made = bytearray()
    for byte in body:
        if byte <= 3 and made[-2:] == b"\0\0":
            made.append(3)
        made.append(byte)
    return bytes(made)
