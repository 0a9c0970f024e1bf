"""Excerpts of a recording: which frames one holds, and the coded pictures and sound cut out as
they are. Nothing is decoded but to prove the result; `video.exact_clip` encodes anew.
"""

import errno
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import av
import av.error
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from video.clip_sound import SOUND_IN_MP4, sound_codecs, sound_packets, sound_streams
from video.container import VideoFile
from video.decoder import open_source
from video.errors import CannotRewrap, CannotWrite, VideoError
from video.packet_index import (
    first_from,
    number_of,
    picture_length_ns,
    read_index,
    read_index_fully,
    time_of,
)
from video.packet_scan import decoded
from video.rewrap import StreamDigest, decode_stamps, stamps_of, stream_sha256, suffix_for
from video.types import PacketIndex, Span, TimeNs

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

    Of = TypeVar("Of", bound="Stream")
    Lane = Generator[tuple[Fraction, Packet[Of]], None, None]
    """Packets with the time at which each is written."""

COPIED: Final = "stream copy: not re-encoded"
ENCODED: Final = "re-encoded"
NO_SPACE: Final = "there is no space left"
_FULL: Final = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_DISK: Final = _FULL | {errno.EACCES, errno.EIO, errno.ENOENT, errno.EROFS}
_UNTIMED: Final = "the original has no time stamps by which sound could be cut"
_FORMATS: Final = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
_PRINTED_NS: Final = 500_000
"""Times are printed in milliseconds: asking for a printed time must give its frame back."""
_EVERY: Final = 32
"""Packets or pictures between two signs of progress."""
# Around intra refresh, decoding from the nearest keyframe does not give a whole picture.
_EARLIER_KEYFRAMES: Final = 2
_ROUNDING_S: Final = Fraction(1, 1000)
"""Matroska keeps times to the millisecond."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Frames `first` to `last` of a recording, both included, by number; `key` is the keyframe
    that a stream copy of them begins with (0 where there is none before)."""

    first: int
    last: int
    key: int

    @property
    def frames(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Copied:
    """What a stream copy holds: `first` to `last` by number in the original, both included."""

    path: Path
    first: int
    last: int
    stream_sha256: str
    """Of the coded pictures, equal in original and copy (`video.rewrap.stream_sha256`)."""
    packets: int
    sound: tuple[str, ...]
    """Codecs of the sound streams that came along."""
    sound_left: str = ""
    """Why sound stayed behind; empty where none did."""


def cut_of(index: PacketIndex, span: Span) -> Cut | None:
    """The frames on show in a span, its end excluded; None where there is none.

    The picture on show when the span begins is one of them, unless a gap lies between. Times that
    were printed in milliseconds are understood.
    """
    first = first_from(index, TimeNs(span.start_ns - _PRINTED_NS))
    end = max(span.end_ns - _PRINTED_NS, span.start_ns)
    last = first_from(index, TimeNs(end)) - 1
    late = first == len(index) or time_of(index, first) > span.start_ns + _PRINTED_NS
    on_show = span.start_ns - picture_length_ns(index) * 3 // 2
    if late and first > 0 and time_of(index, first - 1) >= on_show:
        first -= 1
    return cut_between(index, first, last) if first <= last else None


def cut_between(index: PacketIndex, first: int, last: int) -> Cut:
    """The cut of frames `first` to `last`, both included."""
    keys = index.keyframes[: first + 1].nonzero()[0]
    return Cut(first, last, int(keys[-1]) if len(keys) else 0)


def refuse_write(path: Path, error: OSError | av.error.FFmpegError) -> CannotWrite:
    """Why a clip cannot be written, as an error of ours."""
    why = NO_SPACE if error.errno in _FULL else error.strerror
    return CannotWrite(
        f"{path} cannot be written: {why}", "Free some space, or choose another disk."
    )


def copy_cut(
    path: Path, index: PacketIndex, cut: Cut, stem: Path, *, comment: str
) -> Generator[int, None, Copied]:
    """Cuts coded pictures and sound out of `path` into `stem` + `.mp4` (or `.mov`,
    `.mkv`) + `.part`.

    Begins with the keyframe `cut.key`, or an earlier one where that does not give the wanted
    picture whole; ends where no picture on the way is missing. Spacing of time stamps is the
    original's, to the tick in MP4, to the millisecond in Matroska. Yields packets done. The
    coded pictures are proved equal, all of them decoded, the first wanted picture compared.

    Raises:
        CannotOpen, NoPictures, Damaged: the original cannot be read.
        CannotRewrap: no container took these pictures as they are; nothing is left.
        CannotWrite: `stem` cannot be written; nothing is left.
    """
    failure = CannotRewrap(f"no excerpt of {path} can be copied", "Export it re-encoded.")
    keys = index.keyframes[: cut.key + 1].nonzero()[0][::-1].tolist() or [0]
    for suffix, left in _containers(path, index):
        for key in keys[: 1 + _EARLIER_KEYFRAMES]:
            part = stem.with_name(f"{stem.name}{suffix}.part")
            tried = Cut(cut.first, cut.last, key)
            try:
                return (yield from _copy(path, index, tried, part, comment, left))
            except CannotRewrap as error:
                failure = error
                part.unlink(missing_ok=True)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    raise failure


def _containers(path: Path, index: PacketIndex) -> list[tuple[str, str]]:
    """Which containers to try, and why sound stays behind; empty where it need not."""
    with VideoFile(path) as file:
        sound = sound_codecs(file)
        first = suffix_for(file.stream.codec_context.name)
    if index.counted and sound:
        return [(one, _UNTIMED) for one in dict.fromkeys([first, ".mkv"])]
    # What recorders use for speech (G.711) is held by MOV, MP4's elder, and by no other.
    if first == ".mp4" and not set(sound) <= SOUND_IN_MP4:
        first = ".mov"
    tried = [(one, "") for one in dict.fromkeys([first, ".mkv"])]
    return [*tried, (".mp4", f"no container holds {', '.join(sound)} with it")] if sound else tried


@dataclass(frozen=True, slots=True)
class _Range:
    """The packets of a cut: their stamps in decode order, and what they hash to."""

    pts: NDArray[np.int64]
    last: int
    digest: str


def _copy(
    path: Path, index: PacketIndex, cut: Cut, part: Path, comment: str, left: str
) -> Generator[int, None, Copied]:
    stamps = stamps_of(read_index_fully(path)) if index.counted else None
    span = yield from _measure(path, index, cut, stamps)
    # Pictures that an edit list hides stay hidden: their times come out negative.
    base = max(int(span.pts[0]), int(index.pts[0]))
    with VideoFile(path) as source:
        sound = () if left else sound_codecs(source)
    try:
        yield from _mux(path, index, cut, part, comment, span, base, stamps, with_sound=bool(sound))
    except (OSError, av.error.FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _DISK:
            raise refuse_write(part, error) from error
        raise CannotRewrap(
            f"the coded pictures of {path} do not fit into {part.suffixes[0]} as they are",
            "Export it re-encoded.",
        ) from error
    first = yield from _prove(path, index, cut, part, span, base)
    return Copied(part, first, span.last, span.digest, len(span.pts), sound, left)


def _measure(
    path: Path, index: PacketIndex, cut: Cut, stamps: NDArray[np.int64] | None
) -> Generator[int, None, _Range]:
    """Which packets a cut takes: on to the first place where no earlier picture is missing."""
    pts: list[int] = []
    seen: set[int] = set()
    furthest = cut.last
    with VideoFile(path) as file:
        digest = StreamDigest(file)
        for packet, stamp in _packets_from(file, index, cut.key, stamps):
            number = number_of(index, stamp)
            if len(seen) == furthest - cut.key + 1 and (number is None or number > furthest):
                break
            pts.append(stamp)
            digest.add(bytes(packet))
            # Pictures shown before the keyframe belong to the group before (open GOP).
            if number is not None and number >= cut.key:
                seen.add(number)
                furthest = max(furthest, number)
            if len(pts) % _EVERY == 0:
                yield 0
    if not pts:
        raise CannotRewrap(f"the keyframe of {path} was not found again", "Export it re-encoded.")
    return _Range(np.array(pts, np.int64), furthest, digest.hexdigest())


def _packets_from(
    file: VideoFile, index: PacketIndex, key: int, stamps: NDArray[np.int64] | None
) -> "Iterator[tuple[Packet[VideoStream], int]]":
    """Packets in decode order with their stamps, from that of frame `key` on; from the first of
    the file where that is no keyframe."""
    wanted = int(index.pts[key])
    from_start = not bool(index.keyframes[key])
    if stamps is None and not from_start:
        for back in (0, 1, 10):
            ticks = max(wanted - round(back / index.time_base), int(index.pts[0]))
            try:
                file.container.seek(ticks, stream=file.stream)
            except av.error.FFmpegError:
                continue
            # MPEG-TS is entered anywhere near the wanted time: if too late, from further back.
            packets = file.packets()
            for packet in packets:
                if packet.pts is None or (packet.pts > wanted and packet.is_keyframe):
                    break
                if packet.pts == wanted and packet.is_keyframe:
                    yield packet, wanted
                    last = wanted
                    for later in packets:
                        last = later.pts if later.pts is not None else last
                        yield later, last
                    return
        file.container.seek(0)
    begun = from_start
    last = int(index.pts[0])
    for at, packet in enumerate(file.packets()):
        if stamps is not None:
            last = int(stamps[at])
        elif packet.pts is not None:
            last = packet.pts
        begun = begun or last == wanted
        if begun:
            yield packet, last


def _mux(
    path: Path,
    index: PacketIndex,
    cut: Cut,
    part: Path,
    comment: str,
    span: _Range,
    base: int,
    stamps: NDArray[np.int64] | None,
    *,
    with_sound: bool,
) -> Iterator[int]:
    dts = decode_stamps(span.pts)
    end = end_s(index, span.last)
    with (
        VideoFile(path) as source,
        VideoFile(path) as heard,
        # Bit-exact: no random ids and no program version, so that the copy can be made again.
        av.open(
            part, "w", format=_FORMATS[part.suffixes[-2]],
            options={"fflags": "+bitexact", "avoid_negative_ts": "disabled"},
        ) as out,
    ):  # fmt: skip
        out.metadata["comment"] = comment
        target = out.add_stream_from_template(source.stream)
        target.time_base = index.time_base

        def pictures() -> "Lane[VideoStream]":
            coming = _packets_from(source, index, cut.key, stamps)
            for at, (packet, _) in zip(range(len(dts)), coming, strict=False):
                packet.pts, packet.dts = int(span.pts[at]) - base, int(dts[at]) - base
                packet.time_base = index.time_base
                packet.stream = target
                yield packet.dts * index.time_base, packet

        lanes: list[Lane[Any]] = [pictures()]
        if with_sound:
            begin = max(int(span.pts[0]), base) * index.time_base
            sounds = {one.index: out.add_stream_from_template(one) for one in sound_streams(heard)}
            lanes.append(_sound_lane(heard, begin, end, sounds))
        done = 0
        with ExitStack() as stack:
            for lane in lanes:
                stack.enter_context(closing(lane))
            for _, packet in merge(*lanes, key=lambda one: one[0]):
                out.mux_one(packet)
                done += packet.stream is target
                if done % _EVERY == 0:
                    yield done


def end_s(index: PacketIndex, last: int) -> Fraction:
    """When frame `last` is over, in seconds of the file's own time."""
    if last + 1 < len(index):
        return int(index.pts[last + 1]) * index.time_base
    step = int(np.median(np.diff(index.pts))) if len(index) > 1 else 1
    return (int(index.pts[last]) + step) * index.time_base


def _sound_lane(
    file: VideoFile, begin: Fraction, end: Fraction, targets: dict[int, AudioStream]
) -> "Lane[AudioStream]":
    for packet, at in sound_packets(file, begin, end):
        base = packet.time_base
        moved = round((at - begin) / base)
        packet.pts = packet.dts = moved
        packet.stream = targets[packet.stream.index]
        yield moved * base, packet


def _prove(
    path: Path, index: PacketIndex, cut: Cut, part: Path, span: _Range, base: int
) -> Generator[int, None, int]:
    """The number of the first frame that the copy shows.

    Raises:
        CannotRewrap: other coded pictures are in it, one does not decode any more, a time is
            another one, or the first wanted picture looks different.
    """
    refused = CannotRewrap(
        f"an excerpt of {path} did not come out as it is in the original", "Export it re-encoded."
    )
    try:
        if stream_sha256(part) != span.digest:
            raise refused
        made = read_index(part)
    except CannotRewrap:
        raise
    except VideoError as error:
        raise refused from error
    wanted = [(int(pts) - base) * index.time_base for pts in index.pts[cut.first : span.last + 1]]
    got = [int(pts) * made.time_base for pts in made.pts[len(made) - len(wanted) :]]
    fits = len(got) == len(wanted) and all(
        abs(one - other) <= _ROUNDING_S for one, other in zip(got, wanted, strict=True)
    )
    if not fits or (yield from _decodable(part)) < len(wanted):
        raise refused
    with open_source(path, index) as one, open_source(part, made) as other:
        first = one.frame_at(int(index.pts[cut.first])).bgr()
        again = other.frame_at(int(made.pts[len(made) - len(wanted)])).bgr()
    if not np.array_equal(first, again):
        raise refused
    return span.last - len(made) + 1


def _decodable(part: Path) -> Generator[int, None, int]:
    """How many pictures of a file decode."""
    count = 0
    with VideoFile(part) as file, closing(decoded(file, file.packets())) as frames:
        file.stream.thread_type = "AUTO"
        for _ in frames:
            count += 1
            if count % _EVERY == 0:
                yield count
    return count
