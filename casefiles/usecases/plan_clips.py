"""Which parts of which recordings a span takes, before anything is written: what a preview says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from casefiles.case import Case
from casefiles.errors import CaseError
from casefiles.exchange.manifest import Facts, both_times
from casefiles.types import Source
from casefiles.usecases.set_time_zone import time_zone_of
from video.clip import Cut, cut_of
from video.clock import format_media, format_wall_in, zone_of
from video.packet_index import duration_ns, picture_length_ns, time_of
from video.types import PacketIndex, Span, TimeNs

ClipModes = Literal["copy", "exact", "both"]
# At the quality used, busy pictures take this; quiet ones a tenth.
_BITS_PER_PIXEL: Final = 0.25


class NothingToExport(CaseError):
    """No footage lies in what was asked for."""


@dataclass(frozen=True, slots=True)
class ClipsWanted:
    """Clips of some recordings and cameras over one span: corrected wall time from-to, or media
    time of a single recording."""

    folder: Path
    sources: tuple[int, ...] = ()
    cameras: tuple[str, ...] = ()
    wall_ns: tuple[int, int] | None = None
    media: Span | None = None
    mode: ClipModes = "copy"
    burn_time: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What one recording gives: the asked part of it in media time, and its frames."""

    source: Source
    index: PacketIndex
    span: Span
    cut: Cut

    @property
    def lead_in_ns(self) -> int:
        """How much earlier than the first wanted frame a stream copy starts."""
        return time_of(self.index, self.cut.first) - time_of(self.index, self.cut.key)

    @property
    def end_ns(self) -> TimeNs:
        """Where the last wanted frame is over, as far as is known: a gap after it is none of it."""
        end = time_of(self.index, self.cut.last) + picture_length_ns(self.index)
        return TimeNs(min(end, duration_ns(self.index)))

    def copy_bytes(self) -> int:
        """About how large a stream copy is."""
        share = (self.cut.last - self.cut.key + 1) / len(self.index)
        return round(self.source.size_bytes * share)

    def exact_bytes(self) -> int:
        """At most how large an exact clip is, about."""
        pixels = self.source.width * self.source.height * self.cut.frames
        return round(pixels * _BITS_PER_PIXEL / 8)


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """The pieces by camera and time, what is missing, and what stays out and why."""

    wanted: ClipsWanted
    pieces: tuple[Piece, ...]
    gaps: tuple[Facts, ...]
    left_out: tuple[str, ...]
    zone_name: str

    @property
    def bytes_needed(self) -> int:
        """About how much room the clips take."""
        mode = self.wanted.mode
        return sum(
            (piece.copy_bytes() if mode != "exact" else 0)
            + (piece.exact_bytes() if mode != "copy" else 0)
            for piece in self.pieces
        )

    @property
    def cameras(self) -> int:
        """How many cameras (or recordings without one) give something."""
        return len({_lane(piece.source) for piece in self.pieces})


def plan_clips(case: Case, wanted: ClipsWanted) -> ClipPlan:
    """Finds the footage of what is wanted; reads no recording.

    Raises:
        UnknownSource, UnknownCamera: the case has none of this id.
        NothingToExport: no footage lies there, or nothing was asked for.
    """
    sources = _chosen(case, wanted)
    zone_name = time_zone_of(case)
    pieces: list[Piece] = []
    left_out: list[str] = []
    timeless: set[str] = set()
    for source in sources:
        span = _media_span(source, wanted)
        if span is None:
            left_out.append(
                f"source {source.source_id} ({source.path.name}): its start time is not known"
            )
            timeless.add(_lane(source))
            continue
        index = case.packet_index(source.source_id)
        cut = cut_of(index, span)
        if cut is not None:
            pieces.append(Piece(source, index, span, cut))
    if not pieces:
        raise _nothing(sources, wanted, left_out, zone_name)
    pieces.sort(key=_order)
    given = {_lane(piece.source) for piece in pieces}
    for lane in dict.fromkeys([*(_lane(one) for one in sources), *wanted.cameras]):
        if lane not in given | timeless:
            left_out.append(f"{lane}: no footage in this span")
    return ClipPlan(
        wanted, tuple(pieces), tuple(_gaps(pieces, zone_name)), tuple(left_out), zone_name
    )


def _chosen(case: Case, wanted: ClipsWanted) -> list[Source]:
    if not (wanted.sources or wanted.cameras):
        raise NothingToExport("no recording was chosen", "Name sources or cameras.")
    if wanted.media is not None and (wanted.cameras or len(wanted.sources) != 1):
        raise NothingToExport(
            "a span in media time belongs to one recording", "Name one source, or use wall times."
        )
    chosen = {source_id: case.source(source_id) for source_id in wanted.sources}
    every = case.sources()
    for camera_id in wanted.cameras:
        case.camera(camera_id)
        chosen |= {one.source_id: one for one in every if one.camera_id == camera_id}
    return list(chosen.values())


