"""Names of cameras, places, zones and lines in a search text, and how they are spoken of.

Zones and lines joined by "then" are steps that one track takes in that order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from casefiles.queries.amounts import SECONDS, ends, said
from casefiles.queries.context import Context, Named
from casefiles.queries.filters import (
    CameraFilter,
    Filter,
    LineFilter,
    SequenceFilter,
    ZoneFilter,
)
from casefiles.queries.moments import word_at
from casefiles.queries.places import NEAR_M, near, point_shape
from casefiles.queries.words import Token
from casefiles.types import Camera
from casefiles.view_types import Line

How: TypeAlias = Literal["", "near", "enter", "leave", "cross"]
Step: TypeAlias = ZoneFilter | LineFilter
_NEARBY: Final = (
    ("near",), ("near", "to"), ("nearby",), ("close", "to"), ("next", "to"), ("beside",), ("by",),
    ("around",), ("opposite",), ("outside",), ("in", "front", "of"), ("across", "from"),
    ("close", "by"), ("just", "outside"), ("right", "outside"), ("adjacent", "to"), ("alongside",),
    ("at", "the", "corner", "of"), ("on", "the", "corner", "of"), ("corner", "of"),
    ("the", "corner", "of"), ("at", "corner", "of"), ("at", "the", "junction", "of"),
    ("junction", "of"), ("in", "the", "vicinity", "of"), ("in", "vicinity", "of"),
    ("vicinity", "of"), ("in", "the", "area", "of"), ("in", "the", "area", "around"),
    ("in", "the", "area", "near"), ("just", "by"), ("not", "far", "from"), ("up", "to"),
    ("just", "off"), ("at", "the", "back", "of"), ("behind",), ("by", "the", "side", "of"),
    ("right", "by"), ("right", "next", "to"), ("just", "past"), ("round", "by"), ("over", "by"),
)  # fmt: skip
_THERE: Final = (
    ("at",), ("on",), ("in",), ("inside",), ("within",), ("along",), ("through",),
    ("overlooking",), ("from",), ("over",), ("across",), ("via",), ("past",),
)  # fmt: skip
_ENTER: Final = (
    ("entering",), ("entered",), ("enters",), ("enter",), ("into",), ("going", "into"),
    ("goes", "into"), ("went", "into"), ("walks", "into"), ("walked", "into"), ("walking", "into"),
    ("came", "into"), ("comes", "into"), ("coming", "into"), ("arrives", "in"), ("arrived", "in"),
    ("entering", "in"), ("entering", "to"), ("entered", "in"), ("enters", "in"), ("enter", "in"),
    ("entering", "into"), ("entered", "into"), ("enters", "into"), ("enter", "into"),
    ("entered", "to"), ("back", "into"), ("straight", "into"), ("in", "through"), ("inside", "of"),
    ("in", "to"), ("returning", "to"), ("returned", "to"), ("returns", "to"), ("go", "into"),
    ("come", "into"), ("walk", "into"), ("drive", "into"), ("run", "into"),
)  # fmt: skip
_LEAVE: Final = (
    ("leaving",), ("leaves",), ("left",), ("leave",), ("exiting",), ("exits",), ("exited",),
    ("exit",), ("out", "of"), ("going", "out", "of"), ("goes", "out", "of"), ("went", "out", "of"),
    ("came", "out", "of"), ("comes", "out", "of"), ("coming", "out", "of"),
    ("walked", "out", "of"), ("walks", "out", "of"), ("walking", "out", "of"),
    ("emerging", "from"), ("emerges", "from"), ("emerged", "from"), ("departing",), ("departs",),
    ("departed",), ("go", "out", "of"), ("come", "out", "of"), ("out", "from"), ("go", "out"),
    ("went", "out", "from"), ("goes", "out", "from"), ("comes", "out", "from"),
    ("coming", "out", "from"), ("came", "out", "from"), ("exiting", "from"), ("exited", "from"),
    ("exits", "from"), ("leaving", "from"), ("back", "out", "of"),
)  # fmt: skip
_CROSS: Final = (
    ("crossing",), ("crossed",), ("crosses",), ("cross",), ("stepped",), ("steps",), ("passing",),
    ("passed",), ("passes",), ("going",), ("goes",), ("went",), ("walking",), ("walked",),
    ("walks",), ("drove",), ("driving",), ("drives",),
)  # fmt: skip
_IN: Final = tuple(
    (verb, "in")
    for verb in ("walk", "walks", "walked", "walking", "come", "comes", "came", "coming", "go",
                 "goes", "went", "going", "got", "gets")
)  # fmt: skip
"""With "by" or "through" they enter; "walked in the yard" alone is being inside."""
_BY: Final = (
    ("by",), ("through",), ("via",), ("at",), ("over",), ("across",), ("from",), ("past",),
)  # fmt: skip
_LEADS: Final[tuple[tuple[tuple[str, ...], How], ...]] = tuple(
    sorted(
        (
            *((words, "near") for words in _NEARBY),
            *((words, "") for words in _THERE),
            *((words, "enter") for words in _ENTER),
            *((words, "leave") for words in _LEAVE),
            *(((*words, *by), "leave") for words in _LEAVE for by in _BY),
            *(((*words, *by), "enter") for words in (*_ENTER, *_IN) for by in _BY),
            *((words, "cross") for words in _CROSS[:9]),
            *(((*words, *by), "cross") for words in _CROSS for by in _BY if by != ("by",)),
        ),
        key=lambda one: len(one[0]),
        reverse=True,
    )
)
_BY_FIRST: Final = {
    first: tuple(one for one in _LEADS if one[0][0] == first)
    for first in {phrase[0] for phrase, _ in _LEADS}
}
_KINDS: Final = {
    "camera": ("camera", "cameras", "cam", "cams"),
    "zone": ("zone", "zones", "area"),
    "line": ("line", "lines"),
}
THEN: Final = (
    ("then",),
    ("afterwards",),
    ("subsequently",),
    ("next",),
    ("after", "that"),
    ("followed", "by"),
    ("later",),
)
JOINS: Final = ("and", "or", "/", ",")
_SURE_CROSSING: Final = 0.17
"""Cosine: along a line within ten degrees nothing goes across it."""
_SIDES: Final = {
    "left": (-1.0, 0.0), "right": (1.0, 0.0),
    "towards": (0.0, 1.0), "away": (0.0, -1.0), "down": (0.0, 1.0), "up": (0.0, -1.0),
}  # fmt: skip
_MOST_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a name: "near the camera", "in zone", "entered"."""

    used: int
    words: str
    how: How
    kind: str
    """`camera`, `zone` or `line`, where said."""

    @classmethod
    def at(cls, tokens: Sequence[Token], at: int) -> "Lead":
        """The words before a name that begin at a piece; none is fine."""
        words: tuple[str, ...] = ()
        how: How = ""
        first = word_at(tokens, at)
        for phrase, meant in _BY_FIRST.get(first, ()):
            if said(tokens, at, (phrase,)):
                words, how = phrase, meant
                break
        end = at + len(words)
        end += word_at(tokens, end) == "the"
        kind = ""
        for name, known in _KINDS.items():
            if word_at(tokens, end) in known:
                kind = name
                end += 1
                end += word_at(tokens, end) == ":"
                break
        return cls(end - at, " ".join(words), how, kind)

    @property
    def is_near(self) -> bool:
        return self.how == "near"

    def choose(self, found: Sequence[Named]) -> tuple[Named, ...]:
        """What is meant of several things of one name."""
        if self.kind:
            order: tuple[str, ...] = (self.kind,)
        elif self.how in ("enter", "leave"):
            order = ("zone", "line", "camera", "place")
        elif self.how == "cross":
            order = ("line", "zone", "camera", "place")
        else:
            order = ("place", "camera", "zone") if self.is_near else ("camera", "zone", "place")
            order = (*order, "line")
        if self.words.startswith("left"):
            # "left" is also a side: only a zone or a line can be left.
            order = tuple(kind for kind in order if kind in ("zone", "line"))
        for kind in order:
            chosen = tuple(one for one in found if one.kind == kind)
            # A camera of exactly that name comes before those whose name only begins so.
            exact = tuple(one for one in chosen if one.whole)
            if exact or chosen:
                return exact or chosen
        return ()


