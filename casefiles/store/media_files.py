"""Where the bytes of a recording are: the original, or the copy collected into the case."""

from pathlib import Path
from typing import Final

from casefiles.errors import SourceMoved
from casefiles.types import Source
from video.picture_series import series_in

MEDIA: Final = "media"
"""The folder of a case with collected originals."""
REWRAPPED: Final = "rewrapped"
"""The folder of a case with copies of raw streams that have time stamps."""


def collected_path(folder: Path, source: Source) -> Path | None:
    """The copy of an original in the case at `folder`, where one was collected; it may be gone."""
    return None if source.collected is None else folder / MEDIA / source.collected


def original_path(folder: Path, source: Source) -> Path:
    """The file with the bytes that were taken in: the original, else its collected copy.

    Raises:
        SourceMoved: neither is there with the size that it had; what it says is of the original.
    """
    try:
        _check(source, source.path)
    except SourceMoved:
        copy = collected_path(folder, source)
        if copy is None or not copy.is_file() or copy.stat().st_size != source.size_bytes:
            raise
        return copy
    return source.path


def media_path(folder: Path, source: Source) -> Path:
    """The file to decode: as `original_path`, or the re-wrapped copy of a raw stream.

    Raises:
        SourceMoved: it is not there, or has another size than when it was added.
    """
    original = original_path(folder, source)
    if source.rewrapped is None:
        return original
    copy = folder / REWRAPPED / source.rewrapped
    if not copy.is_file():
        raise SourceMoved(
            f"the re-wrapped copy of source {source.source_id} is missing: {copy}",
            "Restore it from a snapshot.",
        )
    return copy


def _check(source: Source, path: Path) -> None:
    try:
        size = path.stat().st_size if path.is_file() else _series_size(path)
    except OSError as error:
        raise SourceMoved(
            f"the original of source {source.source_id} cannot be reached: {path} "
            f"({error.strerror})",
            "Connect the disk it lies on, or ask for the right to read it.",
        ) from error
    if size is None:
        raise SourceMoved(
            f"the original of source {source.source_id} is missing: {path}",
            "Connect the disk it lies on, or put the file back; where it moved, use "
            "'source relink'.",
        )
    if size != source.size_bytes:
        raise SourceMoved(
            f"the original of source {source.source_id} has changed: {path}",
            "Run 'case verify' and put the original back.",
        )


def _series_size(path: Path) -> int | None:
    """Bytes of all pictures of a folder that is a series; None where it is none or is gone."""
    series = series_in(path) if path.is_dir() else None
    return None if series is None else series.size_bytes
