"""What an ONVIF export file tells of itself: who exported it, from what, and when it was recorded.

ONVIF Export File Format Specification: `suep` in the `meta` box of the file, `cstb` there and,
where a signer corrected it, in the `sinf` of its signature. Reading is bounded in size, depth and
number; signatures are counted and not checked.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Final

from video.clock import format_wall
from video.container import open_read_only
from video.types import TimeNs

_SINCE_1601: Final = datetime(1601, 1, 1, tzinfo=UTC)
_SINCE_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)
_DEEPEST: Final = 6
_MOST_BOXES: Final = 2_048
_MOST_BYTES: Final = 1 << 16
_MOST_TEXT: Final = 200
# Bytes before the first inner box: version and flags, and of `ipro` the number of what follows.
_INSIDE: Final = {b"meta": 4, b"ipro": 6, b"sinf": 0, b"schi": 0, b"moov": 0, b"udta": 0}
_ENTRY: Final = struct.Struct(">IQ")


@dataclass(frozen=True, slots=True)
class OnvifExport:
    """The surveillance boxes of a file."""

    unit: str = ""
    """Name of the unit that exported it."""
    operator: str = ""
    exported_at: datetime | None = None
    starts: Mapping[int, datetime] = field(default_factory=dict)
    """By track id, when the timeline of the track begins, in UTC."""
    corrected: Mapping[int, datetime] = field(default_factory=dict)
    """The same as the newest signer who corrected it says."""
    signatures: int = 0

    @property
    def exported_by(self) -> str:
        """Unit and operator in one line; empty where the file names neither."""
        return ", ".join(part for part in (self.unit, self.operator) if part)

    def start_of(self, track: int, first: TimeNs) -> datetime | None:
        """When the picture at `first` of a track's timeline was taken, uncorrected."""
        return _on_timeline(self.starts, track, first)

    def warnings(self, track: int, first: TimeNs) -> list[str]:
        """What a person should know: correction, export, signature."""
        told = []
        start = self.start_of(track, first)
        corrected = _on_timeline(self.corrected, track, first)
        if corrected is not None and start is not None and corrected != start:
            by_s = (start - corrected).total_seconds()
            told.append(
                f"The export says that it starts at {format_wall(start)}; whoever signed it "
                f"corrected that to {format_wall(corrected)} ({abs(by_s):.3f} s "
                f"{'earlier' if by_s > 0 else 'later'}). The uncorrected one is taken."
            )
        if self.signatures:
            told.append(
                "The export carries a digital signature, which was not checked."
                if self.signatures == 1
                else f"The export carries {self.signatures} digital signatures, none was checked."
            )
        return told


def read_onvif(path: Path) -> OnvifExport | None:
    """The surveillance boxes of an MP4 file; None where it has none.

    Damaged boxes are passed over; what is before them counts.

    Raises:
        CannotOpen: the file cannot be opened.
    """
    with open_read_only(path) as file:
        end = file.seek(0, 2)
        head = _read(file, 4, 4)
        if head not in {b"ftyp", b"styp", b"moov", b"free", b"wide", b"uuid"}:
            return None
        unit, operator, exported_at = "", "", None
        starts: dict[int, datetime] = {}
        corrected: dict[int, datetime] = {}
        found, signatures = False, 0
        for kind, where, start, stop in _boxes(file, 0, end):
            if kind == b"suep":
                found = True
                unit, operator, exported_at = _exporter(_read(file, start, stop - start))
            elif kind == b"cstb":
                found = True
                times = _starts(_read(file, start, stop - start))
                (corrected if b"sinf" in where else starts).update(times)
            signatures += kind == b"sibo"
    if not found:
        return None
    # A file of which only the signer tells the start has no other.
    starts = starts or dict(corrected)
    return OnvifExport(unit, operator, exported_at, starts, corrected, signatures)


def _on_timeline(starts: Mapping[int, datetime], track: int, first: TimeNs) -> datetime | None:
    # Often only the first track is named.
    origin = starts.get(track) or next(iter(starts.values()), None)
    try:
        return None if origin is None else origin + timedelta(microseconds=first // 1000)
    except OverflowError:
        return None


def _boxes(
    file: FileIO, start: int, stop: int
) -> Iterator[tuple[bytes, tuple[bytes, ...], int, int]]:
    """Kind, the kinds around it, and content of every box that may matter (ISO/IEC 14496-12, 4.2).

    Depth first, the boxes of a file in its order.
    """
    left = _MOST_BOXES
    open_spans: list[tuple[tuple[bytes, ...], int, int]] = [((), start, stop)]
    while open_spans and left:
        where, at, end = open_spans.pop()
        left -= 1
        head = _read(file, at, 16)
        if at + 8 > end or len(head) < 8:
            continue
        size, kind, inside = int.from_bytes(head[:4]), head[4:8], at + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16]), at + 16
        stop_at = end if size == 0 else at + size
        if stop_at < inside or stop_at > end:
            continue
        open_spans.append((where, stop_at, end))
        yield kind, where, inside, stop_at
        if kind in _INSIDE and len(where) < _DEEPEST:
            # QuickTime's `meta` has no version and flags.
            bare = kind == b"meta" and _read(file, inside + 4, 4) == b"hdlr"
            open_spans.append(((*where, kind), inside + (0 if bare else _INSIDE[kind]), stop_at))


def _read(file: FileIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(min(length, _MOST_BYTES)) or b""


def _starts(content: bytes) -> dict[int, datetime]:
    """Track ids and their starts; some writers put version and flags before the number of them."""
    for head in (4, 8):
        count = int.from_bytes(content[head - 4 : head])
        if count and len(content) == head + count * _ENTRY.size:
            entries = _ENTRY.iter_unpack(content[head:])
            moments = {track: _since_1601(ticks) for track, ticks in entries}
            return {track: moment for track, moment in moments.items() if moment is not None}
    return {}


def _since_1601(ticks: int) -> datetime | None:
    try:
        return _SINCE_1601 + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def _exporter(content: bytes) -> tuple[str, str, datetime | None]:
    """Unit, operator and time of the export; what is missing is empty."""
    texts, rest = _texts(content[4:], 3)
    if len(texts) < 3:
        return (texts[0] if texts else ""), "", None
    try:
        exported_at = _SINCE_1904 + timedelta(seconds=int.from_bytes(rest[:8]))
    except OverflowError:
        exported_at = None
    operator, _ = _texts(rest[8:], 1)
    return texts[0], operator[0] if operator else "", exported_at


def _texts(content: bytes, count: int) -> tuple[list[str], bytes]:
    """Up to `count` texts that end in a zero, and what follows them."""
    texts = []
    for _ in range(count):
        text, ended, rest = content.partition(b"\0")
        if not ended:
            break
        plain = "".join(
            letter for letter in text.decode("utf-8", "replace") if letter.isprintable()
        )
        texts.append(plain[:_MOST_TEXT].strip())
        content = rest
    return texts, content


def iso(moment: datetime) -> str:
    """As `SourceFacts.recorded_at` holds it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
