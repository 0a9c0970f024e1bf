"""Checks of the computer the program runs on: disks, screen, window libraries, fonts, clock."""

import os
import shutil
import sys
import tempfile
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from resources import faults, paths, version
from workstation.selftest_types import Bench, Finding

_MIB: Final = 1024**2
_GIB: Final = 1024**3
_LEAST_HOME: Final = 2 * _GIB
_LEAST_CASE: Final = 2 * _GIB
_LEAST_TEMP: Final = _GIB // 4
_WRITTEN_MIB: Final = 16
_SLOW_MIB_S: Final = 20
_RECENT: Final = timedelta(days=14)
_MOST_DRIFT_S: Final = 2.0
_ZONES: Final = ("America/Chicago", "Europe/Berlin")


def logs(_: Bench) -> Finding:
    """Whether the program can leave word of what went wrong, and what it left lately."""
    folder = paths.log_folder()
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"selftest")
        file.flush()
    since = (datetime.now(UTC) - _RECENT).timestamp()
    left = [
        path for path in (*faults.reports(folder), *faults.traces(folder))
        if path.stat().st_mtime >= since
    ]  # fmt: skip
    facts = {"folder": str(folder), "recent_reports": len(left)}
    if not left:
        return Finding("ok", "can be written, no report of a fault in 14 days", facts=facts)
    newest = max(left, key=lambda path: path.stat().st_mtime)
    return Finding(
        "note", f"{len(left)} reports of faults in 14 days, the newest {newest.name}",
        "The program met a fault of its own; what was stored is safe.",
        "Send the help desk a bundle, see the last line.",
        {**facts, "newest": newest.name},
    )  # fmt: skip


def passphrase(_: Bench) -> Finding:
    """Where passphrases come from."""
    facts = {"keyring": False, "from_environment": "WORKSTATION_PASSPHRASE" in os.environ}
    if not facts["from_environment"]:
        return Finding("ok", "asked for each time; no keyring keeps them", facts=facts)
    return Finding(
        "note", "WORKSTATION_PASSPHRASE is set",
        "Every program started from here can read it, and it is tried on every encrypted case.",
        "Unset it unless a script needs it.", facts,
    )  # fmt: skip


def disk(_: Bench) -> Finding:
    """Room and speed where settings, models and the agency store are."""
    return _tried_disk(paths.home(), _LEAST_HOME, "Settings and the log of the agency")


def case_folder(bench: Bench) -> Finding:
    """The same where the case is, if one was named. Its path is nobody else's business."""
    if bench.case is None:
        do = "To try it: workstation selftest --case CASE."
        return Finding("ok", f"not asked for. {do}", facts={"tried": False})
    if not bench.case.is_dir():
        return Finding(
            "problem", "there is no such folder", "The case cannot be opened.",
            "Connect the disk it is on, or check the path.", {"tried": False},
        )  # fmt: skip
    try:
        found = _tried_disk(bench.case, _LEAST_CASE, "The case")
    except OSError as error:
        # As it is raised it names the folder.
        return Finding(
            "problem", f"the folder cannot be looked at: {error.strerror}",
            "The case cannot be opened.", "Check the disk and your rights to it.",
            {"tried": False},
        )  # fmt: skip
    found.facts.pop("folder")
    return Finding(found.state, found.says, found.means, found.do, {"tried": True, **found.facts})


def temp(_: Bench) -> Finding:
    """The same where files are that live for moments."""
    return _tried_disk(Path(tempfile.gettempdir()), _LEAST_TEMP, "Searches and exports")


