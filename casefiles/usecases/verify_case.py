"""Checks a whole case: audit chain, derived rows, and every original against its hash."""

from dataclasses import dataclass

from casefiles import audit
from casefiles.case import REWRAPPED, Case
from casefiles.jobs import Job, Progress
from casefiles.store import tracks
from casefiles.types import Source
from resources.errors import UserError
from video.probe import hash_file
from video.rewrap import stream_sha256


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What was checked and what does not verify, in the order found; empty when all does."""

    audit_rows: int
    sources: int
    bad: tuple[str, ...]


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
    """Checks everything a case holds and refers to; reads every original once."""
    known = case.sources()
    total = sum(source.size_bytes for source in known)
    yield Progress(0, total, "bytes", "audit chain")
    verdict = case.read(lambda cursor: audit.verify(audit.stored_rows(cursor)))
    bad = [] if verdict.holds else [f"audit: {verdict.why}"]
    bad += case.read(tracks.inconsistencies)
    done = 0
    for source in known:
        yield Progress(done, total, "bytes", source.path.name)
        bad += _source_faults(case, source)
        done += source.size_bytes
    yield Progress(total, total, "bytes")
    result = CaseVerdict(verdict.rows, len(known), tuple(bad))
    case.record(
        audit.Entry(
            "case.verify",
            "failed" if bad else "done",
            facts={"sources": len(known), "audit_rows": verdict.rows, "bad": len(bad)},
        )
    )
    return result


def _source_faults(case: Case, source: Source) -> list[str]:
    name = f"source {source.source_id}"
    try:
        if hash_file(source.path) != source.sha256:
            return [f"{name}: {source.path} has changed since it was added"]
        index = case.packet_index(source.source_id)
        if len(index) != source.frames:
            return [f"{name}: its packet index lists {len(index)} frames, not {source.frames}"]
        if source.rewrapped is not None:
            copy = case.folder / REWRAPPED / source.rewrapped
            if stream_sha256(copy) != source.stream_sha256:
                return [f"{name}: its re-wrapped copy has changed"]
    except UserError as error:
        return [f"{name}: {error.message}"]
    return []
