"""A query while a person works on it: what the text says, and what was changed by hand since.

Kept apart so that going on typing does not undo the changes. No Qt here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from casefiles.queries.filters import Filter, Query
from casefiles.queries.words import NOT_GUESSED, rule_of, why_refused


@dataclass(frozen=True)
class QueryDraft:
    """The text as it was read, and the changes made to its chips."""

    read: Query = field(default_factory=lambda: Query(""))
    changed: Mapping[Filter, Filter | None] = field(default_factory=dict)
    """What stands in the place of a filter of the text; None where it was taken away."""
    added: tuple[Filter, ...] = ()
    dismissed: frozenset[str] = frozenset()
    """Struck words whose chips were taken away; they stay in the query, which is logged."""

    @property
    def struck(self) -> tuple[tuple[str, str, str], ...]:
        """The words that are shown struck: each with why, and the icon of those refused by rule."""
        words = [(word, NOT_GUESSED, "") for word in self.read.struck]
        words += [
            (word, f"{why_refused(word)} ({rule_of(word)})", "warning")
            for word in self.read.refused
        ]
        return tuple(one for one in words if one[0] not in self.dismissed)

    def without_word(self, word: str) -> "QueryDraft":
        """The draft that shows a struck word no more."""
        return replace(self, dismissed=self.dismissed | {word})

    @property
    def query(self) -> Query:
        """The query as it would be searched now."""
        kept = [self.changed.get(one, one) for one in self.read.filters]
        filters = [one for one in (*kept, *self.added) if one is not None]
        return replace(self.read, filters=tuple(dict.fromkeys(filters)))

    def reading(self, read: Query) -> "QueryDraft":
        """The draft after the text was read anew; an emptied text forgets changes of its words."""
        if not read.text.strip():
            return replace(self, read=read, changed={}, dismissed=frozenset())
        return replace(self, read=read)

    def with_filter(self, wanted: Filter) -> "QueryDraft":
        """The draft with one filter more."""
        if wanted in self.query.filters:
            return self
        return replace(self, added=(*self.added, wanted))

    def without(self, unwanted: Filter) -> "QueryDraft":
        """The draft less one filter, wherever that came from."""
        return self._put(unwanted, None)

    def exchanged(self, old: Filter, new: Filter) -> "QueryDraft":
        """The draft with one filter in the place of another."""
        return self._put(old, new)

    def _put(self, old: Filter, new: Filter | None) -> "QueryDraft":
        changed = dict(self.changed)
        for said in self.read.filters:
            if self.changed.get(said, said) == old:
                changed[said] = new
        instead = (new if one == old else one for one in self.added)
        added = tuple(one for one in instead if one is not None)
        return replace(self, changed=changed, added=added)
