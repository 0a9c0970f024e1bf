"""Analyses several recordings, one after another."""

from collections.abc import Sequence

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.types import SourceId
from casefiles.usecases.index_source import IndexOptions, IndexReport, index_source


def index_sources(
    case: Case, source_ids: Sequence[SourceId], options: IndexOptions
) -> Job[tuple[IndexReport, ...]]:
    """The reports in order; closing the job keeps what is finished, and whole chunks of the rest.

    Raises:
        As `index_source`; recordings before the failed one are finished.
    """
    reports = []
    for source_id in source_ids:
        reports.append((yield from index_source(case, source_id, options)))
    return tuple(reports)
