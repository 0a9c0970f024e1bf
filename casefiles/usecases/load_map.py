"""Takes a drawn map into a case, and gives the one shown."""

from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.map_files import MapFile, read_map_file
from casefiles.store import base_maps
from casefiles.store.engine import Cursor
from casefiles.usecases.add_source import sayable
from video.clock import now_ns


def load_map(case: Case, path: Path) -> MapFile:
    """Takes a GeoJSON file in as the map of the case; earlier ones stay stored.

    Raises:
        BadMap: it is none; the case is as it was.
    """
    found = read_map_file(path)

    def store(cursor: Cursor) -> None:
        base_maps.insert(
            cursor,
            name=sayable(path).name,
            sha256=found.sha256,
            geojson=found.text,
            added_ns=now_ns(),
            added_by=case.actor.user,
        )

    entry = audit.Entry(
        "map.load",
        "done",
        facts={"sha256": found.sha256, "features": found.features},
        private={"file": str(sayable(path.absolute()))},
        vouches=("maps",),
    )
    case.act(entry, store, touches=("base_maps",))
    return found


def read_map(case: Case) -> str | None:
    """The GeoJSON text of the map shown; None where the case has none."""
    text = case.read(base_maps.newest)
    case.record(audit.Entry("map.show", "done", facts={"there": text is not None}))
    return text
