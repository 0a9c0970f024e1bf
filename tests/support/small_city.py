"""A made-up city of a few cameras in a TRAINING case, and who was who in it.

case = make_small_city(tmp_path / "case")     # open, a copy of one that is made once a process
for who, tracks in journeys().items(): ...    # tracks of one and the same, in order of true time
"""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import TrackId
from casefiles.usecases.build_city import NUMBER, TITLE, CityReport, fill_city
from tests.support.case_copies import opened_copy
from tests.support.search_cases import ACTOR
from workstation.practice_city.city import NOBODY, City, CitySettings, make_city

SMALL: Final = CitySettings(cameras=16, hours=0.25, people=80, seed=3)
_made: dict[CitySettings, CityReport] = {}


def make_small_city(folder: Path, settings: CitySettings = SMALL) -> Case:
    """The case, open; its recordings lie elsewhere until the process ends."""
    return opened_copy(folder, ACTOR, _make, settings)


@cache
def small_city(settings: CitySettings = SMALL) -> City:
    """The city itself, with the truth."""
    return finish(make_city(settings))


def journeys(settings: CitySettings = SMALL) -> dict[int, tuple[TrackId, ...]]:
    """The tracks of everybody who has any, by true time; a case must have been made before."""
    found: dict[int, list[tuple[int, TrackId]]] = {}
    city, ids = small_city(settings), _made[settings].track_ids
    for recording, whose, own in zip(city.plan.recordings, city.truth, ids, strict=True):
        for track, who, track_id in zip(recording.tracks, whose, own, strict=True):
            if who != NOBODY:
                begins = recording.start_ns + int(track.seconds[0]) * 10**9
                found.setdefault(who, []).append((begins, track_id))
    return {who: tuple(track for _, track in sorted(seen)) for who, seen in found.items()}


def _make(folder: Path, settings: CitySettings) -> Case:
    case = Case.create(folder, ACTOR, number=NUMBER, title=TITLE, policy="none", training=True)
    place = TemporaryDirectory(prefix="small-city-")
    atexit.register(place.cleanup)
    _made[settings] = finish(fill_city(case, small_city(settings).plan, Path(place.name)))
    return case
