"""Filters of movement, order, number and looks in words, and as plain values.

Every phrase here is one that `parse` reads back to the same filter.
"""

from functools import lru_cache
from typing import Final, TypeAlias

from casefiles.queries.filters import (
    AttributeFilter,
    CountFilter,
    Direction,
    DirectionFilter,
    DwellFilter,
    LineFilter,
    LoiterFilter,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    ZoneFilter,
)
from casefiles.queries.line_text import line_document
from casefiles.queries.zone_text import zone_document

MovementFilter: TypeAlias = (
    ZoneFilter | LineFilter | SequenceFilter | DwellFilter | LoiterFilter | AttributeFilter
    | DirectionFilter | SpeedFilter | SizeFilter | CountFilter
)  # fmt: skip

SPEED_UNIT: Final = "heights a second"
_YES: Final = {
    "bag": "a bag",
    "backpack": "a backpack",
    "hat": "a hat",
    "coat": "a coat",
}
_LENGTHS: Final = ("sleeves", "trousers")
_TO_CAMERA: Final[dict[Direction, str]] = {
    "towards": "towards the camera",
    "away": "away from the camera",
}


@lru_cache(maxsize=64)
def movement_words(wanted: MovementFilter) -> str:
    """The words of a filter, short enough for a chip: "crosses line Kerb", "long sleeves"."""
    match wanted:
        case ZoneFilter() | LineFilter():
            return _step_words(wanted)
        case SequenceFilter(steps, within_s):
            said = ", then ".join(_step_words(step) for step in steps)
            return said if within_s is None else f"{said}, within {number_words(within_s)} s"
        case DwellFilter(least_s, None):
            return f"at least {number_words(least_s)} s"
        case DwellFilter(least_s, most_s):
            return _ends(least_s or None, most_s, "s")
        case LoiterFilter(least_s):
            return f"loiters at least {number_words(least_s)} s"
        case AttributeFilter():
            return _attribute_words(wanted)
        case DirectionFilter(directions):
            ways = (_TO_CAMERA.get(one, one) for one in directions)
            return f"going {' or '.join(ways)}"
        case SpeedFilter(least, most):
            return f"speed: {_ends(least, most, SPEED_UNIT)}"
        case SizeFilter(least_px, most_px):
            return f"height: {_ends(least_px, most_px, 'px')}"
        case CountFilter(at_least):
            return f"at least {at_least} together"


def movement_document(wanted: MovementFilter) -> dict[str, object]:
    """The filter as plain values; `kind` says which."""
    match wanted:
        case ZoneFilter(zone, how):
            return {"kind": "zone", "zone": zone_document(zone), "how": how}
        case LineFilter(line, way):
            return {"kind": "line", "line": line_document(line), "way": way}
        case SequenceFilter(steps, within_s):
            documents = [movement_document(step) for step in steps]
            return {"kind": "sequence", "steps": documents, "within_s": within_s}
        case DwellFilter(least_s, most_s):
            return {"kind": "dwell", "least_s": least_s, "most_s": most_s}
        case LoiterFilter(least_s):
            return {"kind": "loiter", "least_s": least_s}
        case AttributeFilter(name, values):
            return {"kind": "attribute", "name": name, "values": list(values)}
        case DirectionFilter(directions):
            return {"kind": "direction", "directions": list(directions)}
        case SpeedFilter(least, most):
            return {"kind": "speed", "least": least, "most": most}
        case SizeFilter(least_px, most_px):
            return {"kind": "size", "least_px": least_px, "most_px": most_px}
        case CountFilter(at_least):
            return {"kind": "count", "least": at_least}


def number_words(number: float) -> str:
    """A number to the thousandth, as a person writes it: "30", "7.5"."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _ends(least: float | None, most: float | None, unit: str) -> str:
    lower = "" if least is None else f"at least {number_words(least)}"
    upper = "" if most is None else f"at most {number_words(most)}"
    both = " and ".join(words for words in (lower, upper) if words)
    return f"{both} {unit}" if both else "any"


def _step_words(step: ZoneFilter | LineFilter) -> str:
    if isinstance(step, LineFilter):
        way = "" if step.way == "either" else f" {step.way}"
        return f"crosses line {step.line.name}{way}" if step.line.name else f"crosses a line{way}"
    if step.how == "inside":
        return f"zone: {step.zone.name}" if step.zone.name else "zone: as drawn"
    verb = "enters" if step.how == "enter" else "leaves"
    return f"{verb} zone {step.zone.name}" if step.zone.name else f"{verb} the zone drawn"


def _attribute_words(wanted: AttributeFilter) -> str:
    if len(wanted.values) == 1:
        (value,) = wanted.values
        if wanted.name in _YES:
            return f"{'with' if value == 'yes' else 'without'} {_YES[wanted.name]}"
        if wanted.name in _LENGTHS:
            return f"{value} {wanted.name}"
    return f"{wanted.name}: {' or '.join(wanted.values)}"
