"""How tall tracks are by the calibration of their camera, and how sure that is: a lead for a person
to confirm, never a way to find somebody.

Only people are told, who are thin and stand upright: a box says nothing of the height of a car. A
height is that of the box, from its feet to its top edge: shoes, hats and bags held high are part
of it, bent people are less tall. Nothing of it is kept, and no search asks for it: two people of
ten look as tall within what can be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.case import Case
from casefiles.errors import BadCalibration, UnknownTrack
from casefiles.types import RunId, SourceId, TrackId, TrackRow
from casefiles.usecases.calibrated_places import FOOT_SHARE, LEAST_PX, whole
from casefiles.usecases.calibrated_tracks import CalibratedTrack, calibrated_tracks
from detection.labels import ObjectClass
from video.errors import BadPairs
from video.ground_fit import CLICK_PX
from video.upright import Upright, upright_of_known, upright_of_lens

Array = NDArray[np.float64]
_LEAST: Final = 4
"""So few boxes tell nothing."""
_LEAST_TALL_PX: Final = 24.0
"""What is smaller in the picture has no edges worth measuring."""
_LEAST_SURE_M: Final = 0.25
"""A height less sure than that, one standard deviation, is not told."""
_EDGE_PX: Final = 1.5
_SAME_NS: Final = 500_000_000
"""Boxes within so long are wrong alike, and count as one."""
_KNOWN_BOXES: Final = 12
_PEOPLE: Final = (0.5, 2.6)
"""Nobody is shorter or taller: then something is wrong with calibration or boxes."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something of known height in the picture: where it stands and ends, in source pixels."""

    foot: tuple[float, float]
    top: tuple[float, float]
    height_m: float


