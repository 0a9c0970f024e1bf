"""Long jobs: what runs, how fast, how long it will take; pause, go on, cancel."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon, pixmap
from ui.jobs import JobState, RunningJob
from ui.models.wall_text import length
from ui.session import Session
from ui.theme import THEME, Token, digits_font, set_property, text_font
from ui.views.progress_bar import ProgressBar

_TELL_EVERY_MS: Final = 250
_STEPS: Final = 1000
_SIGNS: Final[dict[JobState, tuple[str, Token]]] = {
    JobState.WAITING: ("clock", "text_dim"),
    JobState.RUNNING: ("play", "accent"),
    JobState.PAUSED: ("pause", "text_dim"),
    JobState.DONE: ("check", "good"),
    JobState.FAILED: ("error", "alert"),
    JobState.CANCELLED: ("cancel", "text_dim"),
}


def left_words(seconds: float) -> str:
    """How long it will still take, as roughly as it is known."""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds / 10) * 10} s left"
    if seconds < 3600:
        return f"about {round(seconds / 60)} min left"
    return f"about {length(seconds)} left"


def rate_words(rate: float, unit: str) -> str:
    """Units a second, such as `12.3 frames/s`; large units where bytes are counted."""
    if unit == "bytes":
        return f"{rate / 1e6:.1f} MB/s"
    return f"{rate:.1f} {unit}/s" if rate < 100 else f"{rate:.0f} {unit}/s"


def state_words(job: RunningJob) -> str:
    """One line on how a job stands."""
    words = {
        JobState.WAITING: "waiting for its turn",
        JobState.PAUSED: "paused; what is stored stays",
        JobState.DONE: "done",
        JobState.CANCELLED: "cancelled; what is stored stays",
    }
    if job.state is JobState.FAILED:
        return str(job.error) if job.error is not None and str(job.error) else "failed"
    if job.state in words:
        return words[job.state]
    progress = job.progress
    parts = [progress.what] if progress is not None and progress.what else []
    if progress is not None and job.rate is not None:
        parts.append(rate_words(job.rate, progress.unit))
    if job.left_s is not None:
        parts.append(left_words(job.left_s))
    return " · ".join(parts) or "starting"


class JobRow(QWidget):
    """One job: its sign, title, bar, words and buttons."""

    def __init__(self, job: RunningJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.setObjectName("job-row")
        self.sign = QLabel()
        self.title = QLabel(job.title)
        self.title.setObjectName("job-title")
        self.words = QLabel()
        self.words.setObjectName("job-words")
        self.words.setFont(digits_font(11))
        # A long file name must not make the dock wide.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(policy)
        self.bar = ProgressBar()
        self.bar.setObjectName("job-bar")
        self.bar.setTextVisible(False)
        self.bar.setProperty("thin", True)
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(job.title))
        self.hold = self._button("job-hold")
        self.hold.clicked.connect(self._toggle)
        self.cancel = self._button("job-cancel")
        self.cancel.setAccessibleName(self.tr("Cancel {0}").format(job.title))
        self.cancel.setToolTip(self.tr("Cancel; what is stored stays"))
        self.cancel.clicked.connect(job.cancel)
        self._lay_out()
        self.dress()

    def dress(self) -> None:
        """Shows the job as it is now, in the colours of now."""
        job = self.job
        self._dressed_for = job.state
        name, token = _SIGNS[job.state]
        self.sign.setPixmap(pixmap(name, 16, token))
        self.words.setText(state_words(job))
        set_property(self.words, "tone", "alert" if job.state is JobState.FAILED else "")
        set_property(self.words, "dim", job.state is not JobState.FAILED)
        self._show_bar()
        paused = job.state is JobState.PAUSED
        self.hold.setIcon(icon("play" if paused else "pause"))
        held = self.tr("Go on with {0}") if paused else self.tr("Pause {0}")
        self.hold.setAccessibleName(held.format(job.title))
        self.hold.setToolTip(self.tr("Go on") if paused else self.tr("Pause"))
        self.cancel.setIcon(icon("close"))
        for button in (self.hold, self.cancel):
            button.setVisible(not job.state.ended)

    def follow(self) -> None:
        """Shows how far the job is; the rest only where its state is another."""
        if self.job.state is not self._dressed_for:
            self.dress()
        elif not self.job.state.ended:
            self.words.setText(state_words(self.job))
            self._show_bar()

    def layout_now(self) -> None:
        """Forgets how high it was."""
        self._across.invalidate()

    def spoken(self) -> str:
        """The job as a screen reader says it."""
        return f"{self.job.title}, {state_words(self.job)}"

    def _show_bar(self) -> None:
        job, progress = self.job, self.job.progress
        set_property(self.bar, "held", job.state is not JobState.RUNNING)
        self.bar.setVisible(not job.state.ended)
        if progress is not None and progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(min(_STEPS * progress.done // progress.total, _STEPS))
        elif job.state is JobState.RUNNING:
            # Not known how much: the bar moves to and fro.
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(0)

    def _toggle(self) -> None:
        if self.job.state is JobState.PAUSED:
            self.job.resume()
        else:
            self.job.pause()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        return button

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        self.title.setFont(text_font(13))
        for widget in (self.title, self.bar, self.words):
            words.addWidget(widget)
        self._across = across = QHBoxLayout(self)
        across.setContentsMargins(8, 6, 4, 6)
        across.setSpacing(8)
        across.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(words, 1)
        across.addWidget(self.hold, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)


class _JobList(QListWidget):
    """A list that tells when its rows got another width."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class JobsPanel(QWidget):
    """Every job of the window, newest first; ended ones stay until they are cleared."""

    details_wanted = Signal(object)
    """The error (`BaseException`) of a failed job is to be shown again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobs-panel")
        self.setAccessibleName(self.tr("Jobs"))
        self._session = session
        self._rows: list[tuple[QListWidgetItem, JobRow]] = []
        self.list = _JobList()
        # The rows are widgets with margins of their own.
        self.list.setProperty("bare", True)
        # Words wrap otherwise in another width.
        self.list.resized.connect(self._fit)
        self.list.setObjectName("jobs-list")
        self.list.setAccessibleName(self.tr("Jobs, newest first"))
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._activate)
        self.clear_button = QPushButton(self.tr("Clear ended jobs"))
        self.clear_button.setObjectName("jobs-clear")
        self.clear_button.clicked.connect(self.clear_ended)
        self.empty = QLabel(self.tr("Nothing is being worked on. What takes long shows here."))
        self.empty.setObjectName("jobs-empty")
        self.empty.setWordWrap(True)
        self.empty.setMargin(16)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_property(self.empty, "dim", True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.addStretch(1)
        foot.addWidget(self.clear_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._stack, 1)
        rows.addLayout(foot)
        self._throttle = QTimer(self, interval=_TELL_EVERY_MS, singleShot=True)
        self._throttle.timeout.connect(self._show)
        session.jobs.added.connect(self._add)
        THEME.changed.connect(self._dress)
        for job in session.jobs.jobs:
            self._add(job)
        self._show()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The rows as listed, newest first."""
        return tuple(row for _, row in self._rows)

    def clear_ended(self) -> None:
        """Takes ended jobs off the list."""
        for item, row in [pair for pair in self._rows if pair[1].job.state.ended]:
            self._rows.remove((item, row))
            self.list.takeItem(self.list.row(item))
            row.deleteLater()
        self._show()

    def cancel_all(self) -> None:
        """Cancels whatever has not ended."""
        for row in self.rows:
            if not row.job.state.ended:
                row.job.cancel()

    def _add(self, job: RunningJob) -> None:
        item, row = QListWidgetItem(), JobRow(job)
        self.list.insertItem(0, item)
        self.list.setItemWidget(item, row)
        self._rows.insert(0, (item, row))
        # Tab goes from the list into its rows, newest first, not to the end of the window.
        QWidget.setTabOrder(self.list, row.hold)
        QWidget.setTabOrder(row.hold, row.cancel)
        job.changed.connect(self._soon)
        job.ended.connect(self._soon)
        self._show()

    def _soon(self) -> None:
        if not self._throttle.isActive():
            self._throttle.start()

    def _show(self) -> None:
        # Not told, the list does not lay itself out anew four times a second.
        with QSignalBlocker(self.list.model()):
            for item, row in self._rows:
                row.follow()
                item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken())
        self._stack.setCurrentWidget(self.list if self._rows else self.empty)
        self._fit()
        self.clear_button.setVisible(any(row.job.state.ended for row in self.rows))

    def _dress(self) -> None:
        for row in self.rows:
            row.dress()

    def _fit(self) -> None:
        width = self.list.viewport().width()
        for item, row in self._rows:
            # The row keeps an old answer until its layout is asked anew.
            row.layout_now()
            item.setSizeHint(QSize(0, max(row.heightForWidth(width), 36)))

    def _activate(self, item: QListWidgetItem) -> None:
        for one, row in self._rows:
            if one is item and row.job.error is not None:
                self.details_wanted.emit(row.job.error)
