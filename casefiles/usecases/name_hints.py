"""What the name of a recording tells of its camera and its time: only what can mean one thing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Final

from casefiles.types import Camera, CameraId
from casefiles.usecases.name_rules import FOLDER_DATE, NameReading, read_name
from video.clock import wall_from_ns

_ATOM: Final = re.compile(r"[0-9]+|[^\W\d_]+")
# A bare number in a name counts parts or days as often as cameras.
_CAMERA_WORDS: Final = ("cam", "camera", "ch", "channel")
_FEWEST_LETTERS: Final = 3
_FOLDERS_ASKED: Final = 3
_MOMENT: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<d>[-_.]?)(?P<month>0[1-9]|1[0-2])(?P=d)"
    r"(?P<day>0[1-9]|[12]\d|3[01])(?:[-_. T]{0,3}| at )"
    r"(?P<hour>[01]\d|2[0-3])(?P<t>[-_.:]?)(?P<minute>[0-5]\d)(?P=t)(?P<second>[0-5]\d)"
    r"(?:[.,]?(?P<milli>\d{3}))?(?!\d)(?P<utc>Z(?![^\W_]))?"
)
_EPOCH_MS: Final = re.compile(r"(?<!\d)\d{13}(?!\d)")
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_SLACK_S: Final = 5.0
_SLACK_SHARE: Final = 0.02
ZONE_NOT_STATED: Final = "zone not stated by the recorder: ask"


@dataclass(frozen=True, slots=True)
class CameraHint:
    """The camera a name means, and why; or why none."""

    camera_id: CameraId | None
    why: str


@dataclass(frozen=True, slots=True)
class TimeHint:
    """The start a name tells, in the zone it was understood in; `doubt` says why it tells none."""

    start: datetime | None = None
    basis: str = ""
    doubt: str = ""
    choices: tuple[datetime, ...] = ()
    """Both readings of an hour that the clocks repeat or skip: for a person to choose."""
    notes: tuple[str, ...] = ()
    """What to ask or look at, in words."""
    device: str = ""
    """What the recorder calls the camera, such as `channel 3`."""


class CameraNames:
    """Finds cameras by id or name in the names of files and folders.

    Letters are compared without case, accents and separators; leading zeros do not count.
    """

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._ids: dict[str, set[CameraId]] = {}
        for camera in cameras:
            for text in (camera.camera_id, camera.name):
                for key in _keys(text):
                    self._ids.setdefault(key, set()).add(camera.camera_id)

    def hint(self, path: Path, device: str = "") -> CameraHint:
        """The camera that the recorder names (`device`), else that the file's name means, else
        the nearest folder that names any."""
        places = _places(path)
        for what, text in [("recorder's", device), *places] if device else places:
            found = self._in(text)
            if len(found) == 1:
                (camera_id,) = found
                return CameraHint(camera_id, f'{what} "{text}" names it')
            if found:
                ids = ", ".join(sorted(found)[:4])
                return CameraHint(None, f'{what} "{text}" fits several cameras: {ids}')
        return CameraHint(None, f"the name says {device}" if device else "")

    def _in(self, text: str) -> set[CameraId]:
        """The cameras named in a text; a name inside a longer one does not count."""
        atoms = _atoms(text)
        spans = [
            (start, end, ids)
            for start in range(len(atoms))
            for end in range(start + 1, len(atoms) + 1)
            if (ids := self._ids.get(_joined(atoms[start:end])))
        ]
        return {
            camera_id
            for start, end, ids in spans
            if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in spans)
            for camera_id in ids
        }


def time_hint(path: Path, zone: tzinfo, zone_name: str, *, duration_s: float) -> TimeHint:
    """The start that the file's name tells, or its folder of a day.

    The way a known recorder writes names comes first. A time without zone is meant in `zone`. Two
    times are taken for start and end where they lie as far apart as the recording is long; an
    hour that a clock change repeats or leaves out is not guessed.
    """
    known = read_name(path)
    if known is not None:
        return _by_rule(known, zone, zone_name, duration_s)
    found = list(dict.fromkeys([*_moments(path.stem, zone, zone_name), *_epochs(path.stem)]))
    if not found:
        daily = read_name(path, (FOLDER_DATE,))
        return TimeHint() if daily is None else _by_rule(daily, zone, zone_name, duration_s)
    first = found[0]
    if len({hint.start for hint in found}) > 1 and not _from_to(found, duration_s):
        return TimeHint(doubt="the file name holds several times")
    return first


def both_readings(written: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """What a local time without zone can mean: one moment, or two where the clocks of the zone
    repeat or skip that hour, the earlier one first."""
    readings = {written.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(readings) == 1:
        return tuple(one.astimezone(zone) for one in readings)
    # With their offset alone: two times of one named zone are compared by what clocks show.
    return tuple(
        one.astimezone(timezone(one.astimezone(zone).utcoffset() or timedelta()))
        for one in sorted(readings)
    )


def _by_rule(found: NameReading, zone: tzinfo, zone_name: str, duration_s: float) -> TimeHint:
    """What a rule reads, in the zone its maker states, else in that of the case."""
    rule = found.rule
    device = f"{rule.device} {found.camera}" if found.camera else ""
    notes = []
    if found.end is not None:
        said_s = (found.end - found.start) / timedelta(seconds=1)
        if abs(said_s - duration_s) > _SLACK_S + _SLACK_SHARE * duration_s:
            notes.append(
                f"the name tells {said_s:.0f} s of footage, the file holds {duration_s:.0f} s"
            )
    what = "file name" if "/" not in found.text and rule is not FOLDER_DATE else "folders and name"
    read = f"{what} {found.text}" + (f" ({rule.family})" if rule is not FOLDER_DATE else "")
    if rule.clock == "utc":
        start = found.start.replace(tzinfo=UTC)
        return TimeHint(start, f"{read}, UTC by its maker", notes=tuple(notes), device=device)
    notes.append(ZONE_NOT_STATED)
    readings = both_readings(found.start, zone)
    if len(readings) > 1:
        doubt = f"{read} is an hour that the clocks of {zone_name} skip or repeat"
        return TimeHint(doubt=doubt, choices=readings, notes=tuple(notes), device=device)
    return TimeHint(readings[0], f"{read}, zone {zone_name}", notes=tuple(notes), device=device)


def _places(path: Path) -> list[tuple[str, str]]:
    folders = [folder.name for folder in path.parents if folder.name][:_FOLDERS_ASKED]
    return [("file name", path.stem), *(("folder", name) for name in folders)]


def _keys(text: str) -> list[str]:
    atoms = _atoms(text)
    key = _joined(atoms)
    if not key:
        return []
    if all(atom.isdigit() for atom in atoms):
        return [f"{word}{key}" for word in _CAMERA_WORDS]
    has_digit = any(atom.isdigit() for atom in atoms)
    if not has_digit and key.isascii() and len(key) < _FEWEST_LETTERS:
        return []
    return [key]


def _atoms(text: str) -> list[str]:
    """The runs of letters and of digits in a text, as they are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [(atom.lstrip("0") or "0") if atom.isdigit() else atom for atom in _ATOM.findall(kept)]


