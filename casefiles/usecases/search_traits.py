"""What a query asks of attributes, movement, size and company: as the store takes it, what could
not be judged, and what is said of how a track answers."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from casefiles.queries.describe import FARTHEST_NS
from casefiles.queries.filters import (
    AttributeFilter,
    CountFilter,
    DirectionFilter,
    Filter,
    Query,
    SizeFilter,
    SpeedFilter,
)
from casefiles.queries.movement_words import movement_words
from casefiles.store import traits
from casefiles.store.engine import Cursor
from casefiles.store.trait_conditions import (
    LEAST_CHANCE,
    SURE_CHANCE,
    Between,
    Headings,
    WantedTrait,
    WantedTraits,
    is_compass,
    likeness,
)
from casefiles.trait_types import Movement, Traits
from casefiles.types import CameraId, Placement, RunId, SourceId
from casefiles.usecases.search_scope import Searched
from casefiles.view_types import Part
from detection.attribute_names import ATTRIBUTES, PERSON_ATTRIBUTES
from detection.looks import KINDS
from detection.trait_judges import JUDGED_NAMES, MODEL_OF
from video.clock import ClockOffset

_UNJUDGED: Final = "not judged"
_LIKELY: Final = ((0.85, "very likely"), (SURE_CHANCE, "likely"), (LEAST_CHANCE, "perhaps"))
_WALKING: Final = ((0.15, "standing"), (0.45, "slow"), (1.4, "walking pace"), (2.6, "running pace"))
_NO_CLOCK: Final = ClockOffset(0)
TraitFilter = AttributeFilter | DirectionFilter | SpeedFilter | SizeFilter | CountFilter


def class_ids_of(attribute: str) -> tuple[int, ...]:
    """The classes that are judged by an attribute."""
    kind = "person" if attribute in PERSON_ATTRIBUTES else "vehicle"
    return tuple(sorted(number for number, its in KINDS.items() if its == kind))


def attributes_of(class_id: int) -> tuple[str, ...]:
    """The attributes that a class is judged by."""
    return tuple(name for name in ATTRIBUTES if class_id in class_ids_of(name))


def model_for(class_id: int) -> str:
    """The model that judges a class."""
    return MODEL_OF[KINDS[class_id]]


def is_judged(options: str, class_id: int) -> bool:
    """Whether the run of these options had that model."""
    return _judged_by(options, KINDS[class_id])


def traits_in(query: Query, about: Searched) -> WantedTraits:
    """What a query asks, as the store takes it."""
    attributes, directions, speeds, sizes, counts = [], [], [], [], []
    for one in query.filters:
        if isinstance(one, AttributeFilter):
            known = len(ATTRIBUTES.get(one.name, ()))
            classes = class_ids_of(one.name)
            attributes.append(WantedTrait(one.name, one.values, known, classes))
        elif isinstance(one, DirectionFilter):
            directions.append(tuple(one.directions))
        elif isinstance(one, SpeedFilter):
            speeds.append(Between(one.least, one.most))
        elif isinstance(one, SizeFilter):
            sizes.append(Between(one.least_px, one.most_px))
        elif isinstance(one, CountFilter):
            counts.append(one.least)
    over_ground = any(is_compass(way) for ways in directions for way in ways)
    return WantedTraits(
        tuple(attributes), tuple(directions), _headings(about) if over_ground else None,
        tuple(speeds), tuple(sizes), max(counts, default=None),
    )  # fmt: skip


def with_known(cursor: Cursor, wanted: WantedTraits, about: Searched) -> WantedTraits:
    """The same, with whether the movement of every track is known."""
    if not wanted.by_movement:
        return wanted
    measured = traits.measured(cursor)
    return replace(wanted, all_measured=all(run.run_id in measured for run in about.runs.values()))


def asks_compass(query: Query) -> bool:
    """Whether a query asks for a direction over ground, so that headings must be known."""
    return any(
        is_compass(way)
        for one in query.filters
        if isinstance(one, DirectionFilter)
        for way in one.directions
    )


def notes_of(
    cursor: Cursor, query: Query, about: Searched, *, all_measured: bool = False
) -> list[str]:
    """What of a query could not be judged, and where: lines of the coverage."""
    notes = []
    for one in query.filters:
        if isinstance(one, AttributeFilter):
            if one.name not in JUDGED_NAMES:
                notes.append(f"{one.name}: not judged (no known model tells it well enough)")
                continue
            kind = KINDS[class_ids_of(one.name)[0]]
            without = sum(not _judged_by(run.options, kind) for run in about.runs.values())
            if without:
                notes.append(
                    f"{one.name}: not judged on {_recordings(without)} "
                    f"(needs the model {MODEL_OF[kind]}; then index again)"
                )
    moving = (isinstance(one, DirectionFilter | SpeedFilter | SizeFilter) for one in query.filters)
    if not all_measured and any(moving):
        measured = traits.measured(cursor)
        without = sum(run.run_id not in measured for run in about.runs.values())
        if without:
            notes.append(f"movement: not measured on {_recordings(without)} (index again)")
    if asks_compass(query):
        with_heading = {run_id for run_id, *_ in _heading_rows(about)}
        without = sum(run.run_id not in with_heading for run in about.runs.values())
        if without:
            notes.append(
                f"{_recordings(without)} left out by the direction: where the camera looked "
                "then is not known"
            )
    return notes


class TraitReasons:
    """Says how tracks answer the filters of one query."""

    def __init__(self, query: Query, about: Searched) -> None:
        self._filters = [one for one in query.filters if isinstance(one, TraitFilter)]
        rows = _heading_rows(about) if asks_compass(query) else []
        self._headings: dict[RunId, list[tuple[int, int, float]]] = {}
        for run_id, opens, closes, heading in rows:
            self._headings.setdefault(run_id, []).append((opens, closes, heading))

    def of(self, known: Traits, class_id: int) -> list[str]:
        """In words, in the order of the filters."""
        return [words for one in self._filters if (words := _words(one, known, class_id))]

    def doubtful(self, known: Traits, class_id: int) -> bool:
        """Whether something was not judged, or nobody can be sure."""
        for one in self._filters:
            if isinstance(one, AttributeFilter) and class_id in class_ids_of(one.name):
                chance = chance_of(one, known)
                if chance is None or chance < SURE_CHANCE:
                    return True
            if isinstance(one, DirectionFilter | SpeedFilter | SizeFilter) and not known.movement:
                return True
        return False

    def parts(self, known: Traits, run_id: RunId, from_ns: int, class_id: int) -> list[Part]:
        """How much each attribute and direction speaks for a track."""
        made = []
        for one in self._filters:
            words = _words(one, known, class_id)
            if isinstance(one, AttributeFilter) and words:
                made.append(Part(one.name, chance_of(one, known) or 0.0, words))
            elif isinstance(one, DirectionFilter):
                fit = self._fit(one, known.movement, run_id, from_ns)
                made.append(Part("direction", fit, words))
        return made

    def _fit(
        self, wanted: DirectionFilter, moved: Movement | None, run_id: RunId, from_ns: int
    ) -> float:
        if moved is None or moved.across is None or moved.towards is None:
            return 0.0
        spans = self._headings.get(run_id, ())
        heading = next((told for opens, closes, told in spans if opens <= from_ns < closes), None)
        fits = [likeness(way, moved.across, moved.towards, heading) for way in wanted.directions]
        return max(0.0, *fits)


def chance_of(wanted: AttributeFilter, known: Traits) -> float | None:
    """How likely a track has one of the values; None where it was not judged."""
    one = next((trait for trait in known.attributes if trait.name == wanted.name), None)
    if one is None:
        return None
    others = max(len(ATTRIBUTES.get(wanted.name, ())) - 1, 1)
    left = (1 - one.confidence) / others
    if one.value in wanted.values:
        return one.confidence + left * (len(wanted.values) - 1)
    return left * len(wanted.values)


def likely_words(chance: float) -> str:
    """A chance in words, as results and the inspector say it."""
    return next((words for least, words in _LIKELY if chance >= least), "unlikely")


def trait_words(name: str, value: str) -> str:
    """An attribute and its value as one says it: "backpack", "no hat", "long sleeves"."""
    if value == "yes":
        return name
    if value == "no":
        return f"no {name}"
    return value if name == "vehicle type" else f"{value} {name}"


def speed_words(speed: float) -> str:
    """A speed in own heights a second as a person's: "walking pace, 0.8 heights/s"."""
    word = next((word for most, word in _WALKING if speed < most), "faster than running")
    return f"{word}, {speed:.1f} heights/s"


