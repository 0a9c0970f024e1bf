"""What a search asks of tracks, and the statements that ask it, of the pieces that are wanted.

Everything that is done for each track or point is done by the database. Values are always bound;
what is put together is text of this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.store.path_conditions import FOOT_X, Path, Paths
from casefiles.store.trait_conditions import ANY_TRAITS, WantedTraits
from casefiles.store.trait_conditions import pieces as trait_pieces
from casefiles.types import BodyPart

Ids: TypeAlias = NDArray[np.int64]
Spans: TypeAlias = tuple[Ids, Ids, Ids]
"""Columns of equal length: run id, and media time from, and up to but not including."""

LEAST_SHARE: Final = 0.15
"""A part has a colour where the colour covers at least so much of it."""
FULL_SHARE: Final = 0.35
"""From here on more of a colour makes a track no better: clothes have folds and shadows."""
_DOUBTED: Final = 0.5
_UNKNOWN: Final = 0.3
LONG_S: Final = 5.0
"""Who is in view so long is seen well enough: more makes a track no better."""
_SCORE: Final = f"""
0.7 * CASE WHEN isnan(t.mean_score) THEN 0 ELSE least(greatest(t.mean_score::DOUBLE, 0), 1) END
+ 0.3 * least((t.to_ns - t.from_ns) / 1e9 / {LONG_S}, 1)
"""
_KEPT: Final = """
{tables}SELECT t.track_id, t.run_id, t.class_id, t.from_ns, t.to_ns, t.points, t.mean_score,
       {score} AS score{columns}
FROM tracks t JOIN scope s USING (run_id){joins}
WHERE NOT t.suppressed AND t.to_ns - t.from_ns >= $least_ns{conditions}
"""
_TOUCHES: Final = """
  AND EXISTS (SELECT 1 FROM spans_{at} v WHERE v.run_id = q.run_id
              AND q.time_ns >= v.opens AND q.time_ns < v.closes)"""
# The same for many rows, four times as fast.
_TOUCHING: Final = """
SEMI JOIN spans_{at} ON spans_{at}.run_id = {row}.run_id
    AND {row}.{end} >= spans_{at}.opens AND {row}.{start} < spans_{at}.closes"""
_SHARES: Final = """
SELECT c.track_id{sums} FROM track_colours c JOIN scope s USING (run_id)
WHERE c.part IN ({parts}) GROUP BY c.track_id
"""
_SUM: Final = """,
       sum(CASE WHEN c.colour IN ({colours}) THEN c.share ELSE 0 END){only} AS share_{at}"""
_DOUBTS: Final = """
SELECT l.track_id, max(l.colour_doubt) AS doubt FROM track_looks l JOIN scope s USING (run_id)
WHERE l.colour_doubt <> '' GROUP BY l.track_id
"""
_NEAR: Final = """
SELECT DISTINCT q.track_id FROM track_points q JOIN scope s USING (run_id){touching}
WHERE {inside}{in_span}
"""
# Of those who come in all points are read: a stay is the time between neighbours both inside.
_STAYS: Final = """
SELECT track_id, min(time_ns) FILTER (is_inside) AS first_{at},
       coalesce(sum(step) FILTER (is_inside AND was_inside), 0)::BIGINT AS inside_{at}
