"""One exact frame of a source: by corrected wall time, media time, number or time stamp."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownSource, WrongPlace
from casefiles.types import Source
from video.clock import NS_PER_S, format_media, format_wall, wall_to_ns
from video.decoder import open_source
from video.errors import SeekFailed
from video.packet_index import shown_at, time_of
from video.types import PacketIndex, Pixels, TimeNs

# Times are printed in milliseconds: asking for a printed time must give its frame back.
_PRINTED_ROUNDING_NS = 500_000
# What floating point and wall times to the microsecond leave of an exact time.
_EXACT_NS = 1_000


@dataclass(frozen=True, slots=True)
class Moment:
    """The wanted frame; exactly one field is set.

    `at` and `media_s` mean the frame on show then: the newest one not later.
    """

    at: datetime | None = None
    media_s: float | None = None
    frame: int | None = None
    pts: int | None = None


@dataclass(frozen=True, slots=True)
class ExactFrame:
    """A decoded frame and all its names; `picture (h, w, 3) uint8` BGR, 1:1."""

    source: Source
    picture: Pixels
    number: int
    pts: int
    time_ns: TimeNs

    @property
    def wall_time(self) -> datetime | None:
        clock = self.source.clock
        return None if clock is None else clock.to_wall(self.time_ns)


def read_frame(case: Case, source_id: int, moment: Moment) -> ExactFrame:
    """Decodes exactly the wanted frame; the access is logged before it is given back.

    Raises:
        UnknownSource, SourceMoved: the footage cannot be reached.
        SeekFailed: the moment lies outside the footage.
        Damaged: the frame does not decode.
    """
    source = case.source(source_id)
    index = case.packet_index(source.source_id)
    number = number_at(source, index, moment)
    pts = int(index.pts[number])
    with open_source(case.media_path(source), index) as decoder:
        frame = decoder.frame_at(pts)
    exact = ExactFrame(source, frame.bgr(), number, pts, frame.time_ns)
    case.record(
        audit.Entry(
            "frame.view",
            "done",
            object=f"source:{source.source_id}",
            facts={"frame": number, "pts": pts},
        )
    )
    return exact


def check_place(case: Case, out: Path) -> None:
    """Makes sure that a still written to `out` replaces nothing but an older still.

    Raises:
        WrongPlace: it is not named .png, is no ordinary file, or is an original of the case.
    """
    hint = "Choose another file that ends in .png."
    if out.suffix.lower() != ".png":
        raise WrongPlace(f"'{out}' does not end in .png", hint)
    if not out.exists():
        return
    if not out.is_file():
        raise WrongPlace(f"{out} is not an ordinary file", hint)
    for source in case.sources():
        if source.path.is_dir() and out.resolve().parent == source.path:
            raise WrongPlace(f"{out} is one of the originals of source {source.source_id}", hint)
        if source.path.exists() and out.samefile(source.path):
            raise WrongPlace(f"{out} is the original of source {source.source_id}", hint)


def number_at(source: Source, index: PacketIndex, moment: Moment) -> int:
    """The number of the frame that a moment names; raises as `read_frame`."""
    if moment.frame is not None:
        if not 0 <= moment.frame < len(index):
            raise SeekFailed(
                f"source {source.source_id} has no frame {moment.frame}",
                f"Its frames are 0 to {len(index) - 1}.",
            )
        return moment.frame
    if moment.pts is not None:
        position = int(np.searchsorted(index.pts, moment.pts))
        if position == len(index) or index.pts[position] != moment.pts:
            raise SeekFailed(
                f"source {source.source_id} has no frame with time stamp {moment.pts}",
                f"Its time stamps run from {index.pts[0]} to {index.pts[-1]}.",
            )
        return position
    return _shown_at(source, index, _media_time(source, moment))


def _media_time(source: Source, moment: Moment) -> TimeNs:
    if moment.media_s is not None:
        return TimeNs(round(moment.media_s * NS_PER_S))
    if moment.at is None:
        raise ValueError("a moment names a frame in exactly one way")
    if source.clock is None:
        raise UnknownSource(
            f"the start time of source {source.source_id} is not known",
            "Ask by --media-s, --frame or --pts.",
        )
    return source.clock.to_media(wall_to_ns(moment.at))


def _shown_at(source: Source, index: PacketIndex, time_ns: TimeNs) -> int:
    # A single frame has no length, but is on show at its time.
    end = max(source.duration_ns, 1)
    if not -_PRINTED_ROUNDING_NS <= time_ns < max(end, _PRINTED_ROUNDING_NS + 1):
        raise SeekFailed(
            f"source {source.source_id} has no footage at {_described(source, time_ns)}",
            f"It runs from {_described(source, TimeNs(0))} "
            f"to {_described(source, TimeNs(source.duration_ns))}.",
        )

    def newest(asked: int) -> int:
        return shown_at(index, TimeNs(min(max(0, asked), end - 1)))

    # Pictures may follow each other faster than a printed time can tell: an exact time comes first.
    number = newest(time_ns + _EXACT_NS)
    exact = abs(time_of(index, number) - time_ns) <= _EXACT_NS
    return number if exact else newest(time_ns + _PRINTED_ROUNDING_NS)


def _described(source: Source, time_ns: TimeNs) -> str:
    if source.clock is None:
        return format_media(time_ns)
    return f"{format_media(time_ns)} ({format_wall(source.clock.to_wall(time_ns))})"
