"""Declares the commands of pictures made of tracks: stroboscope stills and contact sheets."""

from workstation.arguments import Commands, a_count, a_number, a_path, a_text, add_command


def declare_stills(commands: Commands) -> None:
    """One track at several moments; the tracks of a sentence on sheets."""
    strobe = add_command(
        commands, "strobe", "commands.strobe:strobe", "one track at several moments in one picture"
    )
    strobe.add_argument("case", type=a_path, metavar="CASE")
    strobe.add_argument("--track", type=a_number, required=True, metavar="ID")
    strobe.add_argument("--out", type=a_path, required=True, metavar="F.png")
    strobe.add_argument(
        "--moments", type=a_count, default=12, metavar="N",
        help="at most so many, fewer where they would cover each other (default 12)",
    )  # fmt: skip
    sheet = add_command(
        commands, "sheet", "commands.sheet:sheet",
        "the best picture of each track that answers a text, with camera and time, on pages",
    )  # fmt: skip
    sheet.add_argument("case", type=a_path, metavar="CASE")
    sheet.add_argument("text", type=a_text, metavar="TEXT", help="such as 'person red jacket'")
    sheet.add_argument(
        "--out", type=a_path, required=True, metavar="F.png", help="then F-2.png, F-3.png and on"
    )
    sheet.add_argument(
        "--limit", type=a_count, default=300, metavar="N", help="at most so many, the earliest"
    )
