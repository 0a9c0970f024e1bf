"""The log is written whatever happens, stays small, and holds nothing of any case."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from resources import log, paths

SECRET = "AB" + "·1234"


def _lines(role: str = "command") -> list[str]:
    files = sorted(paths.log_folder().glob(f"{role}-*.log"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_info_is_written_with_its_logger_and_debug_never() -> None:
    with log.kept("command"):
        logging.getLogger("case").info("opened")
        logging.getLogger("case").debug(SECRET)
    assert any(line.endswith("INFO    case: opened") for line in _lines())
    assert SECRET not in "\n".join(_lines())


def test_nothing_is_left_configured() -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    with log.kept("command"):
        assert len(root.handlers) > len(before[1])
    assert (root.level, root.handlers) == before


def test_no_line_makes_no_file() -> None:
    with log.kept("command"):
        pass
    assert not list(paths.log_folder().iterdir())


def test_warning_is_one_line_on_standard_error_and_info_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with log.kept("command"):
        logging.getLogger("qt").info("quiet")
        logging.getLogger("qt").warning("odd\nthing\x1b[31m")
    said = capsys.readouterr().err
    assert said.startswith("workstation: warning: qt: odd thing")
    assert said.count("\n") == 1
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "said",
    [
        f'cannot open "/evidence/{SECRET}.mp4"',
        f"cannot open /evidence/Case 12/{SECRET} two.mp4",
        f"cannot open C:\\evidence\\{SECRET}",
        f"cannot open \\\\server\\share\\{SECRET}",
        f"cannot open file:///{SECRET}",
        f"no such plug-in: '{SECRET}'",
        f"it's not there: '{SECRET}' was",
        f"damaged: {SECRET}.mp4",
        f"~/{SECRET}",
    ],
)
def test_what_a_library_quotes_never_reaches_the_log(said: str) -> None:
    with log.kept("command"):
        logging.getLogger("qt").warning("%s", said)
    assert SECRET not in "\n".join(_lines())


def test_name_of_a_missing_library_stays_readable() -> None:
    said = "libxcb-cursor.so.0: cannot open shared object file"
    assert log.scrubbed(said) == said


def test_error_is_written_as_types_and_places_without_its_message() -> None:
    with log.kept("command"):
        try:
            raise ValueError(SECRET)
        except ValueError:
            logging.getLogger("case").exception("it failed")
    text = "\n".join(_lines())
    assert "ValueError" in text
    assert "test_log.py" in text
    assert SECRET not in text


def test_file_past_its_size_becomes_the_older_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 4000)
    with log.kept("window"):
        for number in range(300):
            logging.getLogger("case").info("line %d", number)
    files = list(paths.log_folder().iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size <= 4000 for file in files)
    assert _lines("window")[-1].endswith("line 299")


def test_oldest_files_of_ended_processes_are_taken_away(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", ""], check=True) and 2**22 + 1
    for number in range(100):
        (tmp_path / f"command-{number:03}-{ended}.log").write_text("x")
    running = tmp_path / f"command-000-{os.getpid()}.log"
    running.write_text("x")
    log.tidy(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) <= 62
    assert running.name in left, "its process still writes it"
    assert f"command-099-{ended}.log" in left


def test_full_disk_is_told_once_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    real_open = os.open

    def on_full_disk(path: Path, *rest: int) -> int:
        return real_open("/dev/full" if str(path).endswith(".log") else path, *rest)

    monkeypatch.setattr(os, "open", on_full_disk)
    told: list[str] = []
    with log.kept("window") as own:
        own.tell = told.append
        for _ in range(3):
            logging.getLogger("case").info("opened")
    assert len(told) == 1
    assert "No space left" in told[0]


def test_log_folder_that_cannot_be_is_told_to_whoever_asks_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    told: list[str] = []
    with log.kept("window") as own:
        logging.getLogger("case").info("opened")
        log.hear_trouble(told.append)
        assert told == [own.trouble]
    assert "goes on without" in told[0]


def test_processes_that_write_at_once_lose_no_line() -> None:
    code = (
        "import logging\nfrom resources import log\n"
        "with log.kept('worker'):\n"
        "    for n in range(200): logging.getLogger('w').info('line %d', n)"
    )
    several = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [one.wait() for one in several] == [0, 0, 0]
    assert len(list(paths.log_folder().glob("worker-*.log"))) == 3
    assert sum(": line" in line for line in _lines("worker")) == 600
