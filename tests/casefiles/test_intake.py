"""What is kept of taking a recording in, collecting it into the case, finding it again."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.case import Case
from casefiles.edit_kinds import NoteOrigin
from casefiles.errors import (
    BadOrigin,
    SourceMoved,
    UnknownSource,
    UnsteadyMedium,
    Unwritable,
    WrongFile,
)
from casefiles.intake_types import FileFacts, Origin
from casefiles.jobs import finish
from casefiles.store.intake import facts_from_json, facts_to_json
from casefiles.types import Actor, CameraId, Source
from casefiles.usecases.add_source import Recording, add_source, add_sources
from casefiles.usecases.camera_overlaps import Claim, find_overlaps, overlap_words
from casefiles.usecases.collect_media import collect_media
from casefiles.usecases.note_origin import DAY_NS, changed_origins, deadline_words, note_origin
from casefiles.usecases.relink_source import relink_source, search_originals
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from tests.support.bad_disks import small_disk
from tests.support.clips import shared_clip
from video.probe import hash_file
from video.types import SoundFacts

ORIGIN = Origin("Maker", "M-4", "0815", "a clerk", "the unit", 1, "till", 10 * DAY_NS)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        yield made


def footage(tmp_path: Path, name: str = "a.mp4", clip: str = "mp4") -> Path:
    (tmp_path / "in").mkdir(exist_ok=True)
    return Path(shutil.copy(shared_clip(clip).path, tmp_path / "in" / name))


def added(case: Case, path: Path) -> Source:
    return add_source(case, path, Recording())


def events(case: Case) -> list[str]:
    return case.read(
        lambda cursor: [
            json.loads(row[0])["event"]
            for row in cursor.execute("SELECT row_text FROM audit ORDER BY seq").fetchall()
        ]
    )


def verified(case: Case) -> tuple[str, ...]:
    return finish(verify_case(case)).bad


# -- read twice


def test_what_was_read_is_read_again_and_both_are_kept(case: Case, tmp_path: Path) -> None:
    (result,) = finish(add_sources(case, [footage(tmp_path)], Recording(origin=ORIGIN)))
    source, intake = case.sources()[0], case.intakes()[case.sources()[0].source_id]
    assert intake == result.intake
    assert intake.reread_sha256 == source.sha256
    assert intake.hashed_ns is not None
    assert intake.reread_ns is not None
    assert intake.hashed_ns <= intake.reread_ns
    assert intake.origin == ORIGIN
    assert intake.facts is not None
    assert (intake.facts.frames, intake.facts.codec) == (source.frames, source.codec)
    assert verified(case) == ()


def test_drive_that_gives_other_bytes_the_second_time_is_told(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = footage(tmp_path)
    before = path.stat().st_mtime_ns
    whole = path.read_bytes()

    def flip(_: Path) -> None:
        """As a drive that lies: another byte, the same date."""
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        os.utime(path, ns=(before, before))

    first = hash_file(path)
    monkeypatch.setattr("casefiles.usecases.read_again.forget", flip)
    with pytest.raises(UnsteadyMedium) as told:
        added(case, path)
    assert first in told.value.message
    assert hash_file(path) in told.value.message
    assert case.sources() == ()
    assert case.intakes() == {}


FACTS = FileFacts(
    size_bytes=5, container="mov", codec="h264", width=4, height=2, rotation_deg=90,
    sample_aspect=Fraction(4, 3), claimed_fps=Fraction(30000, 1001), measured_fps=29.9,
    variable_rate=True, claimed_frames=None, frames=3, claimed_duration_ns=7, duration_ns=6,
    recorded_at="2026-03-02T00:00:00Z", interlaced=None, raw_stream=False, audio_streams=1,
    sound=(SoundFacts(0, "aac", 48_000, 2, -5, None),), gaps=((1, 2),), duplicates=2,
    frozen=((3, 4), (5, 6)), clock_jumps=((1, -9),), corrupt_packets=1, exported_by="x",
    warnings=("a", "b"),
)  # fmt: skip


@given(
    fps=st.none() | st.fractions(min_value=0, max_value=1000),
    pairs=st.lists(st.tuples(st.integers(), st.integers())).map(tuple),
    warnings=st.lists(st.text()).map(tuple),
)
def test_facts_come_back_as_they_were_written(
    fps: Fraction | None, pairs: tuple[tuple[int, int], ...], warnings: tuple[str, ...]
) -> None:
    facts = replace(FACTS, claimed_fps=fps, frozen=pairs, clock_jumps=pairs, warnings=warnings)
    assert facts_from_json(facts_to_json(facts)) == facts


def test_rows_changed_outside_are_found(case: Case, tmp_path: Path) -> None:
    added(case, footage(tmp_path))
    case.write(lambda cursor: cursor.execute("UPDATE source_intake SET reread_ns = 1"))
    assert any("source:1" in one for one in verified(case))


# -- origin


def test_origin_is_noted_undone_and_vouched_for(case: Case, tmp_path: Path) -> None:
    one, two = added(case, footage(tmp_path)), added(case, footage(tmp_path, "b.mkv", "mkv"))
    note_origin(case, [one.source_id], lambda _: ORIGIN)
    both = (one.source_id, two.source_id)
    edit = changed_origins(case.intakes(), both, lambda old: replace(old, note="shop"))
    inverse = case.post(lambda: edit).result()
    view = view_case(case)
    assert [view.intakes[one].origin for one in both] == [
        replace(ORIGIN, note="shop"), Origin(note="shop"),
    ]  # fmt: skip
    case.post(lambda: inverse).result()
    assert [case.intakes()[one].origin for one in both] == [ORIGIN, Origin()]
    assert events(case).count("source.note") == 3
    assert verified(case) == ()


def test_origin_that_cannot_be_kept_changes_nothing(case: Case, tmp_path: Path) -> None:
    source = added(case, footage(tmp_path))
    for bad, error in (
        (NoteOrigin(((source.source_id, Origin(note="x" * 5000)),)), BadOrigin),
        (NoteOrigin(((source.source_id, Origin(overwrite_ns=2**70)),)), BadOrigin),
    ):
        with pytest.raises(error):
            case.post(lambda bad=bad: bad).result()  # type: ignore[misc]
    with pytest.raises(UnknownSource):
        note_origin(case, [7], lambda _: ORIGIN)
    assert case.intakes()[source.source_id].origin == Origin()


def test_source_of_an_older_case_gets_a_note_and_still_verifies(case: Case, tmp_path: Path) -> None:
    source = added(case, footage(tmp_path))
    case.write(lambda cursor: cursor.execute("DELETE FROM source_intake"))
    note_origin(case, [source.source_id], lambda _: ORIGIN)
    assert case.intakes()[source.source_id].origin == ORIGIN
    assert case.intakes()[source.source_id].facts is None
    assert verified(case) == ()


@pytest.mark.parametrize(
    ("left_ns", "words"),
    [
        (3 * DAY_NS + 5, "overwritten in 3 days"),
        (DAY_NS, "overwritten in 1 day"),
        (DAY_NS // 2, "overwritten in 12 hours"),
        (1, "overwritten within the hour or so"),
        (-1, "overwritten since today"),
        (-2 * DAY_NS - 1, "overwritten since 2 days"),
    ],
)
def test_deadline_in_words(left_ns: int, words: str) -> None:
    assert deadline_words(100 * DAY_NS + left_ns, 100 * DAY_NS) == words


# -- collected into the case


def test_collected_copy_plays_when_the_original_is_gone(case: Case, tmp_path: Path) -> None:
    path = footage(tmp_path)
    source, before = added(case, path), path.stat()
    (result,) = finish(collect_media(case))
    copy = case.folder / "media" / f"{source.sha256}.mp4"
    assert result.copy == copy
    assert hash_file(copy) == source.sha256
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    source = case.source(source.source_id)
    assert case.media_path(source) == path.resolve()
    path.unlink()
    assert case.media_path(source) == copy
    verdict = finish(verify_case(case))
    assert verdict.bad == ()
    assert "collected copy is whole" in verdict.notes[0]
    (again,) = finish(collect_media(case))
    assert again.was_there
    assert events(case).count("source.collect") == 1
    copy.chmod(0o644)
    copy.write_bytes(copy.read_bytes()[:-1] + b"!")
    assert any("has changed" in one for one in verified(case))


def test_cancelled_collection_leaves_nothing_half(case: Case, tmp_path: Path) -> None:
    added(case, footage(tmp_path))
    job = collect_media(case)
    while next(job).done == 0:
        pass
    job.close()
    assert list((case.folder / "media").iterdir()) == []
    assert case.sources()[0].collected is None


def test_changed_original_is_not_collected_and_the_others_are(case: Case, tmp_path: Path) -> None:
    changed, good = footage(tmp_path), footage(tmp_path, "b.mkv", "mkv")
    added(case, changed)
    added(case, good)
    whole = changed.read_bytes()
    changed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    bad, fine = finish(collect_media(case))
    assert isinstance(bad.error, SourceMoved)
    assert fine.copy is not None
    assert [one.name for one in (case.folder / "media").iterdir()] == [fine.copy.name]


def test_copy_that_reads_back_otherwise_is_not_kept(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(case, footage(tmp_path))

    def spoil(part: Path) -> None:
        part.write_bytes(part.read_bytes()[:-1] + b"!")

    monkeypatch.setattr("casefiles.usecases.collect_media.forget", spoil)
    (result,) = finish(collect_media(case))
    assert isinstance(result.error, UnsteadyMedium)
    assert list((case.folder / "media").iterdir()) == []


def test_room_is_asked_for_before_anything_is_copied(case: Case, tmp_path: Path) -> None:
    added(case, footage(tmp_path))
    with small_disk(tmp_path / "small", megabytes=16) as disk:
        (case.folder / "media").symlink_to(disk.path)
        with pytest.raises(Unwritable, match="no room"):
            finish(collect_media(case))
        assert list(disk.path.iterdir()) == []


def test_disk_that_fills_while_copying_leaves_nothing_half(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(case, footage(tmp_path))
    with small_disk(tmp_path / "small", megabytes=1) as disk:
        (case.folder / "media").symlink_to(disk.path)
        # Somebody else fills the disk after it was asked.
        monkeypatch.setattr("casefiles.usecases.collect_media._prepare", lambda *_: disk.fill())
        with pytest.raises(Unwritable, match="No space left"):
            finish(collect_media(case))
        disk.free()
        assert list(disk.path.iterdir()) == []
    assert case.sources()[0].collected is None


# -- found again


def test_original_is_found_by_its_bytes_and_noted(case: Case, tmp_path: Path) -> None:
    path = footage(tmp_path)
    source = added(case, path)
    disk = tmp_path / "disk" / "deep"
    disk.mkdir(parents=True)
    size = path.stat().st_size
    (disk / path.name).write_bytes(bytes(size))
    moved = path.rename(disk / "renamed.mp4")
    result = finish(search_originals(case, tmp_path / "disk"))
    assert [place for _, place in result.found] == [moved]
    assert case.source(source.source_id).path == moved
    assert case.media_path(case.source(source.source_id)) == moved
    assert events(case).count("source.relink") == 1
    assert verified(case) == ()
    assert finish(search_originals(case, tmp_path / "disk")).found == ()


def test_what_is_not_there_is_said(case: Case, tmp_path: Path) -> None:
    path = footage(tmp_path)
    added(case, path)
    path.unlink()
    result = finish(search_originals(case, tmp_path / "in"))
    assert [one.source_id for one in result.missing] == [1]
    assert result.found == ()


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data[:-1] + b"!"])
def test_other_bytes_are_refused(
    case: Case, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = footage(tmp_path)
    added(case, path)
    other = tmp_path / "other.mp4"
    other.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(WrongFile, match="is not the original of source 1"):
        finish(relink_source(case, 1, other))
    assert case.source(1).path == path.resolve()
    moved = path.rename(tmp_path / "moved.mp4")
    assert finish(relink_source(case, 1, moved)).path == moved.resolve()


# -- one camera twice


def test_recordings_that_share_camera_and_time_are_found() -> None:
    second = 1_000_000_000

    def claim(key: str, camera: str, start: int, end: int) -> Claim:
        return Claim(key, key, CameraId(camera), start * second, end * second)

    found = find_overlaps([
        claim("a", "gate", 0, 100), claim("b", "gate", 50, 60), claim("c", "quay", 50, 60),
        claim("d", "gate", 100, 200), claim("e", "gate", 199, 300), claim("f", "gate", 90, 95),
    ])  # fmt: skip
    assert {key: {one.key for one in others} for key, others in found.items()} == {
        "a": {"b", "f"}, "b": {"a"}, "f": {"a"},
    }  # fmt: skip
    assert overlap_words(found["b"]) == "same camera and time as a"
