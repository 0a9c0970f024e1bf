"""Following people between the two halves of one street: is the true one first on the other half?

Both halves are indexed, every frame, and their clocks set by the true offset, sure to half a
frame; which person a track is comes from the truth, by overlap of boxes. Each track asked by is the
longest of a person on one half. What counts is the place of the person's first track on the other
half among all tracks there, the person's own other ones included; beside it the same with these
taken out, and the place of the best of the person's tracks. The other people are distractors.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from casefiles.case import Case
from casefiles.edit_kinds import AddCamera, ChangeCamera
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.subject_types import AddSubject, Sighting, Subject, SubjectId
from casefiles.types import Actor, Camera, CameraId, Placement, TrackId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.follow import open_follow
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.set_clock import ClockWords, propose_clock, put_clock
from casefiles.usecases.show_tracks import show_points
from casefiles.usecases.view_case import view_case
from detection.appearance import DEFAULT_EMBEDDER, open_embedder
from detection.detector import open_detector
from detection.errors import ModelMissing
from detection.labels import ObjectClass
from resources.paths import shared_test_data
from video.geometry import iou_matrix
from workstation.bench.result import Figure
from workstation.output import say

_HALVES: Final = ("camA", "camB")
_SAME: Final = 0.5
_DETECTOR: Final = "yolox-nano"
_START: Final = datetime(2009, 6, 25, 12, 0, tzinfo=UTC)
_APART_M: Final = 12.0
_VIEW_M: Final = 5.0
"""About where the halves are: some 10 m wide each by the truth's metres, 2 m between them."""
_EMBEDDERS: Final = (DEFAULT_EMBEDDER, "osnet-x0-25")


def follow_pets() -> list[Figure]:
    """How many of those seen on both halves are first, and among the first three."""
    folder = shared_test_data() / "data" / "multicam" / "pets_two_halves"
    if not (folder / "meta.json").is_file():
        say(f"workstation: follow-pets is left out: {folder} is not there")
        return []
    figures: list[Figure] = []
    for embedder in _EMBEDDERS:
        try:
            open_detector(_DETECTOR)
            open_embedder(embedder)
        except ModelMissing as error:
            say(f"workstation: follow-pets with {embedder} is left out: {error}")
            continue
        with _indexed(folder, embedder) as case:
            people = _people(case, folder)
            for gate in (False, True):
                figures += _figures(case, people, embedder, is_placed=False, gate=gate)
            _place(case)
            figures += _figures(case, people, embedder, is_placed=True, gate=True)
    return figures


@contextmanager
def _indexed(folder: Path, embedder: str) -> Iterator[Case]:
    about = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    with TemporaryDirectory() as place:
        made = Case.create(
            Path(place) / "case", Actor("bench", "bench"), number="bench", title="bench",
            policy="none", training=True,
        )  # fmt: skip
        with made as case:
            for half in _HALVES:
                case.post(partial(AddCamera, Camera(CameraId(half), half, ()))).result()
                start = timedelta(seconds=about[half]["true_start_s_relative_to_first"])
                added = add_source(case, folder / f"{half}.mp4", Recording(half, _START + start))
                said = ClockWords(offset_s=0.0, uncertainty_s=0.0, reference_source="the truth")
                put_clock(case, propose_clock(case, added.source_id, said))
            options = IndexOptions(
                detector=_DETECTOR, sample_fps=None, motion_gate=False, appearance=embedder
            )
            ids = [source.source_id for source in case.sources()]
            for report in finish(index_sources(case, ids, options)):
                if report.problem is not None:
                    raise report.problem
            yield case


def _place(case: Case) -> None:
    middle = GeoPoint(51.4384, -0.9450)
    for number, half in enumerate(_HALVES):
        point = moved(middle, east_m=_APART_M * number, north_m=0.0)
        stood = Camera(CameraId(half), half, (Placement(point, range_m=_VIEW_M),))
        case.post(partial(ChangeCamera, stood)).result()


