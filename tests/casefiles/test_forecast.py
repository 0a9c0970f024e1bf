"""Forecasts: on which camera to look, when, how likely; what was looked through in vain counts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.subject_types import (
    Absence,
    AddSubject,
    LastSeen,
    NoteAbsences,
    RemoveSubject,
    Sighting,
    Subject,
    SubjectId,
)
from casefiles.types import Camera, CameraId, Placement, TrackId
from casefiles.usecases.follow_types import Look
from casefiles.usecases.forecast import Way, forecast, looks_of
from casefiles.usecases.journey_files import forecast_document
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.following.travel_times import TravelTime, travel_time_of
from tests.support.case_views import a_view
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)

GATE, STAIRS, QUAY = CameraId("gate"), CameraId("stairs"), CameraId("quay")
ADA = Subject("Subject 1", "person")
VIEW = a_view(cameras=[("gate", "Market Gate"), ("stairs", "Ferry Stairs"), ("quay", "Quay")])
NEAR, FAR = travel_time_of(100, "person"), travel_time_of(400, "person")
BOTH = (Way(STAIRS, NEAR, 0.5, 100.0, "100 m", 0.0), Way(QUAY, FAR, 0.3, 400.0, "400 m", 0.0))


def looks(
    ways: Sequence[Way] = BOTH, *absences: Absence, waited_s: float = 0.0, backward: bool = False
) -> tuple[Look, ...]:
    return looks_of(VIEW, ADA, START_NS, ways, absences, waited_s, backward=backward)


def absence(camera: CameraId, from_s: float, to_s: float, share: float = 1.0) -> Absence:
    return Absence(
        SubjectId(1), camera, START_NS + round(from_s * S), START_NS + round(to_s * S), "watched",
        share=share,
    )  # fmt: skip


def test_the_window_is_that_of_the_way_and_holds_its_share_of_times() -> None:
    first, second = looks()
    assert (first.camera_id, second.camera_id) == (STAIRS, QUAY)
    assert (first.chance, second.chance) == pytest.approx((0.5, 0.3))
    for look, travel in ((first, NEAR), (second, FAR)):
        begins, ends = ((at - START_NS) / S for at in (look.window.from_ns, look.window.to_ns))
        assert float(travel.chance_between(begins, ends)) == pytest.approx(0.95, abs=0.01)
        likely = (look.window.likely_ns - START_NS) / S
        assert float(travel.chance_until(likely)) == pytest.approx(0.5, abs=0.01)


def test_words_name_camera_window_and_way() -> None:
    (look, _) = looks()
    assert look.words.startswith("Look on Ferry Stairs between 17:24:")
    assert "100 m" in look.words
    assert "no footage" in look.words


def test_backward_windows_lie_before() -> None:
    forward, back = looks()[0].window, looks(backward=True)[0].window
    assert back.to_ns < START_NS < forward.from_ns
    assert START_NS - back.from_ns == pytest.approx(forward.to_ns - START_NS, rel=1e-6)
    assert START_NS - back.likely_ns == pytest.approx(forward.likely_ns - START_NS, rel=1e-6)


def test_a_camera_looked_through_in_vain_gives_its_chance_to_the_others() -> None:
    before, after = looks(), looks(BOTH, absence(STAIRS, 0, 3600))
    chance = {one.camera_id: one.chance for one in after}
    assert chance[STAIRS] < 0.2
    assert chance[QUAY] > before[1].chance
    assert after[0].camera_id == QUAY
    assert any("not seen there from" in one.words for one in after if one.camera_id == STAIRS)


def test_half_a_window_looked_through_leaves_the_other_half() -> None:
    middle = float(NEAR.quantile(0.5))
    (before,), (after,) = looks(BOTH[:1]), looks(BOTH[:1], absence(STAIRS, 0, middle))
    assert after.window.likely_ns > before.window.likely_ns
    assert after.chance < before.chance


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STAIRS, QUAY]), st.floats(0, 2000), st.floats(1, 2000), st.floats(0, 1)
        ),
        max_size=4,
    ),
    st.floats(0, 600),
)
def test_chances_stay_chances_and_windows_stay_in_order(
    spans: list[tuple[CameraId, float, float, float]], waited_s: float
) -> None:
    said = [absence(camera, at, at + length, share) for camera, at, length, share in spans]
    told = looks(BOTH, *said, waited_s=waited_s)
    assert sum(one.chance for one in told) <= 1 + 1e-9
    for one in told:
        assert one.window.from_ns <= one.window.likely_ns <= one.window.to_ns
        # It was on no camera until then.
        assert one.window.from_ns >= START_NS + round(waited_s * S) - S


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_that_was_looked_through_never_raises_a_chance(one: float, other: float) -> None:
    less, more = sorted((one, other))

    def chance(share: float) -> float:
        told = looks(BOTH, absence(STAIRS, 0, 300, share))
        return next((look.chance for look in told if look.camera_id == STAIRS), 0.0)

    assert chance(more) <= chance(less) + 1e-12


def test_clocks_widen_a_window() -> None:
    sure = (replace(BOTH[0], uncertainty_s=0.0),)
    unsure = (replace(BOTH[0], uncertainty_s=120.0),)
    (narrow,), (wide,) = looks(sure), looks(unsure)
    assert wide.window.to_ns - wide.window.from_ns > narrow.window.to_ns - narrow.window.from_ns
    assert isinstance(NEAR, TravelTime)
    assert np.isfinite(wide.chance)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Somebody leaves the gate by the right edge; the stairs are 85 m east, the quay 500 m."""
    with make_case(tmp_path / "case") as made:
        put_cameras(
            made,
            Camera(GATE, "Market Gate", (_at(-30.0, 0.0),)),
            Camera(STAIRS, "Ferry Stairs", (_at(-29.999, 0.0),)),
            Camera(QUAY, "Quay", (_at(-29.994, 0.0),)),
        )
        feet = tuple((10 + step, 100 + 50 * step, 400.0) for step in range(11))
        right = (*feet, (21.0, 629.0, 400.0))
        put_run(made, put_source(made, GATE), Seen(10, 21, feet=right))
        put_run(made, put_source(made, STAIRS), Seen(80, 95))
        yield made


