"""A practice case of a city that was made up: cameras, clocks, streets, and tracks as an analysis
would have found them.

Its recordings are real files that show a card saying that there are no pictures; what the tracks'
thumbnails show is drawn in the colours told of them.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import AddLayer, PutCameras, SetClock
from casefiles.jobs import Job, Progress
from casefiles.map_types import MapLayer
from casefiles.store import folders, looks, runs, tracks, traits
from casefiles.store.engine import Cursor
from casefiles.types import (
    TRACKS_PER_RUN,
    Actor,
    BodyPart,
    Camera,
    CameraId,
    Placed,
    PlacedPoints,
    Provenance,
    Run,
    Source,
    SourceClock,
    TrackId,
)
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case
from casefiles.usecases.set_time_zone import set_time_zone
from casefiles.usecases.settle_tracks import sum_tracks
from casefiles.usecases.street_types import StreetLine
from casefiles.view_types import ColourShare, Look, LookVector
from detection.labels import ObjectClass
from detection.looks import thumbnail
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, now_ns, wall_from_ns
from video.packet_index import times_ns
from video.synthetic.card import encode_card, with_mark
from video.types import PacketIndex, Pixels, TimeNs

NUMBER: Final = "TRAINING-CITY"
TITLE: Final = "Practice city: made up"
RECORDINGS: Final = "recordings"
"""Folder in that of the case where the files lie."""
MODEL: Final = "practice-city"
_WORDS: Final = ("SIMULATED CAMERA", "There are no pictures: what is", "found here was made up.")
_BOX_QUALITY: Final = 160.0
"""Height in pixels from which a picture of somebody is as good as any."""
_SCORE: Final = 0.8
_PAINT: Final[Mapping[str, tuple[int, int, int]]] = {
    "black": (28, 26, 26), "dark grey": (70, 70, 70), "grey": (135, 135, 135),
    "white": (238, 238, 238), "beige": (170, 205, 222), "brown": (42, 68, 105),
    "red": (38, 34, 196), "orange": (30, 130, 235), "yellow": (60, 215, 240),
    "green": (70, 160, 60), "dark green": (40, 75, 30), "blue": (205, 110, 40),
    "dark blue": (100, 45, 25), "purple": (140, 50, 120), "pink": (190, 150, 240),
}  # fmt: skip
"""Blue, green, red of each named colour."""


@dataclass(frozen=True, eq=False)
class CityTrack:
    """One track: whole `seconds (n,)` from the start of its recording, rising, at each of which it
    was seen at `boxes (n, 4)` in pixels; of the sights number `looked (k,)` there are `vectors
    (k, d)` of length 1."""

    kind: ObjectClass
    seconds: NDArray[np.int64]
    boxes: NDArray[np.float64]
    looked: NDArray[np.int64]
    vectors: NDArray[np.float32]
    colours: Mapping[BodyPart, tuple[ColourShare, ...]]
    doubt: str = ""


@dataclass(frozen=True, eq=False)
class CityRecording:
    """What one camera recorded from `start_ns` (true time) on; its tracks as they begin."""

    camera_id: CameraId
    start_ns: int
    length_s: int
    offset_s: float
    """How far its recorder was fast."""
    stated_s: float | None
    """How far it was said to be; None: nobody compared it."""
    uncertainty_s: float | None
    tracks: tuple[CityTrack, ...]


@dataclass(frozen=True, eq=False)
class CityPlan:
    """What the case is filled with."""

    cameras: tuple[Camera, ...]
    recordings: tuple[CityRecording, ...]
    streets: tuple[StreetLine, ...]
    seed: int
    size: tuple[int, int] = (640, 360)
    """Width and height of the pictures that boxes lie in."""


@dataclass(frozen=True, slots=True)
class CityReport:
    """What was made: ids of the tracks by recording, in the order of the plan."""

    track_ids: tuple[tuple[TrackId, ...], ...]


def check_place(folder: Path) -> None:
    """Refuses a folder in which something is, before a city is made up for it.

    Raises:
        CaseExists: something is.
    """
    folders.check_free(folder)


def build_city(
    folder: Path, actor: Actor, plan: CityPlan, *, passphrase: str | None = None
) -> Job[CityReport]:
    """Makes the TRAINING case in a folder that is absent or empty; given up or failed, nothing is
    left in it.

    Raises:
        CaseExists: something is in the folder, which is left alone.
        Unwritable: it cannot be made.
    """
    case = create_case(
        folder, actor, number=NUMBER, title=TITLE, passphrase=passphrase, training=True
    )
    whole = False
    try:
        with case:
            report = yield from fill_city(case, plan, folder / RECORDINGS)
        whole = True
    finally:
        if not whole:
            rmtree(folder, ignore_errors=True)
    return report


def fill_city(case: Case, plan: CityPlan, recordings: Path) -> Job[CityReport]:
    """Fills a new case; the files of its recordings are written to a folder, which is made."""
    total = len(plan.recordings)
    yield Progress(0, total, "recordings", "cameras and streets")
    set_time_zone(case, "UTC")
    case.post(lambda: PutCameras(plan.cameras)).result()
    case.post(lambda: AddLayer(MapLayer("geojson", "Streets"), _geojson(plan.streets))).result()
    recordings.mkdir(parents=True, exist_ok=True)
    made: list[tuple[TrackId, ...]] = []
    with ExitStack() as opened:
        cards = _Cards(Path(opened.enter_context(TemporaryDirectory())), plan.size)
        for number, one in enumerate(plan.recordings):
            yield Progress(number, total, "recordings", "what they show")
            source = _add(case, cards, recordings, number, one)
            made.append(_put_run(case, source, plan, one))
    yield Progress(total, total, "recordings")
    return CityReport(tuple(made))


class _Cards:
    """The files' bytes by length, each made once."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._folder, self._size = folder, size
        self._made: dict[int, bytes] = {}

    def of(self, seconds: int) -> bytes:
        if seconds not in self._made:
            path = self._folder / f"{seconds}.mp4"
            width, height = self._size
            encode_card(path, seconds=seconds, words=_WORDS, width=width, height=height)
            self._made[seconds] = path.read_bytes()
        return self._made[seconds]


