"""How much memory the process takes while it does something."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
_STATUS: Final = Path("/proc/self/status")
_RESET: Final = Path("/proc/self/clear_refs")


def peak_mb(work: Callable[[], T]) -> tuple[float, T]:
    """The most memory the process had during `work`, in MB, and its result; 0 where the system
    does not tell (only Linux does)."""
    try:
        # 5 forgets the peak so far.
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return 0.0, work()
    result = work()
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    peaks = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")]
    return peaks[0] if peaks else 0.0, result
