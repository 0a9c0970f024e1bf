"""Indexing killed 20 times, at its start, at its commits, in between and at its end.

The program is started as people start it, killed with SIGKILL (all of it, only its parent, or only
a process that decodes) and started again, several times over, until it comes to its end. The case
must then be the one that an undisturbed run leaves.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from resources.files import packaged
from resources.paths import shared_test_data
from tests.soak.processes import command_of, family, kill_group, outlasting, start
from tests.soak.same_case import Difference, Findings, difference, findings
from tests.soak.verdict import Verdict, say

KILLS: Final = 20
SEED: Final = 4
_MOMENTS: Final = ("start", "commit", "anywhere", "commit", "finish")
_TARGETS: Final = ("all", "all", "all", "parent", "decoder")
_IN_A_ROW: Final = 4
"""So often one run is killed before it may come to its end."""
_RUN_S: Final = 3600.0
_ORPHANS_S: Final = 20.0
_GLANCE_S: Final = 0.005
_DECODER: Final = "spawn_main"
_PROGRESS: Final = re.compile(rb": (\d+) of (\d+) frames")


@dataclass(frozen=True, slots=True)
class Job:
    """What is indexed: recordings and the options of `index`."""

    recordings: tuple[Path, ...]
    options: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What the kills came to."""

    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    lost: int = 0
    double: int = 0
    strange: int = 0
    faults: list[str] = field(default_factory=list)

    def blame(self, what: str) -> None:
        """Something that must not happen."""
        self.faults.append(what)
        say(f"  FAULT {what}")

    def verdict(self) -> Verdict:
        """The last line."""
        equal = not (self.lost or self.double or self.strange)
        how = ", ".join(f"{count} {name}" for name, count in sorted(self.kills.items()))
        line = (
            f"{self.kills.total()} kills ({how}) in {self.rounds} runs: {self.lost} lost, "
            f"{self.double} double, {self.strange} other rows, results "
            f"{'equal' if equal else 'NOT equal'}; {len(self.faults)} faults"
        )
        return Verdict("kills", equal and not self.faults, line)


def usual_job() -> Job:
    """Real footage where it is at hand, else the bundled one: enough for several commits."""
    videos = shared_test_data() / "data" / "video"
    real = (videos / "TUD-Campus.mp4", videos / "vtest.avi")
    bundled = (packaged("demo", "market-gate.mp4"), packaged("demo", "ferry-stairs.mkv"))
    there = tuple(path for path in real if path.is_file())
    return Job(there or bundled, ("--all-frames", "--no-motion-gate"))


def run(folder: Path, *, kills: int = KILLS, seed: int = SEED, job: Job | None = None) -> Verdict:
    """Kills so many times; everything is put into `folder`."""
    chance = random.Random(seed)
    bench = _Bench(folder, job or usual_job())
    tally = Tally()
    while tally.kills.total() < kills and tally.rounds < kills:
        bench.round(chance, min(_IN_A_ROW, kills - tally.kills.total()), tally)
    return tally.verdict()


