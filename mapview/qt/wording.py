"""What the map says of a camera, for tool tips and screen readers."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication

from mapview.layers import CameraMark

_MOST_NAMES: Final = 12


def describe(mark: CameraMark, hits: int = 0) -> str:
    """Name and id, kind and what it sees, footage, hits: a line each."""
    lines = [f"{mark.name} ({mark.camera_id})", f"{_kind(mark)}: {', '.join(_look(mark))}"]
    with_footage, without = _tr("Footage in the case"), _tr("No footage in the case")
    lines.append(with_footage if mark.has_footage else without)
    if mark.former:
        lines.append(_tr("Not there at the time shown"))
    if hits:
        lines.append(_tr("Hits: {number}").format(number=hits))
    return "\n".join(lines)


def describe_all(marks: Sequence[CameraMark], hits: Mapping[str, int]) -> str:
    """One camera in full, several by name."""
    if len(marks) == 1:
        return describe(marks[0], hits.get(marks[0].camera_id, 0))
    lines = [mark.name for mark in marks[:_MOST_NAMES]]
    if len(marks) > _MOST_NAMES:
        lines.append(_tr("and {number} more").format(number=len(marks) - _MOST_NAMES))
    return "\n".join(lines)


def _kind(mark: CameraMark) -> str:
    return {
        "fixed": _tr("Fixed camera"),
        "ptz": _tr("Turning camera (PTZ)"),
        "trailer": _tr("Trailer"),
        "alpr": _tr("Plate reader"),
    }[mark.kind]


def _look(mark: CameraMark) -> list[str]:
    if mark.heading_deg is None:
        look = [_tr("direction not known")]
    else:
        winds = (
            _tr("north"), _tr("north-east"), _tr("east"), _tr("south-east"),
            _tr("south"), _tr("south-west"), _tr("west"), _tr("north-west"),
        )  # fmt: skip
        wind = winds[round(mark.heading_deg / 45) % 8]
        look = [_tr("looks {wind} ({angle}°)").format(wind=wind, angle=f"{mark.heading_deg:.0f}")]
    if mark.fov_deg is not None:
        look.append(_tr("{angle}° wide").format(angle=f"{mark.fov_deg:g}"))
    if mark.range_m is not None:
        look.append(_tr("{range} m far").format(range=f"{mark.range_m:g}"))
    return look


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapView", text)
