"""What never moves: learned from a run, hidden, listed, brought back; people are left alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import Edit, RestoreSpot, SuppressSpot
from casefiles.errors import UnknownSpot
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.types import Camera, CameraId, SpotId
from casefiles.usecases.learn_static_spots import list_static_spots
from casefiles.usecases.read_timeline import read_timeline
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.show_tracks import show_points, show_tracks
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from casefiles.view_types import StaticSpot
from detection.labels import ObjectClass
from tests.support.search_cases import make_case, put_cameras
from tests.support.still_cases import POST, post, put_watch, put_watch_again, walkers

WAIT_S = 20
PIECES = 31
WALKERS = 8


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(
            made, Camera(CameraId("gate"), "Gate", ()), Camera(CameraId("yard"), "Yard", ())
        )
        yield made


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result(WAIT_S)


def hidden(case: Case, source_id: int) -> int:
    """How many tracks of a source are left out of its list."""
    every = show_tracks(case, source_id, with_suppressed=True)
    shown = show_tracks(case, source_id, with_suppressed=False)
    assert {track.track_id for track in every if track.suppressed} == (
        {track.track_id for track in every} - {track.track_id for track in shown}
    )
    return len(every) - len(shown)


def the_spot(case: Case) -> StaticSpot:
    (spot,) = list_static_spots(case)
    return spot


def rows_at_fault(case: Case) -> list[str]:
    """What `case verify` finds in runs and spots; cameras and sources are put in by hand here."""
    return [fault for fault in finish(verify_case(case)).bad if fault.startswith(("static", "run"))]


def test_post_is_learned_and_its_tracks_are_hidden_everywhere(case: Case) -> None:
    source = put_watch(case, post(), *walkers())
    spot = the_spot(case)
    assert spot.box == pytest.approx(POST, abs=0.5)
    assert (spot.class_id, spot.hidden, spot.by_person) == (ObjectClass.PERSON, True, False)
    assert spot.seen / spot.analysed == pytest.approx(0.99, abs=0.01)
    assert hidden(case, source) == spot.tracks == PIECES
    people = show_points(case, source, with_suppressed=False).at.boxes
    assert len(people)
    assert (people[:, 1] > 190).all()
    (lane,) = read_timeline(case)
    assert len(lane.activity["person"]) == len(people)
    found = finish(search_tracks(case, Query("")))
    assert (found.total, found.coverage.hidden) == (WALKERS, PIECES)
    cars = finish(search_tracks(case, Query("", (ClassFilter((ObjectClass.CAR,)),))))
    assert cars.coverage.hidden == 0, "nothing was left out of what was asked"


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(post(first=30), id="came"),
        pytest.param(post(last=370), id="went"),
        pytest.param(post(seen=0.8), id="not always seen"),
        pytest.param(post(noise=2.5), id="moves arms and head"),
        pytest.param(post(step=(0.02, 0)), id="shifts slowly"),
        pytest.param(post(box=(0, 0, 620, 470)), id="close to the camera"),
        pytest.param(post(kind=ObjectClass.CAR), id="parked car"),
    ],
)
def test_what_might_be_somebody_is_not_learned(case: Case, person: object) -> None:
    source = put_watch(case, person, *walkers())  # type: ignore[arg-type]  # a Thing
    assert list_static_spots(case) == ()
    assert hidden(case, source) == 0


def test_recording_shorter_than_a_minute_teaches_nothing(case: Case) -> None:
    put_watch(case, post(), *walkers(), looks=290)
    assert list_static_spots(case) == ()


def test_somebody_asleep_is_listed_and_not_hidden_until_a_person_says_so(case: Case) -> None:
    source = put_watch(case, post(score=0.76), *walkers())
    assert not the_spot(case).hidden
    assert hidden(case, source) == 0
    assert do(case, SuppressSpot(the_spot(case).spot_id)) == RestoreSpot(the_spot(case).spot_id)
    assert hidden(case, source) == PIECES
    assert the_spot(case).by_person


def test_without_people_to_compare_with_nothing_is_hidden(case: Case) -> None:
    source = put_watch(case, post(), *walkers(4))
    assert not the_spot(case).hidden
    assert hidden(case, source) == 0


def test_person_who_stops_in_front_of_the_post_stays(case: Case) -> None:
    stands = replace(post(), score=0.75, first=100, last=140, pieces=1)
    source = put_watch(case, post(), *walkers())
    again = put_watch_again(case, source, post(), stands, *walkers())
    assert the_spot(case).run_id == again - 1
    shown = show_tracks(case, source, with_suppressed=False)
    assert len(shown) == WALKERS + 1


def test_what_was_learned_once_holds_for_later_recordings_of_the_camera(case: Case) -> None:
    put_watch(case, post(), *walkers(), camera="gate")
    short = put_watch(case, post(last=100, pieces=4), looks=100, camera="gate")
    gone = put_watch(case, post(last=30, pieces=2), looks=100, camera="gate")
    elsewhere = put_watch(case, post(last=100, pieces=4), looks=100, camera="yard")
    nowhere = put_watch(case, post(last=100, pieces=4), looks=100)
    assert len(list_static_spots(case)) == 1
    assert hidden(case, short) == 4
    assert hidden(case, gone) == 0, "a thing that is no longer there hides nobody"
    assert hidden(case, elsewhere) == hidden(case, nowhere) == 0
    other_model = put_watch_again(case, short, post(last=100, pieces=4), looks=100, model="b" * 64)
    assert case.current_runs()[short].run_id == other_model
    assert hidden(case, short) == 0, "another model sees other things"


def test_order_in_which_recordings_are_done_does_not_matter(case: Case) -> None:
    short = put_watch(case, post(last=100, pieces=4), looks=100, camera="gate")
    assert hidden(case, short) == 0
    put_watch(case, post(), *walkers(), camera="gate")
    assert hidden(case, short) == 4
    assert the_spot(case).tracks == PIECES + 4
    assert rows_at_fault(case) == []


def test_spot_brought_back_is_not_learned_again(case: Case) -> None:
    source = put_watch(case, post(), *walkers(), camera="gate")
    do(case, RestoreSpot(the_spot(case).spot_id))
    assert hidden(case, source) == 0
    later = put_watch(case, post(), *walkers(), camera="gate")
    assert len(list_static_spots(case)) == 1
    assert hidden(case, later) == 0


def test_same_rows_give_the_same_spots(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        with make_case(tmp_path / name) as case:
            put_watch(case, post(), post(box=(300, 20, 330, 80)), *walkers())
            made.append([replace(spot, learned_ns=0) for spot in list_static_spots(case)])
    assert made[0] == made[1]
    assert [spot.spot_id for spot in made[0]] == [1001, 1002]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A case with three spots; two of them near each other."""
    with make_case(tmp_path_factory.mktemp("spots") / "case") as made:
        near = (POST[0] + 11, POST[1], POST[2] + 11, POST[3])
        put_watch(made, post(), post(box=near), post(box=(300, 20, 330, 80)), *walkers())
        assert len(list_static_spots(made)) == 3
        yield made


