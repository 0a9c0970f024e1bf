"""Every test runs offscreen, in folders of its own, and leaves no thread behind."""

import gc
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, settings

from tests.support.order import in_order

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
_PRACTICE = "built_practice_case"
_PRACTICE_S = 900.0
_MADE_BEFORE = "SIGHTLINE_PRACTICE_CASE"
_MAKER: pytest.StashKey["subprocess.Popen[bytes] | None"] = pytest.StashKey()
_OURS = ("WORKSTATION_", "SIGHTLINE_")
_KEPT = {"WORKSTATION_SHARED", _MADE_BEFORE, "SIGHTLINE_OBJECTRON_PACKAGE"}


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """One application serves all tests: one that a slot clock can watch."""
    # Tests of the command line must also run where Qt is not installed.
    from tests.support.slot_clock import ClockedApplication  # noqa: PLC0415

    return ClockedApplication


def pytest_configure(config: pytest.Config) -> None:
    """Garbage is collected between tests, on the thread that runs them: what a test of the window
    leaves in circles must not be deleted by a writer's or a decoder's thread of the next one."""
    gc.disable()
    # Files are dealt out in our order, not by how many tests they hold.
    config.option.loadscopereorder = False


@pytest.fixture(scope="module", autouse=True)
def _garbage_of_modules() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _garbage_of_tests() -> Iterator[None]:
    yield
    if gc.get_count()[0] > _MUCH_GARBAGE:
        gc.collect(1)


@pytest.fixture(scope="session", autouse=True)
def _ready_made() -> Iterator[None]:
    from tests.support.ready_made import ready_made  # noqa: PLC0415 - only where a test runs

    with ready_made():
        yield


@pytest.fixture
def made_anew() -> Iterator[None]:
    """New cases and worker processes are made as the program makes them, at their full price."""
    from tests.support.ready_made import made_anew  # noqa: PLC0415 - as above

    with made_anew():
        yield


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end no process is left alone with a long file."""
    in_order(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The practice case is begun at once, if a test asks for it."""
    config = session.config
    if _MADE_BEFORE in os.environ or config.option.collectonly or _deals_out(config):
        return
    if any(_PRACTICE in getattr(item, "fixturenames", ()) for item in session.items):
        from tests.support import practice_case  # noqa: PLC0415 - only where it is needed

        config.stash[_MAKER] = practice_case.begin(_shared_folder(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was begun for a run ends with it."""
    maker = session.config.stash.get(_MAKER, None)
    if maker is not None:
        # Other processes of the run may still wait for it.
        if not hasattr(session.config, "workerinput"):
            maker.kill()
        maker.wait()


def _deals_out(config: pytest.Config) -> bool:
    """Whether this process only deals tests out to others."""
    return bool(getattr(config.option, "numprocesses", 0)) and not hasattr(config, "workerinput")


def _shared_folder(config: pytest.Config) -> Path:
    """One folder for all processes of a run."""
    own: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return own.parent if hasattr(config, "workerinput") else own


@pytest.fixture(scope="session")
def built_practice_case(pytestconfig: pytest.Config) -> Path:
    """The practice case as `demo` leaves it; never written to, see `practice_case`.

    Made once for all processes of a run. SIGHTLINE_PRACTICE_CASE names one that was made before,
    for whoever runs single tests again and again.
    """
    made_before = os.environ.get(_MADE_BEFORE)
    if made_before:
        return Path(made_before)
    from tests.support import practice_case  # noqa: PLC0415 - only where it is needed

    shared = _shared_folder(pytestconfig)
    end = monotonic() + _PRACTICE_S
    while (case := practice_case.made(shared)) is None:
        assert monotonic() < end, "the practice case is not made"
        threading.Event().wait(0.2)
    return case


@pytest.fixture
def practice_case(built_practice_case: Path, tmp_path: Path) -> Path:
    """A copy of the indexed practice case, to do anything with."""
    return Path(shutil.copytree(built_practice_case, tmp_path / "case"))
