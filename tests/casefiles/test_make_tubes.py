"""Cutting tracks out of recordings: takes that are made once, and the stages they make."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import ReadOnlyCopy, UnknownSource
from casefiles.jobs import Job, finish
from casefiles.store import cameras, runs, synopsis, tracks
from casefiles.store.engine import Cursor
from casefiles.synopsis_types import ViewChange
from casefiles.types import (
    TRACKS_PER_RUN,
    Camera,
    CameraId,
    Placed,
    PlacedPoints,
    Provenance,
    Run,
    RunStop,
    SourceId,
    TrackId,
)
from casefiles.usecases import read_stages as stages
from casefiles.usecases import tube_work
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.make_tubes import TubeReport, make_tubes
from casefiles.usecases.read_stages import (
    FOLDER,
    current_takes,
    narrowed,
    open_packs,
    read_stages,
)
from casefiles.usecases.snapshot_case import snapshot_case
from casefiles.usecases.verify_case import verify_case
from casefiles.workers import Process, Processes, Work
from tests.support.cheap_keys import keys_for_tests
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import ACTOR, START_NS
from video.clock import NS_PER_S, wall_from_ns
from video.errors import CannotWrite, Damaged
from video.synopsis.pack import PackWriter
from video.synopsis.types import Spot, TubeFrames
from video.synopsis.views import Found
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene
from video.types import TimeNs

FRAMES = 60
WALKERS = Scene(
    (
        Box(10, 60, 30, 60, dx=2, first=0, last=50),
        Box(280, 150, 30, 60, dx=-2, colour=(220, 60, 40), first=20, last=FRAMES),
    )
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return encode(tmp_path_factory.mktemp("clips") / "gate.mp4", frames=FRAMES, scene=WALKERS)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory, clip: Clip) -> Path:
    """A closed case with an analysed recording, as `ready`; the same cut out, as `cut`."""
    folder = tmp_path_factory.mktemp("templates")
    with fresh(folder / "ready") as made:
        put_clip(made, clip)
    shutil.copytree(folder / "ready", folder / "cut")
    with Case.open(folder / "cut", ACTOR, policy="none") as made:
        assert cut(made)[0].made
    return folder


@pytest.fixture
def case(tmp_path: Path, templates: Path) -> Iterator[Case]:
    """One recording, analysed."""
    shutil.copytree(templates / "ready", tmp_path / "case")
    with Case.open(tmp_path / "case", ACTOR, policy="none") as made:
        yield made


@pytest.fixture
def done(tmp_path: Path, templates: Path) -> Iterator[Case]:
    """The same, cut out."""
    shutil.copytree(templates / "cut", tmp_path / "case")
    with Case.open(tmp_path / "case", ACTOR, policy="none") as made:
        yield made


def fresh(folder: Path, passphrase: str | None = None) -> Case:
    case = Case.create(folder, ACTOR, number="1", title="t", policy="none", passphrase=passphrase)
    gate = Camera(CameraId("gate"), "Market Gate", ())
    case.write(lambda cursor: cameras.put(cursor, [gate]))
    return case


def put_clip(case: Case, clip: Clip, *, start_ns: int | None = START_NS) -> SourceId:
    """Takes a clip in, with a run whose tracks are what was painted, seen five times a second."""
    start = None if start_ns is None else wall_from_ns(start_ns)
    source = add_source(case, clip.path, Recording(CameraId("gate"), start))
    put_walkers(case, source.source_id, clip)
    return source.source_id


def put_walkers(
    case: Case, source_id: SourceId, clip: Clip, *, upto: int = FRAMES, options: str = "{}"
) -> Run:
    source = case.source(source_id)

    def put(cursor: Cursor) -> Run:
        run_id = runs.next_id(cursor)
        run = Run(
            run_id, source_id, Provenance(source.sha256, "m", "0" * 64, options, "test"),
            (1,), "cpu", "running", 0, None,
        )  # fmt: skip
        runs.insert(cursor, run)
        rows = [
            (run_id * TRACKS_PER_RUN + int(who) + 1, number, *box)
            for number in range(0, upto, 5)
            for who, box in zip(*WALKERS.boxes_at(number), strict=True)
        ]
        number = np.array([row[1] for row in rows], np.int32)
        time_ns = np.array(clip.times_ns, np.int64)[number]
        count = len(rows)
        at = Placed(
            number, number.astype(np.int64), time_ns,
            np.array([row[2:] for row in rows], np.float32), np.full(count, 0.9, np.float32),
            np.ones(count, np.int16),
        )  # fmt: skip
        points = PlacedPoints(
            at, np.array([row[0] for row in rows], np.int64), np.zeros(count, np.bool_)
        )
        tracks.add_chunk(
            cursor, run_id, first_step=0, analysed=number, detections=at, points=points
        )
        tracks.make_tracks(cursor, run_id, source_id)
        if upto == FRAMES:
            runs.finish(cursor, run, 1, {})
        else:
            stop = RunStop("broken", int(clip.times_ns[upto]), 1, died=False)
            runs.stop(cursor, run, stop, {})
        return run

    return case.write(put)


def cut(case: Case, *source_ids: int) -> tuple[TubeReport, ...]:
    return finish(make_tubes(case, source_ids, crew=LocalCrew))


def nobody() -> LocalCrew:
    raise AssertionError("nobody is needed")


def packs(case: Case) -> list[str]:
    return sorted(path.name for path in (case.folder / FOLDER).glob("*"))


def one_stage(case: Case) -> tuple[TubeFrames, ...]:
    (stage,) = read_stages(case)
    return stage.tubes


def test_every_walker_is_cut_out_where_and_when_it_was_painted(done: Case, clip: Clip) -> None:
    (take,) = current_takes(done).values()
    assert not take.dropped
    (stage,) = read_stages(done)
    assert stage.wall
    assert stage.title == "Market Gate"
    assert stage.size == (320, 240)
    assert [tube.tube for tube in stage.tubes] == [1_000_001, 1_000_002]
    times = np.array(clip.times_ns, np.int64) + START_NS
    (reader,) = open_packs(done, stage)
    with reader:
        for who, tube in enumerate(stage.tubes):
            # Half of 25 frames a second, evenly.
            assert set(np.diff(tube.time_ns)) == {80_000_000}
            for row in range(0, len(tube), 7):
                number = int(np.searchsorted(times, tube.time_ns[row]))
                assert times[number] == tube.time_ns[row]
                ids, boxes = WALKERS.boxes_at(number)
                painted = boxes[list(ids).index(who)]
                x1, y1, x2, y2 = tube.boxes[row]
                assert x1 <= painted[0] + 3
                assert y1 <= painted[1] + 3
                assert x2 >= painted[2] - 3
                assert y2 >= painted[3] - 3
                found = reader.cutout(stage_spot(tube, row))
                assert found.alpha.shape == (y2 - y1, x2 - x1)
                middle = found.picture[int((painted[1] + painted[3]) / 2) - y1,
                                       int((painted[0] + painted[2]) / 2) - x1]  # fmt: skip
                assert np.abs(middle.astype(int) - WALKERS.boxes[who].colour).max() < 40
        plate = reader.plate(stage.plates[0].spot)
    # The empty picture shows neither of them.
    assert np.abs(plate.astype(int) - WALKERS.background()).max(axis=2).mean() < 12


def stage_spot(tube: TubeFrames, row: int) -> Spot:
    return Spot(int(tube.at[row]), int(tube.length[row]))


def test_what_is_current_is_not_made_again(done: Case) -> None:
    before = packs(done)
    (report,) = finish(make_tubes(done, crew=nobody))
    assert not report.made
    assert report.take == current_takes(done)[SourceId(1)]
    assert packs(done) == before


def test_a_new_run_takes_the_place_of_the_old_take_and_its_pack_goes(
    done: Case, clip: Clip
) -> None:
    old = current_takes(done)[SourceId(1)]
    put_walkers(done, SourceId(1), clip, options='{"other":1}')
    assert current_takes(done) == {}
    assert read_stages(done) == ()
    (new,) = cut(done)
    assert new.take is not None
    assert new.take.run_id == 2
    assert packs(done) == [new.take.pack] != [old.pack]
    assert {tube.tube // TRACKS_PER_RUN for tube in one_stage(done)} == {2}
    assert not [one for one in finish(verify_case(done)).bad if "take" in one]


def test_a_run_that_ended_early_is_cut_out_up_to_there_and_whole_when_it_went_on(
    case: Case, clip: Clip, tmp_path: Path
) -> None:
    with fresh(tmp_path / "early") as early:
        source = add_source(early, clip.path, Recording(CameraId("gate"), wall_from_ns(START_NS)))
        put_walkers(early, source.source_id, clip, upto=30)
        (report,) = cut(early)
        assert report.take is not None
        last = max(int(tube.time_ns[-1]) for tube in one_stage(early)) - START_NS
        assert clip.times_ns[20] < last <= clip.times_ns[30]
        (run,) = early.current_runs().values()
        early.write(lambda cursor: runs.go_on(cursor, run))
        early.write(lambda cursor: runs.finish(cursor, replace(run, stop=None), 2, {}))
        assert current_takes(early) == {}
        assert cut(early)[0].made


def test_a_copy_for_looking_and_a_snapshot_do_without_packs(done: Case, tmp_path: Path) -> None:
    snapshot_case(done, tmp_path / "copy")
    assert not (tmp_path / "copy" / FOLDER).exists()
    with Case.open(tmp_path / "copy", ACTOR, policy="none") as copy:
        assert read_stages(copy) == ()
        said = finish(verify_case(copy))
        assert any("cut-outs for synopses are gone" in note for note in said.notes)
        assert not [one for one in said.bad if "cut-outs" in one]
        assert cut(copy)[0].made
        assert read_stages(copy)


def test_a_changed_pack_is_named_by_the_check_and_refused_when_read(done: Case) -> None:
    (stage,) = read_stages(done)
    (pack,) = (done.folder / FOLDER).glob("*.pack")
    spot = stage_spot(stage.tubes[0], 0)
    content = bytearray(pack.read_bytes())
    content[spot.at + spot.length // 2] ^= 1
    pack.write_bytes(content)
    (bad,) = [one for one in finish(verify_case(done)).bad if "cut-outs" in one]
    assert "make it again" in bad
    (reader,) = open_packs(done, stage)
    with reader, pytest.raises(Damaged, match="a record was changed"):
        reader.cutout(spot)
    # Asked for nothing but cutting out, it is made again; what is whole is not.
    (report,) = finish(make_tubes(done, check=True, crew=LocalCrew))
    assert report.made
    assert not [one for one in finish(verify_case(done)).bad if "cut-outs" in one]
    (report,) = finish(make_tubes(done, check=True, crew=nobody))
    assert not report.made


def test_changed_rows_are_named_by_the_check(done: Case) -> None:
    done.write(lambda cursor: cursor.execute("UPDATE synopsis_frames SET x1 = x1 + 1"))
    assert "take:1: its rows were changed outside the program" in finish(verify_case(done)).bad


def test_a_recording_without_a_track_takes_nothing_from_the_others(
    case: Case, tmp_path: Path
) -> None:
    other = encode(tmp_path / "other.mp4", frames=FRAMES, scene=replace(WALKERS, seed=9))
    source = add_source(case, other.path, Recording(CameraId("gate"), None))
    put_walkers(case, source.source_id, other, upto=0)
    shown, empty = cut(case)
    assert empty.made
    assert empty.take is not None
    assert {one.take_id for stage in read_stages(case) for one in stage.takes} == {
        shown.take.take_id if shown.take is not None else None
    }


def test_an_original_with_one_other_byte_is_told(case: Case, tmp_path: Path) -> None:
    other = encode(tmp_path / "other.mp4", frames=FRAMES, scene=replace(WALKERS, seed=9))
    put_clip(case, other, start_ns=None)
    content = bytearray(other.path.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    other.path.write_bytes(content)
    fine, changed = cut(case)
    assert fine.made
    assert changed.problem is not None
    assert "has changed since it was added" in changed.problem.message
    assert len(packs(case)) == 1


def test_an_original_that_is_gone_is_told_and_the_rest_goes_on(case: Case, tmp_path: Path) -> None:
    other = encode(tmp_path / "other.mp4", frames=FRAMES, scene=replace(WALKERS, seed=9))
    put_clip(case, other, start_ns=None)
    other.path.unlink()
    fine, gone = cut(case)
    assert fine.made
    assert gone.problem is not None
    assert "is missing" in str(gone.problem)
    unanalysed = encode(tmp_path / "third.mp4", frames=20, scene=replace(WALKERS, seed=11))
    source = add_source(case, unanalysed.path, Recording(None, None))
    (report,) = cut(case, source.source_id)
    assert report.problem is not None
    assert "was not analysed" in report.problem.message
    with pytest.raises(UnknownSource):
        cut(case, 77)


def kill_at(name: str) -> Work:
    """Cuts out, and is ended by a signal in the midst of the recording named so."""
    vars(tube_work)["_CHUNK_ROWS"] = 8
    work = tube_work.cut_each()
    reply = order = None
    while True:
        try:
            message = work.send(reply)
        except StopIteration:
            return
        if (
            isinstance(message, tube_work.CutChunk)
            and order is not None
            and order.path.name == name
        ):
            os.kill(os.getpid(), signal.SIGKILL)
        reply = yield message
        if isinstance(message, tube_work.Taking):
            order = reply


class Deadly(Processes):
    """Processes that are killed while they cut `gate.mp4` out."""

    def hire(self, work: object, *arguments: object) -> Process:
        return super().hire(kill_at, "gate.mp4")


def test_a_killed_process_costs_its_recording_alone_and_leaves_nothing(
    case: Case, tmp_path: Path
) -> None:
    other = encode(tmp_path / "other.mp4", frames=FRAMES, scene=replace(WALKERS, seed=9))
    put_clip(case, other, start_ns=START_NS + 60 * NS_PER_S)
    died, fine = finish(make_tubes(case, crew=Deadly))
    assert died.problem is not None
    assert "was ended by SIGKILL" in died.problem.message
    assert fine.take is not None
    assert packs(case) == [fine.take.pack]
    assert [one.take_id for one in case.read(synopsis.every)] == [fine.take.take_id]
    assert cut(case)[0].made
    # Two recordings of one view of one camera are one stage, in wall time.
    (stage,) = read_stages(case)
    assert len(stage.takes) == 2
    assert len(stage.tubes) == 4
    assert stage.tubes[3].time_ns[0] > stage.tubes[0].time_ns[0] + 60 * NS_PER_S
    assert {stage.sources[TrackId(tube.tube)] for tube in stage.tubes} == {1, 2}
    (only,) = read_stages(case, [TrackId(stage.tubes[2].tube)])
    assert [tube.tube for tube in only.tubes] == [stage.tubes[2].tube]
    (kept,) = narrowed([stage], [TrackId(only.tubes[0].tube)])
    assert [tube.tube for tube in kept.tubes] == [only.tubes[0].tube]
    assert kept.sources == only.sources
    assert narrowed([stage], []) == ()
    assert read_stages(case, []) == ()


def test_a_cancelled_job_and_a_killed_program_leave_nothing_that_stays(case: Case) -> None:
    job: Job[tuple[TubeReport, ...]] = make_tubes(case, crew=LocalCrew)
    while not case.read(synopsis.every):
        next(job)
    left = [(path, path.read_bytes()) for path in (case.folder / FOLDER).iterdir()]
    (running,) = case.read(synopsis.every)
    job.close()
    assert packs(case) == []
    assert case.read(synopsis.every) == ()
    # As a kill would have left it: the row of the take, and what there was of its pack.
    case.write(lambda cursor: synopsis.insert(cursor, running))
    for path, content in left:
        path.write_bytes(content)
    (report,) = cut(case)
    assert report.take is not None
    assert packs(case) == [report.take.pack]
    assert [one.state for one in case.read(synopsis.every)] == ["finished"]


def test_a_full_disk_is_one_clear_error_and_nothing_is_left(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: PackWriter, content: bytes) -> None:
        raise self._unwritable(OSError(28, "No space left on device"))

    monkeypatch.setattr(PackWriter, "_put", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        cut(case)
    assert packs(case) == []
    assert case.read(synopsis.every) == ()


def test_an_encrypted_case_shows_nothing_of_its_pictures(tmp_path: Path, clip: Clip) -> None:
    with keys_for_tests(), fresh(tmp_path / "case", "a long passphrase") as case:
        put_clip(case, clip)
        cut(case)
        (stage,) = read_stages(case)
        assert len(packs(case)) == 1
        (reader,) = open_packs(case, stage)
        with reader:
            assert reader.plate(stage.plates[0].spot).shape == (240, 320, 3)
    for path in (tmp_path / "case").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"JFIF" not in content
            assert b"\xff\xd8\xff\xe0\x00\x10" not in content


def test_a_copy_for_looking_is_not_cut_out(case: Case) -> None:
    case.copied_from = Path("/somewhere/else")
    with pytest.raises(ReadOnlyCopy):
        cut(case)


def test_the_log_says_what_was_cut_out_and_nothing_else(done: Case) -> None:
    (take,) = current_takes(done).values()
    rows = [json.loads(row.text) for row in done.read(lambda c: list(audit.stored_rows(c)))]
    began, ended = (row for row in rows if row["event"] == "synopsis.tubes")
    assert (began["outcome"], ended["outcome"]) == ("started", "done")
    assert ended["facts"]["pack"] == take.pack_sha256
    assert ended["facts"]["cutouts"] == sum(len(tube) for tube in one_stage(done))
    assert json.loads(take.options)["to_ns"] is None


def test_a_view_that_changed_is_a_stage_of_its_own_unless_it_comes_back(
    case: Case, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = TimeNs(clip.times_ns[30])
    found = (Found(TimeNs(0)), Found(turn, "the camera was moved"))
    monkeypatch.setattr(tube_work, "find_views", lambda looks: found)
    monkeypatch.setattr(tube_work, "turn_of", lambda looks, old, new: None)
    cut(case)
    (joined,) = read_stages(case)
    assert joined.why == ""
    assert joined.takes[0].views == (ViewChange(TimeNs(0)), ViewChange(turn, found[1].words))
    monkeypatch.setattr(stages, "_looks_the_same", lambda one, other: one is other)
    first, second = read_stages(case)
    assert second.why == "the camera was moved"
    assert max(int(tube.time_ns[-1]) for tube in first.tubes) < START_NS + turn
    assert min(int(tube.time_ns[0]) for tube in second.tubes) >= START_NS + turn
    assert second.plates[0].time_ns == START_NS + turn
    # Whoever was there at that moment is in both, each frame once.
    assert sum(len(tube) for tube in (*first.tubes, *second.tubes)) == sum(
        len(tube) for tube in joined.tubes
    )
