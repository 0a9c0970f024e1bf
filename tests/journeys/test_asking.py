"""Saving a search, asking it again, and hints, through the command line."""

from pathlib import Path

from tests.journeys.conftest import Run


def test_a_search_is_saved_asked_again_listed_renamed_and_removed(
    run: Run, practice_case: Path
) -> None:
    case = practice_case
    text = "person in a dark jacket"
    first = run("search", case, text, "--camera", "harbor-west", "--save", "Dark ones", "--json")
    assert first.code == 0, first.err
    again = run("search", case, "--saved", "dark ones", "--json")
    assert again.code == 0, again.err
    assert again.document["query"]["filters"] == first.document["query"]["filters"]
    assert again.document["hits"] == first.document["hits"]
    (listed,) = run("saved", "list", case, "--json").document
    assert (listed["name"], listed["text"], listed["notes"]) == ("Dark ones", text, [])
    assert any("harbor" in one.casefold() for one in listed["says"])
    assert run("saved", "rename", case, "--saved", "Dark ones", "--name", "Dim").code == 0
    assert run("saved", "remove", case, "--saved", "Dim").code == 0
    assert run("saved", "list", case, "--json").document == []
    gone = run("search", case, "--saved", "Dim")
    assert (gone.code, "no saved search 'Dim'" in gone.err) == (2, True)
    assert run("search", case).code == 2
    assert run("search", case, text, "--saved", "x").code == 2
    assert run("case", "verify", case).code == 0


def test_few_answers_come_with_what_would_bring_more(run: Run, practice_case: Path) -> None:
    found = run("search", practice_case, "person on 2030-01-01", "--json").document
    assert found["total"] <= 5
    hints = found["hints"]
    assert hints
    for hint in hints:
        assert hint["brings"] == "more"
        assert hint["count"] > found["total"]
        assert str(hint["count"]) in hint["says"]


def test_words_that_no_filter_stands_for_are_said_not_to_be_searched(
    run: Run, practice_case: Path
) -> None:
    found = run("search", practice_case, "person frobnicating", "--json").document
    assert any(
        "“frobnicating”" in note and "models install" in note for note in found["coverage"]["notes"]
    )
