"""Bench `follow-city`: how many answers a person needs to follow somebody through a made-up city,
against appearance alone and time alone; and how long one re-ranking takes with 542 cameras."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Final

import numpy as np

from casefiles.jobs import finish
from casefiles.subject_types import Sighting, SubjectId
from casefiles.types import TrackId
from casefiles.usecases.city_in_memory import ids_of, state_of
from casefiles.usecases.follow import FollowState
from workstation.bench.city_walks import (
    MOST_KEYS,
    ByAppearance,
    ByTime,
    CityTracks,
    Ints,
    Ranker,
    Walk,
    walk,
)
from workstation.bench.result import Figure, interleaved
from workstation.output import say
from workstation.practice_city.city import City, CitySettings, make_city

SUBJECTS: Final = 50
LEAST_CHANGES: Final = 4
"""Of the camera, of those who are followed."""
_WALKED: Final = CitySettings(cameras=120, hours=0.5, seed=11)
_LARGE: Final = CitySettings(cameras=542, hours=0.5, seed=12)
_SOMEBODY: Final = SubjectId(1)
_DRAWS: Final = 2000
_REPEATS: Final = 9


class _State:
    """`FollowState` as a ranker."""

    def __init__(self, state: FollowState) -> None:
        self._state = state

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        said = [Sighting(_SOMEBODY, track, "confirmed") for track in right]
        said += [Sighting(_SOMEBODY, track, "rejected") for track in wrong]
        return [one.track.track_id for one in self._state.rank(said).queue]


def follow_city() -> list[Figure]:
    """Walks through the city of 120 cameras, then re-rankings in that of 542; both in memory."""
    return [*_walks(), *_time()]


def _walks() -> list[Figure]:
    city = finish(make_city(_WALKED))
    tracks = CityTracks.of(city, ids_of(city.plan))
    people = followed(city, tracks, SUBJECTS)
    say(f"workstation: following {len(people)} people past {_WALKED.cameras} cameras")
    state = state_of(city.plan)
    ours = [walk(_State(state), tracks, who) for who in people]
    figures = []
    for name, ranker in (("appearance", ByAppearance(tracks)), ("time", ByTime(tracks))):
        theirs = [walk(ranker, tracks, who) for who in people]
        figures += compared(ours, theirs, name)
    return figures


def _time() -> list[Figure]:
    """Re-ranking after one more yes, and after one more no, against multiplying the vectors of all
    tracks with those of the confirmed."""
    city = finish(make_city(_LARGE))
    tracks = CityTracks.of(city, ids_of(city.plan))
    people = followed(city, tracks, _REPEATS)
    state = state_of(city.plan)
    ranker = _State(state)
    order = np.argsort(tracks.from_ns, kind="stable")
    yes: list[Callable[[], None]] = []
    no: list[Callable[[], None]] = []
    bounds: list[Callable[[], None]] = []
    for who in people:
        seen = order[tracks.who[order] == who]
        mine = [TrackId(int(one)) for one in tracks.track_id[seen]]
        wrong = [TrackId(int(one)) for one in ranker.order(mine[:2], ()) if one not in mine][:1]
        yes.append(partial(_ask, ranker, mine[:3], ()))
        no.append(partial(_ask, ranker, mine[:3], wrong))
        bounds.append(partial(_compare, tracks, tracks.rows(mine[:2])))
    figures = []
    for what, work in (("yes", yes), ("no", no)):
        taken, least = interleaved(work, bounds)
        figures.append(
            Figure(
                f"follow-city: re-ranked after a new {what}, 542 cameras", taken, least,
                taken / max(least, 1e-9), "s of CPU",
                f"{state.count} candidates; bound: the vectors of all tracks times those of two "
                f"confirmed ones; median of {len(people)} people in turns",
            )
        )  # fmt: skip
    return figures


def _ask(ranker: Ranker, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> None:
    ranker.order(right, wrong)


def _compare(tracks: CityTracks, rows: Ints) -> None:
    tracks.likeness(rows)


def followed(city: City, tracks: CityTracks, most: int) -> list[int]:
    """People on foot seen by enough cameras, drawn by chance (always the same of one city)."""
    known = []
    for who in np.unique(tracks.who[tracks.who >= 0]).tolist():
        mine = np.flatnonzero(tracks.who == who)
        cameras = tracks.camera[mine[np.argsort(tracks.from_ns[mine], kind="stable")]]
        if (cameras[1:] != cameras[:-1]).sum() >= LEAST_CHANGES and not city.travellers[who].is_car:
            known.append(int(who))
    drawn = np.random.default_rng(0).permutation(len(known))[:most]
    return [known[at] for at in sorted(drawn.tolist())]


def compared(ours: Sequence[Walk], theirs: Sequence[Walk], name: str) -> list[Figure]:
    """Ours against a baseline, with intervals of 95 % by drawing subjects anew (Efron 1979,
    "Bootstrap methods: another look at the jackknife"); changes that were given up count as
    `MOST_KEYS` answers."""
    figures = []
    for what, unit, of in (
        ("answers a camera change, median", "keys", keys_median),
        ("next sighting in the first three", "share", share_first),
        ("camera changes found", "share", share_found),
    ):
        mine, other = of(ours), of(theirs)
        chance = np.random.default_rng(0)
        drawn = [
            of([ours[at] for at in chance.integers(0, len(ours), len(ours))]) for _ in range(_DRAWS)
        ]
        low, high = np.percentile(drawn, [2.5, 97.5])
        figures.append(
            Figure(
                f"follow-city: {what}, against {name} alone", mine, other,
                mine / max(other, 1e-9), unit,
                f"{len(ours)} people, {sum(one.changes for one in ours)} camera changes; 95 % "
                f"interval of ours {low:.3g} to {high:.3g}",
            )
        )  # fmt: skip
    return figures


def keys_median(walks: Sequence[Walk]) -> float:
    """Answers a change took, the median of all changes there were."""
    return float(median([
        *(keys for one in walks for keys in one.keys),
        *(MOST_KEYS for one in walks for _ in range(one.given_up)),
    ]))  # fmt: skip


def share_first(walks: Sequence[Walk]) -> float:
    """How often the true next sighting was among the first three."""
    return sum(one.in_first for one in walks) / max(1, sum(one.asked for one in walks))


def share_found(walks: Sequence[Walk]) -> float:
    """Of the camera changes that there were."""
    return sum(len(one.keys) for one in walks) / max(1, sum(one.changes for one in walks))
