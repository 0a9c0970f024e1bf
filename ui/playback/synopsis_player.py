"""Plays a synopsis: one thread composes the picture that the clock asks for, the newest only.

Pictures are composed from cut-outs while they are shown; there is no file. Knows nothing of
widgets; what is played is any `Show`, which only that thread touches. Show time counts from 0, in
nanoseconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Condition, Thread
from time import perf_counter
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from ui.playback.clock import MasterClock
from ui.playback.niceness import step_back
from ui.playback.synopsis_values import Camera, Make, PanePicture, Show, ShowFrame
from ui.playback.values import Size
from video.types import Pixels

FRAME_NS: Final = 40_000_000
"""Show time from one picture to the next at normal speed."""
_NOTCHES: Final = (1.0, 2.0, 4.0, 8.0)
_SHUTTLE: Final = (*(-notch for notch in reversed(_NOTCHES)), 0.0, *_NOTCHES)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A show was opened."""

    number: int
    cameras: tuple[Camera, ...]
    length_ns: int


@dataclass(frozen=True, slots=True)
class _Failure:
    """A show could not be opened, or a picture not be composed."""

    number: int
    error: BaseException


@dataclass(frozen=True, slots=True)
class _Task:
    """The pictures to compose."""

    number: int
    show_ns: int
    sizes: tuple[Size, ...]


