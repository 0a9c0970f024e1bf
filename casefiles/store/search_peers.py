"""Searches as somebody would write them by hand who knows the tables and this one question.

What `bench` measures search against, and what its answers must equal; nothing else uses it. Each
statement gives the page that a person sees: ids in order, wall time, camera, score, best picture,
and how many there are altogether. None logs, explains or says what was covered.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor

Polygon = Sequence[tuple[float, float]]
_SCORE: Final = """
(0.7 * least(greatest(t.mean_score::DOUBLE, 0), 1)
 + 0.3 * least((t.to_ns - t.from_ns) / 1e9 / 5.0, 1))
"""
_PAGE: Final = """
WITH {tables}found AS (
    SELECT t.track_id, t.source_id, t.from_ns, t.to_ns, {score} AS score{columns}
    FROM tracks t JOIN shown_runs USING (run_id){joins}
    WHERE NOT t.suppressed{conditions}
),
page AS (SELECT * FROM found ORDER BY {order} LIMIT $most)
SELECT p.track_id, p.score, s.camera_id, s.recorded_start_ns - s.offset_ns + p.from_ns,
       s.recorded_start_ns - s.offset_ns + p.to_ns, l.time_ns, (SELECT count(*) FROM found)
FROM page p JOIN sources s USING (source_id)
LEFT JOIN (SELECT track_id, time_ns FROM track_looks
           WHERE track_id IN (SELECT track_id FROM page)) l USING (track_id)
ORDER BY {order_again}
"""
_START: Final = "(SELECT source_id, recorded_start_ns - offset_ns AS start_ns FROM sources)"
_SEEN: Final = f"""
JOIN (SELECT source_id, coalesce(start_ns, 0) AS start_ns FROM {_START}) b
    ON b.source_id = t.source_id
SEMI JOIN seen v ON v.source_id = t.source_id
    AND t.to_ns + b.start_ns >= v.opens AND t.from_ns + b.start_ns < v.closes
"""  # noqa: S608 - text of this module only
_BEST: Final = ("score DESC, track_id", "p.score DESC, p.track_id")
_EARLIEST: Final = (
    "start_ns IS NULL, coalesce(start_ns, 0) + from_ns, track_id",
    "s.recorded_start_ns IS NULL, coalesce(s.recorded_start_ns - s.offset_ns, 0) + p.from_ns, "
    "p.track_id",
)
_SHARES: Final = """
SELECT track_id, {sums} FROM track_colours
WHERE part IN ($part_0, $part_1) AND run_id IN (SELECT run_id FROM shown_runs) GROUP BY track_id
"""
_DOUBTED: Final = "SELECT DISTINCT track_id FROM track_looks WHERE colour_doubt <> ''"
_VECTORS: Final = """
SELECT t.track_id, t.source_id, t.from_ns, t.to_ns, v.vector
FROM tracks t JOIN track_vectors v USING (track_id)
WHERE t.run_id = $run AND v.run_id = $run AND NOT t.suppressed AND t.class_id = $class
"""
_VECTOR: Final = "SELECT vector FROM track_vectors WHERE track_id = ? ORDER BY ordinal"
_TRACK_SPANS: Final = """
SELECT source_id, from_ns, to_ns FROM tracks WHERE list_contains(?, track_id) ORDER BY track_id
"""
_ACROSS: Final = """crossed AS ({steps}), first AS (
SELECT track_id, min(time_ns) AS at_ns FROM crossed WHERE across GROUP BY track_id),"""
_THEN: Final = """steps AS ({steps}), first AS (
SELECT a.track_id, min(a.time_ns) AS at_ns FROM steps a JOIN steps b USING (track_id)
WHERE a.enters AND b.across AND b.time_ns >= a.time_ns AND b.time_ns - a.time_ns <= $within
GROUP BY a.track_id),"""
_MOMENTS: Final = """
SELECT p.run_id, p.time_ns, p.class_id FROM track_points p
WHERE NOT p.interpolated AND p.run_id IN (SELECT run_id FROM shown_runs)
  AND p.track_id NOT IN (SELECT track_id FROM tracks WHERE suppressed)
