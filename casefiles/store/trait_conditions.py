"""What a search asks of attributes, movement, size and company, as pieces of its statement.

A track of which an attribute or its movement is not known is kept, ranked low: "not judged" is not
"no". One that was judged unlike, or measured otherwise, is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Headings: TypeAlias = tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]
]
"""Columns of equal length: run id, media time from, and up to but not including, and where the
camera looked then, in degrees from north."""

LEAST_CHANCE: Final = 0.4
"""A track answers to an attribute from here on; up to `SURE_CHANCE` with doubt."""
SURE_CHANCE: Final = 0.6
LEAST_WAY: Final = 0.5
"""Own heights: who has come no further goes nowhere."""
LEAST_LIKENESS: Final = 0.5
"""Cosine of 60 degrees: who walks slantwise goes both ways."""
_UNKNOWN: Final = 0.3

_COMPASS: Final[Mapping[str, float]] = {
    "north": 0, "north-east": 45, "east": 90, "south-east": 135, "south": 180, "south-west": 225,
    "west": 270, "north-west": 315,
}  # fmt: skip
_ON_PICTURE: Final[Mapping[str, str]] = {
    "left": "-across", "right": "across", "towards": "towards", "away": "-towards",
}  # fmt: skip
_TRAIT: Final = """trait_{at} AS (
SELECT a.track_id, CASE WHEN a.value IN ({values}) THEN a.confidence + (1 - a.confidence) * {also}
       ELSE (1 - a.confidence) * {else_} END AS chance_{at}
FROM track_attributes a JOIN scope s USING (run_id) WHERE a.name = $trait_{at})"""
_MOVED: Final = """moved AS (
SELECT m.track_id, m.across, m.towards, m.speed, m.height_px,
       sqrt(m.across * m.across + m.towards * m.towards) AS way
FROM track_movement m JOIN scope s USING (run_id))"""
# Who comes is counted at that moment, who goes from the next on: that many are there in between.
_TOGETHER: Final = """arrivals AS (
SELECT o.run_id, {start} AS moment, 1 AS step FROM tracks o JOIN scope s USING (run_id)
WHERE NOT o.suppressed{who}
UNION ALL
SELECT o.run_id, o.to_ns + 1, -1 FROM tracks o JOIN scope s USING (run_id)
WHERE NOT o.suppressed{who}
), crowded AS (
SELECT run_id, moment FROM (
    SELECT run_id, moment, step,
           sum(step) OVER (PARTITION BY run_id ORDER BY moment, step
                           ROWS UNBOUNDED PRECEDING) AS there
    FROM arrivals
) WHERE step = 1 AND there >= $least_count
), together AS (
SELECT o.track_id FROM (
    SELECT o.track_id, o.run_id, {start} AS start, o.to_ns
    FROM tracks o JOIN scope s USING (run_id) WHERE NOT o.suppressed{who}
) o ASOF JOIN crowded c ON o.run_id = c.run_id AND o.start <= c.moment WHERE c.moment <= o.to_ns)"""


@dataclass(frozen=True, slots=True)
class WantedTrait:
    """Values of an attribute, how many there are, and the classes that are judged by it."""

    name: str
    values: tuple[str, ...]
    known_values: int
    class_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """From least to most, both included; None is open."""

    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class WantedTraits:
    """Conditions that must all hold; each of `directions` is a filter, any way of it is enough."""

    attributes: tuple[WantedTrait, ...] = ()
    directions: tuple[tuple[str, ...], ...] = ()
    headings: Headings | None = None
    """Of every run that has some; wanted where a direction is one of the compass."""
    speeds: tuple[Between, ...] = ()
    sizes: tuple[Between, ...] = ()
    count: int | None = None
    all_measured: bool = False
    """Every run of the scope measured how its tracks move: none is kept for not being known."""

    @property
    def by_movement(self) -> bool:
        return bool(self.directions or self.speeds or self.sizes)

    @property
    def any(self) -> bool:
        return bool(self.attributes) or self.by_movement or self.count is not None

    def tables(self) -> dict[str, dict[str, object]]:
        """What the statement reads as tables, by name."""
        if self.headings is None:
            return {}
        names = ("run_id", "opens", "closes", "heading")
        return {"headings": dict(zip(names, self.headings, strict=True))}


ANY_TRAITS: Final = WantedTraits()


@dataclass(slots=True)
class Pieces:
    """Of a statement: tables to be named before it, joins, conditions and factors of the score."""

    tables: list[str] = field(default_factory=list)
    joins: str = ""
    conditions: str = ""
    factors: list[str] = field(default_factory=list)


def is_compass(direction: str) -> bool:
    """Whether a direction is one over ground."""
    return direction in _COMPASS


def likeness(direction: str, across: float, towards: float, heading: float | None) -> float:
    """How much a movement goes that way: 1 straight, 0 athwart, -1 the other way."""
    way = float(np.hypot(across, towards))
    if way < LEAST_WAY:
        return 0.0
    if direction in _ON_PICTURE:
        said = {"left": -across, "right": across, "towards": towards, "away": -towards}
        return said[direction] / way
    if heading is None:
        return 0.0
    off = np.radians(_COMPASS[direction] - heading)
    return float((across * np.sin(off) - towards * np.cos(off)) / way)


def pieces(
    wanted: WantedTraits,
    values: dict[str, Any],
    *,
    class_ids: Sequence[int] | None,
    in_span: tuple[bool, bool],
) -> Pieces:
    """The pieces of a search; what they name goes into `values`. `class_ids` are those that the
    search is for (None: any); `in_span` says whether it has a first and a last moment."""
    made = Pieces()
    for at, one in enumerate(wanted.attributes):
        _add_attribute(made, values, at, one, any_class=class_ids is None)
    if wanted.by_movement:
        _add_movement(made, values, wanted)
    if wanted.count is not None:
        values["least_count"] = wanted.count
        who = ""
        if class_ids is not None:
            who = f" AND o.class_id IN ({_listed(values, 'counted', class_ids)})"
        start = "greatest(o.from_ns, s.opens_ns)" if in_span[0] else "o.from_ns"
        who += " AND o.to_ns >= s.opens_ns" * in_span[0]
        who += " AND o.from_ns < s.closes_ns" * in_span[1]
        made.tables.append(_TOGETHER.format(start=start, who=who))
        made.joins += " SEMI JOIN together USING (track_id)"
    return made


def _add_attribute(
    made: Pieces, values: dict[str, Any], at: int, one: WantedTrait, *, any_class: bool
) -> None:
    values[f"trait_{at}"] = one.name
    others = max(one.known_values - 1, 1)
    made.tables.append(
        _TRAIT.format(
            at=at,
            values=_listed(values, f"trait_{at}_value", one.values),
            also=(len(one.values) - 1) / others,
            else_=len(one.values) / others,
        )
    )
    made.joins += f" LEFT JOIN trait_{at} USING (track_id)"
    judged = f"t.class_id IN ({_listed(values, f'trait_{at}_class', one.class_ids)})"
    chance = f"chance_{at}"
    made.conditions += f" AND (NOT {judged} OR {chance} IS NULL OR {chance} >= {LEAST_CHANCE})"
    if any_class:
        # Of another class only what the query names answers to an attribute.
        made.conditions += f" AND {judged}"
    made.factors.append(
        f"CASE WHEN {judged} THEN coalesce({chance}::DOUBLE, {_UNKNOWN}) ELSE 1 END"
    )


def _add_movement(made: Pieces, values: dict[str, Any], wanted: WantedTraits) -> None:
    made.tables.append(_MOVED)
    # An inner join is filtered while it is read: a third of the time.
    made.joins += f"{'' if wanted.all_measured else ' LEFT'} JOIN moved USING (track_id)"
    if wanted.headings is not None:
        # A search for compass directions only leaves out whose camera looks nobody knows where;
        # that is said of its recordings.
        only = all(is_compass(way) for ways in wanted.directions for way in ways)
        made.joins += (
            f"{' ' if only else ' LEFT '}JOIN headings h ON h.run_id = t.run_id"
            " AND t.from_ns >= h.opens AND t.from_ns < h.closes"
        )
    fits = []
    conditions = []
    for ways in wanted.directions:
        fit = f"greatest({', '.join(_likeness(values, way) for way in ways)})"
        conditions += [f"way >= {LEAST_WAY}", f"{fit} >= {LEAST_LIKENESS}"]
        fits.append(fit)
    for column, between in (("speed", wanted.speeds), ("height_px", wanted.sizes)):
        for at, one in enumerate(between):
            for sign, bound in ((">=", one.least), ("<=", one.most)):
                if bound is not None:
                    name = f"{column}_{at}_{'least' if sign == '>=' else 'most'}"
                    values[name] = bound
                    conditions.append(f"{column} {sign} ${name}")
    fit = " * ".join(fits) or "1"
    held = " AND ".join(conditions) or "true"
    if wanted.all_measured:
        made.conditions += f" AND {held}"
        made.factors.append(fit)
        return
    made.conditions += f" AND (height_px IS NULL OR ({held}))"
    made.factors.append(f"CASE WHEN height_px IS NULL THEN {_UNKNOWN} ELSE {fit} END")


def _likeness(values: dict[str, Any], way: str) -> str:
    if way in _ON_PICTURE:
        return f"{_ON_PICTURE[way]} / greatest(way, 1e-6)"
    name = f"compass_{way.replace('-', '_')}"
    values[name] = _COMPASS[way]
    off = f"radians(${name} - h.heading)"
    return f"(across * sin({off}) - towards * cos({off})) / greatest(way, 1e-6)"


def _listed(values: dict[str, Any], name: str, listed: Sequence[object]) -> str:
    """Placeholders of some values; of none, what nothing is equal to."""
    values |= {f"{name}_{at}": value for at, value in enumerate(listed)}
    return ", ".join(f"${name}_{at}" for at in range(len(listed))) or "NULL"
