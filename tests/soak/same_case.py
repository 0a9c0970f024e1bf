"""Whether two cases hold the same findings: every row, id, thumbnail and vector; not when.

Reads the case files themselves: what they hold is to be compared, not what the program says of it.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb

Findings: TypeAlias = dict[str, Counter[tuple[Any, ...]]]
"""Every row of every table, with how often it is there."""
_LEFT_OUT: Final = frozenset(("audit", "audit_private", "schema_migrations"))
"""The history tells of kills and goes on; the chain is checked by `case verify`."""
_WHEN: Final = frozenset(("started_ns", "finished_ns", "learned_ns", "when_ns"))


@dataclass(frozen=True, slots=True)
class Difference:
    """How a case differs from another one."""

    lost: int
    """Rows that only the other one has."""
    double: int
    """Rows that are there more often than in the other one."""
    strange: int
    """Rows that the other one does not have at all."""
    tables: tuple[str, ...]
    """The tables concerned."""

    @property
    def none(self) -> bool:
        return not (self.lost or self.double or self.strange or self.tables)


def findings(case: Path) -> Findings:
    """Every row of every derived table of a closed case, with how often it is there; by table."""
    with duckdb.connect(str(case / "case.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall()
        found = {}
        for (name,) in sorted(tables):
            if name in _LEFT_OUT:
                continue
            columns = [
                column
                for (column,) in connection.execute(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_name = ? ORDER BY ordinal_position",
                    [name],
                ).fetchall()
                if column not in _WHEN
            ]
            # Names come from the file's own list of tables and columns.
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()  # noqa: S608
            found[name] = Counter(rows)
    return found


def difference(reference: Findings, other: Findings) -> Difference:
    """How `other` differs from `reference`."""
    lost = double = strange = 0
    concerned = list(reference.keys() ^ other.keys())
    for name in reference.keys() & other.keys():
        want, have = reference[name], other[name]
        missing, surplus = want - have, have - want
        lost += missing.total()
        double += sum(count for row, count in surplus.items() if row in want)
        strange += sum(count for row, count in surplus.items() if row not in want)
        if missing or surplus:
            concerned.append(name)
    return Difference(lost, double, strange, tuple(sorted(concerned)))
