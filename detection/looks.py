"""How each track looks: its best frame for colours and thumbnail, some more for comparing.

Frames are chosen while the pipeline runs, and described when they are stored. Which are chosen
depends only on the frames seen and on where and how good the kept ones are, which is stored with
them: a run that was stopped and goes on (`restore`) ends with the looks that one run would have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detection.appearance import Embedder, Kind
from detection.attributes import Attributes, describe, judge_light, sample
from detection.colours import COLOUR_RULES
from detection.labels import ObjectClass
from detection.person_attributes import Trait
from detection.preprocess import shrink
from detection.trait_judges import Judges
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
FRAMES: Final = 4
"""So many frames of a track have a vector, at most."""
_APART_NS: Final = 1_500_000_000
"""Frames nearer in time than this show the same: people turn within a second or two."""
_GOOD: Final = 0.5
"""A frame has to be this good, against the best so far, to be kept beside it."""
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
    """How a track looked in its best frame; `track` as in `TrackPoints`, `box (4,) float32` in
    source pixels, `thumbnail` JPEG."""

    track: int
    number: int
    pts: int
    time_ns: TimeNs
    box: NDArray[np.float32]
    quality: float
    attributes: Attributes
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class TrackVector:
    """A track's appearance in one of up to `FRAMES` frames; `ordinal` is its place among them,
    `vector (d,) float32` of length 1. The frame of the track's look is always one of them."""

    track: int
    ordinal: int
    number: int
    pts: int
    time_ns: TimeNs
    box: NDArray[np.float32]
    quality: float
    vector: NDArray[np.float32]
    traits: Mapping[str, Trait] = field(default_factory=dict)
    """What this frame says of it, by `detection.attribute_names`; empty where nothing judges."""


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """What is known of a kept frame once it is stored: all that later choices depend on."""

    time_ns: int
    quality: float


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
    sampled: Pixels | None
    """Of the whole picture, to judge its light by; None where its colours are not told."""

    def crop(self) -> Pixels:
        """The picture within its box."""
        return np.ascontiguousarray(self.picture[self.inside])


@dataclass(slots=True)
class BestLooks:
    """Keeps the best picture of each track of one run, and pictures of further frames.

    A frame near in time to a kept one takes its place if it is clearly better. One that is near
    to none opens a place of its own while there are free ones, and then takes that of the worst.
    """

    embedder: Embedder
    judges: Judges = field(default_factory=Judges)
    _best: dict[int, float] = field(default_factory=dict)
    _kept: dict[int, _Candidate] = field(default_factory=dict)
    _places: dict[int, list[KeptFrame]] = field(default_factory=dict)
    _pictures: dict[tuple[int, int], _Candidate] = field(default_factory=dict)
    """By track and place, those that are not stored yet."""

    def options_as_dict(self) -> dict[str, object]:
        """What changes looks, for provenance: plain values that JSON can hold."""
        made = self.embedder.provenance
        return {
            "model": made.model,
            "model_sha256": made.sha256,
            **made.options,
            "clearly_better": _CLEARLY_BETTER,
            "frames": FRAMES,
            "frames_apart_ns": _APART_NS,
            "frames_good": _GOOD,
            "colour_rules": COLOUR_RULES,
        }

    def restore(self, best: Mapping[int, float], places: Mapping[int, Sequence[KeptFrame]]) -> None:
        """Goes on where looks of this `quality` are stored, by track, and vectors of these frames,
        by track and then ordinal."""
        self._best = dict(best)
        self._places = {track: list(kept) for track, kept in places.items()}
        self._kept, self._pictures = {}, {}

    def see(self, frame: Frame, picture: Pixels, points: TrackPoints) -> None:
        """Takes the points that tracks have in this very frame, `picture` being its BGR."""
        sampled: Pixels | None = None
        worths = qualities(points, picture.shape[1], picture.shape[0])
        for row, quality in enumerate(worths.tolist()):
            track, class_id = int(points.track[row]), int(points.class_ids[row])
            before = self._best.get(track)
            is_best = before is None or quality >= before * _CLEARLY_BETTER
            place: int | None = None
            if KINDS.get(class_id) in self.embedder.kinds:
                place = self._place(track, int(frame.time_ns), quality, is_best=is_best)
            if not is_best and place is None:
                continue
            if sampled is None and is_best:
                sampled = sample(picture)
            box = points.boxes[row]
            rows, columns, inside = _cut(box, picture.shape[1], picture.shape[0])
            candidate = _Candidate(
                class_id, frame.number, frame.pts, frame.time_ns, box.copy(), quality,
                picture[rows, columns].copy(), inside, sampled,
            )  # fmt: skip
            if is_best:
                self._best[track] = quality
                self._kept[track] = candidate
            if place is not None:
                kept = self._places.setdefault(track, [])
                kept[place : place + 1] = [KeptFrame(int(frame.time_ns), quality)]
                self._pictures[track, place] = candidate

    def _place(self, track: int, time_ns: int, quality: float, *, is_best: bool) -> int | None:
        """Which place of a track a frame takes; None if it is not kept."""
        kept = self._places.get(track, ())
        if not kept:
            return 0
        nearest = min(range(len(kept)), key=lambda at: abs(kept[at].time_ns - time_ns))
        if abs(kept[nearest].time_ns - time_ns) < _APART_NS:
            better = quality >= kept[nearest].quality * _CLEARLY_BETTER
            return nearest if is_best or better else None
        if len(kept) < FRAMES:
            good = quality >= _GOOD * self._best.get(track, 0)
            return len(kept) if is_best or good else None
        worst = min(range(FRAMES), key=lambda at: kept[at].quality)
        better = quality >= kept[worst].quality * _CLEARLY_BETTER
        return worst if is_best or better else None

    def take(self) -> tuple[list[TrackLook], list[TrackVector]]:
        """The looks that became better since this was last called, by track, and the vectors of
        frames that were chosen since, by track and ordinal."""
        looks = [self._described(track, kept) for track, kept in sorted(self._kept.items())]
        vectors = [self._embedded(*at, kept) for at, kept in sorted(self._pictures.items())]
        self._kept, self._pictures = {}, {}
        return looks, vectors

    def _described(self, track: int, kept: _Candidate) -> TrackLook:
        kind = KINDS.get(kept.class_id)
        if kind is None or kept.sampled is None:
            attributes = Attributes({})
        else:
            light = judge_light(kept.sampled)
            attributes = describe(kept.crop(), kind, light, whole=kept.sampled)
        return TrackLook(
            track, kept.number, kept.pts, kept.time_ns, kept.box, kept.quality, attributes,
            thumbnail(kept.picture),
        )  # fmt: skip

    def _embedded(self, track: int, ordinal: int, kept: _Candidate) -> TrackVector:
        crop, kind = kept.crop(), KINDS[kept.class_id]
        (vector,) = self.embedder.embed([crop], kind)
        return TrackVector(
            track, ordinal, kept.number, kept.pts, kept.time_ns, kept.box, kept.quality, vector,
            self.judges.judge(crop, kind, kept.class_id),
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
