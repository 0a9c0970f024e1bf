"""All tracks that may be a subject, in memory: when and where they were, how they looked, what they
wore. Read once; asked without reading anything more."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.queries.filters import AttributeFilter, ColourFilter, Query
from casefiles.store import looks, search_rows, traits
from casefiles.store.search_rows import TrackColumns
from casefiles.trait_types import Traits
from casefiles.types import CameraId, SourceId, TrackId
from casefiles.usecases.likeness import made_by
from casefiles.usecases.likeness_of_frames import paired
from casefiles.usecases.search_scope import Searched
from casefiles.usecases.topology import Where
from casefiles.view_types import CaseView
from detection.appearance import Kind
from detection.attribute_names import PERSON_ATTRIBUTES, VEHICLE_ATTRIBUTES
from detection.colours import COLOURS
from detection.looks import KINDS
from video.clock import NS_PER_S
from video.types import TimeNs

Column = NDArray[np.float64]
Vectors = NDArray[np.float32]
_AT_ONCE: Final = 4_096
_ZERO: Final = TimeNs(0)
_MOST_BYTES: Final = 400 << 20
"""More vectors than this are not held: then one a track, the mean of its frames."""
_COLOURED: Final = ("upper", "lower", "body")
UNKNOWN_CLOCK_S: Final = 2.0
"""Of a clock whose uncertainty nobody knows: recorder clocks still differ by about this."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameVectors:
    """Vectors of one embedder: the positions of their tracks, where each one's frames begin."""

    at: NDArray[np.int64]
    first: NDArray[np.int64]
    rows: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """What tracks wear, as shares or chances that sum to 1 for each aspect `(n, a, v)`; NaN where
    it is not known, or not reliable (night, infrared)."""

    shares: NDArray[np.float32]
    _roots: NDArray[np.float32] = field(init=False)
    """Of the shares, 0 where they are not known."""
    _known: NDArray[np.bool_] = field(init=False)
    """Which aspects are `(n, a)`."""

    def __post_init__(self) -> None:
        known: NDArray[np.bool_] = np.logical_not(np.isnan(self.shares).any(axis=2))
        roots = np.sqrt(np.where(known[:, :, None], self.shares, 0.0)).astype(np.float32)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_roots", roots)

    def like(self, examples: NDArray[np.int64]) -> Column:
        """How far each agrees with those at these positions, 0..1 `(n,)`: the mean over the
        aspects that are known of both; NaN where there is none. Shares are compared by the
        coefficient of Bhattacharyya (1943)."""
        count = len(self.shares)
        if not len(examples) or not self.shares.size:
            return np.full(count, np.nan)
        mine = self.shares[examples]
        known = (~np.isnan(mine[:, :, :1])).sum(axis=0)
        mean = np.nan_to_num(mine).sum(axis=0) / np.maximum(known, 1)
        wanted = np.where(known > 0, mean, np.nan)
        found = np.full((count, wanted.shape[0]), np.nan)
        for at in np.flatnonzero(known[:, 0]).tolist():
            each = self._roots[:, at] @ np.sqrt(wanted[at]).astype(np.float32)
            found[:, at] = np.where(self._known[:, at], each, np.nan)
        return _known_mean(found)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Tracks by id as columns `(n,)`; times in seconds since `origin_ns`, NaN where the start of
    the recording is not known."""

    tracks: TrackColumns
    wheres: tuple[Where, ...]
    where: NDArray[np.int64]
    """The place of each one's camera (or recording without one) in `wheres`."""
    origin_ns: int
    from_s: Column
    to_s: Column
    members: tuple[NDArray[np.int64], ...]
    """The positions of the tracks of each of `wheres`."""
    asked: NDArray[np.bool_]
    """Whether it is on a camera and in a span that were asked for."""
    seconds: Column
    """So long each of `wheres` was analysed; at least as long as its tracks."""
    clock_s: Mapping[SourceId, float | None]
    """How far off a recording's times may be, either way; None: nobody knows."""
    looks: tuple[FrameVectors, ...]
    worn: Worn
    words: Column | None
    """How far each agrees with the words for the clothing, 0..1; None without such words."""
    best_ns: Mapping[int, int]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.tracks)

    def at(self, track_id: int) -> int | None:
        """The position of a track; None where it is not among them."""
        place = int(np.searchsorted(self.tracks.track_id, track_id))
        found = place < len(self) and int(self.tracks.track_id[place]) == track_id
        return place if found else None

    def clock_sd_s(self, where: int) -> float:
        """How sure the times of a camera are, one standard deviation; what is told as "either way"
        is taken as two."""
        mine = self.members[where]
        if not len(mine):
            return UNKNOWN_CLOCK_S / 2
        return self.source_sd_s(SourceId(int(self.tracks.source_id[mine[0]])))

    def source_sd_s(self, source_id: SourceId) -> float:
        """The same of a recording."""
        said = self.clock_s.get(source_id)
        return (UNKNOWN_CLOCK_S if said is None else said) / 2

    def likeness(self, place: int) -> Column:
        """How like each track is to that at a position, by several frames of both `(n,)`; NaN
        where that cannot be compared."""
        made = np.full(len(self), np.nan)
        for group in self.looks:
            own = int(np.searchsorted(group.at, place))
            if own < len(group.at) and group.at[own] == place:
                ends = [*group.first.tolist(), len(group.rows)]
                frames = group.rows[ends[own] : ends[own + 1]]
                made[group.at] = paired(group.rows @ frames.T, group.first)
        return made

    def has_looks(self, place: int) -> bool:
        """Whether the look of the track at a position is stored."""
        return any(bool((group.at == place).any()) for group in self.looks)


