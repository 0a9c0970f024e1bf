"""Why a track answers a query, in words that an investigator can check."""

from datetime import tzinfo
from typing import Final

from casefiles.queries.describe import colour_words
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ClockFilter,
    DwellFilter,
    Filter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.types import BodyPart, Source
from casefiles.usecases.search_found import Fit, Found
from casefiles.usecases.search_scope import Searched, is_on_map
from detection.labels import ObjectClass
from video.clock import NS_PER_S, format_media, wall_from_ns

_MOSTLY: Final = 0.4
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

    def of(self, found: Found, at: int) -> tuple[str, ...]:
        """The reasons of the track at a position, in the order of the filters; then doubts."""
        row = found.tracks.row(at)
        source = self._about.sources[row.source_id]
        said = [
            words
            for wanted in self._query.filters
            for words in self._one(wanted, found, at, source)
        ]
        colours = [
            words
            for fit in found.fits
            if fit.applies[at]
            for words in _colour(fit, at, has_look=int(found.best_ns[at]) >= 0)
        ]
        zones = [
            f"in {_zone_name(zone.name)} for {_length(int(stays.inside_ns[at]))}"
            f" {self._at(source, int(stays.first_ns[at]))}"
            for zone, stays in found.stays
        ]
        return tuple(dict.fromkeys((*said, *colours, *zones)))

    def _one(self, wanted: Filter, found: Found, at: int, source: Source) -> list[str]:
        start, end = int(found.tracks.from_ns[at]), int(found.tracks.to_ns[at])
        if isinstance(wanted, ClassFilter):
            return [f"found as {ObjectClass(int(found.tracks.class_id[at])).label}"]
        if isinstance(wanted, CameraFilter):
            return [f"camera {self._camera(source)}" + (wanted.because and f", {wanted.because}")]
        if isinstance(wanted, TimeFilter | ClockFilter):
            return [f"seen {self._at(source, start)} to {self._clock(source, end)}"]
        if isinstance(wanted, DwellFilter):
            return [f"in view for {_length(end - start)}"]
        if isinstance(wanted, ZoneFilter) and is_on_map(wanted.zone):
            return [f"camera {self._camera(source)} looks into {_zone_name(wanted.zone.name)}"]
        return []

    def _camera(self, source: Source) -> str:
        camera_id = source.camera_id
        camera = self._about.cameras.get(camera_id) if camera_id is not None else None
        return camera.name if camera is not None else str(camera_id)

    def _at(self, source: Source, time_ns: int) -> str:
        return f"at {self._clock(source, time_ns)}"

    def _clock(self, source: Source, time_ns: int) -> str:
        start = self._about.starts.get(source.source_id)
        if start is None:
            return f"{format_media(time_ns)} of the recording"
        return f"{wall_from_ns(start + time_ns).astimezone(self._zone):%H:%M:%S}"


def _colour(fit: Fit, at: int, *, has_look: bool) -> list[str]:
    part, share = _PARTS[fit.wanted.part], float(fit.share[at])
    doubt = str(fit.doubt[at])
    if share != share:
        unjudged = f"{part} could not be judged" if has_look else "no colours stored"
        return [f"colour not reliable: {doubt}" if doubt else unjudged]
    much = "mostly" if share >= _MOSTLY else "partly"
    words = f"{part} {much} {colour_words(fit.wanted.colours)}"
    if not doubt:
        return [words]
    seen = [f"perhaps {words}"] if share > 0 else []
    return [*seen, f"colour not reliable: {doubt}"]


def _zone_name(name: str) -> str:
    return f"zone {name}" if name else "the zone"


def _length(length_ns: int) -> str:
    seconds = length_ns / NS_PER_S
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
