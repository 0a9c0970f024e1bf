"""Playing and pausing, steps and rates, the clock of the playhead, and going to a time."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from resources.errors import UserError
from ui.icons import icon
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import camera_ns, doubt_words, local, zone_label
from ui.playback import Playback
from ui.session import Session
from ui.theme import THEME, digits_font, set_property, text_font
from ui.views.flow import FlowLayout

RATES: Final = (
    -64.0, -32.0, -16.0, -8.0, -4.0, -2.0, -1.0, -0.5, -0.25, -0.1,
    0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0,
)  # fmt: skip
_SIDE: Final = 28
_ICON: Final = 20
_HEIGHT: Final = 46
_FIELD: Final = 130
_LONGEST_DAY: Final = "2000-00-00 UTC+00:00"


class TransportPanel(QWidget):
    """Drives the player; knows which tile is focused from the selection of the session."""

    loop_wanted = Signal(bool)
    """The loop button was pressed: play the marked span again and again, or no longer."""

    def __init__(self, session: Session, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport-panel")
        self.setAccessibleName(self.tr("Transport"))
        self._session = session
        self._playback = playback
        self._icons: dict[QToolButton, str] = {}
        self.start_button = self._button("skip-start", self.tr("To the start (Home)"))
        self.back_button = self._button("step-back", self.tr("Previous frame (Left)"))
        self.play_button = self._button("play", self.tr("Play or pause (Space)"))
        self.next_button = self._button("step-forward", self.tr("Next frame (Right)"))
        self.end_button = self._button("skip-end", self.tr("To the end (End)"))
        self.slower_button = self._button("slower", self.tr("Slower, then backward (J)"))
        self.faster_button = self._button("faster", self.tr("Faster forward (L)"))
        self.loop_button = self._button("loop", self.tr("Loop the marked span (Ctrl+L)"))
        self.loop_button.setCheckable(True)
        self.tiles_button = self._button("tiles-4", self.tr("How many tiles (menu View)"))
        self.tiles_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.rate_box = self._rate_box()
        self.load_words = QLabel()
        self.clock, self.below_clock = QLabel(), QLabel()
        self.time_field, self.time_error = QLineEdit(), QLabel()
        self._dress()
        self._lay_out()
        self._connect()
        self._tint()
        self._follow_player()

    def focus_time(self) -> None:
        """Puts the keyboard into the field for going to a time."""
        self.time_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.time_field.selectAll()

    # -- made of

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"transport-{name}")
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setAutoRaise(True)
        button.setMinimumSize(_SIDE, _SIDE)
        button.setIconSize(QSize(_ICON, _ICON))
        self._icons[button] = name
        return button

    def _rate_box(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("transport-rate")
        box.setAccessibleName(self.tr("Rate"))
        box.setToolTip(self.tr("How fast to play; beyond 16× and −4× keyframes only are shown"))
        box.setMinimumHeight(_SIDE)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for rate in RATES:
            box.addItem(f"{rate:g}×".replace("-", "−"), rate)
        return box

    def _dress(self) -> None:
        self.clock.setObjectName("transport-clock")
        self.clock.setAccessibleName(self.tr("True time of the playhead"))
        self.clock.setFont(digits_font(22))
        self.below_clock.setObjectName("transport-clock-below")
        self.below_clock.setFont(digits_font(11))
        set_property(self.below_clock, "dim", True)
        # Room for the longest text: digits that come and go push nothing about.
        for label, longest in (
            (self.clock, "00:00:00.000"),
            (self.below_clock, self.tr("{0} · camera {1}").format(_LONGEST_DAY, "00:00:00")),
        ):
            label.setMinimumWidth(QFontMetrics(label.font()).horizontalAdvance(longest) + 4)
        for label in (self.clock, self.below_clock, self.time_error):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.load_words.setObjectName("transport-load")
        self.load_words.setAccessibleName(self.tr("How the tiles keep up"))
        self.load_words.setFont(digits_font(11))
        self.load_words.setTextFormat(Qt.TextFormat.PlainText)
        set_property(self.load_words, "dim", True)
        self.time_field.setObjectName("transport-go-to")
        self.time_field.setAccessibleName(self.tr("Go to a time"))
        self.time_field.setPlaceholderText(self.tr("Go to 17:24:31"))
        self.time_field.setToolTip(self.tr("A time of day, or a date, a time and a zone (Ctrl+G)"))
        self.time_field.setMinimumHeight(_SIDE)
        self.time_field.setFixedWidth(_FIELD)
        self.time_error.setObjectName("transport-go-to-error")
        self.time_error.setFont(text_font(11))
        set_property(self.time_error, "tone", "alert")
        self.time_error.hide()

    def _lay_out(self) -> None:
        """Groups side by side; in a narrow dock they wrap instead of being cut off."""
        clock, below = QVBoxLayout(), QVBoxLayout()
        for column, widgets in (
            (clock, (self.clock, self.below_clock)),
            (below, (self.time_field, self.time_error, self.load_words)),
        ):
            column.setSpacing(0)
            column.addStretch(1)
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
        holder = QWidget()
        flow = FlowLayout(holder, spacing=8)
        flow.addWidget(
            _group(
                _row(self.start_button, self.back_button, self.play_button, self.next_button,
                     self.end_button)
            )
        )  # fmt: skip
        flow.addWidget(
            _group(
                _row(
                    self.slower_button,
                    self.rate_box,
                    self.faster_button,
                    self.loop_button,
                    self.tiles_button,
                )
            )
        )
        flow.addWidget(_group(clock))
        flow.addWidget(_group(below))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 8, 2)
        column.addWidget(holder)

    def _connect(self) -> None:
        playback, session = self._playback, self._session
        self.start_button.clicked.connect(self._to_start)
        self.end_button.clicked.connect(self._to_end)
        self.back_button.clicked.connect(self._step_back)
        self.next_button.clicked.connect(self._step_on)
        self.play_button.clicked.connect(playback.toggle)
        self.slower_button.clicked.connect(self._slower)
        self.faster_button.clicked.connect(self._faster)
        self.loop_button.clicked.connect(self._loop)
        self.rate_box.activated.connect(self._choose_rate)
        self.time_field.returnPressed.connect(self._go)
        self.time_field.textEdited.connect(self._forget_error)
        playback.time_changed.connect(self._show_time)
        playback.state_changed.connect(self._follow_player)
        playback.load_changed.connect(self._show_load)
        session.view_changed.connect(self._show_time)
        session.case_changed.connect(self._follow_player)
        session.selection_changed.connect(self._show_time)
        THEME.changed.connect(self._tint)

    # -- gestures

    def _to_start(self) -> None:
        self._playback.seek(self._playback.span[0])

    def _to_end(self) -> None:
        self._playback.seek(self._playback.span[1])

    def _step_back(self) -> None:
        self._step(-1)

    def _step_on(self) -> None:
        self._step(1)

    def _step(self, frames: int) -> None:
        source_id = self._focused()
        if source_id is not None:
            self._playback.step(frames, source_id)

    def _slower(self) -> None:
        self._playback.shuttle(-1)

    def _faster(self) -> None:
        self._playback.shuttle(1)

    def _loop(self, on: bool) -> None:
        self.loop_wanted.emit(on)
        if not on:
            self._playback.set_loop(None)
        # Without a marked span nothing loops, and the button says so.
        self.loop_button.setChecked(self._playback.loop is not None)

    def _choose_rate(self, at: int) -> None:
        self._playback.set_rate(float(self.rate_box.itemData(at)))

    def _go(self) -> None:
        try:
            wall = wall_of_entry(self.time_field.text(), self._playback.wall_ns, self._zone())
        except UserError as error:
            self.time_error.setText(self.tr("Write it as 17:24:31"))
            self.time_error.show()
            self.time_error.setToolTip(str(error))
            self.time_field.setAccessibleDescription(str(error))
            return
        self._forget_error()
        self._playback.seek(wall)

    def _forget_error(self) -> None:
        self.time_error.hide()
        self.time_error.setToolTip("")
        self.time_field.setAccessibleDescription("")

    # -- what is shown

    def _focused(self) -> int | None:
        selected = self._session.selection.source_id
        open_ids = self._playback.source_ids
        return selected if selected in open_ids else next(iter(open_ids), None)

    def _zone(self) -> str:
        return self._session.view.zone_name if self._session.view is not None else "UTC"

    def _show_time(self) -> None:
        view = self._session.view
        if view is None or not self._playback.source_ids:
            self.clock.setText("–")
            self.below_clock.clear()
            return
        wall = self._playback.wall_ns
        there = local(wall, view.zone_name)
        self.clock.setText(f"{there:%H:%M:%S}.{there.microsecond // 1000:03d}")
        below = f"{there:%Y-%m-%d} {zone_label(there)}"
        focused = self._focused()
        source = None if focused is None else view.source(focused)
        if source is not None and source.clock is None:
            below = self.tr("{0} · time not known").format(below)
        elif source is not None and (shown := camera_ns(wall, source)) is not None:
            camera = local(shown, view.zone_name)
            below = self.tr("{0} · camera {1}").format(below, f"{camera:%H:%M:%S}")
        if source is not None and (doubt := doubt_words(source)):
            below = f"{below} · {doubt}"
        self.below_clock.setText(below)

    def _follow_player(self) -> None:
        playback = self._playback
        some = bool(playback.source_ids)
        for button in self._icons:
            button.setEnabled(some)
        self.rate_box.setEnabled(some)
        self.time_field.setEnabled(some)
        self._icons[self.play_button] = "pause" if playback.playing else "play"
        self.play_button.setIcon(icon(self._icons[self.play_button]))
        at = self.rate_box.findData(playback.rate)
        if at >= 0:
            self.rate_box.setCurrentIndex(at)
        self.loop_button.setChecked(playback.loop is not None)
        self._show_load()
        self._show_time()

    def _show_load(self) -> None:
        """Says where not every tile shows every frame; nothing while all is well. The whole of it
        is told under the pointer: there is no room for more."""
        load, short, whole = self._playback.load, [], []
        seen = load.tiles - load.hidden
        if self._playback.playing and load.reduced:
            short.append(self.tr("{0}/{1} live").format(load.live, seen))
            whole.append(
                self.tr("{0} of {1} tiles live, the others keyframes only").format(load.live, seen)
            )
        if load.hidden:
            short.append(self.tr("{0} paused").format(load.hidden))
            whole.append(self.tr("{0} paused: not visible").format(load.hidden))
        if self._playback.playing and load.unseen:
            short.append(self.tr("{0} missed").format(load.unseen))
            whole.append(self.tr("{0} frames not shown").format(load.unseen))
        self.load_words.setText(" · ".join(short))
        self.load_words.setToolTip(" · ".join(whole))
        self.load_words.setAccessibleDescription(" · ".join(whole))

    def _tint(self) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(0)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _group(layout: QLayout) -> QWidget:
    """A widget of the common height, so that groups of one line stand at one level."""
    group = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    group.setLayout(layout)
    group.setMinimumHeight(_HEIGHT)
    return group
