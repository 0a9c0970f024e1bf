"""The chips of a search panel: opened, edited, taken away, added."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from casefiles.queries.filters import Filter
from ui.models.query_draft import QueryDraft
from ui.session import Session
from ui.views.chip_row import ChipRow
from ui.views.filter_editors import EditorPopover, editor_of, fresh, title_of


class ChipEditing(QObject):
    """Turns what is done to chips into another draft; `draft` tells the present one."""

    changed = Signal(object)
    """The `QueryDraft` after filters were changed by hand."""
    dismissed = Signal(object)
    """The `QueryDraft` with a struck word less; what is asked stays the same."""

    def __init__(
        self, session: Session, chips: ChipRow, parent: QWidget, draft: Callable[[], QueryDraft]
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._chips = chips
        self._panel = parent
        self._draft = draft
        chips.edit_wanted.connect(self._edit)
        chips.remove_wanted.connect(self._remove)
        chips.dismissed.connect(self._dismiss)
        chips.add_wanted.connect(self._add)

    def _edit(self, wanted: Filter, chip: QWidget) -> None:
        view = self._session.view
        if view is not None:
            popover = EditorPopover(self.tr(title_of(wanted)), editor_of(wanted, view), self._panel)
            popover.applied.connect(lambda new: self._exchange(wanted, new))
            popover.open_below(chip)

    def _add(self, kind: str) -> None:
        view = self._session.view
        if view is not None:
            wanted = fresh(kind, view)
            editor = editor_of(wanted, view, kind)
            popover = EditorPopover(self.tr(title_of(wanted, kind)), editor, self._panel)
            popover.applied.connect(self._put)
            popover.open_below(self._chips.add_button)

    def _exchange(self, old: Filter, new: Filter | None) -> None:
        draft = self._draft()
        self.changed.emit(draft.without(old) if new is None else draft.exchanged(old, new))

    def _put(self, new: Filter | None) -> None:
        if new is not None:
            self.changed.emit(self._draft().with_filter(new))

    def _remove(self, unwanted: Filter) -> None:
        self.changed.emit(self._draft().without(unwanted))

    def _dismiss(self, word: str) -> None:
        self.dismissed.emit(self._draft().without_word(word))
