"""Declares the command line; what a command needs is imported when it runs, not before."""

import argparse
import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from resources.errors import NotInThisVersion
from resources.version import PROGRAM_VERSION
from workstation.arguments import (
    Commands,
    Parser,
    a_count,
    a_file_as_given,
    a_number,
    a_path,
    a_rate,
    a_text,
    a_time_span,
    a_worker_count,
    add_command,
    add_group,
)
from workstation.cli_answers import add_keeping, add_saving, declare_answers, declare_saved
from workstation.cli_cameras import declare_cameras
from workstation.cli_candidates import declare_follow
from workstation.cli_canvass import declare_canvass
from workstation.cli_city import declare_city
from workstation.cli_clock import declare_clock
from workstation.cli_drawn import declare_lines
from workstation.cli_follow import declare_subjects
from workstation.cli_footage import declare_events, declare_footage, declare_positions
from workstation.cli_ground import declare_ground
from workstation.cli_journey import declare_journey
from workstation.cli_links import declare_links
from workstation.cli_map import declare_map
from workstation.cli_motion import declare_motion
from workstation.cli_stills import declare_stills
from workstation.cli_synopsis import declare_synopsis

# Names of the contract that later versions fill: known, so that they are refused in plain words.
NOT_YET = frozenset({
    "plates", "live", "mask",
    "policy", "user", "authority", "retention", "report",
})  # fmt: skip
Command = Callable[[argparse.Namespace], int]
log = logging.getLogger(__name__)


def run(argv: Sequence[str]) -> int:
    """Runs one command.

    Raises:
        UserError: the world's fault; nothing half done.
    """
    if argv and argv[0] in NOT_YET:
        raise NotInThisVersion(f"workstation {argv[0]}")
    options = build_parser(argv[0] if argv else "").parse_args(argv)
    module, _, name = str(options.command).partition(":")
    # Which command, and nothing of what it was given: arguments are paths, names and plates.
    called = f"{module.rpartition('.')[2]} {name}"
    log.info("began %s", called)
    command: Command = getattr(import_module(f"workstation.{module}"), name)
    code = command(options)
    log.info("ended %s with %d", called, code)
    return code


