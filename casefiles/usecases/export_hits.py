"""The hits of an answer as a table, with a still of each, for a report or another program."""

import csv
import hashlib
import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

from casefiles import audit
from casefiles.case import Case
from casefiles.decision_types import Decision, Question
from casefiles.errors import Unwritable
from casefiles.exchange import manifest
from casefiles.exchange.csv_rows import safe_cell
from casefiles.exchange.manifest import Facts
from casefiles.jobs import Job, Progress
from casefiles.store import looks
from casefiles.types import Run, RunId, Source, SourceId, TrackId, TrackRow
from casefiles.usecases.decided import decisions_of, precision
from casefiles.usecases.export_clips import PLAIN
from casefiles.usecases.export_places import check_new_folder, make_folder, try_folder
from casefiles.usecases.export_still import StillWanted, export_still
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.read_frame import Moment
from casefiles.usecases.sureness import sureness
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView, Hit, Hits
from casefiles.workers import Crew, Processes
from detection.labels import ObjectClass
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import (
    NS_PER_S,
    format_media,
    format_wall,
    format_wall_in,
    wall_from_ns,
    zone_of,
)

TABLE: Final = "results.csv"
TRAINING_TABLE: Final = "TRAINING-results.csv"
_HEADINGS: Final = (
    "training", "rank", "track", "class", "camera", "recording", "true_from_utc", "true_to_utc",
    "true_from", "true_to", "recorder_from", "recorder_to", "uncertainty_s", "media_from",
    "media_to", "confidence", "doubtful", "reasons", "decision", "decided_by", "decided_utc",
    "still", "still_missing", "source_sha256", "model", "model_sha256", "run", "analysed_with",
    "exported_with",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HitsExport:
    """What was written; `failures` are of hits that gave no still."""

    folder: Path
    hits: int
    stills: int
    failures: tuple[str, ...]
    manifest_sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One hit with all that is said of it."""

    place: int
    hit: Hit
    source: Source
    run: Run
    decision: Decision | None
    still: str = ""
    missing: str = ""


def export_hits(
    case: Case,
    found: Hits,
    question: Question,
    folder: Path,
    crew: Callable[[], Crew] = Processes,
    *,
    stills: bool = True,
) -> Job[HitsExport]:
    """Writes the hits, in the order given, into a new or empty folder: a CSV table, one still per
    hit (its best frame, untouched and lossless, with its sidecar), and a manifest with hashes;
    logged with the hash of the manifest before it is given back.

    A hit whose frame cannot be had is listed without a still, and the table says why. Cancelling
    or a full disk leaves nothing.

    Raises:
        NothingToExport: there are no hits.
        WrongPlace, Unwritable: the folder is no place for it, or its disk is full.
    """
    check_can_export(case, found, folder)
    view = view_case(case)
    rows = _rows(case, view, found, question)
    entry = partial(_entry, question=question, found=found, folder=folder)
    case.record(entry("started", {}))
    made_folder = make_folder(folder)
    whole = False
    try:
        written = yield from _stills(case, rows, folder, crew) if stills else _none(rows)
        digest, count = _write(case, view, written, found, question, folder)
        case.record(entry("done", {"manifest_sha256": digest, "stills": count}))
        whole = True
    except GeneratorExit:
        case.record(entry("cancelled", {}))
        raise
    except BaseException:
        case.record(entry("failed", {}))
        raise
    finally:
        if not whole:
            # What is not in the log has not left the case.
            _clear(folder, folder_too=made_folder)
    failures = tuple(f"track {row.hit.track.track_id}: {row.missing}" for row in written
                     if row.missing)  # fmt: skip
    return HitsExport(folder, len(rows), count, failures, digest, PLAIN if case.encrypted else "")


def check_can_export(case: Case, found: Hits, folder: Path) -> None:
    """Makes sure that hits can be written into a folder; leaves nothing behind.

    Raises:
        NothingToExport: there are no hits.
        WrongPlace, Unwritable: the folder is no place for it.
    """
    if not found.hits:
        raise NothingToExport("there are no hits to export", "Search for something else.")
    check_new_folder(case, folder)
    try_folder(folder)


def _none(rows: Sequence[_Row]) -> Job[list[_Row]]:
    """No stills."""
    yield Progress(0, 0, "stills", "writing")
    return list(rows)


def _rows(case: Case, view: CaseView, found: Hits, question: Question) -> list[_Row]:
    said = {one.track_id: one for one in decisions_of(case, question)}
    runs: dict[RunId, Run] = {}
    made: list[_Row] = []
    sources: Mapping[SourceId, Source] = {one.source_id: one for one in view.sources}
    for place, hit in enumerate(found.hits, found.skipped + 1):
        run_id = hit.track.run_id
        if run_id not in runs:
            runs[run_id] = case.run(run_id)
        track_id: TrackId = hit.track.track_id
        made.append(
            _Row(place, hit, sources[hit.track.source_id], runs[run_id], said.get(track_id))
        )
    return made


def _stills(
    case: Case, rows: Sequence[_Row], folder: Path, crew: Callable[[], Crew]
) -> Job[list[_Row]]:
    """The rows with their stills, which lie in the folder."""
    made: list[_Row] = []
    with crew() as workers:
        for done, row in enumerate(rows):
            now = Progress(done, len(rows), "stills", row.source.path.name)
            yield now
            name = f"{row.place:05d}_track{row.hit.track.track_id}.png"
            wanted = StillWanted(
                row.source.source_id, best_moment(case, row.hit.track), folder / name
            )
            try:
                with closing(export_still(case, wanted, partial(Lent, workers))) as making:
                    while True:
                        try:
                            next(making)
                        except StopIteration:
                            break
                        yield now
            except Unwritable:
                raise
            except UserError as error:
                made.append(_with(row, "", error.message))
                continue
            made.append(_with(row, name, ""))
    return made


class Lent:
    """A crew that goes on living after one still."""

    def __init__(self, workers: Crew) -> None:
        self.hire, self.hear = workers.hire, workers.hear

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whoever lent it dismisses it."""


def _with(row: _Row, still: str, missing: str) -> _Row:
    return _Row(row.place, row.hit, row.source, row.run, row.decision, still, missing)


def best_moment(case: Case, track: TrackRow) -> Moment:
    """A track's best frame; where no look is stored, the frame it begins with."""
    look = case.read(partial(looks.look_of, track_id=track.track_id))
    if look is not None:
        return Moment(frame=look.frame)
    # A microsecond later: seconds as floating point may come out before the very frame.
    return Moment(media_s=(track.from_ns + 1000) / NS_PER_S)


def _write(
    case: Case,
    view: CaseView,
    rows: Sequence[_Row],
    found: Hits,
    question: Question,
    folder: Path,
) -> tuple[str, int]:
    """Writes table and manifest; gives the hash of the manifest, and how many stills there are."""
    is_training = case.header.training
    name = TRAINING_TABLE if is_training else TABLE
    table = _table(view, rows, is_training=is_training)
    try:
        manifest.write_new(folder, {name: table})
        files = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
        }
        about = _document(case, view, rows, found, question, files)
        digest = manifest.write_manifest(folder, about, files)
    except OSError as error:
        raise Unwritable(
            f"{folder} cannot be written: {error.strerror}",
            "Free some space, or choose another disk; nothing was exported.",
        ) from error
    return digest, sum(bool(row.still) for row in rows)


