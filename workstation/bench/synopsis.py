"""A synopsis of a busy scene and of quiet hours against two that a person would think of first,
and what it costs to change a filter and to compose pictures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.synopsis_types import SynopsisOptions
from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import DEFAULT_DETECTOR, IndexOptions
from casefiles.usecases.make_tubes import make_tubes
from casefiles.usecases.plan_synopsis import plan_synopsis
from casefiles.usecases.read_stages import open_packs
from detection.detector import open_detector
from detection.errors import ModelMissing
from resources.paths import shared_test_data
from video.clock import NS_PER_S
from video.decoder import open_source
from video.encode import write_clip
from video.synopsis import measure
from video.synopsis.baselines import first_fit, skip_empty
from video.synopsis.compose import Composer
from video.synopsis.scaling import scaled
from video.synopsis.schedule import ScheduleOptions, schedule
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule, ShowNs, TubeFrames
from video.synopsis.units import units_of
from video.types import Pixels
from workstation.bench.quiet_hour import CORRIDOR, HOUR_S, STREET, write_quiet_hour
from workstation.bench.result import Figure, interleaved
from workstation.bench.synopsis_truth import shown_truth
from workstation.output import say

_BUSY_FRAMES: Final = 400
_TUBES: Final = 1000
_ROUNDS: Final = 5
_SIZE: Final = (1280, 720)
_FPS: Final = 25
_SHOWN_S: Final = 4
"""So many seconds are composed and decoded in turns."""
_LEAST_RATIO: Final = 20.0


def synopsis() -> list[Figure]:
    """Ratios, overlap, disorder and dropped of three recordings; then the cost."""
    shared = shared_test_data()
    needed = [
        shared / one for clip in (STREET, CORRIDOR) for one in (clip.video, clip.truth) if one
    ]
    missing = next((path for path in needed if not path.is_file()), None)
    if missing is not None:
        say(f"workstation: synopsis is left out: {missing} is not there")
        return []
    figures: list[Figure] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for title in ("busy", "quiet-street", "quiet-corridor"):
            clip = folder / f"{title}.mp4"
            if title == "busy":
                write_clip(clip, _first(shared / STREET.video), fps=10, preset="veryfast")
            else:
                one = STREET if title == "quiet-street" else CORRIDOR
                write_quiet_hour(shared, clip, one, HOUR_S)
            with _case(folder / title, clip) as case:
                figures += _against(title, case)
                if title == "busy":
                    labelled = replace(STREET, step=1, fps=10)
                    figures += shown_truth(case, shared, labelled, folder)
            clip.unlink()
        clip = folder / "wide.mp4"
        write_clip(clip, _wide(shared / STREET.video), fps=_FPS, preset="veryfast")
        with _case(folder / "wide", clip) as case:
            figures += _costs(case, clip)
    return figures


def detector_at_hand() -> str:
    """YOLOX-Nano where it is installed, else the embedded one."""
    try:
        open_detector("yolox-nano")
    except ModelMissing:
        return DEFAULT_DETECTOR
    return "yolox-nano"


@contextmanager
def _case(folder: Path, clip: Path) -> Iterator[Case]:
    """A case of one recording, analysed and cut out."""
    # Straight from the class: a bench is no investigation and leaves no agency row.
    case = Case.create(
        folder, Actor("bench", "bench"), number="bench", title="bench",
        policy=UNREGISTERED, training=True,
    )  # fmt: skip
    with case:
        add_source(case, clip, Recording())
        options = IndexOptions(detector=detector_at_hand(), attributes=False)
        reports = finish(index_sources(case, [one.source_id for one in case.sources()], options))
        assert all(report.problem is None for report in reports)
        made = finish(make_tubes(case))
        assert all(report.problem is None for report in made)
        yield case


# -- against what a person would think of first


def _against(title: str, case: Case) -> list[Figure]:
    ours = finish(plan_synopsis(case, "", SynopsisOptions()))
    stages = [StageUnits(part.stage.tubes, part.units, part.stage.size) for part in ours.parts]
    whole = [
        replace(one, units=units_of(one.tubes, longest_s=1e9, held_s=1e9, chronological=True))
        for one in stages
    ]
    plain = _measured(whole, skip_empty(whole), ours.measures.input_s)
    fitted = _measured(stages, first_fit(stages, ours.measures.overlap), ours.measures.input_s)
    said = ours.measures
    missing = sum(ours.coverage.dropped.values())
    how = (
        f"{title}: {said.input_s:.0f} s become {said.output_s:.1f} s; {said.objects} objects, "
        f"{missing} dropped, overlap {said.overlap:.4f}, disorder {said.disorder:.3f}, "
        f"{said.at_once:.1f} at once. Without empty stretches {plain}; first fit {fitted}; "
        f"analysed with {detector_at_hand()}"
    )
    figures = [
        Figure(f"synopsis-{title}-over-skipping", said.ratio, plain.ratio,
               said.ratio / plain.ratio, "x", how),
        Figure(f"synopsis-{title}-over-first-fit", said.ratio, fitted.ratio,
               said.ratio / fitted.ratio, "x", how),
    ]  # fmt: skip
    if title != "busy":
        figures.append(
            Figure(f"synopsis-{title}", said.ratio, _LEAST_RATIO, said.ratio / _LEAST_RATIO,
                   "x", how)
        )  # fmt: skip
    return figures


@dataclass(frozen=True, slots=True)
class _Measured:
    ratio: float
    overlap: float
    disorder: float

    def __str__(self) -> str:
        return f"{self.ratio:.2f}x (overlap {self.overlap:.4f}, disorder {self.disorder:.3f})"


def _measured(stages: Sequence[StageUnits], made: Sequence[Schedule], input_s: float) -> _Measured:
    shown_s = sum(one.length_ns for one in made) / NS_PER_S
    return _Measured(
        input_s / shown_s, measure.overlap(stages, made), measure.disorder(stages, made)
    )


# -- what it costs


def _costs(case: Case, clip: Path) -> list[Figure]:
    """Scheduling 1,000 tubes anew to the first picture, and composing, over plain decoding."""
    made = finish(plan_synopsis(case, ""))
    part = made.parts[0]
    tubes = _many(part.stage.tubes)
    packs = open_packs(case, part.stage)
    try:

        def filtered() -> Composer:
            units = units_of(tubes, longest_s=30.0, held_s=6.0)
            first = next(schedule(tubes, units, part.stage.size, ScheduleOptions()))
            return Composer(part.stage.plates, tubes, units, first, packs, part.stage.size)

        def first_picture() -> None:
            filtered().at(ShowNs(0), _SIZE)

        composer = filtered()
        middle = composer.length_ns // 2
        times = [ShowNs(middle + at * NS_PER_S // _FPS) for at in range(_SHOWN_S * _FPS)]
        counts = [len(composer.shown_at(at, _SIZE)) for at in times]

        def compose() -> None:
            for at in times:
                composer.at(at, _SIZE)

        decode = partial(_decode, clip, _SHOWN_S * _FPS)
        composed, bound = interleaved([compose] * _ROUNDS, [decode] * _ROUNDS)
        changed, again = interleaved([first_picture] * _ROUNDS, [decode] * _ROUNDS)
    finally:
        for pack in packs:
            pack.close()
    about = f"{np.mean(counts):.1f} objects on show at {_SIZE[0]}x{_SIZE[1]}"
    return [
        Figure("synopsis-compose", composed / _SHOWN_S, bound / _SHOWN_S, composed / bound,
               "CPU s a second",
               f"{about}, {_FPS} pictures a second, over decoding one such camera; below 1 is "
               f"cheaper; of one core it takes {composed / _SHOWN_S:.2f}"),
        Figure("synopsis-filter-to-picture", changed, again / _SHOWN_S,
               changed * _SHOWN_S / again, "CPU s",
               f"{len(tubes)} tubes grouped, scheduled and the first picture composed, over "
               "decoding one such camera for a second"),
    ]  # fmt: skip


def _many(tubes: Sequence[TubeFrames]) -> tuple[TubeFrames, ...]:
    """So many tubes, as if the recording went on: the same walks, one round after the other."""
    # Of wall time only the difference: a thousand times 1970 until now does not fit.
    begin = min(int(tube.time_ns[0]) for tube in tubes)
    length = max(int(tube.time_ns[-1]) for tube in tubes) - begin + NS_PER_S
    return tuple(
        replace(tube, tube=number, time_ns=tube.time_ns + length * (number // len(tubes)))
        for number, tube in enumerate(islice(cycle(tubes), _TUBES))
    )


def _decode(clip: Path, most: int) -> None:
    with open_source(clip, threads=1) as decoder:
        for frame in islice(decoder.frames(), most):
            frame.bgra(*_SIZE)


def _first(video: Path) -> Iterator[Pixels]:
    """The labelled frames; the others are kept for those who judge."""
    with open_source(video) as decoder:
        for frame in islice(decoder.frames(), _BUSY_FRAMES):
            yield frame.bgr()


def _wide(video: Path) -> Iterator[Pixels]:
    """The same as a camera of 1280x720 at 25 frames a second gives it."""
    for picture in _first(video):
        yield scaled(picture, _SIZE)
