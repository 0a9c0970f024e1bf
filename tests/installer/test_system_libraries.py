"""What the check of the system's libraries decides and says, and that it runs on this machine."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from installer import system_libraries
from installer.system_libraries import (
    FONT_PACKAGE,
    PACKAGES,
    WINDOW_LIBRARIES,
    XCB_LIBRARIES,
    AptFailed,
    Missing,
    complaint_of,
    decide,
    exit_code,
    find_missing,
    install,
    message,
    packages_for,
    venv_package,
)

SCRIPT = Path(system_libraries.__file__)
linux_only = pytest.mark.skipif(platform.system() != "Linux", reason="looks at Linux libraries")


def all_there(_: str) -> bool:
    return True


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    folder = tmp_path / "fonts"
    (folder / "truetype").mkdir(parents=True)
    (folder / "truetype" / "Sample.TTF").touch()
    return folder


@pytest.fixture
def apt_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real program named apt-get that writes down its calls and does as the next file says."""
    programs = tmp_path / "bin"
    programs.mkdir()
    calls = tmp_path / "calls"
    apt = programs / "apt-get"
    apt.write_text(
        "#!/bin/sh\n"
        f'echo "$DEBIAN_FRONTEND $*" >> "{calls}"\n'
        f'case "$*" in *update*) touch "{tmp_path}/updated"; exit 0;; esac\n'
        f'[ -e "{tmp_path}/reachable" ] && exit 0\n'
        f'[ -e "{tmp_path}/updated" ] && [ -e "{tmp_path}/reachable-after-update" ] && exit 0\n'
        'echo "E: Unable to locate package libegl1" >&2\n'
        "exit 100\n"
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return calls


def test_a_complete_system_lacks_nothing(fonts: Path) -> None:
    missing = find_missing(all_there, [fonts], all_there)
    assert missing == Missing()
    assert not missing


def test_each_library_that_does_not_load_is_named(fonts: Path) -> None:
    gone = {"libEGL.so.1", "libxcb-cursor.so.0"}
    missing = find_missing(lambda name: name not in gone, [fonts], all_there)
    assert set(missing.libraries) == gone


def test_folders_without_a_font_file_count_as_no_fonts(tmp_path: Path) -> None:
    (tmp_path / "fonts.cache-1").touch()
    assert find_missing(all_there, [tmp_path, tmp_path / "absent"], all_there).fonts


@pytest.mark.parametrize("absent", ["venv", "ensurepip"])
def test_either_module_alone_is_not_enough_for_venv(absent: str, fonts: Path) -> None:
    assert find_missing(all_there, [fonts], lambda name: name != absent).venv


def test_packages_are_named_once_and_in_order() -> None:
    both_in_one = ("libgthread-2.0.so.0", "libglib-2.0.so.0", "libEGL.so.1")
    missing = Missing(libraries=both_in_one, fonts=True, venv=True)
    assert packages_for(missing, "python3.11-venv") == (
        FONT_PACKAGE,
        "libegl1",
        "libglib2.0-0",
        "python3.11-venv",
    )


def test_venv_package_carries_the_version() -> None:
    assert venv_package((3, 12)) == "python3.12-venv"


def test_a_library_is_either_for_the_window_or_for_xcb() -> None:
    assert not set(WINDOW_LIBRARIES) & set(XCB_LIBRARIES)
    assert len(PACKAGES) == len(WINDOW_LIBRARIES) + len(XCB_LIBRARIES)


@pytest.mark.parametrize(
    ("missing", "is_root", "has_apt", "wanted"),
    [
        (Missing(), True, True, "nothing"),
        (Missing(fonts=True), True, True, "install"),
        (Missing(fonts=True), False, True, "tell"),
        (Missing(fonts=True), True, False, "tell"),
        (Missing(venv=True), True, True, "install"),
    ],
)
def test_only_root_with_apt_installs(
    missing: Missing, is_root: bool, has_apt: bool, wanted: str
) -> None:
    assert decide(missing, is_root=is_root, has_apt=has_apt) == wanted


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (Missing(), 0),
        (Missing(libraries=tuple(PACKAGES), fonts=True), 0),
        (Missing(venv=True), 2),
    ],
)
def test_only_a_missing_venv_module_stops_setup(missing: Missing, code: int) -> None:
    assert exit_code(missing) == code


