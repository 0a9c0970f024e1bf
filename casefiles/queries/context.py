"""What a search text is read against: the cameras, places, zones, days and classes of a case.

Holds an index of all names, so that reading a text takes no longer in a large case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Literal

from casefiles.queries.places import Place
from casefiles.queries.words import Token, Words, fold, words_of
from casefiles.types import Camera
from casefiles.view_types import Line, Zone

_SHORT: Final = {
    "street": ("st", "str"),
    "avenue": ("ave", "av"),
    "road": ("rd",),
    "lane": ("ln",),
    "boulevard": ("blvd",),
    "square": ("sq",),
    "drive": ("dr",),
    "place": ("pl",),
    "court": ("ct",),
    "highway": ("hwy",),
    "bridge": ("br",),
}
_LEAST_LETTERS: Final = 6
"""Shorter names have too many neighbours one letter away."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for; that of its kind is filled."""

    name: str
    kind: Literal["camera", "place", "zone", "line"]
    cameras: tuple[Camera, ...] = ()
    place: Place | None = None
    zone: Zone | None = None
    line: Line | None = None
    whole: bool = True
    """False: the words are only the leading part of camera names."""


@dataclass(frozen=True, eq=False)
class Context:
    """What a search text is read against.

    `footage` is the wall time of the first and the last footage, None where unknown; `class_ids`
    are the classes that the models used so far know, empty where nothing was indexed; `now_ns` is
    the wall time of asking, by which "yesterday" is told, None where nobody asks now.
    """

    cameras: tuple[Camera, ...]
    places: tuple[Place, ...]
    time_zone: tzinfo
    footage: tuple[int, int] | None = None
    class_ids: frozenset[int] = frozenset()
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    now_ns: int | None = None
    names: "Names" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names(self))

    def camera_name(self, camera_id: str) -> str:
        """What people call a camera: its name, or its id where another has the same name."""
        same = self.names.by_id.get(camera_id)
        if same is None or not words_of(same.name):
            return camera_id
        return same.name if len(self.names.of(words_of(same.name), "camera")) == 1 else camera_id


class Names:
    """All names of a context by their words."""

    def __init__(self, context: Context) -> None:
        self.by_id = {str(camera.camera_id): camera for camera in context.cameras}
        self._known: dict[Words, list[Named]] = {}
        self._close: dict[str, set[Words]] | None = None
        for place in context.places:
            self._put(place.name, Named(place.name, "place", place=place))
        for zone in context.zones:
            self._put(zone.name, Named(zone.name, "zone", zone=zone))
        for line in context.lines:
            self._put(line.name, Named(line.name, "line", line=line))
        self._put_cameras(context.cameras)
        self.longest = max((len(words) for words in self._known), default=0)

    def _put_cameras(self, cameras: Sequence[Camera]) -> None:
        starts: dict[Words, list[Camera]] = {}
        for camera in cameras:
            named = Named(camera.name, "camera", (camera,))
            self._put(camera.name, named)
            if words_of(str(camera.camera_id)) != words_of(camera.name):
                self._put(str(camera.camera_id), named)
            start, comma, _ = camera.name.partition(",")
            if comma:
                starts.setdefault(words_of(start), []).append(camera)
        for words, several in starts.items():
            if words:
                name = several[0].name.partition(",")[0]
                self._put(name, Named(name, "camera", tuple(several), whole=False))

    def _put(self, name: str, named: Named) -> None:
        words = words_of(name)
        if words and words[0] == "the":
            words = words[1:]
        if not words:
            return
        self._known.setdefault(words, []).append(named)
        for short in _SHORT.get(words[-1], ()):
            if len(words) > 1:
                self._known.setdefault((*words[:-1], short), []).append(named)

    def of(self, words: Words, kind: str = "") -> tuple[Named, ...]:
        """What exactly these words stand for; of one kind only, where one is given."""
        found = self._known.get(words, ())
        return tuple(one for one in found if not kind or one.kind == kind)

    def longest_at(self, tokens: Sequence[Token], at: int) -> tuple[int, tuple[Named, ...]]:
        """How many pieces from `at` on form the longest name, and what it stands for."""
        best: tuple[int, tuple[Named, ...]] = (0, ())
        for used, words in self._spans(tokens, at):
            found = self.of(words)
            if found:
                best = (used, found)
        return best

    def nearly_at(self, tokens: Sequence[Token], at: int) -> tuple[int, tuple[Named, ...]]:
        """The same for a name with one letter wrong, missing, extra or swapped, if one fits."""
        best: tuple[int, tuple[Named, ...]] = (0, ())
        for used, words in self._spans(tokens, at):
            typed = " ".join(words)
            if len(typed) < _LEAST_LETTERS:
                continue
            near = {name for name in self._neighbours(typed) if len(name) == len(words)}
            labels = {one.name for name in near for one in self.of(name)}
            if len(labels) == 1:
                best = (used, tuple(one for name in near for one in self.of(name)))
        return best

    def _spans(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Words]]:
        words: list[str] = []
        for position in range(at, len(tokens)):
            token = tokens[position]
            if token.kind == "mark":
                # Inside a name signs do not matter; before it they do.
                if not words or token.word == ":":
                    return
                continue
            words.extend(words_of(token.typed) if token.kind != "word" else (fold(token.typed),))
            if len(words) > self.longest:
                return
            yield position + 1 - at, tuple(words)

    def _neighbours(self, typed: str) -> Iterator[Words]:
        if self._close is None:
            self._close = {}
            for words in self._known:
                name = " ".join(words)
                if len(name) >= _LEAST_LETTERS:
                    for variant in _with_one_less(name):
                        self._close.setdefault(variant, set()).add(words)
        # Names one edit apart share a form that lacks a letter (Garbe, 2012, "SymSpell").
        candidates = {
            words
            for variant in _with_one_less(typed)
            for words in self._close.get(variant, ())
        }  # fmt: skip
        for words in sorted(candidates):
            if _one_edit_apart(typed, " ".join(words)):
                yield words


def _with_one_less(text: str) -> Iterable[str]:
    yield text
    for position in range(len(text)):
        yield text[:position] + text[position + 1 :]


def _one_edit_apart(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours turns one into other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    )
