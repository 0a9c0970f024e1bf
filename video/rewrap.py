"""Giving a stream a new container without touching its coded pictures, and proving it.

Raw streams and others without usable time stamps become files in which a frame can be found.
Nothing is ever re-encoded here; sound and other streams stay behind.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from video.container import VideoFile
from video.errors import CannotRewrap, VideoError
from video.packet_index import IndexReading, read_index_fully
from video.packet_scan import NO_STAMP, decoded_order

REWRAPPED: Final = "re-wrapped without re-encoding"
"""The label that a re-wrapped file carries as its comment."""
COUNTED: Final = "; times counted at the nominal rate"

_FORMATS: Final = {".mp4": "mp4", ".mkv": "matroska"}
# What MP4 holds and every player finds in it; MP4 keeps time stamps to the tick.
_IN_MP4: Final = {"h264", "hevc", "mpeg4", "mjpeg", "av1"}
_START_CODE: Final = b"\x00\x00\x01"


def suffix_for(codec: str) -> str:
    """`.mp4` where it can hold a codec of that FFmpeg name, else `.mkv`."""
    return ".mp4" if codec in _IN_MP4 else ".mkv"


def rewrap_into(folder: Path, name: str, path: Path, codec: str) -> tuple[Path, str]:
    """Re-wraps `path` as `name` in the container that suits its codec; gives the file and the
    SHA-256 of its pictures.

    Damaged streams may not survive in MP4, which wants every stream to begin with a keyframe:
    they go into Matroska.

    Raises:
        As `rewrap`.
    """
    first = folder / f"{name}{suffix_for(codec)}"
    try:
        return first, rewrap(path, first)
    except CannotRewrap:
        second = first.with_suffix(".mkv")
        if second == first:
            raise
    return second, rewrap(path, second)


def rewrap(path: Path, target: Path) -> str:
    """Copy the coded pictures of `path` into `target` (.mp4 or .mkv) and give their SHA-256.

    The time stamps are those of the packet index: the file's own, or counted ones in the true
    presentation order where it has none. MP4 keeps them to the tick, Matroska to the millisecond.
    The hash (see `stream_sha256`) was found equal before and after. The same input gives the same
    bytes. `target` is replaced; on an error it is left as it was.

    Raises:
        CannotOpen: `path` is missing, unreadable, empty or unknown.
        NoPictures: it has no video stream, or not one picture that decodes.
        CannotRewrap: `target` cannot hold this stream; or it did not hold the same coded pictures,
            or not all of them decoded any more, and was removed.
        VideoError: `target` cannot be written.
    """
    file_format = _FORMATS.get(target.suffix.lower())
    if file_format is None:
        raise VideoError(f"{target} is neither .mp4 nor .mkv", "Choose one of the two.")
    reading = read_index_fully(path)
    if reading.scan.hidden.any() and file_format != "mp4":
        raise CannotRewrap(
            f"{path} hides pictures by an edit list, which {target.suffix} cannot", "Choose .mp4."
        )
    before = stream_sha256(path)
    part = target.with_name(target.name + ".part")
    try:
        _copy(path, part, file_format, reading)
        if _digest_of_copy(part) != before:
            raise CannotRewrap(
                f"re-wrapping {path} changed its coded pictures", "Work on the original instead."
            )
        # The same bytes need not decode: a container keeps one set of parameters in its head, and
        # a stream pieced together from several has more.
        if _decodable(part) < (len(reading.index) if reading.index.counted else _decodable(path)):
            raise CannotRewrap(
                f"pictures of {path} that decode do not when re-wrapped",
                "Work on the original instead.",
            )
        part.replace(target)
    except OSError as error:
        raise VideoError(
            f"{target} cannot be written: {error.strerror}", "Check space and rights of its folder."
        ) from error
    except (av.error.FFmpegError, ValueError) as error:
        raise CannotRewrap(
            f"the coded pictures of {path} do not fit into {target.suffix} as they are",
            "Choose .mkv, which holds most, or work on the original.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return before


def _digest_of_copy(part: Path) -> str:
    """As `stream_sha256`; empty where the copy cannot even be read."""
    try:
        return stream_sha256(part)
    except VideoError:
        return ""


def _decodable(path: Path) -> int:
    """How many pictures decode."""
    with VideoFile(path) as file:
        return len(decoded_order(file))


def _copy(path: Path, part: Path, file_format: str, reading: IndexReading) -> None:
    index = reading.index
    pts = stamps_of(reading)
    dts = decode_stamps(pts)
    with (
        VideoFile(path) as source,
        # Bit-exact: no random ids and no program version, so that the copy can be made again.
        av.open(
            part,
            "w",
            format=file_format,
            options={"fflags": "bitexact", "avoid_negative_ts": "disabled"},
        ) as out,
    ):
        out.metadata["comment"] = REWRAPPED + (COUNTED if index.counted else "")
        stream = out.add_stream_from_template(source.stream)
        stream.time_base = index.time_base
        for at, packet in enumerate(source.packets()):
            packet.pts, packet.dts = int(pts[at]), int(dts[at])
            packet.time_base = index.time_base
            packet.stream = stream
            out.mux_one(packet)


def stamps_of(reading: IndexReading) -> NDArray[np.int64]:
    """A presentation stamp for every packet in decode order, `(packets,)`.

    A packet without a picture of its own (a second field, a damaged one) gets that of the packet
    before it, so that of two equal stamps the first is the picture.
    """
    if reading.index.counted:
        stamps = np.full(len(reading.scan), NO_STAMP)
        stamps[reading.packets] = reading.index.pts
    else:
        stamps = reading.scan.pts.copy()
    known = np.where(stamps != NO_STAMP, np.arange(len(stamps)), -1)
    latest = np.maximum.accumulate(known)
    first = int(reading.index.pts[0])
    filled: NDArray[np.int64] = np.where(latest >= 0, stamps[latest], first)
    return filled


def decode_stamps(pts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Strictly rising decode stamps, none later than its picture is shown."""
    order = np.arange(len(pts))
    # Rising and no lower than the sorted stamps: subtract the ramp, take the running maximum.
    rising = np.maximum.accumulate(np.sort(pts) - order) + order
    stamps: NDArray[np.int64] = rising - max(int((rising - pts).max(initial=0)), 0)
    return stamps


