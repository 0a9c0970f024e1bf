"""What never moves before the cameras of a case, as rows."""

from PySide6.QtCore import QCoreApplication, QObject

from casefiles.view_types import CaseView, StaticSpot
from detection.labels import ObjectClass
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment


class SpotsModel(TableModel[StaticSpot]):
    """Static spots by id: what each looks like, where, how often it was seen, what it hides."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._view: CaseView | None = None
        self.columns = (
            Column(self.tr("Never moves"), spot_name, spot_name, tip=self.told),
            Column(self.tr("Tracks"), spot_state, lambda spot: (spot.hidden, spot.tracks)),
            Column(self.tr("Where"), self.place_of, lambda spot: self.place_of(spot).casefold()),
            Column(self.tr("Seen"), seen_words, lambda spot: spot.seen / max(spot.analysed, 1)),
        )

    def set_view(self, view: CaseView | None) -> None:
        """Shows the spots of a view."""
        self._view = view
        self.set_rows(() if view is None else view.spots)

    def place_of(self, spot: StaticSpot) -> str:
        """On whose pictures it lies."""
        source = None if self._view is None else self._view.source(spot.source_id)
        if self._view is None or source is None:
            return self.tr("a recording")
        return self._view.title(source)

    def told(self, spot: StaticSpot) -> str:
        """All of it in words."""
        parts = [spot_name(spot), self.place_of(spot), seen_words(spot), spot_state(spot)]
        if self._view is not None:
            learned = moment(spot.learned_ns, self._view.zone_name)
            parts.append(self.tr("learned {0}").format(learned))
        return " · ".join(parts)


def spot_name(spot: StaticSpot) -> str:
    """Such as `Person-like thing`."""
    label = ObjectClass(spot.class_id).label
    return _said("{0}-like thing").format(label.capitalize())


def seen_words(spot: StaticSpot) -> str:
    """In how many of the pictures looked at it was seen."""
    return _said("in {0} of {1} looks").format(spot.seen, spot.analysed)


def spot_state(spot: StaticSpot) -> str:
    """What becomes of its tracks."""
    count = _said("1 track") if spot.tracks == 1 else _said("{0} tracks").format(spot.tracks)
    if spot.hidden:
        return _said("{0} hidden").format(count)
    if spot.by_person:
        return _said("{0}, brought back").format(count)
    return _said("{0} shown: somebody?").format(count)


def _said(text: str) -> str:
    return QCoreApplication.translate("Spots", text)
