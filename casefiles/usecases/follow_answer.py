"""What ranking found, as it is shown: candidates camera by camera with reasons, when the subject
can have been there, the queue, and what was not analysed of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.subject_types import Absence, Sighting, Subject
from casefiles.types import CameraId, SourceId
from casefiles.usecases.follow_anchors import PARTS, Anchor, Ranked, Way
from casefiles.usecases.follow_pool import Column, Pool, place_names
from casefiles.usecases.follow_rank import Ranker
from casefiles.usecases.follow_types import (
    CameraCandidates,
    Candidate,
    FollowAnswer,
    TimeWindow,
    ToAnalyse,
)
from casefiles.usecases.journey import metres_words, span_words
from casefiles.usecases.sightings import looked_spans
from casefiles.usecases.street_types import Span
from casefiles.view_types import CaseView, Coverage, Part
from video.clock import NS_PER_S
from video.types import TimeNs

QUEUED: Final = 50
_WORTH: Final[Mapping[str, float]] = {"after": 1.0, "between": 0.8, "before": 0.6, "any": 0.5}
_GOES_ON: Final = 0.3
"""What a decision is worth: the open end of the journey most, another piece of a track that is
confirmed least."""
_MANY: Final = 12
_OF_OTHERS: Final = 2
"""Of many cameras the likeliest so many give all candidates asked for, the others so many;"""
_FEW: Final = 48
"""beyond so many cameras, each gives its first one."""
_LEAST_GAP_S: Final = 60.0
_NO_COVERAGE: Final = Coverage(0, 0, 0, 0, 0, 0, (), 0)


@dataclass(frozen=True, slots=True)
class Footage:
    """When each of the places of a pool was analysed, and what was not: true times."""

    analysed: tuple[tuple[Span, ...], ...]
    left: tuple[tuple[int, SourceId, CameraId | None, int, int], ...]
    """Of recordings that were not analysed (to the end): the place, and from when to when."""
    timeless: tuple[SourceId, ...]
    """Not analysed, and nobody knows when they were made."""
    names: tuple[str, ...]
    """What each place is called."""


def read_footage(view: CaseView, pool: Pool) -> Footage:
    """What was analysed of the recordings of a case; reads nothing but the view."""
    mine: dict[int, list[SourceId]] = {}
    left: list[tuple[int, SourceId, CameraId | None, int, int]] = []
    timeless: list[SourceId] = []
    numbers = {where: at for at, where in enumerate(pool.wheres)}
    for source in view.sources:
        number = numbers.get(source.camera_id or source.source_id)
        if number is None:
            continue
        mine.setdefault(number, []).append(source.source_id)
        stop = view.stop_of(source.source_id)
        is_analysed = source.source_id in view.runs
        upto = 0 if not is_analysed else source.duration_ns if stop is None else stop.analysed_to_ns
        if upto >= source.duration_ns:
            continue
        if source.clock is None:
            timeless.append(source.source_id)
            continue
        ends = [source.clock.to_wall_ns(TimeNs(at)) for at in (upto, source.duration_ns)]
        left.append((number, source.source_id, source.camera_id, ends[0], ends[1]))
    sources = {one.source_id: one for one in view.sources}
    analysed = []
    for number in range(len(pool.wheres)):
        found = [sources[one] for one in mine.get(number, ())]
        analysed.append(tuple(looked_spans(view, found, "candidates")))
    return Footage(tuple(analysed), tuple(left), tuple(timeless), tuple(place_names(view, pool)))


def answer_of(
    ranker: Ranker,
    found: Ranked,
    footage: Footage,
    subject: Subject,
    sightings: tuple[Sighting, ...],
    absences: tuple[Absence, ...],
    decided: NDArray[np.bool_],
    *,
    gate: bool,
    limit: int,
) -> FollowAnswer:
    """The answer, without coverage; `decided (n,)` are not among the candidates."""
    return _Answer(
        ranker, found, footage, subject, sightings, absences, decided, gate, limit
    ).made()  # fmt: skip


@dataclass(slots=True)
class _Answer:
    ranker: Ranker
    found: Ranked
    footage: Footage
    subject: Subject
    sightings: tuple[Sighting, ...]
    absences: tuple[Absence, ...]
    decided: NDArray[np.bool_]
    gate: bool
    limit: int
    told: dict[int, Candidate] = field(default_factory=dict)

    def made(self) -> FollowAnswer:
        pool, found = self.ranker.pool, self.found
        left = pool.asked & ~self.decided
        if self.gate:
            left &= ~found.impossible
        names = self.footage.names
        windows = self._windows()
        chances = self._chances(windows)
        # By camera, the likeliest of each first.
        at = np.flatnonzero(left)
        at = at[np.lexsort((at, -found.odds[at], pool.where[at]))]
        ends = np.searchsorted(pool.where[at], np.arange(len(pool.wheres) + 1)).tolist()
        cameras = []
        for order, number in enumerate(np.argsort(-chances, kind="stable").tolist()):
            most = self.limit
            if order >= _MANY:
                most = min(self.limit, _OF_OTHERS if order < _FEW else 1)
            opens, closes = ends[number], ends[number + 1]
            best = at[opens : min(opens + most, closes)].tolist()
            camera_id = _camera(pool, number)
            spans = windows[number]
            cameras.append(
                CameraCandidates(
                    camera_id, names[number], spans, float(chances[number]),
                    tuple(self._candidate(one, names) for one in best), closes - opens,
                    None if not spans else _covered(self.footage.analysed[number], spans),
                    tuple(one for one in self.absences if one.camera_id == camera_id),
                )
            )  # fmt: skip
        queue = tuple(self._candidate(one, names) for one in self._queue(left).tolist())
        out = int((found.impossible & pool.asked & ~self.decided).sum())
        notes = []
        if self.gate and out:
            notes.append(f"{out} tracks left out: seen elsewhere, too far to get there in time")
        if not self.gate:
            notes.append("times and places are not used: neither to order nor to leave out")
        if self.footage.timeless:
            notes.append(
                f"{len(self.footage.timeless)} recordings without a known start were not analysed"
            )
        if pool.asked.any() and not left.any():
            notes.append("nobody is left to decide on: every track was decided on or left out")
        return FollowAnswer(
            self.subject, self.sightings, tuple(cameras), queue,
            self._to_analyse(windows, chances), _NO_COVERAGE, tuple(notes), self.gate,
        )  # fmt: skip

    def _windows(self) -> list[tuple[TimeWindow, ...]]:
        """When the subject can have been at each place: after the last, between, before the
        first; what was told of two sightings once is kept."""
        anchors = self.found.anchors
        if not anchors:
            return [()] * len(self.ranker.pool.wheres)
        every = [self._spans(anchors[-1], "after", None)]
        for one, other in pairwise(anchors):
            if other.from_s - one.to_s >= _LEAST_GAP_S:
                every.append(self._spans(one, "after", other))
        if anchors[0].where is not None:
            every.append(self._spans(anchors[0], "before", None))
        return [tuple(one for one in mine if one is not None) for mine in zip(*every, strict=True)]

    def _spans(self, anchor: Anchor, way: Way, until: Anchor | None) -> Sequence[TimeWindow | None]:
        kept, key = self.ranker.spans, (anchor, way, until)
        if key not in kept:
            places = range(len(self.ranker.pool.wheres))
            kept[key] = [self._window(anchor, way, number, until) for number in places]
        return kept[key]

    def _window(
        self, anchor: Anchor, way: Way, number: int, until: Anchor | None
    ) -> TimeWindow | None:
        told_s = self.ranker.window(anchor, way, number)
        if told_s is None:
            return None
        lo, hi, likely = told_s
        if way == "after":
            ends = [anchor.to_s + lo, anchor.to_s + hi, anchor.to_s + likely]
        else:
            ends = [anchor.from_s - hi, anchor.from_s - lo, anchor.from_s - likely]
        if until is not None:
            back = self.ranker.window(until, "before", number)
            if back is None:
                return None
            soonest = back[0]
            ends[1] = min(ends[1], until.from_s - soonest)
            if ends[1] <= ends[0]:
                return None
            ends[2] = min(max(ends[2], ends[0]), ends[1])
        told = [self.ranker.pool.origin_ns + round(one * NS_PER_S) for one in ends]
        return TimeWindow(told[0], told[1], told[2])

    def _chances(self, windows: Sequence[tuple[TimeWindow, ...]]) -> Column:
        pool = self.ranker.pool
        last = self.found.anchors[-1] if self.found.anchors else None
        if not self.gate or last is None:
            return self.ranker.next_chances(self.found, None, "after", np.zeros(0), np.zeros(0))
        analysed, absent = np.zeros(len(pool.wheres)), np.zeros(len(pool.wheres))
        for number, mine in enumerate(windows):
            if not mine:
                continue
            # The first of them is after the last sighting.
            analysed[number] = _covered(self.footage.analysed[number], mine[:1])
            looked = [
                (one.from_ns, one.to_ns) for one in self.absences
                if one.camera_id == pool.wheres[number]
            ]  # fmt: skip
            absent[number] = _covered(looked, mine[:1])
        return self.ranker.next_chances(self.found, last, "after", analysed, absent)

    def _queue(self, left: NDArray[np.bool_]) -> NDArray[np.int64]:
        found = self.found
        worth = np.array([_WORTH["any"], _WORTH["before"], _WORTH["after"], _WORTH["between"]])
        kind = 2 * (found.before >= 0) + (found.after >= 0)
        value = found.score * np.where(found.fragment, _GOES_ON, worth[kind])
        if not self.gate:
            value = found.score
        at = np.flatnonzero(left & ~found.impossible if self.gate else left)
        # Scores of nearly 0 and 1 are equal as numbers; their odds are not.
        order = np.lexsort((at, -found.odds[at], -value[at]))
        queue: NDArray[np.int64] = at[order][: max(self.limit, QUEUED)]
        return queue

    def _candidate(self, at: int, names: Sequence[str]) -> Candidate:
        if at not in self.told:
            self.told[at] = self._judged(at, names)
        return self.told[at]

    def _judged(self, at: int, names: Sequence[str]) -> Candidate:
        pool, found = self.ranker.pool, self.found
        row = pool.tracks.row(at)
        number = int(pool.where[at])
        near, way = self._near(at)
        words, metres = self._travel_words(at, number, near, way, names)
        parts: list[Part] = []
        why: list[str] = []
        impossible = bool(found.impossible[at])
        for name, ratio in zip(PARTS, found.parts[:, at].tolist(), strict=True):
            if isnan(ratio):
                if name == "appearance":
                    why.append("appearance: not known, changes nothing")
                continue
            told = self._words(name, ratio, at, near, words)
            parts.append(Part(name, 1 / (1 + exp(-min(max(ratio, -50.0), 50.0))), told))
            why.append(told)
        if words and isnan(found.parts[2, at]):
            why.append(words)
        if impossible:
            why.append("cannot be the same unless a clock is wrong")
        elif found.fragment[at]:
            why.append("may be the same track going on: same camera, within seconds")
        from_ns, to_ns = (
            None if isnan(one) else pool.origin_ns + round(one * NS_PER_S)
            for one in (float(pool.from_s[at]), float(pool.to_s[at]))
        )
        best = pool.best_ns.get(int(row.track_id))
        return Candidate(
            row, _camera(pool, number), from_ns, to_ns,
            None if from_ns is None else pool.clock_s.get(row.source_id),
            float(found.score[at]), tuple(parts), tuple(why),
            None if best is None else TimeNs(best), found.side(at),
            None if near is None else near.track_id, metres, impossible,
        )  # fmt: skip

    def _near(self, at: int) -> tuple[Anchor | None, Way]:
        """The anchor nearest in time."""
        found, pool = self.found, self.ranker.pool
        before, after = int(found.before[at]), int(found.after[at])
        start = found.anchors[before] if before >= 0 else None
        end = found.anchors[after] if after >= 0 else None
        if start is None or (
            end is not None and end.from_s - pool.to_s[at] < pool.from_s[at] - start.to_s
        ):
            return end, "before"
        return start, "after"

    def _travel_words(
        self, at: int, number: int, near: Anchor | None, way: Way, names: Sequence[str]
    ) -> tuple[str, float | None]:
        pool, ranker = self.ranker.pool, self.ranker
        if isnan(pool.from_s[at]):
            return "when it was is not known: no travel time", None
        if near is None:
            return "", None
        seconds = float(pool.from_s[at] - near.to_s)
        if way == "before":
            seconds = float(near.from_s - pool.to_s[at])
        here = "the place where it was last seen"
        if near.where is not None:
            place = ranker.numbers.get(near.where)
            here = str(near.where) if place is None else names[place]
        when = f"{span_words(abs(seconds))} {'after' if way == 'after' else 'before'} {here}"
        if seconds < 0:
            when = f"at the same time as on {here}"
        sd_s = ranker.clock_sd_s(near, number)
        if sd_s:
            when += f" (± {2 * sd_s:.0f} s)" if sd_s >= 0.5 else ""
        link = ranker.link(near, way, number)
        if near.where is None:
            return when, None
        if link is None:
            return f"{when}; a person said that there is no way", None
        metres = link.metres
        if link.basis == "unknown":
            return f"{when}; how far it is is not known", metres
        if near.where == pool.wheres[number]:
            return f"{when}: same camera", metres
        if link.overlaps:
            return f"{when}; the views overlap", metres
        told = f"{metres_words(metres)}, " if metres is not None else ""
        told += f"usually {span_words(link.travel.median_s)}"
        told += ", from traffic" if link.basis == "traffic" else ""
        return f"{when}; {told}", metres

    def _words(self, name: str, ratio: float, at: int, near: Anchor | None, travel: str) -> str:
        if name == "appearance":
            if ratio < -_FAINT:
                return "appearance: not similar, or like one that was rejected"
            how = "strong" if ratio > _STRONG else "fair" if ratio > _FAINT else "weak"
            return f"similar appearance: {how}"
        if name == "clothing":
            return f"clothing: {_speaks(ratio)}"
        if name == "travel time":
            return f"travel time: {_speaks(ratio)}; {travel}"
        if name == "direction":
            return f"direction, and sides of the picture: {_speaks(ratio)}"
        others = self.ranker.same.items()
        told = [seen[one].words for _, seen in others
                if (one := self.ranker.pool.tracks.row(at).track_id) in seen]  # fmt: skip
        return f"same moment: {'; '.join(told)}"

    def _to_analyse(
        self, windows: Sequence[tuple[TimeWindow, ...]], chances: Column
    ) -> tuple[ToAnalyse, ...]:
        made: list[tuple[int, float, ToAnalyse]] = []
        for number, source_id, camera_id, opens, closes in self.footage.left:
            for window in windows[number]:
                start, end = max(opens, window.from_ns), min(closes, window.to_ns)
                if start < end:
                    far = max(start - window.likely_ns, window.likely_ns - end, 0)
                    chance = float(chances[number])
                    one = ToAnalyse(source_id, camera_id, start, end, chance)
                    made.append((far, -chance, one))
        made.sort(key=lambda one: (one[0], one[1], one[2].source_id, one[2].from_ns))
        return tuple(one for *_, one in made)


_STRONG, _FAINT = 2.0, 0.5


def _speaks(ratio: float) -> str:
    if ratio > _STRONG:
        return "speaks clearly for it"
    if ratio > _FAINT:
        return "speaks for it"
    if ratio >= -_FAINT:
        return "says little"
    return "speaks against it" if ratio >= -_STRONG else "speaks clearly against it"


def _camera(pool: Pool, number: int) -> CameraId | None:
    where = pool.wheres[number]
    return where if isinstance(where, str) else None


def _covered(spans: Sequence[Span], windows: Sequence[TimeWindow]) -> float:
    """The share of some windows that spans cover, 0..1."""
    whole = sum(one.to_ns - one.from_ns for one in windows)
    if whole <= 0:
        return 0.0
    held = sum(
        max(0, min(closes, one.to_ns) - max(opens, one.from_ns))
        for one in windows
        for opens, closes in spans
    )
    return min(1.0, held / whole)
