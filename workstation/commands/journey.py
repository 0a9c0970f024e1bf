"""`journey`, `forecast`, `handout`: where a subject was and may be, and a page to hand out."""

import argparse

from casefiles.case import Case
from casefiles.subject_types import SubjectId
from casefiles.types import TrackId
from casefiles.usecases.export_journey import export_journey, write_journey
from casefiles.usecases.follow_types import Forecast, Journey, Leg, Stop
from casefiles.usecases.forecast import forecast as told_forecast
from casefiles.usecases.handout import HandoutWanted, write_handout
from casefiles.usecases.journey import metres_words, read_journey, span_words
from casefiles.usecases.journey_files import FORMATS, JourneyFormat, forecast_document, journey_file
from casefiles.usecases.roads import Roads
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from mapview.read_roads import read_roads
from resources.errors import UserError
from video.clock import NS_PER_S, format_media, format_wall_in, zone_of
from workstation.commands.access import opened
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, run_job, say


def journey(options: argparse.Namespace) -> int:
    """Tells a journey, writes it to a file, or exports it as a folder."""
    subject_id = SubjectId(options.subject)
    if options.export:
        return _export(options, subject_id)
    kind = _format(options)
    with opened(options) as case:
        roads = roads_of(case)
        if options.out is not None and kind is not None:
            digest = write_journey(case, subject_id, options.out, kind, roads=roads)
            if options.json:
                print_json({"file": str(options.out), "sha256": digest})
            else:
                print_text(f"{options.out}: SHA-256 {digest}")
            return 0
        made = read_journey(case, subject_id, roads)
        view = view_case(case)
    if kind is None:
        _tell(view, made)
    else:
        print_text_as_is(journey_file(view, made, kind))
    return 0


def forecast(options: argparse.Namespace) -> int:
    """Tells where a subject may be next."""
    at_ns = a_moment(options.at)
    with opened(options) as case:
        told = told_forecast(
            case, SubjectId(options.subject), at_ns=at_ns, roads=roads_of(case),
            backward=options.backward, most=options.limit,
        )  # fmt: skip
        view = view_case(case)
    if options.json:
        print_json(forecast_document(view, told))
    else:
        _tell_forecast(view, told)
    return 0


def handout(options: argparse.Namespace) -> int:
    """Writes a page to hand out."""
    wanted = HandoutWanted(
        SubjectId(options.subject), options.out, options.contact or "", options.text or "",
        options.photo, None if options.track is None else TrackId(options.track),
    )  # fmt: skip
    with opened(options) as case:
        made = run_job(write_handout(case, wanted, roads=roads_of(case)), "writing")
    if made.note:
        say(f"note: {made.note}")
    if options.json:
        print_json({"file": str(made.out), "sha256": made.sha256, "note": made.note})
    else:
        print_text(f"{made.out}: SHA-256 {made.sha256}")
    return 0


def roads_of(case: Case) -> Roads:
    """The streets of a case's maps as a network; what is to be said of them is told."""
    roads = run_job(read_roads(case), "reading")
    for note in roads.notes:
        say(f"note: {note}")
    return roads


def print_text_as_is(document: bytes) -> None:
    """A document that is whole by itself, line by line."""
    for line in document.decode().rstrip("\n").split("\n"):
        print_text(line)


def _format(options: argparse.Namespace) -> JourneyFormat | None:
    """As what a journey is told; None: as text for people."""
    asked = options.format or ("json" if options.json and options.out is None else None)
    if asked is None and options.out is not None:
        asked = options.out.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if asked == known:
            return known
    if asked is not None:
        raise UserError(
            f"nobody said as what {options.out} is to be written",
            "Give --format json, geojson or kml.",
        )
    return None


def _export(options: argparse.Namespace, subject_id: SubjectId) -> int:
    if options.out is None:
        raise UserError("nobody said where to", "Give --out with a new folder.")
    if options.format is not None:
        raise UserError("an export holds every format", "Leave out --format.")
    with opened(options) as case:
        made = run_job(
            export_journey(
                case, subject_id, options.out, roads=roads_of(case), stills=not options.no_stills
            ),
            "exporting",
        )
    for failure in made.failures:
        say(f"no still: {failure}")
    if made.note:
        say(f"note: {made.note}")
    if options.json:
        print_json({
            "folder": str(made.folder), "stops": made.stops, "stills": made.stills,
            "failures": list(made.failures), "manifest_sha256": made.manifest_sha256,
        })  # fmt: skip
    else:
        print_text(
            f"{made.folder}: {made.stops} stops, {made.stills} stills, manifest SHA-256 "
            f"{made.manifest_sha256}"
        )
    return 0


def _tell(view: CaseView, made: Journey) -> None:
    print_text(f"{made.subject.name}: {len(made.stops)} confirmed stops")
    for number, stop in enumerate(made.stops, 1):
        print_text(_stop_line(view, number, stop))
        if number <= len(made.legs):
            print_text(_leg_line(made.legs[number - 1]))
    for problem in made.problems:
        print_text(f"contradiction: {problem}")
    for note in made.notes:
        say(f"note: {note}")


def _stop_line(view: CaseView, number: int, stop: Stop) -> str:
    zone = zone_of(view.zone_name)
    if stop.from_ns is None or stop.to_ns is None:
        when = f"time not known, {format_media(stop.track.from_ns)} into the recording"
    else:
        sure = "" if stop.uncertainty_s is None else f" (within {stop.uncertainty_s:g} s)"
        when = f"{format_wall_in(stop.from_ns, zone)} to {format_wall_in(stop.to_ns, zone)}{sure}"
    return f"{number}. {stop.camera}, track {stop.track.track_id}: {when}"


def _leg_line(leg: Leg) -> str:
    seconds = (leg.arrives_ns - leg.leaves_ns) / NS_PER_S
    way = "" if leg.metres is None else f", {metres_words(leg.metres)}"
    kind = (" along streets" if leg.along_streets else " straight") if leg.metres else ""
    problem = f": {leg.problem}" if leg.problem else ""
    return f"   … unseen for {span_words(seconds)}{way}{kind} (inferred){problem}"


def _tell_forecast(view: CaseView, told: Forecast) -> None:
    if told.reach_m is not None and told.likely_m is not None:
        moment = format_wall_in(told.at_ns, zone_of(view.zone_name))
        print_text(
            f"at {moment} not further than {metres_words(told.reach_m)}, hardly further than "
            f"{metres_words(told.likely_m)}"
        )
    for look in told.looks:
        print_text(f"{look.chance:.2f} {look.words}")
    for note in told.notes:
        say(f"note: {note}")