def _joined(atoms: Sequence[str]) -> str:
    # A sign between numbers, so that "cam 1 2" is not camera 12.
    return re.sub(r"(?<=\d) (?=\d)", ".", " ".join(atoms)).replace(" ", "")


def _moments(stem: str, zone: tzinfo, zone_name: str) -> Iterable[TimeHint]:
    for match in _MOMENT.finditer(stem):
        utc = match["utc"] is not None
        names = ("year", "month", "day", "hour", "minute", "second")
        year, month, day, hour, minute, second = (int(match[name]) for name in names)
        thousandths = int(match["milli"] or 0)
        try:
            start = datetime(
                year, month, day, hour, minute, second, thousandths * 1000,
                tzinfo=UTC if utc else zone,
            )  # fmt: skip
        # The 30th of February.
        except ValueError:
            continue
        if not _EARLIEST <= start < _LATEST:
            continue
        if start.utcoffset() != start.replace(fold=1).utcoffset():
            yield TimeHint(
                doubt=f"the file name says {match[0]}, an hour that the clocks of {zone_name} "
                "skip or repeat",
                choices=both_readings(start.replace(tzinfo=None), zone),
                notes=(ZONE_NOT_STATED,),
            )
        else:
            basis = f"file name {match[0]}, zone {'UTC' if utc else zone_name}"
            yield TimeHint(start, basis, notes=() if utc else (ZONE_NOT_STATED,))


def _epochs(stem: str) -> Iterable[TimeHint]:
    for match in _EPOCH_MS.finditer(stem):
        start = wall_from_ns(int(match[0]) * 1_000_000)
        if _EARLIEST <= start < _LATEST:
            yield TimeHint(start, f"file name {match[0]}, milliseconds since 1970 UTC")


def _from_to(found: Sequence[TimeHint], duration_s: float) -> bool:
    """Whether the times are the start and the end of the recording."""
    if len(found) != 2 or found[0].start is None or found[1].start is None:
        return False
    between = found[1].start - found[0].start
    off = abs(between / timedelta(seconds=1) - duration_s)
    return between > timedelta(0) and off <= _SLACK_S + _SLACK_SHARE * duration_s
