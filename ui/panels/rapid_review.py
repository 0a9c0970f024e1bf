"""Rapid review: objects of different times together over one background, played from cut-outs.

It follows the question of the search. Keys work here as they do on the tiles, on the show.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from casefiles.decision_types import Verdict
from casefiles.types import TrackId
from resources.errors import UserError
from ui.messages import describe_error
from ui.models.synopsis import Opened, RapidReview
from ui.models.synopsis_words import (
    coverage_details,
    coverage_line,
    note_line,
    ratio_line,
    show_time,
    why_nothing,
)
from ui.models.wall_text import zone_of
from ui.panels.rapid_keys import show_keys
from ui.panels.rapid_menu import rapid_menu
from ui.panels.rapid_said import ShowSaid, Tone
from ui.playback.synopsis_player import SynopsisPlayer
from ui.playback.synopsis_values import Camera, ShowFrame
from ui.session import Session
from ui.theme import THEME
from ui.views.clock_legend import ClockLegend
from ui.views.synopsis_canvas import Pane, SynopsisCanvas
from ui.views.synopsis_controls import SynopsisControls, SynopsisTransport
from ui.views.synopsis_foot import NoSynopsis, SynopsisFoot
from ui.views.synopsis_marks import Mark
from video.synopsis.labels import place_key
from video.synopsis.types import Shown

_CHOOSE: Final = "Click an object first, or press the down arrow."


class RapidReviewPanel(QWidget):
    """Controls, pictures, clock legend, scrub bar, and what is shown of what was found."""

    original_wanted = Signal(object, bool)
    """An object was chosen (`Mark`): go to where it was recorded; true: and look at it there."""
    decided = Signal(object, str)
    """The selected track (`int`) is right, or wrong."""
    bookmark_wanted = Signal(object)
    """The moment of an object (`Mark`) is to be kept."""
    export_wanted = Signal()
    frame_shown = Signal(object)
    """Another moment of the show (`ShowFrame`)."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rapid-panel")
        self.setAccessibleName(self.tr("Rapid review"))
        self._session = session
        self.review = RapidReview(session, self)
        self.player = SynopsisPlayer(self)
        self._opened: Opened | None = None
        self._cameras: tuple[str, ...] = ()
        self._said = ShowSaid()
        self._chosen: tuple[int, int] | None = None
        """Unit and tube of what was chosen here last."""
        self.controls = SynopsisControls(self.review.options)
        self.canvas = SynopsisCanvas()
        self.legend = ClockLegend()
        self.transport = SynopsisTransport()
        self.foot = SynopsisFoot()
        self.nothing = NoSynopsis()
        self._keys = show_keys(
            self.player,
            walk=self._walk,
            enter=self._enter,
            decide=self._decide,
            bookmark=self._bookmark,
            labels=self.canvas.next_labels,
        )
        self._lay_out()
        self._connect()
        self._follow()

    @property
    def settled(self) -> bool:
        """Whether nothing is planned, and what was planned is shown."""
        if self.review.busy:
            return False
        opened, frame = self._opened, self.canvas.frame
        if opened is None or opened.make is None or not self.isVisible():
            return True
        return frame is not None and frame.number == self.player.number

    @property
    def current(self) -> Mark | None:
        """The selected object where it is shown now."""
        track_id = self._session.selection.track_id
        mine = [one for one in self.canvas.marks if one.shown.tube == track_id]
        # Of several pieces of a track the one that was chosen.
        mine.sort(key=lambda one: place_key(one.shown) != self._chosen)
        return mine[0] if mine else None

    def close_player(self) -> None:
        """Ends its thread."""
        self.player.close()

    # -- made of

    def _lay_out(self) -> None:
        shown = QWidget()
        rows = QVBoxLayout(shown)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.canvas, 1)
        rows.addWidget(self.legend)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 8, 4)
        whole.setSpacing(4)
        whole.addWidget(self.controls)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.transport)
        whole.addWidget(self.foot)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        review, player, session = self.review, self.player, self._session
        self.canvas.marker.text_of = self._label
        self.canvas.name_of = self._name
        self.canvas.marker.kind_of = self._said.kind
        self.canvas.marker.tone_of = self._tone
        self.canvas.sizes_wanted.connect(player.set_sizes)
        self.canvas.chosen.connect(self._choose)
        self.canvas.activated.connect(partial(self._go, look=True))
        self.canvas.menu_wanted.connect(self._open_menu)
        self.controls.options_changed.connect(review.set_options)
        self.controls.sources_changed.connect(review.set_sources)
        self.controls.export_wanted.connect(self.export_wanted)
        self.transport.play.clicked.connect(player.toggle)
        self.transport.start.clicked.connect(lambda: player.seek(0))
        self.transport.scrub.seek_wanted.connect(player.seek)
        self.nothing.prepare_wanted.connect(review.prepare)
        self.foot.prepare_wanted.connect(review.prepare)
        review.opened.connect(self._take)
        review.changed.connect(self._follow)
        player.opened.connect(self._open)
        player.frame_shown.connect(self._show_frame)
        player.state_changed.connect(self._follow_player)
        player.failed.connect(self._fail)
        session.view_changed.connect(self._learn)
        session.case_changed.connect(self._learn)
        session.selection_changed.connect(self._follow_selection)
        THEME.changed.connect(self.canvas.retell)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.player.set_active(active=True)
        self.review.set_active(active=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.set_active(active=False)
        self.review.set_active(active=False)

    # -- from plan to pictures

    def _take(self, opened: Opened | None) -> None:
        self._opened = opened
        if opened is None or opened.make is None:
            self.player.set_show(None)
            self.canvas.set_panes(())
        else:
            self.player.set_show(opened.make, opened.at_ns)
            self.transport.scrub.set_show(opened.crowd, opened.synopsis.length_ns)
        self._learn_words()
        self._follow()

    def _open(self, cameras: tuple[Camera, ...]) -> None:
        self._cameras = tuple(one.title for one in cameras)
        self.canvas.set_panes([Pane(one.title, one.size) for one in cameras])

    def _show_frame(self, frame: ShowFrame) -> None:
        self.canvas.set_frame(frame)
        self._show_time(frame.show_ns)
        opened = self._opened
        selected = self._session.selection.track_id
        shown = [
            (one, pane.part.stage.wall)
            for pane in frame.panes
            for one in sorted(pane.shown, key=lambda one: one.tube != selected)
        ]
        self.legend.set_dots(
            [
                (one.time_ns, self._said.kind(one.tube), one.tube == selected)
                for one, is_wall in shown
                if is_wall is self._said.wall
            ]
        )
        if opened is not None and shown:
            first = sorted(shown, key=lambda one: one[0].tube != selected)
            self.review.present = (
                opened.synopsis,
                tuple((TrackId(one.tube), int(one.time_ns)) for one, _ in first),
            )
        self.frame_shown.emit(frame)

    def _fail(self, error: BaseException) -> None:
        self.canvas.set_panes(())
        if isinstance(error, UserError):
            self._say_error(error)
            self._stack.setCurrentIndex(0)
        else:
            self._session.failed.emit(error)

    # -- what is said

    def _learn(self) -> None:
        """Recordings, their names or the time zone may have changed."""
        view = self._session.view
        sources = () if view is None else view.sources
        self.controls.list_sources(
            [(one.source_id, f"{view.title(one)} · {one.path.name}") for one in sources]
            if view is not None
            else []
        )
        self._learn_words()
        self.canvas.retell()
        self._follow()

    def _learn_words(self) -> None:
        view = self._session.view
        self._said.learn(self._opened, zone_of(view.zone_name if view is not None else "UTC"))
        self.legend.set_span(self._said.span, self._said.words)

    def _wall(self, column: int) -> bool:
        frame = self.canvas.frame
        return frame is None or frame.panes[column].part.stage.wall

    def _label(self, column: int, shown: Shown, short: bool) -> str:
        return self._said.label(shown, wall=self._wall(column), short=short)

    def _name(self, column: int, shown: Shown) -> str:
        return self._said.name(shown, self._cameras[column], wall=self._wall(column))

    def _tone(self, column: int, shown: Shown) -> Tone:
        return self._said.tone(shown.time_ns, wall=self._wall(column))

    def _show_time(self, show_ns: int) -> None:
        text = f"{show_time(show_ns)} / {show_time(self.player.length_ns)}"
        if self.player.rate != 1.0:
            text += f"  {self.player.rate:g}×".replace("-", "−")
        self.transport.time.setText(text)
        self.transport.scrub.set_time(show_ns, text)

    def _follow_player(self) -> None:
        self.review.set_watched(watched=self.player.playing)
        self.transport.set_playing(playing=self.player.playing, there=self.player.is_there)
        if self.player.is_there:
            self._show_time(self.player.show_ns)

    def _follow_selection(self) -> None:
        self.canvas.set_selected(self._session.selection.track_id)

    def _follow(self) -> None:
        """Says what there is, or why there is nothing."""
        opened, review = self._opened, self.review
        can_play = opened is not None and opened.make is not None
        self._stack.setCurrentIndex(1 if can_play else 0)
        self.controls.export.setEnabled(can_play)
        self.controls.more.setEnabled(can_play)
        self.transport.setVisible(can_play)
        unprepared = () if opened is None else opened.unprepared
        self.nothing.prepare.setVisible(not can_play and bool(unprepared))
        missing = can_play and bool(unprepared)
        similar = len(review.similar or ())
        note = note_line(similar, len(unprepared) if missing else 0)
        self.foot.warn(note, can_prepare=missing)
        if opened is not None and opened.make is not None:
            line = coverage_line(opened.synopsis.coverage)
            busy = review.busy or opened.synopsis.improving
            self.foot.say(
                f"{line} · {self.tr('improving…')}" if busy else line,
                coverage_details(opened.synopsis),
            )
            self.transport.ratio.setText(ratio_line(opened.synopsis))
        else:
            self.foot.say("", "")
            self._say_nothing()

    def _say_nothing(self) -> None:
        opened, review, view = self._opened, self.review, self._session.view
        if isinstance(review.problem, UserError):
            self._say_error(review.problem)
        elif opened is not None and opened.problem is not None and not opened.unprepared:
            self._say_error(opened.problem)
        else:
            self.nothing.words.say(
                *why_nothing(
                    has_footage=view is None or bool(view.sources),
                    unprepared=opened is not None and bool(opened.unprepared),
                    busy=review.busy,
                )
            )

    def _say_error(self, error: UserError) -> None:
        said = describe_error(error)
        self.nothing.words.say(said.title, said.hint, "info")

    # -- gestures

    def _choose(self, mark: Mark) -> None:
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._go(mark, look=False)

    def _go(self, mark: Mark, *, look: bool) -> None:
        self._chosen = place_key(mark.shown)
        self.player.pause()
        self.original_wanted.emit(mark, look)

    def _walk(self, step: int) -> None:
        """Selects the next object shown, from left to right."""
        marks = sorted(self.canvas.marks, key=lambda one: (one.column, one.area.left()))
        if not marks:
            return
        at = next((n for n, one in enumerate(marks) if one == self.current), None)
        chosen = (0 if step > 0 else -1) if at is None else (at + step) % len(marks)
        self._go(marks[chosen], look=False)

    def _enter(self) -> None:
        if self.current is not None:
            self._go(self.current, look=True)

    def _open_menu(self, mark: Mark | None, place: QPoint) -> None:
        """What can be done with the object, which becomes the selected one, and with all."""
        if mark is not None:
            self._choose(mark)
        rapid_menu(
            self,
            enter=self._enter,
            decide=self._decide,
            bookmark=self._bookmark,
            has_object=mark is not None or self.current is not None,
            more=self.controls.more_menu.actions(),
        ).popup(place)

    def _decide(self, verdict: Verdict) -> None:
        track_id = self._session.selection.track_id
        if track_id is not None and track_id in self._said.rows:
            self.decided.emit(track_id, verdict)
        else:
            self._session.notice.emit(self.tr(_CHOOSE))

    def _bookmark(self) -> None:
        if self.current is not None:
            self.bookmark_wanted.emit(self.current)
        else:
            self._session.notice.emit(self.tr(_CHOOSE))

    def _key(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key does on the show."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._keys.get((Qt.Key(event.key()), held))

    def event(self, event: QEvent) -> bool:
        # Here these keys mean the show, not the tiles: no shortcut of the window may take them.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._key(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What a slider, a field or a button does not use itself comes here.
        call = self._key(event)
        if call is None:
            super().keyPressEvent(event)
        else:
            call()
