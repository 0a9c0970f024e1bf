"""Declares `practice-city`: a made-up city for trainers."""

import argparse

from workstation.arguments import (
    Commands,
    a_count,
    a_number,
    a_path,
    add_command,
)


def declare_city(commands: Commands) -> None:
    """Adds the command."""
    city: argparse.ArgumentParser = add_command(
        commands, "practice-city", "commands.practice_city:practice_city",
        "a TRAINING case of a city that was made up: cameras, streets, people who walk from one "
        "to the next",
    )  # fmt: skip
    city.add_argument("dir", type=a_path, metavar="DIR", help="a new or empty folder")
    city.add_argument("--cameras", type=a_count, default=542, metavar="N")
    city.add_argument("--hours", type=float, default=1.0, metavar="H")
    city.add_argument("--people", type=a_count, metavar="N", help="six a camera when not said")
    city.add_argument("--seed", type=a_number, default=1, metavar="N", help="another makes another")
    city.add_argument(
        "--truth", type=a_path, metavar="F.csv", help="write who was who into a new file"
    )
