"""Excerpts encoded anew: exactly the frames that were asked for, each at its own time.

The picture keeps its pixel format, size, colour range and primaries where H.264 can hold them;
what is added (a strip of text, a line to make the size even) lies below and right of it.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av
import av.error
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container.output import OutputContainer
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.stream import VideoStream
from numpy.typing import NDArray

from video.burn_in import strip, strip_height
from video.clip import Cut, end_s, refuse_write
from video.clip_sound import SOUND_IN_MP4, sound_packets, sound_streams
from video.clock import pts_to_ns
from video.container import VideoFile
from video.decoder import open_source
from video.errors import Damaged
from video.packet_index import read_index, time_of
from video.pyav_decoder import PyavFrame, quarter_turns
from video.types import Frame, PacketIndex, TimeNs

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet

    from video.clip import Lane

Lines = Callable[[TimeNs], Sequence[str]]
"""What the strip says below the picture of a media time; always as many lines."""

QUALITY: Final = 14
"""libx264's constant rate factor: no difference to be seen side by side."""
_OPTIONS: Final = {
    "preset": "medium",
    "crf": str(QUALITY),
    # A fixed number: how many there are changes the result, and it must not differ by computer.
    "threads": "4",
    "g": "50",
}
_KEPT_FORMATS: Final = frozenset({
    "yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv420p10le",
    "yuv422p10le", "yuv444p10le",
})  # fmt: skip
_FULL_RANGE: Final = 2
_PACKAGED: Final = 1024
_MISSING_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Encoded:
    """What an exact clip holds."""

    path: Path
    written: int
    missing: tuple[int, ...]
    """Numbers of frames that did not decode (the first hundred)."""
    width: int
    height: int
    """Of the video, with what was added."""
    picture_width: int
    picture_height: int
    """Of the picture in its top left corner."""
    pixel_format: str
    notes: tuple[str, ...]
    """What is not as in the original, in words."""
    sound: tuple[str, ...]
    """What became of each stream of sound."""


def encode_cut(
    path: Path, index: PacketIndex, cut: Cut, stem: Path, *, comment: str, lines: Lines | None
) -> Generator[int, None, Encoded]:
    """Encodes the frames of a cut into `stem` + `.mp4.part`; yields frames done.

    Each frame has the time it has in the original, counted from the first: a variable rate stays
    one, a gap stays a gap. Rotation is applied to the pixels. Sound is copied where MP4 holds it,
    else encoded as AAC.

    Raises:
        CannotOpen, NoPictures: the original cannot be read.
        Damaged: not one of the frames decodes, or what was written does not read back.
        CannotWrite: `stem` cannot be written. Nothing is left.
    """
    part = stem.with_name(f"{stem.name}.mp4.part")
    whole = False
    try:
        made = yield from _encode(path, index, cut, part, comment, lines)
        _prove(index, cut, made)
        whole = True
        return made
    except (OSError, av.error.FFmpegError) as error:
        raise refuse_write(part, error) from error
    finally:
        if not whole:
            part.unlink(missing_ok=True)


def _prove(index: PacketIndex, cut: Cut, made: Encoded) -> None:
    """Raises Damaged unless as many frames, at the right times, are in the file."""
    found = read_index(made.path)
    span_ns = pts_to_ns(int(index.pts[cut.last]), int(index.pts[cut.first]), index.time_base)
    length_ns = pts_to_ns(int(found.pts[-1]), int(found.pts[0]), found.time_base)
    whole = not made.missing and abs(span_ns - length_ns) <= 1_000
    if len(found) != made.written or not (whole or made.missing):
        raise Damaged(f"{made.path} did not come out as encoded", "Try again on another disk.")


