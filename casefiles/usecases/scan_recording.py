"""What a file is, found out by reading it whole: hash, facts, packet index, re-wrapped copy.

Reading a file means trusting a demuxer and a decoder with it, so people's files are read in a
process of its own (`Scanner`): one that crashes, hangs or eats memory costs that file alone.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from casefiles import workers
from casefiles.errors import Unwritable
from casefiles.jobs import Job, Progress
from casefiles.workers import Crew, Died, Event, Failed, Processes, Said, Worker
from resources.errors import UserError
from video.errors import CannotOpen, CannotRewrap
from video.packet_index import read_index
from video.probe import hash_file, probe
from video.pulse import heard_by
from video.rewrap import rewrap_into
from video.types import PacketIndex, SourceFacts

_HEAR_S: Final = 0.1
_MOST_MEMORY: Final = 4 << 30
"""Bytes a reading process may take: a file that claims huge pictures must not take them all."""
_NO_COPY: Final = "No copy with time stamps can be made of it: going to a moment takes long."


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a file is; without a hash where none was asked for."""

    facts: SourceFacts
    index: PacketIndex
    """That of the re-wrapped copy, where there is one."""
    rewrapped: str | None = None
    """The name of the copy."""
    stream_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Hashed(workers.Question):
    """The SHA-256 of the file; the answer is whether to go on."""

    sha256: str


@dataclass(frozen=True, slots=True)
class _Scan:
    """One file to read; with a folder for `copies` it is hashed, and re-wrapped if need be."""

    path: Path
    copies: Path | None


@dataclass(frozen=True, slots=True)
class _Free(workers.Question):
    """The answer is the next file, or None to go home."""

    outcome: Scanned | UserError | None = None


Scanning = Generator[Hashed, object, Scanned | None]


def scan(path: Path, copies: Path | None) -> Scanning:
    """Reads a file; with `copies` it is hashed first, and a raw stream re-wrapped into it.

    None where the answer to its hash was that it is not wanted.

    Raises:
        CannotOpen, NoPictures, Damaged: it cannot be used.
        Unwritable: the folder for copies cannot be made.
    """
    if copies is None:
        facts = probe(path, sha256="")
        return Scanned(facts, facts.index)
    sha256 = hash_file(path, lambda _: workers.alive())
    if not (yield Hashed(sha256)):
        return None
    facts = probe(path, sha256=sha256)
    if not facts.raw_stream:
        return Scanned(facts, facts.index)
    try:
        copies.mkdir(exist_ok=True)
    except OSError as error:
        raise Unwritable(
            f"the folder {copies} cannot be made: {error.strerror}",
            "Check space and rights of the case folder.",
        ) from error
    try:
        copy, stream_sha256 = rewrap_into(copies, sha256, path, facts.codec)
    except CannotRewrap:
        # Damage can make it impossible; what decodes is evidence all the same.
        return Scanned(replace(facts, warnings=(*facts.warnings, _NO_COPY)), facts.index)
    # The copy's own time stamps: with them a frame is found without decoding from the start.
    return Scanned(facts, read_index(copy), copy.name, stream_sha256)


def scan_each() -> Generator[Hashed | _Free, object, None]:
    """In a process of its own: reads one file after another."""
    workers.limit_memory(_MOST_MEMORY)
    order = yield _Free()
    with heard_by(workers.alive):
        while isinstance(order, _Scan):
            outcome: Scanned | UserError | None
            try:
                outcome = yield from scan(order.path, order.copies)
            except UserError as error:
                outcome = error
            except MemoryError:
                outcome = CannotOpen(
                    f"{order.path} asks for more memory than a recording needs",
                    "It is damaged, or made to do harm: export it again.",
                )
            order = yield _Free(outcome)


def _lost(path: Path, event: Event) -> UserError:
    """Why a file is not read, where its process is gone."""
    if isinstance(event, Failed):
        return event.error
    why = event.why if isinstance(event, Died) else "ended"
    return CannotOpen(
        f"{path} cannot be read: the process that read it {why}",
        "It is damaged, or made to do harm: export it again.",
    )


class Scanner:
    """Reads files in a process of its own, which is started with the first and kept."""

    def __init__(self, crew: Callable[[], Crew] = Processes) -> None:
        self._crew = crew()
        self._worker: Worker | None = None

    def scan(
        self,
        path: Path,
        copies: Path | None,
        now: Progress,
        *,
        on_hash: Callable[[str], None] = lambda _: None,
    ) -> Job[Scanned]:
        """As the function `scan`; tells `now` while it reads. Closing it ends that at once.

        Raises:
            CannotOpen: also where reading the file crashed or hung.
            UserError: what `on_hash` raised.
        """
        order = _Scan(path, copies)
        refusal: UserError | None = None
        if self._worker is None:
            self._worker = self._crew.hire(scan_each)
        else:
            self._worker.answer(order)
        whole = False
        try:
            while True:
                yield now
                for worker, event in self._crew.hear(_HEAR_S):
                    if not isinstance(event, Said):
                        self._worker = None
                        raise _lost(path, event)
                    if isinstance(event.message, Hashed):
                        try:
                            on_hash(event.message.sha256)
                        except UserError as error:
                            refusal = error
                        worker.answer(refusal is None)
                        continue
                    outcome = event.message.outcome
                    if outcome is None and refusal is None:
                        worker.answer(order)
                        continue
                    whole = True
                    if isinstance(outcome, Scanned):
                        return outcome
                    raise refusal or outcome
        finally:
            if not whole and self._worker is not None:
                # Cancelled: what is half read is given up.
                self._worker.dismiss()
                self._worker = None

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._crew.__exit__(kind, error, trace)