def with_kind_after(
    tokens: Sequence[Token], end: int, lead: Lead, found: Sequence[Named]
) -> tuple[int, Lead]:
    """How many pieces after a name say its kind ("the Gate line"), and the lead with it."""
    if lead.kind:
        return 0, lead
    for kind, words in _KINDS.items():
        if word_at(tokens, end) in words and any(one.kind == kind for one in found):
            return 1, replace(lead, kind=kind)
    return 0, lead


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """A place expression: its names, how they were joined to the text, and what came of it."""

    names: tuple[Named, ...]
    lead: str
    how: How
    way: Literal["forward", "backward", "either"] = "either"
    follows: bool = False
    """Said to come after the one before it."""

    def steps(self) -> tuple[Step, ...]:
        """The zones and lines of it, as filters."""
        made: list[Step] = []
        for one in self.names:
            if one.line is not None:
                made.append(LineFilter(one.line, self.way))
            elif one.zone is not None:
                how = self.how if self.how in ("enter", "leave") else "inside"
                made.append(ZoneFilter(one.zone, how))
        return tuple(made)


@dataclass(slots=True)
class Within:
    """The longest time between steps, where one is said."""

    seconds: list[float] = field(default_factory=list)

    def take(self, tokens: Sequence[Token], at: int) -> int:
        """How many pieces say "within 2 minutes"."""
        if word_at(tokens, at) not in ("within", "inside"):
            return 0
        found = ends(tokens, at + 1, SECONDS)
        if not found.used or not found.bare or found.least is None:
            return 0
        self.seconds.append(found.least)
        end = at + 1 + found.used
        end += 3 * said(tokens, end, (("of", "each", "other"),)) // 3
        return end - at


