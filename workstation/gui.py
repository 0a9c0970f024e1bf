"""The desktop's front door: opens the window, or takes a picture of it.

Reached only by the commands `gui` and `demo`, at run time; the rest of the command line never
loads Qt.
"""

import argparse
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QSocketNotifier, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from casefiles.types import Actor
from resources.errors import NotInThisVersion, UserError
from resources.version import PROGRAM_VERSION
from ui.messages import route_qt_messages
from workstation.commands.access import actor as actor_of
from workstation.crash import save_report, unhandled_told
from workstation.desktop.cases import check_folder
from workstation.desktop.desktop import Desktop
from workstation.desktop.garbage import Garbage
from workstation.desktop.memory import Memory
from workstation.last_run import Running, take_last_run

_PICTURE_SIZE: Final = (1600, 950)
_LONGEST_WAIT_MS: Final = 30_000
_LOOK_EVERY_MS: Final = 50
_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


def gui(options: argparse.Namespace) -> int:
    """Opens the desktop, with a case where one is named.

    Raises:
        UserError: there is no display, or no such case folder.
    """
    if options.squad:
        raise NotInThisVersion("gui --squad")
    if options.case is not None:
        check_folder(options.case)
    desktop = start(actor_of(options))
    recent = desktop.memory.recent()
    if options.case is not None:
        desktop.cases.open_folder(options.case)
    elif desktop.memory.settings.flag("reopen") and recent:
        desktop.cases.open_folder(recent[0].folder)
    return _run(desktop)


def practise(actor: Actor, folder: Path) -> int:
    """Opens the desktop on the practice case, which is set up and analysed while one looks.

    Raises:
        UserError: there is no display.
    """
    desktop = start(actor)
    desktop.cases.practise(folder)
    return _run(desktop)


def has_display() -> bool:
    """Whether a window can be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def start(actor: Actor) -> Desktop:
    """A desktop, shown, without a case.

    Raises:
        UserError: there is no display.
    """
    if not has_display():
        raise UserError(
            "there is no display to open a window on",
            "Log in to a desktop, or use 'demo --headless'.",
        )
    application()
    desktop = Desktop(actor, Memory.of_this_user(), save_report)
    desktop.apply_settings()
    desktop.window.show()
    spare_the_lasting()
    Garbage(desktop)
    return desktop


def spare_the_lasting() -> None:
    """Tells Python that what the program is made of by now stays.

    Otherwise it walks over all of it when it looks for garbage: for several frames, and as a rule
    on the thread of the window.
    """
    gc.collect()
    gc.freeze()


def application() -> QApplication:
    """The one application object, named and with Qt's own messages going to the log."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    route_qt_messages()
    app = QApplication(["sightline"])
    app.setApplicationName("Sightline")
    app.setApplicationDisplayName("Sightline")
    app.setApplicationVersion(PROGRAM_VERSION)
    return app


def take_picture(actor: Actor, case: Path, picture: Path) -> None:
    """Opens a case in the real main window, searches it for people and writes a picture of that.

    Raises:
        UserError: the picture cannot be written, or the window is not ready in time.
    """
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application()
    desktop = Desktop(actor, Memory.of_this_user(), save_report)
    desktop.apply_settings()
    desktop.window.resize(*_PICTURE_SIZE)
    desktop.window.show()
    try:
        desktop.cases.open_folder(case)
        wait(lambda: desktop.session.view is not None, "the case")
        desktop.search.search_for("person")
        wait(lambda: desktop.session.hits is not None, "the search")
        desktop.results.go_next()
        wait(lambda: desktop.settled(), "the pictures")
        grabbed = desktop.window.grab()
    finally:
        desktop.close()
    _save(grabbed, picture)


def _save(grabbed: QPixmap, picture: Path) -> None:
    """Writes a picture beside its place and then puts it there: an older one stays if it fails.

    Raises:
        UserError: it cannot be written.
    """
    beside = picture.with_name(f".{picture.name}.{os.getpid()}.new")
    try:
        # By Python: Qt finds a disk that filled up only when it closes the file, and tells nobody.
        coded = QBuffer()
        coded.open(QIODevice.OpenModeFlag.WriteOnly)
        grabbed.save(coded, "PNG")
        beside.write_bytes(coded.data().data())
        beside.replace(picture)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(
            f"the picture {picture} cannot be written: {error.strerror}", "Choose another place."
        ) from error


def _run(desktop: Desktop) -> int:
    last, running = take_last_run(), Running.begin()
    if running is not None:
        desktop.help.watch(running, last)
    # From any thread; the signal brings it to the window, which reports it and says so.
    with unhandled_told(desktop.session.failed.emit), _closed_by_signals(desktop):
        try:
            app = QApplication.instance()
            code = app.exec() if app is not None else 1
        finally:
            desktop.close()
    if running is not None:
        running.end()
    return code


@contextmanager
def _closed_by_signals(desktop: Desktop) -> Iterator[None]:
    """SIGTERM, as at the end of a login, and Ctrl+C close the window as its cross does."""
    theirs, ours = socket.socketpair()
    ours.setblocking(False)

    def close() -> None:
        theirs.recv(1)
        desktop.window.close()
        QApplication.quit()

    # Python handles a signal when it next runs a line of its own, which may be never.
    notifier = QSocketNotifier(theirs.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(close)
    wakeup = signal.set_wakeup_fd(ours.fileno())
    before = {number: signal.signal(number, lambda *_: None) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        notifier.setEnabled(False)
        theirs.close()
        ours.close()


def wait(ready: Callable[[], bool], what: str) -> None:
    """Lets the window work until something is there.

    Raises:
        UserError: it takes too long.
    """
    loop = QEventLoop()
    timer = QTimer(interval=_LOOK_EVERY_MS)
    timer.timeout.connect(lambda: loop.quit() if ready() else None)
    QTimer.singleShot(_LONGEST_WAIT_MS, loop.quit)
    timer.start()
    loop.exec()
    timer.stop()
    if not ready():
        raise UserError(f"the window did not get {what} ready in time", "Try again.")
