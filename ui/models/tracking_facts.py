"""How a track came to be, in words: joined from which pieces, followed how well."""

from PySide6.QtCore import QCoreApplication

from casefiles.types import TrackMaking
from detection.track_quality import word
from ui.models.facts import Fact
from video.clock import NS_PER_S


def tracking_facts(making: TrackMaking) -> tuple[Fact, ...]:
    """A fact for how well it was followed, and one for its pieces where it has some."""
    facts = [Fact(_said("Followed"), _followed(making))]
    if making.pieces:
        facts.append(Fact(_said("Joined"), _joined(making)))
    return tuple(facts)


def _followed(making: TrackMaking) -> str:
    found = making.quality
    if found is None:
        return _said("not known: indexed by an earlier version")
    words = {"good": _said("well"), "fair": _said("fairly"), "poor": _said("poorly")}
    seen = _said("seen in {0} % of the frames looked at").format(round(100 * found.coverage))
    return f"{words[word(found.quality)]} ({found.quality:.2f}), {seen}"


def _joined(making: TrackMaking) -> str:
    gaps = [
        (one.gap_ns / NS_PER_S, one.confidence or 0.0)
        for one in making.pieces
        if one.gap_ns is not None
    ]
    apart = ", ".join(f"{seconds:.1f} s" for seconds, _ in gaps)
    least = min((confidence for _, confidence in gaps), default=0.0)
    return _said("from {0} pieces, {1} apart (confidence {2})").format(
        len(making.pieces), apart, f"{least:.2f}"
    )


def _said(text: str) -> str:
    return QCoreApplication.translate("TrackingFacts", text)
