"""Adds layers to the map of a case, finds moved tile files again, and reads what layers show."""

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.calibration_types import GivenPairs
from casefiles.case import Case
from casefiles.edit_kinds import AddLayer, ChangeLayer, RemoveLayer
from casefiles.errors import BadMap, CaseDamaged, MapFileGone
from casefiles.exchange.map_files import read_map_file
from casefiles.exchange.plan_pictures import read_plan_picture
from casefiles.exchange.swapped_places import is_swapped
from casefiles.exchange.tile_archives import is_tile_archive, open_archive
from casefiles.jobs import Job, Progress
from casefiles.layer_edits import LONGEST_NAME, PICTURES
from casefiles.map_types import MapLayer, MapLayerId, TileFile
from casefiles.store import base_maps, cameras, map_layers
from casefiles.usecases.add_source import check_name, sayable
from casefiles.usecases.site_plan import FoundPlan, find_plan
from resources.errors import one_line

_CHUNK: Final = 4 << 20
_TAKEN: Final = "A map is MBTiles or PMTiles, GeoJSON, or a site plan as PNG or JPEG."
_ELSEWHERE: Final = {
    ".kml": "Cameras in it: 'camera import'. Drawings in it: save them as GeoJSON.",
    ".kmz": "Unpack it and save what it holds as GeoJSON in a map program.",
    ".gpx": "Where a camera went: 'camera positions'. A map: save it as GeoJSON.",
    ".shp": "Save it as GeoJSON in WGS84: ogr2ogr -t_srs EPSG:4326 map.geojson map.shp.",
    ".gpkg": "Save its layers as GeoJSON in WGS84: ogr2ogr -t_srs EPSG:4326 map.geojson map.gpkg.",
    ".osm": "Cut out the area and save it as GeoJSON, or make MBTiles or PMTiles of it.",
    ".pbf": "Make MBTiles or PMTiles of it (Planetiler, tilemaker), or save the area as GeoJSON.",
    ".tif": "Make tiles of it: gdal_translate -of MBTILES map.tif map.mbtiles; then gdaladdo.",
    ".tiff": "Make tiles of it: gdal_translate -of MBTILES map.tif map.mbtiles; then gdaladdo.",
    ".pdf": "Save the page as a PNG picture, and lay it on the map by pairs of points.",
    ".dwg": "Save the drawing as a PNG picture, and lay it on the map by pairs of points.",
    ".dxf": "Save the drawing as a PNG picture, and lay it on the map by pairs of points.",
    ".svg": "Save it as a PNG picture, and lay it on the map by pairs of points.",
    ".webp": "Save it as a PNG or JPEG picture, and lay it on the map by pairs of points.",
    ".bmp": "Save it as a PNG or JPEG picture, and lay it on the map by pairs of points.",
    ".zip": "Unpack it first.",
}  # fmt: skip


def is_plan_picture(path: Path) -> bool:
    """Whether a file begins as a picture does that a plan can be."""
    head = _head(path)
    return any(head.startswith(begins) for begins in PICTURES)


def prepare_layer(
    case: Case,
    path: Path,
    *,
    name: str | None = None,
    given: GivenPairs | None = None,
    shown: bool = True,
) -> Job[tuple[AddLayer, FoundPlan | None]]:
    """The edit that adds a map file as the highest layer, and how the pairs of a plan fit. What a
    file is, is told by how it begins. A tile archive stays where it is; it is read once, for its
    hash.

    Raises:
        BadMap: no map, damaged, or of another format: says what to do. A picture without pairs.
            Longitude and latitude are swapped, by where the cameras of the case are.
        CannotOpen: the name of a tile archive is not valid UTF-8.
        BadPairs, BadCalibration: the pairs lay no plan.
    """
    shown_name = sayable(path).name
    # Names of files hold line ends and more that the name of a layer cannot.
    label = name or one_line(shown_name)[:LONGEST_NAME]
    yield Progress(0, 0, "bytes", shown_name)
    if path.is_dir():
        raise BadMap(f"{sayable(path)} is a folder", f"Choose a file. {_TAKEN}")
    if is_plan_picture(path):
        if given is None:
            raise BadMap(
                f"nobody says where {shown_name} lies",
                "Give pairs of points of the plan and their places: in the window, 'Site plan…'; "
                "as a command, --pairs F.json.",
            )
        picture = read_plan_picture(path)
        found = find_plan(picture.sha256, picture.size, given)
        layer = MapLayer("plan", label, shown=shown, plan=found.plan)
        return AddLayer(layer, picture.content), found
    if given is not None:
        raise BadMap(f"{shown_name} is no picture: it needs no pairs", "Leave --pairs out.")
    if is_tile_archive(path):
        file = yield from _hashed(path)
        return AddLayer(MapLayer("tiles", label, shown=shown, tiles=file)), None
    if not path.name.lower().endswith((".geojson", ".json")):
        _refuse_format(path)
    made = read_map_file(path)
    around = [place.point for camera in case.read(cameras.every) for place in camera.placements]
    if made.middle is not None and is_swapped(made.middle, around):
        raise BadMap(
            f"{shown_name}: longitude and latitude seem to be swapped: as written it lies far from "
            "the cameras of the case, swapped among them",
            "Write each position as [longitude, latitude].",
        )
    return AddLayer(MapLayer("geojson", label, shown=shown), made.content), None


