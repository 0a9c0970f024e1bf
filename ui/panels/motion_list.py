"""What a search for motion in a zone found: stretches to go to, and to analyse first."""

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from casefiles.usecases.motion_scope import MotionAnswer, MotionSoFar, MotionSpan
from ui.icons import icon
from ui.jobs import RunningJob
from ui.models.motion import MotionModel
from ui.session import Selection, Session
from ui.theme import THEME, set_property, text_font
from ui.views.fitted import FittedPanel
from ui.views.item_keys import LEAST_TABLE_PX, KeyedTable
from ui.views.progress_bar import ProgressBar


class MotionList(FittedPanel):
    """A heading, what is said of the search, and a table; hidden while nothing was searched."""

    analyse_wanted = Signal(object)
    """Ids of sources, those with most motion first."""
    go_wanted = Signal(object)
    """A `MotionSpan` to show."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("motion-section")
        self._session = session
        self._job: RunningJob | None = None
        self._answer: MotionAnswer | None = None
        self._spans: tuple[MotionSpan, ...] = ()
        self.model = MotionModel(self)
        self.heading = QLabel(self.tr("Motion in a zone"))
        self.heading.setFont(text_font(13, bold=True))
        self.analyse_button = QPushButton(self.tr("Analyse these first"))
        self.analyse_button.setObjectName("motion-analyse")
        self.analyse_button.setToolTip(
            self.tr("Analyses the recordings with motion, those with most of it first")
        )
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setObjectName("motion-cancel")
        self.close_button = QToolButton()
        self.close_button.setObjectName("motion-close")
        self.close_button.setAccessibleName(self.tr("Put this list away"))
        self.close_button.setToolTip(self.tr("Put this list away"))
        self.bar = ProgressBar()
        self.bar.setObjectName("motion-progress")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the search for motion"))
        self.said = QLabel()
        self.said.setObjectName("motion-said")
        self.said.setWordWrap(True)
        set_property(self.said, "dim", True)
        self.table = KeyedTable()
        self.table.setObjectName("motion-table")
        self.table.setAccessibleName(self.tr("Stretches with motion"))
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(LEAST_TABLE_PX)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((232, 90, 160, 90)):
            self.table.setColumnWidth(column, width)
        self._lay_out()
        self.table.chosen.connect(self._go)
        self.table.selectionModel().currentRowChanged.connect(self._current)
        self.analyse_button.clicked.connect(self._analyse)
        self.cancel_button.clicked.connect(self._cancel)
        self.close_button.clicked.connect(self.put_away)
        session.case_changed.connect(self.put_away)
        session.view_changed.connect(self._show)
        THEME.changed.connect(self._tint)
        self._tint()
        self.put_away()

    @property
    def spans(self) -> tuple[MotionSpan, ...]:
        """What was found until now."""
        return self._spans

    def follow(self, job: RunningJob, name: str) -> None:
        """Shows what a search finds, while it goes on."""
        self.put_away()
        self._job = job
        self.heading.setText(self.tr("Motion in {0}").format(name))
        job.changed.connect(self._heard)
        job.ended.connect(self._heard)
        self.show()
        self._show()

    def take(self, answer: MotionAnswer) -> None:
        """Shows the answer of the search that is followed."""
        self._answer, self._spans = answer, answer.spans
        self._show()

    def put_away(self) -> None:
        """Ends the search, if there is one, and hides the list."""
        self._cancel()
        self._job, self._answer, self._spans = None, None, ()
        self.hide()
        self._show()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.heading, 1)
        line.addWidget(self.analyse_button)
        line.addWidget(self.cancel_button)
        line.addWidget(self.close_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(self.bar)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.said)

    def _heard(self) -> None:
        # One that was put away may still say something.
        if self._job is None:
            return
        progress = self._job.progress
        if self._answer is None and isinstance(progress, MotionSoFar):
            self._spans = progress.spans
        self._show()

    def _show(self) -> None:
        job = self._job
        goes_on = job is not None and not job.state.ended
        if self.model.rows != self._spans or self._answer is not None:
            self._fill()
        self.cancel_button.setVisible(goes_on)
        self.bar.setVisible(goes_on)
        self.analyse_button.setEnabled(bool(self._spans))
        progress = None if job is None else job.progress
        if goes_on and progress is not None:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        self.said.setText(self._words())
        self.updateGeometry()

    def _fill(self) -> None:
        current = self.model.row(self.table.currentIndex())
        self.model.set_spans(self._spans, self._session.view)
        if current is not None:
            kept = self.model.find(
                lambda one: (
                    one.source_id == current.source_id
                    and one.from_ns <= current.from_ns < one.to_ns
                )
            )
            self.table.setCurrentIndex(kept)

    def _words(self) -> str:
        job, answer = self._job, self._answer
        if answer is not None:
            notes = "; ".join(answer.notes)
            words = (
                self.tr("{0} stretch in {1} of {2} recordings.") if len(answer.spans) == 1
                else self.tr("{0} stretches in {1} of {2} recordings.")
            )  # fmt: skip
            found = words.format(
                len(answer.spans), len(answer.in_order_of_motion()), len(answer.looks)
            )
            return f"{found} {notes[:1].upper()}{notes[1:]}".strip()
        if job is None or job.state.ended:
            return self.tr("The search was not finished: this is what it found until then.")
        progress = job.progress
        what = progress.what if progress is not None else ""
        return self.tr("Searching {0}: {1} stretches so far").format(what, len(self._spans))

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        span = self.model.row(current)
        if span is not None and self.table.hasFocus():
            self._session.select(Selection(span.source_id, span.camera_id))

    def _go(self) -> None:
        span = self.model.row(self.table.currentIndex())
        if span is not None:
            self.go_wanted.emit(span)

    def _analyse(self) -> None:
        answer = self._answer or MotionAnswer(self._spans, (), (), 0.0, 0.0, complete=False)
        self.analyse_wanted.emit(list(answer.in_order_of_motion()))

    def _cancel(self) -> None:
        if self._job is not None and not self._job.state.ended:
            self._job.cancel()

    def _tint(self) -> None:
        self.close_button.setIcon(icon("close"))
