"""A run that did not end by itself is told once, and no running window is ever mistaken for it."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from resources import paths
from resources.version import PROGRAM_VERSION
from workstation.last_run import Running, take_last_run

CASE = Path("/cases/26-1").absolute()
RUN = """
import sys
from pathlib import Path
from workstation.last_run import Running
running = Running.begin()
running.note(Path(sys.argv[1]), analysing=True)
print("up", flush=True)
sys.stdin.read()
"""


def _start() -> "subprocess.Popen[str]":
    other = subprocess.Popen(
        [sys.executable, "-c", RUN, str(CASE)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    return other


def _kill(other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.communicate()


def test_killed_run_is_told_once_with_what_was_open() -> None:
    _kill(_start())
    last = take_last_run()
    assert last is not None
    assert (last.case, last.analysing, last.version) == (CASE, True, PROGRAM_VERSION)
    assert last.trace is None
    assert abs(last.ended - datetime.now(UTC)) < timedelta(minutes=5)
    assert take_last_run() is None


def test_run_that_ended_by_itself_is_not_told() -> None:
    running = Running.begin()
    assert running is not None
    running.end()
    assert take_last_run() is None


def test_second_window_does_not_take_the_first_for_ended() -> None:
    other = _start()
    try:
        assert take_last_run() is None
        assert list((paths.home() / "running").iterdir())
    finally:
        _kill(other)
    assert take_last_run() is not None


def test_number_given_to_another_process_deceives_nobody() -> None:
    _kill(_start())
    (marker,) = (paths.home() / "running").iterdir()
    stem, _, _ = marker.name.rpartition("-")
    # As if this very process had got the number of the killed one.
    marker.rename(marker.with_name(f"{stem}-{os.getpid()}.json"))
    assert take_last_run() is not None


def test_trace_of_an_earlier_process_of_that_number_is_not_its_trace() -> None:
    other = _start()
    trace = paths.log_folder() / f"fault-window-0-{other.pid}.txt"
    trace.write_text("stacks")
    os.utime(trace, (1, 1))
    _kill(other)
    last = take_last_run()
    assert last is not None
    assert last.trace is None


def test_trace_of_the_crash_says_when_it_ended() -> None:
    other = _start()
    trace = paths.log_folder() / f"fault-window-0-{other.pid}.txt"
    trace.write_text("stacks")
    moment = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    os.utime(trace, (moment.timestamp(), moment.timestamp()))
    other.send_signal(signal.SIGTERM)
    other.communicate()
    last = take_last_run()
    assert last is not None
    assert (last.trace, last.ended) == (trace, moment)


def test_marker_without_a_word_is_told_without_details() -> None:
    folder = paths.home() / "running"
    folder.mkdir()
    (folder / "window-1-2.json").write_bytes(b"")
    last = take_last_run()
    assert last is not None
    assert last.case is None


def test_folder_that_cannot_be_written_means_no_marker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    assert Running.begin() is None
    assert take_last_run() is None
