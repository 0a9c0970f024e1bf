"""`attributes` and `embed`: pictures in, words and vectors out, one row in the agency's chain."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from casefiles import audit
from casefiles.store.engine import Connection
from detection.models import card
from detection.person_attributes import PersonAttributes
from detection.trait_judges import Judges
from resources import paths
from tests.support.tiny_networks import constant_network
from workstation.__main__ import main
from workstation.commands import looks


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three pictures and a text, named as seen from the folder that we are in."""
    monkeypatch.chdir(tmp_path)
    for name, upper in (("red.png", (30, 30, 205)), ("blue.jpg", (200, 90, 40))):
        person = np.full((160, 80, 3), (70, 150, 80), np.uint8)
        person[20:80, 16:64] = upper
        person[80:150, 16:64] = 25
        cv2.imwrite(str(tmp_path / name), person)
    cv2.imwrite(str(tmp_path / "tiny.png"), np.full((2, 2, 3), 128, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    return ["./red.png", "notes.txt", "blue.jpg", "tiny.png"]


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def agency_rows() -> list[audit.SealedRow]:
    connection = Connection(paths.home() / "agency.duckdb", key=None, create=False)
    try:
        with connection.cursor() as cursor:
            return list(audit.stored_rows(cursor))
    finally:
        connection.close()


@pytest.mark.parametrize("kind", ["person", "vehicle"])
def test_vectors_are_printed_in_order_and_of_one_length(
    kind: str, pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", *pictures, "--kind", kind, "--json"]) == 2
    results = printed(capsys)
    assert [result["file"] for result in results] == pictures
    assert set(results[1]) == {"file", "error"}
    good = [result for result in results if "error" not in result]
    assert all(set(result) == {"file", "vector"} for result in good)
    vectors = np.array([result["vector"] for result in good], np.float64)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert main(["embed", pictures[0], "--kind", kind, "--model", "ssd-parts", "--json"]) == 0
    assert printed(capsys)[0]["vector"] == results[0]["vector"]


def test_attributes_are_named_with_confidence_and_doubt(
    pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attributes", *pictures, "--kind", "person", "--json"]) == 2
    red, text, blue, tiny = printed(capsys)
    assert [item["file"] for item in (red, text, blue, tiny)] == pictures
    assert set(text) == {"file", "error"}
    for item, colour in ((red, "red"), (blue, "blue")):
        assert item["unreliable"] is None
        first, *_ = item["attributes"]
        assert (first["name"], first["value"]) == ("upper colour", colour)
        assert 0.5 < first["confidence"] <= 1
        assert first["confidence"] == first["share"]
    assert "almost no colour" in str(tiny["unreliable"])
    for one in tiny["attributes"]:
        assert one["confidence"] <= one["share"] / 2 + 1e-3


def test_too_small_pictures_are_not_judged_and_say_so(
    pictures: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = constant_network({"attributes": (1, 8, 1, 1)}, 0.7)
    judges = Judges(PersonAttributes(content, card("person-attributes-0230")))
    monkeypatch.setattr(looks, "open_judges", lambda: judges)
    assert main(["attributes", "red.png", "tiny.png", "--kind", "person", "--json"]) == 0
    red, tiny = printed(capsys)
    assert (red["not_judged"], tiny["not_judged"]) == (None, "too small to judge")
    assert "hat" in {one["name"] for one in red["attributes"]}
    assert "hat" not in {one["name"] for one in tiny["attributes"]}
    assert main(["attributes", "tiny.png", "--kind", "person"]) == 0
    assert "too small to judge" in capsys.readouterr().out


def test_words_for_people_go_to_stdout_and_errors_to_stderr(
    pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attributes", *pictures[:2], "--kind", "person"]) == 2
    said = capsys.readouterr()
    # Near black counts on both sides of a border.
    assert said.out == "./red.png: upper: red; lower: black, dark blue\n"
    unjudged, unread = said.err.splitlines()
    assert "not judged (needs another model: person-attributes-0230)" in unjudged
    assert "notes.txt" in unread
    assert "notes.txt is no picture" in said.err
    assert main(["embed", pictures[0], "--kind", "person"]) == 0
    assert "1544 numbers" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["embed", "attributes"])
def test_one_agency_row_names_nobody_in_the_chain(
    command: str, pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, *pictures, "--kind", "person", "--json", "--reason", "a test"])
    capsys.readouterr()
    (row,) = agency_rows()
    inside = json.loads(row.text)
    assert inside["event"] == f"looks.{command}"
    assert inside["facts"]["pictures"] == 4
    assert inside["facts"]["failed"] == 1
    assert "red.png" not in row.text
    private = {item.name: item.value for item in row.private}
    assert private["files"].splitlines() == pictures
    assert private["reason"] == "a test"


def test_unknown_model_and_missing_kind_are_refused(
    pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", pictures[0], "--kind", "person", "--model", "no-such"]) == 2
    assert "no embedder named no-such" in capsys.readouterr().err
    assert main(["embed", pictures[0]]) == 2
    assert "--kind" in capsys.readouterr().err
