"""What analysing is, without a case: recordings in, chunks of what was found out.

Runs in a process of its own (`casefiles.workers`), which decodes and infers with one thread and
never sees the database. The messages it sends are the dataclasses below.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import workers
from detection.appearance import DEFAULT_EMBEDDER, open_embedder
from detection.detector import Detector, open_detector
from detection.looks import BestLooks, KeptFrame, TrackLook, TrackVector
from detection.motion import GateOptions, MotionGate
from detection.pipeline import Analysed, Pipeline
from detection.stitching import StitchOptions
from detection.tracker import open_tracker, options_for
from detection.trait_judges import open_judges
from detection.types import Detections, Device, TrackPoints
from resources.errors import UserError
from video.decoder import Decoder, open_source
from video.packet_index import times_ns
from video.pulse import heard_by
from video.sampling import wanted_frames
from video.types import Frame, PacketIndex, TimeNs

DEFAULT_DETECTOR = "ssd-oidv4"
COUNTED: Final = ("frames_decoded", "frames_analysed", "frames_gated", "detections", "damaged")
_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How a source is analysed: everything that changes what is found."""

    detector: str = DEFAULT_DETECTOR
    sample_fps: float | None = 5.0
    """Frames a second to look at; None looks at all."""
    motion_gate: bool = True
    tracker: str = "byte"
    appearance: str = DEFAULT_EMBEDDER
    """What makes the vectors that tracks are compared by."""
    attributes: bool | None = None
    """Whether networks judge what people wear and what vehicles are; None where installed."""


@dataclass(frozen=True, slots=True)
class Ready(workers.Question):
    """A detector is loaded; the answer is the next `Order`, or None to go home."""

    model_name: str
    model_sha256: str
    options: str
    """Everything that changes what is found, as canonical JSON."""
    classes: tuple[int, ...]
    device: Device


