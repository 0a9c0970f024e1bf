"""The outermost layer: what it refuses before any command runs, and what it never prints."""

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from workstation import cli
from workstation.__main__ import main

HALF = "\udcff"
"""How Python hands over a byte that is no text in the system's encoding."""


@pytest.mark.parametrize(
    "arguments",
    [
        ["case", "info", f"c{HALF}"],
        ["case", "create", "c", "--number", "1", "--title", f"T{HALF}"],
        ["case", "info", "c", "--user", HALF],
        ["camera", "import", "c", f"{HALF}.csv"],
    ],
)
def test_argument_that_is_no_text_is_refused_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "is not text" in said.err


def test_passphrase_that_is_no_text_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", f"secret{HALF}")
    assert main(["case", "create", str(tmp_path / "c"), "--number", "1", "--title", "T"]) == 2
    said = capsys.readouterr().err
    assert "WORKSTATION_PASSPHRASE" in said
    assert "secret" not in said
    assert not (tmp_path / "c").exists()


def test_bug_says_its_kind_and_never_its_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    secret = "plan" + "ted"

    def broken(_arguments: object) -> int:
        raise AssertionError(secret)

    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "run", broken)
    assert main([]) == 1
    said = capsys.readouterr().err
    assert "AssertionError" in said
    assert secret not in said
    assert all(secret not in path.read_text() for path in (tmp_path / "logs").iterdir())


@pytest.mark.parametrize("asked", [["case", "info", "a\nworkstation: done\x1b[31m"], ["--x\ny"]])
def test_name_can_neither_start_a_line_nor_command_the_terminal(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "\x1b" not in said


def test_title_can_neither_start_a_line_nor_command_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = str(tmp_path / "c")
    title = "T\n0 cameras\x1b[31m\u202e"
    assert main(["case", "create", case, "--number", "1", "--title", title]) == 0
    capsys.readouterr()
    assert main(["case", "info", case]) == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 2
    assert not {"\x1b", "\u202e"} & set(said)


@pytest.mark.parametrize("as_json", [True, False])
def test_terminal_without_the_letters_of_a_title_still_shows_the_case(
    as_json: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = str(tmp_path / "c")
    assert main(["case", "create", case, "--number", "1", "--title", "Tür"]) == 0
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["case", "info", case, *(["--json"] if as_json else [])]) == 0
    text = raw.getvalue().decode("ascii")
    if as_json:
        assert json.loads(text)["title"] == "Tür"
    else:
        assert "T\\xfcr" in text


def test_empty_path_is_refused_rather_than_meaning_the_present_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["case", "create", "", "--number", "1", "--title", "T"]) == 2
    assert "path" in capsys.readouterr().err
    assert not (tmp_path / "case.json").exists()


def _offered(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (commands,) = parser._subparsers._group_actions  # type: ignore[union-attr]
    return dict(commands.choices)  # type: ignore[arg-type]


def test_what_is_declared_for_a_word_alone_is_what_the_whole_command_line_has() -> None:
    whole = _offered(cli.build_parser())
    assert {"case", "search", "gui"} <= whole.keys()
    for word, command in whole.items():
        alone = _offered(cli.build_parser(word))
        assert len(alone) < len(whole), f"{word} is missing in cli._DECLARED"
        assert alone[word].format_help() == command.format_help()
    assert _offered(cli.build_parser("nonsense")).keys() == whole.keys()
