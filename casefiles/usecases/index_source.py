"""Finds and follows the objects of one source; goes on where an interrupted run stopped.

Rows, tracker state and position of a chunk are one transaction: whatever happens, the case holds
whole chunks, and a resumed run ends with the rows an uninterrupted one would have.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.store import looks, runs, tracks
from casefiles.store.engine import Cursor
from casefiles.store.runs import RunProgress
from casefiles.types import TRACKS_PER_RUN, JsonValue, Provenance, Run, RunId, Source
from casefiles.usecases.index_rows import Chunk
from detection.appearance import open_embedder
from detection.detector import Detector, open_detector
from detection.looks import BestLooks
from detection.motion import GateOptions, MotionGate
from detection.pipeline import Analysed, Pipeline
from detection.tracker import open_tracker, options_for
from detection.types import Device
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import now_ns
from video.decoder import Decoder, open_source
from video.packet_index import times_ns
from video.sampling import wanted_frames
from video.types import Frame, PacketIndex, TimeNs

# About a minute of sampled footage: little is lost by a kill, and batches stay well above the
# 500 rows under which DuckDB's cost per row rises (docs/measured.md).
CHUNK_FRAMES = 300
DEFAULT_DETECTOR = "ssd-oidv4"
_PROGRESS_EVERY_S = 0.1
_COUNTED = ("frames_decoded", "frames_analysed", "frames_gated", "detections", "damaged")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How a source is analysed."""

    detector: str = DEFAULT_DETECTOR
    sample_fps: float | None = 5.0
    """Frames a second to look at; None looks at all."""
    motion_gate: bool = True
    tracker: str = "byte"
    threads: int = 1
    """Inference threads: changes speed, not results, so it is no part of provenance."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing one source came to."""

    source_id: int
    run_id: int
    counters: dict[str, int]
    seconds: dict[str, float]
    provider: str
    resumed: bool
    reused: bool
    model: str
    model_sha256: str
    classes: tuple[int, ...]
    device_note: str = ""
    """Why the work ran on something slower than asked for, in words; empty when it did not."""


@dataclass(slots=True)
class _Work:
    """A run under way."""

    case: Case
    source: Source
    run: Run
    index: PacketIndex
    wanted: NDArray[np.int64]
    pipeline: Pipeline
    steps: list[int]
    counters: dict[str, int]
    position: int
    times_ns: NDArray[np.int64] = field(init=False)
    chunk: Chunk = field(init=False)

    def __post_init__(self) -> None:
        self.times_ns = times_ns(self.index)
        self.chunk = self.new_chunk()

    def new_chunk(self) -> Chunk:
        """An empty chunk that goes on where the run is."""
        return Chunk(self.run.run_id, self.index, self.times_ns, self.steps)


def index_source(case: Case, source_id: int, options: IndexOptions) -> Job[IndexReport]:
    """Analyses one source; an equal finished run is reused, an equal interrupted one resumed.

    Closing the job stops at the last finished chunk.

    Raises:
        UnknownSource, SourceMoved, ModelMissing, ModelCorrupt, ModelUnusable, CannotOpen:
            nothing was stored.
        Unwritable: what was stored before stays and can be resumed.
    """
    source = case.source(source_id)
    path = case.media_path(source)
    detector = open_detector(options.detector, threads=options.threads)
    best = BestLooks(open_embedder(threads=options.threads))
    made_by = _provenance(source, detector, best, options)
    earlier = [
        run
        for run in case.read(runs.every)
        if run.source_id == source.source_id and run.provenance == made_by
    ]
    finished = [run for run in earlier if run.state == "finished"]
    if finished:
        return _reused(case, finished[-1])
    unfinished = [run for run in earlier if run.state == "running"]
    run = unfinished[-1] if unfinished else _begin(case, source, detector, made_by)
    work = _prepare(case, source, run, detector, best, options)
    resumed = work.position > 0
    case.record(
        audit.Entry(
            "index.start",
            "started",
            object=f"source:{source.source_id}",
            facts={
                "run": run.run_id,
                "model": made_by.model_sha256,
                "options": made_by.options,
                "resumed": resumed,
            },
        )
    )
    try:
        with open_source(path, work.index) as decoder:
            yield from _analyse(work, decoder)
        return _finish(work, detector, resumed=resumed)
    except BaseException:
        # Where even that row cannot be written, the first error is the one to show.
        with suppress(UserError):
            _note_stop(work)
        raise


