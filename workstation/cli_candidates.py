"""Declares `follow`: who may be a subject, camera by camera and in which order to look."""

from workstation.arguments import Commands, a_count, a_path, a_text, add_command
from workstation.cli_follow import add_subject


def declare_follow(commands: Commands) -> None:
    """Candidates for a subject by all that is known of it."""
    follow = add_command(
        commands, "follow", "commands.follow:follow",
        "who may be a subject, by looks, clothing, times and ways; a person confirms",
    )  # fmt: skip
    follow.add_argument("case", type=a_path, metavar="CASE")
    add_subject(follow)
    follow.add_argument(
        "--limit", type=a_count, default=20, metavar="N", help="of each camera (default 20)"
    )
    follow.add_argument(
        "--camera", type=a_text, action="append", default=[], metavar="ID", help="only on these"
    )
    follow.add_argument("--from", dest="from_time", type=a_text, metavar="TIME")
    follow.add_argument("--to", dest="to_time", type=a_text, metavar="TIME")
    follow.add_argument(
        "--no-time-gate", action="store_true",
        help="times and places neither leave out nor order (clocks are wrong)",
    )  # fmt: skip
    follow.add_argument(
        "--index", action="store_true",
        help="analyse first what was not, where and when it can have been; nearest first",
    )  # fmt: skip