def _table(view: CaseView, rows: Sequence[_Row], *, is_training: bool) -> bytes:
    held = io.StringIO(newline="")
    lines = csv.writer(held)
    lines.writerow(_HEADINGS)
    for row in rows:
        lines.writerow([safe_cell(cell) for cell in _cells(view, row, is_training=is_training)])
    # With a mark of order, by which table programs know that it is UTF-8.
    return held.getvalue().encode("utf-8-sig")


def _cells(view: CaseView, row: _Row, *, is_training: bool) -> tuple[str, ...]:
    hit, source, made = row.hit, row.source, row.run.provenance
    track, zone = hit.track, zone_of(view.zone_name)

    def told(wall_ns: int | None) -> str:
        return "" if wall_ns is None else format_wall_in(wall_ns, zone)

    def in_utc(wall_ns: int | None) -> str:
        return "" if wall_ns is None else format_wall(wall_from_ns(wall_ns))

    uncertainty = source.uncertainty_ns
    decision = row.decision
    return (
        "TRAINING" if is_training else "",
        str(row.place),
        str(track.track_id),
        ObjectClass(track.class_id).label,
        "" if source.camera_id is None else view.title(source),
        source.path.name,
        in_utc(hit.from_wall_ns),
        in_utc(hit.to_wall_ns),
        told(hit.from_wall_ns),
        told(hit.to_wall_ns),
        told(source.recorder_ns(track.from_ns)),
        told(source.recorder_ns(track.to_ns)),
        "" if uncertainty is None else f"{uncertainty / NS_PER_S:.3f}",
        format_media(track.from_ns),
        format_media(track.to_ns),
        sureness(hit.score),
        "yes" if hit.doubtful else "no",
        "; ".join(hit.why),
        "" if decision is None else decision.verdict,
        "" if decision is None else decision.decided_by,
        "" if decision is None else in_utc(decision.decided_ns),
        row.still,
        row.missing,
        source.sha256,
        made.model_name,
        made.model_sha256,
        str(row.run.run_id),
        f"Sightline {made.program_version}",
        f"Sightline {PROGRAM_VERSION}",
    )


