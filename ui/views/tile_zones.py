"""What lies on the pictures of a source: zones, lines, and the static spot that is selected."""

from PySide6.QtCore import QCoreApplication

from casefiles.types import Source
from casefiles.view_types import CaseView, Line, StaticSpot, Zone
from ui.session import Selection
from ui.views.overlay import ZoneShape


def zone_shapes(view: CaseView, source: Source, selected: Selection) -> list[ZoneShape]:
    """The shapes to paint over a source, in source pixels."""
    shapes = [
        ZoneShape(zone.polygon, zone.name, zone.zone_id == selected.zone_id)
        for zone in view.zones
        if _lies_on(zone, source) and zone.size in (None, (source.width, source.height))
    ]
    shapes += [
        ZoneShape(line.points, line.name, line.line_id == selected.line_id, is_line=True)
        for line in view.lines
        if _lies_on(line, source) and line.size in (None, (source.width, source.height))
    ]
    for spot in view.spots:
        size = (source.width, source.height)
        if spot.spot_id == selected.spot_id and _lies_on(spot, source) and spot.size == size:
            left, upper, right, lower = spot.box
            corners = ((left, upper), (right, upper), (right, lower), (left, lower))
            name = QCoreApplication.translate("TileZones", "Never moves")
            shapes.append(ZoneShape(corners, name, selected=True))
    return shapes


def _lies_on(thing: Zone | Line | StaticSpot, source: Source) -> bool:
    return thing.source_id == source.source_id or (
        thing.camera_id is not None and thing.camera_id == source.camera_id
    )
