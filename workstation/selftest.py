"""`selftest`: what this installation can do, tried and not assumed; exit 2 when it cannot work.

The numbers of the checks stay what they are, so that they can be read out over the telephone:
docs/help-desk.md says what each one means.
"""

import argparse
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

from casefiles.jobs import Job, Progress, finish
from casefiles.workers import START_S, Died, Processes, Said
from resources import paths
from resources.errors import UserError, one_line
from resources.version import PROGRAM_VERSION
from workstation.bundle import check_free, write_bundle
from workstation.crash import save_report
from workstation.output import print_json, print_text, say
from workstation.selftest_types import Answer, Bench, Check, Finding

_LIBRARIES: Final = "workstation.selftest_program"
_MACHINE: Final = "workstation.selftest_machine"

CHECKS: Final = (
    Check(1, "program", "Program", "Program", f"{_LIBRARIES}:program"),
    Check(2, "logs", "Program", "Logs and reports", f"{_MACHINE}:logs"),
    Check(3, "codecs", "Analysis", "Codecs", f"{_LIBRARIES}:codecs"),
    Check(4, "decoding", "Analysis", "Reading pictures", f"{_LIBRARIES}:decoding"),
    Check(5, "models", "Analysis", "Models", f"{_LIBRARIES}:models"),
    Check(6, "providers", "Analysis", "Device", f"{_LIBRARIES}:providers"),
    Check(7, "worker", "Analysis", "Worker process", f"{_LIBRARIES}:worker"),
    Check(8, "encryption", "Cases", "Encryption", f"{_LIBRARIES}:encryption"),
    Check(9, "agency_store", "Cases", "Agency store", f"{_LIBRARIES}:agency_store"),
    Check(10, "passphrase", "Cases", "Passphrases", f"{_MACHINE}:passphrase"),
    Check(11, "disk", "Disks", "Disk of the program", f"{_MACHINE}:disk"),
    Check(12, "case_folder", "Disks", "Disk of the case", f"{_MACHINE}:case_folder"),
    Check(13, "temp", "Disks", "Temporary files", f"{_MACHINE}:temp"),
    Check(14, "display", "Window", "Screen", f"{_MACHINE}:display"),
    Check(15, "window", "Window", "Window libraries", f"{_MACHINE}:window"),
    Check(16, "fonts", "Window", "Fonts", f"{_MACHINE}:fonts"),
    Check(17, "time_zones", "Time", "Time zones", f"{_MACHINE}:time_zones"),
    Check(18, "clock", "Time", "Clock", f"{_MACHINE}:clock"),
)
_WAIT_S: Final = 0.2
_SIGN: Final = {"ok": "OK", "note": "NOTE", "problem": "PROBLEM"}


@dataclass(frozen=True, slots=True)
class Result:
    """A check and what it found."""

    check: Check
    finding: Finding

    @property
    def sign(self) -> str:
        return _SIGN[self.finding.state]

    def answer(self) -> Answer:
        """What it found, as JSON has it."""
        finding = self.finding
        words = {"says": finding.says, "means": finding.means, "do": finding.do}
        return {
            "ok": finding.state != "problem",
            **finding.facts,
            "number": self.check.number,
            "state": finding.state,
            **{name: text for name, text in words.items() if text},
        }


def selftest(options: argparse.Namespace) -> int:
    """Runs every check; a failed one does not stop the others."""
    if options.bundle is not None:
        check_free(options.bundle)
    results = finish(run_checks(options.case))
    works = all(result.finding.state != "problem" for result in results)
    if options.json:
        print_json(as_document(results))
    else:
        for line in in_words(results):
            print_text(line)
    if options.bundle is not None:
        write_bundle(options.bundle, as_document(results), in_words(results))
        say(f"workstation: for the help desk: {options.bundle}")
    return 0 if works else 2


def run_checks(case: Path | None = None) -> Job[tuple[Result, ...]]:
    """Every check in turn; `case` is the folder of one, whose disk is tried too.

    They run in a process of their own: a damaged library ends the process that loads it. The
    check it ends is the one at fault, and the next process goes on after it.
    """
    results: list[Result] = []
    while len(results) < len(CHECKS):
        # The first use of a graphics card loads libraries of a gigabyte, without a word.
        with Processes(silence_s=START_S) as crew:
            crew.hire(checks_from, len(results), case)
            yield from _heard(crew, results)
    return tuple(results)


