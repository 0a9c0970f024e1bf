"""Dropped files: what is proposed of each, and that accepting adds exactly that."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from casefiles.case import Case
from casefiles.errors import DuplicateSource, UnknownCamera
from casefiles.jobs import Progress, finish
from casefiles.types import Actor, CameraId
from casefiles.usecases.add_source import CONTAINER, GIVEN, Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.propose_recordings import (
    Proposal,
    accept_recordings,
    propose_recordings,
)
from casefiles.usecases.set_time_zone import set_time_zone
from tests.support.clips import BROKEN, packet_bytes, shared_clip
from video.clock import wall_to_ns

START = datetime(2026, 3, 2, 23, 24, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\ngate,Market Gate,1,2\nquay,North Quay,1,3\n")
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        import_cameras(made, table)
        set_time_zone(made, "-06:00")
        yield made


def copied(path: Path, clip: str = "mp4") -> Path:
    """The clip under another name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(shared_clip(clip).path, path))


def dated(path: Path, when: str) -> Path:
    """A clip whose container names a creation time."""
    with av.open(shared_clip("mp4").path) as source, av.open(path, "w") as out:
        out.metadata["creation_time"] = when
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


def proposed(case: Case, *paths: Path) -> tuple[Proposal, ...]:
    return finish(propose_recordings(case, paths))


def test_file_is_described_without_being_hashed(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video.probe.hash_file", lambda *_: pytest.fail("was hashed"))
    path = copied(tmp_path / "in" / "Market Gate 20260302_172400.mp4")
    (found,) = proposed(case, path)
    assert (found.path, found.problem, found.already_in_case) == (path, "", None)
    assert found.camera_id == "gate"
    assert "Market Gate" in found.camera_why
    assert found.start == START
    assert found.start_basis == "file name 20260302_172400, zone -06:00"
    packets = len(packet_bytes(path))
    assert (found.frames, found.size_px) == (packets, (320, 240))
    assert found.duration_s > 0
    assert found.addable


def test_creation_time_of_the_container_comes_before_the_name(case: Case, tmp_path: Path) -> None:
    path = dated(tmp_path / "20260302_172400.mp4", "2026-03-05T10:00:00Z")
    (found,) = proposed(case, path)
    assert found.start == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.start_basis == CONTAINER
    assert "20260302_172400" in found.notes[0]


def test_folders_are_searched_and_what_is_no_footage_is_listed_with_its_reason(
    case: Case, tmp_path: Path
) -> None:
    top = tmp_path / "stick"
    good = copied(top / "North Quay" / "b.mp4")
    other = copied(top / "a.mkv", "mkv")
    hidden = copied(top / ".trash" / "old.mp4")
    (top / ".DS_Store").write_bytes(b"x")
    broken = [write(top) for name, write in BROKEN.items() if name in ("empty", "text", "still")]
    found = {entry.path: entry for entry in proposed(case, top)}
    assert set(found) == {good, other, *broken}
    assert hidden not in found
    assert (found[good].camera_id, found[good].problem) == ("quay", "")
    assert all(found[path].problem and not found[path].addable for path in broken)
    assert "0 bytes" in found[top / "empty.mp4"].problem


def test_file_named_twice_is_proposed_once_and_a_known_one_says_so(
    case: Case, tmp_path: Path
) -> None:
    path = copied(tmp_path / "in" / "a.mp4")
    add_source(case, path, Recording())
    (found,) = proposed(case, path, path.parent, path.parent / ".." / "in" / "a.mp4")
    assert (found.already_in_case, found.addable) == (1, False)


def test_case_folder_is_no_footage(case: Case, tmp_path: Path) -> None:
    copied(tmp_path / "a.mp4")
    names = {entry.path.name for entry in proposed(case, tmp_path)}
    assert "a.mp4" in names
    assert "case.duckdb" not in names
    (own,) = proposed(case, case.folder)
    assert "case itself" in own.problem


def test_missing_file_and_broken_name_are_listed(case: Case, tmp_path: Path) -> None:
    odd = copied(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4")))
    gone, bad = proposed(case, tmp_path / "gone.mp4", odd)
    assert "does not exist" in gone.problem
    assert "UTF-8" in bad.problem
    bad.problem.encode()


def test_accepted_recordings_are_stored_as_proposed(case: Case, tmp_path: Path) -> None:
    named = copied(tmp_path / "in" / "Market Gate 20260302_172400.mp4")
    plain = copied(tmp_path / "in" / "plain.mkv", "mkv")
    added = finish(accept_recordings(case, proposed(case, named, plain)))
    assert [result.error for result in added] == [None, None]
    first, second = case.sources()
    assert (first.camera_id, first.recorded_start_ns) == ("gate", wall_to_ns(START))
    assert first.start_basis == "file name 20260302_172400, zone -06:00"
    assert (second.camera_id, second.recorded_start_ns, second.start_basis) == (None, None, None)


def test_what_a_person_corrected_is_stored_instead(case: Case, tmp_path: Path) -> None:
    moved = proposed(case, copied(tmp_path / "a" / "20260302_172400.mp4"))[0]
    struck = proposed(case, dated(tmp_path / "b.mp4", "2026-03-05T10:00:00Z"))[0]
    corrected = replace(
        moved, start=START.replace(hour=1), start_basis=GIVEN, camera_id=CameraId("quay"),
        offset_s=2.5,
    )  # fmt: skip
    finish(accept_recordings(case, (corrected, replace(struck, start=None, start_basis=""))))
    first, second = case.sources()
    assert (first.start_basis, first.camera_id, first.offset_ns) == (
        "given", "quay", 2_500_000_000,
    )  # fmt: skip
    assert first.recorded_start_ns == wall_to_ns(START.replace(hour=1))
    assert (second.recorded_start_ns, second.start_basis) == (None, None)


def test_bad_file_does_not_stop_the_others(case: Case, tmp_path: Path) -> None:
    good = copied(tmp_path / "good.mp4")
    double = copied(tmp_path / "double.mp4")
    bad = BROKEN["garbage"](tmp_path)
    progress: list[Progress] = []
    job = accept_recordings(case, proposed(case, bad, good, double))
    results = finish(job, progress.append)
    assert [result.source is not None for result in results] == [False, True, False]
    assert isinstance(results[2].error, DuplicateSource)
    told = dict.fromkeys((step.done, step.total) for step in progress)
    assert list(told) == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert len(case.sources()) == 1


def test_unknown_camera_is_refused_before_any_file_is_read(case: Case, tmp_path: Path) -> None:
    good = proposed(case, copied(tmp_path / "good.mp4"))[0]
    wrong = replace(good, camera_id=CameraId("nowhere"))
    with pytest.raises(UnknownCamera):
        finish(accept_recordings(case, (good, wrong)))
    assert case.sources() == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read anywhere")
def test_folder_that_cannot_be_read_is_listed(case: Case, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    try:
        (found,) = proposed(case, closed)
        assert "cannot be read" in found.problem
    finally:
        closed.chmod(0o700)


def test_folder_that_fails_while_listed_is_named(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scandir(_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "in"))

    (tmp_path / "in").mkdir()
    monkeypatch.setattr("os.scandir", scandir)
    (found,) = proposed(case, tmp_path / "in")
    assert found.problem == "the folder cannot be read: Permission denied"
