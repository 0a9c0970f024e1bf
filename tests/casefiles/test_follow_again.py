"""Ranking again after each answer gives what ranking anew would: nothing kept goes stale."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles.jobs import finish
from casefiles.subject_types import Sighting, SubjectId
from casefiles.types import TrackId
from casefiles.usecases.city_in_memory import ids_of, state_of
from casefiles.usecases.follow import FollowState
from casefiles.usecases.follow_types import FollowAnswer
from workstation.practice_city.city import City, CitySettings, make_city

WHO = SubjectId(1)


@cache
def town() -> City:
    return finish(make_city(CitySettings(cameras=8, hours=0.15, people=40, seed=6)))


@cache
def kept() -> FollowState:
    return state_of(town().plan)


@cache
def tracks() -> tuple[TrackId, ...]:
    return tuple(one for ids in ids_of(town().plan).track_ids for one in ids)


def told(state: FollowState, said: tuple[Sighting, ...], *, gate: bool) -> FollowAnswer:
    return state.rank(said, gate=gate, limit=5)


@settings(max_examples=20)
@given(st.data())
def test_what_is_ranked_step_by_step_is_what_is_ranked_at_once(data: st.DataObject) -> None:
    said: list[Sighting] = []
    steps = data.draw(st.lists(st.sampled_from(("yes", "no", "undo", "another")), max_size=7))
    for step in ["yes", *steps]:
        if step == "undo":
            if said:
                said.pop()
        else:
            queue = [one.track.track_id for one in told(kept(), tuple(said), gate=True).queue]
            pool = tracks() if step == "another" or not queue else tuple(queue[:10])
            track = data.draw(st.sampled_from(pool))
            said.append(Sighting(WHO, track, "rejected" if step == "no" else "confirmed"))
        gate = data.draw(st.booleans())
        told(kept(), tuple(said), gate=gate)
    again = told(kept(), tuple(said), gate=gate)
    assert again == told(state_of(town().plan), tuple(said), gate=gate)
    assert {one.track.track_id for one in again.queue}.isdisjoint(one.track_id for one in said)


def test_only_who_may_be_shown_is_put_into_words() -> None:
    state = state_of(town().plan)
    answer = told(state, (Sighting(WHO, tracks()[0], "confirmed"),), gate=True)
    shown = {one.track.track_id for one in answer.queue}
    shown |= {one.track.track_id for group in answer.cameras for one in group.candidates}
    assert len(shown) < state.count
    assert all(len(group.candidates) <= 5 for group in answer.cameras)
    assert sum(group.total for group in answer.cameras) > len(shown)
