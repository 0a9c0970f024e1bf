"""The bar on the map: how many cameras are chosen, by what, and what can be done with them."""

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon
from ui.models.chosen_cameras import ChosenCameras
from ui.theme import THEME, text_font
from ui.views.flow import FlowLayout

_LEAST_M: Final = 1.0
_MOST_M: Final = 100_000.0
_EDGE_PX: Final = 8
_BUTTONS_PX: Final = 44
_SCALE_PX: Final = 44
"""What the buttons at the right and the scale bar below need."""
_ROW_PX: Final = 28
_OF_REGION: Final = ("map.coverage", "map.canvass")
"""Not of the cameras, but of what was drawn."""
_NARROW_PX: Final = 640
"""On a map below this, buttons are pictures only."""
_SMALL_PX: Final = (400, 300)
"""On a map narrower or lower than this, what does not fit on one line is in a menu."""


class ChosenBar(QWidget):
    """Lies over the lower edge of the map, which must not move under a hand that goes on choosing;
    hidden while nothing is chosen and no region is drawn."""

    wanted = Signal(str)
    """What is to be done with the chosen cameras: the id of a command."""

    def __init__(self, chosen: ChosenCameras, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("map-chosen")
        self.setAccessibleName(self.tr("Chosen cameras"))
        self._chosen = chosen
        self.said = QLabel()
        self.said.setObjectName("map-chosen-said")
        self.said.setFont(text_font(13, bold=True))
        self.reach = QDoubleSpinBox()
        self.reach.setObjectName("map-chosen-reach")
        self.reach.setRange(_LEAST_M, _MOST_M)
        self.reach.setDecimals(0)
        self.reach.setKeyboardTracking(False)
        self.reach.valueChanged.connect(self._set_reach)
        self.seeing = QCheckBox(self.tr("also who sees it"))
        self.seeing.setObjectName("map-chosen-seeing")
        self.seeing.setToolTip(
            self.tr("With cameras that stand outside and whose view meets what was drawn")
        )
        self.seeing.setChecked(chosen.with_seeing)
        self.seeing.toggled.connect(chosen.set_with_seeing)
        # The flow keeps no margins of its own.
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_EDGE_PX, 4, _EDGE_PX, 4)
        self._flow = flow = FlowLayout(spacing=6)
        rows.addLayout(flow)
        for widget in (self.said, self.reach, self.seeing):
            widget.setMinimumHeight(_ROW_PX)
            flow.addWidget(widget)
        self.buttons: dict[str, QPushButton] = {}
        self._texts: dict[str, str] = {}
        for name, picture, text, tip in (
            ("map.tiles", "tiles-4", self.tr("Tiles"),
             self.tr("Those with footage at the time shown (Enter on the map)")),
            ("map.search", "search", self.tr("Search here"),
             self.tr("Puts them into the question, with the marked span where there is one")),
            ("map.rapid", "faster", self.tr("Rapid review"), self.tr("Of these cameras")),
            ("map.analyse", "device", self.tr("Analyse"), self.tr("All their recordings")),
            ("map.coverage", "coverage", self.tr("Streets"),
             self.tr("Who saw the streets in it when, in the marked span where there is one")),
            ("map.canvass", "user", self.tr("Others"),
             self.tr("Who else may have a camera in it, and whom to ask first")),
            ("map.list", "list", self.tr("List"), self.tr("Who they are, and their footage")),
        ):  # fmt: skip
            button = QPushButton(text)
            button.setObjectName(name.replace(".", "-"))
            button.setAccessibleName(text)
            button.setToolTip(f"{text}: {tip}")
            self._texts[name] = text
            button.clicked.connect(partial(self.wanted.emit, name))
            button.setProperty("picture", picture)
            self.buttons[name] = button
            flow.addWidget(button)
        self.more_button = QPushButton(self.tr("Do…"))
        self.more_button.setObjectName("map-chosen-more")
        self.more_button.setAccessibleName(self.tr("What is to be done with them"))
        self.more_button.setToolTip(self.tr("What is to be done with them"))
        self.more_button.setMinimumHeight(_ROW_PX)
        self.more_button.clicked.connect(self._open_menu)
        flow.addWidget(self.more_button)
        self.close_button = QToolButton()
        self.close_button.setObjectName("map-chosen-clear")
        self.close_button.setAccessibleName(self.tr("Choose none"))
        self.close_button.setToolTip(self.tr("Choose none (Esc on the map)"))
        self.close_button.clicked.connect(chosen.clear)
        flow.addWidget(self.close_button)
        over.installEventFilter(self)
        chosen.changed.connect(self._follow)
        THEME.changed.connect(self._tint)
        self._tint()
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The map has another size."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        over, flow = self._over, self._flow
        for name, button in self.buttons.items():
            button.setText("" if over.width() < _NARROW_PX else self._texts[name])
        room = max(over.width() - 2 * _EDGE_PX - _BUTTONS_PX, 120)
        self._show_parts(small=False)
        in_one_line = self._line_px()
        low, narrow = over.height() < _SMALL_PX[1], over.width() < _SMALL_PX[0]
        if (low or narrow) and in_one_line > room - 2 * _EDGE_PX:
            self._show_parts(small=True)
            in_one_line = self._line_px()
        wide = min(room - 2 * _EDGE_PX, in_one_line)
        high = flow.heightForWidth(wide) + 8
        top = max(over.height() - high - _SCALE_PX, 0)
        self.setGeometry(_EDGE_PX, top, wide + 2 * _EDGE_PX, high)

    def _line_px(self) -> int:
        """As wide as all that is shown is on one line."""
        items = [self._flow.itemAt(index) for index in range(self._flow.count())]
        hints = [one.sizeHint().width() for one in items if not one.isEmpty()]
        return sum(hints) + self._flow.spacing() * len(hints)

    def _show_parts(self, *, small: bool) -> None:
        """All there is to do, or how many there are and a menu."""
        region = self._chosen.region
        for name, button in self.buttons.items():
            button.setVisible(not small and (region is not None or name not in _OF_REGION))
        self.reach.setVisible(not small and region is not None and region.kind != "area")
        self.seeing.setVisible(not small and region is not None)
        self.more_button.setVisible(small)
        self.said.setText(self._count_words() if small else self._words())
        self.said.setToolTip(self._words())

    def _open_menu(self) -> None:
        menu = QMenu(self.more_button)
        menu.setObjectName("map-chosen-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        region = self._chosen.region
        if region is not None:
            seeing = menu.addAction(self.seeing.text())
            seeing.setCheckable(True)
            seeing.setChecked(self.seeing.isChecked())
            seeing.toggled.connect(self.seeing.setChecked)
            if region.kind != "area":
                menu.addAction(f"{self.reach.text()}…", self._ask_reach)
            menu.addSeparator()
        for name, button in self.buttons.items():
            if region is not None or name not in _OF_REGION:
                action = menu.addAction(button.icon(), self._texts[name])
                action.setEnabled(button.isEnabled())
                action.triggered.connect(button.clicked)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().topLeft()))

    def _ask_reach(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setWindowTitle(self.reach.accessibleName())
        dialog.setLabelText(self.reach.accessibleName())
        dialog.setDoubleDecimals(0)
        dialog.setDoubleRange(_LEAST_M, _MOST_M)
        dialog.setDoubleValue(self.reach.value())
        dialog.doubleValueSelected.connect(self.reach.setValue)
        dialog.open()

    def _follow(self) -> None:
        chosen, region = self._chosen, self._chosen.region
        count = len(chosen.ids)
        self.setVisible(bool(count) or region is not None)
        for name, button in self.buttons.items():
            button.setEnabled(count > 0 or name in _OF_REGION)
        has_reach = region is not None and region.kind != "area"
        if region is not None and has_reach:
            # Written by what was drawn: that must not be rounded by writing it.
            self.reach.blockSignals(True)
            is_route = region.kind == "route"
            self.reach.setPrefix(self.tr("width ") if is_route else self.tr("radius "))
            self.reach.setSuffix(" m")
            self.reach.setAccessibleName(
                self.tr("Width of the route in metres")
                if is_route
                else self.tr("Radius of the circle in metres")
            )
            self.reach.setValue(region.reach_m * (2 if is_route else 1))
            self.reach.blockSignals(False)
        self._place()

    def _count_words(self) -> str:
        count = len(self._chosen.ids)
        return self.tr("1 camera") if count == 1 else self.tr("{0} cameras").format(count)

    def _words(self) -> str:
        chosen, text = self._chosen, self._count_words()
        if chosen.region is None:
            return text
        picked = chosen.picked
        if chosen.with_seeing and picked.seeing:
            return self.tr("{0}: {1} in it, {2} see it").format(
                text, len(picked.inside), len(picked.seeing)
            )
        return text

    def _set_reach(self, value: float) -> None:
        region = self._chosen.region
        if region is not None and region.kind != "area":
            self._chosen.set_reach(value / 2 if region.kind == "route" else value)

    def _tint(self) -> None:
        for button in self.buttons.values():
            button.setIcon(icon(str(button.property("picture"))))
        self.close_button.setIcon(icon("close"))
