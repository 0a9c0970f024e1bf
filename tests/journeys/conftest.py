"""Journeys go through the real `main()` on real files; the practice case is built once."""

import json
import math
from collections.abc import Callable, Iterator
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


@pytest.fixture
def case(run: Run, tmp_path: Path) -> Path:
    """A new, empty, plain case."""
    folder = tmp_path / "case"
    assert run("case", "create", folder, "--number", "26-1", "--title", "Test").code == 0
    return folder
