"""What a text was not read as: not understood, not searched by, taken for granted."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from casefiles.queries.contradictions import contradictions
from casefiles.queries.filters import Query
from casefiles.queries.words import NOT_GUESSED
from ui.views.words import Words

_MOST: Final = 4
_LONGEST: Final = 72


class QueryNotes(QWidget):
    """Up to five lines under the chips; none where everything was understood."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unknown = Words("unknown-words", "dim")
        self.struck = Words("struck-words", "dim", small=True)
        self.refused = Words("refused-words", "warn", icon="warning")
        self.contradictions = Words("contradictions", "warn", icon="warning")
        self.assumed = Words("assumed-words", "dim", small=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        notes = (self.unknown, self.struck, self.refused, self.contradictions, self.assumed)
        for row in notes:
            rows.addWidget(row)
        self.show_query(Query(""))

    def show_query(self, query: Query) -> None:
        """Says what the query's text left open."""
        unknown, refused = _quoted(query.unknown), _quoted(query.refused)
        struck = _quoted(query.struck)
        self.struck.say(f"{struck}: {NOT_GUESSED}" if struck else "")
        self.unknown.say(self.tr("Not understood: {0}").format(unknown) if unknown else "")
        refusal = self.tr("Sightline does not search by {0}: left out, and logged.")
        self.refused.say(refusal.format(refused) if refused else "")
        against = " · ".join(contradictions(query))
        self.contradictions.say(against[:1].upper() + against[1:])
        assumed = " · ".join(_short(text) for text in query.assumed[:_MOST])
        if len(query.assumed) > _MOST:
            assumed += self.tr(" · and {0} more").format(len(query.assumed) - _MOST)
        self.assumed.setToolTip("\n".join(query.assumed))
        self.assumed.say(self.tr("Assumed: {0}").format(assumed) if assumed else "")
        self.setVisible(bool(unknown or struck or refused or against or assumed))


def _short(text: str) -> str:
    """So much that the hits keep their room; the tool tip has all of it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip(' ,')}…"


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)
