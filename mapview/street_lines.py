"""The streets of the map of a case as lines that coverage is asked of: of drawn maps, and of vector
tiles around the cameras or the place asked."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.errors import BadCoverage
from casefiles.exchange.tile_archives import TileArchive, open_archive
from casefiles.geo import view_polygon
from casefiles.jobs import Job
from casefiles.map_types import MapLayer
from casefiles.usecases.calibrated_places import seen_ground
from casefiles.usecases.map_layers import layer_text, read_layers, tile_path
from casefiles.usecases.street_coverage import read_street_coverage
from casefiles.usecases.street_types import CoverageAsked, StreetCoverage, StreetLine
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from mapview.basemap import BaseMap, parse_base_map
from mapview.blind_spots import REACH_M
from mapview.projection import ground_scale, to_degrees, to_mercator
from mapview.tile_streets import KeptTiles, streets_in
from mapview.vector_tiles import WALKED
from resources.errors import UserError

_EVERYWHERE: Final = CoverageAsked()


@dataclass(frozen=True, eq=False)
class StreetGround:
    """The lines of the map, and what is to be said of where they come from."""

    lines: tuple[StreetLine, ...]
    notes: tuple[str, ...] = ()
    of_tiles: bool = False
    """Whether tiles were asked for some of them."""


def street_lines(base: BaseMap) -> tuple[StreetLine, ...]:
    """Every line of the map where somebody walks or drives, and the outlines of its squares, in the
    order of the map."""
    streets = [one for one in base.streets if one.kind in WALKED]
    squares = [one for one in base.areas if one.kind == "square"]
    return (
        *(StreetLine(one.name, to_degrees(one.points)) for one in streets),
        # A square has no line through it; what sees it sees most of its outline.
        *(StreetLine(one.name, to_degrees(one.rings[0])) for one in squares),
    )


def read_coverage(
    case: Case, asked: CoverageAsked = _EVERYWHERE, kept: KeptTiles | None = None
) -> Job[StreetCoverage]:
    """Who saw the streets of the map when, see `read_street_coverage`; of vector tiles those are
    looked at that lie around the cameras or where it is asked.

    Raises:
        As `read_street_coverage`. MapFileGone, BadMap: only tiles have streets, and they cannot be
            read.
    """
    ground = yield from read_streets(case, asked, kept)
    try:
        found = read_street_coverage(case, ground.lines, asked)
    except BadCoverage as error:
        if not ground.of_tiles or asked.near is not None or asked.within:
            raise
        raise BadCoverage(
            error.message,
            f"{error.hint} Of tiles the streets up to {REACH_M:.0f} m from what cameras see are "
            "looked at: for others ask near a place, or draw a region.",
        ) from error
    return replace(found, notes=(*found.notes, *ground.notes))


def read_streets(
    case: Case, asked: CoverageAsked = _EVERYWHERE, kept: KeptTiles | None = None
) -> Job[StreetGround]:
    """The streets of the drawn maps and vector tiles that are shown, else of all of them; where
    both have the same street, that of the drawn map.

    Raises:
        MapFileGone, BadMap: only tiles have streets, and they cannot be read.
    """
    with ExitStack() as files:
        maps: list[tuple[MapLayer, TileArchive | None]] = []
        failed: list[UserError] = []
        for layer in read_layers(case):
            if layer.kind == "geojson":
                maps.append((layer, None))
            elif layer.kind == "tiles":
                try:
                    archive = files.enter_context(closing(open_archive(tile_path(layer))))
                except UserError as error:
                    if layer.shown:
                        failed.append(error)
                    continue
                if archive.facts.is_vector:
                    maps.append((layer, archive))
        maps = [one for one in maps if one[0].shown] or maps
        if failed and not maps:
            raise failed[0]
        bases = [parse_base_map(layer_text(case, one)) for one, tiles in maps if tiles is None]
        # The highest first: of two files of tiles it is the one that is seen.
        archives = [tiles for _, tiles in reversed(maps) if tiles is not None]
        lines = [line for base in bases for line in street_lines(base)]
        notes = [f"left out: {error}" for error in failed]
        if archives:
            drawn = [one for base in bases for one in base.streets if one.kind in WALKED]
            areas = _areas(view_case(case), asked)
            found = yield from streets_in(archives, areas, drawn, kept)
            lines += street_lines(BaseMap(streets=found.streets))
            notes += found.notes
            if asked.near is None and not asked.within:
                notes.append(
                    f"streets of tiles are looked at up to {REACH_M:.0f} m from what some camera "
                    "sees"
                )
        return StreetGround(tuple(lines), tuple(notes), bool(archives))


def areas_around(outlines: Sequence[NDArray[np.float64]], reach_m: float) -> list[shapely.Geometry]:
    """What lies within a distance of outlines `(n, 2)`; all in world metres."""
    made = []
    for outline in outlines:
        if len(outline) >= 3:
            shape = shapely.make_valid(shapely.Polygon(outline))
            reach = reach_m / ground_scale(float(outline[:, 1].mean()))
            made.append(shape.buffer(reach, quad_segs=4))
    return made


def _areas(view: CaseView, asked: CoverageAsked) -> list[shapely.Geometry]:
    """Where streets of tiles are looked at, in world metres: a file may hold the whole world."""
    if asked.near is not None:
        round_it = view_polygon(asked.near, None, None, asked.radius_m)
        return areas_around([to_mercator(round_it)], 0.0)
    if asked.within:
        return areas_around([to_mercator(ring) for ring in asked.within], 0.0)
    seen = [seen_ground(one) for one in view.calibrations]
    for camera in view.cameras:
        for place in camera.placements:
            seen.append(view_polygon(place.point, place.heading_deg, place.fov_deg, place.range_m))
    return areas_around([to_mercator(one) for one in seen if len(one) >= 3], REACH_M)
