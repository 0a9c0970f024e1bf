"""Finds originals again that moved to another place: only the very same bytes are accepted."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from casefiles.usecases.collect_media import chosen
from video.errors import CannotOpen

_CHUNK: Final = 4 << 20
_TELL_EVERY: Final = 256
"""Folder entries."""


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
    size = _size(path)
    if size != source.size_bytes:
        raise WrongFile(
            f"{path} is not the original of source {source_id}: it has {size} bytes, the original "
            f"{source.size_bytes}",
            "Choose the very file, or search a folder for it.",
        )
    sha256 = yield from _hash(path, 0, size)
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

    Files are looked at by size; of those that fit, the ones with the name of the original first.

    Raises:
        UnknownSource: there is none of an id.
        CannotOpen: the folder cannot be read.
    """
    wanted = [one for one in chosen(case, source_ids) if source_ids or not _in_place(one)]
    if not folder.is_dir():
        raise CannotOpen(f"{folder} is no folder", "Choose the folder to search.")
    sizes = {one.size_bytes for one in wanted}
    unreadable: list[Path] = []
    candidates: dict[int, list[Path]] = {}
    looked = 0
    for path in _files(folder, case.folder, unreadable) if wanted else ():
        looked += 1
        if looked % _TELL_EVERY == 1:
            yield Progress(looked, 0, "files", sayable(path.parent).name)
        try:
            size = path.stat().st_size
        except OSError:
            unreadable.append(path)
            continue
        if size in sizes:
            candidates.setdefault(size, []).append(path)
    found, missing = [], []
    hashes: dict[Path, str] = {}
    for source in wanted:
        same_size = candidates.get(source.size_bytes, [])
        place = None
        for path in sorted(same_size, key=lambda one: (one.name != source.path.name, str(one))):
            if path not in hashes:
                try:
                    check_name(path)
                    hashes[path] = yield from _hash(path, 0, source.size_bytes)
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
    try:
        return source.path.is_file() and source.path.stat().st_size == source.size_bytes
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise CannotOpen(f"{path} is a folder", "Choose a file, or search the folder.")
        return path.stat().st_size
    except OSError as error:
        raise CannotOpen(
            f"{sayable(path)} cannot be read: {error.strerror}", "Choose another file."
        ) from error


def _files(folder: Path, own: Path, unreadable: list[Path]) -> Iterable[Path]:
    """All files below a folder but those of the case: its collected copies are no originals."""

    def note(error: OSError) -> None:
        unreadable.append(Path(error.filename or folder))

    for name, inner, names in os.walk(folder, onerror=note):
        inner[:] = sorted(
            one for one in inner if os.path.realpath(Path(name, one)) != os.path.realpath(own)
        )
        for file in sorted(names):
            yield Path(name, file)


def _hash(path: Path, done: int, total: int) -> Job[str]:
    digest = hashlib.sha256()
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