@dataclass(frozen=True, slots=True)
class TrackHeight:
    """How tall a track is; None where that cannot be told, and `why` says so."""

    height_m: float | None
    sd_m: float | None
    """One standard deviation."""
    boxes: int
    """By so many."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Heights:
    """The heights of the tracks of a recording, and what they follow from."""

    source_id: SourceId
    source_sha256: str
    run_id: RunId
    calibrations: tuple[int, ...]
    by: str
    """"lens", or "known heights"."""
    tracks: Mapping[TrackId, TrackHeight]


def read_heights(
    case: Case,
    source_id: int,
    track_ids: Sequence[int] | None = None,
    *,
    known: Mapping[int, float] | None = None,
    posts: Sequence[Post] = (),
    centre: tuple[float, float] | None = None,
) -> Heights:
    """How tall the people of a recording are, all or some; logged.

    By things of known height, tracks of it and `posts`, where some are given; else by the lens,
    whose axis goes through `centre` (None: the middle of the picture).

    Raises:
        UnknownSource, UnknownTrack, BadCalibration: as for `read_ground_speeds`.
        BadPairs: nothing can be told from this calibration, or the known heights contradict.
    """
    taught = dict(known or {})
    _check(taught, posts)
    asked = None if track_ids is None else sorted({*track_ids, *taught})
    found = calibrated_tracks(case, source_id, asked)
    missing = sorted(set(taught) - {one.track_id for one in found.tracks})
    if missing:
        raise UnknownTrack(
            f"source {source_id} has no track {missing[0]} where its camera is calibrated",
            "'tracks' lists those of a source.",
        )
    uprights: dict[int, Upright] = {}
    told = {}
    for one in found.tracks:
        by = one.calibration
        key = int(by.calibration_id)
        if key not in uprights:
            mine = [other for other in found.tracks if other.calibration == by]
            uprights[key] = _upright(by, found.size, mine, taught, posts, centre)
        if track_ids is None or one.track_id in track_ids:
            told[one.track_id] = height_of(uprights[key], one, found.size)
    found.record(case, "height.show")
    return Heights(
        found.source_id, case.source(source_id).sha256, found.run_id, tuple(sorted(uprights)),
        "known heights" if taught or posts else "lens", told,
    )  # fmt: skip


def track_height(case: Case, row: TrackRow) -> TrackHeight | None:
    """The height of one track by the lens of its camera; None where that is not calibrated as it
    stood then, or the track is no person. Logged where there is one."""
    if row.class_id != ObjectClass.PERSON:
        return None
    try:
        return read_heights(case, row.source_id, [row.track_id]).tracks.get(row.track_id)
    except BadPairs as error:
        return _untold(0, str(error))
    except (BadCalibration, UnknownTrack):
        # Not calibrated; or of a run that is not shown any more.
        return None


def height_of(upright: Upright, track: CalibratedTrack, size: tuple[int, int]) -> TrackHeight:
    """The height of one track in pictures of `size`."""
    if track.class_id != ObjectClass.PERSON:
        return _untold(0, "only of people: a box does not tell how tall other things are")
    boxes, times = track.boxes, track.time_ns
    good = whole(size, boxes) & (boxes[:, 1] > _EDGE_PX)
    good &= boxes[:, 3] - boxes[:, 1] >= _LEAST_TALL_PX
    feet, tops, noise = _ends(track.calibration, size, boxes)
    good &= track.calibration.plane.below_horizon(feet)
    if good.sum() < _LEAST:
        return _untold(int(good.sum()), "seen too shortly, too small, or cut by the picture's edge")
    drawn = upright.heights(feet[good], tops[good], noise[good], level=True)
    middles = np.nanmedian(drawn, axis=1)
    best = float(middles[0])
    # A median scatters by √(π/2) more than a mean.
    apart = len(np.unique(times[good] // _SAME_NS))
    scatter = 1.4826 * float(np.nanmedian(np.abs(drawn[0] - best))) * np.sqrt(np.pi / 2 / apart)
    sd = float(np.hypot(np.nanstd(middles[1:]), scatter))
    count = int(good.sum())
    if not sd <= _LEAST_SURE_M:
        return _untold(count, "less sure than half a metre: too far away, or too few pairs")
    if not _PEOPLE[0] <= best <= _PEOPLE[1]:
        return _untold(
            count,
            f"{best:.1f} m is nobody's height: feet hidden, or the calibration is wrong here",
        )
    return TrackHeight(best, sd, count)


def _upright(
    by: Calibration,
    size: tuple[int, int],
    tracks: Sequence[CalibratedTrack],
    taught: Mapping[int, float],
    posts: Sequence[Post],
    centre: tuple[float, float] | None,
) -> Upright:
    scale = np.array(by.size, np.float64) / size
    if not taught and not posts:
        axis = None if centre is None else (centre[0] * scale[0], centre[1] * scale[1])
        return upright_of_lens(by.plane, by.size, axis)
    feet = [np.array([one.foot for one in posts], np.float64).reshape(-1, 2) * scale]
    tops = [np.array([one.top for one in posts], np.float64).reshape(-1, 2) * scale]
    heights = [np.array([one.height_m for one in posts], np.float64)]
    noise = [np.full(len(posts), CLICK_PX)]
    for one in tracks:
        if one.track_id not in taught:
            continue
        kept = np.flatnonzero(whole(size, one.boxes) & (one.boxes[:, 1] > _EDGE_PX))
        kept = kept[np.linspace(0, len(kept) - 1, min(len(kept), _KNOWN_BOXES)).astype(np.int64)]
        for parts, new in zip((feet, tops, noise), _ends(by, size, one.boxes[kept]), strict=True):
            parts.append(new)
        heights.append(np.full(len(kept), taught[one.track_id]))
    return upright_of_known(
        by.plane, np.concatenate(feet), np.concatenate(tops), np.concatenate(heights),
        np.concatenate(noise),
    )  # fmt: skip


def _ends(
    by: Calibration, size: tuple[int, int], boxes: Array
) -> tuple[Array, Array, NDArray[np.float64]]:
    """Feet and tops of boxes `(n, 2)` in pixels of the calibration, and how well they are known."""
    scale = np.array(by.size, np.float64) / size
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    feet = np.stack([middle, boxes[:, 3]], axis=1) * scale
    tops = np.stack([middle, boxes[:, 1]], axis=1) * scale
    return feet, tops, np.maximum(LEAST_PX, FOOT_SHARE * (feet[:, 1] - tops[:, 1]))


def _untold(boxes: int, why: str) -> TrackHeight:
    return TrackHeight(None, None, boxes, why)


def _check(taught: Mapping[int, float], posts: Sequence[Post]) -> None:
    for height in (*taught.values(), *(one.height_m for one in posts)):
        if not 0.1 <= height <= 100:
            raise BadCalibration(f"no known height is {height:g} m", "Give metres, 0.1 to 100.")
    for one in posts:
        if not np.isfinite([*one.foot, *one.top]).all() or one.foot == one.top:
            raise BadPairs("a thing of known height has no length in the picture",
                           "Give where it stands, then where it ends.")  # fmt: skip
