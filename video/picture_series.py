"""Numbered still pictures in one folder, taken as one recording.

A folder is a series where all its pictures (JPEG, or PNG) have names that differ in digits only.
Their order is that of the numbers in the names. The SHA-256 of a series is that of the text with
one line for each picture in order: SHA-256 of its file in hexadecimal, two spaces, its name, a line
feed (UTF-8); it changes with every byte, name, added or removed picture.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from av.packet import Packet
from numpy.typing import NDArray

from video.container import open_read_only
from video.errors import CannotOpen, CannotRewrap, VideoError
from video.exif_times import read_taken
from video.rewrap import REWRAPPED, stream_sha256

DEFAULT_FPS: Final = 1.0
"""At which pictures are counted that tell no times, unless a person says otherwise."""
_SUFFIXES: Final = {".jpg": "mjpeg", ".jpeg": "mjpeg", ".png": "png"}
_FORMATS: Final = {".mkv": "matroska", ".mov": "mov"}
_MS: Final = Fraction(1, 1000)
_FEWEST: Final = 3
_LARGEST: Final = 1 << 28
"""Bytes of one picture."""
_DIGITS: Final = re.compile(r"\d+")
_NAMED: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])[T _-]{0,2}"
    r"([01]\d|2[0-3])[-_:.]?([0-5]\d)[-_:.]?([0-5]\d)(?:[-_.,]?(\d{3}))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class PictureSeries:
    """A folder and its pictures in order."""

    folder: Path
    pictures: tuple[Path, ...]

    @property
    def codec(self) -> str:
        """FFmpeg's name: `mjpeg` or `png`."""
        return _SUFFIXES[self.pictures[0].suffix.lower()]

    @property
    def suffix(self) -> str:
        """Of the file they are wrapped into: Matroska holds no PNG, QuickTime does."""
        return ".mkv" if self.codec == "mjpeg" else ".mov"

    @property
    def size_bytes(self) -> int:
        """Of all pictures together."""
        return sum(picture.stat().st_size for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class SeriesTimes:
    """When each picture was taken, and how that is known."""

    ms: NDArray[np.int64]
    """Milliseconds since the first, rising strictly."""
    basis: str
    """In words; for the person who accepts the recording."""
    counted: bool


def find_series(files: Iterable[Path]) -> list[PictureSeries]:
    """The series among these files: folders of which nothing but one series is listed."""
    by_folder: dict[Path, list[Path]] = {}
    for file in files:
        by_folder.setdefault(file.parent, []).append(file)
    found = (_series(folder, inside) for folder, inside in by_folder.items())
    return [series for series in found if series is not None]


def series_in(folder: Path) -> PictureSeries | None:
    """The series that a folder is; None where it holds other pictures, too few, or is no folder.

    Other files in it do not count.
    """
    try:
        inside = [
            file
            for file in folder.iterdir()
            if not file.name.startswith(".") and file.suffix.lower() in _SUFFIXES
        ]
    except OSError:
        return None
    return _series(folder, inside)


def _series(folder: Path, files: list[Path]) -> PictureSeries | None:
    kinds = {_SUFFIXES.get(file.suffix.lower()) for file in files}
    shapes = {_DIGITS.sub("#", file.stem) for file in files}
    if len(files) < _FEWEST or None in kinds or len(kinds) > 1 or len(shapes) > 1:
        return None
    if "#" not in shapes.pop() or not all(file.is_file() for file in files):
        return None
    return PictureSeries(folder, tuple(sorted(files, key=_order)))


def _order(file: Path) -> tuple[list[int], str]:
    return [int(digits) for digits in _DIGITS.findall(file.stem)], file.name


def hash_series(series: PictureSeries, on_bytes: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a series, as said above; `on_bytes` is told how many bytes are done.

    Raises:
        CannotOpen: a picture cannot be read, or is larger than any.
    """
    whole = hashlib.sha256()
    done = 0
    for picture in series.pictures:
        content = _content(picture)
        done += len(content)
        whole.update(f"{hashlib.sha256(content).hexdigest()}  {picture.name}\n".encode())
        if on_bytes is not None:
            on_bytes(done)
    return whole.hexdigest()


def series_times(series: PictureSeries, fps: float = DEFAULT_FPS) -> SeriesTimes:
    """Times from the names of all pictures, else from what all cameras wrote into them (EXIF), else
    counted at `fps`.

    Raises:
        CannotOpen: a picture cannot be read.
    """
    doubt = ""
    for basis, read in (("file names", _named), ("EXIF data", read_taken)):
        taken: list[datetime] = []
        for picture in series.pictures:
            moment = read(picture)
            if moment is None:
                break
            taken.append(moment)
        if len(taken) < len(series.pictures):
            continue
        ms = np.array([round((one - taken[0]).total_seconds() * 1000) for one in taken], np.int64)
        if (np.diff(ms) > 0).all():
            first = taken[0].isoformat(" ", "milliseconds")
            told = f"times are those of their {basis}; the first says {first}, without a time zone"
            return SeriesTimes(ms, told, counted=False)
        doubt = f", because those of their {basis} repeat or run backwards"
    ms = np.round(np.arange(len(series.pictures)) * (1000 / fps)).astype(np.int64)
    told = f"times are counted at {fps:g} pictures a second{doubt}"
    return SeriesTimes(ms, told, counted=True)


def _named(picture: Path) -> datetime | None:
    found = _NAMED.search(picture.stem)
    if found is None:
        return None
    *whole, milli = found.groups()
    try:
        # Only differences matter: in which zone the names are is for a person to say.
        moment = datetime(*(int(part) for part in whole), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    return moment.replace(microsecond=int(milli or 0) * 1000, tzinfo=None)


def wrap_series(series: PictureSeries, target: Path, times: SeriesTimes) -> str:
    """Puts the pictures as they are, byte for byte, into `target`, a file of the series'
    `suffix`; gives the SHA-256 of the coded pictures (as `rewrap.stream_sha256`), found equal in
    the file.

    Raises:
        CannotOpen: a picture cannot be read or is none.
        CannotRewrap: the file did not hold the same pictures, and was removed.
        VideoError: `target` cannot be written.
    """
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    try:
        _write(series, part, times, digest.update)
        before = digest.hexdigest()
        if stream_sha256(part) != before:
            raise CannotRewrap(
                f"wrapping the pictures of {series.folder} changed them", "Report this."
            )
        part.replace(target)
    except (av.error.FFmpegError, ValueError) as error:
        raise CannotOpen(
            f"the pictures of {series.folder} cannot be used as a recording",
            "Make sure that all are JPEG, or all PNG.",
        ) from error
    except OSError as error:
        raise VideoError(
            f"{target} cannot be written: {error.strerror}", "Check space and rights of its folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return before


def _write(
    series: PictureSeries, part: Path, times: SeriesTimes, on_bytes: Callable[[bytes], None]
) -> None:
    first = series.pictures[0]
    with (
        # By the coding that its name tells, never by what a file might ask for itself.
        open_read_only(first) as handle,
        av.open(
            handle, "r", format=f"{'jpeg' if series.codec == 'mjpeg' else 'png'}_pipe"
        ) as model,
        av.open(part, "w", format=_FORMATS[series.suffix], options={"fflags": "bitexact"}) as out,
    ):
        out.metadata["comment"] = REWRAPPED
        stream = out.add_stream_from_template(model.streams.video[0])
        stream.time_base = _MS
        # The last picture stays as long as they usually do: without a length QuickTime hides it.
        steps = np.diff(times.ms)
        lengths = [*steps.tolist(), max(round(float(np.median(steps))), 1)]
        for picture, at, length in zip(series.pictures, times.ms.tolist(), lengths, strict=True):
            content = _content(picture)
            on_bytes(len(content).to_bytes(4))
            on_bytes(content)
            packet = Packet(content)
            packet.pts = packet.dts = at
            packet.duration = length
            packet.time_base = _MS
            packet.is_keyframe = True
            packet.stream = stream
            out.mux_one(packet)


def _content(picture: Path) -> bytes:
    with open_read_only(picture) as file:
        if file.seek(0, 2) > _LARGEST:
            raise CannotOpen(f"{picture} is larger than any picture", "Take it out of the folder.")
        file.seek(0)
        return file.readall()
