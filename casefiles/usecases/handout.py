"""One page to hand out: who is looked for, what they wear, where and when they were last seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadSubject, WrongPlace
from casefiles.exchange.handout_page import HandoutPage, handout_html, kind_of_picture
from casefiles.geo import GeoPoint
from casefiles.jobs import Job, Progress
from casefiles.store import looks
from casefiles.subject_types import LastSeen, SubjectId
from casefiles.types import JsonValue, TrackId
from casefiles.usecases.crop_work import CropOrder, MadeCrop, make_crop
from casefiles.usecases.export_journey import street_lines
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.export_work import in_process
from casefiles.usecases.follow_types import Journey, Stop
from casefiles.usecases.journey import metres_words, read_journey, span_words
from casefiles.usecases.journey_map import RingDrawn, journey_svg
from casefiles.usecases.missing import ring_of
from casefiles.usecases.roads import Roads
from casefiles.usecases.view_case import view_case
from casefiles.usecases.write_new import write_new
from casefiles.view_types import CaseView
from casefiles.view_types import Look as BestLook
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, now_ns, wall_from_ns, zone_of

MOST_PHOTO: Final = 12_000_000
_RINGS_NS: Final = (5 * 60 * NS_PER_S, 15 * 60 * NS_PER_S)
"""How far somebody comes in five minutes and in a quarter of an hour is drawn: much farther, and no
street could be told on a printed map."""
_LEAD: Final = (
    "Pictures and times come from camera footage; a person confirmed each sighting. Anything "
    "proposed by software is a lead only."
)


@dataclass(frozen=True, slots=True)
class HandoutWanted:
    """What the page is to say besides what the case knows."""

    subject_id: SubjectId
    out: Path
    """A new file that ends in .html."""
    contact: str = ""
    """Whom to call; empty: a line to write on."""
    text: str = ""
    """Anything else, in words for the public; notes of the case are not printed."""
    photo: Path | None = None
    """A picture (JPEG or PNG) that goes in the place of a still."""
    track_id: TrackId | None = None
    """Of which confirmed track the still is; None: of the one seen best."""


@dataclass(frozen=True, slots=True)
class WrittenHandout:
    """What was written; `note` says where there is no picture, and why."""

    out: Path
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is shown of somebody, where it comes from, and why there is none."""

    content: bytes = b""
    words: str = ""
    note: str = ""
    track_id: TrackId | None = None


def write_handout(
    case: Case,
    wanted: HandoutWanted,
    crew: Callable[[], Crew] = Processes,
    *,
    roads: Roads | None = None,
) -> Job[WrittenHandout]:
    """Writes the page (HTML without scripts, nothing from outside); logged with its hash.

    Raises:
        UnknownSubject: there is none of that id. WrongPlace, Unwritable: as ever.
        BadSubject: neither a confirmed sighting nor a last place is known, the track is none of
            its own, or the photo is none.
    """
    if wanted.out.suffix.lower() not in (".html", ".htm"):
        raise WrongPlace(f"{wanted.out} is not named as a page", "Let its name end in .html.")
    check_new_file(case, wanted.out)
    journey = read_journey(case, wanted.subject_id, roads)
    subject = journey.subject
    if not journey.stops and subject.last_seen is None and wanted.photo is None:
        raise BadSubject(
            f"nothing is known of {subject.name}: no sighting, no last place, no photo",
            "Confirm a sighting, say where it was last seen, or give a photo.",
        )
    view = view_case(case)
    if wanted.photo is not None:
        yield Progress(0, 1, "pictures", wanted.photo.name)
        picture = _Picture(_photo(wanted.photo), "photo given")
    else:
        picture = yield from _still(case, view, journey, wanted.track_id, crew)
    page = _page(case, view, journey, wanted, picture, roads)

    def log(sha256: str) -> None:
        facts: dict[str, JsonValue] = {
            "sha256": sha256, "photo": wanted.photo is not None,
            "track": None if picture.track_id is None else int(picture.track_id),
        }  # fmt: skip
        case.record(
            audit.Entry(
                "handout.write", "done", object=f"subject:{wanted.subject_id}", facts=facts,
                private={
                    "file": str(wanted.out.absolute()), "name": subject.name,
                    "contact": wanted.contact, "text": wanted.text,
                },
            )
        )  # fmt: skip

    return WrittenHandout(wanted.out, write_new(wanted.out, handout_html(page), log), picture.note)


def _photo(path: Path) -> bytes:
    try:
        # A pipe would be waited for.
        if not path.is_file():
            raise BadSubject(f"{path} is not a file", "Give a JPEG or PNG picture.")
        with path.open("rb") as file:
            content = file.read(MOST_PHOTO + 1)
    except OSError as error:
        raise BadSubject(
            f"{path} cannot be read: {error.strerror}", "Give a JPEG or PNG picture."
        ) from error
    if len(content) > MOST_PHOTO:
        raise BadSubject(
            f"{path} is larger than {MOST_PHOTO // 1_000_000} MB", "Save a smaller picture."
        )
    if not kind_of_picture(content):
        raise BadSubject(f"{path} is no JPEG or PNG picture", "Save it as one of these.")
    return content


