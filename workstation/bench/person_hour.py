"""An hour full of people: from a typed text to the first pictures, and the keys that it takes to
confirm every sighting of one person, with the truth as judge of each hit."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.parse import parse_query
from casefiles.types import Actor, TrackId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.query_context import query_context
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.show_looks import show_thumbnails
from casefiles.usecases.show_tracks import show_points
from resources.paths import shared_test_data
from video.clock import NS_PER_S
from workstation.bench.person_footage import (
    CLIPS,
    Sighting,
    showings,
    sightings,
    truth_of,
    write_recordings,
)
from workstation.bench.person_keys import PATIENCE, Asked, Outcome, Task, top_down
from workstation.bench.result import Figure
from workstation.output import say

LENGTH_S: Final = 600.0
TEXTS: Final = ("person dark trousers", "person white top", "person blue top")
"""The first is the one that the person is looked for by; the others only add to the times."""
_SAMPLE_FPS: Final = 2.0
_PAGE: Final = 5000
_DAY: Final = datetime(2026, 5, 4, 10, tzinfo=UTC)
_MOST_S: Final = 1200


def person_hour() -> list[Figure]:
    """Text to pictures over the same without a window; keys against one search never re-ranked."""
    shared = shared_test_data()
    needed = [shared / name for clip in CLIPS for name in (clip.video, clip.truth) if name]
    missing = next((path for path in needed if not path.is_file()), None)
    if missing is not None:
        say(f"workstation: person-hour is left out: {missing} is not there")
        return []
    with TemporaryDirectory() as folder:
        return measure(shared, Path(folder), LENGTH_S)


def fill(shared: Path, folder: Path, seconds: float) -> tuple[Path, list[Sighting], str]:
    """A case of the recordings, one after the other by the clock, analysed; who is who in it; and
    how long that took, in words."""
    began = perf_counter()
    paths = write_recordings(shared, folder, seconds)
    written = perf_counter()
    table = folder / "cameras.csv"
    # Far out at sea, some minutes' walk apart: nobody is left out as too far away.
    places = (f"{one.camera},{one.camera},40.0,{-30 + at / 500}" for at, one in enumerate(CLIPS))
    table.write_text("\n".join(["id,name,lat,lon", *places]), encoding="utf-8")
    # Straight from the class: a bench is no investigation and leaves no agency row.
    case = Case.create(
        folder / "case", Actor("bench", "bench"), number="bench", title="bench",
        policy=UNREGISTERED, training=True,
    )  # fmt: skip
    found: list[Sighting] = []
    tracks = 0
    with case:
        import_cameras(case, table)
        for number, (clip, path) in enumerate(zip(CLIPS, paths, strict=True)):
            start = _DAY + number * timedelta(seconds=seconds)
            add_source(case, path, Recording(clip.camera, start))
        options = IndexOptions(sample_fps=_SAMPLE_FPS, attributes=False)
        began_index = perf_counter()
        reports = finish(index_sources(case, [one.source_id for one in case.sources()], options))
        assert all(report.problem is None for report in reports)
        indexed = perf_counter() - began_index
        for clip, source in zip(CLIPS, case.sources(), strict=True):
            points = show_points(case, source.source_id, with_suppressed=False)
            tracks += len(set(points.track_id.tolist()))
            if clip.truth is not None:
                found += sightings(points, truth_of(shared, clip, seconds), clip.camera)
    took = (
        f"{len(CLIPS)} recordings of {seconds / 60:g} minutes written in {written - began:.0f} s, "
        f"analysed at {_SAMPLE_FPS:g} a second with the gate in {indexed:.0f} s "
        f"({os.cpu_count()} cores): {tracks} tracks"
    )
    return folder / "case", found, took


def measure(shared: Path, folder: Path, seconds: float) -> list[Figure]:
    """The figures on footage of that length, made in an empty folder."""
    case, found, took = fill(shared, folder, seconds)
    counts = Counter(one.person for one in found)
    person, _ = max(counts.items(), key=lambda one: (one[1], -one[0]))
    wanted = {one.track_id: one for one in found if one.person == person}
    say(f"workstation: {took}; person {person}: {len(wanted)} sightings")
    with Case.open(case, Actor("bench", "bench"), policy=UNREGISTERED) as opened:
        tried = [_without_window(opened, text) for text in TEXTS]
    # As somebody would write it who knows how the person is dressed.
    texts = tuple(one.text for one in sorted(tried, key=lambda one: _first(one.tracks, wanted)))
    outcome = _with_window(folder, Task(str(case), texts, tuple(sorted(wanted))))
    with Case.open(case, Actor("bench", "bench"), policy=UNREGISTERED) as opened:
        plain = [_without_window(opened, one.text, one.pictures) for one in outcome.asked]
        start = TrackId(outcome.start)
        hits = finish(search_similar(opened, tracks=[start], limit=_PAGE)).hits
        halves = _other_half(opened, found, seconds)
    order = [hit.track.track_id for hit in hits]
    return [*_times(outcome, plain, took), *_keys(outcome, order, wanted), halves]


@dataclass(frozen=True, slots=True)
class _Plain:
    """An answer without a window: its tracks, and seconds to the rows and to the pictures."""

    text: str
    tracks: list[int]
    rows_s: float
    pictures_s: float


def _without_window(case: Case, text: str, pictures: int = 0) -> _Plain:
    began = perf_counter()
    query = parse_query(text, query_context(case))
    hits = finish(search_tracks(case, query, limit=_PAGE)).hits
    rows = perf_counter() - began
    show_thumbnails(case, [hit.track.track_id for hit in hits[:pictures]])
    return _Plain(text, [hit.track.track_id for hit in hits], rows, perf_counter() - began)


def _first(tracks: list[int], wanted: Collection[int]) -> int:
    """Where the first wanted one stands; behind all, if it is not there."""
    return next((at for at, track in enumerate(tracks) if track in wanted), len(tracks) + _PAGE)


def _with_window(folder: Path, task: Task) -> Outcome:
    """What the hands did, in a process of their own with a home of their own."""
    asked, done = folder / "task.json", folder / "outcome.json"
    asked.write_text(json.dumps(asdict(task)), encoding="utf-8")
    home = folder / "home"
    home.mkdir()
    subprocess.run(
        [sys.executable, "-m", "workstation.bench.person_window", str(asked), str(done)],
        env={**os.environ, "WORKSTATION_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        check=True, timeout=_MOST_S,
    )  # fmt: skip
    read = json.loads(done.read_text(encoding="utf-8"))
    read["asked"] = [Asked(**one) for one in read["asked"]]
    read["looked"] = [(int(track), bool(right)) for track, right in read["looked"]]
    return Outcome(**read)


def _times(outcome: Outcome, plain: list[_Plain], took: str) -> list[Figure]:
    bound = {one.text: one for one in plain}
    each = "; ".join(
        f"{one.text!r} {1000 * one.rows_s:.0f} and {1000 * one.pictures_s:.0f} ms, {one.pictures} "
        f"cards in view, {one.total} hits (without a window "
        f"{1000 * bound[one.text].rows_s:.0f} and {1000 * bound[one.text].pictures_s:.0f} ms)"
        for one in outcome.asked
    )
    how = (
        f"{took}. Wall time from Enter to cards painted, and to all pictures in view painted; "
        f"offscreen, in the order asked: {each}. Medians of the {len(plain)}; against: the same "
        "text parsed and searched by the use case, as many pictures read by one statement, none "
        "decoded or painted"
    )
    figures = []
    for name, shown, bare in (
        ("rows", [one.rows_s for one in outcome.asked], [one.rows_s for one in plain]),
        ("pictures", [one.pictures_s for one in outcome.asked], [one.pictures_s for one in plain]),
    ):
        value, against = median(shown), median(bare)
        figures.append(Figure(f"person-hour/{name}", value, against, value / against, "s", how))
    return figures


def _keys(outcome: Outcome, order: Sequence[int], wanted: dict[int, Sighting]) -> list[Figure]:
    start, confirmed = wanted[outcome.start], outcome.confirmed()
    peer = top_down(order, wanted, outcome.start)
    whole = top_down(order, wanted, outcome.start, patient=True)
    plain_found = [outcome.start, *(track for track, right in peer if right)]
    pressed = sum(count for name, count in outcome.keys.items() if name != "typed")
    # "/", Enter, to the start, S, as in the window; then one a hit.
    plain_keys = 2 + outcome.passed + 1 + 1 + len(peer)
    presses = ", ".join(f"{name} {count}" for name, count in outcome.keys.items())
    how = (
        f"person {start.person} of the truth, the one with most tracks, from a sighting at "
        f"{start.camera}: {len(wanted)} sightings in all, {len(confirmed)} confirmed; presses: "
        f"{presses}; wrong hits looked at: {outcome.passed} before the first, "
        f"{sum(not right for _, right in outcome.looked)} after it; the window says: "
        f"{' · '.join(outcome.precision)}. Against: one search by appearance from the same "
        f"sighting, each hit decided from the top, no new order: {len(plain_found)} confirmed, "
        f"{sum(not right for _, right in peer)} wrong; both stop after {PATIENCE} wrong in a row. "
        f"That one shows all after {len(whole)} hits. From a decision to the next hit in the new "
        f"order: {1000 * median(outcome.next_s or [0.0]):.0f} ms"
    )
    firsts = {track for track, one in wanted.items() if one.showing == 0}
    met, plain_met = (len(firsts & set(found)) for found in (confirmed, plain_found))
    apart = (
        f"confirmed of all, by camera: {_by_camera(confirmed, wanted)}; without a new order: "
        f"{_by_camera(plain_found, wanted)}. West and east are halves of what the whole shows, and "
        "all but the first showings are copies of the same walk, mirrored or in other light. First "
        f"showings only, of {len(firsts)}: with a new order, against without"
    )
    a_sighting = (pressed / len(confirmed)) / (plain_keys / len(plain_found))
    letters = f"{outcome.keys['typed']} letters typed beside them"
    return [
        Figure(
            "person-hour/confirmed", len(confirmed), len(plain_found),
            len(confirmed) / len(plain_found), "sightings", how,
        ),
        Figure(
            "person-hour/keys", pressed, plain_keys, a_sighting, "presses",
            f"ratio: presses a confirmed sighting over those without a new order; {letters}",
        ),
        Figure(
            "person-hour/first-showings", met, plain_met, met / max(plain_met, 1), "sightings",
            apart,
        ),
    ]  # fmt: skip


def _by_camera(found: list[int], wanted: dict[int, Sighting]) -> str:
    all_of = Counter(one.camera for one in wanted.values())
    met = Counter(wanted[track].camera for track in found)
    return ", ".join(f"{camera} {met[camera]} of {count}" for camera, count in all_of.items())


def _other_half(case: Case, found: list[Sighting], seconds: float) -> Figure:
    """Whether who is searched from the first showing of the west is found in that of the east:
    one walk each, no pixels in common."""
    west, east = (next(clip for clip in CLIPS if clip.camera == name) for name in ("west", "east"))
    later = [one.first / east.fps for one in showings(east, seconds)[1:]]
    until_ns = min(later, default=seconds) * NS_PER_S
    who = {one.track_id: one.person for one in found}
    firsts = [one for one in found if one.showing == 0]
    there = {one.person for one in firsts if one.camera == east.camera}
    asked = [one for one in firsts if one.camera == west.camera and one.person in there]
    places: list[int] = []
    pool = 0
    for one in asked:
        hits = finish(search_similar(case, tracks=[TrackId(one.track_id)], limit=_PAGE)).hits
        tracks = [
            hit.track.track_id
            for hit in hits
            if hit.camera_id == east.camera and hit.track.from_ns < until_ns
        ]
        pool = len(tracks)
        right = (at for at, track in enumerate(tracks) if who.get(track) == one.person)
        places.append(next(right, pool))
    first = sum(place == 0 for place in places)
    how = (
        f"all {len(asked)} sightings of {len({one.person for one in asked})} people in the first "
        f"showing of the west who are in that of the east too ({pool} tracks there): value is "
        f"found first there, against all; wrong hits before, median: "
        f"{median(places or [0]):g}. One sensor and one walk each"
    )
    share = first / max(len(asked), 1)
    return Figure("person-hour/other-half", first, len(asked), share, "sightings", how)
