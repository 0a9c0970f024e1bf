"""How tracks looked: stored whole, replaced by better ones, gone with their run, vouched for."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.jobs import finish
from casefiles.store import digests, looks, tracks
from casefiles.types import Actor, RunId, TrackId
from casefiles.usecases import index_source as indexing
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.show_looks import show_look, show_thumbnails
from casefiles.usecases.show_tracks import show_points, show_tracks
from casefiles.usecases.verify_case import verify_case
from casefiles.view_types import ColourShare, Look, LookVector
from detection.detector import DETECTORS
from detection.labels import ObjectClass
from detection.models import card
from tests.support.local_crew import LocalCrew
from video.decoder import open_source
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene
from video.types import TimeNs

index_source = partial(indexing.index_source, crew=LocalCrew)
ACTOR = Actor("tester", "desk-1")
# A red box is a person to the fake detector, a blue one a car, a green one a bicycle.
THREE = Scene(
    (
        Box(10, 60, 30, 70, dx=2),
        Box(240, 20, 60, 50, dx=-2, colour=(220, 60, 40), first=20, last=90),
        Box(250, 150, 30, 30, dx=-1, colour=(40, 220, 60), first=10, last=80),
    )
)
EVERY_FRAME = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)


@pytest.fixture(autouse=True)
def _fake_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DETECTORS._built_in, "fake", "tests.support.fakes:open_fake")
    monkeypatch.setattr(indexing, "CHUNK_FRAMES", 40)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return encode(tmp_path_factory.mktemp("clip") / "three.mp4", frames=100, scene=THREE)


@pytest.fixture
def case(tmp_path: Path, clip: Clip) -> Iterator[Case]:
    with Case.create(tmp_path / "case", ACTOR, number="1", title="t", policy="none") as made:
        add_source(made, clip.path, Recording())
        yield made


def look(track: int = 1_000_001, *, quality: float = 0.5, side: int = 4) -> Look:
    return Look(
        track_id=TrackId(track),
        run_id=RunId(1),
        frame=3,
        pts=1536,
        time_ns=TimeNs(120_000_000),
        box=(1.5, 2.0, 30.25, 80.0),
        quality=quality,
        colours={
            "upper": (ColourShare("red", 0.75), ColourShare("dark blue", 0.125)),
            "lower": (ColourShare("black", 0.5),),
        },
        colour_doubt="too small to judge colours",
        thumbnail=bytes(range(256)) * side,
        vector=np.linspace(-1, 1, side, dtype=np.float32),
    )


def same(one: Look | None, other: Look) -> bool:
    assert one is not None
    empty = np.zeros(0, np.float32)
    return replace(one, vector=empty) == replace(other, vector=empty) and np.array_equal(
        one.vector, other.vector
    )


def test_look_comes_back_as_it_was_stored(case: Case) -> None:
    wanted = [look(), replace(look(1_000_002), colours={}, vector=np.zeros(0, np.float32))]
    case.write(lambda cursor: looks.replace(cursor, wanted))
    for one in wanted:
        found = case.read(lambda cursor, one=one: looks.look_of(cursor, one.track_id))  # type: ignore[misc]
        assert same(found, one)
    assert case.read(lambda cursor: looks.look_of(cursor, TrackId(9))) is None


def test_better_look_takes_the_place_of_the_one_before_and_of_no_other(case: Case) -> None:
    better = replace(look(quality=0.75), colours={"body": (ColourShare("white", 0.5),)})
    beside = look(1_000_002)
    case.write(lambda cursor: looks.replace(cursor, [look(), beside]))
    case.write(lambda cursor: looks.replace(cursor, [better]))
    case.write(lambda cursor: looks.replace(cursor, []))
    assert same(case.read(lambda cursor: looks.look_of(cursor, better.track_id)), better)
    assert same(case.read(lambda cursor: looks.look_of(cursor, beside.track_id)), beside)
    stored = case.read(lambda cursor: looks.qualities(cursor, RunId(1)))
    assert stored == {better.track_id: 0.75, beside.track_id: 0.5}


def test_many_are_read_at_once(case: Case) -> None:
    rows = [
        look(1_000_002),
        look(1_000_001),
        replace(look(1_000_003), vector=np.zeros(0, np.float32), colour_doubt=""),
        replace(look(2_000_001, side=8), run_id=RunId(2)),
    ]
    case.write(lambda cursor: looks.replace(cursor, rows))
    wanted = [TrackId(1_000_001), TrackId(2_000_001), TrackId(5)]
    pictures = case.read(lambda cursor: looks.thumbnails(cursor, wanted))
    assert pictures == {wanted[0]: rows[1].thumbnail, wanted[1]: rows[3].thumbnail}
    every = np.array([1_000_001, 1_000_002, 1_000_003, 2_000_001, 2_000_002], np.int64)
    length = len(rows[0].vector)
    # The vector of another length cannot be compared with the others.
    ids, vectors = case.read(lambda cursor: looks.vectors(cursor, every, length=length))
    assert ids.tolist() == [1_000_001, 1_000_002]
    assert vectors.dtype == np.float32
    assert (vectors == rows[0].vector).all()
    ids, vectors = case.read(lambda cursor: looks.vectors(cursor, every[1:3]))
    assert ids.tolist() == [1_000_002]
    for nobody in (every[:0], every[4:]):
        ids, vectors = case.read(partial(looks.vectors, track_ids=nobody))
        assert len(ids) == len(vectors) == 0
    colours = case.read(lambda cursor: looks.colours(cursor, [RunId(2)]))
    assert colours == {TrackId(2_000_001): rows[3].colours}
    doubts = case.read(lambda cursor: looks.doubts(cursor, [RunId(1)]))
    assert set(doubts) == {1_000_001, 1_000_002}


def test_every_track_has_a_look_at_one_of_its_points(case: Case, clip: Clip) -> None:
    report = finish(index_source(case, 1, EVERY_FRAME))
    points = show_points(case, 1, with_suppressed=True)
    with open_source(clip.path) as decoder:
        pictures = [frame.bgr() for frame in decoder.frames()]
    kinds = {}
    for track in show_tracks(case, 1, with_suppressed=True):
        found = show_look(case, track.track_id)
        here = points.where((points.track_id == track.track_id) & (points.at.frame == found.frame))
        assert here.at.boxes.tolist() == [list(found.box)]
        assert (here.at.pts[0], here.at.time_ns[0]) == (found.pts, found.time_ns)
        assert not here.interpolated.any()
        assert 0 < found.quality < 1
        assert pictures[found.frame].shape == (240, 320, 3)
        kinds[track.class_id] = found
    assert report.counters["tracks"] == len(kinds) == 3
    assert kinds[ObjectClass.PERSON].colours["upper"][0].colour == "red"
    assert set(kinds[ObjectClass.PERSON].colours) == {"upper", "lower"}
    assert kinds[ObjectClass.CAR].colours["body"][0].colour == "blue"
    assert kinds[ObjectClass.BICYCLE].colours == {}
    every = np.array([found.track_id for found in kinds.values()], np.int64)
    ids, vectors = case.read(partial(looks.vectors, track_ids=every))
    again = case.read(partial(looks.vectors_of_run, run_id=RunId(report.run_id or 0)))
    assert (again[0].tolist(), again[1].tolist()) == (ids.tolist(), vectors.tolist())
    kept = case.read(partial(looks.kept_frames, run_id=RunId(report.run_id or 0)))
    assert [one.track_id for one in kept] == ids.tolist()
    for track_id in set(ids.tolist()):
        shown = {found.frame for found in kinds.values() if found.track_id == track_id}
        assert shown <= {one.frame for one in kept if one.track_id == track_id}
    assert set(ids) == {kinds[kind].track_id for kind in (ObjectClass.PERSON, ObjectClass.CAR)}
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
    assert not finish(verify_case(case)).bad


def test_run_names_the_embedder_by_hash(case: Case) -> None:
    report = finish(index_source(case, 1, EVERY_FRAME))
    made_by = json.loads(case.run(RunId(report.run_id or 0)).provenance.options)["looks"]
    assert made_by["model_sha256"] == card("ssd-oidv4").sha256
    assert made_by["embedder"] == "ssd-parts"
    assert "clearly_better" in made_by


def test_looks_go_with_their_run(case: Case) -> None:
    report = finish(index_source(case, 1, EVERY_FRAME))
    case.write(lambda cursor: tracks.delete_run_rows(cursor, RunId(report.run_id or 0)))
    for table in ("track_looks", "track_colours", "track_vectors"):
        left = case.read(
            lambda cursor, table=table: cursor.execute(f"FROM {table}").fetchall()  # type: ignore[misc]
        )
        assert left == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE track_looks SET colour_doubt = 'none' WHERE track_id = 1000001",
        "UPDATE track_looks SET thumbnail = 'x'::BLOB WHERE track_id = 1000001",
        "UPDATE track_vectors SET vector = ''::BLOB WHERE track_id = 1000001",
        "DELETE FROM track_vectors WHERE ordinal = 0",
        "UPDATE track_looks SET frame = frame + 1 WHERE track_id = 1000001",
        "UPDATE track_colours SET colour = 'green' WHERE colour = 'red'",
        "UPDATE track_colours SET share = share + 0.01 WHERE colour = 'red'",
        "DELETE FROM track_colours",
    ],
)
def test_changed_look_is_found(case: Case, change: str) -> None:
    report = finish(index_source(case, 1, EVERY_FRAME))
    name = f"run:{report.run_id}"
    before = case.read(lambda cursor: digests.digest(cursor, name))
    assert before == case.read(lambda cursor: digests.digest(cursor, name))
    case.write(lambda cursor: cursor.execute(change).fetchall())
    assert case.read(lambda cursor: digests.digest(cursor, name)) != before
    assert any(name in finding for finding in finish(verify_case(case)).bad)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE track_looks SET track_id = 77 WHERE track_id = 1000001", "look of track 77"),
        ("INSERT INTO track_looks FROM track_looks WHERE track_id = 1000001", "has 2 looks"),
        ("UPDATE track_colours SET track_id = 78 WHERE track_id = 1000001", "colours of track 78"),
    ],
)
def test_look_without_its_track_is_named(case: Case, change: str, said: str) -> None:
    finish(index_source(case, 1, EVERY_FRAME))
    assert case.read(tracks.inconsistencies) == ()
    case.write(lambda cursor: cursor.execute(change).fetchall())
    assert any(said in text for text in case.read(tracks.inconsistencies))


def test_looking_is_logged_before_anything_shows(case: Case) -> None:
    finish(index_source(case, 1, EVERY_FRAME))
    show_look(case, TrackId(1_000_001))
    assert len(show_thumbnails(case, [TrackId(1_000_001), TrackId(1_000_002), TrackId(4)])) == 2
    rows = [json.loads(row.text) for row in case.read(lambda c: list(audit.stored_rows(c)))]
    one, many = rows[-2:]
    assert (one["event"], one["object"]) == ("looks.show", "track:1000001")
    assert many["facts"] == {"pictures": 2, "tracks": "1000001-1000002"}
    with pytest.raises(UnknownTrack):
        show_look(case, TrackId(4))
    assert show_thumbnails(case, []) == {}


def kept(track: int, ordinal: int, *values: float, run: int = 1) -> LookVector:
    vector = np.array(values, np.float32)
    return LookVector(
        TrackId(track), RunId(run), ordinal, 10 + ordinal, 100, TimeNs(5), (0.0, 0.0, 9.0, 9.0),
        0.5, vector / np.linalg.norm(vector),
    )  # fmt: skip


def test_vectors_of_old_runs_and_several_of_new_ones_are_read_together(case: Case) -> None:
    old = replace(look(1_000_001), vector=np.array([0, 0, 1, 0], np.float32))
    new = [kept(2_000_001, n, 1, n, 0, 0, run=2) for n in (2, 0, 1)]
    case.write(lambda cursor: looks.replace(cursor, [old]))
    case.write(lambda cursor: looks.put_vectors(cursor, new))
    case.write(lambda cursor: looks.put_vectors(cursor, [kept(2_000_001, 1, 0, 5, 0, 0, run=2)]))
    every = np.array([1_000_001, 2_000_001], np.int64)
    ids, rows = case.read(partial(looks.vectors, track_ids=every))
    assert ids.tolist() == [1_000_001, *[2_000_001] * 3]
    expected = [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0.4472, 0.8945, 0, 0]]
    assert rows == pytest.approx(np.array(expected, np.float32), abs=1e-3)
    ids, means = case.read(partial(looks.mean_vectors, track_ids=every))
    assert ids.tolist() == every.tolist()
    assert np.linalg.norm(means, axis=1) == pytest.approx(1, abs=1e-3)
    for run, wanted in ((1, [1_000_001]), (2, [2_000_001] * 3), (3, [])):
        ids, _ = case.read(partial(looks.vectors_of_run, run_id=RunId(run)))
        assert ids.tolist() == wanted
