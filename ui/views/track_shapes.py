"""Boxes of tracks as they are painted: what the chip says, colour and mark of the class."""

from functools import cache, lru_cache
from typing import Final

from casefiles.types import TRACKS_PER_RUN
from detection.labels import ObjectClass
from ui.models.track_boxes import Boxes
from ui.views.overlay import NO_SHAPES, BoxShapes, Kind

_VEHICLES: Final = frozenset({
    ObjectClass.BICYCLE, ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS,
    ObjectClass.TRUCK,
})  # fmt: skip


def track_shapes(found: Boxes, selected: int | None) -> BoxShapes:
    """A shape for each box; `selected` is the track that stands out."""
    if not len(found):
        return NO_SHAPES
    tracks, kinds = tuple(found.track_ids.tolist()), tuple(found.class_ids.tolist())
    order, texts, groups = _words(tracks, kinds, selected)
    return BoxShapes(found.boxes[order], texts, groups, selected in tracks)


# From frame to frame the same tracks are in view.
@lru_cache(maxsize=256)
def _words(
    tracks: tuple[int, ...], kinds: tuple[int, ...], selected: int | None
) -> tuple[list[int], tuple[str, ...], tuple[Kind, ...]]:
    """The order to paint in, the selected one first, with text and group of each."""
    order = list(range(len(tracks)))
    if selected is not None and selected in tracks:
        order.insert(0, order.pop(tracks.index(selected)))
    return (
        order,
        tuple(_text(tracks[at], kinds[at]) for at in order),
        tuple(kind_of(kinds[at]) for at in order),
    )


@cache
def kind_of(class_id: int) -> Kind:
    """Which of the three groups a class belongs to."""
    if class_id == ObjectClass.PERSON:
        return "person"
    return "vehicle" if class_id in _VEHICLES else "other"


@lru_cache(maxsize=4096)
def _text(track_id: int, class_id: int) -> str:
    """Class and number within the run, such as `Person 12`."""
    return f"{ObjectClass(class_id).label.capitalize()} {track_id % TRACKS_PER_RUN}"
