"""The sound of a stretch of a recording as coded packets, for clips; decodes nothing."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

import av
import av.error
from av.audio.stream import AudioStream
from av.stream import Discard

from video.container import VideoFile
from video.pulse import beat

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet

SOUND_IN_MP4: Final = frozenset({"aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"})
_SOUND_BACK_S: Final = (1, 8, 60)
"""How far before the wanted sound a file is entered; then from its beginning."""


def sound_streams(file: VideoFile) -> list[AudioStream]:
    """The sound streams of a file that FFmpeg has a name for."""
    # Without a decoder PyAV has no context, whatever its types say.
    return [
        one
        for one in file.container.streams.audio
        if getattr(one, "codec_context", None) is not None
    ]


def sound_codecs(file: VideoFile) -> tuple[str, ...]:
    return tuple(one.codec_context.codec.canonical_name for one in sound_streams(file))


def sound_packets(
    file: VideoFile, begin: Fraction, end: Fraction
) -> "Iterator[tuple[Packet[AudioStream], Fraction]]":
    """The sound packets of a file that begin in [begin, end) seconds of its own time, with that
    time; all streams of sound, in the order of the file. The pictures are not read."""
    streams = sound_streams(file)
    file.stream.discard = Discard.all
    for one in streams:
        one.discard = Discard.default
    for back in (*_SOUND_BACK_S, None):
        try:
            entry = 0 if back is None else max(int((begin - back) * av.time_base), 0)
            file.container.seek(entry)
        except av.error.FFmpegError:
            continue
        early = back is None
        for packet in _heard(file, streams):
            if packet.pts is None:
                continue
            at = packet.pts * packet.time_base
            if not early and at > begin:
                break
            early = True
            if at >= end + 1:
                return
            if begin <= at < end:
                yield packet, at
        if early:
            return


def _heard(file: VideoFile, streams: list[AudioStream]) -> "Iterator[Packet[AudioStream]]":
    """Sound packets from here on; a fault of the file ends them."""
    try:
        for packet in file.container.demux(streams):
            beat()
            if packet.size and isinstance(packet.stream, AudioStream):
                yield cast("Packet[AudioStream]", packet)
    except av.error.FFmpegError:
        return
