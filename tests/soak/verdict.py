"""What one soak came to: a line, and whether it holds."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last word of one soak."""

    name: str
    holds: bool
    line: str

    def __str__(self) -> str:
        return f"{self.name}: {'holds' if self.holds else 'FAILED'} · {self.line}"


def say(text: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
