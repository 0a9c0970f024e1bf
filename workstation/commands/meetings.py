"""`meetings`: who else was near a subject twice or more, against chance."""

import argparse

from casefiles.usecases.meetings import Meetings, Met
from casefiles.usecases.meetings import meetings as find_meetings
from casefiles.usecases.near_by_chance import Near, Passing
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.clock import format_wall_in, zone_of
from workstation.commands.access import opened
from workstation.commands.sighting import wall
from workstation.output import print_json, print_text, run_job, say


def meetings(options: argparse.Namespace) -> int:
    """Finds who was near a subject at two of its stops or more."""
    with opened(options) as case:
        found = run_job(
            find_meetings(
                case, options.subject, near_m=options.near_m, shifts=options.shifts,
                seed=options.seed,
            ),
            "comparing",
        )  # fmt: skip
        view = view_case(case)
    if options.json:
        print_json(_document(found))
        return 0
    print_text(found.words())
    for one in found.met:
        print_text(_line(one, view))
    for note in found.notes:
        say(f"workstation: {note}")
    return 0


def _document(found: Meetings) -> dict[str, object]:
    return {
        "subject": found.subject.subject_id,
        "says": found.words(),
        "stops": [[_passing(one) for one in stop] for stop in found.stops],
        "near": found.near,
        "near_m": found.near_m,
        "people": [
            {
                "stops": [number + 1 for number in one.company.visits],
                "subject": one.subject_id,
                "why": one.why,
                "chance": None if one.chance is None else round(one.chance, 4),
                "tracks": [_near(each) for each in one.company.near],
            }
            for one in found.met
        ],
        "by_chance": None if found.expected is None else round(found.expected, 3),
        "as_many": found.as_many,
        "shifts": found.shifts,
        "seed": found.seed,
        "chance": None if found.chance is None else round(found.chance, 4),
        "notes": list(found.notes),
    }


def _passing(one: Passing) -> dict[str, object]:
    return {
        "track": one.track_id,
        "view": one.view,
        "from": wall(one.from_ns),
        "to": wall(one.to_ns),
    }


def _near(one: Near) -> dict[str, object]:
    return {
        **_passing(one.passing),
        "stop": one.visit + 1,
        "seconds": round(one.seconds, 1),
        "metres": None if one.metres is None else round(one.metres, 2),
    }


def _line(one: Met, view: CaseView) -> str:
    zone = zone_of(view.zone_name)
    parts = []
    for near in one.company.near:
        apart = "in the same picture" if near.metres is None else f"{near.metres:.1f} m away"
        when = format_wall_in(near.passing.from_ns, zone)
        parts.append(
            f"stop {near.visit + 1}: track {near.passing.track_id} on {near.passing.view}, {when}, "
            f"{apart} for {near.seconds:.0f} s"
        )
    who = "" if one.subject_id is None else f"subject {one.subject_id} · "
    chance = "" if one.chance is None else f" · by chance in {100 * one.chance:.0f} % of times"
    return f"{who}near at {len(one.company.visits)} stops · {'; '.join(parts)} · {one.why}{chance}"