def _media_span(source: Source, wanted: ClipsWanted) -> Span | None:
    """The wanted span in media time, which may lie outside the footage; None without a clock."""
    if wanted.media is not None:
        return wanted.media
    if wanted.wall_ns is None:
        raise ValueError("a span is named in exactly one way")
    if source.clock is None:
        return None
    begin, end = (source.clock.first_media(wall_ns) for wall_ns in wanted.wall_ns)
    return Span(TimeNs(begin), TimeNs(max(end, begin)))


def _lane(source: Source) -> str:
    return source.camera_id if source.camera_id is not None else f"source {source.source_id}"


def _order(piece: Piece) -> tuple[str, int]:
    source = piece.source
    start = source.source_id if source.clock is None else source.clock.to_wall_ns(TimeNs(0))
    return _lane(source), start


def _gaps(pieces: Sequence[Piece], zone_name: str) -> list[Facts]:
    """Where a camera has no footage in the span: inside recordings, between them, at the ends."""
    found: list[Facts] = []
    by_lane: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_lane.setdefault(_lane(piece.source), []).append(piece)
    for lane, own in by_lane.items():
        first, last = own[0], own[-1]
        begin = time_of(first.index, first.cut.first)
        if begin > first.span.start_ns + picture_length_ns(first.index):
            found.append(
                _gap(lane, "no footage yet", first.source, first.span.start_ns, begin, zone_name)
            )
        for at, piece in enumerate(own):
            found += [
                _gap(lane, "gap in the recording", piece.source, start, end, zone_name)
                for start, end in piece.source.gaps
                if end > piece.span.start_ns
                and start < piece.span.end_ns
                and time_of(piece.index, piece.cut.first) <= start
                and end <= time_of(piece.index, piece.cut.last)
            ]
            if at + 1 < len(own):
                found += _between(lane, piece, own[at + 1], zone_name)
        if last.end_ns + picture_length_ns(last.index) < last.span.end_ns:
            found.append(
                _gap(
                    lane,
                    "no footage any more",
                    last.source,
                    last.end_ns,
                    last.span.end_ns,
                    zone_name,
                )
            )
    return found


def _between(lane: str, piece: Piece, after: Piece, zone_name: str) -> list[Facts]:
    clock, next_clock = piece.source.clock, after.source.clock
    if clock is None or next_clock is None:
        return []
    resumed = clock.first_media(next_clock.to_wall_ns(time_of(after.index, after.cut.first)))
    if resumed <= piece.end_ns + picture_length_ns(piece.index):
        return []
    return [_gap(lane, "no recording", piece.source, piece.end_ns, resumed, zone_name)]


def _gap(lane: str, kind: str, source: Source, start: int, end: int, zone_name: str) -> Facts:
    """A gap as the manifest tells it; times by the clock of `source`, also beyond its end."""
    return {
        "camera": lane,
        "kind": kind,
        "by_the_clock_of_source": source.source_id,
        "from": both_times(source, start, zone_name),
        "to": both_times(source, end, zone_name),
    }


def _nothing(
    sources: Sequence[Source], wanted: ClipsWanted, left_out: Sequence[str], zone_name: str
) -> NothingToExport:
    zone = zone_of(zone_name)
    if wanted.media is not None:
        only = sources[0]
        begin_ns, end_ns = wanted.media.start_ns, wanted.media.end_ns
        if any(start < begin_ns and end_ns <= end for start, end in only.gaps):
            return NothingToExport(
                f"source {only.source_id} has a gap from {format_media(begin_ns)} to "
                f"{format_media(end_ns)}",
                "Widen the span to reach over it.",
            )
        return NothingToExport(
            f"source {only.source_id} has no footage from {format_media(wanted.media.start_ns)} "
            f"to {format_media(wanted.media.end_ns)}",
            f"It runs from 0 to {format_media(only.duration_ns)}.",
        )
    known = [(one.clock.to_wall_ns(TimeNs(0)), one.clock.to_wall_ns(TimeNs(one.duration_ns)))
             for one in sources if one.clock is not None]  # fmt: skip
    if not known or wanted.wall_ns is None:
        return NothingToExport(
            "nothing to export: " + ("; ".join(left_out) or "the cameras have no recording"),
            "Ask for one of them by media time (--from-media-s, --to-media-s).",
        )
    begin, end = (format_wall_in(wall_ns, zone) for wall_ns in wanted.wall_ns)
    return NothingToExport(
        f"no footage lies between {begin} and {end} (corrected time)",
        f"What was chosen runs from {format_wall_in(min(one for one, _ in known), zone)} "
        f"to {format_wall_in(max(one for _, one in known), zone)}.",
    )
