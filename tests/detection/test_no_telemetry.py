"""A network that runs tells nobody, and leaves nothing behind that could be told later."""

import os
import subprocess
import sys
from pathlib import Path

_RUN = """
from detection.detector import open_detector
open_detector("ssd-oidv4", threads=1)
"""


def test_running_a_network_writes_no_device_id_and_no_events(tmp_path: Path) -> None:
    # With the switch left to its default three files are there as soon as a network is loaded.
    kept = {name: text for name, text in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    folders = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache"}
    for name in folders.values():
        (tmp_path / name).mkdir()
    environment = {
        **kept,
        **{variable: str(tmp_path / name) for variable, name in folders.items()},
        "WORKSTATION_DEVICE": "cpu",
    }
    subprocess.run([sys.executable, "-c", _RUN], env=environment, check=True)
    assert [path for name in folders.values() for path in (tmp_path / name).rglob("*")] == []
