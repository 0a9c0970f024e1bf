"""Small pictures of tracks: read and decoded on a reader thread, the most recent kept."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from casefiles.case import Case
from casefiles.types import TrackId
from casefiles.usecases.show_looks import show_thumbnails
from ui.session import Session

_KEPT: Final = 600
_BATCH: Final = 48


class Thumbnails(QObject):
    """A cache of thumbnails by track; what is missing is asked for, newest wish first."""

    arrived = Signal()
    """Some of the missing pictures are here now."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: OrderedDict[TrackId, QImage] = OrderedDict()
        self._wanted: OrderedDict[TrackId, None] = OrderedDict()
        self._asked: frozenset[TrackId] = frozenset()
        # What was painted in one turn of the event loop is asked for together.
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask)
        session.case_changed.connect(self._forget)
        session.data_changed.connect(self._look_again)

    def image(self, track_id: TrackId) -> QImage | None:
        """The picture (null where the track has none), or None: it has been asked for."""
        found = self._kept.get(track_id)
        if found is not None:
            self._kept.move_to_end(track_id)
            return found
        if track_id not in self._asked:
            self._wanted[track_id] = None
            self._wanted.move_to_end(track_id)
            # Rows scrolled past are not worth reading any more.
            while len(self._wanted) > 2 * _BATCH:
                self._wanted.popitem(last=False)
            self._soon.start()
        return None

    @property
    def settled(self) -> bool:
        """Whether everything asked for is here."""
        return not self._asked and not self._wanted

    def _forget(self) -> None:
        self._kept.clear()
        self._wanted.clear()
        self._asked = frozenset()

    def _look_again(self, tables: frozenset[str]) -> None:
        """Indexing goes on: what had no picture may have one now."""
        if "track_looks" in tables:
            for track_id in [one for one, image in self._kept.items() if image.isNull()]:
                del self._kept[track_id]
            self.arrived.emit()

    def _ask(self) -> None:
        if self._asked or not self._wanted:
            return
        newest = list(reversed(self._wanted))[:_BATCH]
        for track_id in newest:
            del self._wanted[track_id]
        self._asked = frozenset(newest)
        self._session.ask(_reading(newest), self._keep, failed=self._give_up)

    def _keep(self, images: Mapping[TrackId, QImage]) -> None:
        for track_id in self._asked:
            self._kept[track_id] = images.get(track_id, QImage())
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._asked = frozenset()
        self.arrived.emit()
        self._ask()

    def _give_up(self, error: BaseException) -> None:
        # Marked as without picture, or every repaint would ask and fail again.
        self._keep({})
        self._session.failed.emit(error)


def _reading(ids: Sequence[TrackId]) -> Callable[[Case], dict[TrackId, QImage]]:
    def read(case: Case) -> dict[TrackId, QImage]:
        return {
            track_id: QImage.fromData(jpeg)
            for track_id, jpeg in show_thumbnails(case, ids).items()
            if jpeg
        }

    return read
