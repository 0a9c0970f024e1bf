"""Takes a drawn map into a case as a layer, and gives the one on top."""

from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import AddLayer
from casefiles.exchange.map_files import MapFile, read_map_file
from casefiles.map_types import MapLayer
from casefiles.store import base_maps
from casefiles.usecases.add_source import sayable


def load_map(case: Case, path: Path) -> MapFile:
    """Takes a GeoJSON file in as the highest layer of the map.

    Raises:
        BadMap: it is none, or on the map already; the case is as it was.
    """
    found = read_map_file(path)
    layer = MapLayer("geojson", sayable(path).name)
    case.post(lambda: AddLayer(layer, found.content)).result()
    return found


def read_map(case: Case) -> str | None:
    """The GeoJSON text of the highest map shown, else of the highest; None without any."""
    text = case.read(base_maps.top)
    case.record(audit.Entry("map.show", "done", facts={"there": text is not None}))
    return text
