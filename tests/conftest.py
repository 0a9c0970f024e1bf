"""Every test runs offscreen, in folders of its own, and leaves no thread behind."""

import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "dev", max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption("--update-golden", action="store_true", help="write the golden pictures anew")


_MUCH_GARBAGE = 20_000
_OURS = ("WORKSTATION_", "SIGHTLINE_")
_KEPT = {"WORKSTATION_SHARED", "SIGHTLINE_PRACTICE_CASE", "SIGHTLINE_OBJECTRON_PACKAGE"}


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """One application serves all tests: one that a slot clock can watch."""
    # Tests of the command line must also run where Qt is not installed.
    from tests.support.slot_clock import ClockedApplication  # noqa: PLC0415

    return ClockedApplication


def pytest_configure() -> None:
    """Garbage is collected between tests, on the thread that runs them: what a test of the window
    leaves in circles must not be deleted by a writer's or a decoder's thread of the next one."""
    gc.disable()


@pytest.fixture(scope="module", autouse=True)
def _garbage_of_modules() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _garbage_of_tests() -> Iterator[None]:
    yield
    if gc.get_count()[0] > _MUCH_GARBAGE:
        gc.collect(1)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person running the tests reaches them, and theirs reach nobody."""
    for name in list(os.environ):
        if name.startswith(_OURS) and name not in _KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "workstation-home"))
    monkeypatch.setenv("WORKSTATION_USER", "tester")


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    # Libraries keep pools of their own; ours are the ones that must end.
    assert not [name for name in left if name.startswith("case-")]


@pytest.fixture(scope="session")
def built_practice_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case as `demo` leaves it; never written to, see `practice_case`.

    Made once for all processes of a run. SIGHTLINE_PRACTICE_CASE names one that was made before,
    for whoever runs single tests again and again.
    """
    made_before = os.environ.get("SIGHTLINE_PRACTICE_CASE")
    if made_before:
        return Path(made_before)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _demo(tmp_path_factory.mktemp("demo"))
    folder = tmp_path_factory.getbasetemp().parent / "demo"
    made = folder / "made"
    try:
        folder.mkdir()
    except FileExistsError:
        # The first process makes it, the others wait.
        while not made.exists():
            threading.Event().wait(0.2)
        assert made.read_text(), "the practice case could not be made"
        return folder / "case"
    try:
        case = _demo(folder)
        made.write_text("whole")
    finally:
        made.touch()
    return case


def _demo(folder: Path) -> Path:
    # In a process of its own: it makes an application and writes a case, which tests of the window
    # must find neither done nor doing on their thread.
    environment = {
        **os.environ, "WORKSTATION_HOME": str(folder / "home"), "WORKSTATION_USER": "tester",
    }  # fmt: skip
    command = [sys.executable, "-m", "workstation", "demo", "--headless"]
    done = subprocess.run(
        [*command, "--dir", str(folder / "case")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "case"


@pytest.fixture
def practice_case(built_practice_case: Path, tmp_path: Path) -> Path:
    """A copy of the indexed practice case, to do anything with."""
    return Path(shutil.copytree(built_practice_case, tmp_path / "case"))
