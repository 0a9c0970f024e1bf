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
    "class", "garment", "colour", "whole", "uncoloured", "soft", "filler", "refused", "struck",
    "attribute", "negation", "unattended",
]  # fmt: skip
PLACE_WORDS: Final = frozenset(
    ("near", "at", "on", "by", "along", "beside", "opposite", "outside", "around", "in", "inside")
)
_TOKEN: Final = re.compile(
    r"(?P<instant>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))"
    r"|(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))"
    r"|(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9]))"
    # A code for race and sex, and a number no person writes, are words: none means its pieces.
    r"|(?P<code>(?<![^\W_])[BWHAIbwhai]/[MFmf](?![^\W_])|[0-9]+(?:\.[0-9]+)?[Ee][+-]?[0-9]+)"
    r"|(?P<number>[0-9]+(?:[.,][0-9]+)?)|(?P<word>[^\W\d_]+(?:['’`][^\W\d_]+)*['’`]?)"
    r"|(?P<mark>[,;:/&–—-])|(?P<sign>[\u2600-\u27bf\U0001f000-\U0001faff])"
)
NOT_GUESSED: Final = "not searched: the program does not guess sex or age"
"""Why words for sex and age are struck; the one place that says it."""
_SKIN_RULE: Final = "E-10 race"
_WITH: Final = re.compile(r"(?<![\w/])w/(?:(o)(?=\W)|(?=\s|[a-z]{2}))", re.IGNORECASE)
"""`w/ backpack`, `w/o hat`."""
_BOUND: Final = re.compile(r"(?<![\w/])([nsew])/b(?!\w)", re.IGNORECASE)
"""`n/b`: northbound."""
_BOUNDS: Final = {"n": "northbound", "s": "southbound", "e": "eastbound", "w": "westbound"}
_PIECES: Final = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[ .*_-][^\W\d_](?![^\W_])){3,}"
    r"|(?<![^\W_])[^\W\d_]{2,}(?:-[^\W\d_]{2,})(?![\w-])"
)
"""Letters set apart, or a word with a hyphen: a refused word may be hidden in it."""
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
    rule: str = ""
    """Of refused words: the rule by which they are."""
    shade: bool = False
    """`dark` and `light` alone: a colour only beside a garment or a vehicle."""
    noun: bool = True
    """Of struck words: it means a person; else it only says something of one."""
    attribute: str = ""
    """A name of `detection.attribute_names`, and with it the value that is asked for."""
    value: str = "yes"
    always: bool = True
    """Of garments: the attribute is asked for even beside a colour."""
    vehicle_type: str = ""
    models_say: bool = True
    """Of vehicle types: models find it as a class of its own."""


def fold(text: str) -> str:
    """A word as it is compared: small letters, no accents, no apostrophes."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")


def tokens_of(text: str) -> tuple[Token, ...]:
    """The pieces of a text, in order; other signs are passed over."""
    found: list[Token] = []
    end = -1
    # A chip says how many cameras it chose; said back, that is no part of the question.
    shown = _COUNT.sub(" ", "".join(c for c in text if unicodedata.category(c) != "Cf"))
    shown = _BOUND.sub(lambda found: _BOUNDS[found.group(1).casefold()], shown)
    shown = _PIECES.sub(_refused_whole, _WITH.sub(_with, shown))
    for match in _TOKEN.finditer(shown):
        kind: Any = match.lastgroup
        typed = match.group()
        kind = "word" if kind in ("code", "sign") else kind
        word = fold(typed) if kind == "word" else typed
        word = _abbreviations().get(word, word)
        if kind == "mark":
            word = {"–": "-", "—": "-", ";": ",", "&": "/"}.get(typed, typed)
        found.append(Token(typed, word, kind, glued=match.start() == end))
        end = match.end()
    return tuple(found)


def _with(match: re.Match[str]) -> str:
    return "without " if match.group(1) else "with "


def words_of(text: str) -> Words:
    """The comparable words of a name, without signs; nothing in a name is an abbreviation."""
    return tuple(
        fold(token.typed) if token.kind == "word" else token.word
        for token in tokens_of(text)
        if token.kind != "mark"
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(packaged("text", "search_words.toml").read_text(encoding="utf-8"))


def _refused_whole(match: re.Match[str]) -> str:
    joined = re.sub(r"[\W_]", "", match.group())
    return joined if fold(joined) in _refused_words() else match.group()


@cache
def _refused_words() -> frozenset[str]:
    words = [word for group in _table()["refused"] for word in group["words"]]
    return frozenset(fold(word) for word in words if word.isalpha())


@cache
def _abbreviations() -> Mapping[str, str]:
    """How dispatchers shorten words, and the words."""
    words = _table()["abbreviations"]
    return {short: full for full, shorts in words.items() for short in shorts}


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
    table = _table()
    known: dict[Words, Meaning] = {}
    for kind in ("filler", "soft", "uncoloured", "whole", "negation", "unattended"):
        for group in table[kind]:
            _put(known, group["words"], Meaning(kind))
    for group in table["garment"]:
        looks = {key: group[key] for key in ("attribute", "value", "always") if key in group}
        _put(known, group["words"], Meaning("garment", parts=tuple(group["means"]), **looks))
    for group in table["attribute"]:
        name, value, said = group["attribute"], group["value"], group.get("assumed", "")
        meaning = Meaning("attribute", attribute=name, value=value, assumed=said)
        _put(known, group["words"], meaning)
    for group in table["class"]:
        ids = tuple(sorted(int(CLASS_NAMES[name]) for name in group["means"]))
        said = group.get("assumed", "")
        meaning = Meaning(
            "class", class_ids=ids, assumed=said, attribute=group.get("carried", ""),
            vehicle_type=group.get("type", ""), models_say=not said,
        )  # fmt: skip
        _put(known, group["words"], meaning)
    _put_colours(known, table)
    person = int(CLASS_NAMES["person"])
    for group in table["refused"]:
        ids = (person,) if group.get("person") else ()
        reason, rule = group["reason"], group["rule"]
        _put(known, group["words"], Meaning("refused", class_ids=ids, reason=reason, rule=rule))
    for group in table["struck"]:
        _put(known, group["words"], Meaning("struck", class_ids=(person,), noun=group["noun"]))
    return known


@cache
def longest_phrase() -> int:
    """How many words the longest known phrase has."""
    return max(len(words) for words in vocabulary())


def meant(text: str) -> Words:
    """The words of a text with shortened ones in full."""
    return tuple(token.word for token in tokens_of(text) if token.kind != "mark")


def why_refused(word: str) -> str:
    """Why a refused word is not searched by; empty for any other."""
    meaning = vocabulary().get(meant(word))
    if meaning is None or meaning.kind == "colour":
        return "a colour before a word for people would mean their skin" if meaning else ""
    return meaning.reason


def rule_of(word: str) -> str:
    """The rule by which a refused word is refused; empty for any other."""
    meaning = vocabulary().get(meant(word))
    if meaning is None:
        return ""
    return _SKIN_RULE if meaning.kind == "colour" else meaning.rule


def _put(known: dict[Words, Meaning], phrases: Iterable[str], meaning: Meaning) -> None:
    for phrase in phrases:
        words = words_of(phrase)
        known[words] = meaning
        if meaning.kind in ("class", "garment", "uncoloured", "refused", "struck", "attribute"):
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
