"""Journeys go through the real `main()` on real files; the practice case is built once."""

import json
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.cheap_keys import keys_for_tests
from workstation import output
from workstation.__main__ import main

TRACKED = "market-gate.mp4"
"""The smallest bundled clip: what a journey indexes when any footage will do."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON; nothing else may be there."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _one_application(qapp: object) -> None:
    """Commands that take a picture of the window use the application of the tests."""


@pytest.fixture(autouse=True)
def _no_lines_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many lines of progress come depends on how busy the machine is."""
    for pause in ("_EVERY_S", "_FIRST_S"):
        monkeypatch.setattr(output, pause, math.inf)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in this process."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command


@pytest.fixture
def cheap_keys() -> Iterator[None]:
    """Keys are made that cost next to nothing to open."""
    with keys_for_tests():
        yield


def lived_through(place: Path, *commands: Sequence[object]) -> Path:
    """Commands that many tests begin with, run once for all of them: `place` keeps the case and
    the home they leave."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WORKSTATION_PASSPHRASE", raising=False)
        patch.setenv("WORKSTATION_HOME", str(place / "home"))
        patch.setenv("WORKSTATION_USER", "tester")
        for command in commands:
            assert main([str(word) for word in command]) == 0, command
    return place


def taken_over(place: Path, tmp_path: Path) -> Path:
    """Case and home that were lived through, as those of one test; gives the case."""
    shutil.copytree(place / "home", tmp_path / "workstation-home", dirs_exist_ok=True)
    return Path(shutil.copytree(place / "case", tmp_path / "case"))


@pytest.fixture(scope="session")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a plain case was created, and nothing else."""
    place = tmp_path_factory.mktemp("created")
    words = ("case", "create", place / "case", "--number", "26-1", "--title", "Test")
    return lived_through(place, words)


@pytest.fixture
def case(created: Path, tmp_path: Path) -> Path:
    """A new, empty, plain case."""
    return taken_over(created, tmp_path)
