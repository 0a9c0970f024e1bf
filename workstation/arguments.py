"""What every command of the command line is declared with: the parser, its groups and values."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn, TypeAlias

from resources.errors import one_line


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {one_line(message)} (see {self.prog} --help)\n")
        raise SystemExit(2)


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def common_options() -> Parser:
    """What every command takes."""
    common = Parser(add_help=False)
    who = common.add_argument_group("who and why (logged)")
    who.add_argument("--user", default="", metavar="NAME")
    who.add_argument("--reason", default="", metavar="TEXT")
    who.add_argument("--purpose", default="", metavar="P")
    who.add_argument("--authority", default="", metavar="ID")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return common


def add_command(commands: Commands, name: str, command: str, text: str) -> argparse.ArgumentParser:
    """Declares a command that takes the common options; `command` is "module:function"."""
    added = commands.add_parser(name, help=text, description=text, parents=[common_options()])
    added.set_defaults(command=command)
    return added


def add_group(commands: Commands, name: str, text: str) -> Commands:
    """Declares a word that several commands begin with."""
    group = commands.add_parser(name, help=text, description=text)
    return group.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)


def a_path(text: str) -> Path:
    """A path, not an empty text."""
    # An empty text would mean the folder one happens to stand in.
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("a path is needed, not an empty text")
    return Path(text)


def a_text(text: str) -> str:
    """A text that says something."""
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("a text is needed, not an empty one")
    return text


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a whole number") from error


def a_number(text: str) -> int:
    """An integer that a column of the store holds."""
    value = _whole(text)
    if abs(value) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text[:40]} is out of range")
    return value


def a_count(text: str) -> int:
    """A count from 0 to 1,000,000."""
    value = _whole(text)
    if not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 0 to 1000000")
    return value


def a_picture_count(text: str) -> int:
    """From 1 to 256 pictures."""
    value = int(text)
    if not 1 <= value <= 256:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not from 1 to 256")
    return value


def a_file_as_given(text: str) -> str:
    """A file, as it was written."""
    # A path forgets how it was written ("./a.png"); results name files as they were asked for.
    a_path(text)
    return text


def a_time_span(text: str) -> float:
    """Seconds; negative ones too."""
    value = float(text)
    if not abs(value) < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is out of range")
    return value


def a_rate(text: str) -> float:
    """Frames a second."""
    value = float(text)
    if not 0.001 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not from 0.001 to 1000 frames a second")
    return value


def a_worker_count(text: str) -> int:
    """From 1 to 64 processes."""
    value = int(text)
    if not 1 <= value <= 64:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 64")
    return value
