"""What was drawn around cameras on the map, as a question of streets and of other people's
cameras."""

from PySide6.QtCore import QCoreApplication

from casefiles.geo import GeoPoint
from casefiles.usecases.canvass import CanvassAsked
from casefiles.usecases.regions import Ring
from mapview.selection import Region


def region_words(region: Region | None) -> str:
    """What it is called; empty where nothing is drawn."""
    said = QCoreApplication.translate
    if region is None:
        return ""
    if region.kind == "area":
        return said("drawn_region", "the area drawn")
    if region.kind == "route":
        return said("drawn_region", "a route {0} m wide").format(f"{2 * region.reach_m:,.0f}")
    return said("drawn_region", "a circle of {0} m").format(f"{region.reach_m:,.0f}")


def rings_of(region: Region | None) -> tuple[Ring, ...]:
    """Its edges."""
    return tuple(
        tuple((lon, lat) for lon, lat in ring.tolist())
        for ring in (() if region is None else region.outlines())
    )


def others_in(region: Region, from_ns: int | None) -> CanvassAsked:
    """Other people's cameras in it: along a route and around a place by distance as well."""
    if region.kind == "area":
        return CanvassAsked(from_ns=from_ns, within=rings_of(region))
    way = tuple(GeoPoint(lat, lon) for lon, lat in region.points)
    return CanvassAsked(way, region.reach_m, from_ns)
