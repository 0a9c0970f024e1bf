"""Positions of moving cameras: SQL ↔ `Fixes`; an import that was taken away keeps its rows."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from casefiles.errors import CaseDamaged, UnknownPositions
from casefiles.fixes import Fixes
from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import CameraId, PositionImportId
from casefiles.view_types import PositionImport

TABLES: Final = frozenset({"position_imports", "positions"})
_COLUMNS = (
    "import_id, camera_id, file_name, file_sha256, fixes, from_ns, to_ns, added_ns, added_by, "
    "program_version"
)
_NEXT_ID = "SELECT coalesce(max(import_id), 0) + 1 FROM position_imports"
_INSERT = f"""
INSERT INTO position_imports ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - the column list is a constant of this module
_INSERT_FIXES = """
INSERT INTO positions (import_id, wall_ns, lat, lon, accuracy_m)
SELECT import_id, wall_ns, lat, lon, CASE WHEN isnan(accuracy_m) THEN NULL ELSE accuracy_m END
FROM batch
"""
_IMPORTS = f"""
SELECT {_COLUMNS}, removed_ns IS NULL FROM position_imports ORDER BY import_id
"""  # noqa: S608
_SAME = "SELECT import_id FROM position_imports WHERE file_sha256 = ? AND removed_ns IS NULL"
_MARK = "UPDATE position_imports SET removed_ns = ? WHERE import_id = ?"
# Of several fixes at one moment the one imported last counts.
_FIXES = """
SELECT camera_id, wall_ns, arg_max(lat, import_id), arg_max(lon, import_id),
       coalesce(arg_max(accuracy_m, import_id), 'nan'::DOUBLE)
FROM positions JOIN position_imports USING (import_id)
WHERE removed_ns IS NULL GROUP BY camera_id, wall_ns ORDER BY camera_id, wall_ns
"""


def next_id(cursor: Cursor) -> PositionImportId:
    """The id of the next import."""
    return PositionImportId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def import_of(cursor: Cursor, file_sha256: str) -> PositionImportId | None:
    """The present import of a file with these bytes, if any."""
    rows = cursor.execute(_SAME, [file_sha256]).fetchall()
    return PositionImportId(rows[0][0]) if rows else None


def insert(cursor: Cursor, about: PositionImport, fixes: Fixes) -> None:
    """Stores an import with its fixes."""
    cursor.execute(
        _INSERT,
        [
            about.import_id,
            about.camera_id,
            about.file_name,
            about.file_sha256,
            about.fixes,
            about.from_ns,
            about.to_ns,
            about.added_ns,
            about.added_by,
            about.program_version,
        ],
    )
    insert_columns(
        cursor,
        _INSERT_FIXES,
        {
            "import_id": np.full(len(fixes), about.import_id, np.int64),
            "wall_ns": fixes.times_ns,
            "lat": fixes.lat,
            "lon": fixes.lon,
            "accuracy_m": fixes.accuracy_m,
        },
    )


def imports(cursor: Cursor) -> tuple[PositionImport, ...]:
    """All imports by id, those taken away too."""
    return tuple(
        PositionImport(*row)  # the columns come in the order of the fields
        for row in cursor.execute(_IMPORTS).fetchall()
    )


def decide(cursor: Cursor, import_id: PositionImportId, removed_ns: int | None) -> None:
    """Takes an import away, or brings it back (None).

    Raises:
        UnknownPositions: there is none of that id to be taken away, or to be brought back.
    """
    present = {one.import_id for one in imports(cursor) if one.present == (removed_ns is not None)}
    if import_id not in present:
        what = "positions" if removed_ns is not None else "removed positions"
        raise UnknownPositions(
            f"the case has no {what} {import_id}", "'positions list' shows what there is."
        )
    cursor.execute(_MARK, [removed_ns, import_id])


def of_cameras(cursor: Cursor) -> Mapping[CameraId, Fixes]:
    """The present fixes of every camera that has some.

    Raises:
        CaseDamaged: they do not rise in time.
    """
    rows = cursor.execute(_FIXES).fetchnumpy()
    names = np.asarray(rows["camera_id"], dtype=object)
    columns = [np.asarray(column) for name, column in rows.items() if name != "camera_id"]
    starts = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist(), len(names)]
    found: dict[CameraId, Fixes] = {}
    for begin, end in pairwise(starts):
        if begin == end:
            continue
        times, lat, lon, accuracy = (column[begin:end] for column in columns)
        try:
            found[CameraId(str(names[begin]))] = Fixes(times, lat, lon, accuracy)
        except ValueError as error:
            raise CaseDamaged(
                f"the positions of camera {names[begin]} are damaged: {error}",
                "Restore the case from a snapshot.",
            ) from error
    return found
