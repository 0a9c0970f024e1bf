"""Everything small about a case in one read, for a window to draw from."""

from casefiles.case import Case
from casefiles.view_types import CaseView


def view_case(case: Case) -> CaseView:
    """Header, sources, cameras, shown runs, zones and bookmarks, in one consistent view."""
    raise NotImplementedError
