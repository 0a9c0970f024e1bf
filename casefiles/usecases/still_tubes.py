"""The tubes that stills of rapid review are made of: with recording, run, packs and times."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.exchange.manifest import Facts
from casefiles.store import search_rows
from casefiles.synopsis_types import Stage, Take
from casefiles.types import Run, RunId, Source, SourceId, TrackId
from casefiles.usecases.make_tubes import TubeReport
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.read_stages import current_takes, open_packs, read_stages
from casefiles.view_types import CaseView
from detection.labels import ObjectClass
from video.clock import zone_of
from video.synopsis.labels import Words, words_for
from video.synopsis.pack import PackReader
from video.synopsis.types import TubeFrames


@dataclass(frozen=True, slots=True)
class Seat:
    """A tube with its stage, its recording and the run that found it."""

    tube: TubeFrames
    stage: Stage
    source: Source
    run: Run
    kind: str
    """Its class in words."""

    @property
    def track_id(self) -> TrackId:
        """Which track it is."""
        return TrackId(self.tube.tube)

    @property
    def take(self) -> Take:
        """What it was cut out with."""
        return self.stage.takes[self.tube.pack]

    def media_ns(self, stage_ns: int) -> int:
        """Media time of the recording."""
        clock = self.source.clock
        return clock.to_media(stage_ns) if self.stage.wall and clock is not None else stage_ns


@dataclass(slots=True)
class Packs:
    """The packs of one stage at a time, opened when it is asked for; closed with `stack`."""

    case: Case
    stack: ExitStack
    held: dict[int, tuple[PackReader, ...]] = field(default_factory=dict)

    def of(self, stage: Stage) -> tuple[PackReader, ...]:
        """The packs of a stage, in its numbering. Raises VideoError: one is damaged or gone."""
        key = id(stage)
        if key not in self.held:
            # Cameras come one after the other: files of hundreds of packs are not held at once.
            self.stack.close()
            self.held.clear()
            self.held[key] = open_packs(self.case, stage)
            for pack in self.held[key]:
                self.stack.callback(pack.close)
        return self.held[key]


def sources_of(case: Case, view: CaseView, tracks: Sequence[TrackId]) -> list[SourceId]:
    """The recordings that tracks are of, each once.

    Raises:
        UnknownTrack: a track is of no run that is shown.
    """
    known = _known(case, tracks)
    for one in tracks:
        if one not in known:
            raise UnknownTrack(
                f"the case shows no track {one}", "Take an id from 'search' or 'tracks'."
            )
    runs = {run.run_id: source_id for source_id, run in view.runs.items()}
    return sorted({runs[run_id] for run_id, _ in known.values()})


def _known(case: Case, tracks: Sequence[TrackId]) -> dict[int, tuple[RunId, int]]:
    return case.read(lambda cursor: search_rows.shown(cursor, tracks))


def problems_of(reports: Sequence[TubeReport]) -> dict[SourceId, str]:
    """Why recordings could not be cut out."""
    return {one.source.source_id: one.problem.message for one in reports if one.problem is not None}


def seats_of(
    case: Case, view: CaseView, tracks: Sequence[TrackId], problems: Mapping[SourceId, str]
) -> tuple[list[Seat], list[str]]:
    """The tubes of tracks in order of time, one of each, and in words why some have none.

    Raises:
        NothingToExport: none has one.
    """
    found: dict[int, Seat] = {}
    known, wanted = _known(case, tracks), frozenset(tracks)
    dropped: dict[str, int] = {}
    for stage in read_stages(case, tracks):
        for tube in stage.tubes:
            source_id = stage.sources[TrackId(tube.tube)]
            source = view.source(source_id)
            before = found.get(tube.tube)
            # A track whose view changed under it is a tube on two stages: the longer one tells it.
            if source is None or (before is not None and len(before.tube) >= len(tube)):
                continue
            kind = ObjectClass(known[tube.tube][1]).label
            found[tube.tube] = Seat(tube, stage, source, view.runs[source_id], kind)
    for take in current_takes(case, sources_of(case, view, tracks)).values():
        for track_id, dropped_why in take.dropped.items():
            if track_id in wanted and track_id not in found:
                dropped[dropped_why] = dropped.get(dropped_why, 0) + 1
    said = [f"{count} tracks left out: {why}" for why, count in sorted(dropped.items())]
    said += [f"source {source_id} left out: {why}" for source_id, why in sorted(problems.items())]
    if not found:
        why = "; ".join(said) or "nothing of it was cut out"
        raise NothingToExport(f"nothing can be shown: {why}", "Choose another track, or analyse.")
    return sorted(found.values(), key=_by_time), said


def _by_time(seat: Seat) -> tuple[bool, int, int]:
    # Recordings whose start is not known come last, by their own time.
    return not seat.stage.wall, int(seat.tube.time_ns[0]), seat.tube.tube


def words_of(view: CaseView, seats: Sequence[Seat]) -> dict[bool, Words]:
    """How times are written, of stages in wall time and of others."""
    zone, made = zone_of(view.zone_name), {}
    for wall in {seat.stage.wall for seat in seats}:
        tubes = [seat.tube for seat in seats if seat.stage.wall is wall]
        first = min(int(tube.time_ns[0]) for tube in tubes)
        last = max(int(tube.time_ns[-1]) for tube in tubes)
        made[wall] = words_for(zone, first, last, wall=wall)
    return made


def recordings_of(seats: Sequence[Seat]) -> Iterator[Source]:
    """The recordings of some tubes, each once, by id."""
    seen = {seat.source.source_id: seat.source for seat in seats}
    return (seen[one] for one in sorted(seen))


def made_from(seats: Sequence[Seat]) -> list[Facts]:
    """The runs and cut-outs that pictures come from: enough to make them again."""
    takes = {seat.take.take_id: seat for seat in seats}
    return [
        {
            "source": int(seat.source.source_id),
            "source_sha256": seat.take.source_sha256,
            "run": int(seat.run.run_id),
            "model": seat.run.provenance.model_name,
            "model_sha256": seat.run.provenance.model_sha256,
            "analysed_with": f"Sightline {seat.run.provenance.program_version}",
            "cut_out_with": f"Sightline {seat.take.program_version}",
            "cut_out_options": seat.take.options,
            "cut_outs_sha256": seat.take.pack_sha256,
        }
        for seat in (takes[one] for one in sorted(takes))
    ]


def track_facts(view: CaseView, seat: Seat) -> Facts:
    """Which track it is, of what and whose."""
    return {
        "track": int(seat.track_id), "class": seat.kind, "camera": view.title(seat.source),
        "source": int(seat.source.source_id), "run": int(seat.run.run_id),
    }  # fmt: skip
