"""Recordings that claim the same camera at the same time: one of them has a wrong camera or clock,
or is a copy in another form."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from casefiles.types import CameraId, Source
from video.types import TimeNs

_SLACK_NS: Final = 1_000_000_000
"""Recorders that cut their footage into files let these overlap by a few pictures."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A recording that says it is of a camera, from-to in true time (nanoseconds since 1970)."""

    key: Hashable
    name: str
    camera_id: CameraId
    start_ns: int
    end_ns: int


def claim_of(source: Source) -> Claim | None:
    """What a recording of the case claims; None without camera or start."""
    if source.camera_id is None or source.clock is None:
        return None
    start, end = (source.clock.to_wall_ns(TimeNs(at)) for at in (0, source.duration_ns))
    return Claim(
        source.source_id,
        f"source {source.source_id}, {source.path.name}",
        source.camera_id,
        start,
        end,
    )


def find_overlaps(claims: Iterable[Claim]) -> dict[Hashable, tuple[Claim, ...]]:
    """By its key, for each recording that shares time with others of its camera, those others."""
    found: dict[Hashable, list[Claim]] = {}
    open_now: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (one.camera_id, one.start_ns)):
        open_now = [
            one
            for one in open_now
            if one.camera_id == claim.camera_id and one.end_ns > claim.start_ns + _SLACK_NS
        ]
        for other in open_now:
            if min(claim.end_ns, other.end_ns) - claim.start_ns > _SLACK_NS:
                found.setdefault(claim.key, []).append(other)
                found.setdefault(other.key, []).append(claim)
        open_now.append(claim)
    return {key: tuple(others) for key, others in found.items()}


def overlap_words(others: Iterable[Claim]) -> str:
    """What to say of a recording that shares camera and time with these."""
    names = [one.name for one in others]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"same camera and time as {shown}"
