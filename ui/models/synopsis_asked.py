"""What Rapid review shows of a search: all that answers, or the first of one by appearance."""

from typing import Final

from casefiles.queries.filters import Query
from casefiles.types import TrackId
from casefiles.view_types import Hits

_MOST_SIMILAR: Final = 60
"""Of a search by appearance so many are shown: it leaves out nothing, and orders everything."""


def is_likeness(query: Query) -> bool:
    """Whether a search is one by appearance."""
    said = query.unknown or query.refused or query.struck or query.rest
    return bool(query.text) and not (query.filters or said)


def most_similar(query: Query | None, hits: Hits | None) -> tuple[TrackId, ...] | None:
    """What is shown of a search by appearance; None for another, or while it has no answers."""
    if query is None or hits is None or not is_likeness(query):
        return None
    return tuple(hit.track.track_id for hit in hits.hits[:_MOST_SIMILAR])
