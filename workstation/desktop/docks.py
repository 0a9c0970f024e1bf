"""Docks of more than one panel, one above the other."""

from typing import Final

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

_LEAST_RESULTS_PX: Final = 120


def time_dock(transport: QWidget, timeline: QWidget, sound: QWidget) -> QWidget:
    """Playing, the timeline, and the sound of the recording that is heard."""
    dock, rows = _dock()
    rows.addWidget(transport)
    rows.addWidget(timeline, 1)
    rows.addWidget(sound)
    return dock


def finding_dock(search: QWidget, results: QWidget) -> QWidget:
    """The question takes what it needs, the answers all the rest."""
    dock, rows = _dock()
    search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    results.setMinimumHeight(_LEAST_RESULTS_PX)
    rows.addWidget(search)
    rows.addWidget(results, 1)
    return dock


def _dock() -> tuple[QWidget, QVBoxLayout]:
    dock = QWidget()
    rows = QVBoxLayout(dock)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    return dock, rows
