"""What is written at the objects of a show, and the colour of the time at each."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from typing import Final

from casefiles.types import TrackId, TrackRow
from ui.models.synopsis import Opened
from ui.models.synopsis_words import object_line
from ui.views.overlay import Kind
from ui.views.track_shapes import kind_of
from video.synopsis.labels import Words, words_for
from video.synopsis.legend import time_colour
from video.synopsis.types import Shown

Tone = tuple[int, int, int]
"""Red, green, blue."""
_TONES: Final = 48
"""So many different ones: more are not told apart, and each makes pictures of labels of its own."""
_DATE: Final = len("2026-")
"""What small pictures leave out of a date."""


class ShowSaid:
    """Knows the times of a show, by the zone of the case, and the rows of its tracks."""

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None
        """The first and the last recorded time: in wall time, else (`wall` is false) in media
        time; None for no show."""
        self.wall = True
        self.rows: Mapping[TrackId, TrackRow] = {}
        self._spans: dict[bool, tuple[int, int] | None] = {True: None, False: None}
        self._words = {True: Words(wall=True), False: Words(wall=False)}

    def learn(self, opened: Opened | None, zone: tzinfo) -> None:
        """Another show, or another zone."""
        self.rows = {} if opened is None else opened.rows
        spans = (None, None) if opened is None else (opened.wall_span, opened.media_span)
        for wall, span in zip((True, False), spans, strict=True):
            first, last = span or (0, 0)
            self._spans[wall] = span
            self._words[wall] = words_for(zone, first, last, wall=wall)
        self.wall = spans[0] is not None
        self.span = self._spans[self.wall]

    @property
    def words(self) -> Words:
        """How the times of `span` are written."""
        return self._words[self.wall]

    def label(self, shown: Shown, *, wall: bool, short: bool) -> str:
        """The recorded time; without the year of a date where it has to be `short`."""
        words = self._words[wall]
        text = words.label(shown)
        return text[_DATE:] if short and words.with_date else text

    def name(self, shown: Shown, camera: str, *, wall: bool) -> str:
        """What an object is, where and when."""
        when = self._words[wall].time(shown.time_ns)
        return object_line(self.rows.get(TrackId(shown.tube)), shown, camera, when)

    def kind(self, track_id: int) -> Kind:
        """Which group of classes a track is of."""
        row = self.rows.get(TrackId(track_id))
        return "other" if row is None else kind_of(row.class_id)

    def tone(self, time_ns: int, *, wall: bool) -> Tone:
        """The colour of a recorded time between the first and the last, as in an export."""
        first, last = self._spans[wall] or (0, 0)
        share = (time_ns - first) / max(last - first, 1)
        return _tone(min(max(round(share * _TONES), 0), _TONES))


@cache
def _tone(step: int) -> Tone:
    blue, green, red = time_colour(step, (0, _TONES))
    return red, green, blue
