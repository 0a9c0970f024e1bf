"""Journeys: stops in order, contradictions told, files that say the same, packages and handouts."""

import hashlib
import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.case import Case
from casefiles.edit_kinds import Edit
from casefiles.errors import BadSubject, UnknownSubject, WrongPlace
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.subject_types import (
    Absence,
    AddSubject,
    LastSeen,
    NoteAbsences,
    RemoveSubject,
    SaySightings,
    Sighting,
    Subject,
    SubjectId,
)
from casefiles.types import Camera, CameraId, Placement, SourceId, TrackId, TrackRow
from casefiles.usecases.crop_work import crop_of
from casefiles.usecases.export_journey import export_journey, write_journey
from casefiles.usecases.follow_types import Journey, Leg, Stop
from casefiles.usecases.handout import HandoutWanted, write_handout
from casefiles.usecases.journey import read_journey
from casefiles.usecases.journey_files import journey_file
from casefiles.usecases.missing import ring_at, ring_order
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from tests.support.case_views import a_view
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from video.types import TimeNs

GATE, STAIRS, FAR, NOWHERE = (CameraId(one) for one in ("gate", "stairs", "far", "nowhere"))
HERE = GeoPoint(40.0, -30.0)
LAST = LastSeen(START_NS, HERE, 50.0, 60.0, "a neighbour says so")
ADA = Subject("Subject 1", "person", clothing="red <coat>")
JPEG = b"\xff\xd8\xff\xe0 and so on"
KML = "{http://www.opengis.net/kml/2.2}"


