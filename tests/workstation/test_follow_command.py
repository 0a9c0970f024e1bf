"""`follow` on the command line: what it prints, and what it refuses."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.store import tracks
from casefiles.subject_types import AddSubject, Sighting, Subject, SubjectId
from casefiles.types import RunId, SourceId, TrackId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.view_case import view_case
from resources.files import packaged
from tests.support.clips import beginning
from tests.support.search_cases import ACTOR, Seen, make_case, put_run, put_source
from video.clock import parse_wall
from workstation.__main__ import main

START = parse_wall("2026-03-02T17:24:00-06:00")


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


def test_footage_that_was_not_analysed_is_analysed_first_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "case"
    with make_case(folder) as case:
        for name, later in (("market-gate.mp4", 0), ("ferry-stairs.mkv", 10)):
            short = beginning(packaged("demo", name), tmp_path / name, 6.0)
            add_source(case, short, Recording(None, START + timedelta(seconds=later), 0.0))
        finish(index_sources(case, [SourceId(1)], IndexOptions()))
        (first, *_) = case.read(lambda cursor: tracks.of_run(cursor, RunId(1)))
        said = (Sighting(SubjectId(0), first.track_id, "confirmed"),)
        case.post(lambda: AddSubject(Subject("Subject", "person"), said)).result()
    assert main(["follow", str(folder), "--subject", "1", "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert {one["source"] for one in before["to_analyse"]} == {2}
    assert not before["queue"] or all(one["track"] < 2_000_000 for one in before["queue"])
    assert main(["follow", str(folder), "--subject", "1", "--json", "--index"]) == 0
    assert json.loads(capsys.readouterr().out)["to_analyse"] == []
    with Case.open(folder, ACTOR, policy="none") as case:
        assert set(view_case(case).runs) == {1, 2}
