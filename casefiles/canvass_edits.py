"""How entries of the canvass list are added, changed, said of and taken away; what is checked."""

import json
from dataclasses import replace
from typing import Final, assert_never, get_args

from casefiles import audit
from casefiles.canvass_types import (
    NEW_ENTRY,
    STATUSES,
    AddCanvass,
    CanvassEdit,
    CanvassEntry,
    CanvassId,
    CanvassSaid,
    CanvassSaidId,
    ChangeCanvass,
    MarkCanvass,
    RemoveCanvass,
    RestoreCanvass,
    SayCanvass,
)
from casefiles.checks import has_breaks
from casefiles.errors import BadCanvass, UnknownCanvass
from casefiles.store import canvass
from casefiles.store.engine import Cursor
from casefiles.types import JsonValue
from resources.version import PROGRAM_VERSION
from video.clock import now_ns

KINDS: Final[tuple[type[CanvassEdit], ...]] = get_args(CanvassEdit)
TABLES: Final = canvass.TABLES
_LONGEST_LINE: Final = 300
_LONGEST_TEXT: Final = 4000
_LONGEST_DAYS: Final = 36_600.0


def apply(cursor: Cursor, edit: CanvassEdit, *, by: str) -> CanvassEdit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadCanvass, UnknownCanvass: it cannot be made; nothing was changed.
    """
    match edit:
        case AddCanvass(entries):
            for one in entries:
                check_entry(one)
            when = now_ns()
            made = [
                replace(one, added_ns=when, added_by=by, program_version=PROGRAM_VERSION)
                for one in entries
            ]
            return RemoveCanvass(canvass.insert(cursor, made))
        case RemoveCanvass(entry_ids):
            _known(cursor, entry_ids, present=True)
            canvass.mark_removed(cursor, entry_ids, now_ns())
            return RestoreCanvass(entry_ids)
        case RestoreCanvass(entry_ids):
            _known(cursor, entry_ids, present=False)
            canvass.mark_removed(cursor, entry_ids, None)
            return RemoveCanvass(entry_ids)
        case ChangeCanvass(entry):
            (before,) = _known(cursor, (entry.entry_id,), present=True)
            check_entry(entry)
            canvass.change(cursor, entry)
            return ChangeCanvass(before)
        case SayCanvass(entry_ids, status, note):
            _known(cursor, entry_ids, present=True)
            if status not in STATUSES:
                raise BadCanvass(f"'{status}' is no status", f"Give one of: {', '.join(STATUSES)}.")
            _check_text("the note", note)
            when = now_ns()
            said = [CanvassSaid(CanvassSaidId(0), one, status, note, when, by) for one in entry_ids]
            return MarkCanvass(canvass.say(cursor, said), standing=False)
        case MarkCanvass(said_ids, standing):
            known = canvass.standing(cursor)
            for said_id in said_ids:
                if known.get(said_id) is not (not standing):
                    how = "stands" if standing else "was taken back"
                    raise UnknownCanvass(
                        f"what was said under {said_id} {how} already, or never was",
                        "'canvass list' shows how each entry stands.",
                    )
            canvass.mark_taken_back(cursor, said_ids, None if standing else now_ns())
            return MarkCanvass(said_ids, not standing)
    assert_never(edit)


def entry(edit: CanvassEdit, inverse: CanvassEdit) -> audit.Entry:
    """The audit row of an edit that was made: counts and ids in the open, people's data private."""
    facts: dict[str, JsonValue] = {}
    private: dict[str, str] = {}
    match edit, inverse:
        case AddCanvass(entries), RemoveCanvass(ids):
            event, facts = "canvass.add", {"entries": len(ids), "first": ids[0] if ids else None}
            if len(entries) == 1:
                private = _told(entries[0])
            elif entries:
                private = {"file": entries[0].origin, "sha256": entries[0].origin_sha256}
        case RemoveCanvass(ids), _:
            event, facts = "canvass.remove", {"ids": [int(one) for one in ids]}
        case RestoreCanvass(ids), _:
            event, facts = "canvass.restore", {"ids": [int(one) for one in ids]}
        case ChangeCanvass(changed), _:
            event, facts = "canvass.change", {"ids": [int(changed.entry_id)]}
            private = _told(changed)
        case SayCanvass(ids, status, note), _:
            event, facts = "canvass.say", {"ids": [int(one) for one in ids], "status": status}
            private = {"note": note}
        case MarkCanvass(said_ids, standing), _:
            event = "canvass.say_again" if standing else "canvass.take_back"
            facts = {"said": [int(one) for one in said_ids]}
        case _:
            raise ValueError(f"{inverse} does not take back {edit}")
    return audit.Entry(event, "done", facts=facts, private=private, vouches=("canvass",))


def check_entry(made: CanvassEntry) -> None:
    """Refuses what no entry can be.

    Raises:
        BadCanvass: says what is wrong with which part.
    """
    if not made.owner.strip() and not made.address.strip():
        raise BadCanvass(
            "neither owner nor address is said", "Give one of them, so that somebody can be asked."
        )
    for name, text in (
        ("the owner", made.owner), ("the id", made.own_id), ("the kind", made.kind),
        ("the name of the file", made.origin),
    ):  # fmt: skip
        if len(text) > _LONGEST_LINE or has_breaks(text):
            raise BadCanvass(
                f"{name} is longer than {_LONGEST_LINE} letters or more than one line",
                "Put what is left into the notes.",
            )
    for name, text in (
        ("the address", made.address), ("the contact", made.contact), ("the notes", made.notes),
    ):  # fmt: skip
        _check_text(name, text)
    days = made.keeps_days
    if days is not None and not 0 <= days <= _LONGEST_DAYS:
        raise BadCanvass(
            f"a recorder does not hold {days:g} days", "Give days, or nothing where nobody knows."
        )


def _check_text(name: str, text: str) -> None:
    try:
        text.encode()
    # JSON can write halves of letters, which no database and no printer takes.
    except UnicodeEncodeError as error:
        raise BadCanvass(f"{name} holds half a letter", "Write it again.") from error
    if len(text) > _LONGEST_TEXT or any(has_breaks(line) for line in text.splitlines()):
        raise BadCanvass(
            f"{name} is longer than {_LONGEST_TEXT} letters or holds control characters",
            "Shorten it.",
        )


def _known(
    cursor: Cursor, entry_ids: tuple[CanvassId, ...], *, present: bool
) -> tuple[CanvassEntry, ...]:
    known = {one.entry_id: (one, there) for one, there in canvass.every(cursor)}
    for one in entry_ids:
        if one == NEW_ENTRY or one not in known or known[one][1] is not present:
            raise UnknownCanvass(
                f"the canvass list has no entry {one}"
                f"{'' if present or one not in known else ' that was taken away'}",
                "'canvass list' shows those it has.",
            )
    if not entry_ids:
        raise UnknownCanvass("no entry was named", "Choose one or more of the canvass list.")
    return tuple(known[one][0] for one in entry_ids)


def _told(made: CanvassEntry) -> dict[str, str]:
    place = None if made.point is None else [made.point.lat, made.point.lon]
    return {
        "owner": made.owner,
        "entry": json.dumps(
            [made.own_id, made.address, place, made.contact, made.kind, made.keeps_days, made.notes]
        ),
    }