def way_words(moved: Movement) -> str:
    """Which way it went on the picture: "left", "right, towards the camera", "nowhere"."""
    if moved.across is None or moved.towards is None:
        return ""
    said = {"left": "left", "right": "right", "towards": "towards the camera",
            "away": "away from the camera"}  # fmt: skip
    found = [
        words
        for way, words in said.items()
        if likeness(way, moved.across, moved.towards, None) >= 0.5
    ]
    return ", ".join(found) or "nowhere in particular"


def _words(wanted: Filter, known: Traits, class_id: int) -> str:
    moved = known.movement
    if isinstance(wanted, AttributeFilter):
        if class_id not in class_ids_of(wanted.name):
            return ""
        said = " or ".join(trait_words(wanted.name, value) for value in wanted.values)
        chance = chance_of(wanted, known)
        if chance is None:
            return f"{said}: {_UNJUDGED}"
        one = next(trait for trait in known.attributes if trait.name == wanted.name)
        return f"{said}: {likely_words(chance)} (frame {one.frame})"
    if isinstance(wanted, CountFilter):
        return movement_words(wanted)
    if isinstance(wanted, DirectionFilter | SpeedFilter | SizeFilter) and moved is None:
        return "movement: not measured"
    if isinstance(wanted, DirectionFilter):
        return movement_words(wanted)
    if isinstance(wanted, SpeedFilter) and moved is not None and moved.speed is not None:
        return speed_words(moved.speed)
    if isinstance(wanted, SizeFilter) and moved is not None:
        return f"{moved.height_px:.0f} px tall"
    return ""


