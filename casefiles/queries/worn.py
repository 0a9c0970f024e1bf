"""What is worn, carried and driven: items of a text in, attribute filters out.

One rule for bags: after a person or clothing in the text, or after "with" and "carrying", a bag is
carried and asked for as an attribute of the person; named alone, after "or", or unattended it is a
thing of its own. One rule for coats and trousers: beside a colour the colour is asked for, else the
garment.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casefiles.queries.colour_words import Item
from casefiles.queries.filters import AttributeFilter
from detection.attribute_names import ATTRIBUTES

_CARRY: Final = frozenset(("with", "carrying", "carries", "carry", "carried", "wearing", "wears",
                           "wear", "holding", "holds", "has", "having", "had", "have"))  # fmt: skip
_BETWEEN: Final = frozenset(("soft", "colour", "unknown", "struck", "attribute", "uncoloured"))
_ARTICLES: Final = frozenset(("a", "an", "the", "his", "her", "their", "its", "some", "any", "of"))
_OPPOSITE: Final = {"yes": "no", "no": "yes", "long": "short", "short": "long"}


def sorted_out(items: Sequence[Item], assumed: list[str]) -> list[Item]:
    """The same items, where what is carried became an attribute and what is denied is marked."""
    made = list(items)
    for at, item in enumerate(made):
        if item.kind == "negation":
            _deny(made, at, assumed)
    for at, item in enumerate(made):
        if item.kind == "class" and item.known.attribute and _is_carried(made, at):
            made[at] = replace(item, kind="attribute")
            assumed.append(
                f"“{item.typed}” is searched as carried by a person; named alone it is a thing of "
                "its own"
            )
    return made


def worn(items: Sequence[Item], coloured: frozenset[int], assumed: list[str]) -> tuple[
    AttributeFilter, ...
]:  # fmt: skip
    """The attributes asked for; `coloured` are the positions of garments that have a colour."""
    made: list[AttributeFilter] = []
    before: int | None = None
    for at, item in enumerate(items):
        is_garment = item.kind == "garment" and bool(item.known.attribute)
        if not (item.kind == "attribute" or is_garment):
            continue
        if is_garment and at in coloured and not (item.known.always or item.denied):
            continue
        name, value = item.known.attribute, item.known.value
        if item.denied:
            value = _OPPOSITE[value]
        if item.known.assumed and item.kind == "attribute" and not item.known.class_ids:
            assumed.append(f"“{item.typed}” {item.known.assumed}")
        if before is not None and made[-1].name == name and _only_or(items[before + 1 : at]):
            made[-1] = _in_order(name, {*made[-1].values, value})
        else:
            made.append(AttributeFilter(name, (value,)))
        before = at
    return tuple(dict.fromkeys(made))


def vehicle_types(items: Sequence[Item], assumed: list[str]) -> tuple[AttributeFilter, ...]:
    """The kind of vehicle, where a word says more than the classes of models do."""
    said = [one for one in items if one.kind == "class" and one.is_vehicle]
    if not any(one.known.vehicle_type and not one.known.models_say for one in said):
        return ()
    if not all(one.known.vehicle_type for one in said):
        assumed.append("the type of vehicle is not asked for: another kind is named beside it")
        return ()
    return (_in_order("vehicle type", {one.known.vehicle_type for one in said}),)


def _in_order(name: str, values: set[str]) -> AttributeFilter:
    return AttributeFilter(name, tuple(value for value in ATTRIBUTES[name] if value in values))


def _only_or(between: Sequence[Item]) -> bool:
    kinds = [one for one in between if one.kind != "filler"]
    return len(kinds) == 1 and kinds[0].kind == "join" and kinds[0].typed in ("or", "/")


def _deny(items: list[Item], at: int, assumed: list[str]) -> None:
    """Marks what "without" takes away; what cannot be asked for as absent is not understood."""
    first = _skipped(items, at + 1)
    if not _can_be_denied(items, first):
        end = first
        while end < len(items) and items[end].kind not in ("break", "join", "negation"):
            items[end] = replace(items[end], kind="unknown")
            end += 1
        if end > first:
            assumed.append(f"what is absent cannot be searched by: “{items[first].typed}”")
        items[at] = replace(items[at], kind="unknown" if end > first else "filler")
        return
    while _can_be_denied(items, first):
        item = items[first]
        kind = "attribute" if item.kind == "class" else item.kind
        items[first] = replace(item, kind=kind, denied=True)
        if not (first + 1 < len(items) and items[first + 1].kind == "join"):
            break
        first = _skipped(items, first + 2)


def _skipped(items: Sequence[Item], at: int) -> int:
    while at < len(items) and items[at].kind in ("filler", "soft"):
        at += 1
    return at


def _can_be_denied(items: Sequence[Item], at: int) -> bool:
    return (
        at < len(items)
        and items[at].kind in ("class", "attribute", "garment")
        and bool(items[at].known.attribute)
    )


def _is_carried(items: Sequence[Item], at: int) -> bool:
    back = at - 1
    while back >= 0 and (
        items[back].kind in _BETWEEN
        or (items[back].kind == "filler" and items[back].typed.casefold() in _ARTICLES)
    ):
        back -= 1
    if back >= 0 and items[back].kind == "unattended":
        return False
    joined = back >= 0 and items[back].kind == "join"
    if joined and back and items[back - 1].kind == "attribute":
        return True
    # "person or backpack": one or the other.
    if joined and items[back].typed.casefold() in ("or", "/"):
        return False
    if back >= 0 and items[back].kind == "filler" and items[back].typed.casefold() in _CARRY:
        return True
    return any(
        item.is_person or (item.kind == "garment" and "body" not in item.known.parts)
        for item in items[:at]
    )
