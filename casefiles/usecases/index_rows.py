"""Collects what the pipeline saw into the columns of one chunk; no decision is taken here."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from casefiles.errors import CaseError
from casefiles.store import looks, tracks
from casefiles.store.engine import Cursor
from casefiles.types import TRACKS_PER_RUN, Placed, PlacedPoints, RunId, TrackId
from casefiles.view_types import ColourShare, Look
from detection.looks import TrackLook
from detection.pipeline import Analysed
from detection.types import Detections, TrackPoints
from video.types import PacketIndex


@dataclass(slots=True)
class Chunk:
    """Rows of a run not stored yet.

    `steps` maps the tracker's step to the frame number; it belongs to the whole run and grows.
    """

    run_id: RunId
    index: PacketIndex
    times_ns: NDArray[np.int64]
    """Media times of all frames of the source, `(len(index),)`."""
    steps: list[int]
    frames: int = 0
    _first_step: int = field(init=False)
    _found: list[tuple[int, Detections]] = field(default_factory=list)
    _points: list[TrackPoints] = field(default_factory=list)
    _looks: list[TrackLook] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._first_step = len(self.steps)

    def add(self, seen: Analysed) -> None:
        """Takes one frame."""
        self.frames += 1
        if seen.detections is not None:
            self.steps.append(seen.number)
            self._found.append((seen.number, seen.detections))
        self.add_points(seen.points)

    def add_points(self, points: TrackPoints) -> None:
        """Takes track points that became final."""
        if len(points):
            self._points.append(points)

    def add_looks(self, better: list[TrackLook]) -> None:
        """Takes looks that replace earlier ones of their tracks."""
        self._looks.extend(better)

    def store(self, cursor: Cursor) -> None:
        """Writes the rows inside the caller's transaction."""
        tracks.add_chunk(
            cursor,
            self.run_id,
            first_step=self._first_step,
            analysed=np.asarray(self.steps[self._first_step :], np.int32),
            detections=self._detections(),
            points=self._track_points(),
        )
        looks.replace(cursor, [self._look(found) for found in self._looks])

    def _look(self, found: TrackLook) -> Look:
        left, top, right, bottom = found.box.tolist()
        return Look(
            track_id=TrackId(found.track + self.run_id * TRACKS_PER_RUN),
            run_id=self.run_id,
            frame=found.number,
            pts=found.pts,
            time_ns=found.time_ns,
            box=(left, top, right, bottom),
            quality=found.quality,
            colours={
                part: tuple(ColourShare(name, share) for name, share in shares)
                for part, shares in found.attributes.colours.items()
            },
            colour_doubt=found.attributes.doubt,
            thumbnail=found.thumbnail,
            vector=found.vector,
        )

    def _detections(self) -> Placed:
        frames = np.concatenate(
            [np.full(len(found), number, np.int64) for number, found in self._found]
            or [np.zeros(0, np.int64)]
        )
        together = Detections.concatenated([found for _, found in self._found])
        return self._placed(frames, together.boxes, together.scores, together.class_ids)

    def _track_points(self) -> PlacedPoints:
        points = TrackPoints.concatenated(self._points)
        if len(points) and int(points.track.max()) >= TRACKS_PER_RUN:
            raise CaseError(
                f"run {self.run_id} found more than {TRACKS_PER_RUN - 1} tracks",
                "Split the recording.",
            )
        frames = np.asarray(self.steps, np.int64)[points.step] if len(points) else points.step
        return PlacedPoints(
            self._placed(
                np.asarray(frames, np.int64), points.boxes, points.scores, points.class_ids
            ),
            points.track.astype(np.int64) + np.int64(self.run_id) * TRACKS_PER_RUN,
            points.interpolated,
        )

    def _placed(
        self,
        frames: NDArray[np.int64],
        boxes: NDArray[np.float32],
        scores: NDArray[np.float32],
        class_ids: NDArray[np.int16],
    ) -> Placed:
        return Placed(
            frames.astype(np.int32),
            self.index.pts[frames],
            self.times_ns[frames],
            boxes,
            scores,
            class_ids,
        )
