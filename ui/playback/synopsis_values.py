"""What is played of a synopsis, and what comes of it: shows, and the pictures of a moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtGui import QImage

from casefiles.synopsis_types import StagePlan
from ui.playback.values import Size
from video.synopsis.types import Composed, Shown


class Camera(Protocol):
    """One of the cameras side by side."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def size(self) -> Size:
        """The size of its pictures as they were cut out."""


class Show(Protocol):
    """What can be played."""

    @property
    def columns(self) -> Sequence[Camera]:
        """The cameras side by side."""

    @property
    def length_ns(self) -> int:
        """Show time until the last object is gone."""

    def at(self, column: int, show_ns: int, size: Size | None = None) -> Composed:
        """The picture of a camera at a show time."""

    def part_at(self, column: int, show_ns: int) -> StagePlan:
        """Which part of a camera that is."""

    def close(self) -> None:
        """Lets go of what was opened."""


Make: TypeAlias = Callable[[Show | None], Show]
"""Gives the show to play, from the one that was played before, which it may change and give back;
else it is closed. Called on the player's thread."""


@dataclass(frozen=True, slots=True)
class PanePicture:
    """The picture of a camera, and what is in it, lowest layer first; boxes in its pixels."""

    image: QImage
    shown: tuple[Shown, ...]
    part: StagePlan


@dataclass(frozen=True, slots=True)
class ShowFrame:
    """The pictures of all cameras at a show time, in their order."""

    number: int
    """Of the show: counts those that were given to the player."""
    show_ns: int
    panes: tuple[PanePicture, ...]
    cost_s: float = 0.0
    """How long composing took."""
