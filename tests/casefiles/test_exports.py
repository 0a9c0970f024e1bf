"""Stills and clips out of a case: what is written, what goes with it, and what is refused."""

import hashlib
import json
import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import SourceMoved, Unwritable, WrongPlace
from casefiles.jobs import finish
from casefiles.types import Actor, Camera, CameraId
from casefiles.usecases import export_clips as exporting
from casefiles.usecases.add_source import Recording, add_each
from casefiles.usecases.export_clips import ClipsExport, export_clips
from casefiles.usecases.export_still import BadRecipe, StillWanted, export_still, recipe_of
from casefiles.usecases.export_work import ClipOrder, MadeClip, make_clip
from casefiles.usecases.plan_clips import ClipsWanted, NothingToExport, plan_clips
from casefiles.usecases.read_frame import Moment
from casefiles.workers import Processes
from tests.support import bad_workers
from tests.support.bad_disks import small_disk
from tests.support.clips import shared_clip
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import make_case, put_cameras
from video.clock import NS_PER_S, wall_to_ns
from video.decoder import open_source
from video.enhance import Recipe
from video.errors import CannotWrite, VideoError
from video.rewrap import stream_sha256
from video.stills import read_picture
from video.synthetic.encode import encode
from video.synthetic.scene import read_number
from video.types import Span, TimeNs

