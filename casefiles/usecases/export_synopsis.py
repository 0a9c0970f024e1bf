"""A synopsis as a video file with labels, and beside it a document of everything in it."""

import glob
import hashlib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPlace
from casefiles.exchange import manifest
from casefiles.exchange.manifest import Facts
from casefiles.jobs import Job, Progress
from casefiles.synopsis_types import Synopsis
from casefiles.usecases.export_clips import PLAIN
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.export_work import in_process
from casefiles.usecases.plan_synopsis import nothing_shown, takes_in
from casefiles.usecases.set_time_zone import time_zone_of
from casefiles.usecases.synopsis_document import synopsis_document
from casefiles.usecases.synopsis_film import FilmOrder, MadeFilm, Seen, make_film
from casefiles.usecases.synopsis_show import pack_folder
from casefiles.workers import Crew, Died, Processes
from video.clock import NS_PER_S
from video.errors import CannotWrite, VideoError

SUFFIX = ".mp4"
SIDECAR = ".json"


@dataclass(frozen=True, slots=True)
class SynopsisWanted:
    """Where a synopsis goes: `out` ends in .mp4, the document lies beside it as `out` + .json."""

    out: Path
    fps: int = 25
    width: int = 1280
    """Columns of the video; several cameras share them."""

    @property
    def sidecar(self) -> Path:
        return self.out.with_name(self.out.name + SIDECAR)


@dataclass(frozen=True, slots=True)
class SynopsisExport:
    """A synopsis that was written; `facts` is the document beside it."""

    video: Path
    document: Path
    sha256: str
    facts: Facts
    note: str = ""


def check_can_export_synopsis(case: Case, wanted: SynopsisWanted) -> None:
    """Makes sure that a synopsis can be written there; leaves nothing behind.

    Raises:
        WrongPlace, Unwritable: it is no place for it.
    """
    out = wanted.out
    if out.suffix.lower() != SUFFIX:
        raise WrongPlace(f"'{out}' does not end in {SUFFIX}", f"Name a file that ends in {SUFFIX}.")
    check_new_file(case, out, wanted.sidecar)
    try:
        # Under the very names: one that is too long must not be found out after hours.
        for trial in (_part(out), wanted.sidecar.with_name(f"{wanted.sidecar.name}.part")):
            # What is there already is another export's, or was left by one that was killed.
            with suppress(FileExistsError):
                trial.touch(exist_ok=False)
                trial.unlink()
    except OSError as error:
        raise Unwritable(
            f"nothing can be written into {out.parent}: {error.strerror}",
            "Check its rights, or choose another folder.",
        ) from error


