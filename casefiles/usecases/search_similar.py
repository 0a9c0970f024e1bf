"""Tracks that look like given ones, best first, with reasons; logged before they are given.

Similar appearance is a lead, never an identity: how strong it is, is judged against tracks of the
same case that were certainly two different things, because one camera saw both at one moment.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import NoAppearance, UnknownTrack
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.store import looks, search_rows
from casefiles.store.search_rows import TrackColumns
from casefiles.types import JsonValue, RunId, TrackId
from casefiles.usecases.likeness import Strength, made_by, made_by_embedder
from casefiles.usecases.search_scope import Searched, coverage_of, searched
from casefiles.usecases.time_gate import Ways, words_of
from casefiles.view_types import Hit, Hits
from detection.appearance import Embedder, Kind, open_embedder
from detection.looks import KINDS
from resources.errors import UserError
from video.stills import read_picture
from video.types import Pixels, TimeNs

NEGATIVE_WEIGHT: Final = 0.5
"""How much an example of what is not meant pushes away, against one of what is."""


@dataclass(frozen=True, slots=True)
class _Material:
    """Tracks with vectors that can be compared, by id: `vectors (n, d)` belong to `tracks`."""

    about: Searched
    tracks: TrackColumns
    vectors: NDArray[np.float32]
    best_ns: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for."""

    tracks: tuple[TrackId, ...]
    without: tuple[TrackId, ...]
    kind: Kind
    time_gate: bool


def search_similar(
    case: Case,
    *,
    tracks: Sequence[TrackId] = (),
    pictures: Sequence[Path | Pixels] = (),
    without: Sequence[TrackId] = (),
    limit: int = 100,
    time_gate: bool = True,
    kind: Kind | None = None,
) -> Job[Hits]:
    """Tracks of any source that look like all the examples together, and unlike `without`.

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
    yield Progress(0, 3, "steps", "reading")
    known = _known(case, (*tracks, *without))
    read = [_pixels(picture) for picture in pictures]
    about = case.read(partial(searched, query=Query("")))
    asked_kind = _kind_of(known, read, kind)
    notes = _notes(tracks, read, kind, asked_kind)
    embedder = open_embedder() if read else None
    yield Progress(1, 3, "steps", "comparing")
    made_by = _vectors_of(known, about, embedder)
    material = _material(case, about, known, asked_kind, made_by, notes)
    examples = [_rows(material, tracks)]
    if embedder is not None:
        examples.append(embedder.embed(read, asked_kind))
    together = np.concatenate(_comparable(material, examples))
    likeness = material.vectors @ _direction(together, together[:0])
    rank = material.vectors @ _direction(together, _rows(material, without))
    yield Progress(2, 3, "steps", "ranking")
    asked = _Asked(tuple(tracks), tuple(without), asked_kind, time_gate)
    result = _ranked(material, asked, likeness, rank, limit, notes)
    _log(case, asked, read, pictures, result)
    return result


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


def _vectors_of(
    known: dict[int, tuple[RunId, int]], about: Searched, embedder: Embedder | None
) -> str:
    """What made the vectors to compare with: the embedder of the pictures, else of the tracks."""
    if embedder is not None:
        return made_by_embedder(embedder)
    runs = {run.run_id: run for run in about.runs.values()}
    return next((made_by(runs[run_id]) for run_id, _ in known.values()), "")


def _material(
    case: Case,
    about: Searched,
    known: dict[int, tuple[RunId, int]],
    kind: Kind,
    made: str,
    notes: list[str],
) -> _Material:
    class_ids = sorted(int(number) for number, one in KINDS.items() if one == kind)
    # Vectors of different embedders point in unrelated directions.
    like = [run.run_id for run in about.runs.values() if made_by(run) in (made, "")]
    if len(like) < len(about.runs):
        count = len(about.runs) - len(like)
        notes.append(f"{count} sources analysed with another embedder: not compared")
    ids, vectors = case.read(partial(looks.vectors, run_ids=like))
    every = case.read(partial(search_rows.tracks, scope=about.scope(), class_ids=class_ids))
    found = every.where(np.isin(every.track_id, ids))
    _check_vectors(found, tuple(known))
    _, best_ns, _ = case.read(partial(search_rows.looks, track_ids=found.track_id))
    return _Material(about, found, vectors[np.searchsorted(ids, found.track_id)], best_ns)


def _check_vectors(found: TrackColumns, asked: Sequence[int]) -> None:
    if not len(found):
        raise NoAppearance(
            "the case holds nothing to compare looks with", "Index again with this version."
        )
    missing = [one for one in asked if one not in found.track_id]
    if missing:
        raise NoAppearance(
            f"no comparable look is stored of track {missing[0]}",
            "Index its source again with this version, or take another track.",
        )


def _rows(material: _Material, tracks: Sequence[TrackId]) -> NDArray[np.float32]:
    at = np.searchsorted(material.tracks.track_id, np.asarray(tracks, np.int64))
    rows: NDArray[np.float32] = material.vectors[at]
    return rows


def _direction(examples: NDArray[np.float32], against: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector to search by, of length 1 (Rocchio, 1971, "Relevance feedback in information
    retrieval": the mean of what is meant, less a part of the mean of what is not)."""
    wanted = examples.mean(axis=0)
    if len(against):
        wanted = wanted - NEGATIVE_WEIGHT * against.mean(axis=0)
    length = float(np.linalg.norm(wanted))
    turned: NDArray[np.float32] = (wanted / max(length, 1e-9)).astype(np.float32)
    return turned


