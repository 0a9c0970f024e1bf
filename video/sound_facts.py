"""What a file claims of its sound; nothing of it is decoded."""

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from video.clock import NS_PER_S
from video.container import VideoFile
from video.types import SoundFacts

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

# Sound that begins much later or earlier than the pictures is told.
_APART_NS: Final = NS_PER_S


def sound_facts(file: VideoFile, first_picture_s: Fraction) -> tuple[SoundFacts, ...]:
    """The sound streams of a file; `first_picture_s` is the time stamp of its first picture."""
    return tuple(
        _facts(at, stream, first_picture_s)
        for at, stream in enumerate(file.container.streams.audio)
    )


def _facts(at: int, stream: "AudioStream", first_picture_s: Fraction) -> SoundFacts:
    # A coding that FFmpeg cannot decode has no context, whatever the types say.
    context = getattr(stream, "codec_context", None)
    base = stream.time_base or Fraction(1)
    start = 0 if stream.start_time is None else stream.start_time * base - first_picture_s
    return SoundFacts(
        index=at,
        codec="unknown" if context is None else context.name,
        sample_rate=0 if context is None else context.sample_rate or 0,
        channels=0 if context is None else context.channels or 0,
        start_ns=round(start * NS_PER_S),
        duration_ns=_duration_ns(stream, base),
    )


def _duration_ns(stream: "AudioStream", base: Fraction) -> int | None:
    if stream.duration is not None:
        return round(stream.duration * base * NS_PER_S)
    # Matroska keeps it as a tag: hours:minutes:seconds.fraction.
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        length = (int(hours) * 60 + int(minutes)) * 60 + Fraction(seconds)
    except (ValueError, ZeroDivisionError):
        return None
    return round(length * NS_PER_S)


def sound_warnings(sound: tuple[SoundFacts, ...]) -> list[str]:
    """What is odd about it, in words."""
    told = []
    for one in sound:
        name = "The sound" if len(sound) == 1 else f"Sound stream {one.index + 1}"
        if one.codec == "unknown":
            told.append(f"{name} is coded in a way that is not known here.")
        if abs(one.start_ns) > _APART_NS:
            side = "after" if one.start_ns > 0 else "before"
            told.append(f"{name} begins {abs(one.start_ns) / NS_PER_S:.3f} s {side} the pictures.")
    return told
