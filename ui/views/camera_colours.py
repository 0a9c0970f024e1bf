"""One hue per camera, the same on map, timeline and journey; a shape where the hues run out.

Hues: M. Okabe and K. Ito, "Color Universal Design" (2008), lightened for the dark scheme and
darkened for the light one until each stands at least 3:1 against the lanes and the map.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from PySide6.QtGui import QColor

from casefiles.types import Camera, CameraId
from ui.theme import THEME

CameraShape: TypeAlias = Literal["dot", "square", "diamond", "triangle"]

_HUES: Final[tuple[tuple[str, str], ...]] = (
    # (dark, light)
    ("#56b4e9", "#0072b2"),  # sky blue
    ("#e69f00", "#9c6400"),  # orange
    ("#2bbf93", "#00785a"),  # bluish green
    ("#d98cb8", "#a34c7f"),  # reddish purple
    ("#ff8a4c", "#b84a00"),  # vermilion
    ("#f0e442", "#7a7000"),  # yellow
    ("#8f9bff", "#3f49b8"),  # blue
    ("#c3b8a5", "#6b5f4a"),  # sand, in the place of black
)
_SHAPES: Final[tuple[CameraShape, ...]] = ("dot", "square", "diamond", "triangle")

HUES: Final = len(_HUES)


def camera_colour(index: int, *, on_paper: bool = False) -> QColor:
    """The hue of the camera at that place of the case's list; every `HUES` cameras they repeat."""
    dark, light = _HUES[index % HUES]
    return QColor(dark if THEME.scheme == "dark" and not on_paper else light)


def camera_shape(index: int) -> CameraShape:
    """What doubles the hue: another mark for the second, third and fourth round of hues."""
    return _SHAPES[index // HUES % len(_SHAPES)]


def camera_index(cameras: Iterable[Camera]) -> Mapping[CameraId, int]:
    """The place of each camera in the list, for `camera_colour` and `camera_shape`."""
    return {camera.camera_id: index for index, camera in enumerate(cameras)}
