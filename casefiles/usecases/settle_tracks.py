"""What is done to the tracks of a run once it ends: pieces joined, classes settled, quality told.

From stored rows alone, in the transaction that ends the run, so that a run which was interrupted
ends with the rows that an uninterrupted one would have.
"""

import json
from collections import defaultdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store import looks, pieces, sources, tracks
from casefiles.store.engine import Cursor
from casefiles.store.pieces import EndPoints
from casefiles.types import Placed, PlacedPoints, Run, Source, TrackId, TrackPiece
from detection import stitching, track_quality
from detection.labels import groups
from detection.tracker import TrackerOptions
from video.clock import NS_PER_S
from video.packet_index import index_from_bytes, times_ns
from video.types import TimeNs

_NO_VECTORS: Final = np.zeros((0, 0), np.float32)
Ints = NDArray[np.int64]


def settle_tracks(cursor: Cursor, run: Run, source: Source) -> None:
    """Joins what are pieces of one track, gives each track one class, and makes the tracks."""
    _stitch(cursor, run, source)
    pieces.settle_classes(cursor, run.run_id)
    sum_tracks(cursor, run, source)


def sum_tracks(cursor: Cursor, run: Run, source: Source) -> None:
    """Makes the tracks of a run, which may go on later, as its points are, with their quality."""
    tracks.make_tracks(cursor, run.run_id, run.source_id)
    size = (source.width, source.height)
    found = pieces.measures(cursor, run.run_id, size)
    frames = tracks.analysed_steps(cursor, run.run_id)
    looked = np.searchsorted(frames, found.last, side="right") - np.searchsorted(
        frames, found.first, side="left"
    )
    coverage = np.minimum(found.seen / np.maximum(looked, 1), 1)
    cut = found.cut / np.maximum(found.seen, 1)
    smoothness = track_quality.smooth(found.tremble)
    columns = {
        "quality": track_quality.quality(coverage, found.mean_score, smoothness, cut),
        "coverage": coverage,
        "interpolated": 1 - found.seen / found.points,
        "mean_score": found.mean_score,
        "smoothness": smoothness,
        "cut": cut,
    }
    pieces.put_quality(cursor, run.run_id, found.track_id, columns)


def _stitch(cursor: Cursor, run: Run, source: Source) -> None:
    near_ns = int(stitching.END_S * NS_PER_S)
    points = pieces.points_near_ends(cursor, run.run_id, near_ns)
    track_id, class_id = pieces.votes(cursor, run.run_id)
    if len(track_id) < 2:
        return
    rows = np.searchsorted(track_id, points.track_id)
    ends = stitching.measure_ends(
        rows,
        points.time_ns,
        points.boxes,
        groups=groups(class_id),
        picture=(source.width, source.height),
    )
    owners, vectors = looks.vectors_of_run(cursor, run.run_id)
    low, high = (np.searchsorted(owners, track_id, side=side) for side in ("left", "right"))
    appearance = [
        vectors[start:stop] if stop > start else _NO_VECTORS
        for start, stop in zip(low.tolist(), high.tolist(), strict=True)
    ]
    links = stitching.link(ends, appearance)
    if not links:
        return
    first = stitching.chains(len(ends), links)
    pieces.join(cursor, run.run_id, _pieces(track_id, ends, first, links))
    filled = _filled(cursor, run, points, rows, track_id[first], class_id[first], links)
    if len(filled.at):
        nothing = np.zeros(0, np.int32)
        tracks.add_chunk(
            cursor,
            run.run_id,
            first_step=0,
            analysed=nothing,
            detections=filled.at.where(np.zeros(len(filled.at), np.bool_)),
            points=filled,
        )


def _pieces(
    track_id: Ints, ends: stitching.Ends, first: Ints, links: list[stitching.Link]
) -> dict[TrackId, tuple[TrackPiece, ...]]:
    """The pieces of each track that is made of several, by its id."""
    into = {one.after: one for one in links}
    found: dict[TrackId, list[TrackPiece]] = defaultdict(list)
    linked = sorted({one.before for one in links} | set(into), key=lambda row: ends.from_ns[row])
    for row in linked:
        link = into.get(row)
        begin, end = TimeNs(int(ends.from_ns[row])), TimeNs(int(ends.to_ns[row]))
        gap_ns = None if link is None else begin - int(ends.to_ns[link.before])
        confidence = None if link is None else link.confidence
        piece = TrackPiece(TrackId(int(track_id[row])), begin, end, gap_ns, confidence)
        found[TrackId(int(track_id[first[row]]))].append(piece)
    return {track: tuple(mine) for track, mine in found.items()}


def _filled(
    cursor: Cursor,
    run: Run,
    points: EndPoints,
    rows: Ints,
    wholes: Ints,
    class_ids: NDArray[np.int16],
    links: list[stitching.Link],
) -> PlacedPoints:
    """Points on the straight line through each joined gap, as short as the tracker fills itself,
    at the frames analysed in it; longer ones stay gaps."""
    index = index_from_bytes(sources.index_bytes(cursor, run.source_id))
    times = times_ns(index)
    analysed = tracks.analysed_steps(cursor, run.run_id)
    made_with = json.loads(run.provenance.options).get("tracker", {})
    most_ns = float(made_with.get("fill_s", TrackerOptions().fill_s)) * NS_PER_S
    frames, boxes, owners, classes = [], [], [], []
    for one in links:
        last = int(np.searchsorted(rows, one.before, side="right")) - 1
        then = int(np.searchsorted(rows, one.after))
        length_ns = int(points.time_ns[then] - points.time_ns[last])
        if length_ns > most_ns:
            continue
        inside = analysed[(analysed > points.frame[last]) & (analysed < points.frame[then])]
        share = ((times[inside] - points.time_ns[last]) / length_ns)[:, None]
        frames.append(inside)
        boxes.append((1 - share) * points.boxes[last] + share * points.boxes[then])
        owners.append(np.full(len(inside), wholes[one.before]))
        classes.append(np.full(len(inside), class_ids[one.before]))
    frame = np.concatenate([np.zeros(0, np.int32), *frames]).astype(np.int32)
    return PlacedPoints(
        Placed(
            frame,
            index.pts[frame],
            times[frame],
            np.concatenate([np.zeros((0, 4)), *boxes]).astype(np.float32),
            np.zeros(len(frame), np.float32),
            np.concatenate([np.zeros(0, np.int16), *classes]).astype(np.int16),
        ),
        np.concatenate([np.zeros(0, np.int64), *owners]),
        np.ones(len(frame), np.bool_),
    )