def _add(case: Case, cards: _Cards, folder: Path, number: int, one: CityRecording) -> Source:
    path = folder / f"{one.camera_id}-{number + 1:04}.mp4"
    path.write_bytes(with_mark(cards.of(one.length_s), f"{case.header.title}, {path.stem}"))
    shown_ns = one.start_ns + round(one.offset_s * NS_PER_S)
    source = add_source(case, path, Recording(one.camera_id, wall_from_ns(shown_ns)))
    if one.stated_s is not None:
        said = SourceClock(
            source.source_id,
            round(one.stated_s * NS_PER_S),
            "one reading",
            reference_source="the clock of the simulation",
            uncertainty_ns=round((one.uncertainty_s or 0.0) * NS_PER_S),
            note="made up with the city",
        )
        case.post(lambda: SetClock(said)).result()
    return source


def _put_run(
    case: Case, source: Source, plan: CityPlan, recording: CityRecording
) -> tuple[TrackId, ...]:
    index = case.packet_index(source.source_id)
    times = times_ns(index)

    def put(cursor: Cursor) -> Run:
        run_id = runs.next_id(cursor)
        # As an analysis says it: what made the vectors tells which can be compared.
        options = {"practice_city": plan.seed, "looks": {"embedder": MODEL, "model": MODEL}}
        classes = tuple(sorted(int(kind) for kind in (ObjectClass.PERSON, ObjectClass.CAR)))
        run = Run(
            run_id, source.source_id,
            Provenance(
                source.sha256, MODEL, "0" * 64, json.dumps(options, sort_keys=True), PROGRAM_VERSION
            ),
            classes, "made up", "running", now_ns(), None,
        )  # fmt: skip
        runs.insert(cursor, run)
        rows = _Rows(run, index, times)
        rows.store(cursor, recording.tracks)
        sum_tracks(cursor, run, source)
        traits.sum_up(cursor, run_id)
        counts = {"frames_decoded": len(index), "frames_analysed": len(index), "frames_gated": 0}
        found = len(recording.tracks)
        runs.finish(
            cursor, run, now_ns(), {**counts, "tracks": found, "suppressed": 0, "plate_reads": 0}
        )
        return run

    def entry(run: Run) -> audit.Entry:
        return audit.Entry(
            "index.finish",
            "done",
            object=f"source:{source.source_id}",
            facts={"run": run.run_id, "made_up": True, "tracks": len(recording.tracks)},
            vouches=(f"run:{run.run_id}", "shown"),
        )

    run = case.act(entry, put, touches=runs.TABLES)
    first = run.run_id * TRACKS_PER_RUN + 1
    return tuple(TrackId(first + number) for number in range(len(recording.tracks)))


