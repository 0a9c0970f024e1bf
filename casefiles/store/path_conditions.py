"""What a search asks of the ways that tracks went: lines crossed, zones entered and left, one after
the other, and places where somebody stayed.

A track goes in straight steps from one foot point to the next. Each condition becomes a table of
moments (track, run, media time, way), small enough to be joined. Values are bound, as in
`conditions`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

Points: TypeAlias = tuple[tuple[float, float], ...]
"""In source pixels."""
FOOT_X: Final = "((q.x1 + q.x2) * 0.5::FLOAT)"
_POINTS: Final = f"""
SELECT q.track_id, q.run_id, q.time_ns, {FOOT_X} AS x, q.y2 AS y{{inside}}
FROM track_points q WHERE q.track_id IN (SELECT track_id FROM {{near}})
"""  # noqa: S608 - text of this module only
_STEPS: Final = """
SELECT track_id, run_id, time_ns, x, y, lag(time_ns) OVER way AS was_ns, lag(x) OVER way AS was_x,
       lag(y) OVER way AS was_y{inside}
FROM ({points}) WINDOW way AS (PARTITION BY track_id ORDER BY time_ns)
"""
# Whoever crosses was on both sides of it, or beside it at both ends of a step.
_NEAR_LINE: Final = f"""
SELECT q.track_id FROM track_points q JOIN scope s USING (run_id) GROUP BY q.track_id
HAVING min({FOOT_X}) <= ${{name}}_right AND max({FOOT_X}) >= ${{name}}_left
   AND min(q.y2) <= ${{name}}_bottom AND max(q.y2) >= ${{name}}_top
"""  # noqa: S608 - text of this module only
_NEAR_ZONE: Final = """
SELECT DISTINCT q.track_id FROM track_points q JOIN scope s USING (run_id) WHERE {inside}
"""
_LONG: Final = """
SELECT t.track_id FROM tracks t JOIN scope s USING (run_id)
WHERE t.to_ns - t.from_ns >= ${name}_least
"""
_IN_TIME: Final = """
SELECT q.track_id, q.run_id, q.time_ns, q.way FROM ({moments}) q JOIN scope s USING (run_id)
WHERE true{in_span}{touches}
"""
_AT: Final = "was_ns + round((time_ns - was_ns) * part)::BIGINT AS time_ns"
_CROSSED: Final = f"""
SELECT track_id, run_id, {_AT}, net AS way FROM (
    SELECT *, {{part}} AS part FROM (
        SELECT *, {{net}} AS net FROM (SELECT *, {{hits}} FROM (
            SELECT *, {{sides}} FROM ({{steps}}) WHERE was_ns IS NOT NULL))
    ) WHERE net {{wanted}} 0
)
"""  # noqa: S608 - text of this module only
_PASSED: Final = f"""
SELECT track_id, run_id, {_AT}, 1 AS way FROM (
    SELECT *, coalesce(greatest({{parts}}), 1) AS part FROM (SELECT *, {{hits}} FROM (
        SELECT *, {{sides}} FROM ({{steps}}) WHERE {{passed}}))
)
"""  # noqa: S608 - text of this module only
_INSIDE: Final = "SELECT track_id, run_id, time_ns, 1 AS way FROM ({points}) WHERE is_inside"
_STAYED: Final = f"""
SELECT track_id, run_id, time_ns, 1 AS way FROM (
    SELECT q.track_id, q.run_id, q.time_ns, {FOOT_X} AS x, q.y2 AS y, q.y2 - q.y1 AS tall,
           min({FOOT_X}) OVER ahead AS low_x, max({FOOT_X}) OVER ahead AS high_x,
           min(q.y2) OVER ahead AS low_y, max(q.y2) OVER ahead AS high_y,
           max(q.time_ns) OVER (PARTITION BY q.track_id) AS end_ns
    FROM track_points q WHERE q.track_id IN (SELECT track_id FROM {{near}})
    WINDOW ahead AS (PARTITION BY q.track_id ORDER BY q.time_ns
                     RANGE BETWEEN CURRENT ROW AND ${{name}}_least FOLLOWING)
)
WHERE end_ns - time_ns >= ${{name}}_least AND x - low_x <= tall AND high_x - x <= tall
  AND y - low_y <= tall AND high_y - y <= tall
