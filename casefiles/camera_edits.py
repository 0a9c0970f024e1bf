"""How cameras are added, placed, changed, put from a list and taken away; what is checked."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Final, TypeAlias

from casefiles import audit
from casefiles.checks import has_breaks, known_camera, shown_name
from casefiles.edit_kinds import AddCamera, ChangeCamera, PlaceCamera, PutCameras, RemoveCamera
from casefiles.errors import BadPlacement, CameraInUse, UnknownCamera
from casefiles.store import cameras
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, JsonValue, Placement
from video.clock import format_wall, wall_from_ns

CameraEdit: TypeAlias = PlaceCamera | AddCamera | RemoveCamera | ChangeCamera | PutCameras
KINDS: Final = (PlaceCamera, AddCamera, RemoveCamera, ChangeCamera, PutCameras)

_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 10_000
_FIRST_NS: Final = -(2**63)
_LAST_NS: Final = 2**63


def apply(cursor: Cursor, edit: CameraEdit) -> CameraEdit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadPlacement, UnknownCamera, CameraInUse: it cannot be made; nothing was changed.
    """
    match edit:
        case PlaceCamera(camera_id, placements):
            before = known_camera(cursor, camera_id)
            check_placements(placements)
            cameras.place(cursor, camera_id, placements)
            return PlaceCamera(camera_id, before.placements)
        case AddCamera(camera):
            if camera.camera_id in cameras.names(cursor):
                raise BadPlacement(
                    f"the case has a camera {camera.camera_id} already",
                    "Give the new one another id.",
                )
            _check_new(camera)
            cameras.put(cursor, [camera])
            return RemoveCamera(camera.camera_id)
        case RemoveCamera(camera_id):
            taken = known_camera(cursor, camera_id)
            _check_free(cursor, [camera_id])
            cameras.remove(cursor, [camera_id])
            return AddCamera(taken)
        case ChangeCamera(camera):
            old = known_camera(cursor, camera.camera_id)
            _check_new(camera, old)
            cameras.put(cursor, [camera])
            return ChangeCamera(old)
        case PutCameras():
            return _put(cursor, edit)


def entry(edit: CameraEdit, inverse: CameraEdit) -> audit.Entry:
    """The audit row of an edit that was made; `inverse` is what `apply` gave for it."""
    match edit, inverse:
        case PlaceCamera(camera_id, placements), _:
            facts: dict[str, JsonValue] = {"placements": len(placements)}
            return _entry("camera.place", facts, camera=camera_id, placements=_text(placements))
        case (AddCamera(camera), _) | (_, AddCamera(camera)):
            event = "camera.add" if isinstance(edit, AddCamera) else "camera.remove"
            return _entry(
                event,
                {"placements": len(camera.placements)},
                camera=camera.camera_id,
                name=camera.name,
                placements=_text(camera.placements),
            )
        case ChangeCamera(camera), ChangeCamera(before):
            return _entry(
                "camera.change",
                {
                    "renamed": camera.name != before.name,
                    "placed": camera.placements != before.placements,
                    "placements": len(camera.placements),
                },
                camera=camera.camera_id,
                name=camera.name,
                before=before.name,
                placements=_text(camera.placements),
            )
        case PutCameras(put, removed, file), PutCameras(before_put, added):
            facts = {
                "cameras": len(put),
                "added": len(added),
                "replaced": len(before_put) if file is not None else len(put) - len(added),
                "removed": len(removed),
            }
            ids = json.dumps([one.camera_id for one in put])
            if file is None:
                return _entry("camera.put", facts, cameras=ids, removed=json.dumps(removed))
            facts |= {
                "sha256": file.sha256,
                "swapped": file.swapped,
                "left_out": file.left_out,
            }
            headings = json.dumps(dict(file.mapping))
            return _entry("camera.import", facts, file=file.path, headings=headings, cameras=ids)
    raise ValueError(f"{inverse} does not take back {edit}")


def check_placements(placements: Sequence[Placement]) -> None:
    """Makes sure that a camera stands somewhere sensible, at one place at a time; with no
    placement at all it is a camera whose place nobody knows.

    Raises:
        BadPlacement: a figure or time that cannot be, or two placements at one time.
    """
    for place in placements:
        for what, value, most in (
            ("heading", place.heading_deg, 360.0),
            ("view angle", place.fov_deg, 360.0),
            ("range", place.range_m, 100_000.0),
        ):
            # Written so that NaN fails too.
            if value is not None and not 0 <= value <= most:
                raise BadPlacement(f"the {what} {value:g} is outside 0..{most:g}", "Mend it.")
        start, end = place.from_ns, place.to_ns
        if any(one is not None and abs(one) >= _LAST_NS for one in (start, end)):
            raise BadPlacement(
                "a placement begins or ends before 1678 or after 2262", "Mend its times."
            )
        if start is not None and end is not None and end <= start:
            raise BadPlacement("a placement ends before it begins", "Mend its times.")
    for one, other in pairwise(in_order(placements)):
        if overlap(one, other):
            raise BadPlacement(
                f"the placements {spoken_span(one)} and {spoken_span(other)} overlap: "
                "a camera stands at one place at a time",
                "Let one end when the next begins; 'camera move' does both.",
            )


