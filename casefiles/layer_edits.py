"""How layers of the map are added, changed, removed and brought back; what is checked before."""

import hashlib
import json
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.checks import has_breaks
from casefiles.edit_kinds import AddLayer, ChangeLayer, Edit, RemoveLayer
from casefiles.errors import BadMap
from casefiles.map_types import LAYER_KINDS, NEW_LAYER, MapLayer, SitePlan
from casefiles.store import base_maps, map_layers
from casefiles.store.engine import Cursor
from video.clock import now_ns

LONGEST_NAME: Final = 200
MOST_PICTURE_BYTES: Final = 50 * 1024 * 1024
"""Of a plan, which is kept in the case."""
PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the pictures begin that a plan can be."""


def apply(cursor: Cursor, edit: AddLayer | RemoveLayer | ChangeLayer, *, by: str) -> Edit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadMap, UnknownLayer: it cannot be made; nothing was changed.
    """
    match edit:
        case AddLayer(layer, content):
            return _add(cursor, layer, content, by)
        case RemoveLayer(layer_id):
            layer = map_layers.one(cursor, layer_id)
            if layer.kind == "outlines":
                raise BadMap(f"'{layer.name}' comes with the program", "Hide it instead.")
            map_layers.mark_removed(cursor, layer_id, now_ns(), now_ns(), by)
            return AddLayer(layer)
        case ChangeLayer(layer):
            before = map_layers.one(cursor, layer.layer_id)
            _check(layer, before)
            _check_same(cursor, before, layer)
            map_layers.change(cursor, replace(layer, set_ns=now_ns(), set_by=by))
            return ChangeLayer(before)


def describe(edit: Edit, inverse: Edit) -> audit.Entry:
    """The audit row of one that was made; `inverse` is what `apply` gave for it."""
    match edit, inverse:
        case AddLayer(layer), RemoveLayer(layer_id):
            facts = {"restored": layer.layer_id != NEW_LAYER}
            return _entry("layer.add", replace(layer, layer_id=layer_id), facts)
        case RemoveLayer(), AddLayer(layer):
            return _entry("layer.remove", layer, {})
        case ChangeLayer(layer), ChangeLayer(before):
            facts = {
                "renamed": layer.name != before.name,
                "laid": layer.plan != before.plan,
                "found_again": layer.tiles != before.tiles,
                "moved": layer.rank != before.rank,
            }
            return _entry("layer.change", layer, facts)
    raise ValueError(f"{inverse} does not take back {edit}")


def _entry(event: str, layer: MapLayer, facts: dict[str, bool]) -> audit.Entry:
    known: dict[str, str | None] = {
        "sha256": layer.tiles.sha256
        if layer.tiles is not None
        else layer.plan.picture_sha256
        if layer.plan is not None
        else None
    }
    private = {"name": layer.name}
    if layer.tiles is not None:
        private["file"] = str(layer.tiles.path)
    if layer.plan is not None:
        private["pairs"] = json.dumps([[one.image, one.lonlat] for one in layer.plan.pairs])
    return audit.Entry(
        event,
        "done",
        object=f"layer:{layer.layer_id}",
        facts={
            "kind": layer.kind,
            "shown": layer.shown,
            "opacity_percent": round(layer.opacity * 100),
            **known,
            **facts,
        },
        private=private,
        vouches=("maps", "layers") if layer.kind == "geojson" else ("layers",),
    )


def _add(cursor: Cursor, layer: MapLayer, content: bytes, by: str) -> Edit:
    if layer.layer_id != NEW_LAYER:
        map_layers.one(cursor, layer.layer_id, removed=True)
        map_layers.mark_removed(cursor, layer.layer_id, None, now_ns(), by)
        return RemoveLayer(layer.layer_id)
    _check(layer)
    _refuse_twice(cursor, layer, content)
    if layer.kind == "geojson":
        layer = replace(layer, map_id=_keep_map(cursor, layer.name, content, by))
    elif layer.kind == "plan":
        _keep_plan(cursor, layer, content)
    elif layer.kind == "outlines":
        raise BadMap("the outlines come with the program", "Show them instead: they are there.")
    new = replace(
        layer, layer_id=map_layers.next_id(cursor), rank=map_layers.top_rank(cursor),
        set_ns=now_ns(), set_by=by,
    )  # fmt: skip
    map_layers.insert(cursor, new)
    return RemoveLayer(new.layer_id)


