"""Where several pictures go in a view, as large as can be; arithmetic only."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRect, QRectF, QSize


def cells(
    room: QSize, sizes: Sequence[tuple[int, int]], *, apart: int, above: int = 0
) -> tuple[QRect, ...]:
    """A cell for each picture, in rows from the top left: of all grids the one that shows most
    pixels of pictures, which leave `above` points of their cell free."""
    count = len(sizes)
    if not count:
        return ()
    grids = [_grid(room, count, across, apart) for across in range(1, count + 1)]
    return max(
        grids,
        key=lambda grid: sum(
            shown.width() * shown.height()
            for shown in (
                fitted(cell.adjusted(0, above, 0, 0), size)
                for cell, size in zip(grid, sizes, strict=True)
            )
        ),
    )


def fitted(cell: QRect, size: tuple[int, int]) -> QRectF:
    """The whole picture in the middle of a cell, in its own proportions, on whole points."""
    scale = max(min(cell.width() / size[0], cell.height() / size[1]), 1e-6)
    width, height = round(size[0] * scale), round(size[1] * scale)
    left = cell.left() + (cell.width() - width) // 2
    top = cell.top() + (cell.height() - height) // 2
    return QRectF(left, top, width, height)


def _grid(room: QSize, count: int, across: int, apart: int) -> tuple[QRect, ...]:
    down = ceil(count / across)
    width = (room.width() - apart * (across - 1)) // across
    height = (room.height() - apart * (down - 1)) // down
    return tuple(
        QRect((at % across) * (width + apart), (at // across) * (height + apart), width, height)
        for at in range(count)
    )
