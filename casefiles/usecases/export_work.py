"""What exports do in processes of their own: pictures are decoded, averaged, cut and encoded there.

A decoder that crashes on a hostile file costs the export, and nothing of it is left.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from casefiles import workers
from casefiles.jobs import Job, Progress
from casefiles.workers import Crew, Died, Ended, Failed, Said, Work
from video.clip import Copied, Cut, copy_cut
from video.clock import ClockOffset, format_media, format_wall_in, zone_of
from video.decoder import open_source
from video.enhance import Recipe, apply, average
from video.errors import VideoError
from video.exact_clip import Encoded, encode_cut
from video.pulse import heard_by
from video.stills import png_bytes
from video.types import PacketIndex, Pixels, TimeNs

T = TypeVar("T")
ClipMode = Literal["copy", "exact"]
_HEAR_S: Final = 0.1
_MOST_MEMORY: Final = 8 << 30
"""Bytes an export may take: encoding 8K keeps some forty pictures, a made-up header asks more."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Burned:
    """What the strip below a clip says of each picture: both times, zone and source."""

    clock: ClockOffset | None
    zone_name: str
    label: str

    def lines(self, time_ns: TimeNs) -> tuple[str, str, str]:
        """Three lines for the picture of a media time."""
        whose = f"{self.label} | in the file {format_media(time_ns)}"
        if self.clock is None:
            return "recorder  not known", "corrected not known", whose
        zone = zone_of(self.zone_name)
        recorder = format_wall_in(self.clock.recorded_start_ns + time_ns, zone)
        corrected = format_wall_in(self.clock.to_wall_ns(time_ns), zone)
        return f"recorder  {recorder}", f"corrected {corrected}  {self.zone_name}", whose


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """One clip to make as `stem` + suffix + `.part`."""

    path: Path
    index: PacketIndex
    cut: Cut
    stem: Path
    mode: ClipMode
    comment: str
    burned: Burned | None = None


@dataclass(frozen=True, slots=True)
class MadeClip:
    """A clip that lies there, under its provisional name."""

    made: Copied | Encoded
    sha256: str
    size_bytes: int


def make_clip(order: ClipOrder) -> Generator[int, None, MadeClip]:
    """In a process of its own: makes a clip; yields pictures done.

    Raises:
        VideoError: as `copy_cut` and `encode_cut`.
    """
    workers.limit_memory(_MOST_MEMORY)
    with heard_by(workers.alive):
        making: Generator[int, None, Copied | Encoded]
        if order.mode == "copy":
            making = copy_cut(
                order.path, order.index, order.cut, order.stem, comment=order.comment
            )  # fmt: skip
        else:
            making = encode_cut(
                order.path, order.index, order.cut, order.stem, comment=order.comment,
                lines=None if order.burned is None else order.burned.lines,
            )  # fmt: skip
        made = yield from making
        return MadeClip(made, _sha256(made.path), made.path.stat().st_size)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            workers.alive()
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class StillOrder:
    """Some frames by time stamp, to be made one picture by a recipe."""

    path: Path
    index: PacketIndex
    pts: tuple[int, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class MadeStill:
    """A picture as PNG, and the SHA-256 of its pixels (rows of BGR bytes, top to bottom)."""

    png: bytes
    pixels_sha256: str
    width: int
    height: int


def make_still(order: StillOrder) -> Generator[int, None, MadeStill]:
    """In a process of its own: decodes, averages, applies the recipe; yields pictures done.

    Raises:
        SeekFailed, Damaged: a frame cannot be had.
        VideoError: the frames are not of one size.
    """
    workers.limit_memory(_MOST_MEMORY)
    with heard_by(workers.alive), open_source(order.path, order.index) as decoder:
        yield 0
        if len(order.pts) == 1:
            picture = decoder.frame_at(order.pts[0]).bgr()
        else:

            def each() -> Iterator[Pixels]:
                for pts in order.pts:
                    workers.alive()
                    yield decoder.frame_at(pts).bgr()

            try:
                picture = average(each())
            except ValueError as error:
                raise VideoError(
                    f"the frames of {order.path} to average are not of one size",
                    "Average fewer, or choose another moment.",
                ) from error
        picture = apply(picture, order.recipe)
        height, width = picture.shape[:2]
        digest = hashlib.sha256(picture.tobytes()).hexdigest()
        return MadeStill(png_bytes(picture), digest, width, height)


def in_process(
    crew: Crew,
    kind: type[T],
    now: Callable[[int], Progress],
    work: Callable[..., Work],
    order: object,
    *,
    lost: Callable[[object], Exception] | None = None,
) -> Job[T]:
    """Has `work` do `order` in a process, and gives its result; closing it ends the process.

    `lost` words the death of the process where it is not a recording that it decodes.

    Raises:
        VideoError: the process crashed or hung.
        UserError: what the work raised.
    """
    worker = crew.hire(work, order)
    done = 0
    whole = False
    try:
        while True:
            yield now(done)
            for _, event in crew.hear(_HEAR_S):
                if isinstance(event, Said):
                    done = event.message
                    continue
                whole = True
                if isinstance(event, Ended) and isinstance(event.result, kind):
                    return event.result
                if lost is not None and not isinstance(event, Failed):
                    raise lost(event)
                raise _lost(order, event)
    finally:
        if not whole:
            worker.dismiss()


def _lost(order: object, event: object) -> Exception:
    if isinstance(event, Failed):
        return event.error
    why = event.why if isinstance(event, Died) else "ended"
    path = order.path if isinstance(order, ClipOrder | StillOrder) else "it"
    return VideoError(
        f"{path} was not exported: the process that decoded it {why}",
        "It is damaged there, or made to do harm; try a shorter span, or a stream copy.",
    )