START = datetime(2026, 3, 2, 14, 0, 0, tzinfo=UTC)
FAST_S = 3617


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Source 1: gate, 1.6 s, fast clock; 2: gate, with a gap, 4 s later; 3: stairs; 4: no time."""
    folder = tmp_path / "footage"
    folder.mkdir()
    with make_case(tmp_path / "case") as case:
        put_cameras(case, *(Camera(CameraId(one), one, ()) for one in ("gate", "stairs", "empty")))
        for name, camera, later_s, offset_s in (
            ("b_frames", "gate", 0, FAST_S),
            ("gap", "gate", 4, FAST_S),
            ("mpeg_ts", "stairs", -FAST_S, 0),
            ("mp4", None, None, 0),
        ):
            path = Path(shutil.copy(shared_clip(name).path, folder))
            start = None if later_s is None else datetime.fromtimestamp(
                START.timestamp() + later_s, UTC
            )  # fmt: skip
            recording = Recording(camera_id=camera, start=start, offset_s=offset_s)
            (added,) = finish(add_each(case, [(path, recording)], crew=LocalCrew))
            assert added.error is None
        yield case


def wall(seconds: float) -> int:
    """Corrected time, from the first frame of the gate."""
    return wall_to_ns(START) + round((seconds - FAST_S) * NS_PER_S)


def clips(case: Case, wanted: ClipsWanted) -> ClipsExport:
    return finish(export_clips(case, wanted, LocalCrew))


def document(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def checked(folder: Path) -> set[str]:
    """The files that SHA256SUMS lists, each with its true hash."""
    names = set()
    for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        names.add(name)
    return names


def numbers(path: Path) -> list[int]:
    with open_source(path) as decoder:
        return [read_number(frame.bgr()[:240, :320]) for frame in decoder.frames()]


def last_row(case: Case) -> Any:
    return json.loads(case.read(lambda cursor: list(audit.stored_rows(cursor)))[-1].text)


def still(case: Case, out: Path, moment: Moment, recipe: Recipe) -> Any:
    made = finish(export_still(case, StillWanted(1, moment, out, recipe), LocalCrew))
    return json.loads(made.sidecar.read_text(encoding="utf-8"))


def test_a_still_is_the_decoded_picture_and_its_sidecar_says_which(
    case: Case, tmp_path: Path
) -> None:
    out = tmp_path / "a.png"
    said = still(case, out, Moment(frame=17), Recipe())
    index = case.packet_index(case.source(1).source_id)
    with open_source(case.source(1).path) as decoder:
        picture = decoder.frame_at(int(index.pts[17])).bgr()
    assert np.array_equal(read_picture(out), picture)
    assert said["picture"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert said["picture"]["pixels_sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()
    assert said["source"]["sha256"] == case.source(1).sha256
    assert said["source"]["clock"]["offset_s"] == "3617.000000000"
    assert (said["frame"]["pts"], said["frame"]["number"]) == (int(index.pts[17]), 17)
    assert said["frame"]["recorder_time"] == "2026-03-02 08:00:00.680 -06:00"
    assert said["frame"]["corrected_time"] == "2026-03-02 06:59:43.680 -06:00"
    assert said["training"] is False
    row = last_row(case)
    assert row["event"] == "still.export"
    assert row["facts"]["picture_sha256"] == said["picture"]["sha256"]


def test_the_same_still_again_differs_only_in_when(case: Case, tmp_path: Path) -> None:
    recipe = Recipe(gamma=1.5, denoise=0.2, averaged=4)
    said = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        said.append(still(case, tmp_path / name / "a.png", Moment(media_s=0.4), recipe))
        assert said[-1].pop("made")
    assert said[0] == said[1]
    assert len({(tmp_path / name / "a.png").read_bytes() for name in ("one", "two")}) == 1
    assert said[0]["recipe"]["steps"] == ["average of 4 pictures", "denoise 0.20", "gamma 1.50"]
    index = case.packet_index(case.source(1).source_id)
    assert said[0]["recipe"]["averaged_pts"] == [int(index.pts[at]) for at in (9, 10, 11, 12)]


def test_averaging_at_the_start_takes_what_is_there(case: Case, tmp_path: Path) -> None:
    said = still(case, tmp_path / "a.png", Moment(frame=0), Recipe(averaged=3))
    index = case.packet_index(case.source(1).source_id)
    assert said["recipe"]["averaged_pts"] == [int(index.pts[at]) for at in (0, 1, 2)]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"sharpen": 1}', '{"gamma": 99}', '{"black": 2}'])
def test_an_unknown_recipe_is_refused(text: str) -> None:
    with pytest.raises(BadRecipe):
        recipe_of(text)


def test_more_pictures_than_there_are_cannot_be_averaged(case: Case, tmp_path: Path) -> None:
    with pytest.raises(BadRecipe, match="41 pictures"):
        still(case, tmp_path / "a.png", Moment(frame=3), Recipe(averaged=41))
    assert not list(tmp_path.glob("a.png*"))


def test_a_still_replaces_nothing(case: Case, tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"kept")
    (tmp_path / "side.png.json").write_bytes(b"kept")
    for out in (there, tmp_path / "side.png", case.folder / "x.png", tmp_path / "x.jpg"):
        with pytest.raises(WrongPlace):
            still(case, out, Moment(frame=3), Recipe())
    assert there.read_bytes() == b"kept"
    assert not (tmp_path / "side.png").exists()


def test_cameras_over_one_span_each_give_their_recordings_in_order(
    case: Case, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    wanted = ClipsWanted(
        out, cameras=("stairs", "gate"), wall_ns=(wall(0.5), wall(5)), mode="both", burn_time=True
    )
    made = clips(case, wanted)
    assert [(one.source_id, one.mode) for one in made.files] == [
        (1, "copy"), (1, "exact"), (2, "copy"), (2, "exact"), (3, "copy"), (3, "exact"),
    ]  # fmt: skip
    names = {one.path.name for one in made.files}
    assert checked(out) == {*names, "manifest.json", "manifest.txt"}
    assert {path.name for path in out.iterdir()} == {*names, "manifest.json", "manifest.txt",
                                                     "SHA256SUMS"}  # fmt: skip
    assert numbers(made.files[0].path) == list(range(10, 40)), "from the keyframe"
    assert numbers(made.files[1].path) == list(range(12, 40)), "0.5 s is within frame 12"
    said = document(out)
    assert said["files"] == [one.facts for one in made.files]
    copied = said["files"][0]
    assert copied["said"] == "starts 0.08 s earlier, at the keyframe"
    assert copied["stream_sha256"]["in_the_excerpt"] == stream_sha256(made.files[0].path)
    assert copied["real"]["from"]["recorder_time"] == "2026-03-02 08:00:00.400 -06:00"
    assert copied["real"]["from"]["corrected_time"] == "2026-03-02 06:59:43.400 -06:00"
    assert said["complete"] is True
    row = last_row(case)
    assert row["event"] == "clips.export"
    assert row["facts"]["manifest_sha256"] == hashlib.sha256(
        (out / "manifest.json").read_bytes()
    ).hexdigest() == made.manifest_sha256  # fmt: skip


def test_a_gap_is_listed_with_both_times_and_nothing_is_invented(
    case: Case, tmp_path: Path
) -> None:
    wanted = ClipsWanted(
        tmp_path / "out", cameras=("gate", "empty"), wall_ns=(wall(1), wall(20)), mode="exact"
    )
    made = clips(case, wanted)
    assert [(gap["kind"]) for gap in made.gaps] == [
        "no recording", "gap in the recording", "no footage any more",
    ]  # fmt: skip
    between, inside, _ = made.gaps
    assert [between[end]["corrected_time"] for end in ("from", "to")] == [  # type: ignore[index]
        "2026-03-02 06:59:44.600 -06:00", "2026-03-02 06:59:47.000 -06:00",
    ]  # fmt: skip
    assert [inside[end]["recorder_time"] for end in ("from", "to")] == [  # type: ignore[index]
        "2026-03-02 08:00:04.760 -06:00", "2026-03-02 08:00:07.800 -06:00",
    ]  # fmt: skip
    assert made.left_out == ("empty: no footage in this span",)
    with open_source(made.files[1].path) as decoder:
        times = [frame.time_ns for frame in decoder.frames()]
    assert len(times) == 40
    assert times[20] - times[19] == 3_040_000_000


def test_a_span_outside_all_footage_is_one_error_and_leaves_nothing(
    case: Case, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for wanted in (
        ClipsWanted(out, cameras=("gate",), wall_ns=(wall(900), wall(950))),
        ClipsWanted(out, sources=(1,), media=Span(TimeNs(NS_PER_S * 60), TimeNs(NS_PER_S * 70))),
        ClipsWanted(out, sources=(4,), wall_ns=(wall(0), wall(1))),
        ClipsWanted(out, cameras=("empty",), wall_ns=(wall(0), wall(1))),
        ClipsWanted(out, wall_ns=(wall(0), wall(1))),
    ):
        with pytest.raises(NothingToExport) as refused:
            clips(case, wanted)
        assert refused.value.hint
    assert not out.exists()


def test_a_recording_without_a_clock_is_cut_by_media_time(case: Case, tmp_path: Path) -> None:
    span = Span(TimeNs(400_000_000), TimeNs(800_000_000))
    made = clips(case, ClipsWanted(tmp_path / "out", sources=(4,), media=span, mode="exact",
                                   burn_time=True))  # fmt: skip
    assert numbers(made.files[0].path) == list(range(10, 20))
    assert made.files[0].facts["asked"]["from"]["corrected_time"] is None  # type: ignore[index]


def test_no_place_that_holds_something_is_written_to(case: Case, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "kept").write_bytes(b"kept")
    original = case.source(1).path
    before = original.read_bytes()
    for out in (full, case.folder / "out", original, original.parent):
        with pytest.raises(WrongPlace):
            clips(case, ClipsWanted(out, sources=(1,), wall_ns=(wall(0), wall(1))))
    assert [path.name for path in full.iterdir()] == ["kept"]
    assert original.read_bytes() == before


def test_a_missing_original_costs_only_its_own_clips(case: Case, tmp_path: Path) -> None:
    case.source(1).path.unlink()
    made = clips(case, ClipsWanted(tmp_path / "out", cameras=("gate", "stairs"),
                                   wall_ns=(wall(0), wall(9))))  # fmt: skip
    assert [one.source_id for one in made.files] == [2, 3]
    assert [type(one) for one in made.failures] == [SourceMoved]
    assert document(tmp_path / "out")["complete"] is False
    only = ClipsWanted(tmp_path / "none", sources=(1,), wall_ns=(wall(0), wall(1)))
    with pytest.raises(SourceMoved):
        clips(case, only)
    assert not (tmp_path / "none").exists()


def test_a_disk_that_fills_up_keeps_what_was_finished_and_nothing_half(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(exporting, "make_clip", full_after_the_first)
    with pytest.raises(CannotWrite, match="no space left") as refused:
        clips(case, ClipsWanted(out, cameras=("gate",), wall_ns=(wall(0), wall(9))))
    assert "Finished clips (1)" in refused.value.hint
    assert len(list(out.glob("*.mp4"))) == 1
    assert not list(out.glob("*.part"))
    assert len(checked(out)) == 3
    assert document(out)["stopped"].endswith("no space left")
    assert last_row(case)["outcome"] == "failed"


def full_after_the_first(order: ClipOrder) -> Generator[int, None, MadeClip]:
    if "source2" in order.stem.name:
        order.stem.with_name(f"{order.stem.name}.mp4.part").write_bytes(b"half")
        raise CannotWrite(f"{order.stem} cannot be written: there is no space left", "Free some.")
    return make_clip(order)


def test_a_disk_too_small_is_refused_before_anything_is_written(case: Case, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        disk.fill()
        wanted = ClipsWanted(disk.path / "out", cameras=("gate",), wall_ns=(wall(0), wall(1)))
        with pytest.raises(Unwritable, match=r"0 MB free|1 MB free"):
            clips(case, wanted)
        assert not (disk.path / "out").exists()


def test_cancelling_leaves_nothing(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    job = export_clips(
        case,
        ClipsWanted(out, cameras=("gate",), wall_ns=(wall(0), wall(9)), mode="both"),
        LocalCrew,
    )
    while not list(out.glob("*.mp4")):
        next(job)
    job.close()
    assert not out.exists()
    assert last_row(case)["outcome"] == "cancelled"


def test_a_decoder_that_crashes_costs_only_the_export(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "make_clip", bad_workers.crash_on)
    wanted = ClipsWanted(tmp_path / "out", sources=(1,), wall_ns=(wall(0), wall(1)))
    with pytest.raises(VideoError, match=r"b_frames\.mp4 was not exported: .* SIGSEGV"):
        finish(export_clips(case, wanted, Processes))
    assert not (tmp_path / "out").exists()


def test_the_plan_tells_what_a_preview_says(case: Case, tmp_path: Path) -> None:
    wanted = ClipsWanted(tmp_path, cameras=("gate", "stairs"), wall_ns=(wall(0.7), wall(1.5)))
    plan = plan_clips(case, wanted)
    assert plan.cameras == 2
    assert max(piece.lead_in_ns for piece in plan.pieces) == 280_000_000
    assert 0 < plan.bytes_needed < plan_clips(case, replace(wanted, mode="both")).bytes_needed


def test_training_is_marked_everywhere(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", frames=12)
    with Case.create(
        tmp_path / "case", Actor("u", "w"), number="1", title="t", policy="none", training=True
    ) as case:
        finish(add_each(case, [(clip.path, Recording())], crew=LocalCrew))
        span = Span(TimeNs(0), TimeNs(400_000_000))
        clips(case, ClipsWanted(tmp_path / "out", sources=(1,), media=span))
        assert document(tmp_path / "out")["training"] is True
        assert (tmp_path / "out" / "manifest.txt").read_text().startswith("TRAINING")
        assert still(case, tmp_path / "a.png", Moment(frame=1), Recipe())["training"] is True
