"""The self-test tries things; what it cannot do is a failed check, never a trace."""

import json
import shutil
from pathlib import Path

import pytest

from casefiles import agency
from resources.files import packaged
from workstation.__main__ import main


def test_sound_installation_passes_with_a_timed_probe(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["providers"]["milliseconds_per_300x300"] > 0
    assert report["codecs"]["decoders"]["h264"] is True
    assert len(report["models"]["verified"]["ssd-oidv4"]) == 64
    assert report["disk"]["free_gib"] > 0


def test_self_test_leaves_no_row_in_the_agency_audit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    assert "FAIL" not in capsys.readouterr().out
    assert agency.check_chain().rows == 0


def test_spoiled_model_fails_the_check_by_name_and_the_rest_still_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(packaged("model_cards", "yolox-nano.toml"), folder / "yolox_nano.onnx")
    monkeypatch.setenv("WORKSTATION_MODELS", str(folder))
    assert main(["selftest", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["models"]["ok"] is False
    assert "yolox_nano.onnx" in report["models"]["problem"]
    assert report["encryption"]["ok"] is True


def test_unknown_device_is_one_failed_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKSTATION_DEVICE", "toaster")
    assert main(["selftest", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert "toaster" in report["providers"]["problem"]
