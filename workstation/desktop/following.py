"""Following a subject from the window: its commands, and who hears whom."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid

from casefiles.decision_types import Verdict
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.subject_types import (
    NEW_SUBJECT,
    AddSubject,
    ChangeSubject,
    RemoveSubject,
    Sighting,
    Subject,
    SubjectKind,
)
from casefiles.types import Source, TrackId, TrackRow
from casefiles.usecases.roads import Roads
from casefiles.usecases.sightings import whole_tracks
from mapview.read_roads import read_roads
from mapview.tile_streets import KeptTiles
from ui.dialogs.missing_person import MissingPersonDialog
from ui.panels.follow import FollowPanel
from ui.panels.place_pick import PlacePick
from ui.session import Selection
from video.types import TimeNs
from workstation.desktop.subject_words import with_words_checked

if TYPE_CHECKING:  # the desktop makes this desk
    from workstation.desktop.desktop import Desktop

_ROUND_NS: Final = 1_000_000_000
"""A candidate is played from so long before it comes to so long after it has gone."""
_OF_A_HIT: Final = (
    "follow.new", "follow.this", "follow.not-this", "find.similar", "find.right", "find.wrong",
    "bookmark.add",
)  # fmt: skip


class FollowDesk(QObject):
    """Owns the commands of the menu Follow that are about the subject and its candidates."""

    def __init__(self, desk: "Desktop", panel: FollowPanel) -> None:
        super().__init__(desk)
        self._desk = desk
        self._session = desk.session
        self.panel = panel
        self.following = panel.following
        self._tiles = KeptTiles()
        self.following.read_ways = self._read_ways
        self._awaited: set[int] | None = None
        """Subjects there were before one was added: the other one is to be followed."""
        self._works_here = False
        self._compares = False
        """The confirmed one is in the tile, not the candidate."""
        self._looping: tuple[int, int] | None = None
        bind = desk.actions.bind
        for name, act in (
            ("new", self.follow_selected), ("missing", self.ask_missing), ("choose", self.show),
            ("change", self.ask_change), ("remove", self.remove),
            ("this", partial(self.say_selected, "right")),
            ("not-this", partial(self.say_selected, "wrong")),
            ("next", lambda: self.following.step(1)),
            ("previous", lambda: self.following.step(-1)), ("compare", self.compare),
            ("absent", self.note_absent), ("again", self.go_on), ("look", self.look_next),
            ("analyse", self.analyse), ("play", self._play_or_not), ("gate", self._show_all),
        ):  # fmt: skip
            bind(f"follow.{name}", act)
        desk.actions["follow.play"].setChecked(True)
        desk.reviewing.takes_decision = self._decide
        self.following.changed.connect(self._tell_actions)
        self.following.current_changed.connect(self._show_current)
        self._session.view_changed.connect(self._follow_new)
        panel.look_wanted.connect(self._look)
        panel.stop_wanted.connect(self._go_stop)
        panel.analyse_wanted.connect(self.analyse)
        self._add_menus()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._note_keyboard)

    # -- the subject

    def show(self) -> None:
        """The panel, with the keyboard in it."""
        self._desk.window.show_dock("follow")
        self.panel.take_keyboard()
        self._works_here = True

    def follow_selected(self) -> None:
        """A new subject, of which the selected track is the first sighting."""
        track_id = self._session.selection.track_id
        if track_id is None:
            return
        name = self._free_name()

        def add(found: tuple[tuple[TrackId, ...], SubjectKind | None]) -> None:
            said = (Sighting(NEW_SUBJECT, found[0][0], "confirmed"),)
            self._add(Subject(name, found[1] or "person"), said)

        self._session.ask(partial(whole_tracks, track_ids=[track_id]), add, key="follow-new")

    def ask_missing(self) -> None:
        """The form for a missing person."""
        view = self._session.view
        if view is not None:
            title = self.tr("Missing person")
            self._open(MissingPersonDialog(title, view.zone_name, self._desk.window), self._add)

    def ask_change(self) -> None:
        """The same form with what is known of the subject."""
        view, subject = self._session.view, self.following.subject
        if view is None or subject is None:
            return
        title = self.tr("Change the subject")
        self._open(
            MissingPersonDialog(title, view.zone_name, self._desk.window, subject),
            lambda said: self._session.do(self.tr("changing a subject"), ChangeSubject(said)),
        )

    def remove(self) -> None:
        """Takes the subject away; can be undone."""
        subject = self.following.subject
        if subject is not None:
            self._session.do(self.tr("removing a subject"), RemoveSubject(subject.subject_id))

    def _open(self, dialog: MissingPersonDialog, then: Callable[[Subject], None]) -> None:
        dialog.wanted.connect(with_words_checked(self._session, then))
        dialog.place_wanted.connect(partial(self._pick_place, dialog))
        dialog.open()

    def _pick_place(self, dialog: MissingPersonDialog) -> None:
        """Puts the dialog aside until a place was clicked on the map."""

        def take(place: GeoPoint | None) -> None:
            if not isValid(dialog):
                return
            if place is not None:
                dialog.set_place(place)
            # After the click or key, which would take the keyboard to the map again.
            QTimer.singleShot(0, dialog, partial(_show_again, dialog))

        dialog.hide()
        self._desk.window.show_dock("map")
        hint = self.tr("Click where the person was last seen; Enter takes the middle, Esc gives up")
        PlacePick(self._desk.map.map, hint, take).start()

    def _free_name(self) -> str:
        taken = {one.name.casefold() for one in self.following.subjects}
        number = len(taken) + 1
        while self.tr("Subject {0}").format(number).casefold() in taken:
            number += 1
        return self.tr("Subject {0}").format(number)

    def _add(self, subject: Subject, sightings: tuple[Sighting, ...] = ()) -> None:
        self._awaited = {int(one.subject_id) for one in self.following.subjects}
        self._session.do(self.tr("new subject"), AddSubject(subject, sightings))
        self.show()

    def _follow_new(self) -> None:
        if self._awaited is None:
            return
        for one in self.following.subjects:
            if int(one.subject_id) not in self._awaited:
                self._awaited = None
                self.following.follow(one.subject_id)
                self.panel.take_keyboard()
                return

    def _read_ways(
        self, then: Callable[[Roads], None], failed: Callable[[BaseException], None]
    ) -> None:
        """With tiles a job that can be watched and cancelled; drawn streets are there at once."""
        session, kept = self._session, self._tiles
        case, view = session.case, session.view
        if case is None or view is None:
            return
        if not any(one.kind == "tiles" for one in view.layers):
            session.ask(
                lambda it: finish(read_roads(it, kept=kept)), then, key="roads", failed=failed
            )
            return
        session.jobs.start(
            self.tr("Streets of the map"),
            lambda: read_roads(case, kept=kept),
            on_done=lambda found: then(found) if session.case is case else None,
            on_failed=lambda error: failed(error) if session.case is case else None,
        )

    # -- what is said of it

    def say_selected(self, verdict: Verdict) -> None:
        """The selected track is the subject, or is not."""
        track_id = self._session.selection.track_id
        if track_id is None or self.following.subject is None:
            self._session.notice.emit(self.tr("Choose a subject first, or press T for a new one."))
            return
        self.following.say(track_id, "confirmed" if verdict == "right" else "rejected")

    def note_absent(self) -> None:
        """Not on the current candidate's camera: in the marked span, else in its window."""
        one, answer = self.following.current, self.following.answer
        chosen = self._session.selection.camera_id if one is None else one.camera_id
        if chosen is None or answer is None:
            self._session.notice.emit(self.tr("Go to a candidate on the camera that is meant."))
            return
        there = next((it for it in answer.cameras if it.camera_id == chosen), None)
        span = self._desk.timeline.span
        if span is None and there is not None and there.windows:
            span = (there.windows[0].from_ns, there.windows[0].to_ns)
        if span is None:
            self._session.notice.emit(self.tr("Mark the span that was looked at with [ and ]."))
            return
        self.following.say_absent(chosen, *span)

    def go_on(self) -> None:
        """From the selected sighting, or from the last one again."""
        track_id = self._session.selection.track_id
        if self.following.from_track is not None:
            self.following.go_on_from(None)
        elif track_id in self.following.confirmed:
            self.following.go_on_from(track_id)
        else:
            self._session.notice.emit(self.tr("Choose a confirmed sighting to go on from."))

    def _decide(self, verdict: Verdict) -> bool:
        """Y and N are for the candidate where the panel was worked in last."""
        here = self._works_here and self.panel.isVisible()
        if self.following.current is None:
            # Another key pressed before the next candidate is there means nobody.
            return here and self.following.busy
        if not here and self._session.hits is not None:
            return False
        self.following.decide("confirmed" if verdict == "right" else "rejected")
        return True

    def _note_keyboard(self, _before: QWidget | None, now: QWidget | None) -> None:
        # The application outlives a window.
        if now is None or not isValid(self.panel):
            return
        if self.panel.isAncestorOf(now) or now is self.panel:
            self._works_here = True
        elif self._desk.results.isAncestorOf(now):
            self._works_here = False

    def _tell_actions(self) -> None:
        self._desk.actions.set_following(
            subject=self.following.subject is not None,
            candidate=self.following.current is not None,
        )

    # -- where to look

    def look_next(self) -> None:
        """To the likeliest camera, at its likeliest time."""
        forecast = self.following.forecast
        looks = () if forecast is None else forecast.looks
        if looks:
            self._look(looks[0].camera_id, looks[0].window.likely_ns)
        else:
            self._session.notice.emit(self.tr("Nothing is known of where it may be next."))

    def analyse(self) -> None:
        """Analyses what lies in the windows, nearest first."""
        answer = self.following.answer
        wanted = () if answer is None else answer.to_analyse
        if wanted:
            self._desk.footage.analyse(list(dict.fromkeys(one.source_id for one in wanted)))
        else:
            self._session.notice.emit(self.tr("All footage it may be on is analysed."))

    def compare(self) -> None:
        """The confirmed sighting next to the candidate into the tile; once more: back."""
        one = self.following.current
        if one is None or self._compares:
            self._compares = False
            self._go_current()
            return
        confirmed = self.following.confirmed
        near = one.neighbour if one.neighbour in confirmed else None
        if near is None and not confirmed:
            self._session.notice.emit(self.tr("Nothing is confirmed yet to compare with."))
            return
        self._compares = True
        self._go_stop(confirmed[-1] if near is None else near)

    def _play_or_not(self) -> None:
        if self._desk.is_checked("follow.play"):
            self._go_current()
        else:
            self._loop(None)
            self._desk.playback.pause()

    def _show_current(self) -> None:
        self._tell_actions()
        self._compares = False
        if self.following.current is None:
            self._loop(None)
        # Who watches the journey is not taken along by what comes to be proposed meanwhile.
        elif self._desk.is_checked("follow.play") and not self._desk.is_checked("follow.journey"):
            self._go_current()

    def _go_current(self) -> None:
        one = self.following.current
        if one is not None:
            self._play(one.track)

    def _go_stop(self, track_id: TrackId) -> None:
        journey = self.following.journey
        stops = () if journey is None else journey.stops
        found = next((one.track for one in stops if one.track.track_id == track_id), None)
        if found is not None:
            self._play(found)

    def _play(self, track: TrackRow) -> None:
        """Selects it and plays it again and again, unless a span of the person's is played."""
        view = self._session.view
        source = None if view is None else view.source(track.source_id)
        if view is None or source is None:
            return
        self._session.select(Selection(source_id=track.source_id, track_id=track.track_id))
        clock = view.clock_of(source)
        start, end = (clock.to_wall_ns(one) for one in (track.from_ns, track.to_ns))
        self._session.go_to(start)
        if self._desk.is_checked("follow.play") and not self._desk.is_checked("span.loop"):
            self._loop((start - _ROUND_NS, end + _ROUND_NS))
            self._desk.playback.play()

    def _loop(self, span: tuple[int, int] | None) -> None:
        """Sets the loop of the player, or ends it where it is still ours."""
        playback = self._desk.playback
        if span is not None or (self._looping is not None and playback.loop == self._looping):
            playback.set_loop(span)
        self._looping = span

    def _look(self, camera_id: object, wall_ns: int) -> None:
        view = self._session.view
        camera = None if view is None else view.camera(str(camera_id))
        if camera is None or view is None:
            return
        self._loop(None)
        self._session.go_to(wall_ns)
        there = [
            one.source_id
            for one in view.sources
            if one.camera_id == camera.camera_id and _holds(one, wall_ns)
        ]
        self._session.select(Selection(next(iter(there), None), camera.camera_id))

    def _show_all(self) -> None:
        self.following.set_shows_impossible(on=self._desk.is_checked("follow.gate"))

    # -- menus of what is selected elsewhere

    def _add_menus(self) -> None:
        views = self._desk.results.views
        for view in (views.cards, views.table):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._hit_menu, view.viewport()))
        timeline = self._desk.timeline.timeline
        timeline.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        timeline.customContextMenuRequested.connect(self._timeline_menu)

    def _hit_menu(self, over: QWidget, at: QPoint) -> None:
        menu = QMenu(self._desk.window)
        menu.setObjectName("hit-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _OF_A_HIT:
            menu.addAction(self._desk.actions[name])
        menu.popup(over.mapToGlobal(at))

    def _timeline_menu(self, at: QPoint) -> None:
        timeline = self._desk.timeline.timeline
        hit = timeline.surroundings().target(QPointF(at)).hit
        if hit is not None:
            timeline.hit_clicked.emit(hit)
        self._hit_menu(timeline, at)


def _show_again(dialog: MissingPersonDialog) -> None:
    dialog.open()
    dialog.activateWindow()
    dialog.radius.setFocus(Qt.FocusReason.OtherFocusReason)


def _holds(source: Source, wall_ns: int) -> bool:
    """Whether a recording was running at a true time; not where its time is not known."""
    if source.clock is None:
        return False
    start, end = (source.clock.to_wall_ns(TimeNs(at)) for at in (0, source.duration_ns))
    return start <= wall_ns <= end
