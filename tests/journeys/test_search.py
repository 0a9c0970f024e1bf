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
    assert [one["word"] for one in query["struck"]] == ["woman"]
    assert (query["refused"], query["unknown"]) == ([], ["frobnicating"])
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
    everything = run(
        "search", practice_case, "person or vehicle", "--limit", 500, "--json"
    ).document
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text is empty"),
        ("   ", "the text is empty"),
        ("pregnant", "nothing in this text can be searched by: 'pregnant'"),
        ("xylophone", "nothing in this text can be searched by: 'xylophone'"),
    ],
)
def test_a_text_that_asks_for_nothing_is_refused_and_not_answered_with_everything(
    run: Run, case: Path, text: str, said: str
) -> None:
    done = run("search", case, text)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_json_tells_struck_and_refused_words_the_rest_and_contradictions(
    run: Run, case: Path
) -> None:
    text = "asian woman, long and short sleeves, with an umbrella"
    query = run("search", case, text, "--json").document["query"]
    assert [one["word"] for one in query["struck"]] == ["woman"]
    assert "does not guess sex or age" in query["struck"][0]["because"]
    assert [(one["word"], one["rule"]) for one in query["refusals"]] == [("asian", "E-10 race")]
    assert query["refused"] == ["asian"]
    assert "umbrella" in query["rest"]
    assert "woman" not in query["rest"]
    assert len(query["contradictions"]) == 1
    assert "nothing can be found" in run("search", case, text).err


def test_a_line_alone_is_something_to_search_by_and_a_way_without_one_is_not(
    run: Run, practice_case: Path
) -> None:
    line = json.dumps({"camera": "harbor-west", "line": [[0, 250], [400, 250]]})
    assert run("search", practice_case, "", "--line", line, "--json").document["hits"]
    done = run("search", practice_case, "person", "--way", "forward")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "Give --line too" in done.err


def test_a_text_of_ten_thousand_letters_is_not_said_back_whole(
    run: Run, practice_case: Path
) -> None:
    done = run("search", practice_case, "x" * 10_000)
    assert done.code == 2
    assert len(done.err) < 600


_BESIDE = json.dumps({"camera": "harbor-west", "line": [[0, 0], [1e300, 5]]})
_FAR = json.dumps({"camera": "harbor-west", "polygon": [[0, 0], [1e300, 0], [0, 1e300]]})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "person", "--from", "1500-01-01T00:00:00Z"), "beyond the calendar"),
        (("search", "person", "--to", "2500-01-01T00:00:00Z"), "beyond the calendar"),
        (("search", "person", "--line", _BESIDE), "far beside any picture"),
        (("search", "person", "--zone", _FAR), "far beside any picture"),
        (("similar", "--track", "7", "--not", "7"), "track 7 cannot be an example and a counter-"),
        (("heat", "--source", "1", "--track", "99"), "the case shows no track 99"),
    ],
)
def test_what_nothing_could_match_is_refused_in_one_line(
    run: Run, case: Path, arguments: tuple[str, ...], said: str
) -> None:
    command, *options = arguments
    done = run(command, case, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_heat_map_into_no_folder_names_the_file_that_was_asked_for(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    out = tmp_path / "absent" / "heat.png"
    done = run("heat", practice_case, "--source", 1, "--out", out)
    assert done.code == 2
    assert f"'{out}' cannot be written" in done.err
    # A folder that is there, and takes no file all the same: its name is too long.
    out = tmp_path / f"{'x' * 250}.png"
    done = run("heat", practice_case, "--source", 1, "--out", out)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"'{out}' cannot be written" in done.err


def test_an_export_that_cannot_be_keeps_no_answer(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    assert "no answers kept yet" in run("answer", "list", practice_case).out
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file" / "hits", tmp_path / "new" / ("x" * 300)):
        done = run("search", practice_case, "person", "--limit", 1, "--export", folder)
        assert done.code == 2
        assert "kept as answer" not in done.err
    assert not (tmp_path / "new").exists()
    assert run("answer", "list", practice_case, "--json").document == []
