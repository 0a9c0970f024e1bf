"""A process that crashes leaves its stacks; one that ends leaves nothing; little is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resources import faults, paths

LIVE = """
import ctypes, sys
from resources import faults
with faults.traced("window"):
    if sys.argv[1] == "crash":
        ctypes.string_at(0)
"""
ENDED = 2**22 + 1
"""More than any system counts processes up to."""


def _live(how: str) -> int:
    command = [sys.executable, "-c", LIVE, how]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode


def test_segmentation_fault_leaves_the_stacks() -> None:
    assert _live("crash") != 0
    (trace,) = faults.traces(paths.log_folder())
    assert "Segmentation fault" in trace.read_text()
    assert faults.trace_of(faults.pid_in(trace)) == trace


def test_process_that_ends_leaves_nothing() -> None:
    assert _live("well") == 0
    assert not list(paths.log_folder().iterdir())


def test_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    assert _live("well") == 0


def test_empty_traces_of_ended_processes_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    gone = tmp_path / f"worker-{ENDED}.txt"
    running = tmp_path / f"worker-{os.getpid()}.txt"
    crashed = tmp_path / f"fault-window-1-{ENDED}.txt"
    for path in (gone, running, crashed):
        path.write_text("stacks" if path is crashed else "")
    faults.tidy(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted((running, crashed))


def test_newest_reports_are_kept(tmp_path: Path) -> None:
    for number in range(50):
        path = tmp_path / f"crash-{number:02}.txt"
        path.write_text("x")
        os.utime(path, (number, number))
    faults.tidy(tmp_path)
    left = faults.reports(tmp_path)
    assert len(left) == 20
    assert left[-1].name == "crash-49.txt"


def test_description_names_causes_and_places_and_no_message() -> None:
    secret = "plan" + "ted"
    try:
        try:
            raise KeyError(secret)
        except KeyError as cause:
            raise ValueError(secret) from cause
    except ValueError as error:
        text = faults.described(error)
    assert text.startswith("ValueError <- KeyError\n")
    assert "test_faults.py" in text
    assert secret not in text
