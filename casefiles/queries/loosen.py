"""The next filters to try: each filter taken away, or a little wider, where few tracks answer."""

from dataclasses import replace
from typing import Final

from casefiles.queries.filters import (
    ClockFilter,
    ColourFilter,
    CountFilter,
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    Query,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from detection.colours import COLOURS
from video.clock import NS_PER_S

_DAY_MINUTES: Final = 24 * 60
_HOUR_NS: Final = 3600 * NS_PER_S
_NEAR: Final = {
    "black": ("dark grey", "dark blue"),
    "dark grey": ("black", "grey"),
    "grey": ("dark grey", "white", "beige"),
    "white": ("grey", "beige"),
    "beige": ("white", "grey", "brown", "yellow"),
    "brown": ("beige", "orange", "red"),
    "red": ("orange", "pink", "brown", "purple"),
    "orange": ("red", "yellow", "brown"),
    "yellow": ("orange", "beige", "green"),
    "green": ("dark green", "yellow"),
    "dark green": ("green", "black"),
    "blue": ("dark blue", "purple"),
    "dark blue": ("blue", "black", "purple"),
    "purple": ("pink", "dark blue", "blue", "red"),
    "pink": ("red", "purple"),
}
"""What light and folds turn a colour into: its neighbours by hue and lightness."""


def looser(query: Query) -> tuple[tuple[Filter, Filter | None], ...]:
    """Every single step that lets more tracks answer: a filter, and what takes its place (None:
    nothing). The smaller step comes first. A camera gives way to all cameras by going."""
    steps: list[tuple[Filter, Filter | None]] = []
    for one in query.filters:
        wider = _wider(one)
        if wider is not None and wider != one and wider not in query.filters:
            steps.append((one, wider))
        steps.append((one, None))
    return tuple(steps)


def _wider(wanted: Filter) -> Filter | None:
    """A filter that is a little less strict; None where it can only go."""
    match wanted:
        case ColourFilter(part, colours):
            near = {other for one in colours for other in _NEAR.get(one, ())}
            return ColourFilter(part, tuple(one for one in COLOURS if one in near | set(colours)))
        case TimeFilter(start, end):
            more = _HOUR_NS // 2
            if start is not None and end is not None:
                more = max(more, (end - start) // 2)
            return TimeFilter(
                None if start is None else start - more, None if end is None else end + more
            )
        case ClockFilter(start, end):
            length = (end - start) % _DAY_MINUTES or _DAY_MINUTES
            if length + 120 >= _DAY_MINUTES:
                return None
            opens, closes = (start - 60) % _DAY_MINUTES, (end + 60) % _DAY_MINUTES
            return ClockFilter(opens, closes or _DAY_MINUTES)
        case DwellFilter(least, most):
            return DwellFilter(_half(least), None if most is None else most * 2)
        case LoiterFilter(least):
            return LoiterFilter(_half(least)) if least > 1 else None
        case ZoneFilter(how="enter" | "leave"):
            return replace(wanted, how="inside")
        case LineFilter(way="forward" | "backward"):
            return replace(wanted, way="either")
        case SequenceFilter(within_s=float(within)):
            return replace(wanted, within_s=within * 2)
        case SpeedFilter(least, most):
            return SpeedFilter(
                None if least is None else least / 2, None if most is None else most * 2
            )
        case SizeFilter(least, most):
            return SizeFilter(
                None if least is None else least / 2, None if most is None else most * 2
            )
        case CountFilter(least) if least > 2:
            return CountFilter(least - 1)
        case _:
            return None


def _half(seconds: float) -> float:
    """Half of a length, in whole seconds where it is long enough."""
    return float(round(seconds / 2)) if seconds >= 4 else seconds / 2
