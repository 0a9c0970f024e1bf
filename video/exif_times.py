"""When a JPEG says that it was taken: `DateTimeOriginal` of its EXIF data, with its fraction.

EXIF 2.32 (CIPA DC-008): APP1 segment with a TIFF structure. Reading is bounded; anything odd means
that no time is told.
"""

import struct
from datetime import datetime
from pathlib import Path
from typing import Final

_MOST_BYTES: Final = 1 << 17
_EXIF_IFD: Final = 0x8769
_TAKEN: Final = 0x9003
_FRACTION: Final = 0x9291
_ASCII: Final = 2
_MOST_ENTRIES: Final = 512


def read_taken(path: Path) -> datetime | None:
    """The moment in the camera's own time, without zone; None where the file tells none."""
    try:
        with path.open("rb") as file:
            head = file.read(_MOST_BYTES)
        tiff = _tiff(head)
        return None if tiff is None else _taken(tiff)
    except (OSError, ValueError, struct.error):
        return None


def _tiff(head: bytes) -> bytes | None:
    """The TIFF structure in the first APP1 segment with EXIF data."""
    if not head.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF and head[at + 1] != 0xDA:
        length = int.from_bytes(head[at + 2 : at + 4])
        content = head[at + 4 : at + 2 + length]
        if head[at + 1] == 0xE1 and content.startswith(b"Exif\0\0"):
            return content[6:]
        at += 2 + max(length, 2)
    return None


def _taken(tiff: bytes) -> datetime | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    inner = _entries(tiff, order, first).get(_EXIF_IFD)
    if inner is None:
        return None
    (where,) = struct.unpack_from(f"{order}I", inner[2])
    entries = _entries(tiff, order, where)
    if _TAKEN not in entries:
        return None
    text = _text(tiff, order, entries[_TAKEN])
    moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF knows no zone here
    if _FRACTION not in entries:
        return moment
    digits = _text(tiff, order, entries[_FRACTION]).strip()
    return moment.replace(microsecond=int(digits[:6].ljust(6, "0"))) if digits.isdigit() else moment


_Entry = tuple[int, int, bytes]


def _entries(tiff: bytes, order: str, at: int) -> dict[int, _Entry]:
    """Tag to type, number of values and the four bytes of value or place."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    found: dict[int, _Entry] = {}
    for number in range(min(count, _MOST_ENTRIES)):
        tag, kind, values, place = struct.unpack_from(f"{order}HHI4s", tiff, at + 2 + 12 * number)
        found[tag] = (kind, values, place)
    return found


def _text(tiff: bytes, order: str, entry: _Entry) -> str:
    kind, length, place = entry
    if kind != _ASCII:
        raise ValueError("no text")
    if length > len(place):
        (at,) = struct.unpack(f"{order}I", place)
        content = tiff[at : at + min(length, 64)]
    else:
        content = place[:length]
    return content.split(b"\0")[0].decode("ascii")
