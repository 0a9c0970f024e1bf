"""The made-up city as a whole: what each camera's recording would be analysed to, and the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from casefiles.geo import GeoPoint, moved
from casefiles.jobs import Job, Progress
from casefiles.types import BodyPart, Camera, CameraId, Placement
from casefiles.usecases.build_city import CityPlan, CityRecording, CityTrack
from casefiles.usecases.street_types import StreetLine
from casefiles.view_types import ColourShare
from detection.labels import ObjectClass
from workstation.practice_city.appearance import MISTAKEN, SIDES, UPPER, Looks, make_looks
from workstation.practice_city.cameras import (
    FOV_DEG,
    RANGE_M,
    Hung,
    boxes,
    clock,
    hang,
    seen,
)
from workstation.practice_city.streets import Floats, Ints, Streets, make_streets
from workstation.practice_city.travellers import Traveller, make_travellers

MIDDLE: Final = GeoPoint(40.02, -29.98)
"""In open Atlantic water, as the town of the practice case: no real place is meant."""
BEGINS_NS: Final = 1_772_496_000 * 10**9
"""2026-03-03T00:00:00Z."""
NOBODY: Final = -1
_CROSSINGS_PER_CAMERA: Final = 1.5
_MISSED, _POINT_MISSED = 0.06, 0.06
"""Share of the sightings, and of the seconds of one, that no tracker found."""
_BROKEN, _GAP_S = 0.12, (2, 5)
"""Share of the sightings that come out as two tracks, and the seconds between these."""
_FALSE_PER_HOUR: Final = 1.5
_DARK: Final = 0.08
"""Share of the cameras whose pictures tell no colours."""
_COLOUR_MISTAKEN: Final = 0.18
_VECTORS: Final = 3
_SHORTEST: Final = {False: 3, True: 2}


@dataclass(frozen=True, slots=True)
class CitySettings:
    """How large, how long and which one."""

    cameras: int = 542
    hours: float = 1.0
    people: int | None = None
    """None: six a camera."""
    cars: int | None = None
    """None: a fifth of the people."""
    seed: int = 1

    @property
    def people_count(self) -> int:
        return self.cameras * 6 if self.people is None else self.people

    @property
    def car_count(self) -> int:
        return self.people_count // 5 if self.cars is None else self.cars

    @property
    def length_s(self) -> int:
        return round(self.hours * 3600)


@dataclass(frozen=True, eq=False)
class City:
    """What a case is filled with, and who was who."""

    plan: CityPlan
    truth: tuple[tuple[int, ...], ...]
    """By recording and track of the plan: the number of the traveller, or `NOBODY`."""
    travellers: tuple[Traveller, ...]
    streets: Streets


def make_city(settings: CitySettings) -> Job[City]:
    """Makes the city up; the same settings give the same city."""
    chance = np.random.default_rng(settings.seed)
    yield Progress(0, settings.cameras, "cameras", "streets and people")
    streets = make_streets(chance, max(9, round(settings.cameras * _CROSSINGS_PER_CAMERA)))
    hung = hang(chance, streets, count=settings.cameras, length_s=settings.length_s)
    people, cars = settings.people_count, settings.car_count
    travellers = make_travellers(
        chance, streets, people=people, cars=cars, length_s=settings.length_s
    )
    looks = make_looks(chance, people=people, cars=cars, cameras=settings.cameras)
    eyes = _Eyes(travellers, looks)
    recordings: list[CityRecording] = []
    truth: list[tuple[int, ...]] = []
    for camera, times in enumerate(hung):
        yield Progress(camera, settings.cameras, "cameras", "what they see")
        time = clock(chance)
        dark = bool(chance.random() < _DARK)
        for one in times:
            tracks = sorted(
                eyes.watch(chance, one, dark=dark), key=lambda track: int(track[0].seconds[0])
            )
            truth.append(tuple(who for _, who in tracks))
            recordings.append(
                CityRecording(
                    _id(camera), BEGINS_NS + one.from_s * 10**9, one.to_s - one.from_s,
                    time.offset_s, time.stated_s, time.uncertainty_s,
                    tuple(track for track, _ in tracks),
                )
            )  # fmt: skip
    plan = CityPlan(
        tuple(_camera(camera, times) for camera, times in enumerate(hung)),
        tuple(recordings),
        tuple(
            StreetLine(name, _lonlats(streets.nodes[pair]))
            for name, pair in zip(streets.names, streets.edges, strict=True)
        ),
        settings.seed,
    )
    return City(plan, tuple(truth), tuple(travellers), streets)


class _Eyes:
    """Everybody's places second by second, and what cameras make of them."""

    def __init__(self, travellers: list[Traveller], looks: Looks) -> None:
        self._looks = looks
        sizes = [len(one.seconds) for one in travellers]
        self._who = np.repeat(np.arange(len(travellers)), sizes)
        self._cars = np.array([one.is_car for one in travellers])
        self._seconds = np.concatenate([one.seconds for one in travellers])
        self._places = np.concatenate([one.places for one in travellers])
        self._near = cKDTree(self._places)

    def watch(
        self, chance: np.random.Generator, hung: Hung, *, dark: bool
    ) -> list[tuple[CityTrack, int]]:
        """The tracks of one recording and whose they are; their seconds count from its start."""
        near = np.sort(self._near.query_ball_point((hung.east_m, hung.north_m), RANGE_M))
        near = near.astype(np.int64)
        inside = (self._seconds[near] >= hung.from_s) & (self._seconds[near] < hung.to_s)
        near = near[inside]
        near = near[seen(hung, self._places[near])] if len(near) else near
        found: list[tuple[CityTrack, int]] = []
        # A sighting ends where the next place in view is another's, or seconds later.
        cuts = np.flatnonzero(
            (np.diff(self._who[near]) != 0) | (np.diff(self._seconds[near]) > 1)
        ) + 1  # fmt: skip
        for part in np.split(near, cuts) if len(near) else []:
            if chance.random() < _MISSED:
                continue
            who = int(self._who[part[0]])
            for piece in _pieces(chance, part):
                kept = piece[chance.random(len(piece)) >= _POINT_MISSED]
                if len(kept) >= _SHORTEST[bool(self._cars[who])]:
                    found.append((self._track(chance, hung, who, kept, dark=dark), who))
        hours = (hung.to_s - hung.from_s) / 3600
        for _ in range(int(chance.poisson(_FALSE_PER_HOUR * hours))):
            found.append((self._nothing(chance, hung, dark=dark), NOBODY))
        return found

    def _track(
        self, chance: np.random.Generator, hung: Hung, who: int, rows: Ints, *, dark: bool
    ) -> CityTrack:
        places = self._places[rows]
        is_car = bool(self._cars[who])
        at = boxes(hung, places, is_car=is_car)
        at += chance.normal(0, 0.02, at.shape) * (at[:, 3] - at[:, 1])[:, None]
        # Which side of somebody is seen: how the way one goes lies to the way one is looked at.
        way = places[-1] - places[0]
        going = np.arctan2(*way)
        look = np.arctan2(*(places - (hung.east_m, hung.north_m)).T)
        kept = np.unique(np.linspace(0, len(rows) - 1, _VECTORS).round().astype(np.int64))
        turn = (going - look[kept]) / (2 * np.pi) * SIDES + chance.normal(0, 0.4, len(kept))
        sides = turn.round().astype(np.int64) % SIDES
        return CityTrack(
            ObjectClass.CAR if is_car else ObjectClass.PERSON,
            self._seconds[rows] - hung.from_s,
            at,
            kept,
            self._looks.vectors(chance, who, hung.camera, sides, dark=dark),
            _told(chance, self._looks.colours[who]),
            "night" if dark else "",
        )

    def _nothing(self, chance: np.random.Generator, hung: Hung, *, dark: bool) -> CityTrack:
        """A false alarm: it hardly moves, and looks like nobody."""
        length = int(chance.integers(3, 9))
        first = int(chance.integers(0, max(1, hung.to_s - hung.from_s - length)))
        x, y = float(chance.uniform(40, 600)), float(chance.uniform(150, 330))
        corner = np.array([x - 12, y - 60, x + 12, y]) + chance.normal(0, 1.5, (length, 4))
        kept = np.array([0, length - 1])
        colours: dict[BodyPart, str] = {
            "upper": str(chance.choice(list(UPPER))), "lower": str(chance.choice(list(UPPER)))
        }  # fmt: skip
        return CityTrack(
            ObjectClass.PERSON,
            np.arange(first, first + length, dtype=np.int64),
            corner,
            kept,
            self._looks.vectors(chance, NOBODY, hung.camera, kept, dark=dark),
            _told(chance, colours),
            "night" if dark else "",
        )


