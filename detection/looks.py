"""How each track looks in its best frame: chosen while the pipeline runs, described when stored.

Which frame is best depends only on the frames seen and on how good the best before was, so a run
that was stopped and goes on (`restore`) ends with the looks that one run would have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detection.appearance import Embedder, Kind
from detection.attributes import Attributes, describe, judge_light, sample
from detection.labels import ObjectClass
from detection.preprocess import shrink
from detection.types import TrackPoints
from video.types import Frame, Pixels, TimeNs

KINDS: Final[Mapping[int, Kind]] = {
    ObjectClass.PERSON: "person",
    ObjectClass.CAR: "vehicle",
    ObjectClass.MOTORCYCLE: "vehicle",
    ObjectClass.BUS: "vehicle",
    ObjectClass.TRUCK: "vehicle",
}
"""Classes whose colours and vectors are told; others only get a picture."""

_CLEARLY_BETTER: Final = 1.15
"""A picture is replaced by one this much better: each costs time, and little is gained by less."""
_MARGIN: Final = 0.12
_THUMBNAIL_HEIGHT, _THUMBNAIL_WIDTH, _JPEG_QUALITY = 160, 256, 88
_ENOUGH_HEIGHT: Final = 256
"""Pixels; taller is not better (the embedder sees no more)."""
_CUT: Final = 0.5
"""Worth of a picture that the frame's edge cuts, against a whole one."""
_EDGE: Final = 2.0
_COVERED: Final = 0.9
"""How much worse a picture is that lies all under another object's box."""
_LEAST_WORTH: Final = 1e-4
"""Any picture is better than none."""


@dataclass(frozen=True, slots=True)
class TrackLook:
    """How a track looked in one frame; `track` as in `TrackPoints`, `box (4,) float32` in source
    pixels, `thumbnail` JPEG, `vector` of length 1 or empty."""

    track: int
    number: int
    pts: int
    time_ns: TimeNs
    box: NDArray[np.float32]
    quality: float
    attributes: Attributes
    thumbnail: bytes
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A picture kept until the chunk is stored; `inside` is the box within it, in pixels."""

    class_id: int
    number: int
    pts: int
    time_ns: TimeNs
    box: NDArray[np.float32]
    quality: float
    picture: Pixels
    inside: tuple[slice, slice]
    sampled: Pixels
    """Of the whole picture, to judge its light by."""


@dataclass(slots=True)
class BestLooks:
    """Keeps the best picture of each track of one run."""

    embedder: Embedder
    _best: dict[int, float] = field(default_factory=dict)
    _kept: dict[int, _Candidate] = field(default_factory=dict)

    def options_as_dict(self) -> dict[str, object]:
        """What changes looks, for provenance: plain values that JSON can hold."""
        made = self.embedder.provenance
        return {
            "model": made.model,
            "model_sha256": made.sha256,
            **made.options,
            "clearly_better": _CLEARLY_BETTER,
        }

    def restore(self, best: Mapping[int, float]) -> None:
        """Goes on where looks of this `quality` are stored, by track."""
        self._best = dict(best)
        self._kept = {}

    def see(self, frame: Frame, picture: Pixels, points: TrackPoints) -> None:
        """Takes the points that tracks have in this very frame, `picture` being its BGR."""
        sampled: Pixels | None = None
        worths = qualities(points, picture.shape[1], picture.shape[0])
        for row, quality in enumerate(worths.tolist()):
            track = int(points.track[row])
            before = self._best.get(track)
            if before is not None and quality < before * _CLEARLY_BETTER:
                continue
            if sampled is None:
                sampled = sample(picture)
            self._best[track] = quality
            box = points.boxes[row]
            rows, columns, inside = _cut(box, picture.shape[1], picture.shape[0])
            self._kept[track] = _Candidate(
                int(points.class_ids[row]), frame.number, frame.pts, frame.time_ns, box.copy(),
                quality, picture[rows, columns].copy(), inside, sampled,
            )  # fmt: skip

    def take(self) -> list[TrackLook]:
        """The looks that became better since this was last called, by track."""
        looks = [self._described(track, kept) for track, kept in sorted(self._kept.items())]
        self._kept = {}
        return looks

    def _described(self, track: int, kept: _Candidate) -> TrackLook:
        crop = np.ascontiguousarray(kept.picture[kept.inside])
        kind = KINDS.get(kept.class_id)
        if kind is None:
            attributes, vector = Attributes({}), np.zeros(0, np.float32)
        else:
            attributes = describe(crop, kind, judge_light(kept.sampled))
            vector = self.embedder.embed([crop], kind)[0]
        return TrackLook(
            track, kept.number, kept.pts, kept.time_ns, kept.box, kept.quality, attributes,
            thumbnail(kept.picture), vector,
        )  # fmt: skip


def qualities(points: TrackPoints, width: int, height: int) -> NDArray[np.float32]:
    """How well each point shows its object in a picture of this size, `(n,) float32` above 0.

    Sure, large, whole and uncovered is best. Single precision, as stored, so that a comparison
    comes out the same after a stop.
    """
    boxes = points.boxes
    tall = np.minimum(boxes[:, 3] - boxes[:, 1], _ENOUGH_HEIGHT) / _ENOUGH_HEIGHT
    cut = (
        (boxes[:, 0] < _EDGE)
        | (boxes[:, 1] < _EDGE)
        | (boxes[:, 2] > width - _EDGE)
        | (boxes[:, 3] > height - _EDGE)
    )
    worth = points.scores * tall * np.where(cut, _CUT, 1) * (1 - _COVERED * covered(boxes))
    result: NDArray[np.float32] = np.maximum(worth, _LEAST_WORTH).astype(np.float32)
    return result


def covered(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of each box lies in the one other box that takes most of it, `(n,)` in 0..1."""
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.float32)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    np.fill_diagonal(shared, 0)
    own = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1)
    most: NDArray[np.float32] = np.clip(shared.max(axis=1) / own, 0, 1)
    return most


def thumbnail(picture: Pixels) -> bytes:
    """A BGR picture as JPEG of at most 256 × 160 pixels, never made larger."""
    height, width = picture.shape[:2]
    scale = min(_THUMBNAIL_HEIGHT / height, _THUMBNAIL_WIDTH / width, 1.0)
    if scale < 1:
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        picture = shrink(picture, width=size[0], height=size[1])
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return bytes(encoded.tobytes())


def _cut(
    box: NDArray[np.float32], width: int, height: int
) -> tuple[slice, slice, tuple[slice, slice]]:
    """Rows and columns of the box with some margin, and the box within them; never empty."""
    left, right = _inside(float(box[0]), float(box[2]), width)
    top, bottom = _inside(float(box[1]), float(box[3]), height)
    margin = round(_MARGIN * max(bottom - top, right - left))
    rows = slice(max(top - margin, 0), min(bottom + margin, height))
    columns = slice(max(left - margin, 0), min(right + margin, width))
    inside = (
        slice(top - rows.start, bottom - rows.start),
        slice(left - columns.start, right - columns.start),
    )
    return rows, columns, inside


def _inside(low: float, high: float, most: int) -> tuple[int, int]:
    """Whole pixels from `low` to `high` that lie in 0..`most`, at least one."""
    first = min(max(round(low), 0), most - 1)
    return first, min(max(round(high), first + 1), most)
