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
from casefiles.store.conditions import FULL_SHARE, LONG_S
from casefiles.store.search_rows import Searchable
from casefiles.types import BodyPart
from casefiles.usecases.search_paths import is_on_map, path_filters, path_words, zone_name, zones_in
from casefiles.usecases.search_scope import Searched
from casefiles.usecases.search_traits import TraitReasons
from casefiles.view_types import Part
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
        self._zones = zones_in(query)
        self._paths = path_filters(query)
        self._grounds = [
            one for one in query.filters if isinstance(one, ZoneFilter) and is_on_map(one.zone)
        ]
        self._traits = TraitReasons(query, about)

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
            f"in {zone_name(zone.name)} for {_length(inside_ns)} {self._at(source, first_ns)}"
            for zone, (first_ns, inside_ns) in zip(self._zones, found.stays, strict=True)
        ]
        ways = [
            path_words(asked, steps, lambda time_ns: self._clock(source, time_ns, tenths=True))
            for asked, steps in zip(self._paths, found.passed, strict=True)
        ]
        likes = self._traits.of(found.traits, found.track.class_id)
        return tuple(dict.fromkeys((*said, *colours, *zones, *ways, *likes)))

    def doubtful(self, found: Answer) -> bool:
        """Whether attributes or movement that were asked for are not known, or not for sure."""
        return self._traits.doubtful(found.traits, found.track.class_id)

    def parts(self, found: Answer) -> tuple[Part, ...]:
        """What contributed to the score of a track, each with how much; what is merely true or
        not (a camera, a time) has no bar."""
        track = found.track
        label = ObjectClass(track.class_id).label
        in_view_ns = track.to_ns - track.from_ns
        made = [
            _part("class", track.mean_score, f"found as {label}"),
            _part("in view", in_view_ns / NS_PER_S / LONG_S, f"in view for {_length(in_view_ns)}"),
        ]
        for wanted, share in zip(self._colours, found.shares, strict=True):
            if found.track.class_id in HAS_PART[wanted.part]:
                words = "; ".join(_colour(wanted, found, share))
                made.append(_part(f"{wanted.part} colour", (share or 0.0) / FULL_SHARE, words))
        made += self._traits.parts(found.traits, track.run_id, track.from_ns, track.class_id)
        return tuple(made)

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
            return [self._on_map(wanted, found, source)]
        return []

    def _on_map(self, wanted: ZoneFilter, found: Answer, source: Searchable) -> str:
        """By its feet where its camera is calibrated, else by what its camera sees."""
        name, camera = zone_name(wanted.zone.name), self._camera(source)
        at = next((i for i, one in enumerate(self._grounds) if one is wanted), None)
        stood = found.stood[at] if at is not None and at < len(found.stood) else None
        if stood is None:
            return f"camera {camera} looks into {name}"
        sd_m = self._about.sureness(at or 0, source.source_id, stood)
        sure = "" if sd_m is None else f", ± {2 * sd_m:.1f} m"
        return f"feet in {name} {self._at(source, stood)}, by the ground of camera {camera}{sure}"

    def _camera(self, source: Searchable) -> str:
        camera_id = source.camera_id
        return str(camera_id) if camera_id is None else self._about.names.get(camera_id, camera_id)

    def _at(self, source: Searchable, time_ns: int) -> str:
        return f"at {self._clock(source, time_ns)}"

    def _clock(self, source: Searchable, time_ns: int, *, tenths: bool = False) -> str:
        clock = self._about.clocks.get(source.source_id)
        if clock is None:
            return f"{format_media(time_ns)} of the recording"
        wall = wall_from_ns(clock.to_wall_ns(TimeNs(time_ns))).astimezone(self._zone)
        return f"{wall:%H:%M:%S}" + f".{wall.microsecond // 100_000}" * tenths


def _part(name: str, value: float, words: str) -> Part:
    """Held between 0 and 1; a score that is no number speaks for nothing."""
    return Part(name, max(0.0, min(1.0, value)) if value == value else 0.0, words)


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


def _length(length_ns: int) -> str:
    seconds = length_ns / NS_PER_S
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