FROM (
    SELECT p.track_id, p.time_ns, p.is_inside, lag(p.is_inside) OVER way AS was_inside,
           p.time_ns - lag(p.time_ns) OVER way AS step
    FROM (
        SELECT q.track_id, q.time_ns,
               CASE WHEN {inside}{in_span}{touches} THEN true ELSE false END AS is_inside
        FROM track_points q JOIN scope s USING (run_id)
        WHERE q.track_id IN (SELECT track_id FROM {who})
    ) p
    WINDOW way AS (PARTITION BY p.track_id ORDER BY p.time_ns)
) GROUP BY track_id
"""
# Where a camera is calibrated, its feet tell; where it is not (area -1), that it looks there.
_STOOD: Final = """
SELECT track_id, min(stood) AS stood_{at} FROM (
    SELECT q.track_id, min(q.time_ns) AS stood FROM track_points q JOIN scope s USING (run_id)
    JOIN ground_{at} g ON g.run_id = q.run_id AND q.time_ns >= g.opens AND q.time_ns < g.closes
    {touching} WHERE ({inside}){in_span} GROUP BY q.track_id
    UNION ALL
    SELECT q.track_id, NULL AS stood FROM tracks q JOIN scope s USING (run_id)
    JOIN ground_{at} g ON g.run_id = q.run_id AND q.to_ns >= g.opens AND q.from_ns < g.closes
    WHERE g.area < 0
) GROUP BY track_id
"""
_EDGE: Final = (
    "(q.y2 >= ${name}_low AND q.y2 < ${name}_high AND "
    f"{FOOT_X} < ${{name}}_x + (q.y2 - ${{name}}_low) * ${{name}}_slope)::INTEGER"
)


@dataclass(frozen=True, slots=True)
class WantedColour:
    """Colours of a part, and the classes that have such a part."""

    part: BodyPart
    colours: tuple[str, ...]
    class_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroundArea:
    """An area of the map as the pictures of each run show it: in each of the `spans` the area of
    that number in `area (n,)`; -1 where nothing tells where feet are, and any track counts."""

    spans: Spans
    area: Ids
    areas: tuple[tuple[tuple[float, float], ...], ...]
    """Polygons in source pixels."""

    def columns(self) -> dict[str, object]:
        """As the database takes it."""
        names = ("run_id", "opens", "closes")
        return {**dict(zip(names, self.spans, strict=True)), "area": self.area}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions that must all hold.

    Wall times must be given only where every start of the scope is known.
    """

    class_ids: tuple[int, ...] | None = None
    least_ns: int = 0
    """In view, and in each zone, at least so long."""
    from_ns: int | None = None
    to_ns: int | None = None
    """Itself not included."""
    spans: tuple[Spans, ...] = ()
    """A track must touch a span of every one of these."""
    moments: tuple[Spans, ...] = ()
    """The same, and of what lies in a zone each moment must, too."""
    colours: tuple[WantedColour, ...] = ()
    zones: tuple[tuple[tuple[float, float], ...], ...] = ()
    """Polygons in source pixels."""
    most_ns: int | None = None
    """In each zone, or in view where there are none, at most so long."""
    paths: tuple[Path, ...] = ()
    traits: WantedTraits = ANY_TRAITS
    grounds: tuple[GroundArea, ...] = ()
    """In each of them a track must have stood."""

    @property
    def by_stay(self) -> bool:
        """Whether how long a track was in a zone decides."""
        return bool(self.least_ns) or self.most_ns is not None


