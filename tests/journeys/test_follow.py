"""Following somebody on the command line, from a track to who was near."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from casefiles.case import Case
from casefiles.types import SourceId
from tests.journeys.conftest import Ran, Run, lived_through, taken_over
from tests.support.search_cases import ACTOR, Seen, put_run

PERSON, AGAIN, OTHER, CAR = 4_000_001, 3_000_011, 3_000_010, 3_000_001
"""Tracks of the practice case: at Market Gate, and on Ferry Stairs."""


@pytest.fixture(scope="module")
def lived(built_practice_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case with a subject (1) of which two tracks are said, and one missing (2)."""
    place = tmp_path_factory.mktemp("follow")
    case = shutil.copytree(built_practice_case, place / "case")
    return lived_through(
        place,
        ("subject", "add", case, "--track", PERSON, "--name", "Subject 1", "--clothing",
         "dark jacket", "--json"),
        ("sighting", case, "--subject", 1, "--track", AGAIN, "--confirm"),
        ("sighting", case, "--subject", 1, "--track", OTHER, "--reject", "--note", "other gait"),
        ("subject", "add", case, "--name", "Missing 1", "--last-seen", "2026-03-02T17:20:00-06:00",
         "--lat", "40.02", "--lon", "-30.02", "--radius-m", "30", "--clothing", "red coat"),
    )  # fmt: skip


@pytest.fixture
def case(lived: Path, tmp_path: Path) -> Path:
    return taken_over(lived, tmp_path)


def document(done: Ran) -> Any:
    assert done.code == 0, done.err
    return done.document


def refused(done: Ran, *words: str) -> None:
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err


def test_a_subject_is_told_with_all_that_was_said_of_it(run: Run, lived: Path) -> None:
    case = lived / "case"
    first, missing = document(run("subject", "list", case, "--json"))
    assert (first["id"], first["kind"], first["mode"]) == (1, "person", "follow")
    assert (first["confirmed"], first["rejected"]) == (2, 1)
    assert (missing["kind"], missing["mode"]) == ("person", "missing")
    assert missing["last_seen"]["lonlat"] == [-30.02, 40.02]
    one = document(run("subject", "show", case, "--subject", 1, "--json"))
    gate = one["sightings"][0]
    assert (gate["track"], gate["camera"], gate["verdict"]) == (PERSON, "market-gate", "confirmed")
    assert gate["from"].startswith("2026-03-02T23:24:17")
    assert all(said["shown"] for said in one["sightings"])
    shown = run("subject", "list", case).out
    assert "1: Subject 1 · person · dark jacket · 2 confirmed · 1 rejected" in shown
    assert "missing person" in shown


def test_the_id_alone_is_printed_of_a_new_subject(run: Run, case: Path) -> None:
    done = run("subject", "add", case, "--track", CAR, "--name", "grey van")
    assert (done.code, done.out) == (0, "3\n")
    assert document(run("subject", "show", case, "--subject", 3, "--json"))["kind"] == "vehicle"
    refused(run("sighting", case, "--subject", 3, "--track", PERSON, "--confirm"), "is a person")
    refused(
        run("subject", "add", case, "--track", CAR, "--track", PERSON, "--name", "both"),
        "are not one",
    )


def test_what_was_said_is_taken_back_and_said_anew(run: Run, case: Path) -> None:
    words = ("sighting", case, "--subject", 1, "--track", AGAIN)
    document(run(*words, "--undo", "--json"))
    refused(run(*words, "--undo"), f"nothing is said of track {AGAIN}")
    left = document(run("sighting", "list", case, "--subject", 1, "--json"))["sightings"]
    assert [one["track"] for one in left] == [PERSON, OTHER]
    (said,) = document(run(*words, "--reject", "--note", "taller", "--json"))
    assert (said["verdict"], said["note"]) == ("rejected", "taller")


def test_not_seen_counts_what_was_looked_at_and_is_taken_back(run: Run, case: Path) -> None:
    words = (
        "sighting", case, "--subject", 1, "--not-seen", "--camera", "ferry-stairs",
        "--from", "2026-03-02T17:24:00-06:00", "--to",
    )  # fmt: skip
    done = run(*words, "2026-03-02T17:24:50-06:00", "--json")
    (absence,) = document(done)
    assert (absence["how"], absence["looked_at"]) == ("candidates", 1)
    # The recording begins 5 s later and has a gap of 4 s.
    assert absence["share"] == pytest.approx(41 / 50, abs=0.02)
    assert "Ferry Stairs: there is analysed footage of 82 % of this span" in done.err
    refused(run(*words, "2026-03-02T17:23:00-06:00"), "ends before it begins")
    refused(run(*words[:-1]), "where or when it was not seen is missing")
    told = run("sighting", "list", case).out
    assert "absence 1 · subject 1 · not seen on Ferry Stairs" in told
    document(run("sighting", case, "--subject", 1, "--absence", 1, "--undo", "--json"))
    assert document(run("sighting", "list", case, "--json"))["absences"] == []


