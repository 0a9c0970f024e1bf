"""A disk that is full or read-only while somebody asks, decides, exports or installs: one line."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest

from casefiles.case import DATABASE, Case
from casefiles.decision_types import Said
from casefiles.edit_kinds import DecideHits, Edit, SaveSearch
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.queries.saved import saved_search
from casefiles.store.engine import Cursor
from casefiles.types import TrackId
from casefiles.usecases.keep_answer import keep_answer
from casefiles.usecases.search_tracks import search_tracks
from resources.errors import UserError
from resources.paths import user_model_folder
from tests.journeys.conftest import Ran, Run
from tests.support.bad_disks import SmallDisk, no_room, small_disk
from tests.support.model_packs import pack
from tests.support.search_cases import ACTOR, Seen, make_case, put_run, put_source

TABLES = (
    "lines", "saved_searches", "questions", "decisions", "kept_answers", "kept_answer_runs",
    "kept_answer_hits",
)  # fmt: skip
ACTS = {
    "saving": ("search", "CASE", "person", "--save", "Everybody"),
    "keeping": ("search", "CASE", "person", "--keep"),
    "deciding": ("answer", "decide", "CASE", "--answer", "1", "--right", "1000001"),
    "drawing": ("line", "add", "CASE", "--source", "1", "--points", "[[1,1],[9,9]]"),
    "exporting": ("answer", "export", "CASE", "--answer", "1", "--out", "OUT"),
}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", megabytes=24) as small:
        yield small


@pytest.fixture
def kept_case(run: Run, disk: SmallDisk) -> Path:
    """A case on it with two tracks, of which one answer is kept."""
    folder = disk.path / "case"
    with make_case(folder) as case:
        put_run(case, put_source(case), Seen(0, 9), Seen(10, 19))
    assert run("search", folder, "person", "--keep").code == 0
    return folder


def words(act: str, case: Path) -> list[str]:
    places = {"CASE": str(case), "OUT": str(case.parent / "out")}
    return [places.get(word, word) for word in ACTS[act]]


def counts(case: Path) -> dict[str, int]:
    """How many rows there are in the tables that these acts write."""
    with duckdb.connect(str(case / DATABASE), read_only=True) as opened:
        return {
            table: opened.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
            for table in TABLES
        }


def refused(done: Ran) -> None:
    """In one line that says what to do, and without a trace."""
    assert done.code == 2, done
    last = done.err.strip().splitlines()[-1]
    assert last.startswith("workstation"), done.err
    assert last.endswith((".", ")")), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("act", sorted(ACTS))
def test_full_disk_stores_nothing_half_and_the_same_works_when_there_is_room(
    run: Run, disk: SmallDisk, kept_case: Path, act: str
) -> None:
    before = counts(kept_case)
    disk.fill()
    refused(run(*words(act, kept_case)))
    assert not (disk.path / "out").exists()
    disk.free()
    assert counts(kept_case) == before
    done = run(*words(act, kept_case))
    assert done.code == 0, done.err
    assert counts(kept_case) != before or act == "exporting"
    assert (disk.path / "out" / "results.csv").exists() is (act == "exporting")


@pytest.mark.parametrize("act", sorted(ACTS))
def test_read_only_disk_is_told_and_changes_nothing(
    run: Run, disk: SmallDisk, kept_case: Path, act: str
) -> None:
    before = counts(kept_case)
    disk.seal()
    refused(run(*words(act, kept_case)))
    assert counts(kept_case) == before
    assert not (disk.path / "out").exists()


def test_disk_that_fills_up_under_an_open_case_refuses_each_act_and_takes_it_later(
    kept_case: Path,
) -> None:
    with Case.open(kept_case, ACTOR, policy="none") as case:
        found = finish(search_tracks(case, Query("person", (ClassFilter((1,)),))))
        question = found.question
        assert question is not None
        edits: tuple[Edit, ...] = (
            SaveSearch(saved_search("Everybody", "person")),
            DecideHits(question, (Said(TrackId(1_000_001), "right", 1),)),
        )
        before = case.read(stored)
        with no_room():
            for edit in edits:
                with pytest.raises(UserError):
                    case.post(partial(_given, edit)).result()
            with pytest.raises(UserError):
                keep_answer(case, question, found, asked=200)
        assert case.read(stored) == before
        for edit in edits:
            case.post(partial(_given, edit)).result()
        assert keep_answer(case, question, found, asked=200) == 2
        assert case.read(stored) != before


def _given(edit: Edit) -> Edit:
    return edit


def stored(cursor: Cursor) -> list[object]:
    """Everything in the tables that these acts write, and the audit trail's length."""
    return [
        cursor.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()  # noqa: S608
        for table in (*TABLES, "audit")
    ]


def test_export_to_a_full_disk_takes_away_what_it_began(
    run: Run, disk: SmallDisk, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    with make_case(folder) as case:
        put_run(case, put_source(case), Seen(0, 9), Seen(10, 19))
    assert run("search", folder, "person", "--keep").code == 0
    out = disk.path / "mine"
    out.mkdir()
    disk.fill()
    refused(run("answer", "export", folder, "--answer", 1, "--out", out))
    assert list(out.iterdir()) == []
    disk.free()
    disk.seal()
    refused(run("answer", "export", folder, "--answer", 1, "--out", out))
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("sealed", [False, True])
def test_a_model_is_taken_in_whole_or_not_at_all(
    run: Run, disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
) -> None:
    brought = pack(tmp_path / "pack", {"example.onnx": b"x" * 200_000})
    monkeypatch.setenv("WORKSTATION_HOME", str(disk.path / "home"))
    assert run("models", "list").code == 0
    models = user_model_folder()
    disk.path.joinpath("home").mkdir(exist_ok=True)
    if sealed:
        disk.seal()
    else:
        disk.fill()
    refused(run("models", "import", brought))
    if models.is_dir():
        assert [path for path in models.rglob("*") if path.is_file()] == []
