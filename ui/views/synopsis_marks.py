"""Objects of a synopsis as they lie in the view, and the recorded time at as many as have room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ui.theme import on_video
from ui.views.overlay import Kind
from ui.views.tile_chips import Chip, chip_image
from video.synopsis.labels import Rect, label_places, place_key
from video.synopsis.types import Shown

_ROOMY: Final = 340
"""In narrower pictures labels do without the mark of the class and the year."""
_LABELLED: Final = 0.16
"""The share of a picture that labels may cover, unless all are asked for."""
_LEAST_LABELS: Final = 3
_RIM_ALPHA: Final = 120
_LEAD: Final = 6.0
"""A line leads from a label that is further away to its object."""
Labels: TypeAlias = Literal["room", "all", "selected"]
"""Which objects have their time: as many as leave the picture to be seen, all, the selected."""
NEXT: Final[dict[Labels, Labels]] = {"room": "all", "all": "selected", "selected": "room"}


@dataclass(frozen=True, slots=True)
class Mark:
    """An object as it lies in the view, with its label."""

    column: int
    shown: Shown
    area: QRectF
    label: QPixmap | None
    place: QRectF | None
    """Where the label lies; None where there is no room for it."""
    tone: tuple[int, int, int]
    """The colour of its recorded time: red, green, blue."""


class Marker:
    """What labels say and where they go; keeps the places of the picture before."""

    def __init__(self) -> None:
        self.text_of: Callable[[int, Shown, bool], str] = lambda _, __, ___: ""
        """What the label of an object says, by camera; true: in few letters."""
        self.tone_of: Callable[[int, Shown], tuple[int, int, int]] = lambda _, __: (200, 200, 200)
        """The colour of its recorded time: red, green, blue."""
        self.kind_of: Callable[[int], Kind] = lambda _: "other"
        """Which group of classes a track is of."""
        self.labels: Labels = "room"
        self.selected: int | None = None
        """The track that is selected everywhere."""
        self.pointer: QPointF | None = None
        """Where in the view it is."""
        self.before: dict[int, dict[tuple[int, int], Rect]] = {}
        """Where labels lay in the picture before, by camera."""
        self._boxes: dict[int, dict[tuple[int, int], Rect]] = {}
        """And where the objects did."""

    def marks(
        self,
        column: int,
        size: QSize,
        shown: Sequence[Shown],
        area: QRectF,
        ratio: float,
        *,
        anew: bool = True,
    ) -> list[Mark]:
        """What a picture of `size` shows, in points of the view; it is painted into `area`. Not
        `anew`: labels go along with their objects, and who has none gets none, which is quick."""
        across = area.width() / max(size.width(), 1)
        down = area.height() / max(size.height(), 1)
        placed = [
            replace(one, box=(
                int(one.box[0] * across), int(one.box[1] * down),
                round(one.box[2] * across), round(one.box[3] * down),
            ))
            for one in shown
        ]  # fmt: skip
        room = int(area.width()), int(area.height())
        tones = {place_key(one): self.tone_of(column, one) for one in placed}
        labels = {
            place_key(one): chip_image(self._chip(column, one, tones[place_key(one)], room), ratio)
            for one in (self._labelled(column, placed, area) if anew else placed)
            if anew or place_key(one) in self.before.get(column, {})
        }

        def measure(one: Shown) -> tuple[int, int]:
            label = labels.get(place_key(one))
            if label is None:
                # Nothing is as large as that: it gets no place, and others keep off the object.
                return room[0] + 1, room[1] + 1
            wanted = label.deviceIndependentSize()
            return int(wanted.width()), int(wanted.height())

        places = (
            label_places(placed, room, measure, before=self.before.get(column))
            if anew
            else tuple(self._along(column, one, room) for one in placed)
        )
        self._boxes[column] = {place_key(one): one.box for one in placed}
        self.before[column] = {
            place_key(one): place
            for one, place in zip(placed, places, strict=True)
            if place is not None
        }
        corner = area.topLeft()
        return [
            Mark(
                column,
                one,
                _rect(moved.box).translated(corner),
                labels.get(place_key(one)),
                None if place is None else _rect(place).translated(corner),
                tones[place_key(one)],
            )
            for one, moved, place in zip(shown, placed, places, strict=True)
        ]

    def _along(self, column: int, one: Shown, room: tuple[int, int]) -> Rect | None:
        """Where a label goes with its object, inside the picture."""
        key = place_key(one)
        place, box = self.before.get(column, {}).get(key), self._boxes.get(column, {}).get(key)
        if place is None or box is None:
            return None
        wide, high = place[2] - place[0], place[3] - place[1]
        left = min(max(place[0] + one.box[0] - box[0], 0), max(room[0] - wide, 0))
        top = min(max(place[1] + one.box[3] - box[3], 0), max(room[1] - high, 0))
        return left, top, left + wide, top + high

    def _labelled(self, column: int, placed: Sequence[Shown], area: QRectF) -> Sequence[Shown]:
        """Which objects get a label: the selected one, what is at the pointer, those that had one
        before, and as many more as leave the picture to be seen."""
        if self.labels == "selected":
            return [one for one in placed if one.tube == self.selected]
        if self.labels == "all" or not placed:
            return placed
        room = int(area.width()), int(area.height())
        first = chip_image(self._chip(column, placed[0], (0, 0, 0), room), 1.0)
        most = int(_LABELLED * area.width() * area.height() / (first.width() * first.height()))
        if len(placed) <= max(most, _LEAST_LABELS):
            return placed
        before = self.before.get(column, {})
        at = None if self.pointer is None else self.pointer - area.topLeft()
        inside = at is not None and QRectF(0, 0, area.width(), area.height()).contains(at)

        def rank(one: Shown) -> tuple[bool, float, bool, tuple[int, int]]:
            away = 0.0
            if inside and at is not None:
                middle = _rect(one.box).center() - at
                away = middle.manhattanLength()
            return (
                one.tube != self.selected, away, place_key(one) not in before, place_key(one),
            )  # fmt: skip

        return sorted(placed, key=rank)[: max(most, _LEAST_LABELS)]

    def _chip(
        self, column: int, one: Shown, tone: tuple[int, int, int], room: tuple[int, int]
    ) -> Chip:
        kind, is_roomy = self.kind_of(one.tube), room[0] >= _ROOMY
        text = self.text_of(column, one, not is_roomy)
        return Chip(((text, "video_text"),), kind if is_roomy else "", kind, bar=tone)


def is_same(one: Mark | None, other: Mark | None) -> bool:
    """Whether both are the same object, or nothing."""
    if one is None or other is None:
        return one is other
    return place_key(one.shown) == place_key(other.shown)


def paint_lead(painter: QPainter, area: QRectF, place: QRectF, tone: QColor) -> None:
    """From the middle of a label's nearest edge to the nearest point of its object."""
    middle = place.center()
    near = QPointF(
        min(max(middle.x(), area.left()), area.right()),
        min(max(middle.y(), area.top()), area.bottom()),
    )
    edge = QPointF(
        min(max(near.x(), place.left()), place.right()),
        min(max(near.y(), place.top()), place.bottom()),
    )
    if max(abs(near.x() - edge.x()), abs(near.y() - edge.y())) > _LEAD:
        rim = on_video("video")
        rim.setAlpha(_RIM_ALPHA)
        for width, ink in ((3, rim), (1.5, tone)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(edge, near)


def _rect(edges: Rect) -> QRectF:
    left, top, right, bottom = edges
    return QRectF(left, top, right - left, bottom - top)
