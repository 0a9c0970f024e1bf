"""Events besides footage on the map: symbols, what a tip says of them, and clicks."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from casefiles.case import Case
from casefiles.usecases.import_events import read_case_events
from mapview.qt.event_art import EventLayer
from mapview.qt.map_view import MapView
from ui.models.event_words import event_words
from ui.session import Selection, Session

_CLICK_PX = 4


class MapEvents(QObject):
    """Reads the events of the open case and shows those with a place on a map."""

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._session, self._map = session, view
        self._pressed: QPointF | None = None
        view.installEventFilter(self)
        session.case_changed.connect(self._read_case)
        session.data_changed.connect(self._read_changed)
        session.selection_changed.connect(self._choose)
        self._read_case()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tips and clicks on symbols; all else is the map's."""
        kind = event.type()
        if kind == QEvent.Type.ToolTip:
            help_ = cast("QHelpEvent", event)
            return self._tell(help_)
        if kind == QEvent.Type.MouseButtonPress:
            press = cast("QMouseEvent", event)
            self._pressed = (
                press.position() if press.button() == Qt.MouseButton.LeftButton else None
            )
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(cast("QMouseEvent", event).position())
        return super().eventFilter(watched, event)

    def _read_case(self) -> None:
        self._take(EventLayer())
        self._session.ask(_layer, self._take, key="map-events")

    def _read_changed(self, tables: frozenset[str]) -> None:
        if "event_imports" in tables:
            self._session.ask(_layer, self._take, key="map-events")

    def _take(self, layer: EventLayer) -> None:
        self._map.events = layer
        self._choose()

    def _choose(self) -> None:
        self._map.events.chosen = self._session.selection.event_id
        self._map.update()

    def _tell(self, event: QHelpEvent) -> bool:
        found = self._map.events.at(self._map.view, QPointF(event.pos()))
        view = self._session.view
        if found is None or view is None:
            return False
        QToolTip.showText(event.globalPos(), event_words(found, view.zone_name), self._map)
        return True

    def _release(self, at: QPointF) -> None:
        pressed, self._pressed = self._pressed, None
        busy = self._map.is_drawing or self._map.is_editing
        if pressed is None or busy or (at - pressed).manhattanLength() > _CLICK_PX:
            return
        found = self._map.events.at(self._map.view, at)
        # A camera under the pointer was drawn over it.
        if found is not None and self._map.spot_at(at) is None:
            self._session.select(Selection(event_id=found.event_id))
            self._session.go_to(found.from_ns)


def _layer(case: Case) -> EventLayer:
    return EventLayer(read_case_events(case))
