"""What a search found, as rows: filtered by camera, in the order chosen, in words made lazily."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, Qt

from casefiles.decision_types import Verdict
from casefiles.types import CameraId
from casefiles.usecases.sureness import sureness
from casefiles.view_types import CaseView, Hit
from detection.labels import ObjectClass
from ui.icons import icon
from ui.models.table import Column, Index, TableModel
from ui.models.wall_text import (
    camera_clock_time,
    camera_moment,
    doubt_words,
    length,
    local,
    moment,
)
from video.clock import format_media
from video.types import TimeNs

HitOrder: TypeAlias = Literal["best", "time", "camera"]
WHAT, CAMERA, TIME, CAMERA_TIME, IN_VIEW, CONFIDENCE, WHY = range(7)
_LAST: Final = 1 << 63
"""Sorts behind every real time."""
_ICONS: Final[dict[int, str]] = {
    ObjectClass.PERSON: "person",
    ObjectClass.BICYCLE: "bicycle",
    **dict.fromkeys(
        (ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS, ObjectClass.TRUCK), "vehicle"
    ),
    **dict.fromkeys((ObjectClass.BACKPACK, ObjectClass.HANDBAG, ObjectClass.SUITCASE), "bag"),
}


def class_label(class_id: int) -> str:
    """What a class is called, with a capital."""
    try:
        return ObjectClass(class_id).label.capitalize()
    except ValueError:
        return f"Class {class_id}"


def class_icon(class_id: int) -> str:
    """The name of a class's icon."""
    return _ICONS.get(class_id, "overlay")


def wall_of(view: CaseView, hit: Hit) -> int | None:
    """Wall time of the best frame of a hit, on the timeline's terms; None without its source."""
    source = view.source(hit.track.source_id)
    if source is None:
        return None
    best = hit.best_time_ns if hit.best_time_ns is not None else hit.track.from_ns
    return view.clock_of(source).to_wall_ns(best)


