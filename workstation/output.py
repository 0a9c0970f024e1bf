"""What the command line prints: results on stdout, everything else on stderr."""

import json
import sys
from time import monotonic

from casefiles.jobs import Job, Progress, T, finish
from resources.errors import CONTROLS

_EVERY_S = 2.0
_FIRST_S = 10.0
"""Before anything is done there is little to say: a command that fails says only why."""


def print_json(document: object) -> None:
    """One JSON document."""
    # Where the stream cannot carry every letter, JSON has its own way to write them.
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(document, ensure_ascii=plain, allow_nan=False, indent=1))


def print_text(text: str = "") -> None:
    """One line of result for people; what could command the terminal is written out."""
    print(text.translate(CONTROLS))


def say(text: str) -> None:
    """One message beside the result."""
    print(text.translate(CONTROLS), file=sys.stderr, flush=True)


def run_job(job: Job[T], verb: str) -> T:
    """Runs a job to its end, with a progress line now and then on stderr."""
    told = monotonic()
    part, began, before = "", told, 0

    def tell(progress: Progress) -> None:
        nonlocal told, part, began, before
        now = monotonic()
        if progress.what != part:
            # Each part, and each resumed one, runs at a speed of its own.
            part, began, before = progress.what, now, progress.done
        if now - told < (_EVERY_S if progress.done else _FIRST_S):
            return
        told = now
        left = ""
        if progress.total and progress.done > before:
            pace = (now - began) / (progress.done - before)
            left = f", about {_duration(pace * (progress.total - progress.done))} left"
        of = f" of {progress.total}" if progress.total else ""
        say(f"{verb} {progress.what}: {progress.done}{of} {progress.unit}{left}")

    return finish(job, tell)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
