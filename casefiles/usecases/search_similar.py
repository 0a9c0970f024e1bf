"""Tracks that look like given ones, best first, with reasons; logged before they are given.

Similar appearance is a lead, never an identity: how strong it is, is judged against tracks of the
same case that were certainly two different things, because one camera saw both at one moment.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.audit import Outcome
from casefiles.case import Case
from casefiles.errors import NoAppearance, UnknownTrack
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.queries.question import Likeness, question_of_likeness
from casefiles.store import looks, search_rows
from casefiles.store.search_rows import TrackColumns
from casefiles.types import JsonValue, RunId, TrackId
from casefiles.usecases.likeness import Sample, embedder_of, made_by, made_by_embedder
from casefiles.usecases.likeness_of_frames import Examples
from casefiles.usecases.search_scope import Searched, coverage_of, searched, unfinished
from casefiles.usecases.time_gate import Ways, words_of
from casefiles.view_types import FirstHits, Hit, Hits, Part
from detection.appearance import DEFAULT_EMBEDDER, Embedder, Kind, open_embedder
from detection.looks import KINDS
from resources.errors import UserError
from video.stills import read_picture
from video.types import Pixels, TimeNs

NEGATIVE_WEIGHT: Final = 0.5
"""How much an example of what is not meant pushes away, against one of what is."""

_INDEX_AGAIN: Final = "Index again with this version."
_AT_FIRST: Final = 2_048
"""Tracks compared before something is shown; less than twice as many are compared at once."""
_AT_ONCE: Final = 4_096
"""Tracks whose vectors are in memory at once: some 100 MB."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for."""

    tracks: tuple[TrackId, ...]
    without: tuple[TrackId, ...]
    kind: Kind
    time_gate: bool
    limit: int
    skip: int


@dataclass(frozen=True, slots=True)
class _Compared:
    """Tracks by id and how like they are, columns `(n,)`: NaN where nothing was compared (yet).

    `likeness` to what is meant, `rank` with what is not meant taken off.
    """

    about: Searched
    tracks: TrackColumns
    likeness: NDArray[np.float32]
    rank: NDArray[np.float32]
    sample: Sample


def search_similar(
    case: Case,
    *,
    tracks: Sequence[TrackId] = (),
    pictures: Sequence[Path | Pixels] = (),
    without: Sequence[TrackId] = (),
    limit: int = 100,
    skip: int = 0,
    time_gate: bool = True,
    kind: Kind | None = None,
) -> Job[Hits]:
    """Tracks of any source that look like all the examples together, and unlike `without`: a
    page of them, `limit` at most after so many that were skipped.

    Pictures are BGR or files that hold one person or vehicle; `kind` says which, else the tracks
    do, else the shape of the picture. With the time gate, tracks are left out at which the one
    asked for cannot have been.

    Raises:
        UnknownTrack: no shown run has a track of that id.
        NoAppearance: nothing to compare with was stored, or an example has no vector.
        CannotOpen: a file is no picture.
        ModelMissing, ModelCorrupt, ModelUnusable: a picture was given and cannot be compared.
    """
    if not tracks and not pictures:
        raise UserError("there is no example to search by", "Give a track or a picture.")
    yield Progress(0, 0, "tracks", "reading")
    known = _known(case, (*tracks, *without))
    read = [_pixels(picture) for picture in pictures]
    about = case.read(partial(searched, query=Query(""), with_places=True))
    asked = _Asked(
        tuple(tracks), tuple(without), _kind_of(known, read, kind), time_gate, max(limit, 0),
        max(skip, 0),
    )  # fmt: skip
    notes = _notes(tracks, read, kind, asked.kind)
    embedder = _embedder_for(known, about, asked.kind) if read else None
    found = _comparable(case, about, asked, _vectors_of(known, about, embedder), notes)
    pictured = embedder.embed(read, asked.kind) if embedder is not None else None
    examples = _examples(case, found, asked, pictured, notes)
    shape = len(found)
    compared = _Compared(
        about, found, np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32),
        Sample(found),
    )  # fmt: skip
    left = _Left(asked, compared)
    for start, stop in pairwise(_parts(shape)):
        _compare(case, compared, slice(start, stop), examples)
        if start == 0 and stop < shape and skip <= 0:
            first = left.ranked(case, notes, done=stop)
            _log(case, "started", asked, read, pictures, first)
            yield FirstHits(stop, shape, "tracks", "comparing", hits=first)
        else:
            yield Progress(stop, shape, "tracks", "comparing")
    if np.isnan(compared.likeness).all():
        raise NoAppearance("what is stored cannot be compared with a picture", _INDEX_AGAIN)
    result = replace(
        left.ranked(case, notes, done=shape), question=question_of_likeness(_likeness(asked, read))
    )
    _log(case, "done", asked, read, pictures, result)
    return result


def _likeness(asked: _Asked, read: Sequence[Pixels]) -> Likeness:
    hashes = tuple(hashlib.sha256(pixels.tobytes()).hexdigest() for pixels in read)
    return Likeness(asked.tracks, asked.without, hashes, asked.time_gate)


