"""Events besides footage as rows."""

from PySide6.QtCore import QObject

from casefiles.case_events import CaseEvent, CaseEvents
from ui.models.event_words import event_words, uncertainty_words
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment

MOST_ROWS = 5_000
"""So many are listed at once: more are found by typing, not by scrolling."""


class EventsModel(TableModel[CaseEvent]):
    """Events with their time, kind and text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._zone = "UTC"
        self.columns = (
            Column(self.tr("Event"), lambda one: one.heading,
                   lambda one: one.heading.casefold(), tip=self._tip),
            Column(self.tr("True time"), self._time, lambda one: one.from_ns, tip=self._tip),
            Column(self.tr("Kind"), lambda one: one.kind, lambda one: one.kind.casefold()),
            Column(self.tr("Text"), lambda one: " ".join(one.text.split())[:200],
                   lambda one: one.text.casefold(), tip=self._tip),
            Column(self.tr("By"), lambda one: one.who, lambda one: one.who.casefold()),
        )  # fmt: skip

    def set_events(self, rows: tuple[CaseEvent, ...], zone_name: str) -> None:
        """Shows these, with times in that zone."""
        self._zone = zone_name
        self.set_rows(rows)

    def _time(self, one: CaseEvent) -> str:
        return moment(one.from_ns, self._zone) + uncertainty_words(one)

    def _tip(self, one: CaseEvent) -> str:
        return event_words(one, self._zone)


def matching(events: CaseEvents, wanted: str) -> tuple[tuple[CaseEvent, ...], int]:
    """The first events with all the words somewhere in them, and how many there are."""
    words = wanted.casefold().split()
    if not words:
        return tuple(events.row(at) for at in range(min(len(events), MOST_ROWS))), len(events)
    found = [
        place
        for place, told in enumerate(
            zip(events.kind, events.title, events.text, events.who, strict=True)
        )
        if all(word in "\n".join(told).casefold() for word in words)
    ]
    return tuple(events.row(place) for place in found[:MOST_ROWS]), len(found)