def _check(layer: MapLayer, before: MapLayer | None = None) -> None:
    name = layer.name
    # One of an older case may have a name that would not do today.
    renamed = before is None or name != before.name
    if renamed and (not name.strip() or len(name) > LONGEST_NAME or has_breaks(name)):
        raise BadMap(
            "a layer cannot be named that", f"Use one line of at most {LONGEST_NAME} letters."
        )
    # Written so that NaN fails too.
    if not 0 <= layer.opacity <= 1:
        raise BadMap(f"no layer is {layer.opacity:g} opaque", "Give 0 (not seen) to 1 (solid).")
    if not isfinite(layer.rank):
        raise BadMap("no layer lies there", "Give its place among the layers.")
    if layer.kind not in LAYER_KINDS or (layer.kind == "tiles") != (layer.tiles is not None):
        raise BadMap("a layer of tiles has a file of tiles, and no other has", "Add it again.")
    if (layer.kind == "plan") != (layer.plan is not None):
        raise BadMap("a plan is laid on the earth, and no other layer is", "Give its pairs.")
    if layer.plan is not None:
        _check_plan(layer.plan)


def _check_plan(plan: SitePlan) -> None:
    good = len(plan.to_ground) == 6 and bool(np.isfinite(plan.to_ground).all())
    if not good or abs(np.linalg.det(np.reshape(plan.to_ground, (2, 3))[:, :2])) < 1e-12:
        raise BadMap("the plan lies nowhere", "Lay it on the map again.")


def _check_same(cursor: Cursor, before: MapLayer, layer: MapLayer) -> None:
    """A layer stays made of what it is made of."""
    if (before.kind, before.map_id) != (layer.kind, layer.map_id):
        raise BadMap(f"layer {layer.layer_id} is {before.kind}", "Add another layer for that.")
    files = before.tiles, layer.tiles
    if files[0] is not None and files[1] is not None and files[0].sha256 != files[1].sha256:
        raise BadMap(
            f"{files[1].path} is not the file that was added: its SHA-256 is another",
            "Add it as a layer of its own, and remove this one.",
        )
    if layer.plan is not None and map_layers.picture(cursor, layer.plan.picture_sha256) is None:
        raise BadMap("the case has no such picture of a plan", "Add it as a layer of its own.")


def _refuse_twice(cursor: Cursor, layer: MapLayer, content: bytes) -> None:
    digest = layer.tiles.sha256 if layer.tiles is not None else hashlib.sha256(content).hexdigest()
    hashes = base_maps.hashes(cursor)
    for one in map_layers.present(cursor):
        of_map = None if one.map_id is None else hashes.get(one.map_id)
        of_tiles = None if one.tiles is None else one.tiles.sha256
        of_plan = None if one.plan is None else one.plan.picture_sha256
        if digest in (of_map, of_tiles, of_plan):
            raise BadMap(
                f"'{layer.name}' is on the map already, as layer {one.layer_id} '{one.name}'",
                "Show that one, lay it elsewhere, or remove it first.",
            )


def _keep_map(cursor: Cursor, name: str, content: bytes, by: str) -> int:
    """The id of the GeoJSON, which is kept once however often it is added."""
    digest = hashlib.sha256(content).hexdigest()
    for map_id, known in base_maps.hashes(cursor).items():
        if known == digest:
            return map_id
    return base_maps.insert(
        cursor, name=name, sha256=digest, geojson=content.decode("utf-8-sig"), added_ns=now_ns(),
        added_by=by,
    )  # fmt: skip


def _keep_plan(cursor: Cursor, layer: MapLayer, content: bytes) -> None:
    kind = picture_kind(content, Path(layer.name))
    sha256 = map_layers.keep_picture(cursor, content, kind)
    if layer.plan is None or layer.plan.picture_sha256 != sha256:
        raise BadMap("the plan was laid with another picture", "Lay it on the map again.")


def picture_kind(content: bytes, path: Path) -> str:
    """The media type of the picture of a plan.

    Raises:
        BadMap: it is neither PNG nor JPEG, or too large to be kept in a case.
    """
    if len(content) > MOST_PICTURE_BYTES:
        raise BadMap(
            f"{path.name} is larger than {MOST_PICTURE_BYTES // 1024**2} MB",
            "Make it smaller, or cut out the site.",
        )
    for begins, kind in PICTURES.items():
        if content.startswith(begins):
            return kind
    raise BadMap(
        f"{path.name} is neither a PNG nor a JPEG picture", "Export the plan as PNG or JPEG."
    )
