"""Declares what is asked of streets and of other people's cameras: `coverage` and `canvass`."""

import argparse

from workstation.arguments import (
    Commands,
    a_count,
    a_number,
    a_path,
    a_text,
    add_command,
    add_group,
)

_STATUSES = ("to ask", "asked", "received", "refused", "nothing recorded")
"""As `casefiles.canvass_types` has them, which is not imported before a command runs."""


def a_metre_count(text: str) -> float:
    """Metres, from 1 to 100 km."""
    value = float(text)
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 1 to 100000 metres")
    return value


def a_number_of_days(text: str) -> float:
    """Days, from 0 to a hundred years."""
    value = float(text)
    if not 0 <= value <= 36_600:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 0 to 36600 days")
    return value


def declare_canvass(commands: Commands) -> None:
    """Which streets were seen when, and who else may have recorded something."""
    coverage = add_command(
        commands, "coverage", "commands.coverage:coverage",
        "which streets of the map were seen by which camera when, and whether there is footage",
    )  # fmt: skip
    coverage.add_argument("case", type=a_path, metavar="CASE")
    _add_time(coverage, "the time asked about (default: that of all footage)")
    coverage.add_argument("--street", type=a_text, metavar="NAME")
    coverage.add_argument("--near", type=a_text, metavar="LON,LAT", help="only near there")
    coverage.add_argument(
        "--radius", type=a_metre_count, default=200.0, metavar="M", help="how near (default 200)"
    )
    coverage.add_argument("--csv", type=a_path, metavar="F.csv", help="who saw what when, a table")

    canvass = add_group(commands, "canvass", "other people's cameras: whom to ask, and until when")
    load = add_command(canvass, "import", "commands.canvass:load", "take in a registry (CSV)")
    load.add_argument("case", type=a_path, metavar="CASE")
    load.add_argument("file", type=a_path, metavar="FILE.csv")
    load.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=HEADING",
        help="which heading of the file holds a column of ours, such as owner=Registrant",
    )  # fmt: skip
    load.add_argument("--skip-bad", action="store_true", help="take the good rows all the same")
    load.add_argument("--dry-run", action="store_true", help="say what would be added, add nothing")
    show = add_command(canvass, "list", "commands.canvass:show", "whom to ask, most urgent first")
    show.add_argument("case", type=a_path, metavar="CASE")
    _add_place(show)
    _add_time(show, "when what is looked for happened: tells when it is overwritten")
    show.add_argument("--status", choices=_STATUSES)
    show.add_argument("--by-distance", action="store_true", help="nearest first")
    show.add_argument("--csv", type=a_path, metavar="F.csv", help="write them to a new file")
    add = add_command(canvass, "add", "commands.canvass:add", "add one by hand")
    add.add_argument("case", type=a_path, metavar="CASE")
    _add_words(add)
    change = add_command(
        canvass, "set", "commands.canvass:change", "say how it stands with entries, or change one"
    )
    change.add_argument("case", type=a_path, metavar="CASE")
    change.add_argument("entry", type=a_number, nargs="+", metavar="ID")
    change.add_argument("--status", choices=_STATUSES)
    change.add_argument("--note", type=a_text, metavar="TEXT")
    _add_words(change)
    remove = add_command(canvass, "remove", "commands.canvass:remove", "take entries off the list")
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument("entry", type=a_number, nargs="+", metavar="ID")
    remove.add_argument("--restore", action="store_true", help="bring removed ones back")
    sheet = add_command(
        canvass, "sheet", "commands.canvass:sheet", "request sheets for owners, to print"
    )
    sheet.add_argument("case", type=a_path, metavar="CASE")
    sheet.add_argument("entry", type=a_number, nargs="+", metavar="ID")
    sheet.add_argument("--from", dest="since", type=a_text, required=True, metavar="TIME")
    sheet.add_argument("--to", dest="until", type=a_text, required=True, metavar="TIME")
    sheet.add_argument("--place", type=a_text, required=True, metavar="TEXT")
    sheet.add_argument("--at", type=a_text, metavar="LON,LAT", help="tells how far off they are")
    sheet.add_argument("--out", type=a_path, required=True, metavar="F.html")
    sheet.add_argument(
        "--spare-min", type=a_count, default=15, metavar="N",
        help="minutes more, before and after: clocks are off (default 15)",
    )  # fmt: skip
    for name in ("officer", "unit", "contact", "note"):
        sheet.add_argument(f"--{name}", type=a_text, metavar="TEXT")
    sheet.add_argument("--mark-asked", action="store_true", help="note them as asked")


def _add_time(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("--from", dest="since", type=a_text, metavar="TIME", help=text)
    command.add_argument("--to", dest="until", type=a_text, metavar="TIME")


def _add_place(command: argparse.ArgumentParser) -> None:
    where = command.add_mutually_exclusive_group()
    where.add_argument("--near", type=a_text, metavar="LON,LAT", help="only near there")
    where.add_argument(
        "--route", type=a_text, nargs="+", metavar="LON,LAT", help="only along this way"
    )
    command.add_argument(
        "--radius", type=a_metre_count, default=200.0, metavar="M", help="how near (default 200)"
    )


def _add_words(command: argparse.ArgumentParser) -> None:
    for name, text in (
        ("owner", "who has the camera"), ("address", "where"), ("contact", "how to reach them"),
        ("kind", "such as doorbell, shop, parking"), ("notes", "anything else"),
    ):  # fmt: skip
        command.add_argument(f"--{name}", metavar="TEXT", help=text)
    command.add_argument("--at", type=a_text, metavar="LON,LAT", help="where the camera is")
    command.add_argument(
        "--keeps-days", type=a_number_of_days, metavar="N", help="how long the recorder holds it"
    )