class HitsModel(TableModel[Hit]):
    """Hits in the order a person chose, those of one camera only if wanted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self.columns = self._columns()
        self._view: CaseView | None = None
        self._found: tuple[Hit, ...] = ()
        self._camera: CameraId | None = None
        self._order: HitOrder = "best"
        self.verdict_of: Callable[[Hit], Verdict | None] = lambda _: None
        """What is said of a hit."""

    def set_hits(self, hits: Sequence[Hit], view: CaseView | None) -> None:
        """Shows other hits, best first as they come; `view` names cameras and zone."""
        self._found, self._view = tuple(hits), view
        self._renew()

    def set_view(self, view: CaseView | None) -> None:
        """The same hits with newer names of cameras."""
        self._view = view
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def set_camera(self, camera_id: CameraId | None) -> None:
        """Only what this camera saw, or all."""
        self._camera = camera_id
        self._renew()

    def set_order(self, order: HitOrder) -> None:
        """Best first, earliest first, or camera by camera."""
        self._order, self._sorted = order, None
        self._renew()

    @property
    def by_column(self) -> bool:
        """Whether somebody sorted the rows by a column."""
        return self._sorted is not None

    @property
    def found(self) -> tuple[Hit, ...]:
        """All hits, whatever the filter."""
        return self._found

    def camera_of(self, hit: Hit) -> str:
        """What people call the camera (or the recording) of a hit."""
        source = None if self._view is None else self._view.source(hit.track.source_id)
        if self._view is None or source is None:
            return self.tr("recording {0}").format(hit.track.source_id)
        return self._view.title(source)

    def time_of(self, hit: Hit, *, short: bool = False) -> str:
        """True time of its best frame with the zone; media time where the start is not known.

        `short` leaves the zone out, for places where it is said once for all.
        """
        wall_ns = self._wall_of(hit)
        if self._view is None or wall_ns is None:
            at = hit.best_time_ns if hit.best_time_ns is not None else hit.track.from_ns
            return self.tr("{0} into the recording").format(format_media(at))
        if short:
            return f"{local(wall_ns, self._view.zone_name):%Y-%m-%d %H:%M:%S}"
        return moment(wall_ns, self._view.zone_name)

    def camera_time_of(self, hit: Hit, *, short: bool = False) -> str:
        """What the recorder showed at that moment; empty where its clock was right."""
        source = None if self._view is None else self._view.source(hit.track.source_id)
        wall_ns = self._wall_of(hit)
        if self._view is None or source is None or wall_ns is None:
            return ""
        words = camera_clock_time if short else camera_moment
        return words(wall_ns, source, self._view.zone_name) or ""

    def doubt_of(self, hit: Hit) -> str:
        """How far its corrected time may be off, or that nobody compared that clock; empty where
        nothing was corrected."""
        source = None if self._view is None else self._view.source(hit.track.source_id)
        return "" if source is None or source.clock is None else doubt_words(source)

    def _wall_of(self, hit: Hit) -> int | None:
        """Wall time of its best frame, where the recording's start is known."""
        if self._view is None or hit.from_wall_ns is None:
            return None
        return wall_of(self._view, hit)

    def spoken(self, hit: Hit) -> str:
        """Everything a card shows, in one sentence."""
        parts = [
            class_label(hit.track.class_id),
            self.camera_of(hit),
            self.time_of(hit),
            *([self.tr("clock {0}").format(doubt)] if (doubt := self.doubt_of(hit)) else []),
            self.tr("confidence {0}").format(sureness(hit.score)),
            *hit.why,
        ]
        verdict = self.verdict_of(hit)
        if verdict is not None:
            said = self.tr("confirmed") if verdict == "right" else self.tr("rejected")
            parts.insert(1, said)
        if hit.doubtful:
            parts.append(self.tr("needs a careful look: something it was found by is unreliable"))
        return ", ".join(parts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            hit = self.row(index)
            if hit is None:
                return None
            if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == WHAT:
                return self.spoken(hit)
            if role == Qt.ItemDataRole.ToolTipRole:
                return self._tip(hit)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == WHY:
            hit = self.row(index)
            return icon("warning", "warn") if hit is not None and hit.doubtful else None
        return super().data(index, role)

    def at_track(self, track_id: int) -> QModelIndex:
        """The row of a track, or an invalid index."""
        return self.find(lambda hit: hit.track.track_id == track_id)

    def _renew(self) -> None:
        chosen = [one for one in self._found if self._camera in (None, one.camera_id)]
        if self._order == "time":
            chosen.sort(key=_time_key)
        elif self._order == "camera":
            chosen.sort(key=lambda hit: (self.camera_of(hit).casefold(), _time_key(hit)))
        self.set_rows(chosen)

    def _tip(self, hit: Hit) -> str:
        times = [self.tr("True time: {0}").format(self.time_of(hit))]
        if shown := self.camera_time_of(hit):
            times.append(self.tr("Camera time: {0}").format(shown))
        if doubt := self.doubt_of(hit):
            times.append(self.tr("Clock correction: {0}").format(doubt))
        return "\n".join([*times, *hit.why])

    def _columns(self) -> tuple[Column[Hit], ...]:
        tr = self.tr
        return (
            Column(
                tr("What"),
                lambda hit: class_label(hit.track.class_id),
                lambda hit: (hit.track.class_id, -hit.score),
            ),
            Column(tr("Camera"), self.camera_of, lambda hit: self.camera_of(hit).casefold()),
            Column(tr("True time"), self.time_of, _time_key),
            Column(tr("Camera time"), self.camera_time_of, self.camera_time_of),
            Column(tr("In view"), lambda hit: length(_in_view(hit) / 1e9), _in_view),
            Column(tr("Confidence"), lambda hit: sureness(hit.score), lambda hit: hit.score),
            Column(tr("Why"), lambda hit: "; ".join(hit.why), lambda hit: hit.why),
        )


def _in_view(hit: Hit) -> TimeNs:
    return TimeNs(hit.track.to_ns - hit.track.from_ns)


def _time_key(hit: Hit) -> tuple[int, int]:
    known = hit.from_wall_ns if hit.from_wall_ns is not None else _LAST
    return known, hit.track.from_ns
