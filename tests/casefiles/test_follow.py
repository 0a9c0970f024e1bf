"""Candidates for a subject: order, time gate, rejections, absences, what is not known, the log."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.errors import UnknownCamera, UnknownSubject
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.store import audit_rows
from casefiles.subject_types import Absence, AddSubject, LastSeen, Sighting, Subject, SubjectId
from casefiles.types import Camera, CameraId, Placement, TrackId
from casefiles.usecases.follow import FollowState, follow, open_follow
from casefiles.usecases.follow_types import FollowAnswer
from casefiles.usecases.view_case import view_case
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)

MIDDLE: Final = GeoPoint(40.0, -30.0)
LOOKS: Final = {"byte": 1}


def look(rng: np.random.Generator, like: np.ndarray, noise: float = 0.25) -> tuple[float, ...]:
    made = like + noise * rng.normal(size=like.shape)
    return tuple(made / np.linalg.norm(made))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Case, dict[str, int]]]:
    """Three cameras in a row, 200 m apart; the subject walks past all of them, among others."""
    rng = np.random.default_rng(5)
    subject = rng.normal(size=32)
    subject /= np.linalg.norm(subject)
    with make_case(tmp_path / "case") as case:
        for number, name in enumerate(("gate", "mill", "quay")):
            point = moved(MIDDLE, east_m=200.0 * number, north_m=0)
            put_cameras(case, Camera(CameraId(name), name.title(), (Placement(point, 90, 60, 20),)))
        ids: dict[str, int] = {}
        for name, own_s in (("gate", 10), ("mill", 160), ("quay", 310)):
            source = put_source(case, name)
            others = [
                Seen(at, at + 6, vector=look(rng, rng.normal(size=32), 0.0))
                for at in range(0, 590, 12)
            ]
            made = put_run(
                case, source, Seen(own_s, own_s + 5, vector=look(rng, subject, 0.05)), *others
            )
            ids[name] = made[0]
            ids[f"{name}-first"] = made[1]
        yield case, ids


def followed(case: Case, *tracks: int, **other: object) -> SubjectId:
    subject = replace(Subject("Subject", "person"), **other)  # type: ignore[arg-type]
    said = tuple(Sighting(SubjectId(0), TrackId(one), "confirmed") for one in tracks)
    case.post(lambda: AddSubject(subject, said)).result()
    return view_case(case).subjects[-1].subject_id


def state_of(case: Case, subject: SubjectId) -> FollowState:
    return finish(open_follow(case, subject))


def yes(*tracks: int) -> list[Sighting]:
    return [Sighting(SubjectId(1), TrackId(one), "confirmed") for one in tracks]


def no(*tracks: int) -> list[Sighting]:
    return [Sighting(SubjectId(1), TrackId(one), "rejected") for one in tracks]


def queue(answer: FollowAnswer) -> list[int]:
    return [int(one.track.track_id) for one in answer.queue]


def test_who_looks_alike_and_comes_in_time_is_first(town: tuple[Case, dict[str, int]]) -> None:
    case, ids = town
    answer = finish(follow(case, followed(case, ids["gate"])))
    assert set(queue(answer)[:2]) == {ids["mill"], ids["quay"]}
    first = answer.queue[0]
    assert first.side == "after"
    assert first.neighbour == ids["gate"]
    assert {part.name for part in first.parts} >= {"appearance", "travel time"}
    assert any("after Gate" in why for why in first.why)


def test_what_cannot_be_is_left_out_and_back_without_the_gate(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    state = state_of(case, followed(case, ids["mill"]))
    gated, every = state.rank(yes(ids["mill"])), state.rank(yes(ids["mill"]), gate=False)
    assert not any(one.impossible for one in gated.queue)
    assert any(one.impossible for group in every.cameras for one in group.candidates), (
        "200 m in no time"
    )
    assert sum(one.total for one in every.cameras) > sum(one.total for one in gated.cameras)
    assert any("left out" in note for note in gated.notes)


def test_one_rejected_falls_with_all_that_look_like_it(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    state = state_of(case, followed(case, ids["gate"]))
    before = state.rank(yes(ids["gate"]))
    after = state.rank([*yes(ids["gate"]), *no(ids["mill"])])
    assert ids["mill"] not in queue(after)

    def score(answer: FollowAnswer, track: int) -> float:
        return next(
            one.score
            for group in answer.cameras
            for one in group.candidates
            if one.track.track_id == track
        )

    assert score(after, ids["quay"]) < score(before, ids["quay"])


def test_an_answer_taken_back_brings_the_old_order_again(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    state = state_of(case, followed(case, ids["gate"]))
    before = state.rank(yes(ids["gate"]))
    state.rank([*yes(ids["gate"], ids["mill"]), *no(ids["mill-first"])])
    assert queue(state.rank(yes(ids["gate"]))) == queue(before)


def test_an_absence_lowers_its_camera_and_its_candidates(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    subject = followed(case, ids["gate"])
    state = state_of(case, subject)
    gone = Absence(subject, CameraId("mill"), START_NS, START_NS + 600 * S)
    before, after = state.rank(yes(ids["gate"])), state.rank(yes(ids["gate"]), absences=[gone])
    of = {one.camera_id: one for one in before.cameras}[CameraId("mill")]
    now = {one.camera_id: one for one in after.cameras}[CameraId("mill")]
    assert now.chance < of.chance
    assert now.candidates[0].score < of.candidates[0].score
    assert now.absences == (gone,)


def test_a_track_beside_a_confirmed_one_is_never_the_subject(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    state = state_of(case, followed(case, ids["gate"]))
    answer = state.rank(yes(ids["gate"]), limit=100)
    # The second of the others is seen from 12 s on, the subject until 15 s.
    beside = ids["gate-first"] + 1
    every = {one.track.track_id for group in answer.cameras for one in group.candidates}
    assert beside not in every
    assert ids["gate-first"] + 5 in every


def test_contradictory_sightings_are_told_and_rule_nothing_out(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    state = state_of(case, followed(case, ids["gate"]))
    # Both at the beginning: 200 m apart at once.
    answer = state.rank(yes(ids["gate-first"], ids["mill-first"]))
    assert any("cannot be the same" in note for note in answer.notes)
    assert queue(answer)


def test_without_times_looks_alone_order_and_that_is_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    like = rng.normal(size=16)
    with make_case(tmp_path / "case") as case:
        asked = put_run(case, put_source(case, start_ns=None), Seen(0, 5, vector=tuple(like)))
        others = [Seen(9 * at, 9 * at + 5, vector=tuple(rng.normal(size=16))) for at in range(20)]
        twin = Seen(300, 305, vector=tuple(like + 0.01))
        found = put_run(
            case,
            put_source(case, start_ns=None),
            *others,
            twin,
        )
        answer = finish(follow(case, followed(case, asked[0])))
    assert queue(answer)[0] == found[-1]
    assert answer.queue[0].side == "any"
    assert answer.queue[0].from_wall_ns is None
    assert any("not known" in note for note in answer.notes)


def test_without_looks_time_and_place_order_and_that_is_told(tmp_path: Path) -> None:
    with make_case(tmp_path / "case") as case:
        for number, name in enumerate(("gate", "mill")):
            point = moved(MIDDLE, east_m=200.0 * number, north_m=0)
            put_cameras(case, Camera(CameraId(name), name, (Placement(point, 90, 60, 20),)))
        (asked,) = put_run(case, put_source(case, "gate"), Seen(10, 15, has_look=False))
        late = [Seen(at, at + 5, has_look=False) for at in (150, 560, 590)]
        found = put_run(case, put_source(case, "mill"), *late)
        answer = finish(follow(case, followed(case, asked)))
    assert queue(answer)[0] == found[0]
    assert any("no appearance is stored" in note for note in answer.notes)


def test_a_missing_person_is_looked_for_from_the_last_place(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, _ = town
    last = LastSeen(START_NS, moved(MIDDLE, east_m=-60, north_m=0))
    subject = followed(case, mode="missing", last_seen=last, clothing="red jacket purple-ish")
    answer = finish(follow(case, subject))
    assert answer.queue
    assert answer.queue[0].camera_id == "gate"
    assert any(note.startswith("not compared") for note in answer.notes)
    late = replace(last, wall_ns=START_NS + 10**8 * S)
    told = finish(follow(case, followed(case, mode="missing", last_seen=late, name="Late")))
    assert any("before it was last seen" in note for note in told.notes)


def test_footage_in_the_window_that_was_not_analysed_is_named_nearest_first(
    town: tuple[Case, dict[str, int]],
) -> None:
    case, ids = town
    put_cameras(
        case,
        Camera(
            CameraId("pier"), "Pier",
            (Placement(moved(MIDDLE, east_m=260, north_m=0), 90, 60, 20),),
        ),
    )  # fmt: skip
    source = put_source(case, "pier")
    answer = finish(follow(case, followed(case, ids["gate"])))
    assert [one.source_id for one in answer.to_analyse][:1] == [source]
    assert answer.to_analyse[0].from_ns >= START_NS
    assert {one.camera_id: one.analysed for one in answer.cameras}[CameraId("pier")] == 0


def test_only_the_cameras_and_the_span_asked_for(town: tuple[Case, dict[str, int]]) -> None:
    case, ids = town
    subject = followed(case, ids["gate"])
    answer = finish(
        follow(case, subject, cameras=[CameraId("mill")], from_ns=START_NS + 100 * S,
               to_ns=START_NS + 200 * S)
    )  # fmt: skip
    assert {one.camera_id for one in answer.queue} == {"mill"}
    assert all(
        one.from_wall_ns is not None and one.from_wall_ns < START_NS + 200 * S
        for one in answer.queue
    )
    empty = finish(follow(case, subject, from_ns=START_NS + 10**6 * S, to_ns=START_NS + 10**7 * S))
    assert not empty.queue
    assert any("no track of a person" in note for note in empty.notes)
    with pytest.raises(UnknownCamera):
        finish(follow(case, subject, cameras=[CameraId("nowhere")]))
    with pytest.raises(UnknownSubject):
        finish(follow(case, SubjectId(99)))


def test_what_is_shown_is_logged_with_its_ids(town: tuple[Case, dict[str, int]]) -> None:
    case, ids = town
    answer = finish(follow(case, followed(case, ids["gate"])))
    row = json.loads(case.read(lambda cursor: list(audit_rows.every(cursor)))[-1][1])
    assert row["event"] == "follow"
    assert row["object"] == f"subject:{answer.subject.subject_id}"
    assert row["facts"]["confirmed"] == 1
    assert str(ids["mill"]) in json.dumps(row["facts"]["ids"])
