"""What must be seen at all times: device in use, coverage, who works, lock, TRAINING."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from casefiles.view_types import CaseView
from ui.icons import pixmap
from ui.session import Session
from ui.theme import THEME, Token, colour, set_property, text_font


@dataclass(frozen=True, slots=True)
class BadgeText:
    """What a badge says: its sign, its words, the colour that doubles them, more on pointing."""

    sign: str
    words: str
    token: Token
    tip: str


def device_text(view: CaseView | None) -> BadgeText | None:
    """The device that the newest analysis really ran on; None before there was one."""
    if view is None or not view.runs:
        return None
    run = max(view.runs.values(), key=lambda one: one.run_id)
    name = run.provider.removesuffix("ExecutionProvider") or run.provider
    if name == "CPU":
        return BadgeText(
            "device", "CPU — no GPU", "warn",
            "The last analysis ran on the processor, not on a graphics card: the same results,"
            " more slowly.",
        )  # fmt: skip
    shown = {"CUDA": "GPU (CUDA)"}.get(name, name)
    return BadgeText("device", shown, "text_dim", f"The last analysis ran on {run.provider}.")


def coverage_text(view: CaseView | None) -> BadgeText | None:
    """How many recordings a search can see; None without any."""
    if view is None or not view.sources:
        return None
    total = len(view.sources)
    done = sum(
        1 for one in view.sources
        if (run := view.runs.get(one.source_id)) is not None and run.state == "finished"
    )  # fmt: skip
    words = f"{done} of {total} source{'' if total == 1 else 's'} analysed"
    if done == total:
        return BadgeText("coverage", words, "text_dim", "Searches see every recording.")
    missing = total - done
    return BadgeText(
        "coverage", words, "warn",
        f"Searches cannot see {missing} recording{'' if missing == 1 else 's'} yet.",
    )  # fmt: skip


class Badge(QWidget):
    """A sign and a few words; says more when pointed at."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text: BadgeText | None = None
        self._known: tuple[BadgeText | None, str] | None = None
        """What was shown last, and in which scheme."""
        self.sign, self.words = QLabel(), QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setFont(text_font(11, bold=name == "badge-training"))
        across = QHBoxLayout(self)
        across.setContentsMargins(6, 0, 6, 0)
        across.setSpacing(4)
        across.addWidget(self.sign)
        across.addWidget(self.words)
        self.setMinimumHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_text(self, text: BadgeText | None) -> None:
        """Shows this; nothing at all for None."""
        known, self._known = self._known, (text, THEME.scheme)
        if known == self._known:
            return
        self._text = text
        self.setVisible(text is not None)
        if text is None:
            return
        self.sign.setPixmap(pixmap(text.sign, 16, text.token))
        self.words.setText(text.words)
        set_property(self.words, "tone", text.token if text.token != "text_dim" else "")
        set_property(self.words, "dim", text.token == "text_dim")
        self.setToolTip(text.tip)
        self.setAccessibleName(f"{text.words}. {text.tip}")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text is not None and self._text.token == "training":
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("training"), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 4, -1, -5), 4, 4)
            painter.end()


class StatusBadges(QWidget):
    """The badges in a row, for the corner of the menu bar; follows the session."""

    def __init__(self, session: Session, user: str = "", parent: QWidget | None = None) -> None:
        """`user` is who acts; that of the open case where none is given."""
        super().__init__(parent)
        self.setObjectName("status-badges")
        self.setAccessibleName(self.tr("Status"))
        self._session, self._user = session, user
        self.training = Badge("badge-training")
        self.device = Badge("badge-device")
        self.coverage = Badge("badge-coverage")
        self.user = Badge("badge-user")
        self.lock = Badge("badge-lock")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        for badge in (self.training, self.device, self.coverage, self.user, self.lock):
            across.addWidget(badge)
        session.case_changed.connect(self.refresh)
        session.view_changed.connect(self.refresh)
        THEME.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the case as it is now."""
        view, case = self._session.view, self._session.case
        self.device.show_text(device_text(view))
        self.coverage.show_text(coverage_text(view))
        name = self._user or (case.actor.user if case is not None else "")
        who = self.tr("Every step is logged under this name.")
        self.user.show_text(BadgeText("user", name, "text_dim", who) if name else None)
        self.lock.show_text(None if case is None else self._lock(encrypted=case.encrypted))
        practice = case is not None and case.header.training
        self.training.show_text(
            BadgeText("practise", self.tr("TRAINING"), "training",
                      self.tr("A practice case: its exports say TRAINING."))
            if practice else None
        )  # fmt: skip

    def _lock(self, *, encrypted: bool) -> BadgeText:
        if encrypted:
            return BadgeText(
                "lock", self.tr("encrypted"), "text_dim",
                self.tr(
                    "What was found and written down can only be read with the passphrase of the"
                    " case. Recordings and exports are not encrypted."
                ),
            )  # fmt: skip
        return BadgeText(
            "unlock", self.tr("not encrypted"), "text_dim",
            self.tr("Anyone with the folder can read the case."),
        )  # fmt: skip
