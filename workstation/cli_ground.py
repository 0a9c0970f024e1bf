"""Declares the commands of calibrated cameras: `calibrate`, `speed`, `height` and `overlaps`."""

from workstation.arguments import Commands, a_number, a_path, a_text, add_command


def declare_ground(commands: Commands) -> None:
    """How cameras see the ground, and what follows from it."""
    calibrate = add_command(
        commands, "calibrate", "commands.calibrate:calibrate",
        "how a camera sees the ground, from points in its picture and where these are",
    )  # fmt: skip
    calibrate.add_argument("case", type=a_path, metavar="CASE")
    calibrate.add_argument("--camera", metavar="ID")
    what = calibrate.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--pairs", type=a_path, metavar="F.json",
        help='[{"image": [x,y], "ground_m": [x,y]}, ...] or "lonlat"; four or more',
    )  # fmt: skip
    what.add_argument(
        "--from-tracks", type=a_path, metavar="NEW.json",
        help="propose pairs from people whom calibrated cameras saw at the same time; keeps none",
    )  # fmt: skip
    what.add_argument("--list", action="store_true", help="those in force")
    what.add_argument("--undo", type=a_number, metavar="ID", help="take one back")
    calibrate.add_argument(
        "--at", type=a_text, metavar="TIME", help="as the camera stood then (default: newest place)"
    )
    calibrate.add_argument("--dry-run", action="store_true", help="say how it fits, keep nothing")
    speed = add_command(
        commands, "speed", "commands.calibrate:speed",
        "how fast tracks moved, in km/h, where their camera is calibrated",
    )  # fmt: skip
    speed.add_argument("case", type=a_path, metavar="CASE")
    speed.add_argument("--source", type=a_number, required=True, metavar="ID")
    speed.add_argument("--track", type=a_number, action="append", metavar="ID", help="only these")
    height = add_command(
        commands, "height", "commands.height:height",
        "how tall people are, where their camera is calibrated; a lead, never an identification",
    )  # fmt: skip
    height.add_argument("case", type=a_path, metavar="CASE")
    height.add_argument("--source", type=a_number, required=True, metavar="ID")
    height.add_argument("--track", type=a_number, action="append", metavar="ID", help="only these")
    height.add_argument(
        "--known", type=a_text, action="append", default=[], metavar="TRACK=METRES",
        help="somebody's height is known: the others are measured by it",
    )  # fmt: skip
    height.add_argument(
        "--post", type=a_text, action="append", default=[], metavar="X,Y,X,Y=METRES",
        help="something of known height: pixels where it stands, then where it ends; two or more",
    )  # fmt: skip
    same = add_command(
        commands, "overlaps", "commands.overlaps:overlaps",
        "tracks of calibrated cameras that were at the same place at the same time; a lead",
    )  # fmt: skip
    same.add_argument("case", type=a_path, metavar="CASE")
    same.add_argument(
        "--track", type=a_number, action="append", metavar="ID", help="only the groups it is in"
    )
    same.add_argument("--from", dest="since", type=a_text, metavar="TIME")
    same.add_argument("--to", dest="until", type=a_text, metavar="TIME")
