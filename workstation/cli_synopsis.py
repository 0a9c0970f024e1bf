"""Declares the command that shows the objects of hours together in minutes."""

import argparse

from workstation.arguments import (
    Commands,
    a_number,
    a_path,
    a_time_span,
    a_worker_count,
    add_command,
)


def declare_synopsis(commands: Commands) -> None:
    """The video synopsis."""
    synopsis = add_command(
        commands, "synopsis", "commands.synopsis:synopsis",
        "objects of different times together over one background: hours in minutes",
    )  # fmt: skip
    synopsis.add_argument("case", type=a_path, metavar="CASE")
    synopsis.add_argument(
        "text", metavar="TEXT", nargs="?", default="",
        help="which objects, as in 'search'; all of them when not said",
    )  # fmt: skip
    synopsis.add_argument("--source", type=a_number, action="append", default=[], metavar="ID")
    synopsis.add_argument("--camera", action="append", default=[], metavar="ID")
    synopsis.add_argument(
        "--class", dest="classes", action="append", default=[], metavar="C",
        help="only this class, repeatable",
    )  # fmt: skip
    synopsis.add_argument("--from", dest="from_time", metavar="T", help="wall time with zone")
    synopsis.add_argument(
        "--to", dest="to_time", metavar="T", help="wall time, itself not included"
    )
    _declare_options(synopsis)
    synopsis.add_argument(
        "--out", type=a_path, metavar="F.mp4",
        help="write a video with the recorded time at each object, and F.mp4.json beside it",
    )  # fmt: skip
    synopsis.add_argument("--fps", type=_a_film_rate, default=25, metavar="N")
    synopsis.add_argument("--width", type=_a_width, default=1280, metavar="PX")
    synopsis.add_argument(
        "--prepare", action="store_true",
        help="only cut the objects out of the recordings, for the window and for later",
    )  # fmt: skip
    synopsis.add_argument(
        "--again", type=a_path, metavar="F.json",
        help="ask again what an exported synopsis was asked, and tell what differs",
    )  # fmt: skip
    synopsis.add_argument("--processes", type=a_worker_count, default=None, metavar="N")


def _declare_options(synopsis: argparse.ArgumentParser) -> None:
    how = synopsis.add_argument_group("how")
    how.add_argument(
        "--density", type=_a_density, default=None, metavar="0..1",
        help="how much objects may cover each other: 0.5 (the default) stands for 5 %%",
    )  # fmt: skip
    how.add_argument(
        "--length", type=_a_length, default=None, metavar="S",
        help="so many seconds, or the longest stay; not said: as short as the density allows",
    )  # fmt: skip
    how.add_argument(
        "--chronological", action="store_true",
        help="nothing of different times together; empty stretches are left out",
    )  # fmt: skip
    how.add_argument(
        "--at-once", type=_a_crowd, default=None, metavar="N",
        help="most objects shown together, of all cameras; not said: 10 / (1 - density) of each",
    )  # fmt: skip
    how.add_argument(
        "--longest", type=_a_length, default=None, metavar="S",
        help="longer stays are shown in pieces (30)",
    )  # fmt: skip
    how.add_argument(
        "--held", type=_a_length, default=None, metavar="S",
        help="what stands still for longer passes faster from there on (6)",
    )  # fmt: skip
    how.add_argument(
        "--sure-only", action="store_true",
        help="leave out what was seen with little confidence; it is counted as hidden",
    )  # fmt: skip
    how.add_argument("--seed", type=a_number, default=None, metavar="N")


def _a_density(text: str) -> float:
    """From 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 0 to 1")
    return value


def _a_length(text: str) -> float:
    """Seconds, above 0."""
    value = a_time_span(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not above 0")
    return value


def _a_crowd(text: str) -> int:
    return _between(text, 1, 100_000)


def _a_film_rate(text: str) -> int:
    return _between(text, 1, 60)


def _a_width(text: str) -> int:
    return _between(text, 320, 3840)


def _between(text: str, least: int, most: int) -> int:
    value = a_number(text)
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from {least} to {most}")
    return value