def crossing_way(
    tokens: Sequence[Token], at: int, lines: Sequence[Line], assumed: list[str]
) -> tuple[int, Literal["forward", "backward", "either"]]:
    """Which way a line is crossed: pieces after its name, and along its arrow or against."""
    word = word_at(tokens, at)
    if word in ("forward", "forwards"):
        return 1, "forward"
    if word in ("backward", "backwards"):
        return 1, "backward"
    at_side = at + (word == "from")
    if word_at(tokens, at_side + 1) != "to" or not lines:
        return 0, "either"
    start, end = word_at(tokens, at_side), word_at(tokens, at_side + 2)
    if start not in _SIDES or end not in _SIDES or start == end:
        return 0, "either"
    went = tuple(b - a for a, b in zip(_SIDES[start], _SIDES[end], strict=True))
    used = at_side + 3 - at
    (x0, y0), (x1, y1) = lines[0].points[0], lines[0].points[-1]
    # The right hand of who walks along the line, in pixels (y down).
    across = (y0 - y1, x1 - x0)
    size = (across[0] ** 2 + across[1] ** 2) ** 0.5 * (went[0] ** 2 + went[1] ** 2) ** 0.5
    cosine = (across[0] * went[0] + across[1] * went[1]) / size if size else 0.0
    typed = f"{start} to {end}"
    if abs(cosine) < _SURE_CROSSING:
        assumed.append(f"line {lines[0].name} does not run across “{typed}”: either way counts")
        return used, "either"
    way: Literal["forward", "backward"] = "forward" if cosine > 0 else "backward"
    along = "its arrow" if cosine > 0 else "the other way than its arrow"
    assumed.append(f"“{typed}” in the picture crosses line {lines[0].name} by {along}")
    return used, way


def place_filters(
    places: Sequence[PlaceRead],
    context: Context,
    span: tuple[int | None, int | None],
    within: Within,
    assumed: list[str],
) -> list[Filter]:
    """The filters of all place expressions; steps that follow each other become one."""
    made: list[Filter] = []
    chain: list[Step] = []
    in_order = within.seconds and not any(read.follows for read in places)
    if in_order and sum(bool(read.steps()) for read in places) > 1:
        assumed.append("zones and lines are taken in the order they are named")
    for read in places:
        steps = read.steps()
        if not steps:
            made.append(_camera_filter(read, context, span, assumed))
            continue
        if chain and not (read.follows or in_order):
            made += _sequence(chain, within)
            chain = []
        if chain or len(steps) == 1:
            chain += steps
        else:
            # A zone after another narrows; cameras of one expression are alternatives.
            made += steps
    return [*made, *_sequence(chain, within)]


def _sequence(chain: Sequence[Step], within: Within) -> list[Filter]:
    if len(chain) < 2:
        return list(chain)
    return [SequenceFilter(tuple(chain), min(within.seconds, default=None))]


def _camera_filter(
    read: PlaceRead,
    context: Context,
    span: tuple[int | None, int | None],
    assumed: list[str],
) -> CameraFilter:
    lead = read.lead if read.how in ("", "near") else "at"
    lead = lead or ("near" if any(one.place is not None for one in read.names) else "at")
    chosen: dict[str, Camera] = {}
    because: list[str] = []
    for one in read.names:
        if one.kind == "camera" and read.how != "near":
            chosen |= {str(camera.camera_id): camera for camera in one.cameras}
            because += [] if one.whole else [one.name]
            continue
        because.append(one.name)
        shape = one.place.shape if one.place is not None else point_shape(
            [place for camera in one.cameras for place in camera.placements]
        )  # fmt: skip
        found = near(shape, context.cameras, span)
        # A camera is near itself, wherever it stands and even if nobody knows where.
        chosen |= {str(camera.camera_id): camera for camera in one.cameras}
        chosen |= {str(nearby.camera.camera_id): nearby.camera for nearby in found}
        words = ", ".join(nearby.words for nearby in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        none = f"no camera stands within {NEAR_M:.0f} m or looks at it"
        assumed.append(f"{lead} {one.name}: {words + more or none}")
    ids = tuple(camera.camera_id for camera in chosen.values())
    said_of = f"{lead} {' or '.join(dict.fromkeys(because))}" if because else ""
    return CameraFilter(tuple(sorted(ids)), said_of)
