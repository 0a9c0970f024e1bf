"""Takes a recording into a case: hash, facts, packet index, start time with its basis.

The original is read and never written; a raw stream without time stamps also gets a re-wrapped
copy in the case folder, with proof that its pictures are the same bytes.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.checks import check_origin
from casefiles.errors import DuplicateSource, SourceMoved, Unwritable
from casefiles.intake_types import NO_ORIGIN, FileFacts, Intake, Origin
from casefiles.jobs import Job, Progress
from casefiles.store import intake, sources
from casefiles.store.engine import Cursor
from casefiles.store.media_files import REWRAPPED
from casefiles.types import CameraId, NewSource, Source
from casefiles.usecases.scan_recording import Scanned, Scanner, scan
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, BadTime, now_ns, parse_wall, wall_to_ns
from video.errors import CannotOpen
from video.packet_index import duration_ns, index_to_bytes
from video.picture_series import DEFAULT_FPS
from video.types import SourceFacts

GIVEN: Final = "given"
CONTAINER: Final = "container creation time"
ONVIF: Final = "ONVIF export, start of track"
_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True)
class Recording:
    """What the person adding footage knows about it."""

    camera_id: str | None = None
    start: datetime | None = None
    """What the recorder showed at the first frame."""
    offset_s: float = 0.0
    """Recorder display minus reference: positive when the recorder is fast."""
    start_basis: str = GIVEN
    """How `start` is known, in words."""
    origin: Origin = NO_ORIGIN
    trust_container: bool = True
    """Whether the file's own creation time is the start where none is given."""
    picture_fps: float = DEFAULT_FPS
    """At which the pictures of a folder are counted where they tell no times."""


@dataclass(frozen=True, slots=True)
class AddedSource:
    """The outcome for one file: a source, or why there is none."""

    path: Path
    source: Source | None = None
    error: UserError | None = None
    intake: Intake | None = None


def add_sources(
    case: Case, paths: list[Path], recording: Recording
) -> Job[tuple[AddedSource, ...]]:
    """Adds files of which the same is known, one after another.

    Raises:
        UnknownCamera, BadTime: before any file is read.
    """
    return (yield from add_each(case, [(path, recording) for path in paths]))


def add_each(
    case: Case,
    wanted: Sequence[tuple[Path, Recording]],
    *,
    crew: Callable[[], Crew] = Processes,
) -> Job[tuple[AddedSource, ...]]:
    """Adds files one after another, each read in a process of its own; a refused one does not
    stop the others.

    Raises:
        UnknownCamera, BadTime: before any file is read.
    """
    for camera_id in {recording.camera_id for _, recording in wanted}:
        if camera_id is not None:
            case.camera(camera_id)
    for _, recording in wanted:
        check_origin(recording.origin)
        if recording.start is not None and not _storable(recording.start):
            raise BadTime(
                f"a recording cannot start in the year {recording.start.year}", "Check the year."
            )
    results: list[AddedSource] = []
    with Scanner(crew) as scanner:
        for number, (path, recording) in enumerate(wanted):
            now = Progress(number, len(wanted), "files", sayable(path).name)
            results.append((yield from _add_one(case, scanner, path, recording, now)))
    yield Progress(len(wanted), len(wanted), "files")
    return tuple(results)


def _add_one(
    case: Case, scanner: Scanner, path: Path, recording: Recording, now: Progress
) -> Job[AddedSource]:
    """Adds a file that is read in a process of its own, telling `now` until that is done."""
    shown = sayable(path)
    yield now
    try:
        check_name(path)
        before = _identity(path)
        refuse = partial(_refuse_known, case, path)
        copies = case.folder / REWRAPPED
        scanned = yield from scanner.scan(
            path, copies, now, on_hash=refuse, picture_fps=recording.picture_fps
        )
        source, found = _keep(case, path, before, scanned, recording)
        return AddedSource(path, source, intake=found)
    except Unwritable:
        # The case itself cannot be written: trying the next file would only repeat it.
        raise
    except UserError as error:
        case.record(
            audit.Entry(
                "source.add", "failed", private={"file": str(shown), "error": error.message}
            )
        )
        return AddedSource(shown, error=error)


def plain_copies(results: Sequence[AddedSource]) -> str:
    """What to say of re-wrapped copies in an encrypted case; empty where none was made.

    They are video, like the originals, and whatever decodes them reads files: the passphrase does
    not protect them.
    """
    made = sum(1 for one in results if one.source is not None and one.source.rewrapped)
    if not made:
        return ""
    copies = "1 re-wrapped copy" if made == 1 else f"{made} re-wrapped copies"
    return f"{copies} in the case folder can be played without the passphrase, as the originals can"


def add_source(case: Case, path: Path, recording: Recording) -> Source:
    """Adds one file that is read in this very process: for footage that is known to be sound.

    Raises:
        CannotOpen, NoPictures, Damaged: it cannot be used.
        DuplicateSource: the same bytes are in the case already.
        SourceMoved: it changed while it was read.
        UnsteadyMedium: reading it twice gave different bytes.
        Unwritable: the case folder is full or read-only.
    """
    check_name(path)
    before = _identity(path)
    reading = scan(path, case.folder / REWRAPPED, recording.picture_fps)
    _refuse_known(case, path, next(reading).sha256)
    try:
        reading.send(True)
    except StopIteration as end:
        return _keep(case, path, before, end.value, recording)[0]
    raise AssertionError("reading asks one question only")


