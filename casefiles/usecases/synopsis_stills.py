"""Stills of rapid review: one track at several moments, and the tracks of a sentence on sheets.

Both are pictures made of pieces of many frames; their sidecars say which, of when, and from what.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPlace
from casefiles.exchange import manifest
from casefiles.exchange.manifest import Facts
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.types import JsonValue, TrackId
from casefiles.usecases.export_clips import PLAIN
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.make_tubes import make_tubes
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.still_tubes import (
    Packs,
    Seat,
    made_from,
    problems_of,
    recordings_of,
    seats_of,
    sources_of,
    track_facts,
    words_of,
)
from casefiles.usecases.synopsis_scope import asked_for, chosen, nothing_asked
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from video.stills import png_bytes
from video.synopsis.labels import Words, draw_labels, label_places, label_size
from video.synopsis.sheet import Cell, best_moment, best_picture, contact_sheets
from video.synopsis.strobe import strobe
from video.synopsis.types import Shown
from video.types import Pixels

SIDECAR: Final = ".json"
MOST_MOMENTS: Final = 40
MOST_ON_SHEETS: Final = 1000
"""Their pictures lie in memory together."""
USUAL_ON_SHEETS: Final = 300
_COLUMNS: Final = 6
_ROWS: Final = 5
_MADE_OF: Final = (
    "cut out of frames and laid over an empty picture that was worked out from many: no moment "
    "looked like this; a lead, to be confirmed by a person"
)


@dataclass(frozen=True, slots=True)
class StrobeWanted:
    """A stroboscope still to export: of which track, at how many moments at most, where to."""

    track_id: TrackId
    out: Path
    moments: int = 12


@dataclass(frozen=True, slots=True)
class SheetWanted:
    """Contact sheets to export: which tracks, by a sentence or (it is not None) by id; where to;
    and at most how many tracks, the earliest."""

    text: str
    out: Path
    limit: int = USUAL_ON_SHEETS
    tracks: tuple[TrackId, ...] | None = None


@dataclass(frozen=True, slots=True)
class MadeStills:
    """What was written; `facts` is the sidecar."""

    pictures: tuple[Path, ...]
    sidecar: Path
    facts: Facts
    notes: tuple[str, ...] = ()


def export_strobe(
    case: Case, wanted: StrobeWanted, crew: Callable[[], Crew] = Processes
) -> Job[MadeStills]:
    """Writes one picture with a track at several moments, the recorded time at each, over the
    empty picture of its camera, as PNG with its sidecar, both or neither; logged before it is
    given. What was not cut out of the recording yet is cut out first.

    Raises:
        WrongPlace, Unwritable: the file cannot be written there.
        UnknownTrack: the case shows no such track.
        NothingToExport: nothing of the track could be cut out.
        UserError: why the recording cannot be cut out.
    """
    out, sidecar = _check(case, wanted.out)
    moments = min(max(wanted.moments, 2), MOST_MOMENTS)
    view = view_case(case)
    source = sources_of(case, view, [wanted.track_id])[0]
    (report,) = yield from make_tubes(case, [source], crew=crew)
    if report.problem is not None:
        raise report.problem
    yield Progress(0, 1, "pictures", out.name)
    (seat, *_), _ = seats_of(case, view, [wanted.track_id], {})
    with ExitStack() as stack:
        packs = Packs(case, stack).of(seat.stage)
        made = strobe(seat.tube, seat.stage.plates, packs, seat.stage.size, most=moments)
    shown = sorted(made.shown, key=lambda one: one.time_ns)
    words = words_of(view, [seat])
    picture = made.picture
    _label(picture, made.shown, words)
    times = partial(manifest.both_times, seat.source, zone_name=view.zone_name)
    facts: Facts = {
        "what": f"stroboscope still: one track at {len(shown)} moments, {_MADE_OF}",
        **manifest.who_and_when(case.header, case.actor),
        "track": track_facts(view, seat),
        "zone": view.zone_name,
        "source": manifest.about_source(seat.source),
        "made_from": made_from([seat]),
        "moments": [
            {**times(seat.media_ns(one.time_ns)), "box": list(one.box)} for one in shown
        ],
    }  # fmt: skip
    chained: dict[str, JsonValue] = {"track": int(seat.track_id), "moments": len(shown)}
    notes = ("it hardly moved: one moment is shown",) if len(shown) == 1 else ()
    return _written(case, "strobe.export", (out,), [png_bytes(picture)], sidecar, facts, chained,
                    {}, notes)  # fmt: skip


def export_sheet(
    case: Case, wanted: SheetWanted, crew: Callable[[], Crew] = Processes
) -> Job[MadeStills]:
    """Writes the best picture of each track that answers a sentence (and nobody rejected for it)
    with camera, recorded time and track id, in order of time, on one page or several (`F.png`,
    `F-2.png`, …) with one sidecar, all or none; logged before it is given. What was not cut out of
    the recordings yet is cut out first.

    Raises:
        WrongPlace, Unwritable: the files cannot be written there.
        UnknownTrack: a track was named that the case does not show.
        NothingToExport: no track answers, or none could be cut out.
        UserError: nothing in the text can be searched by.
    """
    out, sidecar = _check(case, wanted.out)
    view = view_case(case)
    tracks = _asked(case, wanted) if wanted.tracks is None else wanted.tracks
    if not tracks:
        raise NothingToExport("no track answers", "Search for something else.")
    reports = yield from make_tubes(case, sources_of(case, view, tracks), crew=crew)
    seats, missing = seats_of(case, view, tracks, problems_of(reports))
    asked, seats = len(seats), seats[: max(1, min(wanted.limit, MOST_ON_SHEETS))]
    seats.sort(key=_by_moment)
    words = words_of(view, seats)
    by_stage = sorted(range(len(seats)), key=lambda at: id(seats[at].stage))
    cells: dict[int, Cell] = {}
    moments: dict[int, int] = {}
    with ExitStack() as stack:
        packs = Packs(case, stack)
        for done, at in enumerate(by_stage):
            yield Progress(done, len(seats), "tracks", out.name)
            cells[at], moments[at] = _cell(view, seats[at], packs, words)
    head = _head(case, wanted, len(seats))
    pages: list[bytes] = []
    for page in contact_sheets(
        [cells[at] for at in range(len(seats))], head=head, columns=_COLUMNS, rows=_ROWS
    ):
        pages.append(png_bytes(page))
        yield Progress(len(seats), len(seats), "tracks", out.name)
    names = tuple(_page(out, number) for number in range(len(pages)))
    check_new_file(case, *names)
    notes = list(missing)
    if asked > len(seats):
        notes.append(
            f"{asked - len(seats)} later tracks left out: at most {len(seats)} were asked for"
        )
    facts: Facts = {
        "what": f"contact sheet: the best picture of each track, {_MADE_OF}",
        **manifest.who_and_when(case.header, case.actor),
        "question": wanted.text,
        "tracks_found": len(tracks),
        "tracks_shown": len(seats),
        "left_out": notes,
        "zone": view.zone_name,
        "sources": [manifest.about_source(one) for one in recordings_of(seats)],
        "made_from": made_from(seats),
        "tracks": [
            {
                **track_facts(view, seat),
                "page": names[at // (_COLUMNS * _ROWS)].name,
                "place_on_page": at % (_COLUMNS * _ROWS) + 1,
                **manifest.both_times(
                    seat.source, seat.media_ns(moments[at]), zone_name=view.zone_name
                ),
            }
            for at, seat in enumerate(seats)
        ],
    }  # fmt: skip
    chained: dict[str, JsonValue] = {
        "tracks": len(seats), "pages": len(pages),
        "ids": id_ranges([int(seat.track_id) for seat in seats]),
    }  # fmt: skip
    return _written(case, "sheet.export", names, pages, sidecar, facts, chained,
                    {"text": wanted.text}, notes)  # fmt: skip


def _by_moment(seat: Seat) -> tuple[bool, int, int]:
    """Sheets are read by the times that stand on them."""
    at = best_moment(seat.tube, seat.stage.size)
    return not seat.stage.wall, int(seat.tube.time_ns[at]), seat.tube.tube


def _check(case: Case, out: Path) -> tuple[Path, Path]:
    if out.suffix.lower() != ".png":
        raise WrongPlace(f"'{out}' does not end in .png", "Choose a file that ends in .png.")
    sidecar = out.with_name(out.name + SIDECAR)
    check_new_file(case, out, sidecar)
    return out, sidecar


def _asked(case: Case, wanted: SheetWanted) -> tuple[TrackId, ...]:
    query = asked_for(case, wanted.text)
    log_refused(case, query)
    nothing = nothing_asked(query)
    if nothing is not None:
        raise UserError(*nothing)
    return chosen(case, query, ()).tracks


def _label(picture: Pixels, shown: Sequence[Shown], words: Mapping[bool, Words]) -> None:
    height, width = picture.shape[:2]
    (said,) = words.values()
    texts = {one.unit: said.time(one.time_ns) for one in shown}
    places = label_places(
        shown, (width, height), lambda one: label_size(texts[one.unit], height)
    )  # fmt: skip
    draw_labels(picture, shown, places, [texts[one.unit] for one in shown])


def _cell(
    view: CaseView, seat: Seat, packs: Packs, words: Mapping[bool, Words]
) -> tuple[Cell, int]:
    """The best picture of a track with what is said below it, and its stage time."""
    stage, tube = seat.stage, seat.tube
    picture = best_picture(tube, stage.plates, packs.of(stage), stage.size)
    at_ns = int(tube.time_ns[best_moment(tube, stage.size)])
    lines = (
        view.title(seat.source), words[stage.wall].time(at_ns), f"track {tube.tube}",
    )  # fmt: skip
    return Cell(picture, lines), at_ns


def _head(case: Case, wanted: SheetWanted, count: int) -> str:
    parts = ["TRAINING - NO EVIDENCE"] if case.header.training else []
    parts += [f"case {case.header.number}"]
    parts += [wanted.text] if wanted.text.strip() else []
    return " · ".join([*parts, "1 track" if count == 1 else f"{count} tracks"])


def _page(out: Path, number: int) -> Path:
    return out if number == 0 else out.with_name(f"{out.stem}-{number + 1}{out.suffix}")


def _written(
    case: Case,
    event: str,
    names: Sequence[Path],
    pictures: Sequence[bytes],
    sidecar: Path,
    facts: Facts,
    chained: Mapping[str, JsonValue],
    private: Mapping[str, str],
    notes: Sequence[str],
) -> MadeStills:
    """Writes pictures and sidecar, all or none, and the row that says so."""
    hashes = [hashlib.sha256(one).hexdigest() for one in pictures]
    facts = {
        **facts,
        "pictures": [
            {"file": name.name, "sha256": one} for name, one in zip(names, hashes, strict=True)
        ],
    }
    content = manifest.json_bytes(facts)
    contents = {name.name: one for name, one in zip(names, pictures, strict=True)}
    try:
        manifest.write_new(sidecar.parent, {**contents, sidecar.name: content})
    except OSError as error:
        raise Unwritable(
            f"{names[0]} cannot be written: {error.strerror}",
            "Free some space or choose another place.",
        ) from error
    entry = audit.Entry(
        event,
        "done",
        facts={
            **chained,
            "pictures_sha256": list(hashes),
            "sidecar_sha256": hashlib.sha256(content).hexdigest(),
        },
        private={"file": str(names[0].absolute()), **private},
    )
    try:
        case.record(entry)
    except BaseException:
        # What is not in the log has not left the case.
        for path in (*names, sidecar):
            path.unlink(missing_ok=True)
        raise
    plain = (PLAIN,) if case.encrypted else ()
    return MadeStills(tuple(names), sidecar, facts, (*notes, *plain))
