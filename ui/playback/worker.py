"""One thread that decodes one source: the newest order wins, late frames are dropped unconverted.

The only module of the player that starts threads. Knows nothing of widgets.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, suppress
from functools import partial
from threading import Condition, Thread
from time import perf_counter
from typing import Final

from ui.playback.clock import MasterClock
from ui.playback.moments import PlaySource
from ui.playback.niceness import step_back
from ui.playback.openings import Openings
from ui.playback.orders import Look, Order, Picture, is_due
from ui.playback.slots import Slots
from ui.playback.values import Size
from video.decoder import Decoder, open_source
from video.enhance import Recipe, for_screen
from video.errors import Damaged
from video.types import Frame, TimeNs

_AHEAD: Final = 3
# Between steps so long the worker looks whether something newer is wanted.
_STRIDE: Final = 8
# However late, something is shown so often.
_SHOW_EVERY_S: Final = 0.25
# So late it pays to leave out everything up to the next keyframe.
_GIVE_UP_S: Final = 1.0
_KEYS_LEAD_S: Final = 0.05
# Keyframes only are not shown oftener: what plays in full comes first.
_KEYS_EVERY_S: Final = 0.1
_MEMORY: Final = 0.9


class Worker:
    """Decodes one source on a thread of its own; every method is for the GUI thread."""

    def __init__(
        self,
        source: PlaySource,
        slots: Slots,
        openings: Openings,
        clock: Callable[[], MasterClock],
        tell: Callable[[], None],
        *,
        threads: int,
    ) -> None:
        """`tell` is called from the thread when a picture came that nobody fetches by the clock."""
        self._source = source
        self._moments = source.moments
        self._slots = slots
        self._openings = openings
        self._clock = clock
        self._tell = tell
        self._threads = threads
        self._wake = Condition()
        self._order: Order | None = None
        self._done: Order | None = None
        self._queue: deque[Picture] = deque()
        self._look: Look = (640, 360), Recipe()
        self._closed = False
        self._last: Frame | None = None
        self._kept: dict[int, Picture] = {}
        self._kept_look: Look = (0, 0), Recipe()
        self._showed_s = 0.0
        self.cost_s = 0.0
        """Real seconds that decoding and converting a frame takes; 0 until it is known."""
        self.urgency = 0.0
        """Among sources that want a single picture those with the smallest come first."""
        self.kept_bytes = 32_000_000
        """What pictures kept for going back may take."""
        self._thread = Thread(target=self._run, name=f"tile-{source.source_id}", daemon=True)
        self._thread.start()

    @property
    def order(self) -> Order | None:
        """The order given last."""
        return self._order

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def give(self, order: Order | None) -> None:
        """Another order; what was made for the one before is thrown away."""
        with self._wake:
            self._order = order
            self._queue.clear()
            self._wake.notify_all()

    def resize(self, size: Size) -> None:
        """The size of the pictures from now on; a still one comes again."""
        self._change((size, self._look[1]))

    def dress(self, recipe: Recipe) -> None:
        """What is done to the pictures from now on; a still one comes again."""
        self._change((self._look[0], recipe))

    def _change(self, look: Look) -> None:
        with self._wake:
            self._look = look
            self._wake.notify_all()

    def take(self, number: int) -> Picture | None:
        """The newest picture for when frame `number` is due, if one has come; older ones go."""
        found = None
        with self._wake:
            order = self._order
            if order is None:
                return None
            while self._queue and (found is None or order.manner != "every"):
                if not is_due(self._queue[0], number, order.manner):
                    break
                found = self._queue.popleft()
            if found is not None:
                self._wake.notify_all()
        return found

    def take_exactly(self, number: int) -> Picture | None:
        """The picture of that very frame if it waits here; older ones go, younger ones stay."""
        with self._wake:
            if number not in (picture.number for picture in self._queue):
                return None
            while self._queue[0].number != number:
                self._queue.popleft()
            self._wake.notify_all()
            return self._queue.popleft()

    def leave(self) -> None:
        """Ends the thread after its present step."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def join(self) -> None:
        """Waits until the thread has ended."""
        self._thread.join()

    def forget(self) -> None:
        """Its decoder was closed for another's; the last picture goes with it."""
        self._last = None

    # -- on the thread from here on

    def _run(self) -> None:
        step_back()
        try:
            while (order := self._next_order()) is not None:
                try:
                    self._fulfil(order)
                # Broad on purpose: this tile says what went wrong, the others go on.
                except BaseException as error:
                    self._publish(order, Picture(order.number, error=error))
                self._done = order
        finally:
            self._openings.drop(self)

    def _next_order(self) -> Order | None:
        with self._wake:
            self._wake.wait_for(lambda: self._closed or self._order not in (None, self._done))
            return None if self._closed else self._order

    def _fulfil(self, order: Order) -> None:
        match order.manner:
            case "still":
                self._still(order)
            case "keys":
                self._keys(order)
            case "backward":
                self._backward(order)
            case "forward" | "every":
                self._run_on(order)

    def _opened(self) -> AbstractContextManager[Decoder]:
        """The decoder for a block: what plays in full holds on to it, others take turns."""
        return self._openings.using(self, self._open)

    def _open(self) -> Decoder:
        with self._slots.taken(self.urgency):  # as much work as several frames
            return open_source(self._source.path, self._source.index, threads=self._threads)

    def _wanted(self, order: Order) -> bool:
        return self._order is order and not self._closed

    def _wait(self, order: Order, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Waits for something, a newer order or the time; False when `order` has had its day."""
        with self._wake:
            self._wake.wait_for(lambda: not self._wanted(order) or until(), seconds)
            return self._wanted(order)

    def _publish(self, order: Order, picture: Picture) -> None:
        with self._wake:
            if not self._wanted(order):
                return
            if order.manner in ("keys", "backward"):
                self._queue.clear()
            self._queue.append(picture)
            self._showed_s = perf_counter()
        # What plays is fetched by the clock.
        fetched = order.manner == "every" or self._clock().playing
        if order.manner == "still" or picture.error or not fetched:
            self._tell()

    def _picture(self, frame: Frame, *, reduced: bool = False) -> Picture:
        size, recipe = self._look
        pixels = for_screen(frame, *size, recipe)
        return Picture(
            frame.number, frame.pts, frame.time_ns, pixels, reduced=reduced, recipe=recipe
        )

    def _decode(self, decoder: Decoder, number: int) -> Frame:
        self._last = None
        self._last = decoder.frame_at(int(self._source.index.pts[number]))
        return self._last

    def _still(self, order: Order) -> None:
        """One frame, exactly; again whenever size or recipe change."""
        number = order.number
        if order.keep and number not in self._in_look():
            with self._opened() as decoder:
                self._fill(order, decoder, number)
        while self._wanted(order):
            look = self._look
            picture = self._in_look().get(number)
            if picture is None:
                with self._opened() as decoder:
                    if self._last is None or self._last.number != number:
                        self._approach(order, decoder)
                        if not self._wanted(order):
                            return
                    with self._slots.taken(self.urgency):
                        if self._last is None or self._last.number != number:
                            self._decode(decoder, number)
                        assert self._last is not None
                        picture = self._picture(self._last)
            self._publish(order, picture)
            self._wait(order, partial(self._is_changed, look))

    def _approach(self, order: Order, decoder: Decoder) -> None:
        """Decodes up to shortly before a far frame; leaves off when something newer is wanted."""
        number = order.number
        at = self._moments.key_before(number)
        if self._last is not None and at <= self._last.number < number:
            at = self._last.number
        elif number - at > _STRIDE:
            with self._slots.taken(self.urgency), suppress(Damaged):
                frame = self._decode(decoder, at)
                if order.preview:
                    self._publish(order, self._picture(frame, reduced=True))
        while number - at > _STRIDE and self._wanted(order):
            at += _STRIDE
            with self._slots.taken(self.urgency), suppress(Damaged):
                self._decode(decoder, at)

    def _run_on(self, order: Order) -> None:
        """Frame after frame, a few ahead of the clock."""
        number: int | None = order.number
        with self._opened() as decoder:
            while number is not None:
                with closing(self._sequence(decoder, number)) as frames:
                    number = self._follow(order, frames, number)
        if self._wanted(order) and order.manner == "every":
            self._publish(order, Picture(-1))

    def _sequence(self, decoder: Decoder, number: int) -> Generator[Frame, None, None]:
        """The frames from `number` on. As long as all is well the pass that seeks goes on: it
        stands there already. It would linger on damage, so then another takes over."""
        index = self._source.index
        flawed = decoder.damaged
        while number < len(index) and decoder.damaged == flawed:
            try:
                frame = self._decode(decoder, number)
            except Damaged:
                break
            yield frame
            number += 1
        if number < len(index):
            self._last = None
            yield from decoder.frames(TimeNs(int(self._moments.times[number])))

    def _follow(self, order: Order, frames: Iterator[Frame], number: int) -> int | None:
        """Publishes frames until they end or the order is over; else the number to go on from."""
        every = order.manner == "every"
        # The first frame after a seek costs as much as its whole group: no measure for the rest.
        landed = False
        while self._wait(order, lambda: len(self._queue) < _AHEAD):
            with self._slots.taken(self.urgency if every else self._deadline(number)):
                began = perf_counter()
                frame = next(frames, None)
                if frame is None:
                    return None
                number = frame.number + 1
                shown = every or not self._is_late(frame.number)
                picture = self._picture(frame) if shown else None
                if landed:
                    self._measure(perf_counter() - began)
                landed = True
            if picture is not None:
                self._publish(order, picture)
            again = None if every else self._catch_up(frame.number)
            if again is not None:
                return again
        return None

    def _deadline(self, number: int) -> float:
        """When a frame is due, on the scale of `perf_counter`."""
        due = self._moments.wall(min(number, len(self._moments) - 1))
        return perf_counter() + self._clock().seconds_until(due)

    def _measure(self, seconds: float) -> None:
        old = self.cost_s or seconds
        self.cost_s = _MEMORY * old + (1 - _MEMORY) * seconds

    def _is_late(self, number: int) -> bool:
        clock = self._clock()
        if not clock.playing or perf_counter() - self._showed_s > _SHOW_EVERY_S:
            return False
        return self._moments.number(clock.now()) > number

    def _catch_up(self, number: int) -> int | None:
        """The keyframe to go on from where the clock has run far ahead of `number`."""
        clock = self._clock()
        due = self._moments.number(clock.now())
        if not clock.playing or due <= number:
            return None
        key = self._moments.key_before(due)
        late_s = -clock.seconds_until(self._moments.wall(number))
        return key if late_s > _GIVE_UP_S and key > number + 1 else None

    def _keys(self, order: Order) -> None:
        """Keyframes only, each when it is due; again when size or recipe change."""
        shown: tuple[int, Look] | None = None
        while self._wanted(order):
            clock = self._clock()
            due = max(self._moments.number(clock.now(ahead_s=_KEYS_LEAD_S)), 0)
            key = self._moments.key_before(due)
            now = (key, self._look)
            if now != shown:
                shown = now
                self._show_key(order, key)
            change = key if clock.rate < 0 else self._moments.key_after(due)
            if change is None:
                return
            seconds = clock.seconds_until(self._moments.wall(change)) - _KEYS_LEAD_S
            pause = max(_nap(seconds), _KEYS_EVERY_S)
            self._wait(order, partial(self._is_changed, now[1]), pause)

    def _show_key(self, order: Order, key: int) -> None:
        with self._opened() as decoder, self._slots.taken(self.urgency), suppress(Damaged):
            picture = self._picture(self._decode(decoder, key), reduced=True)
            # The next one lies elsewhere.
            self._last = None
            self._publish(order, picture)

    def _backward(self, order: Order) -> None:
        """Frame before frame with the clock: a group is decoded once and shown from its end."""
        with self._opened() as decoder:
            while self._wanted(order):
                number = max(self._moments.number(self._clock().now()), 0)
                if number not in self._in_look():
                    self._fill(order, decoder, number)
                    number = max(self._moments.number(self._clock().now()), 0)
                picture = self._in_look().get(number)
                if picture is not None:
                    self._publish(order, picture)
                seconds = self._clock().seconds_until(self._moments.wall(number))
                self._wait(order, partial(self._is_changed, self._kept_look), _nap(seconds))

    def _is_changed(self, look: Look) -> bool:
        return self._look != look

    def _in_look(self) -> dict[int, Picture]:
        """The pictures kept, if they look as they should now."""
        if self._kept_look != self._look:
            self._kept, self._kept_look = {}, self._look
        return self._kept

    def _fill(self, order: Order, decoder: Decoder, number: int) -> None:
        """Keeps the pictures up to `number`, as far back as its keyframe and the memory go."""
        kept = self._in_look()
        kept.clear()
        across, down = self._kept_look[0]
        first = number + 1 - max(self.kept_bytes // (4 * across * down), 2)
        for at in range(self._moments.key_before(number), number + 1):
            if not self._wanted(order):
                return
            with self._slots.taken(self.urgency), suppress(Damaged):
                frame = self._decode(decoder, at)
                if at >= first and self._kept_look == self._look:
                    kept[at] = self._picture(frame)


def _nap(seconds: float) -> float:
    """A wait that ends even when the clock stands or changes its pace meanwhile."""
    return min(max(seconds, 0.002), 0.2)
