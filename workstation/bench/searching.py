"""Searches of a large made-up case against the same searches written by hand.

Every search is run through its use case to the end, and must give the ids, in the order, that the
hand-written one gives; a difference ends the bench.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import process_time
from typing import Final

import numpy as np

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.jobs import Progress, finish
from casefiles.types import Actor
from casefiles.usecases.make_crowd import CrowdSize, make_crowd
from casefiles.usecases.measure_search import (
    Page,
    Search,
    likenesses,
    searches,
    timeline,
    timeline_by_hand,
)
from casefiles.view_types import FirstHits, Hits
from resources.errors import UserError
from workstation.bench.memory import peak_mb
from workstation.bench.result import Figure, interleaved
from workstation.output import say

TRACKS: Final = 100_000
_FEWEST: Final = 1000
_POINTS_A_TRACK: Final = 100
_VECTORS_A_TRACK: Final = 10
_SOURCES: Final = 100
_PAGE: Final = 200
_ROUNDS: Final = 3
_LONG_S: Final = 5.0
"""What takes longer is measured once: of that much work chance is no part."""
_ROUND_S: Final = 0.4
"""What takes less is repeated in each round: clocks of CPU time may tick in hundredths."""
_MOST_MB: Final = 2048
_BYTES: Final = 16_000, 60
"""On disk for each track and each point."""


def search(tracks: int = TRACKS) -> list[Figure]:
    """CPU time of each search over that of its hand-written peer, how early its first rows come,
    and the memory of the greediest."""
    if tracks < _FEWEST:
        raise UserError(f"{tracks} tracks are too few to search", f"Take {_FEWEST} or more.")
    sources = min(_SOURCES, tracks // 100)
    many = CrowdSize(sources, tracks, tracks * _POINTS_A_TRACK, one_camera=sources // 5)
    frames = many.frames
    alike = CrowdSize(sources, tracks * _VECTORS_A_TRACK // frames, 0, one_camera=sources // 5)
    figures: list[Figure] = []
    peaks: list[tuple[float, str]] = []
    with _crowd(many) as case:
        said = f"{tracks} tracks, {tracks * _POINTS_A_TRACK} points and as many detections"
        for one in (*searches(case, _PAGE), *likenesses(case, _PAGE)):
            figures += _measured(one, said, peaks)
        figures.append(_timeline(case, said))
    with _crowd(alike) as case:
        said = f"{alike.tracks} tracks, {frames} vectors of {alike.vector} numbers each"
        for one in likenesses(case, _PAGE):
            figures += _measured(one, said, peaks, f"/{alike.tracks * frames}-vectors")
    peak, name = max(peaks)
    figures.append(
        Figure(
            "search/memory",
            peak,
            _MOST_MB,
            peak / _MOST_MB,
            "MB",
            f"most memory the process had during any one search, which was {name}; the database's "
            "cache is part of it; asked ≤ 1",
        )
    )
    return figures


@contextmanager
def _crowd(size: CrowdSize) -> Iterator[Case]:
    """A case full of made-up tracks."""
    need = size.tracks * _BYTES[0] + size.points * _BYTES[1]
    if shutil.disk_usage(gettempdir()).free < need:
        raise UserError(
            f"{gettempdir()} has not the {need / 1e9:.1f} GB that this bench writes",
            "Free some space, set TMPDIR, or measure fewer with --tracks.",
        )
    actor = Actor("bench", "bench")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "case"
        # Straight from the class: a bench is no investigation and leaves no agency row.
        with Case.create(
            folder, actor, number="bench", title="bench", policy=UNREGISTERED, training=True
        ) as case:
            say(f"workstation: making up {size.tracks} tracks with {size.points} points")
            finish(make_crowd(case, size))
        # Opened anew, so that what making it left in memory is not counted as a search's.
        with Case.open(folder, actor, policy=UNREGISTERED) as case:
            yield case


def _measured(
    one: Search, said: str, peaks: list[tuple[float, str]], suffix: str = ""
) -> list[Figure]:
    """The ratio of a search, and when its first rows come, if it shows any before the end."""
    name = f"search/{one.name}{suffix}"
    say(f"workstation: {name}")
    peak, (found, first, whole) = peak_mb(partial(_stepped, one))
    peaks.append((peak, name))
    began = process_time()
    expected = one.peer()
    peer = process_time() - began
    check(name, found, expected)
    rounds, times, ours, theirs = 1, 1, whole, peer
    if peer < _LONG_S:
        rounds, times = _ROUNDS, max(1, round(_ROUND_S / max(peer, 0.01)))
        ours, theirs = interleaved(
            [partial(_finish, one, times)] * rounds, [partial(_by_hand, one, times)] * rounds
        )
        steps = [_stepped(one) for _ in range(times)]
        first, whole = (float(np.mean([step[at] for step in steps])) for at in (1, 2))
    figures = [
        Figure(
            name,
            ours / times,
            theirs / times,
            ours / theirs,
            "CPU s",
            f"{one.what}; {said}: the search with reasons, coverage and audit row over "
            f"hand-written SQL or numpy with an audit row, which give the same {expected[1]} "
            f"tracks and the same first {len(expected[0])}; medians of {rounds} interleaved "
            f"rounds of {times}; lower is better, asked ≤ 2",
        )
    ]
    # Most are so quick that the first rows are the last.
    if not np.isnan(first):
        figures.append(
            Figure(
                f"{name}/first-rows",
                first,
                whole,
                first / whole,
                "CPU s",
                "until the first rows are given over until all are; asked < 1",
            )
        )
    return figures


def check(name: str, found: Hits, expected: Page) -> None:
    """That a search and its peer found the same, in the same order where they rank apart.

    Raises:
        AssertionError: they did not.
    """
    ids, total = expected
    ours = [hit.track.track_id for hit in found.hits]
    if found.total != total:
        raise AssertionError(f"{name}: {found.total} found, {total} by hand")
    if ours != ids:
        scores: dict[int, float] = {hit.track.track_id: hit.score for hit in found.hits}
        # Of vectors multiplied in other portions the last bit may differ, and with it a tie.
        apart = np.diff([scores.get(one, np.inf) for one in ids])
        if set(ours) != set(ids) or (apart > 1e-6).any():
            raise AssertionError(f"{name}: other tracks than by hand, or in another order")


def _finish(one: Search, times: int) -> None:
    for _ in range(times):
        finish(one.ours())


def _by_hand(one: Search, times: int) -> None:
    for _ in range(times):
        one.peer()


def _stepped(one: Search) -> tuple[Hits, float, float]:
    """What a search finds, and CPU seconds until its first rows (NaN: none before the end) and
    until the end."""
    began, first = process_time(), np.nan

    def tell(progress: Progress) -> None:
        nonlocal first
        if np.isnan(first) and isinstance(progress, FirstHits):
            first = process_time() - began

    found = finish(one.ours(), tell)
    return found, first, process_time() - began


def _timeline(case: Case, said: str) -> Figure:
    lanes, expected = timeline(case), timeline_by_hand(case)
    for lane in lanes:
        by_hand = expected[str(lane.camera_id)]
        if not all(np.array_equal(lane.activity[kind], times) for kind, times in by_hand.items()):
            raise AssertionError(f"the timeline of {lane.title} differs from that by hand")
    works: Sequence[Callable[[], None]] = [lambda: _read(case)] * _ROUNDS
    ours, theirs = interleaved(works, [lambda: _read_by_hand(case)] * _ROUNDS)
    return Figure(
        "search/timeline",
        ours,
        theirs,
        ours / theirs,
        "CPU s",
        f"{said}: the lanes with every moment of activity over one scan by hand that gives the "
        f"same arrays; medians of {_ROUNDS} interleaved rounds; lower is better, asked ≤ 2",
    )


def _read(case: Case) -> None:
    timeline(case)


def _read_by_hand(case: Case) -> None:
    timeline_by_hand(case)
