"""Indexing in processes of its own: one that dies or hangs takes nothing with it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.parse import parse_query
from casefiles.store import runs, tracks
from casefiles.types import Actor, RunId
from casefiles.usecases import index_source as indexing
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_run import NotWhole
from casefiles.usecases.index_source import index_source, index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.play_index import play_index
from casefiles.usecases.query_context import query_context
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.show_tracks import show_tracks
from casefiles.usecases.verify_case import verify_case
from tests.casefiles.test_index_source import everything
from tests.support.bad_workers import Unlucky
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene

ACTOR = Actor("tester", "desk-1")
EVERYTHING = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)
NEVER = sys.maxsize
Healthy = partial(Unlucky, "SIGSEGV", NEVER)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CHUNK_FRAMES", 16)
    monkeypatch.setattr(indexing, "_CAREFUL_FRAMES", 4)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    folder = tmp_path_factory.mktemp("clips")
    return [
        encode(folder / f"{start}.mp4", frames=60, scene=Scene((Box(start, 60, 30, 60, dx=2),)))
        for start in (10, 40, 70)
    ]


def fresh(folder: Path, clips: list[Clip]) -> Case:
    case = Case.create(folder, ACTOR, number="1", title="t", policy="none")
    for clip in clips:
        add_source(case, clip.path, Recording())
    return case


@pytest.fixture
def case(tmp_path: Path, clips: list[Clip]) -> Iterator[Case]:
    with fresh(tmp_path / "case", clips) as made:
        yield made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, clips: list[Clip]) -> dict[str, object]:
    """The rows of an uninterrupted run, in one chunk."""
    with fresh(tmp_path_factory.mktemp("whole") / "case", clips) as whole:
        finish(index_source(whole, 1, EVERYTHING, crew=Healthy))
        return everything(whole)


@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL", "hang"])
def test_one_that_dies_once_changes_nothing(
    case: Case, tmp_path: Path, expected: dict[str, object], how: str
) -> None:
    crew = partial(Unlucky, how, 40, once=tmp_path / "died", silence_s=2.0)
    report = finish(index_source(case, 1, EVERYTHING, crew=crew))
    assert (tmp_path / "died").exists()
    assert report.counters["frames_analysed"] == 60
    assert everything(case) == expected
    assert not finish(verify_case(case)).bad


def test_one_that_always_dies_marks_how_far_it_came_and_goes_on_later(
    case: Case, clips: list[Clip], expected: dict[str, object]
) -> None:
    with pytest.raises(NotWhole, match=r"up to 0:00:0.*was ended by SIGSEGV, twice") as raised:
        finish(index_source(case, 1, EVERYTHING, crew=partial(Unlucky, "SIGSEGV", 40)))
    assert "Index it again" in raised.value.hint
    (run,) = case.current_runs().values()
    assert run.stop is not None
    # 2 chunks of 16, and careful ones of 4 after the first death: it died before the next.
    assert len(everything(case)["steps"]) == run.report["frames_analysed"] == 40
    assert run.stop.analysed_to_ns == clips[0].times_ns[39]
    assert "SIGSEGV" in run.stop.reason
    assert run.stop.died
    # The window is not to die there as well.
    played, why = play_index(case, case.source(1))
    assert 1 <= len(played) <= 40
    assert why == run.stop.reason
    # What was found so far can be seen, and every search says that it is not all.
    found = finish(search_tracks(case, parse_query("person", query_context(case))))
    assert found.total == 1
    assert "source 1 analysed only up to 0:00:01.560: the analysis ended early" in (
        found.coverage.notes
    )
    assert show_tracks(case, 1, with_suppressed=True)
    assert not finish(verify_case(case)).bad
    report = finish(index_source(case, 1, EVERYTHING, crew=Healthy))
    assert report.resumed
    assert everything(case) == expected
    assert len(play_index(case, case.source(1))[0]) == 60
    assert [run.stop for run in case.read(runs.every)] == [None]
    assert not finish(verify_case(case)).bad


def test_one_bad_recording_does_not_stop_the_others(case: Case) -> None:
    crew = partial(Unlucky, "SIGSEGV", 40)
    case.source(2).path.chmod(0o644)
    reports = finish(index_sources(case, [1, 2], EVERYTHING, processes=2, crew=Healthy))
    assert [report.problem for report in reports] == [None] * 2
    assert [report.run_id for report in reports] == [1, 2]
    other = IndexOptions(detector="fake", sample_fps=None, motion_gate=True)
    reports = finish(index_sources(case, [1, 2], other, processes=2, crew=crew))
    assert all(isinstance(report.problem, NotWhole) for report in reports)
    # The finished runs stay the ones shown.
    assert sorted(run.run_id for run in case.current_runs().values()) == [1, 2]
    assert not finish(verify_case(case)).bad


def test_recording_that_is_gone_is_said_and_the_others_are_analysed(
    tmp_path: Path, clips: list[Clip]
) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(clips[1].path.read_bytes())
    with fresh(tmp_path / "case", [clips[0], replace(clips[1], path=moved)]) as case:
        moved.unlink()
        reports = finish(index_sources(case, [1, 2], EVERYTHING, processes=2, crew=Healthy))
        assert reports[0].problem is None
        assert "missing" in str(reports[1].problem)
        assert reports[1].run_id is None


def test_closing_the_job_ends_its_processes_and_keeps_whole_chunks(
    case: Case, expected: dict[str, object]
) -> None:
    job = index_source(case, 1, EVERYTHING, crew=Healthy)
    for progress in job:
        if progress.done >= 20:
            break
    job.close()
    kept = case.read(lambda cursor: tracks.analysed_steps(cursor, RunId(1)))
    assert len(kept) in (16, 32, 48)
    finish(index_source(case, 1, EVERYTHING, crew=Healthy))
    assert everything(case) == expected
