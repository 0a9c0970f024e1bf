"""Objects whose way is known, as a detector would report them and as a small grey picture.

ann = Walker(left=20, top=50, across_s=40)
crowd(20.0, (ann, bob))            # what a perfect detector finds at 20 s
follow(tracker, (ann, bob), times) # all points that a tracker makes of them
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detection.labels import ObjectClass
from detection.tracker import Tracker
from detection.types import Detections, TrackPoints
from video.types import TimeNs

PICTURE = (640, 360)
Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Walker:
    """A box 24 × 60 pixels that moves evenly from where it is at 0 s; spans are in seconds.

    It stands still in `stops`, is not found in `hidden` and is found with score 0.35 in `dim`.
    Spans include their ends.
    """

    left: float
    top: float
    across_s: float = 0.0
    down_s: float = 0.0
    stops: Spans = ()
    hidden: Spans = ()
    dim: Spans = ()
    kind: ObjectClass = ObjectClass.PERSON
    score: float = 0.85
    level: int = field(default=30, kw_only=True)

    def box(self, at_s: float) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in source pixels."""
        walked = at_s - sum(min(max(at_s - start, 0), end - start) for start, end in self.stops)
        left, top = self.left + self.across_s * walked, self.top + self.down_s * walked
        return left, top, left + 24, top + 60


def inside(spans: Spans, at_s: float) -> bool:
    """Whether a moment lies in one of the spans."""
    return any(start <= at_s <= end for start, end in spans)


def crowd(
    at_s: float, walkers: Sequence[Walker], *, jitter: np.random.Generator | None = None
) -> Detections:
    """What is found at a moment of the walkers that are whole in the picture, in their order.

    `jitter` moves the sides of the boxes by about a pixel.
    """
    seen = [
        walker
        for walker in walkers
        if not inside(walker.hidden, at_s) and _in_picture(walker.box(at_s))
    ]
    boxes = np.array([walker.box(at_s) for walker in seen], np.float32).reshape(-1, 4)
    if jitter is not None:
        boxes += jitter.normal(0, 1, boxes.shape).astype(np.float32)
    scores = [0.35 if inside(walker.dim, at_s) else walker.score for walker in seen]
    return Detections(
        boxes, np.array(scores, np.float32), np.array([walker.kind for walker in seen], np.int16)
    )


def seconds(start_s: float, end_s: float, *, fps: float = 10.0) -> list[float]:
    """Evenly spaced moments from `start_s` up to but not including `end_s`."""
    return [start_s + number / fps for number in range(round((end_s - start_s) * fps))]


def time_ns(at_s: float) -> TimeNs:
    """Media time of a moment."""
    return TimeNs(round(at_s * 1e9))


def follow(
    tracker: Tracker,
    walkers: Sequence[Walker],
    times_s: Iterable[float],
    *,
    jitter: np.random.Generator | None = None,
) -> TrackPoints:
    """Every point a tracker gives for the walkers, the end of the source included."""
    parts = [tracker.update(crowd(at_s, walkers, jitter=jitter), time_ns(at_s)) for at_s in times_s]
    return joined([*parts, tracker.finish()])


def joined(parts: Sequence[TrackPoints]) -> TrackPoints:
    """All points as one, in the order given out."""
    return TrackPoints(
        track=np.concatenate([part.track for part in parts]),
        step=np.concatenate([part.step for part in parts]),
        boxes=np.concatenate([part.boxes for part in parts]),
        scores=np.concatenate([part.scores for part in parts]),
        class_ids=np.concatenate([part.class_ids for part in parts]),
        interpolated=np.concatenate([part.interpolated for part in parts]),
    )


def steps_of(points: TrackPoints, track: int) -> list[int]:
    """The steps at which a track has a point, in order."""
    return sorted(points.step[points.track == track].tolist())


def owners(
    points: TrackPoints, walkers: Sequence[Walker], times_s: Sequence[float]
) -> dict[int, set[int]]:
    """For each track the walkers that its measured points lie on (nearest centre)."""
    found: dict[int, set[int]] = {}
    for track, step, box in zip(
        points.track[~points.interpolated].tolist(),
        points.step[~points.interpolated].tolist(),
        points.boxes[~points.interpolated],
        strict=True,
    ):
        at_s = times_s[step]
        middles = [np.add(walker.box(at_s)[:2], walker.box(at_s)[2:]) / 2 for walker in walkers]
        apart = [float(np.hypot(*((box[:2] + box[2:]) / 2 - middle))) for middle in middles]
        found.setdefault(track, set()).add(int(np.argmin(apart)))
    return found


def grey_picture(
    at_s: float, walkers: Sequence[Walker], noise: np.random.Generator, *, sigma: float = 1.5
) -> NDArray[np.uint8]:
    """The walkers before a wall as the motion gate sees them: `(90, 160) uint8` with noise."""
    picture = np.full((90, 160), 120.0)
    for walker in walkers:
        left, top, right, bottom = (side / 4 for side in walker.box(at_s))
        picture += (walker.level - 120) * np.outer(
            _cover(top, bottom, 90), _cover(left, right, 160)
        )
    grey: NDArray[np.uint8] = np.clip(
        picture + noise.normal(0, sigma, picture.shape), 0, 255
    ).astype(np.uint8)
    return grey


def _in_picture(box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    return left >= 0 and top >= 0 and right <= PICTURE[0] and bottom <= PICTURE[1]


def _cover(low: float, high: float, cells: int) -> NDArray[np.float64]:
    """How much of each cell lies between two positions."""
    edges = np.arange(cells + 1)
    covered: NDArray[np.float64] = np.diff(np.clip(edges, low, high))
    return covered
