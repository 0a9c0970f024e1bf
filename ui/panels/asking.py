"""What helps to ask: counts while one types, steps to more or fewer answers, saved searches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from casefiles.case import Case
from casefiles.edit_kinds import RemoveSearch, RenameSearch, SaveSearch
from casefiles.queries.context import Context
from casefiles.queries.describe import describe
from casefiles.queries.saved import Restored, restored, saved_search
from casefiles.usecases.count_tracks import Hint, said_of
from casefiles.usecases.query_context import query_context
from casefiles.view_types import SavedSearch
from ui.icons import icon
from ui.models.counting import LiveCounts
from ui.models.query_draft import QueryDraft
from ui.session import Session
from ui.theme import THEME
from ui.views.chip_row import ChipRow
from ui.views.hint_row import HintRow
from ui.views.saved_popover import SavedPopover


@dataclass(frozen=True, slots=True)
class _Step:
    """One hint that was followed: the draft before it and after it."""

    before: QueryDraft
    after: QueryDraft


class Asking(QObject):
    """Belongs to a search panel: reads its draft, and asks it to take another one."""

    draft_wanted = Signal(object)
    """A `QueryDraft` to be shown in the place of the present one."""
    restored = Signal(object, object)
    """A saved search was read: the `Context` it was read against, and what it asks for now."""
    text_wanted = Signal(str)
    """A recent text is to be searched."""

    def __init__(
        self,
        session: Session,
        parent: QWidget,
        *,
        chips: ChipRow,
        recent: Callable[[], Sequence[str]],
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = parent
        self._chips = chips
        self._recent = recent
        self._draft = QueryDraft()
        self._context: Context | None = None
        self._steps: list[_Step] = []
        self._popover: SavedPopover | None = None
        self.live = LiveCounts(session, self)
        self.hints = HintRow()
        self.star = QToolButton()
        self.star.setObjectName("search-star")
        self.star.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.star.setAccessibleName(self.tr("Saved searches"))
        self.star.setToolTip(self.tr("Save this search; saved and recent searches"))
        self.star.clicked.connect(self.open_saved)
        self.hints.chosen.connect(self._follow)
        self.hints.taken_back.connect(self._take_back)
        self.live.changed.connect(self._show)
        session.hits_changed.connect(self._show)
        session.view_changed.connect(self._show_saved)
        session.case_changed.connect(self._show_saved)
        THEME.changed.connect(self._show_saved)
        self._show_saved()

    def show_draft(self, draft: QueryDraft, context: Context | None, *, similar: bool) -> None:
        """The draft as it is now; nothing is counted where a search by looks is on show."""
        self._draft, self._context = draft, context
        if self._steps and self._steps[-1].after != draft:
            self._steps.clear()
        query = None if similar or context is None else draft.query
        self.live.ask(query)
        self._show()
        self._show_saved()

    # -- counts and steps

    def _show(self) -> None:
        counts, query = self.live.counts, self._draft.query
        can_undo = bool(self._steps)
        if counts is None or self._context is None or len(counts.alone) != len(query.filters):
            self._chips.show_counts(())
            self.hints.say("", (), icon="", can_undo=can_undo)
            return
        self._chips.show_counts(counts.alone if len(counts.alone) > 1 else ())
        words = [self._said(hint) for hint in counts.hints]
        # The hits say themselves how many they are.
        is_answered = self._session.hits is not None and self._session.query == query
        said = "" if is_answered and not words else self._words(counts.total, counts.hints)
        drawing = "add" if counts.hints and counts.hints[0].kind == "more" else "filter"
        self.hints.say(said, words, icon=drawing, can_undo=can_undo)

    def _words(self, total: int | None, hints: Sequence[Hint]) -> str:
        if total is None:
            if self._draft.query.refused:
                return ""
            return self.tr("Too much to count while typing: search to see how many answer.")
        said = (
            self.tr("1 track answers") if total == 1
            else self.tr("{0} tracks answer").format(f"{total:,}" if total else self.tr("No"))
        )  # fmt: skip
        if hints:
            more = hints[0].kind == "more"
            said += self.tr(". More with:") if more else self.tr(". Fewer with:")
        return said

    def _said(self, hint: Hint) -> str:
        context = self._context
        assert context is not None
        words = ["" if one is None else describe(one, context) for one in (hint.old, hint.new)]
        return said_of(hint, words)

    def _follow(self, number: int) -> None:
        counts = self.live.counts
        if counts is None or number >= len(counts.hints):
            return
        before = self._draft
        after = stepped(before, counts.hints[number])
        self._steps.append(_Step(before, after))
        self.draft_wanted.emit(after)

    def _take_back(self) -> None:
        if self._steps:
            before = self._steps.pop().before
            self.draft_wanted.emit(before)

    # -- saved searches

    def open_saved(self) -> None:
        """Opens the list of saved searches under the star."""
        view = self._session.view
        if view is None:
            return
        present = self._present()
        query = self._draft.query
        name = present.name if present is not None else query.text.strip()[:60]
        popover = SavedPopover(
            self._panel, view.searches, self._recent(), name=name,
            can_save=bool(query.filters) and present is None,
        )  # fmt: skip
        popover.save_wanted.connect(self._save)
        popover.asked.connect(self.ask_again)
        popover.recent_asked.connect(self.text_wanted)
        popover.rename_wanted.connect(self._rename)
        popover.remove_wanted.connect(self._remove)
        popover.destroyed.connect(self._closed)
        self._popover = popover
        popover.open_below(self.star)

    def ask_again(self, saved: SavedSearch) -> None:
        """Reads a saved search against the case as it is now."""

        def read(case: Case) -> tuple[Context, Restored]:
            context = query_context(case)
            return context, restored(saved, context)

        def take(found: tuple[Context, Restored]) -> None:
            context, asked = found
            for note in asked.notes:
                self._session.notice.emit(note[:1].upper() + note[1:] + ".")
            self.restored.emit(context, asked)

        self._session.ask(read, take, key="saved-search")

    def _document(self, name: str = "x") -> SavedSearch:
        draft = self._draft
        return saved_search(name, draft.read.text, draft.changed, draft.added)

    def _present(self) -> SavedSearch | None:
        """The saved search that the draft is."""
        view, draft = self._session.view, self._document()
        if view is None:
            return None
        return next(
            (
                one for one in view.searches
                if (one.text.strip(), one.document) == (draft.text.strip(), draft.document)
            ),
            None,
        )  # fmt: skip

    def _save(self, name: str) -> None:
        self._session.do(self.tr("saving of search {0}").format(name),
                         SaveSearch(self._document(name)))  # fmt: skip

    def _rename(self, saved: SavedSearch, name: str) -> None:
        self._session.do(self.tr("name of search {0}").format(name),
                         RenameSearch(saved.search_id, name))  # fmt: skip

    def _remove(self, saved: SavedSearch) -> None:
        self._session.do(self.tr("removal of search {0}").format(saved.name),
                         RemoveSearch(saved.search_id))  # fmt: skip

    def _closed(self) -> None:
        self._popover = None

    def _show_saved(self) -> None:
        view = self._session.view
        self.star.setEnabled(view is not None)
        is_saved = self._present() is not None
        self.star.setIcon(icon("star-on" if is_saved else "star"))
        self.star.setAccessibleDescription(self.tr("This search is saved") if is_saved else "")
        if self._popover is not None and view is not None:
            self._popover.show_searches(view.searches)


def stepped(draft: QueryDraft, hint: Hint) -> QueryDraft:
    """The draft after a hint was followed."""
    if hint.old is None:
        return draft if hint.new is None else draft.with_filter(hint.new)
    return draft.without(hint.old) if hint.new is None else draft.exchanged(hint.old, hint.new)
