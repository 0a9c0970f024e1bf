"""Copies originals into the case, with proof that each copy is the same bytes."""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import SourceMoved, UnknownSource, Unwritable
from casefiles.jobs import Job, Progress
from casefiles.store import intake
from casefiles.store.engine import Cursor
from casefiles.store.media_files import MEDIA, REWRAPPED, collected_path
from casefiles.types import Source
from casefiles.usecases.read_again import forget, unsteady
from resources.errors import UserError
from video.clock import now_ns

_CHUNK: Final = 4 << 20
PICTURES: Final = "pictures"
"""Container of a series of pictures, as `video.series_facts` names it."""
_SPARE: Final = 64 << 20
"""Bytes that stay free on the disk of the case: its database must be able to grow."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The outcome for one source: its copy, or why there is none."""

    source: Source
    copy: Path | None = None
    error: UserError | None = None
    was_there: bool = False
    """It had been collected before, or the case holds its bytes anyway (a series of pictures);
    nothing was copied."""


def collect_media(case: Case, source_ids: Sequence[int] = ()) -> Job[tuple[Collected, ...]]:
    """Copies the originals of these sources (of all where none is named) into the case.

    One whose original is missing or changed does not stop the others. Cancelled, it leaves the
    copies that are whole.

    Raises:
        UnknownSource: before anything is copied.
        Unwritable: there is not room enough for all, or the case cannot be written.
    """
    sources = chosen(case, source_ids)
    wanted = [one for one in sources if not _is_there(case, one)]
    total = sum(one.size_bytes for one in wanted)
    folder = case.folder / MEDIA
    _prepare(folder, total)
    results = [
        Collected(one, _held(case, one), was_there=True) for one in sources if one not in wanted
    ]
    done = 0
    for source in wanted:
        try:
            results.append((yield from _collect(case, source, folder, done, total)))
        except Unwritable:
            # The next file would only fail the same way.
            raise
        except UserError as error:
            case.record(
                audit.Entry(
                    "source.collect",
                    "failed",
                    object=f"source:{source.source_id}",
                    private={"error": error.message},
                )
            )
            results.append(Collected(source, error=error))
        done += source.size_bytes
    yield Progress(total, total, "bytes")
    return tuple(sorted(results, key=lambda one: one.source.source_id))


def chosen(case: Case, source_ids: Sequence[int]) -> list[Source]:
    """The sources of these ids, or all.

    Raises:
        UnknownSource: there is none of an id, or none at all.
    """
    if source_ids:
        return [case.source(one) for one in dict.fromkeys(source_ids)]
    sources = list(case.sources())
    if not sources:
        raise UnknownSource("the case has no recordings", "Add some first.")
    return sources


def plain_words(case: Case, results: Sequence[Collected]) -> str:
    """What to say of collected copies in an encrypted case; empty otherwise."""
    made = sum(1 for one in results if one.copy is not None and not one.was_there)
    if not made or not case.encrypted:
        return ""
    copies = "1 collected copy" if made == 1 else f"{made} collected copies"
    return f"{copies} in the case folder can be played without the passphrase, as the originals can"


def _held(case: Case, source: Source) -> Path | None:
    """Where the case holds the bytes of an original already."""
    if source.container == PICTURES and source.rewrapped is not None:
        # Picture by picture, byte for byte.
        return case.folder / REWRAPPED / source.rewrapped
    return collected_path(case.folder, source)


def _is_there(case: Case, source: Source) -> bool:
    copy = _held(case, source)
    if copy is None or not copy.is_file():
        return False
    return source.container == PICTURES or copy.stat().st_size == source.size_bytes


def _prepare(folder: Path, total: int) -> None:
    try:
        folder.mkdir(exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _unwritable(folder, error) from error
    if total and free < total + _SPARE:
        raise Unwritable(
            f"{folder} has no room for the originals: {_size(total)} are needed and "
            f"{_size(_SPARE)} must stay free, {_size(free)} are",
            "Free some space, or collect fewer recordings.",
        )


def _collect(case: Case, source: Source, folder: Path, before: int, total: int) -> Job[Collected]:
    if source.container == PICTURES:
        raise SourceMoved(
            f"the file that holds the pictures of source {source.source_id} is gone from the "
            "folder 'rewrapped' of the case",
            "Restore it from a snapshot.",
        )
    name = f"{source.sha256}{source.path.suffix.lower()}"
    copy = folder / name
    part = copy.with_name(f"{name}.part")
    what = source.path.name
    try:
        copied = yield from _copy(source, part, before, total)
        if copied != source.sha256:
            raise SourceMoved(
                f"the original of source {source.source_id} has changed since it was added: "
                f"{source.path} has SHA-256 {copied}, not {source.sha256}",
                "Put the original back, or use 'source relink' to name where it lies.",
            )
        again = yield from _hash(part, Progress(before + source.size_bytes, total, "bytes", what))
        if again != copied:
            raise unsteady(part, copied, again)
        part.chmod(0o444)
        part.replace(copy)
    except OSError as error:
        raise _unwritable(copy, error) from error
    finally:
        # Also when cancelled: nothing half is left.
        part.unlink(missing_ok=True)
    when = now_ns()

    def store(cursor: Cursor) -> None:
        intake.note_collected(cursor, source.source_id, name, when)

    entry = audit.Entry(
        "source.collect",
        "done",
        object=f"source:{source.source_id}",
        facts={"sha256": copied, "reread_sha256": again, "bytes": source.size_bytes},
        private={"from": str(source.path), "to": str(copy)},
        vouches=(f"source:{source.source_id}",),
    )
    try:
        case.act(entry, store, touches=("source_intake",))
    except UserError:
        copy.unlink(missing_ok=True)
        raise
    return Collected(source, copy)


def _copy(source: Source, part: Path, before: int, total: int) -> Job[str]:
    """Copies an original, and gives the SHA-256 of the bytes that were read."""
    digest = hashlib.sha256()
    done = 0
    yield Progress(before, total, "bytes", source.path.name)
    try:
        original = source.path.open("rb")
    except OSError as error:
        raise SourceMoved(
            f"the original of source {source.source_id} cannot be read: {source.path} "
            f"({error.strerror})",
            "Connect the disk it lies on, or use 'source relink' to name where it lies.",
        ) from error
    with original, part.open("wb") as target:
        while chunk := _read(source, original.read):
            digest.update(chunk)
            target.write(chunk)
            done += len(chunk)
            yield Progress(before + done, total, "bytes", source.path.name)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _read(source: Source, read: Callable[[int], bytes]) -> bytes:
    try:
        return read(_CHUNK)
    except OSError as error:
        raise SourceMoved(
            f"the original of source {source.source_id} cannot be read any more: {source.path} "
            f"({error.strerror})",
            "Connect the disk it lies on again.",
        ) from error


def _hash(part: Path, now: Progress) -> Job[str]:
    """The SHA-256 of a copy, read back from the disk."""
    forget(part)
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            yield now
    return digest.hexdigest()


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable(
        f"{path} cannot be written: {error.strerror}", "Free some space, or check the rights."
    )


def _size(count: int) -> str:
    if count < 1 << 20:
        return f"{count} bytes"
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MiB"
