"""One run of one source in its case: begun or taken up, kept chunk by chunk, finished or stopped.

Rows, tracker state and position of a chunk are one transaction: whatever happens, the case holds
whole chunks, and a resumed run ends with the rows an uninterrupted one would have.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from casefiles import audit
from casefiles.case import Case
from casefiles.store import looks, runs, tracks, traits
from casefiles.store.engine import Cursor
from casefiles.store.runs import RunProgress
from casefiles.types import TRACKS_PER_RUN, JsonValue, Provenance, Run, RunId, RunStop, Source
from casefiles.usecases.index_rows import Rows
from casefiles.usecases.index_work import Chunk, IndexOptions, Order, Ready, Whole
from casefiles.usecases.learn_static_spots import learn_static_spots
from casefiles.usecases.settle_tracks import settle_tracks, sum_tracks
from detection.looks import KeptFrame
from detection.types import Device
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import now_ns
from video.packet_index import times_ns
from video.sampling import wanted_frames


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing one source came to."""

    source_id: int
    run_id: int | None
    """None where no run was begun."""
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
    problem: UserError | None = None
    """Why the recording was not analysed to its end; None when it was."""


class NotWhole(UserError):
    """A recording was not analysed to its end: whatever decoded it crashed or hung."""


class IndexRun:
    """A run under way."""

    def __init__(
        self, case: Case, source: Source, run: Run, options: IndexOptions, device: Device
    ) -> None:
        self._case = case
        self._source = source
        self.run = run
        self._device = device
        self._path = case.media_path(source)
        self._index = case.packet_index(source.source_id)
        self._times_ns = times_ns(self._index)
        self._wanted = wanted_frames(self._index, options.sample_fps)
        self._rows = Rows(run.run_id, self._index, self._times_ns)
        self._store_s = 0.0
        self._resumed = False

    @property
    def total(self) -> int:
        """How many frames are to be looked at."""
        return len(self._wanted)

    @property
    def name(self) -> str:
        return self._source.path.name

    def order(self, chunk_frames: int) -> Order:
        """What is to be done yet, from the last chunk that was kept."""
        run_id = self.run.run_id
        progress = self._case.read(lambda cursor: runs.progress_of(cursor, run_id))
        path, size = self._path, (self._source.width, self._source.height)
        if progress is None:
            return Order(path, self._index, size, chunk_frames)
        self._resumed = True
        steps = self._case.read(lambda cursor: tracks.analysed_steps(cursor, run_id))
        self._rows.go_on(steps)
        stored = self._case.read(lambda cursor: looks.qualities(cursor, run_id))
        frames = self._case.read(lambda cursor: looks.kept_frames(cursor, run_id))
        places: dict[int, list[KeptFrame]] = {}
        for one in frames:
            kept = places.setdefault(one.track_id % TRACKS_PER_RUN, [])
            kept.append(KeptFrame(int(one.time_ns), one.quality))
        return Order(
            path,
            self._index,
            size,
            chunk_frames,
            progress.next_position,
            len(steps),
            progress.counters,
            progress.gate_state,
            progress.tracker_state,
            {track % TRACKS_PER_RUN: stored[track] for track in stored},
            places,
        )

    def kept_ns(self) -> int:
        """Up to which media time the analysis is stored; 0 before the first chunk."""
        progress = self._case.read(lambda cursor: runs.progress_of(cursor, self.run.run_id))
        return self._reached_ns(0 if progress is None else progress.next_position)

    def _reached_ns(self, position: int) -> int:
        return int(self._times_ns[self._wanted[position - 1]]) if position else 0

    def keep(self, chunk: Chunk) -> None:
        """Stores a chunk with the state to go on from.

        Raises:
            Unwritable: what was stored before stays.
        """
        started = perf_counter()

        def store(cursor: Cursor) -> None:
            self._rows.store(cursor, chunk)
            progress = RunProgress(
                chunk.position, chunk.counters, chunk.gate_state, chunk.tracker_state
            )
            runs.put_progress(cursor, self.run.run_id, progress)

        self._case.write(store, touches=runs.TABLES)
        self._store_s += perf_counter() - started

    def finish(self, whole: Whole) -> IndexReport:
        """Stores the last chunk, sums up the tracks and shows the run.

        Raises:
            SourceMoved: the recording is not there any more, or another: what came of it may be
                of neither. Nothing was stored.
        """
        self._case.media_path(self._source)
        started = perf_counter()
        run = self.run

        def store(cursor: Cursor) -> dict[str, JsonValue]:
            self._rows.store(cursor, whole.last)
            settle_tracks(cursor, run, self._source)
            traits.sum_up(cursor, run.run_id)
            hidden = learn_static_spots(cursor, run, self._source)
            report: dict[str, JsonValue] = {
                **whole.last.counters,
                "tracks": len(tracks.of_run(cursor, run.run_id)),
                "suppressed": hidden,
                "plate_reads": 0,
            }
            runs.finish(cursor, run, now_ns(), report)
            return report

        def entry(report: dict[str, JsonValue]) -> audit.Entry:
            return audit.Entry(
                "index.finish",
                "done",
                object=f"source:{run.source_id}",
                facts={"run": run.run_id, **report},
                vouches=(f"run:{run.run_id}", "shown", "static"),
            )

        report = self._case.act(entry, store, touches=runs.TABLES)
        self._store_s += perf_counter() - started
        return _report(
            run,
            {key: value for key, value in report.items() if isinstance(value, int)},
            {**whole.seconds, "store": round(self._store_s, 3)},
            provider=self._device.provider,
            resumed=self._resumed,
            device_note=_device_note(self._device),
        )

    def stop(self, problem: UserError) -> IndexReport:
        """Marks how far the analysis came and why no further; what was found so far is shown,
        unless a finished run of the source is.

        Asked for again, the run goes on from there.
        """
        run = self.run
        why = str(problem)

        def store(cursor: Cursor) -> dict[str, int]:
            progress = runs.progress_of(cursor, run.run_id)
            reached_ns = self._reached_ns(0 if progress is None else progress.next_position)
            sum_tracks(cursor, run, self._source)
            traits.sum_up(cursor, run.run_id)
            counters = {} if progress is None else progress.counters
            found = len(tracks.of_run(cursor, run.run_id))
            report = {**counters, "tracks": found, "plate_reads": 0}
            died = isinstance(problem, NotWhole)
            runs.stop(cursor, run, RunStop(why, reached_ns, now_ns(), died), {**report})
            return report

        counters = self._case.act(
            lambda counters: audit.Entry(
                "index.stop",
                "failed",
                object=f"source:{run.source_id}",
                facts={"run": run.run_id, **counters},
                private={"why": why},
                vouches=("shown",),
            ),
            store,
            touches=runs.TABLES,
        )
        return _report(
            run, counters, {}, provider=self._device.provider, resumed=self._resumed,
            problem=problem,
        )  # fmt: skip

    def note_cancel(self) -> None:
        """Logs that somebody or something ended the work; its last chunk stays."""
        entry = audit.Entry(
            "index.stop",
            "cancelled",
            object=f"source:{self.run.source_id}",
            facts={"run": self.run.run_id},
        )
        # Where even that row cannot be written, the first error is the one to show.
        with suppress(UserError):
            self._case.record(entry)


