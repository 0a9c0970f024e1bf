"""Declares what is done with subjects who are followed: `subject`, `sighting` and `meetings`."""

import argparse
import math

from workstation.arguments import (
    Commands,
    a_count,
    a_number,
    a_path,
    a_text,
    add_command,
    add_group,
)


def a_measure(text: str) -> float:
    """A number, not negative: metres, seconds, metres a second."""
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text[:40]} is not 0 or more")
    return value


def a_degree(text: str) -> float:
    """Degrees of latitude or longitude."""
    value = float(text)
    if not -180 <= value <= 180:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from -180 to 180 degrees")
    return value


def add_subject(command: argparse.ArgumentParser) -> None:
    """The subject that a command is about."""
    command.add_argument("--subject", type=a_number, required=True, metavar="ID")


def declare_subjects(commands: Commands) -> None:
    """Who is followed, what people say of them, and who was near them."""
    subject = add_group(commands, "subject", "persons and vehicles who are followed")
    add = add_command(
        subject, "add", "commands.subject:add",
        "follow somebody, from a track or from where somebody was last seen; prints the id",
    )  # fmt: skip
    add.add_argument("case", type=a_path, metavar="CASE")
    add.add_argument(
        "--track", type=a_number, action="append", default=[], metavar="ID",
        help="a track that is the subject: its first confirmed sighting",
    )  # fmt: skip
    add.add_argument("--name", type=a_text, required=True, metavar="N")
    add.add_argument("--kind", choices=["person", "vehicle"], help="by its track, unless told")
    _add_words(add)
    show = add_command(subject, "list", "commands.subject:show_all", "the subjects of a case")
    show.add_argument("case", type=a_path, metavar="CASE")
    one = add_command(subject, "show", "commands.subject:show", "a subject, and what was said")
    change = add_command(
        subject, "change", "commands.subject:change", "other name, words, last place or speed"
    )
    remove = add_command(
        subject, "remove", "commands.subject:remove",
        "take a subject away with all that was said of it; nothing is erased",
    )  # fmt: skip
    for command in (one, change, remove):
        command.add_argument("case", type=a_path, metavar="CASE")
        add_subject(command)
    change.add_argument("--name", type=a_text, metavar="N")
    _add_words(change)
    change.add_argument("--no-last-seen", action="store_true", help="forget where it was last seen")
    remove.add_argument("--restore", action="store_true", help="bring a removed one back")
    _declare_sighting(commands)
    _declare_meetings(commands)


def _add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mode", choices=["follow", "missing"],
        help="missing: searched by clothing, place and time, nearest first",
    )  # fmt: skip
    command.add_argument(
        "--clothing", metavar="TEXT", help="clothing, bags, colours, as in a search"
    )
    command.add_argument("--note", metavar="TEXT")
    command.add_argument(
        "--last-seen", type=a_text, metavar="TIME",
        help="when it was last seen, other than on footage; with --lat and --lon",
    )  # fmt: skip
    command.add_argument("--lat", type=a_degree, metavar="DEG")
    command.add_argument("--lon", type=a_degree, metavar="DEG")
    command.add_argument(
        "--radius-m", type=a_measure, metavar="M", help="how far off the place may be"
    )
    command.add_argument(
        "--uncertainty-s", type=a_measure, metavar="S", help="how far off the time may be"
    )
    command.add_argument("--basis", metavar="TEXT", help="how place and time are known")
    command.add_argument(
        "--fastest-m-s", type=a_measure, metavar="V",
        help="faster it never was, metres a second (walking is about 1.4)",
    )  # fmt: skip


def _declare_sighting(commands: Commands) -> None:
    said = add_command(
        commands, "sighting", "commands.sighting:sighting",
        "say of tracks that they are a subject, or are not; that it was not seen; 'list' lists",
    )  # fmt: skip
    said.add_argument(
        "case", type=a_path, nargs="+", metavar="[list] CASE",
        help="'sighting list CASE' tells what was said",
    )  # fmt: skip
    said.add_argument("--subject", type=a_number, metavar="ID")
    said.add_argument("--track", type=a_number, action="append", default=[], metavar="ID")
    said.add_argument("--absence", type=a_number, action="append", default=[], metavar="ID")
    what = said.add_mutually_exclusive_group()
    what.add_argument("--confirm", action="store_true", help="these tracks are the subject")
    what.add_argument("--reject", action="store_true", help="they are not")
    what.add_argument("--undo", action="store_true", help="nothing is to be said of them any more")
    what.add_argument(
        "--not-seen", action="store_true", help="looked for on a camera in a span, and not seen"
    )
    said.add_argument("--camera", type=a_text, action="append", default=[], metavar="ID")
    said.add_argument("--from", dest="since", type=a_text, metavar="TIME")
    said.add_argument("--to", dest="until", type=a_text, metavar="TIME")
    said.add_argument(
        "--watched", action="store_true",
        help="somebody watched the footage of the span, not its candidates alone",
    )  # fmt: skip
    said.add_argument("--note", metavar="TEXT")


def _declare_meetings(commands: Commands) -> None:
    meetings = add_command(
        commands, "meetings", "commands.meetings:meetings",
        "who else was near a subject twice or more, against what chance would give",
    )  # fmt: skip
    meetings.add_argument("case", type=a_path, metavar="CASE")
    add_subject(meetings)
    meetings.add_argument(
        "--near-m", type=a_measure, default=5.0, metavar="M",
        help="how near, where places on the ground are known (default 5)",
    )  # fmt: skip
    meetings.add_argument(
        "--shifts", type=a_count, default=200, metavar="N",
        help="so often the times are shifted to tell what chance would give (default 200)",
    )  # fmt: skip
    meetings.add_argument("--seed", type=a_number, default=1, metavar="N")
