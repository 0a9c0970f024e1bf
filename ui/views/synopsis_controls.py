"""The controls of Rapid Review: what is shown and how dense above the pictures, playing below."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from casefiles.synopsis_types import SynopsisOptions
from casefiles.types import SourceId
from ui.icons import icon
from ui.theme import THEME, digits_font, set_property, text_font
from ui.views.check_list import labelled
from ui.views.flow import FlowLayout
from ui.views.synopsis_scrub import SynopsisScrub

_SIDE: Final = 28
_ICON: Final = 20
_STEPS: Final = 20
_SLIDER: Final = 80
_LONGEST_S: Final = 36_000
_MOST_AT_ONCE: Final = 200
_ARROWS: Final = 36
"""Beside the text of a spin box, and of a check box, which do not ask for all of it."""
_BOX: Final = 30


class SynopsisControls(QWidget):
    """Cameras, density, length, order; tells what is wanted."""

    options_changed = Signal(object)
    """Other options (`SynopsisOptions`)."""
    sources_changed = Signal(object)
    """Other recordings (`tuple[SourceId, ...]`); none: all."""
    export_wanted = Signal()

    def __init__(self, options: SynopsisOptions) -> None:
        super().__init__()
        self._options = options
        self._sources: dict[SourceId, str] = {}
        self._chosen: set[SourceId] = set()
        self.cameras = QToolButton()
        labelled(self.cameras, "synopsis-cameras", self.tr("Recordings shown"))
        self.cameras.setToolTip(self.tr("Which recordings are shown together"))
        self.cameras.setText(self.tr("All recordings"))
        self.cameras.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cameras.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.cameras)
        self.menu.setObjectName("synopsis-cameras-menu")
        self.menu.aboutToShow.connect(self._fill_menu)
        self._fill_menu()
        self.cameras.setMenu(self.menu)
        self.density = QSlider(Qt.Orientation.Horizontal)
        labelled(self.density, "synopsis-density", self.tr("Density"))
        self.density.setToolTip(self.tr("Denser is shorter, and objects cover each other more"))
        self.density.setRange(0, _STEPS)
        self.density.setValue(round(options.density * _STEPS))
        self.density.setFixedWidth(_SLIDER)
        self.length = QSpinBox()
        labelled(self.length, "synopsis-length", self.tr("Length at most"))
        self.length.setToolTip(self.tr("How long the show is at most, in seconds"))
        self.length.setRange(0, _LONGEST_S)
        self.length.setSpecialValueText(self.tr("shortest"))
        self.length.setSuffix(self.tr(" s"))
        self.length.setSingleStep(10)
        self.length.setKeyboardTracking(False)
        self.at_once = QSpinBox()
        labelled(self.at_once, "synopsis-at-once", self.tr("Objects at once at most"))
        self.at_once.setToolTip(self.tr("How many objects are shown together at most"))
        self.at_once.setRange(0, _MOST_AT_ONCE)
        self.at_once.setSpecialValueText(self.tr("usual"))
        self.at_once.setKeyboardTracking(False)
        self.in_order = QCheckBox(self.tr("In order"))
        labelled(self.in_order, "synopsis-order", self.tr("In order of recording"))
        self.in_order.setToolTip(
            self.tr("Nothing of different times together; only empty stretches are left out")
        )
        self.doubtful = QCheckBox(self.tr("Uncertain"))
        labelled(self.doubtful, "synopsis-doubtful", self.tr("Show uncertain ones"))
        self.doubtful.setToolTip(self.tr("Also what was seen with little confidence"))
        self.doubtful.setChecked(True)
        self.more = QToolButton()
        labelled(self.more, "synopsis-more-menu", self.tr("More of what is shown"))
        self.more.setToolTip(self.tr("Heat maps, stills, contact sheet, map"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMinimumWidth(_SIDE)
        self.more_menu = QMenu(self.more)
        self.more_menu.setObjectName("synopsis-more-menu-items")
        self.more.setMenu(self.more_menu)
        self.export = QToolButton()
        labelled(self.export, "synopsis-export", self.tr("Export"))
        self.export.setToolTip(self.tr("Export as a video with a list of all objects"))
        self.export.setMinimumWidth(_SIDE)
        for one in (self.cameras, self.density, self.length, self.at_once, self.in_order,
                    self.doubtful, self.more, self.export):  # fmt: skip
            one.setMinimumHeight(_SIDE)
        for field in (self.length, self.at_once):
            field.setMinimumWidth(_advance(field.specialValueText()) + _ARROWS)
        for box in (self.in_order, self.doubtful):
            box.setMinimumWidth(_advance(box.text()) + _BOX)
        flow = FlowLayout(self, spacing=8)
        for group in (
            (self.cameras,),
            (_said(self.tr("Density")), self.density),
            (_said(self.tr("Length")), self.length),
            (_said(self.tr("At once")), self.at_once),
            (self.in_order,),
            (self.doubtful,),
            (self.export, self.more),
        ):
            flow.addWidget(_row(*group))
        self.density.valueChanged.connect(self._tell)
        self.length.valueChanged.connect(self._tell)
        self.at_once.valueChanged.connect(self._tell)
        self.in_order.toggled.connect(self._tell)
        self.doubtful.toggled.connect(self._tell)
        self.export.clicked.connect(self.export_wanted)
        THEME.changed.connect(self._tint)
        self._tint()

    def list_sources(self, sources: Sequence[tuple[SourceId, str]]) -> None:
        """The recordings that can be shown, by name; those that were chosen stay chosen."""
        self._sources = dict(sources)
        self._chosen &= self._sources.keys()
        self._name_choice()

    def chosen(self) -> set[SourceId]:
        """The recordings that are checked; none: all are shown."""
        return set(self._chosen)

    def choose(self, source_ids: Collection[SourceId]) -> None:
        """Shows these recordings; none: all."""
        self._chosen = {one for one in source_ids if one in self._sources}
        self._choose()

    def _fill_menu(self) -> None:
        """When it is opened: a line for each of hundreds of recordings takes a while."""
        self.menu.clear()
        everything = self.menu.addAction(self.tr("All recordings"))
        everything.triggered.connect(lambda: self.choose(()))
        self.menu.addSeparator()
        for source_id, name in self._sources.items():
            action = self.menu.addAction(name.replace("&", "&&"))
            action.setData(int(source_id))
            action.setCheckable(True)
            action.setChecked(source_id in self._chosen)
            action.toggled.connect(partial(self._check, source_id))

    def _check(self, source_id: SourceId, on: bool) -> None:
        self._chosen = self._chosen | {source_id} if on else self._chosen - {source_id}
        self._choose()

    def _choose(self) -> None:
        self._name_choice()
        self.sources_changed.emit(tuple(sorted(self._chosen)))

    def _name_choice(self) -> None:
        chosen = self._chosen
        if not chosen:
            text = self.tr("All recordings")
        elif len(chosen) == 1:
            text = self._sources[next(iter(chosen))]
        else:
            text = self.tr("{0} of {1} recordings").format(len(chosen), len(self._sources))
        metrics = QFontMetrics(self.cameras.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 170)
        self.cameras.setText(shown.replace("&", "&&"))
        self.cameras.setAccessibleDescription(text)

    def _tell(self) -> None:
        self._options = replace(
            self._options,
            density=self.density.value() / _STEPS,
            length_s=float(self.length.value()) or None,
            order="chronological" if self.in_order.isChecked() else "dense",
            at_once=self.at_once.value() or None,
            with_doubtful=self.doubtful.isChecked(),
        )
        for one in (self.density, self.length, self.at_once):
            one.setEnabled(self._options.order == "dense")
        self.options_changed.emit(self._options)

    def _tint(self) -> None:
        self.export.setIcon(icon("export"))
        self.more.setIcon(icon("menu"))
        self.cameras.setIcon(icon("camera"))


class SynopsisTransport(QWidget):
    """Playing a synopsis: to the start, play, where it is, and the scrub bar."""

    def __init__(self) -> None:
        super().__init__()
        self.start = self._button("start", self.tr("To the start (Home)"))
        self.play = self._button("play", self.tr("Play or pause (Space)"))
        self.time = QLabel("–")
        labelled(self.time, "synopsis-time", self.tr("Place in the show"))
        self.time.setFont(digits_font(13))
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        self.time.setMinimumWidth(QFontMetrics(self.time.font()).horizontalAdvance("00:00 / 00:00"))
        self.scrub = SynopsisScrub()
        self.ratio = QLabel()
        labelled(self.ratio, "synopsis-ratio", self.tr("How much shorter than the footage"))
        self.ratio.setFont(digits_font(11))
        self.ratio.setTextFormat(Qt.TextFormat.PlainText)
        set_property(self.ratio, "dim", True)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        for widget in (self.start, self.play, self.time):
            across.addWidget(widget)
        across.addWidget(self.scrub, 1)
        across.addWidget(self.ratio)
        self._is_playing = False
        THEME.changed.connect(self._tint)
        self._tint()

    def set_playing(self, *, playing: bool, there: bool) -> None:
        """Whether it plays, and whether there is something to play."""
        for one in (self.start, self.play, self.scrub):
            one.setEnabled(there)
        if playing != self._is_playing:
            self._is_playing = playing
            self._tint()

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        labelled(button, f"synopsis-{name}", tip.partition(" (")[0])
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.setMinimumSize(_SIDE, _SIDE)
        button.setIconSize(QSize(_ICON, _ICON))
        return button

    def _tint(self) -> None:
        self.start.setIcon(icon("skip-start"))
        self.play.setIcon(icon("pause" if self._is_playing else "play"))


def _advance(text: str) -> int:
    return QFontMetrics(text_font(13)).horizontalAdvance(text)


def _said(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_property(label, "dim", True)
    return label


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(4)
    for widget in widgets:
        across.addWidget(widget)
    return holder
