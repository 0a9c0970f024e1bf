"""The audit chain: rows that can be checked by anyone, and cannot be changed unseen.

A row is canonical JSON (keys sorted, no spaces, UTF-8, integers only) that holds its own sequence
number and the hash of the row before it; its hash is the SHA-256 of that text (accountability
E-17). Plates and free text stay out of the row: it holds only SHA-256(salt ‖ value), the salt and
the value lie in a side table and may lawfully be destroyed without breaking the chain (E-16).
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from casefiles.store import audit_rows, digests
from casefiles.store.engine import Cursor
from casefiles.types import Actor, JsonValue
from resources.version import PROGRAM_VERSION

GENESIS = "0" * 64
SALT_BYTES = 32
VOUCHER = "rows of "
"""Private values of this name hold the hash of a thing's rows; private, because a hash of few
letters can be guessed back."""
CLOCK_BACK = "clock_set_back_us"
"""Fact of a row whose clock shows an earlier time than the row before: by how many microseconds.
The order of acts is that of the sequence numbers; no time is ever bent to fit it."""
_WHEN = "%Y-%m-%dT%H:%M:%S.%fZ"
Outcome = Literal["started", "done", "failed", "cancelled", "refused"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, before it is sealed into a chain.

    `facts` are chained as they are and must hold no plate, name or free text; those go to
    `private`. `object` names the thing acted on, such as `source:3`.
    """

    event: str
    outcome: Outcome
    object: str = ""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    vouches: tuple[str, ...] = ()
    """Things whose rows, as they are after the act, this row keeps a hash of (`store.digests`)."""


@dataclass(frozen=True, slots=True)
class PrivateField:
    """One erasable value of a row."""

    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row of the chain: its number, its canonical text, its hash and its erasable values."""

    seq: int
    text: str
    row_hash: str
    private: tuple[PrivateField, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a chain found; `first_bad` is the sequence number where it breaks."""

    rows: int
    first_bad: int | None = None
    why: str = ""
    head: str = GENESIS
    clock_back: tuple[int, ...] = ()
    """Rows before which the computer's clock was set back; no fault of the chain."""

    @property
    def holds(self) -> bool:
        return self.first_bad is None


def canonical(value: JsonValue) -> str:
    """The one text of a JSON value: keys sorted, no spaces, UTF-8 kept, integers only.

    Raises:
        ValueError: a floating point number is inside; it has no canonical text.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value} has no canonical text: write it as a string or an integer")
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def text_hash(text: str) -> str:
    """SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def salted_hash(salt: bytes, value: str) -> str:
    """SHA-256(salt ‖ UTF-8 value): what the chained row keeps of an erasable value."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def seal(
    entry: Entry, actor: Actor, *, seq: int, prev: str, when: str, scope: str, policy: str
) -> SealedRow:
    """The next row of a chain.

    `when` is UTC with microseconds, `scope` names the store (`case:<uuid>` or `agency`), `policy`
    the rules in force.
    """
    values = {
        **entry.private,
        "reason": actor.reason,
        "purpose": actor.purpose,
        "authority": actor.authority,
    }
    private = tuple(
        PrivateField(name, os.urandom(SALT_BYTES), value)
        for name, value in sorted(values.items())
        if value
    )
    row: dict[str, JsonValue] = {
        "event": entry.event,
        "facts": dict(entry.facts),
        "object": entry.object,
        "outcome": entry.outcome,
        "policy": policy,
        "prev": prev,
        "private": {item.name: salted_hash(item.salt, item.value) for item in private},
        "program": PROGRAM_VERSION,
        "scope": scope,
        "seq": seq,
        "ts": when,
        "user": actor.user,
        "workstation": actor.workstation,
    }
    text = canonical(row)
    return SealedRow(seq, text, text_hash(text), private)


def verify(rows: Iterable[SealedRow]) -> Verdict:
    """Checks a chain from its first row: order, links, hashes, and erasable values still present.

    A value that was destroyed is not an error; one that differs from its salted hash is. A tail
    cut off cannot be seen from the chain alone.
    """
    prev = GENESIS
    count = 0
    back: list[int] = []
    for expected, row in enumerate(rows):
        why = _fault(row, expected, prev)
        if why:
            return Verdict(count, expected, why, prev, tuple(back))
        if f'"{CLOCK_BACK}":' in row.text:
            back.append(expected)
        prev = row.row_hash
        count += 1
    return Verdict(count, head=prev, clock_back=tuple(back))


def _fault(row: SealedRow, expected: int, prev: str) -> str:
    if row.seq != expected:
        return f"row {expected} is missing (the next one is {row.seq})"
    if text_hash(row.text) != row.row_hash:
        return f"row {expected} was changed: its text does not give its hash"
    try:
        inside = json.loads(row.text)
    except (ValueError, RecursionError):
        return f"row {expected} is not JSON"
    if not isinstance(inside, dict) or inside.get("seq") != expected:
        return f"row {expected} holds another sequence number"
    if inside.get("prev") != prev:
        return f"row {expected} does not follow the row before it"
    hashes = inside.get("private")
    if not isinstance(hashes, dict):
        return f"row {expected} does not list its private values"
    for item in row.private:
        if hashes.get(item.name) != salted_hash(item.salt, item.value):
            return f"row {expected}: the private value '{item.name}' was changed"
    return ""


def append(cursor: Cursor, entry: Entry, actor: Actor, *, scope: str, policy: str) -> SealedRow:
    """Adds the next row in the caller's transaction: it stands or falls with the act."""
    vouchers = {VOUCHER + name: digests.digest(cursor, name) for name in entry.vouches}
    entry = replace(entry, private={**entry.private, **vouchers})
    last = audit_rows.last(cursor)
    seq, prev, before = (0, GENESIS, "") if last is None else (last[0] + 1, last[1], last[2])
    moment = datetime.now(UTC)
    if back_us := _set_back_us(before, moment):
        entry = replace(entry, facts={**entry.facts, CLOCK_BACK: back_us})
    when = moment.strftime(_WHEN)
    row = seal(entry, actor, seq=seq, prev=prev, when=when, scope=scope, policy=policy)
    audit_rows.insert(
        cursor,
        row.seq,
        row.text,
        row.row_hash,
        tuple((item.name, item.salt, item.value) for item in row.private),
    )
    return row


def _set_back_us(before: str, moment: datetime) -> int:
    """By how many microseconds a moment lies before that of a row's text; 0 where it does not."""
    try:
        earlier = datetime.strptime(json.loads(before)["ts"], _WHEN).replace(tzinfo=UTC)
    # No row yet, or one that somebody spoilt: `verify` says so, and the act goes on.
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return max((earlier - moment) // timedelta(microseconds=1), 0)


def stored_rows(cursor: Cursor) -> Iterator[SealedRow]:
    """Every row of a store, in order."""
    for seq, text, row_hash, private in audit_rows.every(cursor):
        yield SealedRow(seq, text, row_hash, tuple(PrivateField(*item) for item in private))
