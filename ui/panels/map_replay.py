"""Rapid review on the map: the tracks of a synopsis, each where it was, at the time shown."""

from functools import partial
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QHelpEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QToolTip

from casefiles.case import Case
from casefiles.synopsis_types import Synopsis
from casefiles.usecases.map_synopsis import read_map_synopsis
from casefiles.view_types import CaseView
from mapview.layers import camera_marks
from mapview.qt.base_painter import BaseShapes
from mapview.qt.map_colours import MapColours
from mapview.qt.map_view import MapView
from mapview.qt.replay_painter import ReplayLayer
from mapview.replay import Dot, Replay, ReplayTime
from ui.session import Selection, Session

_EVERY_MS: Final = 80
"""Often enough to look smooth from above; the whole map is painted for it."""
_CLICK_PX: Final = 4
_MOST_NAMED: Final = 4


class MapReplay(QObject):
    """Shows a synopsis on a map: at its show time, or all in true time at the playhead."""

    changed = Signal()
    """What is replayed, or `words`, changed."""

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self.time: ReplayTime = "show"
        self.synopsis: Synopsis | None = None
        """The one asked for last; it may be on its way to the map."""
        self._session, self._map = session, view
        self._show_ns = 0
        self._pressed: QPointF | None = None
        self._next = QTimer(self, interval=_EVERY_MS, singleShot=True)
        self._next.timeout.connect(self._paint)
        view.installEventFilter(self)
        session.case_changed.connect(lambda: self.set(None))
        session.playhead_changed.connect(self._follow)
        session.selection_changed.connect(self._choose)

    @property
    def replay(self) -> Replay | None:
        """What is replayed; a newer one may be on its way."""
        return self._map.replay.replay

    @property
    def words(self) -> str:
        """What a reader of the map must know; empty while nothing is replayed."""
        if self.replay is None:
            return ""
        about = self.replay.about
        said = [
            self.tr("Rapid review in true time, at the playhead.")
            if self.time == "true"
            else self.tr("Rapid review: times are those recorded.")
        ]
        if about.is_rough:
            said.append(
                self.tr("Places are rough: from the camera's heading and the height of the feet "
                        "in its picture.")
            )  # fmt: skip
        if about.around:
            said.append(
                self.tr("Shown around their cameras, whose heading is not known: {0}.").format(
                    self._named(about.around)
                )
            )
        if about.not_on_map:
            said.append(
                self.tr("Not on the map, because no place is known: {0}.").format(
                    self._named(about.not_on_map)
                )
            )
        return " ".join(said)

    def set(self, synopsis: Synopsis | None) -> None:
        """Another synopsis, or none. It is put onto the ground beside the window; until then what
        was replayed stays, if it is one of the same case."""
        self.synopsis = synopsis
        if synopsis is None:
            # An answer on its way is of a synopsis that nobody looks at any more.
            self._session.ask(_nothing, self._take, key="map-replay")
            self._take(None)
        else:
            self._session.ask(partial(_replay, synopsis=synopsis), self._take, key="map-replay")

    def show(self, show_ns: int) -> None:
        """The show time is another one."""
        self._show_ns = show_ns
        if self.time == "show" and self.replay is not None and not self._next.isActive():
            self._next.start()

    def set_in_true_time(self, on: bool) -> None:
        """In true time at the playhead, or at the show time."""
        self.time = "true" if on else "show"
        self._paint()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tips and clicks on dots; all else is the map's."""
        kind = event.type()
        if kind == QEvent.Type.ToolTip and self._map.replay.dots:
            return self._tell(cast("QHelpEvent", event))
        if kind == QEvent.Type.MouseButtonPress:
            press = cast("QMouseEvent", event)
            is_left = press.button() == Qt.MouseButton.LeftButton
            self._pressed = press.position() if is_left else None
        elif kind == QEvent.Type.MouseButtonRelease:
            return self._release(cast("QMouseEvent", event).position())
        return super().eventFilter(watched, event)

    def _take(self, replay: Replay | None) -> None:
        self._map.replay.replay = replay
        self._paint()
        self.changed.emit()

    def _follow(self, _: int) -> None:
        if self.time == "true" and self.replay is not None and not self._next.isActive():
            self._next.start()

    def _paint(self) -> None:
        now_ns = self._show_ns if self.time == "show" else self._session.playhead_ns
        self._map.replay.show(self.time, now_ns)
        if self._map.isVisible():
            # Here and not while it paints: each takes half a slot.
            _ = self._map.replay.dots
        self._map.update()

    def _choose(self) -> None:
        self._map.replay.chosen = self._session.selection.track_id
        if self.replay is not None:
            self._map.update()

    def _tell(self, event: QHelpEvent) -> bool:
        found = self._map.replay.at(self._map.view, QPointF(event.pos()))
        if found is None:
            return False
        QToolTip.showText(event.globalPos(), self._words_of(found), self._map)
        return True

    def _words_of(self, dot: Dot) -> str:
        track = dot.track
        said = [track.camera, dot.words, self.tr("track {0}").format(track.track_id)]
        if track.around:
            said.append(self.tr("somewhere around the camera"))
        elif track.rough:
            said.append(self.tr("rough place"))
        return " · ".join(said)

    def _release(self, at: QPointF) -> bool:
        pressed, self._pressed = self._pressed, None
        busy = self._map.is_drawing or self._map.is_editing
        if pressed is None or busy or (at - pressed).manhattanLength() > _CLICK_PX:
            return False
        found = self._map.replay.at(self._map.view, at)
        if found is not None:
            track = found.track
            self._session.select(Selection(track.source_id, track.camera_id, track.track_id))
            self._session.go_to(found.wall_ns)
        # The map must see the release of what it saw pressed.
        return False

    def _named(self, names: tuple[str, ...]) -> str:
        more = len(names) - _MOST_NAMED
        said = ", ".join(names[:_MOST_NAMED])
        return self.tr("{0} and {1} more").format(said, more) if more > 0 else said


def replay_picture(
    view: CaseView,
    base: BaseShapes | None,
    layer: ReplayLayer,
    colours: MapColours,
    font: QFont,
    size: tuple[int, int],
) -> QImage:
    """The map of a case with what a layer shows now, `size` pixels wide and high; no window is
    opened. All cameras and all places that are replayed are on it."""
    shown = MapView(colours)
    try:
        shown.setFont(font)
        shown.resize(QSize(*size))
        shown.set_ground(() if base is None else (base,))
        shown.set_marks(
            camera_marks(
                view.cameras,
                with_footage=frozenset(
                    one.camera_id for one in view.sources if one.camera_id is not None
                ),
            )
        )
        shown.replay = layer
        bounds = None if layer.replay is None else layer.replay.bounds
        if bounds is not None:
            shown.show_viewport(shown.view.resized(*size).fitted(bounds, margin_px=90, finest=0.08))
        return shown.grab().toImage()
    finally:
        shown.deleteLater()


def _replay(case: Case, synopsis: Synopsis) -> Replay:
    """On a reader thread."""
    return Replay(read_map_synopsis(case, synopsis))


def _nothing(_: Case) -> None:
    return None