def test_message_is_one_line_with_the_effect_and_the_command() -> None:
    missing = Missing(libraries=("libxcb-cursor.so.0",), fonts=True)
    text = message(missing, ("fonts-dejavu-core", "libxcb-cursor0"), has_apt=True)
    assert text == (
        "Missing system packages, so the window will not open under X11, text in pictures stays "
        "empty; run: sudo apt-get install -y --no-install-recommends "
        "fonts-dejavu-core libxcb-cursor0"
    )


def test_message_says_why_the_installation_failed() -> None:
    text = message(
        Missing(venv=True), ("python3.11-venv",), has_apt=True, complaint="Unable to fetch"
    )
    assert "setup cannot go on (apt-get: Unable to fetch); run: sudo apt-get" in text
    assert "\n" not in text


def test_message_without_apt_names_the_things_themselves() -> None:
    missing = Missing(libraries=("libEGL.so.1",), fonts=True, venv=True)
    text = message(missing, ("libegl1",), has_apt=False)
    assert text.endswith("install libEGL.so.1, a font, Python's venv and ensurepip modules")
    assert "the window and its pictures will not work" in text


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("Err:1 …\nE: Failed to fetch x\nE: Unable to fetch some archives\n", "Unable to fetch"),
        ("something odd\n\n", "something odd"),
        ("", "no reason given"),
    ],
)
def test_complaint_is_the_last_error_of_apt(output: str, wanted: str) -> None:
    assert complaint_of(output).startswith(wanted)


@linux_only
def test_install_asks_nothing_and_skips_the_update_when_it_is_not_needed(
    apt_calls: Path, tmp_path: Path
) -> None:
    (tmp_path / "reachable").touch()
    install(("libegl1",))
    (call,) = apt_calls.read_text().splitlines()
    assert call.startswith("noninteractive ")
    assert call.endswith("install -y -qq --no-install-recommends libegl1")


@linux_only
def test_install_updates_the_lists_when_the_first_try_fails(
    apt_calls: Path, tmp_path: Path
) -> None:
    (tmp_path / "reachable-after-update").touch()
    install(("libegl1",))
    assert ["update" in call for call in apt_calls.read_text().splitlines()] == [False, True, False]


@linux_only
def test_install_without_network_reports_the_words_of_apt(apt_calls: Path) -> None:
    with pytest.raises(AptFailed, match=r"^Unable to locate package libegl1$"):
        install(("libegl1",))
    assert apt_calls.exists()


@linux_only
def test_check_prints_package_names_and_agrees_with_its_exit_code() -> None:
    # -S as well: it must run before anything is installed beside Python.
    done = subprocess.run(
        [sys.executable, "-S", str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    known = {*PACKAGES.values(), FONT_PACKAGE, venv_package()}
    assert done.stderr == ""
    assert set(done.stdout.split()) <= known
    assert done.returncode == (1 if done.stdout else 0)


@pytest.mark.parametrize("name", ["Windows", "Darwin"])
def test_other_systems_are_left_alone(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platform, "system", lambda: name)
    monkeypatch.setattr(system_libraries, "_missing_here", lambda: Missing(venv=True))
    assert system_libraries.main([]) == 0
    assert capsys.readouterr() == ("", "")


@linux_only
def test_failed_installation_is_told_in_one_line_and_setup_goes_on(
    apt_calls: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        system_libraries, "_missing_here", lambda: Missing(libraries=("libEGL.so.1",))
    )
    assert system_libraries.main([]) == 0
    printed = capsys.readouterr()
    assert printed.out == "Installing system packages: libegl1\n"
    assert printed.err.count("\n") == 1
    assert "(apt-get: Unable to locate package libegl1)" in printed.err
    assert apt_calls.exists()


@linux_only
def test_ordinary_user_is_told_the_command_and_apt_is_not_called(
    apt_calls: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_libraries, "_missing_here", lambda: Missing(venv=True))
    assert system_libraries.main([]) == 2
    assert venv_package() in capsys.readouterr().err
    assert not apt_calls.exists()
