"""Indexing: what is found, what is stored, and that stopping changes nothing."""

import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import SourceMoved, UnknownTrack
from casefiles.jobs import finish
from casefiles.types import Actor
from casefiles.usecases import index_source as indexing
from casefiles.usecases import index_work
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.show_tracks import show_detections, show_points, show_tracks
from casefiles.usecases.verify_case import verify_case
from detection.appearance import open_embedder
from detection.detector import DETECTORS
from detection.labels import ObjectClass
from tests.support.local_crew import LocalCrew
from video.encode import write_clip
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene
from video.types import Pixels

index_source = partial(indexing.index_source, crew=LocalCrew)
ACTOR = Actor("tester", "desk-1")
TWO_WALKERS = Scene(
    (
        Box(10, 60, 30, 60, dx=2),
        Box(260, 120, 40, 30, dx=-2, colour=(220, 60, 40), first=20, last=90),
    )
)
_embedder = cache(open_embedder)
EVERYTHING = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)


@pytest.fixture(autouse=True)
def _fake_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DETECTORS._built_in, "fake", "tests.support.fakes:open_fake")
    monkeypatch.setattr(indexing, "CHUNK_FRAMES", 16)
    # Opened again for each run it would cost more than a run's frames; it remembers nothing.
    monkeypatch.setattr(index_work, "open_embedder", _embedder)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return encode(
        tmp_path_factory.mktemp("clip") / "two.mp4", frames=120, scene=TWO_WALKERS, b_frames=2
    )


def fresh(folder: Path, clip: Clip) -> Case:
    case = Case.create(folder, ACTOR, number="1", title="t", policy="none")
    add_source(case, clip.path, Recording())
    return case


@pytest.fixture
def case(tmp_path: Path, clip: Clip) -> Iterator[Case]:
    with fresh(tmp_path / "case", clip) as made:
        yield made


def everything(case: Case) -> dict[str, Any]:
    """All derived rows of the case, without the times at which they were made."""
    points = show_points(case, 1, with_suppressed=True)
    found = show_detections(case, 1, min_score=0)
    return {
        "tracks": show_tracks(case, 1, with_suppressed=True),
        "points": [points.track_id.tolist(), points.at.frame.tolist(), points.at.boxes.tolist()],
        "interpolated": points.interpolated.tolist(),
        "detections": [found.frame.tolist(), found.pts.tolist(), found.boxes.tolist()],
        "minutes": case.read(
            lambda cursor: cursor.execute("SELECT * FROM minute_activity ORDER BY ALL").fetchall()
        ),
        "steps": case.read(
            lambda cursor: cursor.execute("SELECT * FROM analysed_frames ORDER BY ALL").fetchall()
        ),
        "looks": case.read(
            lambda cursor: cursor.execute("SELECT * FROM track_looks ORDER BY ALL").fetchall()
        ),
        "vectors": case.read(
            lambda cursor: cursor.execute("SELECT * FROM track_vectors ORDER BY ALL").fetchall()
        ),
        "movement": case.read(
            lambda cursor: cursor.execute("SELECT * FROM track_movement ORDER BY ALL").fetchall()
        ),
        "attributes": case.read(
            lambda cursor: cursor.execute("SELECT * FROM track_attributes ORDER BY ALL").fetchall()
        ),
        "colours": case.read(
            lambda cursor: cursor.execute("SELECT * FROM track_colours ORDER BY ALL").fetchall()
        ),
    }


def test_painted_boxes_become_tracks_at_their_true_places(case: Case, clip: Clip) -> None:
    report = finish(index_source(case, 1, EVERYTHING))
    assert report.counters["frames_analysed"] == report.counters["frames_decoded"] == 120
    assert report.counters["tracks"] == 2
    points = show_points(case, 1, with_suppressed=False)
    for track in show_tracks(case, 1, with_suppressed=False):
        box = 0 if track.class_id == ObjectClass.PERSON else 1
        mine = points.where(points.track_id == track.track_id)
        assert track.points == len(mine.at)
        for frame, found in zip(mine.at.frame.tolist(), mine.at.boxes, strict=True):
            ids, true = clip.scene.boxes_at(frame)
            assert np.abs(found - true[list(ids).index(box)]).max() <= 4


def test_frame_pts_and_time_of_a_row_belong_together(case: Case, clip: Clip) -> None:
    finish(index_source(case, 1, EVERYTHING))
    index = case.packet_index(case.sources()[0].source_id)
    found = show_detections(case, 1, min_score=0)
    assert (found.pts == index.pts[found.frame]).all()
    assert found.time_ns.tolist() == [clip.times_ns[frame] for frame in found.frame.tolist()]


def test_equal_run_is_reused_and_another_option_makes_another(case: Case) -> None:
    first = finish(index_source(case, 1, EVERYTHING))
    assert first.run_id is not None
    again = finish(index_source(case, 1, EVERYTHING))
    assert (again.reused, again.run_id, again.counters) == (True, first.run_id, first.counters)
    other = finish(index_source(case, 1, IndexOptions(detector="fake", motion_gate=False)))
    assert (other.reused, other.run_id) == (False, first.run_id + 1)
    assert other.counters["frames_analysed"] == 24
    assert {row.run_id for row in show_tracks(case, 1, with_suppressed=True)} == {other.run_id}
    finish(index_source(case, 1, EVERYTHING))
    assert {row.run_id for row in show_tracks(case, 1, with_suppressed=True)} == {first.run_id}
    assert not finish(verify_case(case)).bad


