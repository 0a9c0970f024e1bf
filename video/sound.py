"""The sound of a recording by media time: blocks to listen to, and its loudness to look at.

Sound is placed by its own time stamps against those of the pictures: where it is missing there is
silence, never something that was moved there from elsewhere.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeAlias

import av.error
import numpy as np
from av.audio.resampler import AudioResampler
from av.stream import Discard
from numpy.typing import NDArray

from video.clock import NS_PER_S
from video.container import VideoFile
from video.errors import Damaged, NoSound, SeekFailed, VideoError
from video.types import TimeNs

if TYPE_CHECKING:  # generic in the stubs only
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

RATE: Final = 48_000
"""Samples a second of everything that is given out."""
CHANNELS: Final = 2
Samples: TypeAlias = NDArray[np.float32]
"""`(n, 2) float32`, left and right, −1..1."""

# Coded sound depends on a little of what came before it; further back where that does not do.
_BACK_S: Final = (Fraction(1, 2), 4, 30)
# A jump ahead of less than this is read through, which is quicker than looking for a place.
_READ_THROUGH_NS: Final = 2 * NS_PER_S
# Stamps of sound are coarse; less than this is not torn apart.
_SLACK: Final = RATE // 100


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a recording is over time: per step the lowest and the highest sample.

    `low`, `high` `(n,) int8`, −127..127; step `k` covers media time from `start_ns + k × step_ns`.
    """

    start_ns: TimeNs
    step_ns: int
    low: NDArray[np.int8]
    high: NDArray[np.int8]


class SoundFile:
    """One sound stream of a recording; a context manager, for one thread at a time.

    Raises:
        CannotOpen, NoPictures: as for a `VideoFile`.
        NoSound: it has no such stream, or its coding is not known here.
    """

    def __init__(self, path: Path, origin_s: Fraction, stream: int = 0) -> None:
        """`origin_s` is the time stamp of the first picture in seconds: media time zero."""
        self.path = path
        self._origin = origin_s
        self._file = VideoFile(path)
        try:
            self._stream = self._chosen(stream)
        except BaseException:
            self._file.close()
            raise
        self._packets: Iterator[tuple[int, Samples]] | None = None
        self._kept = np.empty((0, CHANNELS), np.float32)
        self._kept_at = 0
        """Sample number, from media time zero, of the first of `_kept`."""

    def read(self, start_ns: TimeNs, count: int) -> Samples:
        """`count` samples from a media time on; silence where there is no sound.

        Raises:
            Damaged: the drive failed.
        """
        first = _sample_of(start_ns)
        self._reach(first, first + count)
        out = np.zeros((count, CHANNELS), np.float32)
        from_kept = max(first, self._kept_at)
        to_kept = min(first + count, self._kept_at + len(self._kept))
        if to_kept > from_kept:
            out[from_kept - first : to_kept - first] = self._kept[
                from_kept - self._kept_at : to_kept - self._kept_at
            ]
        return out

    def blocks(self) -> Iterator[tuple[int, Samples]]:
        """All of it from the beginning: the number of its first sample, and the samples."""
        self._go_to(None)
        assert self._packets is not None
        yield from self._packets

    def close(self) -> None:
        """Closes the file; closing twice is harmless."""
        self._packets = None
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _chosen(self, number: int) -> "AudioStream":
        streams = self._file.container.streams.audio
        if number >= len(streams):
            raise NoSound(f"{self.path} has no sound stream {number + 1}", "Play it without sound.")
        # Without a decoder PyAV has no context, whatever its types say.
        if getattr(streams[number], "codec_context", None) is None:
            raise NoSound(
                f"the sound of {self.path} is coded in a way that is not known here",
                "Use the player of the recorder's maker to hear it.",
            )
        self._file.stream.discard = Discard.all
        streams[number].discard = Discard.default
        return streams[number]

    def _reach(self, first: int, end: int) -> None:
        """Keeps the samples from `first` on, as far as there are any before `end`."""
        kept_end = self._kept_at + len(self._kept)
        near = self._kept_at <= first <= kept_end + RATE * _READ_THROUGH_NS // NS_PER_S
        if self._packets is None or not near:
            self._go_to(first)
        self._drop_before(first)
        assert self._packets is not None
        while self._kept_at + len(self._kept) < end:
            came = next(self._packets, None)
            if came is None:
                return
            self._append(*came)
            self._drop_before(first)

    def _append(self, at: int, samples: Samples) -> None:
        end = self._kept_at + len(self._kept)
        if not len(self._kept):
            self._kept, self._kept_at = samples, at
        elif abs(at - end) <= _SLACK:
            self._kept = np.concatenate((self._kept, samples))
        elif at > end:
            silence = np.zeros((at - end, CHANNELS), np.float32)
            self._kept = np.concatenate((self._kept, silence, samples))
        # Sound that runs back over what was heard already says two things at once: the first holds.
        elif at + len(samples) > end:
            self._kept = np.concatenate((self._kept, samples[end - at :]))

    def _drop_before(self, first: int) -> None:
        gone = min(first - self._kept_at, len(self._kept))
        if gone > 0:
            self._kept = self._kept[gone:]
            self._kept_at += gone

    def _go_to(self, first: int | None) -> None:
        """Decodes anew from a little before a sample, or from the beginning (None)."""
        self._kept = np.empty((0, CHANNELS), np.float32)
        self._kept_at = first or 0
        for back_s in _BACK_S if first is not None else ():
            packets = self._entered(Fraction(first or 0, RATE) - back_s)
            came = None if packets is None else next(packets, None)
            # Containers without an index of the sound may land behind what is wanted.
            if packets is not None and came is not None and came[0] <= (first or 0):
                self._packets = chain((came,), packets)
                return
        self._packets = self._entered(None)
        if self._packets is None:
            raise SeekFailed(
                f"the sound of {self.path} cannot be entered", "Play it without sound."
            )

    def _entered(self, media_s: Fraction | None) -> Iterator[tuple[int, Samples]] | None:
        """The blocks from about a media time on, or from the beginning; None where it fails."""
        base = self._stream.time_base or Fraction(1, RATE)
        begin = int(self._stream.start_time or 0)
        stamp = begin if media_s is None else max(int((media_s + self._origin) / base), begin)
        try:
            self._file.container.seek(stamp, stream=self._stream, backward=True)
        except (av.error.FFmpegError, OverflowError):
            return None
        return self._decode()

    def _decode(self) -> Iterator[tuple[int, Samples]]:
        resampler = AudioResampler(format="flt", layout="stereo", rate=RATE)
        expected: int | None = None
        try:
            for packet in self._file.container.demux(self._stream):
                try:
                    frames = packet.decode()
                # A damaged packet costs itself: the next one says where it belongs.
                except av.error.FFmpegError:
                    expected = None
                    continue
                for frame in frames:
                    at = self._number(frame)
                    for samples in _resampled(resampler, frame):
                        number = expected if at is None else at
                        # What the resampler holds back is less than the slack.
                        if number is None:
                            number = 0
                        if expected is not None and abs(number - expected) <= _SLACK:
                            number = expected
                        yield number, samples
                        expected = number + len(samples)
                        at = None
        except av.error.FFmpegError:
            # The file breaks off: what follows is silence.
            return
        except OSError as error:
            raise Damaged(
                f"reading {self.path} failed: {error.strerror}", "Check the drive and cable."
            ) from error

    def _number(self, frame: "AudioFrame") -> int | None:
        """Which sample of media time a block of sound begins with."""
        if frame.pts is None or frame.time_base is None:
            return None
        return round((frame.pts * frame.time_base - self._origin) * RATE)


