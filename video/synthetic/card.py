"""A recording that shows one still card with words, a picture a second: for footage made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from video.burn_in import strip, strip_height
from video.synthetic.encode import encode
from video.synthetic.scene import Scene
from video.types import Pixels

_GREY: Final = 72
_LARGER: Final = 3


@dataclass(frozen=True)
class _Card(Scene):
    """Says the same in every frame."""

    words: tuple[str, ...] = ()

    @cached_property
    def _painted(self) -> Pixels:
        # Written small and made larger: the letters of the strip are those of a caption.
        width, small = self.width // _LARGER, self.height // _LARGER
        text = strip(self.words, width, small).repeat(_LARGER, axis=0).repeat(_LARGER, axis=1)
        top = (self.height - strip_height(len(self.words), small) * _LARGER) // 2
        made = np.full((self.height, self.width, 3), _GREY, np.uint8)
        made[top : top + len(text), : text.shape[1]] = text[:, :, None]
        return made

    def picture(self, number: int) -> Pixels:
        """The card, `(height, width, 3) uint8` BGR, the same for every number."""
        return self._painted


def encode_card(
    path: Path, *, seconds: int, words: Sequence[str], width: int = 640, height: int = 360
) -> None:
    """Writes an MP4 file of so many pictures, one a second of media time from 0."""
    encode(
        path,
        times_ms=[second * 1000 for second in range(seconds)],
        gop=300,
        b_frames=0,
        scene=_Card((), width, height, words=tuple(words)),
        time_base=Fraction(1, 1000),
        # Nothing moves: there is nothing to look for.
        x264="qp=36:me=dia:subme=0:ref=1:rc-lookahead=0:aq-mode=0:weightp=0:trellis=0",
    )


def with_mark(content: bytes, mark: str) -> bytes:
    """The bytes of an MP4 file with a text in it that no player shows, so that files of the same
    pictures differ: a `free` box at the end (ISO/IEC 14496-12, 8.1.2)."""
    text = mark.encode()
    return content + (8 + len(text)).to_bytes(4, "big") + b"free" + text
