"""What nobody caught is reported wherever it happens, and never with its message."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from casefiles.workers import WorkerBug
from resources import paths
from workstation.crash import save_report

SECRET = "plan" + "ted"


def _program(body: str) -> "subprocess.CompletedProcess[str]":
    """A process whose hooks are no test runner's."""
    code = (
        "import gc, sys, threading\nfrom workstation.crash import say_on_stderr, unhandled_told\n"
        "SECRET = 'plan' + 'ted'\n"
        "with unhandled_told(say_on_stderr):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def _reports() -> list[str]:
    return [path.read_text() for path in paths.log_folder().glob("crash-*.txt")]


@pytest.mark.parametrize(
    "body",
    [
        """
        def broken(): raise ValueError(SECRET)
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
        """,
        """
        class Broken:
            def __del__(self): raise ValueError(SECRET)
        Broken()
        gc.collect()
        """,
        """
        try:
            raise ValueError(SECRET)
        except ValueError:
            sys.excepthook(*sys.exc_info())
        """,
    ],
    ids=["thread", "destructor", "slot"],
)
def test_fault_nobody_caught_is_one_line_and_one_report(body: str) -> None:
    done = _program(body)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert [line for line in lines if line.startswith("workstation: a bug in Sightline: ValueErr")]
    assert len(_reports()) == 1
    assert SECRET not in done.stderr + "".join(_reports())


def test_same_fault_again_and_again_is_one_report() -> None:
    done = _program("""
        def broken(): raise ValueError(SECRET)
        for _ in range(20):
            try:
                broken()
            except ValueError:
                sys.excepthook(*sys.exc_info())
    """)
    assert len(done.stderr.splitlines()) == 1
    assert len(_reports()) == 1


def test_report_of_a_fault_in_a_worker_says_where_in_the_worker() -> None:
    save_report(WorkerBug("ValueError", "File decoder.py, line 7"))
    (text,) = _reports()
    assert "decoder.py, line 7" in text


def test_report_that_cannot_be_written_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    assert "could not be written" in save_report(ValueError())
