"""Pictures of site plans: read whole, and how large they are by what their heads say."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casefiles.errors import BadMap
from casefiles.layer_edits import MOST_PICTURE_BYTES, picture_kind

_MOST_SIDE: Final = 12_000
_DAMAGED: Final = "Export the plan as PNG or JPEG again."
# Start-of-frame markers of JPEG (ITU-T T.81, table B.1), but for DHT, JPG and DAC among them.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class PlanPicture:
    """The bytes of a picture, their SHA-256, and its width and height as it is stored (what a
    JPEG file says of how to turn it is not heeded)."""

    content: bytes
    sha256: str
    size: tuple[int, int]


def read_plan_picture(path: Path) -> PlanPicture:
    """The picture in a file.

    Raises:
        BadMap: unreadable, neither PNG nor JPEG, damaged, or too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise BadMap(f"{path} is not an ordinary file", "Choose a PNG or JPEG picture.")
        with path.open("rb") as file:
            content = file.read(MOST_PICTURE_BYTES + 1)
    except OSError as error:
        raise BadMap(f"{path} cannot be read: {error.strerror}", "Choose another file.") from error
    kind = picture_kind(content, path)
    size = _png_size(content) if kind == "image/png" else _jpeg_size(content)
    if size is None or 0 in size:
        raise BadMap(f"{path.name} is damaged: it does not say how large it is", _DAMAGED)
    if max(size) > _MOST_SIDE:
        raise BadMap(
            f"{path.name} is {size[0]} × {size[1]} pixels, more than {_MOST_SIDE} on a side",
            "Make it smaller, or cut out the site.",
        )
    return PlanPicture(content, hashlib.sha256(content).hexdigest(), size)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    return None