def _known(case: Case, asked: Sequence[TrackId]) -> dict[int, tuple[RunId, int]]:
    """The run and the class of each of the tracks."""
    known = case.read(partial(search_rows.shown, track_ids=asked))
    for track_id in asked:
        if track_id not in known:
            raise UnknownTrack(
                f"the case shows no track {track_id}", "Take an id from 'search' or 'tracks'."
            )
    return known


def _pixels(picture: Path | Pixels) -> Pixels:
    return read_picture(picture) if isinstance(picture, Path) else picture


def _kind_of(
    known: dict[int, tuple[RunId, int]], read: Sequence[Pixels], said: Kind | None
) -> Kind:
    """What the examples are: as asked, as the tracks were found, or as the picture is shaped."""
    if not known:
        height, width = read[0].shape[:2]
        return said or ("person" if height > width else "vehicle")
    kinds = {KINDS.get(class_id) for _, class_id in known.values()} | ({said} if said else set())
    kind = kinds.pop()
    if kinds or kind is None:
        raise NoAppearance(
            "the examples are not all persons, or not all vehicles",
            "Only those can be searched by their looks, one kind at a time.",
        )
    return kind


def _notes(
    tracks: Sequence[TrackId], read: Sequence[Pixels], said: Kind | None, kind: Kind
) -> list[str]:
    if tracks or said is not None or not read:
        return []
    shape = "taller than wide" if kind == "person" else "wider than tall"
    return [f"the picture is taken as a {kind}: it is {shape}"]


def _embedder_for(known: dict[int, tuple[RunId, int]], about: Searched, kind: Kind) -> Embedder:
    """What made the vectors of the examples, else of most recordings; else the built-in one."""
    runs = {run.run_id: run for run in about.runs.values()}
    asked = [runs[run_id] for run_id, _ in known.values() if run_id in runs]
    made = Counter(filter(None, (embedder_of(made_by(run)) for run in asked or runs.values())))
    embedder = open_embedder(made.most_common(1)[0][0] if made else DEFAULT_EMBEDDER)
    if kind not in embedder.kinds:
        raise NoAppearance(
            f"the appearance model {embedder.name} that the case was indexed with knows no {kind}s",
            "Index again with another one: index --appearance NAME.",
        )
    return embedder


def _vectors_of(
    known: dict[int, tuple[RunId, int]], about: Searched, embedder: Embedder | None
) -> str:
    """What made the vectors to compare with: the embedder of the pictures, else of the tracks."""
    if embedder is not None:
        return made_by_embedder(embedder)
    runs = {run.run_id: run for run in about.runs.values()}
    return next((made_by(runs[run_id]) for run_id, _ in known.values()), "")


def _comparable(
    case: Case, about: Searched, asked: _Asked, made: str, notes: list[str]
) -> TrackColumns:
    """The tracks of the kind whose vectors mean the same; those without one are among them."""
    # Vectors of different embedders point in unrelated directions; who has none is no matter.
    like = np.array([made_by(run) in (made, "") for run in about.runs.values()], np.bool_)
    if not like.all():
        count = int((~like).sum())
        notes.append(
            f"{count} {'recording was' if count == 1 else 'recordings were'} indexed with another "
            f"appearance model: index again, or search by a track of theirs"
        )
    class_ids = sorted(int(number) for number, one in KINDS.items() if one == asked.kind)
    scope = about.scope().where(like)
    return case.read(partial(search_rows.tracks, scope=scope, class_ids=class_ids))


def _examples(
    case: Case,
    found: TrackColumns,
    asked: _Asked,
    pictured: NDArray[np.float32] | None,
    notes: Sequence[str],
) -> Examples:
    """The vectors to compare with; a picture is an example of one frame."""
    wanted = np.array([*asked.tracks, *asked.without], np.int64)
    ids, rows = case.read(partial(looks.vectors, track_ids=np.unique(wanted)))
    comparable = np.intersect1d(ids, found.track_id)
    missing = [one for one in wanted.tolist() if one not in comparable]
    if missing or not len(found):
        _complain(case, found, missing, notes)
    meant = [rows[ids == one] for one in asked.tracks]
    if pictured is not None:
        meant += [one[None] for one in pictured]
    if len({part.shape[1] for part in meant}) > 1:
        raise NoAppearance("what is stored cannot be compared with a picture", _INDEX_AGAIN)
    return Examples(meant, [rows[ids == one] for one in asked.without], NEGATIVE_WEIGHT)


def _complain(
    case: Case, found: TrackColumns, missing: Sequence[int], notes: Sequence[str]
) -> NoReturn:
    """Says whether one track has no vector, or none at all."""
    for start, stop in pairwise(_parts(len(found))):
        ids, _ = case.read(partial(looks.vectors, track_ids=found.track_id[start:stop]))
        if len(ids) and missing:
            raise NoAppearance(
                f"no comparable look is stored of track {missing[0]}",
                "Index its source again with this version, or take another track.",
            )
    others = [note for note in notes if "appearance model" in note]
    raise NoAppearance(
        "the case holds nothing to compare looks with" + "".join(f": {note}" for note in others),
        _INDEX_AGAIN,
    )


