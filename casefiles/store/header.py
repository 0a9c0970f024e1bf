"""The case header: one row, SQL ↔ `CaseHeader`."""

from dataclasses import astuple

from casefiles.errors import CaseDamaged
from casefiles.store.engine import Cursor
from casefiles.types import CaseHeader

_INSERT = """
INSERT INTO case_header
    (case_uuid, number, title, training, created_ns, created_by, program_version)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = """
SELECT case_uuid, number, title, training, created_ns, created_by, program_version FROM case_header
"""


def insert(cursor: Cursor, header: CaseHeader) -> None:
    """Writes the header of a new case."""
    cursor.execute(_INSERT, list(astuple(header)))


def read(cursor: Cursor) -> CaseHeader:
    """The header.

    Raises:
        CaseDamaged: there is not exactly one.
    """
    rows = cursor.execute(_SELECT).fetchall()
    if len(rows) != 1:
        raise CaseDamaged("the case has no header", "Restore it from a snapshot.")
    return CaseHeader(*rows[0])
