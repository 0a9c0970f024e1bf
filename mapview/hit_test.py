"""What is under a pixel of the map, and which camera comes next."""

import math
from collections.abc import Sequence

from casefiles.types import CameraId
from mapview.layers import CameraMark, reach
from mapview.projection import ground_scale
from mapview.symbols import CLUSTER_PX, SYMBOL_PX, Layout, Spot
from mapview.viewport import Bounds, Viewport, bounds_of

_REACH_PX = 5.0
"""A symbol answers a little beyond its edge: 28 px are a fair target, 22 px are not."""
_APART_FINEST_M = 0.05
"""Cameras that do not come apart nearer than this are walked through by clicks."""


def spot_under(layout: Layout, view: Viewport, x: float, y: float) -> Spot | None:
    """The spot at a pixel, the nearest where two are in reach; names count as their symbol."""
    grown = layout.scale / view.scale
    left, top = view.x / view.scale - view.width / 2, -view.y / view.scale - view.height / 2
    best: tuple[float, Spot] | None = None
    for spot in layout.spots:
        apart = math.hypot(spot.x * grown - left - x, spot.y * grown - top - y)
        reach = (CLUSTER_PX if spot.is_cluster else SYMBOL_PX) / 2 + _REACH_PX
        if apart <= reach and (best is None or apart < best[0]):
            best = (apart, spot)
    if best is not None:
        return best[1]
    if grown != 1.0:
        return None
    on_sheet = (x + left, y + top)
    return next((spot for spot in layout.spots if _on_name(spot, on_sheet)), None)


def _on_name(spot: Spot, at: tuple[float, float]) -> bool:
    box = spot.label
    return box is not None and (
        box.x <= at[0] <= box.x + box.width and box.y <= at[1] <= box.y + box.height
    )


def members_bounds(marks: Sequence[CameraMark], spot: Spot) -> Bounds:
    """World metres around the cameras a spot stands for."""
    bounds = bounds_of([(marks[member].x, marks[member].y) for member in spot.members])
    assert bounds is not None
    return bounds


def reading_order(marks: Sequence[CameraMark]) -> list[CameraId]:
    """Cameras that have a place now, from north-west to south-east as one reads, by rows."""
    present = [mark for mark in marks if not mark.former]
    if not present:
        return []
    ys = [mark.y for mark in present]
    # A tenth of the height is one row.
    row = max((max(ys) - min(ys)) / 10, 1e-9)
    ordered = sorted(present, key=lambda m: (-math.floor((m.y - min(ys)) / row), m.x, m.camera_id))
    return [mark.camera_id for mark in ordered]


def next_camera(marks: Sequence[CameraMark], at: str | None, by: int) -> CameraId | None:
    """The camera after (1) or before (−1) another in `reading_order`; the first or last where the
    other is not there; None past either end."""
    order = reading_order(marks)
    known = next((index for index, one in enumerate(order) if one == at), None)
    index = (0 if by > 0 else len(order) - 1) if known is None else known + by
    return order[index] if 0 <= index < len(order) else None


def apart(marks: Sequence[CameraMark], spot: Spot, view: Viewport) -> Viewport | None:
    """Where the cameras of a symbol come apart; None where nothing nearer would part them."""
    finest = _APART_FINEST_M / ground_scale(view.y)
    near = view.fitted(members_bounds(marks, spot), margin_px=60, finest=finest)
    return near if near.scale < view.scale * 0.95 else None


def content_bounds(marks: Sequence[CameraMark], base: Bounds | None) -> Bounds | None:
    """What "fit" shows: the cameras with what they see, else the base map."""
    present = [mark for mark in marks if not mark.former] or list(marks)
    if not present:
        return base
    return bounds_of([point for mark in present for point in reach(mark)])
