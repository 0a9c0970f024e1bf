"""How long the GUI thread is busy without a break: every event it handles, by its own CPU time.

Thread time, not wall time: a loaded machine must not fail a test. The dispatcher's signals
(`awake`, `aboutToBlock`) are no use here: what a test clicks is handled on the test's own stack,
outside of any loop, and no signal tells where a loop ends and the test goes on.
"""

import heapq
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Final

from PySide6.QtCore import QBuffer, QCoreApplication, QEvent, QIODevice, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

_KEPT: Final = 5
ALLOWED_MS: Final = float(os.environ.get("SIGHTLINE_SLOT_MS", "80"))
"""What makes a test fail. The aim is 16 ms, one frame at 60 Hz: SIGHTLINE_SLOT_MS=16 asks for it on
a machine like the one in docs/measured.md; a slower one must not fail the tests."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One event with all that it set off: CPU milliseconds, and what it was."""

    ms: float
    what: str


@dataclass(slots=True)
class SlotClock:
    """The longest slots while it ran."""

    slots: int = 0
    _longest: list[Slot] = field(default_factory=list)

    @property
    def longest(self) -> tuple[Slot, ...]:
        """At most five, longest first."""
        return tuple(sorted(self._longest, reverse=True))

    @property
    def worst_ms(self) -> float:
        """CPU milliseconds of the longest; 0 where nothing happened."""
        return max((slot.ms for slot in self._longest), default=0.0)

    def check(self, allowed_ms: float = ALLOWED_MS) -> None:
        """Fails where a slot took longer, naming the longest."""
        said = "\n".join(f"  {slot.ms:6.1f} ms  {slot.what}" for slot in self.longest)
        assert self.worst_ms <= allowed_ms, f"the GUI thread was busy too long:\n{said}"

    def add(self, ms: float, receiver: QObject, event: QEvent) -> None:
        """Counts one; it is named only where it is among the longest."""
        self.slots += 1
        if len(self._longest) == _KEPT and ms <= self._longest[0].ms:
            return
        name = receiver.objectName()
        what = f"{event.type().name} to {type(receiver).__name__}{f' {name}' if name else ''}"
        keep = heapq.heappush if len(self._longest) < _KEPT else heapq.heapreplace
        keep(self._longest, Slot(ms, what))


class ClockedApplication(QApplication):
    """An application that a slot clock can watch; without one it only passes events on."""

    clock: ClassVar[SlotClock | None] = None
    _depth: ClassVar[int] = 0

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._gui_thread = threading.get_ident()
        _load_jpeg()

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        # Objects of other threads get their events here too, in those threads.
        if (
            ClockedApplication.clock is None
            or ClockedApplication._depth
            or threading.get_ident() != self._gui_thread
        ):
            return super().notify(receiver, event)
        ClockedApplication._depth = 1
        began = time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            took_ms = 1000 * (time.thread_time() - began)
            ClockedApplication._depth = 0
            # A handler may have stopped the clock, or the event may have deleted its receiver.
            if ClockedApplication.clock is not None:
                _count(ClockedApplication.clock, took_ms, receiver, event)


def _load_jpeg() -> None:
    """Makes Qt load what decodes JPEG, on this thread.

    It makes an object then, under a lock, which sends an event, which here wants Python's lock. Two
    threads that decode the first pictures of a test would each hold what the other waits for.
    """
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    dot = QImage(1, 1, QImage.Format.Format_RGB32)
    dot.save(kept, "JPG")  # type: ignore[call-overload]  # the stub knows only paths
    QImage.fromData(kept.data())


def _count(clock: SlotClock, ms: float, receiver: QObject, event: QEvent) -> None:
    try:
        clock.add(ms, receiver, event)
    except RuntimeError:
        clock.add(ms, QObject(), event)


@contextmanager
def slot_clock() -> Iterator[SlotClock]:
    """Watches the GUI thread inside the block; `ClockedApplication` must be the application.

    A loop inside a handler (a modal `exec`) counts as one slot: the window opens its dialogs
    without one.
    """
    app = QCoreApplication.instance()
    if not isinstance(app, ClockedApplication):
        raise TypeError(f"the application is a {type(app).__name__}: see `qapp_cls` in conftest.py")
    clock = SlotClock()
    ClockedApplication.clock = clock
    try:
        yield clock
    finally:
        ClockedApplication.clock = None
