"""Contact sheets: the best picture of each object with its time and camera, in rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import cv2
import numpy as np

from video.synopsis.lettering import fitted, write
from video.synopsis.paste import Pack, paste
from video.synopsis.shelf import Mix, Shelf
from video.synopsis.types import Plate, Spot, TubeFrames
from video.types import Pixels

_MARGIN: Final = 0.15
"""Of its larger side, around the object."""
_BEST: Final = 0.9
"""The quantile of the object's size: the very largest cut-outs hold something else as well."""
_EDGE_PX: Final = 2
_GROUND: Final = (250, 250, 250)
_FIELD: Final = (228, 228, 228)
_TEXT: Final = (30, 30, 30)
_LETTERS_PX: Final = 15
_HEAD_PX: Final = 18
_PAD_PX: Final = 8
_LARGEST: Final = 3.0
"""A picture is drawn at most so many times its size: small ones show that they are small."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture of any size, and lines of text below it."""

    picture: Pixels
    lines: tuple[str, ...]


def best_moment(tube: TubeFrames, size: tuple[int, int]) -> int:
    """The frame of a tube where most of the object is seen, whole in the picture if it ever is."""
    low = (tube.boxes[:, :2] > _EDGE_PX).all(axis=1)
    whole = np.flatnonzero(low & (tube.boxes[:, 2:] < np.array(size) - _EDGE_PX).all(axis=1))
    frames = whole if len(whole) else np.arange(len(tube))
    by_size = frames[np.argsort(tube.pixels[frames], kind="stable")]
    return int(by_size[round(_BEST * (len(by_size) - 1))])


def best_picture(
    tube: TubeFrames, plates: Sequence[Plate], packs: Sequence[Pack], size: tuple[int, int]
) -> Pixels:
    """The object at its best moment, with some of the ground around it, as it was recorded.

    `size` of the stage (width, height).

    Raises:
        VideoError: a pack is damaged or gone.
    """
    at = best_moment(tube, size)
    shelf = Shelf(plates, packs, size)
    left, top, right, bottom = (int(side) for side in tube.boxes[at])
    margin = round(_MARGIN * max(right - left, bottom - top))
    ground = shelf.ground(Mix(shelf.plate_at(int(tube.time_ns[at]))), size)
    x, y = max(left - margin, 0), max(top - margin, 0)
    picture = ground[y : bottom + margin, x : right + margin].copy()
    spot = Spot(int(tube.at[at]), int(tube.length[at]))
    cutout = shelf.cutout(tube.pack, spot, (right - left, bottom - top))
    paste(picture, cutout, (left - x, top - y), None)
    return picture


def contact_sheets(
    cells: Iterable[Cell], *, head: str = "", columns: int = 6, rows: int = 5, width: int = 1600
) -> Iterator[Pixels]:
    """Pages of cells in reading order, `(h, width, 3)`, `head` and the page's number above; as
    many as needed, the last one only as high as it must be. No cells, no page."""
    left = iter(cells)
    pages = iter(lambda: list(islice(left, columns * rows)), [])
    for number, page in enumerate(pages, start=1):
        yield _page(page, f"{head} | page {number}" if head else f"page {number}", columns, width)


def _page(cells: Sequence[Cell], head: str, columns: int, width: int) -> Pixels:
    wide = (width - _PAD_PX) // columns
    lines = max(len(cell.lines) for cell in cells)
    field = wide - _PAD_PX
    line = round(_LETTERS_PX * 1.4)
    high = field + lines * line + 2 * _PAD_PX
    top = 2 * _HEAD_PX
    down = -(-len(cells) // columns)
    page = np.full((top + down * high, width, 3), _GROUND, np.uint8)
    write(page, fitted(head, _HEAD_PX, width - 2 * _PAD_PX), (_PAD_PX, 6), _HEAD_PX, _TEXT)
    for at, cell in enumerate(cells):
        row, column = divmod(at, columns)
        x, y = _PAD_PX + column * wide, top + row * high
        page[y : y + field, x : x + field] = _FIELD
        picture = _fitted(cell.picture, field)
        tall, across = picture.shape[:2]
        to_x, to_y = x + (field - across) // 2, y + (field - tall) // 2
        page[to_y : to_y + tall, to_x : to_x + across] = picture
        for number, text in enumerate(cell.lines):
            below = y + field + 4 + number * line
            write(page, fitted(text, _LETTERS_PX, field), (x, below), _LETTERS_PX, _TEXT)
    return page


def _fitted(picture: Pixels, field: int) -> Pixels:
    """A picture as large as a square field holds it."""
    high, wide = picture.shape[:2]
    scale = min(field / max(high, wide), _LARGEST)
    size = (max(round(wide * scale), 1), max(round(high * scale), 1))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
