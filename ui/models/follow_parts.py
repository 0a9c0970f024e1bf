"""Parts of what is followed: of what candidates are made, and answers and journeys cut down."""

from collections.abc import Collection
from dataclasses import replace

from casefiles.types import TrackId
from casefiles.usecases.follow_types import FollowAnswer, Journey
from casefiles.view_types import CaseView


def pool_of(view: CaseView) -> object:
    """What makes another set of candidates, not only another order."""
    runs = {source_id: run.run_id for source_id, run in view.runs.items()}
    return (view.sources, view.cameras, runs, view.spots, view.calibrations, view.link_rules)


def without(answer: FollowAnswer, said: Collection[TrackId]) -> FollowAnswer:
    """The answer without those on whom a word was said meanwhile, or that was left out of it."""
    cameras = tuple(
        replace(one, candidates=tuple(it for it in one.candidates if it.track.track_id not in said))
        for one in answer.cameras
    )
    queue = tuple(one for one in answer.queue if one.track.track_id not in said)
    return replace(answer, cameras=cameras, queue=queue)


def until(journey: Journey, last: TrackId | None) -> Journey:
    """The journey as far as the stop of that track."""
    ends = [n for n, one in enumerate(journey.stops, 1) if one.track.track_id == last]
    if not ends:
        return journey
    return replace(journey, stops=journey.stops[: ends[0]], legs=journey.legs[: ends[0] - 1])
