"""Declares what is asked and said of the ways between cameras: `links`."""

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
from workstation.cli_follow import a_measure


def declare_links(commands: Commands) -> None:
    """Which camera follows which, how far it is and how long it takes."""
    links = add_group(
        commands, "links", "ways between cameras: which follows which, after how long"
    )
    show = add_command(links, "list", "commands.links:show", "the ways, quickest first")
    show.add_argument("case", type=a_path, metavar="CASE")
    show.add_argument("--camera", type=a_text, metavar="ID", help="only those from this one")
    _add_kind(show)
    show.add_argument("--at", type=a_text, metavar="TIME", help="as the cameras stood then")
    show.add_argument(
        "--limit", type=a_count, default=5, metavar="N", help="so many of each camera (default 5)"
    )
    put = add_command(links, "set", "commands.links:put", "say how long a way takes")
    _add_way(put)
    for name, text in (
        ("typical", "how long it usually takes"), ("least", "hardly ever less than this"),
        ("most", "hardly ever more than this"),
    ):  # fmt: skip
        put.add_argument(f"--{name}", type=a_measure, metavar="S", help=f"{text}, seconds")
    close = add_command(
        links, "close", "commands.links:close",
        "say that nobody gets from the one to the other without being elsewhere in between",
    )  # fmt: skip
    _add_way(close)
    again = add_command(links, "open", "commands.links:reopen", "take back what was said of a way")
    _add_way(again, note=False)
    learn = add_command(
        links, "learn", "commands.links:learn",
        "what the traffic of all tracks tells of ways; proposed, kept only with --keep",
    )  # fmt: skip
    learn.add_argument("case", type=a_path, metavar="CASE")
    learn.add_argument(
        "--kind", choices=["person", "vehicle"], default="person", help="default person"
    )
    learn.add_argument(
        "--longest", type=a_count, default=120, metavar="S",
        help="delays up to so many seconds are tried (default 120)",
    )  # fmt: skip
    learn.add_argument("--seed", type=a_number, default=1, metavar="N")
    learn.add_argument("--keep", action="store_true", help="keep them as said by you")


def _add_way(command: argparse.ArgumentParser, *, note: bool = True) -> None:
    command.add_argument("case", type=a_path, metavar="CASE")
    command.add_argument("--from", dest="start", type=a_text, required=True, metavar="CAMERA")
    command.add_argument("--to", dest="end", type=a_text, required=True, metavar="CAMERA")
    command.add_argument("--kind", choices=["person", "vehicle"], help="of whom; default both")
    command.add_argument("--both", action="store_true", help="the way back too")
    if note:
        command.add_argument("--note", metavar="TEXT")


def _add_kind(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--kind", choices=["person", "vehicle"], default="person", help="default person"
    )
