"""Files and folders dropped on a case: what each seems to be, for a person to correct and accept.

Nothing is stored by a proposal, and no file is hashed for one; accepting adds through `add_source`.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

from casefiles.case import Case
from casefiles.intake_types import NO_ORIGIN, FileFacts, Origin
from casefiles.jobs import Job, Progress
from casefiles.types import CameraId, Source, SourceId
from casefiles.usecases.add_source import (
    GIVEN,
    AddedSource,
    Recording,
    add_each,
    check_name,
    claimed_basis,
    claimed_start,
    sayable,
)
from casefiles.usecases.camera_overlaps import Claim
from casefiles.usecases.name_hints import ZONE_NOT_STATED, CameraNames, TimeHint, time_hint
from casefiles.usecases.scan_recording import Scanner
from casefiles.usecases.set_time_zone import time_zone_of
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from video.clock import NS_PER_S, wall_to_ns, zone_of
from video.picture_series import find_series
from video.types import SourceFacts

_APART_S = 2.0


@dataclass(frozen=True, slots=True)
class StartClaim:
    """One thing that tells when a recording began; without `start` one of `choices` must be
    chosen by a person."""

    basis: str
    start: datetime | None
    choices: tuple[datetime, ...] = ()
    by: Literal["file", "name"] = "file"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one file seems to be; with a `problem` it cannot be added, and says why."""

    path: Path
    camera_id: CameraId | None = None
    camera_why: str = ""
    """Why this camera, or why none could be chosen; empty where nothing hints at one."""
    start: datetime | None = None
    """What the recorder showed at the first frame; aware."""
    start_basis: str = ""
    """How `start` is known, stored with the source; use `GIVEN` where a person changed it."""
    duration_s: float = 0.0
    frames: int = 0
    size_px: tuple[int, int] = (0, 0)
    """Width and height as displayed."""
    already_in_case: SourceId | None = None
    """The source that this very file is, as far as can be told without reading it whole."""
    problem: str = ""
    offset_s: float = 0.0
    notes: tuple[str, ...] = ()
    """Doubts and warnings, in words."""
    facts: FileFacts | None = None
    claims: tuple[StartClaim, ...] = ()
    """All that tells a start, the most trusted first."""
    origin: Origin = NO_ORIGIN
    sha256: str = ""
    """Of the file, where it was computed or is known."""

    @property
    def addable(self) -> bool:
        return not self.problem and self.already_in_case is None


@dataclass(frozen=True, slots=True)
class _Known:
    """What proposals of one case are made from."""

    cameras: CameraNames
    sources: dict[Path, Source]
    zone: tzinfo
    zone_name: str


def propose_recordings(
    case: Case, paths: Sequence[Path], *, crew: Callable[[], Crew] = Processes
) -> Job[tuple[Proposal, ...]]:
    """One proposal a file, in the order given; folders are searched to the bottom, by name.

    Hidden files and the case's own folder are passed over; what is no footage comes with its
    problem.

    Raises:
        BadTime: the case names a time zone that this computer does not know.
    """
    zone_name = time_zone_of(case)
    known = _Known(
        CameraNames(case.cameras()),
        {source.path: source for source in case.sources()},
        zone_of(zone_name),
        zone_name,
    )
    files: dict[str, Path] = {}
    proposals: list[Proposal] = []
    for path in paths:
        if not path.is_dir():
            files.setdefault(os.path.realpath(path), path)
            continue
        for folder, inside in _folders(path, case.folder, proposals):
            yield Progress(len(files), 0, "files", sayable(folder).name)
            # Numbered pictures that fill a folder are one recording.
            series = [one.folder for one in find_series(inside)]
            for file in series or inside:
                files.setdefault(os.path.realpath(file), file)
    with Scanner(crew) as scanner:
        for number, path in enumerate(files.values()):
            now = Progress(number, len(files), "files", sayable(path).name)
            proposals.append((yield from _propose(known, scanner, path, now)))
    yield Progress(len(files), len(files), "files")
    return tuple(proposals)


def claim_of_proposal(proposal: Proposal) -> Claim | None:
    """The camera and time that a file claims, as proposed; None without camera or start."""
    if proposal.camera_id is None or proposal.start is None or not proposal.addable:
        return None
    start = wall_to_ns(proposal.start) - round(proposal.offset_s * NS_PER_S)
    end = start + round(proposal.duration_s * NS_PER_S)
    return Claim(proposal.path, proposal.path.name, proposal.camera_id, start, end)