def stream_sha256(path: Path) -> str:
    """SHA-256 over the coded pictures of the first video stream, whatever wraps them.

    In decode order: of H.264 and H.265 each NAL unit as its length (4 bytes, big-endian) and its
    bytes, so that start codes (Annex B) and length fields (ISO/IEC 14496-15) count alike; of all
    others the bytes of each packet, with their length in the same way.

    Raises:
        CannotOpen, NoPictures, Damaged: as for reading an index.
    """
    with VideoFile(path) as file:
        digest = StreamDigest(file)
        for packet in file.packets():
            digest.add(bytes(packet))
    return digest.hexdigest()


class StreamDigest:
    """The hash of `stream_sha256`, of packets of an open file given one by one."""

    def __init__(self, file: VideoFile) -> None:
        self._digest = hashlib.sha256()
        self._length_size = _length_size(file)

    def add(self, coded: bytes) -> None:
        """Takes the next packet."""
        for unit in _units(coded, self._length_size):
            self._digest.update(len(unit).to_bytes(4))
            self._digest.update(unit)

    def hexdigest(self) -> str:
        """Over all packets so far."""
        return self._digest.hexdigest()


def _length_size(file: VideoFile) -> int | None:
    """How many bytes tell the length of a NAL unit; 0 for start codes, None for other coding."""
    context = file.stream.codec_context
    if context.name not in {"h264", "hevc"}:
        return None
    setup = context.extradata
    if not setup or setup[0] != 1:
        return 0
    # ISO/IEC 14496-15: lengthSizeMinusOne of avcC and hvcC.
    return (setup[4 if context.name == "h264" else 21] & 3) + 1


def _units(coded: bytes, length_size: int | None) -> Iterator[bytes]:
    if length_size is None:
        yield coded
    elif length_size == 0:
        start = coded.find(_START_CODE) + len(_START_CODE)
        while start >= len(_START_CODE):
            end = coded.find(_START_CODE, start)
            # Zeros before a start code are stuffing: no NAL unit ends in one (7.4.1).
            yield coded[start : end if end >= 0 else None].rstrip(b"\0")
            start = end + len(_START_CODE)
    else:
        at = 0
        while at < len(coded):
            start = at + length_size
            at = start + int.from_bytes(coded[at:start])
            yield coded[start:at].rstrip(b"\0")