def reused(case: Case, source: Source, ready: Ready) -> IndexReport | None:
    """Shows an equal run that is finished, where there is one."""
    made_by = provenance(source, ready)
    finished = [run for run in _equal(case, source, made_by) if run.state == "finished"]
    if not finished:
        return None
    run = finished[-1]
    entry = audit.Entry(
        "index.reuse",
        "done",
        object=f"source:{run.source_id}",
        facts={"run": run.run_id},
        vouches=("shown",),
    )
    case.act(entry, lambda cursor: runs.show(cursor, run), touches=runs.TABLES)
    counters = {key: value for key, value in run.report.items() if isinstance(value, int)}
    return _report(run, counters, {}, provider=run.provider, reused=True)


def begin(case: Case, source: Source, options: IndexOptions, ready: Ready) -> IndexRun:
    """A new run, or the equal one that was interrupted; those of other making that were
    interrupted are given up, their rows removed.

    Raises:
        SourceMoved: the recording is not there; nothing was stored.
    """
    made_by = provenance(source, ready)
    case.media_path(source)
    unfinished = [run for run in _equal(case, source, made_by) if run.state == "running"]

    def store(cursor: Cursor) -> Run:
        if unfinished:
            run = unfinished[-1]
            if run.stop is not None:
                # Its half results are shown no longer: they become whole ones now.
                tracks.delete_tracks(cursor, run.run_id)
                traits.delete_sums(cursor, run.run_id)
                runs.go_on(cursor, run)
            return run
        for old in runs.every(cursor):
            if old.source_id == source.source_id and old.state == "running":
                tracks.delete_run_rows(cursor, old.run_id)
                runs.abandon(cursor, old.run_id, now_ns())
        run = Run(
            run_id=runs.next_id(cursor),
            source_id=source.source_id,
            provenance=made_by,
            classes=ready.classes,
            provider=ready.device.provider,
            state="running",
            started_ns=now_ns(),
            finished_ns=None,
        )
        runs.insert(cursor, run)
        return run

    def entry(run: Run) -> audit.Entry:
        return audit.Entry(
            "index.start",
            "started",
            object=f"source:{source.source_id}",
            facts={
                "run": run.run_id,
                "model": made_by.model_sha256,
                "options": made_by.options,
                "resumed": bool(unfinished),
            },
            vouches=("shown",),
        )

    run = case.act(entry, store, touches=runs.TABLES)
    return IndexRun(case, source, run, options, ready.device)


def not_begun(source: Source, problem: UserError) -> IndexReport:
    """The report of a recording of which nothing could be analysed."""
    return IndexReport(
        source_id=source.source_id,
        run_id=None,
        counters={},
        seconds={},
        provider="",
        resumed=False,
        reused=False,
        model="",
        model_sha256="",
        classes=(),
        problem=problem,
    )


def provenance(source: Source, ready: Ready) -> Provenance:
    """What would make the rows of a run."""
    return Provenance(
        source_sha256=source.sha256,
        model_name=ready.model_name,
        model_sha256=ready.model_sha256,
        options=ready.options,
        program_version=PROGRAM_VERSION,
    )


def _equal(case: Case, source: Source, made_by: Provenance) -> list[Run]:
    return [
        run
        for run in case.read(runs.every)
        if run.source_id == source.source_id and run.provenance == made_by
    ]


def _report(
    run: Run,
    counters: dict[str, int],
    seconds: dict[str, float],
    *,
    provider: str,
    resumed: bool = False,
    reused: bool = False,
    device_note: str = "",
    problem: UserError | None = None,
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
        problem=problem,
    )


def _device_note(device: Device) -> str:
    """A fall-back is said loudly; a CPU that was asked for is none."""
    if device.name != "cpu" or os.environ.get("WORKSTATION_DEVICE") == "cpu":
        return ""
    return f"analysed on the CPU, which is slower than a GPU: {device.reason}"
