"""The house rules that no type checker sees: what loads what, how long files grow, whose names."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("workstation", "ui", "video", "detection", "mapview", "casefiles", "resources")
MOST_LINES = 400
# Longer for a reason; this list may only shrink.
LONGER: dict[str, str] = {}


def loaded_by(code: str) -> set[str]:
    """Top-level modules in memory after running `code` in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_help_loads_no_heavy_library() -> None:
    code = (
        "from workstation.__main__ import main\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert main(['--help']) == 0"
    )
    heavy = {"PySide6", "onnxruntime", "av", "duckdb", "cv2", "numpy", "scipy", "pyqtgraph"}
    assert loaded_by(code) & heavy == set()


@pytest.mark.parametrize(
    "module",
    ["case", "camera", "source", "index", "search", "models", "demo"],
)
def test_commands_load_no_window(module: str) -> None:
    assert "PySide6" not in loaded_by(f"import workstation.commands.{module}")


def test_files_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert set(long) == set(LONGER), f"over {MOST_LINES} lines, or listed without need: {long}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_names_belong_to_us_alone(folder: str) -> None:
    owners = set(packages_distributions().get(folder, ["sightline"]))
    assert owners == {"sightline"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_is_named_after_nothing(folder: str) -> None:
    vague = {"utils", "util", "misc", "common", "core", "helpers"}
    names = {path.stem for path in (ROOT / folder).rglob("*.py")}
    assert not names & vague


def test_top_level_is_exactly_the_card() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing lists the tracked files")
    top = {name.partition("/")[0] for name in listed.stdout.splitlines()}
    allowed = {
        *FOLDERS, "tests", "installer", "docs", "pyproject.toml", "README.md", "LICENSE", "NOTICE",
        "Makefile", "requirements.lock",
    }  # fmt: skip
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_one_build_of_opencv_and_of_onnxruntime_is_installed() -> None:
    owners = packages_distributions()
    assert set(owners["cv2"]) == {"opencv-python-headless"}
    assert len(set(owners["onnxruntime"])) == 1


def test_layers_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
