"""How fast a track went over the ground, which way, and how tall it is, in words, where its camera
is calibrated."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from casefiles.usecases.ground_speed import GroundSpeed
from casefiles.usecases.object_heights import TrackHeight
from ui.models.facts import Fact

_SURE: Final = 1.96
"""So many standard deviations either way hold 95 of 100."""
_FINE_KMH: Final = 2.0
"""An uncertainty smaller than this is told in tenths."""
_COMPASS: Final = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip


def speed_facts(speed: GroundSpeed | None) -> tuple[Fact, ...]:
    """A fact for its speed, and one for its direction where that is known; none where its camera
    is not calibrated."""
    if speed is None:
        return ()
    facts = [Fact(_said("Speed"), _speed(speed))]
    if speed.bearing_deg is not None:
        facts.append(Fact(_said("Went"), _compass(speed.bearing_deg)))
    return tuple(facts)


def height_facts(height: TrackHeight | None) -> tuple[Fact, ...]:
    """A fact for how tall somebody is, or why that cannot be told; none where the camera is not
    calibrated."""
    if height is None:
        return ()
    if height.height_m is None or height.sd_m is None:
        told = _said("cannot be told: {0}").format(height.why)
    else:
        told = _said("{0} ± {1} m (95 %), shoes and hat included").format(
            f"{height.height_m:.2f}", f"{_SURE * height.sd_m:.2f}"
        )
    return (Fact(_said("Height"), told),)


def _speed(speed: GroundSpeed) -> str:
    if speed.median_kmh is None or speed.median_sd_kmh is None:
        return _said("cannot be told: seen too shortly, or too far away")
    doubt = _SURE * speed.median_sd_kmh
    digits = 1 if doubt < _FINE_KMH else 0
    return _said("{0} ± {1} km/h (95 %)").format(
        f"{speed.median_kmh:.{digits}f}", f"{doubt:.{digits}f}"
    )


def _compass(bearing_deg: float) -> str:
    names = {
        "north": _said("to the north"), "north-east": _said("to the north-east"),
        "east": _said("to the east"), "south-east": _said("to the south-east"),
        "south": _said("to the south"), "south-west": _said("to the south-west"),
        "west": _said("to the west"), "north-west": _said("to the north-west"),
    }  # fmt: skip
    name = names[_COMPASS[round(bearing_deg / 45) % 8]]
    return f"{name} ({round(bearing_deg) % 360}°)"


def _said(text: str) -> str:
    return QCoreApplication.translate("SpeedFacts", text)
