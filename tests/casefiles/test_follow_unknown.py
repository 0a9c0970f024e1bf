"""Candidates where times, places or ways between cameras are not known, or only from traffic."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.subject_types import AddSubject, Sighting, Subject, SubjectId
from casefiles.types import Camera, CameraId, TrackId
from casefiles.usecases.follow import open_follow
from casefiles.usecases.follow_types import Candidate, FollowAnswer
from casefiles.usecases.view_case import view_case
from detection.following.travel_times import unknown_way
from tests.support.search_cases import START_NS, Seen, make_case, put_cameras, put_run, put_source

NAMES = ("A", "B")
RIGHT = 636.0
LEFT = 4.0


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


def answers(case: Case, track: int) -> tuple[FollowAnswer, FollowAnswer]:
    """With times, and without."""
    said = (Sighting(SubjectId(0), TrackId(track), "confirmed"),)
    case.post(lambda: AddSubject(Subject("Somebody", "person"), said)).result()
    state = finish(open_follow(case, view_case(case).subjects[-1].subject_id))
    return state.rank(said, limit=500), state.rank(said, gate=False, limit=500)


def on(answer: FollowAnswer, camera: str) -> tuple[Candidate, ...]:
    return next(one.candidates for one in answer.cameras if one.camera_id == camera)


def alike(count: int, seed: int) -> list[tuple[float, ...]]:
    rng = np.random.default_rng(seed)
    first = rng.normal(size=16)
    made = [first + noise * rng.normal(size=16) for noise in np.linspace(0.1, 3, count)]
    return [tuple(one / np.linalg.norm(one)) for one in made]


def part(candidate: Candidate, name: str) -> float:
    """The log ratio of one part."""
    chance = next(one.value for one in candidate.parts if one.name == name)
    return float(np.log(chance / (1 - chance)))


def test_where_nothing_is_known_of_times_the_order_is_that_of_looks(case: Case) -> None:
    tracks = []
    for name in NAMES:
        put_cameras(case, Camera(CameraId(name), name, ()))
        seen = [Seen(9.0 * at, 9.0 * at + 5, vector=one) for at, one in enumerate(alike(30, 3))]
        tracks.append(put_run(case, put_source(case, name, start_ns=None), *seen[::-1]))
    timed, by_looks = answers(case, tracks[0][-1])
    for camera in NAMES:
        first, second = ([one.track.track_id for one in on(got, camera)]
                         for got in (timed, by_looks))  # fmt: skip
        assert first == second
    assert not any(one.impossible for one in on(timed, "B"))


def test_where_no_place_is_known_times_order_gently_and_leave_nobody_out(case: Case) -> None:
    tracks = []
    for name, step in (("A", 45.0), ("B", 9.0)):
        put_cameras(case, Camera(CameraId(name), name, ()))
        seen = [Seen(step * at, step * at + 5, vector=one) for at, one in enumerate(alike(13, 3))]
        tracks.append(put_run(case, put_source(case, name), *seen))
    timed, by_looks = answers(case, tracks[0][0])
    assert len(on(timed, "B")) == len(on(by_looks, "B")) == 13
    told = [part(one, "travel time") for one in on(timed, "B")]
    # Within two minutes, also at the same moment: less than a fair likeness says.
    assert max(told) - min(told) < 3.5
    assert not any("from traffic" in why for one in on(timed, "B") for why in one.why)


@pytest.mark.parametrize("kind", ["person", "vehicle"])
def test_an_unknown_way_is_a_little_less_likely_the_longer_it_takes(kind: str) -> None:
    seconds = np.geomspace(1.0, 86_400, 200)
    told = unknown_way("vehicle" if kind == "vehicle" else "person").log_density(seconds)
    assert (np.diff(told) < 0).all()
    assert told[0] - told[np.searchsorted(seconds, 60)] < 3.5


def test_traffic_tells_the_time_and_the_sides_of_a_way_without_places(case: Case) -> None:
    """Who leaves A by the right comes into B by the left 20 s later; others come by the right."""
    rng = np.random.default_rng(7)
    going = np.sort(rng.uniform(0, 1400, 50)).tolist()
    others = np.sort(rng.uniform(0, 1400, 50)).tolist()
    for name in NAMES:
        put_cameras(case, Camera(CameraId(name), name, ()))
    look = tuple(np.eye(8)[0])

    def walks(begins: float, came: float, left: float) -> Seen:
        way = ((begins, came, 300.0), (begins + 8, left, 300.0))
        return Seen(begins, begins + 8, feet=way, vector=look)

    first = put_run(
        case, put_source(case, "A", length_s=1600),
        *(walks(at, 320.0, RIGHT) for at in going), *(walks(at, 320.0, LEFT) for at in others),
    )  # fmt: skip
    asked = 20
    # Two come at the very moment at which the subject should, by different sides.
    came = [at + 28 for at in going]
    second = put_run(
        case, put_source(case, "B", length_s=1600, start_ns=START_NS),
        *(walks(at, LEFT, 320.0) for at in came),
        *(walks(at, RIGHT, 320.0) for at in [*rng.uniform(0, 1400, 40), came[asked]]),
    )  # fmt: skip
    timed, _ = answers(case, first[asked])
    best = on(timed, "B")[0]
    assert best.track.track_id == second[asked]
    assert any("usually 20 s, from traffic" in why for why in best.why)
    twin = next(one for one in on(timed, "B") if one.track.track_id == second[-1])
    assert part(twin, "direction") < -0.5 < 0.5 < part(best, "direction")
    assert part(twin, "travel time") == pytest.approx(part(best, "travel time"))
