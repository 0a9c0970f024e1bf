"""The units of a stage with what they are made of: what schedules and measures take."""

from collections.abc import Sequence
from dataclasses import dataclass

from video.synopsis.types import TubeFrames, Unit


@dataclass(frozen=True, slots=True)
class StageUnits:
    """The units of one stage, whose pictures are `size` (width, height).

    `begins_ns` is the stage time that compares with the `begins_ns` of the other stages: 0 for
    wall time, the beginning where stages have no common clock.
    """

    tubes: Sequence[TubeFrames]
    units: Sequence[Unit]
    size: tuple[int, int]
    begins_ns: int = 0
