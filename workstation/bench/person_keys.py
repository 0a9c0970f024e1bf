"""What somebody does who looks for one person with the keyboard, as values: the order and what came
of it. The hands are in `person_window`, in a process of their own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 30
"""So many wrong hits in a row, and nobody looks on."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the hands are to do in the window on a case."""

    case: str
    texts: tuple[str, ...]
    """Asked one after the other; the person is looked for in the answer to the first."""
    sightings: tuple[int, ...]
    """The tracks that are the person, by the truth."""


@dataclass(slots=True)
class Asked:
    """How long an answer took from the last key: to its rows, and to all pictures in view."""

    text: str
    rows_s: float
    pictures_s: float
    pictures: int
    total: int


@dataclass(slots=True)
class Outcome:
    """What the hands did and saw."""

    asked: list[Asked] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    """Presses by what they mean; letters of the text are `typed`."""
    start: int = 0
    """The sighting found by the text."""
    looked: list[tuple[int, bool]] = field(default_factory=list)
    """Hits looked at one after the other in answers by appearance: track, whether it is right."""
    passed: int = 0
    """Wrong hits of the text above the start."""
    precision: list[str] = field(default_factory=list)
    """What the window said of each answer before it was left."""
    next_s: list[float] = field(default_factory=list)
    """From a decision to the next hit in the new order, with its picture."""

    def confirmed(self) -> list[int]:
        """The sightings, in the order in which they were confirmed."""
        return [self.start, *(track for track, right in self.looked if right)]


def goes_on(looked: Sequence[tuple[int, bool]], wanted: int) -> bool:
    """Whether somebody who has seen these hits looks on, of whom there are `wanted` right ones."""
    last = [right for _, right in looked[-PATIENCE:]]
    gives_up = len(last) == PATIENCE and not any(last)
    return not gives_up and sum(right for _, right in looked) < wanted


def top_down(
    hits: Iterable[int], right: Collection[int], start: int, *, patient: bool = False
) -> list[tuple[int, bool]]:
    """What somebody looks at who goes through one answer from its top, to the last sighting; the
    patient one however many wrong ones come between."""
    looked: list[tuple[int, bool]] = []
    wanted = len(set(right) - {start})
    for track in hits:
        enough = sum(one for _, one in looked) >= wanted
        if enough or not (patient or goes_on(looked, wanted)):
            break
        looked.append((track, track in right))
    return looked
