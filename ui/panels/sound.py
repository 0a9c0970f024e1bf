"""The sound of the focused recording: heard or mute, and how loud it is over time."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from casefiles.types import SourceId
from casefiles.usecases.read_loudness import read_loudness
from ui.icons import icon
from ui.playback.sound import Sound
from ui.session import Session
from ui.theme import THEME, text_font
from ui.views.sound_lane import SoundLane
from ui.views.timeline_overlay import LABEL_PX
from video.clock import ClockOffset
from video.sound import Loudness


class SoundPanel(QWidget):
    """Shown while the focused recording has sound; takes its place on the time of the timeline."""

    seek_wanted = Signal(object)
    """The lane was clicked at a wall time."""

    def __init__(self, session: Session, sound: Sound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sound-panel")
        self.setAccessibleName(self.tr("Sound"))
        self._session = session
        self._sound = sound
        self._focused: SourceId | None = None
        self._known: dict[SourceId, Loudness | None] = {}
        self.button = QToolButton()
        self.button.setObjectName("sound-toggle")
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setMinimumSize(28, 28)
        self.button.setIconSize(QSize(16, 16))
        self.title = QLabel()
        self.title.setObjectName("sound-title")
        self.title.setFont(text_font(11))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.lane = SoundLane()
        self._head = QWidget()
        self._head.setFixedWidth(LABEL_PX)
        inside = QHBoxLayout(self._head)
        inside.setContentsMargins(8, 0, 4, 0)
        inside.setSpacing(4)
        inside.addWidget(self.button)
        inside.addWidget(self.title, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._head)
        row.addWidget(self.lane, 1)
        self.hide()
        self.button.clicked.connect(self.toggle)
        self.lane.seek_wanted.connect(self.seek_wanted)
        sound.changed.connect(self._follow)
        session.case_changed.connect(self._forget)
        session.view_changed.connect(self._follow)
        session.playhead_changed.connect(self.lane.set_playhead)
        THEME.changed.connect(self._follow)

    def set_focused(self, source_id: int) -> None:
        """The recording of the focused tile."""
        self._focused = SourceId(source_id)
        self._follow()

    def set_head_width(self, pixels: int) -> None:
        """As wide as the labels of the timeline, so that both show a moment at the same place."""
        if pixels > 0:
            self._head.setFixedWidth(pixels)

    def toggle(self) -> None:
        """Lets the focused recording be heard, or mutes it."""
        if self._focused is not None:
            self._sound.toggle(self._focused)
        self._follow()

    def _forget(self) -> None:
        self._focused, self._known = None, {}
        self._follow()

    def _follow(self) -> None:
        view, focused = self._session.view, self._focused
        source = None if view is None or focused is None else view.source(focused)
        if view is None or source is None or not self._sound.has_sound(source.source_id):
            self.hide()
            return
        heard = self._sound.is_on(source.source_id)
        words = self.tr("Mute") if heard else self.tr("Hear it")
        self.button.setChecked(heard)
        self.button.setIcon(icon("sound-on" if heard else "sound-off"))
        self.button.setToolTip(self.tr("{0} (U)").format(words))
        self.button.setAccessibleName(self.tr("{0}: {1}").format(words, view.title(source)))
        self.title.setText(self.tr("Sound"))
        self.title.setToolTip(view.title(source))
        self.lane.set_loudness(
            self._known.get(source.source_id), view.clock_of(source), self._note(source.source_id)
        )
        self.show()
        if source.source_id not in self._known:
            self._measure(source.source_id, view.clock_of(source))

    def _note(self, source_id: SourceId) -> str:
        return self.tr("reading the sound …") if self._known.get(source_id) is None else ""

    def _measure(self, source_id: SourceId, clock: ClockOffset) -> None:
        self._known[source_id] = None
        self._session.run(
            self.tr("Draw the sound of recording {0}").format(source_id),
            lambda case: read_loudness(case, source_id),
            on_done=lambda found: self._take(source_id, found),
        )
        self.lane.set_loudness(None, clock, self._note(source_id))

    def _take(self, source_id: SourceId, found: Loudness) -> None:
        self._known[source_id] = found
        self._follow()
