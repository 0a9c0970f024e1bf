"""Bench `follow-city`: how many answers a person needs to follow somebody through a made-up city,
against appearance alone and time alone; and how long one re-ranking takes with 542 cameras."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.subject_types import AddSubject, RemoveSubject, Sighting, Subject, SubjectId
from casefiles.types import Actor, TrackId
from casefiles.usecases.build_city import CityReport, fill_city
from casefiles.usecases.follow import FollowState, open_follow
from casefiles.usecases.roads import Roads
from workstation.bench.city_walks import (
    MOST_KEYS,
    ByAppearance,
    ByTime,
    CityTracks,
    Ranker,
    Walk,
    walk,
)
from workstation.bench.result import Figure, interleaved
from workstation.output import run_job, say
from workstation.practice_city.city import City, CitySettings, make_city

SUBJECTS: Final = 50
LEAST_CHANGES: Final = 4
"""Of the camera, of those who are followed."""
_WALKED: Final = CitySettings(cameras=120, hours=0.5, seed=11)
_LARGE: Final = CitySettings(cameras=542, hours=0.5, seed=12)
_DRAWS: Final = 2000
_REPEATS: Final = 9


class _State:
    """`FollowState` as a ranker."""

    def __init__(self, state: FollowState, subject: SubjectId) -> None:
        self._state, self._subject = state, subject

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        said = [Sighting(self._subject, track, "confirmed") for track in right]
        said += [Sighting(self._subject, track, "rejected") for track in wrong]
        return [one.track.track_id for one in self._state.rank(said, limit=5).queue]


def follow_city() -> list[Figure]:
    """Walks through the city of 120 cameras, then one re-ranking in that of 542."""
    with TemporaryDirectory() as place:
        return [*_walks(Path(place) / "walked"), *_time(Path(place) / "large")]


def _walks(folder: Path) -> list[Figure]:
    city = finish(make_city(_WALKED))
    with _new(folder) as case:
        tracks, roads = _filled(case, city, folder)
        people = followed(city, tracks, SUBJECTS)
        say(f"workstation: following {len(people)} people past {_WALKED.cameras} cameras")

        def by_state(who: int) -> Walk:
            subject = _subject(case, tracks, who)
            state = finish(open_follow(case, subject, roads=roads))
            done = walk(_State(state, subject), tracks, who)
            case.post(lambda: RemoveSubject(subject)).result()
            return done

        ours = [by_state(who) for who in people]
    figures = []
    for name, ranker in (("appearance", ByAppearance(tracks)), ("time", ByTime(tracks))):
        theirs = [walk(ranker, tracks, who) for who in people]
        figures += compared(ours, theirs, name)
    return figures


def _time(folder: Path) -> list[Figure]:
    """One re-ranking against multiplying the vectors of all tracks with those of the confirmed."""
    city = finish(make_city(_LARGE))
    with _new(folder) as case:
        tracks, roads = _filled(case, city, folder)
        who = followed(city, tracks, 1)[0]
        mine = [TrackId(int(one)) for one in tracks.track_id[tracks.who == who]]
        subject = _subject(case, tracks, who)
        ranker: Ranker = _State(finish(open_follow(case, subject, roads=roads)), subject)
        rows = tracks.rows(mine[:2])
        work: Callable[[], None] = lambda: _ignore(ranker.order(mine[:2], ()))  # noqa: E731
        bound: Callable[[], None] = lambda: _ignore(tracks.likeness(rows))  # noqa: E731
        work()
        taken, least = interleaved([work] * _REPEATS, [bound] * _REPEATS)
    return [
        Figure(
            "follow-city: one re-ranking, 542 cameras", taken, least, taken / max(least, 1e-9),
            "s of CPU",
            f"{len(tracks.track_id)} tracks; bound: their vectors times those of two confirmed "
            f"tracks; median of {_REPEATS} in turns",
        )
    ]  # fmt: skip


def _new(folder: Path) -> Case:
    return Case.create(
        folder, Actor("bench", "bench"), number="bench", title="bench", policy="none", training=True
    )


def _filled(case: Case, city: City, folder: Path) -> tuple[CityTracks, Roads]:
    report: CityReport = run_job(
        fill_city(case, city.plan, folder.with_name(f"{folder.name}-recordings")), "building"
    )
    return CityTracks.of(city, report), Roads(city.plan.streets)


def _subject(case: Case, tracks: CityTracks, who: int) -> SubjectId:
    """A new subject of whom the first sighting is confirmed."""
    mine = np.flatnonzero(tracks.who == who)
    first = TrackId(int(tracks.track_id[mine[np.argmin(tracks.from_ns[mine])]]))
    said = Sighting(SubjectId(0), first, "confirmed")
    made = case.post(lambda: AddSubject(Subject(f"{who}", "person"), (said,))).result()
    if not isinstance(made, RemoveSubject):
        raise TypeError(f"{made} does not take a subject back")
    return made.subject_id


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


def _ignore(_result: object) -> None:
    """What is measured gives something."""