def _document(
    case: Case,
    view: CaseView,
    rows: Sequence[_Row],
    found: Hits,
    question: Question,
    files: Mapping[str, str],
) -> Facts:
    said = precision(decisions_of(case, question))
    about = found.coverage
    used = {row.source.source_id: row.source for row in rows}
    return {
        "what": "hits of a search: leads, each to be confirmed by a person",
        **manifest.who_and_when(case.header, case.actor),
        "question": {"kind": question.kind, "text": question.text, "sha256": question.sha256,
                     "document": question.document},
        "hits": len(rows),
        "hits_found": found.total,
        "decided": said.words() or "nobody decided on a hit",
        "coverage": {
            "recordings": about.sources, "analysed": about.indexed, "frames": about.frames,
            "frames_analysed": about.analysed, "frames_without_motion": about.gated,
            "frames_damaged": about.damaged, "static_false_alarms_hidden": about.hidden,
            "needs_another_model": list(about.unknown_classes), "notes": list(about.notes),
        },
        "zone": view.zone_name,
        "sources": [manifest.about_source(used[one]) for one in sorted(used)],
        "files": dict(files),
        "stills_missing": [f"track {row.hit.track.track_id}: {row.missing}" for row in rows
                           if row.missing],
        "how_to_check": f"sha256sum -c {manifest.SUMS}",
        "encrypted": False,
    }  # fmt: skip


def _entry(
    outcome: audit.Outcome,
    more: Mapping[str, str | int],
    *,
    question: Question,
    found: Hits,
    folder: Path,
) -> audit.Entry:
    return audit.Entry(
        "hits.export",
        outcome,
        facts={"question": question.sha256, "hits": len(found.hits), **more},
        private={"folder": str(folder.absolute()), "text": question.text},
    )


def _clear(folder: Path, *, folder_too: bool) -> None:
    """Takes away everything: the folder was new or empty when this began."""
    if folder_too:
        shutil.rmtree(folder, ignore_errors=True)
        return
    # A disk that is read-only by now keeps what it has; the first error is the one to tell.
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