def _parts(count: int) -> list[int]:
    """Where the parts in which so many vectors are compared begin, and the end."""
    first = _AT_FIRST if count >= 2 * _AT_FIRST else count
    return [0, *range(first, count, _AT_ONCE), count]


def _compare(case: Case, compared: _Compared, part: slice, examples: Examples) -> None:
    """Fills in how like the tracks of a part are."""
    every = compared.tracks.track_id
    tracks, rows = case.read(partial(looks.vectors, track_ids=every[part], length=examples.length))
    ids, likeness, rank = examples.compare(tracks, rows)
    at = np.searchsorted(every, ids)
    compared.likeness[at], compared.rank[at] = likeness, rank
    compared.sample.add(np.searchsorted(every, tracks), rows)


class _Left:
    """Which tracks are an answer, and how they rank."""

    def __init__(self, asked: _Asked, compared: _Compared) -> None:
        self._asked, self._compared = asked, compared
        about, found = compared.about, compared.tracks
        ways = Ways(about.sources, about.cameras)
        examples = found.where(np.isin(found.track_id, np.asarray(asked.tracks, np.int64)))
        self._ways = [ways.to(found, examples, at) for at in range(len(examples))]
        given = np.asarray((*asked.tracks, *asked.without), np.int64)
        self._left = ~np.isin(found.track_id, given)
        self._impossible = np.zeros(len(found), np.bool_)
        if asked.time_gate:
            for way in self._ways:
                self._impossible |= way.impossible(asked.kind)
            self._impossible &= self._left
            self._left &= ~self._impossible

    def ranked(self, case: Case, notes: Sequence[str], *, done: int) -> Hits:
        """The best of what was compared so far, which are `done` tracks."""
        compared, asked = self._compared, self._asked
        seen = ~np.isnan(compared.rank)
        left = np.flatnonzero(self._left & seen)
        order = _best(left, compared.rank[left], asked.limit + asked.skip)[asked.skip :]
        out = int((self._impossible & seen).sum())
        said = list(notes)
        if out:
            said.append(f"{out} tracks left out: seen elsewhere, too far to get there in time")
        is_all = done == len(compared.tracks)
        if not is_all:
            said.append(unfinished(done, len(compared.tracks), "tracks"))
        strength = compared.sample.strength()
        ids = compared.tracks.track_id[order]
        best_ns = case.read(partial(search_rows.best_times, track_ids=ids))
        ways = [way.where(order) for way in self._ways]
        hits = tuple(
            _hit(
                compared,
                at,
                best_ns.get(int(ids[place])),
                (
                    strength.word(float(compared.likeness[at])),
                    *words_of(ways, place, asked.kind),
                ),
            )
            for place, at in enumerate(order.tolist())
        )
        coverage = coverage_of(compared.about, Query(""), doubtful=0, notes=said)
        return Hits(hits, len(left), coverage, asked.skip, complete=is_all)


def _best(left: NDArray[np.intp], rank: NDArray[np.float32], limit: int) -> NDArray[np.intp]:
    """Those positions that rank highest, best first, the lower position first among equals."""
    if 0 < limit < len(left):
        # Sorting a million to show a hundred takes longer than all the rest.
        least = np.partition(rank, len(rank) - limit)[len(rank) - limit]
        high = rank >= least
        left, rank = left[high], rank[high]
    return left[np.lexsort((left, -rank))][:limit]


def _hit(compared: _Compared, at: int, best_ns: int | None, why: tuple[str, ...]) -> Hit:
    row = compared.tracks.row(at)
    clock = compared.about.clocks.get(row.source_id)
    return Hit(
        track=row,
        camera_id=compared.about.sources[row.source_id].camera_id,
        from_wall_ns=None if clock is None else clock.to_wall_ns(row.from_ns),
        to_wall_ns=None if clock is None else clock.to_wall_ns(row.to_ns),
        score=max(0.0, min(1.0, (1 + float(compared.rank[at])) / 2)),
        why=why,
        best_time_ns=None if best_ns is None else TimeNs(best_ns),
        parts=(Part("appearance", max(0.0, min(1.0, float(compared.likeness[at]))), why[0]),),
    )


def _log(
    case: Case,
    outcome: Outcome,
    asked: _Asked,
    read: Sequence[Pixels],
    pictures: Sequence[Path | Pixels],
    result: Hits,
) -> None:
    hashes: list[JsonValue] = [hashlib.sha256(pixels.tobytes()).hexdigest() for pixels in read]
    names = [str(picture) for picture in pictures if isinstance(picture, Path)]
    shown = [hit.track.track_id for hit in result.hits]
    case.record(
        audit.Entry(
            "similar",
            outcome,
            facts={
                "examples": id_ranges(list(asked.tracks)),
                "without": id_ranges(list(asked.without)),
                "pictures": hashes,
                "time_gate": asked.time_gate,
                "found": result.total,
                "tracks": len(shown),
                "ids": id_ranges(list(shown)),
            },
            private={"files": json.dumps(names, ensure_ascii=False)} if names else {},
        )
    )
