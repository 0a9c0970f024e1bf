"""The key file of a case."""

import json
from pathlib import Path

import pytest

from casefiles.errors import (
    CaseDamaged,
    CaseFromTheFuture,
    NotACase,
    Unwritable,
    WrongPassphrase,
)
from casefiles.store.keys import KEY_FILE, is_encrypted, read_key, write_key_file


def changed(folder: Path, **values: object) -> None:
    path = folder / KEY_FILE
    document = json.loads(path.read_text())
    for name, value in values.items():
        place = document["key"] if name in document.get("key", {}) else document
        place[name] = value
    path.write_text(json.dumps(document))


def test_right_passphrase_gives_the_key_back(tmp_path: Path) -> None:
    key = write_key_file(tmp_path, "correct horse")
    assert key
    assert is_encrypted(tmp_path)
    assert read_key(tmp_path, "correct horse") == key


@pytest.mark.parametrize("wrong", ["correct hors", "", None, "Correct horse"])
def test_wrong_passphrase_is_refused(tmp_path: Path, wrong: str | None) -> None:
    write_key_file(tmp_path, "correct horse")
    with pytest.raises(WrongPassphrase):
        read_key(tmp_path, wrong)


def test_plain_case_has_no_key_whatever_is_typed(tmp_path: Path) -> None:
    assert write_key_file(tmp_path, None) is None
    assert not is_encrypted(tmp_path)
    assert read_key(tmp_path, "anything") is None


def test_key_file_holds_neither_passphrase_nor_key(tmp_path: Path) -> None:
    key = write_key_file(tmp_path, "correct horse")
    text = (tmp_path / KEY_FILE).read_text()
    assert "correct horse" not in text
    assert str(key) not in text


def test_two_cases_with_one_passphrase_have_different_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        keys.add(write_key_file(tmp_path / name, "correct horse"))
    assert len(keys) == 2


def test_folder_without_key_file_is_not_a_case(tmp_path: Path) -> None:
    with pytest.raises(NotACase):
        read_key(tmp_path, None)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "sightline-case"}', "\xff\xfe"])
def test_broken_key_file_is_named_as_broken(tmp_path: Path, text: str) -> None:
    (tmp_path / KEY_FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(CaseDamaged, match="case"):
        read_key(tmp_path, "x")


def test_key_file_of_another_program_is_not_a_case(tmp_path: Path) -> None:
    write_key_file(tmp_path, "x")
    changed(tmp_path, kind="other")
    with pytest.raises(NotACase):
        read_key(tmp_path, "x")


def test_key_file_of_a_newer_program_asks_for_an_update(tmp_path: Path) -> None:
    write_key_file(tmp_path, "x")
    changed(tmp_path, format=99)
    with pytest.raises(CaseFromTheFuture):
        read_key(tmp_path, "x")


@pytest.mark.parametrize(
    "values",
    [{"memory_kib": 2**40}, {"time_cost": 10**9}, {"lanes": 0}, {"salt": "!"}, {"nonce": "AAAA"}],
)
def test_hostile_key_parameters_are_refused_before_any_work(
    tmp_path: Path, values: dict[str, object]
) -> None:
    write_key_file(tmp_path, "x")
    changed(tmp_path, **values)
    with pytest.raises(CaseDamaged):
        read_key(tmp_path, "x")


def test_flipped_bit_in_the_wrapped_key_does_not_open(tmp_path: Path) -> None:
    write_key_file(tmp_path, "x")
    wrapped = json.loads((tmp_path / KEY_FILE).read_text())["key"]["wrapped"]
    other = ("B" if wrapped[0] == "A" else "A") + wrapped[1:]
    changed(tmp_path, wrapped=other)
    with pytest.raises(WrongPassphrase):
        read_key(tmp_path, "x")


def test_folder_that_is_gone_gives_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match="case"):
        write_key_file(tmp_path / "gone", "x")
