"""The timeline: one lane a camera, footage and gaps on the wall clock, activity by kind."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.store.engine import Cursor
from casefiles.types import Actor
from casefiles.usecases import index_source as indexing
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.read_timeline import read_timeline
from casefiles.usecases.show_tracks import show_points
from detection.detector import DETECTORS
from detection.labels import ObjectClass
from tests.support.clips import shared_clip
from tests.support.local_crew import LocalCrew
from video.clock import wall_to_ns

index_source = partial(indexing.index_source, crew=LocalCrew)
START = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
START_NS = wall_to_ns(START)
SECOND = 1_000_000_000
OPTIONS = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setitem(DETECTORS._built_in, "fake", "tests.support.fakes:open_fake")
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\na,Gate,1,2\nb,Hall,1,3\nunused,Nowhere,1,4\n")
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        import_cameras(made, table)
        yield made


def add(case: Case, clip: str, recording: Recording) -> None:
    add_source(case, shared_clip(clip).path, recording)


def test_lanes_follow_cameras_then_lone_sources_by_first_footage(case: Case) -> None:
    add(case, "hevc", Recording(start=START - timedelta(hours=9)))
    add(case, "mp4", Recording("b", START))
    add(case, "mkv", Recording("a", START + timedelta(seconds=60)))
    add(case, "b_frames", Recording("a", START - timedelta(seconds=60), offset_s=10.0))
    lanes = read_timeline(case)
    assert [(lane.title, lane.camera_id, lane.sources) for lane in lanes] == [
        ("Gate", "a", (3, 4)),
        ("Hall", "b", (2,)),
        ("hevc.mp4", None, (1,)),
    ]
    assert lanes[0].spans[:, 0].tolist() == [START_NS - 70 * SECOND, START_NS + 60 * SECOND]
    assert lanes[0].spans.dtype == np.int64
    source = case.source(2)
    assert lanes[1].spans.tolist() == [[START_NS, START_NS + source.duration_ns]]
    assert all(lane.time_known for lane in lanes)
    assert all(set(lane.activity) == {"person", "vehicle", "other"} for lane in lanes)
    assert all(len(times) == 0 for lane in lanes for times in lane.activity.values())


def test_gaps_lie_on_the_wall_clock_inside_their_span(case: Case) -> None:
    add(case, "gap", Recording("a", START))
    (lane,) = read_timeline(case)
    assert len(lane.gaps) == len(case.source(1).gaps) > 0
    assert lane.gaps.tolist() == [[START_NS + a, START_NS + b] for a, b in case.source(1).gaps]
    assert (lane.gaps[:, 0] >= lane.spans[0, 0]).all()
    assert (lane.gaps[:, 1] <= lane.spans[0, 1]).all()


def test_unknown_start_is_put_with_the_earliest_and_said(case: Case) -> None:
    add(case, "mkv", Recording("a"))
    add(case, "mp4", Recording("b", START))
    by_camera = {str(lane.camera_id): lane for lane in read_timeline(case)}
    assert by_camera["a"].time_known is False
    assert by_camera["a"].spans[0, 0] == START_NS == by_camera["b"].spans[0, 0]


def test_case_without_sources_has_no_lane(case: Case) -> None:
    assert read_timeline(case) == ()


def test_activity_is_every_seen_point_by_kind_in_order(case: Case) -> None:
    add(case, "mp4", Recording("a", START))
    add(case, "mkv", Recording("a", START + timedelta(seconds=60)))
    for source in (1, 2):
        finish(index_source(case, source, OPTIONS))
    (lane,) = read_timeline(case)
    for kind, classes in (
        ("person", [ObjectClass.PERSON]),
        ("vehicle", [ObjectClass.CAR, ObjectClass.BICYCLE]),
        ("other", []),
    ):
        expected = []
        for source_id, begins in ((1, START_NS), (2, START_NS + 60 * SECOND)):
            points = show_points(case, source_id, with_suppressed=False)
            seen = ~points.interpolated & np.isin(points.at.class_ids, classes)
            expected += (points.at.time_ns[seen] + begins).tolist()
        assert lane.activity[kind].tolist() == sorted(expected)
    assert len(lane.activity["person"]) > 0


def test_suppressed_tracks_are_no_activity(case: Case) -> None:
    add(case, "mp4", Recording("a", START))
    finish(index_source(case, 1, OPTIONS))

    def suppress(cursor: Cursor) -> None:
        cursor.execute("UPDATE tracks SET suppressed = true")

    case.write(suppress)
    (lane,) = read_timeline(case)
    assert sum(len(times) for times in lane.activity.values()) == 0


def test_run_under_way_shows_what_it_stored_so_far(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHUNK_FRAMES", 8)
    add(case, "mp4", Recording("a", START))
    revisions = []
    stop = case.listen(lambda change: revisions.append(change.tables))
    job = index_source(case, 1, OPTIONS)
    while not any("track_points" in tables for tables in revisions[1:]):
        next(job)
    job.close()
    stop()
    (lane,) = read_timeline(case)
    assert len(lane.activity["person"]) > 0
    assert case.current_runs() == {}


def test_file_name_may_be_anything(case: Case, tmp_path: Path) -> None:
    odd = shutil.copy(shared_clip("mp4").path, tmp_path / "a b\n#é.mp4")
    add_source(case, Path(odd), Recording())
    (lane,) = read_timeline(case)
    assert (lane.title, lane.time_known) == ("a b\n#é.mp4", False)