def test_words_never_searched_by_are_not_kept_and_are_logged(run: Run, case: Path) -> None:
    change = ("subject", "change", case, "--subject", 1, "--clothing")
    refused(run(*change, "muslim with red coat"), "never searched by", "clothing, bags")
    assert document(run("subject", "show", case, "--subject", 1, "--json"))["clothing"] == (
        "dark jacket"
    )
    with Case.open(case, ACTOR, policy="") as opened:
        rows = opened.read(lambda cursor: cursor.execute("SELECT * FROM audit").fetchall())
    (refusal,) = [str(row) for row in rows if '"outcome":"refused"' in str(row)]
    assert '"rules"' in refusal
    assert "muslim" not in str(rows)
    done = run(*change, "man with red coat", "--json")
    assert document(done)["clothing"] == "man with red coat"
    assert "not searched by: man" in done.err


def test_a_change_leaves_what_is_not_named(run: Run, case: Path) -> None:
    words = ("subject", "change", case, "--subject", 2)
    made = document(run(*words, "--uncertainty-s", 600, "--fastest-m-s", 3, "--json"))
    assert made["last_seen"]["radius_m"] == 30
    assert made["last_seen"]["uncertainty_s"] == 600
    assert (made["name"], made["fastest_m_s"]) == ("Missing 1", 3)
    assert document(run(*words, "--no-last-seen", "--json"))["last_seen"] is None
    refused(run(*words), "nothing is to be changed")
    refused(run(*words, "--lat", 40.0), "latitude and a longitude")
    refused(run(*words, "--name", "SUBJECT 1"), "is called 'Subject 1' already")


def test_a_removed_subject_comes_back_unless_its_name_was_taken(run: Run, case: Path) -> None:
    assert run("subject", "remove", case, "--subject", 1).code == 0
    refused(run("sighting", case, "--subject", 1, "--track", OTHER, "--confirm"), "no subject 1")
    assert run("subject", "add", case, "--track", OTHER, "--name", "Subject 1").out == "3\n"
    back = ("subject", "remove", case, "--subject", 1, "--restore")
    refused(run(*back), "subject 3 is called 'Subject 1' already", "subject change")
    assert run("subject", "change", case, "--subject", 3, "--name", "other").code == 0
    assert document(run(*back, "--json")) == {"restored": 1}
    assert len(document(run("sighting", "list", case, "--subject", 1, "--json"))["sightings"]) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("subject", "add", "--name", "nobody"), "nothing to begin with"),
        (("subject", "add", "--track", "77", "--name", "x"), "no track 77"),
        (("subject", "add", "--name", "x", "--last-seen", "2026-03-02T17:20:00-06:00"),
         "a time and a place"),
        (("subject", "show", "--subject", "9"), "no subject 9"),
        (("sighting", "--subject", "1", "--track", "4000002"), "nothing is said"),
        (("sighting", "--track", "4000002", "--confirm"), "no subject was named"),
        (("sighting", "--subject", "1", "--confirm"), "no track was named"),
        (("sighting", "--subject", "1", "--not-seen", "--camera", "nowhere", "--from",
          "2026-03-02T17:20:00-06:00", "--to", "2026-03-02T17:21:00-06:00"), "nowhere"),
        (("meetings", "--subject", "9"), "no subject 9"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(
    run: Run, lived: Path, words: tuple[str, ...], said: str
) -> None:
    group = 2 if words[0] == "subject" else 1
    done = run(*words[:group], lived / "case", *words[group:])
    refused(done, said)
    assert len(done.err.strip().splitlines()) == 1


def test_a_sighting_of_an_analysis_that_is_not_shown_any_more_stays_and_is_told(
    run: Run, case: Path
) -> None:
    with Case.open(case, ACTOR, policy="") as opened:
        put_run(opened, SourceId(4), Seen(0, 5))
    done = run("sighting", "list", case, "--subject", 1)
    assert f"track {PERSON} · subject 1 · confirmed · Market Gate" in done.out
    assert f"track {PERSON} is of an earlier analysis" in done.err
    told = document(run("subject", "show", case, "--subject", 1, "--json"))["sightings"]
    assert [one["shown"] for one in told] == [False, True, True]


def test_who_was_near_twice_is_told_against_chance(run: Run, lived: Path) -> None:
    case = lived / "case"
    found = document(run("meetings", case, "--subject", 1, "--shifts", 20, "--json"))
    assert [[one["view"] for one in stop] for stop in found["stops"]] == [
        ["market-gate"], ["ferry-stairs"]
    ]  # fmt: skip
    assert found["near"] >= 2
    assert found["shifts"] in (0, 20)
    assert "near at two stops or more" in found["says"]
    assert run("case", "verify", case).code == 0


def test_an_encrypted_case_keeps_subjects_to_itself(
    run: Run, cheap_keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "river otter lantern")
    case = tmp_path / "sealed"
    assert run("case", "create", case, "--number", "26-7", "--title", "Test").code == 0
    added = run(
        "subject", "add", case, "--name", "Missing Quince", "--last-seen",
        "2026-03-02T17:20:00-06:00", "--lat", "40.0", "--lon", "-30.0",
    )  # fmt: skip
    assert (added.code, added.out) == (0, "1\n")
    assert run("subject", "show", case, "--subject", 1).out.startswith("1: Missing Quince")
    assert run("case", "verify", case).code == 0
    assert not [one for one in case.rglob("*") if one.is_file() and b"Quince" in one.read_bytes()]
    monkeypatch.delenv("WORKSTATION_PASSPHRASE")
    refused(run("subject", "list", case), "is encrypted")
