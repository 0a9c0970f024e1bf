"""`strobe` and `sheet`: what they write, what they say, and how they refuse."""

import json
from pathlib import Path

import pytest

from tests.support.search_cases import Seen, make_case, put_run, put_source
from tests.support.synopsis_cases import Walk, put_take
from workstation.__main__ import main


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stills") / "case"
    with make_case(folder) as made:
        source = put_source(made)
        (track,) = put_run(made, source, Seen(0, 10))
        put_take(made, source, Walk(track, 0, 10))
    return folder


@pytest.mark.parametrize(
    "words", [("strobe", "--track", "1000001", "--moments", "4"), ("sheet", "person")]
)
def test_picture_and_sidecar_are_written_and_named(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    name, *more = words
    out = tmp_path / "f.png"
    assert main([name, str(case), *more, "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == [str(out)]
    assert out.read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "f.png.json").read_text())["pictures"] == said["pictures"]
    assert main([name, str(case), *more, "--out", str(out)]) == 2
    assert "there already" in capsys.readouterr().err


def test_an_unknown_track_and_words_that_mean_nothing_are_refused_in_one_line(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "f.png")
    assert main(["strobe", str(case), "--track", "99", "--out", out]) == 2
    assert "the case shows no track 99" in capsys.readouterr().err
    assert main(["sheet", str(case), "xyzzy", "--out", out]) == 2
    assert "nothing in this text can be searched by" in capsys.readouterr().err
    assert not list(tmp_path.glob("f*"))