def display(_: Bench) -> Finding:
    """Whether there is a screen to show a window on."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    has_one = sys.platform in ("win32", "darwin") or bool(shown)
    if has_one:
        where = shown or "system"
        return Finding("ok", where, facts={"display": where})
    none = "none: headless work only"
    return Finding(
        "note", none, "The window cannot be opened from here; commands work.",
        "Log in to a desktop to open the window.", {"display": none},
    )  # fmt: skip


def window(bench: Bench) -> Finding:
    """Whether the libraries of the window load and start, tried in a process of its own."""
    trial = bench.window
    facts = {"platforms": trial.platforms, "picture_formats": trial.formats}
    if trial.problem:
        return Finding(
            "problem", trial.problem, "The window cannot be opened; commands work.",
            trial.do, {**facts, "problem": trial.problem, "missing_library": trial.missing},
        )  # fmt: skip
    said = f"loaded and started ({', '.join(trial.platforms)})"
    return Finding("ok", said, facts=facts)


def fonts(bench: Bench) -> Finding:
    """Whether there is a font to show text in."""
    trial = bench.window
    facts = {"families": trial.fonts}
    if trial.problem:
        return Finding(
            "note", "not tried, because the window does not start", facts=facts,
            do="Solve check 15 first.",
        )  # fmt: skip
    if not trial.fonts:
        return Finding(
            "problem", "no font is installed", "The window shows boxes instead of letters.",
            "Install one; on Debian and Ubuntu: apt install fonts-dejavu-core.", facts,
        )  # fmt: skip
    return Finding("ok", f"{trial.fonts} families, text in {trial.family}", facts=facts)


def time_zones(_: Bench) -> Finding:
    """Whether the rules of time zones are there."""
    try:
        for name in _ZONES:
            zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding(
            "problem", f"the zone {name} is not known",
            "Times can be shown with a fixed offset only, such as -06:00.",
            "Install the system's time zone data (tzdata).", {"known": 0},
        )  # fmt: skip
    known = len(zoneinfo.available_timezones())
    return Finding("ok", f"{known} zones known", facts={"known": known})


def clock(bench: Bench) -> Finding:
    """Whether the system's clock can be right: log rows carry its time."""
    from casefiles import agency  # noqa: PLC0415 - only this check fails where it cannot be loaded

    now = datetime.now(UTC)
    newest = agency.newest_moment()
    built = datetime.fromtimestamp(Path(version.__file__).stat().st_mtime, UTC)
    facts: dict[str, object] = {
        "utc": now.isoformat(timespec="seconds"),
        "newest_log_row": None if newest is None else newest.isoformat(timespec="seconds"),
        "ran_off_s": round(bench.clock_ran_off_s, 1),
    }
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    earlier = (
        ("the newest row of the agency's log", newest),
        ("the program was installed", built),
    )
    for what, moment in earlier:
        # A day: installers write the time of another zone.
        if moment is not None and now < moment - timedelta(days=what.startswith("the program")):
            return _wrong_clock(f"{said} is before {what} ({moment:%Y-%m-%d %H:%M} UTC)", facts)
    if abs(bench.clock_ran_off_s) > _MOST_DRIFT_S:
        return _wrong_clock(f"{said}, and it was moved by {facts['ran_off_s']} s just now", facts)
    return Finding("ok", f"{said}; compare it with another clock", facts=facts)


def _wrong_clock(said: str, facts: dict[str, object]) -> Finding:
    return Finding(
        "problem", said, "Rows of the log get wrong times.",
        "Set the clock of the computer, and let it follow a time server.", facts,
    )  # fmt: skip


def _tried_disk(folder: Path, least: int, what: str) -> Finding:
    free = shutil.disk_usage(folder).free
    facts: dict[str, object] = {"folder": str(folder), "free_gib": round(free / _GIB, 1)}
    left = f"{free / _GIB:.1f} GiB free" if free >= _GIB else f"{free / _MIB:.0f} MiB free"
    needs = f"{least / _GIB:g} GiB"
    room = f"Free space on it: at least {needs}."
    lost = f"{what} cannot be stored any more."
    # What little there is is not taken away for a measurement.
    if free < 4 * _WRITTEN_MIB * _MIB:
        return Finding("problem", f"{left}, {needs} are needed", lost, room, facts)
    try:
        speed = _written_mib_s(folder)
    except OSError as error:
        why = error.strerror or type(error).__name__
        do = "Check the rights to the folder, quotas, and whether the disk is read-only."
        return Finding("problem", f"{left}, but writing fails: {why}", lost, do, facts)
    facts["write_mib_s"] = round(speed)
    said = f"{left}, writes {speed:.0f} MiB/s"
    if free < least:
        return Finding("problem", f"{said}; {needs} are needed", lost, room, facts)
    if speed < _SLOW_MIB_S:
        return Finding(
            "note", said, "The disk is slow; analysis and saving wait for it.",
            "Use a disk inside the computer rather than a stick or a share.", facts,
        )  # fmt: skip
    return Finding("ok", said, facts=facts)


def _written_mib_s(folder: Path) -> float:
    block = os.urandom(_MIB)
    # Without a name where the system can: nothing is left of it, whatever happens.
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        began = perf_counter()
        for _ in range(_WRITTEN_MIB):
            file.write(block)
        os.fsync(file.fileno())
        return _WRITTEN_MIB / max(perf_counter() - began, 1e-6)