"""  # noqa: S608 - text of this module only
_FIRST: Final = """
SELECT track_id, min(time_ns) AS at_{at}_0, arg_min(way, time_ns) AS way_{at}_0
FROM {moments} GROUP BY track_id
"""
_CHAIN: Final = """
SELECT DISTINCT ON (e0.track_id) e0.track_id, {columns}
FROM {tables} ORDER BY e0.track_id, {order}
"""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Crosses a line of two or more points in one of its steps, to the `Line`'s right hand
    (`forward`), to its left (`backward`), or to the other side (`either`).

    A side belongs to those on the line too: who comes from the left and stops on it has crossed,
    who turns around there crosses back. Steps through an end of the line count. A step that goes
    through a bent line there and back crosses it not.
    """

    points: Points
    way: Literal["forward", "backward", "either"] = "either"


@dataclass(frozen=True, slots=True)
class Passed:
    """Is in a polygon; or enters or leaves it in one of its steps, where it last goes through an
    edge. Who begins inside did not enter, who ends there did not leave."""

    polygon: Points
    how: Literal["inside", "enter", "leave"]


@dataclass(frozen=True, slots=True)
class Stayed:
    """From some moment on, for at least so long, no foot point is farther to either side, up or
    down from where it was then than it was tall then."""

    least_ns: int


@dataclass(frozen=True, slots=True)
class Followed:
    """One step after the other, each at most `within_ns` after the one before."""

    steps: tuple[Crossed | Passed, ...]
    within_ns: int | None = None


