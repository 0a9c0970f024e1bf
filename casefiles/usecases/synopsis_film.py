"""What exporting a synopsis does in a process of its own: composing, encoding, measuring."""

import hashlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from casefiles import workers
from casefiles.synopsis_types import Placement, Stage, Synopsis
from casefiles.usecases.synopsis_places import original_moment, placements_of
from casefiles.usecases.synopsis_show import Show
from video.clock import NS_PER_S, zone_of
from video.pulse import heard_by
from video.synopsis.compose import covered_share
from video.synopsis.side_by_side import Board, write_film
from video.synopsis.types import Shown, ShowNs, TubeFrames

_MOST_MEMORY: Final = 8 << 30
_CHUNK: Final = 1 << 20
_LOOKS: Final = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Where in a placement an object is looked for, as a share of its length."""
Box = tuple[int, int, int, int]
_LOOK_NS: Final = 250_000_000
"""How far apart the moments are at which the exact overlap is measured."""


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """A synopsis to be written to `part`; its packs lie in `packs`."""

    synopsis: Synopsis
    packs: Path
    part: Path
    path: Path
    """What `part` becomes: what errors speak of."""
    zone_name: str
    width: int
    fps: int
    training: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An object in a picture of the film, and the same object where it was recorded."""

    show_ns: int
    box: tuple[int, int, int, int]
    """In pixels of the film."""
    media_ns: int
    recorded_box: tuple[int, int, int, int]
    """In pixels of the stage, which is the recording made smaller."""
    stage_size: tuple[int, int]
    hidden: float
    """Which share of its box lies below the boxes of others."""


@dataclass(frozen=True, slots=True)
class MadeFilm:
    """A film that lies there, under its provisional name."""

    sha256: str
    size_bytes: int
    pictures: int
    width: int
    height: int
    overlap: float
    """As `Measures.overlap`, exact to the pixel of the masks."""
    seen: tuple[Seen | None, ...]
    """Of each placement, in the order of `placements_of`, the object in the middle of it."""


def make_film(order: FilmOrder) -> Generator[int, None, MadeFilm]:
    """In a process of its own: writes the film; yields pictures done.

    Raises:
        VideoError: a pack is damaged; the film cannot be written. Nothing is left.
    """
    workers.limit_memory(_MOST_MEMORY)
    with heard_by(workers.alive), Show(order.synopsis, order.packs) as show:
        yield 0
        board = Board(
            show.boards,
            zone=zone_of(order.zone_name),
            width=order.width,
            training=order.training,
        )
        try:
            count = yield from write_film(order.part, board, fps=order.fps, comment=order.comment)
            overlap = _overlap(show)
            width, height = board.size
            return MadeFilm(
                _sha256(order.part), order.part.stat().st_size, count, width, height, overlap,
                _seen(order, board),
            )  # fmt: skip
        except BaseException:
            order.part.unlink(missing_ok=True)
            raise


def _overlap(show: Show) -> float:
    shares: list[float] = []
    for column in show.boards:
        for _, composer in column.stages:
            workers.alive()
            shares += covered_share(composer, step_ns=_LOOK_NS).values()
    return sum(shares) / len(shares) if shares else 0.0


def _seen(order: FilmOrder, board: Board) -> tuple[Seen | None, ...]:
    """Of each placement, the object where least of it is hidden by others."""
    cut: dict[int, list[tuple[Stage, TubeFrames]]] = {}
    for part in order.synopsis.parts:
        for tube in part.stage.tubes:
            cut.setdefault(tube.tube, []).append((part.stage, tube))
    found: list[Seen | None] = []
    for placed in placements_of(order.synopsis):
        workers.alive()
        length = placed.placed_to_ns - placed.placed_from_ns
        moments: list[tuple[float, int, Shown]] = []
        for share in _LOOKS:
            # The very moment of a picture of the film.
            number = (placed.placed_from_ns + round(share * length)) * order.fps // NS_PER_S
            show_ns = number * NS_PER_S // order.fps
            for column in board.shown_at(ShowNs(show_ns)):
                for at, one in enumerate(column):
                    if one.tube == placed.track_id:
                        hidden = sum(_hidden(one.box, above.box) for above in column[at + 1 :])
                        moments.append((hidden, show_ns, one))
        found.append(_best(order.synopsis, placed, sorted(moments, key=lambda one: one[0]), cut))
    return tuple(found)


def _best(
    synopsis: Synopsis,
    placed: Placement,
    moments: Sequence[tuple[float, int, Shown]],
    cut: Mapping[int, Sequence[tuple[Stage, TubeFrames]]],
) -> Seen | None:
    for hidden, show_ns, one in moments:
        media_ns = original_moment(synopsis, placed.track_id, one.time_ns)[1]
        # Two pieces of a track may be on show together.
        if not placed.from_ns <= media_ns <= placed.to_ns:
            continue
        for stage, tube in cut[placed.track_id]:
            at = np.flatnonzero(tube.time_ns == one.time_ns)
            if len(at):
                left, top, right, bottom = (int(side) for side in tube.boxes[at[0]])
                return Seen(
                    show_ns, one.box, media_ns, (left, top, right, bottom), stage.size, hidden
                )
    return None


def _hidden(box: Box, above: Box) -> float:
    """Which share of a box lies below another."""
    across = min(box[2], above[2]) - max(box[0], above[0])
    down = min(box[3], above[3]) - max(box[1], above[1])
    area = max((box[2] - box[0]) * (box[3] - box[1]), 1)
    return max(across, 0) * max(down, 0) / area


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            workers.alive()
    return digest.hexdigest()
