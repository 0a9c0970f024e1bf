"""An hour of synthetic indexing in one window: does anything grow?

The window does the same day's work over and over (`hour_window`). Here its memory, open files and
threads are sampled, the most that a decoding process took in a turn, and the size of its case.
Compared are the means of the second and the last sixth of the time.
"""

import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from time import monotonic
from typing import Any, Final

from tests.soak.processes import family, kill_group, start_window, use_of
from tests.soak.verdict import Verdict, say

MINUTES: Final = 60.0
TURNS: Final = 6
REPEATS: Final = 2
ALLOWED: Final = 0.05
"""So much of its value may a measure grow by."""
_LOOK_S: Final = 2.0
_SILENCE_S: Final = 60.0
_START_S: Final = 180.0
_MIB: Final = 2**20
_SIXTHS: Final = 6


@dataclass(slots=True)
class Measure:
    """One thing that must not grow, as (seconds since the start, value)."""

    name: str
    unit: str
    least: float
    """A difference below this is none: a thread more or less."""
    samples: list[tuple[float, float]] = field(default_factory=list)

    def sixths(self, whole_s: float) -> list[float | None]:
        """The mean of each sixth of the time; None where nothing was measured in one."""
        parts: list[list[float]] = [[] for _ in range(_SIXTHS)]
        for at_s, value in self.samples:
            parts[min(int(_SIXTHS * at_s / whole_s), _SIXTHS - 1)].append(value)
        return [fmean(part) if part else None for part in parts]

    def growth(self, whole_s: float) -> float:
        """How much the last sixth is above the second, as a share; NaN where either is unknown."""
        sixths = self.sixths(whole_s)
        before, after = sixths[1], sixths[-1]
        if before is None or after is None:
            return float("nan")
        return 0.0 if abs(after - before) <= self.least else after / before - 1


@dataclass(slots=True)
class Table:
    """All measures of a run."""

    window: Measure = field(default_factory=lambda: Measure("window, memory", "MiB", 0))
    workers: Measure = field(default_factory=lambda: Measure("decoder, most memory", "MiB", 0))
    files: Measure = field(default_factory=lambda: Measure("window, open files", "", 1))
    threads: Measure = field(default_factory=lambda: Measure("window, threads", "", 1))
    case: Measure = field(default_factory=lambda: Measure("case of a turn", "MiB", 0))
    turn: Measure = field(default_factory=lambda: Measure("a turn", "s", float("inf")))

    def all(self) -> tuple[Measure, ...]:
        return (self.window, self.workers, self.files, self.threads, self.case, self.turn)


def run(
    folder: Path, *, minutes: float = MINUTES, turns: int = TURNS, repeats: int = REPEATS
) -> Verdict:
    """Works for so many minutes of wall time, and at least so many turns."""
    folder.mkdir(parents=True)
    journal = folder / "journal.jsonl"
    journal.touch()
    process = start_window("tests.soak.hour_window", folder, minutes, turns, repeats, folder=folder)
    hour = _Hour()
    try:
        with journal.open(encoding="utf-8") as told:
            while process.returncode is None and not hour.silent:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK_S)
                hour.look(process.pid)
                for line in told:
                    hour.hear(json.loads(line))
    finally:
        kill_group(process)
    if process.returncode or not hour.closed:
        said = (folder / "said.txt").read_text(errors="replace")[-3000:]
        hour.faults.append(f"the window ended with {process.returncode}: {said}")
    return hour.verdict()


class _Hour:
    """What was seen of the window."""

    def __init__(self) -> None:
        self._began_s = self._heard_s = monotonic()
        self._table = Table()
        self._peak = 0.0
        self._turns = 0
        self.faults: list[str] = []
        self.closed = False

    @property
    def silent(self) -> bool:
        """Whether the window has said nothing for too long."""
        return monotonic() - self._heard_s > (_SILENCE_S if self._turns else _START_S)

    def look(self, pid: int) -> None:
        """Samples the family of the window."""
        now = monotonic() - self._began_s
        window = use_of(pid)
        if window is None:
            return
        table = self._table
        table.window.samples.append((now, window.rss_bytes / _MIB))
        table.files.samples.append((now, window.files))
        table.threads.samples.append((now, window.threads))
        for one in family(pid)[1:]:
            use = use_of(one)
            if use is not None:
                self._peak = max(use.rss_bytes / _MIB, self._peak)

    def hear(self, facts: dict[str, Any]) -> None:
        """A line of the journal."""
        self._heard_s = monotonic()
        if "turn" in facts:
            self._turns += 1
            now = self._heard_s - self._began_s
            self._table.case.samples.append((now, facts["case_bytes"] / _MIB))
            self._table.turn.samples.append((now, facts["seconds"]))
            self._table.workers.samples.append((now, self._peak))
            self._peak = 0.0
            said = [*facts["complaints"], *facts["said"]]
            self.faults += said
            memory = self._table.window.samples[-1][1]
            say(
                f"  turn {facts['turn']}: {facts['seconds']} s, window {memory:.0f} MiB, longest "
                f"wait {facts['gap_s']} s {' '.join(said)}".rstrip()
            )
        self.closed |= "closed" in facts
        self.faults += facts["complaints"] if "closed" in facts else []

    def verdict(self) -> Verdict:
        """The table, then the last line."""
        whole = monotonic() - self._began_s
        if self.silent:
            self.faults.append("the window did not answer any more")
        grown = []
        for measure in self._table.all():
            sixths = measure.sixths(whole)
            shown = " ".join("     –" if one is None else f"{one:6.1f}" for one in sixths)
            growth = measure.growth(whole)
            say(f"  {measure.name:22} {shown} {measure.unit:4} {growth:+.1%}")
            # Not a number is not flat.
            if not growth <= ALLOWED:
                grown.append(f"{measure.name} {growth:+.1%}")
        for fault in self.faults:
            say(f"  FAULT {fault}")
        memory = self._table.window.growth(whole)
        line = (
            f"{self._turns} turns in {whole / 60:.0f} minutes, memory of the window {memory:+.1%}, "
            f"{'flat' if not grown else 'not flat: ' + ', '.join(grown)}, {len(self.faults)} faults"
        )
        return Verdict("hour", not grown and not self.faults, line)
