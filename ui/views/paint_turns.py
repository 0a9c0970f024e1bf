"""Panels that changed together are painted one after another, so that no frame is held up."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_NO_FRAME_MS: Final = 32
"""Where no frame comes by itself, because nothing else is to be painted, none is waited for."""


class PaintTurns(QObject):
    """Gives each of some widgets a frame of its own to be painted in.

    Qt paints everything that was marked since the last frame at once. Where one change reaches all
    panels that takes several frames' time; input waits for it. What the panels know is not put
    off, only when it is seen, by milliseconds.
    """

    def __init__(self, window: QWidget, widgets: Sequence[QWidget]) -> None:
        """`widgets` in the order in which they are painted, all of them inside of `window`."""
        super().__init__(window)
        self._widgets = tuple(widgets)
        self._waiting: list[QWidget] = []
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._give_turn)
        window.installEventFilter(self)

    @property
    def waiting(self) -> bool:
        """Whether some are not painted yet."""
        return bool(self._waiting)

    def spread(self) -> None:
        """Many panels have changed, or are about to: each is painted in its turn."""
        self.spread_only(self._widgets)

    def spread_only(self, widgets: Sequence[QWidget]) -> None:
        """The same where only these have changed; they are among those known."""
        held = {id(one) for one in self._waiting}
        for one in widgets:
            # Those not in view too: they may come into view with what has changed.
            if one.updatesEnabled():
                one.setUpdatesEnabled(False)
                held.add(id(one))
        self._waiting = [one for one in self._widgets if id(one) in held]
        if self._waiting and not self._next.isActive():
            self._next.start(_NO_FRAME_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.UpdateRequest and self._waiting:
            # Right after this frame, which is painted when the filters are through.
            self._next.start(0)
        return super().eventFilter(watched, event)

    def _give_turn(self) -> None:
        while self._waiting:
            one = self._waiting.pop(0)
            # Marks it as a whole.
            one.setUpdatesEnabled(True)
            if one.isVisible():
                # At once: tiles that play would come into the same frame.
                one.repaint()
                break
        if self._waiting:
            self._next.start(_NO_FRAME_MS)
