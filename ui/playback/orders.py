"""What goes between a tile and its decoder thread: orders there, pictures back."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ui.playback.values import Size
from video.enhance import Recipe
from video.types import STREAM_START, Pixels, TimeNs

Manner: TypeAlias = Literal["still", "forward", "backward", "keys", "every"]
Look: TypeAlias = tuple[Size, Recipe]
"""In which size pictures are made, and what is done to them."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What a source is to show: one frame, or all from it on in some manner."""

    number: int
    manner: Manner = "still"
    preview: bool = False
    """Show the keyframe before it meanwhile."""
    keep: bool = False
    """Keep the pictures before it too: the next step is likely to go back."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A frame ready for the screen, or the error in its place; `number` -1: the footage ended."""

    number: int
    pts: int = 0
    time_ns: TimeNs = STREAM_START
    pixels: Pixels | None = None
    reduced: bool = False
    error: BaseException | None = None
    recipe: Recipe = field(default_factory=Recipe)
    """What was done to the pixels."""


def is_due(picture: Picture, number: int, manner: Manner) -> bool:
    """Whether a picture may be shown when frame `number` is due."""
    if manner in ("still", "every") or picture.error is not None:
        return True
    return picture.number >= number if manner == "backward" else picture.number <= number