def _people(case: Case, folder: Path) -> dict[str, dict[int, list[int]]]:
    """The tracks of each person on each half, in order of time."""
    found: dict[str, dict[int, list[int]]] = {}
    for source in case.sources():
        half = str(source.camera_id)
        truth: dict[int, list[tuple[int, list[float]]]] = {}
        with (folder / f"{half}_gt.txt").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                x, y, w, h = map(float, row[2:6])
                truth.setdefault(int(row[0]), []).append((int(row[1]), [x, y, x + w, y + h]))
        points = show_points(case, source.source_id, with_suppressed=False)
        votes: dict[int, Counter[int]] = {}
        lengths: Counter[int] = Counter()
        for frame in np.unique(points.at.frame).tolist():
            # Frames of the truth are counted from 1.
            told = truth.get(frame + 1, [])
            mine = np.flatnonzero(
                (points.at.frame == frame) & (points.at.class_ids == ObjectClass.PERSON)
            )
            lengths.update(points.track_id[mine].tolist())
            if not told or not len(mine):
                continue
            boxes = np.array([box for _, box in told], np.float32)
            overlap = iou_matrix(points.at.boxes[mine], boxes)
            for place, at in enumerate(mine.tolist()):
                best = int(overlap[place].argmax())
                if overlap[place, best] >= _SAME:
                    who = votes.setdefault(int(points.track_id[at]), Counter())
                    who[told[best][0]] += 1
        people: dict[int, list[int]] = {}
        # Ids rise as tracks begin.
        for track, counted in sorted(votes.items()):
            who_, times = counted.most_common(1)[0]
            if times >= lengths[track] / 2:
                people.setdefault(who_, []).append(track)
        found[half] = people
    return found


def _figures(
    case: Case,
    people: dict[str, dict[int, list[int]]],
    embedder: str,
    *,
    is_placed: bool,
    gate: bool,
) -> list[Figure]:
    lengths: dict[int, int] = {}
    for source in case.sources():
        points = show_points(case, source.source_id, with_suppressed=False)
        lengths.update(Counter(points.track_id.tolist()))
    both = sorted(set(people["camA"]) & set(people["camB"]))
    figures: list[Figure] = []
    for home, other in (_HALVES, _HALVES[::-1]):
        places: dict[int, int] = {}
        anyhow: dict[int, int] = {}
        alone: dict[int, int] = {}
        others = 0
        for who in both:
            asked = max(people[home][who], key=lambda one: lengths[one])
            order = _order(case, TrackId(asked), other, gate=gate)
            others = max(others, len(order))
            wanted = people[other][who][0]
            hers = [order.index(one) + 1 for one in people[other][who] if one in order]
            anyhow[who] = min(hers, default=len(order) + 1)
            places[who] = order.index(wanted) + 1 if wanted in order else len(order) + 1
            above = order[: places[who] - 1]
            alone[who] = 1 + sum(one not in people[other][who] for one in above)
        how = (
            f"{home} to {other}, {_DETECTOR}, {embedder}, every frame; "
            f"{'with' if gate else 'without'} times, true offset, cameras "
            f"{'placed' if is_placed else 'without a place'}; among {others} tracks there; place "
            f"of each person's first: {_listed(places)}; with the own others taken out: "
            f"{_listed(alone)}; of the best of each one's tracks: {_listed(anyhow)}"
        )
        name = f"follow-pets/{embedder}/{home}-{other}/{'gate' if gate else 'no-gate'}"
        name += "/placed" if is_placed else ""
        counted = (("", places), ("/own-others-out", alone), ("/any-own", anyhow))
        for (what, told), (most, word) in product(counted, ((1, "first"), (3, "first-three"))):
            count = sum(at <= most for at in told.values())
            share = count / max(len(both), 1)
            figures.append(Figure(f"{name}{what}/{word}", count, len(both), share, "people", how))
    return figures


def _listed(places: Mapping[int, int]) -> str:
    return ", ".join(f"{who}: {at}" for who, at in places.items())


def _order(case: Case, asked: TrackId, other: str, *, gate: bool) -> list[int]:
    """The tracks of the other half, likeliest first."""
    number = len(view_case(case).subjects) + 1
    name = f"{number}: {asked} {other}"
    said = (Sighting(SubjectId(0), asked, "confirmed"),)
    case.post(lambda: AddSubject(Subject(name, "person"), said)).result()
    view = view_case(case)
    subject = view.subjects[-1]
    state = finish(open_follow(case, subject.subject_id))
    mine = [one for one in view.sightings if one.subject_id == subject.subject_id]
    answer = state.rank(mine, gate=gate, limit=10_000)
    return [
        int(one.track.track_id)
        for group in answer.cameras
        if group.camera_id == other
        for one in group.candidates
    ]
