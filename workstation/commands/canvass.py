"""`canvass`: other people's cameras: whom to ask for what, until when, and how it stands."""

import argparse
from dataclasses import replace

from casefiles import audit
from casefiles.canvass_edits import check_entry
from casefiles.canvass_types import (
    AddCanvass,
    CanvassEntry,
    CanvassId,
    ChangeCanvass,
    RemoveCanvass,
    RestoreCanvass,
    SayCanvass,
)
from casefiles.case import Case
from casefiles.exchange.canvass_files import COLUMNS
from casefiles.usecases.canvass import (
    CanvassAsked,
    CanvassRow,
    export_canvass,
    import_registry,
    read_canvass,
    read_registry_of,
)
from casefiles.usecases.canvass_sheets import SheetWanted, write_sheets
from casefiles.usecases.view_case import view_case
from resources.errors import UserError
from video.clock import format_wall, now_ns, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.places import a_moment, a_place
from workstation.output import print_json, print_text, say

_WORDS = ("owner", "address", "contact", "kind", "notes")


def load(options: argparse.Namespace) -> int:
    """Takes in a registry."""
    mapping = dict(_pair(text) for text in options.map)
    with opened(options) as case:
        if options.dry_run:
            edit, told = read_registry_of(case, options.file, mapping=mapping)
            added = len(edit.entries)
            facts = {"rows": added, "problems": len(told.problems)}
            case.record(audit.Entry("canvass.try", "done", facts=dict(facts)))
        else:
            told = import_registry(case, options.file, mapping=mapping, skip_bad=options.skip_bad)
            added = len(told.ids)
    for problem in told.problems:
        say(f"left out: {problem}")
    for note in told.notes:
        say(f"note: {note}")
    if options.json:
        print_json({
            "added": added, "ids": list(told.ids), "known": told.known,
            "problems": list(told.problems), "notes": list(told.notes), "dry_run": options.dry_run,
        })  # fmt: skip
    else:
        would = "would be added" if options.dry_run else "added"
        print_text(
            f"{added} entries {would}, {told.known} were there, {len(told.problems)} left out"
        )
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists whom to ask."""
    route = [options.near] if options.near else options.route or []
    asked = CanvassAsked(
        tuple(a_place(one) for one in route), options.radius, a_moment(options.since),
        options.status, options.by_distance,
    )  # fmt: skip
    now = now_ns()
    with opened(options) as case:
        if options.csv is not None:
            written = export_canvass(case, asked, options.csv, now_ns=now)
            say(f"{options.csv}: {written} entries")
        rows, view = read_canvass(case, asked, now_ns=now)
    if options.json:
        print_json([_document(one, view.zone_name) for one in rows])
        return 0
    if not rows:
        print_text("nobody is on the list there: use 'canvass import' or 'canvass add'")
    for row in rows:
        one = row.entry
        parts = [
            " · ".join(part for part in (one.owner, one.address, one.kind) if part),
            "" if row.metres is None else f"{row.metres:.0f} m",
            one.status,
            row.words(view.zone_name),
        ]
        print_text(f"{one.entry_id}: {' · '.join(part for part in parts if part)}")
    return 0


def add(options: argparse.Namespace) -> int:
    """Adds an entry by hand."""
    edit = AddCanvass((_changed(CanvassEntry(""), options),))
    with opened(options) as case:
        done = case.post(lambda: edit).result()
    assert isinstance(done, RemoveCanvass)
    if options.json:
        print_json({"added": list(done.entry_ids)})
    else:
        print_text(f"added entry {done.entry_ids[0]}")
    return 0


def change(options: argparse.Namespace) -> int:
    """Says how it stands with entries, or gives one other words."""
    ids = _ids(options)
    words = any(getattr(options, name) is not None for name in (*_WORDS, "at", "keeps_days"))
    if not words and options.status is None:
        raise UserError("nothing is to be changed", "Give --status, --owner, --keeps-days, ….")
    if words and len(ids) != 1:
        raise UserError("words of several entries cannot be changed at once", "Name one entry.")
    with opened(options) as case:
        if words:
            known = {one.entry_id: one for one in view_case(case).canvass}
            before = known.get(ids[0]) or CanvassEntry("", entry_id=ids[0])
            changed = _changed(before, options)
            # What is said may be refused too: then nothing is changed.
            check_entry(changed)
        if options.status is not None:
            case.post(lambda: SayCanvass(ids, options.status, options.note or "")).result()
        if words:
            case.post(lambda: ChangeCanvass(changed)).result()
    if options.json:
        print_json({"changed": list(ids), "status": options.status})
    else:
        print_text(f"changed {_listed(ids)}{f': {options.status}' if options.status else ''}")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes entries off the list, or brings them back."""
    ids = _ids(options)
    edit = RestoreCanvass(ids) if options.restore else RemoveCanvass(ids)
    with opened(options) as case:
        case.post(lambda: edit).result()
    told = "restored" if options.restore else "removed"
    if options.json:
        print_json({told: list(ids)})
    else:
        print_text(f"{told} {_listed(ids)}")
    return 0


