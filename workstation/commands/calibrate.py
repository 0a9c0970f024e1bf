"""`calibrate`: how a camera sees the ground; `speed`: how fast its tracks moved over it."""

import argparse
from math import isnan

from casefiles import audit
from casefiles.calibration_types import Calibration, CalibrationId
from casefiles.case import Case
from casefiles.edit_kinds import TakeBackCalibration
from casefiles.exchange.pair_files import read_pairs
from casefiles.usecases.calibrate import (
    FoundCalibration,
    find_calibration,
    keep_calibration,
    picture_sizes,
)
from casefiles.usecases.calibrated_places import seen_ground
from casefiles.usecases.ground_speed import GroundSpeed, read_ground_speeds
from casefiles.usecases.view_case import view_case
from resources.errors import UserError
from video.clock import NS_PER_S, format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.calibrate_tracks import propose_pairs
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text

_SURE = 1.96
"""So many standard deviations either way hold 95 of 100."""


def calibrate(options: argparse.Namespace) -> int:
    """Calibrates a camera, lists calibrations, or takes one back."""
    if (options.camera is None) == (options.pairs is not None or options.from_tracks is not None):
        raise UserError(
            "--pairs (or --from-tracks) and --camera belong together",
            "Say which camera they are of.",
        )
    given = None if options.pairs is None else read_pairs(options.pairs)
    with opened(options) as case:
        if options.list:
            return _show(case, as_json=options.json)
        if options.undo is not None:
            case.post(lambda: TakeBackCalibration(CalibrationId(options.undo))).result()
            if options.json:
                print_json({"taken_back": options.undo})
            else:
                print_text(f"calibration {options.undo} taken back")
            return 0
        if options.from_tracks is not None:
            return propose_pairs(case, options)
        assert given is not None
        view = view_case(case)
        wall = a_moment(options.at)
        if options.dry_run:
            sizes = picture_sizes(view, options.camera)
            found = find_calibration(case.camera(options.camera), sizes, given, wall_ns=wall)
            kept = found.calibration
            case.record(audit.Entry("calibration.try", "done", private={"camera": options.camera}))
        else:
            found, kept = keep_calibration(case, options.camera, given, wall_ns=wall)
    if options.json:
        print_json(_document(kept) | _fit_document(found))
    else:
        _say(kept, found)
    return 0


def speed(options: argparse.Namespace) -> int:
    """The speeds of the tracks of a recording."""
    with opened(options) as case:
        speeds = read_ground_speeds(case, options.source, options.track)
    if options.json:
        print_json([{"track": track, **_speed_document(one)} for track, one in speeds.items()])
        return 0
    for track, one in speeds.items():
        print_text(f"{track}: {_speed_words(one)}")
    return 0


def _show(case: Case, *, as_json: bool) -> int:
    made = view_case(case).calibrations
    case.record(audit.Entry("calibration.list", "done", facts={"calibrations": len(made)}))
    if as_json:
        print_json([_document(one) for one in made])
        return 0
    if not made:
        print_text("no camera is calibrated yet: use 'calibrate' with --pairs")
    for one in made:
        print_text(_line(one))
    return 0


def _document(made: Calibration) -> dict[str, object]:
    plane = made.plane
    line = plane.horizon()
    since = made.placement_from_ns
    origin = made.origin
    return {
        "id": made.calibration_id or None,
        "camera": made.camera_id,
        "size": list(made.size),
        "placement_from": None if since is None else format_wall(wall_from_ns(since)),
        "homography": plane.to_ground.tolist(),
        "origin": None if origin is None else [origin.lon, origin.lat],
        "y_axis_deg": made.y_axis_deg,
        "error_m": _rounded(made.error_m, 4),
        "noise_px": _rounded(made.noise_px, 3),
        "pairs": len(made.pairs),
        "outliers": [at + 1 for at in made.outliers],
        "horizon": None if line is None else [round(value, 6) for value in line],
        "sees_m": [[round(x, 3), round(y, 3)] for x, y in plane.seen(made.size).tolist()],
        "sees": [list(corner) for corner in seen_ground(made)],
        "made": format_wall(wall_from_ns(made.set_ns)) if made.set_ns else None,
        "made_by": made.set_by,
        "program_version": made.program_version,
    }


def _fit_document(found: FoundCalibration) -> dict[str, object]:
    fit = found.fit
    rows: list[dict[str, object]] = []
    if fit is not None:
        rows = [
            {
                "pair": at + 1,
                "used": bool(fit.used[at]),
                "off_px": _rounded(float(fit.residual_px[at]), 3),
                "off_m": _rounded(float(fit.residual_m[at]), 4),
                "left_out_px": _rounded(float(fit.left_out_px[at]), 3),
                "left_out_m": _rounded(float(fit.left_out_m[at]), 4),
            }
            for at in range(len(fit.used))
        ]
    worst = None if fit is None or fit.worst is None else fit.worst + 1
    return {"worst": worst, "residuals": rows, "notes": list(found.notes)}


def _say(made: Calibration, found: FoundCalibration) -> None:
    print_text(_line(made))
    fit = found.fit
    if fit is not None:
        for at in range(len(fit.used)):
            left_out, metres = float(fit.left_out_px[at]), float(fit.left_out_m[at])
            by_others = "" if isnan(left_out) else f" · by the others {left_out:.1f} px"
            by_others += "" if isnan(metres) else f", {metres:.2f} m"
            print_text(
                f"  pair {at + 1}: {float(fit.residual_px[at]):.1f} px off{by_others}"
                f"{'' if fit.used[at] else ' · WRONG, left out'}"
                f"{' · the worst' if at == fit.worst else ''}"
            )
    for note in found.notes:
        print_text(f"  {note}")


def _line(made: Calibration) -> str:
    error = "its error is not known" if made.error_m is None else f"error {made.error_m:.2f} m"
    wrong = f", {len(made.outliers)} of them wrong" if made.outliers else ""
    number = f"{made.calibration_id}: " if made.calibration_id else "not kept: "
    from_ns = made.placement_from_ns
    # A camera that was moved has several in force, one of each place.
    since = "" if from_ns is None else f" · as it stands since {format_wall(wall_from_ns(from_ns))}"
    return (
        f"{number}camera {made.camera_id}{since} · {made.size[0]} × {made.size[1]} · "
        f"{len(made.pairs)} pairs{wrong} · {error}"
    )


def _speed_document(one: GroundSpeed) -> dict[str, object]:
    return {
        "kmh": _rounded(one.median_kmh, 2),
        "uncertainty_kmh": _rounded(
            None if one.median_sd_kmh is None else _SURE * one.median_sd_kmh, 2
        ),
        "windows": [
            {
                "time_s": round(int(time) / NS_PER_S, 3),
                "kmh": round(float(kmh), 2),
                "uncertainty_kmh": round(_SURE * float(sd), 2),
            }
            for time, kmh, sd in zip(one.time_ns, one.kmh, one.sd_kmh, strict=True)
        ],
        "unsure": one.unsure,
    }


def _speed_words(one: GroundSpeed) -> str:
    if one.median_kmh is None or one.median_sd_kmh is None:
        return "no speed can be told: seen too shortly, or too far away"
    return f"{one.median_kmh:.1f} ± {_SURE * one.median_sd_kmh:.1f} km/h (95 %)"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or isnan(value) else round(value, digits)
