"""One open source on the GUI thread: what to order from its decoder, and what its tile shows."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Final

import numpy as np
from PySide6.QtGui import QImage

from ui.playback.budget import Demand
from ui.playback.clock import MasterClock
from ui.playback.counts import Unseen
from ui.playback.moments import Moments, PlaySource
from ui.playback.orders import Look, Order, Picture
from ui.playback.values import Size, TileFrame, TileState
from ui.playback.worker import Worker
from video.enhance import Recipe
from video.errors import Damaged
from video.types import Pixels

_AGE_EVERY_S: Final = 0.25
_FORGETS: Final = 0.98
# Groups that do not fit into memory are decoded more than once.
_BACKWARD_COST: Final = 1.5


class Tile:
    """Orders from a worker and shows what comes; both only when something changes."""

    def __init__(
        self,
        source: PlaySource,
        worker: Worker,
        *,
        show: Callable[[int, TileFrame], None],
        complain: Callable[[int, BaseException], None],
    ) -> None:
        self.source = source
        self.moments = source.moments
        self.worker = worker
        self.shown: TileFrame | None = None
        self.hidden = False
        self.reduced = False
        self.free = False
        """Every frame as fast as they come, whatever the clock says."""
        self._show_it = show
        self._complain_of = complain
        self._look: Look = (0, 0), Recipe()
        self._unseen = Unseen()
        self._told_s = 0.0
        self._complaint = ""

    @property
    def source_id(self) -> int:
        return self.source.source_id

    def resize(self, size: Size) -> bool:
        """Pictures of another size from now on; False if it is the present one."""
        if size == self._look[0]:
            return False
        self._look = size, self._look[1]
        self.worker.resize(size)
        return True

    def dress(self, recipe: Recipe) -> bool:
        """Does this to the pictures from now on; False if it is done already."""
        if recipe == self._look[1]:
            return False
        self._look = self._look[0], recipe
        self.worker.dress(recipe)
        return True

    @property
    def unseen(self) -> int:
        """Frames that were due and never shown since `count_from`."""
        return self._unseen.count

    def count_from(self, clock: MasterClock, *, keep: bool = False) -> None:
        """Counts frames that are not shown from now on: anew, or on from so many as there are."""
        state, number = self.moments.at(clock.now())
        forward = clock.rate > 0
        shown = self.shown
        # Between two frames the next one is the first that can be missed.
        first = number if state == "frame" else number + forward
        self._unseen.begin(first, forward=forward, keep=keep)
        if shown is not None and shown.state == "frame" and shown.number == number == first:
            self._unseen.shown(number)

    def demand(self, rate: float) -> Demand:
        """What playing it at a rate costs."""
        if self.reduced:
            # It is not measured any more: forgotten slowly, so that it is tried again some day.
            self.worker.cost_s *= _FORGETS
        frames_per_s = abs(rate) * 1e9 / max(self.moments.length_ns, 1)
        if rate < 0:
            frames_per_s *= _BACKWARD_COST
        return Demand(self.source_id, self.worker.cost_s, frames_per_s, self.reduced)

    def aim(self, clock: MasterClock, *, preview: bool = False, keep: bool = False) -> None:
        """Orders what makes the right pictures come; leaves alone what does so already."""
        order = self._order_for(clock, preview=preview, keep=keep)
        if order is not self.worker.order:
            self.worker.give(order)

    def _order_for(self, clock: MasterClock, *, preview: bool, keep: bool) -> Order | None:
        if self.hidden:
            return None
        present, shown = self.worker.order, self.shown
        if self.free:
            return _same(present, Order(0, "every"))
        state, number = self.moments.at(clock.now())
        if not clock.playing:
            return self._still_order(clock, preview=preview, keep=keep)
        if state == "after" and clock.rate > 0:
            return None
        if self.reduced:
            return _same(present, Order(max(number, 0), "keys"))
        if clock.rate < 0:
            return _same(present, Order(max(number, 0), "backward"))
        has_it = shown is not None and shown.state == "frame" and shown.number == number
        return _same(present, Order(number + (has_it or state != "frame"), "forward"))

    def _still_order(self, clock: MasterClock, *, preview: bool, keep: bool) -> Order | None:
        wall = clock.now()
        state, number = self.moments.at(wall)
        if state != "frame":
            return None
        present, shown = self.worker.order, self.shown
        picture = self.worker.take_exactly(number)
        if picture is not None:
            self.show(picture, wall)
            return present
        if shown is not None and shown.number == number and _is_final(shown, self._look):
            return present
        if present is not None and present.manner == "still" and present.number == number:
            return present
        return Order(number, preview=preview, keep=keep)

    def look(self, wall_ns: int, *, playing: bool) -> None:
        """Shows what has come for a wall time, or why nothing will."""
        if self.hidden:
            return
        state, number = self.moments.at(wall_ns)
        if state != "frame":
            if playing and state in ("gap", "after"):
                self._unseen.passed(number)
            self._say(state, wall_ns, number)
            return
        picture = self.worker.take(number)
        if picture is not None:
            self.show(picture, wall_ns)
        elif self.shown is None or self.shown.state not in ("frame", "damaged", "waiting"):
            self._say("waiting", wall_ns, number)
        elif playing:
            self._age(number, wall_ns)

    def settled(self, wall_ns: int) -> bool:
        """Whether it shows exactly what is due at a wall time, or says why it cannot."""
        state, number = self.moments.at(wall_ns)
        shown = self.shown
        if self.hidden:
            return True
        return shown is not None and shown.number == number and shown.state in (state, "damaged")

    def show(self, picture: Picture, wall_ns: int) -> None:
        """Shows a picture, or the error in its place."""
        if picture.error is not None:
            self._complain(picture.error)
            self._say("damaged", wall_ns, picture.number)
        elif picture.pixels is None:
            self._say("after", wall_ns, picture.number)
        else:
            self._complaint = ""
            due = picture.number if self.free else max(self.moments.at(wall_ns)[1], 0)
            self._unseen.shown(picture.number)
            self._tell(_frame_of(picture, self.moments, due, wall_ns, self._unseen.count))

    def _say(self, state: TileState, wall_ns: int, number: int) -> None:
        shown = self.shown
        if shown is not None and shown.state == state and shown.number == number:
            return
        missing = self.moments.missing(number) if state == "gap" else None
        media = self.moments.media(wall_ns)
        self._tell(TileFrame(state, wall_ns, media, number, missing=missing))

    def _age(self, due: int, wall_ns: int) -> None:
        """Says from time to time how far a picture lags while the one due is not there yet."""
        shown = self.shown
        if shown is None or shown.state != "frame" or shown.number == due:
            return
        if monotonic() - self._told_s > _AGE_EVERY_S:
            lag = int(self.moments.times[due] - self.moments.times[shown.number])
            self._tell(replace(shown, sync_error_ns=lag, lag_ns=wall_ns - shown.wall_ns))

    def _tell(self, frame: TileFrame) -> None:
        self.shown = frame
        self._told_s = monotonic()
        self._show_it(self.source_id, frame)

    def _complain(self, error: BaseException) -> None:
        # A damaged frame is no news beyond its tile; the same complaint is told once.
        if not isinstance(error, Damaged) and str(error) != self._complaint:
            self._complaint = str(error)
            self._complain_of(self.source_id, error)


def _same(present: Order | None, wanted: Order) -> Order:
    """The present order where it goes on in the same manner; a disturbed one was replaced."""
    return present if present is not None and present.manner == wanted.manner else wanted


def _is_final(frame: TileFrame, look: Look) -> bool:
    """Whether nothing better will come for that frame: it is whole and looks as it is asked to."""
    if frame.state != "frame":
        return frame.state == "damaged"
    image, (size, recipe) = frame.image, look
    if frame.recipe != recipe:
        return False
    return frame.sync_error_ns == 0 and size in ((0, 0), (image.width(), image.height()))


def _frame_of(picture: Picture, moments: Moments, due: int, wall_ns: int, unseen: int) -> TileFrame:
    pixels = picture.pixels
    assert pixels is not None
    height, width, _ = pixels.shape
    memory = _in_one_piece(pixels)
    shown_ns = moments.wall(picture.number)
    return TileFrame(
        "frame",
        shown_ns,
        picture.time_ns,
        picture.number,
        picture.pts,
        QImage(memory, width, height, pixels.strides[0], QImage.Format.Format_RGB32),
        sync_error_ns=int(moments.times[due]) - picture.time_ns,
        lag_ns=wall_ns - shown_ns,
        unseen=unseen,
        reduced=picture.reduced,
        recipe=picture.recipe,
        pixels=pixels,
    )


def _in_one_piece(pixels: Pixels) -> memoryview:
    """The memory of a picture, padding of the rows included: Qt asks for one piece."""
    height, width, _ = pixels.shape
    size = (height - 1) * pixels.strides[0] + 4 * width
    base = pixels.base
    # The decoder gives the first rows of its own memory. (`ctypes` would cost ten times as much.)
    if isinstance(base, np.ndarray) and base.ndim == 1 and _address(base) == _address(pixels):
        return base[:size].data
    return np.lib.stride_tricks.as_strided(pixels, (size,), (1,), writeable=False).data


def _address(array: Pixels) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