def _pieces(chance: np.random.Generator, rows: Ints) -> list[Ints]:
    if len(rows) < 12 or chance.random() >= _BROKEN:
        return [rows]
    at = int(chance.integers(4, len(rows) - 4))
    return [rows[:at], rows[at + int(chance.integers(*_GAP_S)) :]]


def _told(
    chance: np.random.Generator, worn: Mapping[BodyPart, str]
) -> dict[BodyPart, tuple[ColourShare, ...]]:
    """The colours as they are read off pictures: now and then for others."""
    told: dict[BodyPart, tuple[ColourShare, ...]] = {}
    for part, colour in worn.items():
        other = MISTAKEN.get(colour, "grey")
        if chance.random() < _COLOUR_MISTAKEN:
            colour, other = other, colour
        share = round(float(chance.uniform(0.55, 0.9)), 3)
        told[part] = (ColourShare(colour, share), ColourShare(other, round(0.95 - share, 3)))
    return told


def _id(camera: int) -> CameraId:
    return CameraId(f"c{camera + 1:03}")


def _camera(number: int, times: tuple[Hung, ...]) -> Camera:
    moves = len(times) > 1 and times[1].moved
    edge = BEGINS_NS + times[1].from_s * 10**9 if moves else None
    placements = [_placement(times[0], None, edge)]
    if moves:
        placements.append(_placement(times[1], edge, None))
    return Camera(
        _id(number), f"Camera {number + 1}", tuple(placements), "fixed",
        "made up by the program: no such camera is anywhere",
    )  # fmt: skip


def _placement(hung: Hung, from_ns: int | None, to_ns: int | None) -> Placement:
    return Placement(
        moved(MIDDLE, east_m=hung.east_m, north_m=hung.north_m),
        round(hung.heading_deg, 1), FOV_DEG, RANGE_M, from_ns, to_ns,
    )  # fmt: skip


def _lonlats(places: Floats) -> Floats:
    points = [moved(MIDDLE, east_m=float(east), north_m=float(north)) for east, north in places]
    return np.array([(one.lon, one.lat) for one in points], np.float64)
