"""What a search covered, in words: never "nothing found" without what was not looked at."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from casefiles.view_types import Coverage

_PLURALS: Final = {"bus": "buses", "person": "people"}


def coverage_words(coverage: Coverage) -> str:
    """One line: what was searched, what was passed over, what could not be judged."""
    parts = [
        _said("searched {0} of {1} recordings").format(coverage.indexed, coverage.sources),
        frames_words(coverage),
        *missing_words(coverage),
    ]
    line = "; ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def coverage_line(coverage: Coverage) -> str:
    """The same in one short line: how much was analysed, how many gaps, how many hidden."""
    parts = [_said("{0} of {1} recordings analysed").format(coverage.indexed, coverage.sources)]
    if coverage.footage_ns:
        # Rounded down: what is not whole is never called so.
        share = min(100 * coverage.analysed_ns // coverage.footage_ns, 100)
        parts.append(_said("{0} % of the footage").format(share))
    gaps = len(coverage.notes) + len(coverage.unknown_classes)
    parts.append(_said("1 gap") if gaps == 1 else _said("{0} gaps").format(gaps))
    if coverage.hidden:
        parts.append(_said("{0} hidden").format(_count(coverage.hidden)))
    return ", ".join(parts)


def frames_words(coverage: Coverage) -> str:
    """How many frames were looked at, and why not all."""
    if not coverage.indexed:
        return ""
    words = _said("{0} frames analysed").format(_count(coverage.analysed))
    if coverage.gated:
        words += _said(", {0} skipped by the motion gate").format(_count(coverage.gated))
    if coverage.damaged:
        words += _said(", {0} damaged").format(_count(coverage.damaged))
    return words


def missing_words(coverage: Coverage) -> tuple[str, ...]:
    """What the answer could not see, each in a few words; empty where it saw everything."""
    said: list[str] = []
    if coverage.doubtful_colours == 1:
        said.append(_said("colours of 1 track unreliable"))
    elif coverage.doubtful_colours:
        said.append(
            _said("colours of {0} tracks unreliable").format(_count(coverage.doubtful_colours))
        )
    for name in coverage.unknown_classes:
        plural = _PLURALS.get(name, f"{name}s")
        said.append(_said("{0}: needs another model").format(plural))
    if coverage.hidden == 1:
        said.append(_said("1 static false alarm hidden (see Zones and bookmarks)"))
    elif coverage.hidden:
        words = _said("{0} static false alarms hidden (see Zones and bookmarks)")
        said.append(words.format(_count(coverage.hidden)))
    return (*said, *coverage.notes)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _said(text: str) -> str:
    return QCoreApplication.translate("Coverage", text)
