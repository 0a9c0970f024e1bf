"""Hearing: which recordings are heard, their lane under the timeline, and the keys for it."""

from PySide6.QtCore import QObject

from ui.panels.sound import SoundPanel
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.playback import Playback
from ui.playback.sound import Sound
from ui.session import Session


class SoundDesk(QObject):
    """Joins player, timeline and speaker; `close` must be called before it goes."""

    def __init__(
        self,
        session: Session,
        playback: Playback,
        tiles: TilesPanel,
        timeline: TimelinePanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._playback = playback
        self._tiles = tiles
        self._timeline = timeline.timeline
        self.sound = Sound(lambda: playback.clock, self)
        self.panel = SoundPanel(session, self.sound)
        playback.state_changed.connect(self._follow)
        tiles.focused_changed.connect(self.panel.set_focused)
        self._timeline.range_changed.connect(self._show_range)
        self.panel.seek_wanted.connect(session.go_to)
        self.sound.failed.connect(session.failed)
        self.sound.changed.connect(self._mark_tiles)

    def toggle(self) -> None:
        """Lets the focused recording be heard, or mutes it."""
        source_id = self._tiles.focused_source()
        if source_id is None:
            return
        if self.sound.has_sound(source_id):
            self.sound.toggle(source_id)
        else:
            self._session.notice.emit(self.tr("This recording has no sound."))

    def close(self) -> None:
        """Ends the sound."""
        self.sound.close()

    def _follow(self) -> None:
        """Another set of recordings is open, or the clock was started, stopped or turned."""
        self.sound.open(self._playback.sources)
        self.sound.follow()

    def _mark_tiles(self) -> None:
        for source_id in self._tiles.shown:
            tile = self._tiles.tile(source_id)
            if tile is not None:
                tile.set_sound(
                    has_sound=self.sound.has_sound(source_id), heard=self.sound.is_on(source_id)
                )

    def _show_range(self, from_ns: object, to_ns: object) -> None:
        if isinstance(from_ns, int) and isinstance(to_ns, int):
            self.panel.set_head_width(self._timeline.drawn_layout.label_px)
            self.panel.lane.show_range(from_ns, to_ns)
