"""Journeys go through the real `main()` on real files; the practice case is built once."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in this process."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command


@pytest.fixture(scope="session")
def built_practice_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case as `demo` leaves it; never written to, see `practice_case`."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {name: os.environ.get(name) for name in ("WORKSTATION_HOME", "WORKSTATION_USER")}
    os.environ["WORKSTATION_HOME"] = str(folder / "home")
    os.environ["WORKSTATION_USER"] = "tester"
    try:
        assert main(["demo", "--headless", "--dir", str(folder / "case")]) == 0
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    return folder / "case"


@pytest.fixture
def practice_case(built_practice_case: Path, tmp_path: Path) -> Path:
    """A copy of the indexed practice case, to do anything with."""
    return Path(shutil.copytree(built_practice_case, tmp_path / "case"))


@pytest.fixture
def case(run: Run, tmp_path: Path) -> Path:
    """A new, empty, plain case."""
    folder = tmp_path / "case"
    assert run("case", "create", folder, "--number", "26-1", "--title", "Test").code == 0
    return folder
