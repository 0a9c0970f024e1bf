"""`practice-city`: a TRAINING case of a city that was made up, and who was who in it."""

import argparse
import csv
from io import StringIO
from pathlib import Path

from casefiles.usecases.build_city import CityReport, build_city, check_place
from casefiles.usecases.write_new import write_new
from resources.errors import UserError
from workstation.commands.access import actor, passphrase_for_new
from workstation.output import print_json, print_text, run_job, say
from workstation.practice_city.city import City, CitySettings, make_city

MOST_CAMERAS, MOST_HOURS, MOST_PEOPLE = 2_000, 6.0, 20_000
"""Beyond these it takes more memory and time than a practice is worth."""
LEAST_HOURS = 0.1


def practice_city(options: argparse.Namespace) -> int:
    """Makes the case; with a file for it, writes the truth beside."""
    settings = CitySettings(options.cameras, options.hours, options.people, None, options.seed)
    check(settings)
    folder: Path = options.dir
    check_place(folder)
    if options.truth is not None and options.truth.exists():
        raise UserError(f"{options.truth} is there already", "Name a new file with --truth.")
    city = run_job(make_city(settings), "making up")
    passphrase = passphrase_for_new(folder)
    report = run_job(
        build_city(folder, actor(options), city.plan, passphrase=passphrase), "building"
    )
    if options.truth is not None:
        write_new(options.truth, truth_csv(city, report), lambda _: None)
    tracks = sum(len(ids) for ids in report.track_ids)
    if options.json:
        print_json({
            "case": str(folder),
            "training": True,
            "cameras": settings.cameras,
            "recordings": len(city.plan.recordings),
            "people": settings.people_count,
            "cars": settings.car_count,
            "tracks": tracks,
            "seed": settings.seed,
            "truth": None if options.truth is None else str(options.truth),
        })  # fmt: skip
        return 0
    print_text("TRAINING · a city that was made up: nobody and no place in it is real")
    print_text(
        f"{settings.cameras} cameras, {len(city.plan.recordings)} recordings, "
        f"{settings.people_count} people and {settings.car_count} cars, {tracks} tracks"
    )
    say(f"workstation: look at it: workstation gui {folder}")
    return 0


def check(settings: CitySettings) -> None:
    """Refuses what nobody can wait for.

    Raises:
        UserError: too many or too few of something.
    """
    if not 2 <= settings.cameras <= MOST_CAMERAS:
        raise UserError(
            f"no city of {settings.cameras} cameras is made up",
            f"Give --cameras from 2 to {MOST_CAMERAS}.",
        )
    # Written so that NaN fails too.
    if not LEAST_HOURS <= settings.hours <= MOST_HOURS:
        raise UserError(
            f"no city of {settings.hours:g} hours is made up",
            f"Give --hours from {LEAST_HOURS:g} to {MOST_HOURS:g}.",
        )
    if not 1 <= settings.people_count <= MOST_PEOPLE:
        raise UserError(
            f"no city of {settings.people_count} people is made up",
            f"Give --people from 1 to {MOST_PEOPLE}.",
        )


def truth_csv(city: City, report: CityReport) -> bytes:
    """One row a track: its id, who it is (−1: nobody, a false alarm), its camera, and true seconds
    since the city began."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["track", "who", "camera", "from_s", "to_s"])
    begins = min(one.start_ns for one in city.plan.recordings)
    for one, whose, ids in zip(city.plan.recordings, city.truth, report.track_ids, strict=True):
        start_s = (one.start_ns - begins) // 10**9
        for track, who, track_id in zip(one.tracks, whose, ids, strict=True):
            ends = (start_s + int(track.seconds[0]), start_s + int(track.seconds[-1]))
            rows.writerow([track_id, who, one.camera_id, *ends])
    return text.getvalue().encode()
