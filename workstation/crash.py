"""Bug reports on disk: trace and versions, never footage, plates or case content.

What nobody caught, in a slot of the window, a thread or a destructor, is reported the same way.
"""

import logging
import platform
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Final, TypeAlias

from resources import faults, paths
from resources.version import PROGRAM_VERSION

Tell: TypeAlias = Callable[[BaseException], None]
log = logging.getLogger(__name__)
_OURS: Final[list[object]] = []
_QUIET_S: Final = 60.0
"""The same fault again within this time is counted and not told: one in painting comes with every
frame."""


def save_report(error: BaseException) -> str:
    """Writes the report; gives its path, or why there is none."""
    moment = datetime.now(UTC)
    # Only types and places: messages may quote a path or a name from a case.
    text = (
        f"Sightline {PROGRAM_VERSION} · Python {platform.python_version()} · "
        f"{platform.platform()}\n{moment.isoformat()} · thread {threading.current_thread().name}\n"
        f"{faults.described(error)}"
    )
    from casefiles.workers import WorkerBug  # noqa: PLC0415 - needed only here

    if isinstance(error, WorkerBug):
        # The place in the worker; its notes are places too.
        text += "\nin the worker:\n" + "\n".join(getattr(error, "__notes__", ()))
    # Not above info: whoever saves the report tells the person, once.
    log.info("a fault: %s", type(error).__name__)
    try:
        folder = paths.log_folder()
        path = folder / f"crash-{faults.stamp(moment)}.txt"
        path.write_text(text, encoding="utf-8")
    except OSError as unwritable:
        return f"could not be written ({unwritable.strerror})"
    faults.tidy(folder)
    return str(path)


@contextmanager
def unhandled_told(tell: Tell) -> Iterator[None]:
    """Until the end of the block, `tell` gets what nobody caught, in the thread it happened in.

    Hooks that somebody else put there, a test runner say, are called as well.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    told: dict[tuple[str, str, int], float] = {}

    def pass_on(error: BaseException) -> None:
        now, fault = monotonic(), _place(error)
        if now - told.get(fault, -_QUIET_S) < _QUIET_S:
            return
        told[fault] = now
        tell(error)

    def in_main(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        pass_on(error)
        if _is_foreign(before[0], sys.__excepthook__):
            before[0](kind, error, at)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            pass_on(args.exc_value)
        if _is_foreign(before[1], threading.__excepthook__):
            before[1](args)

    def in_destructor(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            pass_on(args.exc_value)
        if _is_foreign(before[2], sys.__unraisablehook__):
            before[2](args)

    ours = (in_main, in_thread, in_destructor)
    _OURS.extend(ours)
    sys.excepthook, threading.excepthook, sys.unraisablehook = ours
    try:
        yield
    finally:
        del _OURS[-len(ours) :]
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def say_on_stderr(error: BaseException) -> None:
    """Saves the report and says so in one line, as the command line does."""
    # Only its type: the message may hold a name, a path or a passphrase.
    kind, where = type(error).__name__, save_report(error)
    with suppress(OSError, ValueError):
        sys.stderr.write(f"workstation: a bug in Sightline: {kind}. Report: {where}\n")


def _is_foreign(hook: object, python_own: object) -> bool:
    # Python's own prints messages; ours of an outer block would report a second time.
    return hook is not python_own and hook not in _OURS


def _place(error: BaseException) -> tuple[str, str, int]:
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    kind = type(error).__name__
    return (kind, at.tb_frame.f_code.co_filename, at.tb_lineno) if at else (kind, "", 0)
