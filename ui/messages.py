"""Errors and notices in place, at the top of the window: what, which, and what to do.

A message never takes the keyboard away from where the person works, and never hides a bug: those
say that they are ours and where their report lies.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from resources.errors import UserError, one_line
from ui.icons import icon, pixmap
from ui.theme import THEME, Token, colour, set_property, text_font

Kind: TypeAlias = Literal["error", "warning", "notice"]
Report: TypeAlias = Callable[[BaseException, Callable[[object], None]], None]
"""Saves a bug report, off the GUI thread, and tells its place there, or in words why there is
none."""
_SHOWN: Final = 3
_LOOKS: Final[dict[Kind, tuple[str, Token]]] = {
    "error": ("error", "alert"),
    "warning": ("warning", "warn"),
    "notice": ("info", "accent"),
}
_log = logging.getLogger("qt")
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class ErrorText:
    """An error in words: what happened to which thing, what to do, and the rest on demand."""

    title: str
    hint: str
    details: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the banner shows it."""

    kind: Kind
    title: str
    hint: str = ""
    details: str = ""
    action: str = ""
    """What a button of the message says; it takes the message away."""
    act: Callable[[], object] = field(default=lambda: None, compare=False)
    """What that button does."""
    lasting: bool = False
    """It stays when another case opens: it is about no case, or about all of them."""
    topic: str = ""
    """A newer message takes the place of an older one of the same topic."""


def describe_error(error: BaseException, saved: object = "") -> ErrorText:
    """Words for an error; of a bug `saved` is where its report lies, as soon as there is one."""
    if isinstance(error, UserError):
        return ErrorText(_sentence(error.message), error.hint, _cause(error))
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return ErrorText(
            _sentence(f"{error.strerror or type(error).__name__}{place}"),
            "Check that it is there, that the disk has room, and that you have the right to it.",
            _trace(error),
        )
    told = f" A report was saved: {saved}" if saved else ""
    return ErrorText(
        "This is a fault in Sightline, not in your case.",
        f"What was stored is safe; try it again, or start the program anew.{told}",
        _trace(error),
    )


def route_qt_messages() -> None:
    """From now on Qt's own warnings go to the log, as logger `qt`."""
    qInstallMessageHandler(_note_qt_message)


def _note_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    # What the offscreen platform says of itself whenever a window is shown.
    if text.startswith("This plugin does not support"):
        return
    _log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "qt", text)


def _sentence(text: str) -> str:
    text = one_line(text).rstrip(".")
    # A message may begin with the name of a file, which stays as it is.
    first = text.partition(" ")[0]
    if first.isalpha() and first.islower():
        text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}."


def _cause(error: BaseException) -> str:
    cause = error.__cause__
    return f"{type(cause).__name__}: {cause}" if cause is not None else ""


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


