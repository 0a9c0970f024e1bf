"""The streets and squares of a base map as lines that coverage is asked of."""

from typing import Final

from casefiles.case import Case
from casefiles.usecases.map_layers import layer_text, read_layers
from casefiles.usecases.street_types import StreetLine
from mapview.basemap import BaseMap, StreetKind, parse_base_map
from mapview.projection import to_degrees

_WALKED: Final[frozenset[StreetKind]] = frozenset({"path", "lane", "street", "main", "pier"})
"""Where somebody walks or drives; borders and streams are lines too."""


def street_lines(base: BaseMap) -> tuple[StreetLine, ...]:
    """Every line of the map where somebody walks or drives, and the outlines of its squares, in the
    order of the map."""
    streets = [one for one in base.streets if one.kind in _WALKED]
    squares = [one for one in base.areas if one.kind == "square"]
    return (
        *(StreetLine(one.name, to_degrees(one.points)) for one in streets),
        # A square has no line through it; what sees it sees most of its outline.
        *(StreetLine(one.name, to_degrees(one.rings[0])) for one in squares),
    )


def streets_of(case: Case) -> tuple[StreetLine, ...]:
    """The streets of the drawn maps that are shown, else of all drawn maps of a case."""
    drawn = [one for one in read_layers(case) if one.kind == "geojson"]
    layers = [one for one in drawn if one.shown] or drawn
    return tuple(
        line for one in layers for line in street_lines(parse_base_map(layer_text(case, one)))
    )
