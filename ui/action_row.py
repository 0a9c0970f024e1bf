"""What a command of the window is, as a value; the tables of commands are made of these."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Need: TypeAlias = Literal[
    "nothing", "case", "footage", "track", "hits", "span", "undo", "redo", "subject", "candidate",
    "decision",
]  # fmt: skip
"""`subject`: one is followed; `candidate`: one is proposed; `decision`: a result or a candidate
can be decided on."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One command: what it is called, which keys call it, and what it needs to make sense."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = "nothing"
    tip: str = ""
    checkable: bool = False
    begins_group: bool = False
    listed: bool = True
    """False: works by key and palette, and takes no room in a menu."""