def accept_recordings(case: Case, proposals: Sequence[Proposal]) -> Job[tuple[AddedSource, ...]]:
    """Adds each file with what its proposal says, corrected or not; a refused one does not stop
    the others.

    Raises:
        UnknownCamera, BadTime: before any file is read.
    """
    wanted = [
        (
            proposal.path,
            Recording(
                proposal.camera_id,
                proposal.start,
                proposal.offset_s,
                proposal.start_basis or GIVEN,
                proposal.origin,
                # A person saw the file's own claim, and may have struck it out.
                trust_container=False,
            ),
        )
        for proposal in proposals
    ]
    return (yield from add_each(case, wanted))


def _folders(top: Path, own: Path, refused: list[Proposal]) -> Iterable[tuple[Path, list[Path]]]:
    """Folders from `top` down with their visible files; those that cannot be read are `refused`."""

    def note(error: OSError) -> None:
        where = Path(error.filename or top)
        refused.append(Proposal(where, problem=f"the folder cannot be read: {error.strerror}"))

    own_path = os.path.realpath(own)
    if os.path.realpath(top) == own_path:
        refused.append(Proposal(top, problem="this is the folder of the case itself"))
        return
    for name, inner, names in os.walk(top, onerror=note):
        inner[:] = sorted(
            folder
            for folder in inner
            if not folder.startswith(".")
            and os.path.realpath(os.path.join(name, folder)) != own_path  # noqa: PTH118
        )
        visible = sorted(file for file in names if not file.startswith("."))
        yield Path(name), [Path(name, file) for file in visible]


def _propose(known: _Known, scanner: Scanner, path: Path, now: Progress) -> Job[Proposal]:
    yield now
    try:
        check_name(path)
        # No hash: of many gigabytes it would take minutes, and adding makes it anyway.
        facts = (yield from scanner.scan(path, None, now)).facts
    except UserError as error:
        return Proposal(path, problem=str(error))
    duration_s = facts.duration_ns / NS_PER_S
    named = time_hint(path, known.zone, known.zone_name, duration_s=duration_s)
    camera = known.cameras.hint(path, named.device)
    claims = _claims(facts, named, known.zone)
    start, basis = (claims[0].start, claims[0].basis) if claims else (None, "")
    same = _same(known, path, facts)
    return Proposal(
        path=path,
        camera_id=camera.camera_id,
        camera_why=camera.why,
        start=start,
        start_basis=basis if start is not None else "",
        duration_s=duration_s,
        frames=facts.frames,
        size_px=(facts.width, facts.height),
        already_in_case=None if same is None else same.source_id,
        notes=(*_doubts(claims, named), *facts.warnings),
        facts=FileFacts.of(facts),
        claims=claims,
        sha256="" if same is None else same.sha256,
    )


def _claims(facts: SourceFacts, named: TimeHint, zone: tzinfo) -> tuple[StartClaim, ...]:
    """What tells a start: the file itself before its name."""
    claims = []
    claimed = claimed_start(facts)
    if claimed is not None:
        claims.append(StartClaim(claimed_basis(facts), claimed.astimezone(zone)))
    if named.start is not None or named.choices:
        basis = named.basis or "file name, one of two readings"
        claims.append(StartClaim(basis, named.start, named.choices, "name"))
    return tuple(claims)


def _doubts(claims: Sequence[StartClaim], named: TimeHint) -> list[str]:
    doubts = [f"No start is read from it: {named.doubt}."] if named.doubt else []
    first, second = (*claims, None, None)[:2]
    if first is None or first.by == "name":
        return [*doubts, *named.notes]
    if _apart(first.start, None if second is None else second.start) and second is not None:
        # Many recorders date a file when it is exported.
        doubts.append(
            f"The file name tells another start than the container: {second.start} "
            f"({second.basis})."
        )
    # The zone of the name does not matter where the file tells its own time.
    return [*doubts, *(note for note in named.notes if note != ZONE_NOT_STATED)]


def _apart(first: datetime | None, second: datetime | None) -> bool:
    if first is None or second is None:
        return False
    return abs((second - first).total_seconds()) > _APART_S


def _same(known: _Known, path: Path, facts: SourceFacts) -> Source | None:
    source = known.sources.get(Path(os.path.realpath(path)))
    if source is None or source.size_bytes != facts.size_bytes:
        return None
    return source
