"""Filters in words: what a chip shows, what is said aloud, and what the command line prints.

The words of a filter, read again, give the filter again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from casefiles.queries.colour_words import VEHICLES
from casefiles.queries.context import Context
from casefiles.queries.contradictions import contradictions
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    Filter,
    Query,
    TimeFilter,
)
from casefiles.queries.movement_words import movement_document, movement_words
from casefiles.queries.words import NOT_GUESSED, rule_of, why_refused
from detection.colours import COLOURS, DARK, LIGHT, SAID
from detection.labels import ObjectClass
from video.clock import wall_from_ns

_BAGS: Final = frozenset({7, 8, 9})
_MOST_CAMERAS: Final = 3
_FAMILIES: Final = tuple(name for name in SAID if name in COLOURS)
FARTHEST_NS: Final = 1 << 62
"""Wall times are held within ± this, so that sums stay in 64 bits."""


def describe(wanted: Filter, context: Context) -> str:
    """The words of one filter, short enough for a chip: "upper: red", "22:00–24:00"."""
    if isinstance(wanted, ClassFilter):
        return class_words(wanted.class_ids)
    if isinstance(wanted, ColourFilter):
        return f"{wanted.part}: {colour_words(wanted.colours)}"
    if isinstance(wanted, CameraFilter):
        return _camera_words(wanted, context)
    if isinstance(wanted, TimeFilter):
        return _time_words(wanted, context.time_zone)
    if isinstance(wanted, ClockFilter):
        return f"{_minute(wanted.from_minute)}–{_minute(wanted.to_minute)}"
    return movement_words(wanted)


def spoken(query: Query, context: Context) -> str:
    """A query in one sentence, for a person who listens or logs."""
    parts = [describe(wanted, context) for wanted in query.filters]
    said = f"Searching for {'; '.join(parts)}." if parts else "Searching for anything."
    if query.refused:
        said += f" Not searched by: {', '.join(query.refused)}."
    if query.struck:
        said += f" {struck_words(query)}."
    if query.unknown:
        said += f" Not understood: {', '.join(query.unknown)}."
    return said


def struck_words(query: Query) -> str:
    """The words for sex and age, and that nothing is searched by them."""
    words = ", ".join(f"“{word}”" for word in query.struck)
    return f"{words}: {NOT_GUESSED}" if words else ""


def to_json(query: Query, context: Context) -> dict[str, object]:
    """A query as the command line prints it."""
    return {
        "text": query.text,
        "filters": [
            {**filter_document(wanted, context.time_zone), "says": describe(wanted, context)}
            for wanted in query.filters
        ],
        "unknown": list(query.unknown),
        "refused": list(query.refused),
        "refusals": [
            {"word": word, "rule": rule_of(word), "reason": why_refused(word)}
            for word in query.refused
        ],
        "struck": [{"word": word, "because": NOT_GUESSED} for word in query.struck],
        "rest": query.rest,
        "contradictions": list(contradictions(query)),
        "assumed": list(query.assumed),
    }


def filter_document(wanted: Filter, zone: tzinfo) -> dict[str, object]:
    """A filter as plain values; times in the given zone."""
    if isinstance(wanted, ClassFilter):
        labels = [ObjectClass(number).label for number in wanted.class_ids]
        return {"kind": "class", "classes": labels}
    if isinstance(wanted, ColourFilter):
        return {"kind": "colour", "part": wanted.part, "colours": list(wanted.colours)}
    if isinstance(wanted, CameraFilter):
        cameras = [str(camera_id) for camera_id in wanted.camera_ids]
        return {"kind": "camera", "cameras": cameras, "because": wanted.because}
    if isinstance(wanted, TimeFilter):
        ends = (wanted.from_ns, wanted.to_ns)
        start, end = (None if ns is None else _local(ns, zone).isoformat() for ns in ends)
        return {"kind": "time", "from": start, "to": end}
    if isinstance(wanted, ClockFilter):
        start, end = _minute(wanted.from_minute), _minute(wanted.to_minute)
        return {"kind": "clock", "from": start, "to": end}
    return movement_document(wanted)


def class_words(class_ids: Iterable[int]) -> str:
    """Class names; groups under their own name: "person or vehicle"."""
    left = set(class_ids)
    names: list[str] = []
    for group, name in ((VEHICLES, "vehicle"), (_BAGS, "bag")):
        if left >= group:
            names.append(name)
            left -= group
    return " or ".join([ObjectClass(number).label for number in sorted(left)] + names)


def colour_words(colours: Sequence[str]) -> str:
    """Colours as a person says them: "blue" for blue and dark blue, "light blue" for blue alone."""
    left = list(dict.fromkeys(colours))
    names: list[str] = []
    for shade, group in (("dark", DARK), ("light", LIGHT)):
        if set(group) <= set(left):
            names.append(shade)
            left = [colour for colour in left if colour not in group]
    families = [name for name in _FAMILIES if set(SAID[name]) <= set(left)]
    within = {colour: name for name in families for colour in SAID[name]}
    for colour in left:
        # A family's own name alone stands for all of it; without the dark half it is "light".
        alone = f"light {colour}" if colour in SAID else colour
        names.append(within.get(colour, alone))
    return " or ".join(dict.fromkeys(names))


def _camera_words(wanted: CameraFilter, context: Context) -> str:
    count = len(wanted.camera_ids)
    if wanted.because:
        cameras = "no cameras" if not count else f"{count} camera{'s' if count > 1 else ''}"
        return f"{wanted.because} ({cameras})"
    names = [context.camera_name(camera_id) for camera_id in wanted.camera_ids]
    if count > _MOST_CAMERAS:
        return f"{count} cameras: {', '.join(names[:_MOST_CAMERAS])} …"
    return f"camera {' or '.join(names)}" if names else "no camera"


def _time_words(wanted: TimeFilter, zone: tzinfo) -> str:
    start, end = (None if ns is None else _local(ns, zone) for ns in (wanted.from_ns, wanted.to_ns))
    if start is None or end is None:
        if start is None and end is None:
            return "any time"
        return f"after {_moment(start)}" if start is not None else f"before {_moment(end)}"
    if end <= start:
        # Contradictory, and shown as that.
        return f"after {_moment(start)} before {_moment(end)}"
    if (end.hour, end.minute, end.second) == (0, 0, 0) and (end.date() - start.date()).days == 1:
        whole = (start.hour, start.minute, start.second) == (0, 0, 0)
        return f"{start.date()}" if whole else f"{_moment(start)}–24:00"
    if start.date() == end.date():
        return f"{_moment(start)}–{_clock(end)}"
    return f"{_moment(start)} – {_moment(end)}"


def _moment(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.date()} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _local(wall_ns: int, zone: tzinfo) -> datetime:
    # Within what a calendar can say (1823 to 2116): filters may be open by being absurd.
    return wall_from_ns(max(-FARTHEST_NS, min(FARTHEST_NS, wall_ns))).astimezone(zone)
