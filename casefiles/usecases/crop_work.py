"""A part of one frame as a picture, made in a process of its own: a decoder that crashes costs the
picture only."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from casefiles import workers
from video.decoder import open_source
from video.pulse import heard_by
from video.stills import png_bytes
from video.types import PacketIndex

_MOST_MEMORY: Final = 4 << 30
_AROUND: Final = 0.12
"""So much of its height is shown around a box."""


@dataclass(frozen=True, slots=True)
class CropOrder:
    """A box xyxy, in source pixels, of the frame of a time stamp."""

    path: Path
    index: PacketIndex
    pts: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MadeCrop:
    """The part as PNG, 1:1 in decoded pixels."""

    png: bytes
    width: int
    height: int


def make_crop(order: CropOrder) -> Generator[int, None, MadeCrop]:
    """In a process of its own: decodes a frame and cuts out a box with a little around it.

    Raises:
        SeekFailed, Damaged: the frame cannot be had.
    """
    workers.limit_memory(_MOST_MEMORY)
    with heard_by(workers.alive), open_source(order.path, order.index) as decoder:
        yield 0
        picture = decoder.frame_at(order.pts).bgr()
    left, top, right, bottom = crop_of(order.box, (picture.shape[1], picture.shape[0]))
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    return MadeCrop(png_bytes(part), right - left, bottom - top)


def crop_of(
    box: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Whole pixels left, top, right, bottom (the last two not included) of a box and a little
    around it, inside a picture of `size` (width, height); at least one pixel."""
    left, top, right, bottom = box
    width, height = size
    around = _AROUND * max(bottom - top, right - left)
    x = min(max(0, int(left - around)), width - 1)
    y = min(max(0, int(top - around)), height - 1)
    return (
        x,
        y,
        min(max(x + 1, int(np.ceil(right + around))), width),
        min(max(y + 1, int(np.ceil(bottom + around))), height),
    )
