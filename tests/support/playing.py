"""The bundled recordings as the player takes them, and clips of any kind beside them."""

from functools import cache
from pathlib import Path

from casefiles.usecases.build_demo import bundled_clips
from resources.files import packaged
from ui.playback import PlaySource
from video.clock import ClockOffset, wall_to_ns
from video.packet_index import read_index

_index = cache(read_index)


def demo_sources() -> list[PlaySource]:
    """The four bundled recordings, each with its clock; ids from 1."""
    return [
        PlaySource(
            at,
            (path := packaged("demo", clip.file)),
            _index(path),
            ClockOffset(wall_to_ns(clip.start), round(clip.offset_s * 1e9)),
        )
        for at, clip in enumerate(bundled_clips(), 1)
    ]


def source_of(path: Path, source_id: int = 1, *, start_ns: int = 0) -> PlaySource:
    """A file as a source that begins at a wall time."""
    return PlaySource(source_id, path, _index(path), ClockOffset(start_ns))
