"""Headers that lie: sizes of boxes, pictures, rates, durations, counts, where a container has them.

The places are found by the format's own marks (ISO/IEC 14496-12, RFC 8794 and 9559, RIFF), never
by parsing as the product does: a lie must also get past what our own reader would refuse.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import numpy as np

Lie: TypeAlias = Callable[[bytearray, np.random.Generator], bool]
"""Changes the bytes; False where this file has no place for it."""

_HOLDING: Final = frozenset(
    (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"moof", b"traf", b"mvex")
)
_U32: Final = (0, 1, 2, 7, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF)
_COUNTS: Final = (0, 1, 1 << 16, 1 << 24, 1 << 28, 0x0FFF_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF)
_SIDES: Final = (0, 1, 2, 4096, 16384, 32768, 65535)


def boxes(
    content: bytes | bytearray, start: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int]]:
    """Kind, offset and size of every box of an ISO base media file, outermost first."""
    end = len(content) if end is None else end
    at = start
    while at + 8 <= end:
        size = int.from_bytes(content[at : at + 4], "big")
        kind = bytes(content[at + 4 : at + 8])
        if size < 8 or at + size > end or not kind.isalnum():
            return
        yield kind, at, size
        if kind in _HOLDING:
            yield from boxes(content, at + 8, at + size)
        at += size


def box_size(made: bytearray, chance: np.random.Generator) -> bool:
    """A box says that it is longer, shorter, endless or nothing."""
    found = [(at, size) for _, at, size in boxes(made)]
    if not found:
        return False
    at, size = found[int(chance.integers(len(found)))]
    said = (*_U32, size + 1, size - 1, 2 * size, 8, size // 2)
    _put(made, at, ">I", said[int(chance.integers(len(said)))])
    return True


def box_kind(made: bytearray, chance: np.random.Generator) -> bool:
    """A box is called like another one."""
    found = list(boxes(made))
    if len(found) < 2:
        return False
    one, other = chance.choice(len(found), 2, replace=False)
    made[found[one][1] + 4 : found[one][1] + 8] = found[other][0]
    return True


def picture_size(made: bytearray, chance: np.random.Generator) -> bool:
    """The picture is 65535 × 65535, 1 × 65535 or nothing, says the container."""
    across, down = (int(side) for side in chance.choice(_SIDES, 2))
    if chance.random() < 0.4:
        across = down = 65535
    done = False
    for kind, at, _ in boxes(made):
        if kind == b"tkhd":
            version = made[at + 8]
            _put(made, at + (92 if version else 80) + 4, ">II", across << 16, down << 16)
            done = True
    for mark in (b"avc1", b"hev1", b"hvc1", b"mp4v"):
        at = made.find(mark)
        if at >= 0 and len(made) > at + 32:
            _put(made, at + 28, ">HH", across, down)
            done = True
    for mark in (b"strf", b"avih"):
        at = made.find(mark)
        if at >= 0 and len(made) > at + 60:
            _put(made, at + (12 if mark == b"strf" else 40), "<ii", across, -down)
            done = True
    if made[:4] == _EBML:
        done |= _matroska_number(made, b"\xb0", across)
        done |= _matroska_number(made, b"\xba", down)
    return done


def jpeg_size(made: bytearray, chance: np.random.Generator) -> bool:
    """Pictures of a JPEG stream say that they are huge."""
    at, done = 0, False
    while (at := made.find(b"\xff\xc0\x00\x11\x08", at)) >= 0:
        side = int(chance.choice([0, 1, 16384, 32000, 65535]))
        _put(made, at + 5, ">HH", side, side)
        done, at = True, at + 5
    return done


def rate(made: bytearray, chance: np.random.Generator) -> bool:
    """No ticks a second, or thousands of millions; no ticks a picture, or as many."""
    value = int(chance.choice([0, 1, 1_000_000_000, 0x7FFF_FFFF, 0xFFFF_FFFF]))
    done = False
    for kind, at, size in boxes(made):
        if kind in (b"mdhd", b"mvhd"):
            _put(made, at + (28 if made[at + 8] else 20), ">I", value)
            done = True
        if kind == b"stts" and size >= 24:
            _put(made, at + 20, ">I", value)
            done = True
    at = made.find(b"strh")
    if at >= 0 and len(made) > at + 40:
        _put(made, at + 28, "<II", *(int(v) for v in chance.choice([0, 1, value], 2)))
        done = True
    if made[:4] == _EBML:
        done |= _matroska_number(made, b"\x2a\xd7\xb1", value)
        done |= _matroska_number(made, b"\x23\xe3\x83", value)
    return done


def duration(made: bytearray, chance: np.random.Generator) -> bool:
    """It lasts 2^63 ticks, or nothing; edit lists point anywhere."""
    value = int(chance.choice([0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]))
    done = False
    for kind, at, size in boxes(made):
        if kind in (b"mdhd", b"mvhd"):
            _put(made, at + (32 if made[at + 8] else 24), ">I", value)
            done = True
        if kind == b"elst" and size >= 28:
            _put(made, at + 16, ">I", value)
            _put(
                made, at + 20, ">I", int(chance.choice([0, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000]))
            )
            done = True
    at = made.find(b"\x44\x89\x88") if made[:4] == _EBML else -1
    if at >= 0:
        odd = (float("inf"), float("nan"), -1.0, 1e300, float(1 << 63))
        _put(made, at + 3, ">d", odd[int(chance.integers(len(odd)))])
        done = True
    at = made.find(b"avih")
    if at >= 0 and len(made) > at + 32:
        _put(made, at + 24, "<I", value)
        done = True
    return done


def counts(made: bytearray, chance: np.random.Generator) -> bool:
    """A table says that it has millions of entries."""
    tables = {b"stsz": 16, b"stts": 12, b"stco": 12, b"stsc": 12, b"stss": 12, b"ctts": 12,
              b"elst": 12, b"trun": 12, b"stsd": 12}  # fmt: skip
    found = [(kind, at) for kind, at, _ in boxes(made) if kind in tables]
    if not found:
        return False
    kind, at = found[int(chance.integers(len(found)))]
    _put(made, at + tables[kind], ">I", int(chance.choice(_COUNTS)))
    if kind == b"stsz" and chance.random() < 0.5:
        # All pictures of one size: then no entry of the table is read, and the count is believed.
        _put(made, at + 12, ">I", int(chance.choice([1, 100, 0x7FFF_FFFF])))
    if kind in (b"stts", b"ctts") and chance.random() < 0.5:
        _put(made, at + 16, ">I", int(chance.choice(_COUNTS)))
    return True


def entries(made: bytearray, chance: np.random.Generator) -> bool:
    """Entries of a table are something else: offsets, lengths and steps that lead astray."""
    found = [
        (at, size)
        for kind, at, size in boxes(made)
        if kind in (b"stco", b"stsz", b"stts", b"ctts", b"stsc", b"stss", b"elst") and size >= 24
    ]
    if not found:
        return False
    at, size = found[int(chance.integers(len(found)))]
    for _ in range(int(chance.integers(1, 6))):
        place = at + 16 + 4 * int(chance.integers((size - 16) // 4))
        _put(made, place, ">I", int(chance.choice([*_U32, len(made) - 1, len(made)])))
    return True


def chunk_size(made: bytearray, chance: np.random.Generator) -> bool:
    """A chunk of an AVI says another length."""
    marks = (b"RIFF", b"LIST", b"hdrl", b"strl", b"strh", b"strf", b"movi", b"idx1", b"00dc")
    found = [at for mark in marks for at in _every(made, mark)] if made[:4] == b"RIFF" else []
    if not found:
        return False
    for at in chance.choice(found, min(len(found), 4)):
        if at + 8 <= len(made):
            _put(made, int(at) + 4, "<I", int(chance.choice([*_U32, 1 << 20])))
    return True


def element_size(made: bytearray, chance: np.random.Generator) -> bool:
    """An element of a Matroska file says another length, or that it has none."""
    marks = (b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\x15\x49\xa9\x66",
             b"\x1c\x53\xbb\x6b", b"\x11\x4d\x9b\x74", b"\xae", b"\xe0", b"\xa3")  # fmt: skip
    found = [at + len(mark) for mark in marks for at in _every(made, mark)]
    if made[:4] != _EBML or not found:
        return False
    sizes = (b"\x01" + b"\xff" * 7, b"\x01" + b"\0" * 6 + b"\x08", b"\x80", b"\xff", b"\x40\x01",
             b"\x08\xff\xff\xff\xff", b"\x01\x7f\xff\xff\xff\xff\xff\xff")  # fmt: skip
    for at in chance.choice(found, min(len(found), 2)):
        said = sizes[int(chance.integers(len(sizes)))]
        made[int(at) : int(at) + len(said)] = said
    return True


def stream_clock(made: bytearray, chance: np.random.Generator) -> bool:
    """Time stamps of an MPEG transport stream jump to anywhere (ISO/IEC 13818-1, 2.4.3.7)."""
    found = [
        at
        for at in _every(made, b"\0\0\1\xe0")
        if at + 19 <= len(made) and made[at + 7] & 0x80 and made[:1] == b"\x47"
    ]
    if not found:
        return False
    for at in chance.choice(found, min(len(found), int(chance.integers(1, 6)))):
        made[int(at) + 9 : int(at) + 14] = _stamp(
            made[int(at) + 9] >> 4, int(chance.integers(1 << 33))
        )
    return True


LIES: Final[dict[str, Lie]] = {
    "box sizes lie": box_size,
    "box kinds lie": box_kind,
    "picture size lies": picture_size,
    "JPEG size lies": jpeg_size,
    "rate lies": rate,
    "duration lies": duration,
    "counts lie": counts,
    "table entries lie": entries,
    "chunk sizes lie": chunk_size,
    "element sizes lie": element_size,
    "clock lies": stream_clock,
}
"""Each by what it does, in words."""

_EBML: Final = b"\x1a\x45\xdf\xa3"


def _put(made: bytearray, at: int, layout: str, *values: int | float) -> None:
    packed = struct.pack(layout, *values)
    if 0 <= at <= len(made) - len(packed):
        made[at : at + len(packed)] = packed


def _every(made: bytearray, mark: bytes) -> list[int]:
    found: list[int] = []
    at = made.find(mark)
    while at >= 0 and len(found) < 500:
        found.append(at)
        at = made.find(mark, at + 1)
    return found


def _matroska_number(made: bytearray, element: bytes, value: int) -> bool:
    """Writes a number into the first element of that id, as wide as the one that is there."""
    for at in _every(made, element):
        length = made[at + len(element)] & 0x7F if at + len(element) < len(made) else 0
        start = at + len(element) + 1
        # One-byte lengths of a plausible number only: the id may be a byte of something else.
        if made[start - 1] & 0x80 and 1 <= length <= 8 and start + length <= len(made):
            made[start : start + length] = (value & ((1 << 8 * length) - 1)).to_bytes(length, "big")
            return True
    return False


def _stamp(prefix: int, value: int) -> bytes:
    return bytes((
        prefix << 4 | (value >> 30 & 7) << 1 | 1,
        value >> 22 & 0xFF,
        (value >> 15 & 0x7F) << 1 | 1,
        value >> 7 & 0xFF,
        (value & 0x7F) << 1 | 1,
    ))  # fmt: skip
