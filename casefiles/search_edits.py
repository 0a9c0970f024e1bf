"""How searches are saved, renamed, taken away and brought back; what is checked before."""

from dataclasses import replace
from typing import Final

from casefiles.checks import NAME_FORM, is_one_line, shown_name
from casefiles.edit_kinds import Edit, RemoveSearch, RenameSearch, SaveSearch
from casefiles.errors import BadSearch, UnknownSearch
from casefiles.store import saved_searches
from casefiles.store.engine import Cursor
from casefiles.types import SavedSearchId
from casefiles.view_types import NEW_SEARCH, SavedSearch
from video.clock import now_ns

_LONGEST_SEARCH: Final = 200_000


def apply(cursor: Cursor, edit: SaveSearch | RemoveSearch | RenameSearch, *, by: str) -> Edit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadSearch, UnknownSearch: it cannot be made; nothing was changed.
    """
    match edit:
        case SaveSearch(search):
            return _save_search(cursor, search, by)
        case RemoveSearch(search_id):
            search = _known(cursor, search_id)
            saved_searches.mark_removed(cursor, search_id, now_ns())
            return SaveSearch(search)
        case RenameSearch(search_id, name):
            search = _known(cursor, search_id)
            check_search(cursor, replace(search, name=name))
            saved_searches.rename(cursor, search_id, name)
            return RenameSearch(search_id, search.name)


def _save_search(cursor: Cursor, search: SavedSearch, by: str) -> Edit:
    check_search(cursor, search)
    if search.search_id != NEW_SEARCH:
        saved_searches.mark_removed(cursor, search.search_id, None)
        return RemoveSearch(search.search_id)
    search_id = saved_searches.next_id(cursor)
    saved_searches.insert(
        cursor, replace(search, search_id=search_id, created_ns=now_ns(), created_by=by)
    )
    return RemoveSearch(search_id)


def check_search(cursor: Cursor, search: SavedSearch) -> None:
    """Makes sure that a search can be saved, brought back or be called so.

    Raises:
        BadSearch: its name is empty, too long, not whole letters, or another's.
        UnknownSearch: no removed search of its id could be brought back.
    """
    name = search.name.strip()
    if not name or not is_one_line(name):
        raise BadSearch(f"'{shown_name(search.name)}' cannot be the name of a search", NAME_FORM)
    if len(search.text) + len(search.document) > _LONGEST_SEARCH:
        raise BadSearch("the search is too long to be saved", "Use a shorter text.")
    try:
        search.text.encode()
    except UnicodeEncodeError:
        raise BadSearch("the search holds half a letter", "Type it again.") from None
    for other in saved_searches.present(cursor):
        if other.name.casefold() == name.casefold() and other.search_id != search.search_id:
            raise BadSearch(
                f"the case has a saved search {other.name!r} already", "Use another name."
            )
    if search.search_id != NEW_SEARCH and saved_searches.one(cursor, search.search_id) is None:
        raise UnknownSearch(f"the case has no saved search {search.search_id}", "Save a new one.")


def _known(cursor: Cursor, search_id: SavedSearchId) -> SavedSearch:
    """The present saved search of that id; raises UnknownSearch."""
    found = saved_searches.one(cursor, search_id)
    if found is None or not found[1]:
        names = [one.name for one in saved_searches.present(cursor)]
        raise UnknownSearch(
            f"the case has no saved search {search_id}",
            f"Known ones: {', '.join(names[:12]) or 'none yet'}{' …' if len(names) > 12 else ''}.",
        )
    return found[0]
