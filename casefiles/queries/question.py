"""Questions as canonical JSON: what was asked can be stored, compared, and asked again.

A filter is written as the name of its kind and its fields. What changes no answer (the words it
was typed in, the name of a zone, the order of the filters) is no part of the hash.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, get_args

from casefiles.decision_types import Question
from casefiles.queries.filters import Filter, Query
from casefiles.types import TrackId
from casefiles.view_types import Line, Zone
from resources.errors import UserError

_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind for kind in (*get_args(Filter), Zone, Line)
}
_OWN_OF_A_ROW: Final = ("zone_id", "line_id", "created_ns", "created_by")
"""Fields of stored things that say nothing of where they are."""
_WORDS: Final = ("name", "because")
"""Fields that are for people and change no answer, unless the kind is told apart by them."""
_NAMED: Final = ("AttributeFilter",)


class UnreadableQuestion(UserError):
    """A stored question was asked by another version of the program, or is damaged."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a search by appearance asks for."""

    tracks: tuple[TrackId, ...]
    without: tuple[TrackId, ...] = ()
    pictures: tuple[str, ...] = ()
    """SHA-256 of the pixels of each picture: they are not kept."""
    time_gate: bool = True


def question_of(query: Query) -> Question:
    """The question that a query asks."""
    filters = sorted((_plain(one) for one in query.filters), key=_text)
    document = {"filters": filters, "rest": query.rest}
    meant = {**document, "filters": sorted((_meant(one) for one in filters), key=_text)}
    return Question("search", query.text, _text(document), _sha256("search", meant))


def question_of_likeness(wanted: Likeness) -> Question:
    """The question that a search by appearance asks."""
    document = {
        "tracks": sorted(wanted.tracks),
        "without": sorted(wanted.without),
        "pictures": sorted(wanted.pictures),
        "time_gate": wanted.time_gate,
    }
    return Question("similar", _called(wanted), _text(document), _sha256("similar", document))


def query_of(question: Question) -> Query:
    """The query again.

    Raises:
        UnreadableQuestion: this version does not know such a filter.
    """
    try:
        document = json.loads(question.document)
        filters = tuple(_value(one) for one in document["filters"])
        return Query(question.text, filters, rest=str(document["rest"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(question) from error


def plain_filter(wanted: Filter) -> dict[str, Any]:
    """A filter as plain values that JSON can hold."""
    plain: dict[str, Any] = _plain(wanted)
    return plain


def filter_of(plain: Any) -> Filter:
    """The filter that `plain_filter` gave such values for.

    Raises:
        ValueError, KeyError, TypeError: these are no filter that this version knows.
    """
    made = _value(plain)
    if not isinstance(made, get_args(Filter)):
        raise ValueError(f"{str(plain)[:60]} is no filter")
    return made  # type: ignore[no-any-return]  # it is one of the union


def likeness_of(question: Question) -> Likeness:
    """What a search by appearance asked for.

    Raises:
        UnreadableQuestion: this version cannot read it.
    """
    try:
        document = json.loads(question.document)
        return Likeness(
            tuple(TrackId(int(one)) for one in document["tracks"]),
            tuple(TrackId(int(one)) for one in document["without"]),
            tuple(str(one) for one in document["pictures"]),
            bool(document["time_gate"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(question) from error


def _unreadable(question: Question) -> UnreadableQuestion:
    return UnreadableQuestion(
        f"the question {question.text!r} cannot be read by this version",
        "Ask it again in words.",
    )


def _called(wanted: Likeness) -> str:
    def named(one: str, ids: Sequence[int]) -> str:
        return f"{one}{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"

    said = [named("track", wanted.tracks)] if wanted.tracks else []
    if wanted.pictures:
        said.append(f"{len(wanted.pictures)} picture{'s' if len(wanted.pictures) > 1 else ''}")
    words = f"similar appearance to {' and '.join(said)}"
    return f"{words}, not to {named('track', wanted.without)}" if wanted.without else words


def _plain(value: Any) -> Any:
    """A filter, or what one is made of, as plain values."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {
            one.name: _plain(getattr(value, one.name))
            for one in fields(value)
            if one.name not in _OWN_OF_A_ROW
        }
        return {"kind": type(value).__name__, **kept}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        kind = _KINDS[plain["kind"]]
        return kind(**{name: _value(one) for name, one in plain.items() if name != "kind"})
    return tuple(_value(one) for one in plain) if isinstance(plain, list) else plain


def _meant(plain: Any) -> Any:
    """The same without what is only words."""
    if isinstance(plain, dict):
        is_named = plain.get("kind") in _NAMED
        return {name: _meant(one) for name, one in plain.items() if is_named or name not in _WORDS}
    return [_meant(one) for one in plain] if isinstance(plain, list) else plain


def _text(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(kind: str, meant: Any) -> str:
    return hashlib.sha256(f"{kind}:{_text(meant)}".encode()).hexdigest()
