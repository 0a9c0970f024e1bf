"""A journey as a package to hand on: files, stills, a map, and what was searched and not found."""

import csv
import hashlib
import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPlace
from casefiles.exchange import manifest
from casefiles.exchange.csv_rows import safe_cell
from casefiles.exchange.manifest import Facts
from casefiles.jobs import Job, Progress
from casefiles.subject_types import SubjectId
from casefiles.types import JsonValue
from casefiles.usecases.export_clips import PLAIN
from casefiles.usecases.export_hits import Lent, best_moment
from casefiles.usecases.export_places import (
    check_new_file,
    check_new_folder,
    make_folder,
    try_folder,
)
from casefiles.usecases.export_still import StillWanted, export_still
from casefiles.usecases.follow_types import Journey, LonLats, Stop
from casefiles.usecases.journey import read_journey
from casefiles.usecases.journey_files import (
    LEAD,
    JourneyFormat,
    journey_file,
    subject_document,
    utc,
)
from casefiles.usecases.journey_map import journey_svg
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.roads import Roads
from casefiles.usecases.searched import searched, searched_csv, span_of
from casefiles.usecases.view_case import view_case
from casefiles.usecases.write_new import write_new
from casefiles.view_types import CaseView
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from video.clock import format_media, format_wall_in, zone_of

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEADINGS: Final = (
    "training", "number", "camera", "recording", "from_utc", "to_utc", "from", "to",
    "uncertainty_s", "media_from", "media_to", "lon", "lat", "track", "confirmed_by",
    "confirmed_utc", "note", "leg_to_next", "leg_m", "still", "still_missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JourneyExport:
    """What was written; `failures` are stops that gave no still."""

    folder: Path
    stops: int
    stills: int
    failures: tuple[str, ...]
    manifest_sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Still:
    """The picture of a stop, or why there is none."""

    name: str = ""
    missing: str = ""


def write_journey(
    case: Case,
    subject_id: SubjectId,
    out: Path,
    kind: JourneyFormat,
    *,
    roads: Roads | None = None,
) -> str:
    """Writes the journey to a new file and gives its SHA-256; logged with it.

    Raises:
        UnknownSubject: there is none of that id. WrongPlace, Unwritable: as ever.
    """
    check_new_file(case, out)
    journey = read_journey(case, subject_id, roads)
    view = view_case(case)

    def log(sha256: str) -> None:
        facts: dict[str, JsonValue] = {
            "stops": len(journey.stops), "format": kind, "sha256": sha256,
        }  # fmt: skip
        case.record(
            audit.Entry(
                "journey.export", "done", object=f"subject:{subject_id}", facts=facts,
                private={"file": str(out.absolute())},
            )
        )  # fmt: skip

    return write_new(out, journey_file(view, journey, kind), log)


def export_journey(
    case: Case,
    subject_id: SubjectId,
    folder: Path,
    crew: Callable[[], Crew] = Processes,
    *,
    roads: Roads | None = None,
    stills: bool = True,
    map_picture: bytes | None = None,
) -> Job[JourneyExport]:
    """Writes a new or empty folder: `journey.geojson`, `journey.kml`, `journey.json`, `stops.csv`
    (stops and the legs after them), `searched.csv` (what was searched and not found, and what was
    not searched), `map.svg` where a place is known (`map_picture`: a PNG of the window's map goes
    beside it as `map.png`), a still of each stop with its sidecar, and a manifest with hashes. All
    or nothing; logged with the manifest's hash.

    Raises:
        UnknownSubject: there is none of that id. NothingToExport: nothing is known of where it was.
        WrongPlace, Unwritable: the folder is no place for it, or its disk is full.
    """
    if map_picture is not None and not map_picture.startswith(_PNG):
        raise WrongPlace("the picture of the map is no PNG", "Draw it again.")
    check_new_folder(case, folder)
    try_folder(folder)
    journey = read_journey(case, subject_id, roads)
    if not (journey.stops or journey.absences or journey.subject.last_seen):
        raise NothingToExport(
            f"nothing is known of where {journey.subject.name} was",
            "Confirm a sighting first, or say where it was last seen.",
        )
    view = view_case(case)
    entry = partial(_entry, subject_id=subject_id, journey=journey, folder=folder)
    case.record(entry("started", {}))
    made_folder = make_folder(folder)
    whole = False
    try:
        pictures = [_Still() for _ in journey.stops]
        if stills:
            pictures = yield from _stills(case, journey.stops, folder, crew)
        yield Progress(len(journey.stops), len(journey.stops), "stills", "writing")
        digest = _write(case, view, journey, pictures, folder, roads, map_picture)
        count = sum(bool(one.name) for one in pictures)
        case.record(entry("done", {"manifest_sha256": digest, "stills": count}))
        whole = True
    except GeneratorExit:
        case.record(entry("cancelled", {}))
        raise
    except BaseException:
        case.record(entry("failed", {}))
        raise
    finally:
        if not whole:
            # What is not in the log has not left the case.
            _clear(folder, folder_too=made_folder)
    failures = tuple(
        f"stop {number}: {one.missing}" for number, one in enumerate(pictures, 1) if one.missing
    )
    note = PLAIN if case.encrypted else ""
    return JourneyExport(folder, len(journey.stops), count, failures, digest, note)


def street_lines(roads: Roads | None) -> list[tuple[str, LonLats]]:
    """The streets to draw: names and lines."""
    if roads is None:
        return []
    return [
        (one.name, tuple((float(lon), float(lat)) for lon, lat in one.lonlat))
        for one in roads.lines
    ]


def _stills(
    case: Case, stops: Sequence[Stop], folder: Path, crew: Callable[[], Crew]
) -> Job[list[_Still]]:
    """A still of each stop: its best frame, untouched, with its sidecar."""
    made: list[_Still] = []
    with crew() as workers:
        for number, stop in enumerate(stops, 1):
            now = Progress(number - 1, len(stops), "stills", stop.camera)
            yield now
            name = f"{number:03d}_track{stop.track.track_id}.png"
            moment = best_moment(case, stop.track)
            wanted = StillWanted(stop.track.source_id, moment, folder / name)
            try:
                with closing(export_still(case, wanted, partial(Lent, workers))) as making:
                    for _ in making:
                        yield now
            except Unwritable:
                raise
            except UserError as error:
                made.append(_Still(missing=error.message))
                continue
            made.append(_Still(name))
    return made


def _write(
    case: Case,
    view: CaseView,
    journey: Journey,
    pictures: Sequence[_Still],
    folder: Path,
    roads: Roads | None,
    map_picture: bytes | None,
) -> str:
    """Writes all but the stills; gives the hash of the manifest."""
    training = case.header.training
    mark = "TRAINING-" if training else ""
    contents: dict[str, bytes] = {
        f"{mark}journey.json": journey_file(view, journey, "json"),
        f"{mark}journey.geojson": journey_file(view, journey, "geojson"),
        f"{mark}journey.kml": journey_file(view, journey, "kml"),
        f"{mark}stops.csv": _table(view, journey, pictures),
        f"{mark}searched.csv": searched_csv(view, searched(view, journey)),
    }
    drawn = journey_svg(journey, streets=street_lines(roads), training=training)
    if drawn:
        contents[f"{mark}map.svg"] = drawn.encode()
    if map_picture is not None:
        contents[f"{mark}map.png"] = map_picture
    try:
        manifest.write_new(folder, contents)
        files = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
        }
        return manifest.write_manifest(folder, _document(case, view, journey, files), files)
    except OSError as error:
        raise Unwritable(
            f"{folder} cannot be written: {error.strerror}",
            "Free some space, or choose another disk; nothing was exported.",
        ) from error