def _headings(about: Searched) -> Headings:
    rows = _heading_rows(about)
    run_id, opens, closes = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    return run_id, opens, closes, np.array([row[3] for row in rows], np.float64)


def _heading_rows(about: Searched) -> list[tuple[RunId, int, int, float]]:
    """Run, media time from, and up to but not including, and where its camera looked then."""
    rows: list[tuple[RunId, int, int, float]] = []
    for source_id, run in about.runs.items():
        places = _places(about, source_id)
        clock = about.clocks.get(source_id)
        if clock is None and len(places) > 1:
            # Nobody knows which of them it was.
            continue
        media = (clock or _NO_CLOCK).first_media
        for place in places:
            if place.heading_deg is None:
                continue
            always = clock is None
            opens = -FARTHEST_NS if always or place.from_ns is None else media(place.from_ns)
            closes = FARTHEST_NS if always or place.to_ns is None else media(place.to_ns)
            rows.append((run.run_id, int(opens), int(closes), place.heading_deg))
    return rows


def _places(about: Searched, source_id: SourceId) -> tuple[Placement, ...]:
    camera_id: CameraId | None = about.sources[source_id].camera_id
    camera = None if camera_id is None else about.cameras.get(camera_id)
    return () if camera is None else camera.placements


@lru_cache(maxsize=256)
def _judged_by(options: str, kind: str) -> bool:
    """Whether a run's options name a network that judges persons or vehicles."""
    try:
        document = json.loads(options)
    except ValueError:
        return False
    judges = document.get("attributes") if isinstance(document, dict) else None
    return isinstance(judges, dict) and judges.get(kind) is not None


def _recordings(count: int) -> str:
    return f"{count} recording" + "s" * (count != 1)
