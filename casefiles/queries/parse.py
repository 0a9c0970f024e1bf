"""Free text of an investigator → typed filters, with everything assumed, refused or not understood.

Pure and fast enough to run at every key stroke; it never raises. What it does not search by is
listed in `resources/text/search_words.toml`, group by group, with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from casefiles.queries.colour_words import ColourReader, Item
from casefiles.queries.context import Context, Named
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    Filter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.moments import Calendar
from casefiles.queries.places import NEAR_M, near, point_shape
from casefiles.queries.times import Times
from casefiles.queries.words import (
    PLACE_WORDS,
    Meaning,
    Token,
    longest_phrase,
    tokens_of,
    vocabulary,
)
from casefiles.types import Camera
from detection.labels import ObjectClass

_NEARBY = (
    ("near",), ("near", "to"), ("nearby",), ("close", "to"), ("next", "to"), ("beside",), ("by",),
    ("around",), ("opposite",), ("outside",), ("in", "front", "of"), ("across", "from"),
)  # fmt: skip
_THERE = (
    ("at",), ("on",), ("in",), ("inside",), ("within",), ("along",), ("into",), ("through",),
    ("entering",), ("crossing",), ("overlooking",), ("from",),
)  # fmt: skip
_LEADS = tuple(sorted((*_NEARBY, *_THERE), key=len, reverse=True))
_CAMERA = ("camera", "cameras", "cam", "cams")
_ZONE = ("zone", "zones", "area")
_NAMES_FOLLOW = ("near", "nearby", "camera", "cam", "zone", "opposite", "outside", "beside")
_JOINS = ("and", "or", "/", ",")
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class _PlaceRead:
    """A place expression: its names, how they were joined to the text, and what to say of it."""

    names: tuple[Named, ...]
    lead: str
    is_near: bool


@dataclass(slots=True)
class _Reader:
    tokens: tuple[Token, ...]
    context: Context
    times: Times
    items: list[Item] = field(default_factory=list)
    places: list[_PlaceRead] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Reads the whole text, piece by piece."""
        at = 0
        while at < len(self.tokens):
            used = self._place(at) or self._time(at) or self._phrase(at) or self._nearly(at)
            if not used:
                self._unknown(at)
                used = 1
            at += used

    def _unknown(self, at: int) -> None:
        self._put("unknown", at, 1)
        if self.tokens[at].kind == "word" and _word(self.tokens, at - 1) in _NAMES_FOLLOW:
            self.assumed.append(f"no place or camera called “{self.tokens[at].typed}…” is known")

    def _put(self, kind: str, at: int, used: int, meaning: Meaning | None = None) -> None:
        typed = " ".join(token.typed for token in self.tokens[at : at + used])
        self.items.append(Item(kind, typed.replace(" - ", "-"), meaning))

    def _time(self, at: int) -> int:
        used = self.times.take(self.tokens, at)
        if used:
            self._put("break", at, used)
        return used

    def _phrase(self, at: int) -> int:
        if self.tokens[at].kind == "mark":
            mark = {",": "break", "/": "join", ":": "colon"}.get(self.tokens[at].word, "soft")
            self._put(mark, at, 1)
            return 1
        words: list[str] = []
        best, meaning = 0, None
        for position in range(at, len(self.tokens)):
            token = self.tokens[position]
            if token.kind == "mark":
                if token.word != "-":
                    break
                continue
            words.append(token.word)
            if len(words) > longest_phrase():
                break
            found = vocabulary().get(tuple(words))
            if found is not None:
                best, meaning = position + 1 - at, found
        if meaning is None:
            return 0
        join = meaning.kind == "filler" and words[0] in ("and", "or") and best == 1
        self._put("join" if join else meaning.kind, at, best, meaning)
        return best

    def _place(self, at: int) -> int:
        lead = _Lead.at(self.tokens, at)
        used, names = self._names(at + lead.used, lead)
        if not names:
            return 0
        end = at + lead.used + used
        end += lead.kind == "" and _word(self.tokens, end) in _ZONE and names[0].kind == "zone"
        while _word(self.tokens, end) in _JOINS:
            more = _Lead.at(self.tokens, end + 1)
            further, others = self._names(end + 1 + more.used, more if more.used else lead)
            if not others or others[0].kind != names[0].kind:
                break
            names = (*names, *others)
            end += 1 + more.used + further
        self.places.append(_PlaceRead(names, lead.words, lead.is_near))
        self._put("break", at, end - at)
        return end - at

    def _names(self, at: int, lead: "_Lead") -> tuple[int, tuple[Named, ...]]:
        """The one thing meant by the longest name at a place; none where it is another word."""
        used, found = self.context.names.longest_at(self.tokens, at)
        if used == 1 and not lead.kind and not self._is_name(at, lead):
            return 0, ()
        chosen = lead.choose(found)
        return (used, chosen) if chosen else (0, ())

    def _is_name(self, at: int, lead: "_Lead") -> bool:
        """Whether a single word is meant as a name, where it could be another word."""
        token = self.tokens[at]
        if token.kind != "word":
            return False
        meaning = vocabulary().get((token.word,))
        if meaning is None:
            return True
        plain = meaning.kind in ("filler", "soft", "uncoloured")
        return bool(lead.words) and plain and token.word not in PLACE_WORDS

    def _nearly(self, at: int) -> int:
        lead = _Lead.at(self.tokens, at)
        start = at + lead.used
        used, found = self.context.names.nearly_at(self.tokens, start)
        chosen = lead.choose(found)
        if not chosen:
            return 0
        typed = " ".join(token.typed for token in self.tokens[start : start + used])
        self.assumed.append(f"“{typed}” is read as “{chosen[0].name}”")
        self.places.append(_PlaceRead(chosen, lead.words, lead.is_near))
        self._put("break", at, lead.used + used)
        return lead.used + used


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before a name: "near the camera", "in zone"."""

    used: int
    words: str
    is_near: bool
    kind: str
    """`camera` or `zone`, where said."""

    @classmethod
    def at(cls, tokens: Sequence[Token], at: int) -> "_Lead":
        """The words before a name that begin at a piece; none is fine."""
        words: tuple[str, ...] = ()
        is_near = False
        for phrase in _LEADS:
            if all(_word(tokens, at + n) == word for n, word in enumerate(phrase)):
                words, is_near = phrase, phrase in _NEARBY
                break
        end = at + len(words)
        end += _word(tokens, end) == "the"
        kind = ""
        for name, known in (("camera", _CAMERA), ("zone", _ZONE)):
            if _word(tokens, end) in known:
                kind = name
                end += 1
                end += _word(tokens, end) == ":"
                break
        return cls(end - at, " ".join(words), is_near, kind)

    def choose(self, found: Sequence[Named]) -> tuple[Named, ...]:
        """What is meant of several things of one name."""
        order = {
            "camera": ("camera",),
            "zone": ("zone",),
            "": ("place", "camera", "zone") if self.is_near else ("camera", "zone", "place"),
        }[self.kind]
        for kind in order:
            chosen = tuple(one for one in found if one.kind == kind)
            # A camera of exactly that name comes before those whose name only begins so.
            exact = tuple(one for one in chosen if one.whole)
            if exact or chosen:
                return exact or chosen
        return ()


def parse_query(text: str, context: Context) -> Query:
    """The filters that a text asks for; never raises."""
    assumed: list[str] = []
    times = Times(Calendar(context.time_zone, context.footage, assumed))
    reader = _Reader(tokens_of(text), context, times, assumed=assumed)
    reader.read()
    colours = ColourReader(reader.items, assumed)
    colour_filters = colours.read()
    when = times.filters()
    span = next(((f.from_ns, f.to_ns) for f in when if isinstance(f, TimeFilter)), context.footage)
    filters: list[Filter] = []
    if colours.class_ids:
        filters.append(ClassFilter(tuple(sorted(colours.class_ids))))
        _say_classes(colours.class_ids, context, assumed)
    filters += colour_filters
    filters += _place_filters(reader.places, context, span or (None, None), assumed)
    filters += when
    return Query(
        text,
        tuple(dict.fromkeys(filters)),
        unknown=tuple(dict.fromkeys(colours.unknown)),
        refused=tuple(dict.fromkeys(colours.refused)),
        assumed=tuple(dict.fromkeys(assumed)),
    )


def _say_classes(class_ids: set[int], context: Context, assumed: list[str]) -> None:
    bags = class_ids & {ObjectClass.BACKPACK, ObjectClass.HANDBAG, ObjectClass.SUITCASE}
    if bags and class_ids - bags:
        assumed.append("who carries what is not stored: each of the classes is searched for")
    if context.class_ids:
        missing = [ObjectClass(number).label for number in sorted(class_ids - context.class_ids)]
        if missing:
            assumed.append(f"no model used so far knows {' or '.join(missing)}")


def _place_filters(
    places: Sequence[_PlaceRead],
    context: Context,
    span: tuple[int | None, int | None],
    assumed: list[str],
) -> list[Filter]:
    made: list[Filter] = []
    for read in places:
        zones = [one.zone for one in read.names if one.zone is not None]
        # A zone after another narrows; cameras of one expression are alternatives.
        made += [ZoneFilter(zone) for zone in zones]
        if not zones:
            made.append(_camera_filter(read, context, span, assumed))
    return made


def _camera_filter(
    read: _PlaceRead,
    context: Context,
    span: tuple[int | None, int | None],
    assumed: list[str],
) -> CameraFilter:
    lead = read.lead or ("near" if any(one.place is not None for one in read.names) else "at")
    chosen: dict[str, Camera] = {}
    because: list[str] = []
    for one in read.names:
        if one.kind == "camera" and not read.is_near:
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
        said = ", ".join(nearby.words for nearby in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        none = f"no camera stands within {NEAR_M:.0f} m or looks at it"
        assumed.append(f"{lead} {one.name}: {said + more or none}")
    ids = tuple(camera.camera_id for camera in chosen.values())
    words = f"{lead} {' or '.join(dict.fromkeys(because))}" if because else ""
    return CameraFilter(tuple(sorted(ids)), words)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""
