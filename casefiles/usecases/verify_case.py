"""Checks a whole case: audit chain, derived rows, and every original against its hash."""

from dataclasses import dataclass
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.store import digests, runs, synopsis, tracks
from casefiles.store.engine import Cursor
from casefiles.store.media_files import REWRAPPED, collected_path
from casefiles.types import Source
from casefiles.usecases.read_stages import pack_path
from resources.errors import UserError
from video.probe import hash_file
from video.rewrap import stream_sha256


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What was checked and what does not verify, in the order found; empty when all does."""

    audit_rows: int
    sources: int
    bad: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What is no fault, and worth knowing: an original that is gone, its copy in the case whole."""


def verify_audit(case: Case) -> audit.Verdict:
    """Checks the audit chain of a case; the check itself is logged after it."""
    verdict = case.read(lambda cursor: audit.verify(audit.stored_rows(cursor)))
    case.record(
        audit.Entry(
            "audit.verify",
            "done" if verdict.holds else "failed",
            facts={"rows": verdict.rows, "first_bad": verdict.first_bad},
        )
    )
    return verdict


def verify_case(case: Case) -> Job[CaseVerdict]:
    """Checks everything a case holds and refers to; reads every original once, and every copy of
    one in the case."""
    yield Progress(0, 0, "rows", "audit chain")
    rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    verdict = audit.verify(rows)
    bad = [] if verdict.holds else [f"audit: {verdict.why}"]
    bad += case.read(lambda cursor: row_faults(cursor, rows))
    known, fault = _sources(case)
    bad += fault
    total = sum(source.size_bytes for source in known)
    done = 0
    notes: list[str] = []
    for source in known:
        yield Progress(done, total, "bytes", source.path.name)
        fault_or_note = _source_faults(case, source)
        bad += fault_or_note[0]
        notes += fault_or_note[1]
        done += source.size_bytes
    yield Progress(done, total, "bytes", "cut-outs")
    faults, said = _pack_faults(case)
    bad += faults
    notes += said
    result = CaseVerdict(verdict.rows, len(known), tuple(bad), tuple(notes))
    case.record(
        audit.Entry(
            "case.verify",
            "failed" if bad else "done",
            facts={"sources": len(known), "audit_rows": verdict.rows, "bad": len(bad)},
        )
    )
    return result


def _pack_faults(case: Case) -> tuple[list[str], list[str]]:
    """Packs of cut-outs that were changed, and what is worth knowing: those that are not there,
    as in every copy of a case."""
    faults, notes = [], []
    again = "make it again with 'synopsis --prepare'"
    for take in case.read(synopsis.every):
        path = pack_path(case, take)
        if take.state != "finished":
            continue
        if not path.is_file():
            notes.append(f"source {take.source_id}: its cut-outs for synopses are gone; {again}")
            continue
        try:
            same = hash_file(path) == take.pack_sha256
        except UserError as error:
            faults.append(f"source {take.source_id}: its cut-outs for synopses: {error.message}")
            continue
        if not same:
            faults.append(
                f"source {take.source_id}: {path} (cut-outs for synopses) was changed; {again}"
            )
    return faults, notes


def row_faults(cursor: Cursor, rows: list[audit.SealedRow]) -> list[str]:
    """Things whose rows are not those that the newest of these audit rows about them kept a hash
    of, and rows that do not hang together."""
    kept: dict[str, str] = {}
    for row in rows:
        for item in row.private:
            if item.name.startswith(audit.VOUCHER):
                kept[item.name.removeprefix(audit.VOUCHER)] = item.value
    changed = [name for name, value in kept.items() if digests.digest(cursor, name) != value]
    unknown = digests.known(cursor) - kept.keys()
    return [
        *(f"{name}: its rows were changed outside the program" for name in sorted(changed)),
        *(f"{name}: no audit row tells where its rows come from" for name in sorted(unknown)),
        *tracks.inconsistencies(cursor),
    ]


def _sources(case: Case) -> tuple[tuple[Source, ...], list[str]]:
    """The sources, or what keeps them from being read."""
    try:
        case.cameras()
        case.read(runs.every)
        return case.sources(), []
    except UserError as error:
        return (), [error.message]


def _source_faults(case: Case, source: Source) -> tuple[list[str], list[str]]:
    """What does not verify of a source, and what is worth knowing."""
    name = f"source {source.source_id}"
    try:
        faults, notes = _file_faults(case, source)
        index = case.packet_index(source.source_id)
        if len(index) != source.frames:
            faults.append(f"{name}: its packet index lists {len(index)} frames, not "
                          f"{source.frames}")  # fmt: skip
        if source.rewrapped is not None:
            copy = case.folder / REWRAPPED / source.rewrapped
            if stream_sha256(copy) != source.stream_sha256:
                faults.append(f"{name}: its re-wrapped copy has changed")
    except UserError as error:
        return [f"{name}: {error.message}"], []
    return faults, notes


def _file_faults(case: Case, source: Source) -> tuple[list[str], list[str]]:
    """Original and collected copy against the hash; with a whole copy, the original may be gone."""
    name = f"source {source.source_id}"
    copy = collected_path(case.folder, source)
    if copy is None:
        return _changed(name, source, source.path), []
    try:
        faults = _changed(name, source, copy)
    except UserError as error:
        faults = [f"{name}: its collected copy: {error.message}"]
    if not faults and not source.path.exists():
        return [], [f"{name}: its original is gone ({source.path}); the collected copy is whole"]
    try:
        faults += _changed(name, source, source.path)
    except UserError as error:
        faults.append(f"{name}: {error.message}")
    return faults, []


def _changed(name: str, source: Source, path: Path) -> list[str]:
    same = hash_file(path) == source.sha256
    return [] if same else [f"{name}: {path} has changed since it was added"]
