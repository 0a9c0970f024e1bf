"""An event besides footage in words."""

from PySide6.QtCore import QCoreApplication

from casefiles.case_events import CaseEvent
from ui.models.wall_text import length, moment
from video.clock import NS_PER_S

_LONGEST = 400


def _tr(text: str) -> str:
    return QCoreApplication.translate("Events", text)


def event_words(event: CaseEvent, zone_name: str) -> str:
    """Everything that is known of it, a line each; long texts cut."""
    lines = [event.heading]
    if event.kind and event.kind != event.heading:
        lines.append(event.kind)
    when = moment(event.from_ns, zone_name)
    if event.to_ns > event.from_ns:
        when += " " + _tr("to {0}").format(moment(event.to_ns, zone_name))
    lines.append(when + uncertainty_words(event))
    if event.who:
        lines.append(_tr("by {0}").format(event.who))
    if event.text and event.text != event.heading:
        cut = len(event.text) > _LONGEST
        lines.append(event.text[:_LONGEST] + ("…" if cut else ""))
    return "\n".join(lines)


def uncertainty_words(event: CaseEvent) -> str:
    """How far off its time may be, with a blank before; empty where nothing was said."""
    if not event.uncertainty_ns:
        return ""
    return f" ± {length(event.uncertainty_ns / NS_PER_S)}"
