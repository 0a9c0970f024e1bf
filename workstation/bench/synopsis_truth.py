"""Whether the labelled people of a recording are in its synopsis, each with its right time.

The labels and the recording alone judge: the times that the document tells, the boxes it names, and
the decoded pictures of the video. Nothing of how a synopsis is made is used to check it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import PlacedPoints
from casefiles.usecases.export_synopsis import SynopsisWanted, export_synopsis
from casefiles.usecases.plan_synopsis import plan_synopsis
from casefiles.usecases.show_tracks import show_points
from casefiles.workers import Crew, Processes
from video.clock import NS_PER_S
from video.geometry import iou_matrix
from workstation.bench.person_footage import (
    SAME,
    Clip,
    Truth,
    sightings,
    truth_of,
)
from workstation.bench.result import Figure
from workstation.bench.synopsis_looks import OTHER_TIMES_S, Box, Looks, Moment, Verdict

PROOF_S: Final = 1.0
"""Were all times told so much too late, it would have to be found out."""
_SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
_IN_PLACE: Final = 0.3
"""Cut-outs are larger than the boxes of labels: shadows and neighbours make them so."""
_HAIR_S: Final = 1e-4
"""Seconds of a document are rounded; what is a hair before a frame is that frame."""


def shown_truth(
    case: Case, shared: Path, clip: Clip, folder: Path, crew: Callable[[], Crew] = Processes
) -> list[Figure]:
    """Exports the synopsis of a case whose source 1 is the clip, and judges it."""
    out = folder / f"{clip.camera}-synopsis.mp4"
    finish(export_synopsis(case, finish(plan_synopsis(case, "")), SynopsisWanted(out), crew))
    points = show_points(case, 1, with_suppressed=False)
    document = json.loads(out.with_name(f"{out.name}.json").read_bytes())
    return figures(*judged(points, document, out, shared, clip))


@dataclass(frozen=True, slots=True)
class Seen:
    """An object in a picture of the video and in its recording, as the document names it."""

    at_s: float
    box: Box
    original_s: float
    original_box: Box


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of a track: recorded and shown times of its knots, in seconds."""

    track: int
    recorded_s: NDArray[np.float64]
    shown_s: NDArray[np.float64]
    seen: Seen | None

    def told_s(self, shown_s: float) -> float:
        """The recorded time of what is shown then."""
        return float(np.interp(shown_s, self.shown_s, self.recorded_s))


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of the labelled people that some track follows."""

    people: frozenset[int]
    untold: frozenset[int]
    """Of them, those whose tracks are not placed over all times at which they were seen."""
    in_place: frozenset[int]
    """Those who are, by the labels, where the document says."""
    moments: tuple[tuple[int, Verdict], ...]
    """By person, what the video shows."""

    @property
    def told(self) -> frozenset[int]:
        """Whom the document tells rightly."""
        return (self.people - self.untold) & self.in_place

    @property
    def shown(self) -> frozenset[int]:
        """Whom the video shows rightly, at least once, and never otherwise."""
        right = {person for person, said in self.moments if said == "right"}
        return frozenset(right - {person for person, said in self.moments if said == "wrong"})

    def count(self, verdict: Verdict) -> int:
        return sum(said == verdict for _, said in self.moments)


def judged(
    points: PlacedPoints, document: Mapping[str, Any], film: Path, shared: Path, clip: Clip
) -> tuple[Judged, Judged]:
    """Judges a synopsis; and the same as if all its times were told `PROOF_S` too late."""
    truth = truth_of(shared, clip, clip.frames / clip.step / clip.fps)
    follows = _Followed(points, truth, clip)
    placed = read_placements(document)
    both = [[_later(one, late_s) for one in placed] for late_s in (0.0, PROOF_S)]
    fps = float(document["video"]["fps"])
    moments = [list(_moments(some, follows, fps)) for some in both]
    pairs = [(one.seen.original_box, one.seen.box) for one in placed if one.seen is not None]
    said = iter(Looks(pairs, film, shared / clip.video, clip).verdicts(list(chain(*moments))))
    first, second = (
        Judged(
            frozenset(follows.who.values()),
            frozenset(
                who for track, who in follows.who.items() if not follows.covered(track, some)
            ),
            frozenset(follows.in_place(some)),
            tuple((one.person, next(said)) for one in these),
        )
        for some, these in zip(both, moments, strict=True)
    )
    return first, second


def figures(found: Judged, late: Judged) -> list[Figure]:
    """Of the people tracked, those who are told rightly, and those who are shown rightly."""
    several = max(len(found.people), 1)
    return [
        Figure(
            "synopsis-truth-json", len(found.told), len(found.people), len(found.told) / several,
            "people",
            "labelled people that were tracked, placed over all times at which they were seen and, "
            "by the labels of the time told, where the document says; were all times told "
            f"{PROOF_S:g} s late, {len(late.told)} would be",
        ),
        Figure(
            "synopsis-truth-film", len(found.shown), len(found.people),
            len(found.shown) / several, "people",
            "labelled people that were tracked, in the decoded video, where they are labelled at "
            "the time told: it looks like the recording then, less like it "
            f"{', '.join(f'{one:+g}' for one in OTHER_TIMES_S)} s away; so at "
            f"{found.count('right')} moments, not at {found.count('wrong')}, hidden by others at "
            f"{found.count('hidden')}, standing still at {found.count('still')}; were all times "
            f"told {PROOF_S:g} s late, right at {late.count('right')}, wrong at "
            f"{late.count('wrong')}, {len(late.shown)} people right",
        ),
    ]  # fmt: skip


def read_placements(document: Mapping[str, Any]) -> list[Placed]:
    """The placements of a document that lies beside a video."""
    made = []
    for row in document["placements"]:
        recorded, shown = np.array(row["knots"], np.float64).reshape(-1, 2).T
        seen = row["seen"]
        made.append(Placed(
            row["track"], recorded, shown,
            None if seen is None else Seen(
                seen["at"], tuple(seen["box"]), seen["original_s"], tuple(seen["original_box"])
            ),
        ))  # fmt: skip
    return made


def _later(placed: Placed, late_s: float) -> Placed:
    seen = placed.seen
    if seen is not None:
        seen = replace(seen, original_s=seen.original_s + late_s)
    return replace(placed, recorded_s=placed.recorded_s + late_s, seen=seen)


# -- the document


class _Followed:
    """Which labelled person each track follows, and when."""

    def __init__(self, points: PlacedPoints, truth: Truth, clip: Clip) -> None:
        self.who = {one.track_id: one.person for one in sightings(points, truth, clip.camera)}
        self._points, self._truth, self._fps = points, truth, clip.fps

    def covered(self, track: int, placed: Sequence[Placed]) -> bool:
        """Whether every time at which a track was seen is placed."""
        seen = (self._points.track_id == track) & ~self._points.interpolated
        times = self._points.at.time_ns[seen] / NS_PER_S
        told = np.zeros(len(times), np.bool_)
        for one in placed:
            if one.track == track:
                told |= (times >= one.recorded_s[0] - _HAIR_S) & (
                    times <= one.recorded_s[-1] + _HAIR_S
                )
        return bool(told.all())

    def in_place(self, placed: Sequence[Placed]) -> set[int]:
        """The people who are labelled where the document says, wherever it says so of them while
        they were followed."""
        right: set[int] = set()
        wrong: set[int] = set()
        for one in placed:
            if one.seen is not None:
                box = self.labelled(one.track, self.frame(one.seen.original_s))
                if box is not None:
                    there = _iou(one.seen.original_box, box) >= _IN_PLACE
                    (right if there else wrong).add(self.who[one.track])
        return right - wrong

    def frame(self, time_s: float) -> int:
        """The frame on show at a time."""
        return int((time_s + _HAIR_S) * self._fps)

    def labelled(self, track: int, frame: int) -> Box | None:
        """Where the person of a track is labelled; None where nobody is, or the track is not
        there: on its way from one to another."""
        rows = (self._truth.frame == frame) & (self._truth.person == self.who.get(track))
        followed = self.tracked(track, frame / self._fps)
        if not rows.any() or followed is None:
            return None
        box = _whole(self._truth.boxes[rows][0])
        return box if _iou(followed, box) >= SAME else None

    def beside(self, track: int, frame: int) -> list[Box]:
        """Where all others are labelled."""
        rows = (self._truth.frame == frame) & (self._truth.person != self.who[track])
        return [_whole(box) for box in self._truth.boxes[rows]]

    def tracked(self, track: int, time_s: float) -> Box | None:
        """Where a track is at a time, in a straight line between its points."""
        rows = np.flatnonzero(self._points.track_id == track)
        if not len(rows):
            return None
        times = self._points.at.time_ns[rows] / NS_PER_S
        boxes = self._points.at.boxes[rows]
        return _whole(np.array([np.interp(time_s, times, side) for side in boxes.T], np.float32))


def _iou(one: Box, other: Box) -> float:
    boxes = np.array([one, other], np.float32)
    return float(iou_matrix(boxes[:1], boxes[1:])[0, 0])


def _whole(box: NDArray[np.float32]) -> Box:
    left, top, right, bottom = (round(float(side)) for side in box)
    return left, top, right, bottom


# -- the video


def _moments(placed: Sequence[Placed], follows: _Followed, film_fps: float) -> Iterator[Moment]:
    """Of every piece of everybody's tracks some pictures, where the person is labelled."""
    for one in placed:
        if one.track not in follows.who:
            continue
        first, last = float(one.shown_s[0]), float(one.shown_s[-1])
        for picture in sorted({
            round((first + share * (last - first)) * film_fps) for share in _SHARES
        }):  # fmt: skip
            shown_s = min(max(picture / film_fps, first), last)
            frame = follows.frame(one.told_s(shown_s))
            box = follows.labelled(one.track, frame)
            if box is None:
                continue
            # Two pieces of one track may be on show together.
            also = [
                follows.tracked(other.track, other.told_s(shown_s))
                for other in placed
                if other is not one and other.shown_s[0] <= shown_s <= other.shown_s[-1]
            ]
            others = (*follows.beside(one.track, frame), *(each for each in also if each))
            yield Moment(follows.who[one.track], picture, frame, box, others)