"""


def page(
    cursor: Cursor,
    most: int,
    *,
    conditions: str = "",
    joins: str = "",
    tables: str = "",
    score: str = "1",
    earliest: bool = False,
    values: Mapping[str, Any] | None = None,
) -> tuple[list[int], int]:
    """Ids of the first page, best first or earliest first, and how many there are."""
    order, again = _EARLIEST if earliest else _BEST
    text = _PAGE.format(
        tables=tables, score=f"{_SCORE} * {score}", joins=joins, conditions=conditions,
        columns=", start_ns" if earliest else "", order=order, order_again=again,
    )  # fmt: skip
    rows = cursor.execute(text, {"most": most, **(values or {})}).fetchall()
    return [row[0] for row in rows], rows[0][-1] if rows else 0


def by_class(cursor: Cursor, most: int, class_id: int) -> tuple[list[int], int]:
    """Of one class."""
    return page(cursor, most, conditions=" AND t.class_id = $class", values={"class": class_id})


def by_colours(
    cursor: Cursor,
    most: int,
    wanted: Sequence[tuple[str, Sequence[str]]],
    camera: str | None = None,
) -> tuple[list[int], int]:
    """Persons by one or two colours of upper and lower clothing, seen by one camera or any."""
    joins, conditions, score, tables, values = colours_of(wanted)
    if camera is not None:
        conditions += (
            " AND t.source_id IN (SELECT source_id FROM sources WHERE camera_id = $camera)"
        )
        values["camera"] = camera
    return page(
        cursor, most, conditions=" AND t.class_id = 1" + conditions, joins=joins, score=score,
        tables=tables, values=values,
    )  # fmt: skip


def colours_of(
    wanted: Sequence[tuple[str, Sequence[str]]],
) -> tuple[str, str, str, str, dict[str, Any]]:
    """The pieces of a statement about colours: joins, conditions, score, tables, values."""
    sums, score, conditions, values = [], "1", "", {}
    for at, (part, colours) in enumerate(wanted):
        named = ", ".join(f"'{colour}'" for colour in colours)
        share = f"share_{at}"
        sums.append(
            f"sum(CASE WHEN colour IN ({named}) THEN share ELSE 0 END)"
            f" FILTER (part = $part_{at}) AS {share}"
        )
        fit = f"least({share} / 0.35, 1)"
        score += (
            f" * CASE WHEN {share} IS NULL THEN 0.3 WHEN d.track_id IS NULL THEN {fit}"
            f" ELSE 0.5 * (0.3 + 0.7 * {fit}) END"
        )
        conditions += f" AND (d.track_id IS NOT NULL OR {share} IS NULL OR {share} >= 0.15)"
        values[f"part_{at}"] = part
    values.setdefault("part_1", values["part_0"])
    tables = f"shares AS ({_SHARES.format(sums=', '.join(sums))}), doubted AS ({_DOUBTED}),"
    joins = " LEFT JOIN shares USING (track_id) LEFT JOIN doubted d USING (track_id)"
    return joins, conditions, f"({score})", tables, values


def by_backpack(cursor: Cursor, most: int) -> tuple[list[int], int]:
    """Persons with a backpack, or of whom that was not judged."""
    joins = (
        " LEFT JOIN (SELECT track_id, CASE WHEN value = 'yes' THEN confidence ELSE 1 - confidence"
        " END AS chance FROM track_attributes WHERE name = 'backpack'"
        " AND run_id IN (SELECT run_id FROM shown_runs)) a USING (track_id)"
    )
    return page(
        cursor, most, joins=joins, score="coalesce(chance::DOUBLE, 0.3)",
        conditions=" AND t.class_id = 1 AND (chance IS NULL OR chance >= 0.4)",
    )  # fmt: skip


def going_left(cursor: Cursor, most: int) -> tuple[list[int], int]:
    """To the left of the picture, faster than so many own heights a second."""
    joins = (
        " JOIN (SELECT track_id, across, speed, sqrt(across * across + towards * towards) AS way"
        " FROM track_movement WHERE run_id IN (SELECT run_id FROM shown_runs)) m USING (track_id)"
    )
    return page(
        cursor, most, joins=joins, score="-across / greatest(way, 1e-6)",
        conditions=" AND way >= 0.5 AND -across / greatest(way, 1e-6) >= 0.5 AND speed >= 0.5",
    )  # fmt: skip


def by_time(cursor: Cursor, most: int, from_ns: int, to_ns: int) -> tuple[list[int], int]:
    """Seen in a span of wall time."""
    return page(
        cursor, most, joins=f" JOIN {_START} b ON b.source_id = t.source_id",
        conditions=" AND t.to_ns >= $from_ns - b.start_ns AND t.from_ns < $to_ns - b.start_ns",
        values={"from_ns": from_ns, "to_ns": to_ns},
    )  # fmt: skip


def by_clock(
    cursor: Cursor, most: int, opens_s: int, length_s: int, zone_s: int
) -> tuple[list[int], int]:
    """Seen in the hours from `opens_s` after midnight on, in a zone so far east of Greenwich."""
    since = "(t.from_ns + b.start_ns + $zone - $opens) % 86400000000000"
    return page(
        cursor, most, joins=f" JOIN {_START} b ON b.source_id = t.source_id",
        conditions=f" AND ({since} < $length OR {since} + t.to_ns - t.from_ns >= 86400000000000)"
        " AND b.start_ns IS NOT NULL",
        values={
            "zone": zone_s * 10**9, "opens": opens_s * 10**9, "length": length_s * 10**9,
        },
    )  # fmt: skip


def by_camera(cursor: Cursor, most: int, cameras: Sequence[str]) -> tuple[list[int], int]:
    """Seen by some cameras."""
    return page(
        cursor, most,
        conditions=" AND t.source_id IN "
        "(SELECT source_id FROM sources WHERE list_contains($cameras, camera_id))",
        values={"cameras": list(cameras)},
    )  # fmt: skip


def by_length(cursor: Cursor, most: int, least_ns: int) -> tuple[list[int], int]:
    """In view for so long."""
    return page(
        cursor, most, conditions=" AND t.to_ns - t.from_ns >= $least", values={"least": least_ns}
    )


def earliest(cursor: Cursor, most: int) -> tuple[list[int], int]:
    """Everything, earliest first."""
    return page(cursor, most, joins=f" JOIN {_START} b ON b.source_id = t.source_id", earliest=True)


def in_zone(
    cursor: Cursor, most: int, polygon: Polygon, camera: str | None, source: int | None
) -> tuple[list[int], int]:
    """With a foot point in a polygon on the pictures of a camera, or of one source."""
    ids, total = page(
        cursor, most, tables=f"inside AS ({_inside(polygon)}),",
        joins=" JOIN inside USING (track_id)", values={"camera": camera, "source": source},
    )  # fmt: skip
    # When they came in and how long they stayed is said of each that is shown.
    cursor.register("page", {"track_id": np.array(ids, np.int64)})
    try:
        stays = cursor.execute(
            _stays(polygon, "SELECT track_id FROM page"), {"camera": camera, "source": source}
        ).fetchall()
    finally:
        cursor.unregister("page")
    assert len(stays) == len(ids)
    return ids, total


def long_in_zone(
    cursor: Cursor,
    most: int,
    polygon: Polygon,
    source: int,
    least_ns: int,
    wanted: Sequence[tuple[str, Sequence[str]]],
) -> tuple[list[int], int]:
    """Persons of one colour that stayed in a polygon on the pictures of a source for so long."""
    joins, conditions, score, tables, values = colours_of(wanted)
    stays = _stays(polygon, "SELECT track_id FROM inside")
    return page(
        cursor, most, score=score,
        tables=f"{tables} inside AS ({_inside(polygon)}), stays AS ({stays}),",
        joins=" JOIN stays USING (track_id)" + joins,
        conditions=" AND t.class_id = 1 AND stayed_ns >= $least" + conditions,
        values={**values, "camera": None, "source": source, "least": least_ns},
    )  # fmt: skip


def across_line(cursor: Cursor, most: int, line: Polygon, source: int) -> tuple[list[int], int]:
    """Whose foot point crosses a line of two points on the pictures of a source."""
    return page(
        cursor, most, tables=_ACROSS.format(steps=_steps(None, line)),
        joins=" JOIN first USING (track_id)", values={"camera": None, "source": source},
    )  # fmt: skip


def into_zone_then_across(
    cursor: Cursor, most: int, polygon: Polygon, line: Polygon, source: int, within_ns: int
) -> tuple[list[int], int]:
    """Who enters a polygon and crosses a line at most so long afterwards."""
    return page(
        cursor, most, tables=_THEN.format(steps=_steps(polygon, line)),
        joins=" JOIN first USING (track_id)",
        values={"camera": None, "source": source, "within": within_ns},
    )  # fmt: skip


def of_sources(
    cursor: Cursor, most: int, spans: Sequence[tuple[int, int, int]]
) -> tuple[list[int], int]:
    """Of some sources, each in a span of wall time."""
    columns = np.ascontiguousarray(np.array(spans, np.int64).reshape(-1, 3).T)
    cursor.register("seen", dict(zip(("source_id", "opens", "closes"), columns, strict=True)))
    try:
        return page(
            cursor,
            most,
            joins=_SEEN,
        )
    finally:
        cursor.unregister("seen")


def vectors_of_run(
    cursor: Cursor, run_id: int, class_id: int
) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.float32]]:
    """Tracks of a class in a run that have vectors, and these; a row a vector, by track."""
    found = cursor.execute(_VECTORS, {"run": run_id, "class": class_id}).fetchnumpy()
    rows = np.frombuffer(b"".join(found.pop("vector")), "<f2").astype(np.float32)
    columns = {name: np.asarray(column) for name, column in found.items()}
    rows = rows.reshape(len(columns["track_id"]), -1)
    if (np.diff(columns["track_id"]) < 0).any():
        order = np.argsort(columns["track_id"], kind="stable")
        columns, rows = {name: one[order] for name, one in columns.items()}, rows[order]
    return columns, rows


def vectors_of(cursor: Cursor, track_id: int) -> NDArray[np.float32]:
    """The vectors of a track."""
    rows = cursor.execute(_VECTOR, [track_id]).fetchall()
    return np.stack([np.frombuffer(row[0], "<f2") for row in rows]).astype(np.float32)


def spans_of(cursor: Cursor, track_ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Source, first and last media time of some tracks by id."""
    return cursor.execute(_TRACK_SPANS, [list(track_ids)]).fetchall()


