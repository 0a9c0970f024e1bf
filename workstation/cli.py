"""Declares the command line; what a command needs is imported when it runs, not before."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from resources.errors import NotInThisVersion, one_line
from resources.version import PROGRAM_VERSION

# Names of the contract that later versions fill: known, so that they are refused in plain words.
NOT_YET = frozenset({
    "plates", "still",
    "clip", "synopsis", "calibrate", "subject", "follow", "sighting", "journey", "live", "mask",
    "policy", "user", "authority", "retention", "report",
})  # fmt: skip
Command = Callable[[argparse.Namespace], int]
log = logging.getLogger(__name__)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {one_line(message)} (see {self.prog} --help)\n")
        raise SystemExit(2)


def run(argv: Sequence[str]) -> int:
    """Runs one command.

    Raises:
        UserError: the world's fault; nothing half done.
    """
    if argv and argv[0] in NOT_YET:
        raise NotInThisVersion(f"workstation {argv[0]}")
    options = build_parser().parse_args(argv)
    module, _, name = str(options.command).partition(":")
    # Which command, and nothing of what it was given: arguments are paths, names and plates.
    called = f"{module.rpartition('.')[2]} {name}"
    log.info("began %s", called)
    command: Command = getattr(import_module(f"workstation.{module}"), name)
    code = command(options)
    log.info("ended %s with %d", called, code)
    return code


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="workstation",
        description="Sightline: investigate multi-camera video, locally, with every step logged.",
        epilog=f"Later versions: {', '.join(sorted(NOT_YET))}.",
    )
    parser.add_argument("--version", action="version", version=f"Sightline {PROGRAM_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _declare_case(commands)
    _declare_footage(commands)
    _declare_marks(commands)
    _declare_analysis(commands)
    _declare_search(commands)
    _declare_looks(commands)
    _declare_program(commands)
    return parser


def _common() -> _Parser:
    common = _Parser(add_help=False)
    who = common.add_argument_group("who and why (logged)")
    who.add_argument("--user", default="", metavar="NAME")
    who.add_argument("--reason", default="", metavar="TEXT")
    who.add_argument("--purpose", default="", metavar="P")
    who.add_argument("--authority", default="", metavar="ID")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return common


def _add(
    commands: "argparse._SubParsersAction[_Parser]", name: str, command: str, text: str
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=text, description=text, parents=[_common()])
    added.set_defaults(command=command)
    return added


def _group(
    commands: "argparse._SubParsersAction[_Parser]", name: str, text: str
) -> "argparse._SubParsersAction[_Parser]":
    group = commands.add_parser(name, help=text, description=text)
    return group.add_subparsers(required=True, metavar="ACTION", parser_class=_Parser)


def _declare_case(commands: "argparse._SubParsersAction[_Parser]") -> None:
    case = _group(commands, "case", "make, show, check and copy cases")
    create = _add(
        case, "create", "commands.case:create", "make a case; encrypted when a passphrase is given"
    )
    create.add_argument("case", type=_path, metavar="CASE")
    create.add_argument("--number", required=True)
    create.add_argument("--title", required=True)
    create.add_argument("--training", action="store_true", help="mark the case TRAINING")
    info = _add(case, "info", "commands.case:info", "what a case holds")
    info.add_argument("case", type=_path, metavar="CASE")
    other = _add(
        case, "passphrase", "commands.case:passphrase",
        "change the passphrase: the new one from WORKSTATION_NEW_PASSPHRASE, or typed",
    )  # fmt: skip
    other.add_argument("case", type=_path, metavar="CASE")
    verify = _add(case, "verify", "commands.case:verify", "check chain, rows and every original")
    verify.add_argument("case", type=_path, metavar="CASE")
    snapshot = _add(case, "snapshot", "commands.case:snapshot", "copy a case to a new folder")
    snapshot.add_argument("case", type=_path, metavar="CASE")
    snapshot.add_argument("--out", type=_path, required=True, metavar="DIR")

    audit = _group(commands, "audit", "check the audit chain")
    check = _add(audit, "verify", "commands.case:verify_audit", "check the audit chain of a case")
    check.add_argument("case", type=_path, metavar="CASE")
    check.add_argument("--checkpoint", type=_path, metavar="F")
    export = _add(audit, "export", "commands.case:export_audit", "write the audit trail out")
    export.add_argument("case", type=_path, metavar="CASE")
    export.add_argument("--format", choices=["csv"], default="csv")


def _declare_footage(commands: "argparse._SubParsersAction[_Parser]") -> None:
    camera = _group(commands, "camera", "cameras of a case")
    load = _add(
        camera, "import", "commands.camera:load", "take in cameras from CSV, GeoJSON or KML"
    )
    load.add_argument("case", type=_path, metavar="CASE")
    load.add_argument("file", type=_path, metavar="FILE")
    load.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=HEADING",
        help="which heading of the file holds a column of ours, such as lat=Latitude",
    )  # fmt: skip
    show = _add(camera, "list", "commands.camera:show", "the cameras of a case")
    show.add_argument("case", type=_path, metavar="CASE")

    source = _group(commands, "source", "recordings of a case")
    add = _add(source, "add", "commands.source:add", "take recordings into a case")
    add.add_argument("case", type=_path, metavar="CASE")
    add.add_argument("files", type=_path, nargs="+", metavar="FILE")
    add.add_argument("--camera", metavar="ID")
    add.add_argument(
        "--start", metavar="TIME", help="what the recorder showed at the first frame, with zone"
    )
    add.add_argument(
        "--offset-s", type=_seconds, default=0.0, metavar="S",
        help="recorder minus true time; positive when the recorder is fast",
    )  # fmt: skip
    known = _add(source, "list", "commands.source:show", "the recordings of a case")
    known.add_argument("case", type=_path, metavar="CASE")

    frame = _add(commands, "frame", "commands.source:frame", "write one exact frame as PNG, 1:1")
    frame.add_argument("case", type=_path, metavar="CASE")
    frame.add_argument("--source", type=int, required=True, metavar="ID")
    moment = frame.add_mutually_exclusive_group(required=True)
    moment.add_argument("--at", metavar="T", help="corrected wall time")
    moment.add_argument("--media-s", type=_seconds, metavar="S", help="time in the file")
    moment.add_argument("--frame", type=int, metavar="N", help="from 0 in presentation order")
    moment.add_argument("--pts", type=int, metavar="P", help="in ticks of the stream")
    frame.add_argument("--out", type=_path, required=True, metavar="F.png")


def _declare_marks(commands: "argparse._SubParsersAction[_Parser]") -> None:
    zone = _group(commands, "zone", "areas on pictures or on the map")
    add = _add(zone, "add", "commands.zone:add", "add a zone")
    add.add_argument("case", type=_path, metavar="CASE")
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--source", type=_number, metavar="ID", help="on one recording")
    where.add_argument("--camera", metavar="ID", help="on every recording of a camera")
    where.add_argument(
        "--zone", metavar="JSON",
        help='place and corners at once: {"source"|"camera": ID, "polygon": [[x,y],...]} or '
        '{"map": [[lon,lat],...]}',
    )  # fmt: skip
    add.add_argument("--polygon", metavar="JSON", help="corners in source pixels: [[x,y],...]")
    add.add_argument("--name", type=_text, metavar="N")
    show = _add(zone, "list", "commands.zone:show", "the zones of a case")
    show.add_argument("case", type=_path, metavar="CASE")
    remove = _add(zone, "remove", "commands.zone:remove", "take a zone away")
    remove.add_argument("case", type=_path, metavar="CASE")
    remove.add_argument("--zone", type=_number, required=True, metavar="ID")

    bookmark = _group(commands, "bookmark", "moments worth coming back to")
    mark = _add(bookmark, "add", "commands.bookmark:add", "mark a moment")
    mark.add_argument("case", type=_path, metavar="CASE")
    mark.add_argument("--note", type=_text, required=True, metavar="T")
    mark.add_argument("--at", metavar="T", help="corrected wall time")
    mark.add_argument("--source", type=_number, metavar="ID", help="with --media-s")
    mark.add_argument("--media-s", type=_seconds, metavar="S", help="time in the file")
    mark.add_argument("--track", type=_number, metavar="ID", help="where it begins, if no time")
    marks = _add(bookmark, "list", "commands.bookmark:show", "the bookmarks of a case")
    marks.add_argument("case", type=_path, metavar="CASE")


def _declare_analysis(commands: "argparse._SubParsersAction[_Parser]") -> None:
    index = _add(commands, "index", "commands.index:index", "find and follow people and vehicles")
    index.add_argument("case", type=_path, metavar="CASE")
    index.add_argument("--source", type=int, action="append", metavar="ID")
    index.add_argument("--detector", default="ssd-oidv4", metavar="NAME")
    index.add_argument("--sample-fps", type=_rate, default=5.0, metavar="F")
    index.add_argument("--all-frames", action="store_true", help="look at every frame")
    index.add_argument("--no-motion-gate", action="store_true", help="look where nothing moves too")
    index.add_argument("--plates", action="store_true")
    index.add_argument("--engine", default="local", metavar="local|dask:ADDRESS")
    index.add_argument("--processes", type=_processes, default=None, metavar="N")

    tracks = _add(commands, "tracks", "commands.index:tracks", "the tracks of a recording")
    tracks.add_argument("case", type=_path, metavar="CASE")
    tracks.add_argument("--source", type=int, required=True, metavar="ID")
    tracks.add_argument("--format", choices=["mot", "json"], default="mot")
    tracks.add_argument("--with-suppressed", action="store_true", help="static false alarms too")
    _add_classes(tracks)

    static = _group(commands, "static", "what never moves before a fixed camera")
    spots = _add(static, "list", "commands.static:show", "what was found never to move")
    restore = _add(static, "restore", "commands.static:restore", "bring its tracks back")
    suppress = _add(static, "suppress", "commands.static:suppress", "hide its tracks")
    for command in (spots, restore, suppress):
        command.add_argument("case", type=_path, metavar="CASE")
    for command in (restore, suppress):
        command.add_argument("--spot", type=_number, required=True, metavar="ID")

    found = _add(commands, "detections", "commands.index:detections", "raw detections")
    found.add_argument("case", type=_path, metavar="CASE")
    found.add_argument("--source", type=int, required=True, metavar="ID")
    found.add_argument("--format", choices=["mot", "coco"], default="mot")
    found.add_argument("--min-score", type=float, default=0.05, metavar="S")
    _add_classes(found)


def _declare_search(commands: "argparse._SubParsersAction[_Parser]") -> None:
    search = _add(commands, "search", "commands.search:search", "find tracks by words")
    search.add_argument("case", type=_path, metavar="CASE")
    search.add_argument(
        "text", metavar="TEXT", help="such as 'person red jacket near Harbor Street after 22:00'"
    )
    search.add_argument("--camera", action="append", default=[], metavar="ID")
    search.add_argument("--from", dest="from_time", metavar="T", help="wall time with zone")
    search.add_argument("--to", dest="to_time", metavar="T", help="wall time, itself not included")
    search.add_argument(
        "--zone", metavar="JSON",
        help='{"source"|"camera": ID, "polygon": [[x,y],...]} or {"map": [[lon,lat],...]}',
    )  # fmt: skip
    search.add_argument("--limit", type=_count, default=200, metavar="N")
    search.add_argument("--skip", type=_count, default=0, metavar="N", help="show those after N")
    search.add_argument("--order", choices=["best", "time"], default="best")

    similar = _add(commands, "similar", "commands.search:similar", "find tracks that look alike")
    similar.add_argument("case", type=_path, metavar="CASE")
    similar.add_argument("--track", type=_number, action="append", default=[], metavar="ID")
    similar.add_argument("--image", type=_path, action="append", default=[], metavar="FILE")
    similar.add_argument(
        "--not", dest="without", type=_number, action="append", default=[], metavar="ID",
        help="a track that is not meant",
    )  # fmt: skip
    similar.add_argument("--kind", choices=["person", "vehicle"], help="what the image shows")
    similar.add_argument(
        "--no-time-gate", action="store_true",
        help="show tracks too at which the one asked for cannot have been",
    )  # fmt: skip
    similar.add_argument("--limit", type=_count, default=100, metavar="N")
    similar.add_argument("--skip", type=_count, default=0, metavar="N", help="show those after N")


def _declare_looks(commands: "argparse._SubParsersAction[_Parser]") -> None:
    told = _add(commands, "attributes", "commands.looks:attributes", "colours in pictures of one")
    vectors = _add(commands, "embed", "commands.looks:embed", "appearance vectors of pictures")
    vectors.add_argument("--model", default="ssd-parts", metavar="NAME")
    for command in (told, vectors):
        command.add_argument(
            "images", type=_file_as_given, nargs="+", metavar="IMAGE",
            help="a person or vehicle, cut out so that it fills the picture",
        )  # fmt: skip
        command.add_argument("--kind", choices=["person", "vehicle"], required=True)


def _add_classes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--class", dest="classes", action="append", metavar="C",
        help="only this class, repeatable, or 'all'; MOT has no column for it and lists persons "
        "unless told otherwise, the other formats list all",
    )  # fmt: skip


def _declare_program(commands: "argparse._SubParsersAction[_Parser]") -> None:
    demo = _add(commands, "demo", "commands.demo:demo", "the practice case, in the window")
    demo.add_argument(
        "--headless", action="store_true",
        help="open no window: print a summary and write a picture of the main window",
    )  # fmt: skip
    demo.add_argument("--dir", type=_path, metavar="DIR", help="where the case goes")
    demo.add_argument(
        "--screenshot", type=_path, metavar="FILE.png",
        help="where the picture goes; beside the case when not said",
    )  # fmt: skip
    window = _add(commands, "gui", "gui:gui", "the desktop")
    window.add_argument("case", type=_path, nargs="?", metavar="CASE")
    window.add_argument("--squad", action="store_true", help="the view for squad cars")

    models = _group(commands, "models", "models: list, check, take in")
    _add(models, "list", "commands.models:show", "known models and where they are")
    _add(models, "verify", "commands.models:verify", "check every model file against its hash")
    load = _add(models, "import", "commands.models:load", "take in known models from a folder")
    load.add_argument("dir", type=_path, metavar="DIR")
    install = _add(models, "install", "commands.models:install", "fetch a model")
    install.add_argument("name", metavar="NAME")

    bench = _add(commands, "bench", "bench.run:bench", "speed as ratios against a bound or a peer")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument(
        "--tracks", type=_count, default=100_000, metavar="N",
        help="how large a case 'search' makes up and searches",
    )  # fmt: skip
    test = _add(commands, "selftest", "selftest:selftest", "whether everything works here")
    test.add_argument("--case", type=_path, metavar="CASE", help="try the disk of this case too")
    test.add_argument(
        "--bundle", type=_path, metavar="FILE.zip",
        help="put the result, logs and crash reports into one file for a help desk; nothing of "
        "any case is in it",
    )  # fmt: skip


def _path(text: str) -> Path:
    # An empty text would mean the folder one happens to stand in.
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("a path is needed, not an empty text")
    return Path(text)


def _text(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("a text is needed, not an empty one")
    return text


def _number(text: str) -> int:
    value = int(text)
    # More than a column of the store holds.
    if abs(value) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text[:40]} is out of range")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 0 to 1000000")
    return value


def _file_as_given(text: str) -> str:
    # A path forgets how it was written ("./a.png"); results name files as they were asked for.
    _path(text)
    return text


def _seconds(text: str) -> float:
    value = float(text)
    if not abs(value) < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is out of range")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0.001 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not from 0.001 to 1000 frames a second")
    return value


def _processes(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 64:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 64")
    return value
