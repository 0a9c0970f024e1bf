"""Plays a journey: the right camera at the right time, what nobody saw is skipped and told."""

from PySide6.QtCore import QObject, Qt, Signal

from ui.models.journey_plan import JourneyPlan, Piece
from ui.playback import Playback
from ui.session import Selection, Session
from ui.views.timeline_overlay import length_text
from video.clock import NS_PER_S

_TOLD_FROM_NS = NS_PER_S


class JourneyPlayer(QObject):
    """Plays one piece after the other; ends when somebody goes elsewhere."""

    changed = Signal(object)
    """The number of the stop that is shown now (`int`), or None: the journey is not played."""
    told = Signal(str)
    """What is skipped, or why nothing plays."""

    def __init__(self, session: Session, playback: Playback, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._playback = session, playback
        self._plan = JourneyPlan()
        self._place: int | None = None
        self._going = False
        # In a turn of their own: what they set off may open other recordings.
        later = Qt.ConnectionType.QueuedConnection
        playback.time_changed.connect(self._follow, later)
        playback.state_changed.connect(self._follow, later)
        session.seek_wanted.connect(self._hear_seek)
        session.case_changed.connect(lambda: self.set_plan(JourneyPlan()))

    @property
    def piece(self) -> Piece | None:
        """What is played now; None where the journey is not played."""
        return None if self._place is None else self._plan.pieces[self._place]

    def set_plan(self, plan: JourneyPlan) -> None:
        """Another journey; the one that is played goes on where it is in the new one too."""
        if plan == self._plan:
            return
        before, self._plan = self.piece, plan
        same = [
            n for n, one in enumerate(plan.pieces) if before and one.track_id == before.track_id
        ]
        self._set_place(same[0] if same else None)

    def start(self) -> None:
        """From the stop at the playhead, else the next one, else the first."""
        plan, now = self._plan, self._session.playhead_ns
        if not plan.pieces:
            self.told.emit(self.tr("Nothing to play yet: confirm a sighting whose time is known."))
            return
        place = plan.at(now)
        here = place is not None and now < plan.pieces[place].to_ns
        if not here:
            place = plan.after(now)
        said = ""
        if plan.untimed:
            said = self.tr("Left out, because nobody knows when they were: {0}").format(
                ", ".join(dict.fromkeys(plan.untimed))
            )
        self._enter(place or 0, go=not here, said=said)

    def stop(self) -> None:
        """Plays no journey any more; the player stays where it is."""
        self._set_place(None)

    def toggle(self) -> None:
        """Starts, or stops and pauses."""
        if self._place is None:
            self.start()
        else:
            self.stop()
            self._playback.pause()

    def step(self, by: int) -> None:
        """To the next (or previous) stop, whether the journey is played or not."""
        plan, now = self._plan, self._session.playhead_ns
        if not plan.pieces:
            self.told.emit(self.tr("No confirmed sighting has a known time yet."))
            return
        here = self._place if self._place is not None else plan.at(now)
        if here is not None:
            place: int | None = here + by if 0 <= here + by < len(plan.pieces) else None
        else:
            place = plan.after(now) if by > 0 else plan.before(now)
        if place is None:
            self.told.emit(
                self.tr("This is the last stop.") if by > 0 else self.tr("This is the first stop.")
            )
        elif self._place is not None:
            self._enter(place, go=True)
        else:
            self._go(plan.pieces[place])

    def go_to(self, number: int) -> None:
        """Shows a stop by its number; the player plays or stands as before."""
        found = [n for n, one in enumerate(self._plan.pieces) if one.number == number]
        if found:
            self._go(self._plan.pieces[found[0]])
            if self._place is not None:
                self._set_place(found[0])

    def _enter(self, place: int, *, go: bool, said: str = "") -> None:
        piece = self._plan.pieces[place]
        self._set_place(place)
        self._go(piece, seek=go)
        if self._playback.rate < 0:
            self._playback.set_rate(-self._playback.rate)
        self._playback.play()
        if said:
            self.told.emit(said)

    def _go(self, piece: Piece, *, seek: bool = True) -> None:
        self._going = True
        self._session.select(Selection(source_id=piece.source_id, track_id=piece.track_id))
        if seek:
            self._session.go_to(piece.from_ns)
        self._going = False

    def _follow(self, _: object = None) -> None:
        piece, place = self.piece, self._place
        if piece is None or place is None:
            return
        playback = self._playback
        now = playback.wall_ns
        # Footage may end with the last frame of the stop: then the player stands there.
        ends = not playback.playing and now >= min(piece.to_ns, playback.span[1])
        if now < piece.from_ns:
            self.stop()
        elif now >= piece.to_ns or ends:
            self._next(place)

    def _next(self, place: int) -> None:
        if place + 1 >= len(self._plan.pieces):
            self.stop()
            self._playback.pause()
            self.told.emit(self.tr("The journey ends here."))
            return
        piece = self._plan.pieces[place + 1]
        said = ""
        if piece.skipped_ns >= _TOLD_FROM_NS:
            said = self.tr("{0} skipped, nobody saw it: stop {1}, {2}").format(
                length_text(piece.skipped_ns), piece.number, piece.camera
            )
        self._enter(place + 1, go=True, said=said)

    def _hear_seek(self, wall_ns: int) -> None:
        piece = self.piece
        if piece is not None and not self._going and not piece.from_ns <= wall_ns <= piece.to_ns:
            self.stop()

    def _set_place(self, place: int | None) -> None:
        if place != self._place:
            self._place = place
            piece = self.piece
            self.changed.emit(None if piece is None else piece.number)
