"""Settings come back as they were saved; what cannot be understood costs nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.errors import UserError
from ui.settings import (
    RECENT_CASES,
    SETTINGS,
    RecentCase,
    Settings,
    file_path,
    load,
    save,
)


def _case(number: int, *, training: bool = False) -> RecentCase:
    return RecentCase(Path(f"/cases/{number}"), str(number), f"Case {number}", training, number)


def _full() -> Settings:
    return (
        Settings()
        .with_value("scheme", "light")
        .with_value("tiles", 9)
        .with_value("overlay", False)
        .with_recent(_case(1))
        .with_recent(_case(2, training=True))
        .with_layouts({"review": b"\x00\xff\x10", "search": b""}, "search")
        .with_command("play.toggle")
        .with_map(Path("/cases/1"), (-3341813.5, 4868773.25, 0.5), 1772380000000000000)
    )


def test_settings_come_back_as_saved(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    save(path, _full())
    assert load(path) == _full()
    assert [file.name for file in tmp_path.iterdir()] == ["window.json"]


def test_without_a_file_defaults_hold_and_nothing_is_said(tmp_path: Path) -> None:
    found = load(tmp_path / "window.json")
    assert found == Settings()
    assert {one.name: found[one.name] for one in SETTINGS} == {
        one.name: one.default for one in SETTINGS
    }


@given(content=st.binary(max_size=200))
def test_any_bytes_give_settings_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("home") / "window.json"
    path.write_bytes(content)
    assert isinstance(load(path), Settings)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(("scheme", "tiles", "folder", "number", "training", "opened_ns", "x")),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    document=st.dictionaries(
        st.sampled_from(("settings", "recent", "layouts", "workspace", "commands", "version")),
        _JSON,
    )
)
def test_any_document_gives_settings_that_can_be_used(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("home") / "window.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = load(path)
    for setting in SETTINGS:
        assert setting.accepts(found[setting.name])
    save(path, found)
    assert load(path).recent == found.recent


def test_broken_file_is_kept_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"settings": {"tiles": 4', encoding="utf-8")
    found = load(path)
    assert "window.json cannot be read" in found.problem
    assert not path.exists()
    assert (tmp_path / "window.json.unreadable").is_file()
    assert load(path).problem == ""


def test_one_bad_entry_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    save(path, _full())
    document = json.loads(path.read_text(encoding="utf-8"))
    document["settings"]["tiles"] = 5
    document["recent"][0]["folder"] = 7
    document["layouts"]["review"] = "not base64!"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = load(path)
    assert found.number("tiles") == 4
    assert found.text("scheme") == "light"
    assert [case.number for case in found.recent] == ["1"]
    assert set(found.layouts) == {"search"}
    assert found.problem == "not understood in the settings: tiles, recent, layouts"


def test_newest_case_is_first_once_and_the_thirteenth_forgotten() -> None:
    settings = Settings()
    for number in range(RECENT_CASES + 3):
        settings = settings.with_recent(_case(number))
    settings = settings.with_recent(_case(5))
    numbers = [case.number for case in settings.recent]
    assert len(numbers) == RECENT_CASES
    assert numbers[:2] == ["5", "14"]
    assert len(set(numbers)) == RECENT_CASES
    assert "5" not in [one.number for one in settings.without_recent(Path("/cases/5")).recent]


def test_values_that_are_no_choice_are_refused() -> None:
    for name, value in (("tiles", 5), ("tiles", True), ("overlay", 1), ("scheme", "pink")):
        with pytest.raises(ValueError, match=name):
            Settings().with_value(name, value)


def test_failed_save_leaves_the_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.mkdir()
    with pytest.raises(UserError, match="cannot be kept"):
        save(path, _full())
    assert [file.name for file in tmp_path.iterdir()] == ["window.json"]


def test_file_lies_in_the_home_of_this_user(tmp_path: Path) -> None:
    assert file_path() == tmp_path / "workstation-home" / "window.json"
