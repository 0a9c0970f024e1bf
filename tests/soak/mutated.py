"""500 mutated files through the real window and, some of them, through the command line.

A supervisor: the window runs in a process of its own. Where that dies, hangs or hoards memory, it
is blamed on the files it had in hand, which then go one by one through a fresh window.
"""

import json
import subprocess
import sys
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final

from tests.soak.mutants import Mutant, mutant
from tests.soak.processes import family, kill_group, start, start_window, use_of
from tests.soak.verdict import Verdict, say

FILES: Final = 500
SEED: Final = 20
GROUP: Final = 5
"""So many are dropped at once."""
LIMIT_S: Final = 180.0
"""For any one wait. A process that decodes counts as hanging after 60 s, and gets a second try."""
_GROUP_S: Final = 900.0
_START_S: Final = 120.0
_SILENCE_S: Final = 30.0
"""So long the GUI thread may say nothing."""
_MOST_BYTES: Final = 4 << 30
_LOOK_S: Final = 0.5
_BY_COMMAND: Final = 10
"""Every tenth file also goes through the command line."""
_SLOT_MS: Final = 80.0
_WINDOWS: Final = 50
"""After so many windows were lost there is nothing more to learn."""


@dataclass(slots=True)
class Tally:
    """What became of the files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    long_slots: int = 0
    worst_slot_ms: float = 0.0
    longest_gap_s: float = 0.0
    most_bytes: int = 0
    by_command: int = 0

    def blame(self, what: str) -> None:
        """Something that must not happen."""
        self.faults.append(what)
        say(f"  FAULT {what}")

    def verdict(self) -> Verdict:
        """The last line."""
        became = self.outcomes
        line = (
            f"{sum(became.values())} mutated files: {became['taken']} taken, "
            f"{became['refused']} refused with one message, {became['worker died']} cost a "
            f"process that decodes, {became['hung']} hung, {became['window died']} killed the "
            f"window; {self.by_command} also by command; longest GUI slot "
            f"{self.worst_slot_ms:.0f} ms ({self.long_slots} groups above {_SLOT_MS:.0f}), "
            f"longest wait for the window {self.longest_gap_s:.1f} s, largest process "
            f"{self.most_bytes / 2**20:.0f} MiB; {len(self.faults)} faults"
        )
        return Verdict("mutated", not self.faults, line)


def run(
    folder: Path, *, files: int = FILES, seed: int = SEED, first: int = 0, by_command: bool = True
) -> Verdict:
    """Takes files `first` to `first + files` of a seed; everything is put into `folder`."""
    tally = Tally()
    place = folder / "files"
    place.mkdir(parents=True)
    made = [mutant(number, seed, place) for number in range(first, first + files)]
    waiting = deque(made[at : at + GROUP] for at in range(0, files, GROUP))
    for turn in count():
        if not waiting or turn == _WINDOWS:
            break
        _Window(folder / f"window-{turn}", waiting, tally).watch()
    for one in made[::_BY_COMMAND] if by_command else ():
        _command(folder / f"command-{one.number}", one, tally)
    return tally.verdict()


class _Window:
    """One window at work on what waits."""

    def __init__(self, place: Path, waiting: deque[list[Mutant]], tally: Tally) -> None:
        self._place = place
        self._waiting = waiting
        self._tally = tally
        self._began_s = self._heard_s = monotonic()
        self._begun = self._closed = self._lost = False

    def watch(self) -> None:
        """Runs it until all is done, or until it is lost; what was done does not wait any more."""
        self._place.mkdir(parents=True)
        journal = self._place / "journal.jsonl"
        journal.touch()
        groups = [
            [(one.number, one.how, str(one.path)) for one in group] for group in self._waiting
        ]
        (self._place / "groups.json").write_text(json.dumps(groups), encoding="utf-8")
        process = start_window(
            "tests.soak.mutated_window", self._place, LIMIT_S, folder=self._place
        )
        try:
            with journal.open(encoding="utf-8") as told:
                while process.returncode is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LOOK_S)
                    for line in told:
                        self._hear(json.loads(line))
                        if self._lost:
                            return
                    trouble = self._trouble(process.pid)
                    if trouble and process.returncode is None:
                        self._lose("hung", trouble)
                        return
            if not self._closed or process.returncode:
                said = (self._place / "said.txt").read_text(errors="replace")[-3000:]
                self._lose("window died", f"it ended with {process.returncode}: {said}")
        finally:
            kill_group(process)

    def _hear(self, facts: dict[str, Any]) -> None:
        self._heard_s = monotonic()
        if "begins" in facts:
            self._begun, self._began_s = True, self._heard_s
        if "group" in facts:
            self._add(facts)
        if "closed" in facts:
            self._closed = True
            for complaint in facts["complaints"]:
                self._tally.blame(f"when the window closed: {complaint}")

    def _add(self, facts: dict[str, Any]) -> None:
        tally, group = self._tally, self._waiting[0]
        tally.long_slots += facts["slot_ms"] > _SLOT_MS
        tally.worst_slot_ms = max(tally.worst_slot_ms, facts["slot_ms"])
        tally.longest_gap_s = max(tally.longest_gap_s, facts["gap_s"])
        names = ", ".join(one.path.name for one in group)
        for complaint in facts["complaints"]:
            tally.blame(f"{names}: {complaint}")
        if facts["late"]:
            self._lose("hung", facts["late"])
            return
        self._waiting.popleft()
        tally.outcomes.update(outcome for _, outcome, _ in facts["outcomes"])
        say(f"  group of {group[0].number}: {facts['seconds']} s, {facts['slot_ms']} ms "
            f"({facts['slot']})")  # fmt: skip
        for one, (_, outcome, words) in zip(group, facts["outcomes"], strict=True):
            say(f"    {one.path.name}: {outcome} {words}".rstrip())

    def _trouble(self, pid: int) -> str:
        """What is wrong, in words; empty when nothing is."""
        now = monotonic()
        if not self._begun:
            return "" if now - self._began_s < _START_S else "the window does not start"
        if now - self._heard_s > _SILENCE_S:
            return f"the window did not answer for {_SILENCE_S:.0f} s"
        if now - self._began_s > _GROUP_S:
            return f"not done after {_GROUP_S:.0f} s"
        return _hoards(pid, self._tally)

    def _lose(self, outcome: str, trouble: str) -> None:
        """Blames the group in hand; its files come again one by one, a single one not at all."""
        self._lost = True
        group = self._waiting.popleft()
        self._tally.blame(f"{', '.join(one.path.name for one in group)}: {outcome}: {trouble}")
        if len(group) == 1:
            self._tally.outcomes[outcome] += 1
        else:
            self._waiting.extendleft([one] for one in reversed(group))


def _hoards(pid: int, tally: Tally) -> str:
    for one in family(pid):
        use = use_of(one)
        if use is None:
            continue
        tally.most_bytes = max(tally.most_bytes, use.rss_bytes)
        if use.rss_bytes > _MOST_BYTES:
            return f"a process took {use.rss_bytes / 2**30:.1f} GiB"
    return ""


def _command(place: Path, one: Mutant, tally: Tally) -> None:
    """Adds and analyses a file by command; each ends with 0, or with 2 and one clear message."""
    place.mkdir(parents=True)
    case = place / "case"
    tally.by_command += 1
    for words in (
        ["case", "create", str(case), "--number", "1", "--title", "Soak"],
        ["source", "add", str(case), str(one.path)],
        ["index", str(case)],
        ["case", "verify", str(case)],
    ):
        code, said = _ran(place, words)
        if code is None:
            tally.blame(f"{one.path.name}: '{words[0]}' did not end in {LIMIT_S:.0f} s")
        elif code not in (0, 2) or "Traceback" in said:
            tally.blame(f"{one.path.name}: '{' '.join(words[:2])}' ended with {code}: {said}")
        elif code == 2 and "workstation: " not in said:
            tally.blame(f"{one.path.name}: '{words[0]}' ended with 2 and said {said!r}")
        if code:
            return


def _ran(place: Path, words: list[str]) -> tuple[int | None, str]:
    """Exit code (None: it did not end) and all that it said."""
    log = place / f"{words[0]}-{words[1] if words[0] == 'case' else ''}.txt"
    process = start(
        [sys.executable, "-m", "workstation", *words],
        log,
        WORKSTATION_HOME=str(place / "home"),
        WORKSTATION_USER="soak",
        WORKSTATION_DEVICE="cpu",
    )
    try:
        process.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        return None, ""
    finally:
        kill_group(process)
    return process.returncode, log.read_text(errors="replace").strip()
