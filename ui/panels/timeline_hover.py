"""A small picture of the footage on which the pointer rests, in the timeline's tip.

It is the keyframe before, which is quick to decode; its own time stands below it.
"""

import base64
import html
from collections import OrderedDict
from functools import partial
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolTip

from casefiles.case import Case
from casefiles.types import Source, SourceId
from casefiles.usecases.peek_picture import peek_picture
from casefiles.view_types import CaseView, Lane
from ui.models.wall_text import camera_moment, moment
from ui.session import Session
from ui.views.timeline import Timeline
from video.clock import NS_PER_S
from video.types import TimeNs

_WIDTH_PX: Final = 220
_MOST_BYTES: Final = 8_000_000
_STEP_NS: Final = NS_PER_S // 4
"""Moments closer than this ask for one picture."""

_Key = tuple[SourceId, int]
_Seen = tuple[str, TimeNs] | None
"""PNG as base64 and the media time of the picture; None where nothing may be decoded."""


class TimelineHover(QObject):
    """Adds pictures to the tips of a timeline; decodes on a reader thread, the newest wish only."""

    def __init__(self, session: Session, timeline: Timeline) -> None:
        super().__init__(timeline)
        self._session, self._timeline = session, timeline
        self._kept: OrderedDict[_Key, _Seen] = OrderedDict()
        self._bytes = 0
        self.shown = ""
        """The tip shown last, as rich text."""
        timeline.rested.connect(self._rest)

    @property
    def kept_bytes(self) -> int:
        """What the pictures at hand take."""
        return self._bytes

    def forget(self) -> None:
        """Drops all pictures: another case."""
        self._kept.clear()
        self._bytes = 0

    def _rest(self, lane: Lane, wall_ns: int, text: str, place: QPoint) -> None:
        view = self._session.view
        source = None if view is None else _source_at(view, lane, wall_ns)
        if view is None or source is None:
            return
        time_ns = view.clock_of(source).to_media(wall_ns)
        key = (source.source_id, time_ns // _STEP_NS)
        show = partial(self._show, view, source, text, place)
        if key in self._kept:
            self._kept.move_to_end(key)
            show(self._kept[key])
            return

        def take(seen: _Seen) -> None:
            self._keep(key, seen)
            if self._timeline.is_resting:
                show(seen)

        self._session.ask(
            partial(_peek, source_id=source.source_id, time_ns=time_ns), take,
            key="timeline-hover", failed=lambda _: None,
        )  # fmt: skip

    def _keep(self, key: _Key, seen: _Seen) -> None:
        before = self._kept.pop(key, None)
        self._bytes += _size(seen) - _size(before)
        self._kept[key] = seen
        while self._bytes > _MOST_BYTES:
            self._bytes -= _size(self._kept.popitem(last=False)[1])

    def _show(self, view: CaseView, source: Source, text: str, place: QPoint, seen: _Seen) -> None:
        if seen is None:
            return
        picture, time_ns = seen
        wall_ns = view.clock_of(source).to_wall_ns(time_ns)
        told = [self.tr("picture of {0}").format(moment(wall_ns, view.zone_name))]
        shown = camera_moment(wall_ns, source, view.zone_name)
        if shown is not None:
            told.append(self.tr("camera {0}").format(shown))
        lines = [html.escape(line) for line in (*told, *text.split("\n"))]
        self.shown = (
            f'<p style="white-space:pre"><img src="data:image/png;base64,{picture}"/><br/>'
            f"{'<br/>'.join(lines)}</p>"
        )
        QToolTip.showText(place, self.shown, self._timeline)


def _source_at(view: CaseView, lane: Lane, wall_ns: int) -> Source | None:
    """The recording of a lane that has footage at a moment."""
    for source_id in lane.sources:
        source = view.source(source_id)
        if source is None:
            continue
        time_ns = view.clock_of(source).to_media(wall_ns)
        missing = any(start < time_ns < end for start, end in source.gaps)
        if 0 <= time_ns <= source.duration_ns and not missing:
            return source
    return None


def _peek(case: Case, *, source_id: SourceId, time_ns: TimeNs) -> _Seen:
    peek = peek_picture(case, source_id, time_ns, width=_WIDTH_PX)
    if peek is None:
        return None
    height, width, _ = peek.picture.shape
    image = QImage(peek.picture.data, width, height, 3 * width, QImage.Format.Format_BGR888)
    small = image.scaledToWidth(_WIDTH_PX, Qt.TransformationMode.SmoothTransformation)
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    small.save(kept, "PNG")  # type: ignore[call-overload]  # the stub knows only paths
    return base64.b64encode(bytes(kept.data().data())).decode(), peek.time_ns


def _size(seen: _Seen) -> int:
    return 0 if seen is None else len(seen[0])
