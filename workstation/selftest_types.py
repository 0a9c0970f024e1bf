"""What the checks of the self-test share: a check, what it found, what it works with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any, Literal, TypeAlias

from workstation.selftest_window import WindowTrial, try_window

State: TypeAlias = Literal["ok", "note", "problem"]
Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its number on the telephone, its name in JSON, and the function that does it."""

    number: int
    key: str
    group: str
    name: str
    does: str
    """As "module:function"; a function of the `Bench`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in words and as facts.

    `note`: it works, and somebody should know something. `problem`: part of the work cannot be
    done here.
    """

    state: State
    says: str
    means: str = ""
    do: str = ""
    facts: Answer = field(default_factory=dict)
    loud: str = ""
    """Said again where all is summed up."""


class Bench:
    """What the checks of one run work with."""

    def __init__(self, case: Path | None) -> None:
        self.case = case
        self.began = datetime.now(UTC)
        self._began_s = monotonic()

    @property
    def clock_ran_off_s(self) -> float:
        """By how much the system's clock moved more than the time that passed."""
        passed = (datetime.now(UTC) - self.began).total_seconds()
        return passed - (monotonic() - self._began_s)

    @cached_property
    def window(self) -> WindowTrial:
        """What became of a window in a process of its own; tried once."""
        return try_window()
