"""Declares the commands of cameras: lists in and out, dated placements."""

import argparse
import math

from workstation.arguments import (
    Commands,
    a_path,
    a_text,
    add_command,
    add_group,
)


def declare_cameras(commands: Commands) -> None:
    """Where cameras stand, and stood."""
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
    load.add_argument("--skip-bad", action="store_true", help="leave wrong rows out; each is named")
    load.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    load.add_argument(
        "--swap", action=argparse.BooleanOptionalAction, default=None,
        help="latitude and longitude are in each other's place, or surely not",
    )  # fmt: skip
    show = add_command(camera, "list", "commands.camera:show", "the cameras of a case")
    show.add_argument("case", type=a_path, metavar="CASE")
    place = add_command(
        camera, "place", "commands.camera:place",
        "add a camera, or say where one of the case stands (from-to)",
    )  # fmt: skip
    _which(place)
    place.add_argument("--from", dest="from_time", type=a_text, metavar="TIME")
    place.add_argument("--to", dest="to_time", type=a_text, metavar="TIME")
    place.add_argument("--name", type=a_text)
    place.add_argument("--kind", type=a_text, help="fixed, ptz, trailer, alpr, …")
    move = add_command(
        camera, "move", "commands.camera:move",
        "a camera stands elsewhere since a time; where it stood before is kept",
    )  # fmt: skip
    _which(move)
    move.add_argument("--at", type=a_text, required=True, metavar="TIME")
    remove = add_command(
        camera, "remove", "commands.camera:remove",
        "take a camera away to which no recording and nothing else belongs",
    )  # fmt: skip
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument("id", type=a_text, metavar="ID")
    export = add_command(
        camera, "export", "commands.camera:export",
        "write the cameras as a new .csv, .geojson or .kml file",
    )  # fmt: skip
    export.add_argument("case", type=a_path, metavar="CASE")
    export.add_argument("file", type=a_path, metavar="FILE")


def _figure(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a number") from error
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a number of degrees or metres")
    return value


def _which(command: argparse.ArgumentParser) -> None:
    command.add_argument("case", type=a_path, metavar="CASE")
    command.add_argument("id", type=a_text, metavar="ID")
    command.add_argument("--lat", type=_figure, required=True, metavar="DEG")
    command.add_argument("--lon", type=_figure, required=True, metavar="DEG")
    command.add_argument("--heading", type=_figure, metavar="DEG", help="clockwise from north")
    command.add_argument("--fov", type=_figure, metavar="DEG", help="view angle")
    command.add_argument("--range", type=_figure, metavar="M", help="how far it sees")