def export_synopsis(
    case: Case, synopsis: Synopsis, wanted: SynopsisWanted, crew: Callable[[], Crew] = Processes
) -> Job[SynopsisExport]:
    """Writes video and document, both or neither; composed and encoded in a process of its own;
    logged with its hash before it is given back. Cancelling or a full disk leaves nothing.

    Raises:
        WrongPlace, Unwritable, CannotWrite: `out` is no place for it, or its disk is full.
        NothingToShow: the synopsis is empty.
        VideoError: a pack is missing or damaged.
    """
    nothing = nothing_shown(synopsis)
    if nothing is not None:
        raise nothing
    check_can_export_synopsis(case, wanted)
    case.record(_entry("started", wanted, synopsis, {}))
    part = _part(wanted.out)
    whole = False
    try:
        order = FilmOrder(
            synopsis, pack_folder(case), part, wanted.out, time_zone_of(case), wanted.width,
            wanted.fps, case.header.training, _comment(case),
        )  # fmt: skip
        total = max(synopsis.length_ns * wanted.fps // NS_PER_S, 1)
        told = Progress(0, total, "pictures", wanted.out.name)
        with crew() as workers, closing(
            in_process(
                workers, MadeFilm, lambda done: replace(told, done=min(done, total)), make_film,
                order, lost=lambda event: _lost(wanted.out, event),
            )
        ) as making:  # fmt: skip
            made = yield from making
        facts = _facts(case, synopsis, wanted, made)
        content = manifest.json_bytes(facts)
        _put(wanted, part, content)
        digests = {
            "film_sha256": made.sha256, "document_sha256": hashlib.sha256(content).hexdigest()
        }  # fmt: skip
        case.record(_entry("done", wanted, synopsis, digests))
        whole = True
    except GeneratorExit:
        case.record(_entry("cancelled", wanted, synopsis, {}))
        raise
    except CannotWrite as error:
        case.record(_entry("failed", wanted, synopsis, {}))
        # Nobody knows it by its provisional name.
        said = error.message.replace(part.name, wanted.out.name)
        raise CannotWrite(said, error.hint) from error
    except BaseException:
        case.record(_entry("failed", wanted, synopsis, {}))
        raise
    finally:
        if not whole:
            # What is not in the log has not left the case.
            for path in (part, wanted.sidecar, wanted.out, *_begun(part)):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    return SynopsisExport(
        wanted.out, wanted.sidecar, made.sha256, facts, PLAIN if case.encrypted else ""
    )


def _part(out: Path) -> Path:
    """The provisional name; whoever writes knows the container by its end."""
    return out.with_name(f".{out.stem}.part{SUFFIX}")


def _begun(part: Path) -> list[Path]:
    """What a process left that was ended while it wrote."""
    return list(part.parent.glob(f".{glob.escape(part.name)}.*.part"))


def _comment(case: Case) -> str:
    training = "TRAINING; " if case.header.training else ""
    return f"{training}video synopsis: objects of different times shown together; no recording"


def _put(wanted: SynopsisWanted, part: Path, content: bytes) -> None:
    """Gives both files their names, or neither.

    Raises:
        Unwritable: they cannot be written.
    """
    try:
        if wanted.out.exists():
            raise FileExistsError(17, "it is there already", str(wanted.out))
        manifest.write_new(wanted.out.parent, {wanted.sidecar.name: content})
        part.replace(wanted.out)
    except OSError as error:
        raise Unwritable(
            f"{wanted.out} cannot be written: {error.strerror}",
            "Free some space, or choose another place; nothing was exported.",
        ) from error


def _lost(out: Path, event: object) -> Exception:
    why = event.why if isinstance(event, Died) else "ended"
    return VideoError(
        f"{out} was not exported: the process that composed it {why}",
        "Try again; if it happens again, make the cut-outs anew.",
    )


def _facts(case: Case, synopsis: Synopsis, wanted: SynopsisWanted, made: MadeFilm) -> Facts:
    """The document beside the film."""
    facts = synopsis_document(case, synopsis)
    sizes = {int(one.source_id): (one.width, one.height) for one in case.sources()}
    placed = facts["placements"]
    assert isinstance(placed, list)
    for row, seen in zip(placed, made.seen, strict=True):
        row["seen"] = None if seen is None else _seen(seen, sizes[row["source"]])
    # Exact, where the pictures themselves were looked at.
    facts["overlap_planned"], facts["overlap"] = facts["overlap"], round(made.overlap, 6)
    facts["video"] = {
        "file": wanted.out.name,
        "sha256": made.sha256,
        "size_bytes": made.size_bytes,
        "pictures": made.pictures,
        "fps": wanted.fps,
        "width": made.width,
        "height": made.height,
    }
    facts["seen_is"] = (
        "the object in a picture of the video, 'at' seconds from its beginning, 'box' in its "
        "pixels, 'hidden' the share of it that boxes of others cover; and the same in its "
        "recording, at 'original_s', 'original_box' in its pixels"
    )
    return facts


def _seen(seen: Seen, size: tuple[int, int]) -> Facts:
    across, down = size[0] / seen.stage_size[0], size[1] / seen.stage_size[1]
    left, top, right, bottom = seen.recorded_box
    return {
        "at": seen.show_ns / NS_PER_S,
        "box": list(seen.box),
        "hidden": round(min(seen.hidden, 1.0), 3),
        "original_s": seen.media_ns / NS_PER_S,
        "original_box": [
            round(left * across), round(top * down), round(right * across), round(bottom * down),
        ],
    }  # fmt: skip


def _entry(
    outcome: audit.Outcome, wanted: SynopsisWanted, synopsis: Synopsis, more: dict[str, str]
) -> audit.Entry:
    about = synopsis.coverage
    return audit.Entry(
        "synopsis.export",
        outcome,
        facts={
            "takes": takes_in(synopsis),
            "found": about.found,
            "shown": about.shown,
            "dropped": sum(about.dropped.values()),
            "hidden": about.hidden,
            **more,
        },
        private={"file": str(wanted.out.absolute()), "text": synopsis.text},
    )