class _Bench:
    """The case to start from, and the one to end with."""

    def __init__(self, folder: Path, job: Job) -> None:
        self._folder = folder
        self._job = job
        self._temporary = folder / "tmp"
        self._temporary.mkdir(parents=True)
        self._base = folder / "base"
        self._finish("case", "create", str(self._base), "--number", "1", "--title", "Kills")
        self._finish("source", "add", str(self._base), *map(str, job.recordings))
        undisturbed = folder / "undisturbed"
        shutil.copytree(self._base, undisturbed)
        began = monotonic()
        self._finish("index", str(undisturbed), *job.options)
        self._took_s = monotonic() - began
        self._wanted: Findings = findings(undisturbed)
        self._files = sorted(path.name for path in undisturbed.rglob("*"))
        rows = {name: rows.total() for name, rows in self._wanted.items() if rows}
        say(f"  undisturbed: {self._took_s:.0f} s, {rows}")

    def round(self, chance: random.Random, most: int, tally: Tally) -> None:
        """One case: killed up to `most` times, then run to its end and compared."""
        tally.rounds += 1
        case = self._folder / f"case-{tally.rounds}"
        shutil.copytree(self._base, case)
        for _ in range(most):
            moment, target = chance.choice(_MOMENTS), chance.choice(_TARGETS)
            done = self._kill(case, moment, target, chance, tally)
            if done:
                break
        self._finish("index", str(case), *self._job.options)
        self._finish("case", "verify", str(case))
        found = difference(self._wanted, findings(case))
        self._judge(case, found, tally)
        if found.none:
            shutil.rmtree(case)

    def _judge(self, case: Path, found: Difference, tally: Tally) -> None:
        tally.lost += found.lost
        tally.double += found.double
        tally.strange += found.strange
        if not found.none:
            tally.blame(f"{case}: {found}")
        files = sorted(path.name for path in case.rglob("*"))
        if files != self._files:
            tally.blame(f"{case} holds {files}, not {self._files}")
        left = [path.name for path in self._temporary.iterdir()]
        if left:
            tally.blame(f"left among the temporary files: {left}")
        how = "equal" if found.none else str(found)
        say(f"  {case.name}: {how}, {tally.kills.total()} kills so far")

    def _kill(
        self, case: Path, moment: str, target: str, chance: random.Random, tally: Tally
    ) -> bool:
        """Starts indexing and kills it; whether it came to its end all the same."""
        log = self._folder / "said.txt"
        log.write_bytes(b"")
        process = self._start("index", str(case), *self._job.options)
        try:
            if not self._await(process, case, moment, chance):
                say(f"  {case.name}: at its end before '{moment}'")
                return True
            victims = _victims(process.pid, target)
            if not victims:
                # No decoder yet, or none any more.
                target, victims = "all", _victims(process.pid, "all")
            members = family(process.pid)
            for one in victims:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            tally.kills[f"{target} at {moment}"] += 1
            progress = _progress(log)
            say(f"  {case.name}: killed {target} at {moment}, "
                f"{progress[0]} of {progress[1]} frames told")  # fmt: skip
            if target == "decoder":
                process.wait(_RUN_S)
                if process.returncode:
                    tally.blame(f"a killed decoder ended the run: {log.read_text()[-2000:]}")
                return True
            process.wait(_RUN_S)
            for one in outlasting(members, _ORPHANS_S):
                tally.blame(f"still there after the kill: {one}: {command_of(one)}")
            return False
        finally:
            kill_group(process)

    def _await(
        self, process: "subprocess.Popen[bytes]", case: Path, moment: str, chance: random.Random
    ) -> bool:
        """Waits for the moment to kill; False where the program ended before."""
        wal, log = case / "case.duckdb.wal", self._folder / "said.txt"
        wait_s = {
            "start": chance.uniform(0, 4),
            "anywhere": chance.uniform(0, self._took_s),
            "commit": chance.uniform(0, 0.05),
            "finish": chance.uniform(0, 1.5),
        }[moment]
        share = chance.uniform(0.8, 1)
        size = _size(wal)
        end = monotonic() + _RUN_S
        due = monotonic() + wait_s if moment in ("start", "anywhere") else None
        while monotonic() < end:
            if due is not None and monotonic() >= due:
                return process.poll() is None
            if due is None:
                done, total = _progress(log)
                now = _size(wal)
                # The first rows of a run are only its beginning.
                grown = moment == "commit" and now > size + 20_000
                if grown or (moment == "finish" and total and done >= share * total):
                    due = monotonic() + wait_s
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GLANCE_S)
                return False
        raise AssertionError(f"nothing came of it in {_RUN_S:.0f} s")

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        return start(
            [sys.executable, "-m", "workstation", *words],
            self._folder / "said.txt",
            WORKSTATION_HOME=str(self._folder / "home"),
            WORKSTATION_USER="soak",
            WORKSTATION_DEVICE="cpu",
            TMPDIR=str(self._temporary),
        )

    def _finish(self, *words: str) -> None:
        process = self._start(*words)
        try:
            process.wait(_RUN_S)
        finally:
            kill_group(process)
        if process.returncode:
            said = (self._folder / "said.txt").read_text(errors="replace")
            raise AssertionError(f"{' '.join(words)} ended with {process.returncode}: {said}")


def _victims(pid: int, target: str) -> tuple[int, ...]:
    members = family(pid)
    if target == "parent":
        return (pid,)
    if target == "decoder":
        return tuple(one for one in members[1:] if _DECODER in command_of(one))[:1]
    # The parent first: no child is to be missed by it.
    return members


def _progress(log: Path) -> tuple[int, int]:
    told = _PROGRESS.findall(log.read_bytes())
    return (int(told[-1][0]), int(told[-1][1])) if told else (0, 0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
