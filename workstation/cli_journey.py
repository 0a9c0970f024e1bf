"""Declares what is told of where a subject was and may be: `journey`, `forecast`, `handout`."""

from workstation.arguments import Commands, a_count, a_number, a_path, a_text, add_command
from workstation.cli_follow import add_subject

_FORMATS = ("json", "geojson", "kml")
"""As `casefiles.usecases.journey_files` has them, which is not imported before a command runs."""


def declare_journey(commands: Commands) -> None:
    """Where a subject was by what people confirmed, and where it may be."""
    journey = add_command(
        commands, "journey", "commands.journey:journey",
        "where a subject was: confirmed stops, inferred legs between them, contradictions",
    )  # fmt: skip
    journey.add_argument(
        "export", nargs="?", choices=["export"],
        help="write a folder: files, stills, map, what was searched and not found",
    )  # fmt: skip
    journey.add_argument("case", type=a_path, metavar="CASE")
    add_subject(journey)
    journey.add_argument("--format", choices=_FORMATS, help="json, geojson or kml (default: text)")
    journey.add_argument(
        "--out", type=a_path, metavar="F", help="write to a new file (export: to a new folder)"
    )
    journey.add_argument("--no-stills", action="store_true", help="export without pictures")

    forecast = add_command(
        commands, "forecast", "commands.journey:forecast",
        "where a subject may be next: on which camera to look, and when",
    )  # fmt: skip
    forecast.add_argument("case", type=a_path, metavar="CASE")
    add_subject(forecast)
    forecast.add_argument(
        "--at", type=a_text, metavar="TIME", help="at this moment, on no camera until then"
    )
    forecast.add_argument("--backward", action="store_true", help="where it came from instead")
    forecast.add_argument("--limit", type=a_count, default=12, metavar="N", help="(default 12)")

    handout = add_command(
        commands, "handout", "commands.journey:handout",
        "one page to hand out: still, description, where and when last seen, map",
    )  # fmt: skip
    handout.add_argument("case", type=a_path, metavar="CASE")
    add_subject(handout)
    handout.add_argument("--out", type=a_path, required=True, metavar="F.html")
    handout.add_argument("--contact", type=a_text, metavar="TEXT", help="whom to call")
    handout.add_argument(
        "--text", type=a_text, metavar="TEXT", help="anything else, for the public"
    )
    picture = handout.add_mutually_exclusive_group()
    picture.add_argument("--photo", type=a_path, metavar="F", help="a JPEG or PNG, not a still")
    picture.add_argument("--track", type=a_number, metavar="ID", help="whose still to show")
