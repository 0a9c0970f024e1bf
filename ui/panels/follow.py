"""Follow: the subject beside the candidate that is looked at, why, and where to look next."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from casefiles.subject_types import SubjectId
from casefiles.types import TrackId
from casefiles.usecases.follow_types import Candidate, FollowAnswer
from casefiles.usecases.sureness import sureness
from ui.models.following import Following
from ui.models.wall_text import clock_time
from ui.session import Session
from ui.theme import set_property
from ui.views.empty import EmptyState
from ui.views.follow_rows import KEY, FollowRows
from ui.views.still import Still
from ui.views.thumbnail import Thumbnails
from ui.views.why_bars import WhyBars
from ui.views.words import Words

_STRIP: Final = 12
_MINE: Final = 8
_CARD_PX: Final = 96


class FollowPanel(QWidget):
    """Shows a `Following`; Y and N are commands of the window."""

    look_wanted = Signal(str, object)
    """A camera (id) and a true time (`int`) to look at."""
    stop_wanted = Signal(object)
    """The track of a confirmed sighting to go to."""
    analyse_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("follow-panel")
        self.setAccessibleName(self.tr("Follow"))
        self._session = session
        self.following = Following(session, self)
        self.pictures = Thumbnails(session, self)
        self._mine_wanted: TrackId | None = None
        """The confirmed one that was clicked; None: the one nearest to the candidate."""
        self._build()
        self.following.changed.connect(self._show)
        self.following.current_changed.connect(self._show_current)
        self.following.where_changed.connect(self._show)
        self.pictures.arrived.connect(self._show_pictures)
        self._show()

    @property
    def settled(self) -> bool:
        """Whether every picture and every answer asked for is here."""
        return self.following.settled and self.pictures.settled

    def take_keyboard(self) -> None:
        """Puts the keyboard onto the strip of candidates, or the choice of the subject."""
        there: QWidget = self
        if self.strip.isVisibleTo(self):
            there = self.strip
        elif self.following.subject is None and self.choice.isVisibleTo(self):
            there = self.choice
        there.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.choice = QComboBox()
        self.choice.setObjectName("follow-subject")
        self.choice.setAccessibleName(self.tr("Subject"))
        self.choice.activated.connect(self._choose)
        self.state = QLabel()
        set_property(self.state, "dim", True)
        self.empty = EmptyState()
        self.mine, self.theirs = Still(), Still()
        self.mine.setAccessibleName(self.tr("Confirmed sighting"))
        self.theirs.setAccessibleName(self.tr("Candidate"))
        self.mine_words = Words("follow-mine", "dim", small=True)
        self.theirs_words = Words("follow-theirs", "dim", small=True)
        self.mine_strip = FollowRows("follow-confirmed", self.tr("Confirmed stills"), icon_px=36)
        self.mine_strip.setFixedHeight(60)
        self.mine_strip.itemClicked.connect(self._pick_mine)
        self.bars = WhyBars()
        self.why = Words("follow-why", "dim", small=True)
        self.yes = QPushButton(self.tr("Is the subject (Y)"))
        self.no = QPushButton(self.tr("Is not (N)"))
        for button, name in ((self.yes, "follow-yes"), (self.no, "follow-no")):
            button.setObjectName(name)
            button.setAccessibleName(button.text())
        self.yes.clicked.connect(lambda: self.following.decide("confirmed"))
        self.no.clicked.connect(lambda: self.following.decide("rejected"))
        self.strip = FollowRows("follow-strip", self.tr("Next candidates"), icon_px=72)
        self.strip.setFixedHeight(140)
        self.strip.currentItemChanged.connect(self._pick)
        self.analyse = QPushButton()
        self.analyse.setObjectName("follow-analyse")
        self.analyse.clicked.connect(self.analyse_wanted)
        self.notes = Words("follow-notes", "warn", small=True, icon="warning")
        self._build_tabs()
        pair = QHBoxLayout()
        for still, words in ((self.mine, self.mine_words), (self.theirs, self.theirs_words)):
            column = QVBoxLayout()
            column.addWidget(still)
            column.addWidget(words)
            if still is self.mine:
                column.addWidget(self.mine_strip)
            column.addStretch(1)
            pair.addLayout(column, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.yes, 1)
        buttons.addWidget(self.no, 1)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(pair)
        rows.addLayout(buttons)
        for part in (self.bars, self.why, self.strip, self.analyse):
            rows.addWidget(part)
        rows.addWidget(self.tabs, 1)
        rows.addWidget(self.notes)
        # A small screen scrolls, it does not squeeze.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(scroll)
        head = QHBoxLayout()
        head.addWidget(self.choice, 1)
        head.addWidget(self.state)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addLayout(head)
        whole.addWidget(self.stack, 1)

    def _build_tabs(self) -> None:
        self.looks = FollowRows("follow-looks", self.tr("Where to look"))
        self.cameras = FollowRows("follow-cameras", self.tr("Candidates by camera"))
        self.stops = FollowRows("follow-stops", self.tr("Confirmed sightings"))
        self.gone = FollowRows("follow-absences", self.tr("Looked for and not seen"))
        self.looks.itemActivated.connect(self._look)
        self.cameras.itemActivated.connect(self._go_camera)
        self.stops.itemActivated.connect(self._go_stop)
        self.stops.itemClicked.connect(self._go_stop)
        self.gone.itemActivated.connect(self._look)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(self.tr("About the subject"))
        self.tabs.setMinimumHeight(150)
        for one, title in (
            (self.looks, self.tr("Where next")), (self.cameras, self.tr("Cameras")),
            (self.stops, self.tr("Sightings")), (self.gone, self.tr("Not seen")),
        ):  # fmt: skip
            self.tabs.addTab(one, title)

    # -- what is shown

    def _show(self) -> None:
        model = self.following
        chosen = model.subject
        named = [(one.name, int(one.subject_id)) for one in model.subjects]
        listed = range(self.choice.count())
        if named != [(self.choice.itemText(n), self.choice.itemData(n)) for n in listed]:
            self.choice.clear()
            for name, number in named:
                self.choice.addItem(name, number)
        at = -1 if chosen is None else self.choice.findData(int(chosen.subject_id))
        self.choice.setCurrentIndex(at)
        self.choice.setPlaceholderText(self.tr("Choose a subject"))
        self.choice.setVisible(bool(named))
        self.state.setText(
            "" if chosen is None else self.tr("searching…") if model.busy
            else self.tr("{0} confirmed").format(len(model.confirmed))
        )  # fmt: skip
        self.stack.setCurrentIndex(0 if chosen is None else 1)
        self.empty.say(
            self.tr("Nobody is followed yet") if not named else self.tr("No subject is chosen"),
            self.tr("Select somebody on a tile, in the results or on the timeline and press T. "
                    "For a missing person: Follow, Missing person…"),
            "person",
        )  # fmt: skip
        self._fill_lists()
        self._show_current()

    def _time(self, wall_ns: int | None) -> str:
        view = self._session.view
        if wall_ns is None or view is None:
            return self.tr("time not known")
        return clock_time(wall_ns, view.zone_name)

    def _name(self, camera_id: str | None) -> str:
        view = self._session.view
        camera = None if view is None else view.camera(camera_id)
        return self.tr("no camera") if camera is None else camera.name

    def _short(self, camera_id: str | None) -> str:
        letters, name = self.strip.fontMetrics(), self._name(camera_id)
        return letters.elidedText(name, Qt.TextElideMode.ElideRight, _CARD_PX)

    def _fill_lists(self) -> None:
        model = self.following
        answer, forecast = model.answer, model.forecast
        self.looks.show_rows(
            [
                (self.tr("{0} % · {1}").format(round(100 * one.chance), one.words),
                 (one.camera_id, one.window.likely_ns))
                for one in (forecast.looks if forecast is not None else ())
            ]
        )  # fmt: skip
        self.stops.show_rows(self._stop_rows())
        self.mine_strip.show_rows([("", int(one)) for one in model.confirmed[-_MINE:]])
        self.mine_strip.setVisible(len(model.confirmed) > 1)
        self.gone.show_rows(
            [
                (self.tr("{0}: {1} to {2}").format(
                    self._name(one.camera_id), self._time(one.from_ns), self._time(one.to_ns)
                 ), (one.camera_id, one.from_ns))
                for one in model.absences
            ]
        )  # fmt: skip
        self.cameras.show_rows(self._camera_rows(answer))
        self.strip.show_rows(
            [
                (f"{self._time(one.from_wall_ns)}\n{self._short(one.camera_id)}",
                 int(one.track.track_id))
                for one in (answer.queue[:_STRIP] if answer is not None else ())
            ]
        )  # fmt: skip
        self.strip.setVisible(bool(answer is not None and answer.queue))
        # The keyboard was waiting for the candidates.
        if self.hasFocus() and self.strip.isVisibleTo(self):
            self.strip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._offer_analysis(answer)
        self.notes.say("\n".join(self._told(answer)))

    def _stop_rows(self) -> list[tuple[str, object]]:
        model = self.following
        where = {
            one.track.track_id: (one.camera, one.from_ns)
            for one in (model.journey.stops if model.journey is not None else ())
        }
        rows: list[tuple[int, str, object]] = []
        for track_id in model.confirmed:
            camera, wall_ns = where.get(track_id, (self.tr("Track {0}").format(track_id), None))
            text = self.tr("{0} · {1}").format(camera, self._time(wall_ns))
            if track_id == model.from_track:
                text += self.tr(" · goes on from here")
            rows.append((wall_ns or 0, text, int(track_id)))
        return [(text, key) for _, text, key in sorted(rows, key=lambda one: one[0])]

    def _camera_rows(self, answer: FollowAnswer | None) -> list[tuple[str, object]]:
        rows: list[tuple[str, object]] = []
        for there in answer.cameras if answer is not None else ():
            said = [there.name]
            if there.windows:
                window = there.windows[0]
                said.append(self.tr("{0} to {1}").format(
                    self._time(window.from_ns), self._time(window.to_ns)))  # fmt: skip
            said.append(self.tr("{0} candidates").format(there.total))
            if there.windows:
                said.append(self.tr("{0} % next").format(round(100 * there.chance)))
            first = there.candidates[0].track.track_id if there.candidates else None
            likely = there.windows[0].likely_ns if there.windows else None
            key = (there.camera_id, likely, None if first is None else int(first))
            rows.append((" · ".join(said), key))
        return rows

    def _told(self, answer: FollowAnswer | None) -> list[str]:
        model = self.following
        said = list(model.journey.problems) if model.journey is not None else []
        if answer is not None:
            said += answer.notes
        if model.forecast is not None:
            told = [one.removeprefix("contradiction: ") for one in model.forecast.notes]
            said += [one for one in told if one not in said]
        return list(dict.fromkeys(said))

    def _offer_analysis(self, answer: FollowAnswer | None) -> None:
        """What lies in the windows of time and was not looked at yet is one press away."""
        wanted = () if answer is None else answer.to_analyse
        seconds = sum(one.to_ns - one.from_ns for one in wanted) / 1e9
        count = len({one.source_id for one in wanted})
        minutes = max(round(seconds / 60), 1)
        text = self.tr("Analyse {0} min of {1} recordings it may be on").format(minutes, count)
        self.analyse.setText(text)
        self.analyse.setAccessibleName(text)
        self.analyse.setVisible(bool(wanted))

    def _show_current(self) -> None:
        one = self.following.current
        self.yes.setEnabled(one is not None)
        self.no.setEnabled(one is not None)
        self.bars.show_parts(() if one is None else one.parts)
        self.why.say("" if one is None else "\n".join(self._rest(one)))
        self.theirs_words.say(self._said_of(one))
        self._mine_wanted = None
        self.strip.point_to(None if one is None else int(one.track.track_id))
        self._show_pictures()

    def _said_of(self, one: Candidate | None) -> str:
        if one is None:
            if self.following.answer is None or self.following.busy:
                return self.tr("Candidates are being searched…")
            return self.tr("No candidate is left: analyse more, or look where it may be next.")
        said = self.tr("{0} · {1} · {2}, may be the subject").format(
            self._name(one.camera_id), self._time(one.from_wall_ns), sureness(one.score)
        )
        return said if not one.impossible else self.tr("{0} · cannot be").format(said)

    def _rest(self, one: Candidate) -> list[str]:
        said = {part.words for part in one.parts}
        return [words for words in one.why if words not in said]

    def _show_pictures(self) -> None:
        one, confirmed = self.following.current, self.following.confirmed
        self.theirs.set_image(self._image(None if one is None else one.track.track_id))
        wanted = self._mine_wanted or (None if one is None else one.neighbour)
        shown = wanted if wanted in confirmed else (confirmed[-1] if confirmed else None)
        self.mine.set_image(self._image(shown))
        stops = {key: text for text, key in self._stop_rows()}
        self.mine_words.say(
            self.tr("Nothing is confirmed yet: the first Y is the first sighting.")
            if shown is None
            else self.tr("Confirmed: {0}").format(stops[int(shown)])
        )
        for rows in (self.strip, self.mine_strip):
            for row in range(rows.count()):
                item = rows.item(row)
                image = self._image(TrackId(int(item.data(KEY))))
                if not image.isNull() and item.icon().isNull():
                    item.setIcon(QIcon(QPixmap.fromImage(image)))

    def _image(self, track_id: TrackId | None) -> QImage:
        found = None if track_id is None else self.pictures.image(track_id)
        return QImage() if found is None else found

    # -- gestures

    def _choose(self, row: int) -> None:
        self.following.follow(SubjectId(int(self.choice.itemData(row))))

    def _pick(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.following.look_at(TrackId(int(item.data(KEY))))

    def _pick_mine(self, item: QListWidgetItem) -> None:
        self._mine_wanted = TrackId(int(item.data(KEY)))
        self._show_pictures()

    def _look(self, item: QListWidgetItem) -> None:
        camera_id, wall_ns = item.data(KEY)
        self.look_wanted.emit(camera_id or "", wall_ns)

    def _go_camera(self, item: QListWidgetItem) -> None:
        camera_id, likely_ns, first = item.data(KEY)
        if first is not None:
            self.following.look_at(TrackId(first))
        elif likely_ns is not None:
            self.look_wanted.emit(camera_id or "", likely_ns)

    def _go_stop(self, item: QListWidgetItem) -> None:
        self.stop_wanted.emit(TrackId(int(item.data(KEY))))
