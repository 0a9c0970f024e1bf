"""The time that the map shows, and the bar below it to choose one.

As long as it is tied, it is the time of the player. A date without footage can be shown as well:
then the map has a time of its own, says so, and the player stays where it is.
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import Placement
from casefiles.view_types import CaseView
from mapview.layers import placement_changes
from mapview.time_strip import TimeStrip
from ui.icons import icon
from ui.models.wall_text import moment
from ui.panels.map_time_strip import TimeStripView
from ui.session import Session
from ui.theme import THEME, set_property, text_font
from video.clock import wall_from_ns, zone_of
from video.types import TimeNs

_MINUTE_NS: Final = 60_000_000_000
_BUTTON_PX: Final = 28
_STRIP_BESIDE_PX: Final = 160
"""A strip narrower than this is worth less than a second row."""


class MapTime(QWidget):
    """A strip of all dates of the case, and the time on it that the map shows."""

    changed = Signal()
    """`wall_ns` is another one."""
    span_changed = Signal()
    """`span` is another one: with the time, or because another length was chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map-time")
        self._session = session
        self._own_ns: int | None = None
        self._zone_name = ""
        self._dates: dict[tuple[int | None, int | None], str] = {}
        """Words of dates in the zone of the case: of hundreds of placements, again and again."""
        self.strip = TimeStripView()
        self.link = _button("link", self.tr("The map shows the time of the player"))
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.earlier = _button("step-back", self.tr("Where cameras changed before (Page up)"))
        self.later = _button("step-forward", self.tr("Where cameras change next (Page down)"))
        self.label = QLabel()
        self.label.setObjectName("map-time-label")
        self.label.setFont(text_font(11))
        self.length = QComboBox()
        self.length.setObjectName("map-time-window")
        self.length.setAccessibleName(self.tr("Paths of how long"))
        self.length.setToolTip(self.tr("How much time around the one shown paths and tracks cover"))
        for text, length_ns in (
            (self.tr("10 min"), 10 * _MINUTE_NS), (self.tr("1 h"), 60 * _MINUTE_NS),
            (self.tr("1 day"), 1440 * _MINUTE_NS), (self.tr("all times"), 0),
        ):  # fmt: skip
            self.length.addItem(text, length_ns)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 4)
        rows.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        for widget in (self.link, self.earlier, self.later):
            self._row.addWidget(widget)
        self._row.addWidget(self.strip, 1)
        self._row.addWidget(self.length)
        rows.addLayout(self._row)
        rows.addWidget(self.label)
        self.link.toggled.connect(self._tie)
        self.earlier.clicked.connect(lambda: self.step_change(-1))
        self.later.clicked.connect(lambda: self.step_change(1))
        self.strip.chosen.connect(self.go_to)
        self.strip.stepped.connect(self.step_change)
        self.length.currentIndexChanged.connect(lambda _: self.span_changed.emit())
        session.playhead_changed.connect(self._follow)
        session.view_changed.connect(self._read)
        session.case_changed.connect(self._read_case)
        THEME.changed.connect(self._dress)
        self._dress()
        self._read()

    @property
    def is_tied(self) -> bool:
        """Whether the time shown is the player's."""
        return self._own_ns is None

    @property
    def wall_ns(self) -> int | None:
        """The wall time that the map shows; None before anything is shown."""
        return (self._session.playhead_ns or None) if self._own_ns is None else self._own_ns

    @property
    def span(self) -> tuple[int, int] | None:
        """From-to in wall nanoseconds around the time shown; None for all times."""
        length, now = int(self.length.currentData()), self.wall_ns
        if not length or now is None:
            return None
        return now - length // 2, now + length // 2

    @property
    def span_words(self) -> str:
        """The span in words."""
        span = self.span
        if span is None:
            return self.tr("all times")
        return self.tr("{0} to {1}").format(self.words(span[0]), self.words(span[1]))

    def go_to(self, wall_ns: int) -> None:
        """Shows another time: with the player where it is tied and has footage then, else the map
        alone."""
        if self.is_tied and self.strip.strip.has_footage(wall_ns):
            self._session.go_to(wall_ns)
            return
        self._own_ns = wall_ns
        self.link.setChecked(False)
        self._tell()

    def show_alone(self, wall_ns: int) -> None:
        """Shows a time of its own, whatever the player shows."""
        self.link.setChecked(False)
        self.go_to(wall_ns)

    def tie(self) -> None:
        """Shows the time of the player again."""
        self.link.setChecked(True)

    def step_change(self, by: int) -> None:
        """To the next (or previous) date at which a camera comes, goes or moves."""
        now, strip = self.wall_ns, self.strip.strip
        if now is None:
            now = strip.whole[0] if strip.whole is not None else 0
        found = strip.change_after(now) if by > 0 else strip.change_before(now)
        if found is not None:
            self.go_to(found)

    def words(self, wall_ns: int | None) -> str:
        """A wall time in the zone of the case, to the second."""
        return "" if wall_ns is None else moment(wall_ns, self._zone_name)

    def dates(self, placement: Placement) -> str:
        """From when to when a placement holds, by days."""
        known = placement.from_ns, placement.to_ns
        words = self._dates.get(known)
        if words is None:
            words = self._dates[known] = self._date_words(*known)
        return words

    def _date_words(self, begun: int | None, ended: int | None) -> str:
        first = "" if begun is None else f"{self._there(begun):%Y-%m-%d}"
        last = "" if ended is None else f"{self._there(ended):%Y-%m-%d}"
        if first and last:
            return self.tr("{0} to {1}").format(first, last)
        if first:
            return self.tr("from {0}").format(first)
        return self.tr("until {0}").format(last) if last else ""

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest of the two rows, the words below the strip."""
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 16
        buttons = 3 * (_BUTTON_PX + 4) + self.strip.minimumWidth() + 4
        wide = max(buttons + self.length.minimumSizeHint().width(), self._words_px())
        return QSize(wide + margins, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words beside the strip where there is room for both, else below."""
        super().resizeEvent(event)
        taken = 3 * (_BUTTON_PX + 4) + self.length.sizeHint().width() + self._words_px() + 32
        beside = self.width() - taken >= _STRIP_BESIDE_PX
        if beside != (self._row.indexOf(self.label) >= 0):
            outer = self.layout()
            if beside and outer is not None:
                outer.removeWidget(self.label)
                self._row.insertWidget(self._row.count() - 1, self.label)
            elif outer is not None:
                self._row.removeWidget(self.label)
                outer.addWidget(self.label)

    def _words_px(self) -> int:
        """How wide the longest words are: the strip must not jump when they change."""
        longest = self.tr("map only: {0}").format("0000-00-00 00:00:00 UTC+00:00")
        return self.label.fontMetrics().horizontalAdvance(longest) + 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ties it to the player again."""
        if event.key() == Qt.Key.Key_Escape and not self.is_tied:
            self.tie()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _there(self, wall_ns: int) -> datetime:
        return wall_from_ns(wall_ns).astimezone(zone_of(self._zone_name or "UTC"))

    def _tie(self, on: bool) -> None:
        if on and self._own_ns is not None:
            self._own_ns = None
            self._tell()
        elif not on and self._own_ns is None:
            self._own_ns = self.wall_ns or (self.strip.strip.whole or (0, 0))[1]
            self._tell()

    def _follow(self, _: int) -> None:
        if self.is_tied:
            self._tell()

    def _read_case(self) -> None:
        self._own_ns = None
        self.link.setChecked(True)
        self._read()

    def _read(self) -> None:
        view = self._session.view
        self._zone_name = "" if view is None else view.zone_name
        self._dates.clear()
        self.strip.show_strip(TimeStrip() if view is None else strip_of(view))
        self.setVisible(self.strip.strip.whole is not None)
        self._tell()

    def _tell(self) -> None:
        now = self.wall_ns
        self.strip.show_time(now)
        words = self.words(now)
        self.label.setText(words if self.is_tied else self.tr("map only: {0}").format(words))
        self.strip.setAccessibleDescription(self.label.text())
        self.changed.emit()
        self.span_changed.emit()

    def _dress(self) -> None:
        for button, name in (
            (self.link, "link"), (self.earlier, "step-back"), (self.later, "step-forward"),
        ):  # fmt: skip
            button.setIcon(icon(name))
        set_property(self.label, "dim", True)
        self.strip.update()


def strip_of(view: CaseView) -> TimeStrip:
    """All dates of a case: of its placements, and of recordings whose start is known."""
    footage = []
    for source in view.sources:
        if source.clock is not None:
            begin = source.clock.to_wall_ns(TimeNs(0))
            footage.append((begin, begin + source.duration_ns))
    return TimeStrip.of(placement_changes(view.cameras), footage)


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"map-time-{name}")
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.setIconSize(QSize(16, 16))
    button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
    return button
