"""Sees to it that the system has what Qt loads; `make setup` runs it before pip.

Standard library only: it runs before anything is installed, also under the system's own Python.
It never asks a question, and where it cannot help it says so in one line and lets setup go on.
"""

import argparse
import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

# Read from the NEEDED entries (objdump -p) of PySide6-Essentials 6.11.2: the modules the window
# uses and their plug-ins. Shared object → the Debian or Ubuntu package that holds it.
WINDOW_LIBRARIES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    # The offscreen plug-in links it too: pictures without a display need it as well.
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
XCB_LIBRARIES: Final = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
PACKAGES: Final = WINDOW_LIBRARIES | XCB_LIBRARIES
FONT_PACKAGE: Final = "fonts-dejavu-core"
_FONT_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".pfb"})
_APT_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Missing:
    """What the system lacks: shared objects by name, any font at all, Python's venv module."""

    libraries: tuple[str, ...] = ()
    fonts: bool = False
    venv: bool = False

    def __bool__(self) -> bool:
        """True when anything is missing."""
        return bool(self.libraries or self.fonts or self.venv)


class AptFailed(Exception):
    """apt-get did not install; the text is its own complaint."""


def find_missing(
    loads: Callable[[str], bool], font_folders: Iterable[Path], has_module: Callable[[str], bool]
) -> Missing:
    """What is missing, by trying each library, looking for one font and for two modules.

    Debian keeps `ensurepip` in the venv package and `venv` itself elsewhere, so both are asked for.
    """
    return Missing(
        libraries=tuple(name for name in PACKAGES if not loads(name)),
        fonts=not any(_holds_a_font(folder) for folder in font_folders),
        venv=not (has_module("venv") and has_module("ensurepip")),
    )


def packages_for(missing: Missing, venv_package: str) -> tuple[str, ...]:
    """The Debian packages that fill the gaps, each once, in alphabetical order."""
    names = {PACKAGES[library] for library in missing.libraries}
    if missing.fonts:
        names.add(FONT_PACKAGE)
    if missing.venv:
        names.add(venv_package)
    return tuple(sorted(names))


def decide(
    missing: Missing, *, is_root: bool, has_apt: bool
) -> Literal["nothing", "install", "tell"]:
    """What to do about it: only the administrator of a system with apt can install."""
    if not missing:
        return "nothing"
    return "install" if is_root and has_apt else "tell"


def message(
    missing: Missing, packages: Sequence[str], *, has_apt: bool, complaint: str = ""
) -> str:
    """One line: what will not work, why it was not mended here, and the command that mends it."""
    effects = []
    if missing.venv:
        effects.append("setup cannot go on")
    if any(name in WINDOW_LIBRARIES for name in missing.libraries):
        effects.append("the window and its pictures will not work")
    elif missing.libraries:
        effects.append("the window will not open under X11")
    if missing.fonts:
        effects.append("text in pictures stays empty")
    if has_apt:
        mend = f"run: sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    else:
        wanted = list(missing.libraries)
        wanted += ["a font"] if missing.fonts else []
        wanted += ["Python's venv and ensurepip modules"] if missing.venv else []
        mend = f"install {', '.join(wanted)}"
    failed = f" (apt-get: {complaint})" if complaint else ""
    return f"Missing system packages, so {', '.join(effects)}{failed}; {mend}"


def exit_code(missing: Missing) -> int:
    """0 when setup can go on (the command line needs no Qt), 2 without Python's venv module."""
    return 2 if missing.venv else 0


def complaint_of(output: str) -> str:
    """The last error of apt-get in its own words, else its last line, else "no reason given"."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("E:").strip() for line in lines if line.startswith("E:")]
    return (errors or lines or ["no reason given"])[-1]


def venv_package(version: tuple[int, int] = sys.version_info[:2]) -> str:
    """The package with the venv module of a Debian Python."""
    return f"python{version[0]}.{version[1]}-venv"


def install(packages: Sequence[str]) -> None:
    """Installs packages with apt-get, refreshing its lists only when the first try fails.

    Raises:
        AptFailed: the packages are not installed, or not all of them.
    """
    wanted = ["install", "-y", "-qq", "--no-install-recommends", *packages]
    try:
        _apt(wanted)
    except AptFailed:
        # Fresh images carry no package lists, and old lists name files that are gone.
        _apt(["update", "-qq"])
        _apt(wanted)


def _apt(arguments: Sequence[str]) -> None:
    # Bounded waits: an air-gapped machine must not sit in connection attempts for minutes.
    options = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::https::Timeout=15"]
    options += ["-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=120"]
    try:
        done = subprocess.run(
            ["apt-get", *options, *arguments],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_APT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AptFailed(str(error)) from error
    if done.returncode:
        raise AptFailed(complaint_of(done.stdout + done.stderr))


def _loads(name: str) -> bool:
    # Loading, not looking it up: a library whose own dependencies are missing fails Qt as well.
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_module(name: str) -> bool:
    return find_spec(name) is not None


def _holds_a_font(folder: Path) -> bool:
    return any(path.suffix.lower() in _FONT_SUFFIXES for path in folder.rglob("*"))


def _font_folders() -> tuple[Path, ...]:
    home = Path.home()
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    )


def _missing_here() -> Missing:
    return find_missing(_loads, _font_folders(), _has_module)


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks, installs where it may, says in one line what is left; the exit code for `make`."""
    parser = argparse.ArgumentParser(description="Check and install the system libraries of Qt.")
    parser.add_argument("--check", action="store_true", help="only print what is missing")
    only_check = parser.parse_args(arguments).check
    if platform.system() != "Linux":
        return 0
    missing = _missing_here()
    packages = packages_for(missing, venv_package())
    if only_check:
        if packages:
            print("\n".join(packages))
        return 1 if missing else 0
    has_apt = shutil.which("apt-get") is not None
    action = decide(missing, is_root=os.geteuid() == 0, has_apt=has_apt)
    complaint = ""
    if action == "install":
        print(f"Installing system packages: {' '.join(packages)}", flush=True)
        try:
            install(packages)
        except AptFailed as error:
            complaint = str(error)
        missing = _missing_here()
        packages = packages_for(missing, venv_package())
    if missing:
        print(message(missing, packages, has_apt=has_apt, complaint=complaint), file=sys.stderr)
    return exit_code(missing)


if __name__ == "__main__":
    sys.exit(main())