def place_names(view: CaseView, pool: Pool) -> Iterator[str]:
    """What each place of a pool is called."""
    sources = {one.source_id: one for one in view.sources}
    cameras = {one.camera_id: one.name for one in view.cameras}
    for where in pool.wheres:
        if isinstance(where, str):
            yield cameras.get(where, where)
        else:
            source = sources.get(where)
            yield f"source {where}" if source is None else view.title(source)


def read_pool(
    case: Case,
    view: CaseView,
    about: Searched,
    kind: Kind,
    clothing: Query,
    *,
    cameras: Collection[CameraId] | None,
    span: tuple[int | None, int | None],
) -> Pool:
    """Reads all shown tracks of a kind. Recordings of one camera are one place to be at."""
    class_ids = sorted(int(number) for number, one in KINDS.items() if one == kind)
    found = case.read(partial(search_rows.tracks, scope=about.scope(), class_ids=class_ids))
    wheres: dict[Where, int] = {}
    number_of: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for source_id, source in sorted(about.sources.items()):
        where: Where = source_id if source.camera_id is None else source.camera_id
        number = number_of[source_id] = wheres.setdefault(where, len(wheres))
        run = about.runs.get(source_id)
        if run is not None:
            upto = source.duration_ns if run.analysed_to_ns is None else run.analysed_to_ns
            seconds[number] = seconds.get(number, 0.0) + min(upto, source.duration_ns) / NS_PER_S
    starts = [clock.to_wall_ns(_ZERO) for clock in about.clocks.values()]
    origin_ns = min(starts, default=0)
    count = len(found)
    from_s, to_s = np.full(count, np.nan), np.full(count, np.nan)
    place = np.zeros(count, np.int64)
    asked = np.ones(count, np.bool_)
    first_ns, last_ns = span
    for source_id in np.unique(found.source_id).tolist():
        mine = found.source_id == source_id
        place[mine] = number_of[source_id]
        clock = about.clocks.get(SourceId(source_id))
        if cameras is not None and about.sources[SourceId(source_id)].camera_id not in cameras:
            asked[mine] = False
        if clock is None:
            # What has no time is in no span.
            asked[mine] &= first_ns is None and last_ns is None
            continue
        opens, closes = clock.to_walls(found.from_ns[mine]), clock.to_walls(found.to_ns[mine])
        from_s[mine] = (opens - origin_ns) / NS_PER_S
        to_s[mine] = (closes - origin_ns) / NS_PER_S
        if first_ns is not None:
            asked[mine] &= closes >= first_ns
        if last_ns is not None:
            asked[mine] &= opens < last_ns
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(wheres) + 1))
    members = tuple(order[a:b] for a, b in pairwise(ends))
    notes: list[str] = []
    worn, words = _read_worn(case, about, found, kind, clothing)
    return Pool(
        found, tuple(wheres), place, origin_ns, from_s, to_s, members, asked,
        np.maximum(np.array([seconds.get(at, 0.0) for at in range(len(wheres))]), 60.0),
        {one.source_id: _uncertainty_s(one.uncertainty_ns) for one in view.sources},
        _read_looks(case, about, found, notes), worn, words,
        case.read(partial(search_rows.best_times, track_ids=found.track_id)), tuple(notes),
    )  # fmt: skip


def _uncertainty_s(told_ns: int | None) -> float | None:
    return None if told_ns is None else told_ns / NS_PER_S


