"""Stretches in which something moved, as rows."""

from PySide6.QtCore import QObject

from casefiles.usecases.motion_scope import MotionSpan
from casefiles.view_types import CaseView
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment
from video.clock import NS_PER_S, format_media


class MotionModel(TableModel[MotionSpan]):
    """Spans by time, with the recording and how much of the zone moved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._view: CaseView | None = None
        self.columns = (
            Column(self.tr("From"), self.begins, self._order, tip=self.in_the_recording),
            Column(self.tr("Lasts"), self.lasts, lambda span: span.length_ns),
            Column(self.tr("Where"), self.place_of, lambda span: self.place_of(span).casefold()),
            Column(self.tr("Of the zone"), self.share, lambda span: span.share),
        )

    def set_spans(self, spans: tuple[MotionSpan, ...], view: CaseView | None) -> None:
        """Shows these spans."""
        self._view = view
        self.set_rows(spans)

    def begins(self, span: MotionSpan) -> str:
        """The wall time, or that of the recording where nobody knows it."""
        if self._view is None or span.from_wall_ns is None:
            return format_media(span.from_ns)
        return moment(span.from_wall_ns, self._view.zone_name)

    def lasts(self, span: MotionSpan) -> str:
        """How long; marked where the ends are those of key frames."""
        text = self.tr("{0} s").format(f"{span.length_ns / NS_PER_S:.1f}")
        return text if span.exact else self.tr("about {0}").format(text)

    def place_of(self, span: MotionSpan) -> str:
        """Which recording."""
        source = None if self._view is None else self._view.source(span.source_id)
        if self._view is None or source is None:
            return str(span.source_id)
        return self._view.title(source)

    def share(self, span: MotionSpan) -> str:
        """How much of the zone moved at most."""
        return self.tr("{0} %").format(f"{100 * span.share:.1f}")

    def in_the_recording(self, span: MotionSpan) -> str:
        """The same in the recording's own time."""
        ends = f"{format_media(span.from_ns)} – {format_media(span.to_ns)}"
        return self.tr("{0} of the recording").format(ends)

    def _order(self, span: MotionSpan) -> tuple[bool, int]:
        unknown = span.from_wall_ns is None
        return (unknown, span.from_ns if span.from_wall_ns is None else span.from_wall_ns)