def state(case: Case) -> object:
    """All that hiding and bringing back change."""
    spots = [(spot.spot_id, spot.hidden, spot.tracks) for spot in view_case(case).spots]
    return spots, show_tracks(case, 1, with_suppressed=True)


def flip(spot: StaticSpot) -> Edit:
    return RestoreSpot(spot.spot_id) if spot.hidden else SuppressSpot(spot.spot_id)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 2), max_size=6))
def test_inverses_in_reverse_order_restore_every_row(watched: Case, picks: list[int]) -> None:
    before = state(watched)
    inverses = [do(watched, flip(view_case(watched).spots[pick])) for pick in picks]
    for inverse in reversed(inverses):
        do(watched, inverse)
    assert state(watched) == before


def test_case_verifies_after_restoring_and_finds_tampering(watched: Case) -> None:
    do(watched, RestoreSpot(SpotId(1001)))
    assert rows_at_fault(watched) == []
    do(watched, SuppressSpot(SpotId(1001)))
    assert rows_at_fault(watched) == []
    for damage, mend in (
        ("UPDATE tracks SET suppressed = false WHERE track_id = 1000001",
         "UPDATE tracks SET suppressed = true WHERE track_id = 1000001"),
        ("UPDATE static_spots SET x1 = x1 + 1", "UPDATE static_spots SET x1 = x1 - 1"),
        ("UPDATE static_tracks SET track_id = -track_id",
         "UPDATE static_tracks SET track_id = -track_id"),
    ):  # fmt: skip
        watched.write(lambda cursor, sql=damage: cursor.execute(sql))  # type: ignore[misc]
        assert any("static" in fault for fault in rows_at_fault(watched)), damage
        watched.write(lambda cursor, sql=mend: cursor.execute(sql))  # type: ignore[misc]
    assert rows_at_fault(watched) == []


def test_every_decision_is_logged_and_tells_listeners(watched: Case) -> None:
    told: list[frozenset[str]] = []
    stop = watched.listen(lambda change: told.append(change.tables))
    do(watched, RestoreSpot(SpotId(1002)))
    do(watched, SuppressSpot(SpotId(1002)))
    stop()
    rows = watched.read(lambda cursor: list(audit.stored_rows(cursor)))[-2:]
    texts = [json.loads(row.text) for row in rows]
    assert [(row["event"], row["object"]) for row in texts] == [
        ("static.restore", "spot:1002"),
        ("static.suppress", "spot:1002"),
    ]
    assert told == [frozenset({"static_spots", "tracks"})] * 2


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (RestoreSpot(SpotId(7)), "no static spot 7.*1001, 1002, 1003"),
        (SuppressSpot(SpotId(7)), "no static spot 7"),
        (SuppressSpot(SpotId(1001)), "1001 is hidden already"),
    ],
)
def test_impossible_decision_is_refused_and_changes_nothing(
    watched: Case, edit: Edit, words: str
) -> None:
    before = state(watched)
    with pytest.raises(UnknownSpot, match=words) as refused:
        do(watched, edit)
    assert refused.value.hint
    assert state(watched) == before


def test_bringing_back_twice_is_refused(watched: Case) -> None:
    do(watched, RestoreSpot(SpotId(1003)))
    with pytest.raises(UnknownSpot, match="brought back already"):
        do(watched, RestoreSpot(SpotId(1003)))
    do(watched, SuppressSpot(SpotId(1003)))


def test_case_without_spots_needs_no_voucher(case: Case) -> None:
    assert rows_at_fault(case) == []
    case.write(lambda cursor: cursor.execute("INSERT INTO static_tracks VALUES (1, 1)"))
    assert rows_at_fault(case) == ["static: no audit row tells where its rows come from"]