def _encode(
    path: Path, index: PacketIndex, cut: Cut, part: Path, comment: str, lines: Lines | None
) -> Generator[int, None, Encoded]:
    with (
        open_source(path, index) as decoder,
        VideoFile(path) as heard,
        av.open(part, "w", format="mp4", options={"fflags": "+bitexact"}) as out,
        closing(_frames(decoder.frames(time_of(index, cut.first)), cut.last)) as frames,
    ):
        first = next(frames, None)
        if first is None:
            raise Damaged(f"no frame of this span of {path} decodes", "Choose another span.")
        out.metadata["comment"] = comment
        sheet = _Sheet(path, index, first, lines)
        stream = sheet.add_to(out)
        begin = int(index.pts[cut.first]) * index.time_base
        sounds = [] if index.counted else sound_streams(heard)
        sound = _Sound(out, sounds)
        written: list[int] = []

        def pictures() -> "Lane[VideoStream]":
            frame: Frame | None = first
            while frame is not None:
                picture = sheet.picture(frame)
                picture.pts = frame.pts - int(index.pts[cut.first])
                picture.time_base = index.time_base
                picture.duration = _ticks(index, frame.number)
                written.append(frame.number)
                for packet in stream.encode(picture):
                    yield _when(packet), packet
                frame = next(frames, None)
            for packet in stream.encode(None):
                yield _when(packet), packet

        lanes: list[Lane[Any]] = [pictures()]
        if sounds:
            lanes.append(sound.lane(heard, begin, end_s(index, cut.last)))
        told = 0
        for _, packet in merge(*lanes, key=lambda one: one[0]):
            out.mux_one(packet)
            if len(written) != told:
                told = len(written)
                yield told
        there = set(written)
        missing = [at for at in range(cut.first, cut.last + 1) if at not in there]
        return Encoded(
            part, len(written), tuple(missing[:_MISSING_SHOWN]), sheet.width, sheet.height,
            sheet.picture_width, sheet.picture_height, sheet.pixel_format, tuple(sheet.notes),
            tuple(sound.told),
        )  # fmt: skip


def _frames(frames: Iterator[Frame], last: int) -> Generator[Frame, None, None]:
    for frame in frames:
        if frame.number > last:
            return
        yield frame


def _ticks(index: PacketIndex, number: int) -> int:
    """What a frame lasts, in ticks."""
    return round(end_s(index, number) / index.time_base) - int(index.pts[number])


def _when(packet: "Packet[VideoStream] | Packet[AudioStream]") -> Fraction:
    return (packet.dts or 0) * packet.time_base


class _Sheet:
    """The layout of the pictures of a clip: what is kept, turned, and added."""

    def __init__(self, path: Path, index: PacketIndex, first: Frame, lines: Lines | None) -> None:
        self._path = path
        self._lines = lines
        self._index = index
        picture = _coded(first)
        self._turns = quarter_turns(picture)
        kept = picture.format.name in _KEPT_FORMATS
        self.pixel_format = picture.format.name if kept else "yuv420p"
        if self._turns % 2 and "422" in self.pixel_format:
            # Turned, its colours would be halved the other way, which has no name in H.264.
            self.pixel_format = "yuv420p"
        self.notes: list[str] = []
        if self.pixel_format != picture.format.name:
            self.notes.append(f"pixel format {picture.format.name} became {self.pixel_format}")
        if self._turns:
            self.notes.append(f"turned {90 * self._turns} degrees clockwise, as the file asks")
        self._stored = picture.width, picture.height
        across, down = self._stored[::-1] if self._turns % 2 else self._stored
        self.picture_width, self.picture_height = across, down
        self.width = across + across % 2
        even_height = down + down % 2
        if (self.width, even_height) != (across, down):
            self.notes.append("a black line right or below makes the size even")
        self._text_height = 0
        if lines is not None:
            self._text_height = strip_height(len(lines(first.time_ns)), down)
            self.notes.append(f"{self._text_height} rows of text below the picture")
        self.height = even_height + self._text_height
        if picture.interlaced_frame:
            self.notes.append("interlaced rows are kept as they are, one between the other")
        self._plain = not self._turns and (self.width, self.height) == self._stored
        self._like = picture

    def add_to(self, out: OutputContainer) -> VideoStream:
        """The stream that takes these pictures."""
        rate = round(1 / (float(np.median(np.diff(self._index.pts))) * self._index.time_base)
                     ) if len(self._index) > 1 else 25  # fmt: skip
        stream = out.add_stream("libx264", rate=min(max(rate, 1), 240), options=_OPTIONS)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = self.width, self.height
        stream.pix_fmt = self.pixel_format
        context, like = stream.codec_context, self._like
        context.time_base = self._index.time_base
        context.color_range = like.color_range
        context.color_primaries = like.color_primaries
        context.color_trc = like.color_trc
        context.colorspace = like.colorspace
        with VideoFile(self._path) as file:
            aspect = file.stream.codec_context.sample_aspect_ratio
        if aspect and aspect != 1:
            context.sample_aspect_ratio = 1 / aspect if self._turns % 2 else aspect
        return stream

    def picture(self, frame: Frame) -> VideoFrame:
        """What is encoded for a frame; a new picture each time."""
        coded = _coded(frame)
        if (coded.width, coded.height) != self._stored:
            raise Damaged(
                f"the pictures of {self._path} change their size within the span",
                "Export the parts before and after by themselves.",
            )
        if coded.format.name != self.pixel_format:
            coded = coded.reformat(format=self.pixel_format, threads=1)
        if self._plain:
            # Its own kinds (I, P, B) would be forced on the encoder.
            coded.pict_type = 0
            return coded
        return self._composed(coded, frame.time_ns)

    def _composed(self, coded: VideoFrame, time_ns: TimeNs) -> VideoFrame:
        made = VideoFrame(self.width, self.height, self.pixel_format)
        depth = 2 if self.pixel_format.endswith("10le") else 0
        full = coded.color_range == _FULL_RANGE or "yuvj" in self.pixel_format
        dark = 0 if full else 16
        for at, plane in enumerate(made.planes):
            room = _rows(plane, depth)
            source = np.rot90(_rows(coded.planes[at], depth), -self._turns)
            room[:] = (dark if at == 0 else 128) << depth
            room[: source.shape[0], : source.shape[1]] = source
        if self._lines is not None:
            text = strip(self._lines(time_ns), self.width, self.picture_height).astype(np.uint16)
            grey = text if full else 16 + text * 219 // 255
            _rows(made.planes[0], depth)[-self._text_height :] = grey << depth
        made.color_range, made.colorspace = coded.color_range, coded.colorspace
        made.color_primaries, made.color_trc = coded.color_primaries, coded.color_trc
        return made


