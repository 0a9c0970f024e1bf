"""What a fit shows over the picture, on the map and in the table; made off the GUI thread."""

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from casefiles.calibration_types import Point
from casefiles.usecases.calibrate import FoundCalibration
from casefiles.usecases.calibrated_places import seen_ground
from mapview.picture_ground import LaidPicture, Segment, horizon_in, laid, metre_grid, to_world
from mapview.projection import to_mercator
from video.ground import GroundPlane
from video.ground_fit import CLICK_PX

if TYPE_CHECKING:
    from casefiles.usecases.site_plan import FoundPlan

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Residual:
    """How one pair fits, None where that cannot be told: with itself, and by the others alone."""

    off_px: float | None
    off_m: float | None
    others_px: float | None
    others_m: float | None
    used: bool
    worst: bool
    """The worst of all, and farther off than a person clicks: to be looked at again."""


@dataclass(frozen=True, slots=True)
class LaidImage:
    """A picture to be drawn on the map: world metres left, bottom, right, top."""

    image: QImage
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FitShown:
    """A fit, by the numbers of the entries it was made from (from 0)."""

    headline: str
    notes: tuple[str, ...] = ()
    residuals: dict[int, Residual] = field(default_factory=dict)
    seen_at: dict[int, Point] = field(default_factory=dict)
    """Where in the picture the place of an entry lies, by the fit."""
    lies_at: dict[int, Point] = field(default_factory=dict)
    """Where on the map (lon, lat) the picture's point of an entry lies, by the fit."""
    step_m: float = 0.0
    grid: tuple[Segment, ...] = ()
    horizon: Segment | None = None
    outline: tuple[Point, ...] = ()
    """What ground the picture shows, (lon, lat)."""
    laid: LaidImage | None = None

    @property
    def wrong(self) -> tuple[int, ...]:
        """The entries that were left out, from 0."""
        return tuple(at for at, one in self.residuals.items() if not one.used)


def shown_calibration(
    found: FoundCalibration, whole: tuple[int, ...], picture: NDArray[np.uint8] | None
) -> FitShown:
    """What is shown of a calibration that was found from the entries `whole`; `picture` BGR of any
    size of the same shape."""
    made, fit = found.calibration, found.fit
    plane = made.plane
    step, grid = metre_grid(plane, made.size)
    image = np.array([one.image for one in made.pairs], np.float64).reshape(-1, 2)
    residuals: dict[int, Residual] = {}
    seen_at: dict[int, Point] = {}
    lies_at: dict[int, Point] = {}
    if fit is not None:
        for row, at in enumerate(whole):
            residuals[at] = Residual(
                _known(fit.residual_px[row]), _known(fit.residual_m[row]),
                _known(fit.left_out_px[row]), _known(fit.left_out_m[row]),
                bool(fit.used[row]), fit.worst == row and fit.left_out_px[row] > CLICK_PX,
            )  # fmt: skip
        places = plane.places(image)
        lonlat = made.lonlat(places)
        lies_at = {} if lonlat is None else _points(whole, lonlat)
        ground = _ground_of(found)
        if ground is not None:
            seen_at = _points(whole, plane.pictured(ground))
    outline = seen_ground(made)
    matrix = to_world(plane.to_ground, made.lonlat)
    drawn = None
    if picture is not None and matrix is not None and outline:
        scaled = matrix @ np.diag([*np.array(made.size) / picture.shape[1::-1], 1.0])
        drawn = _drawn(laid(picture, scaled, to_mercator(outline)))
    horizon = horizon_in(plane, made.size)
    return FitShown(
        _headline(found), (*found.notes, *_about_horizon(plane, made.size, horizon)), residuals,
        seen_at, lies_at, step, grid, horizon, outline, drawn,
    )  # fmt: skip


