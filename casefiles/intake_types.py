"""What a file was found to be when it was taken in, where it comes from, and its proof."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from video.types import SoundFacts, SourceFacts


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file claims and what reading it found, without its packet index; times are media
    nanoseconds."""

    size_bytes: int
    container: str
    codec: str
    width: int
    height: int
    rotation_deg: int
    sample_aspect: Fraction
    claimed_fps: Fraction | None
    measured_fps: float | None
    variable_rate: bool
    claimed_frames: int | None
    frames: int
    claimed_duration_ns: int | None
    duration_ns: int
    recorded_at: str | None
    interlaced: bool | None
    raw_stream: bool
    audio_streams: int
    sound: tuple[SoundFacts, ...]
    gaps: tuple[tuple[int, int], ...]
    duplicates: int
    frozen: tuple[tuple[int, int], ...]
    clock_jumps: tuple[tuple[int, int], ...]
    """Where a recorder's clock steps, and by how much."""
    corrupt_packets: int
    exported_by: str
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, facts: SourceFacts) -> "FileFacts":
        """The same facts, light enough for thousands of files."""
        return cls(
            size_bytes=facts.size_bytes,
            container=facts.container,
            codec=facts.codec,
            width=facts.width,
            height=facts.height,
            rotation_deg=facts.rotation_deg,
            sample_aspect=facts.sample_aspect,
            claimed_fps=facts.claimed_fps,
            measured_fps=facts.measured_fps,
            variable_rate=facts.variable_rate,
            claimed_frames=facts.claimed_frames,
            frames=facts.frames,
            claimed_duration_ns=facts.claimed_duration_ns,
            duration_ns=facts.duration_ns,
            recorded_at=facts.recorded_at,
            interlaced=facts.interlaced,
            raw_stream=facts.raw_stream,
            audio_streams=facts.audio_streams,
            sound=facts.sound,
            gaps=tuple((int(gap.from_ns), int(gap.to_ns)) for gap in facts.gaps),
            duplicates=facts.index.duplicate_pts,
            frozen=tuple((int(span.start_ns), int(span.end_ns)) for span in facts.frozen),
            clock_jumps=tuple((int(jump.at_ns), jump.by_ns) for jump in facts.clock_jumps),
            corrupt_packets=facts.corrupt_packets,
            exported_by=facts.exported_by,
            warnings=facts.warnings,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recording comes from, as a person noted it: the recorder, who gave it to whom and
    when, and when the recorder will write over what it still holds. Wall times."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    received_from: str = ""
    received_by: str = ""
    received_ns: int | None = None
    note: str = ""
    overwrite_ns: int | None = None


NO_ORIGIN: Final = Origin()


@dataclass(frozen=True, slots=True)
class Intake:
    """How a recording came into the case: what was read, that reading it again gave the same
    bytes, where it comes from, and its copy in the case. None where it was never found out."""

    facts: FileFacts | None = None
    hashed_ns: int | None = None
    reread_sha256: str | None = None
    reread_ns: int | None = None
    origin: Origin = NO_ORIGIN
    collected: str | None = None
    collected_ns: int | None = None