def sheet(options: argparse.Namespace) -> int:
    """Writes request sheets."""
    ids = _ids(options)
    since, until = a_moment(options.since), a_moment(options.until)
    assert since is not None
    assert until is not None
    wanted = SheetWanted(
        ids, since, until, options.place, options.out,
        at=None if options.at is None else a_place(options.at),
        spare_s=60.0 * options.spare_min, officer=options.officer or "", unit=options.unit or "",
        contact=options.contact or "", note=options.note or "",
    )  # fmt: skip
    with opened(options) as case:
        done = write_sheets(case, wanted, now_ns=now_ns())
        if options.mark_asked:
            _mark(case, wanted)
    if options.json:
        print_json({
            "pages": done.pages,
            "files": [{"file": str(path), "sha256": sha256} for path, sha256 in done.files],
        })  # fmt: skip
    else:
        for path, sha256 in done.files:
            print_text(f"{path}: SHA-256 {sha256}")
    return 0


def _mark(case: Case, wanted: SheetWanted) -> None:
    note = f"sheet {wanted.out.name}"
    case.post(lambda: SayCanvass(wanted.entry_ids, "asked", note)).result()


def _ids(options: argparse.Namespace) -> tuple[CanvassId, ...]:
    return tuple(CanvassId(one) for one in dict.fromkeys(options.entry))


def _listed(ids: tuple[CanvassId, ...]) -> str:
    return f"{'entry' if len(ids) == 1 else 'entries'} {', '.join(map(str, ids))}"


def _changed(one: CanvassEntry, options: argparse.Namespace) -> CanvassEntry:
    given = {name: getattr(options, name) for name in _WORDS if getattr(options, name) is not None}
    made = replace(one, **given)
    if options.at is not None:
        made = replace(made, point=a_place(options.at))
    if options.keeps_days is not None:
        made = replace(made, keeps_days=options.keeps_days)
    return made


def _pair(text: str) -> tuple[str, str]:
    column, separator, heading = text.partition("=")
    if not separator or column not in COLUMNS:
        raise UserError(
            f"--map {text} is not COLUMN=HEADING", f"Columns are: {', '.join(COLUMNS)}."
        )
    return column, heading


def _document(row: CanvassRow, zone_name: str) -> dict[str, object]:
    one = row.entry
    return {
        "id": one.entry_id,
        "own_id": one.own_id,
        "owner": one.owner,
        "address": one.address,
        "lonlat": None if one.point is None else [one.point.lon, one.point.lat],
        "contact": one.contact,
        "kind": one.kind,
        "keeps_days": one.keeps_days,
        "notes": one.notes,
        "origin": one.origin or None,
        "origin_sha256": one.origin_sha256 or None,
        "distance_m": None if row.metres is None else round(row.metres, 1),
        "overwritten_from": None
        if row.deadline_ns is None
        else format_wall(wall_from_ns(row.deadline_ns)),
        "urgency": row.urgency or None,
        "ask": row.words(zone_name),
        "status": one.status,
        "history": [
            {
                "status": said.status,
                "note": said.note,
                "when": format_wall(wall_from_ns(said.set_ns)),
                "by": said.set_by,
            }
            for said in one.history
        ],
    }
