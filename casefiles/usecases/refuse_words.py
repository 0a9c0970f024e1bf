"""The record of words that this program never searches by."""

from casefiles import audit
from casefiles.case import Case
from casefiles.queries.filters import Query
from casefiles.queries.words import rule_of


def log_refused(case: Case, query: Query) -> None:
    """Writes that words of a query were refused, and by which rules; nothing where none was.

    The words are private text; the rules and how many words there were are chained.
    """
    if not query.refused:
        return
    rules = sorted({rule_of(word) for word in query.refused} - {""})
    case.record(
        audit.Entry(
            "search",
            "refused",
            facts={"rules": list(rules), "words": len(query.refused)},
            private={"text": query.text, "words": ", ".join(query.refused)},
        )
    )
