"""What the GUI thread must never do, made to fail where it happens and again at the end.

SQL, opening and decoding footage, and running networks raise `OnGuiThread` on the main thread.
Each is also kept, because code may swallow the error: leaving the block fails all the same.
"""

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import pytest

from casefiles.store.engine import Connection
from detection.onnx_session import Session as NetworkSession
from video.container import VideoFile
from video.pyav_decoder import PyavDecoder, PyavFrame

_GUARDED: Final[tuple[tuple[Any, str, str], ...]] = (
    (duckdb, "connect", "opens a database"),
    (Connection, "cursor", "runs SQL"),
    (VideoFile, "__init__", "opens footage"),
    (PyavDecoder, "__init__", "opens footage"),
    (PyavDecoder, "frames", "decodes footage"),
    (PyavDecoder, "frame_at", "decodes footage"),
    (PyavFrame, "bgr", "converts a frame"),
    (PyavFrame, "luma", "converts a frame"),
    (NetworkSession, "__init__", "loads a network"),
    (NetworkSession, "run", "runs a network"),
)
_SHOWN_FRAMES: Final = 8


class OnGuiThread(AssertionError):
    """The GUI thread did what makes a window stutter."""


@dataclass(slots=True)
class GuiGuards:
    """What was caught so far."""

    caught: list[str] = field(default_factory=list)
    _lifted: bool = False

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """For what a test itself has to do on its thread, such as opening a case."""
        self._lifted = True
        try:
            yield
        finally:
            self._lifted = False

    def judge(self, what: str) -> None:
        """Called at each guarded door.

        Raises:
            OnGuiThread: this is the main thread, and the guards are not lifted.
        """
        if self._lifted or threading.current_thread() is not threading.main_thread():
            return
        stack = "".join(traceback.format_stack()[-_SHOWN_FRAMES:-2])
        self.caught.append(f"the GUI thread {what}:\n{stack}")
        raise OnGuiThread(f"the GUI thread {what}")


@contextmanager
def gui_guards() -> Iterator[GuiGuards]:
    """Guards the main thread inside the block.

    Raises:
        OnGuiThread: at the end, where something was caught, whatever became of it then.
    """
    guards = GuiGuards()
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, what in _GUARDED:
            patch.setattr(owner, name, _guarded(getattr(owner, name), guards, what))
        yield guards
    if guards.caught:
        raise OnGuiThread("\n".join(guards.caught))


def _guarded(door: Callable[..., Any], guards: GuiGuards, what: str) -> Callable[..., Any]:
    def through(*arguments: Any, **named: Any) -> Any:
        guards.judge(what)
        return door(*arguments, **named)

    return through
