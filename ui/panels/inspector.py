"""Inspector: everything about what is selected, why it was found, and what made it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import BodyPart
from casefiles.view_types import Bookmark, CaseView, ColourShare, Hit, Zone
from ui.icons import icon, pixmap
from ui.models.camera_facts import camera_facts
from ui.models.facts import Fact, Group, provenance_facts, track_facts
from ui.models.hits import class_icon, class_label
from ui.models.source_facts import recording_groups
from ui.models.speed_facts import height_facts, speed_facts
from ui.models.track_read import TrackRead, read_track
from ui.models.tracking_facts import tracking_facts
from ui.models.trait_facts import trait_facts
from ui.models.wall_text import moment
from ui.session import Session
from ui.theme import THEME, text_font
from ui.views.empty import EmptyState
from ui.views.fact_list import FactList
from ui.views.flow import FlowLayout
from ui.views.part_colours import PartColours
from ui.views.still import Still
from ui.views.why_section import WhySection
from ui.views.words import Words
from video.clock import now_ns
from video.types import TimeNs

_ICON = 20
_BEGINNING = TimeNs(0)


@dataclass(frozen=True, slots=True)
class _Page:
    """All that is shown of one thing besides its groups of facts."""

    title: str
    drawing: str
    wall_ns: int | None
    copied: object
    image: QImage = field(default_factory=QImage)
    hit: Hit | None = None
    doubt: str = ""
    colours: Mapping[BodyPart, tuple[ColourShare, ...]] = field(default_factory=dict)
    is_track: bool = False


class InspectorPanel(QWidget):
    """Follows the session's selection."""

    more_like_wanted = Signal(object)
    """A track id."""
    bookmark_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspector-panel")
        self.setAccessibleName(self.tr("Inspector"))
        self._session = session
        self._icon_name = "inspect"
        self._wall_ns: int | None = None
        self._copied = ""
        self._track: TrackRead | None = None
        self._stale = False
        self._build()
        session.selection_changed.connect(self._select)
        session.view_changed.connect(self._renew)
        session.hits_changed.connect(self._renew_track)
        THEME.changed.connect(self._tint)
        self._tint()
        self._select()

    def _build(self) -> None:
        self.empty = EmptyState()
        self.drawing, self.title = QLabel(), QLabel()
        self.title.setObjectName("inspector-title")
        self.title.setFont(text_font(16, bold=True))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.picture = Still()
        self.picture.setObjectName("inspector-picture")
        self.doubt = Words("inspector-doubt", "warn", icon="warning")
        self.reasons = WhySection()
        self.confidence, self.why = self.reasons.confidence, self.reasons.why
        self.why_bars = self.reasons.bars
        self.colours = PartColours()
        self.groups = [FactList(f"inspector-facts-{number}") for number in range(4)]
        inside = QWidget()
        self._rows = rows = QVBoxLayout(inside)
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.drawing)
        head.addWidget(self.title, 1)
        rows.addLayout(head)
        rows.addWidget(self.picture)
        rows.addWidget(self._build_actions())
        rows.addWidget(self.reasons)
        for widget in (self.doubt, self.colours, *self.groups):
            rows.addWidget(widget)
        rows.addStretch(1)
        self.facts_area = QScrollArea()
        self.facts_area.setObjectName("inspector-scroll")
        self.facts_area.setAccessibleName(self.tr("Facts of what is selected"))
        self.facts_area.setFrameShape(QFrame.Shape.NoFrame)
        self.facts_area.setWidgetResizable(True)
        self.facts_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.facts_area.setWidget(inside)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.facts_area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _build_actions(self) -> QWidget:
        actions = QWidget()
        flow = FlowLayout(actions)
        self.go_button = self._button("inspector-go", self.tr("Go to"), self.tr("Show this moment"))
        self.similar_button = self._button(
            "inspector-similar", self.tr("More like this"), self.tr("More like this (S)")
        )
        self.bookmark_button = self._button(
            "inspector-bookmark", self.tr("Bookmark…"), self.tr("Bookmark this moment (B)")
        )
        self.copy_button = self._button(
            "inspector-copy", self.tr("Copy id"), self.tr("Copy the id of what is selected")
        )
        self.go_button.clicked.connect(self._go)
        self.similar_button.clicked.connect(self._more_like)
        self.bookmark_button.clicked.connect(self._bookmark)
        self.copy_button.clicked.connect(self._copy_id)
        for button in self._buttons:
            flow.addWidget(button)
        return actions

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.go_button, self.similar_button, self.bookmark_button, self.copy_button

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text.rstrip("…"))
        button.setToolTip(tip)
        return button

    def value(self, name: str) -> str:
        """The value shown under a name, in whichever group; empty where there is none."""
        return next((found for one in self.groups if (found := one.value_of(name))), "")

    # -- what is selected

    def _select(self) -> None:
        self._track = None
        track_id = self._session.selection.track_id
        if track_id is None:
            self._renew()
            return
        hit = self._hit(track_id)
        row = None if hit is None else hit.track
        self._session.ask(read_track(track_id, row), self._take_track, key="inspector")

    def _take_track(self, found: TrackRead) -> None:
        if found.row.track_id == self._session.selection.track_id:
            self._track = found
            self._renew()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._renew()

    def _renew_track(self) -> None:
        """Other hits: why a track was found has changed, nothing of other things."""
        if self._session.selection.track_id is not None:
            self._renew()

    def _renew(self) -> None:
        # Behind another tab nobody reads it: it is made when it comes to the front.
        self._stale = not self.isVisible()
        if self._stale:
            return
        view, selected = self._session.view, self._session.selection
        if view is None:
            self._show_nothing()
            return
        if selected.track_id is not None:
            if self._track is not None:
                self._show_track(view, self._track)
            return
        zone = next((one for one in view.zones if one.zone_id == selected.zone_id), None)
        mark = next((b for b in view.bookmarks if b.bookmark_id == selected.bookmark_id), None)
        if zone is not None:
            self._show_zone(view, zone)
        elif mark is not None:
            self._show_bookmark(view, mark)
        elif selected.source_id is not None or selected.camera_id is not None:
            self._show_recording(view)
        else:
            self._show_nothing()

    def _show_nothing(self) -> None:
        has_case = self._session.case is not None
        what = self.tr(
            "Select a result, something on a tile, a camera, a recording, a zone or a bookmark."
        )
        self.empty.say(
            self.tr("Nothing selected"), what if has_case else self.tr("Open a case."), "inspect"
        )
        self._stack.setCurrentWidget(self.empty)

    def _show_track(self, view: CaseView, track: TrackRead) -> None:
        row, look = track.row, track.look
        source = view.source(row.source_id)
        hit = self._hit(row.track_id)
        best = look.time_ns if look is not None else row.from_ns
        wall_ns = None if source is None else view.clock_of(source).to_wall_ns(best)
        made = None if source is None else provenance_facts(source, track.run)
        doubt = look.colour_doubt if look is not None else self.tr("no picture was stored")
        page = _Page(
            class_label(row.class_id), class_icon(row.class_id), wall_ns, row.track_id,
            track.image, hit,
            self.tr("Colours are unreliable: {0}").format(doubt) if doubt else "",
            {} if look is None else look.colours, is_track=True,
        )  # fmt: skip
        likes = trait_facts(row, track.run, track.traits)
        making = (
            *speed_facts(track.speed),
            *height_facts(track.height),
            *tracking_facts(track.making),
        )
        when = track_facts(view, row, look, making)
        self._show_page(page, when, likes, made)

    def _show_recording(self, view: CaseView) -> None:
        selected = self._session.selection
        camera = view.camera(selected.camera_id)
        source = None if selected.source_id is None else view.source(selected.source_id)
        if camera is None and source is None:
            self._show_nothing()
            return
        title = camera.name if camera is not None else view.title(source) if source else ""
        wall_ns = None if source is None else view.clock_of(source).to_wall_ns(_BEGINNING)
        copied = source.source_id if source is not None else camera.camera_id if camera else ""
        page = _Page(title, "camera" if camera is not None else "source", wall_ns, copied)
        groups = [None if camera is None else camera_facts(view, camera)]
        if source is not None:
            groups += recording_groups(view, source, now_ns())
        self._show_page(page, *groups)

    def _show_zone(self, view: CaseView, zone: Zone) -> None:
        page = _Page(zone.name or self.tr("Zone"), "zone", None, zone.zone_id)
        source = None if zone.source_id is None else view.source(zone.source_id)
        camera = view.camera(zone.camera_id)
        where = self.tr("on the map")
        if source is not None or camera is not None:
            where = view.title(source) if source is not None else camera.name if camera else ""
        made = f"{moment(zone.created_ns, view.zone_name)} · {zone.created_by}"
        facts = (
            Fact(self.tr("Where"), where),
            Fact(self.tr("Corners"), str(len(zone.polygon))),
            Fact(self.tr("Drawn"), made),
        )
        self._show_page(page, Group(self.tr("Zone"), facts))

    def _show_bookmark(self, view: CaseView, mark: Bookmark) -> None:
        source = None if mark.source_id is None else view.source(mark.source_id)
        wall_ns = mark.wall_ns
        if source is not None and mark.time_ns is not None:
            wall_ns = view.clock_of(source).to_wall_ns(mark.time_ns)
        page = _Page(mark.note, "bookmark", wall_ns, mark.bookmark_id)
        facts = [Fact(self.tr("Made"), f"{moment(mark.created_ns, view.zone_name)} · "
                                       f"{mark.created_by}")]  # fmt: skip
        if wall_ns is not None:
            facts.insert(0, Fact(self.tr("True time"), moment(wall_ns, view.zone_name)))
        if source is not None:
            facts.append(Fact(self.tr("Recording"), view.title(source)))
        self._show_page(page, Group(self.tr("Bookmark"), tuple(facts)))

    def _show_page(self, page: _Page, *groups: Group | None) -> None:
        self._wall_ns, self._copied = page.wall_ns, str(page.copied)
        # First, so that what is filled in knows how wide it is.
        self._stack.setCurrentWidget(self.facts_area)
        # Laid out once at the end: otherwise each part that comes or goes moves all the others.
        self._rows.setEnabled(False)
        if self._icon_name != page.drawing:
            self._icon_name = page.drawing
            self.drawing.setPixmap(pixmap(self._icon_name, _ICON))
        self.title.setText(page.title)
        self.go_button.setEnabled(page.wall_ns is not None)
        self.similar_button.setVisible(page.is_track)
        self.picture.set_image(page.image)
        self.reasons.show_hit(page.hit)
        self.doubt.say(page.doubt)
        self.colours.show_colours(page.colours)
        shown = [one for one in groups if one is not None]
        for number, row in enumerate(self.groups):
            row.show_group(shown[number] if number < len(shown) else None)
        self._rows.setEnabled(True)

    def _hit(self, track_id: int) -> Hit | None:
        hits = self._session.hits
        found = hits.hits if hits is not None else ()
        return next((one for one in found if one.track.track_id == track_id), None)

    # -- actions

    def _go(self) -> None:
        if self._wall_ns is not None:
            self._session.go_to(self._wall_ns)

    def _more_like(self) -> None:
        track_id = self._session.selection.track_id
        if track_id is not None:
            self.more_like_wanted.emit(track_id)

    def _bookmark(self) -> None:
        self.bookmark_wanted.emit()

    def _copy_id(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)

    def _tint(self) -> None:
        self.drawing.setPixmap(pixmap(self._icon_name, _ICON))
        names = ("play", "similar", "bookmark", "copy")
        for button, name in zip(self._buttons, names, strict=True):
            button.setIcon(icon(name))