def _comparable(
    material: _Material, examples: list[NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    length = material.vectors.shape[1]
    if any(len(rows) and rows.shape[1] != length for rows in examples):
        raise NoAppearance(
            "what is stored cannot be compared with a picture", "Index again with this version."
        )
    return [rows for rows in examples if len(rows)]


def _ranked(
    material: _Material,
    asked: _Asked,
    likeness: NDArray[np.float32],
    rank: NDArray[np.float32],
    limit: int,
    notes: list[str],
) -> Hits:
    found = material.tracks
    ways = Ways(material.about.sources, material.about.cameras)
    examples = found.where(np.isin(found.track_id, np.asarray(asked.tracks, np.int64)))
    all_ways = [ways.to(found, examples, at) for at in range(len(examples))]
    left = ~np.isin(found.track_id, np.asarray((*asked.tracks, *asked.without), np.int64))
    if asked.time_gate:
        impossible = np.zeros(len(found), np.bool_)
        for way in all_ways:
            impossible |= way.impossible(asked.kind)
        count = int((impossible & left).sum())
        if count:
            notes.append(f"{count} tracks left out: seen elsewhere, too far to get there in time")
        left &= ~impossible
    order = np.lexsort((found.track_id, -rank))
    order = order[left[order]]
    total, order = len(order), order[: max(limit, 0)]
    strength = Strength.of(found, material.vectors)
    hits = tuple(
        _hit(material, at, score, (strength.word(like), *words_of(all_ways, at, asked.kind)))
        for at, like, score in zip(
            order.tolist(), likeness[order].tolist(), rank[order].tolist(), strict=True
        )
    )
    coverage = coverage_of(material.about, Query(""), doubtful=0, notes=notes)
    return Hits(hits, total, coverage)


def _hit(material: _Material, at: int, rank: float, why: tuple[str, ...]) -> Hit:
    row = material.tracks.row(at)
    source = material.about.sources[row.source_id]
    start = material.about.starts.get(row.source_id)
    return Hit(
        track=row,
        camera_id=source.camera_id,
        from_wall_ns=None if start is None else start + row.from_ns,
        to_wall_ns=None if start is None else start + row.to_ns,
        score=max(0.0, min(1.0, (1 + rank) / 2)),
        why=why,
        best_time_ns=TimeNs(int(material.best_ns[at])),
    )


def _log(
    case: Case,
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
            "done",
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
