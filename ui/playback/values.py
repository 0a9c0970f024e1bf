"""What comes out of the player."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from PySide6.QtGui import QImage

from video.enhance import Recipe
from video.types import Pixels, TimeNs

TileState: TypeAlias = Literal["frame", "gap", "before", "after", "damaged", "waiting"]
Size: TypeAlias = tuple[int, int]
"""Width and height in pixels of the screen."""


@dataclass(frozen=True, slots=True, eq=False)
class TileFrame:
    """What a tile shows now: a picture, or why there is none.

    `image` (Format_RGB32, null where there is no picture) lies on the decoder's memory: it is
    valid as long as this value is kept.
    """

    state: TileState
    wall_ns: int
    """True time of the picture; of the playhead where there is none."""
    time_ns: TimeNs
    number: int = -1
    pts: int = 0
    image: QImage = field(default_factory=QImage)
    sync_error_ns: int = 0
    """Time of the frame that is due, less time of the one shown: 0 when it is the right one."""
    lag_ns: int = 0
    """What the master clock showed when the picture came, less the true time of the picture."""
    unseen: int = 0
    """Frames that were due and never shown since playing began, or since the last seek."""
    missing: tuple[int, int] | None = None
    """In a gap: true time from and to which there is no footage."""
    reduced: bool = False
    """Keyframes only, because the computer cannot decode all of them in time."""
    recipe: Recipe = field(default_factory=Recipe)
    """What was done to the picture for the screen."""
    pixels: Pixels | None = field(default=None, repr=False)
    """Keeps the memory of `image` alive."""
