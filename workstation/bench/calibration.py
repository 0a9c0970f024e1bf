"""How well a camera is calibrated by clicked points, whether a wrong one is found, and how fast
people are said to walk: on the PETS 2009 street, whose labels know where people stood in metres."""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.agency import UNREGISTERED
from casefiles.calibration_types import GivenPairs, PointPair
from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor, Camera, CameraId, TrackId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.calibrate import find_calibration, keep_calibration
from casefiles.usecases.calibrated_tracks import CalibratedTrack
from casefiles.usecases.ground_speed import KMH, GroundSpeed, read_ground_speeds
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.index_source import index_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.object_heights import height_of
from casefiles.usecases.show_tracks import show_points
from detection.labels import ObjectClass
from resources.paths import shared_test_data
from video.clock import NS_PER_S
from video.errors import BadPairs
from video.ground import project
from video.ground_fit import CLICK_PX, fit_ground
from video.upright import upright_of_lens
from workstation.bench.person_footage import CLIPS, Clip, sightings, truth_of
from workstation.bench.result import Figure
from workstation.bench.synopsis import detector_at_hand
from workstation.output import say

Array = NDArray[np.float64]
HOMOGRAPHY: Final = "data/gt/PETS09-S2L1_homography.json"
LABELS: Final = "data/gt/PETS09-S2L1_gt_001-400.txt"
_SIZE: Final = (768, 576)
_SEEDS: Final = 100
_AIM_M: Final = 0.12
_APART_PX: Final = 60.0
"""Nobody clicks two points closer together."""
_TOP_PX: Final = 150
"""The street begins there; above it are lawns and trees."""
_FPS: Final = 7
_SURE: Final = 1.96
_WRONG: Final = ("2 m off", "5 m off", "40 px off", "at another's place")