def checks_from(first: int, case: Path | None) -> Generator[Finding, None, None]:
    """In the process: what the checks from a place in `CHECKS` find."""
    bench = Bench(case)
    for check in CHECKS[first:]:
        yield _tried(check, bench)


def _heard(crew: Processes, results: list[Result]) -> Job[None]:
    """Adds to `results` what a process finds, until it ends one way or the other."""
    while True:
        if len(results) < len(CHECKS):
            yield Progress(len(results), len(CHECKS), "checks", CHECKS[len(results)].name)
        for _worker, event in crew.hear(_WAIT_S):
            if isinstance(event, Said):
                results.append(Result(CHECKS[len(results)], event.message))
                continue
            if isinstance(event, Died) and len(results) < len(CHECKS):
                results.append(Result(CHECKS[len(results)], _ended(event.why)))
            return


def _ended(why: str) -> Finding:
    problem = f"the process that tried it {why}"
    return Finding(
        "problem", problem, "A library that this needs is damaged, or does not fit the computer.",
        "Install the program again (docs/install.md); update the driver of the graphics card.",
        {"problem": problem},
    )  # fmt: skip


def as_document(results: tuple[Result, ...]) -> Answer:
    """The results as JSON has them: one entry a check."""
    works = all(result.finding.state != "problem" for result in results)
    return {"ok": works, **{result.check.key: result.answer() for result in results}}


def in_words(results: tuple[Result, ...]) -> list[str]:
    """The results to be read, or read out: a numbered line each, and one that sums them up."""
    now = datetime.now(UTC)
    lines = [f"Sightline {PROGRAM_VERSION} self-test, {now:%Y-%m-%d %H:%M} UTC"]
    group = ""
    for result in results:
        check, finding = result.check, result.finding
        if check.group != group:
            group = check.group
            lines += ["", group]
        lines.append(f"{check.number:3} {result.sign:8} {check.name}: {one_line(finding.says)}")
        if finding.means:
            lines.append(f"             means: {one_line(finding.means)}")
        if finding.do:
            lines.append(f"             do:    {one_line(finding.do)}")
    return [*lines, "", verdict(results), _for_help_desk()]


def verdict(results: tuple[Result, ...]) -> str:
    """All of it in one line."""
    problems = [result for result in results if result.finding.state == "problem"]
    loud = [result for result in results if result.finding.loud]
    notes = sum(result.finding.state == "note" for result in results)
    warned = "".join(f" {result.finding.loud}" for result in loud)
    if problems:
        which = ", ".join(f"{result.check.number} {result.check.name}" for result in problems)
        return f"RESULT: PROBLEM in {len(problems)} of {len(results)} checks: {which}.{warned}"
    noted = f", {notes} with a note" if notes else ""
    return f"RESULT: OK, all {len(results)} checks passed{noted}.{warned}"


def _for_help_desk() -> str:
    try:
        logs = f" Logs: {paths.log_folder()}"
    except OSError:
        logs = ""
    return f"For the help desk: workstation selftest --bundle FILE.zip.{logs}"


def _tried(check: Check, bench: Bench) -> Finding:
    module, _, name = check.does.partition(":")
    try:
        # A library that cannot be loaded is a finding of its check, and not the end of the others.
        finding: Finding = getattr(import_module(module), name)(bench)
    except UserError as error:
        return _failed(str(error), error.hint)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or error}", "Check the disk and your rights to it.")
    except ImportError as error:
        return _failed(
            f"a library cannot be loaded: {error}",
            "Install the program again (docs/install.md); on Linux also what the line names.",
        )
    # Broad on purpose: whatever a broken installation raises is what the test was run to find.
    except Exception as error:
        return _failed(
            f"a fault in Sightline: {type(error).__name__}", f"Report: {save_report(error)}"
        )
    return finding


def _failed(problem: str, do: str) -> Finding:
    return Finding("problem", problem, do=do, facts={"problem": problem})
