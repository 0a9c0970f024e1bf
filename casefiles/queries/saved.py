"""What a saved search keeps: its text, and how its filters were changed by hand.

The text is read anew each time, so that a relative time stays relative. A change names the filter
it was made to; where the text means another filter of that kind by now ("yesterday"), the change
is made to that one. Zones and lines stand by their ids: one that was moved since is searched where
it lies now, and one that was removed is left out and said.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from casefiles.queries.context import Context
from casefiles.queries.filters import Filter, LineFilter, Query, SequenceFilter, ZoneFilter
from casefiles.queries.parse import parse_query
from casefiles.queries.question import filter_of, plain_filter
from casefiles.view_types import NEW_LINE, NEW_ZONE, Line, SavedSearch, Zone
from resources.errors import UserError

Changes = Mapping[Filter, Filter | None]


class UnreadableSearch(UserError):
    """A saved search was written by another version of the program, or is damaged."""


@dataclass(frozen=True)
class Restored:
    """A saved search as it would be asked now: the text read anew, and what is changed of it."""

    read: Query
    changed: Changes
    added: tuple[Filter, ...]
    notes: tuple[str, ...]
    """What cannot be as it was when it was saved."""

    @property
    def query(self) -> Query:
        """The whole query."""
        kept = [self.changed.get(one, one) for one in self.read.filters]
        filters = [one for one in (*kept, *self.added) if one is not None]
        return replace(self.read, filters=tuple(dict.fromkeys(filters)))


def saved_search(
    name: str, text: str, changed: Changes | None = None, added: Sequence[Filter] = ()
) -> SavedSearch:
    """A search to be saved."""
    document = {
        "changed": [
            [_plain(old), None if new is None else _plain(new)]
            for old, new in (changed or {}).items()
        ],
        "added": [_plain(one) for one in added],
    }
    text_of = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return SavedSearch(name.strip(), text, text_of)


def restored(saved: SavedSearch, context: Context) -> Restored:
    """A saved search against the case as it is now.

    Raises:
        UnreadableSearch: this version does not know such a filter.
    """
    read = parse_query(saved.text, context)
    notes: list[str] = []
    try:
        document = json.loads(saved.document)
        pairs = [
            (_filter(old, context, []), None if new is None else _filter(new, context, notes))
            for old, new in document["changed"]
        ]
        given = [_filter(one, context, notes) for one in document["added"]]
        gone = [new is not None for _, new in document["changed"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableSearch(
            f"the saved search {saved.name!r} cannot be read by this version",
            "Ask it again in words, and save that.",
        ) from error
    changed: dict[Filter, Filter | None] = {}
    added = [one for one in given if one is not None]
    for (old, new), was_there in zip(pairs, gone, strict=True):
        if was_there and new is None:
            # The place it was to have is gone: what the text says holds again.
            continue
        place = _same_in(read, old, changed)
        if place is not None:
            changed[place] = new
        elif new is not None:
            added.append(new)
    return Restored(read, changed, tuple(dict.fromkeys(added)), tuple(dict.fromkeys(notes)))


def _same_in(read: Query, old: Filter | None, taken: Changes) -> Filter | None:
    """The filter that a text means now by what it meant before."""
    if old is None:
        return None
    if old in read.filters:
        return old
    kind = [one for one in read.filters if type(one) is type(old) and one not in taken]
    return kind[0] if len(kind) == 1 else None


def _plain(wanted: Filter) -> dict[str, Any]:
    """A filter as plain values; what is stored stands by its id, beside the name it had."""
    plain = plain_filter(wanted)
    for field in ("zone", "line"):
        drawn = getattr(wanted, field, None)
        if isinstance(drawn, Zone | Line) and _id(drawn):
            plain[field] = _reference(drawn)
    if isinstance(wanted, SequenceFilter):
        plain["steps"] = [_plain(step) for step in wanted.steps]
    return plain


def _reference(drawn: Zone | Line) -> dict[str, Any]:
    return {"kind": type(drawn).__name__, "id": _id(drawn), "name": drawn.name}


def _id(drawn: Zone | Line) -> int:
    if isinstance(drawn, Zone):
        return 0 if drawn.zone_id == NEW_ZONE else drawn.zone_id
    return 0 if drawn.line_id == NEW_LINE else drawn.line_id


def _filter(plain: Any, context: Context, notes: list[str]) -> Filter | None:
    """The filter again; None, and a note, where a zone or line of it was removed."""
    if plain["kind"] == "SequenceFilter":
        steps = [_filter(step, context, notes) for step in plain["steps"]]
        if any(step is None for step in steps):
            return None
        within = plain["within_s"]
        return SequenceFilter(
            tuple(step for step in steps if isinstance(step, ZoneFilter | LineFilter)),
            None if within is None else float(within),
        )
    for field, known in (("zone", context.zones), ("line", context.lines)):
        named = plain.get(field)
        if isinstance(named, dict) and "id" in named:
            found = next((one for one in known if _id(one) == named["id"]), None)
            if found is None:
                what = f"{field} {named['name'] or named['id']}"
                notes.append(f"{what} was removed since: not searched by it")
                return None
            kept = {key: value for key, value in plain.items() if key not in (field, "kind")}
            if isinstance(found, Zone):
                return ZoneFilter(found, **kept)
            return LineFilter(found, **kept)
    return filter_of(plain)