@pytest.fixture(scope="module")
def uninterrupted(
    tmp_path_factory: pytest.TempPathFactory, clip: Clip
) -> Callable[[IndexOptions], tuple[dict[str, Any], dict[str, int]]]:
    """All rows and the counters of a run that nobody stopped; made once for each options."""

    @cache
    def made(options: IndexOptions) -> tuple[dict[str, Any], dict[str, int]]:
        with fresh(tmp_path_factory.mktemp("whole") / "case", clip) as case:
            report = finish(index_source(case, 1, options))
            return everything(case), dict(report.counters)

    return made


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(1, 100), min_size=1, max_size=3))
@pytest.mark.parametrize("gate", [False, True])
def test_stopped_and_resumed_run_equals_the_uninterrupted_one(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    clip: Clip,
    uninterrupted: Callable[[IndexOptions], tuple[dict[str, Any], dict[str, int]]],
    gate: bool,
    stops: list[int],
) -> None:
    monkeypatch.setattr(index_work, "_TELL_EVERY_S", 0)
    # Gated runs are thinned as well: frames between two wanted ones must be counted once.
    options = IndexOptions(detector="fake", sample_fps=10 if gate else None, motion_gate=gate)
    expected, counters = uninterrupted(options)
    with fresh(tmp_path_factory.mktemp("parts") / "case", clip) as parts:
        for stop in stops:
            job = index_source(parts, 1, options)
            for _ in range(stop):
                if next(job, None) is None:
                    break
            job.close()
        report = finish(index_source(parts, 1, options))
        assert everything(parts) == expected
        if not report.reused:
            assert report.counters == counters


def test_stop_is_logged_and_shows_no_half_result(case: Case) -> None:
    job = index_source(case, 1, EVERYTHING)
    next(job)
    next(job)
    job.close()
    with pytest.raises(UnknownTrack):
        show_tracks(case, 1, with_suppressed=True)
    rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    events = [json.loads(row.text)["event"] for row in rows]
    assert events[-2:] == ["index.start", "index.stop"]
    assert not finish(verify_case(case)).bad


def test_interrupted_run_of_other_making_is_given_up(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_work, "_TELL_EVERY_S", 0)
    job = index_source(case, 1, EVERYTHING)
    for _ in range(60):
        next(job)
    job.close()
    report = finish(index_source(case, 1, IndexOptions(detector="fake", motion_gate=False)))
    assert not report.resumed
    left = case.read(
        lambda cursor: cursor.execute("SELECT DISTINCT run_id FROM detections").fetchall()
    )
    assert left == [(report.run_id,)]


def test_failing_detector_leaves_the_case_whole(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support import fakes  # noqa: PLC0415 - patched only here

    def fails(_self: object, _picture: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(fakes.FakeDetector, "detect", fails)
        with pytest.raises(MemoryError):
            finish(index_source(case, 1, EVERYTHING))
    assert not finish(verify_case(case)).bad
    assert finish(index_source(case, 1, EVERYTHING)).counters["tracks"] == 2


def test_gate_skips_still_frames_and_loses_no_track(tmp_path: Path) -> None:
    # Without the painted number: it changes with every frame, and the gate would see that.
    background = Scene().background()

    def picture(number: int) -> Pixels:
        shown = background.copy()
        if 80 <= number <= 140:
            left = 10 + 4 * (number - 80)
            shown[60:120, left : left + 30] = (40, 40, 220)
        return shown

    path = tmp_path / "still.mp4"
    write_clip(path, map(picture, range(240)), fps=25)
    clip = Clip(path, tuple(range(240)), tuple(at * 40_000_000 for at in range(240)))
    with fresh(tmp_path / "case", clip) as case:
        gated = finish(index_source(case, 1, IndexOptions(detector="fake")))
        assert gated.counters["frames_gated"] > 10
        assert gated.counters["frames_gated"] + gated.counters["frames_analysed"] == 48
        assert gated.counters["tracks"] == 1
        (track,) = show_tracks(case, 1, with_suppressed=False)
    assert abs(track.from_ns - clip.times_ns[80]) <= 1e9
    assert abs(track.to_ns - clip.times_ns[140]) <= 1e9


def test_source_shorter_than_one_sample_is_analysed(tmp_path: Path) -> None:
    clip = encode(tmp_path / "one.mp4", frames=1, scene=TWO_WALKERS)
    with fresh(tmp_path / "case", clip) as case:
        report = finish(index_source(case, 1, IndexOptions(detector="fake")))
        assert report.counters["frames_analysed"] == 1
        assert report.counters["tracks"] == 0


def test_original_that_changed_size_is_refused(tmp_path: Path) -> None:
    clip = encode(tmp_path / "one.mp4", frames=10, scene=TWO_WALKERS)
    with fresh(tmp_path / "case", clip) as case:
        with clip.path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(SourceMoved, match="changed"):
            finish(index_source(case, 1, EVERYTHING))


def test_originals_are_never_written(case: Case, clip: Clip) -> None:
    before = (clip.path.read_bytes(), clip.path.stat().st_mtime_ns)
    finish(index_source(case, 1, EVERYTHING))
    finish(verify_case(case))
    assert (clip.path.read_bytes(), clip.path.stat().st_mtime_ns) == before
