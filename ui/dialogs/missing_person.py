"""Asks who is missed, or what is known of a subject: name, clothing, last place and time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from casefiles.geo import GeoPoint
from casefiles.subject_types import LastSeen, Subject
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.wall_text import local, zone_of
from ui.theme import set_property
from video.clock import wall_to_ns

_WIDE: Final = 520
_NOBODY: Final = Subject("", "person", mode="missing")


class MissingPersonDialog(FormDialog):
    """Tells `wanted` with the `Subject` when everything that was typed makes sense."""

    wanted = Signal(object)
    place_wanted = Signal()
    """The place is to be picked on the map: `set_place`, then it is shown again."""

    def __init__(
        self, title: str, zone_name: str, parent: QWidget | None = None,
        subject: Subject = _NOBODY,
    ) -> None:  # fmt: skip
        super().__init__("missing-person", title, "", parent)
        self._zone_name = zone_name
        self._before = subject
        form = self.add_form()
        self.name, self.clothing, self.when = QLineEdit(), QLineEdit(), QLineEdit()
        self.where, self.radius, self.fastest = QLineEdit(), QLineEdit(), QLineEdit()
        self.unsure, self.note = QLineEdit(), QLineEdit()
        self.when.setPlaceholderText("2026-03-02T14:05:11")
        self.where.setPlaceholderText("41.8781, -87.6298")
        self.pick = QPushButton(self.tr("On the map…"))
        named(self.pick, "missing-pick", self.tr("Pick the place on the map"))
        self.pick.setAutoDefault(False)
        self.pick.clicked.connect(self.place_wanted)
        for name, text, fields in (
            ("missing-name", self.tr("Name"), (self.name,)),
            ("missing-clothing", self.tr("Clothing"), (self.clothing,)),
            ("missing-when", self.tr("Last seen at"), (self.when,)),
            ("missing-unsure", self.tr("± in s"), (self.unsure,)),
            ("missing-where", self.tr("Latitude, longitude"), (self.where, self.pick)),
            ("missing-radius", self.tr("± in m"), (self.radius,)),
            ("missing-fastest", self.tr("Greatest speed in m/s"), (self.fastest,)),
            ("missing-note", self.tr("Note"), (self.note,)),
        ):
            named(fields[0], name, text)
            row = QHBoxLayout()
            for field in fields:
                row.addWidget(field)
            form.addRow(text, row)
        self.clothing.setToolTip(
            self.tr("As in a search: 'red coat, dark trousers, backpack'. Found are colours, and "
                    "clothing where it was read.")
        )  # fmt: skip
        self.rows.addWidget(
            dim_label(self.tr("Without a zone the time is in that of the case ({0}). Nothing else "
                              "of a person is asked for, or compared.").format(zone_name))
        )  # fmt: skip
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.hide()
        set_property(self.problem, "tone", "warn")
        self.rows.addWidget(self.problem)
        self.add_buttons(
            self.tr("Look for the person") if subject is _NOBODY else self.tr("Keep it")
        )
        self._fill(subject)
        self.setMinimumWidth(_WIDE)
        self.name.setFocus()

    def set_place(self, place: GeoPoint) -> None:
        """The place as it was picked."""
        self.where.setText(f"{place.lat:.6f}, {place.lon:.6f}")

    def accept(self) -> None:
        try:
            subject = self._subject()
        except ValueError:
            self.problem.setText(
                self.tr("Give a name, and a last place and time as in the examples, both or "
                        "neither; metres, seconds and speed are figures above zero.")
            )  # fmt: skip
            self.problem.show()
            return
        self.wanted.emit(subject)
        super().accept()

    def _fill(self, subject: Subject) -> None:
        self.name.setText(subject.name)
        self.clothing.setText(subject.clothing)
        self.note.setText(subject.note)
        self.fastest.setText("" if subject.fastest_m_s is None else f"{subject.fastest_m_s:g}")
        last = subject.last_seen
        if last is not None:
            self.when.setText(local(last.wall_ns, self._zone_name).isoformat())
            self.set_place(last.point)
            self.radius.setText(f"{last.radius_m:g}")
            self.unsure.setText(f"{last.uncertainty_s:g}")

    def _subject(self) -> Subject:
        name, when, where = (one.text().strip() for one in (self.name, self.when, self.where))
        if not name or bool(when) != bool(where):
            raise ValueError(name)
        fastest = _above_zero(self.fastest)
        return replace(
            self._before, name=name, clothing=self.clothing.text().strip(),
            note=self.note.text().strip(), last_seen=self._last_seen(when, where),
            fastest_m_s=fastest or None,
        )  # fmt: skip

    def _last_seen(self, when: str, where: str) -> LastSeen | None:
        if not when:
            return None
        lat, lon = (float(part) for part in where.split(","))
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValueError(where)
        moment = datetime.fromisoformat(when)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone_of(self._zone_name))
        before = self._before.last_seen
        return LastSeen(
            wall_to_ns(moment.astimezone(UTC)),
            GeoPoint(lat, lon),
            _above_zero(self.radius),
            _above_zero(self.unsure),
            "" if before is None else before.basis,
        )


def _above_zero(field: QLineEdit) -> float:
    """The figure in a field, 0 where it is empty."""
    figure = float(field.text().strip() or 0.0)
    if not 0 <= figure < float("inf"):
        raise ValueError(field.text())
    return figure
