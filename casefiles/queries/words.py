"""The vocabulary of a search: which words mean a class, a colour, a garment, or are refused.

The words themselves are data (`resources/text/search_words.toml`), each group with its reason.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias

from casefiles.types import BodyPart
from detection.colours import COLOURS, SAID
from detection.labels import CLASS_NAMES
from resources.files import packaged

Words: TypeAlias = tuple[str, ...]
Kind = Literal[
    "class", "garment", "colour", "whole", "uncoloured", "soft", "filler", "refused", "time"
]
PLACE_WORDS: Final = frozenset(
    ("near", "at", "on", "by", "along", "beside", "opposite", "outside", "around", "in", "inside")
)
_TOKEN: Final = re.compile(
    r"(?P<instant>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))"
    r"|(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))"
    r"|(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9]))"
    r"|(?P<number>[0-9]+(?:[.,][0-9]+)?)|(?P<word>[^\W\d_]+(?:['’`][^\W\d_]+)*['’`]?)"
    r"|(?P<mark>[,;:/&–—-])"
)
_COUNT: Final = re.compile(r"\(\s*(?:no|\d+) cameras?\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: as typed, and as it is compared. A mark is `,` `:` `-` or `/`."""

    typed: str
    word: str
    kind: Literal["instant", "date", "clock", "number", "word", "mark"]
    glued: bool = False
    """It follows the one before without a space."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some words stand for; only the fields of its kind are filled."""

    kind: Kind
    class_ids: tuple[int, ...] = ()
    parts: tuple[BodyPart, ...] = ()
    colours: tuple[str, ...] = ()
    assumed: str = ""
    reason: str = ""
    shade: bool = False
    """`dark` and `light` alone: a colour only beside a garment or a vehicle."""


def fold(text: str) -> str:
    """A word as it is compared: small letters, no accents, no apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")


def tokens_of(text: str) -> tuple[Token, ...]:
    """The pieces of a text, in order; other signs are passed over."""
    found: list[Token] = []
    end = -1
    # A chip says how many cameras it chose; said back, that is no part of the question.
    for match in _TOKEN.finditer(_COUNT.sub(" ", text)):
        kind: Any = match.lastgroup
        typed = match.group()
        word = fold(typed) if kind == "word" else typed
        if kind == "mark":
            word = {"–": "-", "—": "-", ";": ",", "&": "/"}.get(typed, typed)
        found.append(Token(typed, word, kind, glued=match.start() == end))
        end = match.end()
    return tuple(found)


def words_of(text: str) -> Words:
    """The comparable words of a name, without signs."""
    return tuple(token.word for token in tokens_of(text) if token.kind != "mark")


def said_colours(word: str) -> tuple[str, ...]:
    """The stored colours that a plain or shaded colour name stands for; none if it is no name."""
    if word in SAID:
        return SAID[word]
    if word in COLOURS:
        return (word,)
    shade, _, plain = word.partition(" ")
    if shade in ("dark", "light") and plain in COLOURS:
        # "light blue" is blue without its dark half; "dark red" has no name of its own.
        return (plain,)
    return ()


@cache
def vocabulary() -> Mapping[Words, Meaning]:
    """Every known phrase by its words."""
    table = tomllib.loads(packaged("text", "search_words.toml").read_text(encoding="utf-8"))
    known: dict[Words, Meaning] = {}
    for kind in ("filler", "soft", "uncoloured", "whole"):
        for group in table[kind]:
            _put(known, group["words"], Meaning(kind))
    for group in table["garment"]:
        _put(known, group["words"], Meaning("garment", parts=tuple(group["means"])))
    for group in table["class"]:
        ids = tuple(sorted(int(CLASS_NAMES[name]) for name in group["means"]))
        said = group.get("assumed", "")
        _put(known, group["words"], Meaning("class", class_ids=ids, assumed=said))
    _put_colours(known, table)
    for group in table["refused"]:
        ids = (int(CLASS_NAMES["person"]),) if group.get("person") else ()
        _put(known, group["words"], Meaning("refused", class_ids=ids, reason=group["reason"]))
    return known


@cache
def longest_phrase() -> int:
    """How many words the longest known phrase has."""
    return max(len(words) for words in vocabulary())


def why_refused(word: str) -> str:
    """Why a refused word is not searched by; empty for any other."""
    meaning = vocabulary().get(words_of(word))
    if meaning is None or meaning.kind == "colour":
        return "a colour before a word for people would mean their skin" if meaning else ""
    return meaning.reason


def _put(known: dict[Words, Meaning], phrases: Iterable[str], meaning: Meaning) -> None:
    for phrase in phrases:
        words = words_of(phrase)
        known[words] = meaning
        if meaning.kind in ("class", "garment", "uncoloured", "refused"):
            *first, last = words
            for ending in ("s", "es"):
                known.setdefault((*first, last + ending), meaning)


def _put_colours(known: dict[Words, Meaning], table: dict[str, Any]) -> None:
    plain = {name: said_colours(name) for name in (*COLOURS, *SAID)}
    for name in COLOURS:
        if " " not in name:
            plain.setdefault(f"dark {name}", said_colours(f"dark {name}"))
            plain.setdefault(f"light {name}", said_colours(f"light {name}"))
    for name, colours in plain.items():
        unnamed = (
            name not in COLOURS and name not in SAID and colours == SAID.get(name[5:], colours)
        )
        said = f"is searched as {' or '.join(colours)}" if unnamed and " " in name else ""
        _put(known, [name], Meaning("colour", colours=colours, assumed=said,
                                    shade=name in ("dark", "light")))  # fmt: skip
    for group in table["colour"]:
        for name, others in group["means"].items():
            colours = said_colours(name)
            for other in others:
                # Another spelling of the very name needs no word of explanation.
                same = other.replace("gray", "grey") == name
                said = "" if same else f"is searched as {name}"
                _put(known, [other], Meaning("colour", colours=colours, assumed=said))
    for group in table["mixed"]:
        for name, others in group["means"].items():
            colours = tuple(dict.fromkeys(c for other in others for c in said_colours(other)))
            said = f"is searched as {' or '.join(others)}"
            _put(known, [name], Meaning("colour", colours=colours, assumed=said))
