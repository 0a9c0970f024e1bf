"""Layers of the map: SQL ↔ `MapLayer`; one that was removed keeps its row."""

import hashlib
import json
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from casefiles.calibration_types import Point, PointPair
from casefiles.errors import CaseDamaged, UnknownLayer
from casefiles.geo import GeoPoint
from casefiles.map_types import LayerKind, MapLayer, MapLayerId, SitePlan, TileFile
from casefiles.store.engine import Cursor

TABLES: Final = frozenset({"map_layers", "base_maps"})
"""What a change of a layer writes, as listeners are told."""
_COLUMNS: Final = (
    "layer_id, kind, name, shown, opacity, rank, map_id, path, sha256, size_bytes, modified_ns, "
    "plan, set_ns, set_by"
)
_SET: Final = ", ".join(f"{column.strip()} = ?" for column in _COLUMNS.split(",")[2:])
_NEXT_ID = "SELECT coalesce(max(layer_id), 0) + 1 FROM map_layers"
_TOP = "SELECT coalesce(max(rank), 0) + 1 FROM map_layers WHERE removed_ns IS NULL"
_INSERT = (
    f"INSERT INTO map_layers ({_COLUMNS}) "  # noqa: S608 - the list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE = f"UPDATE map_layers SET {_SET} WHERE layer_id = ?"  # noqa: S608
_MARK = "UPDATE map_layers SET removed_ns = ?, set_ns = ?, set_by = ? WHERE layer_id = ?"
_PRESENT = f"SELECT {_COLUMNS} FROM map_layers WHERE removed_ns IS NULL ORDER BY rank, layer_id"  # noqa: S608
_REMOVED = f"SELECT {_COLUMNS} FROM map_layers WHERE removed_ns IS NOT NULL"  # noqa: S608
_KEEP = "INSERT INTO map_pictures VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_PICTURE = "SELECT picture FROM map_pictures WHERE sha256 = ?"


def next_id(cursor: Cursor) -> MapLayerId:
    """The id of the next layer; those of removed ones are not given out again."""
    return MapLayerId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def top_rank(cursor: Cursor) -> float:
    """Above every layer there is."""
    return float(cursor.execute(_TOP).fetchall()[0][0])


def insert(cursor: Cursor, layer: MapLayer) -> None:
    """Stores a layer under its id."""
    cursor.execute(_INSERT, _row(layer))


def change(cursor: Cursor, layer: MapLayer) -> None:
    """Writes what a layer is now over what it was."""
    _, _, *values = _row(layer)
    cursor.execute(_CHANGE, [*values, layer.layer_id])


def mark_removed(
    cursor: Cursor, layer_id: MapLayerId, removed_ns: int | None, set_ns: int, set_by: str
) -> None:
    """Marks the layer of that id removed, or there again (None)."""
    cursor.execute(_MARK, [removed_ns, set_ns, set_by, layer_id])


def present(cursor: Cursor) -> tuple[MapLayer, ...]:
    """The layers of the map, lowest first.

    Raises:
        CaseDamaged: one was changed into what no layer is.
    """
    return tuple(_layer(row) for row in cursor.execute(_PRESENT).fetchall())


def one(cursor: Cursor, layer_id: MapLayerId, *, removed: bool = False) -> MapLayer:
    """The layer of that id, which is on the map or was removed.

    Raises:
        UnknownLayer: there is none like that.
    """
    for row in cursor.execute(_REMOVED if removed else _PRESENT).fetchall():
        if row[0] == layer_id:
            return _layer(row)
    raise UnknownLayer(
        f"the map has no layer {layer_id}{' that was removed' if removed else ''}",
        "'map list CASE' shows its layers.",
    )


def keep_picture(cursor: Cursor, picture: bytes, media_type: str) -> str:
    """Keeps a picture in the case, and gives its SHA-256."""
    digest = hashlib.sha256(picture).hexdigest()
    cursor.execute(_KEEP, [digest, media_type, picture])
    return digest


def picture(cursor: Cursor, sha256: str) -> bytes | None:
    """The bytes of a picture that is kept, as they were given."""
    rows = cursor.execute(_PICTURE, [sha256]).fetchall()
    return bytes(rows[0][0]) if rows else None


def _row(layer: MapLayer) -> list[object]:
    tiles: tuple[object, ...] = (None, None, None, None)
    if layer.tiles is not None:
        path, *rest = astuple(layer.tiles)
        tiles = (str(path), *rest)
    return [
        layer.layer_id, layer.kind, layer.name, layer.shown, layer.opacity, layer.rank,
        layer.map_id, *tiles, None if layer.plan is None else _plan_text(layer.plan),
        layer.set_ns, layer.set_by,
    ]  # fmt: skip


def _plan_text(plan: SitePlan) -> str:
    return json.dumps(
        {
            "picture": plan.picture_sha256,
            "size": plan.size,
            "pairs": [{"image": one.image, "lonlat": one.lonlat} for one in plan.pairs],
            "to_ground": plan.to_ground,
            "origin": (plan.origin.lon, plan.origin.lat),
            "outliers": plan.outliers,
            "error_m": plan.error_m,
        }
    )


def _layer(row: tuple[Any, ...]) -> MapLayer:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    path, sha256, size, modified = (
        values.pop(name) for name in ("path", "sha256", "size_bytes", "modified_ns")
    )
    plan = values.pop("plan")
    try:
        if values["kind"] not in get_args(LayerKind):
            raise ValueError(f"no layer is of the kind {values['kind']!r}")
        return MapLayer(
            **values,
            tiles=None if path is None else TileFile(Path(path), sha256, size, modified),
            plan=None if plan is None else _plan(json.loads(plan)),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CaseDamaged(
            f"layer {values['layer_id']} of the map is damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error


def _plan(found: dict[str, Any]) -> SitePlan:
    matrix = tuple(float(value) for value in found["to_ground"])
    if len(matrix) != 6 or not np.isfinite(matrix).all():
        raise ValueError("its plan lies nowhere")
    lon, lat = found["origin"]
    width, height = (int(side) for side in found["size"])
    error = found["error_m"]
    return SitePlan(
        picture_sha256=str(found["picture"]),
        size=(width, height),
        pairs=tuple(
            PointPair(_point(one["image"]), lonlat=_point(one["lonlat"])) for one in found["pairs"]
        ),
        to_ground=matrix,
        origin=GeoPoint(float(lat), float(lon)),
        outliers=tuple(int(at) for at in found["outliers"]),
        error_m=None if error is None else float(error),
    )


def _point(value: Any) -> Point:
    x, y = value
    return float(x), float(y)
