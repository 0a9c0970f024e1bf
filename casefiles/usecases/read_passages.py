"""Who went from one camera to another, by what people confirmed; and by which sides of pictures."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from casefiles.case import Case
from casefiles.store import track_ends
from casefiles.usecases.link_types import Passage, PictureSide, Where
from casefiles.view_types import CaseView
from video.clock import NS_PER_S
from video.types import TimeNs

_EDGE: Final = 0.04
"""A box within this share of the picture from an edge leaves or enters by it."""
_HOUR_NS: Final = 3600 * NS_PER_S


def read_passages(case: Case, view: CaseView) -> tuple[Passage, ...]:
    """Confirmed sightings of a subject that follow each other within an hour, on two cameras."""
    confirmed = [one for one in view.sightings if one.verdict == "confirmed"]
    if not confirmed:
        return ()
    ends = case.read(
        lambda cursor: track_ends.of_tracks(cursor, [one.track_id for one in confirmed])
    )
    at = {int(track): number for number, track in enumerate(ends.track_id.tolist())}
    passages = []
    for subject in view.subjects:
        stops = []
        for one in confirmed:
            source = view.source(one.source_id)
            number = at.get(one.track_id)
            if one.subject_id == subject.subject_id and number is not None and source is not None:
                if source.clock is None:
                    continue
                walls = (
                    source.clock.to_wall_ns(TimeNs(int(ends.from_ns[number]))),
                    source.clock.to_wall_ns(TimeNs(int(ends.to_ns[number]))),
                )
                stops.append((*walls, number, source))
        stops.sort(key=lambda stop: stop[:3])
        for (_, left, first, source), (came, _, second, other) in pairwise(stops):
            start: Where = source.camera_id or source.source_id
            end: Where = other.camera_id or other.source_id
            if start != end and came - left <= _HOUR_NS:
                passages.append(
                    Passage(
                        start, end, subject.kind, (came - left) / NS_PER_S,
                        side_of(ends.last[first].tolist(), (source.width, source.height)),
                        side_of(ends.first[second].tolist(), (other.width, other.height)),
                    )
                )  # fmt: skip
    return tuple(passages)


def side_of(box: Sequence[float], size: tuple[int, int]) -> PictureSide | None:
    """By which side of a picture (width, height) a box xyxy comes in or leaves; None where it has
    no box."""
    left, top, right, bottom = box
    if np.isnan(left):
        return None
    width, height = size
    gaps: dict[PictureSide, float] = {
        "left": left / width,
        "right": 1 - right / width,
        "bottom": 1 - bottom / height,
        "top": top / height,
    }
    side, gap = min(gaps.items(), key=lambda one: one[1])
    return side if gap <= _EDGE else "inside"
