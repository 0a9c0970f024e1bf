"""Declares the commands about recorders' clocks."""

import argparse

from workstation.arguments import (
    Commands,
    a_number,
    a_path,
    a_time_span,
    add_command,
    add_group,
)


def a_length(text: str) -> float:
    """Seconds from 0 to a day."""
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 0 to 86400 seconds")
    return value


def declare_clock(commands: Commands) -> None:
    clock = add_group(commands, "clock", "how recorders' clocks stood")
    show = add_command(
        clock, "show", "commands.clock:show", "how each clock stands, and since when"
    )
    show.add_argument("case", type=a_path, metavar="CASE")
    show.add_argument("--source", type=a_number, metavar="ID")

    put = add_command(clock, "set", "commands.clock:put", "say how the clock of a recording stood")
    put.add_argument("case", type=a_path, metavar="CASE")
    put.add_argument("--source", type=a_number, required=True, metavar="ID")
    put.add_argument(
        "--offset-s", type=a_time_span, metavar="S",
        help="recorder minus true time; positive when the recorder is fast",
    )  # fmt: skip
    put.add_argument(
        "--start", metavar="TIME",
        help="what the recorder showed at the first frame, where that was not known on adding",
    )  # fmt: skip
    put.add_argument("--recorder", metavar="TIME", help="what the recorder showed")
    put.add_argument("--reference", metavar="TIME", help="the true time at that moment")
    put.add_argument("--recorder2", metavar="TIME", help="the same later, which tells the drift")
    put.add_argument("--reference2", metavar="TIME")
    put.add_argument(
        "--reference-source", default="", metavar="TEXT",
        help="what told the true time; without it the offset is shown as unverified",
    )  # fmt: skip
    put.add_argument(
        "--drift-ppm", type=a_time_span, metavar="P", help="positive when it runs fast"
    )
    put.add_argument("--zone", metavar="NAME", help="of times without one, such as America/Chicago")
    put.add_argument(
        "--no-summer-time", action="store_true", help="the recorder does not change with its zone"
    )
    put.add_argument(
        "--fold", type=int, choices=[1, 2], help="the first or second of an hour that came twice"
    )
    put.add_argument(
        "--uncertainty-s", type=a_time_span, metavar="S",
        help="reading precision and error of the reference; half a frame is added",
    )  # fmt: skip
    proof = put.add_mutually_exclusive_group()
    proof.add_argument("--proof", type=a_path, metavar="FILE", help="PNG or JPEG of its clock")
    proof.add_argument("--proof-frame", type=a_number, metavar="N", help="a frame that shows it")
    put.add_argument("--note", default="", metavar="TEXT")
    put.add_argument("--sure", action="store_true", help="it really was years off")

    align = add_command(
        clock, "align", "commands.clock:align", "set a clock by another that saw the same event"
    )
    align.add_argument("case", type=a_path, metavar="CASE")
    align.add_argument("--source", type=a_number, required=True, metavar="ID")
    here = align.add_mutually_exclusive_group(required=True)
    here.add_argument("--pts", type=a_number, metavar="P", help="in ticks of the stream")
    here.add_argument("--media-s", type=a_time_span, metavar="S", help="time in the file")
    align.add_argument(
        "--with", dest="trusted", type=a_number, required=True, metavar="ID",
        help="the recording whose clock is trusted",
    )  # fmt: skip
    there = align.add_mutually_exclusive_group(required=True)
    there.add_argument("--with-pts", type=a_number, metavar="P")
    there.add_argument("--with-media-s", type=a_time_span, metavar="S")
    align.add_argument(
        "--read-s", type=a_length, default=0.0, metavar="S",
        help="how far apart the frames may be, beside half a frame of each",
    )  # fmt: skip
    align.add_argument("--note", default="", metavar="TEXT")

    suggest = add_command(
        clock, "suggest", "commands.clock:suggest",
        "suggest an offset from people who go from one view to the other",
    )  # fmt: skip
    suggest.add_argument("case", type=a_path, metavar="CASE")
    suggest.add_argument("--source", type=a_number, required=True, metavar="ID")
    suggest.add_argument("--with", dest="trusted", type=a_number, required=True, metavar="ID")
    suggest.add_argument("--within-s", type=a_length, default=120.0, metavar="S")
    suggest.add_argument("--accept", action="store_true", help="set the best one at once")
