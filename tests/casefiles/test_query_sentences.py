"""Sentences as investigators type them: how many become exactly the filters they mean."""

import sys
from pathlib import Path

import pytest

from tests.support.query_sentences import exactly

_SENTENCES = Path(__file__).with_name("query_sentences.toml")
_AT_LEAST = 27
_SECOND = Path(__file__).with_name("query_sentences_second.toml")
_STILL_READ_OTHERWISE = {
    # The same cameras, in the words of the text.
    "red sedan or hatchback close to Harbor Street after 10pm": "close to Harbor Street",
    "group of at least four people around Market Hall this morning": "around Market Hall",
    # Material is passed over as the cut is: it changes no filter.
    "tall man with beard and brown leather jacket": "[['man'], [], ['beard', 'tall']]",
    # Clothes are only of people: no class is asked for, and none is needed.
    "navy t-shirt, beige chinos, no hat, walking away from camera": '[\'{"colours": ["beige"]',
}
"""Of the second thirty; at the first try 18 failed, see docs/measured.md."""

_THIRD = Path(__file__).with_name("query_sentences_third.toml")
_THIRD_STILL_READ_OTHERWISE = {
    # Who carries a suitcase nothing judges: persons and suitcases are found, and that is said.
    "person with a suitcase going from left to right, Ferry Berth camera": '"suitcase"',
    # In "black jacket and trousers" both are black; "last" counts in the footage. Both are said.
    "child in pink jacket and shorts, Harbor Office west lens, last hour": "T16:25:00",
    # What is parked stands, beside how long it does.
    "Almond Station forecourt camera: car parked over half an hour": '"speed"',
    # Bicycles are vehicles; a pick-up is found as car or truck; a night begins at ten.
    "any vehicles entering the Gate yesterday before 8 am": '"bicycle"',
    "pickup truck, orange, from the East Mole Light camera": '["car", "truck"]',
    "someone in a purple top hanging around for ten minutes last night": "T22:00:00",
}
"""Of the third thirty; at the first try 14 failed, see docs/measured.md."""

_FOURTH = Path(__file__).with_name("query_sentences_fourth.toml")
_FOURTH_STILL_READ_OTHERWISE = {
    # The right filters; a harmless word is named as not understood.
    "three people or more together in the Gate zone on Tuesday between 10 and 11 am": "['more']",
    "suitcase left unattended for at least ten minutes, Almond Station forecourt camera": (
        "['left', 'unattended']"
    ),
    # The time between two steps is taken for the time in view; "out" is named.
    "who came into the Yard and then went out over the Gate line in under 5 minutes": '"most_s"',
    # "All black" is upper and lower, not the body as a whole.
    "person dressed all in black hanging about for five minutes last night, harbor-east": '"lower"',
}
"""Of the fourth thirty; at the first try these 4 failed, see docs/measured.md."""


def test_sentences_written_before_the_parser_become_exactly_their_filters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = exactly(_SENTENCES)
    missed = [line for line in told if not line.startswith("ok")]
    with capsys.disabled():
        count = f"{len(told) - len(missed)} of {len(told)} sentences exactly"
        sys.stdout.write("\n".join(["", count, *missed, ""]))
    assert len(told) == 30
    assert len(told) - len(missed) >= _AT_LEAST


@pytest.mark.parametrize(
    ("file", "still"),
    [
        (_SECOND, _STILL_READ_OTHERWISE),
        (_THIRD, _THIRD_STILL_READ_OTHERWISE),
        (_FOURTH, _FOURTH_STILL_READ_OTHERWISE),
    ],
)
def test_of_sentences_in_other_words_only_the_named_are_read_otherwise(
    file: Path, still: dict[str, str]
) -> None:
    told = exactly(file)
    otherwise = {line.split("\n")[0]: line.split("\n")[-1] for line in told if line[:3] != "ok "}
    assert len(told) == 30
    assert otherwise.keys() == still.keys()
    for text, reads in still.items():
        assert reads in otherwise[text]