def build_parser(word: str = "") -> argparse.ArgumentParser:
    """The whole command line; of a `word` that commands begin with, only what is declared with it.

    Declaring all of it takes longer than many a command does.
    """
    parser = Parser(
        prog="workstation",
        description="Sightline: investigate multi-camera video, locally, with every step logged.",
        epilog=f"Later versions: {', '.join(sorted(NOT_YET))}.",
    )
    parser.add_argument("--version", action="version", version=f"Sightline {PROGRAM_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    asked = [declare for words, declare in _DECLARED.items() if word in words.split()]
    for declare in asked or _DECLARED.values():
        declare(commands)
    return parser


def _declare_case(commands: Commands) -> None:
    case = add_group(commands, "case", "make, show, check and copy cases")
    create = add_command(
        case, "create", "commands.case:create", "make a case; encrypted when a passphrase is given"
    )
    create.add_argument("case", type=a_path, metavar="CASE")
    create.add_argument("--number", required=True)
    create.add_argument("--title", required=True)
    create.add_argument("--training", action="store_true", help="mark the case TRAINING")
    info = add_command(case, "info", "commands.case:info", "what a case holds")
    info.add_argument("case", type=a_path, metavar="CASE")
    other = add_command(
        case, "passphrase", "commands.case:passphrase",
        "change the passphrase: the new one from WORKSTATION_NEW_PASSPHRASE, or typed",
    )  # fmt: skip
    other.add_argument("case", type=a_path, metavar="CASE")
    verify = add_command(
        case, "verify", "commands.case:verify", "check chain, rows and every original"
    )
    verify.add_argument("case", type=a_path, metavar="CASE")
    snapshot = add_command(
        case, "snapshot", "commands.case:snapshot", "copy a case to a new folder"
    )
    snapshot.add_argument("case", type=a_path, metavar="CASE")
    snapshot.add_argument("--out", type=a_path, required=True, metavar="DIR")

    audit = add_group(commands, "audit", "check the audit chain")
    check = add_command(
        audit, "verify", "commands.case:verify_audit", "check the audit chain of a case"
    )
    check.add_argument("case", type=a_path, metavar="CASE")
    check.add_argument("--checkpoint", type=a_path, metavar="F")
    export = add_command(audit, "export", "commands.case:export_audit", "write the audit trail out")
    export.add_argument("case", type=a_path, metavar="CASE")
    export.add_argument("--format", choices=["csv"], default="csv")


def _declare_marks(commands: Commands) -> None:
    zone = add_group(commands, "zone", "areas on pictures or on the map")
    add = add_command(zone, "add", "commands.zone:add", "add a zone")
    add.add_argument("case", type=a_path, metavar="CASE")
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--source", type=a_number, metavar="ID", help="on one recording")
    where.add_argument("--camera", metavar="ID", help="on every recording of a camera")
    where.add_argument(
        "--zone", metavar="JSON",
        help='place and corners at once: {"source"|"camera": ID, "polygon": [[x,y],...]} or '
        '{"map": [[lon,lat],...]}',
    )  # fmt: skip
    add.add_argument("--polygon", metavar="JSON", help="corners in source pixels: [[x,y],...]")
    add.add_argument("--name", type=a_text, metavar="N")
    show = add_command(zone, "list", "commands.zone:show", "the zones of a case")
    show.add_argument("case", type=a_path, metavar="CASE")
    remove = add_command(zone, "remove", "commands.zone:remove", "take a zone away")
    remove.add_argument("case", type=a_path, metavar="CASE")
    remove.add_argument("--zone", type=a_number, required=True, metavar="ID")

    bookmark = add_group(commands, "bookmark", "moments worth coming back to")
    mark = add_command(bookmark, "add", "commands.bookmark:add", "mark a moment")
    mark.add_argument("case", type=a_path, metavar="CASE")
    mark.add_argument("--note", type=a_text, required=True, metavar="T")
    mark.add_argument("--at", metavar="T", help="corrected wall time")
    mark.add_argument("--source", type=a_number, metavar="ID", help="with --media-s")
    mark.add_argument("--media-s", type=a_time_span, metavar="S", help="time in the file")
    mark.add_argument("--track", type=a_number, metavar="ID", help="where it begins, if no time")
    marks = add_command(bookmark, "list", "commands.bookmark:show", "the bookmarks of a case")
    marks.add_argument("case", type=a_path, metavar="CASE")
    note = add_command(bookmark, "note", "commands.bookmark:note", "give a bookmark another note")
    note.add_argument("case", type=a_path, metavar="CASE")
    note.add_argument("--bookmark", type=a_number, required=True, metavar="ID")
    note.add_argument("--note", type=a_text, required=True, metavar="T")
    out = add_command(
        bookmark, "export", "commands.bookmark:export", "write the bookmarks as a CSV file"
    )
    out.add_argument("case", type=a_path, metavar="CASE")
    out.add_argument("--out", type=a_path, required=True, metavar="F.csv", help="a new file")


def _declare_analysis(commands: Commands) -> None:
    index = add_command(
        commands, "index", "commands.index:index", "find and follow people and vehicles"
    )
    index.add_argument("case", type=a_path, metavar="CASE")
    index.add_argument("--source", type=int, action="append", metavar="ID")
    index.add_argument("--detector", default="ssd-oidv4", metavar="NAME")
    index.add_argument("--sample-fps", type=a_rate, default=5.0, metavar="F")
    index.add_argument("--all-frames", action="store_true", help="look at every frame")
    index.add_argument("--no-motion-gate", action="store_true", help="look where nothing moves too")
    index.add_argument(
        "--attributes", action=argparse.BooleanOptionalAction, default=None,
        help="judge what people carry and wear and what vehicles are; where the models for it "
        "are installed, unless told",
    )  # fmt: skip
    index.add_argument(
        "--appearance", default="ssd-parts", metavar="NAME",
        help="what makes the vectors that tracks are compared by: 'ssd-parts' is built in, others "
        "come from the catalogue",
    )  # fmt: skip
    index.add_argument("--plates", action="store_true")
    index.add_argument("--engine", default="local", metavar="local|dask:ADDRESS")
    index.add_argument("--processes", type=a_worker_count, default=None, metavar="N")

    tracks = add_command(commands, "tracks", "commands.index:tracks", "the tracks of a recording")
    tracks.add_argument("case", type=a_path, metavar="CASE")
    tracks.add_argument("--source", type=int, required=True, metavar="ID")
    tracks.add_argument("--format", choices=["mot", "json"], default="mot")
    tracks.add_argument("--with-suppressed", action="store_true", help="static false alarms too")
    _add_classes(tracks)

    static = add_group(commands, "static", "what never moves before a fixed camera")
    spots = add_command(static, "list", "commands.static:show", "what was found never to move")
    restore = add_command(static, "restore", "commands.static:restore", "bring its tracks back")
    suppress = add_command(static, "suppress", "commands.static:suppress", "hide its tracks")
    for command in (spots, restore, suppress):
        command.add_argument("case", type=a_path, metavar="CASE")
    for command in (restore, suppress):
        command.add_argument("--spot", type=a_number, required=True, metavar="ID")

    found = add_command(commands, "detections", "commands.index:detections", "raw detections")
    found.add_argument("case", type=a_path, metavar="CASE")
    found.add_argument("--source", type=int, required=True, metavar="ID")
    found.add_argument("--format", choices=["mot", "coco"], default="mot")
    found.add_argument("--min-score", type=float, default=0.05, metavar="S")
    _add_classes(found)


def _declare_search(commands: Commands) -> None:
    search = add_command(commands, "search", "commands.search:search", "find tracks by words")
    search.add_argument("case", type=a_path, metavar="CASE")
    search.add_argument(
        "text", metavar="TEXT", nargs="?",
        help="such as 'person red jacket near Harbor Street after 22:00'",
    )  # fmt: skip
    search.add_argument("--camera", action="append", default=[], metavar="ID")
    search.add_argument("--from", dest="from_time", metavar="T", help="wall time with zone")
    search.add_argument("--to", dest="to_time", metavar="T", help="wall time, itself not included")
    search.add_argument(
        "--zone", metavar="JSON",
        help='{"source"|"camera": ID, "polygon": [[x,y],...]} or {"map": [[lon,lat],...]}',
    )  # fmt: skip
    search.add_argument(
        "--line", metavar="JSON",
        help='who crosses it: {"source"|"camera": ID, "line": [[x,y],...]}',
    )  # fmt: skip
    search.add_argument("--way", choices=["forward", "backward", "either"], default="either")
    search.add_argument("--limit", type=a_count, default=200, metavar="N")
    search.add_argument("--skip", type=a_count, default=0, metavar="N", help="show those after N")
    search.add_argument("--order", choices=["best", "time"], default="best")
    add_saving(search)
    add_keeping(search)

    similar = add_command(
        commands, "similar", "commands.search:similar", "find tracks that look alike"
    )
    similar.add_argument("case", type=a_path, metavar="CASE")
    similar.add_argument("--track", type=a_number, action="append", default=[], metavar="ID")
    similar.add_argument("--image", type=a_path, action="append", default=[], metavar="FILE")
    similar.add_argument(
        "--not", dest="without", type=a_number, action="append", default=[], metavar="ID",
        help="a track that is not meant",
    )  # fmt: skip
    similar.add_argument("--kind", choices=["person", "vehicle"], help="what the image shows")
    similar.add_argument(
        "--no-time-gate", action="store_true",
        help="show tracks too at which the one asked for cannot have been",
    )  # fmt: skip
    similar.add_argument("--limit", type=a_count, default=100, metavar="N")
    similar.add_argument("--skip", type=a_count, default=0, metavar="N", help="show those after N")
    add_keeping(similar)


def _declare_looks(commands: Commands) -> None:
    told = add_command(
        commands, "attributes", "commands.looks:attributes", "colours and attributes in pictures"
    )
    vectors = add_command(
        commands, "embed", "commands.looks:embed", "appearance vectors of pictures"
    )
    vectors.add_argument("--model", default="ssd-parts", metavar="NAME")
    for command in (told, vectors):
        command.add_argument(
            "images", type=a_file_as_given, nargs="+", metavar="IMAGE",
            help="a person or vehicle, cut out so that it fills the picture",
        )  # fmt: skip
        command.add_argument("--kind", choices=["person", "vehicle"], required=True)


def _add_classes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--class", dest="classes", action="append", metavar="C",
        help="only this class, repeatable, or 'all'; MOT has no column for it and lists persons "
        "unless told otherwise, the other formats list all",
    )  # fmt: skip


