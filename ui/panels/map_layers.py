"""What the map is painted from: read when it changes, and changed by its popover, with undo."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from casefiles.edit_kinds import ChangeLayer, RemoveLayer
from casefiles.errors import MapFileGone
from casefiles.map_types import MapLayer, MapLayerId, rank_at
from casefiles.usecases.map_layers import find_again
from mapview.qt.ground_stack import Ground, GroundStack
from mapview.qt.map_view import MapView
from ui.panels.map_corners import MapCorners
from ui.session import Session
from ui.views.layers_popover import LayersPopover

_TABLES = frozenset({"map_layers", "base_maps"})
_MARGIN_PX = 40


class MapLayers(QObject):
    """Keeps the ground of a map as the case has it, and opens the popover of its layers."""

    changed = Signal()
    """Another ground is shown."""
    add_wanted = Signal()
    """Somebody wants to add a map file."""
    lay_wanted = Signal(object)
    """A site plan (`MapLayer`) is to be laid elsewhere, by pairs of points."""

    def __init__(self, session: Session, shown: MapView, corners: MapCorners) -> None:
        super().__init__(shown)
        self._session = session
        self._map = shown
        self._stack = GroundStack()
        self._told: dict[MapLayerId, str] = {}
        self._popover: LayersPopover | None = None
        self.ground = Ground()
        self.button = corners.add_button("layers", self.tr("Layers of the map"), self.open)
        session.case_changed.connect(self._read_case)
        session.data_changed.connect(self._read_changed)
        session.undo.canUndoChanged.connect(self._show_popover)
        self._read()

    @property
    def popover(self) -> LayersPopover | None:
        """The one that is open."""
        return self._popover if self._popover is not None and isValid(self._popover) else None

    def open(self) -> None:
        """Opens the popover at its button."""
        popover = LayersPopover(self._map.window())
        self._popover = popover
        popover.shown_wanted.connect(self._set_shown)
        popover.opacity_wanted.connect(self._fade)
        popover.rename_wanted.connect(self._rename)
        popover.move_wanted.connect(self._move)
        popover.remove_wanted.connect(self._remove)
        popover.look_wanted.connect(self._look)
        popover.lay_wanted.connect(self.lay_wanted)
        popover.check_wanted.connect(self._check)
        popover.add_wanted.connect(self.add_wanted)
        popover.undo_wanted.connect(self._session.undo.undo)
        self._show_popover()
        popover.open_beside(self.button)

    # -- following the case

    def _read_case(self) -> None:
        """Another case, or none."""
        self._told = {}
        self._take(Ground())
        if self._session.case is None:
            # Not here: a reader may be at work on what it holds.
            self._session.reader.ask(self._stack.close, lambda _: None)
        self._read()

    def _read_changed(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._read()

    def _read(self) -> None:
        self._session.ask(self._stack.read, self._take, key="map-ground", failed=self._fail)

    def _take(self, ground: Ground) -> None:
        known = {layer.layer_id for layer in self.ground.known}
        for layer in ground.known if known else ():
            if layer.layer_id not in known:
                # It may lie where the map does not look.
                self._session.notice.emit(self.tr("Map {0} loaded").format(layer.name))
        self.ground = ground
        self._map.set_ground(ground.layers)
        self._show_popover()
        self.changed.emit()
        for layer_id, error in ground.problems.items():
            # Once, not with every change of another layer.
            if self._told.get(layer_id) != error.message:
                self._session.failed.emit(error)
        self._told = {key: error.message for key, error in ground.problems.items()}

    def _fail(self, error: BaseException) -> None:
        self._take(Ground())
        self._session.failed.emit(error)

    def _show_popover(self) -> None:
        popover = self.popover
        if popover is not None:
            popover.show_layers(
                self.ground.known, self.ground.problems, can_undo=self._session.undo.canUndo()
            )

    # -- what the popover asks for

    def _set_shown(self, layer: MapLayer, shown: bool) -> None:
        words = self.tr("showing map layer {0}") if shown else self.tr("hiding map layer {0}")
        self._do(words, replace(layer, shown=shown))

    def _fade(self, layer: MapLayer, opacity: float) -> None:
        self._do(self.tr("opacity of map layer {0}"), replace(layer, opacity=opacity))

    def _rename(self, layer: MapLayer, name: str) -> None:
        self._do(self.tr("name of map layer {0}"), replace(layer, name=name))

    def _move(self, layer: MapLayer, place: int) -> None:
        rank = rank_at(self.ground.known, layer.layer_id, place)
        self._do(self.tr("place of map layer {0}"), replace(layer, rank=rank))

    def _remove(self, layer: MapLayer) -> None:
        words = self.tr("removal of map layer {0}").format(layer.name)
        self._session.do(words, RemoveLayer(layer.layer_id))

    def _do(self, words: str, layer: MapLayer) -> None:
        self._session.do(words.format(layer.name), ChangeLayer(layer))

    def _look(self, layer: MapLayer) -> None:
        bounds = self.ground.bounds.get(layer.layer_id)
        if bounds is not None:
            self._map.show_viewport(self._map.view.fitted(bounds, margin_px=_MARGIN_PX))

    def _check(self, layer: MapLayer) -> None:
        """Reads the file once more; asks for it where it is not there."""
        known = layer.tiles
        problem = self.ground.problems.get(layer.layer_id)
        if known is None:
            return
        if not isinstance(problem, MapFileGone):
            self._read_again(layer, known.path)
            return
        window: QWidget = self._map.window()
        dialog = QFileDialog(window, self.tr("Where is {0} now?").format(known.path.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._read_again(layer, Path(name)))
        dialog.open()

    def _read_again(self, layer: MapLayer, path: Path) -> None:
        words = self.tr("file of map layer {0}").format(layer.name)
        self._session.run(
            self.tr("Check {0}").format(path.name),
            lambda _: find_again(layer, path),
            on_done=lambda edit: self._session.do(words, edit),
        )
