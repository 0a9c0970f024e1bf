"""Values of the detection folder: struct-of-arrays detections and tracks, shapes checked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector found in one picture.

    `boxes (n, 4) float32` as left, top, right, bottom in source pixels (half-open, origin
    top-left); `scores (n,) float32` in 0..1; `class_ids (n,) int16`, see `detection.labels`.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int16]

    def __post_init__(self) -> None:
        n = len(self.scores)
        if self.boxes.shape != (n, 4) or self.scores.shape != (n,) or self.class_ids.shape != (n,):
            raise ValueError(
                f"shapes disagree: boxes {self.boxes.shape}, scores {self.scores.shape}, "
                f"class_ids {self.class_ids.shape}"
            )

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def empty(cls) -> Self:
        """No detections."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int16))

    @classmethod
    def concatenated(cls, parts: "Sequence[Detections]") -> "Detections":
        """All parts in order, as one."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.class_ids for part in parts]),
        )

    def where(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Detections":
        """The detections picked by a boolean mask or by positions, in that order."""
        return Detections(self.boxes[mask], self.scores[mask], self.class_ids[mask])


@dataclass(frozen=True, slots=True)
class TrackPoints:
    """Where the tracks of one source were, one row per analysed frame and track.

    `track (n,) int32` are tracker-local ids from 1, `step (n,) int32` is the ordinal of the
    update call (0 for the first frame given), `boxes (n, 4) float32` in source pixels,
    `scores (n,) float32` (of the matched detection; 0 where interpolated),
    `class_ids (n,) int16`, `interpolated (n,) bool`.
    """

    track: NDArray[np.int32]
    step: NDArray[np.int32]
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int16]
    interpolated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        n = len(self.track)
        if self.boxes.shape != (n, 4) or any(
            column.shape != (n,)
            for column in (self.step, self.scores, self.class_ids, self.interpolated)
        ):
            raise ValueError("columns of TrackPoints differ in length")

    def __len__(self) -> int:
        return len(self.track)

    @classmethod
    def empty(cls) -> Self:
        """No points."""
        return cls(
            np.zeros(0, np.int32),
            np.zeros(0, np.int32),
            np.zeros((0, 4), np.float32),
            np.zeros(0, np.float32),
            np.zeros(0, np.int16),
            np.zeros(0, np.bool_),
        )

    @classmethod
    def concatenated(cls, parts: "Sequence[TrackPoints]") -> "TrackPoints":
        """All parts in order, as one."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.track for part in parts]),
            np.concatenate([part.step for part in parts]),
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.class_ids for part in parts]),
            np.concatenate([part.interpolated for part in parts]),
        )

    def where(self, mask: NDArray[np.bool_]) -> "TrackPoints":
        """The points picked by a boolean mask."""
        return TrackPoints(
            self.track[mask],
            self.step[mask],
            self.boxes[mask],
            self.scores[mask],
            self.class_ids[mask],
            self.interpolated[mask],
        )


@dataclass(frozen=True, slots=True)
class Device:
    """What runs a model, proved after the fact, and why it is this one."""

    provider: str
    """The onnxruntime provider that the session reports, such as `CUDAExecutionProvider`."""
    name: str
    """`cpu` or `cuda`."""
    reason: str
    """One sentence for people; anything but the wanted device says so here."""


@dataclass(frozen=True, slots=True)
class ModelProvenance:
    """Which model made a result, and with which options: written into every derived row."""

    model: str
    sha256: str
    options: Mapping[str, int | float | str]
    """Everything that changes the result, ready for JSON."""
