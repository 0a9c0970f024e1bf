"""The self-test tries things; what it cannot do is a failed check, never a trace."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from casefiles import agency
from casefiles.jobs import finish
from resources import paths
from resources.files import packaged
from tests.support.sick_installation import ROOT, sick_installation
from workstation.__main__ import main
from workstation.bundle import write_bundle
from workstation.selftest import (
    CHECKS,
    Result,
    as_document,
    checks_from,
    in_words,
    run_checks,
    verdict,
)
from workstation.selftest_program import models
from workstation.selftest_types import Bench, Finding

KEYS = {
    "program", "codecs", "decoding", "providers", "models", "encryption", "agency_store", "disk",
    "display",
}  # fmt: skip
"""Scripts read these; they stay."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, ...]:
    """What a sound installation finds, asked for a case's disk too."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(home))
        patch.setenv("WORKSTATION_DEVICE", "cpu")
        patch.delenv("WORKSTATION_MODELS", raising=False)
        return finish(run_checks(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an installation with real faults finds, its home on a disk of one megabyte."""
    if not sys.platform.startswith("linux"):
        pytest.skip("damages libraries of Linux")
    folder = tmp_path_factory.mktemp("sick")
    tree, tiny = sick_installation(folder), folder / "tiny"
    tiny.mkdir()
    command = [sys.executable, "-m", "workstation", "selftest", "--json"]
    mounted = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"']
    if shutil.which("unshare") is None or _fails([*mounted, str(tiny), "true"]):
        pytest.skip("a small disk cannot be mounted here")
    environment = {**os.environ, "WORKSTATION_HOME": str(tiny), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [*mounted, str(tiny), *command],
        cwd=tree, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_sound_installation_passes_with_a_timed_probe(results: tuple[Result, ...]) -> None:
    report = as_document(results)
    assert report["ok"] is True, report
    assert report["providers"]["milliseconds_per_300x300"] > 0
    assert report["codecs"]["decoders"]["h264"] is True
    assert len(report["models"]["verified"]["ssd-oidv4"]) == 64
    assert report["disk"]["free_gib"] > 0
    assert report["disk"]["write_mib_s"] > 0
    assert report["case_folder"]["tried"] is True
    assert "offscreen" in report["window"]["platforms"]
    assert report["fonts"]["families"] > 0


def test_names_in_json_stay_and_each_says_whether_it_is_well(results: tuple[Result, ...]) -> None:
    report = as_document(results)
    assert set(report) >= KEYS
    assert all(answer["ok"] in (True, False) for key, answer in report.items() if key != "ok")


def test_each_check_is_one_numbered_line_with_its_sign(results: tuple[Result, ...]) -> None:
    lines = in_words(results)
    numbered = [line for line in lines if re.match(r" *\d+ (OK|NOTE|PROBLEM) ", line)]
    assert [int(line.split()[0]) for line in numbered] == list(range(1, len(CHECKS) + 1))
    assert sum(line.startswith("RESULT: ") for line in lines) == 1
    assert "selftest --bundle" in lines[-1]


def test_work_on_the_processor_is_said_loudly(results: tuple[Result, ...]) -> None:
    device = next(one for one in results if one.check.key == "providers")
    assert device.sign == "NOTE"
    assert "CPU ONLY" in device.finding.says
    assert "CPU" in verdict(results)


def test_problem_is_named_by_number_in_the_last_line() -> None:
    bad = Finding("problem", "no")
    found = tuple(
        Result(check, bad if check.number == 5 else Finding("ok", "yes")) for check in CHECKS
    )
    assert "5 Models" in verdict(found)
    assert verdict(found).startswith("RESULT: PROBLEM in 1 of")


def test_numbers_and_names_are_those_of_the_help_desk_page() -> None:
    page = (ROOT / "docs" / "help-desk.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+) \| ([^|]+) \|", page, re.MULTILINE)
    assert told == [(str(check.number), check.name) for check in CHECKS]


def test_home_that_cannot_be_written_fails_what_needs_it_and_the_rest_still_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    # No folder can be made there, not even by an administrator.
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    assert main(["selftest", "--json"]) == 2
    said = capsys.readouterr()
    report = json.loads(said.out)
    bad = {key for key, answer in report.items() if key != "ok" and not answer["ok"]}
    assert {"logs", "disk", "agency_store"} <= bad
    assert report["codecs"]["ok"] is True
    assert report["encryption"]["ok"] is True
    assert report["temp"]["ok"] is True
    assert "Traceback" not in said.err


def test_unknown_device_is_one_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_DEVICE", "toaster")
    (device,) = [at for at, check in enumerate(CHECKS) if check.key == "providers"]
    found = next(checks_from(device, None))
    assert found.state == "problem"
    assert "toaster" in found.says


def test_spoiled_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(packaged("model_cards", "yolox-nano.toml"), tmp_path / "yolox_nano.onnx")
    monkeypatch.setenv("WORKSTATION_MODELS", str(tmp_path))
    found = models(Bench(None))
    assert found.state == "problem"
    assert "yolox_nano.onnx" in found.says


def test_missing_model_is_named(sick: dict[str, Any]) -> None:
    assert sick["models"]["ok"] is False
    assert "ssd-oidv4" in sick["models"]["problem"]


def test_library_cut_short_ends_its_check_and_no_other(sick: dict[str, Any]) -> None:
    assert sick["providers"]["ok"] is False
    assert "ended by" in sick["providers"]["problem"]
    assert sick["encryption"]["ok"] is True
    assert sick["worker"]["ok"] is True


def test_missing_library_of_the_window_is_named(sick: dict[str, Any]) -> None:
    assert sick["window"]["ok"] is False
    assert sick["window"]["missing_library"] == "libNowher.so.6"
    assert sick["fonts"]["state"] == "note"


def test_tiny_disk_is_a_problem_with_what_to_do(sick: dict[str, Any]) -> None:
    assert sick["disk"]["ok"] is False
    assert "MiB free" in sick["disk"]["says"]
    assert "2 GiB" in sick["disk"]["do"]


def test_bundle_holds_logs_reports_and_the_test_and_nothing_of_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Planted where a case has them: folder, number, title, file, user, reason, passphrase.
    word = "kingfisher"
    case = tmp_path / f"{word}-folder"
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", f"{word} phrase of words")
    create = ["case", "create", str(case), "--number", f"{word}-1", "--title", f"The {word}"]
    assert main([*create, "--user", f"{word} jones", "--reason", f"{word} reason"]) == 0
    assert main(["source", "add", str(case), str(tmp_path / f"{word}.mp4")]) == 2
    assert main(["search", str(case), f"person near {word} street"]) in (0, 2)
    target = tmp_path / "report.zip"
    monkeypatch.delenv("WORKSTATION_PASSPHRASE")
    rows = agency.check_chain().rows
    assert main(["selftest", "--case", str(case), "--bundle", str(target)]) in (0, 2)
    assert agency.check_chain().rows == rows, "a self-test is no act that is logged"
    with zipfile.ZipFile(target) as bundle:
        names = bundle.namelist()
        whole = "\n".join(bundle.read(name).decode() for name in names)
    assert {"about.txt", "selftest.txt", "selftest.json"} <= set(names)
    assert "began case create" in whole
    assert "began source add" in whole
    assert word not in whole.lower()
    capsys.readouterr()
    assert main(["selftest", "--bundle", str(target)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert not list(tmp_path.glob(".report*"))


def test_link_in_the_log_folder_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "evidence.txt"
    secret.write_text("planted")
    (paths.log_folder() / "crash-1.txt").symlink_to(secret)
    write_bundle(tmp_path / "b.zip", {}, [])
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        assert not [name for name in bundle.namelist() if "crash" in name]
