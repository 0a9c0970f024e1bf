"""Packaged files by name, and folders that one variable redirects."""

import os
from pathlib import Path

import pytest

from resources import paths
from resources.errors import MissingFile, NotInThisVersion, UserError
from resources.files import packaged


def test_packaged_file_is_found_and_a_missing_one_named() -> None:
    assert packaged("demo", "town.geojson").is_file()
    with pytest.raises(MissingFile, match="demo/nothing"):
        packaged("demo", "nothing")


def test_one_variable_redirects_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "h"))
    for folder in (
        paths.home(),
        paths.log_folder(),
        paths.cache_folder(),
        paths.user_model_folder(),
    ):
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path / "h")


def test_model_folders_are_taken_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_MODELS", os.pathsep.join(["a", "", "b"]))
    assert paths.extra_model_folders() == (Path("a"), Path("b"))


def test_message_and_hint_make_one_line() -> None:
    assert str(UserError("it\nbroke.", "mend  it")) == "it broke. mend it"
    assert str(UserError("it broke")) == "it broke"
    assert str(NotInThisVersion("x y")) == "'x y' is not in this version"
