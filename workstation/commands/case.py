"""`case` and `audit`: make, show, check and copy cases."""

import argparse

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import CaseBusy
from casefiles.exchange.track_formats import wall_text
from casefiles.types import Run, Source
from casefiles.usecases import verify_case as checking
from casefiles.usecases.change_passphrase import (
    COPIES_KEEP_THEIRS,
    change_passphrase,
    check_encrypted,
)
from casefiles.usecases.copy_case import copy_held_case
from casefiles.usecases.open_case import create_case
from casefiles.usecases.snapshot_case import snapshot_case
from resources.errors import NotInThisVersion
from video.clock import NS_PER_S, format_media, format_wall, wall_from_ns
from video.types import TimeNs
from workstation.commands.access import (
    actor,
    opened,
    passphrase_for_new,
    passphrase_of,
    passphrase_to_come,
)
from workstation.output import print_json, print_text, run_job, say


def create(options: argparse.Namespace) -> int:
    """Makes a case; says in one line when it is not encrypted."""
    passphrase = passphrase_for_new(options.case)
    with create_case(
        options.case,
        actor(options),
        number=options.number,
        title=options.title,
        passphrase=passphrase,
        training=options.training,
    ) as case:
        if passphrase is None:
            say("workstation: the case is not encrypted: no passphrase was given")
        if options.json:
            print_json(_header(case))
        else:
            print_text(f"case {case.header.number} made in {case.folder}")
    return 0


def info(options: argparse.Namespace) -> int:
    """What a case holds."""
    with opened(options) as case:
        sources = case.sources()
        runs = case.current_runs()
        document = {
            **_header(case),
            "cameras": len(case.cameras()),
            "sources": [_source(source) for source in sources],
            "indexed": {str(source): run.provenance.model_name for source, run in runs.items()},
            "ended_early": {
                str(source): {
                    "analysed_to_s": run.stop.analysed_to_ns / NS_PER_S,
                    "why": run.stop.reason,
                }
                for source, run in runs.items()
                if run.stop is not None
            },
        }
        case.record(audit.Entry("case.info", "done", facts={"sources": len(sources)}))
        if options.json:
            print_json(document)
        else:
            mark = " TRAINING" if case.header.training else ""
            print_text(f"case {case.header.number}: {case.header.title}{mark}")
            print_text(f"{document['cameras']} cameras, {len(sources)} recordings")
            for source in sources:
                state = _analysis(runs.get(source.source_id))
                print_text(f"  {source.source_id}: {source.path.name} · {state}")
    return 0


def passphrase(options: argparse.Namespace) -> int:
    """Gives an encrypted case another passphrase."""
    old = passphrase_of(options.case)
    with opened(options, old) as case:
        # Before anybody is asked to think of one.
        check_encrypted(case)
        change_passphrase(case, old or "", passphrase_to_come(options.case))
    say(f"workstation: note: {COPIES_KEEP_THEIRS}")
    if options.json:
        print_json({"case": str(options.case), "passphrase": "changed"})
    else:
        print_text(f"the passphrase of {options.case} was changed")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Checks a case whole; exit code 2 when anything does not verify."""
    with opened(options) as case:
        verdict = run_job(checking.verify_case(case), "checking")
    if options.json:
        print_json({
            "verified": not verdict.bad,
            "audit_rows": verdict.audit_rows,
            "sources": verdict.sources,
            "bad": list(verdict.bad),
            "notes": list(verdict.notes),
        })  # fmt: skip
    elif not verdict.bad:
        print_text(f"verified: {verdict.sources} recordings, {verdict.audit_rows} audit rows")
    for note in verdict.notes:
        say(f"workstation: note: {note}")
    if verdict.bad:
        say(f"workstation: {options.case} does not verify: {verdict.bad[0]}")
        for other in verdict.bad[1:]:
            say(f"  also: {other}")
    return 2 if verdict.bad else 0


def snapshot(options: argparse.Namespace) -> int:
    """Copies a case to a new folder; one that another process has open is copied for looking."""
    whole = True
    try:
        with opened(options) as case:
            snapshot_case(case, options.out)
    except CaseBusy as error:
        copy_held_case(options.case, options.out, actor(options))
        say(f"workstation: {error.message}: what was stored last is copied, for looking only")
        whole = False
    if options.json:
        print_json({"snapshot": str(options.out), "read_only": not whole})
    else:
        print_text(f"snapshot written to {options.out}")
    return 0


def verify_audit(options: argparse.Namespace) -> int:
    """Checks the audit chain; exit code 2 with the first bad row named."""
    if options.checkpoint is not None:
        raise NotInThisVersion("audit verify --checkpoint")
    with opened(options) as case:
        verdict = checking.verify_audit(case)
    if options.json:
        print_json({
            "verified": verdict.holds,
            "rows": verdict.rows,
            "first_bad": verdict.first_bad,
            "why": verdict.why,
            "head": verdict.head,
            "clock_set_back": list(verdict.clock_back),
        })  # fmt: skip
    elif verdict.holds:
        print_text(f"verified: {verdict.rows} rows, head {verdict.head}")
    if verdict.clock_back:
        rows = ", ".join(str(seq) for seq in verdict.clock_back[:12])
        say(f"workstation: the computer's clock was set back before row {rows}: trust their order")
    if not verdict.holds:
        say(f"workstation: the audit chain of {options.case} does not verify: {verdict.why}")
    return 0 if verdict.holds else 2


def export_audit(_options: argparse.Namespace) -> int:
    """Not in this version."""
    raise NotInThisVersion("workstation audit export")


def _header(case: Case) -> dict[str, object]:
    about = case.header
    return {
        "case": str(case.folder),
        "uuid": about.case_uuid,
        "number": about.number,
        "title": about.title,
        "training": about.training,
        "encrypted": case.encrypted,
        "created": format_wall(wall_from_ns(about.created_ns)),
        "created_by": about.created_by,
        "program_version": about.program_version,
        "policy": case.policy,
    }


def _analysis(run: Run | None) -> str:
    if run is None:
        return "not indexed"
    if run.stop is None:
        return run.provenance.model_name
    upto = format_media(run.stop.analysed_to_ns)
    return f"{run.provenance.model_name}, only up to {upto}: {run.stop.reason}"


def _source(source: Source) -> dict[str, object]:
    return {
        "id": source.source_id,
        "file": str(source.path),
        "sha256": source.sha256,
        "camera": source.camera_id,
        "from": wall_text(source, TimeNs(0)),
        "to": wall_text(source, TimeNs(source.duration_ns)),
    }
