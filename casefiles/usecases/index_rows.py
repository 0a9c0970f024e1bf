"""Turns a chunk of analysis into rows of its run; no decision is taken here."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.errors import CaseError
from casefiles.store import looks, tracks, traits
from casefiles.store.engine import Cursor
from casefiles.trait_types import TrackTrait, TraitVote
from casefiles.types import TRACKS_PER_RUN, Placed, PlacedPoints, RunId, TrackId
from casefiles.usecases.index_work import Chunk
from casefiles.view_types import ColourShare, Look, LookVector
from detection.looks import TrackLook, TrackVector
from detection.types import TrackPoints
from video.types import PacketIndex

_NO_VECTOR: Final = np.zeros(0, np.float32)
"""A look's own: vectors have rows of their own."""


class Rows:
    """What a run needs to know to place what was found: the frame of each step, and its times."""

    def __init__(self, run_id: RunId, index: PacketIndex, times_ns: NDArray[np.int64]) -> None:
        """`times_ns (len(index),)` are media times of all frames of the source."""
        self._run_id = run_id
        self._index = index
        self._times_ns = times_ns
        self._steps = np.zeros(0, np.int32)

    def go_on(self, steps: NDArray[np.int32]) -> None:
        """Takes the frame numbers that the tracker was given before, `(n,)`."""
        self._steps = steps

    def store(self, cursor: Cursor, chunk: Chunk) -> None:
        """Writes the rows of a chunk inside the caller's transaction.

        Called again after a transaction that failed, it does the same again.
        """
        steps = np.concatenate([self._steps[: chunk.first_step], chunk.analysed])
        found = chunk.detections
        tracks.add_chunk(
            cursor,
            self._run_id,
            first_step=chunk.first_step,
            analysed=chunk.analysed,
            detections=self._placed(chunk.found_in, found.boxes, found.scores, found.class_ids),
            points=self._track_points(chunk.points, steps),
        )
        looks.replace(cursor, [self._look(look) for look in chunk.looks])
        looks.put_vectors(cursor, [self._vector(one) for one in chunk.vectors])
        votes = [vote for one in chunk.vectors for vote in self._votes(one)]
        looked = [(self._track_id(one.track), one.ordinal) for one in chunk.vectors]
        traits.put_votes(cursor, self._run_id, votes, looked)
        self._steps = steps

    def _track_points(self, points: TrackPoints, steps: NDArray[np.int32]) -> PlacedPoints:
        if len(points) and int(points.track.max()) >= TRACKS_PER_RUN:
            raise CaseError(
                f"run {self._run_id} found more than {TRACKS_PER_RUN - 1} tracks",
                "Split the recording.",
            )
        return PlacedPoints(
            self._placed(steps[points.step], points.boxes, points.scores, points.class_ids),
            points.track.astype(np.int64) + np.int64(self._run_id) * TRACKS_PER_RUN,
            points.interpolated,
        )

    def _look(self, found: TrackLook) -> Look:
        left, top, right, bottom = found.box.tolist()
        return Look(
            track_id=TrackId(found.track + self._run_id * TRACKS_PER_RUN),
            run_id=self._run_id,
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
            vector=_NO_VECTOR,
        )

    def _vector(self, found: TrackVector) -> LookVector:
        left, top, right, bottom = found.box.tolist()
        return LookVector(
            track_id=TrackId(found.track + self._run_id * TRACKS_PER_RUN),
            run_id=self._run_id,
            ordinal=found.ordinal,
            frame=found.number,
            pts=found.pts,
            time_ns=found.time_ns,
            box=(left, top, right, bottom),
            quality=found.quality,
            vector=found.vector,
        )

    def _votes(self, found: TrackVector) -> list[TraitVote]:
        track_id = self._track_id(found.track)
        return [
            TraitVote(
                track_id, found.ordinal, found.quality,
                TrackTrait(name, one.value, one.confidence, found.number, found.pts),
            )
            for name, one in found.traits.items()
        ]  # fmt: skip

    def _track_id(self, track: int) -> TrackId:
        return TrackId(track + self._run_id * TRACKS_PER_RUN)

    def _placed(
        self,
        frames: NDArray[np.int32],
        boxes: NDArray[np.float32],
        scores: NDArray[np.float32],
        class_ids: NDArray[np.int16],
    ) -> Placed:
        return Placed(
            frames, self._index.pts[frames], self._times_ns[frames], boxes, scores, class_ids
        )
