"""Free text of an investigator → typed filters, with everything assumed, refused or not understood.

Pure and fast enough to run at every key stroke; it never raises. What it does not search by is
listed in `resources/text/search_words.toml`, group by group, with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from casefiles.queries.amounts import at_most
from casefiles.queries.colour_words import ColourReader, Item
from casefiles.queries.context import Context, Named
from casefiles.queries.filters import AttributeFilter, ClassFilter, Filter, Query, TimeFilter
from casefiles.queries.moments import Calendar, word_at
from casefiles.queries.movement import Movement, count_at, either_number, group_at
from casefiles.queries.place_words import (
    JOINS,
    THEN,
    Lead,
    PlaceRead,
    Within,
    crossing_way,
    place_filters,
    with_kind_after,
)
from casefiles.queries.times import Times
from casefiles.queries.whole_text import (
    BETWEEN_COUNT,
    OF_PEOPLE,
    asks_who,
    counted,
    lengths_joined,
    rest,
    say_classes,
)
from casefiles.queries.words import (
    PLACE_WORDS,
    Meaning,
    Token,
    fold,
    longest_phrase,
    tokens_of,
    vocabulary,
)
from casefiles.queries.worn import sorted_out, vehicle_types, worn
from detection.attribute_names import ATTRIBUTES
from detection.labels import ObjectClass

_NAMES_FOLLOW = ("near", "nearby", "camera", "cam", "zone", "opposite", "outside", "beside")
_LONGEST_LEAD: Final = 3
_LENGTHS: Final = {
    **dict.fromkeys(("sleeve", "sleeves", "sleeved"), "sleeves"),
    **dict.fromkeys(("trousers", "pants"), "trousers"),
}
_NAMED: Final = {tuple(name.split()): name for name in ATTRIBUTES}


@dataclass(slots=True)
class _Reader:
    tokens: tuple[Token, ...]
    context: Context
    times: Times
    items: list[Item] = field(default_factory=list)
    places: list[PlaceRead] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    movement: Movement = field(init=False)
    within: Within = field(default_factory=Within)
    attributes: list[AttributeFilter] = field(default_factory=list)
    _place_end: int = 0

    def __post_init__(self) -> None:
        self.movement = Movement(self.assumed)

    def read(self) -> None:
        """Reads the whole text, piece by piece."""
        at = 0
        while at < len(self.tokens):
            used = (
                self._place(at)
                or self._left_again(at)
                or self._attribute(at)
                or self._number(at)
                or self._other(at)
                or self._phrase(at)
                or self._nearly(at)
            )
            if not used:
                self._unknown(at)
                used = 1
            at += used

    def _unknown(self, at: int) -> None:
        if self._led_to_a_step(at):
            self._put("break", at, 1)
            return
        if word_at(self.tokens, at) == "around" and count_at(self.tokens, at + 1)[0]:
            self._put("filler", at, 1)
            return
        if word_at(self.tokens, at) == "together" and (
            self.movement.counts or any(one.kind in ("count", "group") for one in self.items)
        ):
            self._put("filler", at, 1)
            return
        self._put("unknown", at, 1)
        if self.tokens[at].kind == "word" and word_at(self.tokens, at - 1) in _NAMES_FOLLOW:
            self.assumed.append(f"no place or camera called “{self.tokens[at].typed}…” is known")

    def _led_to_a_step(self, at: int) -> bool:
        """Whether "before" or "next" only joins two steps: "… before leaving by the Door"."""
        if word_at(self.tokens, at) not in ("before", "subsequently", "next") or not self.places:
            return False
        lead = Lead.at(self.tokens, at + 1)
        if lead.how not in ("enter", "leave", "cross"):
            return False
        return bool(self._names(at + 1 + lead.used, lead)[1])

    def _left_again(self, at: int) -> int:
        """`enters the Yard and leaves again`: the zone named before is left."""
        leaves = word_at(self.tokens, at) in ("leaves", "left", "exits", "leave", "exited")
        used = 1 + (word_at(self.tokens, at + 1) in ("again", "it"))
        after = word_at(self.tokens, at + used)
        if not leaves or after not in ("", ",", "within", "after", "again") or not self.places:
            return 0
        last = self.places[-1]
        zones = tuple(one for one in last.names if one.kind == "zone")
        if not zones or last.how not in ("enter", ""):
            return 0
        self.places.append(PlaceRead(zones, "", "leave", follows=True))
        self.assumed.append(f"what is left is taken as {zones[0].name}")
        self._put("break", at, used)
        return used

    def _put(self, kind: str, at: int, used: int, meaning: Meaning | None = None) -> None:
        typed = " ".join(token.typed for token in self.tokens[at : at + used])
        self.items.append(Item(kind, typed.replace(" - ", "-"), meaning))

    def _other(self, at: int) -> int:
        """Times, movement, and how long may pass between steps."""
        used = self.times.take(self.tokens, at) or self.movement.take(self.tokens, at)
        if used:
            self._put("break", at, used)
            return used
        used = self.within.take(self.tokens, at)
        if used:
            self._put("within", at, used)
        return used

    def _number(self, at: int) -> int:
        """How many are seen together; what of, the items after it say."""
        used, number = either_number(self.tokens, at)
        if used and self._counts(at + used):
            self.assumed.append(f"“{self._typed(at, used)}” is taken as {number} or more")
            self.items.append(Item("count", self._typed(at, used), number=number))
            return used
        used, number = group_at(self.tokens, at)
        is_pair = word_at(self.tokens, at) in ("pair", "couple") or number == 2
        if used and (not is_pair or self._counts(at + used)):
            self.items.append(Item("group", self._typed(at, used), number=number))
            return used
        used, number = count_at(self.tokens, at)
        if any(at_most(self.tokens, at - n) == n for n in range(1, min(at, _LONGEST_LEAD) + 1)):
            return 0
        after = self.tokens[at + used] if used and at + used < len(self.tokens) else None
        if used > 1 and (after is None or after.kind == "mark") and self._said_before():
            # "kids, at least three": the number follows what it counts.
            self.movement.counts.append(number)
            self._put("break", at, used)
            return used
        if after is None or after.kind != "word" or not self._counts(at + used):
            return 0
        self.items.append(Item("count", self._typed(at, used), number=number))
        return used

    def _said_before(self) -> bool:
        return any(one.known.class_ids and one.known.noun for one in self.items)

    def _counts(self, at: int) -> bool:
        """Whether a class is named soon after a number: "two men", "three dark red cars"."""
        for position in range(at, min(at + BETWEEN_COUNT, len(self.tokens))):
            meaning = vocabulary().get((self.tokens[position].word,))
            if meaning is None or meaning.kind not in ("class", *OF_PEOPLE):
                return False
            if meaning.class_ids and meaning.noun:
                return True
        return False

    def _attribute(self, at: int) -> int:
        """An attribute by its name ("bag: yes or no"), or two lengths ("long or short sleeves")."""
        name, colon = next(
            (
                (name, at + len(words))
                for words, name in _NAMED.items()
                if tuple(word_at(self.tokens, at + n) for n in range(len(words))) == words
                and word_at(self.tokens, at + len(words)) == ":"
            ),
            ("", 0),
        )
        if name:
            values, end = self._values(colon + 1, ATTRIBUTES[name])
            if values:
                self.attributes.append(AttributeFilter(name, values))
                self._put("break", at, end - at)
                return end - at
            return 0
        values, end = self._values(at, ("long", "short"))
        what = _LENGTHS.get(word_at(self.tokens, end), "")
        join = word_at(self.tokens, at + 1)
        if join not in JOINS or not what or end != at + 3:
            return 0
        # "long and short" is two demands; nothing meets both.
        made = [values] if join != "and" else [(value,) for value in values]
        self.attributes += [AttributeFilter(what, said) for said in made]
        self._put("break", at, end + 1 - at)
        return end + 1 - at

    def _values(self, at: int, known: Sequence[str]) -> tuple[tuple[str, ...], int]:
        found: set[str] = set()
        end = at
        while word_at(self.tokens, at) in known:
            found.add(word_at(self.tokens, at))
            end = at + 1
            if word_at(self.tokens, end) not in JOINS:
                break
            at = end + 1
        return tuple(value for value in known if value in found), end

    def _typed(self, at: int, used: int) -> str:
        return " ".join(token.typed for token in self.tokens[at : at + used])

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
        lead = Lead.at(self.tokens, at)
        used, names, lead = self._names(at + lead.used, lead)
        if not names:
            return 0
        end = at + lead.used + used
        while word_at(self.tokens, end) in JOINS:
            more = Lead.at(self.tokens, end + 1)
            if more.how not in ("", lead.how):
                break
            further, others, more = self._names(end + 1 + more.used, more if more.used else lead)
            again = Lead.at(self.tokens, end + 1).used
            if not others or others[0].kind != names[0].kind:
                break
            names = (*names, *others)
            end += 1 + again + further
        names = self._one_of_each(names)
        lines = [one.line for one in names if one.line is not None]
        along, way = crossing_way(self.tokens, end, lines, self.assumed)
        end += along
        follows = any(
            word_at(self.tokens, n) == words[0]
            for n in range(self._place_end, at)
            for words in THEN
        )
        # "in the Yard before leaving by the Door"
        follows = follows or (
            lead.how in ("enter", "leave", "cross") and word_at(self.tokens, at - 1) == "before"
        )
        self.places.append(PlaceRead(names, lead.words, lead.how, way, follows))
        self._place_end = end
        self._put("break", at, end - at)
        return end - at

    def _one_of_each(self, names: tuple[Named, ...]) -> tuple[Named, ...]:
        """Of zones, and of lines, that have one name the first: nothing is in all of them."""
        drawn = names[0].kind in ("zone", "line")
        kept = tuple({fold(one.name): one for one in reversed(names)}.values())[::-1]
        if not drawn or len(kept) == len(names):
            return names
        for one in kept:
            same = [other for other in names if fold(other.name) == fold(one.name)]
            lies = one.zone or one.line
            if len(same) > 1 and lies is not None:
                where = lies.camera_id or (
                    f"source {lies.source_id}" if lies.source_id else "the map"
                )
                self.assumed.append(
                    f"{len(same)} {one.kind}s are called “{one.name}”: "
                    f"the first, on {where}, is searched"
                )
        return kept

    def _names(self, at: int, lead: Lead) -> tuple[int, tuple[Named, ...], Lead]:
        """The one thing meant by the longest name at a place; none where it is another word."""
        used, found = self.context.names.longest_at(self.tokens, at)
        if used == 1 and not lead.kind and not self._is_name(at, lead):
            return 0, (), lead
        more, lead = with_kind_after(self.tokens, at + used, lead, found)
        chosen = lead.choose(found)
        return (used + more, chosen, lead) if chosen else (0, (), lead)

    def _is_name(self, at: int, lead: Lead) -> bool:
        """Whether a single word is meant as a name, where it could be another word."""
        token = self.tokens[at]
        if token.kind != "word":
            return False
        meaning = vocabulary().get((token.word,))
        if meaning is None:
            return True
        plain = meaning.kind in ("filler", "soft", "uncoloured")
        # "hanging round the Door": the word before the name went with the verb.
        before = {word_at(self.tokens, at - 1), word_at(self.tokens, at - 2)}
        led = bool(lead.words) or bool(before & {"around", "round", "about"})
        return led and plain and token.word not in PLACE_WORDS

    def _nearly(self, at: int) -> int:
        lead = Lead.at(self.tokens, at)
        start = at + lead.used
        used, found = self.context.names.nearly_at(self.tokens, start)
        chosen = lead.choose(found)
        if not chosen:
            return 0
        typed = " ".join(token.typed for token in self.tokens[start : start + used])
        self.assumed.append(f"“{typed}” is read as “{chosen[0].name}”")
        self.places.append(PlaceRead(chosen, lead.words, lead.how))
        self._put("break", at, lead.used + used)
        return lead.used + used


def parse_query(text: str, context: Context) -> Query:
    """The filters that a text asks for; never raises."""
    assumed: list[str] = []
    times = Times(Calendar(context.time_zone, context.footage, assumed, context.now_ns))
    reader = _Reader(tokens_of(text), context, times, assumed=assumed)
    reader.read()
    items, people = counted(sorted_out(reader.items, assumed), reader.movement.counts)
    items = lengths_joined(_within_used(items, reader))
    colours = ColourReader(items, assumed)
    colour_filters = colours.read()
    who = people or asks_who(reader.tokens)
    class_ids = colours.class_ids | ({int(ObjectClass.PERSON)} if who else set())
    when = times.filters()
    span = next(((f.from_ns, f.to_ns) for f in when if isinstance(f, TimeFilter)), context.footage)
    filters: list[Filter] = []
    if class_ids:
        filters.append(ClassFilter(tuple(sorted(class_ids))))
        say_classes(class_ids, context, assumed)
    filters += vehicle_types(items, assumed)
    filters += colour_filters
    filters += worn(items, frozenset(colours.coloured), assumed)
    filters += reader.attributes
    filters += place_filters(reader.places, context, span or (None, None), reader.within, assumed)
    filters += when
    of_vehicle = bool(class_ids) and int(ObjectClass.PERSON) not in class_ids
    filters += reader.movement.filters(of_vehicle=of_vehicle)
    return Query(
        text,
        tuple(dict.fromkeys(filters)),
        unknown=tuple(dict.fromkeys(colours.unknown)),
        refused=tuple(dict.fromkeys(colours.refused)),
        struck=tuple(dict.fromkeys(colours.struck)),
        rest=rest(items, colours) if colours.unknown else "",
        assumed=tuple(dict.fromkeys(assumed)),
    )


def _within_used(items: Sequence[Item], reader: _Reader) -> list[Item]:
    """A longest time between steps is not understood where there are no two steps."""
    has_steps = sum(bool(read.steps()) for read in reader.places) > 1
    kind = "break" if has_steps else "unknown"
    return [Item(kind, one.typed) if one.kind == "within" else one for one in items]
