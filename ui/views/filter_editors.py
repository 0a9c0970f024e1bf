"""What opens at a chip: one small editor for each kind of filter, with Apply and Escape.

Editors read and give values; they know neither session nor query.
"""

from datetime import UTC, datetime
from typing import Final, Protocol

from PySide6.QtCore import QDateTime, QPoint, Qt, QTime, QTimeZone, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from casefiles.queries.filters import (
    AttributeFilter,
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    CountFilter,
    DirectionFilter,
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.types import BodyPart, CameraId
from casefiles.view_types import CaseView
from detection.colours import COLOURS
from detection.labels import ObjectClass
from ui.icons import icon
from ui.models.hits import class_icon, class_label
from ui.models.wall_text import local, zone_label, zone_of
from ui.theme import digits_font, text_font
from ui.views.check_list import CheckList, Choice, labelled
from ui.views.editor_parts import column, dim
from ui.views.swatch import swatch_icon
from ui.views.trait_editors import (
    AttributeEditor,
    CountEditor,
    DirectionEditor,
    SizeEditor,
    SpeedEditor,
)
from ui.views.way_editors import (
    DwellEditor,
    LineEditor,
    LoiterEditor,
    SequenceEditor,
    ZoneEditor,
)
from video.clock import NS_PER_S, wall_to_ns

KINDS: Final = (
    ("class", "Kind of object…", "person"),
    ("colour", "Colour…", "filter"),
    ("attribute", "Carried, worn, type…", "bag"),
    ("camera", "Camera…", "camera"),
    ("time", "From – up to…", "clock"),
    ("clock", "Time of day…", "clock"),
    ("zone", "Zone…", "zone"),
    ("line", "Line…", "line"),
    ("sequence", "One after the other…", "step-forward"),
    ("dwell", "Time in view…", "pause"),
    ("loiter", "Stays about one place…", "loop"),
    ("direction", "Direction…", "map"),
    ("speed", "Speed…", "faster"),
    ("size", "Height in the picture…", "zoom-in"),
    ("count", "Seen together…", "user"),
)
"""What a filter can be: its name for `fresh`, its title, its drawing."""
_NAMES: Final[dict[type, str]] = {
    ClassFilter: "class", ColourFilter: "colour", CameraFilter: "camera", TimeFilter: "time",
    ClockFilter: "clock", DwellFilter: "dwell", LineFilter: "line", SequenceFilter: "sequence",
    LoiterFilter: "loiter", AttributeFilter: "attribute", DirectionFilter: "direction",
    SpeedFilter: "speed", SizeFilter: "size", CountFilter: "count",
}  # fmt: skip
_PARTS: Final[tuple[BodyPart, ...]] = ("upper", "lower", "body")
_DAY_MINUTES: Final = 24 * 60
_DATE_FORMAT: Final = "yyyy-MM-dd HH:mm:ss"


class FilterEditor(Protocol):
    """The inside of a popover."""

    def value(self) -> Filter | None:
        """The filter as edited; None where nothing is chosen, which takes the filter away."""
        ...


class ClassEditor(QWidget):
    """Which kinds of objects; those that no model used so far knows say so."""

    def __init__(self, wanted: ClassFilter, view: CaseView) -> None:
        super().__init__()
        known = {number for run in view.runs.values() for number in run.classes}
        doubt = self.tr("needs another model")
        self.list = CheckList(
            [
                Choice(
                    int(kind),
                    class_label(kind),
                    icon(class_icon(kind)),
                    doubt if known and kind not in known else "",
                )
                for kind in ObjectClass
            ],
            wanted.class_ids,
        )
        labelled(self.list, "classes", self.tr("Kinds of objects"))
        column(self, self.list)

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        return ClassFilter(chosen) if chosen else None


class ColourEditor(QWidget):
    """Which part has which colours."""

    def __init__(self, wanted: ColourFilter, view: CaseView) -> None:
        super().__init__()
        self.part = QComboBox()
        for text in (
            self.tr("Upper clothing"), self.tr("Lower clothing"), self.tr("Body of a vehicle")
        ):  # fmt: skip
            self.part.addItem(text)
        self.part.setCurrentIndex(_PARTS.index(wanted.part))
        labelled(self.part, "part", self.tr("Part that has the colour"))
        self.list = CheckList(
            [Choice(name, name.capitalize(), swatch_icon(name)) for name in COLOURS],
            wanted.colours,
        )
        labelled(self.list, "colours", self.tr("Colours, any of them is enough"))
        column(self, self.part, self.list)

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        return ColourFilter(_PARTS[self.part.currentIndex()], chosen) if chosen else None


class CameraEditor(QWidget):
    """Which cameras."""

    def __init__(self, wanted: CameraFilter, view: CaseView) -> None:
        super().__init__()
        self._wanted = wanted
        self.list: CheckList[CameraId] = CheckList(
            [Choice(camera.camera_id, camera.name, icon("camera")) for camera in view.cameras],
            wanted.camera_ids,
        )
        labelled(self.list, "cameras", self.tr("Cameras"))
        column(self, self.list)
        if not view.cameras:
            column(self, dim(self.tr("The case has no cameras yet.")))

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        if not chosen:
            return None
        # The words that chose the cameras hold only as long as the choice does.
        same = set(chosen) == set(self._wanted.camera_ids)
        return self._wanted if same else CameraFilter(chosen)


class TimeEditor(QWidget):
    """From when to when, in the zone of the case; either end may be open."""

    def __init__(self, wanted: TimeFilter, view: CaseView) -> None:
        super().__init__()
        self._zone = view.zone_name
        self._wanted = wanted
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        self.has_from, self.begin = self._end(wanted.from_ns, view)
        self.has_to, self.end = self._end(wanted.to_ns, view)
        labelled(self.has_from, "has-from", self.tr("Limit the beginning"))
        labelled(self.begin, "from", self.tr("From, true time"))
        labelled(self.has_to, "has-to", self.tr("Limit the end"))
        labelled(self.end, "to", self.tr("Up to, true time"))
        self.has_from.setText(self.tr("From"))
        self.has_to.setText(self.tr("Up to"))
        form.addRow(self.has_from, self.begin)
        form.addRow(self.has_to, self.end)
        zone = zone_label(local(wanted.from_ns or wanted.to_ns or view.earliest_ns, self._zone))
        form.addRow("", dim(self.tr("True time, {0}").format(zone)))

    def value(self) -> Filter | None:
        start = (
            self._wall_ns(self.begin, self._wanted.from_ns) if self.has_from.isChecked() else None
        )
        stop = self._wall_ns(self.end, self._wanted.to_ns) if self.has_to.isChecked() else None
        return None if start is None and stop is None else TimeFilter(start, stop)

    def _end(self, wall_ns: int | None, view: CaseView) -> tuple[QCheckBox, QDateTimeEdit]:
        box, field = QCheckBox(), QDateTimeEdit()
        field.setFont(digits_font())
        field.setDisplayFormat(_DATE_FORMAT)
        # Numbers of the case's zone are shown as they are; the zone of this computer must not
        # move them, so the field is told that they are UTC.
        field.setTimeZone(QTimeZone(QTimeZone.Initialization.UTC))
        there = local(view.earliest_ns if wall_ns is None else wall_ns, self._zone)
        field.setDateTime(
            QDateTime.fromString(f"{there:%Y-%m-%dT%H:%M:%S}Z", Qt.DateFormat.ISODate)
        )
        box.setChecked(wall_ns is not None)
        field.setEnabled(wall_ns is not None)
        box.toggled.connect(field.setEnabled)
        return box, field

    def _wall_ns(self, field: QDateTimeEdit, before_ns: int | None) -> int:
        shown = datetime.fromisoformat(field.dateTime().toString("yyyy-MM-ddTHH:mm:ss"))
        wall_ns = wall_to_ns(shown.replace(tzinfo=zone_of(self._zone)).astimezone(UTC))
        # The field shows whole seconds: what was not touched keeps its fraction.
        if before_ns is not None and wall_ns == before_ns // NS_PER_S * NS_PER_S:
            return before_ns
        return wall_ns


class ClockEditor(QWidget):
    """Time of day, on any day; from later than to runs over midnight."""

    def __init__(self, wanted: ClockFilter, view: CaseView) -> None:
        super().__init__()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        self.begin, self.end = QTimeEdit(), QTimeEdit()
        fields = ((self.begin, wanted.from_minute), (self.end, wanted.to_minute))
        for field, minute in fields:
            field.setDisplayFormat("HH:mm")
            field.setFont(digits_font())
            field.setTime(QTime(minute % _DAY_MINUTES // 60, minute % 60))
        labelled(self.begin, "from", self.tr("From, time of day"))
        labelled(self.end, "to", self.tr("To, time of day"))
        form.addRow(self.tr("From"), self.begin)
        form.addRow(self.tr("To"), self.end)
        zone = zone_label(local(view.earliest_ns, view.zone_name))
        form.addRow("", dim(self.tr("Every day, true time, {0}").format(zone)))

    def value(self) -> Filter | None:
        start = self.begin.time().hour() * 60 + self.begin.time().minute()
        end = self.end.time().hour() * 60 + self.end.time().minute()
        # 00:00 at the end is the midnight that ends the day.
        return ClockFilter(start, end or _DAY_MINUTES)


class EditorPopover(QFrame):
    """An editor in a small window that goes away when one clicks beside it."""

    applied = Signal(object)
    """The filter as edited; None: nothing is chosen any more."""

    def __init__(self, title: str, editor: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("filter-editor")
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.editor = editor
        heading = QLabel(title)
        heading.setFont(text_font(13, bold=True))
        self.apply_button = QPushButton(self.tr("Apply"))
        labelled(self.apply_button, "apply", self.tr("Apply the filter"))
        self.apply_button.setToolTip(self.tr("Apply (Enter); Esc leaves it as it was"))
        self.apply_button.clicked.connect(self._apply)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.apply_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(8)
        rows.addWidget(heading)
        rows.addWidget(editor)
        rows.addLayout(foot)

    def open_below(self, place: QWidget) -> None:
        """Shows itself under a widget, inside the screen."""
        self.adjustSize()
        corner = place.mapToGlobal(QPoint(0, place.height() + 4))
        screen = place.screen().availableGeometry()
        left = min(corner.x(), screen.right() - self.width())
        top = corner.y()
        if top + self.height() > screen.bottom():
            top = place.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4
        self.move(max(left, screen.left()), max(top, screen.top()))
        self.show()
        first = self.editor.findChild(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        (first or self.editor).setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
            return
        super().keyPressEvent(event)

    def _apply(self) -> None:
        value = self.editor.value()  # type: ignore[attr-defined]  # every editor here has one
        self.close()
        self.applied.emit(value)


def editor_of(wanted: Filter | None, view: CaseView, kind: str = "zone") -> QWidget:
    """The editor of a filter, filled with it; without one, that of a `kind` that is drawn."""
    match wanted:
        case ClassFilter():
            return ClassEditor(wanted, view)
        case ColourFilter():
            return ColourEditor(wanted, view)
        case CameraFilter():
            return CameraEditor(wanted, view)
        case TimeFilter():
            return TimeEditor(wanted, view)
        case ClockFilter():
            return ClockEditor(wanted, view)
        case ZoneFilter():
            return ZoneEditor(wanted, view)
        case LineFilter():
            return LineEditor(wanted, view)
        case SequenceFilter():
            return SequenceEditor(wanted, view)
        case DwellFilter():
            return DwellEditor(wanted)
        case LoiterFilter():
            return LoiterEditor(wanted)
        case AttributeFilter():
            return AttributeEditor(wanted)
        case DirectionFilter():
            return DirectionEditor(wanted)
        case SpeedFilter():
            return SpeedEditor(wanted)
        case SizeFilter():
            return SizeEditor(wanted)
        case CountFilter():
            return CountEditor(wanted)
        case None:
            if kind == "line":
                return LineEditor(None, view)
            return SequenceEditor(None, view) if kind == "sequence" else ZoneEditor(None, view)


def title_of(wanted: Filter | None, kind: str = "zone") -> str:
    """What the editor of a filter is called."""
    name = _NAMES.get(type(wanted), kind)
    return next(title.rstrip("…") for one, title, _ in KINDS if one == name)


def fresh(kind: str, view: CaseView) -> Filter | None:
    """A filter of that kind to begin editing with; None: a zone or line is to be chosen first."""
    made: dict[str, Filter] = {
        "class": ClassFilter((int(ObjectClass.PERSON),)),
        "colour": ColourFilter("upper", ()),
        "camera": CameraFilter(()),
        "time": TimeFilter(view.earliest_ns, None),
        "clock": ClockFilter(22 * 60, 24 * 60),
        "dwell": DwellFilter(10.0),
        "loiter": LoiterFilter(60.0),
        "attribute": AttributeFilter("backpack", ("yes",)),
        "direction": DirectionFilter(()),
        "speed": SpeedFilter(1.4, None),
        "size": SizeFilter(100.0, None),
        "count": CountFilter(2),
    }
    return made.get(kind)
