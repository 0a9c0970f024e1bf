"""What was done in a case, by whom and when: its newest audit rows as values for a list."""

import json
from dataclasses import dataclass

from casefiles.audit import CLOCK_BACK, VOUCHER
from casefiles.case import Case
from casefiles.store import audit_rows
from video.clock import parse_wall, wall_to_ns


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One logged act; `details` are the chained facts and the erasable values, as text."""

    seq: int
    when_ns: int
    user: str
    event: str
    outcome: str
    object: str
    details: tuple[tuple[str, str], ...]
    row_hash: str


def read_history(case: Case, *, most: int = 500) -> tuple[HistoryRow, ...]:
    """The newest acts first. Looking at one's own log is not logged: it would never end."""
    rows = case.read(lambda cursor: audit_rows.newest(cursor, most))
    return tuple(_row(seq, text, row_hash, private) for seq, text, row_hash, private in rows)


def _row(
    seq: int, text: str, row_hash: str, private: tuple[audit_rows.PrivateTuple, ...]
) -> HistoryRow:
    try:
        inside = json.loads(text)
        when_ns = wall_to_ns(parse_wall(inside["ts"]))
        facts = [_fact(name, value) for name, value in inside["facts"].items()]
        known = [str(inside[key]) for key in ("user", "event", "outcome", "object")]
    # A row that was tampered with is shown as what it is; 'case verify' names it.
    except (ValueError, KeyError, AttributeError, TypeError):
        return HistoryRow(seq, 0, "?", "unreadable row", "failed", "", (("text", text),), row_hash)
    told = [(name, value) for name, _, value in private if not name.startswith(VOUCHER)]
    user, event, outcome, thing = known
    return HistoryRow(seq, when_ns, user, event, outcome, thing, (*facts, *told), row_hash)


def _fact(name: str, value: object) -> tuple[str, str]:
    if name == CLOCK_BACK and isinstance(value, int):
        return "the computer's clock was set back by", f"{value / 1e6:.1f} s"
    return name, str(value)
