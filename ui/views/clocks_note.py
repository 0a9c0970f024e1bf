"""Says when clocks were changed since the search whose hits are listed, and searches again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from casefiles.types import SourceId
from ui.session import Session
from ui.views.elided_label import ElidedLabel
from video.clock import ClockOffset

_Clocks = dict[SourceId, ClockOffset | None]


class ClocksNote(QFrame):
    """One line above the hits, hidden while they and the clocks agree."""

    again_wanted = Signal(int)
    """The same search anew; so many hits are to be skipped."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results-clocks")
        self._session = session
        self._then: _Clocks | None = None
        self.label = ElidedLabel()
        self.label.setText(self.tr("Clocks were changed since this search"))
        self.label.setToolTip(
            self.tr("The times shown are those of the clocks now; which hits are listed, and in "
                    "what order, is as it was before.")
        )  # fmt: skip
        self.button = QPushButton(self.tr("Search again"))
        self.button.setObjectName("results-again")
        self.button.clicked.connect(self._again)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(self.label, 1)
        across.addWidget(self.button)
        session.hits_changed.connect(self._listed)
        session.view_changed.connect(self._compare)
        self._listed()

    def _listed(self) -> None:
        self._then = None if self._session.hits is None else self._now()
        self._compare()

    def _compare(self) -> None:
        then, now = self._then, self._now()
        # What was added since says nothing about the hits listed.
        is_stale = then is not None and any(
            number in now and now[number] != clock for number, clock in then.items()
        )
        self.setVisible(is_stale)

    def _again(self) -> None:
        hits = self._session.hits
        self.again_wanted.emit(0 if hits is None else hits.skipped)

    def _now(self) -> _Clocks:
        view = self._session.view
        return {} if view is None else {one.source_id: one.clock for one in view.sources}
