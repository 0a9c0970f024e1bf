"""How makers of recorders name their files: which part of a path is start, end and camera.

A table of patterns (accountability note D.7), tried in order against the last folders and the
name, joined by `/`. Groups: `day` with `time`, `stamp`, or `epoch` (seconds since 1970 UTC) are
the start; `end_day`, `end_time`, `end_stamp` the end; `camera` what the recorder calls a camera.
Signs between digits do not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

Clock = Literal["utc", "local", "unknown"]
"""What a maker says of the zone of its names: `local` is inferred, not said."""
_FOLDERS: Final = 6


@dataclass(frozen=True, slots=True)
class NameRule:
    """One way of naming; `device` is what the camera group counts."""

    family: str
    pattern: re.Pattern[str]
    clock: Clock
    device: str = "channel"


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a rule reads of a path: times as written, without zone; `text` is what they were read
    from, `camera` what the recorder calls the camera."""

    rule: NameRule
    start: datetime
    end: datetime | None
    text: str
    camera: str


def _rule(family: str, clock: Clock, pattern: str, device: str = "channel") -> NameRule:
    return NameRule(family, re.compile(rf"(?:^|/){pattern}$", re.IGNORECASE), clock, device)


RULES: Final[tuple[NameRule, ...]] = (
    _rule(
        "Dahua-type NVR", "local",
        r"NVR_ch(?P<camera>\d+)_(?:main|sub)_(?P<stamp>\d{14})_(?P<end_stamp>\d{14})"
        r"\.(?:dav|mp4|avi)",
    ),
    _rule(
        "exacqVision store", "unknown",
        r"(?P<day>20\d\d/\d\d/\d\d)/(?P<time>\d\d/\d{4})-?[0-9A-F]{4}(?P<camera>\d\d)\w\w\.psi?",
        "device",
    ),
    _rule(
        "Cloudvue gateway", "utc",
        r"(?P<camera>(?:[0-9A-F]{2}[-:]?){5}[0-9A-F]{2})/20\d\d-\d\d-\d\d/(?P<epoch>\d{10})\.mp4",
        "MAC",
    ),
    _rule(
        "Canon NVR", "utc",
        r"NVR_(?:MEDIA|MPEG4)_(?P<camera>\w+)_(?P<day>\d{8})_(?P<time>\d{6})"
        r"_(?P<end_day>\d{8})_(?P<end_time>\d{6})\.(?:avi|mov)",
        "camera",
    ),
    _rule(
        "Brickcom", "unknown",
        r"(?P<day>\d{8})-(?P<time>\d{6})-(?P<end_time>\d{6})_[\d.]+-CH(?P<camera>\d+)[^/]*",
    ),
    _rule(
        "vehicle recorder", "unknown",
        r"H(?P<day>\d{8})-(?P<time>\d{6})[PN]\w[AN](?P<camera>\d)P0\.avi",
    ),
    _rule(
        "DIGIOP", "unknown",
        r"(?P<day>20\d{6})/(?:[^/]+/)?(?P<time>\d{6})(?P<camera>[A-Z]*\d*)[A-Z]\.DSF",
        "camera",
    ),
)  # fmt: skip
FOLDER_DATE: Final = _rule(
    "folder date", "unknown",
    r"(?P<day>20\d\d(?P<sign>[-_.]?)\d\d(?P=sign)\d\d)/(?:[^/]+/)?"
    r"(?:[^/]*[^/\d])?(?P<time>\d\d(?P<dot>[-_.:]?)\d\d(?P=dot)\d\d)(?:[^\d/][^/]*)?\.\w+",
)  # fmt: skip
"""Any recorder that keeps a folder a day; asked only where the name itself tells no day."""


def read_name(path: Path, rules: tuple[NameRule, ...] = RULES) -> NameReading | None:
    """What the first rule that fits reads of a path; None where none does, or its digits are no
    time."""
    text = "/".join(path.parts[-_FOLDERS:])
    return next(_readings(text, rules), None)


def _readings(text: str, rules: tuple[NameRule, ...]) -> Iterator[NameReading]:
    for rule in rules:
        match = rule.pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        try:
            start = _start(groups)
            end = _end(groups, start)
        # Digits in the right places that are no day or no time.
        except (ValueError, OverflowError):
            continue
        shown = next(groups[name] for name in ("stamp", "epoch", "day") if groups.get(name))
        if groups.get("time"):
            shown = f"{shown} {groups['time']}"
        yield NameReading(rule, start, end, shown, groups.get("camera") or "")


def _start(groups: dict[str, str | None]) -> datetime:
    if groups.get("epoch"):
        moment = datetime.fromtimestamp(int(groups["epoch"] or 0), UTC)
        return moment.replace(tzinfo=None)
    return _digits(groups.get("stamp") or f"{groups['day']}{groups['time']}")


def _end(groups: dict[str, str | None], start: datetime) -> datetime | None:
    if groups.get("end_stamp"):
        return _digits(groups["end_stamp"] or "")
    if not groups.get("end_time"):
        return None
    end = _digits(f"{groups.get('end_day') or f'{start:%Y%m%d}'}{groups['end_time']}")
    # Without a day of its own it may lie past midnight.
    return end + timedelta(days=1) if end < start and not groups.get("end_day") else end


def _digits(text: str) -> datetime:
    return datetime.strptime(re.sub(r"\D", "", text), "%Y%m%d%H%M%S")  # noqa: DTZ007