def _refuse_known(case: Case, path: Path, sha256: str) -> None:
    """Refuses bytes that the case has already.

    Raises:
        DuplicateSource: it has.
    """
    known = case.read(lambda cursor: sources.id_by_hash(cursor, sha256))
    if known is not None:
        raise DuplicateSource(
            f"{path} is in the case already, as source {known}", "Nothing needs to be done."
        )


def _keep(
    case: Case,
    path: Path,
    before: tuple[int, int] | None,
    scanned: Scanned,
    recording: Recording,
) -> tuple[Source, Intake]:
    """Stores what was found out about a file that is still the same.

    Raises:
        SourceMoved: it changed while it was read.
    """
    if _identity(path) != before:
        raise SourceMoved(
            f"{path} changed while it was read", "Wait until the copy is complete and add it again."
        )
    return _store(case, scanned, recording)


def check_name(path: Path) -> None:
    """Refuses a name that neither a database nor a JSON document can hold.

    Raises:
        CannotOpen: the name, or that of a folder above, is not UTF-8.
    """
    try:
        # Not `Path.resolve`, which fails on links that go in circles.
        os.path.realpath(path).encode()
    except UnicodeEncodeError as error:
        raise CannotOpen(
            f"the name of {sayable(path)} is not valid UTF-8", "Rename it, or add a renamed copy."
        ) from error


def sayable(path: Path) -> Path:
    """The path with bytes that are no UTF-8 spelled out, as `\\xff`."""
    return Path(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    # A missing file is for `hash_file` to report, in its own words.
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _store(case: Case, scanned: Scanned, recording: Recording) -> tuple[Source, Intake]:
    facts, index, rewrapped = scanned.facts, scanned.index, scanned.rewrapped
    start_ns, basis = _start(facts, recording)
    found = Intake(
        FileFacts.of(facts),
        scanned.hashed_ns,
        scanned.reread_sha256,
        scanned.reread_ns,
        recording.origin,
    )

    def insert(cursor: Cursor) -> Source:
        source = Source(
            source_id=sources.next_id(cursor),
            sha256=facts.sha256,
            path=facts.path.resolve(),
            size_bytes=facts.size_bytes,
            camera_id=None if recording.camera_id is None else CameraId(recording.camera_id),
            container=facts.container,
            codec=facts.codec,
            width=facts.width,
            height=facts.height,
            time_base=index.time_base,
            frames=len(index),
            # Of the index that is kept: of a damaged raw stream the copy lists more frames.
            duration_ns=duration_ns(index),
            claimed_fps=facts.claimed_fps,
            measured_fps=facts.measured_fps,
            variable_rate=facts.variable_rate,
            gaps=tuple((int(gap.from_ns), int(gap.to_ns)) for gap in facts.gaps),
            duplicates=facts.index.duplicate_pts,
            recorded_start_ns=start_ns,
            start_basis=basis,
            offset_ns=round(recording.offset_s * NS_PER_S),
            warnings=facts.warnings,
            rewrapped=rewrapped,
            stream_sha256=scanned.stream_sha256,
            added_ns=now_ns(),
            added_by=case.actor.user,
            program_version=PROGRAM_VERSION,
        )
        sources.insert(cursor, NewSource(source, index_to_bytes(index)))
        intake.insert(cursor, source.source_id, found)
        return source

    def entry(source: Source) -> audit.Entry:
        return audit.Entry(
            "source.add",
            "done",
            object=f"source:{source.source_id}",
            facts={
                "sha256": source.sha256,
                "reread_sha256": found.reread_sha256,
                "bytes": source.size_bytes,
                "frames": source.frames,
                "start_basis": basis,
                "offset_ns": source.offset_ns,
                "rewrapped": rewrapped is not None,
            },
            private={
                "file": str(source.path),
                "camera": recording.camera_id or "",
                "origin": json.dumps(asdict(recording.origin)),
            },
            vouches=(f"source:{source.source_id}",),
        )

    return case.act(entry, insert, touches=("sources", "source_intake")), found


def _start(facts: SourceFacts, recording: Recording) -> tuple[int | None, str | None]:
    if recording.start is not None:
        return wall_to_ns(recording.start), recording.start_basis
    claimed = claimed_start(facts) if recording.trust_container else None
    return (None, None) if claimed is None else (wall_to_ns(claimed), claimed_basis(facts))


def claimed_basis(facts: SourceFacts) -> str:
    """How the start that a file itself claims is known."""
    return ONVIF if facts.onvif_start else CONTAINER


def claimed_start(facts: SourceFacts) -> datetime | None:
    """When the file itself says that it was recorded, where it says so understandably."""
    if facts.recorded_at is None:
        return None
    try:
        claimed = parse_wall(facts.recorded_at)
    # Recorders write the strangest things there; an unreadable claim is no start.
    except BadTime:
        return None
    return claimed if _storable(claimed) else None


def _storable(moment: datetime) -> bool:
    """Whether nanoseconds since 1970 of it fit 64 bits, decades of offset and footage added."""
    return _FIRST_YEAR <= moment.year <= _LAST_YEAR
