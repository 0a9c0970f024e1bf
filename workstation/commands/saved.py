"""`saved`: searches under a name; and how `search` saves one and asks one again."""

import argparse
from collections.abc import Sequence

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import RemoveSearch, RenameSearch, SaveSearch
from casefiles.errors import UnknownSearch
from casefiles.queries.context import Context
from casefiles.queries.describe import describe
from casefiles.queries.filters import Filter
from casefiles.queries.saved import Restored, UnreadableSearch, restored, saved_search
from casefiles.usecases.query_context import query_context
from casefiles.usecases.view_case import view_case
from casefiles.view_types import SavedSearch
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text, say


def show(options: argparse.Namespace) -> int:
    """Lists the saved searches."""
    with opened(options) as case:
        searches, context = view_case(case).searches, query_context(case)
        case.record(audit.Entry("search.list", "done", facts={"searches": len(searches)}))
    if options.json:
        print_json([_document(one, context) for one in searches])
        return 0
    if not searches:
        print_text("no saved searches yet: use 'search CASE TEXT --save NAME'")
    for one in searches:
        print_text(f"{one.search_id}: {one.name} · {_says(one, context)} · {one.created_by}")
    return 0


def rename(options: argparse.Namespace) -> int:
    """Gives one another name."""
    with opened(options) as case:
        found = saved_of(case, options.saved)
        case.post(lambda: RenameSearch(found.search_id, options.name)).result()
    if options.json:
        print_json({"id": found.search_id, "name": options.name})
    else:
        print_text(f"search {found.name!r} is called {options.name!r} now")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes one away; its row and its history stay."""
    with opened(options) as case:
        found = saved_of(case, options.saved)
        case.post(lambda: RemoveSearch(found.search_id)).result()
    if options.json:
        print_json({"removed": found.search_id})
    else:
        print_text(f"search {found.name!r} removed")
    return 0


def saved_of(case: Case, name: str) -> SavedSearch:
    """The saved search of that name, or of that number.

    Raises:
        UnknownSearch: the case has none.
    """
    searches = view_case(case).searches
    named = [one for one in searches if one.name.casefold() == name.strip().casefold()]
    named += [one for one in searches if str(one.search_id) == name.strip()]
    if not named:
        known = ", ".join(repr(one.name) for one in searches[:12]) or "none yet"
        raise UnknownSearch(
            f"the case has no saved search {name!r}",
            f"Known ones: {known}. 'search CASE TEXT --save NAME' saves one.",
        )
    return named[0]


def ask_saved(case: Case, name: str, context: Context) -> Restored:
    """What a saved search asks for now; what of it cannot be asked any more is told."""
    found = restored(saved_of(case, name), context)
    for note in found.notes:
        say(f"workstation: {note}")
    return found


def save(
    case: Case, name: str, text: str, added: Sequence[Filter], asked: Restored | None = None
) -> None:
    """Saves a search: the text with the filters that options added; or what a saved one asked for
    with those, under another name."""
    changed = {} if asked is None else asked.changed
    more = (*(() if asked is None else asked.added), *added)
    made = saved_search(name, text, changed, more)
    case.post(lambda: SaveSearch(made)).result()
    say(f"workstation: saved as {made.name!r}")


def _says(one: SavedSearch, context: Context) -> str:
    """What it asks for, as chips say it."""
    try:
        found = restored(one, context)
    except UnreadableSearch as error:
        return str(error)
    said = " · ".join(describe(wanted, context) for wanted in found.query.filters)
    notes = "".join(f" ({note})" for note in found.notes)
    return f"{one.text!r}: {said or 'anything'}{notes}"


def _document(one: SavedSearch, context: Context) -> dict[str, object]:
    made: dict[str, object] = {
        "id": one.search_id,
        "name": one.name,
        "text": one.text,
        "created": format_wall(wall_from_ns(one.created_ns)),
        "created_by": one.created_by,
    }
    try:
        found = restored(one, context)
    except UnreadableSearch as error:
        return {**made, "says": [], "notes": [str(error)]}
    says = [describe(wanted, context) for wanted in found.query.filters]
    return {**made, "says": says, "notes": list(found.notes)}