def _at(lon: float, heading: float) -> Placement:
    return Placement(GeoPoint(40.0, lon), heading, 60.0, 30.0)


def follow(case: Case, *tracks: int, subject: Subject = ADA) -> SubjectId:
    said = tuple(Sighting(SubjectId(0), TrackId(one), "confirmed") for one in tracks)
    undo = case.post(lambda: AddSubject(subject, said)).result()
    assert isinstance(undo, RemoveSubject)
    return undo.subject_id


def test_the_nearest_camera_on_the_side_of_the_exit_comes_first(case: Case) -> None:
    told = forecast(case, follow(case, 1_000_001))
    assert told.looks[0].camera_id == STAIRS
    assert told.looks[0].has_footage
    assert told.since_ns == START_NS + 21 * S
    # The camera looks north: its right edge lies east.
    assert told.heading_deg is not None
    assert 45 < told.heading_deg < 135
    assert told.spread_deg is not None
    assert told.reach_m is not None
    assert told.likely_m is not None
    assert 0 < told.likely_m < told.reach_m
    view: CaseView = view_case(case)
    document = forecast_document(view, told)
    assert document["backward"] is False


def test_the_ring_grows_with_the_moment_asked_and_not_seen_lowers_a_chance(case: Case) -> None:
    subject_id = follow(case, 1_000_001)
    since = START_NS + 21 * S
    rings = [forecast(case, subject_id, at_ns=since + wait * S).reach_m for wait in (10, 60, 600)]
    assert rings == sorted(rings, key=lambda one: one or 0)
    assert len(set(rings)) == 3
    before = {one.camera_id: one.chance for one in forecast(case, subject_id).looks}
    span = Absence(subject_id, STAIRS, since, since + 3600 * S, "watched")
    case.post(lambda: NoteAbsences((span,))).result()
    after = {one.camera_id: one.chance for one in forecast(case, subject_id).looks}
    assert after[STAIRS] < before[STAIRS]
    assert after[QUAY] > before[QUAY]


def test_a_missing_person_is_forecast_from_the_last_place(case: Case) -> None:
    last = LastSeen(START_NS, GeoPoint(40.0, -29.999), 20.0, 30.0)
    told = forecast(case, follow(case, subject=replace(ADA, mode="missing", last_seen=last)))
    assert told.origin == last.point
    assert told.looks[0].camera_id == STAIRS
    assert told.heading_deg is None


def test_nothing_known_is_said_with_what_to_do(case: Case) -> None:
    told = forecast(case, follow(case))
    assert told.looks == ()
    assert told.origin is None
    assert "confirm a sighting" in told.notes[0]
    assert forecast_document(view_case(case), told)["since"] is None