def _table(view: CaseView, journey: Journey, pictures: Sequence[_Still]) -> bytes:
    zone = zone_of(view.zone_name)
    held = io.StringIO(newline="")
    lines = csv.writer(held)
    lines.writerow(_HEADINGS)
    for number, (stop, picture) in enumerate(zip(journey.stops, pictures, strict=True), 1):
        leg = journey.legs[number - 1] if number <= len(journey.legs) else None
        source = view.source(stop.track.source_id)
        told = "" if leg is None else leg.problem or "inferred, nobody saw it"
        cells = (
            "TRAINING" if view.header.training else "",
            str(number),
            stop.camera,
            "" if source is None else source.path.name,
            *("" if at is None else utc(at) for at in (stop.from_ns, stop.to_ns)),
            *("" if at is None else format_wall_in(at, zone) for at in (stop.from_ns, stop.to_ns)),
            "" if stop.uncertainty_s is None else f"{stop.uncertainty_s:.3f}",
            format_media(stop.track.from_ns),
            format_media(stop.track.to_ns),
            *(
                ("", "")
                if stop.point is None
                else (f"{stop.point.lon:.7f}", f"{stop.point.lat:.7f}")
            ),
            str(stop.track.track_id),
            stop.sighting.said_by,
            utc(stop.sighting.said_ns),
            stop.sighting.note,
            told,
            "" if leg is None or leg.metres is None else f"{leg.metres:.0f}",
            picture.name,
            picture.missing,
        )
        lines.writerow([safe_cell(cell) for cell in cells])
    return held.getvalue().encode("utf-8-sig")


def _document(case: Case, view: CaseView, journey: Journey, files: Mapping[str, str]) -> Facts:
    used = {one.track.source_id for one in journey.stops}
    opens, closes = span_of(journey)
    return {
        "what": f"the journey of a subject: {LEAD}",
        **manifest.who_and_when(case.header, case.actor),
        "subject": subject_document(journey.subject),
        "stops": len(journey.stops),
        "problems": list(journey.problems),
        "notes": list(journey.notes),
        "searched_from": None if opens is None else utc(opens),
        "searched_to": None if closes is None else utc(closes),
        "zone": view.zone_name,
        "sources": [manifest.about_source(one) for one in view.sources if one.source_id in used],
        "files": dict(files),
        "how_to_check": f"sha256sum -c {manifest.SUMS}",
        "encrypted": False,
    }


def _entry(
    outcome: audit.Outcome,
    more: Mapping[str, str | int],
    *,
    subject_id: SubjectId,
    journey: Journey,
    folder: Path,
) -> audit.Entry:
    return audit.Entry(
        "journey.export",
        outcome,
        object=f"subject:{subject_id}",
        facts={"stops": len(journey.stops), "not_seen": len(journey.absences), **more},
        private={"folder": str(folder.absolute()), "name": journey.subject.name},
    )


def _clear(folder: Path, *, folder_too: bool) -> None:
    """Takes away everything: the folder was new or empty when this began."""
    if folder_too:
        shutil.rmtree(folder, ignore_errors=True)
        return
    # A disk that is read-only by now keeps what it has; the first error is the one to tell.
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
