"""Every frame that is asked for is the one that is given, on every kind of recording.

The truth is painted into the pictures. The figures as lines: `workstation bench exact-frames`.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from casefiles.case import Case
from casefiles.usecases.add_source import Recording, add_source
from tests.journeys.conftest import Run
from tests.support.search_cases import make_case
from video.synthetic.encode import Clip
from video.synthetic.kinds import FRAMES, KINDS
from video.synthetic.scene import read_number
from workstation.bench.exact_frames import ASKED, right_frames


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Clip]:
    folder = tmp_path_factory.mktemp("kinds")
    return {kind: make(folder) for kind, make in KINDS.items()}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with make_case(tmp_path_factory.mktemp("exact") / "case") as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_sixty_random_frames_are_the_right_ones(
    case: Case, clips: dict[str, Clip], kind: str
) -> None:
    source = add_source(case, clips[kind].path, Recording())
    assert right_frames(case, source.source_id, clips[kind]) == ASKED


def test_a_frame_of_another_clip_would_not_pass(case: Case, clips: dict[str, Clip]) -> None:
    """The measure can fail: pictures that are one frame off are not counted as right."""
    clip = clips["H.264"]
    source = next(one for one in case.sources() if one.path == clip.path.resolve())
    shifted = Clip(clip.path, tuple(number + 1 for number in clip.numbers), clip.times_ns)
    assert right_frames(case, source.source_id, shifted, asked=6) == 0


def test_time_stamps_that_begin_anew_go_on_rising(case: Case, clips: dict[str, Clip]) -> None:
    clip = clips["MPEG-TS with PTS wrap"]
    source = next(one for one in case.sources() if one.path == clip.path.resolve())
    index = case.packet_index(source.source_id)
    assert not index.counted
    assert source.warnings == ()
    assert (source.gaps, source.duration_ns) == ((), FRAMES * 40_000_000)


@pytest.mark.parametrize("kind", ["MPEG-TS with PTS wrap", "raw H.265", "edit list"])
def test_the_command_writes_the_very_frame(
    run: Run, clips: dict[str, Clip], kind: str, tmp_path: Path
) -> None:
    folder, clip = tmp_path / "case", clips[kind]
    assert run("case", "create", folder, "--number", "26-1", "--title", "Exact").code == 0
    assert run("source", "add", folder, clip.path).code == 0
    for number in np.random.default_rng(11).integers(0, len(clip.numbers), 2).tolist():
        out = tmp_path / f"{number}.png"
        done = run("frame", folder, "--source", 1, "--frame", number, "--out", out)
        assert done.code == 0, done
        picture = cv2.imread(str(out))
        assert picture is not None
        assert read_number(np.asarray(picture, np.uint8)) == clip.numbers[number]
