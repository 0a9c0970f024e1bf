"""Similar appearance: ranking, the time gate, and what is said of each lead."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.errors import NoAppearance, UnknownTrack
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.store import audit_rows
from casefiles.types import Camera, CameraId, Placement, TrackId
from casefiles.usecases.search_similar import search_similar
from casefiles.view_types import Hits
from detection.labels import ObjectClass
from resources.errors import UserError
from tests.support.search_cases import Seen, make_case, put_cameras, put_run, put_source
from video.errors import CannotOpen

CAR = ObjectClass.CAR
# A degree of latitude is about 111 km.
NEAR, FAR = GeoPoint(40.0, -30.0), GeoPoint(40.009, -30.0)


def camera(name: str, point: GeoPoint, heading: float | None = 0) -> Camera:
    return Camera(CameraId(name), name.title(), (Placement(point, heading, 60, 40),))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(
            made, camera("gate", NEAR), camera("beside", NEAR, 20), camera("mill", FAR),
            Camera(CameraId("lost"), "Lost", ()),
        )  # fmt: skip
        yield made


def similar(
    case: Case, *tracks: int, without: tuple[int, ...] = (), time_gate: bool = True
) -> Hits:
    return finish(
        search_similar(
            case,
            tracks=[TrackId(one) for one in tracks],
            without=[TrackId(one) for one in without],
            time_gate=time_gate,
        )
    )


def ids(found: Hits) -> list[int]:
    return [hit.track.track_id for hit in found.hits]


def test_the_likest_of_any_source_comes_first_and_the_asked_one_not(case: Case) -> None:
    asked, like = put_run(
        case, put_source(case, "gate"), Seen(0, 5, vector=(1, 0, 0)), Seen(60, 65, vector=(9, 2, 0))
    )
    other, liker = put_run(
        case,
        put_source(case, "gate"),
        Seen(90, 95, vector=(0, 1, 0)),
        Seen(70, 75, vector=(9, 1, 0)),
    )
    assert ids(similar(case, asked)) == [liker, like, other]


def test_vehicles_are_no_answer_to_a_person(case: Case) -> None:
    person, _ = put_run(
        case, put_source(case), Seen(0, 5, vector=(1, 0)), Seen(9, 12, kind=CAR, vector=(1, 0))
    )
    assert ids(similar(case, person)) == []


def test_examples_are_taken_together_and_negatives_push_away(case: Case) -> None:
    one, two, between, plain, apart = put_run(
        case,
        put_source(case),
        Seen(0, 1, vector=(1, 0, 0)),
        Seen(10, 11, vector=(0, 1, 0)),
        Seen(20, 21, vector=(1, 1, 0)),
        Seen(30, 31, vector=(1, 0.1, 0)),
        Seen(40, 41, vector=(0.1, 0.2, 1)),
    )
    assert ids(similar(case, one, two))[0] == between
    assert ids(similar(case, one))[0] == plain
    pushed = similar(case, one, without=(plain,))
    assert plain not in ids(pushed)
    assert ids(pushed)[-1] in (two, apart)


def test_nobody_is_at_two_far_cameras_at_once_nor_there_too_soon(case: Case) -> None:
    (asked,) = put_run(case, put_source(case, "gate"), Seen(0, 10, vector=(1, 0)))
    at_once, too_soon, later = put_run(
        case,
        put_source(case, "mill"),
        Seen(2, 9, vector=(1, 0)),
        Seen(40, 50, vector=(1, 0)),
        Seen(900, 910, vector=(1, 0)),
    )
    found = similar(case, asked)
    assert ids(found) == [later]
    assert any(note.startswith("2 tracks left out") for note in found.coverage.notes)
    assert "could have walked 9" in found.hits[0].why[1]
    all_of_them = similar(case, asked, time_gate=False)
    assert sorted(ids(all_of_them)) == sorted([at_once, too_soon, later])
    assert any("cannot be the same" in hit.why[1] for hit in all_of_them.hits)


def test_overlapping_views_may_show_one_person_at_once(case: Case) -> None:
    (asked,) = put_run(case, put_source(case, "gate"), Seen(0, 10, vector=(1, 0)))
    (beside,) = put_run(case, put_source(case, "beside"), Seen(2, 9, vector=(1, 0)))
    found = similar(case, asked)
    assert ids(found) == [beside]
    assert found.hits[0].why[1] == "views of the two cameras overlap, at the same time"


def test_unknown_places_and_times_leave_nothing_out(case: Case) -> None:
    (asked,) = put_run(case, put_source(case, "gate"), Seen(0, 10, vector=(1, 0)))
    nowhere = put_run(case, put_source(case, "lost"), Seen(0, 10, vector=(1, 0)))
    timeless = put_run(case, put_source(case, "mill", start_ns=None), Seen(0, 10, vector=(1, 0)))
    found = similar(case, asked)
    assert sorted(ids(found)) == sorted([*nowhere, *timeless])
    assert all("not known" in hit.why[1] for hit in found.hits)


def test_strength_is_judged_by_people_seen_at_one_moment(case: Case) -> None:
    random = np.random.default_rng(5)
    crowd = [Seen(n, n + 5, vector=random.normal(size=16)) for n in range(120)]  # type: ignore[arg-type]  # an array of numbers
    base = random.normal(size=16)
    asked, twin, *_ = put_run(
        case,
        put_source(case),
        Seen(500, 505, vector=base.tolist()),
        Seen(520, 525, vector=(base + random.normal(size=16) * 0.05).tolist()),
        *crowd,
    )
    found = similar(case, asked)
    assert ids(found)[0] == twin
    words = [hit.why[0].rpartition(" ")[2] for hit in found.hits]
    assert words[0] == "strong"
    # By construction about nine in ten of a random crowd are weak.
    assert words.count("weak") > 80
    assert words == sorted(words, key=["strong", "fair", "weak"].index)


def test_few_tracks_are_not_called_strong(case: Case) -> None:
    asked, other = put_run(
        case, put_source(case), Seen(0, 5, vector=(1, 0)), Seen(9, 12, vector=(1, 0.1))
    )
    found = similar(case, asked)
    assert ids(found) == [other]
    assert "match" not in " ".join(found.hits[0].why)


def test_vectors_of_another_embedder_are_not_compared(case: Case) -> None:
    ours, theirs = {"model": "a"}, {"model": "b"}
    (asked,) = put_run(case, put_source(case), Seen(0, 5, vector=(1, 0)), looks=ours)
    (same,) = put_run(case, put_source(case), Seen(9, 12, vector=(1, 0)), looks=ours)
    put_run(case, put_source(case), Seen(9, 12, vector=(1, 0)), looks=theirs)
    found = similar(case, asked)
    assert ids(found) == [same]
    assert any("another appearance model: index again" in note for note in found.coverage.notes)


def test_what_cannot_be_compared_is_said(case: Case) -> None:
    plain, bag = put_run(
        case, put_source(case), Seen(0, 5), Seen(0, 5, kind=ObjectClass.BACKPACK, vector=(1, 0))
    )
    with pytest.raises(UnknownTrack, match="no track 77"):
        similar(case, 77)
    with pytest.raises(NoAppearance, match="nothing to compare"):
        similar(case, plain)
    with pytest.raises(NoAppearance, match="not all persons"):
        similar(case, bag)
    with pytest.raises(UserError, match="no example"):
        similar(case)
    put_run(case, put_source(case), Seen(0, 5, vector=(1, 0)))
    with pytest.raises(NoAppearance, match=f"of track {plain}"):
        similar(case, plain)


@pytest.mark.parametrize("content", [b"", b"no picture at all"])
def test_a_file_that_is_no_picture_is_named(case: Case, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.png"
    path.write_bytes(content)
    for given in (path, tmp_path / "absent.png"):
        with pytest.raises(CannotOpen, match=given.name):
            finish(search_similar(case, pictures=[given]))


def test_a_comparison_is_logged_before_it_is_given(case: Case) -> None:
    asked, other = put_run(
        case, put_source(case), Seen(0, 5, vector=(1, 0)), Seen(9, 12, vector=(1, 0.1))
    )
    similar(case, asked)
    row = json.loads(case.read(lambda cursor: list(audit_rows.every(cursor)))[-1][1])
    assert row["event"] == "similar"
    assert (row["facts"]["examples"], row["facts"]["ids"]) == (str(asked), str(other))
