"""Editors of what things are like and how they move: looks, direction, speed, size, company."""

from typing import Final

from PySide6.QtWidgets import QComboBox, QSpinBox, QStackedWidget, QWidget

from casefiles.queries.filters import (
    AttributeFilter,
    CountFilter,
    Direction,
    DirectionFilter,
    Filter,
    SizeFilter,
    SpeedFilter,
)
from casefiles.queries.movement_words import SPEED_UNIT
from detection.attribute_names import ATTRIBUTES
from ui.theme import digits_font
from ui.views.check_list import CheckList, Choice, labelled
from ui.views.editor_parts import Ends, column, dim

_DIRECTIONS: Final[dict[Direction, str]] = {
    "left": "To the left of the picture", "right": "To the right of the picture",
    "towards": "Towards the camera", "away": "Away from the camera", "north": "North",
    "north-east": "North-east", "east": "East", "south-east": "South-east", "south": "South",
    "south-west": "South-west", "west": "West", "north-west": "North-west",
}  # fmt: skip
_ATTRIBUTES: Final[dict[str, str]] = {
    "bag": "Bag", "backpack": "Backpack", "hat": "Hat", "sleeves": "Sleeves",
    "trousers": "Trousers", "coat": "Long coat", "vehicle type": "Type of vehicle",
}  # fmt: skip
_VALUES: Final = {"yes": "With", "no": "Without"}


class AttributeEditor(QWidget):
    """What a person carries or wears, or of which type a vehicle is."""

    def __init__(self, wanted: AttributeFilter) -> None:
        super().__init__()
        self.name = QComboBox()
        self.lists: list[CheckList[str]] = []
        self.stack = QStackedWidget()
        names = list(ATTRIBUTES)
        for name in names:
            self.name.addItem(_ATTRIBUTES.get(name, name.capitalize()))
            values: CheckList[str] = CheckList(
                [Choice(one, _VALUES.get(one, one.capitalize())) for one in ATTRIBUTES[name]],
                wanted.values if name == wanted.name else (),
            )
            labelled(values, f"values-{names.index(name)}", self.tr("Values, any is enough"))
            self.lists.append(values)
            self.stack.addWidget(values)
        labelled(self.name, "attribute", self.tr("What it is like"))
        self.name.currentIndexChanged.connect(self.stack.setCurrentIndex)
        self.name.setCurrentIndex(names.index(wanted.name) if wanted.name in names else 0)
        column(self, self.name, self.stack)
        column(self, dim(self.tr("Judged only where its model was used while analysing.")))

    def value(self) -> Filter | None:
        at = self.name.currentIndex()
        chosen = self.lists[at].checked()
        return AttributeFilter(list(ATTRIBUTES)[at], chosen) if chosen else None


class DirectionEditor(QWidget):
    """Which ways it may go."""

    def __init__(self, wanted: DirectionFilter) -> None:
        super().__init__()
        self.list: CheckList[Direction] = CheckList(
            [Choice(way, self.tr(text)) for way, text in _DIRECTIONS.items()], wanted.directions
        )
        labelled(self.list, "directions", self.tr("Directions, any of them is enough"))
        column(self, self.list)
        column(self, dim(self.tr("North and so on: where the camera's heading is known.")))

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        return DirectionFilter(chosen) if chosen else None


class SpeedEditor(QWidget):
    """How fast, in its own heights a second."""

    def __init__(self, wanted: SpeedFilter) -> None:
        super().__init__()
        self.ends = Ends(
            wanted.least, wanted.most, unit=f" {SPEED_UNIT}", spoken=self.tr("Speed"),
            usual=(1.4, 2.6), decimals=2, highest=100,
        )  # fmt: skip
        column(self, self.ends)
        column(self, dim(self.tr("A person walks at about 0.8 of its own heights a second.")))

    def value(self) -> Filter | None:
        least, most = self.ends.values()
        return None if least is None and most is None else SpeedFilter(least, most)


class SizeEditor(QWidget):
    """How tall in the picture."""

    def __init__(self, wanted: SizeFilter) -> None:
        super().__init__()
        self.ends = Ends(
            wanted.least_px, wanted.most_px, unit=self.tr(" px"),
            spoken=self.tr("Height in the picture"), usual=(100, 400), decimals=0, highest=20_000,
        )  # fmt: skip
        column(self, self.ends)

    def value(self) -> Filter | None:
        least, most = self.ends.values()
        return None if least is None and most is None else SizeFilter(least, most)


class CountEditor(QWidget):
    """How many at least are in view together."""

    def __init__(self, wanted: CountFilter) -> None:
        super().__init__()
        self.least = QSpinBox()
        self.least.setRange(2, 999)
        self.least.setValue(wanted.least)
        self.least.setFont(digits_font())
        labelled(self.least, "together", self.tr("Seen together, at least"))
        column(self, self.least)
        column(self, dim(self.tr("At some moment so many of the kinds asked for are in view.")))

    def value(self) -> Filter | None:
        return CountFilter(self.least.value())
