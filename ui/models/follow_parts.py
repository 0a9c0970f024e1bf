"""Parts of what is followed: of what candidates are made, how they and the journey are read, and
answers and journeys cut down.

What reads is loaded with the first subject, on the thread that reads: a window without one starts
sooner, and none stands still for it.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.subject_types import SubjectId
from casefiles.types import TrackId
from casefiles.usecases.follow_types import FollowAnswer, Forecast, Journey
from casefiles.view_types import CaseView

if TYPE_CHECKING:
    from casefiles.usecases.follow import FollowState
    from casefiles.usecases.roads import Roads


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


def opened(case: Case, subject_id: SubjectId, ways: "Roads | None") -> "Job[FollowState]":
    """Reads what ranking needs; for a worker."""
    from casefiles.usecases.follow import open_follow  # noqa: PLC0415

    return open_follow(case, subject_id, roads=ways)


def read_where(
    case: Case, subject_id: SubjectId, ways: "Roads | None", last: TrackId | None
) -> tuple[Journey, Forecast]:
    """The whole journey, and the forecast from the stop of that track; None: from the last one."""
    from casefiles.usecases.forecast import forecast  # noqa: PLC0415
    from casefiles.usecases.journey import read_journey  # noqa: PLC0415

    whole = read_journey(case, subject_id, ways)
    return whole, forecast(case, subject_id, roads=ways, journey=until(whole, last))
