"""Which colour belongs to which garment or vehicle, and which words are refused.

Works on the phrases of a text in order; knows nothing of places and times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from casefiles.queries.filters import ColourFilter
from casefiles.queries.words import Meaning, meant
from casefiles.types import BodyPart
from detection.colours import COLOURS
from detection.labels import ObjectClass

VEHICLES: Final = frozenset(
    {
        int(ObjectClass.BICYCLE),
        int(ObjectClass.CAR),
        int(ObjectClass.MOTORCYCLE),
        int(ObjectClass.BUS),
        int(ObjectClass.TRUCK),
    }
)
_PERSON: Final = int(ObjectClass.PERSON)
_SKIN: Final = frozenset({"black", "white", "brown", "yellow", "dark", "light", "beige", "tan"})
"""Right before a word for people these would speak of skin, not of clothing."""
_PARTS: Final[dict[BodyPart, str]] = {"upper": "upper", "lower": "lower", "body": "body"}


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase of the text: its kind (of `Meaning`, or `join`, `break`, `colon`, `unknown`)."""

    kind: str
    typed: str
    meaning: Meaning | None = None
    denied: bool = False
    """Said to be absent."""
    number: int = 0
    """Of counts: at least how many."""

    @property
    def known(self) -> Meaning:
        assert self.meaning is not None
        return self.meaning

    @property
    def is_person(self) -> bool:
        if self.kind not in ("class", "refused", "struck") or not self.known.noun:
            return False
        return _PERSON in self.known.class_ids

    @property
    def is_vehicle(self) -> bool:
        return self.kind == "class" and bool(VEHICLES & set(self.known.class_ids))


