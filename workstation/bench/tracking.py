"""Following people on the shared footage: what is reached, and what these detections could give."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.exchange.track_formats import mot_tracks
from casefiles.jobs import finish
from casefiles.types import Actor, Placed, PlacedPoints
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_source
from casefiles.usecases.index_work import DEFAULT_DETECTOR, IndexOptions
from casefiles.usecases.show_tracks import show_detections, show_points
from detection.detector import open_detector
from detection.errors import ModelMissing
from detection.labels import ObjectClass
from detection.tracker import open_tracker, options_for
from detection.types import Detections, TrackPoints
from resources.paths import shared_test_data
from video.decoder import open_source
from video.geometry import iou_matrix
from workstation.bench.result import Figure
from workstation.output import say

_SAME = 0.5
_SCORES = ("HOTA", "MOTA", "IDF1")


@dataclass(frozen=True, slots=True)
class _Clip:
    """A recording whose first `frames` frames are labelled."""

    name: str
    video: str
    truth: str
    frames: int


_CLIPS = (
    _Clip("vtest", "data/video/vtest.avi", "data/gt/PETS09-S2L1_gt_001-400.txt", 400),
    _Clip("tud-campus", "data/video/TUD-Campus.mp4", "data/gt/TUD-Campus_gt.txt", 71),
)


def tracking() -> list[Figure]:
    """HOTA, MOTA and IDF1 of `index`, over those of the same detections with ids from the truth."""
    shared = shared_test_data()
    judge = shared / "tools" / "mot_eval.py"
    figures: list[Figure] = []
    for clip in _CLIPS:
        needed = (judge, shared / clip.video, shared / clip.truth)
        missing = next((path for path in needed if not path.is_file()), None)
        if missing is not None:
            say(f"workstation: tracking on {clip.name} is left out: {missing} is not there")
            continue
        for detector in ("yolox-nano", DEFAULT_DETECTOR):
            try:
                open_detector(detector)
            except ModelMissing as error:
                say(f"workstation: tracking with {detector} is left out: {error}")
                continue
            figures += _measure(clip, detector, shared, judge)
    return figures


def _measure(clip: _Clip, detector: str, shared: Path, judge: Path) -> list[Figure]:
    video, truth = shared / clip.video, shared / clip.truth
    with _indexed(video, detector) as case:
        found = show_detections(case, 1, min_score=0)
        points = show_points(case, 1, with_suppressed=False)
    people = found.where(found.class_ids == ObjectClass.PERSON)
    shown = points.where(points.at.class_ids == ObjectClass.PERSON)
    plain, plain_s = _followed(video, detector, people, clip.frames, with_pictures=False)
    looking, looking_s = _followed(video, detector, people, clip.frames, with_pictures=True)
    results = {
        "ceiling": _judged(judge, truth, clip, _told(people, truth)),
        "plain": _judged(judge, truth, clip, plain),
        "looks": _judged(judge, truth, clip, looking),
        "reached": _judged(judge, truth, clip, list(mot_tracks(shown))),
    }
    how = (
        f"{clip.name} 1-{clip.frames}, {detector}, every frame, people; by mot_eval.py: "
        + "; ".join(
            f"{name} {' / '.join(f'{one[score]:.1f}' for score in _SCORES)}, "
            f"{one['ids']:.0f} ids, {one['IDSW']:.0f} switches"
            for name, one in results.items()
        )
        + ". Ceiling: the same detections with ids from the truth (IoU ≥ 0.5), none elsewhere; "
        "plain: without looks and stitching; looks: without stitching; reached: as indexed"
    )
    where = f"tracking/{clip.name}/{detector}"
    return [
        *(
            Figure(
                f"{where}/{score}",
                results["reached"][score],
                results["ceiling"][score],
                results["reached"][score] / results["ceiling"][score],
                "of 100",
                how,
            )
            for score in _SCORES
        ),
        Figure(
            f"{where}/ms-a-frame",
            1000 * looking_s / clip.frames,
            1000 * plain_s / clip.frames,
            looking_s / plain_s,
            "CPU ms",
            "the tracker's time for a frame, with and without looking at the pictures",
        ),
    ]


@contextmanager
def _indexed(video: Path, detector: str) -> Iterator[Case]:
    with TemporaryDirectory() as folder:
        # Straight from the class: a bench is no investigation and leaves no agency row.
        made = Case.create(
            Path(folder) / "case",
            Actor("bench", "bench"),
            number="bench",
            title="bench",
            policy=UNREGISTERED,
            training=True,
        )
        with made as case:
            add_source(case, video, Recording())
            options = IndexOptions(detector=detector, sample_fps=None, motion_gate=False)
            finish(index_source(case, 1, options))
            yield case


def _followed(
    video: Path, detector: str, people: Placed, frames: int, *, with_pictures: bool
) -> tuple[list[str], float]:
    """MOT lines of the tracker alone, and its CPU seconds."""
    tracker = open_tracker("byte", options_for(detector))
    parts: list[TrackPoints] = []
    taken = 0.0
    with open_source(video) as decoder:
        for frame in decoder.frames():
            if frame.number >= frames:
                break
            here = people.where(people.frame == frame.number)
            found = Detections(here.boxes, here.scores, here.class_ids)
            picture = frame.bgr() if with_pictures else None
            started = process_time()
            parts.append(tracker.update(found, frame.time_ns, picture))
            taken += process_time() - started
    points = TrackPoints.concatenated([*parts, tracker.finish()])
    step = points.step
    placed = PlacedPoints(
        Placed(
            step, step.astype(np.int64), step.astype(np.int64), points.boxes, points.scores,
            points.class_ids,
        ),
        points.track.astype(np.int64),
        points.interpolated,
    )  # fmt: skip
    return list(mot_tracks(placed)), taken


def _told(people: Placed, truth: Path) -> list[str]:
    """MOT lines of the detections that lie on somebody of the truth, with that one's id."""
    rows = np.loadtxt(truth, delimiter=",", usecols=range(6))
    boxes = np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1).astype(np.float32)
    lines: list[str] = []
    for number in np.unique(rows[:, 0]).astype(int).tolist():
        real = rows[:, 0] == number
        here = people.where(people.frame == number - 1)
        shared: NDArray[np.float32] = iou_matrix(boxes[real], here.boxes)
        who, which = linear_sum_assignment(np.where(shared >= _SAME, shared + 1, 0), maximize=True)
        good = shared[who, which] >= _SAME
        owner = np.zeros(len(here), np.int64)
        owner[which[good]] = rows[real, 1][who[good]].astype(np.int64)
        kept = owner > 0
        points = PlacedPoints(here.where(kept), owner[kept], np.zeros(int(kept.sum()), np.bool_))
        lines += mot_tracks(points)
    return lines


def _judged(judge: Path, truth: Path, clip: _Clip, lines: list[str]) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tracks.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(judge), str(truth), str(path)]
        done = subprocess.run(
            [*command, "--frames", f"1-{clip.frames}"], capture_output=True, text=True, check=True
        )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
