"""Boxes of tracks as they are painted: what the chip says, colour and mark of the class."""

from typing import Final

from casefiles.types import TRACKS_PER_RUN
from detection.labels import ObjectClass
from ui.models.track_boxes import Boxes
from ui.views.overlay import BoxShape, Kind

_VEHICLES: Final = frozenset({
    ObjectClass.BICYCLE, ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS,
    ObjectClass.TRUCK,
})  # fmt: skip


def track_shapes(found: Boxes, selected: int | None) -> list[BoxShape]:
    """A shape for each box; `selected` is the track that stands out."""
    return [
        BoxShape((left, top, right, bottom), _text(track, kind), kind_of(kind), track == selected)
        for track, (left, top, right, bottom), kind in zip(
            found.track_ids.tolist(), found.boxes.tolist(), found.class_ids.tolist(), strict=True
        )
    ]


def kind_of(class_id: int) -> Kind:
    """Which of the three groups a class belongs to."""
    if class_id == ObjectClass.PERSON:
        return "person"
    return "vehicle" if class_id in _VEHICLES else "other"


def _text(track_id: int, class_id: int) -> str:
    """Class and number within the run, such as `Person 12`."""
    return f"{ObjectClass(class_id).label.capitalize()} {track_id % TRACKS_PER_RUN}"