@dataclass(slots=True)
class ColourReader:
    """Classes, colours, refused and unknown words of a text; filled by `read`."""

    items: Sequence[Item]
    assumed: list[str]
    class_ids: set[int] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)
    """Positions of words that a picture is not compared with: refused ones, colours of skin."""
    coloured: set[int] = field(default_factory=set)
    """Positions of garments that have a colour."""
    _parts: dict[BodyPart, dict[str, None]] = field(default_factory=dict)

    def read(self) -> list[ColourFilter]:
        """The colour filters, one a part."""
        at = 0
        while at < len(self.items):
            if self.items[at].kind == "colour":
                end = self._run_end(at)
                self._colours(at, end)
                at = end
            else:
                at += 1
        for position, item in enumerate(self.items):
            self._single(position, item)
        # In one order, whatever order they were said in: equal filters must be equal.
        return [
            ColourFilter(part, tuple(sorted(said, key=COLOURS.index)))
            for part, said in self._parts.items()
        ]

    def _single(self, at: int, item: Item) -> None:
        if item.kind == "struck" and not item.known.noun and self._of_a_thing(at):
            # "an old car" says nothing of a person.
            self.unknown.append(item.typed)
            return
        if item.kind in ("class", "refused", "struck"):
            self.class_ids.update(item.known.class_ids)
        if item.kind == "class" and item.known.assumed:
            self.assumed.append(f"“{item.typed}” {item.known.assumed}")
        if item.kind == "struck":
            self.struck.append(item.typed)
        if item.kind == "refused":
            self.refused.append(item.typed)
            self.unseen.add(at)
            if item.known.class_ids:
                self.assumed.append(f"“{item.typed}” is searched as person: {item.known.reason}")
        if item.kind in ("unknown", "uncoloured", "unattended", "count"):
            self.unknown.append(item.typed)
        plain = item.kind == "garment" and not item.known.attribute
        if plain and at not in self.coloured and "body" not in item.known.parts:
            self.unknown.append(item.typed)
            self.assumed.append(f"“{item.typed}” has no colour: only colours are searched by")

    def _of_a_thing(self, at: int) -> bool:
        after = self._after(self._run_end(at) if self._kind(at + 1) == "colour" else at + 1)
        return after < len(self.items) and (
            self.items[after].is_vehicle
            or self.items[after].kind == "uncoloured"
            or (self.items[after].kind == "class" and not self.items[after].is_person)
        )

    def _run_end(self, at: int) -> int:
        """The position after colours joined by "and", "or" or nothing."""
        end = at + 1
        while end < len(self.items):
            if self.items[end].kind == "colour":
                end += 1
            elif self.items[end].kind == "join" and self._kind(end + 1) == "colour":
                # "red jacket or blue": the second belongs to another garment if one follows it.
                end += 2
            else:
                break
        return end

    def _colours(self, start: int, end: int) -> None:
        run = [item for item in self.items[start:end] if item.kind == "colour"]
        target = self._after(end)
        item = self.items[target] if target < len(self.items) else None
        before = self._garment_before(start, has_next=item is not None and item.kind == "garment")
        if before is not None:
            self._give(run, self.items[before].known.parts, before)
        elif item is not None and item.kind == "garment":
            self._give(run, item.known.parts, target)
            self._joined_garments(run, target)
        elif item is not None and item.kind in ("uncoloured", "attribute"):
            self._not_stored(run, item.typed)
        elif self._is_of_a_person(item, end, target) and self._speaks_of_skin(run):
            self.refused += [colour.typed for colour in run]
            self.unseen |= {n for n in range(start, end) if self.items[n].kind == "colour"}
            who = self.items[end if item is None or not item.is_person else target].typed
            self.assumed.append(
                f"“{run[0].typed}” before “{who}” would mean their skin: say which garment"
            )
        elif item is not None and item.is_vehicle:
            self._give(run, ("body",), None)
        elif item is not None and item.kind == "class" and not item.is_person:
            self._not_stored(run, item.typed)
        elif self._kind(end) == "unknown" and (
            "upper" in self._parts or not (self._is_worn(start) or self._some_person(start))
        ):
            # "red hoodie and black trunks": black is no second colour of the hoodie.
            self._not_stored(run, self.items[end].typed)
        else:
            self._without_garment(run, start)

    def _is_of_a_person(self, item: Item | None, end: int, target: int) -> bool:
        """Whether a colour stands before a word for people, or before their sex or age alone."""
        if item is not None and (item.is_person or item.is_vehicle or item.kind == "class"):
            return item.is_person
        return any(one.kind == "struck" for one in self.items[end:target])

    def _speaks_of_skin(self, run: Sequence[Item]) -> bool:
        return any(" ".join(meant(colour.typed)) in _SKIN for colour in run)

    def _without_garment(self, run: list[Item], start: int) -> None:
        said = " or ".join(colour.typed for colour in run)
        before = self._kind(start - 1)
        if before == "whole":
            self._give(run, ("upper", "lower"), None)
            self.assumed.append(f"“{said}” is taken as upper and lower clothing")
        elif self._subject_is_vehicle(start):
            self._give(run, ("body",), None)
        elif all(colour.known.shade for colour in run) and not self._is_worn(start):
            # "in the dark", "traffic light": not clothing.
            self.unknown += [colour.typed for colour in run]
        else:
            self._give(run, ("upper",), None)
            self.assumed.append(f"“{said}” is taken as upper clothing")

    def _some_person(self, start: int) -> bool:
        return any(item.is_person or item.kind == "garment" for item in self.items[:start])

    def _is_worn(self, start: int) -> bool:
        before = self.items[start - 1] if start else None
        return before is not None and before.typed.casefold() in ("in", "wearing", "wears", "wore")

    def _subject_is_vehicle(self, start: int) -> bool:
        subjects = [item for item in self.items[:start] if item.is_person or item.is_vehicle]
        return bool(subjects) and subjects[-1].is_vehicle

    def _not_stored(self, run: Sequence[Item], what: str) -> None:
        self.unknown += [colour.typed for colour in run]
        self.assumed.append(f"the colour of “{what}” is not stored")

    def _joined_garments(self, run: list[Item], target: int) -> None:
        """In "black jacket and trousers" both are black."""
        while self._kind(target + 1) == "join" and self._kind(target + 2) == "garment":
            target += 2
            self._give(run, self.items[target].known.parts, target)
            self.assumed.append(f"“{self.items[target].typed}” is taken to have the same colour")

    def _give(self, run: Sequence[Item], parts: Sequence[BodyPart], garment: int | None) -> None:
        if garment is not None:
            self.coloured.add(garment)
            if len(parts) > 1:
                self.assumed.append(
                    f"“{self.items[garment].typed}” is taken as upper and lower clothing"
                )
        for part in parts:
            said = self._parts.setdefault(part, {})
            if said and not set(said) >= {c for item in run for c in item.known.colours}:
                self.assumed.append(f"any of the colours said of {_PARTS[part]} is enough")
            for colour in run:
                said.update(dict.fromkeys(colour.known.colours))
        for colour in run:
            if colour.known.assumed:
                self.assumed.append(f"“{colour.typed}” {colour.known.assumed}")

    def _after(self, at: int) -> int:
        """The position of what a colour before `at` belongs to, past cut, material and age."""
        while at < len(self.items):
            item = self.items[at]
            passes = (
                item.kind in ("soft", "unknown", "unattended")
                or (item.kind == "refused" and not item.known.class_ids)
                or (item.kind == "struck" and not item.known.noun)
                or (item.kind == "attribute" and item.known.attribute == "sleeves")
            )
            if not passes:
                break
            at += 1
        return at

    def _garment_before(self, start: int, *, has_next: bool) -> int | None:
        """The garment that a colour follows: "jacket: red", "jacket is red", "jacket red"."""
        at = start - 1
        said = self._kind(at) == "colon" or (
            self._kind(at) == "filler" and self.items[at].typed.casefold() in ("is", "are", "was")
        )
        at -= said
        if self._kind(at) != "garment" or at in self.coloured:
            return None
        return at if said or not has_next or self._colours_follow else None

    @property
    def _colours_follow(self) -> bool:
        """Whether this text names garments before their colours throughout."""
        kinds = [item.kind for item in self.items if item.kind in ("garment", "colour")]
        return kinds[0] == "garment" and kinds[-1] == "colour"

    def _kind(self, at: int) -> str:
        return self.items[at].kind if 0 <= at < len(self.items) else ""
