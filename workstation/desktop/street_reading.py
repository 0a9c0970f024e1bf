"""Reads the streets of the map for the window: with tiles as a job that may be cancelled."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.jobs import Job, finish
from casefiles.usecases.street_types import CoverageAsked, StreetCoverage
from mapview.street_lines import StreetGround, read_coverage, read_streets
from mapview.tile_streets import KeptTiles
from ui.jobs import RunningJob
from ui.session import Session

T = TypeVar("T")


class StreetReading:
    """Tiles that were read are kept for the next question; a new one ends the one before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tiles = KeptTiles()
        self._running: dict[str, RunningJob] = {}

    def read(
        self, then: Callable[[StreetGround], None], failed: Callable[[BaseException], None]
    ) -> None:
        """The streets around the cameras of the open case."""
        self._read(
            _tr("Streets of the map"), lambda case: read_streets(case, kept=self._tiles), then,
            failed,
        )  # fmt: skip

    def ask(
        self,
        asked: CoverageAsked,
        then: Callable[[StreetCoverage], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Who saw them when."""
        self._read(
            _tr("Who saw the street"), lambda case: read_coverage(case, asked, self._tiles), then,
            failed,
        )  # fmt: skip

    def _read(
        self,
        title: str,
        make: Callable[[Case], Job[T]],
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        session = self._session
        case, view = session.case, session.view
        if case is None or view is None:
            return
        former = self._running.pop(title, None)
        if former is not None and isValid(former):
            former.cancel()
        if not any(one.kind == "tiles" for one in view.layers):
            session.ask(lambda it: finish(make(it)), then, key=title, failed=failed)
            return
        self._running[title] = session.jobs.start(
            title,
            lambda: make(case),
            on_done=lambda found: then(found) if session.case is case else None,
            on_failed=lambda error: failed(error) if session.case is case else None,
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("CanvassDesk", text)
