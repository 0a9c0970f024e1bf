"""One source through gate, detector, tracker and best looks: frames in, what was seen out.

Knows no case and no window; whoever drives it stores the results and may stop at any frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

import cv2
import numpy as np

from detection.detector import Detector
from detection.looks import BestLooks, TrackLook, TrackVector
from detection.motion import GATE_HEIGHT, GATE_WIDTH, MotionGate
from detection.tracker import Tracker
from detection.types import Detections, TrackPoints
from video.types import Frame, Pixels, TimeNs


@dataclass(slots=True)
class StageSeconds:
    """Wall seconds spent in each stage so far."""

    decode: float = 0.0
    gate: float = 0.0
    detect: float = 0.0
    track: float = 0.0
    look: float = 0.0
    store: float = 0.0

    def as_dict(self) -> dict[str, float]:
        """The stages by name, rounded to milliseconds."""
        return {
            stage: round(getattr(self, stage), 3)
            for stage in ("decode", "gate", "detect", "track", "look", "store")
        }


@dataclass(frozen=True, slots=True)
class Analysed:
    """What became known with one frame; `detections` is None where the gate found no motion."""

    number: int
    pts: int
    time_ns: TimeNs
    detections: Detections | None
    points: TrackPoints


@dataclass(slots=True)
class Pipeline:
    """The stages of one run, with their state; `gate` is None when every frame is analysed."""

    detector: Detector
    tracker: Tracker
    gate: MotionGate | None
    last_number: int
    """The last wanted frame: analysed whatever the gate says, so that tracks end where it does."""
    looks: BestLooks | None = None
    """Keeps the best picture of each track; None where looks are not wanted."""
    size: tuple[int, int] | None = None
    """Width and height in which boxes are told. A picture of another size, from a recorder that
    was set up anew meanwhile, is analysed in this one; None takes each as it comes."""
    step: int = 0
    """How many frames the tracker was given: in this pass, and before where one is resumed."""
    seconds: StageSeconds = field(default_factory=StageSeconds)

    def run(self, frames: Iterator[Frame]) -> Iterator[Analysed]:
        """Takes the wanted frames in presentation order, one result each."""
        while True:
            started = perf_counter()
            frame = next(frames, None)
            self.seconds.decode += perf_counter() - started
            if frame is None:
                return
            yield self._one(frame)

    def take_looks(self) -> tuple[list[TrackLook], list[TrackVector]]:
        """The looks that became better since this was last called, and further frames' vectors."""
        started = perf_counter()
        better = ([], []) if self.looks is None else self.looks.take()
        self.seconds.look += perf_counter() - started
        return better

    def _one(self, frame: Frame) -> Analysed:
        if self.gate is not None and not self._opens(self.gate, frame):
            return Analysed(frame.number, frame.pts, frame.time_ns, None, TrackPoints.empty())
        started = perf_counter()
        picture = self._in_size(frame.bgr())
        converted = perf_counter()
        found = self.detector.detect(picture)
        detected = perf_counter()
        points = self.tracker.update(found, frame.time_ns, picture)
        tracked = perf_counter()
        if self.looks is not None:
            now = (points.step == self.step) & ~points.interpolated
            self.looks.see(frame, picture, points.where(now))
        self.step += 1
        self.seconds.decode += converted - started
        self.seconds.detect += detected - converted
        self.seconds.track += tracked - detected
        self.seconds.look += perf_counter() - tracked
        return Analysed(frame.number, frame.pts, frame.time_ns, found, points)

    def _in_size(self, picture: Pixels) -> Pixels:
        height, width, _ = picture.shape
        if self.size is None or (width, height) == self.size:
            return picture
        return np.asarray(cv2.resize(picture, self.size, interpolation=cv2.INTER_AREA), np.uint8)

    def _opens(self, gate: MotionGate, frame: Frame) -> bool:
        started = perf_counter()
        decision = gate.decide(
            frame.luma(GATE_WIDTH, GATE_HEIGHT), frame.time_ns, busy=self.tracker.busy
        )
        self.seconds.gate += perf_counter() - started
        return decision.analyse or frame.number == self.last_number