Path: TypeAlias = Crossed | Passed | Stayed | Followed


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a statement is told of one path: tables, the last of which is `path_{at}` with a row a
    track, and its columns, `at` and `way` of each step."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Writes the pieces. `values` are those of the statement, `inside` says in SQL whether the
    foot point lies in a polygon (of that name), `in_span` and `touches` whether a moment counts."""

    values: dict[str, Any]
    inside: Callable[[str, Points], str]
    in_span: str
    touches: str

    def pieces(self, at: int, path: Path) -> Pieces:
        """Of the path at that place among the paths of the statement."""
        steps = path.steps if isinstance(path, Followed) else (path,)
        tables = []
        for number, step in enumerate(steps):
            name = f"{at}_{number}"
            near, moments = self._moments(f"way_{name}", f"about_{name}", step)
            tables.append(f"about_{name} AS ({near})")
            told = _IN_TIME.format(moments=moments, in_span=self.in_span, touches=self.touches)
            tables.append(f"moments_{name} AS ({told})")
        columns = tuple(f"{kind}_{at}_{n}" for n in range(len(steps)) for kind in ("at", "way"))
        chain = _FIRST.format(at=at, moments=f"moments_{at}_0")
        if isinstance(path, Followed):
            chain = self._chain(at, path)
        return Pieces((*tables, f"path_{at} AS ({chain})"), columns)

    def _chain(self, at: int, path: Followed) -> str:
        tables = f"moments_{at}_0 e0"
        for number, (one, other) in enumerate(pairwise(path.steps), 1):
            # Two things that lie on each other are passed at once; one is not passed twice.
            after = ">" if _drawn(one) == _drawn(other) else ">="
            tables += (
                f" JOIN moments_{at}_{number} e{number} ON e{number}.track_id = e0.track_id"
                f" AND e{number}.time_ns {after} e{number - 1}.time_ns"
            )
            if path.within_ns is not None:
                self.values[f"within_{at}"] = path.within_ns
                tables += f" AND e{number}.time_ns - e{number - 1}.time_ns <= $within_{at}"
        steps = range(len(path.steps))
        columns = (f"e{n}.time_ns AS at_{at}_{n}, e{n}.way AS way_{at}_{n}" for n in steps)
        order = (f"e{n}.time_ns" for n in steps)
        return _CHAIN.format(columns=", ".join(columns), tables=tables, order=", ".join(order))

    def _moments(self, name: str, near: str, step: Crossed | Passed | Stayed) -> tuple[str, str]:
        """Which tracks can have such a moment, and the moments of these."""
        if isinstance(step, Stayed):
            self.values[f"{name}_least"] = step.least_ns
            return _LONG.format(name=name), _STAYED.format(name=name, near=near)
        if isinstance(step, Passed):
            inside = self.inside(name, step.polygon)
            told = f", CASE WHEN {inside} THEN true ELSE false END AS is_inside"
            points = _POINTS.format(near=near, inside=told)
            about = _NEAR_ZONE.format(inside=inside)
            if step.how == "inside":
                return about, _INSIDE.format(points=points)
            sides, hits, parts = self._edges(name, step.polygon, closed=True)
            steps = _STEPS.format(
                points=points, inside=", is_inside, lag(is_inside) OVER way AS was_inside"
            )
            passed = "is_inside AND NOT was_inside"
            if step.how == "leave":
                passed = "was_inside AND NOT is_inside"
            parts = [f"CASE WHEN hit_{at} <> 0 THEN {one} END" for at, one in enumerate(parts)]
            return about, _PASSED.format(
                parts=", ".join(parts), hits=", ".join(hits), sides=", ".join(sides), steps=steps,
                passed=passed,
            )  # fmt: skip
        sides, hits, parts = self._edges(name, step.points, closed=False)
        steps = _STEPS.format(points=_POINTS.format(near=near, inside=""), inside="")
        xs, ys = zip(*step.points, strict=True)
        box = {"left": min(xs), "right": max(xs), "top": min(ys), "bottom": max(ys)}
        self.values.update({f"{name}_{side}": value for side, value in box.items()})
        parts = [f"CASE WHEN hit_{at} * net > 0 THEN {one} END" for at, one in enumerate(parts)]
        return _NEAR_LINE.format(name=name), _CROSSED.format(
            part=f"least({', '.join(parts)})", hits=", ".join(hits), sides=", ".join(sides),
            net=" + ".join(f"hit_{at}" for at in range(len(parts))), steps=steps,
            wanted={"forward": ">", "backward": "<", "either": "<>"}[step.way],
        )  # fmt: skip

    def _edges(
        self, name: str, corners: Points, *, closed: bool
    ) -> tuple[list[str], list[str], list[str]]:
        """Of each edge: on which side the ends of a step lie, and on which side of the step the
        ends of the edge; whether and which way the step goes through it; after which part of it.

        Only signs of areas (twice a triangle's) decide, so that nothing slips through where edges
        or steps meet.
        """
        for at, (x, y) in enumerate(corners):
            self.values.update({f"{name}_x{at}": x, f"{name}_y{at}": y})
        edges = list(pairwise(range(len(corners))))
        edges += [(len(corners) - 1, 0)] * closed
        sides = [
            f"(x - was_x) * (${name}_y{at} - was_y) - (y - was_y) * (${name}_x{at} - was_x)"
            f" AS turn_{at}"
            for at in range(len(corners))
        ]
        hits, parts = [], []
        for at, (one, other) in enumerate(edges):
            (from_x, from_y), (to_x, to_y) = corners[one], corners[other]
            self.values.update({f"{name}_dx{at}": to_x - from_x, f"{name}_dy{at}": to_y - from_y})
            sides += [
                f"${name}_dx{at} * ({y} - ${name}_y{one}) - ${name}_dy{at} * ({x} - ${name}_x{one})"
                f" AS {side}_{at}"
                for side, x, y in (("now", "x", "y"), ("was", "was_x", "was_y"))
            ]
            through = f"(turn_{one} < 0) <> (turn_{other} < 0)"
            if not closed and one == 0:
                through += f" OR turn_{one} = 0"
            if not closed and other == len(corners) - 1:
                through += f" OR turn_{other} = 0"
            hits.append(
                f"CASE WHEN (was_{at} < 0) <> (now_{at} < 0) AND ({through})"
                f" THEN CASE WHEN now_{at} < 0 THEN -1 ELSE 1 END ELSE 0 END AS hit_{at}"
            )
            parts.append(f"was_{at} / (was_{at} - now_{at})")
        return sides, hits, parts


def _drawn(step: Crossed | Passed) -> Sequence[tuple[float, float]]:
    return step.points if isinstance(step, Crossed) else step.polygon
