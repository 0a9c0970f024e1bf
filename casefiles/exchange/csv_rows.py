"""CSV files of strangers as rows of cells, and cells of ours that no table program executes."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from resources.errors import UserError

_SEPARATORS: Final = ",;\t|"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")
"""Begins like a formula, and is what it says: longitudes of half the world."""
_COMMA: Final = re.compile(r"[-+]?[0-9]+,[0-9]+")


def csv_rows(
    path: Path,
    text: str,
    error: type[UserError],
    *,
    wrong: Callable[[str, str, str], None] | None = None,
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Where each row stands (`line 7`), and its cells by heading, blanks around them cut off.

    Where `wrong` is given, a row with more cells than the heading is told to it (where it stands,
    what is wrong, what to do) and passed over. The separator is the one of comma, semicolon, tab
    and bar that parts the heading most.

    Raises:
        error: two columns have one heading, a row has more cells than the heading, or quotes do
            not close; the message names the line.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        headings = [heading.strip() for heading in reader.fieldnames or ()]
        twice = sorted({name for name in headings if name and headings.count(name) > 1})
        if twice:
            raise error(f"{path} has two columns {twice[0]}", "Rename the one that is not meant.")
        for cells in reader:
            if None in cells:
                where, what = f"line {reader.line_num}", "has more cells than the heading"
                hint = "Put texts that hold the separator in quotes."
                if wrong is None:
                    raise error(f"{path} {where} {what}", hint)
                wrong(where, what, hint)
                continue
            # A short row has no text in its last cells.
            whole = {name.strip(): (cell or "").strip() for name, cell in cells.items()}
            yield f"line {reader.line_num}", whole
    except csv.Error as fault:
        raise error(f"{path} line {reader.line_num}: {fault}", "Save it as CSV again.") from fault


def csv_headings(text: str) -> tuple[str, ...]:
    """The first row of a CSV text."""
    try:
        row = next(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), [])
    except csv.Error:
        return ()
    return tuple(heading.strip() for heading in row)


def _separator(text: str) -> str:
    # By the heading alone: texts further down hold commas of their own.
    heading = text.lstrip("\r\n").partition("\n")[0]

    def parts(separator: str) -> int:
        try:
            return len(next(csv.reader([heading], delimiter=separator), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=parts)


def safe_cell(text: str) -> str:
    """A text that a table program shows and never computes (OWASP, CSV injection)."""
    computed = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if computed else text


def kept_cell(text: str) -> str:
    """A `safe_cell` that `plain_cell` reads back, whatever it begins with."""
    computed = text.lstrip("'").startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if computed else text


def plain_cell(text: str) -> str:
    """What a cell says that was guarded by an apostrophe."""
    guarded = text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
    return text[1:] if guarded else text


def number_in(name: str, text: str) -> float:
    """The number that the cell of a column holds.

    Raises:
        ValueError: it is none; says so.
    """
    try:
        # Python's own digit grouping would turn a mistyped 4_5 into 45.
        return float(text.replace("_", "?"))
    except ValueError:
        comma = ": write it with a point" if _COMMA.fullmatch(text) else ""
        raise ValueError(f"{name} '{text}' is not a number{comma}") from None
