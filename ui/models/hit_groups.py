"""Hits under headings: by camera, or by stretches of time that suit how long all of it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from casefiles.view_types import CaseView, Hit
from ui.models.hits import HitOrder, HitsModel, wall_of
from ui.models.wall_text import local

_S: Final = 1_000_000_000
_STEPS: Final = (600 * _S, 3600 * _S, 86_400 * _S)
"""Ten minutes, an hour, a day."""
_MOST: Final = 24
"""More headings than that say less than fewer would."""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits that follow each other, under one heading."""

    heading: str
    count: int


def hit_groups(model: HitsModel, view: CaseView | None, order: HitOrder) -> tuple[HitGroup, ...]:
    """The groups of the rows of a model in its order; none for best first, or one that people
    sorted by a column."""
    rows = model.rows
    if order == "best" or view is None or not rows or model.by_column:
        return ()
    names = (
        [model.camera_of(hit) for hit in rows] if order == "camera" else _times(model, rows, view)
    )
    return tuple(HitGroup(name, len(list(some))) for name, some in groupby(names))


def _times(model: HitsModel, rows: Sequence[Hit], view: CaseView) -> list[str]:
    walls = [wall_of(view, hit) if hit.from_wall_ns is not None else None for hit in rows]
    known = [one for one in walls if one is not None]
    length = max(known) - min(known) if known else 0
    step = next((one for one in _STEPS if length / one <= _MOST), _STEPS[-1])
    return [
        model.tr("Start of the recording not known") if one is None else _words(one, step, view)
        for one in walls
    ]


def _words(wall_ns: int, step: int, view: CaseView) -> str:
    moment = local(wall_ns, view.zone_name)
    if step >= _STEPS[2]:
        return f"{moment:%Y-%m-%d}"
    if step >= _STEPS[1]:
        return f"{moment:%Y-%m-%d %H}:00–{moment:%H}:59"
    minute = moment.minute // 10 * 10
    return f"{moment:%Y-%m-%d %H}:{minute:02d}–{moment:%H}:{minute + 9:02d}"