class Banner(QWidget):
    """The newest three messages, one line each, and how many more there are; nothing else."""

    details_wanted = Signal(str, str)
    """A person asks for the details of a message: its title, its details."""
    help_wanted = Signal(object)
    """A person wants to report a fault (`BaseException`) to somebody."""
    emptied = Signal()
    """The last message was dismissed: the keyboard may go back to the work."""

    def __init__(self, report: Report | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName(self.tr("Messages"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._report = report
        self._reported: tuple[BaseException | None, object] = (None, "")
        self._window: QWidget | None = None
        self._messages: list[Message] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(1)
        self._more = QLabel()
        self._more.setObjectName("banner-more")
        self._more.setContentsMargins(12, 2, 12, 4)
        set_property(self._more, "dim", True)
        self._rows.addWidget(self._more)
        THEME.changed.connect(self._rebuild)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What has not been dismissed, oldest first."""
        return tuple(self._messages)

    def show_error(self, error: BaseException) -> None:
        """Shows an error; bugs are reported once, and say where as soon as it is written."""
        message = self._of_error(error)
        self.show_message(message)
        if self._report is not None and message.action and error is not self._reported[0]:
            self._reported = error, ""
            self._report(error, partial(self._tell_report, error, message))

    def _of_error(self, error: BaseException) -> Message:
        reported, saved = self._reported
        text = describe_error(error, saved if error is reported else "")
        is_bug = not isinstance(error, UserError | OSError)
        return Message(
            "error", text.title, text.hint, text.details,
            self.tr("Report it…") if is_bug else "",
            partial(self.help_wanted.emit, error),
        )  # fmt: skip

    def _tell_report(self, error: BaseException, message: Message, saved: object) -> None:
        self._reported = error, saved
        if message in self._messages:
            self._messages[self._messages.index(message)] = self._of_error(error)
            self._rebuild()

    def show_notice(self, text: str) -> None:
        """Shows a line that is no error."""
        self.show_message(Message("notice", text))

    def show_warning(self, text: str, hint: str = "") -> None:
        """Shows something that a person should look at."""
        self.show_message(Message("warning", text, hint))

    def show_message(self, message: Message) -> None:
        """Shows a message; one that is there already comes to the front instead."""
        older = [one for one in self._messages if message.topic and one.topic == message.topic]
        for one in (*older, message):
            if one in self._messages:
                self._messages.remove(one)
        self._messages.append(message)
        self._rebuild()
        self._announce(message)

    def dismiss(self, message: Message) -> None:
        """Takes a message away."""
        if message in self._messages:
            self._messages.remove(message)
            self._rebuild()
            if not self._messages:
                self.emptied.emit()

    def dismiss_newest(self) -> bool:
        """Takes the newest message away; whether there was one."""
        if not self._messages:
            return False
        self.dismiss(self._messages[-1])
        return True

    def clear(self) -> None:
        """Takes all away but what lasts."""
        self._messages = [message for message in self._messages if message.lasting]
        self._rebuild()

    def hear_escape(self, window: QWidget) -> None:
        """From now on Esc that nobody in the window used takes the newest message away."""
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self._window
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self.dismiss_newest()
        ):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.dismiss_newest():
            event.accept()
            return
        super().keyPressEvent(event)

    def _announce(self, message: Message) -> None:
        # Screen readers speak it; the keyboard stays where the person works.
        event = QAccessibleAnnouncementEvent(self, f"{message.title} {message.hint}".strip())
        urgent = QAccessible.AnnouncementPoliteness.Assertive
        polite = QAccessible.AnnouncementPoliteness.Polite
        event.setPoliteness(polite if message.kind == "notice" else urgent)
        QAccessible.updateAccessibility(event)

    def _rebuild(self) -> None:
        for row in self.findChildren(MessageRow):
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        newest_first = self._messages[::-1]
        for at, message in enumerate(newest_first[:_SHOWN]):
            row = MessageRow(message)
            row.dismissed.connect(self.dismiss)
            row.details_wanted.connect(self.details_wanted)
            self._rows.insertWidget(at, row)
            # The layout alone would show it a turn later, and a click in between would miss it.
            row.show()
        hidden = len(newest_first) - _SHOWN
        self._more.setText(self.tr("and {0} more").format(hidden))
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(self._messages))


class MessageRow(QWidget):
    """One message: a sign, the words, details where there are any, and a way to dismiss it."""

    dismissed = Signal(object)
    details_wanted = Signal(str, str)

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.setObjectName(f"message-{message.kind}")
        self.setAccessibleName(f"{message.title} {message.hint}".strip())
        across = QHBoxLayout(self)
        across.setContentsMargins(12, 4, 4, 4)
        across.setSpacing(8)
        sign, token = _LOOKS[message.kind]
        mark = QLabel()
        mark.setPixmap(pixmap(sign, 20, token))
        mark.setAccessibleName(self._kind_in_words())
        across.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(self._words(), 1)
        if message.action:
            across.addWidget(self._action_button(), 0, Qt.AlignmentFlag.AlignTop)
        if message.details:
            across.addWidget(self._details_button(), 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(self._close_button(), 0, Qt.AlignmentFlag.AlignTop)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tone = colour(_LOOKS[self.message.kind][1])
        painter.fillRect(self.rect(), colour("raised"))
        painter.fillRect(self.rect(), QColor(tone.red(), tone.green(), tone.blue(), 26))
        painter.fillRect(0, 0, 3, self.height(), tone)
        painter.end()

    def _kind_in_words(self) -> str:
        words = {
            "error": self.tr("Error"),
            "warning": self.tr("Warning"),
            "notice": self.tr("Notice"),
        }
        return words[self.message.kind]

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.setContentsMargins(0, 2, 0, 4)
        title = QLabel(self.message.title)
        title.setObjectName("message-title")
        title.setFont(text_font(13, bold=True))
        hint = QLabel(self.message.hint)
        hint.setObjectName("message-hint")
        for label in (title, hint):
            # Names from files are shown, never read as markup.
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if label.text():
                column.addWidget(label)
        return column

    def _action_button(self) -> QPushButton:
        button = QPushButton(self.message.action)
        button.setObjectName("message-action")
        button.setAccessibleName(self.message.action)
        button.setAutoDefault(False)
        button.clicked.connect(self._act)
        return button

    def _details_button(self) -> QPushButton:
        button = QPushButton(self.tr("Details"))
        button.setObjectName("message-details")
        button.setAccessibleName(self.tr("Details of this message"))
        button.setAutoDefault(False)
        button.clicked.connect(self._ask_details)
        return button

    def _close_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("message-close")
        button.setAccessibleName(self.tr("Dismiss this message"))
        button.setToolTip(self.tr("Dismiss (Esc)"))
        button.setIcon(icon("close"))
        button.clicked.connect(self._dismiss)
        return button

    def _act(self) -> None:
        # The button goes with its message.
        QTimer.singleShot(0, self.message.act)
        self._dismiss()

    def _ask_details(self) -> None:
        self.details_wanted.emit(self.message.title, self.message.details)

    def _dismiss(self) -> None:
        self.dismissed.emit(self.message)
