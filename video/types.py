"""Values of the video folder: media time, spans, frames and what is known of a source."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final, NewType, Protocol

import numpy as np
from numpy.typing import NDArray

TimeNs = NewType("TimeNs", int)
"""Media time: nanoseconds since the first presented frame of the stream."""

STREAM_START: Final = TimeNs(0)

Pixels = NDArray[np.uint8]
"""A picture `(height, width, 3)` BGR, `(height, width, 4)` BGRA, or `(height, width)` grey;
origin top-left."""


@dataclass(frozen=True, slots=True)
class Span:
    """Media time from `start_ns` up to but not including `end_ns`."""

    start_ns: TimeNs
    end_ns: TimeNs

    def __post_init__(self) -> None:
        if self.end_ns < self.start_ns:
            raise ValueError(f"span ends ({self.end_ns}) before it starts ({self.start_ns})")

    @property
    def length_ns(self) -> int:
        return self.end_ns - self.start_ns


class Frame(Protocol):
    """One decoded picture and the time it has; pixels are converted only when asked for."""

    @property
    def pts(self) -> int:
        """Presentation time stamp in ticks of `time_base`: the identity of the frame."""

    @property
    def number(self) -> int:
        """Position in presentation order, from 0; derived from the packet index."""

    @property
    def time_ns(self) -> TimeNs:
        """Media time of the frame."""

    def bgr(self) -> Pixels:
        """The picture 1:1 as displayed (rotation applied): `(h, w, 3) uint8`, read-only."""

    def luma(self, width: int, height: int) -> Pixels:
        """The brightness scaled to `(height, width) uint8`: cheap, for the motion gate."""

    def bgra(self, width: int, height: int) -> Pixels:
        """The picture upright and scaled, `(height, width, 4) uint8`, read-only: for the screen.

        Scaled while it is converted; the fourth channel is 255. Rows may be padded: what takes
        the memory as it is must ask for `strides[0]`.
        """


@dataclass(frozen=True, slots=True)
class PacketIndex:
    """The presentation times of a video stream, read from its packets.

    `pts` is `(n,) int64`, strictly increasing, in ticks of `time_base`; only frames that are
    presented are listed (packets discarded by an edit list are not). `keyframes` is `(n,) bool`:
    decoding can start at that frame. `duplicate_pts` counts packets whose time stamp repeated.
    `counted` is true where the file's own time stamps do not order its pictures (a raw stream,
    H.264 with B-frames in AVI, a recorder clock that jumped back): then `pts` are made by
    counting, and a frame is found by counting pictures from the start.
    """

    pts: NDArray[np.int64]
    keyframes: NDArray[np.bool_]
    time_base: Fraction
    duplicate_pts: int = 0
    counted: bool = False

    def __post_init__(self) -> None:
        if self.pts.shape != self.keyframes.shape or self.pts.ndim != 1:
            raise ValueError("pts and keyframes must be one-dimensional and equally long")
        if len(self.pts) > 1 and not bool((np.diff(self.pts) > 0).all()):
            raise ValueError("pts must increase strictly")

    def __len__(self) -> int:
        return len(self.pts)


@dataclass(frozen=True, slots=True)
class Gap:
    """Footage is missing between two frames: media time of the last before and the first after."""

    from_ns: TimeNs
    to_ns: TimeNs


@dataclass(frozen=True, slots=True)
class ClockJump:
    """The recorder's own clock steps between two packets: back, or further than footage is
    missing. `at_ns` is the media time of the first frame after it, `by_ns` the step."""

    at_ns: TimeNs
    by_ns: int


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """One sound stream of a file: `index` counts the streams of sound from 0."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    start_ns: int
    """When it begins, in media time of the pictures; may be negative."""
    duration_ns: int | None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a file claims about its first video stream, and what reading its packets found."""

    path: Path
    sha256: str
    size_bytes: int
    container: str
    codec: str
    width: int
    """Displayed width in pixels, after rotation."""
    height: int
    rotation_deg: int
    """Clockwise turn that the container asks for: 0, 90, 180 or 270; `Frame.bgr` applies it."""
    sample_aspect: Fraction
    claimed_fps: Fraction | None
    measured_fps: float | None
    """Frames over the time they cover; None below two frames."""
    claimed_frames: int | None
    claimed_duration_ns: int | None
    duration_ns: int
    """From the first frame to the end of the last (its nominal length added)."""
    index: PacketIndex
    variable_rate: bool
    gaps: tuple[Gap, ...]
    recorded_at: str | None
    """The container's own creation time, ISO 8601 with zone, as found; never trusted silently."""
    audio_streams: int
    interlaced: bool | None
    raw_stream: bool
    """True where the file has no usable time stamps (`index.counted`): re-wrap it to work on it."""
    warnings: tuple[str, ...] = field(default=())
    frozen: tuple[Span, ...] = ()
    """Where one and the same picture stands still for longer than a scene does by itself."""
    clock_jumps: tuple[ClockJump, ...] = ()
    corrupt_packets: int = 0
    sound: tuple[SoundFacts, ...] = ()
    exported_by: str = ""
    """Who exported it, as an ONVIF export file says; empty where it does not."""
    onvif_start: bool = False
    """Whether `recorded_at` is what such a file says of its track, not the container's own time."""

    @property
    def frames(self) -> int:
        return len(self.index)