def _read_looks(
    case: Case, about: Searched, found: TrackColumns, notes: list[str]
) -> tuple[FrameVectors, ...]:
    makers: dict[str, list[int]] = {}
    for run in about.runs.values():
        makers.setdefault(made_by(run), []).append(run.run_id)
    made: list[FrameVectors] = []
    held, thinned = 0, False
    for runs in makers.values():
        mine = np.flatnonzero(np.isin(found.run_id, runs))
        ids: list[NDArray[np.int64]] = []
        rows: list[Vectors] = []
        length = 0
        for start in range(0, len(mine), _AT_ONCE):
            wanted = found.track_id[mine[start : start + _AT_ONCE]]
            read = looks.mean_vectors if thinned else partial(looks.vectors, length=length)
            tracks, part = case.read(partial(read, track_ids=wanted))
            if not len(tracks) or (length and part.shape[1] != length):
                continue
            length = part.shape[1]
            ids.append(tracks)
            rows.append(part)
            held += part.nbytes
            if held > _MOST_BYTES and not thinned:
                thinned = True
                every = [_means(a, b) for a, b in zip(ids, rows, strict=True)]
                ids, rows = [one[0] for one in every], [one[1] for one in every]
                held = sum(one.nbytes for one in rows)
        if ids:
            tracks = np.concatenate(ids)
            each, first = np.unique(tracks, return_index=True)
            at = np.searchsorted(found.track_id, each)
            made.append(FrameVectors(at, first.astype(np.int64), np.concatenate(rows)))
    if thinned:
        notes.append("so many tracks that their frames are compared by their mean")
    if not made:
        notes.append(
            "no appearance is stored: ordered by time, place and clothing alone (index again)"
        )
    elif len(made) > 1:
        notes.append(
            "recordings were indexed with different appearance models: tracks are compared only "
            "with those of the same model (index again with one of them)"
        )
    return tuple(made)


def _means(tracks: NDArray[np.int64], rows: Vectors) -> tuple[NDArray[np.int64], Vectors]:
    ids, first = np.unique(tracks, return_index=True)
    sums = np.add.reduceat(rows, first, axis=0)
    return ids, sums / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)[:, None]


def _read_worn(
    case: Case, about: Searched, found: TrackColumns, kind: Kind, clothing: Query
) -> tuple[Worn, Column | None]:
    names = PERSON_ATTRIBUTES if kind == "person" else VEHICLE_ATTRIBUTES
    aspects: list[tuple[str, Sequence[str]]] = [(part, COLOURS) for part in _COLOURED]
    aspects += list(names.items())
    widest = max(len(values) for _, values in aspects)
    shares = np.full((len(found), len(aspects), widest), np.nan, np.float32)
    numbers = {name: at for at, (name, _) in enumerate(aspects)}
    runs = [run.run_id for run in about.runs.values()]
    places = {int(one): at for at, one in enumerate(found.track_id)}
    doubtful = case.read(partial(looks.doubts, run_ids=runs))
    for track, parts in case.read(partial(looks.colours, run_ids=runs)).items():
        place = places.get(int(track))
        if place is None or track in doubtful:
            continue
        for part, told in parts.items():
            row = shares[place, numbers[part]]
            row[:] = 0.0
            for one in told:
                if one.colour in _COLOUR_AT:
                    row[_COLOUR_AT[one.colour]] = one.share
            row /= max(float(row.sum()), 1e-6)
    ids = [TrackId(int(one)) for one in found.track_id]
    judged: Mapping[TrackId, Traits] = case.read(
        partial(traits.of_tracks, track_ids=ids, names=tuple(names), movement=False)
    )
    for track, known in judged.items():
        for trait in known.attributes:
            values = list(names[trait.name])
            if trait.value not in values:
                continue
            row = shares[places[int(track)], numbers[trait.name]]
            row[:] = 0.0
            row[: len(values)] = (1 - trait.confidence) / max(len(values) - 1, 1)
            row[values.index(trait.value)] = trait.confidence
    return Worn(shares), _by_words(shares, clothing, aspects, numbers)


def _by_words(
    shares: NDArray[np.float32],
    clothing: Query,
    aspects: Sequence[tuple[str, Sequence[str]]],
    numbers: Mapping[str, int],
) -> Column | None:
    told: list[NDArray[np.float32]] = []
    for one in clothing.filters:
        if isinstance(one, ColourFilter):
            name, wanted = str(one.part), one.colours
        elif isinstance(one, AttributeFilter) and one.name in numbers:
            name, wanted = one.name, one.values
        else:
            continue
        at = numbers[name]
        columns = [list(aspects[at][1]).index(value) for value in wanted if value in aspects[at][1]]
        # A third of a part in a colour is what one calls "a red jacket" with a pattern.
        scale = 2.0 if isinstance(one, ColourFilter) else 1.0
        told.append(np.minimum(scale * shares[:, at, columns].sum(axis=1), 1.0))
    return _known_mean(np.stack(told, axis=1).astype(np.float64)) if told else None


def _known_mean(each: Column) -> Column:
    """The mean of each row of what is known of it; NaN for none."""
    known = ~np.isnan(each)
    total = np.where(known, each, 0.0).sum(axis=1)
    made: Column = np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)
    return made


_COLOUR_AT: Final = {name: at for at, name in enumerate(COLOURS)}