def add_layer(
    case: Case,
    path: Path,
    *,
    name: str | None = None,
    given: GivenPairs | None = None,
    shown: bool = True,
) -> Job[tuple[MapLayer, FoundPlan | None]]:
    """Adds a map file as the highest layer: the layer as it is now, and how the pairs of a plan
    fit.

    Raises:
        As for `prepare_layer`. BadMap: it is on the map already. The case is as it was.
    """
    edit, found = yield from prepare_layer(case, path, name=name, given=given, shown=shown)
    inverse = case.post(lambda: edit).result()
    if not isinstance(inverse, RemoveLayer):
        raise TypeError(f"{inverse} does not take a layer off the map")
    return layer_of(case, inverse.layer_id), found


def find_again(layer: MapLayer, path: Path | None = None) -> Job[ChangeLayer]:
    """The edit that says where the tiles of a layer are now, or that their file is still the one
    that was added although its date changed: by its hash.

    Raises:
        BadMap: it has no tiles, the file cannot be read, or is another.
    """
    known = layer.tiles
    if known is None:
        raise BadMap(f"layer {layer.layer_id} is not made of tiles", "Only those are looked for.")
    file = yield from _hashed(path or known.path)
    if file.sha256 != known.sha256:
        raise BadMap(
            f"{sayable(file.path)} is not the file that was added: its SHA-256 is another",
            "Find that one, or remove the layer and add the file anew.",
        )
    return ChangeLayer(replace(layer, tiles=file))


def read_layers(case: Case) -> tuple[MapLayer, ...]:
    """The layers of the map, lowest first, which somebody is about to look at: logged.

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    layers = case.read(map_layers.present)
    shown = [layer.layer_id for layer in layers if layer.shown]
    case.record(audit.Entry("map.show", "done", facts={"layers": list(shown)}))
    return layers


def layer_of(case: Case, layer_id: int) -> MapLayer:
    """One layer of the map.

    Raises:
        UnknownLayer: there is none of that id, or it was removed.
    """
    return case.read(lambda cursor: map_layers.one(cursor, MapLayerId(layer_id)))


def layer_text(case: Case, layer: MapLayer) -> str:
    """The GeoJSON text of a layer of that kind.

    Raises:
        CaseDamaged: the case does not hold it any more.
    """
    map_id = layer.map_id
    text = None if map_id is None else case.read(lambda cursor: base_maps.one(cursor, map_id))
    if text is None:
        raise CaseDamaged(
            f"the map of layer {layer.layer_id} is gone", "Restore the case from a snapshot."
        )
    return text


def plan_picture(case: Case, sha256: str) -> bytes:
    """The bytes of the picture of a plan, as they were given.

    Raises:
        CaseDamaged: the case does not hold it any more, or holds others.
    """
    found = case.read(lambda cursor: map_layers.picture(cursor, sha256))
    if found is None or hashlib.sha256(found).hexdigest() != sha256:
        raise CaseDamaged(
            f"the picture {sha256[:12]}… of a plan is gone or changed",
            "Restore the case from a snapshot.",
        )
    return found


def tile_path(layer: MapLayer) -> Path:
    """Where the tiles of a layer are; by size and date the file is the one that was added.

    Raises:
        MapFileGone: it is gone, or another file.
        BadMap: it was written to, and may be the same. Both say what to do.
    """
    file = layer.tiles
    if file is None:
        raise BadMap(f"layer {layer.layer_id} is not made of tiles", "Add the file anew.")
    shown = sayable(file.path)
    again = f"find it again ('map check', layer {layer.layer_id}), or remove the layer"
    try:
        now = file.path.stat()
    except OSError as error:
        raise MapFileGone(
            f"the tiles of '{layer.name}' are not at {shown}: {error.strerror}",
            f"Connect the drive, {again}.",
        ) from error
    if now.st_size != file.size:
        raise MapFileGone(
            f"{shown} has {now.st_size} bytes, and had {file.size} when it was added",
            f"It is another file: {again}.",
        )
    if now.st_mtime_ns != file.modified_ns:
        raise BadMap(
            f"{shown} was written to since it was added, or copied",
            f"Check that it is the same: 'map check', layer {layer.layer_id}, reads it once.",
        )
    return file.path


def _hashed(path: Path) -> Job[TileFile]:
    """What a tile archive is, once it was found to be one that can be drawn."""
    # A relative path would mean another file from another folder.
    path = path.absolute()
    check_name(path)
    with closing(open_archive(path)):
        pass
    digest = hashlib.sha256()
    done = 0
    try:
        before = path.stat()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                yield Progress(done, before.st_size, "bytes", sayable(path).name)
        after = path.stat()
    except OSError as error:
        raise BadMap(
            f"{sayable(path)} cannot be read: {error.strerror}", "Check the rights and the disk."
        ) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadMap(f"{sayable(path)} was written to while it was read", "Wait until it is whole.")
    return TileFile(path, digest.hexdigest(), after.st_size, after.st_mtime_ns)


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        # Whoever reads it whole says why it cannot be read.
        return b""


def _refuse_format(path: Path) -> None:
    """Says of a file that is no map what to do with it; one that may be GeoJSON passes."""
    hint = _ELSEWHERE.get(path.suffix.lower())
    if hint is not None:
        raise BadMap(f"{sayable(path).name} is no map that is drawn here", f"{hint} {_TAKEN}")
    if path.is_file() and not _head(path).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise BadMap(f"{sayable(path).name} is no map that is drawn here", _TAKEN)
