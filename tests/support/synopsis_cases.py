"""A real case with takes written by hand: cut-outs of one colour, in a real pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from casefiles.case import Case
from casefiles.store import synopsis
from casefiles.store.engine import Cursor
from casefiles.store.synopsis import CutFrames
from casefiles.synopsis_types import DropWhy, Take, TakeId, ViewChange
from casefiles.types import SourceId, TrackId
from casefiles.usecases.read_stages import FOLDER, options_of
from video.synopsis.pack import PackWriter
from video.synopsis.scaling import to_jpeg
from video.types import TimeNs

SIZE = (320, 240)
GROUND = 60
"""What the empty pictures are, of 255."""
FPS = 10
_S = 10**9


@dataclass(frozen=True, slots=True)
class Walk:
    """A track cut out from `from_s` to `to_s`, `FPS` times a second: a box of 20 by 40 pixels that
    goes from `left` to `right` with its feet at `feet`, all of one colour (BGR)."""

    track: int
    from_s: float
    to_s: float
    left: int = 20
    right: int = 280
    feet: int = 200
    colour: tuple[int, int, int] = (0, 0, 250)


def put_take(
    case: Case,
    source_id: SourceId,
    *walks: Walk,
    dropped: Mapping[int, DropWhy] | None = None,
    views: Sequence[tuple[float, str]] = ((0.0, ""),),
) -> Take:
    """The take of the run shown of a source."""
    run = case.current_runs()[source_id]
    folder = case.folder / FOLDER
    folder.mkdir(exist_ok=True)
    rows: list[tuple[int, int, tuple[int, int, int, int], int, int]] = []
    with PackWriter(folder / f"{source_id}.pack", None) as pack:
        plates = []
        for number, (begins_s, _) in enumerate(views):
            # A step at another place: no two views are the same.
            ground = np.full((SIZE[1], SIZE[0], 3), GROUND, np.uint8)
            ground[:, 40 + 80 * number : 80 + 80 * number] += 60
            plates.append((TimeNs(round(begins_s * _S)), pack.plate(ground), to_jpeg(ground, 90)))
        for walk in walks:
            count = max(round((walk.to_s - walk.from_s) * FPS), 1)
            picture = np.full((40, 20, 3), walk.colour, np.uint8)
            spot = pack.cutout(picture, np.full((40, 20), 255, np.uint8), reliable=True)
            for at in range(count):
                x = round(walk.left + (walk.right - walk.left) * at / max(count - 1, 1))
                box = (x, walk.feet - 40, x + 20, walk.feet)
                time_ns = round((walk.from_s + at / FPS) * _S)
                rows.append((walk.track, time_ns, box, spot.at, spot.length))
        digest = pack.close()
    rows.sort()
    cut = CutFrames(
        np.array([one[0] for one in rows], np.int64),
        np.array([one[1] for one in rows], np.int64),
        np.array([one[2] for one in rows], np.int32).reshape(-1, 4),
        np.full(len(rows), 800, np.int32),
        np.array([one[3] for one in rows], np.int64),
        np.array([one[4] for one in rows], np.int32),
    )

    def put(cursor: Cursor) -> Take:
        take = Take(
            take_id=synopsis.next_id(cursor), run_id=run.run_id, source_id=source_id,
            source_sha256=run.provenance.source_sha256, options=options_of(run),
            program_version="test", pack=f"{source_id}.pack", pack_sha256="", pack_key=None,
            size=SIZE, state="running", views=(), dropped={}, made_ns=0,
        )  # fmt: skip
        synopsis.insert(cursor, take)
        told = [
            (ViewChange(time_ns, words), jpeg)
            for (time_ns, _, jpeg), (_, words) in zip(plates, views, strict=True)
        ]
        synopsis.add_views(cursor, take.take_id, told)
        synopsis.add_plates(cursor, take.take_id, [(time_ns, spot) for time_ns, spot, _ in plates])
        synopsis.add_frames(cursor, take.take_id, cut)
        why = {TrackId(track): one for track, one in (dropped or {}).items()}
        synopsis.finish(cursor, take.take_id, digest, why)
        return take

    made: Take = case.write(put)
    assert made.take_id > TakeId(0)
    return made
