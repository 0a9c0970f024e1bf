"""Searching by attributes, direction, speed, size and company; what is not known is said."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.queries.filters import (
    AttributeFilter,
    ClassFilter,
    CountFilter,
    Direction,
    DirectionFilter,
    Filter,
    Query,
    SizeFilter,
    SpeedFilter,
)
from casefiles.store import traits
from casefiles.store.engine import Cursor
from casefiles.trait_types import TrackTrait, TraitVote
from casefiles.types import Camera, CameraId, Placement, RunId, TrackId
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.search_traits import likely_words, trait_words
from casefiles.view_types import Hits
from detection.labels import ObjectClass
from detection.movement import Movements
from tests.support.search_cases import Seen, make_case, put_cameras, put_run, put_source

PERSON = ClassFilter((int(ObjectClass.PERSON),))
BACKPACK = AttributeFilter("backpack", ("yes",))
_JUDGED = json.dumps({"attributes": {"person": {"model": "m", "model_sha256": "0"}}})


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


def judge(case: Case, track: int, *, frame: int = 7, **said: tuple[str, float]) -> None:
    """Stores attributes of a track as a run that had the networks would."""

    def put(cursor: Cursor) -> None:
        run_id = RunId(track // 1_000_000)
        cursor.execute("UPDATE runs SET options = ? WHERE run_id = ?", [_JUDGED, run_id])
        votes = [
            TraitVote(
                TrackId(track),
                0,
                0.5,
                TrackTrait(name.replace("_", " "), value, sure, frame, frame),
            )
            for name, (value, sure) in said.items()
        ]
        traits.put_votes(cursor, run_id, votes, [(track, 0)])
        traits.sum_up(cursor, run_id)

    case.write(put)


def move(case: Case, track: int, *, across: float = 0, towards: float = 0, speed: float = 0.8,
         height: float = 100) -> None:  # fmt: skip
    """Stores how a track moved."""

    def one(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.array([value], np.float32)

    moved = Movements(
        np.array([track]), one(across), one(towards), one(abs(across)), one(abs(across)),
        one(speed), one(0), one(height),
    )  # fmt: skip
    run_id = RunId(track // 1_000_000)
    case.write(lambda cursor: traits.put_movements(cursor, run_id, moved))


def found(case: Case, *filters: Filter) -> Hits:
    return finish(search_tracks(case, Query("", filters)))


def ids(hits: Hits) -> list[int]:
    return [hit.track.track_id for hit in hits.hits]


def test_attribute_finds_the_sure_before_the_unsure_and_leaves_out_the_unlike(case: Case) -> None:
    sure, unsure, without = put_run(case, put_source(case), *[Seen(0, 10)] * 3)
    judge(case, sure, backpack=("yes", 0.9))
    judge(case, unsure, backpack=("no", 0.52))
    judge(case, without, backpack=("no", 0.95))
    hits = found(case, PERSON, BACKPACK)
    assert ids(hits) == [sure, unsure]
    assert [hit.doubtful for hit in hits.hits] == [False, True]
    assert "backpack: very likely (frame 7)" in hits.hits[0].why
    assert "backpack: perhaps (frame 7)" in hits.hits[1].why
    assert hits.coverage.notes == ()


def test_attribute_that_nobody_judged_is_said_and_drops_nobody(case: Case) -> None:
    (judged,) = put_run(case, put_source(case), Seen(0, 10))
    (old,) = put_run(case, put_source(case), Seen(0, 10))
    judge(case, judged, backpack=("yes", 0.7))
    hits = found(case, PERSON, BACKPACK)
    assert ids(hits) == [judged, old]
    assert hits.hits[1].doubtful
    assert "backpack: not judged" in hits.hits[1].why
    assert hits.coverage.notes == (
        "backpack: not judged on 1 recording (needs the model person-attributes-0230; "
        "then index again)",
    )


def test_attribute_that_no_model_tells_is_said(case: Case) -> None:
    (track,) = put_run(case, put_source(case), Seen(0, 10))
    hits = found(case, PERSON, AttributeFilter("coat", ("yes",)))
    assert ids(hits) == [track]
    assert hits.coverage.notes == ("coat: not judged (no known model tells it well enough)",)


def test_attribute_of_people_is_not_asked_of_cars(case: Case) -> None:
    person, _ = put_run(case, put_source(case), Seen(0, 9), Seen(0, 9, ObjectClass.CAR))
    assert ids(found(case, BACKPACK)) == [person]


def test_values_of_four_share_what_is_left(case: Case) -> None:
    (van,) = put_run(case, put_source(case), Seen(0, 9, ObjectClass.CAR))
    judge(case, van, vehicle_type=("van", 0.7))
    assert ids(found(case, AttributeFilter("vehicle type", ("van",)))) == [van]
    assert ids(found(case, AttributeFilter("vehicle type", ("bus",)))) == []
    assert ids(found(case, AttributeFilter("vehicle type", ("bus", "van")))) == [van]


def test_votes_of_frames_count_by_how_well_they_show(case: Case) -> None:
    (track,) = put_run(case, put_source(case), Seen(0, 9))

    def put(cursor: Cursor) -> None:
        said = [("yes", 0.9, 0.9, 3), ("no", 0.6, 0.2, 4), ("yes", 0.7, 0.5, 5)]
        votes = [
            TraitVote(TrackId(track), at, weight, TrackTrait("hat", value, sure, frame, frame))
            for at, (value, sure, weight, frame) in enumerate(said)
        ]
        traits.put_votes(cursor, RunId(1), votes, [(track, at) for at in range(3)])
        traits.sum_up(cursor, RunId(1))

    case.write(put)
    known = case.read(lambda cursor: traits.of_tracks(cursor, [TrackId(track)]))[TrackId(track)]
    (hat,) = known.attributes
    assert (hat.value, hat.frame) == ("yes", 3)
    assert hat.confidence == pytest.approx((0.9 * 0.9 + 0.2 * 0.4 + 0.5 * 0.7) / 1.6, abs=1e-6)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("left", [0]), ("right", [1, 3]), ("towards", [2, 3]), ("away", [])],
)
def test_direction_on_the_picture(case: Case, direction: Direction, expected: list[int]) -> None:
    tracks = put_run(case, put_source(case), *[Seen(0, 9)] * 5)
    ways = [(-3, 0.2), (3, 0), (0.1, 3), (2, 2), (0.1, 0.1)]
    for track, (across, towards) in zip(tracks, ways, strict=True):
        move(case, track, across=across, towards=towards)
    assert sorted(ids(found(case, DirectionFilter((direction,))))) == [tracks[n] for n in expected]


def test_compass_direction_turns_with_the_camera(case: Case) -> None:
    place = GeoPoint(44.0, -93.0)
    put_cameras(
        case,
        Camera(CameraId("north"), "N", (Placement(place, heading_deg=0),)),
        Camera(CameraId("west"), "W", (Placement(place, heading_deg=270),)),
        Camera(CameraId("blind"), "B", (Placement(place),)),
    )
    tracks = [put_run(case, put_source(case, camera), Seen(0, 9))[0]
              for camera in ("north", "west", "blind")]  # fmt: skip
    for track in tracks:
        move(case, track, across=3, towards=0)
    hits = found(case, DirectionFilter(("east",)))
    assert ids(hits) == [tracks[0]]
    assert any("1 recording left out by the direction" in note for note in hits.coverage.notes)
    # Who crosses to the right of a camera that looks west walks north.
    assert ids(found(case, DirectionFilter(("north",)))) == [tracks[1]]


def test_movement_that_nobody_measured_is_said_and_drops_nobody(case: Case) -> None:
    (measured,) = put_run(case, put_source(case), Seen(0, 9))
    (old,) = put_run(case, put_source(case), Seen(0, 9))
    move(case, measured, across=-2)
    hits = found(case, DirectionFilter(("left",)))
    assert ids(hits) == [measured, old]
    assert [hit.doubtful for hit in hits.hits] == [False, True]
    assert "movement: not measured on 1 recording (index again)" in hits.coverage.notes


def test_speed_and_size_have_open_ends(case: Case) -> None:
    slow, fast = put_run(case, put_source(case), *[Seen(0, 9)] * 2)
    move(case, slow, speed=0.5, height=80)
    move(case, fast, speed=2.5, height=200)
    assert ids(found(case, SpeedFilter(1.4, None))) == [fast]
    assert ids(found(case, SpeedFilter(None, 0.5))) == [slow]
    assert ids(found(case, SizeFilter(90, None))) == [fast]
    assert "running pace, 2.5 heights/s" in found(case, SpeedFilter(1.4, None)).hits[0].why


def test_count_finds_those_who_were_there_together(case: Case) -> None:
    first, second, third, alone, _ = put_run(
        case, put_source(case), Seen(0, 10), Seen(5, 12), Seen(9, 20), Seen(30, 40),
        Seen(6, 9, ObjectClass.CAR),
    )  # fmt: skip
    assert sorted(ids(found(case, PERSON, CountFilter(3)))) == [first, second, third]
    assert sorted(ids(found(case, PERSON, CountFilter(1)))) == [first, second, third, alone]
    assert ids(found(case, PERSON, CountFilter(4))) == []


def test_who_comes_at_the_moment_another_has_gone_was_not_with_them(case: Case) -> None:
    put_run(case, put_source(case), Seen(0, 10), Seen(10.001, 20))
    assert ids(found(case, PERSON, CountFilter(2))) == []


def test_words_of_attributes_and_chances() -> None:
    assert trait_words("backpack", "no") == "no backpack"
    assert trait_words("sleeves", "long") == "long sleeves"
    assert trait_words("vehicle type", "bus") == "bus"
    assert [likely_words(chance) for chance in (0.9, 0.7, 0.5, 0.2)] == [
        "very likely", "likely", "perhaps", "unlikely",
    ]  # fmt: skip
