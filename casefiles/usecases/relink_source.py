"""Finds originals again that moved to another place: only the very same bytes are accepted.

The original of a series of pictures is a folder; its bytes are those of `video.picture_series`.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import WrongFile
from casefiles.jobs import Job, Progress
from casefiles.store import sources
from casefiles.store.engine import Cursor
from casefiles.types import Source
from casefiles.usecases.add_source import check_name, sayable
from casefiles.usecases.collect_media import PICTURES, chosen
from video.errors import CannotOpen
from video.picture_series import PictureSeries, hash_series, series_in

_CHUNK: Final = 4 << 20
_TELL_EVERY: Final = 256
"""Folder entries."""
_Original = Path | PictureSeries


@dataclass(frozen=True, slots=True)
class FoundOriginals:
    """What a search of a folder found: sources with where their originals lie now."""

    found: tuple[tuple[Source, Path], ...]
    missing: tuple[Source, ...]
    unreadable: tuple[Path, ...]
    """Folders and files that could not be read, and may hold what is missing."""


def relink_source(case: Case, source_id: int, path: Path) -> Job[Source]:
    """Notes that the original of a source lies at `path` now.

    Raises:
        UnknownSource: there is none of that id.
        WrongFile: its bytes are not those that were added.
        CannotOpen: it cannot be read, or its name cannot be kept.
    """
    source = case.source(source_id)
    check_name(path)
    original = _original(source, path)
    size = _size(original)
    if size != source.size_bytes:
        raise WrongFile(
            f"{path} is not the original of source {source_id}: it has {size} bytes, the original "
            f"{source.size_bytes}",
            "Choose the very file, or search a folder for it.",
        )
    sha256 = yield from _hash(original, size)
    if sha256 != source.sha256:
        raise WrongFile(
            f"{path} is not the original of source {source_id}: its SHA-256 is {sha256}, that of "
            f"the original {source.sha256}",
            "Choose the very file, or search a folder for it.",
        )
    _store(case, source, path)
    return case.source(source_id)


def search_originals(
    case: Case, folder: Path, source_ids: Sequence[int] = ()
) -> Job[FoundOriginals]:
    """Searches a folder to its bottom for the originals of these sources, else of all that are
    missing, and relinks what is there byte for byte.

    Files and series of pictures are looked at by size; of those that fit, the ones with the name
    of the original first.

    Raises:
        UnknownSource: there is none of an id.
        CannotOpen: the folder cannot be read.
    """
    wanted = [one for one in chosen(case, source_ids) if source_ids or not _in_place(one)]
    if not folder.is_dir():
        raise CannotOpen(f"{folder} is no folder", "Choose the folder to search.")
    sizes = {one.size_bytes for one in wanted}
    unreadable: list[Path] = []
    candidates: dict[int, list[_Original]] = {}
    looked = 0
    for where, files in _files(folder, case.folder, unreadable) if wanted else ():
        originals: list[_Original] = [*files]
        if (series := series_in(where)) is not None:
            originals.append(series)
        for one in originals:
            looked += 1
            if looked % _TELL_EVERY == 1:
                yield Progress(looked, 0, "files", sayable(_place(one).parent).name)
            try:
                size = _bytes(one)
            except OSError:
                unreadable.append(_place(one))
                continue
            if size in sizes:
                candidates.setdefault(size, []).append(one)
    found, missing = [], []
    hashes: dict[Path, str] = {}
    for source in wanted:
        same_size = candidates.get(source.size_bytes, [])
        place = None
        for original in sorted(same_size, key=partial(_likely, source)):
            path = _place(original)
            if path not in hashes:
                try:
                    check_name(path)
                    hashes[path] = yield from _hash(original, source.size_bytes)
                except CannotOpen:
                    unreadable.append(path)
                    hashes[path] = ""
            if hashes[path] == source.sha256:
                place = path
                break
        if place is None:
            missing.append(source)
            continue
        _store(case, source, place)
        found.append((source, place))
    return FoundOriginals(tuple(found), tuple(missing), tuple(unreadable))


def _store(case: Case, source: Source, path: Path) -> None:
    place = path.resolve()

    def move(cursor: Cursor) -> None:
        sources.move(cursor, source.source_id, place)

    entry = audit.Entry(
        "source.relink",
        "done",
        object=f"source:{source.source_id}",
        facts={"sha256": source.sha256},
        private={"from": str(source.path), "to": str(place)},
        vouches=(f"source:{source.source_id}",),
    )
    case.act(entry, move, touches=("sources",))


def _in_place(source: Source) -> bool:
    original = series_in(source.path) if source.path.is_dir() else source.path
    try:
        return original is not None and _bytes(original) == source.size_bytes
    except OSError:
        return False


def _original(source: Source, path: Path) -> _Original:
    """What lies at `path`.

    Raises:
        WrongFile: a series of pictures was added, and this is none, or the other way round.
    """
    series = series_in(path) if path.is_dir() else None
    if path.is_dir() and series is None:
        raise CannotOpen(
            f"{path} is a folder, and holds no series of pictures",
            "Choose a file, or search the folder.",
        )
    if (series is not None) != (source.container == PICTURES):
        was = "a folder of pictures" if series is None else "one file"
        raise WrongFile(
            f"{path} is not the original of source {source.source_id}, which is {was}",
            "Choose that, or search a folder for it.",
        )
    return path if series is None else series


def _place(original: _Original) -> Path:
    return original if isinstance(original, Path) else original.folder


def _bytes(original: _Original) -> int:
    return original.stat().st_size if isinstance(original, Path) else original.size_bytes


def _likely(source: Source, original: _Original) -> tuple[bool, str]:
    path = _place(original)
    return path.name != source.path.name, str(path)


def _size(original: _Original) -> int:
    try:
        return _bytes(original)
    except OSError as error:
        raise CannotOpen(
            f"{sayable(_place(original))} cannot be read: {error.strerror}", "Choose another file."
        ) from error


def _files(folder: Path, own: Path, unreadable: list[Path]) -> Iterable[tuple[Path, list[Path]]]:
    """The files below a folder, one folder after another, but those of the case: its collected
    copies are no originals."""

    def note(error: OSError) -> None:
        unreadable.append(Path(error.filename or folder))

    for name, inner, names in os.walk(folder, onerror=note):
        inner[:] = sorted(
            one for one in inner if os.path.realpath(Path(name, one)) != os.path.realpath(own)
        )
        yield Path(name), [Path(name, file) for file in sorted(names)]


def _hash(original: _Original, total: int) -> Job[str]:
    path = _place(original)
    if isinstance(original, PictureSeries):
        yield Progress(0, total, "bytes", sayable(path).name)
        return hash_series(original)
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                yield Progress(done, total, "bytes", sayable(path).name)
    except OSError as error:
        raise CannotOpen(
            f"{sayable(path)} cannot be read: {error.strerror}", "Check the rights and the disk."
        ) from error
    return digest.hexdigest()
