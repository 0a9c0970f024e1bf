"""Things nobody tracked while they stood: found where two plates differ, and taken out of both."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.made import MadePlate, Patch, in_light_of, patched

_LEAST_SHARE: Final = 0.0004
"""Of the picture: smaller differences are leaves and noise."""
_EDGE: Final = 1.35
"""How much stronger an outline must be to say which of two pictures has the thing in it."""


@dataclass(frozen=True, slots=True)
class _Change:
    where: NDArray[np.bool_]
    earlier: bool
    """The thing is in the earlier picture: it left. Else it came."""


def settle(plates: list[MadePlate]) -> tuple[MadePlate, ...]:
    """The plates without what stood in some of them and left, or came, under a tracked box."""
    settled = list(plates)
    for at in range(len(settled) - 1):
        for change in _changes(settled[at], settled[at + 1]):
            if change.earlier:
                _spread(settled, change.where, at, at + 1, -1)
            else:
                _spread(settled, change.where, at + 1, at, 1)
    return tuple(settled)


def _spread(
    plates: list[MadePlate], where: NDArray[np.bool_], begin: int, source: int, step: int
) -> None:
    """Take a thing out of the plate `begin`, and of those beyond it that show it as well."""
    empty, full = plates[source], plates[begin]
    at = begin
    while 0 <= at < len(plates):
        here = plates[at]
        if at != begin and _apart(here, full)[where].mean() > 0.35:
            break
        plates[at] = patched(here, Patch(where, empty))
        at += step


def _changes(one: MadePlate, other: MadePlate) -> list[_Change]:
    """Parts that one plate shows and the other does not, each as large as a box tracked there."""
    differ = _apart(one, other) & ~one.unsure & ~other.unsure
    raw = cv2.morphologyEx(differ.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    joined = cv2.morphologyEx(raw, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = np.concatenate([one.boxes, other.boxes])
    least = max(40, _LEAST_SHARE * differ.size)
    changes = []
    for label in range(1, len(stats)):
        left, top, wide, high, area = stats[label].tolist()
        if area < least or not _was_tracked((left, top, left + wide, top + high), boxes):
            continue
        where = cv2.dilate((labels == label).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        edge, edge_other = _outline(one, labels == label), _outline(other, labels == label)
        if edge > _EDGE * edge_other:
            changes.append(_Change(where, earlier=True))
        elif edge_other > _EDGE * edge:
            changes.append(_Change(where, earlier=False))
    return changes


def _apart(one: MadePlate, other: MadePlate) -> NDArray[np.bool_]:
    """Where two plates differ by more than noise and light, `(h, w)`."""
    sure = ~one.unsure & ~other.unsure
    # Light changes unevenly (the sun goes round): what is compared is each pixel with its wide
    # surroundings.
    same = in_light_of(other.picture, one.picture, sure)
    apart = cv2.absdiff(cv2.GaussianBlur(one.picture, (5, 5), 0), cv2.GaussianBlur(same, (5, 5), 0))
    height, width = apart.shape[:2]
    noise = cv2.resize(np.maximum(one.noise, other.noise), (width, height))
    return np.asarray(apart.max(axis=2) > 14 + 3 * np.minimum(noise, 8), np.bool_)


def _was_tracked(part: tuple[int, int, int, int], boxes: NDArray[np.float32]) -> bool:
    """Whether some tracked box is about the part: it holds most of it, and is not much larger."""
    if not len(boxes):
        return False
    left, top = np.maximum(boxes[:, 0], part[0]), np.maximum(boxes[:, 1], part[1])
    right, bottom = np.minimum(boxes[:, 2], part[2]), np.minimum(boxes[:, 3], part[3])
    shared = np.clip(right - left, 0, None) * np.clip(bottom - top, 0, None)
    own = (part[2] - part[0]) * (part[3] - part[1])
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return bool(((shared > 0.6 * own) & (own > 0.25 * size)).any())


def _outline(plate: MadePlate, part: NDArray[np.bool_]) -> float:
    """How strong the edges of a plate are along the outline of a part."""
    rows, columns = np.nonzero(part)
    window = (
        slice(max(0, rows.min() - 6), rows.max() + 7),
        slice(max(0, columns.min() - 6), columns.max() + 7),
    )
    grey = cv2.cvtColor(plate.picture[window], cv2.COLOR_BGR2GRAY)
    across = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    inside = part[window].astype(np.uint8)
    ring = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
    return float(across[ring].mean())