@dataclass(slots=True)
class Statement:
    """The texts of one search; `values` are what they name, and must be bound with them."""

    wanted: Wanted
    values: dict[str, Any] = field(default_factory=dict)

    def kept(self) -> str:
        """All tracks that hold every condition, in no order."""
        wanted = self.wanted
        self.values["least_ns"] = wanted.least_ns
        tables: list[str] = []
        columns, conditions, score = "", self._conditions(), f"({_SCORE})"
        joins = "".join(
            _TOUCHING.format(at=at, row="t", start="from_ns", end="to_ns")
            for at in range(len(wanted.moments) + len(wanted.spans))
        )
        if wanted.colours:
            tables += [f"shares AS ({self._shares()})", f"doubts AS ({_DOUBTS})"]
            joins += " LEFT JOIN shares USING (track_id) LEFT JOIN doubts USING (track_id)"
        careful: list[str] = []
        for at, one in enumerate(wanted.colours):
            has_part = f"t.class_id IN ({self._list(f'part_{at}', one.class_ids)})"
            judged = f"(doubt IS NULL AND share_{at} IS NOT NULL)"
            conditions += f" AND (NOT {has_part} OR NOT {judged} OR share_{at} >= {LEAST_SHARE})"
            if wanted.class_ids is None:
                # Of another class only what the query names answers to a colour.
                conditions += f" AND {has_part}"
            score += f" * CASE WHEN {has_part} THEN {_factor(at)} ELSE 1 END"
            careful.append(f"({has_part} AND NOT {judged})")
            columns += f", share_{at}"
        for at in range(len(wanted.zones)):
            tables.append(f"near_{at} AS ({_NEAR.format(**self._near(at))})")
            joins += f" JOIN near_{at} USING (track_id)"
            if wanted.by_stay:
                tables.append(f"stays_{at} AS ({self.stays(at, who=f'near_{at}')})")
                joins += f" JOIN stays_{at} USING (track_id)"
                conditions += f" AND inside_{at} >= $least_ns"
                columns += f", first_{at}, inside_{at}"
                if wanted.most_ns is not None:
                    conditions += f" AND inside_{at} <= $most_ns"
        for at in range(len(wanted.grounds)):
            tables.append(f"ground_feet_{at} AS ({self._stood(at)})")
            joins += f" JOIN ground_feet_{at} USING (track_id)"
            columns += f", stood_{at}"
        for at, path in enumerate(wanted.paths):
            pieces = self._paths().pieces(at, path)
            tables += pieces.tables
            joins += f" JOIN path_{at} USING (track_id)"
            columns += "".join(f", {column}" for column in pieces.columns)
        if wanted.traits.any:
            asked = trait_pieces(
                wanted.traits, self.values, class_ids=wanted.class_ids,
                in_span=(wanted.from_ns is not None, wanted.to_ns is not None),
            )  # fmt: skip
            tables += asked.tables
            joins, conditions = joins + asked.joins, conditions + asked.conditions
            score += "".join(f" * {factor}" for factor in asked.factors)
        if careful:
            columns += f", {' OR '.join(careful)} AS careful"
        return _KEPT.format(
            tables=f"WITH {', '.join(tables)}" if tables else "",
            columns=columns, score=score, joins=joins, conditions=conditions,
        )  # fmt: skip

    def stays(self, at: int, *, who: str) -> str:
        """When the tracks of a table came into a zone, and for how long."""
        return _STAYS.format(at=at, who=who, **self._near(at))

    def _conditions(self) -> str:
        wanted, said = self.wanted, ""
        if wanted.class_ids is not None:
            said += f" AND t.class_id IN ({self._list('class', wanted.class_ids)})"
        if wanted.most_ns is not None:
            self.values["most_ns"] = wanted.most_ns
            if not wanted.zones:
                said += " AND t.to_ns - t.from_ns <= $most_ns"
        if wanted.from_ns is not None:
            said += " AND t.to_ns >= s.opens_ns"
        if wanted.to_ns is not None:
            said += " AND t.from_ns < s.closes_ns"
        return said

    def _shares(self) -> str:
        colours = self.wanted.colours
        parts = sorted({one.part for one in colours})
        placeholders = self._list("judged", parts)
        sums = "".join(
            _SUM.format(
                at=at,
                colours=self._list(f"colour_{at}", one.colours),
                only=f" FILTER (c.part = $judged_{parts.index(one.part)})" * (len(parts) > 1),
            )
            for at, one in enumerate(colours)
        )
        return _SHARES.format(sums=sums, parts=placeholders)

    def _near(self, at: int) -> dict[str, str]:
        """What tells the points in a zone: by their place, by a span, by moments (twice: as a
        condition and as a join)."""
        return {
            "inside": self._inside(f"zone_{at}", self.wanted.zones[at]),
            **self._in_time(),
            "touching": self._touching(),
        }

    def _touching(self) -> str:
        return "".join(
            _TOUCHING.format(at=at, row="q", start="time_ns", end="time_ns")
            for at in range(len(self.wanted.moments))
        )

    def _stood(self, at: int) -> str:
        inside = [
            f"(g.area = {number} AND {self._inside(f'ground_{at}_{number}', polygon)})"
            for number, polygon in enumerate(self.wanted.grounds[at].areas)
        ]
        return _STOOD.format(
            at=at, touching=self._touching(), inside=" OR ".join(inside) or "false",
            in_span=self._in_time()["in_span"],
        )  # fmt: skip

    def _in_time(self) -> dict[str, str]:
        in_span = ""
        if self.wanted.from_ns is not None:
            in_span += " AND q.time_ns >= s.opens_ns"
        if self.wanted.to_ns is not None:
            in_span += " AND q.time_ns < s.closes_ns"
        moments = range(len(self.wanted.moments))
        touches = "".join(_TOUCHES.format(at=one) for one in moments)
        return {"in_span": in_span, "touches": touches}

    def _paths(self) -> Paths:
        return Paths(self.values, self._inside, **self._in_time())

    def _inside(self, zone: str, polygon: Sequence[tuple[float, float]]) -> str:
        """Whether the foot point lies in a polygon: `video.geometry.points_in_polygon`, said in
        SQL, with the same half-open edges and in the same arithmetic."""
        corners = np.asarray(polygon, np.float64)
        edges = []
        for edge, (x1, y1, x2, y2) in enumerate(
            np.hstack([corners, np.roll(corners, -1, axis=0)]).tolist()
        ):
            if y1 == y2:
                continue
            name = f"{zone}_{edge}"
            self.values |= {
                f"{name}_low": min(y1, y2),
                f"{name}_high": max(y1, y2),
                f"{name}_x": x1 if y1 < y2 else x2,
                f"{name}_slope": (x2 - x1) / (y2 - y1),
            }
            edges.append(_EDGE.format(name=name))
        if not edges:
            return "false"
        (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        box = {"left": left, "top": top, "right": right, "bottom": bottom}
        self.values |= {f"{zone}_{name}": value for name, value in box.items()}
        # Most points are far away: the box is quick, the edges are not.
        return (
            f"q.y2 BETWEEN ${zone}_top AND ${zone}_bottom"
            f" AND {FOOT_X} BETWEEN ${zone}_left AND ${zone}_right"
            f" AND ({' + '.join(edges)}) % 2 = 1"
        )

    def _list(self, name: str, values: Sequence[object]) -> str:
        """Placeholders of some values; of none, what nothing is equal to."""
        self.values |= {f"{name}_{at}": value for at, value in enumerate(values)}
        return ", ".join(f"${name}_{at}" for at in range(len(values))) or "NULL"


def _factor(at: int) -> str:
    """What a colour makes of a score: as much as it fits, less where nobody can be sure."""
    fit = f"least(share_{at} / {FULL_SHARE}, 1)"
    return (
        f"CASE WHEN share_{at} IS NULL THEN {_UNKNOWN} WHEN doubt IS NULL THEN {fit} "
        f"ELSE {_DOUBTED} * (0.3 + 0.7 * {fit}) END"
    )
