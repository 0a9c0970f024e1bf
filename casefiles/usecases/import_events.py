"""Takes in events besides footage from a table: a call log, statements, alarms; lists them."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.case_events import CaseEvents, EventImport
from casefiles.errors import BadEvents
from casefiles.exchange.event_files import lists_events, read_events
from casefiles.store import events
from casefiles.store.engine import Cursor
from resources.version import PROGRAM_VERSION
from video.clock import now_ns

__all__ = ["import_events", "lists_events", "read_case_events", "read_event_imports"]


def import_events(
    case: Case,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    zone_name: str | None = None,
    fold: int | None = None,
) -> EventImport:
    """Takes in the events of a CSV file; arguments and errors as `exchange.event_files` has them.

    Raises:
        BadEvents: the file is wrong, or in the case already; nothing was imported.
        TimeTwice, BadTime: a time cannot be told from what was given; nothing was imported.
    """
    read = read_events(path, mapping=mapping, zone_name=zone_name, fold=fold)
    found = read.events
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadEvents(f"{path} cannot be read: {error.strerror}", "Check the path.") from error
    # A name may hold bytes that are no text.
    whole = os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")

    def store(cursor: Cursor) -> EventImport:
        known = events.import_of(cursor, sha256)
        if known is not None:
            raise BadEvents(
                f"{path} is in the case already, as events {known}", "Nothing needs to be done."
            )
        about = EventImport(
            import_id=events.next_id(cursor),
            file_name=whole.rpartition("/")[2],
            file_sha256=sha256,
            zone_name=(zone_name or "") if read.needed_zone else "",
            headings=json.dumps(dict(read.headings), ensure_ascii=False),
            events=len(found),
            from_ns=int(found.from_ns[0]),
            to_ns=int(found.to_ns.max()),
            added_ns=now_ns(),
            added_by=case.actor.user,
            program_version=PROGRAM_VERSION,
        )
        events.insert(cursor, about, found)
        return about

    def entry(about: EventImport) -> audit.Entry:
        return audit.Entry(
            "events.import",
            "done",
            object=f"events:{about.import_id}",
            facts={
                "events": about.events,
                "sha256": sha256,
                "zone": about.zone_name,
                "fold": fold,
                "program": PROGRAM_VERSION,
            },
            private={"file": whole, "headings": about.headings},
            vouches=("events",),
        )

    return case.act(entry, store, touches=events.TABLES)


def read_event_imports(case: Case) -> tuple[EventImport, ...]:
    """The tables taken in so far, those taken away left out."""
    return tuple(one for one in case.read(events.imports) if one.present)


def read_case_events(case: Case) -> CaseEvents:
    """All present events by their beginning."""
    return case.read(events.present)
