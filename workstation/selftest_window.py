"""A window tried in a process of its own: a library that is missing there takes nothing along.

Qt ends the process in which it finds no screen; what it says of it first is read and given on.
"""

import os
import re
import sys
import tempfile
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from resources import faults

_WAIT_S: Final = 1.0
_MISSING: Final = re.compile(r"([\w.+-]+\.(?:so[\w.]*|dll|dylib)): cannot open shared object file")
_REINSTALL: Final = "Install the program again (docs/install.md)."


@dataclass(frozen=True, slots=True)
class WindowTrial:
    """What became of it: on which platforms of Qt it started, and what was found there."""

    platforms: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    fonts: int = 0
    family: str = ""
    problem: str = ""
    missing: str = ""
    """The library of the system that is missing, by name."""
    do: str = ""


def try_window() -> WindowTrial:
    """Starts Qt without a screen, and then on the screen where there is one."""
    trial = _try_on("offscreen", WindowTrial())
    if not trial.problem and (own := _own_platform()):
        trial = _try_on(own, trial)
    return trial


def _own_platform() -> str:
    """What Qt would choose here; empty where there is no screen, or none is wanted."""
    named = os.environ.get("QT_QPA_PLATFORM", "")
    if named:
        return "" if named == "offscreen" else named
    if os.environ.get("WAYLAND_DISPLAY"):
        return "wayland"
    if os.environ.get("DISPLAY"):
        return "xcb"
    return {"win32": "windows", "darwin": "cocoa"}.get(sys.platform, "")


def _try_on(platform: str, so_far: WindowTrial) -> WindowTrial:
    # Imported here: where it cannot be, that is a finding of the check that asked.
    from casefiles.workers import Died, Ended, Failed, Processes, Said  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        noise = Path(folder) / "said.txt"
        facts: dict[str, Any] = {}
        with Processes() as crew:
            process = crew.hire(start_qt, platform, str(noise))
            while True:
                for _worker, event in crew.hear(_WAIT_S):
                    if isinstance(event, Said):
                        facts |= event.message
                    elif isinstance(event, Ended):
                        return _found(platform, facts, so_far)
                    elif isinstance(event, Died):
                        if process.pid is not None and (trace := faults.trace_of(process.pid)):
                            # A crash that was expected to be possible is no report of a fault.
                            faults.remove(trace)
                        return _died(platform, event.why, noise, so_far)
                    elif isinstance(event, Failed):
                        return replace(so_far, problem=str(event.error), do=_REINSTALL)


def _found(platform: str, facts: dict[str, Any], so_far: WindowTrial) -> WindowTrial:
    if unloadable := facts.get("unloadable"):
        return _named(f"a library cannot be loaded: {unloadable}", unloadable, so_far)
    formats = tuple(facts["formats"])
    lacking = [name for name in ("jpeg", "png") if name not in formats]
    problem = f"Qt cannot read pictures of the kind {', '.join(lacking)}" if lacking else ""
    return WindowTrial(
        (*so_far.platforms, platform), formats, facts["fonts"], facts["family"],
        problem, do=_REINSTALL if problem else "",
    )  # fmt: skip


def _died(platform: str, why: str, noise: Path, so_far: WindowTrial) -> WindowTrial:
    said = ""
    with suppress(OSError):
        said = noise.read_text(encoding="utf-8", errors="replace")
    problem = f"Qt does not start on '{platform}': its process {why}"
    if _MISSING.search(said) is None and "could not connect to display" in said:
        return replace(
            so_far, problem=f"{problem}, the screen cannot be reached",
            do="Log in to a desktop; over ssh use ssh -X, or leave DISPLAY unset.",
        )  # fmt: skip
    return _named(problem, said, so_far)


def _named(problem: str, said: str, so_far: WindowTrial) -> WindowTrial:
    found = _MISSING.search(said)
    if found is None:
        return replace(so_far, problem=problem, do=_REINSTALL)
    name = found[1]
    return replace(
        so_far, problem=f"the library {name} is missing ({problem})", missing=name,
        do="Install the package that holds it: installer/system_libraries.py --check names it.",
    )  # fmt: skip


def start_qt(platform: str, noise: str) -> Generator[dict[str, Any], None, None]:
    """In the process: loads what the window uses, starts an application, says what it found."""
    number = os.open(noise, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(number, stream)
    os.environ["QT_QPA_PLATFORM"] = platform
    # It says which library a plug-in lacks; by itself it only says that there is no plug-in.
    os.environ["QT_DEBUG_PLUGINS"] = "1"
    try:
        # By name: the command line never loads Qt.
        trial = import_module("workstation.desktop.qt_trial")
    except ImportError as error:
        yield {"unloadable": str(error)}
        return
    yield trial.facts()
