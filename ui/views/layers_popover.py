"""What opens at the layers button of the map: what it is painted from, to tick, order and fade."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.map_types import LayerKind, MapLayer, MapLayerId
from resources.errors import UserError
from ui.icons import icon
from ui.theme import set_property, text_font
from ui.views.check_list import labelled

_MOST_ROWS: Final = 10
_ROW: Final = 30
_WIDTH: Final = 360
_ICONS: Final[dict[LayerKind, str]] = {
    "outlines": "zone", "tiles": "layout", "geojson": "map", "plan": "overlay",
}  # fmt: skip


class _Rows(QListWidget):
    """Layers, highest first, moved by the mouse or by Ctrl+arrows."""

    moved = Signal(int, int)
    """From which row to which, counted as if it lay nowhere meanwhile."""
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Up and Ctrl+Down move the layer, Delete takes it away, F2 renames, Space ticks."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        row = self.currentRow()
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if row >= 0 and 0 <= row + step < self.count():
                self.moved.emit(row, row + step)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """A row was dropped between others; the case says how they lie then."""
        row, over = self.currentRow(), self.indexAt(event.position().toPoint())
        to = over.row() if over.isValid() else self.count()
        below = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
        to += over.isValid() and below
        to -= to > row
        # Handled here: the list would move its row itself, and show what the case does not hold.
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if row >= 0 and to != row:
            self.moved.emit(row, to)


class LayersPopover(QFrame):
    """A small window that goes away when one clicks beside it. It changes nothing itself."""

    shown_wanted = Signal(object, bool)
    """A `MapLayer`, and whether it is to be shown."""
    opacity_wanted = Signal(object, float)
    rename_wanted = Signal(object, str)
    move_wanted = Signal(object, int)
    """A `MapLayer`, and how many are to lie below it."""
    remove_wanted = Signal(object)
    look_wanted = Signal(object)
    """The map is to show where a `MapLayer` lies."""
    lay_wanted = Signal(object)
    """A site plan (`MapLayer`) is to be laid elsewhere."""
    check_wanted = Signal(object)
    """The file of a `MapLayer` is to be looked for, or read again."""
    add_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("map-layers")
        self.setAccessibleName(self.tr("Layers of the map"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedWidth(_WIDTH)
        self._layers: tuple[MapLayer, ...] = ()
        self._problems: Mapping[MapLayerId, UserError] = {}
        self.rows = _Rows()
        labelled(self.rows, "map-layer-list", self.tr("Layers, highest first"))
        self.rows.setToolTip(
            self.tr("Space shows or hides, Ctrl+arrows move, F2 renames, Delete takes away")
        )
        heading = QLabel(self.tr("Layers of the map"))
        heading.setFont(text_font(13, bold=True))
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(heading, 1)
        self.undo_button = _button(head, "undo", self.tr("Undo the last change"))
        self.add_button = _button(head, "add", self.tr("Add a map…"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        labelled(self.slider, "map-layer-opacity", self.tr("How far the layer hides those below"))
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.percent = QLabel()
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("100 %") + 4)
        foot.addWidget(self.slider, 1)
        foot.addWidget(self.percent)
        self.look_button = _button(foot, "fit", self.tr("Show where the layer lies"))
        self.lay_button = _button(foot, "link", self.tr("Lay the site plan by pairs of points…"))
        self.check_button = _button(foot, "check", self.tr("Find the file again…"))
        self.remove_button = _button(foot, "trash", self.tr("Take the layer off the map (Delete)"))
        self.problem = QLabel()
        self.problem.setObjectName("map-layer-problem")
        self.problem.setWordWrap(True)
        self.none_yet = QLabel(
            self.tr("Add GeoJSON, MBTiles, PMTiles, or the picture of a site plan.")
        )
        self.none_yet.setWordWrap(True)
        set_property(self.none_yet, "dim", True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addWidget(self.rows)
        rows.addLayout(foot)
        rows.addWidget(self.problem)
        rows.addWidget(self.none_yet)
        self._connect()

    @property
    def layer(self) -> MapLayer | None:
        """The current one."""
        row = self.rows.currentRow()
        return self._layers[row] if 0 <= row < len(self._layers) else None

    def show_layers(
        self,
        layers: Sequence[MapLayer],
        problems: Mapping[MapLayerId, UserError],
        *,
        can_undo: bool,
    ) -> None:
        """Lists these, given lowest first; the current one stays current."""
        current = self.layer
        self._layers, self._problems = tuple(reversed(layers)), problems
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for one in self._layers:
                bad = one.layer_id in problems
                item = QListWidgetItem(icon("warning" if bad else _ICONS[one.kind]), one.name)
                item.setSizeHint(QSize(0, _ROW))
                item.setFlags(
                    item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
                )
                item.setCheckState(Qt.CheckState.Checked if one.shown else Qt.CheckState.Unchecked)
                item.setToolTip(_said(problems[one.layer_id]) if bad else one.name)
                self.rows.addItem(item)
            known = [one.layer_id for one in self._layers]
            wanted = None if current is None else current.layer_id
            self.rows.setCurrentRow(known.index(wanted) if wanted in known else 0)
        self.rows.setFixedHeight(_ROW * min(max(len(known), 1), _MOST_ROWS) + 4)
        self.none_yet.setVisible(all(one.kind == "outlines" for one in self._layers))
        self.undo_button.setEnabled(can_undo)
        self._show_current()

    def open_beside(self, place: QWidget) -> None:
        """Shows itself left of a widget, inside the screen."""
        self.adjustSize()
        screen = place.screen().availableGeometry()
        corner = place.mapToGlobal(QPoint(-self.width() - 4, place.height() - self.height()))
        self.move(
            min(max(corner.x(), screen.left()), screen.right() - self.width()),
            max(screen.top(), min(corner.y(), screen.bottom() - self.height())),
        )
        self.show()
        self.rows.setFocus(Qt.FocusReason.PopupFocusReason)

    def _connect(self) -> None:
        self.rows.currentRowChanged.connect(self._show_current)
        self.rows.itemChanged.connect(self._changed)
        self.rows.moved.connect(
            lambda row, to: self.move_wanted.emit(self._layers[row], len(self._layers) - 1 - to)
        )
        self.rows.remove_wanted.connect(self._remove)
        self.slider.valueChanged.connect(self._fade)
        self.slider.sliderReleased.connect(self._fade)
        self.remove_button.clicked.connect(self._remove)
        self.look_button.clicked.connect(lambda: self.look_wanted.emit(self.layer))
        self.undo_button.clicked.connect(self.undo_wanted)
        # What these open would lie below a popup.
        self.lay_button.clicked.connect(lambda: self._leave(self.lay_wanted, self.layer))
        self.check_button.clicked.connect(lambda: self._leave(self.check_wanted, self.layer))
        self.add_button.clicked.connect(lambda: self._leave(self.add_wanted))

    def _leave(self, signal: SignalInstance, *what: object) -> None:
        self.close()
        signal.emit(*what)

    def _changed(self, item: QListWidgetItem) -> None:
        layer = self._layers[self.rows.row(item)]
        shown, name = item.checkState() is Qt.CheckState.Checked, item.text().strip()
        if shown != layer.shown:
            self.shown_wanted.emit(layer, shown)
        elif name and name != layer.name:
            self.rename_wanted.emit(layer, name)
        elif name != item.text():
            item.setText(layer.name)

    def _fade(self) -> None:
        value, layer = self.slider.value(), self.layer
        self.percent.setText(f"{value} %")
        # While it is dragged, only what is said of it follows: each edit is kept for ever.
        if layer is None or self.slider.isSliderDown() or value == round(layer.opacity * 100):
            return
        self.opacity_wanted.emit(layer, value / 100)

    def _remove(self) -> None:
        layer = self.layer
        if layer is not None and layer.kind != "outlines":
            self.remove_wanted.emit(layer)

    def _show_current(self) -> None:
        layer = self.layer
        problem = None if layer is None else self._problems.get(layer.layer_id)
        with QSignalBlocker(self.slider):
            self.slider.setValue(0 if layer is None else round(layer.opacity * 100))
        self.percent.setText(f"{self.slider.value()} %")
        self.slider.setEnabled(layer is not None)
        self.look_button.setEnabled(layer is not None and layer.shown and problem is None)
        self.lay_button.setVisible(layer is not None and layer.kind == "plan")
        self.check_button.setVisible(layer is not None and layer.kind == "tiles")
        self.remove_button.setEnabled(layer is not None and layer.kind != "outlines")
        self.problem.setVisible(problem is not None)
        self.problem.setText("" if problem is None else _said(problem))
        self.adjustSize()


def _button(row: QHBoxLayout, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    labelled(button, f"layer-{name}", tip)
    button.setToolTip(tip)
    button.setIcon(icon(name))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    row.addWidget(button)
    return button


def _said(problem: UserError) -> str:
    return f"{problem.message}. {problem.hint}"