def has_sound(path: Path) -> bool:
    """Whether a recording has sound that can be played; reads its head only."""
    try:
        with SoundFile(path, Fraction(0)):
            return True
    except VideoError:
        return False


def measure_loudness(
    path: Path, origin_s: Fraction, *, steps_per_s: int = 20, stream: int = 0
) -> Generator[TimeNs, None, Loudness]:
    """The loudness of a whole recording; decodes all of its sound, and none of its pictures.

    Gives the media time reached every few seconds of sound. The lowest and highest sample of each
    step are kept, so that a short bang is seen at every zoom.

    Raises:
        As for a `SoundFile`.
    """
    step = RATE // steps_per_s
    low: list[NDArray[np.int8]] = []
    high: list[NDArray[np.int8]] = []
    waiting = np.empty(0, np.float32)
    base = end = 0

    def keep(samples: NDArray[np.float32]) -> None:
        parts = samples.reshape(-1, step)
        low.append(_as_bytes(parts.min(axis=1)))
        high.append(_as_bytes(parts.max(axis=1)))

    with SoundFile(path, origin_s, stream) as file:
        for number, samples in file.blocks():
            if not low and not len(waiting):
                base = end = number
            missing = np.zeros(max(number - end, 0), np.float32)
            # What runs back over what was there already is heard once.
            mono = samples[max(end - number, 0) :].mean(axis=1)
            waiting = np.concatenate((waiting, missing, mono))
            end = max(end, number + len(samples))
            whole = len(waiting) // step * step
            if whole >= 64 * step:
                keep(waiting[:whole])
                waiting = waiting[whole:]
                yield TimeNs(end * NS_PER_S // RATE)
    if len(waiting):
        keep(np.concatenate((waiting, np.zeros(-len(waiting) % step, np.float32))))
    nothing = np.empty(0, np.int8)
    return Loudness(
        TimeNs(base * NS_PER_S // RATE),
        NS_PER_S // steps_per_s,
        np.concatenate(low) if low else nothing,
        np.concatenate(high) if high else nothing,
    )


def _as_bytes(values: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.clip(np.round(values * 127), -127, 127).astype(np.int8)


def _sample_of(time_ns: TimeNs) -> int:
    return (2 * time_ns * RATE + NS_PER_S) // (2 * NS_PER_S)


def _resampled(resampler: AudioResampler, frame: "AudioFrame") -> Iterator[Samples]:
    # Its own stamps are lost on the way and not needed.
    for made in resampler.resample(frame):
        yield np.asarray(made.to_ndarray(), np.float32).reshape(-1, CHANNELS)
