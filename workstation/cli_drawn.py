"""Declares the commands of lines on pictures, and of heat maps."""

from workstation.arguments import Commands, a_number, a_path, a_text, add_command, add_group


def declare_lines(commands: Commands) -> None:
    """Directed lines, and where things go and stay."""
    line = add_group(commands, "line", "directed lines on pictures")
    add = add_command(line, "add", "commands.line:add", "add a line; who goes from its left hand "
                      "to its right hand crosses it forward")  # fmt: skip
    add.add_argument("case", type=a_path, metavar="CASE")
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--source", type=a_number, metavar="ID", help="on one recording")
    where.add_argument("--camera", metavar="ID", help="on every recording of a camera")
    where.add_argument(
        "--line", metavar="JSON",
        help='place and points at once: {"source"|"camera": ID, "line": [[x,y],...]}',
    )  # fmt: skip
    add.add_argument("--points", metavar="JSON", help="two or more in source pixels: [[x,y],...]")
    add.add_argument("--name", type=a_text, metavar="N")
    show = add_command(line, "list", "commands.line:show", "the lines of a case")
    show.add_argument("case", type=a_path, metavar="CASE")
    remove = add_command(line, "remove", "commands.line:remove", "take a line away")
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument("--line", type=a_number, required=True, metavar="ID")

    heat = add_command(
        commands, "heat", "commands.heat:heat", "where things go, stand and stop on pictures"
    )
    heat.add_argument("case", type=a_path, metavar="CASE")
    whose = heat.add_mutually_exclusive_group(required=True)
    whose.add_argument("--source", type=a_number, metavar="ID")
    whose.add_argument("--camera", metavar="ID", help="all its recordings of one picture size")
    heat.add_argument("--kind", choices=["paths", "dwell", "stops"], default="paths")
    heat.add_argument("--track", type=a_number, action="append", default=[], metavar="ID",
                      help="only these tracks")  # fmt: skip
    heat.add_argument("--out", type=a_path, metavar="F.png", help="over the first picture")
