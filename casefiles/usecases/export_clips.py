"""Clips of several cameras over one span, as excerpts of the originals and as exact copies."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable
from casefiles.exchange import manifest
from casefiles.exchange.manifest import Facts
from casefiles.jobs import Job, Progress
from casefiles.usecases.export_places import check_new_folder, free_bytes, make_folder
from casefiles.usecases.export_work import (
    Burned,
    ClipMode,
    ClipOrder,
    MadeClip,
    in_process,
    make_clip,
)
from casefiles.usecases.plan_clips import ClipPlan, ClipsWanted, Piece, plan_clips
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from video.clip import COPIED, ENCODED, Copied
from video.clock import NS_PER_S, format_wall
from video.errors import CannotWrite
from video.exact_clip import QUALITY, Encoded
from video.packet_index import picture_length_ns, time_of
from video.types import TimeNs

PLAIN: Final = "what was exported is not encrypted, although the case is"
_KINDS: Final = {"copy": "original excerpt", "exact": "re-encoded derivative"}


@dataclass(frozen=True, slots=True)
class ClipFile:
    """One clip that was written."""

    path: Path
    source_id: int
    mode: ClipMode
    sha256: str
    said: str
    """Where it really starts and what is not as in the original, in a few words."""
    facts: Facts


@dataclass(frozen=True, slots=True)
class ClipsExport:
    """Everything that was written into a folder; `failures` are of recordings that gave nothing."""

    folder: Path
    files: tuple[ClipFile, ...]
    gaps: tuple[Facts, ...]
    left_out: tuple[str, ...]
    failures: tuple[UserError, ...]
    manifest_sha256: str
    note: str = ""


@dataclass(slots=True)
class _Batch:
    """What has been made so far."""

    files: list[ClipFile] = field(default_factory=list)
    failures: list[UserError] = field(default_factory=list)
    stopped: CannotWrite | None = None


def export_clips(
    case: Case, wanted: ClipsWanted, crew: Callable[[], Crew] = Processes
) -> Job[ClipsExport]:
    """Writes the clips, `manifest.json`, `manifest.txt` and `SHA256SUMS` into a new or empty
    folder; logged with the hash of the manifest before it is given back.

    A recording that cannot be decoded costs its own clips; a full disk ends the export, and what
    was finished before stays, with a manifest that says so. Cancelling leaves nothing.

    Raises:
        WrongPlace, Unwritable: the folder is no place for it, or its disk too small.
        NothingToExport, UnknownSource, UnknownCamera: there is nothing to write.
        CannotWrite: the disk filled up or went.
        UserError: no clip at all could be made: why the first could not.
    """
    check_new_folder(case, wanted.folder)
    plan = plan_clips(case, wanted)
    _check_room(plan)
    case.record(_entry("started", plan, {"clips": len(_orders(plan))}))
    made_folder = make_folder(wanted.folder)
    batch = _Batch()
    whole = False
    try:
        yield from _make_all(case, plan, batch, crew)
        error = batch.stopped or (batch.failures[0] if batch.failures else None)
        if error is not None and not batch.files:
            raise error
        digest = _write_manifest(case, plan, batch)
        outcome: audit.Outcome = "done" if batch.stopped is None else "failed"
        facts = {"clips": len(batch.files), "manifest_sha256": digest}
        case.record(_entry(outcome, plan, facts))
        whole = True
    except GeneratorExit:
        case.record(_entry("cancelled", plan, {"clips": 0}))
        raise
    finally:
        if not whole:
            # What is not in the log has not left the case.
            _clear(wanted.folder, folder_too=made_folder)
    if batch.stopped is not None:
        raise CannotWrite(
            batch.stopped.message,
            f"Finished clips ({len(batch.files)}) and their manifest are in {wanted.folder}. "
            + batch.stopped.hint,
        )
    return ClipsExport(
        wanted.folder, tuple(batch.files), plan.gaps, plan.left_out, tuple(batch.failures), digest,
        PLAIN if case.encrypted else "",
    )  # fmt: skip


def _check_room(plan: ClipPlan) -> None:
    free = free_bytes(plan.wanted.folder)
    if free is not None and free < plan.bytes_needed:
        raise Unwritable(
            f"the clips need about {_megabytes(plan.bytes_needed)}, and {plan.wanted.folder} has "
            f"{_megabytes(free)} free",
            "Free some space, choose another disk, or a shorter span.",
        )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 1_000_000 else "less than 1 MB"


def _entry(outcome: audit.Outcome, plan: ClipPlan, facts: Facts) -> audit.Entry:
    wanted = plan.wanted
    listed = ",".join(dict.fromkeys(str(one.source.source_id) for one in plan.pieces))
    chained = {name: one for name, one in facts.items() if isinstance(one, str | int)}
    return audit.Entry(
        "clips.export",
        outcome,
        facts={
            "sources": listed,
            "mode": wanted.mode,
            "burned_time": wanted.burn_time,
            "gaps": len(plan.gaps),
            **chained,
        },
        private={"folder": str(wanted.folder.absolute())},
    )


def _orders(plan: ClipPlan) -> list[tuple[Piece, ClipMode]]:
    modes: tuple[ClipMode, ...] = ("copy", "exact")
    return [
        (piece, mode)
        for piece in plan.pieces
        for mode in modes
        if plan.wanted.mode in (mode, "both")
    ]


def _make_all(case: Case, plan: ClipPlan, batch: _Batch, crew: Callable[[], Crew]) -> Job[None]:
    orders = _orders(plan)
    total = sum(_pictures(piece, mode) for piece, mode in orders)
    before = 0
    with crew() as workers:
        for piece, mode in orders:
            told = Progress(before, total, "pictures", piece.source.path.name)
            try:
                order = _order_of(case, plan, piece, mode)
                now = partial(_advanced, told, _pictures(piece, mode))
                with closing(in_process(workers, MadeClip, now, make_clip, order)) as making:
                    made = yield from making
                batch.files.append(_finished(plan, piece, mode, made))
            except CannotWrite as error:
                batch.stopped = error
                return
            except OSError as error:
                batch.stopped = CannotWrite(
                    f"{plan.wanted.folder} cannot be written: {error.strerror}", "Check its disk."
                )
                return
            except UserError as error:
                batch.failures.append(error)
            finally:
                _remove_parts(plan.wanted.folder)
            before += _pictures(piece, mode)


def _pictures(piece: Piece, mode: ClipMode) -> int:
    return piece.cut.frames if mode == "exact" else piece.cut.last - piece.cut.key + 1


def _advanced(told: Progress, most: int, done: int) -> Progress:
    return replace(told, done=told.done + min(done, most))


def _order_of(case: Case, plan: ClipPlan, piece: Piece, mode: ClipMode) -> ClipOrder:
    source = piece.source
    label = COPIED if mode == "copy" else ENCODED
    training = "TRAINING; " if case.header.training else ""
    burned = None
    if plan.wanted.burn_time and mode == "exact":
        whose = source.camera_id or source.path.name
        says = f"{training}{ENCODED} | source {source.source_id} | {whose}"
        burned = Burned(source.clock, plan.zone_name, says)
    return ClipOrder(
        case.media_path(source),
        piece.index,
        piece.cut,
        plan.wanted.folder / f"{_stem(piece)}_{mode}",
        mode,
        f"{training}{label}; source sha256 {source.sha256}; frames {piece.cut.first} to "
        f"{piece.cut.last}",
        burned,
    )


def _stem(piece: Piece) -> str:
    """A file name that is one everywhere: camera, corrected UTC time, source."""
    source = piece.source
    first_ns = time_of(piece.index, piece.cut.first)
    if source.clock is None:
        when = f"{first_ns // 1_000_000:09d}ms"
    else:
        when = format_wall(source.clock.to_wall(first_ns)).replace("-", "").replace(":", "")
    camera = re.sub(r"[^\w-]+", "-", source.camera_id or "", flags=re.ASCII).strip("-")[:40]
    return "_".join(one for one in (camera, when, f"source{source.source_id}") if one)


def _finished(plan: ClipPlan, piece: Piece, mode: ClipMode, made: MadeClip) -> ClipFile:
    """Gives the clip its name."""
    part = made.made.path
    final = part.with_name(part.name.removesuffix(".part"))
    if final.exists():
        raise Unwritable(f"{final} is there already", "Exports replace nothing.")
    part.replace(final)
    real, said, own = _copied(piece, made.made) if isinstance(
        made.made, Copied
    ) else _encoded(piece, made.made)  # fmt: skip
    times = partial(manifest.both_times, piece.source, zone_name=plan.zone_name)
    facts: Facts = {
        "file": final.name,
        "kind": _KINDS[mode],
        "label": COPIED if mode == "copy" else ENCODED,
        "sha256": made.sha256,
        "size_bytes": made.size_bytes,
        "source": manifest.about_source(piece.source),
        "asked": {"from": times(piece.span.start_ns), "to": times(piece.span.end_ns)},
        "real": {
            "from": times(real[0]),
            "last_picture": times(real[1]),
            "first_pts": int(piece.index.pts[real[2]]),
            "last_pts": int(piece.index.pts[real[3]]),
            "time_base": str(piece.index.time_base),
            "times_counted": piece.index.counted,
        },
        **own,
        "said": said,
    }
    return ClipFile(final, piece.source.source_id, mode, made.sha256, said, facts)


_Real = tuple[TimeNs, TimeNs, int, int]
"""Media time of the first and the last picture, and their numbers."""


def _real(piece: Piece, first: int, last: int) -> _Real:
    return time_of(piece.index, first), time_of(piece.index, last), first, last


def _copied(piece: Piece, made: Copied) -> tuple[_Real, str, Facts]:
    first = max(made.first, 0)
    real = _real(piece, first, made.last)
    lead_ns = time_of(piece.index, piece.cut.first) - real[0]
    after_ns = real[1] - time_of(piece.index, piece.cut.last)
    said = starts_earlier(lead_ns)
    late_ns = real[0] - piece.span.start_ns
    if late_ns > picture_length_ns(piece.index):
        said = f"starts {late_ns / NS_PER_S:.2f} s later, where its footage begins"
    if after_ns:
        said += f"; ends {after_ns / NS_PER_S:.2f} s later, where no picture is missing"
    if made.sound_left:
        said += f"; without sound: {made.sound_left}"
    return real, said, {
        "lead_in_s": f"{lead_ns / NS_PER_S:.9f}",
        "lead_out_s": f"{after_ns / NS_PER_S:.9f}",
        "coded_pictures": made.packets,
        "stream_sha256": {
            "in_the_original": made.stream_sha256,
            "in_the_excerpt": made.stream_sha256,
            "equal": True,
            "of": "the coded pictures of the excerpt, in decode order: H.264 and H.265 each NAL "
            "unit as 4 bytes length and its bytes, others each packet likewise",
        },
        "sound": [f"{codec}, copied" for codec in made.sound],
        "sound_left_behind": made.sound_left or None,
    }  # fmt: skip


def starts_earlier(lead_ns: int) -> str:
    """How much earlier than asked a stream copy starts, in words."""
    if lead_ns <= 0:
        return "starts exactly there, at a keyframe"
    return f"starts {lead_ns / NS_PER_S:.2f} s earlier, at the keyframe"


def _pictures_words(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _encoded(piece: Piece, made: Encoded) -> tuple[_Real, str, Facts]:
    missing = f"; {_pictures_words(len(made.missing))} did not decode" if made.missing else ""
    said = f"{ENCODED}: {_pictures_words(made.written)}, each at its own time{missing}"
    return _real(piece, piece.cut.first, piece.cut.last), said, {
        "pictures": made.written,
        "pictures_that_did_not_decode": list(made.missing),
        "encoding": f"H.264 by libx264, constant rate factor {QUALITY}, {made.pixel_format}",
        "video_size": f"{made.width} x {made.height}",
        "picture_in_it": f"{made.picture_width} x {made.picture_height}, top left",
        "not_as_in_the_original": list(made.notes),
        "sound": list(made.sound),
    }  # fmt: skip


def _write_manifest(case: Case, plan: ClipPlan, batch: _Batch) -> str:
    wanted = plan.wanted
    document: Facts = {
        "what": "clips",
        **manifest.who_and_when(case.header, case.actor),
        "complete": batch.stopped is None and not batch.failures,
        "stopped": None if batch.stopped is None else batch.stopped.message,
        "options": {
            "mode": wanted.mode,
            "burned_time": wanted.burn_time,
            "asked_in": "media time" if wanted.wall_ns is None else "corrected time",
            "zone": plan.zone_name,
        },
        "files": [one.facts for one in batch.files],
        "gaps": list(plan.gaps),
        "left_out": [*plan.left_out, *(str(error) for error in batch.failures)],
        "how_to_check": f"sha256sum -c {manifest.SUMS}",
        "encrypted": False,
    }
    try:
        return manifest.write_manifest(
            wanted.folder, document, {one.path.name: one.sha256 for one in batch.files}
        )
    except OSError as error:
        raise CannotWrite(
            f"the manifest cannot be written into {wanted.folder}: {error.strerror}",
            "Free some space, or choose another disk; nothing was exported.",
        ) from error


def _remove_parts(folder: Path) -> None:
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)


def _clear(folder: Path, *, folder_too: bool) -> None:
    """Takes away everything: the folder was new or empty when this began."""
    if folder_too:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
