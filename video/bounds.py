"""What decoding costs at least: plain PyAV loops to measure the decoder against, nothing more."""

from collections.abc import Sequence
from pathlib import Path

from video.container import VideoFile
from video.types import PacketIndex


def decode_all(path: Path, *, threads: int = 0) -> int:
    """Decode every frame without converting any; gives how many came.

    Raises:
        CannotOpen, NoPictures: as for opening.
    """
    with VideoFile(path) as file:
        file.stream.thread_type = "AUTO"
        file.stream.codec_context.thread_count = threads
        return sum(1 for _ in file.container.decode(file.stream))


def decode_groups(
    path: Path, index: PacketIndex, targets: Sequence[int], *, threads: int = 0
) -> int:
    """For each time stamp decode from its keyframe up to it; gives how many frames that took.

    The bound of an exact seek in a sound file with a seek table (AVI, MP4, Matroska).

    Raises:
        CannotOpen, NoPictures: as for opening.
    """
    keys = index.pts[index.keyframes]
    decoded = 0
    with VideoFile(path) as file:
        file.stream.thread_type = "AUTO"
        file.stream.codec_context.thread_count = threads
        for target in targets:
            file.container.seek(int(keys[keys <= target][-1]), stream=file.stream)
            for frame in file.container.decode(file.stream):
                decoded += 1
                if frame.pts is not None and frame.pts >= target:
                    break
    return decoded
