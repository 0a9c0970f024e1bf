"""Decoder threads go behind the thread of the window where cores are scarce."""

import os
import sys
from contextlib import suppress
from threading import get_native_id
from typing import Final

_BEHIND: Final = 5


def step_back() -> None:
    """Makes the calling thread wait for others when all cores are busy.

    Linux only: it alone keeps this by thread; elsewhere nothing happens.
    """
    # Where that is forbidden, it decodes as before.
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), os.nice(0) + _BEHIND)
