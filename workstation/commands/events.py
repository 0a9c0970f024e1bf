"""`event`: calls, statements, alarms and whatever else happened besides footage."""

import argparse

from casefiles import audit
from casefiles.case_events import CaseEvent, EventImport, EventImportId
from casefiles.edit_kinds import RemoveEvents, RestoreEvents
from casefiles.exchange.event_files import EVENT_COLUMNS
from casefiles.usecases.import_events import (
    import_events,
    read_case_events,
    read_event_imports,
)
from casefiles.usecases.view_case import view_case
from resources.errors import UserError
from video.clock import NS_PER_S, format_wall, format_wall_in, wall_from_ns, zone_of
from workstation.broken_text import refuse_broken_text
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def load(options: argparse.Namespace) -> int:
    """Takes in a table of events."""
    refuse_broken_text({"--map": "".join(options.map), "--zone": options.zone or ""})
    mapping = dict(_pair(text) for text in options.map)
    with opened(options) as case:
        done = import_events(
            case, options.file, mapping=mapping, zone_name=options.zone, fold=options.fold
        )
    if options.json:
        print_json(_import(done))
    else:
        print_text(_import_line(done))
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the events by time, and the files they come from."""
    with opened(options) as case:
        found = read_case_events(case)
        files = read_event_imports(case)
        zone = zone_of(view_case(case).zone_name)
        case.record(audit.Entry("events.list", "done", facts={"events": len(found)}))
    rows = [found.row(place) for place in range(len(found))]
    if options.json:
        print_json(
            {"imports": [_import(one) for one in files], "events": [_event(one) for one in rows]}
        )
        return 0
    if not rows:
        print_text("no events yet: use 'event import', or drop a CSV file on the window")
    for one in files:
        print_text(_import_line(one))
    for row in rows:
        told = [format_wall_in(row.from_ns, zone), row.kind, row.heading, row.who]
        print_text(f"{row.event_id}: {' · '.join(part for part in told if part)}")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes the events of one file away, or brings them back."""
    number = EventImportId(options.events)
    edit = RestoreEvents(number) if options.restore else RemoveEvents(number)
    with opened(options) as case:
        case.post(lambda: edit).result()
    told = "restored" if options.restore else "removed"
    if options.json:
        print_json({told: number})
    else:
        print_text(f"{told} events {number}")
    return 0


def _pair(text: str) -> tuple[str, str]:
    column, separator, heading = text.partition("=")
    if not separator or not heading.strip():
        raise UserError(
            f"--map {text} is not COLUMN=HEADING", f"Columns are: {', '.join(EVENT_COLUMNS)}."
        )
    return column, heading.strip()


def _import(one: EventImport) -> dict[str, object]:
    return {
        "id": one.import_id,
        "file": one.file_name,
        "sha256": one.file_sha256,
        "zone": one.zone_name or None,
        "events": one.events,
        "from": format_wall(wall_from_ns(one.from_ns)),
        "to": format_wall(wall_from_ns(one.to_ns)),
        "added": format_wall(wall_from_ns(one.added_ns)),
        "added_by": one.added_by,
        "program_version": one.program_version,
    }


def _event(one: CaseEvent) -> dict[str, object]:
    return {
        "id": one.event_id,
        "import": one.import_id,
        "line": one.line,
        "own_id": one.own_id,
        "at": format_wall(wall_from_ns(one.from_ns)),
        "end": None if one.to_ns == one.from_ns else format_wall(wall_from_ns(one.to_ns)),
        "uncertainty_s": one.uncertainty_ns / NS_PER_S if one.uncertainty_ns else None,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "who": one.who,
        "lat": one.lat,
        "lon": one.lon,
    }


def _import_line(one: EventImport) -> str:
    facts = _import(one)
    zone = f" · times read as {one.zone_name}" if one.zone_name else ""
    return (
        f"{one.import_id}: {one.events} events from {one.file_name} · "
        f"{facts['from']} to {facts['to']}{zone}"
    )
