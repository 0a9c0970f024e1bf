"""Everything known of a camera: where it stood when, how it is calibrated, what footage there is.
No Qt widgets."""

from PySide6.QtCore import QCoreApplication

from casefiles.calibration_types import Calibration
from casefiles.types import Camera, Placement
from casefiles.view_types import CaseView
from ui.models.facts import Fact, Group
from ui.models.wall_text import length, moment
from video.clock import NS_PER_S
from video.types import TimeNs


def camera_facts(view: CaseView, camera: Camera) -> Group:
    """What is known of a camera."""
    facts = [Fact(_said("Id"), str(camera.camera_id), str(camera.camera_id))]
    if camera.kind:
        facts.append(Fact(_said("Kind"), camera.kind))
    facts += _footage_facts(view, camera)
    if not camera.placements:
        facts.append(Fact(_said("Place"), _said("not known: it is not on the map")))
    for place in camera.placements:
        facts += _place_facts(view, camera, place)
    if camera.notes:
        facts.append(Fact(_said("Notes"), camera.notes))
    return Group(_said("Camera"), tuple(facts))


def _footage_facts(view: CaseView, camera: Camera) -> list[Fact]:
    mine = [one for one in view.sources if one.camera_id == camera.camera_id]
    facts = [Fact(_said("Recordings"), str(len(mine)))]
    spans = [
        (clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(TimeNs(one.duration_ns)))
        for one in mine
        for clock in (one.clock,)
        if clock is not None
    ]
    if spans:
        first, last = min(spans)[0], max(end for _, end in spans)
        whole = sum(one.duration_ns for one in mine if one.clock is not None)
        value = _said("{0} – {1}, {2} in all").format(
            moment(first, view.zone_name), moment(last, view.zone_name), length(whole / NS_PER_S)
        )
        facts.append(Fact(_said("Footage"), value))
    return facts


def _place_facts(view: CaseView, camera: Camera, place: Placement) -> list[Fact]:
    point = f"{place.point.lat:.6f}, {place.point.lon:.6f}"
    facts = [Fact(_said("Place"), point, point)]
    if place.from_ns is not None or place.to_ns is not None or len(camera.placements) > 1:
        since = moment(place.from_ns, view.zone_name) if place.from_ns is not None else ""
        until = moment(place.to_ns, view.zone_name) if place.to_ns is not None else ""
        ever, today = since or _said("since ever"), until or _said("until today")
        facts.append(Fact(_said("Stood there"), f"{ever} – {today}"))
    if place.heading_deg is not None:
        facts.append(Fact(_said("Looks to"), f"{place.heading_deg:.0f}°"))
    if place.fov_deg is not None:
        facts.append(Fact(_said("Angle of view"), f"{place.fov_deg:.0f}°"))
    if place.range_m is not None:
        facts.append(Fact(_said("Sees as far as"), f"{place.range_m:.0f} m"))
    made = [
        one
        for one in view.calibrations
        if one.camera_id == camera.camera_id and one.placement_from_ns == place.from_ns
    ]
    newest = max(made, key=lambda one: one.calibration_id, default=None)
    words = _said("no") if newest is None else _calibrated(view, newest)
    facts.append(Fact(_said("Calibrated"), words))
    return facts


def _calibrated(view: CaseView, made: Calibration) -> str:
    """How well, by what, when and by whom."""
    parts = [
        _said("pairs agree to {0} m").format(f"{made.error_m:.2f}")
        if made.error_m is not None
        else _said("how well is not known")
    ]
    if made.pairs:
        used = len(made.pairs) - len(made.outliers)
        parts.append(_said("{0} of {1} pairs").format(used, len(made.pairs)))
    if made.origin is None:
        parts.append(_said("not on the map: nobody said where its metres begin"))
    parts.append(f"{moment(made.set_ns, view.zone_name)} · {made.set_by}")
    return " · ".join(parts)


def _said(text: str) -> str:
    return QCoreApplication.translate("facts", text)