def at(lon: float, heading: float = 90.0) -> Placement:
    return Placement(GeoPoint(40.0, lon), heading, 60.0, 30.0)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Tracks: 1 and 2 at the gate, 3 on the stairs 85 m east of it, 4 far away (8.5 km), 5 on a
    camera nobody placed, 6 in a recording of which nobody knows when it was made."""
    with make_case(tmp_path / "case") as made:
        put_cameras(
            made, Camera(GATE, "Market Gate", (at(-30.0),)),
            Camera(STAIRS, "Ferry Stairs", (at(-29.998, 270.0),)),
            Camera(FAR, "Far Quay", (at(-29.9),)), Camera(NOWHERE, "Nowhere", ()),
        )  # fmt: skip
        put_run(made, put_source(made, GATE), Seen(10, 24), Seen(400, 410))
        put_run(made, put_source(made, STAIRS), Seen(80, 95))
        put_run(made, put_source(made, FAR), Seen(12, 30))
        put_run(made, put_source(made, NOWHERE), Seen(200, 210))
        put_run(made, put_source(made, GATE, start_ns=None), Seen(5, 9))
        yield made


FIRST, LATER, ON_STAIRS = TrackId(1_000_001), TrackId(1_000_002), TrackId(2_000_001)
AWAY, UNPLACED, TIMELESS = TrackId(3_000_001), TrackId(4_000_001), TrackId(5_000_001)


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def follow(case: Case, *tracks: int, subject: Subject = ADA) -> SubjectId:
    """Adds a subject, under a name of its own, with confirmed tracks."""
    said = tuple(Sighting(SubjectId(0), TrackId(one), "confirmed") for one in tracks)
    name = " ".join([subject.name] + ["again"] * len(view_case(case).subjects))
    undo = do(case, AddSubject(replace(subject, name=name), said))
    assert isinstance(undo, RemoveSubject)
    return undo.subject_id


def test_stops_come_in_order_of_time_whatever_order_they_were_confirmed_in(case: Case) -> None:
    made = read_journey(case, follow(case, LATER, ON_STAIRS, FIRST))
    assert [stop.track.track_id for stop in made.stops] == [FIRST, ON_STAIRS, LATER]
    assert [stop.camera for stop in made.stops] == ["Market Gate", "Ferry Stairs", "Market Gate"]
    assert made.problems == ()
    leg = made.legs[0]
    assert (leg.leaves_ns, leg.arrives_ns) == (START_NS + 24 * S, START_NS + 80 * S)
    # From the middle of one view to that of the other: they look at each other over 171 m.
    assert leg.metres == pytest.approx(170.8 - 30, abs=2)
    assert not leg.along_streets
    assert leg.fastest_ns is not None
    assert 0 < leg.fastest_ns < 56 * S


def test_two_places_at_once_are_told_and_kept(case: Case) -> None:
    made = read_journey(case, follow(case, FIRST, AWAY))
    assert len(made.stops) == 2
    (problem,) = made.problems
    assert "Market Gate" in problem
    assert "Far Quay" in problem
    assert "two places at once" in problem
    assert "compare the clocks" in problem
    assert made.legs[0].problem in problem


def test_a_way_too_far_for_the_time_is_told_with_how_far_and_how_long(case: Case) -> None:
    (problem,) = read_journey(case, follow(case, ON_STAIRS, AWAY)).problems
    assert "8.4 km in 50 s is too far for the time" in problem
    slow = Subject("slow", "person", fastest_m_s=0.5)
    (problem,) = read_journey(case, follow(case, FIRST, ON_STAIRS, subject=slow)).problems
    assert "m in 56 s is too far for the time" in problem


def test_what_lies_beside_a_long_stop_is_found_though_another_comes_between(case: Case) -> None:
    """The long stop is not the neighbour of the one that contradicts it."""
    source = put_source(case, FAR)
    (long,) = put_run(case, source, Seen(300, 500))
    (other,) = put_run(case, put_source(case, FAR), Seen(310, 320))
    made = read_journey(case, follow(case, long, other, LATER))
    assert [stop.track.track_id for stop in made.stops] == [long, other, LATER]
    assert any(f"track {long} " in one and f"track {LATER} " in one for one in made.problems)


def test_no_place_and_no_clock_are_said_and_the_rest_is_told(case: Case) -> None:
    made = read_journey(case, follow(case, TIMELESS, UNPLACED, FIRST))
    assert [stop.track.track_id for stop in made.stops] == [FIRST, UNPLACED, TIMELESS]
    assert len(made.legs) == 1
    assert (made.legs[0].metres, made.legs[0].path, made.legs[0].fastest_ns) == (None, (), None)
    assert made.problems == ()
    told = " ".join(made.notes)
    assert "clock set --start" in told
    assert "Nowhere: not on the map" in told


def test_nothing_confirmed_is_a_journey_that_says_what_to_do(case: Case) -> None:
    made = read_journey(case, follow(case))
    assert (made.stops, made.legs) == ((), ())
    assert any("confirm a candidate" in one for one in made.notes)
    with pytest.raises(UnknownSubject, match="no subject 77"):
        read_journey(case, SubjectId(77))


def test_overlapping_views_are_joined_without_a_leg(case: Case) -> None:
    put_cameras(case, Camera(CameraId("beside"), "Beside", (at(-30.0001),)))
    (both,) = put_run(case, put_source(case, "beside"), Seen(20, 40))
    made = read_journey(case, follow(case, FIRST, both))
    assert made.problems == ()
    assert (made.legs[0].path, made.legs[0].metres) == ((), 0.0)


def test_a_rejected_track_is_no_stop_and_the_absence_is_kept(case: Case) -> None:
    subject_id = follow(case, FIRST)
    do(case, SaySightings((Sighting(subject_id, ON_STAIRS, "rejected"),)))
    do(case, NoteAbsences((Absence(subject_id, FAR, START_NS, START_NS + 9 * S, "watched"),)))
    made = read_journey(case, subject_id)
    assert [stop.track.track_id for stop in made.stops] == [FIRST]
    assert [one.camera_id for one in made.absences] == [FAR]


ns = st.integers(0, 4_000_000_000).map(lambda ms: ms * 1_000_000)
degrees = st.tuples(st.floats(-179, 179), st.floats(-85, 85))
texts = st.text(max_size=20)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    stops = []
    for number in range(draw(st.integers(0, 4))):
        lon, lat = draw(degrees)
        start = draw(ns)
        row = TrackRow(TrackId(number), 1, SourceId(1), 1, TimeNs(0), TimeNs(1), 1, 1.0, False)  # type: ignore[arg-type]
        said = Sighting(SubjectId(1), TrackId(number), "confirmed", draw(texts))
        stops.append(Stop(said, row, GATE, draw(texts), start, start + S, None, GeoPoint(lat, lon)))
    legs = tuple(
        Leg(one.to_ns or 0, other.from_ns or 0, 1.0, (draw(degrees), draw(degrees)), False, None)
        for one, other in pairwise(stops)
    )
    return Journey(Subject(draw(texts), "person"), tuple(stops), legs, ())


def wall(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000) * 1_000_000


@given(journeys())
def test_geojson_says_the_same_places_and_times(made: Journey) -> None:
    document = json.loads(journey_file(a_view(), made, "geojson"))
    stops = [one for one in document["features"] if one["properties"]["what"] == "confirmed stop"]
    legs = [one for one in document["features"] if one["properties"]["what"] == "inferred leg"]
    assert [one["geometry"]["coordinates"] for one in stops] == [
        [stop.point.lon, stop.point.lat] for stop in made.stops if stop.point
    ]
    assert [wall(one["properties"]["from"]) for one in stops] == [one.from_ns for one in made.stops]
    assert [tuple(map(tuple, one["geometry"]["coordinates"])) for one in legs] == [
        leg.path for leg in made.legs
    ]
    assert [wall(one["properties"]["arrives"]) for one in legs] == [
        leg.arrives_ns for leg in made.legs
    ]


@given(journeys())
def test_kml_says_the_same_places_and_times(made: Journey) -> None:
    root = ET.fromstring(journey_file(a_view(), made, "kml"))
    marks = root.findall(f".//{KML}Placemark")
    points = [one for one in marks if one.find(f"{KML}Point") is not None]
    assert [_coordinates(one) for one in points] == [
        [(stop.point.lon, stop.point.lat)] for stop in made.stops if stop.point
    ]
    begins = [one.findtext(f".//{KML}begin") for one in points]
    assert [wall(text or "") for text in begins] == [one.from_ns for one in made.stops]
    lines = [one for one in marks if one.find(f"{KML}LineString") is not None]
    assert [tuple(_coordinates(one)) for one in lines] == [leg.path for leg in made.legs]


def _coordinates(mark: ET.Element) -> list[tuple[float, ...]]:
    text = mark.findtext(f".//{KML}coordinates") or ""
    return [tuple(float(value) for value in one.split(",")) for one in text.split()]


def test_a_package_holds_every_file_it_sums_and_says_what_was_not_found(
    case: Case, tmp_path: Path
) -> None:
    subject_id = follow(case, FIRST, ON_STAIRS)
    do(case, NoteAbsences((Absence(subject_id, FAR, START_NS, START_NS + 9 * S, note="=1+1"),)))
    do(case, SaySightings((Sighting(subject_id, LATER, "rejected"),)))
    put_source(case, FAR, start_ns=START_NS + 2000 * S)
    folder = tmp_path / "out"
    picture = b"\x89PNG\r\n\x1a\nrest"
    made = finish(export_journey(case, subject_id, folder, LocalCrew, map_picture=picture))
    assert (made.stops, made.stills) == (2, 0)
    # The originals of this case are not there: told, and the package is made.
    assert len(made.failures) == 2
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "journey.json", "journey.geojson", "journey.kml", "stops.csv", "searched.csv", "map.svg",
        "map.png", "manifest.json", "manifest.txt", "SHA256SUMS",
    }  # fmt: skip
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    rows = (folder / "searched.csv").read_text("utf-8-sig")
    assert "looked for and not seen,Far Quay" in rows
    assert "'=1+1" in rows
    assert "rejected,Market Gate" in rows
    assert "not analysed,Far Quay" in rows
    assert "no footage,Nowhere" in rows
    ET.parse(folder / "map.svg")


def test_an_export_that_is_stopped_leaves_nothing(case: Case, tmp_path: Path) -> None:
    subject_id = follow(case, FIRST, ON_STAIRS)
    job = export_journey(case, subject_id, tmp_path / "out", LocalCrew)
    next(job)
    job.close()
    assert not (tmp_path / "out").exists()
    with pytest.raises(NothingToExport, match="Confirm a sighting first"):
        finish(export_journey(case, follow(case), tmp_path / "out", LocalCrew))
    assert not (tmp_path / "out").exists()


def test_a_journey_file_replaces_nothing(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "j.kml"
    digest = write_journey(case, follow(case, FIRST), out, "kml")
    assert hashlib.sha256(out.read_bytes()).hexdigest() == digest
    with pytest.raises(WrongPlace):
        write_journey(case, follow(case, FIRST), out, "kml")


def test_a_handout_escapes_what_people_wrote_and_runs_nothing(case: Case, tmp_path: Path) -> None:
    subject = Subject("Ada <script>", "person", "missing", "red <coat>", "private note", LAST)
    subject_id = follow(case, subject=subject)
    photo = tmp_path / "p.jpg"
    photo.write_bytes(JPEG)
    wanted = HandoutWanted(subject_id, tmp_path / "h.html", "911 & others", photo=photo)
    finish(write_handout(case, wanted, LocalCrew))
    page = (tmp_path / "h.html").read_text()
    assert "<script" not in page
    assert "red &lt;coat&gt;" in page
    assert "911 &amp; others" in page
    assert "a neighbour says so" in page
    assert "data:image/jpeg" in page
    assert "<svg" in page
    assert "private note" not in page
    assert "default-src 'none'" in page


def test_a_handout_without_a_picture_says_so_and_nothing_known_is_refused(
    case: Case, tmp_path: Path
) -> None:
    made = finish(
        write_handout(case, HandoutWanted(follow(case, FIRST), tmp_path / "a.html"), LocalCrew)
    )
    assert made.note
    page = (tmp_path / "a.html").read_text()
    assert "No picture" in page
    assert "class=line" in page
    assert "a person confirmed each sighting" in page
    with pytest.raises(BadSubject, match="nothing is known"):
        finish(write_handout(case, HandoutWanted(follow(case), tmp_path / "b.html"), LocalCrew))
    wrong = tmp_path / "p.txt"
    wrong.write_text("no picture")
    with pytest.raises(BadSubject, match="no JPEG or PNG"):
        finish(
            write_handout(
                case, HandoutWanted(follow(case), tmp_path / "b.html", photo=wrong), LocalCrew
            )
        )
    os.mkfifo(tmp_path / "pipe.png")
    wanted = HandoutWanted(follow(case), tmp_path / "b.html", photo=tmp_path / "pipe.png")
    with pytest.raises(BadSubject, match="is not a file"):
        finish(write_handout(case, wanted, LocalCrew))
    wanted = HandoutWanted(follow(case, FIRST), tmp_path / "b.html", track_id=ON_STAIRS)
    with pytest.raises(BadSubject, match="is not confirmed"):
        finish(write_handout(case, wanted, LocalCrew))
    assert not (tmp_path / "b.html").exists()


def test_the_ring_orders_cameras_by_when_it_comes_to_them(case: Case) -> None:
    view: CaseView = view_case(case)
    missing = Subject("x", "person", "missing", last_seen=LAST)
    order = ring_order(missing, LAST, view.cameras)
    assert [one.camera_id for one in order] == [GATE, STAIRS, FAR]
    assert order[0].metres == 0
    assert all(one.earliest_ns <= one.likely_ns for one in order)
    near, far = ring_at(missing, LAST, START_NS), ring_at(missing, LAST, START_NS + 60 * S)
    assert 50 < near.likely_m < far.likely_m <= far.reach_m
    # Ten metres a second less a minute of doubt, at a speed somebody said.
    slow = Subject("x", "person", "missing", last_seen=LAST, fastest_m_s=1.0)
    assert ring_at(slow, LAST, START_NS + 60 * S).reach_m == pytest.approx(50 + 120)


def test_a_camera_that_comes_later_is_reached_no_earlier_than_it_stands_there() -> None:
    late = Placement(HERE, 0.0, from_ns=START_NS + 900 * S)
    gone = Placement(HERE, 0.0, to_ns=START_NS - 900 * S)
    missing = Subject("x", "person", "missing", last_seen=LAST)
    cameras = (Camera(GATE, "a", (late,)), Camera(FAR, "b", (gone,)))
    (found,) = ring_order(missing, LAST, cameras)
    assert (found.camera_id, found.earliest_ns) == (GATE, START_NS + 900 * S)


@given(
    st.tuples(*[st.floats(-500, 3000)] * 4), st.tuples(st.integers(1, 1920), st.integers(1, 1080))
)
def test_a_crop_is_never_empty_and_never_outside(
    box: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    left, top, right, bottom = crop_of(box, size)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
