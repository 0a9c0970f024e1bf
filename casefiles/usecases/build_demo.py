"""The practice case: the bundled town and footage, taken in and indexed like any other.

Running it again on the same folder goes on where it stopped, and indexes nothing twice.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casefiles.case import Case
from casefiles.errors import CaseExists, SourceMoved
from casefiles.jobs import Job
from casefiles.store import base_maps, settings
from casefiles.types import Actor, Source
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.index_run import IndexReport
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.load_map import load_map
from casefiles.usecases.open_case import create_case, open_case
from casefiles.usecases.set_time_zone import TIME_ZONE, set_time_zone
from resources.files import packaged

NUMBER = "TRAINING-0001"
TITLE = "Practice case: Port Almond"
ZONE = "-06:00"
"""The zone that the story's clocks use."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One bundled recording and what is known of it."""

    file: str
    sha256: str
    camera_id: str
    start: datetime
    offset_s: float


def bundled_clips() -> tuple[Clip, ...]:
    """The recordings of `resources/demo/footage.toml`."""
    with packaged("demo", "footage.toml").open("rb") as file:
        entries = tomllib.load(file)["clip"]
    return tuple(
        Clip(
            entry["file"],
            entry["sha256"],
            entry["camera"],
            entry["recorded_start"],
            float(entry["offset_s"]),
        )
        for entry in entries
    )


def open_demo(folder: Path, actor: Actor, *, passphrase: str | None = None) -> Case:
    """The practice case in `folder`, made with cameras and footage when it is not there.

    Raises:
        CaseExists: the folder holds something else, which is left alone.
        SourceMoved: the practice case there was made by an installation that is gone.
    """
    if folder.exists() and any(folder.iterdir()):
        case = open_case(folder, actor, passphrase=passphrase)
        if case.header.number != NUMBER or not case.header.training:
            case.close()
            raise CaseExists(
                f"{folder} holds another case, not the practice case",
                "Choose another folder with --dir.",
            )
    else:
        case = create_case(
            folder, actor, number=NUMBER, title=TITLE, passphrase=passphrase, training=True
        )
    try:
        _fill(case)
    except BaseException:
        case.close()
        raise
    return case


def _fill(case: Case) -> None:
    if not all(source.path.is_file() for source in case.sources()):
        raise SourceMoved(
            f"the practice case in {case.folder} was made by an installation that is gone",
            "Remove that folder, or choose another with --dir.",
        )
    if not case.cameras():
        import_cameras(case, packaged("demo", "cameras.csv"))
    if case.read(lambda cursor: settings.value_of(cursor, TIME_ZONE)) is None:
        set_time_zone(case, ZONE)
    if not case.read(base_maps.has_any):
        load_map(case, packaged("demo", "town.geojson"))
    known = {source.sha256 for source in case.sources()}
    for clip in bundled_clips():
        if clip.sha256 not in known:
            add_source(
                case,
                packaged("demo", clip.file),
                Recording(clip.camera_id, clip.start, clip.offset_s),
            )


def index_demo(case: Case, options: IndexOptions) -> Job[tuple[tuple[Source, IndexReport], ...]]:
    """Indexes every recording of the practice case."""
    sources = case.sources()
    reports = yield from index_sources(case, [source.source_id for source in sources], options)
    return tuple(zip(sources, reports, strict=True))