def check_name(name: str, what: str) -> None:
    """Makes sure that an id or a name of a camera is one line that can be shown.

    Raises:
        BadPlacement: it is not.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or has_breaks(name):
        raise BadPlacement(
            f"'{shown_name(name)}' cannot be the {what} of a camera",
            f"Give one line of at most {_LONGEST_NAME} letters.",
        )


def in_order(placements: Iterable[Placement]) -> tuple[Placement, ...]:
    """Placements by when they begin, those that hold since ever first."""
    return tuple(sorted(placements, key=lambda place: _span(place)))


def overlap(one: Placement, other: Placement) -> bool:
    """Whether two placements hold at one time; an end is not included."""
    (start, end), (other_start, other_end) = _span(one), _span(other)
    return start < other_end and other_start < end


def spoken_span(place: Placement) -> str:
    """From when to when a placement holds, in words."""
    start, end = (
        None if moment is None else format_wall(wall_from_ns(moment))
        for moment in (place.from_ns, place.to_ns)
    )
    if start is None:
        return "at all times" if end is None else f"until {end}"
    return f"since {start}" if end is None else f"from {start} to {end}"


def _span(place: Placement) -> tuple[int, int]:
    return (
        _FIRST_NS if place.from_ns is None else place.from_ns,
        _LAST_NS if place.to_ns is None else place.to_ns,
    )


def _put(cursor: Cursor, edit: PutCameras) -> PutCameras:
    known = {camera.camera_id: camera for camera in cameras.every(cursor)}
    missing = next((one for one in edit.removed if one not in known), None)
    if missing is not None:
        raise UnknownCamera(f"the case has no camera {missing} any more", "It was removed already.")
    _check_free(cursor, edit.removed)
    for camera in edit.cameras:
        # What is put back is as it was, and may be of a version that checked less.
        if edit.taken_from is not None:
            _check_new(camera)
    before = tuple(known[one.camera_id] for one in edit.cameras if one.camera_id in known)
    before += tuple(known[one] for one in edit.removed)
    added = tuple(one.camera_id for one in edit.cameras if one.camera_id not in known)
    cameras.remove(cursor, edit.removed)
    cameras.put(cursor, edit.cameras)
    # Done again it is the same list once more, and is logged as such.
    return PutCameras(before, added)


def _check_new(camera: Camera, before: Camera | None = None) -> None:
    """Checks what is new of a camera: one of an older case may have what would not do today."""
    if before is None:
        check_name(camera.camera_id, "id")
    if before is None or camera.name != before.name:
        check_name(camera.name, "name")
    _check_texts(camera)
    if before is not None and camera.placements == before.placements:
        return
    try:
        check_placements(camera.placements)
    except BadPlacement as error:
        raise BadPlacement(f"camera {camera.camera_id}: {error.message}", error.hint) from error


def _check_texts(camera: Camera) -> None:
    for what, text in (("kind", camera.kind), ("note", camera.notes)):
        if len(text) > _LONGEST_TEXT:
            raise BadPlacement(
                f"the {what} of camera {camera.camera_id} has {len(text)} letters",
                f"Use at most {_LONGEST_TEXT}.",
            )
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BadPlacement(
                f"the {what} of camera {camera.camera_id} holds half a letter", "Type it again."
            ) from None


def _check_free(cursor: Cursor, ids: Sequence[CameraId]) -> None:
    used = cameras.uses(cursor, ids)
    if used:
        camera_id, what = next(iter(used.items()))
        more = f" (and so have {len(used) - 1} others)" if len(used) > 1 else ""
        raise CameraInUse(
            f"camera {camera_id} cannot be removed: it has {what}{more}",
            "Nothing was changed. Give these to another camera or remove them first.",
        )


def _entry(event: str, facts: dict[str, JsonValue], **private: str) -> audit.Entry:
    return audit.Entry(event, "done", facts=facts, private=private, vouches=("cameras",))


def _text(placements: Sequence[Placement]) -> str:
    return json.dumps([asdict(place) for place in placements])
