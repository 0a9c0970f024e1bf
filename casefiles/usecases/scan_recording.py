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
from casefiles.usecases.read_again import reread_sha256
from casefiles.workers import Crew, Died, Event, Failed, Processes, Said, Worker
from resources.errors import UserError
from video.clock import now_ns
from video.errors import CannotOpen, CannotRewrap
from video.packet_index import read_index
from video.picture_series import (
    DEFAULT_FPS,
    PictureSeries,
    series_in,
    series_times,
    wrap_series,
)
from video.probe import hash_file, probe
from video.pulse import heard_by
from video.rewrap import rewrap_into
from video.series_facts import series_at_a_glance, series_facts
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
    hashed_ns: int | None = None
    """When the hash of its facts was known."""
    reread_sha256: str | None = None
    """That of a second reading, from the medium; the same."""
    reread_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Hashed(workers.Question):
    """The SHA-256 of the file; the answer is whether to go on."""

    sha256: str


@dataclass(frozen=True, slots=True)
class _Scan:
    """One file to read; with a folder for `copies` it is hashed, and re-wrapped if need be."""

    path: Path
    copies: Path | None
    picture_fps: float = DEFAULT_FPS


@dataclass(frozen=True, slots=True)
class _Free(workers.Question):
    """The answer is the next file, or None to go home."""

    outcome: Scanned | UserError | None = None


Scanning = Generator[Hashed, object, Scanned | None]


def scan(path: Path, copies: Path | None, picture_fps: float = DEFAULT_FPS) -> Scanning:
    """Reads a file; with `copies` it is hashed first, a raw stream re-wrapped into it, and at the
    end it is hashed again. A folder that is a series of pictures is wrapped like a raw stream; at
    `picture_fps` its pictures are counted where they tell no times.

    None where the answer to its hash was that it is not wanted.

    Raises:
        CannotOpen, NoPictures, Damaged: it cannot be used.
        UnsteadyMedium: reading it again gave other bytes.
        Unwritable: the folder for copies cannot be made.
    """
    series = series_in(path) if path.is_dir() else None
    if copies is None:
        if series is not None:
            facts = series_at_a_glance(series, series_times(series, picture_fps))
        else:
            facts = probe(path, sha256="")
        return Scanned(facts, facts.index)
    sha256 = hash_file(path, lambda _: workers.alive())
    hashed_ns = now_ns()
    if not (yield Hashed(sha256)):
        return None
    if series is None:
        scanned = _read(path, copies, sha256)
    else:
        scanned = _read_series(series, copies, sha256, picture_fps)
    reread = reread_sha256(path, sha256, lambda _: workers.alive())
    return replace(scanned, hashed_ns=hashed_ns, reread_sha256=reread, reread_ns=now_ns())


def _read(path: Path, copies: Path, sha256: str) -> Scanned:
    """Facts and index of a file; a raw stream is re-wrapped into `copies`."""
    facts = probe(path, sha256=sha256)
    if not facts.raw_stream:
        return Scanned(facts, facts.index)
    _make(copies)
    try:
        copy, stream_sha256 = rewrap_into(copies, sha256, path, facts.codec)
    except CannotRewrap:
        # Damage can make it impossible; what decodes is evidence all the same.
        return Scanned(replace(facts, warnings=(*facts.warnings, _NO_COPY)), facts.index)
    # The copy's own time stamps: with them a frame is found without decoding from the start.
    return Scanned(facts, read_index(copy), copy.name, stream_sha256)


def _read_series(series: PictureSeries, copies: Path, sha256: str, picture_fps: float) -> Scanned:
    """Facts and index of a series of pictures, which are wrapped into `copies`."""
    _make(copies)
    copy = copies / f"{sha256}{series.suffix}"
    times = series_times(series, picture_fps)
    stream_sha256 = wrap_series(series, copy, times)
    facts = series_facts(series, copy, times, sha256=sha256)
    return Scanned(facts, facts.index, copy.name, stream_sha256)


def _make(copies: Path) -> None:
    try:
        copies.mkdir(exist_ok=True)
    except OSError as error:
        raise Unwritable(
            f"the folder {copies} cannot be made: {error.strerror}",
            "Check space and rights of the case folder.",
        ) from error


def scan_each() -> Generator[Hashed | _Free, object, None]:
    """In a process of its own: reads one file after another."""
    workers.limit_memory(_MOST_MEMORY)
    order = yield _Free()
    with heard_by(workers.alive):
        while isinstance(order, _Scan):
            outcome: Scanned | UserError | None
            try:
                outcome = yield from scan(order.path, order.copies, order.picture_fps)
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
        picture_fps: float = DEFAULT_FPS,
    ) -> Job[Scanned]:
        """As the function `scan`; tells `now` while it reads. Closing it ends that at once.

        Raises:
            CannotOpen: also where reading the file crashed or hung.
            UserError: what `on_hash` raised.
        """
        order = _Scan(path, copies, picture_fps)
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
