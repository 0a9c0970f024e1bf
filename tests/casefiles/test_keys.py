"""The key file of a case."""

import errno
import hashlib
import json
import os
from functools import cache
from pathlib import Path

import pytest

from casefiles.errors import (
    CaseDamaged,
    CaseFromTheFuture,
    NotACase,
    Unwritable,
    WrongPassphrase,
)
from casefiles.store import keys
from casefiles.store.keys import KEY_FILE, is_encrypted, read_key, wrap_key, write_key_file


def changed(folder: Path, **values: object) -> None:
    """Puts other values in, with the checksum of them: what somebody does who means it."""
    path = folder / KEY_FILE
    document = json.loads(path.read_text())
    for name, value in values.items():
        place = document["key"] if name in document.get("key", {}) else document
        place[name] = value
    del document["check"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    check = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps({**document, "check": check}))


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
    [
        {"memory_kib": 2**40},
        {"time_cost": 10**9},
        {"lanes": 0},
        {"salt": "!"},
        {"nonce": "AAAA"},
        {"lanes": 16, "memory_kib": 8},
        {"time_cost": 1e400},
        {"memory_kib": "65536"},
        {"time_cost": True},
        {"wrapped": None},
        {"kdf": "argon2i"},
        {"key": []},
        {"encrypted": 1},
    ],
)
def test_hostile_key_parameters_are_refused_before_any_work(
    tmp_path: Path, values: dict[str, object]
) -> None:
    write_key_file(tmp_path, "x")
    changed(tmp_path, **values)
    with pytest.raises(CaseDamaged):
        read_key(tmp_path, "x")


def test_forged_wrapped_key_does_not_open(tmp_path: Path) -> None:
    write_key_file(tmp_path, "x")
    wrapped = json.loads((tmp_path / KEY_FILE).read_text())["key"]["wrapped"]
    other = ("B" if wrapped[0] == "A" else "A") + wrapped[1:]
    changed(tmp_path, wrapped=other)
    with pytest.raises(WrongPassphrase):
        read_key(tmp_path, "x")


def test_any_flipped_bit_is_called_damage_and_no_wrong_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = write_key_file(tmp_path, "x")
    whole = (tmp_path / KEY_FILE).read_bytes()
    monkeypatch.setattr(keys, "_derive", cache(keys._derive))
    for at in range(len(whole)):
        for bit in (0, 5, 7):
            broken = bytearray(whole)
            broken[at] ^= 1 << bit
            (tmp_path / KEY_FILE).write_bytes(broken)
            try:
                opened = read_key(tmp_path, "x")
            except CaseDamaged:
                continue
            # White space between the values, which says nothing.
            assert opened == key
            assert whole[at : at + 1].isspace()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_cut_key_file_is_called_damaged(tmp_path: Path, share: float) -> None:
    write_key_file(tmp_path, "x")
    whole = (tmp_path / KEY_FILE).read_bytes()
    (tmp_path / KEY_FILE).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(CaseDamaged, match=KEY_FILE):
        read_key(tmp_path, "x")


@pytest.mark.parametrize("text", ["[" * 60_000, "0" * 70_000, "1" * 9_000, "\0", "null", '"x"'])
def test_hostile_text_in_place_of_a_key_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / KEY_FILE).write_text(text)
    with pytest.raises(CaseDamaged):
        read_key(tmp_path, "x")


def test_key_file_without_checksum_still_opens(tmp_path: Path) -> None:
    key = write_key_file(tmp_path, "x")
    document = json.loads((tmp_path / KEY_FILE).read_text())
    del document["check"]
    (tmp_path / KEY_FILE).write_text(json.dumps(document))
    assert read_key(tmp_path, "x") == key


def test_key_wrapped_again_opens_with_the_new_passphrase_alone(tmp_path: Path) -> None:
    key = write_key_file(tmp_path, "old one")
    assert key is not None
    wrap_key(tmp_path, key, "new \ud800 one")
    assert read_key(tmp_path, "new \ud800 one") == key
    with pytest.raises(WrongPassphrase):
        read_key(tmp_path, "old one")
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_key_that_cannot_be_wrapped_again_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    key = write_key_file(tmp_path, "old one")
    before = (tmp_path / KEY_FILE).read_bytes()

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner = os if step == "fsync" else Path
    with monkeypatch.context() as broken:
        broken.setattr(owner, step, full)
        with pytest.raises(Unwritable, match="No space left"):
            wrap_key(tmp_path, str(key), "new one")
    assert (tmp_path / KEY_FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_folder_that_is_gone_gives_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match="case"):
        write_key_file(tmp_path / "gone", "x")
