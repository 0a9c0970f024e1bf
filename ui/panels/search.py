"""Search by description: a text, read live into chips that can be edited, and what was covered."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from casefiles.case import Case
from casefiles.queries.context import Context
from casefiles.queries.describe import describe
from casefiles.queries.filters import CameraFilter, LineFilter, Query, TimeFilter, ZoneFilter
from casefiles.queries.parse import parse_query
from casefiles.queries.saved import Restored
from casefiles.types import TrackId
from casefiles.usecases.query_context import query_context
from casefiles.usecases.rank_by_words import search_ranked
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.search_similar import search_similar
from casefiles.view_types import Line, Zone
from ui.models.coverage_words import coverage_words, missing_words
from ui.models.query_draft import QueryDraft
from ui.models.searching import PAGE, SearchRun
from ui.panels.asking import Asking
from ui.panels.chip_editing import ChipEditing
from ui.session import Session
from ui.theme import set_property
from ui.views.chip import Chip
from ui.views.chip_row import ChipRow
from ui.views.examples import Examples
from ui.views.filter_editors import KINDS
from ui.views.fitted import FittedPanel
from ui.views.progress_bar import ProgressBar
from ui.views.query_field import QueryField
from ui.views.query_notes import QueryNotes
from ui.views.words import Words

_PARSE_AFTER_MS: Final = 150
_WATCH_EVERY_MS: Final = 200


class SearchPanel(FittedPanel):
    """One line of text, its chips, and the state of the search."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("search-panel")
        self.setAccessibleName(self.tr("Search"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._session = session
        self._context: Context | None = None
        self._draft = QueryDraft()
        self._similar: TrackId | None = None
        self._search_when_read = False
        self._run = SearchRun(session, self)
        self._run.changed.connect(self._show_run)
        self._soon = QTimer(self, interval=_PARSE_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._read)
        self._watch = QTimer(self, interval=_WATCH_EVERY_MS)
        self._watch.timeout.connect(self._show_progress)
        self._build()
        session.case_changed.connect(self._case_changed)
        session.view_changed.connect(self._learn)
        session.query_changed.connect(self._query_changed)
        session.hits_changed.connect(self._show_coverage)
        session.data_changed.connect(self._data_changed)
        self._case_changed()
        if session.view is not None:
            self._learn()

    # -- for the rest of the window

    def has_keyboard(self) -> bool:
        """Whether somebody types here."""
        return self.field.hasFocus() or self.button.hasFocus()

    def focus_text(self) -> None:
        """Puts the cursor into the text."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def search_for(self, text: str) -> None:
        """Searches a text as if it had been typed."""
        self.field.setText(text)
        self._draft = QueryDraft()
        self.search()

    def set_zone(self, zone: Zone | Line) -> None:
        """Asks for what was in a zone or crossed a line, besides what is asked for already, and
        searches."""
        self._similar = None
        for one in self._draft.query.filters:
            if isinstance(one, ZoneFilter | LineFilter):
                self._draft = self._draft.without(one)
        wanted = ZoneFilter(zone) if isinstance(zone, Zone) else LineFilter(zone)
        self._draft = self._draft.with_filter(wanted)
        self.search()

    def set_place(self, cameras: CameraFilter, time: TimeFilter | None = None) -> None:
        """Asks for what these cameras saw, in that time where one is given, instead of the cameras
        (and times) asked for already; all else of the question stays, and is searched."""
        self._similar = None
        instead: tuple[type, ...] = (CameraFilter,) if time is None else (CameraFilter, TimeFilter)
        for one in self._draft.query.filters:
            if isinstance(one, instead):
                self._draft = self._draft.without(one)
        self._draft = self._draft.with_filter(cameras)
        if time is not None:
            self._draft = self._draft.with_filter(time)
        self.search()

    def more_like(self, *track_ids: int, without: tuple[TrackId, ...] = ()) -> None:
        """Searches what looks similar to tracks, and unlike others."""
        like = tuple(TrackId(one) for one in track_ids)
        self._similar = like[0]
        self._show_draft()
        words = ", ".join(map(str, like))
        self._run.start(
            Query(self.tr("similar appearance to track {0}").format(words)),
            lambda case, skip: search_similar(
                case, tracks=like, without=without, limit=PAGE, skip=skip
            ),
        )

    def turn_to(self, skip: int) -> None:
        """Shows the page after so many hits."""
        self._run.turn_to(skip)

    def clear(self) -> None:
        """Forgets text, chips and hits."""
        self.cancel()
        self._forget()
        self._session.set_query(None)

    def search(self) -> None:
        """Reads the text and searches it."""
        self._search_when_read = True
        self._read()

    def cancel(self) -> None:
        """Stops the search that runs, if one does."""
        self._run.cancel()
        self._search_when_read = False

    @property
    def draft(self) -> Query:
        """The query as it would be searched now."""
        return self._draft.query

    @property
    def busy(self) -> bool:
        """Whether a search runs."""
        return self._run.busy

    # -- how it is built

    def _build(self) -> None:
        self.field = QueryField()
        self.field.setObjectName("search-text")
        self.field.setAccessibleName(self.tr("Describe what you look for"))
        self.field.setPlaceholderText(self.tr("Describe what you look for"))
        self.field.setToolTip(
            self.tr("Kind, colours, place and time. Enter searches, ↑ ↓ bring back earlier texts.")
        )
        self.field.textEdited.connect(self._typed)
        self.field.textChanged.connect(self._emptied)
        self.field.returnPressed.connect(self.search)
        self.field.left.connect(self.cancel)
        self.button = QPushButton(self.tr("Search"))
        self.button.setObjectName("search-button")
        self.button.clicked.connect(self._pressed)
        self.chips = ChipRow([(name, self.tr(text), icon) for name, text, icon in KINDS])
        self._editing = ChipEditing(self._session, self.chips, self, lambda: self._draft)
        self._editing.changed.connect(self._take_draft)
        self._editing.dismissed.connect(self._show_other)
        self.asking = Asking(
            self._session, self, chips=self.chips, recent=lambda: self.field.history
        )
        self.asking.draft_wanted.connect(self._take_draft)
        self.asking.restored.connect(self._take_saved)
        self.asking.text_wanted.connect(self.search_for)
        self.similar_chip = Chip("", icon="similar")
        self.similar_chip.setObjectName("similar-chip")
        self.similar_chip.removed.connect(self.clear)
        self.similar_chip.clicked.connect(self._select_similar)
        self.notes = QueryNotes()
        self.coverage = Words("coverage-words", "dim", small=True, icon="coverage")
        self.examples = Examples()
        self.examples.chosen.connect(self.search_for)
        self.bar = ProgressBar()
        self.bar.setObjectName("search-progress")
        self.bar.setAccessibleName(self.tr("Progress of the search"))
        self.bar.setTextVisible(False)
        set_property(self.bar, "thin", True)
        self.bar.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.asking.star)
        line.addWidget(self.button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.setSpacing(8)
        rows.addLayout(line)
        rows.addWidget(self.bar)
        rows.addWidget(self.similar_chip, 0, Qt.AlignmentFlag.AlignLeft)
        for row in (self.chips, self.asking.hints, self.notes, self.examples):
            rows.addWidget(row)
        rows.addWidget(self.coverage)
        rows.addStretch(1)
        self._show_run()

    # -- from text to draft

    def _typed(self, _text: str) -> None:
        self._similar = None
        self._soon.start()

    def _emptied(self, text: str) -> None:
        # The clear button is no typing.
        if not text:
            self._soon.start()

    def _read(self) -> None:
        self._soon.stop()
        self._ask(self._context)

    def _learn(self) -> None:
        """Cameras, zones or the time zone may have changed: the text may mean something else."""
        self._ask(None)

    def _ask(self, context: Context | None) -> None:
        """Reads the text off the GUI thread; without a context, that is read first."""
        text = self.field.text()

        def read(case: Case) -> tuple[Context, Query]:
            known = query_context(case) if context is None else context
            return known, parse_query(text, known)

        self._session.ask(read, self._take_reading, key="search-text")

    def _take_reading(self, found: tuple[Context, Query]) -> None:
        self._context, query = found
        self._draft = self._draft.reading(query)
        self._show_draft()
        if self._search_when_read:
            self._search_when_read = False
            self._search_draft()

    def _search_draft(self) -> None:
        query = self._draft.query
        if not query.filters:
            # "Anything" would look like an answer to words that were not used.
            if query.text.strip():
                if query.refused:
                    self._session.ask(lambda case: log_refused(case, query), lambda _none: None)
                self._session.notice.emit(self.tr("Nothing in this text can be searched by."))
            else:
                self.clear()
            return
        self._similar = None
        self._show_draft()
        self.field.remember(query.text)
        self._run.start(query, lambda case, skip: search_ranked(case, query, limit=PAGE, skip=skip))

    # -- from draft to hits

    def _show_run(self) -> None:
        is_busy = self.busy
        # Most searches end at once: a bar that flashes says nothing.
        if is_busy:
            self._watch.start()
        else:
            self._watch.stop()
            self.bar.hide()
        self.button.setText(self.tr("Cancel") if is_busy else self.tr("Search"))
        self.button.setAccessibleName(self.button.text())
        tip = self.tr("Stop searching (Esc)") if is_busy else self.tr("Search (Enter)")
        self.button.setToolTip(tip)
        self._show_coverage()

    def _show_progress(self) -> None:
        self.bar.show()
        self.coverage.say(self.tr("Searching…"))
        progress = self._run.progress
        if progress is not None and progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        else:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)

    def _pressed(self) -> None:
        if self.busy:
            self.cancel()
        else:
            self.search()

    # -- chips, steps, saved searches

    def _take_draft(self, draft: QueryDraft) -> None:
        self._draft = draft
        self._after_chips()

    def _show_other(self, draft: QueryDraft) -> None:
        self._draft = draft
        self._show_draft()

    def _take_saved(self, context: Context, saved: Restored) -> None:
        self._similar, self._context = None, context
        self.field.setText(saved.read.text)
        self._soon.stop()
        self._draft = QueryDraft(saved.read, saved.changed, saved.added)
        self._search_draft()

    def _after_chips(self) -> None:
        """Chips were changed by hand: hits that are shown must answer them."""
        self._show_draft()
        if self._session.query is not None and self._draft.query.filters:
            self._search_draft()

    def _select_similar(self) -> None:
        if self._similar is not None:
            self.more_like(self._similar)

    # -- what is shown

    def _show_draft(self) -> None:
        query, context = self._draft.query, self._context
        similar = self._similar is not None
        if similar:
            text = self.tr("similar appearance to track {0}").format(self._similar)
            self.similar_chip.setText(text)
            self.similar_chip.setAccessibleName(text)
            self.similar_chip.setToolTip(text)
        self.similar_chip.setVisible(similar)
        self.similar_chip.updateGeometry()
        filters = () if context is None or similar else query.filters
        self.chips.show_filters(
            [(one, describe(one, context)) for one in filters if context is not None]
        )
        self.chips.show_struck(() if similar else self._draft.struck)
        self.chips.setVisible(not similar)
        self.notes.show_query(Query("") if similar else query)
        self.asking.show_draft(self._draft, context, similar=similar)
        is_empty = not (similar or query.filters or self.field.text().strip())
        self.examples.setVisible(is_empty)
        self.updateGeometry()

    def _show_coverage(self) -> None:
        hits = self._session.hits
        if not self.busy:
            # Under the hits stands how much was covered; here what the answer could not see.
            missing = () if hits is None else missing_words(hits.coverage)
            words = "; ".join(missing)
            self.coverage.say(words[:1].upper() + words[1:])
            self.coverage.setToolTip("" if hits is None else coverage_words(hits.coverage))
        self.updateGeometry()

    def _data_changed(self, tables: frozenset[str]) -> None:
        if "tracks" in tables and self._session.hits is not None:
            words = coverage_words(self._session.hits.coverage)
            self.coverage.say(self.tr("{0}. Tracks changed since: search again.").format(words))
            self.updateGeometry()

    # -- case and query of others

    def _case_changed(self) -> None:
        self.cancel()
        self._context = None
        has_case = self._session.case is not None
        for one in (self.field, self.button, self.chips, self.examples):
            one.setEnabled(has_case)
        self._forget()

    def _query_changed(self) -> None:
        query = self._session.query
        if query is self._run.sent:
            return
        self._run.sent = query
        self.cancel()
        if query is None:
            self._forget()
            return
        self._similar = None
        self.field.setText(query.text)
        self._draft = QueryDraft(query)
        self._show_draft()

    def _forget(self) -> None:
        self._similar, self._run.sent = None, None
        self._draft = QueryDraft()
        self.field.clear()
        self._soon.stop()
        self._show_draft()
