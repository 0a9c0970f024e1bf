"""Which sources of the case are on the wall: as many as there is room for, in pages."""

from collections.abc import Sequence
from typing import Final

from casefiles.types import SourceId

COUNTS: Final = (1, 2, 4, 6, 9, 16, 25, 36, 49, 64)
"""How many tiles a layout has room for."""


class Lineup:
    """Keeps `shown` no longer than `count`; `known` are the sources of the case in their order."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.shown: list[SourceId] = []
        self.known: tuple[SourceId, ...] = ()

    def clear(self) -> None:
        """No case is open."""
        self.shown, self.known = [], ()

    def set_shown(self, ids: Sequence[int]) -> None:
        """Exactly these, in this order, as far as they are known and there is room."""
        there = frozenset(self.known)
        wanted = [SourceId(one) for one in dict.fromkeys(ids) if one in there]
        self.shown = wanted[: self.count]

    def set_count(self, count: int, focused: SourceId | None) -> None:
        """Room for at least so many; further sources fill what is free, the focused one stays."""
        self.count = min((one for one in COUNTS if one >= count), default=COUNTS[-1])
        if len(self.shown) > self.count:
            kept = self.shown[: self.count]
            if focused is not None and focused not in kept:
                kept[-1] = focused
            self.shown = kept
        there = frozenset(self.shown)
        others = [one for one in self.known if one not in there]
        self.shown += others[: self.count - len(self.shown)]

    def follow(self, known: Sequence[SourceId]) -> None:
        """The case holds these now: what is shown stays, new ones come in while there is room."""
        before, there = frozenset(self.known), frozenset(known)
        self.shown = [one for one in self.shown if one in there]
        kept = frozenset(self.shown)
        new = [one for one in known if one not in before and one not in kept]
        self.shown += new[: max(self.count - len(self.shown), 0)]
        self.known = tuple(known)

    def bring(self, wanted: SourceId, focused: SourceId | None) -> bool:
        """One that is not shown, in the place of the focused one where there is no room."""
        if wanted in self.shown or wanted not in self.known:
            return False
        if len(self.shown) < self.count:
            self.shown.append(wanted)
        else:
            self.shown[self.shown.index(focused) if focused in self.shown else -1] = wanted
        return True

    @property
    def pages(self) -> int:
        """How many pages the sources of the case fill."""
        return -(-len(self.known) // self.count)

    @property
    def page(self) -> int:
        """The page that what is shown begins on, from 0."""
        first = self.shown[0] if self.shown else None
        return self.known.index(first) // self.count if first in self.known else 0

    def turn(self, pages: int) -> bool:
        """So many pages on or back, round the ends; False where there is only one."""
        if self.pages < 2:
            return False
        first = (self.page + pages) % self.pages * self.count
        self.shown = list(self.known[first : first + self.count])
        return True
