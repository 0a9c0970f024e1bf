"""Notes where recordings come from, and until when their recorder keeps what it holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from casefiles.case import Case
from casefiles.edit_kinds import NoteOrigin
from casefiles.intake_types import NO_ORIGIN, Intake, Origin
from casefiles.types import SourceId
from casefiles.usecases.collect_media import chosen

DAY_NS: Final = 86_400 * 1_000_000_000
SOON_NS: Final = 7 * DAY_NS
"""A recorder that will write over its footage within a week is worth a word."""


def note_origin(
    case: Case, source_ids: Sequence[int], change: Callable[[Origin], Origin]
) -> dict[SourceId, Origin]:
    """Changes what is noted of the origin of these sources.

    Raises:
        UnknownSource: there is none of an id; nothing was changed.
        BadOrigin: a text is too long.
    """
    ids = [one.source_id for one in chosen(case, source_ids)]
    edit = changed_origins(case.intakes(), ids, change)
    case.post(lambda: edit).result()
    return dict(edit.notes)


def changed_origins(
    known: Mapping[SourceId, Intake],
    source_ids: Sequence[SourceId],
    change: Callable[[Origin], Origin],
) -> NoteOrigin:
    """The edit that changes the origin of these sources."""
    return NoteOrigin(
        tuple((one, change(known[one].origin if one in known else NO_ORIGIN)) for one in source_ids)
    )


def deadline_words(overwrite_ns: int, now_ns: int) -> str:
    """When a recorder writes over its footage, seen from now: `overwritten in 3 days`."""
    left = overwrite_ns - now_ns
    if left < 0:
        days = -left // DAY_NS
        return "overwritten since today" if not days else f"overwritten since {_days(days)}"
    if left < DAY_NS:
        hours = left // (DAY_NS // 24)
        return f"overwritten in {hours} hours" if hours > 1 else "overwritten within the hour or so"
    return f"overwritten in {_days(left // DAY_NS)}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
