"""Dated placements of a camera: one more place, a move on a date, in words of a person."""

from dataclasses import replace

from casefiles.camera_edits import check_placements, in_order, spoken_span
from casefiles.case import Case
from casefiles.edit_kinds import AddCamera, ChangeCamera, PlaceCamera
from casefiles.errors import BadPlacement, UnknownCamera
from casefiles.store import calibrations
from casefiles.types import Camera, CameraId, Placement
from video.clock import format_wall, wall_from_ns


def with_placement(
    placements: tuple[Placement, ...], placement: Placement
) -> tuple[Placement, ...]:
    """The placements with this one in the place of the one that begins when it does, if any.

    Raises:
        BadPlacement: it would overlap another.
    """
    others = [one for one in placements if one.from_ns != placement.from_ns]
    made = in_order([*others, placement])
    check_placements(made)
    return made


def moved_since(
    placements: tuple[Placement, ...], at_ns: int, place: Placement
) -> tuple[Placement, ...]:
    """The placements after a move at a wall time: the one in force ends then, and `place` holds
    until the next one begins, or until the camera was taken away. The times of `place` count for
    nothing; angle and reach that it does not say are those before the move.

    What belongs to the placement before, such as a calibration, stays with it.

    Raises:
        BadPlacement: a placement begins at that very time.
    """
    before = next((one for one in placements if _holds(one, at_ns)), None)
    if before is not None and before.from_ns == at_ns:
        raise BadPlacement(
            f"a placement begins at {format_wall(wall_from_ns(at_ns))} already",
            "Correct that one, or give another time.",
        )
    later = [one.from_ns for one in placements if one.from_ns is not None and one.from_ns > at_ns]
    ends = [moment for moment in (before.to_ns if before else None, *later) if moment is not None]
    last = in_order(placements)[-1] if placements else None
    # Where it stood in no place just then, it is still the same device.
    device = before or last
    new = replace(
        place,
        fov_deg=_known(place.fov_deg, device.fov_deg if device else None),
        range_m=_known(place.range_m, device.range_m if device else None),
        from_ns=at_ns,
        to_ns=min(ends, default=None),
    )
    kept = [replace(one, to_ns=at_ns) if one is before else one for one in placements]
    made = in_order([*kept, new])
    check_placements(made)
    return made


def place_camera(
    case: Case, camera_id: str, placement: Placement, *, name: str | None, kind: str | None
) -> tuple[Camera, bool]:
    """Adds a camera, or gives one of the case a placement; it as it is now, and whether it is new.

    Raises:
        BadPlacement: it cannot stand like that; nothing was changed.
    """
    known = _find(case, camera_id)
    if known is None:
        camera = Camera(CameraId(camera_id), name or camera_id, (placement,), kind or "")
        case.post(lambda: AddCamera(camera)).result()
        return camera, True
    try:
        made = with_placement(known.placements, placement)
    except BadPlacement as error:
        raise BadPlacement(error.message, "Give --from and --to, or use 'camera move'.") from error
    camera = replace(
        known,
        name=known.name if name is None else name,
        kind=known.kind if kind is None else kind,
        placements=made,
    )
    case.post(lambda: ChangeCamera(camera)).result()
    return camera, False


def move_camera(case: Case, camera_id: str, at_ns: int, place: Placement) -> Camera:
    """Moves a camera of the case at a wall time (`moved_since`); it as it is now.

    Raises:
        UnknownCamera, BadPlacement: nothing was changed.
    """
    camera = case.camera(camera_id)
    made = moved_since(camera.placements, at_ns, place)
    case.post(lambda: PlaceCamera(camera.camera_id, made)).result()
    return replace(camera, placements=made)


def calibrated_placements(case: Case) -> frozenset[tuple[CameraId, int | None]]:
    """The camera and the start of every placement to which a calibration in force belongs."""
    return frozenset(
        (one.camera_id, one.placement_from_ns) for one in case.read(calibrations.in_force)
    )


def spoken_placement(place: Placement) -> str:
    """A placement in one line: since when, where, which way."""
    heading = "" if place.heading_deg is None else f" · {place.heading_deg:g}°"
    return f"{spoken_span(place)}: {place.point.lat:.6f} {place.point.lon:.6f}{heading}"


def _find(case: Case, camera_id: str) -> Camera | None:
    try:
        return case.camera(camera_id)
    except UnknownCamera:
        return None


def _holds(place: Placement, at_ns: int) -> bool:
    begun = place.from_ns is None or place.from_ns <= at_ns
    return begun and (place.to_ns is None or at_ns < place.to_ns)


def _known(value: float | None, otherwise: float | None) -> float | None:
    return otherwise if value is None else value
