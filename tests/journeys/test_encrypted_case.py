"""An encrypted case tells nobody without its passphrase what is in it, not even a dead one."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from casefiles.case import DATABASE, Case
from casefiles.store import engine, keys
from casefiles.store.keys import KEY_FILE
from casefiles.types import Actor
from resources.files import packaged
from tests.journeys.conftest import TRACKED
from tests.support.clips import beginning
from tests.support.encrypted_life import PLANTED
from tests.support.leaks import leaks, pictures

SPILL = "spill"
TRIES = 4
"""DuckDB compresses some of what it puts aside, where that is quicker just then."""
NEVER_STORED = {"bug", "passphrase", "new passphrase"}


@dataclass(frozen=True, slots=True)
class Life:
    """Where a case lived: its folder, and every place that its processes could write to."""

    root: Path
    case: Path
    seen: dict[str, str | bytes]
    """What was planted, and what the program itself put into the case."""

    @property
    def places(self) -> list[Path]:
        return [self.case, *(self.root / name for name in ("home", "user", "temp"))]

    def go_on(self, what: str, *more: Path, passphrase: str | None) -> str:
        """One more process, until it is killed; gives what it printed."""
        places = {
            "WORKSTATION_HOME": "home", "TMPDIR": "temp", "HOME": "user",
            "XDG_CONFIG_HOME": "user/config", "XDG_CACHE_HOME": "user/cache",
            "XDG_DATA_HOME": "user/data", "XDG_RUNTIME_DIR": "user/run",
        }  # fmt: skip
        for folder in places.values():
            (self.root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {
            **os.environ, **{name: str(self.root / place) for name, place in places.items()},
            "WORKSTATION_USER": "tester", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        environment.pop("WORKSTATION_PASSPHRASE", None)
        if passphrase is not None:
            environment["WORKSTATION_PASSPHRASE"] = passphrase
        command = [sys.executable, "-m", "tests.support.encrypted_life", what, str(self.case)]
        done = subprocess.run(
            [*command, *map(str, more)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A case that was made, filled, looked at and left three times without being closed."""
    root = tmp_path_factory.mktemp("encrypted")
    footage = root / "originals" / f"{PLANTED['footage']}.mp4"
    footage.parent.mkdir()
    beginning(packaged("demo", TRACKED), footage, 8.0)
    life = Life(root, root / "case", dict(PLANTED))
    told = life.go_on("commands", footage, passphrase=PLANTED["passphrase"])
    for line in told.splitlines():
        name, _, value = line.partition(" ")
        if name in {"thumbnail", "vector"}:
            life.seen[name] = bytes.fromhex(value)
    life.go_on("window", passphrase=None)
    life.go_on("spill", passphrase=PLANTED["passphrase"])
    return life


def test_what_an_encrypted_case_holds_is_nowhere_in_plain(life: Life) -> None:
    assert (life.case / f"{DATABASE}.wal").stat().st_size > 1000
    assert sum(file.stat().st_size for file in (life.case / SPILL).iterdir()) > 1_000_000
    assert len(list((life.root / "home" / "logs").glob("crash-*.txt"))) > 1
    assert str(life.case) in (life.root / "home" / "window.json").read_text()
    assert {"thumbnail", "vector"} <= life.seen.keys()
    assert leaks(life.places, life.seen) == []
    assert pictures(life.places) == []


def test_what_killed_processes_put_aside_goes_when_the_case_is_closed(
    life: Life, tmp_path: Path
) -> None:
    case = Path(shutil.copytree(life.case, tmp_path / "case"))
    who = Actor("tester", "bench")
    with Case.open(case, who, policy="p", passphrase=PLANTED["passphrase"]) as opened:
        notes = opened.read(lambda cursor: cursor.execute("SELECT note FROM bookmarks").fetchall())
    assert {note for (note,) in notes} == {PLANTED["note"], PLANTED["window note"]}
    assert sorted(path.name for path in case.iterdir()) == [DATABASE, KEY_FILE]


def test_the_same_look_finds_all_of_it_in_a_plain_case(life: Life, tmp_path: Path) -> None:
    plain = Life(tmp_path, tmp_path / "case", life.seen)
    _copy_without_key(life.case, plain.case)
    found = leaks([plain.case], life.seen)
    for what in life.seen.keys() - NEVER_STORED:
        assert any(one.startswith(f"{what} in ") for one in found), what
    assert pictures([plain.case])
    for _ in range(TRIES):
        plain.go_on("spill", passphrase=None)
        if leaks([plain.case / SPILL], {"note": PLANTED["note"]}):
            return
    pytest.fail("nothing was put aside in plain: the look at an encrypted case proves nothing")


def _copy_without_key(case: Path, plain: Path) -> None:
    """The same content in a folder of its own, for anybody to read."""
    plain.mkdir()
    keys.write_key_file(plain, None)
    key = keys.read_key(case, PLANTED["passphrase"])
    with duckdb.connect() as both:
        both.execute(f"LOAD '{engine._encryption_extension()}'")
        both.execute(f"ATTACH '{case / DATABASE}' AS kept (ENCRYPTION_KEY '{key}', READ_ONLY)")
        both.execute(f"ATTACH '{plain / DATABASE}' AS told (TYPE duckdb)")
        both.execute("COPY FROM DATABASE kept TO told")
