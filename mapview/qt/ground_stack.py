"""Makes ground layers of the map layers of a case, and keeps what it made of them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from PySide6.QtGui import QFont, QPainter

from casefiles.case import Case
from casefiles.exchange.tile_archives import TileArchive, open_archive
from casefiles.map_types import MapLayer, MapLayerId
from casefiles.usecases.map_layers import layer_text, plan_picture, read_layers, tile_path
from mapview.basemap import BaseMap, parse_base_map
from mapview.label_room import Room
from mapview.outlines import read_outlines
from mapview.qt.base_painter import BaseShapes
from mapview.qt.ground_layer import GroundLayer
from mapview.qt.map_colours import MapColours
from mapview.qt.outline_painter import OutlineLayer
from mapview.qt.plan_painter import PlanLayer, read_plan
from mapview.qt.tile_painter import ShapeTiles, tile_layer
from mapview.site_plan import plan_to_world
from mapview.viewport import Bounds, Viewport
from resources.errors import UserError


@dataclass(frozen=True, slots=True)
class Ground:
    """What is painted, from the bottom up, of all layers there are, and why some of it is not."""

    layers: tuple[GroundLayer, ...] = ()
    known: tuple[MapLayer, ...] = ()
    """All layers of the map, lowest first, hidden ones too."""
    problems: Mapping[MapLayerId, UserError] = field(default_factory=dict)
    bounds: Mapping[MapLayerId, Bounds] = field(default_factory=dict)
    """Where each layer that is painted lies, in world metres."""

    @property
    def has_map(self) -> bool:
        """Whether anything is shown beside the outlines that come with the program."""
        return any(one.shown and one.kind != "outlines" for one in self.known)


@dataclass(frozen=True, eq=False)
class _Faded:
    """A layer as it was made, at the opacity it has now: what is in it is not made again."""

    made: GroundLayer
    opacity: float

    @property
    def bounds(self) -> Bounds | None:
        return self.made.bounds

    @property
    def is_backdrop(self) -> bool:
        return self.made.is_backdrop

    @property
    def credit(self) -> str:
        return self.made.credit

    @property
    def note(self) -> str:
        return self.made.note

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        self.made.paint(painter, view, colours, ratio)

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        if self.opacity > 0:
            self.made.paint_names(painter, view, colours, font, room)


class GroundStack:
    """Layers of one case after another, each read and prepared once while it is on the map."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[Hashable, GroundLayer] = {}
        self._archives: dict[Hashable, TileArchive] = {}

    def read(self, case: Case) -> Ground:
        """The ground of a case; on a reader thread. A layer that cannot be shown is a problem, and
        keeps no other from being shown.

        Raises:
            CaseDamaged: the list of layers was changed outside the program.
        """
        with self._lock:
            known = read_layers(case)
            problems: dict[MapLayerId, UserError] = {}
            shown: dict[MapLayerId, GroundLayer] = {}
            keys = {one.layer_id: (case.header.case_uuid, *_made_of(one)) for one in known}
            self._forget(set(keys.values()))
            for layer in known:
                try:
                    if layer.kind == "tiles":
                        tile_path(layer)
                    if layer.shown:
                        made = self._layer(case, layer, keys[layer.layer_id])
                        shown[layer.layer_id] = _Faded(made, layer.opacity)
                except UserError as error:
                    problems[layer.layer_id] = error
            bounds = {key: one.bounds for key, one in shown.items() if one.bounds is not None}
            return Ground(tuple(shown.values()), known, problems, bounds)

    def close(self) -> None:
        """Gives the files of tiles back."""
        with self._lock:
            self._forget(set())

    def _layer(self, case: Case, layer: MapLayer, key: Hashable) -> GroundLayer:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(case, layer, key)
        return found

    def _make(self, case: Case, layer: MapLayer, key: Hashable) -> GroundLayer:
        if layer.kind == "outlines":
            return OutlineLayer(read_outlines())
        if layer.kind == "tiles":
            archive = self._archives[key] = open_archive(tile_path(layer))
            return tile_layer(archive)
        if layer.plan is not None:
            picture = read_plan(plan_picture(case, layer.plan.picture_sha256), layer.name)
            return PlanLayer(picture, plan_to_world(layer.plan))
        return BaseShapes(parse_base_map(layer_text(case, layer))).prepare()

    def _forget(self, keys: set[Hashable]) -> None:
        """Keeps only what these stand for. A picture being painted of a closed archive lacks its
        tiles, and is painted again without the layer."""
        for key in self._made.keys() - keys:
            del self._made[key]
        for key in self._archives.keys() - keys:
            self._archives.pop(key).close()


def drawn_maps(layers: Sequence[GroundLayer]) -> tuple[BaseMap, ...]:
    """The drawn maps (GeoJSON) among layers, whatever their opacity."""
    return tuple(one.base for one in _plain(layers) if isinstance(one, BaseShapes))


def vector_tiles(layers: Sequence[GroundLayer]) -> tuple[TileArchive, ...]:
    """The archives of vector tiles among layers, the highest first, whatever their opacity."""
    found = [one.archive for one in _plain(layers) if isinstance(one, ShapeTiles)]
    return tuple(reversed(found))


def _plain(layers: Sequence[GroundLayer]) -> list[GroundLayer]:
    return [one.made if isinstance(one, _Faded) else one for one in layers]


def _made_of(layer: MapLayer) -> tuple[Hashable, ...]:
    """What a layer is painted from: while that is the same, so is what was made of it."""
    return layer.kind, layer.map_id, layer.tiles, layer.plan
