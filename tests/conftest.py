"""Every test runs offscreen, in folders of its own, and leaves no thread behind."""

import os
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
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

_OURS = ("WORKSTATION_", "SIGHTLINE_")
_KEPT = {"WORKSTATION_SHARED", "SIGHTLINE_OBJECTRON_PACKAGE"}


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
