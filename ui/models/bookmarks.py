"""The bookmarks of a case as rows."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from casefiles.types import Source
from casefiles.view_types import Bookmark, CaseView
from ui.models.table import Column, TableModel
from ui.models.wall_text import camera_moment, moment
from video.clock import format_media

_LAST = 1 << 63


class BookmarksModel(TableModel[Bookmark]):
    """Bookmarks with their moment, true and as the camera showed it; typing over a note asks for it
    to be changed."""

    def __init__(
        self, change: Callable[[Bookmark, str], None], parent: QObject | None = None
    ) -> None:
        super().__init__((), parent)
        self._view: CaseView | None = None
        self.columns = (
            Column(
                self.tr("Bookmark"),
                lambda one: one.note,
                lambda one: one.note.casefold(),
                change=change,
            ),
            Column(self.tr("True time"), self.time_of, self._order),
            Column(self.tr("Camera time"), self.camera_time_of, self.camera_time_of),
            Column(self.tr("Recording"), self.place_of, lambda one: self.place_of(one).casefold()),
            Column(self.tr("Made by"), lambda one: one.created_by, lambda one: one.created_by),
        )

    def set_view(self, view: CaseView | None) -> None:
        """Shows the bookmarks of a view."""
        self._view = view
        self.set_rows(() if view is None else view.bookmarks)

    def wall_of(self, bookmark: Bookmark) -> int | None:
        """Where "go to" lands, on the timeline's terms."""
        source = self._source(bookmark)
        if self._view is not None and source is not None and bookmark.time_ns is not None:
            return self._view.clock_of(source).to_wall_ns(bookmark.time_ns)
        return bookmark.wall_ns

    def time_of(self, bookmark: Bookmark) -> str:
        """True time with its zone; media time where the recording's start is not known."""
        wall_ns, source = self.wall_of(bookmark), self._source(bookmark)
        if source is not None and source.clock is None and bookmark.time_ns is not None:
            return self.tr("{0} into the recording").format(format_media(bookmark.time_ns))
        return "" if wall_ns is None or self._view is None else moment(wall_ns, self._zone)

    def camera_time_of(self, bookmark: Bookmark) -> str:
        """What the recorder showed; empty where its clock was right or there is none."""
        wall_ns, source = self.wall_of(bookmark), self._source(bookmark)
        if wall_ns is None or source is None or source.clock is None:
            return ""
        return camera_moment(wall_ns, source, self._zone) or ""

    def place_of(self, bookmark: Bookmark) -> str:
        """The recording it lies on, if it lies on one."""
        source = self._source(bookmark)
        if self._view is None or source is None:
            return self.tr("all cameras")
        return self._view.title(source)

    @property
    def _zone(self) -> str:
        return "UTC" if self._view is None else self._view.zone_name

    def _source(self, bookmark: Bookmark) -> Source | None:
        if self._view is None or bookmark.source_id is None:
            return None
        return self._view.source(bookmark.source_id)

    def _order(self, bookmark: Bookmark) -> int:
        wall_ns = self.wall_of(bookmark)
        return _LAST if wall_ns is None else wall_ns
