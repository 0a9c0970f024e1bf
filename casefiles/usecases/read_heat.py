"""Heat maps of a picture: where things go, stand and stop, as a grid of cells; and what is brushed
on one, as a polygon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownSource, UnknownTrack
from casefiles.store import heat, runs, search_rows, sources
from casefiles.store.engine import Cursor
from casefiles.types import Source, SourceId, TrackId
from casefiles.view_types import HeatKind

_COLUMNS: Final = 64
"""About so many cells lie side by side on a large picture."""
_LEAST_CELL: Final = 10
"""Smaller ones fall between the places of a walker on sampled pictures."""
UNITS: Final[dict[HeatKind, str]] = {"paths": "s", "dwell": "s standing", "stops": "stops"}
_RAMP: Final = np.array(
    [[20, 11, 52], [88, 16, 110], [178, 42, 90], [237, 105, 37], [252, 180, 26], [252, 255, 164]],
    np.float64,
)
"""Dark to light, so that it reads without colours too."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`grid (h, w) float32`: how much in each cell of `cell_px` by `cell_px` source pixels, of a
    picture of `size` (width, height); in `unit`."""

    kind: HeatKind
    grid: NDArray[np.float32]
    cell_px: int
    size: tuple[int, int]
    unit: str
    sources: tuple[SourceId, ...]
    tracks: int
    """So many were counted."""
    notes: tuple[str, ...] = ()

    @property
    def most(self) -> float:
        """What the hottest cell has."""
        return float(self.grid.max(initial=0.0))

    @property
    def full(self) -> float:
        """From how much on a cell has the lightest colour: 98 of 100 cells that have anything have
        no more. One parked car would otherwise leave all walkers the darkest."""
        warm = self.grid[self.grid > 0]
        return float(np.quantile(warm, 0.98, method="higher")) if len(warm) else 0.0


def read_heat(
    case: Case,
    kind: HeatKind,
    *,
    source_id: int | None = None,
    camera_id: str | None = None,
    tracks: Sequence[TrackId] | None = None,
) -> HeatMap:
    """The heat map of a source, or of all recordings of a camera that have the picture size of its
    first; of some tracks, or (None) of all that are not suppressed. Logged.

    Raises:
        UnknownSource: there is no such source, or the camera has none.
        UnknownTrack: the case shows no track of such an id.
    """
    found = case.read(lambda cursor: _read(cursor, kind, source_id, camera_id, tracks))
    case.record(
        audit.Entry(
            "heat.view",
            "done",
            object=f"source:{found.sources[0]}",
            facts={"kind": kind, "sources": list(found.sources), "tracks": found.tracks},
        )
    )
    return found


def heat_colours(found: HeatMap) -> NDArray[np.uint8]:
    """A colour for each cell, `(h, w, 4) uint8` RGBA; nothing there: clear. The scale is that of
    square roots, so that little is seen beside much."""
    share = np.sqrt(np.minimum(found.grid / max(found.full, 1e-9), 1))
    place = share * (len(_RAMP) - 1)
    low = np.minimum(place.astype(np.intp), len(_RAMP) - 2)
    part = (place - low)[..., None]
    made = np.empty((*found.grid.shape, 4), np.uint8)
    made[..., :3] = np.round(_RAMP[low] * (1 - part) + _RAMP[low + 1] * part)
    made[..., 3] = np.where(found.grid > 0, np.round(90 + 120 * share), 0)
    return made


def brushed(
    found: HeatMap, cells: Iterable[tuple[int, int]]
) -> tuple[tuple[float, float], ...] | None:
    """The outline of cells (row, column) in source pixels; of several patches the largest, without
    its holes. None without a cell."""
    (height, width), cell = found.grid.shape, found.cell_px
    kept = {(row, col) for row, col in cells if 0 <= row < height and 0 <= col < width}
    if not kept:
        return None
    right, low = found.size
    squares = [
        shapely.box(
            col * cell, row * cell, min((col + 1) * cell, right), min((row + 1) * cell, low)
        )
        for row, col in sorted(kept)
    ]
    shape = shapely.union_all(squares)
    patches = list(getattr(shape, "geoms", [shape]))
    outer = shapely.Polygon(max(patches, key=lambda one: float(one.area)).exterior)
    ring = shapely.remove_repeated_points(outer.simplify(0)).exterior.coords[:-1]
    return tuple((float(x), float(y)) for x, y in ring)


def _read(
    cursor: Cursor,
    kind: HeatKind,
    source_id: int | None,
    camera_id: str | None,
    tracks: Sequence[TrackId] | None,
) -> HeatMap:
    shown_tracks = search_rows.shown(cursor, tracks) if tracks else {}
    for track_id in tracks or ():
        if track_id not in shown_tracks:
            raise UnknownTrack(
                f"the case shows no track {track_id}", "Take an id from 'search' or 'tracks'."
            )
    asked = [
        one
        for one in sources.every(cursor)
        if (one.source_id == source_id if source_id is not None else one.camera_id == camera_id)
    ]
    if not asked:
        what = (
            f"source {source_id}" if source_id is not None else f"recording of camera {camera_id}"
        )
        raise UnknownSource(f"the case has no {what}", "'source list' shows those it has.")
    size = (asked[0].width, asked[0].height)
    alike = [one for one in asked if (one.width, one.height) == size]
    shown = runs.current(cursor)
    analysed = [one for one in alike if one.source_id in shown]
    cell = max(_LEAST_CELL, round(size[0] / _COLUMNS))
    grid = np.zeros((-(-size[1] // cell), -(-size[0] // cell)), np.float32)
    ids = [shown[one.source_id].run_id for one in analysed]
    count = 0
    if ids:
        cells = heat.cells(cursor, kind, ids, tracks, cell)
        # A foot point may lie a little below or beside the picture.
        rows = np.clip(cells.row, 0, grid.shape[0] - 1)
        columns = np.clip(cells.column, 0, grid.shape[1] - 1)
        np.add.at(grid, (rows, columns), cells.amount)
        count = heat.track_count(cursor, ids, tracks)
    return HeatMap(
        kind, grid, cell, size, UNITS[kind], tuple(one.source_id for one in alike), count,
        (*_notes(asked, alike, analysed, size), *_elsewhere(tracks, count)),
    )  # fmt: skip


def _elsewhere(tracks: Sequence[TrackId] | None, count: int) -> tuple[str, ...]:
    missing = len(set(tracks or ())) - count
    return (f"{missing} of the tracks asked for not on these pictures",) if missing > 0 else ()


def _notes(
    asked: Sequence[Source], alike: Sequence[Source], analysed: Sequence[Source],
    size: tuple[int, int],
) -> tuple[str, ...]:  # fmt: skip
    said = []
    others = [str(one.source_id) for one in asked if one not in alike]
    if others:
        said.append(
            f"source {', '.join(others)} left out: its pictures are not {size[0]} × {size[1]}"
        )
    missing = [str(one.source_id) for one in alike if one not in analysed]
    if missing:
        said.append(f"source {', '.join(missing)} not analysed yet")
    return tuple(said)