def _provenance(
    source: Source, detector: Detector, best: BestLooks, options: IndexOptions
) -> Provenance:
    made = detector.provenance
    tracker = open_tracker(options.tracker, options_for(options.detector))
    everything = {
        "detector": dict(made.options),
        "sample_fps": options.sample_fps,
        "gate": asdict(GateOptions()) if options.motion_gate else None,
        "tracker": {"name": options.tracker, **tracker.options_as_dict()},
        "looks": best.options_as_dict(),
    }
    return Provenance(
        source_sha256=source.sha256,
        model_name=made.model,
        model_sha256=made.sha256,
        options=json.dumps(everything, sort_keys=True, separators=(",", ":")),
        program_version=PROGRAM_VERSION,
    )


def _begin(case: Case, source: Source, detector: Detector, made_by: Provenance) -> Run:
    """Stores a new run; interrupted ones of other making are given up, their rows removed."""

    def begin(cursor: Cursor) -> Run:
        for old in runs.every(cursor):
            if old.source_id == source.source_id and old.state == "running":
                tracks.delete_run_rows(cursor, old.run_id)
                runs.abandon(cursor, old.run_id, now_ns())
        run = Run(
            run_id=runs.next_id(cursor),
            source_id=source.source_id,
            provenance=made_by,
            classes=tuple(sorted(int(kind) for kind in detector.classes)),
            provider=detector.device.provider,
            state="running",
            started_ns=now_ns(),
            finished_ns=None,
        )
        runs.insert(cursor, run)
        return run

    return case.write(begin, touches=runs.TABLES)


def _prepare(
    case: Case,
    source: Source,
    run: Run,
    detector: Detector,
    best: BestLooks,
    options: IndexOptions,
) -> _Work:
    index = case.packet_index(source.source_id)
    wanted = wanted_frames(index, options.sample_fps)
    pipeline = Pipeline(
        detector,
        open_tracker(options.tracker, options_for(options.detector)),
        MotionGate(GateOptions()) if options.motion_gate else None,
        last_number=int(wanted[-1]),
        looks=best,
    )
    progress = case.read(lambda cursor: runs.progress_of(cursor, run.run_id))
    steps: list[int] = []
    counters = dict.fromkeys(_COUNTED, 0)
    if progress is not None:
        pipeline.tracker.restore(progress.tracker_state)
        if pipeline.gate is not None:
            pipeline.gate.restore(progress.gate_state)
        steps = case.read(lambda cursor: tracks.analysed_steps(cursor, run.run_id)).tolist()
        counters = progress.counters
        pipeline.step = len(steps)
        stored = case.read(lambda cursor: looks.qualities(cursor, run.run_id))
        best.restore({track % TRACKS_PER_RUN: stored[track] for track in stored})
    return _Work(
        case=case,
        source=source,
        run=run,
        index=index,
        wanted=wanted,
        pipeline=pipeline,
        steps=steps,
        counters=counters,
        position=0 if progress is None else progress.next_position,
    )


def _analyse(work: _Work, decoder: Decoder) -> Job[None]:
    total = len(work.wanted)
    told = perf_counter()
    yield Progress(work.position, total, "frames", work.source.path.name)
    if work.position >= total:
        return
    damaged_before = work.counters["damaged"]
    for seen in work.pipeline.run(_wanted(work, decoder)):
        _take(work, seen)
        work.counters["damaged"] = damaged_before + decoder.damaged
        if work.chunk.frames >= CHUNK_FRAMES:
            _commit(work)
        if perf_counter() - told > _PROGRESS_EVERY_S:
            told = perf_counter()
            yield Progress(work.position, total, "frames", work.source.path.name)
    work.counters["damaged"] = damaged_before + decoder.damaged