def moments(cursor: Cursor) -> dict[str, NDArray[Any]]:
    """Run, media time and class of everything that was seen."""
    found: dict[str, NDArray[Any]] = cursor.execute(_MOMENTS).fetchnumpy()
    return found


_THERE: Final = """run_id IN (
    SELECT run_id FROM shown_runs JOIN sources USING (source_id)
    WHERE camera_id = $camera OR source_id = $source)"""


def _inside(polygon: Polygon) -> str:
    return f"""
    SELECT DISTINCT track_id FROM track_points WHERE {_THERE} AND {_test(polygon)}
    """  # noqa: S608 - numbers and text of this module only


def _stays(polygon: Polygon, who: str) -> str:
    return f"""
    SELECT track_id, min(time_ns) FILTER (is_inside) AS came_ns,
           sum(step) FILTER (is_inside AND was_inside) AS stayed_ns
    FROM (
        SELECT track_id, time_ns, is_inside, lag(is_inside) OVER way AS was_inside,
               time_ns - lag(time_ns) OVER way AS step
        FROM (SELECT track_id, time_ns, {_test(polygon)} AS is_inside FROM track_points
              WHERE {_THERE} AND track_id IN ({who}))
        WINDOW way AS (PARTITION BY track_id ORDER BY time_ns)
    ) GROUP BY track_id
    """  # noqa: S608 - numbers and text of this module only


