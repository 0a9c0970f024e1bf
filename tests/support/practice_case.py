"""Makes the practice case in a process beside the tests: `python -m tests.support.practice_case`.

In a process of its own because it makes an application and writes a case, which tests of the window
must find neither done nor doing on their thread; beside them because it takes a minute, in which
nobody has to wait.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from workstation.__main__ import main

_PLACE: Final = "demo"
_DONE: Final = "done"
_SAID: Final = "said.txt"
WHOLE: Final = "0"


def begin(shared: Path) -> "subprocess.Popen[bytes] | None":
    """Starts to make it below a folder of all processes of the run; None if another one did."""
    folder = shared / _PLACE
    try:
        folder.mkdir()
    except FileExistsError:
        return None
    environment = {
        **os.environ, "WORKSTATION_HOME": str(folder / "home"), "WORKSTATION_USER": "tester",
    }  # fmt: skip
    with (folder / _SAID).open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)],
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )


def made(shared: Path) -> Path | None:
    """The case, once it is there.

    Raises:
        AssertionError: it could not be made.
    """
    folder = shared / _PLACE
    try:
        code = (folder / _DONE).read_text()
    except FileNotFoundError:
        return None
    assert code == WHOLE, (folder / _SAID).read_text(errors="replace")
    return folder / "case"


def _make(folder: Path) -> None:
    code = "not at all"
    try:
        code = str(main(["demo", "--headless", "--dir", str(folder / "case")]))
    finally:
        # In one step: whoever looks finds it whole.
        (folder / f"{_DONE}.new").write_text(code)
        (folder / f"{_DONE}.new").rename(folder / _DONE)


if __name__ == "__main__":
    _make(Path(sys.argv[1]))
