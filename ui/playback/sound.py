"""Sound of the tiles: which recordings are heard, the thread that decodes it, and the speaker.

Starts one thread, and opens the speaker, when something is heard for the first time.
"""

import os
import sys
from collections.abc import Callable, Generator, Sequence
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread
from typing import Final, Protocol

import miniaudio
from PySide6.QtCore import QObject, Signal

from resources.errors import UserError
from ui.playback.mixer import Clock, Mixer, SoundSource
from ui.playback.moments import PlaySource
from video.sound import CHANNELS, RATE, Samples

_BUFFER_MS: Final = 60
_REST_S: Final = 0.02
_IDLE_S: Final = 0.2
Pull = Callable[[int], Samples]


class NoSpeaker(UserError):
    """This computer has nothing to play sound on, or it is taken."""


class Speaker(Protocol):
    """Asks for samples again and again, on a thread of its own, until it is stopped."""

    latency_s: float

    def start(self, pull: Pull) -> None:
        """Raises `NoSpeaker` where there is none."""

    def stop(self) -> None:
        """Ends asking; stopping twice is harmless."""


class SystemSpeaker:
    """The computer's usual output, by miniaudio."""

    latency_s = _BUFFER_MS / 1000

    def __init__(self) -> None:
        self._device: miniaudio.PlaybackDevice | None = None

    def start(self, pull: Pull) -> None:
        if not _has_output():
            raise NoSpeaker(
                "this computer has no sound output", "Connect a speaker or headphones, and log in."
            )
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=CHANNELS,
                sample_rate=RATE,
                buffersize_msec=_BUFFER_MS,
                app_name="Sightline",
            )
        except miniaudio.MiniaudioError as error:
            raise NoSpeaker(
                "the sound output of this computer cannot be opened",
                "Another program may hold it; check the sound settings.",
            ) from error
        wave = _asked(pull)
        next(wave)
        self._device.start(wave)

    def stop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()


class Sound(QObject):
    """Which of the open sources are heard; `close` must be called before it goes."""

    changed = Signal()
    """Something is heard now that was not, or no longer."""
    failed = Signal(object)
    """A source cannot be heard, or there is no speaker (`UserError`)."""
    _lost = Signal(int, object)

    def __init__(
        self,
        clock: Callable[[], Clock],
        parent: QObject | None = None,
        *,
        speaker: Speaker | None = None,
    ) -> None:
        super().__init__(parent)
        self._speaker: Speaker = SystemSpeaker() if speaker is None else speaker
        self._mixer = Mixer(clock, self._lost.emit, latency_s=self._speaker.latency_s)
        self._known: dict[int, SoundSource] = {}
        self._on: set[int] = set()
        self._thread: Thread | None = None
        self._wake, self._ended = Event(), Event()
        self._lost.connect(self._drop)

    def open(self, sources: Sequence[PlaySource]) -> None:
        """These recordings are open; those among them that have sound can be heard."""
        known = {
            source.source_id: SoundSource(
                source.source_id,
                source.path,
                Fraction(int(source.index.pts[0])) * source.index.time_base,
                source.clock,
            )
            for source in sources
            if source.sound
        }
        if known != self._known:
            self._known = known
            self._tell()

    def has_sound(self, source_id: int) -> bool:
        """Whether an open source can be heard."""
        return source_id in self._known

    def is_on(self, source_id: int) -> bool:
        """Whether it is heard while it plays."""
        return source_id in self._on and source_id in self._known

    @property
    def heard(self) -> tuple[int, ...]:
        """The open sources that are heard."""
        return tuple(one for one in self._known if one in self._on)

    def set_on(self, source_id: int, *, on: bool) -> None:
        """Lets a source be heard, or mutes it; remembered while the case is open."""
        if on and not self._start():
            return
        (self._on.add if on else self._on.discard)(source_id)
        self._tell()

    def toggle(self, source_id: int) -> None:
        """Mutes what is heard, lets be heard what is mute."""
        self.set_on(source_id, on=not self.is_on(source_id))

    def mute_all(self) -> None:
        """Silence."""
        self._on.clear()
        self._tell()

    def follow(self) -> None:
        """The clock was started, stopped or moved: what is ready may be of no use any more."""
        self._wake.set()

    def close(self) -> None:
        """Ends the thread and gives the speaker back."""
        self._ended.set()
        self._wake.set()
        self._speaker.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._mixer.close()

    def _tell(self) -> None:
        self._mixer.set_heard({one: self._known[one] for one in self.heard})
        self._wake.set()
        self.changed.emit()

    def _drop(self, source_id: int, error: UserError) -> None:
        self._on.discard(source_id)
        self._known.pop(source_id, None)
        self._tell()
        self.failed.emit(error)

    def _start(self) -> bool:
        if self._thread is not None:
            return True
        try:
            self._speaker.start(self._mixer.pull)
        except NoSpeaker as error:
            self.failed.emit(error)
            return False
        self._thread = Thread(target=self._feed, name="sound", daemon=True)
        self._thread.start()
        return True

    def _feed(self) -> None:
        while not self._ended.is_set():
            if self._mixer.feed():
                continue
            self._wake.wait(_REST_S if self._mixer.has_work else _IDLE_S)
            self._wake.clear()


def _asked(pull: Pull) -> Generator[bytes, int, None]:
    """What miniaudio wants: a generator that is sent how many samples it needs."""
    count = yield b""
    while True:
        count = yield pull(count).tobytes()


def _has_output() -> bool:
    """Whether asking for an output makes sense: on a Linux without one, ALSA would complain at
    length on stderr, which nobody can stop."""
    if not sys.platform.startswith("linux"):
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    return (
        Path("/dev/snd").is_dir()
        or (runtime / "pulse" / "native").exists()
        or bool(os.environ.get("PULSE_SERVER"))
    )
