"""Activity over time as a chart: how much of each kind all cameras saw, or the selected one."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from casefiles.types import SourceId
from casefiles.usecases.read_counts import Counts, read_counts
from ui.session import Session
from ui.theme import THEME, set_property
from ui.views.empty import EmptyState
from ui.views.timeline_overlay import length_text

if TYPE_CHECKING:  # loading it loads pyqtgraph
    from ui.views.count_chart import CountChart

_LEAST_BIN_PX: Final = 7
_READ_EVERY_MS: Final = 150
_TABLES: Final = frozenset({"runs", "tracks", "sources", "track_points"})


class ChartsPanel(QWidget):
    """Shows the range that the timeline shows; click goes there, drag marks a span."""

    seek_wanted = Signal(object)
    span_wanted = Signal(object, object)
    range_wanted = Signal(object, object)
    """A zoom by the wheel: the timeline is to show this, and the chart follows."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("charts-panel")
        self.setAccessibleName(self.tr("Activity"))
        self._session = session
        self.chart: CountChart | None = None
        """None until it was shown for the first time."""
        self._range = (0, 1)
        self._span: tuple[int, int] | None = None
        self._loading = False
        self._pause = QTimer(self, interval=_READ_EVERY_MS, singleShot=True)
        self._pause.timeout.connect(self._read)
        self.which = QComboBox()
        self.which.setObjectName("charts-cameras")
        self.which.setAccessibleName(self.tr("Cameras counted"))
        self.which.addItems([self.tr("All cameras"), self.tr("Selected camera")])
        self.which.currentIndexChanged.connect(self._read_soon)
        self.note = QLabel()
        self.note.setObjectName("charts-note")
        set_property(self.note, "dim", True)
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.addWidget(self.which)
        head.addWidget(self.note, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(head)
        rows.addWidget(self._stack, 1)
        session.case_changed.connect(self._show_case)
        session.view_changed.connect(self._read_soon)
        session.data_changed.connect(self._note_data)
        session.selection_changed.connect(self._selected)
        session.playhead_changed.connect(self._show_playhead)
        THEME.changed.connect(self._dress)
        self._show_case()

    def set_range(self, from_ns: int, to_ns: int) -> None:
        """The range of wall time to show; what the timeline shows."""
        if (from_ns, to_ns) != self._range:
            self._range = (from_ns, to_ns)
            self._read_soon()

    def set_span(self, span: tuple[int, int] | None) -> None:
        """The marked span."""
        self._span = span
        if self.chart is not None:
            self.chart.set_span(span)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.chart is None and not self._loading:
            # More than a second of imports: on a reader thread, the first time it is looked at.
            self._loading = True
            self._session.reader.ask(lambda: import_module("ui.views.count_chart"), self._make)
        self._read_soon()

    def _make(self, module: ModuleType) -> None:
        chart: CountChart = module.CountChart()
        chart.seek_wanted.connect(self.seek_wanted)
        chart.span_wanted.connect(self.span_wanted)
        chart.range_wanted.connect(self.range_wanted)
        self.chart = chart
        self._stack.addWidget(chart)
        self.setFocusProxy(chart)
        chart.set_span(self._span)
        self._show_playhead(self._session.playhead_ns)
        self._read_soon()

    def _show_case(self) -> None:
        self._show(Counts(), "UTC")
        self._read_soon()

    def _note_data(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._read_soon()

    def _selected(self) -> None:
        if self.which.currentIndex() == 1:
            self._read_soon()

    def _read_soon(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _read(self) -> None:
        view = self._session.view
        if view is None or self.chart is None or not self.isVisible():
            return
        (start, end), wanted, zone = self._range, self._wanted(), view.zone_name
        most = max(self.width() // _LEAST_BIN_PX, 10)
        self._session.ask(
            lambda case: read_counts(case, wanted, start, end, most),
            lambda counts: self._show(counts, zone),
            key="charts",
        )

    def _wanted(self) -> tuple[SourceId, ...] | None:
        view, camera = self._session.view, self._session.selection.camera_id
        if self.which.currentIndex() == 0 or view is None:
            return None
        chosen = self._session.selection.source_id
        return tuple(
            one.source_id
            for one in view.sources
            if one.source_id == chosen or (camera is not None and one.camera_id == camera)
        )

    def _show(self, counts: Counts, zone_name: str) -> None:
        total = int(counts.counts.sum())
        if self.chart is None or not counts.analysed:
            self._say_empty()
            return
        self._stack.setCurrentWidget(self.chart)
        self.chart.show_counts(counts, *self._range, zone_name)
        each = length_text(counts.bin_ns)
        self.note.setText(self.tr("{0} sightings · one bar is {1}").format(f"{total:,}", each))
        self.chart.setAccessibleDescription(self.note.text())

    def _say_empty(self) -> None:
        self._stack.setCurrentWidget(self.empty)
        self.note.clear()
        if self._session.case is None:
            self.empty.say(self.tr("No case is open"), "", "overlay")
        elif self.which.currentIndex() == 1 and not self._wanted():
            self.empty.say(
                self.tr("No camera is selected"),
                self.tr("Choose one on the timeline, the map or in the list."), "camera",
            )  # fmt: skip
        else:
            self.empty.say(
                self.tr("Nothing to count yet"),
                self.tr("Analyse recordings (Ctrl+Shift+A): what is seen is counted here."),
                "overlay",
            )

    def _show_playhead(self, wall_ns: int) -> None:
        if self.chart is not None and self.chart.isVisible():
            self.chart.set_playhead(wall_ns or None)

    def _dress(self) -> None:
        if self.chart is not None:
            self.chart.dress()
