"""Models: what is here, what a missing one adds, and taking one in from a folder."""

from pathlib import Path

import pytest

from casefiles import agency
from resources.files import packaged
from resources.paths import shared_test_data
from tests.journeys.conftest import Run

SHARED_MODELS = shared_test_data() / "data" / "models"
needs_shared = pytest.mark.skipif(
    not SHARED_MODELS.is_dir(), reason="the folder of test data is not here (WORKSTATION_SHARED)"
)


def test_list_says_what_is_here_and_what_a_missing_model_adds(run: Run) -> None:
    listed = {entry["model"]: entry for entry in run("models", "list", "--json").document}
    assert listed["ssd-oidv4"]["verified"] is True
    assert listed["yolox-nano"]["path"] is None
    assert "buses" in listed["yolox-nano"]["adds"]
    for_people = run("models", "list").out
    assert "verified" in for_people
    assert "models import" in for_people


@needs_shared
def test_imported_model_is_verified_logged_and_used(run: Run, case: Path) -> None:
    done = run("models", "import", SHARED_MODELS, "--json")
    assert done.code == 0
    assert [(row["model"], row["outcome"]) for row in done.document] == [("yolox-nano", "imported")]
    assert run("models", "import", SHARED_MODELS).out == "yolox-nano: already there, verified\n"
    assert run("models", "verify").code == 0
    assert agency.check_chain().holds
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    report = run("index", case, "--detector", "yolox-nano", "--sample-fps", 1, "--json").document
    (source,) = report["sources"]
    assert source["detector"] == "yolox-nano"
    assert source["tracks"] >= 1
    assert "truck" in source["classes"]


def test_folder_without_a_known_model_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "yolox_nano.onnx").write_bytes(b"something else")
    done = run("models", "import", tmp_path)
    assert done.code == 2
    assert "yolox_nano.onnx is not the model" in done.err
    missing = run("models", "import", tmp_path / "gone")
    assert missing.code == 2
    assert "not a folder" in missing.err
