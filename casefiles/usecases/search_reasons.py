"""Why a track answers a query, in words that an investigator can check."""

from datetime import tzinfo
from typing import Final

from casefiles.queries.colour_words import VEHICLES
from casefiles.queries.describe import colour_words
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    DwellFilter,
    Filter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.store.answers import Answer
from casefiles.store.search_rows import Searchable
from casefiles.types import BodyPart
from casefiles.usecases.search_scope import Searched, is_on_map
from detection.labels import ObjectClass
from video.clock import NS_PER_S, format_media, wall_from_ns
from video.types import TimeNs

_MOSTLY: Final = 0.4
HAS_PART: Final[dict[BodyPart, frozenset[int]]] = {
    "upper": frozenset({int(ObjectClass.PERSON)}),
    "lower": frozenset({int(ObjectClass.PERSON)}),
    "body": VEHICLES,
}
_PARTS: Final[dict[BodyPart, str]] = {
    "upper": "upper clothing",
    "lower": "lower clothing",
    "body": "vehicle",
}


class Reasons:
    """Writes the reasons of one search."""

    def __init__(self, query: Query, about: Searched, zone: tzinfo) -> None:
        self._query = query
        self._about = about
        self._zone = zone
        self._colours = [one for one in query.filters if isinstance(one, ColourFilter)]
        self._zones = [
            one.zone
            for one in query.filters
            if isinstance(one, ZoneFilter) and not is_on_map(one.zone)
        ]

    def of(self, found: Answer) -> tuple[str, ...]:
        """The reasons of a track, in the order of the filters; then doubts."""
        source = self._about.sources[found.track.source_id]
        said = [
            words for wanted in self._query.filters for words in self._one(wanted, found, source)
        ]
        colours = [
            words
            for wanted, share in zip(self._colours, found.shares, strict=True)
            if found.track.class_id in HAS_PART[wanted.part]
            for words in _colour(wanted, found, share)
        ]
        zones = [
            f"in {_zone_name(zone.name)} for {_length(inside_ns)} {self._at(source, first_ns)}"
            for zone, (first_ns, inside_ns) in zip(self._zones, found.stays, strict=True)
        ]
        return tuple(dict.fromkeys((*said, *colours, *zones)))

    def _one(self, wanted: Filter, found: Answer, source: Searchable) -> list[str]:
        track = found.track
        if isinstance(wanted, ClassFilter):
            return [f"found as {ObjectClass(track.class_id).label}"]
        if isinstance(wanted, CameraFilter):
            return [f"camera {self._camera(source)}" + (wanted.because and f", {wanted.because}")]
        if isinstance(wanted, TimeFilter | ClockFilter):
            return [f"seen {self._at(source, track.from_ns)} to {self._clock(source, track.to_ns)}"]
        if isinstance(wanted, DwellFilter):
            return [f"in view for {_length(track.to_ns - track.from_ns)}"]
        if isinstance(wanted, ZoneFilter) and is_on_map(wanted.zone):
            return [f"camera {self._camera(source)} looks into {_zone_name(wanted.zone.name)}"]
        return []

    def _camera(self, source: Searchable) -> str:
        camera_id = source.camera_id
        return str(camera_id) if camera_id is None else self._about.names.get(camera_id, camera_id)

    def _at(self, source: Searchable, time_ns: int) -> str:
        return f"at {self._clock(source, time_ns)}"

    def _clock(self, source: Searchable, time_ns: int) -> str:
        clock = self._about.clocks.get(source.source_id)
        if clock is None:
            return f"{format_media(time_ns)} of the recording"
        return f"{wall_from_ns(clock.to_wall_ns(TimeNs(time_ns))).astimezone(self._zone):%H:%M:%S}"


def _colour(wanted: ColourFilter, found: Answer, share: float | None) -> list[str]:
    part = _PARTS[wanted.part]
    if share is None:
        unjudged = (
            f"{part} could not be judged" if found.best_ns is not None else "no colours stored"
        )
        return [f"colour not reliable: {found.doubt}" if found.doubt else unjudged]
    much = "mostly" if share >= _MOSTLY else "partly"
    words = f"{part} {much} {colour_words(wanted.colours)}"
    if not found.doubt:
        return [words]
    seen = [f"perhaps {words}"] if share > 0 else []
    return [*seen, f"colour not reliable: {found.doubt}"]


def _zone_name(name: str) -> str:
    return f"zone {name}" if name else "the zone"


def _length(length_ns: int) -> str:
    seconds = length_ns / NS_PER_S
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