class SynopsisPlayer(QObject):
    """Plays a show; every method is for the GUI thread. `close` must be called before it goes."""

    opened = Signal(object)
    """A show was opened: its cameras (`tuple[Camera, ...]`). Pictures come once `set_sizes` was
    called for them."""
    frame_shown = Signal(object)
    """A picture came (`ShowFrame`)."""
    state_changed = Signal()
    """Show, playing or rate changed."""
    failed = Signal(object)
    """The show cannot be opened or composed (`BaseException`); it stands still until another."""
    _came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = Condition()
        self._number = 0
        self._make: Make | None = None
        self._changes = False
        """Another show, or none, is wanted, and the thread has not taken note yet."""
        self._is_there = False
        self._length_ns = 0
        self._clock = MasterClock()
        self._goes_on = False
        """What was wanted while the show opened: to play."""
        self._sizes: tuple[Size, ...] = ()
        self._active = True
        self._waits = False
        """Something was sent and not taken yet: no further picture until it is."""
        self._done: _Task | None = None
        self._closed = False
        self._show: Show | None = None
        """The thread's own."""
        self._thread: Thread | None = None
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    # -- what is played

    @property
    def is_there(self) -> bool:
        """Whether there is something to play."""
        return self._is_there

    @property
    def number(self) -> int:
        """Of the show given last."""
        return self._number

    @property
    def length_ns(self) -> int:
        """How long it is."""
        return self._length_ns

    @property
    def show_ns(self) -> int:
        """Where it is."""
        return min(max(self._clock.now(), 0), self._length_ns)

    @property
    def playing(self) -> bool:
        """Whether it runs, or will once it is open."""
        return self._clock.playing or self._goes_on

    @property
    def rate(self) -> float:
        """Show seconds in a real one; negative backward."""
        return self._clock.rate

    def set_show(self, make: Make | None, at_ns: int = 0) -> None:
        """Another show from `at_ns` on, or none; it goes on playing where the one before did."""
        with self._wake:
            self._goes_on = self.playing and make is not None
            self._number += 1
            self._make, self._changes = make, True
            self._is_there, self._sizes, self._done = False, (), None
            self._anchor(at_ns, playing=False)
            if self._thread is None and make is not None and not self._closed:
                # Whoever never looks at a synopsis has no thread for it.
                self._thread = Thread(target=self._run, name="synopsis", daemon=True)
                self._thread.start()
            self._wake.notify_all()
        self.state_changed.emit()

    def set_sizes(self, sizes: Sequence[Size]) -> None:
        """The sizes of the pictures from now on, by camera: none are made without."""
        if tuple(sizes) != self._sizes:
            with self._wake:
                self._sizes = tuple(sizes)
                self._wake.notify_all()

    def set_active(self, *, active: bool) -> None:
        """Whether somebody sees the pictures: none are composed else, and the show stands."""
        if active != self._active:
            with self._wake:
                self._active = active
                self._wake.notify_all()
            if not active:
                self.pause()

    # -- going

    def play(self, rate: float | None = None) -> None:
        """Plays; from the other end where it stands at one."""
        if not self._is_there:
            return
        rate = (self.rate if self.rate > 0 else 1.0) if rate is None else rate
        at = self.show_ns
        if rate > 0 and at >= self._length_ns:
            at = 0
        elif rate < 0 and at <= 0:
            at = self._length_ns
        self._set(at, playing=True, rate=rate)
        self.state_changed.emit()

    def pause(self) -> None:
        """Stands still; the next time it plays at normal speed."""
        if self.playing or self.rate != 1.0:
            self._goes_on = False
            self._set(self._clock.now(), playing=False, rate=1.0)
            self.state_changed.emit()

    def toggle(self) -> None:
        """Plays or pauses."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def shuttle(self, direction: int) -> None:
        """One notch faster forward (1) or backward (−1)."""
        at = _SHUTTLE.index(self.rate) if self.playing and self.rate in _SHUTTLE else len(_NOTCHES)
        rate = _SHUTTLE[min(max(at + direction, 0), len(_SHUTTLE) - 1)]
        if rate:
            self.play(rate)
        else:
            self.pause()

    def seek(self, show_ns: int) -> None:
        """Goes to a show time."""
        if self._is_there:
            at = min(max(show_ns, 0), self._length_ns)
            self._set(at, playing=self._clock.playing)

    def step(self, frames: int) -> None:
        """So many pictures on, or back; stops playing."""
        at = self.show_ns // FRAME_NS + frames
        self.pause()
        self.seek(at * FRAME_NS)

    def close(self) -> None:
        """Ends the thread, which lets go of the show."""
        with self._wake:
            self._number += 1
            self._is_there, self._goes_on, self._closed = False, False, True
            self._anchor(0, playing=False)
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _set(self, show_ns: int, *, playing: bool, rate: float | None = None) -> None:
        with self._wake:
            self._anchor(show_ns, playing=playing, rate=rate)
            self._wake.notify_all()

    def _anchor(self, show_ns: int, *, playing: bool, rate: float | None = None) -> None:
        self._clock = MasterClock.at(
            show_ns, rate=self._clock.rate if rate is None else rate, playing=playing
        )

    def _take(self, came: object) -> None:
        """What the thread sent, on the GUI thread."""
        with self._wake:
            self._waits = False
            self._wake.notify_all()
        match came:
            case ShowFrame(number=self._number):
                self.frame_shown.emit(came)
                self._stop_at_end()
            case _Ready(number=self._number):
                self._is_there, self._length_ns = True, came.length_ns
                self._set(self.show_ns, playing=self._goes_on)
                self._goes_on = False
                self.opened.emit(came.cameras)
                self.state_changed.emit()
            case _Failure(number=self._number):
                self._is_there = False
                self.pause()
                self.failed.emit(came.error)
                self.state_changed.emit()

    def _stop_at_end(self) -> None:
        at = self.show_ns
        ends = at >= self.length_ns if self.rate > 0 else at <= 0
        if self.playing and ends:
            self._set(at, playing=False, rate=1.0)
            self.state_changed.emit()

    # -- on the thread from here on

    def _run(self) -> None:
        step_back()
        while (work := self._next()) is not None:
            work()
        if self._show is not None:
            self._show.close()
            self._show = None

    def _next(self) -> Callable[[], None] | None:
        """Waits for something to do; None: the end."""
        with self._wake:
            while not self._closed:
                if self._changes:
                    self._changes = False
                    return partial(self._open, self._number, self._make)
                task = self._task()
                if task is not None and task != self._done:
                    self._done, self._waits = task, True
                    return partial(self._compose, task)
                self._wake.wait(self._nap())
            return None

    def _task(self) -> _Task | None:
        """What the clock asks for now, if a picture may be sent."""
        show = self._show
        if show is None or not self._is_there or self._waits or not self._active:
            return None
        if len(self._sizes) != len(show.columns):
            return None
        at = min(max(self._clock.now(), 0), self._length_ns)
        if self._clock.playing and 0 < at < self._length_ns:
            at = at // FRAME_NS * FRAME_NS
        return _Task(self._number, at, self._sizes)

    def _nap(self) -> float | None:
        """Until the clock asks for the next picture; None: until something happens."""
        clock = self._clock
        if not clock.playing or self._waits or not self._active or not self._sizes:
            return None
        number = clock.now() // FRAME_NS + (1 if clock.rate > 0 else 0)
        return max(clock.seconds_until(number * FRAME_NS), 0.001)

    def _open(self, number: int, make: Make | None) -> None:
        before, self._show = self._show, None
        try:
            if make is not None:
                self._show = make(before)
        # Broad on purpose: the panel says what went wrong, and the thread lives on.
        except BaseException as error:
            self._came.emit(_Failure(number, error))
        if before is not None and self._show is not before:
            before.close()
        if self._show is not None:
            cameras = tuple(self._show.columns)
            self._came.emit(_Ready(number, cameras, self._show.length_ns))

    def _compose(self, task: _Task) -> None:
        show = self._show
        assert show is not None  # there is no task without
        began = perf_counter()
        try:
            panes = tuple(
                _pane(show, column, task.show_ns, size) for column, size in enumerate(task.sizes)
            )
        # Broad on purpose: as above.
        except BaseException as error:
            self._came.emit(_Failure(task.number, error))
            return
        self._came.emit(ShowFrame(task.number, task.show_ns, panes, perf_counter() - began))


def _pane(show: Show, column: int, show_ns: int, size: Size) -> PanePicture:
    made = show.at(column, show_ns, size)
    return PanePicture(_image(made.picture), made.shown, show.part_at(column, show_ns))


def _image(picture: Pixels) -> QImage:
    """As the screen wants it, so that painting only copies."""
    rows = np.ascontiguousarray(picture)
    height, width = rows.shape[:2]
    whole = QImage(rows.data, width, height, rows.strides[0], QImage.Format.Format_BGR888)
    # A copy: the array is not kept.
    return whole.convertToFormat(QImage.Format.Format_RGB32)
