"""What the inspector says of a thing: pairs of a name and a value, in groups. No Qt widgets."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from casefiles.types import BodyPart, Run, Source, TrackRow
from casefiles.view_types import CaseView, ColourShare, Look
from detection.labels import ObjectClass
from ui.models.wall_text import camera_moment, doubt_words, length, moment
from video.clock import NS_PER_S, format_media
from video.types import TimeNs

PART_NAMES: Final[dict[BodyPart, str]] = {
    "upper": "Upper clothing",
    "lower": "Lower clothing",
    "body": "Body",
}
_SHORT_HASH: Final = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value; `whole` is what copying gives, where the value shown is shortened."""

    name: str
    value: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading."""

    heading: str
    facts: tuple[Fact, ...]


def track_facts(
    view: CaseView, row: TrackRow, look: Look | None, making: tuple[Fact, ...] = ()
) -> Group:
    """When and where a track was, and how it came to be."""
    source = view.source(row.source_id)
    facts = [Fact(_said("Camera"), _title(view, source))]
    if source is not None:
        facts += _span_facts(view, source, row.from_ns, row.to_ns)
        if look is not None:
            facts.append(Fact(_said("Best picture"), format_media(look.time_ns)))
    seconds = (row.to_ns - row.from_ns) / NS_PER_S
    facts.append(Fact(_said("In view"), length(seconds)))
    facts += making
    facts.append(Fact(_said("Track"), str(row.track_id), str(row.track_id)))
    if row.suppressed:
        facts.append(Fact(_said("Hidden"), _said("never moves, see Zones and bookmarks")))
    return Group(_said("When and where"), tuple(facts))


def source_facts(view: CaseView, source: Source) -> Group:
    """What is known of a recording."""
    clock = source.clock
    facts = [Fact(_said("File"), source.path.name, str(source.path))]
    if clock is not None:
        facts += _span_facts(view, source, TimeNs(0), TimeNs(source.duration_ns))
        facts.append(Fact(_said("Start is"), str(source.start_basis or "")))
    else:
        facts.append(Fact(_said("Start"), _said("not known: assumed with the earliest recording")))
    facts += [
        Fact(_said("Length"), length(source.duration_ns / NS_PER_S)),
        Fact(_said("Picture"), f"{source.width} × {source.height}, {source.codec}"),
        Fact(_said("Frames"), f"{source.frames}"),
    ]
    if source.measured_fps:
        rate = f"{source.measured_fps:.3g}" + (_said(", variable") if source.variable_rate else "")
        facts.append(Fact(_said("Frames a second"), rate))
    if source.gaps:
        facts.append(Fact(_said("Gaps"), str(len(source.gaps))))
    if source.warnings:
        facts.append(Fact(_said("Warnings"), "; ".join(source.warnings)))
    added = f"{moment(source.added_ns, view.zone_name)} · {source.added_by}"
    facts.append(Fact(_said("Added"), added))
    return Group(_said("Recording"), tuple(facts))


def provenance_facts(source: Source, run: Run | None) -> Group:
    """What made the rows shown: enough to make them again."""
    facts = [hash_fact(_said("Recording, SHA-256"), source.sha256)]
    if run is None:
        facts.append(Fact(_said("Analysis"), _said("not analysed yet")))
        return Group(_said("Provenance"), tuple(facts))
    made = run.provenance
    if run.stop is not None:
        reached = format_media(run.stop.analysed_to_ns) if run.stop.analysed_to_ns else "-"
        facts += [
            Fact(_said("Analysed up to"), reached),
            Fact(_said("Ended early"), run.stop.reason),
        ]
    facts += [
        Fact(_said("Model"), made.model_name),
        hash_fact(_said("Model, SHA-256"), made.model_sha256),
        Fact(_said("Ran on"), run.provider.removesuffix("ExecutionProvider") or "?"),
        Fact(_said("Run"), f"{run.run_id}, {run.state}"),
        Fact(_said("Knows"), ", ".join(_label(number) for number in run.classes)),
        Fact(_said("Program"), made.program_version),
        Fact(_said("Options"), option_words(made.options), made.options),
    ]
    return Group(_said("Provenance"), tuple(facts))


def hash_fact(name: str, digest: str) -> Fact:
    """A hash, shown by its beginning, copied whole."""
    return Fact(name, f"{digest[:_SHORT_HASH]}…", digest)


def option_words(options: str) -> str:
    """The options of a run, one group a line: canonical JSON made readable."""
    try:
        document = json.loads(options)
    except ValueError:
        return options
    if not isinstance(document, dict):
        return options
    lines = []
    for name, value in document.items():
        if isinstance(value, dict):
            inside = ", ".join(_option(key, one) for key, one in value.items())
            lines.append(f"{_spaced(name)}: {inside}")
        else:
            lines.append(_option(name, value))
    return "\n".join(lines)


def share_words(shares: Sequence[ColourShare]) -> str:
    """Colours of a part in words, largest first: `mostly red, some black`."""
    words = [f"{_share(one.share)} {one.colour}" for one in shares if one.share >= 0.08]
    return ", ".join(words) or _said("no colour stands out")


def _share(share: float) -> str:
    if share >= 0.55:
        return _said("mostly")
    return _said("much") if share >= 0.3 else _said("some") if share >= 0.15 else _said("a little")


def _span_facts(view: CaseView, source: Source, from_ns: TimeNs, to_ns: TimeNs) -> list[Fact]:
    if source.clock is None:
        into = f"{format_media(from_ns)} – {format_media(to_ns)}"
        return [Fact(_said("In the recording"), into)]
    start, end = source.clock.to_wall_ns(from_ns), source.clock.to_wall_ns(to_ns)
    facts = [
        Fact(_said("True time, from"), moment(start, view.zone_name)),
        Fact(_said("True time, to"), moment(end, view.zone_name)),
    ]
    shown = camera_moment(start, source, view.zone_name)
    if shown is not None:
        facts.append(Fact(_said("Camera time, from"), shown))
        off = format_media(abs(source.offset_ns))
        fast = _said("{0} fast") if source.offset_ns > 0 else _said("{0} slow")
        facts.append(Fact(_said("Camera clock"), fast.format(off)))
    elif source.clock_set is not None:
        facts.append(Fact(_said("Camera clock"), _said("no offset")))
    if source.offset_ns or source.clock_set is not None:
        facts += _clock_basis(source)
    return facts


def _clock_basis(source: Source) -> list[Fact]:
    """Who says how the clock stood, by what, and how sure it is."""
    facts = [Fact(_said("Clock is known by"), source.clock_basis)]
    if doubt := doubt_words(source):
        facts.append(Fact(_said("Uncertainty"), doubt))
    known = source.clock_set
    if known is None:
        return facts
    if known.drift_ppb:
        facts.append(Fact(_said("Clock drift"), f"{known.drift_ppb / 1000:+g} ppm"))
    for name, text in (
        (_said("Reference"), known.reference_source), (_said("Clock proof"), known.proof),
        (_said("Clock note"), known.note), (_said("Clock set by"), known.set_by),
    ):  # fmt: skip
        if text:
            facts.append(Fact(name, text))
    return facts


def _title(view: CaseView, source: Source | None) -> str:
    return _said("not in the case any more") if source is None else view.title(source)


def _label(number: int) -> str:
    try:
        return ObjectClass(number).label
    except ValueError:
        return str(number)


def _option(name: str, value: object) -> str:
    """One option; a name that ends in a unit gives it to its value."""
    words, mark, unit = name.rpartition("_")
    if mark and unit in ("s", "px", "m"):
        return f"{_spaced(words)} {_short(value)} {unit}"
    return f"{_spaced(name)} {_short(value)}"


def _spaced(name: str) -> str:
    return str(name).replace("_", " ")


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:_SHORT_HASH]}…" if len(text) == 64 and text.isalnum() else text


def _said(text: str) -> str:
    return QCoreApplication.translate("Facts", text)
