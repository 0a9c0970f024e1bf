"""Hits as a table with stills: whole, checkable and harmless, or nothing at all."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.decision_types import Said
from casefiles.edit_kinds import DecideHits
from casefiles.errors import WrongPlace
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.store import audit_rows
from casefiles.types import Actor, TrackId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.export_hits import TRAINING_TABLE, export_hits
from casefiles.usecases.open_case import create_case
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Hits
from tests.support.clips import shared_clip
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import Seen, put_run

PEOPLE = Query("=cmd|person", (ClassFilter((1,)),))


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A training case with a real recording and three people, one of them after its end."""
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "home"))
    actor = Actor("tester", "desk-1")
    with create_case(tmp_path / "case", actor, number="1", title="T", training=True) as made:
        source = add_source(made, shared_clip("mp4").path, Recording())
        put_run(
            made,
            source.source_id,
            Seen(0.0, 0.5, score=0.97),
            Seen(0.2, 0.4, score=0.8, has_look=False),
            Seen(900, 900.1, score=0.3, has_look=False),
        )
        yield made


@pytest.fixture
def found(case: Case) -> Hits:
    return finish(search_tracks(case, PEOPLE))


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / TRAINING_TABLE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def events(case: Case) -> list[tuple[str, str]]:
    rows = case.read(lambda cursor: [json.loads(row[1]) for row in audit_rows.every(cursor)])
    return [(row["event"], row["outcome"]) for row in rows if row["event"] == "hits.export"]


def test_table_stills_and_manifest_belong_together(case: Case, found: Hits, tmp_path: Path) -> None:
    assert found.question is not None
    first = found.hits[0].track.track_id
    case.post(lambda: DecideHits(found.question, (Said(first, "right", 1),))).result()  # type: ignore[arg-type]  # asserted above
    out = tmp_path / "out"
    written = finish(export_hits(case, found, found.question, out, LocalCrew))
    assert (written.hits, written.stills, len(written.failures)) == (3, 2, 1)
    rows = table(out)
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert {row["training"] for row in rows} == {"TRAINING"}
    assert rows[0]["decision"] == "right"
    assert rows[0]["decided_by"] == "tester"
    assert rows[0]["confidence"] == "strong"
    assert rows[0]["reasons"] == "found as person"
    source = case.sources()[0]
    assert rows[0]["source_sha256"] == source.sha256
    assert rows[0]["model"] == "m"
    assert rows[2]["still"] == ""
    assert "no footage" in rows[2]["still_missing"]
    lines = (out / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    names = {path.name for path in out.iterdir()} - {"SHA256SUMS"}
    assert set(sums) == names
    for name in names:
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sums[name]
    about = json.loads((out / "manifest.json").read_text())
    assert about["training"] is True
    assert about["decided"] == "1 of 1 looked at is right: 1.00 (0.21–1.00)"
    assert (out / "manifest.txt").read_text().startswith("TRAINING")
    still = json.loads((out / f"{rows[0]['still']}.json").read_text())
    assert still["frame"]["number"] == 0
    assert events(case) == [("hits.export", "started"), ("hits.export", "done")]


def test_no_cell_is_a_formula(case: Case, found: Hits, tmp_path: Path) -> None:
    assert found.question is not None
    evil = replace(found, hits=(replace(found.hits[0], why=("=HYPERLINK(1)", "x")),))
    out = tmp_path / "out"
    finish(export_hits(case, evil, found.question, out, LocalCrew, stills=False))
    assert table(out)[0]["reasons"] == "'=HYPERLINK(1); x"
    assert not list(out.glob("*.png"))


def test_cancelling_leaves_nothing(case: Case, found: Hits, tmp_path: Path) -> None:
    assert found.question is not None
    out = tmp_path / "out"
    job = export_hits(case, found, found.question, out, LocalCrew)
    while next(job).done < 1:
        assert not (out / TRAINING_TABLE).exists()
    assert list(out.glob("*.png")), "a still was there when it was cancelled"
    job.close()
    assert not out.exists()
    assert events(case)[-1] == ("hits.export", "cancelled")


def test_what_is_there_is_never_written_over(case: Case, found: Hits, tmp_path: Path) -> None:
    assert found.question is not None
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(WrongPlace, match="holds something already"):
        finish(export_hits(case, found, found.question, out, LocalCrew))
    with pytest.raises(WrongPlace):
        finish(export_hits(case, found, found.question, case.folder / "x", LocalCrew))
    with pytest.raises(NothingToExport):
        finish(export_hits(case, replace(found, hits=()), found.question, tmp_path / "y"))
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_full_disk_leaves_nothing(
    case: Case, found: Hits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found.question is not None

    def full(_path: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    out = tmp_path / "out"
    out.mkdir()
    job = export_hits(case, found, found.question, out, LocalCrew)
    next(job)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Exception, match="cannot be written"):
        finish(job)
    monkeypatch.undo()
    assert list(out.iterdir()) == []
    assert events(case)[-1] == ("hits.export", "failed")


def test_decided_tracks_of_another_question_are_not_marked(
    case: Case, found: Hits, tmp_path: Path
) -> None:
    assert found.question is not None
    other = finish(search_tracks(case, Query("all", (ClassFilter((1, 3)),)))).question
    assert other is not None
    case.post(lambda: DecideHits(other, (Said(TrackId(1_000_001), "wrong", 1),))).result()
    out = tmp_path / "out"
    finish(export_hits(case, found, found.question, out, LocalCrew, stills=False))
    assert {row["decision"] for row in table(out)} == {""}