def _steps(polygon: Polygon | None, line: Polygon) -> str:
    """The steps of tracks that enter a polygon or cross a line, and which of both they do."""
    (ax, ay), (bx, by) = line
    side = (
        f"({bx - ax!r}::DOUBLE * ({{y}} - {ay!r}::DOUBLE)"
        f" - {by - ay!r}::DOUBLE * ({{x}} - {ax!r}::DOUBLE))"
    )
    turn = "((x - wx) * ({y!r}::DOUBLE - wy) - (y - wy) * ({x!r}::DOUBLE - wx))"
    inside = "false" if polygon is None else _test(polygon)
    return f"""
    SELECT *, (is_inside AND NOT was_inside) AS enters,
           (({side.format(x="x", y="y")} < 0) <> ({side.format(x="wx", y="wy")} < 0)
            AND ({turn.format(x=ax, y=ay)} < 0) <> ({turn.format(x=bx, y=by)} < 0)) AS across
    FROM (
        SELECT track_id, time_ns, x, y, lag(x) OVER way AS wx, lag(y) OVER way AS wy, is_inside,
               lag(is_inside) OVER way AS was_inside
        FROM (SELECT track_id, time_ns, (x1 + x2) * 0.5::FLOAT AS x, y2 AS y, {inside} AS is_inside
              FROM track_points WHERE {_THERE})
        WINDOW way AS (PARTITION BY track_id ORDER BY time_ns)
    ) WHERE enters OR across
    """  # noqa: S608 - numbers and text of this module only


def _test(polygon: Polygon) -> str:
    """Even-odd, the corners written out."""
    corners = [*polygon, polygon[0]]
    x, y = "((x1 + x2) * 0.5::FLOAT)", "y2"
    left, right = min(corner[0] for corner in polygon), max(corner[0] for corner in polygon)
    top, bottom = min(corner[1] for corner in polygon), max(corner[1] for corner in polygon)
    edges = []
    for one, other in pairwise(corners):
        (from_x, from_y), (to_x, to_y) = sorted((one, other), key=lambda corner: corner[1])
        if from_y != to_y:
            slope = (to_x - from_x) / (to_y - from_y)
            edges.append(
                f"({y} >= {from_y!r}::DOUBLE AND {y} < {to_y!r}::DOUBLE AND "
                f"{x} < {from_x!r}::DOUBLE + ({y} - {from_y!r}::DOUBLE) * {slope!r}::DOUBLE)::INT"
            )
    return (
        f"{y} BETWEEN {top!r}::DOUBLE AND {bottom!r}::DOUBLE "
        f"AND {x} BETWEEN {left!r}::DOUBLE AND {right!r}::DOUBLE AND ({' + '.join(edges)}) % 2 = 1"
    )
