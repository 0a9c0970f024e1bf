"""Declares the commands of answers that are kept, and the options by which a search keeps one."""

import argparse

from workstation.arguments import Commands, a_number, a_path, a_text, add_command, add_group


def declare_answers(commands: Commands) -> None:
    """Answers: listed, decided on, asked again, exported."""
    answer = add_group(commands, "answer", "answers of searches that are kept")
    show = add_command(answer, "list", "commands.answer:show", "the answers a case keeps")
    show.add_argument("case", type=a_path, metavar="CASE")
    again = add_command(
        answer, "again", "commands.answer:again",
        "ask the question again and tell what is new, gone or moved, and why",
    )  # fmt: skip
    decide = add_command(
        answer, "decide", "commands.answer:decide",
        "say of hits whether they are right; tells the precision and the order that follows",
    )  # fmt: skip
    export = add_command(
        answer, "export", "commands.answer:export", "write table, stills and manifest"
    )
    for command in (again, decide, export):
        command.add_argument("case", type=a_path, metavar="CASE")
        command.add_argument("--answer", type=a_number, required=True, metavar="ID")
    for name, text in (("--right", "confirmed"), ("--wrong", "rejected")):
        decide.add_argument(
            name, type=a_number, action="append", default=[], metavar="ID", help=f"{text} track"
        )
    decide.add_argument(
        "--take-back", type=a_number, action="append", default=[], metavar="ID",
        help="a track of which nothing is to be said any more",
    )  # fmt: skip
    export.add_argument("--out", type=a_path, required=True, metavar="DIR")


def declare_saved(commands: Commands) -> None:
    """Searches under a name."""
    saved = add_group(commands, "saved", "searches that are saved under a name")
    show = add_command(saved, "list", "commands.saved:show", "the saved searches of a case")
    name = add_command(saved, "rename", "commands.saved:rename", "give one another name")
    remove = add_command(saved, "remove", "commands.saved:remove", "take one away")
    for command in (show, name, remove):
        command.add_argument("case", type=a_path, metavar="CASE")
    for command in (name, remove):
        command.add_argument("--saved", type=a_text, required=True, metavar="NAME")
    name.add_argument("--name", type=a_text, required=True, metavar="N", help="the new one")


def add_saving(search: argparse.ArgumentParser) -> None:
    """Saving a search, and asking one that was saved."""
    search.add_argument("--save", type=a_text, metavar="NAME", help="save the search under a name")
    search.add_argument("--saved", type=a_text, metavar="NAME", help="ask a saved search again")


def add_keeping(command: argparse.ArgumentParser) -> None:
    """What can be done with the answer of a search."""
    command.add_argument("--keep", action="store_true", help="keep the answer, with its question")
    command.add_argument(
        "--compare-with", type=a_number, metavar="ID", help="tell what a kept answer had otherwise"
    )
    command.add_argument(
        "--export", type=a_path, metavar="DIR",
        help="write a table, one still per hit and a manifest into a new folder; keeps the answer",
    )  # fmt: skip
