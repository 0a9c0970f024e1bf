"""Declares the commands that take footage in and give pictures out."""

import argparse

from workstation.arguments import (
    Commands,
    a_number,
    a_path,
    a_picture_count,
    a_rate,
    a_text,
    a_time_span,
    add_command,
    add_group,
)


def declare_footage(commands: Commands) -> None:
    source = add_group(commands, "source", "recordings of a case")
    add = add_command(source, "add", "commands.source:add", "take recordings into a case")
    add.add_argument("case", type=a_path, metavar="CASE")
    add.add_argument("files", type=a_path, nargs="+", metavar="FILE")
    add.add_argument("--camera", metavar="ID")
    add.add_argument(
        "--start", metavar="TIME", help="what the recorder showed at the first frame, with zone"
    )
    add.add_argument(
        "--offset-s", type=a_time_span, default=0.0, metavar="S",
        help="recorder minus true time; positive when the recorder is fast",
    )  # fmt: skip
    add.add_argument(
        "--picture-fps", type=a_rate, default=1.0, metavar="F",
        help="rate of numbered pictures in a folder where they tell no times (default 1)",
    )  # fmt: skip
    _declare_origin(add)
    _declare_intake(source)
    known = add_command(source, "list", "commands.source:show", "the recordings of a case")
    known.add_argument("case", type=a_path, metavar="CASE")

    frame = add_command(
        commands, "frame", "commands.source:frame", "write one exact frame as PNG, 1:1"
    )
    frame.add_argument("case", type=a_path, metavar="CASE")
    frame.add_argument("--source", type=int, required=True, metavar="ID")
    _add_moment(frame)
    frame.add_argument("--out", type=a_path, required=True, metavar="F.png")
    _declare_exports(commands)


def _declare_origin(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--overwrite-deadline", metavar="TIME",
        help="when the recorder writes over what it still holds, with zone",
    )  # fmt: skip
    command.add_argument("--origin", metavar="TEXT", help="where the footage comes from, in words")
    command.add_argument("--recorder-make", metavar="TEXT")
    command.add_argument("--recorder-model", metavar="TEXT")
    command.add_argument("--recorder-serial", metavar="TEXT")
    command.add_argument("--received-from", metavar="WHO")
    command.add_argument("--received-by", metavar="WHO")
    command.add_argument("--received-at", metavar="TIME", help="with zone")


def _declare_intake(source: Commands) -> None:
    propose = add_command(
        source, "propose", "commands.intake:propose",
        "say what files and folders seem to hold; nothing is stored",
    )  # fmt: skip
    propose.add_argument("case", type=a_path, metavar="CASE")
    propose.add_argument("paths", type=a_path, nargs="+", metavar="PATH")
    note = add_command(
        source, "note", "commands.intake:note",
        "note where recordings come from; an empty text takes a note away",
    )  # fmt: skip
    note.add_argument("case", type=a_path, metavar="CASE")
    note.add_argument("--source", type=a_number, action="append", required=True, metavar="ID")
    _declare_origin(note)
    collect = add_command(
        source, "collect", "commands.intake:collect", "copy originals into the case, with proof"
    )
    collect.add_argument("case", type=a_path, metavar="CASE")
    collect.add_argument("--source", type=a_number, action="append", default=[], metavar="ID")
    relink = add_command(
        source, "relink", "commands.intake:relink",
        "say where an original lies now; only the same bytes are taken",
    )  # fmt: skip
    relink.add_argument("case", type=a_path, metavar="CASE")
    relink.add_argument("file", type=a_path, nargs="?", metavar="FILE")
    # Takes FILE along: argparse gives an optional place away before an option is read.
    relink.add_argument(
        "--source", nargs="+", type=a_text, metavar=("ID", "FILE"),
        help="whose original it is; without one, all that are missing",
    )  # fmt: skip
    relink.add_argument("--search", type=a_path, metavar="FOLDER", help="look for them in it")


