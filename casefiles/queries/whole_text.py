"""What only the whole text tells: what a number counts, who is meant, and what is left over."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casefiles.queries.colour_words import ColourReader, Item
from casefiles.queries.context import Context
from casefiles.queries.moments import word_at
from casefiles.queries.words import Token, meant, vocabulary
from detection.labels import ObjectClass

OF_PEOPLE: Final = ("soft", "colour", "join", "unknown", "refused", "struck", "garment", "filler",
                     "attribute")  # fmt: skip
"""What may stand between a number and what is counted."""
BETWEEN_COUNT: Final = 6


def counted(items: Sequence[Item], counts: list[int]) -> tuple[list[Item], bool]:
    """The items without the numbers that count something; and whether people are meant by a group
    of which nobody says what it is of."""
    made: list[Item] = []
    people = False
    for at, item in enumerate(items):
        after = list(items[at + 1 : at + 1 + BETWEEN_COUNT])
        of = next((one for one in after if one.kind not in OF_PEOPLE or one.is_person), None)
        named = of is not None and bool(of.meaning and of.meaning.class_ids)
        if item.kind == "group" or (item.kind == "count" and named):
            counts.append(item.number)
            people = people or (item.kind == "group" and not named)
            made.append(Item("filler", item.typed))
        else:
            made.append(item)
    return made, people


def asks_who(tokens: Sequence[Token]) -> bool:
    """Whether the text begins with "who", which asks for people; elsewhere it only joins."""
    return word_at(tokens, 0) == "who" and word_at(tokens, 1) not in ("", ":")


def rest(items: Sequence[Item], colours: ColourReader) -> str:
    """The words that say what is to be seen, with those for sex and age as "person"."""
    said: list[str] = []
    for at, item in enumerate(items):
        if item.kind in ("break", "colon", "negation") or at in colours.unseen or item.denied:
            continue
        if item.kind == "struck":
            said += ["person"] if item.known.noun else []
        else:
            said.append(item.typed)
    return " ".join(said)


def say_classes(class_ids: set[int], context: Context, assumed: list[str]) -> None:
    bags = class_ids & {ObjectClass.BACKPACK, ObjectClass.HANDBAG, ObjectClass.SUITCASE}
    if bags and class_ids - bags:
        assumed.append("who carries what is not stored: each of the classes is searched for")
    if context.class_ids:
        missing = [ObjectClass(number).label for number in sorted(class_ids - context.class_ids)]
        if missing:
            assumed.append(f"no model used so far knows {' or '.join(missing)}")


def lengths_joined(items: Sequence[Item]) -> list[Item]:
    """The items, where "long black coat" and "short blue trousers" are what they are without the
    colour: a garment whose length is said."""
    made = list(items)
    for at, item in enumerate(made):
        if item.kind != "unknown" or item.typed.casefold() not in ("long", "short"):
            continue
        end = at + 1
        while end < len(made) and made[end].kind in ("colour", "join", "soft"):
            end += 1
        if end == at + 1 or end == len(made) or made[end].kind != "garment":
            continue
        whole = vocabulary().get((item.typed.casefold(), *meant(made[end].typed)))
        if whole is not None and whole.kind == "garment":
            made[at] = Item("soft", item.typed)
            made[end] = replace(made[end], meaning=whole)
    return made