class _Rows:
    """The rows of one run."""

    def __init__(self, run: Run, index: PacketIndex, times: NDArray[np.int64]) -> None:
        self._run, self._index, self._times = run, index, times

    def store(self, cursor: Cursor, found: tuple[CityTrack, ...]) -> None:
        sizes = [len(one.seconds) for one in found]
        frames = self._joined([one.seconds for one in found], np.int32)
        boxes = np.zeros((0, 4), np.float32)
        if found:
            boxes = np.concatenate([one.boxes for one in found]).astype(np.float32)
        kinds = np.repeat(np.array([int(one.kind) for one in found], np.int16), sizes)
        placed = Placed(
            frames, self._index.pts[frames], self._times[frames], boxes,
            np.full(len(frames), _SCORE, np.float32), kinds,
        )  # fmt: skip
        owners = np.repeat([int(self._id(number)) for number in range(len(found))], sizes)
        tracks.add_chunk(
            cursor,
            self._run.run_id,
            first_step=0,
            analysed=np.arange(len(self._index), dtype=np.int32),
            detections=placed,
            points=PlacedPoints(placed, owners.astype(np.int64), np.zeros(len(frames), np.bool_)),
        )
        seen = [(self._id(number), one, self._sights(one)) for number, one in enumerate(found)]
        looks.replace(cursor, [self._look(*one) for one in seen])
        looks.put_vectors(
            cursor,
            [
                LookVector(track_id, self._run.run_id, place, frame, pts, time, box, worth, vector)
                for track_id, one, sights in seen
                for place, ((frame, pts, time, box, worth), vector) in enumerate(
                    zip(sights, one.vectors, strict=True)
                )
            ],
        )

    def _id(self, number: int) -> TrackId:
        return TrackId(self._run.run_id * TRACKS_PER_RUN + number + 1)

    def _sights(self, one: CityTrack) -> "list[_Sight]":
        """Those that have a vector."""
        made: list[_Sight] = []
        for at in one.looked.tolist():
            frame = int(one.seconds[at])
            left, top, right, bottom = one.boxes[at].astype(np.float32).tolist()
            worth = max(0.05, min((bottom - top) / _BOX_QUALITY, 1.0) * _SCORE)
            time = TimeNs(int(self._times[frame]))
            made.append(
                (frame, int(self._index.pts[frame]), time, (left, top, right, bottom), worth)
            )
        return made

    def _look(self, track_id: TrackId, one: CityTrack, sights: "list[_Sight]") -> Look:
        frame, pts, time, box, worth = max(sights, key=lambda sight: sight[4])
        return Look(
            track_id, self._run.run_id, frame, pts, time, box, worth, one.colours, one.doubt,
            _drawn(one), np.zeros(0, np.float32),
        )  # fmt: skip

    @staticmethod
    def _joined(parts: list[NDArray[np.int64]], kind: type[np.int32]) -> NDArray[np.int32]:
        return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)


_Sight = tuple[int, int, TimeNs, tuple[float, float, float, float], float]
"""Frame, PTS, media time, box, quality."""


def _drawn(one: CityTrack) -> bytes:
    """A figure or a car in the colours told of it, as JPEG; grey where they cannot be told."""
    ground = (196, 200, 202)
    paint = {
        part: (120, 120, 120) if one.doubt else _PAINT[shares[0].colour]
        for part, shares in one.colours.items()
        if shares
    }
    picture: Pixels
    if one.kind == ObjectClass.CAR:
        picture = np.full((72, 128, 3), ground, np.uint8)
        body = paint.get("body", (120, 120, 120))
        picture[14:36, 34:98] = body
        picture[18:34, 40:92] = (90, 84, 78)
        picture[34:58, 10:118] = body
        for x in (32, 96):
            _disc(picture, x, 58, 10, (30, 30, 30))
    else:
        picture = np.full((128, 64, 3), ground, np.uint8)
        _disc(picture, 32, 17, 10, (150, 170, 190))
        picture[28:72, 18:46] = paint.get("upper", (120, 120, 120))
        picture[30:66, 12:18] = picture[30:66, 46:52] = paint.get("upper", (120, 120, 120))
        picture[72:120, 19:31] = picture[72:120, 33:45] = paint.get("lower", (90, 90, 90))
    return thumbnail(picture)


def _disc(picture: Pixels, x: int, y: int, radius: int, colour: tuple[int, int, int]) -> None:
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    picture[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = colour


def _geojson(streets: tuple[StreetLine, ...]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"name": one.name, "kind": "street"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[round(lon, 7), round(lat, 7)] for lon, lat in one.lonlat.tolist()],
            },
        }
        for one in streets
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
