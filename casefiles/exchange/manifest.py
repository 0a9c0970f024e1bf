"""What goes with pictures and clips that leave a case: whose they are, of when, and their hashes.

`manifest.json` for programs, `manifest.txt` for people, `SHA256SUMS` for `sha256sum -c`. Anybody
can check an export with these and the files alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from casefiles.types import Actor, CaseHeader, Source
from resources.errors import one_line
from resources.version import PROGRAM_VERSION
from video.clock import format_media, format_wall_in, now_ns, zone_of
from video.types import TimeNs

Facts: TypeAlias = dict[str, object]
"""A JSON object."""

MANIFEST: Final = "manifest.json"
READABLE: Final = "manifest.txt"
SUMS: Final = "SHA256SUMS"
_NS_PER_S: Final = 1_000_000_000
_OFFSET: Final = (
    "recorder time minus true time at the first frame: positive where the recorder is fast; "
    "corrected time = recorder time - offset - drift"
)
_NO_LINE: Final = 78 * "-"


def who_and_when(about: CaseHeader, actor: Actor) -> Facts:
    """The case, who acts, with what and why; `made` is the only part that differs next time."""
    return {
        "training": about.training,
        "case": {"number": about.number, "title": about.title, "id": about.case_uuid},
        "by": {"user": actor.user, "workstation": actor.workstation},
        "reason": actor.reason,
        "purpose": actor.purpose,
        "authority": actor.authority,
        "program": f"Sightline {PROGRAM_VERSION}",
        "made": format_wall_in(now_ns(), zone_of("UTC")),
    }


def about_source(source: Source) -> Facts:
    """The original: which bytes, what it is, and how its clock is known."""
    said = source.clock_set
    uncertainty = source.uncertainty_ns
    return {
        "id": source.source_id,
        "file": source.path.name,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "camera": source.camera_id,
        "container": source.container,
        "codec": source.codec,
        "rewrapped_copy_used": source.rewrapped is not None,
        "clock": {
            "start_basis": source.start_basis,
            "offset_s": _seconds(source.offset_ns),
            "offset_means": _OFFSET,
            "drift_ppb": 0 if said is None else said.drift_ppb,
            "uncertainty_s": None if uncertainty is None else _seconds(uncertainty),
            "basis": source.clock_basis,
        },
    }


def both_times(source: Source, time_ns: int, zone_name: str) -> Facts:
    """A moment of a recording in media time, as its recorder showed it, and corrected; the last
    two are None where the start is not known."""
    clock, zone = source.clock, zone_of(zone_name)
    recorder = corrected = None
    if clock is not None:
        recorder = format_wall_in(clock.recorded_start_ns + time_ns, zone)
        corrected = format_wall_in(clock.to_wall_ns(TimeNs(time_ns)), zone)
    return {
        "media_ns": time_ns,
        "media_time": format_media(time_ns),
        "recorder_time": recorder,
        "corrected_time": corrected,
    }


def _seconds(time_ns: int) -> str:
    """Exact seconds, such as `3617.000000000`."""
    sign = "-" if time_ns < 0 else ""
    whole, rest = divmod(abs(time_ns), _NS_PER_S)
    return f"{sign}{whole}.{rest:09d}"


def json_bytes(document: Facts) -> bytes:
    """A document as the bytes that are written and hashed."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def readable(document: Facts) -> bytes:
    """The same for people: names and values, one a line, indented."""
    head = ["TRAINING - NO EVIDENCE", _NO_LINE] if document.get("training") else []
    return "\n".join([*head, *_lines(document, 0), ""]).encode()


def _lines(value: Mapping[str, object], depth: int) -> Iterator[str]:
    room = "  " * depth
    for name, inner in value.items():
        label = f"{room}{name.replace('_', ' ')}:"
        if isinstance(inner, Mapping):
            yield label
            yield from _lines(inner, depth + 1)
        elif isinstance(inner, list | tuple) and inner:
            yield label
            for one in inner:
                if isinstance(one, Mapping):
                    yield f"{room}  -"
                    yield from _lines(one, depth + 2)
                else:
                    yield f"{room}  - {one_line(str(one))}"
        else:
            yield f"{label} {_words(inner)}"


def _words(value: object) -> str:
    if value is None or value == "" or value in ([], ()):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))


def sums(hashes: Mapping[str, str]) -> bytes:
    """The text that `sha256sum -c` reads: hash, two spaces, name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode()


def write_manifest(folder: Path, document: Facts, files: Mapping[str, str]) -> str:
    """Writes the three files into `folder` for `files` (name to SHA-256); gives the SHA-256 of
    `manifest.json`. On an error none of them is left.

    Raises:
        OSError: they cannot be written.
    """
    contents = {MANIFEST: json_bytes(document), READABLE: readable(document)}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    contents[SUMS] = sums({**files, **digests})
    write_new(folder, contents)
    return digests[MANIFEST]


def write_new(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files that are not there yet, all of them or none.

    Raises:
        OSError: they cannot be written; FileExistsError where one is there.
    """
    made: list[Path] = []
    try:
        parts: list[tuple[Path, Path]] = []
        for name, content in contents.items():
            final = folder / name
            if final.exists():
                raise FileExistsError(17, "it is there already", str(final))
            part = folder / f"{name}.part"
            made.append(part)
            part.write_bytes(content)
            parts.append((part, final))
        for part, final in parts:
            part.replace(final)
            made.append(final)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def camera_names(sources: Sequence[Source]) -> str:
    """The cameras of some recordings in a few words."""
    names = dict.fromkeys(
        one.camera_id if one.camera_id is not None else f"source {one.source_id}" for one in sources
    )
    return ", ".join(names)