def _wanted(work: _Work, decoder: Decoder) -> Iterator[Frame]:
    """The wanted frames from the current position on; a damaged one is passed over."""
    numbers = work.wanted
    position = work.position
    # From the frame after the last one taken, so that a resumed run counts what one run would.
    first = int(numbers[position - 1]) + 1 if position else 0
    for frame in decoder.frames(TimeNs(int(work.times_ns[first]))):
        work.counters["frames_decoded"] += 1
        while position < len(numbers) and numbers[position] < frame.number:
            position += 1
        if position < len(numbers) and numbers[position] == frame.number:
            position += 1
            work.position = position
            yield frame
        if position == len(numbers):
            return


def _take(work: _Work, seen: Analysed) -> None:
    work.chunk.add(seen)
    if seen.detections is None:
        work.counters["frames_gated"] += 1
    else:
        work.counters["frames_analysed"] += 1
        work.counters["detections"] += len(seen.detections)


def _commit(work: _Work) -> None:
    work.chunk.add_looks(work.pipeline.take_looks())
    started = perf_counter()
    gate = work.pipeline.gate
    progress = RunProgress(
        next_position=work.position,
        counters=dict(work.counters),
        gate_state=b"" if gate is None else gate.state(),
        tracker_state=work.pipeline.tracker.state(),
    )
    chunk = work.chunk

    def store(cursor: Cursor) -> None:
        chunk.store(cursor)
        runs.put_progress(cursor, work.run.run_id, progress)

    work.case.write(store, touches=runs.TABLES)
    work.chunk = work.new_chunk()
    work.pipeline.seconds.store += perf_counter() - started


def _finish(work: _Work, detector: Detector, *, resumed: bool) -> IndexReport:
    work.chunk.add_looks(work.pipeline.take_looks())
    started = perf_counter()
    work.chunk.add_points(work.pipeline.tracker.finish())
    run = work.run

    def store(cursor: Cursor) -> dict[str, JsonValue]:
        work.chunk.store(cursor)
        tracks.make_tracks(cursor, run.run_id, run.source_id)
        found = len(tracks.of_run(cursor, run.run_id))
        report: dict[str, JsonValue] = {**work.counters, "tracks": found, "plate_reads": 0}
        runs.finish(cursor, run, now_ns(), report)
        return report

    def entry(report: dict[str, JsonValue]) -> audit.Entry:
        return audit.Entry(
            "index.finish",
            "done",
            object=f"source:{run.source_id}",
            facts={"run": run.run_id, **report},
            vouches=(f"run:{run.run_id}", "shown"),
        )

    report = work.case.act(entry, store, touches=runs.TABLES)
    work.pipeline.seconds.store += perf_counter() - started
    return _report(
        run,
        {key: value for key, value in report.items() if isinstance(value, int)},
        work.pipeline.seconds.as_dict(),
        detector.device.provider,
        resumed=resumed,
        reused=False,
        device_note=_device_note(detector.device),
    )


def _note_stop(work: _Work) -> None:
    work.case.record(
        audit.Entry(
            "index.stop",
            "cancelled",
            object=f"source:{work.run.source_id}",
            facts={"run": work.run.run_id, "position": work.position},
        )
    )


def _reused(case: Case, run: Run) -> IndexReport:
    entry = audit.Entry(
        "index.reuse",
        "done",
        object=f"source:{run.source_id}",
        facts={"run": run.run_id},
        vouches=("shown",),
    )
    case.act(entry, lambda cursor: runs.show(cursor, run), touches=runs.TABLES)
    counters = {key: value for key, value in run.report.items() if isinstance(value, int)}
    return _report(run, counters, {}, run.provider, resumed=False, reused=True)


def _report(
    run: Run,
    counters: dict[str, int],
    seconds: dict[str, float],
    provider: str,
    *,
    resumed: bool,
    reused: bool,
    device_note: str = "",
) -> IndexReport:
    return IndexReport(
        source_id=run.source_id,
        run_id=RunId(run.run_id),
        counters=counters,
        seconds=seconds,
        provider=provider,
        resumed=resumed,
        reused=reused,
        model=run.provenance.model_name,
        model_sha256=run.provenance.model_sha256,
        classes=run.classes,
        device_note=device_note,
    )


def _device_note(device: Device) -> str:
    """A fall-back is said loudly; a CPU that was asked for is none."""
    if device.name != "cpu" or os.environ.get("WORKSTATION_DEVICE") == "cpu":
        return ""
    return f"analysed on the CPU, which is slower than a GPU: {device.reason}"
