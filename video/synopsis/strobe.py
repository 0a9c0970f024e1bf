"""A stroboscope still: one object several times in one picture, as it went."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.paste import Pack, paste
from video.synopsis.shelf import Mix, Shelf
from video.synopsis.types import Composed, Plate, Shown, Spot, StageNs, TubeFrames

_COVERED: Final = 0.15
"""How much of the smaller of two boxes that follow each other may be shared."""


def strobe_moments(tube: TubeFrames, *, most: int = 12) -> tuple[int, ...]:
    """Frames of a tube, in order, the first and (if it went anywhere) the last among them, that
    hardly cover those before; at most `most`, spread over the way."""
    if most < 1:
        raise ValueError(f"at least one moment is shown, not {most}")
    boxes = tube.boxes.astype(np.float64)
    kept = [0]
    for at in range(1, len(boxes)):
        if _shared(boxes[kept], boxes[at]).max() <= _COVERED:
            kept.append(at)
    end = len(boxes) - 1
    # The end of the way is told rather than the moment just before it.
    if kept[-1] != end and len(kept) > 1:
        near = _shared(boxes[kept[:-1]], boxes[end]).max()
        if near <= _COVERED:
            kept[-1] = end
    if len(kept) <= most:
        return tuple(kept)
    chosen = np.rint(np.linspace(0, len(kept) - 1, most)).astype(int)
    return tuple(kept[at] for at in chosen)


def strobe(
    tube: TubeFrames,
    plates: Sequence[Plate],
    packs: Sequence[Pack],
    size: tuple[int, int],
    *,
    most: int = 12,
    moments: Sequence[int] | None = None,
) -> Composed:
    """One object at several moments over the plate of its time of day, later over earlier, and
    what is shown (`Shown` with the recorded times, `unit` counts the moments), without labels.

    `size` of the stage (width, height).

    Raises:
        VideoError: a pack is damaged or gone.
    """
    chosen = strobe_moments(tube, most=most) if moments is None else tuple(moments)
    shelf = Shelf(plates, packs, size)
    ground = Mix(shelf.plate_at(int(tube.time_ns[chosen[len(chosen) // 2]])))
    picture = shelf.ground(ground, size).copy()
    shown = []
    for number, at in enumerate(chosen):
        left, top, right, bottom = (int(side) for side in tube.boxes[at])
        spot = Spot(int(tube.at[at]), int(tube.length[at]))
        cutout = shelf.cutout(tube.pack, spot, (right - left, bottom - top))
        time_ns = int(tube.time_ns[at])
        paste(picture, cutout, (left, top), shelf.tone(time_ns, ground))
        shown.append(Shown(tube.tube, number, (left, top, right, bottom), StageNs(time_ns)))
    return Composed(picture, tuple(shown))


def _shared(boxes: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area each box shares with one, as a share of the smaller of both."""
    corner, far = np.maximum(boxes[:, :2], box[:2]), np.minimum(boxes[:, 2:], box[2:])
    shared = np.prod(np.maximum(far - corner, 0), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    share: NDArray[np.float64] = shared / np.maximum(
        np.minimum(areas, np.prod(box[2:] - box[:2])), 1
    )
    return share