def calibration() -> list[Figure]:
    """Ground error, wrong pairs, walking speed."""
    shared = shared_test_data()
    halves = [clip for clip in CLIPS if clip.camera in ("west", "east")]
    needed = [HOMOGRAPHY, LABELS, *(one.video for one in halves), *(str(o.truth) for o in halves)]
    missing = next((one for one in needed if not (shared / one).is_file()), None)
    if missing is not None:
        say(f"workstation: calibration is left out: {shared / missing} is not there")
        return []
    street = Street.read(shared)
    return [
        *street.errors(_SEEDS), *street.wrong(_SEEDS), *street.tall(_SEEDS),
        *_speeds(street, shared, halves),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Street:
    """The labelled street: `to_ground (3, 3)`, the labels' feet in the picture and places on the
    ground `(n, 2)`, frames and people `(n,)`."""

    to_ground: Array
    feet: Array
    places: Array
    frames: NDArray[np.int64]
    people: NDArray[np.int64]
    boxes: Array
    """xyxy, `(n, 4)`."""

    @classmethod
    def read(cls, shared: Path) -> "Street":
        """From the shared test data."""
        document = json.loads((shared / HOMOGRAPHY).read_text(encoding="utf-8"))
        rows = np.loadtxt(shared / LABELS, delimiter=",")
        return cls(
            np.array(document["H_image_to_ground"], np.float64),
            np.stack([rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5]], axis=1),
            rows[:, 7:9], rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64),
            np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1),
        )  # fmt: skip

    def errors(self, seeds: int) -> list[Figure]:
        """How far the labelled places are off, by eight pairs clicked to 2 pixels."""
        errors, alarms, sure = [], 0, []
        for seed in range(seeds):
            clicked, ground = self.clicks(np.random.default_rng(seed), 8)
            fit = fit_ground(clicked, ground, size=_SIZE)
            alarms += bool(fit.outliers)
            off = fit.plane.places(self.feet) - self.places
            errors.append(np.hypot(*off.T))
            spread = fit.plane.spread(self.feet, 1.0)
            far = np.einsum("ni,nij,nj->n", off, np.linalg.inv(spread), off)
            # 95 of 100 of two components lie below.
            sure.append(float((far < 5.99).mean()))
        all_of = np.array(errors)
        best = float(np.median(np.hypot(*(project(self.to_ground, self.feet) - self.places).T)))
        worst = np.median(all_of, axis=1)
        how = (
            f"PETS09-S2L1, {len(self.feet)} label places of frames 1-400, {seeds} seeds: 8 points "
            f"anywhere on the street, {_APART_PX:.0f} px apart, clicked to {CLICK_PX:g} px; the "
            f"shared homography itself {best:.3f} m; median of a seed: 90 of 100 below "
            f"{np.quantile(worst, 0.9):.3f} m, worst {worst.max():.3f} m; a right pair called "
            f"wrong in {alarms} of {seeds}; {np.mean(sure):.1%} of places within the 95 % told"
        )
        median, high = float(np.median(all_of)), float(np.quantile(all_of, 0.95))
        return [
            Figure("calibration/ground-error-median", median, _AIM_M, median / _AIM_M, "m", how),
            Figure("calibration/ground-error-p95", high, median, high / median, "m", how),
        ]

    def wrong(self, seeds: int) -> list[Figure]:
        """Of nine pairs one is wrong: how often it, and no other, is named."""
        return [self._wrong(kind, seeds) for kind in _WRONG]

    def _wrong(self, kind: str, seeds: int) -> Figure:
        named = first = refused = 0
        errors = []
        for seed in range(seeds):
            chance = np.random.default_rng(1000 + seed)
            clicked, ground = self.clicks(chance, 9)
            bad, angle = int(chance.integers(9)), chance.uniform(0, 2 * np.pi)
            way = np.array([np.cos(angle), np.sin(angle)])
            if kind == _WRONG[3]:
                ground[bad] = ground[(bad + 1) % 9]
            elif kind == _WRONG[2]:
                clicked[bad] += 40 * way
            else:
                ground[bad] += float(kind.split()[0]) * way
            try:
                fit = fit_ground(clicked, ground)
            except BadPairs:
                refused += 1
                continue
            named += fit.outliers == (bad,)
            first += fit.worst == bad
            errors.append(np.hypot(*(fit.plane.places(self.feet) - self.places).T))
        how = (
            f"one pair of 9 is {kind}, {seeds} seeds: left out as wrong, and no other, in {named}; "
            f"called the worst in {first}; refused in {refused}; median ground error then "
            f"{np.median(errors):.3f} m"
        )
        name = f"calibration/wrong-pair/{kind.replace(' ', '-')}"
        return Figure(name, named, seeds, named / seeds, "of 100", how)

    def tall(self, seeds: int) -> list[Figure]:
        """How tall the labelled people are said to be, by eight pairs clicked to 2 pixels."""
        told: dict[int, list[tuple[float, float]]] = {}
        refused = 0
        times = self.frames * (NS_PER_S // _FPS)
        for seed in range(seeds):
            clicked, ground = self.clicks(np.random.default_rng(seed), 8)
            given = GivenPairs(pairs_of(clicked, ground), _SIZE)
            by = find_calibration(Camera(CameraId("street"), "", ()), {_SIZE}, given).calibration
            try:
                upright = upright_of_lens(by.plane, _SIZE)
            except BadPairs:
                refused += 1
                continue
            for person in np.unique(self.people).tolist():
                own = self.people == person
                track = CalibratedTrack(
                    TrackId(person), int(ObjectClass.PERSON), by, times[own], self.boxes[own]
                )
                one = height_of(upright, track, _SIZE)
                if one.height_m is not None and one.sd_m is not None:
                    told.setdefault(person, []).append((one.height_m, one.sd_m))
        each = {person: np.median(np.array(rows), axis=0) for person, rows in told.items()}
        middles = np.array([one[0] for one in each.values()])
        apart = [float(np.std([row[0] for row in rows])) for rows in told.values()]
        people = len(np.unique(self.people))
        how = (
            f"PETS09-S2L1 labels, {seeds} seeds of 8 pairs clicked to {CLICK_PX:g} px, by the lens "
            f"(square pixels, its axis in the middle of the picture), nobody's height known: "
            f"{int(((middles >= 1.5) & (middles <= 2)).sum())} of {people} between 1.5 and 2.0 m, "
            f"{middles.min():.2f} to {middles.max():.2f} m; told ± "
            f"{_SURE * float(np.median([one[1] for one in each.values()])):.2f} m (95 %); one "
            f"person scatters by {float(np.median(apart)):.3f} m over the seeds; refused {refused}"
        )
        value = float(np.median(middles))
        return [Figure("calibration/height-median", value, 1.75, value / 1.75, "m", how)]

    def clicks(self, chance: np.random.Generator, count: int) -> tuple[Array, Array]:
        """Points in the picture as they are clicked, and where they are on the ground."""
        return clicks(self.to_ground, chance, count, (0, _TOP_PX, *_SIZE))

    def walking(self) -> float:
        """Median speed of the labelled people in m/s, each over every second of frames."""
        steps = []
        for person in np.unique(self.people):
            own = self.people == person
            at = dict(zip(self.frames[own].tolist(), self.places[own], strict=True))
            steps += [
                float(np.hypot(*(at[frame + _FPS] - place)))
                for frame, place in at.items()
                if frame + _FPS in at
            ]
        return float(np.median(steps))


def clicks(
    to_ground: Array, chance: np.random.Generator, count: int, area: tuple[int, int, int, int]
) -> tuple[Array, Array]:
    """Points anywhere in a part of a picture (left, top, right, bottom) but not close together, as
    they are clicked; and where they are on the ground."""
    points: list[Array] = []
    while len(points) < count:
        one = chance.uniform(area[:2], area[2:])
        if all(np.hypot(*(one - other)) > _APART_PX for other in points):
            points.append(one)
    image = np.array(points)
    clicked = image + chance.normal(0, CLICK_PX, image.shape)
    return np.clip(clicked, 0, area[2:]), project(to_ground, image)


# -- how fast they walk


def _speeds(street: Street, shared: Path, halves: list[Clip]) -> list[Figure]:
    """Both halves analysed, calibrated by eight clicked points each, against the labels."""
    told: list[GroundSpeed] = []
    tracks = 0
    off: list[float] = []
    detector = detector_at_hand()
    with TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "cameras.csv"
        table.write_text("id,name,lat,lon\nwest,west,0,0\neast,east,0,0\n", encoding="utf-8")
        # Straight from the class: a bench is no investigation and leaves no agency row.
        made = Case.create(
            folder / "case", Actor("bench", "bench"), number="bench", title="bench",
            policy=UNREGISTERED, training=True,
        )  # fmt: skip
        with made as case:
            import_cameras(case, table)
            for source_id, clip in enumerate(halves, 1):
                add_source(case, shared / clip.video, Recording(camera_id=clip.camera))
                options = IndexOptions(detector=detector, sample_fps=None, attributes=False)
                finish(index_source(case, source_id, options))
                _calibrate(case, street, shared, clip)
                found = read_ground_speeds(case, source_id)
                points = show_points(case, source_id, with_suppressed=False)
                people = set(points.track_id[points.at.class_ids == ObjectClass.PERSON].tolist())
                told += [one for track, one in found.items() if track in people]
                truth = truth_of(shared, clip, clip.frames / clip.fps)
                for one in sightings(points, truth, clip.camera):
                    tracks += 1
                    off += _off(found[TrackId(one.track_id)], _labels(shared, clip, one.person))
    speeds = np.concatenate([one.kmh for one in told]) / KMH
    walked, aim = float(np.median(speeds)), street.walking()
    sd = np.concatenate([one.sd_kmh for one in told]) / KMH
    units = np.abs(off)
    how = (
        f"pets_two_halves, {_FPS} fps, every frame by {detector}, each half calibrated by 8 points "
        f"clicked to {CLICK_PX:g} px: median of {len(speeds)} windows of 2 s of {len(told)} tracks "
        f"of people (told ± {_SURE * float(np.median(sd)):.2f} m/s, median), over that of the "
        f"labels; {tracks} tracks follow one labelled person: {(units <= _SURE).mean():.1%} of "
        f"their {len(off)} windows hold the label's speed in what is told at 95 %"
    )
    return [Figure("calibration/walking-speed", walked, aim, walked / aim, "m/s", how)]


def _calibrate(case: Case, street: Street, shared: Path, clip: Clip) -> None:
    meta = json.loads((shared / clip.video).with_name("meta.json").read_text(encoding="utf-8"))
    crop = meta[Path(clip.video).stem]
    whole = np.array([[1, 0, crop["crop_x0_in_source"]], [0, 1, 0], [0, 0, 1]], np.float64)
    size = (int(crop["width"]), int(crop["height"]))
    clicked, ground = clicks(
        street.to_ground @ whole, np.random.default_rng(7), 8, (0, _TOP_PX, *size)
    )
    keep_calibration(case, clip.camera, GivenPairs(pairs_of(clicked, ground), size))


def pairs_of(clicked: Array, ground: Array) -> tuple[PointPair, ...]:
    """Points of the picture `(n, 2)` and their places on the ground as pairs."""
    return tuple(
        PointPair((float(image[0]), float(image[1])), (float(place[0]), float(place[1])))
        for image, place in zip(clicked, ground, strict=True)
    )


def _labels(shared: Path, clip: Clip, person: int) -> tuple[Array, Array]:
    """Seconds and places of a labelled person."""
    rows = np.loadtxt(shared / str(clip.truth), delimiter=",")
    own = rows[rows[:, 1] == person]
    return (own[:, 0] - 1) / clip.fps, own[:, 7:9]


def _off(told: GroundSpeed, label: tuple[Array, Array]) -> list[float]:
    """How far each window is from the label's speed then, in standard deviations."""
    seconds, places = label
    off = []
    for at, kmh, sd in zip(told.time_ns / NS_PER_S, told.kmh, told.sd_kmh, strict=True):
        here = np.abs(seconds - at) <= 1
        if here.sum() < _FPS:
            continue
        since = seconds[here] - seconds[here].mean()
        speed = float(np.hypot(*(since @ places[here] / (since @ since)))) * KMH
        off.append(float((kmh - speed) / sd))
    return off
