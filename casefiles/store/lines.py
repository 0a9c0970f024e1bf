"""Directed lines: SQL ↔ `Line`; a removed one keeps its row."""

import json

from casefiles.errors import CaseDamaged
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, LineId, SourceId
from casefiles.view_types import Line

_COLUMNS = "line_id, name, points, source_id, camera_id, width, height, created_ns, created_by"
_NEXT_ID = "SELECT coalesce(max(line_id), 0) + 1 FROM lines"
_INSERT = (
    f"INSERT INTO lines ({_COLUMNS}) "  # noqa: S608 - the column list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_PRESENT = f"SELECT {_COLUMNS} FROM lines WHERE removed_ns IS NULL ORDER BY line_id"  # noqa: S608
_ONE = f"SELECT {_COLUMNS}, removed_ns FROM lines WHERE line_id = ?"  # noqa: S608
_CHANGE = "UPDATE lines SET name = ?, points = ? WHERE line_id = ?"
_MARK = "UPDATE lines SET removed_ns = ? WHERE line_id = ?"


def next_id(cursor: Cursor) -> LineId:
    """The id of the next line; those of removed ones are not given out again."""
    return LineId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, line: Line) -> None:
    """Stores a line under its id."""
    width, height = line.size or (None, None)
    cursor.execute(
        _INSERT,
        [
            line.line_id, line.name, json.dumps(line.points), line.source_id, line.camera_id,
            width, height, line.created_ns, line.created_by,
        ],
    )  # fmt: skip


def present(cursor: Cursor) -> tuple[Line, ...]:
    """All lines that were not removed, by id.

    Raises:
        CaseDamaged: one was changed into what no line is.
    """
    return tuple(_line(row) for row in cursor.execute(_PRESENT).fetchall())


def one(cursor: Cursor, line_id: LineId) -> tuple[Line, bool] | None:
    """The line of that id and whether it is present; None where there never was one."""
    rows = cursor.execute(_ONE, [line_id]).fetchall()
    return (_line(rows[0][:-1]), rows[0][-1] is None) if rows else None


def change(cursor: Cursor, line: Line) -> None:
    """Gives the line of that id another name and course."""
    cursor.execute(_CHANGE, [line.name, json.dumps(line.points), line.line_id])


def mark_removed(cursor: Cursor, line_id: LineId, when_ns: int | None) -> None:
    """Marks the line of that id removed, or present again (None)."""
    cursor.execute(_MARK, [when_ns, line_id])


def _line(row: tuple[object, ...]) -> Line:
    line_id, name, points, source_id, camera_id, width, height, created_ns, created_by = row
    try:
        return Line(
            name=str(name),
            points=tuple((float(x), float(y)) for x, y in json.loads(str(points))),
            source_id=None if source_id is None else SourceId(int(str(source_id))),
            camera_id=None if camera_id is None else CameraId(str(camera_id)),
            line_id=LineId(int(str(line_id))),
            created_ns=int(str(created_ns)),
            created_by=str(created_by),
            size=None if width is None else (int(str(width)), int(str(height))),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise CaseDamaged(
            f"the points of line {line_id} are damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error
