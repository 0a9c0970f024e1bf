"""Searching by words, by area and by looks, through the command line, on the practice case."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Run
from video.stills import write_png
from video.synthetic.scene import Scene

HIT = {"track", "source", "camera", "class", "from", "to", "score", "why"}


def test_words_become_filters_and_hits_with_reasons(run: Run, practice_case: Path) -> None:
    text = "woman in a dark jacket at Market Gate after 17:24 frobnicating"
    done = run("search", practice_case, text, "--json")
    assert done.code == 0, done.err
    query = done.document["query"]
    assert [one["kind"] for one in query["filters"]] == ["class", "colour", "camera", "time"]
    assert (query["refused"], query["unknown"]) == (["woman"], ["frobnicating"])
    assert done.document["hits"]
    for hit in done.document["hits"]:
        assert hit.keys() >= HIT
        assert (hit["camera"], hit["class"]) == ("market-gate", "person")
        assert hit["why"]
    assert done.document["coverage"]["analysed"] > 0
    scores = [hit["score"] for hit in done.document["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_options_narrow_like_words_do(run: Run, practice_case: Path) -> None:
    zone = json.dumps(
        {"camera": "harbor-west", "polygon": [[0, 0], [464, 0], [464, 576], [0, 576]]}
    )
    everything = run("search", practice_case, "", "--limit", 500, "--json").document
    by_camera = run("search", practice_case, "", "--camera", "harbor-west", "--json").document
    by_zone = run("search", practice_case, "", "--zone", zone, "--json").document
    assert everything["total"] > by_camera["total"] > 0
    # Feet that stand below the picture's edge are outside even the whole picture.
    assert {hit["track"] for hit in by_zone["hits"]} <= {hit["track"] for hit in by_camera["hits"]}
    assert by_zone["hits"]
    none = run(
        "search", practice_case, "person", "--from", "2027-01-01T00:00:00Z", "--json"
    ).document  # fmt: skip
    assert none["hits"] == []


def test_what_no_model_knows_is_not_called_nothing_found(run: Run, practice_case: Path) -> None:
    done = run("search", practice_case, "suitcase", "--json")
    assert done.document["coverage"]["unknown_classes"] == ["suitcase"]
    people = run("search", practice_case, "suitcase")
    assert "no model used knows suitcase" in people.out


def test_similar_ranks_all_sources_without_the_asked_track(run: Run, practice_case: Path) -> None:
    first = run("search", practice_case, "person", "--limit", 1, "--json").document["hits"][0]
    done = run("similar", practice_case, "--track", first["track"], "--json")
    assert done.code == 0, done.err
    tracks = [hit["track"] for hit in done.document["hits"]]
    assert first["track"] not in tracks
    assert len({hit["source"] for hit in done.document["hits"]}) > 1
    assert done.document["hits"][0]["why"][0].startswith("similar appearance: ")
    fewer = run(
        "similar", practice_case, "--track", first["track"], "--not", tracks[0], "--json",
    )  # fmt: skip
    assert tracks[0] not in [hit["track"] for hit in fewer.document["hits"]]


def test_a_picture_is_an_example_too(run: Run, practice_case: Path, tmp_path: Path) -> None:
    picture = tmp_path / "tall.png"
    write_png(picture, Scene().picture(0)[:, :100])
    done = run("similar", practice_case, "--image", picture, "--limit", 3, "--json")
    assert done.code == 0, done.err
    assert len(done.document["hits"]) == 3
    assert any("taken as a person" in note for note in done.document["coverage"]["notes"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "--camera", "nowhere"), "no camera nowhere"),
        (("search", "--zone", "{}"), "zone"),
        (("search", "--zone", '{"source": 99, "polygon": [[0,0],[1,0],[1,1]]}'), "no source 99"),
        (("search", "--zone", '{"map": [[0,0],[500,0],[1,1]]}'), ""),
        (("search", "--from", "yesterday"), "'yesterday' is not a time"),
        (("search", "--from", "2026-03-02T18:00:00Z", "--to", "2026-03-02T17:00:00Z"), "--to"),
        (("similar", "--track", "77"), "no track 77"),
        (("similar",), "no example"),
    ],
)
def test_what_cannot_be_searched_is_said_in_one_line(
    run: Run, case: Path, arguments: tuple[str, ...], said: str
) -> None:
    command, *options = arguments
    text = ["person"] if command == "search" else []
    done = run(command, case, *text, *options)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