def shown_plan(
    found: "FoundPlan", whole: tuple[int, ...], picture: NDArray[np.uint8] | None
) -> FitShown:
    """What is shown of a site plan that was laid on the earth."""
    plan, fit = found.plan, found.fit
    image = np.array([one.image for one in plan.pairs], np.float64).reshape(-1, 2)
    to_px = 1.0 / max(fit.metres_per_pixel, 1e-9)
    residuals = {
        at: Residual(
            _known(fit.residual_m[row] * to_px), _known(fit.residual_m[row]),
            _known(fit.left_out_m[row] * to_px), _known(fit.left_out_m[row]),
            bool(fit.used[row]),
            fit.worst == row and fit.left_out_m[row] * to_px > CLICK_PX,
        )
        for row, at in enumerate(whole)
    }  # fmt: skip
    places = plan.places(image)
    corners = plan.corners()
    world = to_mercator(corners)
    width, height = plan.size
    affine = np.eye(3)
    affine[:2, 0] = (world[1] - world[0]) / width
    affine[:2, 1] = (world[3] - world[0]) / height
    affine[:2, 2] = world[0]
    marked = to_mercator([one.lonlat for one in plan.pairs if one.lonlat is not None])
    flat = np.column_stack([marked, np.ones(len(marked))]).T
    back = np.asarray(np.linalg.inv(affine) @ flat, np.float64)
    drawn = None
    if picture is not None:
        scaled = affine @ np.diag([*np.array(plan.size) / picture.shape[1::-1], 1.0])
        drawn = _drawn(laid(picture, scaled, world))
    return FitShown(
        _plan_headline(found), found.notes, residuals, _points(whole, back[:2].T),
        _points(whole, places), outline=tuple((float(x), float(y)) for x, y in corners),
        laid=drawn,
    )  # fmt: skip


def words_of_worst(shown: FitShown) -> str:
    """Which pairs are wrong, else which fits worst; empty where nothing can be told."""
    wrong = shown.wrong
    if wrong:
        names = ", ".join(str(at + 1) for at in wrong)
        text = (
            _said("Pair {0} is wrong and was left out: drag it to where it belongs, or delete it.")
            if len(wrong) == 1
            else _said("Pairs {0} are wrong and were left out: drag them to where they belong, "
                      "or delete them.")
        )  # fmt: skip
        return text.format(names)
    worst = next((at for at, one in shown.residuals.items() if one.worst), None)
    if worst is None:
        return ""
    row = shown.residuals[worst]
    return _said("Pair {0} fits worst: {1} by the others.").format(
        worst + 1,
        " · ".join(part for part in (pixels(row.others_px), metres(row.others_m)) if part),
    )


def pixels(value: float | None) -> str:
    """A distance in the picture in words."""
    return "" if value is None else f"{value:.1f} px"


def metres(value: float | None) -> str:
    """A distance on the ground in words."""
    return "" if value is None else f"{value:.2f} m"


def _headline(found: FoundCalibration) -> str:
    made = found.calibration
    if found.fit is None:
        return _said("A known homography: how far off it is nobody knows.")
    used = len(made.pairs) - len(made.outliers)
    if made.error_m is None or isnan(made.error_m):
        return _said("{0} pairs: nothing is left to check them by. Add more.").format(used)
    return _said("Error {0} (median, each pair by the others) · {1} pairs agree to {2}").format(
        metres(made.error_m), used, pixels(made.noise_px)
    )


def _about_horizon(
    plane: GroundPlane, size: tuple[int, int], seen: Segment | None
) -> tuple[str, ...]:
    """Where the horizon is that the picture does not show: a check that eyes can make."""
    line = plane.horizon()
    if seen is not None:
        return ()
    if line is None:
        return (_said("there is no horizon: the camera looks straight down"),)
    away = line[0] * size[0] / 2 + line[2]
    return (
        (_said("the horizon lies {0:.0f} px above the picture").format(away),) if (away > 0) else ()
    )


def _plan_headline(found: "FoundPlan") -> str:
    plan, fit = found.plan, found.fit
    used = len(plan.pairs) - len(plan.outliers)
    size = _said("1 px is {0:.3f} m").format(fit.metres_per_pixel)
    if plan.error_m is None or isnan(plan.error_m):
        return _said("{0} pairs: nothing is left to check them by · {1}").format(used, size)
    return _said("Error {0} (median, each pair by the others) · {1} pairs · {2}").format(
        metres(plan.error_m), used, size
    )


def _ground_of(found: FoundCalibration) -> Array | None:
    """The marked places of the pairs in metres of the fit."""
    made = found.calibration
    if all(one.ground_m is not None for one in made.pairs):
        return np.array([one.ground_m for one in made.pairs], np.float64).reshape(-1, 2)
    return made.ground(np.array([one.lonlat for one in made.pairs], np.float64).reshape(-1, 2))


def _points(whole: tuple[int, ...], values: Array) -> dict[int, Point]:
    return {
        at: (float(x), float(y))
        for at, (x, y) in zip(whole, values, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    }


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _drawn(made: LaidPicture | None) -> LaidImage | None:
    if made is None:
        return None
    rows, columns = made.pixels.shape[:2]
    data = np.ascontiguousarray(made.pixels).tobytes()
    image = QImage(data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return LaidImage(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied), made.bounds)


def _said(text: str) -> str:
    return QCoreApplication.translate("PairsDialog", text)
