"""Results: the hits of the search as cards or as a list, decided on by keyboard or mouse."""

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casefiles.decision_types import Verdict
from casefiles.types import CameraId, TrackId
from casefiles.view_types import Hit
from ui.models.coverage_words import coverage_line, coverage_words, missing_words
from ui.models.hit_groups import hit_groups
from ui.models.hits import WHAT, HitOrder, HitsModel, wall_of
from ui.models.reviewing import Review
from ui.models.searching import PAGE
from ui.models.wall_text import local, zone_label
from ui.session import Selection, Session
from ui.theme import THEME, set_property
from ui.views.clocks_note import ClocksNote
from ui.views.elided_label import ElidedLabel
from ui.views.hit_views import HitViews
from ui.views.results_head import ResultsHead
from ui.views.thumbnail import Thumbnails

_ORDERS: Final[tuple[HitOrder, ...]] = ("best", "time", "camera")
_SAY_SEARCHING_AFTER_MS: Final = 250


class ResultsPanel(QWidget):
    """Shows `session.hits`; choosing one goes there, everywhere at once."""

    hit_chosen = Signal(object)
    """A `Hit`: Enter or double click."""
    hit_selected = Signal(object)
    """A `Hit`: the current one changed."""
    more_like_wanted = Signal(object)
    """A track id."""
    page_wanted = Signal(int)
    """So many hits are to be skipped."""
    export_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("results-panel")
        self.setAccessibleName(self.tr("Results"))
        self._session = session
        self._follows = False
        self._looked_at: set[TrackId] = set()
        """Hits of this answer that were the current one."""
        self._order: HitOrder = "best"
        self.review = Review(session, self)
        self.model = HitsModel(self)
        self.model.verdict_of = self.review.verdict
        self.pictures = Thumbnails(session, self)
        self._soon = QTimer(self, interval=_SAY_SEARCHING_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._show_hits)
        self._build()
        self.pictures.arrived.connect(self.views.repaint_hits)
        session.hits_changed.connect(self._hits_changed)
        session.view_changed.connect(self._show_view)
        session.selection_changed.connect(self._follow)
        self.review.changed.connect(self._review_changed)
        for changed in (self.model.modelReset, self.model.layoutChanged):
            changed.connect(self._group)
        THEME.changed.connect(self._tint)
        self._show_view()
        self._show_hits()

    # -- for the rest of the window

    @property
    def settled(self) -> bool:
        """Whether every thumbnail in view is here."""
        return self.pictures.settled

    @property
    def current(self) -> Hit | None:
        """The current hit."""
        return self.views.current

    def go_next(self) -> None:
        """To the next hit, or the first."""
        self._step(1)

    def go_previous(self) -> None:
        """To the hit before."""
        self._step(-1)

    def take_keyboard(self) -> None:
        """Gives the hits the keyboard: arrows move, Enter goes there."""
        self.views.take_keyboard()

    def more_like_current(self) -> None:
        """What looks similar to the current hit."""
        hit = self.current
        if hit is not None:
            self.more_like_wanted.emit(hit.track.track_id)

    def turn_back(self) -> None:
        """To the page of hits before."""
        hits = self._session.hits
        if hits is not None and hits.skipped:
            self.page_wanted.emit(max(hits.skipped - PAGE, 0))

    def turn_on(self) -> None:
        """To the page of hits after."""
        hits = self._session.hits
        if hits is not None and hits.skipped + len(hits.hits) < hits.total:
            self.page_wanted.emit(hits.skipped + len(hits.hits))

    def set_mode(self, *, as_list: bool) -> None:
        """Cards, or a table with all reasons."""
        (self.list_button if as_list else self.cards_button).setChecked(True)
        self._show_mode()

    def decide(self, verdict: Verdict) -> None:
        """Says it of the selected hits and goes to the next undecided one."""
        if self.review.question is None:
            if self._session.hits is not None:
                self._session.notice.emit(self.tr("The search goes on: decide when it is through."))
            return
        picked = self.views.picked
        if not picked:
            self.go_to_undecided()
            return
        after = self.views.selection.currentIndex().row()
        coming = self._coming(after, picked)
        self.review.decide(picked, verdict)
        if coming is None:
            self._session.notice.emit(self.tr("Every result that is listed is decided."))
            return
        index = self.model.at_track(coming.track.track_id)
        if index.isValid():
            self.views.set_current(index)

    def go_to_undecided(self) -> None:
        """To the next hit of which nothing is said."""
        coming = self._undecided(self.views.selection.currentIndex().row())
        if coming is not None:
            self.views.set_current(self.model.at_track(coming.track.track_id))

    # -- how it is built

    def _build(self) -> None:
        self.head = head = ResultsHead()
        self.count, self.precision = head.count, head.precision
        self.order, self.camera = head.order, head.camera
        self.cards_button, self.list_button = head.cards_button, head.list_button
        self.similar_button = head.similar_button
        self.back_button, self.on_button = head.back_button, head.on_button
        head.order.currentIndexChanged.connect(self._reorder)
        head.camera.currentIndexChanged.connect(self._filter)
        head.shape_chosen.connect(self._show_mode)
        head.similar_button.clicked.connect(self.more_like_current)
        head.back_button.clicked.connect(self.turn_back)
        head.on_button.clicked.connect(self.turn_on)
        head.right_button.clicked.connect(lambda: self.decide("right"))
        head.wrong_button.clicked.connect(lambda: self.decide("wrong"))
        head.rank_button.toggled.connect(lambda on: self.review.set_ranks_again(on=on))
        head.hide_button.toggled.connect(lambda on: self.review.set_hides_rejected(on=on))
        head.export_button.clicked.connect(self.export_wanted)
        self.views = HitViews(self.model, self.pictures, self.review)
        self.empty, self.cards, self.table = self.views.empty, self.views.cards, self.views.table
        self.views.chosen.connect(self._choose)
        self.views.selection.currentChanged.connect(self._current_changed)
        self.coverage = ElidedLabel()
        self.coverage.setObjectName("results-coverage")
        set_property(self.coverage, "dim", True)
        self.clocks_note = ClocksNote(self._session, self)
        self.clocks_note.again_wanted.connect(self.page_wanted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        rows.addWidget(head)
        rows.addWidget(self.clocks_note)
        rows.addWidget(self.views, 1)
        rows.addWidget(self.coverage)

    # -- what is shown

    def _hits_changed(self) -> None:
        self._looked_at.clear()
        # Most searches end at once: until then the hits before stay, so that nothing flashes.
        if self._session.hits is None and self._session.query is not None:
            self._soon.start()
        else:
            self._show_hits()

    def _show_hits(self) -> None:
        self._soon.stop()
        self.model.set_hits(self.review.hits, self._session.view)
        self._list_cameras()
        self._show_count()
        self._show_mode()
        self._follow()
        self._say_verdicts()

    def _show_view(self) -> None:
        self.model.set_view(self._session.view)
        self._list_cameras()
        self._show_count()
        self._group()

    def _review_changed(self) -> None:
        """Something was said, or is read back: the order may be another, the marks are."""
        if self._session.hits is None:
            return
        if self.review.hits != self.model.found:
            self._show_hits()
        else:
            self._say_verdicts()

    def _say_verdicts(self) -> None:
        undecided = len(self.model.found) - len(self.review.verdicts)
        self.head.show_precision(self.review.precision, max(undecided, 0))
        self.views.repaint_hits()

    def _group(self) -> None:
        """Headings over the cards where they are not best first."""
        self.cards.set_groups(hit_groups(self.model, self._session.view, self._order))

    def _list_cameras(self) -> None:
        before = self.camera.currentData()
        chosen = self.head.list_cameras(self._session.view, self.model.found)
        if before is not None and chosen is None:
            self.model.set_camera(None)

    def _show_count(self) -> None:
        hits, view = self._session.hits, self._session.view
        shown = self.model.rowCount()
        is_paged = hits is not None and hits.complete and hits.total > len(hits.hits)
        last = 0 if hits is None else hits.skipped + len(hits.hits)
        self.head.show_paging(
            shown=is_paged,
            back=hits is not None and hits.skipped > 0,
            on=hits is not None and last < hits.total,
        )
        self.coverage.setText("" if hits is None else coverage_line(hits.coverage))
        self.coverage.setToolTip("" if hits is None else coverage_words(hits.coverage))
        self.coverage.setVisible(hits is not None)
        if hits is None:
            self.count.setText("")
            return
        if hits.skipped:
            text = self.tr("{0}–{1} of {2}").format(hits.skipped + 1, last, hits.total)
        else:
            text = self.tr("{0} of {1}").format(shown, hits.total)
        if not hits.complete:
            text += self.tr(" so far")
        if self.review.hidden:
            text += self.tr(", {0} rejected hidden").format(self.review.hidden)
        self.count.setToolTip(text)
        if hits.hits and view is not None:
            zone = zone_label(local(view.earliest_ns, view.zone_name))
            text += self.tr(" · times in {0}").format(zone)
        if is_paged:
            tip = self.tr("{0} are listed at a time; the buttons show those before and after.")
            self.count.setToolTip(tip.format(PAGE))
        self.count.setText(text)

    def _show_mode(self) -> None:
        has_rows = self.model.rowCount() > 0
        hits = self._session.hits
        self.head.choices.setVisible(bool(self.model.found))
        # Nothing to count is nothing to press; a page beyond the last one can be turned back.
        is_listed = hits is not None and (hits.total > 0 or hits.skipped > 0)
        self.head.row_of_counts.setVisible(is_listed)
        self.similar_button.setEnabled(self.current is not None)
        if has_rows:
            self.views.show_shape(as_list=self.list_button.isChecked())
            return
        self._show_empty()
        self.views.setCurrentWidget(self.empty)

    def _show_empty(self) -> None:
        hits, query = self._session.hits, self._session.query
        if query is None:
            self.empty.say(
                self.tr("Nothing searched yet"),
                self.tr("Describe what you look for above, or draw a zone on a tile."),
                "search",
            )
        elif hits is None:
            self.empty.say(self.tr("Searching…"), "", "search")
        elif hits.hits and not self.model.found:
            self.empty.say(self.tr("Everything here was rejected, and is hidden"), "", "filter")
        elif hits.hits:
            self.empty.say(self.tr("Nothing from this camera"), "", "camera")
        else:
            missing = list(missing_words(hits.coverage))
            if not hits.coverage.indexed:
                missing.insert(0, self.tr("no recording that was asked for has been analysed"))
            said = "\n".join(f"• {one}" for one in missing)
            if said:
                said = self.tr("Not covered:\n{0}").format(said)
            else:
                said = self.tr("Every frame asked for was covered. Take a filter away to widen.")
            self.empty.say(self.tr("Nothing found"), said, "search")

    # -- gestures

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        hit = self.model.row(current)
        self.similar_button.setEnabled(hit is not None)
        if hit is not None:
            self._looked_at.add(hit.track.track_id)
        if hit is None or self._follows:
            return
        self.hit_selected.emit(hit)
        self._go(hit)

    def _choose(self, index: QModelIndex) -> None:
        hit = self.model.row(index)
        if hit is not None:
            self._go(hit)
            self.hit_chosen.emit(hit)

    def _go(self, hit: Hit) -> None:
        track = hit.track
        self._session.select(
            Selection(source_id=track.source_id, camera_id=hit.camera_id, track_id=track.track_id)
        )
        view = self._session.view
        wall_ns = None if view is None else wall_of(view, hit)
        if wall_ns is not None:
            self._session.go_to(wall_ns)

    def _step(self, step: int) -> None:
        rows = self.model.rowCount()
        if not rows:
            return
        index = self.views.selection.currentIndex()
        at = min(max(index.row() + step, 0), rows - 1) if index.isValid() else 0
        self.views.set_current(self.model.index(at, WHAT))

    def _coming(self, after: int, decided: tuple[Hit, ...]) -> Hit | None:
        """What is to be decided next. Where the order follows what was said, the best hit nobody
        looked at yet: below the last one lie worse ones than those that moved up past it."""
        is_best_first = self._order == "best" and not self._sorted_by_column()
        if self.review.ranks_again and is_best_first:
            seen = {
                *self.review.verdicts,
                *self._looked_at,
                *(one.track.track_id for one in decided),
            }
            fresh = next((one for one in self.model.rows if one.track.track_id not in seen), None)
            if fresh is not None:
                return fresh
        return self._undecided(after, besides=decided)

    def _sorted_by_column(self) -> bool:
        return self.table.horizontalHeader().sortIndicatorSection() >= 0

    def _undecided(self, after: int, besides: tuple[Hit, ...] = ()) -> Hit | None:
        """The first hit below a row of which nothing is said, else the first of all."""
        said = {*self.review.verdicts, *(one.track.track_id for one in besides)}
        rows = self.model.rows
        order = (*rows[after + 1 :], *rows[: after + 1])
        return next((one for one in order if one.track.track_id not in said), None)

    def _follow(self) -> None:
        """Marks what was selected elsewhere, if it is among the hits."""
        track_id = self._session.selection.track_id
        hit = self.current
        if track_id is None or (hit is not None and hit.track.track_id == track_id):
            return
        index = self.model.at_track(track_id)
        if index.isValid():
            self._follows = True
            self.views.set_current(index)
            self._follows = False

    def _reorder(self, place: int) -> None:
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._order = _ORDERS[place]
        self.model.set_order(self._order)
        self._follow()

    def _filter(self, _place: int) -> None:
        chosen = self.camera.currentData()
        self.model.set_camera(None if chosen is None else CameraId(chosen))
        self._show_count()
        self._show_mode()
        self._follow()

    def _tint(self) -> None:
        self._list_cameras()
        self.views.repaint_hits()
