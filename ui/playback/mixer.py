"""What is heard: the sound of several recordings mixed for the master clock, block by block.

No Qt and no device here. `feed` decodes ahead on a thread of its own, `pull` hands out what is due
when the device asks; the clock is never driven by the sound, the sound follows the clock.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

import numpy as np

from resources.errors import UserError
from video.clock import NS_PER_S, ClockOffset
from video.sound import CHANNELS, RATE, Samples, SoundFile

SLOWEST: Final = 0.5
FASTEST: Final = 2.0
"""At other rates, and backward, there is no sound: nobody could make sense of it."""
BLOCK: Final = RATE // 20
_AHEAD_BLOCKS: Final = 8
# Devices ask in bursts of a few hundredths of a second; sound that is wrong by more than this is
# moved. (Noticed: 45 ms early, 125 ms late; ITU-R BT.1359-1, 1998.)
_SLACK_NS: Final = 45_000_000


class Clock(Protocol):
    """What of the master clock is needed."""

    @property
    def playing(self) -> bool: ...
    @property
    def rate(self) -> float: ...
    def now(self, *, ahead_s: float = 0.0) -> int: ...


@dataclass(frozen=True, slots=True)
class SoundSource:
    """A recording that can be heard; `origin_s` is the time stamp of its first picture."""

    source_id: int
    path: Path
    origin_s: Fraction
    clock: ClockOffset


class Mixer:
    """`feed` from one thread, `pull` from another, the rest from any."""

    def __init__(
        self,
        clock: Callable[[], Clock],
        complain: Callable[[int, UserError], None],
        *,
        latency_s: float = 0.0,
    ) -> None:
        """`complain` is called with a source that cannot be heard, which is then left out;
        what is pulled now is heard `latency_s` later."""
        self._clock = clock
        self._complain = complain
        self._latency_s = latency_s
        self._lock = Lock()
        self._wanted: dict[int, SoundSource] = {}
        self._open: dict[int, tuple[SoundSource, SoundFile]] = {}
        self._ready: deque[tuple[int, Samples]] = deque()
        """Blocks with the wall time of their first sample."""
        self._next_ns: int | None = None
        self._rate = 1.0

    def set_heard(self, sources: Mapping[int, SoundSource]) -> None:
        """Exactly these are heard from now on."""
        with self._lock:
            if sources != self._wanted:
                self._wanted = dict(sources)
                self._forget()

    @property
    def has_work(self) -> bool:
        """Whether there is anything to hear now."""
        return bool(self._wanted) and self._audible(self._clock())

    def feed(self) -> bool:
        """Decodes one block if one is needed; False where nothing is to be done now."""
        clock = self._clock()
        with self._lock:
            wanted = dict(self._wanted)
            if not wanted or not self._audible(clock):
                self._forget()
                self._close_others({})
                return False
            if clock.rate != self._rate:
                self._forget()
                self._rate = clock.rate
            due = clock.now(ahead_s=self._latency_s)
            begin = self._ready[0][0] if self._ready else self._next_ns
            if begin is None or not self._follows(begin, due):
                self._forget()
                self._next_ns = due
            if len(self._ready) >= _AHEAD_BLOCKS or self._next_ns is None:
                return False
            at, rate = self._next_ns, self._rate
        self._close_others(wanted)
        mixed = self._mix(wanted, at, rate)
        with self._lock:
            # Somebody may have gone elsewhere meanwhile.
            if self._next_ns == at and self._wanted == wanted:
                self._ready.append((at, mixed))
                self._next_ns = at + _wall_length(len(mixed), rate)
        return True

    def pull(self, count: int) -> Samples:
        """`count` samples, due at the clock now: silence where nothing is ready."""
        out = np.zeros((count, CHANNELS), np.float32)
        clock = self._clock()
        if not self._audible(clock):
            return out
        due = clock.now(ahead_s=self._latency_s)
        with self._lock:
            self._drop_before(due - _SLACK_NS)
            filled = 0
            while filled < count and self._ready:
                at, samples = self._ready[0]
                heard_at = due + _wall_length(filled, self._rate)
                if at - heard_at > _SLACK_NS:
                    # Too early: silence up to there.
                    filled += min(
                        int((at - heard_at) / self._rate * RATE / NS_PER_S) or 1, count - filled
                    )
                    continue
                taken = samples[: count - filled]
                out[filled : filled + len(taken)] = taken
                filled += len(taken)
                if len(taken) == len(samples):
                    self._ready.popleft()
                else:
                    rest = at + _wall_length(len(taken), self._rate)
                    self._ready[0] = (rest, samples[len(taken) :])
        return out

    def close(self) -> None:
        """Closes every file; after the feeding thread has ended."""
        with self._lock:
            self._wanted = {}
            self._forget()
        self._close_others({})

    @staticmethod
    def _audible(clock: Clock) -> bool:
        return clock.playing and SLOWEST <= clock.rate <= FASTEST

    def _follows(self, begin: int, due: int) -> bool:
        """Whether what is ready fits the clock: not far behind it, and not far ahead."""
        longest = _wall_length(_AHEAD_BLOCKS * BLOCK, self._rate)
        return due - longest <= begin <= due + 2 * longest

    def _forget(self) -> None:
        self._ready.clear()
        self._next_ns = None

    def _drop_before(self, wall_ns: int) -> None:
        while self._ready:
            at, samples = self._ready[0]
            late = int((wall_ns - at) / self._rate * RATE / NS_PER_S)
            if late <= 0:
                return
            if late < len(samples):
                self._ready[0] = (at + _wall_length(late, self._rate), samples[late:])
                return
            self._ready.popleft()

    def _mix(self, wanted: Mapping[int, SoundSource], at: int, rate: float) -> Samples:
        mixed = np.zeros((BLOCK, CHANNELS), np.float32)
        for source in wanted.values():
            file = self._file(source)
            if file is None:
                continue
            try:
                heard = file.read(source.clock.to_media(at), round(BLOCK * rate))
            except UserError as error:
                self._give_up(source, error)
                continue
            mixed += _stretched(heard, BLOCK)
        return np.clip(mixed, -1, 1)

    def _file(self, source: SoundSource) -> SoundFile | None:
        known = self._open.get(source.source_id)
        if known is not None and known[0] == source:
            return known[1]
        try:
            file = SoundFile(source.path, source.origin_s)
        except UserError as error:
            self._give_up(source, error)
            return None
        self._open[source.source_id] = (source, file)
        return file

    def _give_up(self, source: SoundSource, error: UserError) -> None:
        with self._lock:
            self._wanted.pop(source.source_id, None)
        self._complain(source.source_id, error)

    def _close_others(self, wanted: Mapping[int, SoundSource]) -> None:
        for source_id, (source, file) in list(self._open.items()):
            if wanted.get(source_id) != source:
                file.close()
                del self._open[source_id]


def _wall_length(samples: int, rate: float) -> int:
    """How much wall time so many samples are heard for."""
    return round(samples * NS_PER_S / RATE * rate)


def _stretched(samples: Samples, count: int) -> Samples:
    """The same sound in so many samples, as a tape that runs faster or slower (pitch changes)."""
    if len(samples) == count:
        return samples
    places = np.linspace(0, len(samples) - 1, count)
    before = places.astype(np.intp)
    after = np.minimum(before + 1, len(samples) - 1)
    share = (places - before).astype(np.float32)[:, None]
    return samples[before] * (1 - share) + samples[after] * share
