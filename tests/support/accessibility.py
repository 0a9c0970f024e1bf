"""A walk over a window that finds what cannot be named, reached, hit or read.

Checks what Qt tells assistive tools, not what the code meant. A control may excuse itself from the
keyboard by the property `keyboard_instead` (what does the same), and a text from being cut by
`elides` (it ends in an ellipsis and its tool tip has it all).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

LEAST_SIDE: Final = 28
LEAST_CONTRAST: Final = 4.5
_CONTROLS: Final = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
# Inside of these, Qt's own parts are driven through the whole.
_WHOLE: Final = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar, QHeaderView)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and with which widget."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def walk(root: QWidget) -> list[Problem]:
    """Everything wrong with what is visible inside of `root`, itself included."""
    found: list[Problem] = []
    for widget in _visible(root):
        if is_control(widget) and widget.isEnabled():
            found += [Problem(path_of(widget), what) for what in _control_problems(widget)]
        found += [Problem(path_of(widget), what) for what in _text_problems(widget)]
    return found


def is_control(widget: QWidget) -> bool:
    """Whether a person does something with it: by class, or because Tab stops at it."""
    if isinstance(widget, QScrollBar | QHeaderView) or _is_part(widget):
        return False
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return isinstance(widget, _CONTROLS) or (takes_tab and not _only_holds(widget))


def path_of(widget: QWidget) -> str:
    """Class and name of a widget, and the named ones around it."""
    names = [f"{type(widget).__name__} {widget.objectName()!r}"]
    parent: QObject | None = widget.parent()
    while isinstance(parent, QWidget):
        if parent.objectName() and not parent.objectName().startswith("qt_"):
            names.append(parent.objectName())
        parent = parent.parent()
    return " in ".join(names)


def contrast(one: QColor, other: QColor) -> float:
    """Contrast of two opaque colours, 1..21 (WCAG 2.2, relative luminance)."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _control_problems(widget: QWidget) -> Iterator[str]:
    interface = _seen_as(widget)
    if interface is None:
        yield "assistive tools do not see it"
        return
    if not interface.text(QAccessible.Text.Name).strip():
        yield "has no accessible name"
    if interface.role() == QAccessible.Role.NoRole:
        yield "has no role"
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) or _is_one_of_a_group(widget)
    if not by_tab and not widget.property("keyboard_instead"):
        yield "cannot be reached by Tab, and says no other way"
    if isinstance(widget, QAbstractButton):
        beside_text = isinstance(widget, QCheckBox | QRadioButton)
        if widget.height() < LEAST_SIDE or (not beside_text and widget.width() < LEAST_SIDE):
            yield f"is {widget.width()} × {widget.height()}, less than {LEAST_SIDE} to hit"


def _seen_as(widget: QWidget) -> QAccessibleInterface | None:
    return QAccessible.queryAccessibleInterface(widget)


def _text_problems(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QLabel | QAbstractButton) or not widget.text() or _is_part(widget):
        return
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.heightForWidth(widget.width()) > widget.height() + 1:
            yield f"cuts off lines of {widget.text()!r}"
    elif widget.sizeHint().width() > widget.width() + 1 and not widget.property("elides"):
        yield f"cuts off {widget.text()!r}"
    if widget.isEnabled():
        palette = widget.palette()
        text = palette.color(widget.foregroundRole())
        behind = _background(widget)
        ratio = contrast(text, behind)
        if ratio < LEAST_CONTRAST:
            yield f"{text.name()} on {behind.name()} has a contrast of {ratio:.1f}"


def _background(widget: QWidget) -> QColor:
    """The colour behind a widget's text: its own where it is a button, else what it lies on."""
    if isinstance(widget, QAbstractButton) and not isinstance(widget, QCheckBox | QRadioButton):
        own = widget.palette().color(widget.backgroundRole())
        # A flat one shows what it lies on.
        if own.alpha():
            return own
    at: QWidget | None = widget
    while at is not None:
        if at.autoFillBackground() or at.isWindow():
            return at.palette().color(at.backgroundRole())
        at = at.parentWidget()
    return widget.palette().color(widget.backgroundRole())


def _visible(root: QWidget) -> Iterator[QWidget]:
    for widget in (root, *root.findChildren(QWidget)):
        if widget is root or widget.isVisibleTo(root):
            yield widget


def _is_part(widget: QWidget) -> bool:
    """Whether it is a piece that Qt put into a control, or a dock manager into its frame."""
    parent = widget.parentWidget()
    return (
        widget.objectName().startswith("qt_")
        or isinstance(parent, _WHOLE)
        or (isinstance(parent, QAbstractItemView) and isinstance(widget, QAbstractButton))
    )


def _is_one_of_a_group(widget: QWidget) -> bool:
    """Whether Tab stops at the checked button of its group, and arrows lead on to this one."""
    if not isinstance(widget, QAbstractButton) or not widget.isCheckable():
        return False
    group = widget.group()
    return widget.autoExclusive() or (group is not None and group.exclusive())


def _only_holds(widget: QWidget) -> bool:
    """Whether it takes the keyboard only to scroll or to pass it on."""
    if widget.focusProxy() is not None:
        return True
    return widget.inherits("QScrollArea") or widget.inherits("QSplitter") or widget.isWindow()


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(v) for v in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