def _rows(plane: VideoPlane, depth: int) -> NDArray[np.unsignedinteger[Any]]:
    """A plane as an array onto its own memory, without the padding."""
    kind = np.dtype(np.uint16 if depth else np.uint8)
    whole = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)
    return whole[: plane.height, : plane.width]


def _coded(frame: Frame) -> VideoFrame:
    """The picture as it came from the decoder; made of its pixels where another kind gave it."""
    if isinstance(frame, PyavFrame):
        return frame.coded
    return VideoFrame.from_ndarray(np.ascontiguousarray(frame.bgr()), format="bgr24")


class _Sound:
    """The sound streams of a clip: copied where the container holds them, else AAC."""

    def __init__(self, out: OutputContainer, streams: Sequence[AudioStream]) -> None:
        self.told: list[str] = []
        self._copied: dict[int, AudioStream] = {}
        self._encoded: dict[int, AudioStream] = {}
        for one in streams:
            name = one.codec_context.codec.canonical_name
            if name in SOUND_IN_MP4:
                self._copied[one.index] = out.add_stream_from_template(one)
                self.told.append(f"{name}, copied")
            else:
                made = out.add_stream("aac", rate=one.codec_context.sample_rate)
                # Uncompressed sound often does not say which channel is which.
                made.codec_context.layout = "mono" if one.codec_context.channels == 1 else "stereo"
                self._encoded[one.index] = made
                self.told.append(f"{name}, re-encoded as aac")

    def lane(self, file: VideoFile, begin: Fraction, end: Fraction) -> "Lane[AudioStream]":
        """The packets of sound between two times of the original, by the clip's own time."""
        shaped = {
            at: AudioResampler("fltp", one.codec_context.layout, one.codec_context.sample_rate,
                               frame_size=_PACKAGED)
            for at, one in self._encoded.items()
        }  # fmt: skip
        for packet, at in sound_packets(file, begin, end):
            number = packet.stream.index
            if number in self._copied:
                moved = round((at - begin) / packet.time_base)
                packet.pts = packet.dts = moved
                packet.stream = self._copied[number]
                yield moved * packet.time_base, packet
                continue
            try:
                sounds = packet.decode()
            except av.error.FFmpegError:
                continue
            for sound in sounds:
                sound.time_base = Fraction(1, sound.sample_rate)
                sound.pts = round((at - begin) * sound.sample_rate)
                at += Fraction(sound.samples, sound.sample_rate)
                yield from self._shaped(number, shaped[number].resample(sound))
        for number, one in shaped.items():
            yield from self._shaped(number, one.resample(None))
            for last in self._encoded[number].encode(None):
                yield _when(last), last

    def _shaped(self, number: int, sounds: "Sequence[av.AudioFrame]") -> "Lane[AudioStream]":
        for sound in sounds:
            for packet in self._encoded[number].encode(sound):
                yield _when(packet), packet
