"""Declares the commands that take footage in and give pictures out."""

from workstation.arguments import Commands, a_path, a_time_span, add_command, add_group


def declare_footage(commands: Commands) -> None:
    camera = add_group(commands, "camera", "cameras of a case")
    load = add_command(
        camera, "import", "commands.camera:load", "take in cameras from CSV, GeoJSON or KML"
    )
    load.add_argument("case", type=a_path, metavar="CASE")
    load.add_argument("file", type=a_path, metavar="FILE")
    load.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=HEADING",
        help="which heading of the file holds a column of ours, such as lat=Latitude",
    )  # fmt: skip
    show = add_command(camera, "list", "commands.camera:show", "the cameras of a case")
    show.add_argument("case", type=a_path, metavar="CASE")

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
    known = add_command(source, "list", "commands.source:show", "the recordings of a case")
    known.add_argument("case", type=a_path, metavar="CASE")

    frame = add_command(
        commands, "frame", "commands.source:frame", "write one exact frame as PNG, 1:1"
    )
    frame.add_argument("case", type=a_path, metavar="CASE")
    frame.add_argument("--source", type=int, required=True, metavar="ID")
    moment = frame.add_mutually_exclusive_group(required=True)
    moment.add_argument("--at", metavar="T", help="corrected wall time")
    moment.add_argument("--media-s", type=a_time_span, metavar="S", help="time in the file")
    moment.add_argument("--frame", type=int, metavar="N", help="from 0 in presentation order")
    moment.add_argument("--pts", type=int, metavar="P", help="in ticks of the stream")
    frame.add_argument("--out", type=a_path, required=True, metavar="F.png")
