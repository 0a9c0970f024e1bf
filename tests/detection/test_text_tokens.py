"""Byte-pair encoding: worked examples by hand, and what holds for every text."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.text_tokens import Tokenizer, clean, read_tokenizer, words_of
from tests.support.tiny_vocabulary import MERGES, VOCABULARY

_TOKENIZER = Tokenizer(VOCABULARY, MERGES)
_START, _END = VOCABULARY["<|startoftext|>"], VOCABULARY["<|endoftext|>"]


def _parts(text: str) -> list[str]:
    names = {number: part for part, number in VOCABULARY.items()}
    row = _TOKENIZER.encode(text).tolist()
    return [names[number] for number in row[1 : row.index(_END)]]


def test_pairs_are_joined_in_the_order_they_were_learned() -> None:
    # Sennrich et al., 2016: low, lower, newest and widest after l-o, lo-w, e-s, es-t.
    assert _parts("low") == ["low</w>"]
    assert _parts("lower") == ["lo", "w", "e", "r</w>"]
    assert _parts("newest") == ["n", "e", "w", "est</w>"]
    assert _parts("red umbrella") == ["red</w>", "u", "m", "b", "re", "l", "l", "a</w>"]


def test_a_row_is_start_tokens_end_and_padding() -> None:
    row = _TOKENIZER.encode("low low")

    assert row.dtype == np.int64
    assert row.tolist()[:4] == [_START, VOCABULARY["low</w>"], VOCABULARY["low</w>"], _END]
    assert set(row.tolist()[4:]) == {0}


def test_a_text_that_does_not_fit_is_cut_and_still_ends() -> None:
    row = _TOKENIZER.encode("low " * 200)

    assert row.tolist() == [_START, *[VOCABULARY["low</w>"]] * 75, _END]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a 42nd St. sign", ["it", "'s", "a", "4", "2", "nd", "st", ".", "sign"]),
        ("red,blue!!  ??", ["red", ",", "blue", "!!", "??"]),
        ("Grün & blau", ["grün", "&", "blau"]),
        ("A&amp;B", ["a", "&", "b"]),
        ("  \t\n ", []),
        ("<|endoftext|>", ["<|", "endoftext", "|>"]),
    ],
)
def test_words_are_letters_digits_and_the_rest(text: str, words: list[str]) -> None:
    assert list(words_of(clean(text))) == words


def test_letters_written_in_two_ways_are_the_same() -> None:
    assert (_TOKENIZER.encode("Cafe\u0301") == _TOKENIZER.encode("CAF\u00c9")).all()


@given(st.text(max_size=40))
def test_every_text_gives_a_whole_row_that_reads_back_as_its_words(text: str) -> None:
    row = _TOKENIZER.encode(text)

    assert row.shape == (77,)
    assert row[0] == _START
    assert (row == _END).sum() == 1
    words = list(words_of(clean(text)))
    if row[-1] == 0:
        assert _TOKENIZER.decode(row) == "".join(f"{word} " for word in words)


@given(st.text(alphabet="lowernstid ", max_size=60))
def test_no_pair_that_could_be_joined_is_left(text: str) -> None:
    parts = _parts(text)

    for first, second in pairwise(parts):
        assert first.endswith("</w>") or (first, second) not in MERGES


def test_both_ways_of_writing_a_vocabulary_give_the_same() -> None:
    lines = "\n".join(["#version: 0.2", *(" ".join(pair) for pair in MERGES)])
    two = read_tokenizer({"vocabulary": json.dumps(VOCABULARY).encode(), "merges": lines.encode()})
    model = {"vocab": VOCABULARY, "merges": [list(pair) for pair in MERGES]}
    one = read_tokenizer({"tokenizer": json.dumps({"model": model}).encode()})

    assert (two.encode("lower newest") == one.encode("lower newest")).all()
    assert (two.encode("lower newest") == _TOKENIZER.encode("lower newest")).all()


@pytest.mark.parametrize(
    "files",
    [
        {"tokenizer": b"{"},
        {"tokenizer": b'{"model": {"vocab": {}, "merges": []}}'},
        {"vocabulary": b"[]", "merges": b"a b"},
        {"vocabulary": b"{}"},
        {"vocabulary": b'{"a": "b"}', "merges": b""},
        {"vocabulary": b"{}", "merges": b"a b c"},
        {"vocabulary": b"{}", "merges": b"\xff\xfe"},
    ],
)
def test_what_is_no_tokenizer_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match=r"vocabulary|unpack|invalid literal"):
        read_tokenizer(files)
