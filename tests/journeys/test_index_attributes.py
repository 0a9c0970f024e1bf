"""`index --attributes`, `--no-attributes` and neither: which networks judge."""

from pathlib import Path
from typing import Any

import pytest

from resources.files import packaged
from resources.paths import shared_test_data
from tests.journeys.conftest import TRACKED, Run
from tests.support.clips import beginning

SHARED_MODELS = shared_test_data() / "data" / "models"
INDEX = ("--sample-fps", 2, "--processes", 1, "--json")


@pytest.fixture
def clip(run: Run, case: Path, tmp_path: Path) -> Path:
    """A case with one short clip that nobody indexed yet."""
    short = beginning(packaged("demo", TRACKED), tmp_path / TRACKED, 15.0)
    assert run("source", "add", case, short).code == 0
    return case


def judged(run: Run, case: Path) -> list[Any]:
    """The attributes of each track of the run shown."""
    return [
        row["attributes"] for row in run("tracks", case, "--source", 1, "--format", "json").document
    ]


def test_attributes_that_no_installed_model_can_judge_are_refused_in_one_line(
    run: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_MODELS", str(tmp_path / "no models"))
    done = run("index", clip, "--attributes", *INDEX)
    assert done.code == 2
    assert "person-attributes-0230" in done.err
    assert "models import" in done.err
    assert "Traceback" not in done.err


@pytest.mark.skipif(not SHARED_MODELS.is_dir(), reason="the shared test data is not here")
def test_installed_models_judge_unless_told_not_to_and_each_is_a_run_of_its_own(
    run: Run, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_MODELS", str(SHARED_MODELS))
    (without,) = run("index", clip, "--no-attributes", *INDEX).document["sources"]
    assert without["tracks"] >= 1
    assert not any(judged(run, clip))
    (by_default,) = run("index", clip, *INDEX).document["sources"]
    assert by_default["run"] != without["run"]
    assert not by_default["reused"]
    assert any(judged(run, clip))
    (insisted,) = run("index", clip, "--attributes", *INDEX).document["sources"]
    assert insisted["reused"]
    assert insisted["run"] == by_default["run"]
