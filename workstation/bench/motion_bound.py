"""The bound of searching motion: key frames decoded and made small, and nothing else.

In a module of its own, so that the process that does it loads as little as that of the search.
"""

from collections.abc import Generator
from pathlib import Path

from casefiles import workers
from video.key_frames import decode_key_frames, key_frames
from video.types import PacketIndex


def decode_keys(clip: Path, index: PacketIndex) -> Generator[None, None, None]:
    """Every key frame of a clip."""
    yield
    for frame in decode_key_frames(clip, index, key_frames(index).tolist()):
        workers.alive()
        frame.luma(160, 90)
