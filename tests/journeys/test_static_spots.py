"""A street watched for 80 seconds: the post that the detector takes for a person is learned,
hidden, listed and brought back from the command line; nobody of the ground truth is hidden."""

import csv
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor
from casefiles.usecases import index_source as indexing
from casefiles.usecases import index_work
from casefiles.usecases.add_source import Recording, add_source
from detection.association import overlaps
from detection.tracker import TrackerOptions
from resources.paths import shared_test_data
from tests.journeys.conftest import Run
from tests.support.local_crew import LocalCrew

DATA = shared_test_data() / "data"
STREET = DATA / "video" / "vtest.avi"
TRUTH = DATA / "gt" / "PETS09-S2L1_gt_001-400.txt"
POST = (33.0, 112.0, 50.0, 146.0)
"""Where the false alarm lies, as found by looking at the ground truth."""
SURE = TrackerOptions(sure_score=0.45, birth_score=0.5)
"""A tracker that believes the detector sooner, so that the post becomes a track: with the usual
settings it does not, in this light."""
pytestmark = pytest.mark.skipif(
    not STREET.is_file(), reason="the folder of test data is not here (WORKSTATION_SHARED)"
)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street, looked at twice a second; never written to, see `street`."""
    folder = tmp_path_factory.mktemp("street") / "case"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_MODELS", str(DATA / "models"))
        patch.setattr(index_work, "options_for", lambda _: SURE)
        actor = Actor("tester", "desk-1")
        with Case.create(folder, actor, number="1", title="t", policy="none") as case:
            add_source(case, STREET, Recording())
            options = index_work.IndexOptions(detector="yolox-nano", sample_fps=2)
            report = finish(partial(indexing.index_source, crew=LocalCrew)(case, 1, options))
            assert report.counters["suppressed"] == 1
    return folder


@pytest.fixture
def street(watched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(watched, tmp_path / "street"))


def people(mot: str) -> np.ndarray:
    """Frame and box of every line of MOT text, `(n, 5)`: frame, left, top, right, bottom."""
    rows = np.array([[float(v) for v in row[:6]] for row in csv.reader(mot.splitlines())])
    left, top, width, height = rows[:, 2:6].T
    return np.stack([rows[:, 0], left, top, left + width, top + height], axis=1)


def test_post_is_found_and_hides_nobody(run: Run, street: Path) -> None:
    (spot,) = run("static", "list", street, "--json").document
    assert overlaps(np.array([spot["box"]]), np.array([POST]))[0, 0] > 0.6
    assert (spot["class"], spot["hidden"], spot["by_person"]) == ("person", True, False)
    assert spot["seen"] >= 0.98 * spot["analysed"]
    assert spot["tracks"] == 1
    assert "1 track hidden" in run("static", "list", street).out
    every = people(run("tracks", street, "--source", 1, "--with-suppressed").out)
    shown = people(run("tracks", street, "--source", 1).out)
    kept = {tuple(row) for row in shown.tolist()}
    gone = np.array([row for row in every.tolist() if tuple(row) not in kept])
    assert len(gone) > 100
    truth = people(TRUTH.read_text())
    for frame in np.unique(gone[:, 0]):
        there = truth[truth[:, 0] == frame, 1:]
        if len(there):
            assert overlaps(gone[gone[:, 0] == frame, 1:], there).max() < 0.5


def test_post_is_brought_back_and_hidden_again(run: Run, street: Path) -> None:
    (spot,) = run("static", "list", street, "--json").document
    number = spot["id"]
    hidden = run("tracks", street, "--source", 1, "--format", "json").document
    found = run("search", street, "person", "--json").document
    assert found["coverage"]["suppressed"] == 1
    assert "1 static false alarm hidden, see 'static list'" in run("search", street, "person").out

    back = run("static", "restore", street, "--spot", number, "--json")
    assert (back.code, back.document["hidden"], back.document["by_person"]) == (0, False, True)
    every = run("tracks", street, "--source", 1, "--format", "json").document
    assert len(every) == len(hidden) + 1
    again = run("search", street, "person", "--json").document
    assert again["total"] == found["total"] + 1
    assert again["coverage"]["suppressed"] == 0
    assert run("case", "verify", street).code == 0
    twice = run("static", "restore", street, "--spot", number)
    assert twice.code == 2
    assert "brought back already" in twice.err

    assert run("static", "suppress", street, "--spot", number).code == 0
    assert run("tracks", street, "--source", 1, "--format", "json").document == hidden
    assert run("case", "verify", street).code == 0
    missing = run("static", "restore", street, "--spot", 7)
    assert missing.code == 2
    assert f"Known static spots: {number}" in missing.err


def test_parked_cars_stay(run: Run, street: Path) -> None:
    shown = run("tracks", street, "--source", 1, "--format", "json").document
    parked = [one for one in shown if one["class"] in ("car", "truck")]
    assert max(one["to_s"] - one["from_s"] for one in parked) > 75


def test_case_without_such_a_thing_says_so(run: Run, case: Path) -> None:
    assert run("static", "list", case, "--json").document == []
    assert "nothing that never moves was found" in run("static", "list", case).out