def _still(
    case: Case,
    view: CaseView,
    journey: Journey,
    track_id: TrackId | None,
    crew: Callable[[], Crew],
) -> Job[_Picture]:
    """The best frame of a confirmed track, cut to the subject; where the recording cannot be read,
    the small picture that is stored."""
    best = [
        (one, look)
        for one in journey.stops
        if (look := _look(case, one.track.track_id)) is not None
    ]
    if track_id is not None:
        known = {int(one) for stop in journey.stops
                 for one in (stop.track.track_id, stop.sighting.track_id)}  # fmt: skip
        if int(track_id) not in known:
            raise BadSubject(
                f"track {track_id} is not confirmed as {journey.subject.name}", "Confirm it first."
            )
        best = [one for one in best if track_id in (one[0].track.track_id,
                                                    one[0].sighting.track_id)]  # fmt: skip
    yield Progress(0, 1, "pictures", journey.subject.name)
    if not best:
        note = "no picture of a confirmed sighting is stored" if journey.stops else ""
        return _Picture(words="no confirmed picture", note=note)
    stop, look = max(best, key=lambda one: one[1].quality)
    source = case.source(stop.track.source_id)
    wall = None if source.clock is None else source.clock.to_wall_ns(look.time_ns)
    words = stop.camera + ("" if wall is None else f", {_told(view, wall)}")
    try:
        order = CropOrder(
            case.media_path(source), case.packet_index(source.source_id), look.pts, look.box
        )
        with crew() as workers:
            made = yield from in_process(
                workers, MadeCrop, lambda done: Progress(done, 1, "pictures", words), make_crop,
                order,
            )  # fmt: skip
        return _Picture(made.png, words, track_id=stop.track.track_id)
    except UserError as error:
        note = f"the small stored picture is shown: {error.message}"
        if not kind_of_picture(look.thumbnail):
            return _Picture(words="no confirmed picture", note=error.message)
        return _Picture(look.thumbnail, words, note, stop.track.track_id)


def _look(case: Case, track_id: TrackId) -> BestLook | None:
    return case.read(partial(looks.look_of, track_id=track_id))


def _page(
    case: Case,
    view: CaseView,
    journey: Journey,
    wanted: HandoutWanted,
    picture: _Picture,
    roads: Roads | None,
) -> HandoutPage:
    subject = journey.subject
    seen = _last_seen(view, journey)
    rings: list[RingDrawn] = []
    words = ""
    if seen is not None and seen.point is not None:
        made = [
            ring_of(subject, seen.point, seen.at_ns, seen.at_ns + since, radius_m=seen.radius_m)
            for since in _RINGS_NS
        ]
        rings = [
            RingDrawn(one.origin, one.likely_m, f"{span_words(since / NS_PER_S)} later")
            for one, since in zip(made, _RINGS_NS, strict=True)
        ]
        words = (
            "Rings: hardly further than this so long after the last sighting, at usual speeds ("
            + ", ".join(metres_words(ring.metres) for ring in rings)
            + ")."
        )
    missing = subject.mode == "missing"
    shown = journey
    if missing and seen is not None and seen.point is not None:
        # The way of a missing person is no matter for the public: only the last place is shown.
        last = LastSeen(seen.at_ns, seen.point, seen.radius_m)
        shown = Journey(replace(subject, last_seen=last), (), (), ())
    return HandoutPage(
        f"Missing: {subject.name}" if missing else f"Looked for: {subject.name}",
        (
            ("Wears, carries" if subject.kind == "person" else "Looks like", subject.clothing),
            ("Last seen", "" if seen is None else _told(view, seen.at_ns)),
            ("Where", "" if seen is None else seen.words),
            ("Also", wanted.text),
        ),
        picture.content,
        picture.words,
        journey_svg(
            shown, streets=street_lines(roads), rings=rings if missing else (), height=430,
            training=view.header.training,
        ),
        words if missing else "",
        wanted.contact,
        _LEAD if journey.stops else "",
        f"Case {view.header.number}, written {_told(view, now_ns())} by {case.actor.user} with "
        f"Sightline {PROGRAM_VERSION}.",
        view.header.training,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """When and where last."""

    at_ns: int
    point: GeoPoint | None
    radius_m: float
    words: str


def _last_seen(view: CaseView, journey: Journey) -> _Seen | None:
    """The later one of the last confirmed stop and the last place that somebody told."""
    known: list[_Seen] = []
    last = journey.subject.last_seen
    if last is not None:
        where = last.basis or f"{last.point.lat:.5f}, {last.point.lon:.5f}"
        near = f" (within {metres_words(last.radius_m)})" if last.radius_m else ""
        known.append(_Seen(last.wall_ns, last.point, last.radius_m, where + near))
    timed = [one for one in journey.stops if one.to_ns is not None]
    if timed:
        stop = max(timed, key=_end)
        known.append(_Seen(_end(stop), stop.point, 0.0, f"camera {stop.camera}"))
    return max(known, key=lambda one: one.at_ns) if known else None


def _end(stop: Stop) -> int:
    return stop.to_ns or 0


def _told(view: CaseView, wall_ns: int) -> str:
    """For the public: day and time to the minute, with the zone's name."""
    there = wall_from_ns(wall_ns).astimezone(zone_of(view.zone_name))
    return f"{there:%A} {there.day} {there:%B %Y, %H:%M} ({view.zone_name})"
