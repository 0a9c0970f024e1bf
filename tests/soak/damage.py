"""Damage that knows nothing of containers: bytes in, other bytes out, all chosen by the generator.

What a dying disk, a broken transfer or a hand with a hex editor leaves.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

Damage: TypeAlias = Callable[[bytes, np.random.Generator], bytes]
_HEAD: Final = 4096
_FLIPS: Final = 200


def flipped(content: bytes, chance: np.random.Generator) -> bytes:
    """Up to 200 bytes anywhere replaced by others."""
    return _flip(content, chance, 0, len(content), int(chance.integers(1, _FLIPS)))


def flipped_head(content: bytes, chance: np.random.Generator) -> bytes:
    """A few bytes near the beginning replaced, where most formats keep what they claim."""
    return _flip(content, chance, 0, min(_HEAD, len(content)), int(chance.integers(1, 24)))


def flipped_tail(content: bytes, chance: np.random.Generator) -> bytes:
    """A few bytes near the end replaced, where MP4, AVI and Matroska keep their tables."""
    return _flip(
        content, chance, max(len(content) - _HEAD, 0), len(content), int(chance.integers(1, 24))
    )


def flipped_bits(content: bytes, chance: np.random.Generator) -> bytes:
    """Single bits turned over, as bad memory does."""
    made = bytearray(content)
    for at in chance.integers(0, len(made), int(chance.integers(1, 60))):
        made[at] ^= 1 << int(chance.integers(8))
    return bytes(made)


def truncated(content: bytes, chance: np.random.Generator) -> bytes:
    """Only the beginning."""
    return content[: int(chance.integers(0, len(content)))]


def beheaded(content: bytes, chance: np.random.Generator) -> bytes:
    """Without its first bytes."""
    return content[int(chance.integers(1, max(len(content) // 2, 2))) :]


def zeroed(content: bytes, chance: np.random.Generator) -> bytes:
    """Whole ranges overwritten by zeros or ones, as unwritten blocks of a disk read."""
    made = bytearray(content)
    for _ in range(int(chance.integers(1, 4))):
        start, end = _range(len(made), chance)
        made[start:end] = (b"\0" if chance.random() < 0.7 else b"\xff") * (end - start)
    return bytes(made)


def repeated(content: bytes, chance: np.random.Generator) -> bytes:
    """A range twice or more."""
    start, end = _range(len(content), chance)
    return content[:end] + content[start:end] * int(chance.integers(1, 4)) + content[end:]


def cut_out(content: bytes, chance: np.random.Generator) -> bytes:
    """Without a range from its middle."""
    start, end = _range(len(content), chance)
    return content[:start] + content[end:]


def exchanged(content: bytes, chance: np.random.Generator) -> bytes:
    """Two ranges in each other's place."""
    a, b, c, d = sorted(int(at) for at in chance.integers(0, len(content) + 1, 4))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def random_tail(content: bytes, chance: np.random.Generator) -> bytes:
    """Rubbish after the end."""
    return content + chance.bytes(int(chance.integers(1, 200_000)))


def random_head(content: bytes, chance: np.random.Generator) -> bytes:
    """Rubbish before the beginning."""
    return chance.bytes(int(chance.integers(1, 3000))) + content


def numbers(content: bytes, chance: np.random.Generator) -> bytes:
    """Aligned words replaced by the numbers that programs stumble over."""
    made = bytearray(content)
    for _ in range(int(chance.integers(1, 8))):
        size = int(chance.choice([2, 4, 8]))
        if len(made) < size:
            break
        # The head is where a number is a size, a count or an offset.
        reach = len(made) if chance.random() < 0.4 else min(len(made), _HEAD)
        at = int(chance.integers(0, max(reach - size, 1)))
        value = _NUMBERS[int(chance.integers(len(_NUMBERS)))] & ((1 << 8 * size) - 1)
        made[at : at + size] = value.to_bytes(size, "big" if chance.random() < 0.6 else "little")
    return bytes(made)


_NUMBERS: Final = (
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x0FFFFFFF, 0x7FFFFFFF, 0x80000000,
    0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, (1 << 62) - 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1,
)  # fmt: skip

DAMAGES: Final[dict[str, Damage]] = {
    "bytes flipped": flipped,
    "head flipped": flipped_head,
    "tail flipped": flipped_tail,
    "bits flipped": flipped_bits,
    "truncated": truncated,
    "beginning lost": beheaded,
    "ranges zeroed": zeroed,
    "range repeated": repeated,
    "range cut out": cut_out,
    "ranges exchanged": exchanged,
    "rubbish at the end": random_tail,
    "rubbish at the beginning": random_head,
    "odd numbers": numbers,
}
"""Each by what it does, in words."""


def _flip(content: bytes, chance: np.random.Generator, start: int, end: int, count: int) -> bytes:
    made = bytearray(content)
    if start < end:
        for at in chance.integers(start, end, count):
            made[at] = int(chance.integers(256))
    return bytes(made)


def _range(length: int, chance: np.random.Generator) -> tuple[int, int]:
    """A stretch, short ones as likely as long ones."""
    start = int(chance.integers(0, length))
    return start, min(start + int(2 ** chance.uniform(2, 16)), length)