def declare_positions(commands: Commands) -> None:
    """Where moving cameras were."""
    positions = add_group(commands, "positions", "where moving cameras were")
    load = add_command(
        positions, "import", "commands.positions:load",
        "join the positions of a GPX, KML or GeoJSON file to a camera",
    )  # fmt: skip
    load.add_argument("case", type=a_path, metavar="CASE")
    load.add_argument("file", type=a_path, metavar="FILE")
    load.add_argument("--camera", required=True, metavar="ID")
    show = add_command(positions, "list", "commands.positions:show", "the files joined so far")
    show.add_argument("case", type=a_path, metavar="CASE")
    remove = add_command(
        positions, "remove", "commands.positions:remove", "take the positions of a file away"
    )
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument("--positions", type=a_number, required=True, metavar="ID")
    remove.add_argument("--restore", action="store_true", help="bring them back")
    at = add_command(positions, "at", "commands.positions:at", "where a camera was at a time")
    at.add_argument("case", type=a_path, metavar="CASE")
    at.add_argument("--camera", required=True, metavar="ID")
    at.add_argument("--at", required=True, metavar="T", help="corrected wall time")


def declare_events(commands: Commands) -> None:
    """What happened besides footage."""
    event = add_group(commands, "event", "calls, statements, alarms: what happened besides footage")
    load = add_command(event, "import", "commands.events:load", "take in a CSV table of events")
    load.add_argument("case", type=a_path, metavar="CASE")
    load.add_argument("file", type=a_path, metavar="FILE")
    load.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=HEADING",
        help="which heading of the file holds a column of ours, such as time=Call start",
    )  # fmt: skip
    load.add_argument(
        "--zone", type=a_text, metavar="NAME",
        help="the time zone of times that name none, such as America/Chicago or -06:00",
    )  # fmt: skip
    load.add_argument(
        "--fold", type=int, choices=[1, 2],
        help="which is meant where an hour came twice as the clocks were set back",
    )  # fmt: skip
    show = add_command(event, "list", "commands.events:show", "the events of a case")
    show.add_argument("case", type=a_path, metavar="CASE")
    remove = add_command(
        event, "remove", "commands.events:remove", "take the events of one file away"
    )
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument(
        "--events", type=a_number, required=True, metavar="ID", help="of the import"
    )
    remove.add_argument("--restore", action="store_true", help="bring them back instead")


def _add_moment(command: argparse.ArgumentParser) -> None:
    moment = command.add_mutually_exclusive_group(required=True)
    moment.add_argument("--at", metavar="T", help="corrected wall time")
    moment.add_argument("--media-s", type=a_time_span, metavar="S", help="time in the file")
    moment.add_argument("--frame", type=int, metavar="N", help="from 0 in presentation order")
    moment.add_argument("--pts", type=int, metavar="P", help="in ticks of the stream")


def _declare_exports(commands: Commands) -> None:
    still = add_command(
        commands, "still", "commands.export:still",
        "write one exact frame as PNG, 1:1, with a sidecar that says what it is",
    )  # fmt: skip
    still.add_argument("case", type=a_path, metavar="CASE")
    still.add_argument("--source", type=a_number, required=True, metavar="ID")
    _add_moment(still)
    still.add_argument("--out", type=a_path, required=True, metavar="F.png")
    still.add_argument(
        "--average", type=a_picture_count, metavar="N", help="the mean of N frames around it"
    )
    still.add_argument(
        "--recipe", type=a_text, metavar="JSON",
        help='what is done to the picture, such as {"gamma": 1.5, "denoise": 0.3}',
    )  # fmt: skip

    clip = add_command(
        commands, "clip", "commands.export:clip", "write clips of recordings and cameras"
    )
    clip.add_argument("case", type=a_path, metavar="CASE")
    clip.add_argument("--source", type=a_number, action="append", default=[], metavar="ID")
    clip.add_argument("--camera", action="append", default=[], metavar="ID")
    clip.add_argument("--from", dest="from_time", metavar="T", help="corrected wall time with zone")
    clip.add_argument("--to", dest="to_time", metavar="T", help="the same, itself not included")
    clip.add_argument("--from-media-s", type=a_time_span, metavar="S", help="time in the file")
    clip.add_argument("--to-media-s", type=a_time_span, metavar="S")
    clip.add_argument("--out", type=a_path, required=True, metavar="DIR", help="new or empty")
    clip.add_argument(
        "--mode", choices=["copy", "exact", "both"], default="copy",
        help="copy: the coded pictures as they are, from the keyframe before; exact: the very "
        "frames asked for, re-encoded",
    )  # fmt: skip
    clip.add_argument(
        "--burn-time", action="store_true", help="exact clips: both times in a strip below"
    )
