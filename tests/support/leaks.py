"""Looks for planted words in every byte of files, in the forms in which programs write words."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

_JPEG: Final = re.compile(rb"\xff\xd8\xff[\xdb\xe0\xe1](?:..JFIF\0|..Exif\0|\0\x43)", re.DOTALL)
"""How a JPEG begins; its first three bytes alone come by chance every 16 MiB of noise."""


def forms(word: str) -> Iterator[bytes]:
    """The bytes that a word can be on a disk."""
    for text in {word, word.lower()}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield text.encode("latin-1", "ignore")
        yield json.dumps(text)[1:-1].encode()
        yield quote(text).encode()
        for raw in (text.encode(), text.encode("utf-16-le")):
            yield raw.hex().encode()
            yield raw.hex().upper().encode()
            for shift in range(3):
                # Without the letters that hang on what lies before and after.
                coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
                yield coded[2 * shift : -1]


def leaks(places: Iterable[Path], planted: Mapping[str, str | bytes]) -> list[str]:
    """Where a planted thing is found: `what in which file`; names of files count as well."""
    wanted = {
        what: [thing] if isinstance(thing, bytes) else sorted(set(forms(thing)))
        for what, thing in planted.items()
    }
    return [
        f"{what} in {path}"
        for path in every_path(places)
        for content in (bytes(path.name, "utf-8"), path.read_bytes() if path.is_file() else b"")
        for what, shapes in wanted.items()
        if any(shape in content for shape in shapes)
    ]


def pictures(places: Iterable[Path]) -> list[Path]:
    """Files in which a JPEG begins somewhere."""
    return [
        path for path in every_path(places) if path.is_file() and _JPEG.search(path.read_bytes())
    ]


def every_path(places: Iterable[Path]) -> Iterator[Path]:
    """All files and folders below these."""
    for place in places:
        yield from sorted(place.rglob("*"))