def _declare_program(commands: Commands) -> None:
    demo = add_command(commands, "demo", "commands.demo:demo", "the practice case, in the window")
    demo.add_argument(
        "--headless", action="store_true",
        help="open no window: print a summary and write a picture of the main window",
    )  # fmt: skip
    demo.add_argument("--dir", type=a_path, metavar="DIR", help="where the case goes")
    demo.add_argument(
        "--screenshot", type=a_path, metavar="FILE.png",
        help="where the picture goes; beside the case when not said",
    )  # fmt: skip
    window = add_command(commands, "gui", "gui:gui", "the desktop")
    window.add_argument("case", type=a_path, nargs="?", metavar="CASE")
    window.add_argument("--squad", action="store_true", help="the view for squad cars")

    models = add_group(commands, "models", "models: list, check, take in, fetch")
    add_command(models, "list", "commands.models:show", "known models and where they are")
    add_command(
        models, "verify", "commands.models:verify", "check every model file against its hash"
    )
    load = add_command(
        models, "import", "commands.models:load", "take in known models from a folder"
    )
    load.add_argument("dir", type=a_path, metavar="DIR")
    install = add_command(
        models, "install", "commands.models:install",
        "fetch a model from the network, or take it from a folder, after showing its licence",
    )  # fmt: skip
    install.add_argument("name", metavar="NAME")
    install.add_argument("--from", dest="folder", type=a_path, metavar="FOLDER")
    install.add_argument("--accept-licence", action="store_true", help="it was read and accepted")

    bench = add_command(
        commands, "bench", "bench.run:bench", "speed as ratios against a bound or a peer"
    )
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument(
        "--tracks", type=a_count, default=100_000, metavar="N",
        help="how large a case 'search' makes up and searches",
    )  # fmt: skip
    test = add_command(commands, "selftest", "selftest:selftest", "whether everything works here")
    test.add_argument("--case", type=a_path, metavar="CASE", help="try the disk of this case too")
    test.add_argument(
        "--bundle", type=a_path, metavar="FILE.zip",
        help="put the result, logs and crash reports into one file for a help desk; nothing of "
        "any case is in it",
    )  # fmt: skip


_DECLARED: Final[dict[str, Callable[[Commands], None]]] = {
    "case audit": _declare_case,
    "camera": declare_cameras,
    "source frame still clip": declare_footage,
    "clock": declare_clock,
    "positions": declare_positions,
    "event": declare_events,
    "zone bookmark": _declare_marks,
    "line heat": declare_lines,
    "calibrate speed height overlaps": declare_ground,
    "map": declare_map,
    "coverage canvass": declare_canvass,
    "links": declare_links,
    "strobe sheet": declare_stills,
    "index tracks static detections": _declare_analysis,
    "search similar": _declare_search,
    "answer": declare_answers,
    "saved": declare_saved,
    "subject sighting meetings": declare_subjects,
    "follow": declare_follow,
    "journey forecast handout": declare_journey,
    "motion": declare_motion,
    "synopsis": declare_synopsis,
    "attributes embed": _declare_looks,
    "practice-city": declare_city,
    "demo gui models bench selftest": _declare_program,
}
"""The words that commands begin with, and what declares them; the order is that of the help."""
