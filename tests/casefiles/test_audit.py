"""The audit chain: what it proves, and what it survives."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.audit import (
    GENESIS,
    Entry,
    SealedRow,
    canonical,
    salted_hash,
    seal,
    text_hash,
    verify,
)
from casefiles.types import Actor, JsonValue

WHEN = "2026-03-02T14:05:11.250000Z"
ACTOR = Actor("u1", "desk-1", reason="robbery on Front Street")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def chain(count: int) -> list[SealedRow]:
    rows: list[SealedRow] = []
    for seq in range(count):
        entry = Entry("search", "done", facts={"hits": seq}, private={"query": f"text {seq}"})
        prev = rows[-1].row_hash if rows else GENESIS
        rows.append(
            seal(entry, ACTOR, seq=seq, prev=prev, when=WHEN, scope="case:x", policy="none")
        )
    return rows


def test_canonical_json_gives_the_published_vectors() -> None:
    row0: dict[str, JsonValue] = {
        "event": "search",
        "prev": GENESIS,
        "seq": 0,
        "ts": "2026-03-02T14:05:11.25Z",
        "user": "u1",
    }
    hash0 = text_hash(canonical(row0))
    assert hash0 == "90ccf59ce4f0b1f220276cd56ed93eb40f86d49891f18d4f8f557246958910b9"
    row1: dict[str, JsonValue] = {
        "event": "view",
        "prev": hash0,
        "seq": 1,
        "ts": "2026-03-02T14:05:12.00Z",
        "user": "u1",
    }
    hash1 = text_hash(canonical(row1))
    assert hash1 == "c73d1532dfc49e3d62ad1d4c8321c06002223e42406342620aa863a9d94c1de2"
    row2: dict[str, JsonValue] = {
        "event": "export",
        "prev": hash1,
        "seq": 2,
        "ts": "2026-03-02T14:06:00.10Z",
        "user": "u2",
    }
    assert text_hash(canonical(row2)) == (
        "d63311c202ceac94bde964757313e3046f1386617e810bd1d794bad823c6b632"
    )


@given(json_values)
def test_canonical_text_reads_back_and_is_its_own_canonical_text(value: object) -> None:
    text = canonical(value)  # type: ignore[arg-type]  # strategies give plain objects
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("value", [1.5, {"a": [1, {"b": 0.1}]}, float("nan")])
def test_floating_point_numbers_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no canonical text"):
        canonical(value)  # type: ignore[arg-type]  # the wrong type is the point


def test_untouched_chain_verifies() -> None:
    rows = chain(5)
    verdict = verify(rows)
    assert verdict.holds
    assert (verdict.rows, verdict.head) == (5, rows[-1].row_hash)


def test_empty_chain_verifies() -> None:
    assert verify([]).holds


@given(st.integers(0, 4))
def test_changed_row_is_named(victim: int) -> None:
    rows = chain(5)
    rows[victim] = replace(rows[victim], text=rows[victim].text.replace('"u1"', '"u2"'))
    assert verify(rows).first_bad == victim


@given(st.integers(0, 3))
def test_row_changed_with_its_own_hash_breaks_the_next(victim: int) -> None:
    rows = chain(5)
    text = rows[victim].text.replace('"u1"', '"u2"')
    rows[victim] = replace(rows[victim], text=text, row_hash=text_hash(text))
    assert verify(rows).first_bad == victim + 1


@given(st.integers(0, 3))
def test_removed_row_is_named(victim: int) -> None:
    rows = chain(5)
    del rows[victim]
    assert verify(rows).first_bad == victim


@given(st.integers(0, 3))
def test_swapped_rows_are_named(victim: int) -> None:
    rows = chain(5)
    rows[victim], rows[victim + 1] = rows[victim + 1], rows[victim]
    assert verify(rows).first_bad == victim


def test_inserted_row_is_named() -> None:
    rows = chain(5)
    forged = seal(
        Entry("view", "done"), ACTOR, seq=2, prev=rows[1].row_hash, when=WHEN, scope="", policy=""
    )
    assert verify([*rows[:2], forged, *rows[2:]]).first_bad == 3


def test_destroyed_private_value_leaves_the_chain_whole() -> None:
    rows = chain(3)
    rows[1] = replace(rows[1], private=())
    assert verify(rows).holds


def test_changed_private_value_is_named() -> None:
    rows = chain(3)
    forged = replace(rows[1].private[0], value="something else")
    rows[1] = replace(rows[1], private=(forged, *rows[1].private[1:]))
    verdict = verify(rows)
    assert verdict.first_bad == 1
    assert "query" in verdict.why


def test_private_values_are_not_in_the_chained_text() -> None:
    row = chain(1)[0]
    assert "robbery" not in row.text
    assert "text 0" not in row.text
    assert {item.name for item in row.private} == {"query", "reason"}


def test_equal_private_values_have_different_hashes() -> None:
    first, second = chain(2)
    hashes = [json.loads(row.text)["private"]["reason"] for row in (first, second)]
    assert hashes[0] != hashes[1]


@given(st.binary(min_size=32, max_size=32), st.text())
def test_salted_hash_depends_on_salt_and_value(salt: bytes, value: str) -> None:
    assert salted_hash(salt, value) == salted_hash(salt, value)
    assert salted_hash(salt, value) != salted_hash(salt, value + "x")


@pytest.mark.parametrize("text", ["[" * 100_000, f'{{"seq":0,"prev":"{GENESIS}","private":5}}'])
def test_hostile_row_with_a_fitting_hash_is_named(text: str) -> None:
    assert verify([SealedRow(0, text, text_hash(text))]).first_bad == 0
