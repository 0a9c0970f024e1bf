"""Panels that changed together are painted one after another, so that no frame is held up."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget


class PaintTurns(QObject):
    """Gives each of some widgets a turn of the event loop of its own to be painted in.

    Qt paints everything that was marked since the last frame at once. Where one change reaches all
    panels that takes several frames' time; input waits for it. What the panels know is not put
    off, only when it is seen, by milliseconds.
    """

    def __init__(self, widgets: Sequence[QWidget], parent: QObject) -> None:
        """`widgets` in the order in which they are painted; they live as long as `parent`."""
        super().__init__(parent)
        self._widgets = tuple(widgets)
        self._waiting: list[QWidget] = []
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._give_turn)

    @property
    def waiting(self) -> bool:
        """Whether some are not painted yet."""
        return bool(self._waiting)

    def spread(self) -> None:
        """Many panels have changed, or are about to: each is painted in its turn."""
        waiting = [one for one in self._widgets if one in self._waiting or one.isVisible()]
        for one in waiting:
            if one.updatesEnabled():
                one.setUpdatesEnabled(False)
        self._waiting = waiting
        if waiting:
            self._next.start()

    def _give_turn(self) -> None:
        if self._waiting:
            # Marks it as a whole; the loop paints it before it comes back here.
            self._waiting.pop(0).setUpdatesEnabled(True)
        if not self._waiting:
            self._next.stop()