@dataclass(frozen=True, slots=True)
class Order:
    """One recording to analyse, from where it was left."""

    path: Path
    index: PacketIndex
    size: tuple[int, int]
    """Width and height of the recording: boxes are told in them, whatever size a picture has."""
    chunk_frames: int
    """Wanted frames a chunk."""
    position: int = 0
    """How many of the wanted frames are done."""
    steps: int = 0
    """How many of those the tracker was given."""
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    gate_state: bytes = b""
    tracker_state: bytes = b""
    qualities: dict[int, float] = field(default_factory=dict)
    """How good the look kept of each track is."""
    places: dict[int, list[KeptFrame]] = field(default_factory=dict)
    """The frames of each track whose vectors are kept, by ordinal."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the present recording is: `position` of `total` wanted frames."""

    position: int
    total: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was found since the last chunk, and where to go on after it."""

    analysed: NDArray[np.int32]
    """Frame numbers the tracker was given, `(n,)`, the first being step `first_step`."""
    first_step: int
    found_in: NDArray[np.int32]
    """The frame number of each detection, `(d,)`."""
    detections: Detections
    points: TrackPoints
    looks: tuple[TrackLook, ...]
    vectors: tuple[TrackVector, ...]
    position: int
    counters: dict[str, int]
    gate_state: bytes
    tracker_state: bytes


@dataclass(frozen=True, slots=True)
class Whole(workers.Question):
    """The recording is done with this last chunk; the answer is as for `Ready`."""

    last: Chunk
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Refused(workers.Question):
    """The recording cannot be analysed; the answer is as for `Ready`."""

    error: UserError


Analysis = Generator[Ready | Reached | Chunk | Whole | Refused, Order | None, None]


def analyse(options: IndexOptions) -> Analysis:
    """Analyses one recording after another, as they are ordered.

    Raises:
        ModelMissing, ModelCorrupt, ModelUnusable, UserError: before anything was asked for.
    """
    detector = open_detector(options.detector)
    embedder = open_embedder(options.appearance)
    judges = open_judges(options.attributes)
    order = yield _ready(options, detector, BestLooks(embedder, judges))
    while order is not None:
        looks = BestLooks(embedder, judges)
        try:
            with heard_by(workers.alive):
                whole = yield from _Recording(options, order, detector, looks).run()
        except UserError as error:
            order = yield Refused(error)
        else:
            order = yield whole


def _ready(options: IndexOptions, detector: Detector, looks: BestLooks) -> Ready:
    made = detector.provenance
    tracker = open_tracker(options.tracker, options_for(options.detector))
    everything = {
        "detector": dict(made.options),
        "sample_fps": options.sample_fps,
        "gate": asdict(GateOptions()) if options.motion_gate else None,
        "tracker": {"name": options.tracker, **tracker.options_as_dict()},
        "stitching": asdict(StitchOptions()),
        "looks": looks.options_as_dict(),
        "attributes": looks.judges.options_as_dict(),
    }
    return Ready(
        made.model,
        made.sha256,
        json.dumps(everything, sort_keys=True, separators=(",", ":")),
        tuple(sorted(int(kind) for kind in detector.classes)),
        detector.device,
    )


class _Recording:
    """One recording under way."""

    def __init__(
        self, options: IndexOptions, order: Order, detector: Detector, looks: BestLooks
    ) -> None:
        self._order = order
        self._times_ns = times_ns(order.index)
        self._wanted = wanted_frames(order.index, options.sample_fps)
        self._position = order.position
        self._counters = dict(order.counters)
        self._step = order.steps
        self._pipeline = Pipeline(
            detector,
            open_tracker(options.tracker, options_for(options.detector)),
            MotionGate(GateOptions()) if options.motion_gate else None,
            last_number=int(self._wanted[-1]),
            looks=looks,
            size=order.size,
            step=order.steps,
        )
        if order.tracker_state:
            self._pipeline.tracker.restore(order.tracker_state)
            if self._pipeline.gate is not None:
                self._pipeline.gate.restore(order.gate_state)
            looks.restore(order.qualities, order.places)
        self._start_chunk()

    def _start_chunk(self) -> None:
        self._frames = 0
        self._first_step = self._step
        self._analysed: list[int] = []
        self._found: list[Detections] = []
        self._points: list[TrackPoints] = []

    def run(self) -> Generator[Reached | Chunk, None, Whole]:
        """Chunks until the last, which comes with the result."""
        total = len(self._wanted)
        yield Reached(self._position, total)
        if self._position < total:
            with open_source(self._order.path, self._order.index) as decoder:
                yield from self._analyse(decoder)
        self._points.append(self._pipeline.tracker.finish())
        # In this order: seconds are complete once the last looks are described.
        last = self._chunk(b"")
        return Whole(last, self._pipeline.seconds.as_dict())

    def _analyse(self, decoder: Decoder) -> Generator[Reached | Chunk, None, None]:
        told = perf_counter()
        damaged_before = self._counters["damaged"]
        for seen in self._pipeline.run(self._frames_of(decoder)):
            self._take(seen)
            self._counters["damaged"] = damaged_before + decoder.damaged
            if self._frames >= self._order.chunk_frames:
                yield self._chunk(self._pipeline.tracker.state())
                self._start_chunk()
            if perf_counter() - told > _TELL_EVERY_S:
                told = perf_counter()
                yield Reached(self._position, len(self._wanted))
        self._counters["damaged"] = damaged_before + decoder.damaged

    def _frames_of(self, decoder: Decoder) -> Iterator[Frame]:
        """The wanted frames from the current position on; a damaged one is passed over."""
        numbers = self._wanted
        position = self._position
        # From the frame after the last one taken, so that a resumed run counts what one run would.
        first = int(numbers[position - 1]) + 1 if position else 0
        for frame in decoder.frames(TimeNs(int(self._times_ns[first]))):
            workers.alive()
            self._counters["frames_decoded"] += 1
            while position < len(numbers) and numbers[position] < frame.number:
                position += 1
            if position < len(numbers) and numbers[position] == frame.number:
                position += 1
                self._position = position
                yield frame
            if position == len(numbers):
                return

    def _take(self, seen: Analysed) -> None:
        self._frames += 1
        if seen.detections is None:
            self._counters["frames_gated"] += 1
        else:
            self._step += 1
            self._counters["frames_analysed"] += 1
            self._counters["detections"] += len(seen.detections)
            self._analysed.append(seen.number)
            self._found.append(seen.detections)
        if len(seen.points):
            self._points.append(seen.points)

    def _chunk(self, tracker_state: bytes) -> Chunk:
        gate = self._pipeline.gate
        lengths = [len(found) for found in self._found]
        analysed = np.array(self._analysed, np.int32)
        looks, vectors = self._pipeline.take_looks()
        return Chunk(
            analysed,
            self._first_step,
            np.repeat(analysed, lengths),
            Detections.concatenated(self._found),
            TrackPoints.concatenated(self._points),
            tuple(looks),
            tuple(vectors),
            self._position,
            dict(self._counters),
            b"" if gate is None else gate.state(),
            tracker_state,
        )
