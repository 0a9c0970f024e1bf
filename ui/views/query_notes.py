"""What a text was not read as: not understood, not searched by, taken for granted."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from casefiles.queries.filters import Query
from ui.views.words import Words

_MOST: Final = 4
_LONGEST: Final = 72


class QueryNotes(QWidget):
    """Up to three lines under the chips; none where everything was understood."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unknown = Words("unknown-words", "dim")
        self.refused = Words("refused-words", "warn", icon="warning")
        self.assumed = Words("assumed-words", "dim", small=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for row in (self.unknown, self.refused, self.assumed):
            rows.addWidget(row)
        self.show_query(Query(""))

    def show_query(self, query: Query) -> None:
        """Says what the query's text left open."""
        unknown, refused = _quoted(query.unknown), _quoted(query.refused)
        self.unknown.say(self.tr("Not understood: {0}").format(unknown) if unknown else "")
        refusal = self.tr("Sightline does not search by {0}. This changed nothing.")
        self.refused.say(refusal.format(refused) if refused else "")
        assumed = " · ".join(_short(text) for text in query.assumed[:_MOST])
        if len(query.assumed) > _MOST:
            assumed += self.tr(" · and {0} more").format(len(query.assumed) - _MOST)
        self.assumed.setToolTip("\n".join(query.assumed))
        self.assumed.say(self.tr("Assumed: {0}").format(assumed) if assumed else "")
        self.setVisible(bool(unknown or refused or assumed))


def _short(text: str) -> str:
    """So much that the hits keep their room; the tool tip has all of it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip(' ,')}…"


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)
