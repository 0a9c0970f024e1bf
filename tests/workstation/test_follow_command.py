"""`follow` on the command line: what it prints, and what it refuses."""

import json
from pathlib import Path

import pytest

from casefiles.subject_types import AddSubject, Sighting, Subject, SubjectId
from casefiles.types import TrackId
from tests.support.search_cases import Seen, make_case, put_run, put_source
from workstation.__main__ import main


@pytest.fixture
def followed(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    with make_case(folder) as case:
        (asked, *_) = put_run(
            case, put_source(case), Seen(0, 5, vector=(1, 0)), Seen(60, 70, vector=(1, 0.1))
        )
        said = (Sighting(SubjectId(0), TrackId(asked), "confirmed"),)
        case.post(lambda: AddSubject(Subject("Subject", "person"), said)).result()
    return folder


def test_candidates_come_with_reasons_and_what_they_rest_on(
    followed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["follow", str(followed), "--subject", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["confirmed"] == [1000001]
    assert [one["track"] for one in told["queue"]] == [1000002]
    assert told["queue"][0]["why"]
    assert told["cameras"][0]["windows"]
    assert main(["follow", str(followed), "--subject", "1", "--no-time-gate", "--index"]) == 0
    said = capsys.readouterr()
    assert "a lead until a person confirms it" in said.out
    assert "was analysed" in said.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--subject", "7"], "follows no subject 7"),
        (["--subject", "1", "--camera", "nowhere"], "nowhere"),
        (["--subject", "1", "--from", "2026-03-02T18:00-06:00",
          "--to", "2026-03-02T17:00-06:00"], "--to does not come after --from"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_line(
    followed: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert main(["follow", str(followed), *words]) == 2
    assert why in capsys.readouterr().err
