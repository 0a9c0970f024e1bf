"""Starts of the program in a process of its own, which may have two screens.

`python -m tests.support.second_screen CASE WHAT...` opens the case once for each WHAT (`stay`,
`leave`, `unplug`) and writes where the tiles are, "dock" or the name of a screen: before and after
they are left alone, sent to the second screen, or that screen goes.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication

from casefiles.types import Actor
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory
from workstation.gui import application

_PATIENCE_S: Final = 60.0


def main(folder: Path, what: str) -> None:
    """Opens the window, does it, and closes the window."""
    app = application()
    desktop = Desktop(Actor("tester", "bench"), Memory.of_this_user(), save_report)

    def until(so: Callable[[], bool]) -> None:
        end = monotonic() + _PATIENCE_S
        while not so():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            assert monotonic() < end

    def place() -> str:
        stage = desktop.tiles.stage
        return stage.screen().name() if stage.is_away else "dock"

    desktop.window.show()
    desktop.cases.open_folder(folder)
    until(lambda: desktop.session.view is not None and desktop.settled())
    before = place()
    if what == "leave":
        desktop.actions["tiles.second"].trigger()
        until(desktop.settled)
    elif what == "unplug":
        # Qt tells so before it moves what was there.
        screen = next(one for one in QGuiApplication.screens() if one.name() == before)
        app.screenRemoved.emit(screen)
    checked = "on" if desktop.is_checked("tiles.second") else "off"
    sys.stdout.write(f"{before} {place()} {checked}\n")
    desktop.close()


if __name__ == "__main__":
    for one in sys.argv[2:]:
        main(Path(sys.argv[1]), one)
