"""`follow-campus`: people over four cameras by place and time alone, on the shared CAMPUS boxes.

Two of the cameras have calibrations. The others see nobody at the same time as these, so nothing
ties their ground to theirs but people who come over later: they share a ground of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from casefiles.usecases.calibrated_places import FOOT_SHARE, LEAST_PX
from detection.following.fit_from_tracks import FittedGround, Path, fit_ground_from_tracks
from detection.following.ground_links import GroundTrack, compared, grouped, ratios
from detection.following.travel_times import travel_time_of
from resources.paths import shared_test_data
from video.ground import GroundPlane
from workstation.bench.campus_boxes import (
    CAMERAS,
    EVERY,
    FOLDER,
    FPS,
    CommonGround,
    Seen,
    by_height,
    calibrated,
    plane_of,
    read_seen,
    stands_of,
)
from workstation.bench.result import Figure
from workstation.output import say

Array = NDArray[np.float64]
_FITTED_SD_M: Final = 0.5
_FRAGMENT_S: Final = 10.0
_LOST_S: Final = 1.0
_FARTHEST_SD_M: Final = 10.0
_GONE_S: Final = 60.0


def paths(seen: Sequence[Seen], plane: GroundPlane | None = None) -> list[Path]:
    """Where feet were: in the picture, or on the ground where it is known."""
    made = []
    for one in seen:
        points = one.feet[one.whole]
        if plane is not None:
            points = plane.places(points)
        known = ~np.isnan(points[:, 0])
        made.append(Path(one.frame[one.whole][known] / FPS, points[known]))
    return made


def ground_track(one: Seen, plane: GroundPlane, extra_m: float) -> GroundTrack | None:
    """Where somebody was, and how sure that is; None where nobody knows."""
    boxes = one.boxes[one.whole]
    tall = boxes[:, 3] - boxes[:, 1]
    feet = one.feet[one.whole]
    sd = np.hypot(plane.sd_m(feet, np.maximum(LEAST_PX, FOOT_SHARE * tall)), extra_m)
    kept = sd < _FARTHEST_SD_M
    if not kept.any():
        return None
    return GroundTrack(
        CAMERAS.index(one.camera), "person", one.frame[one.whole][kept] / FPS,
        plane.places(feet)[kept], sd[kept],
    )  # fmt: skip


def fragments(seen: Sequence[Seen], seed: int) -> list[Seen]:
    """The same cut about every ten seconds, a second of each lost, as a tracker would."""
    chance = np.random.default_rng(seed)
    made = []
    for one in seen:
        at = int(one.frame[0])
        while at <= one.frame[-1]:
            end = at + int(chance.uniform(0.5, 1.5) * _FRAGMENT_S * FPS)
            mine = (one.frame >= at) & (one.frame < end)
            if mine.any():
                made.append(replace(one, frame=one.frame[mine], boxes=one.boxes[mine]))
            at = end + int(_LOST_S * FPS)
    return made


def linked(
    seen: Sequence[Seen], planes: Mapping[str, GroundPlane], extra: Mapping[str, float]
) -> list[int]:
    """A group for each, by place and time alone; who has no place is alone."""
    made = [ground_track(one, planes[one.camera], extra[one.camera]) for one in seen]
    where = [at for at, one in enumerate(made) if one is not None]
    names = grouped(len(where), ratios(compared([one for one in made if one is not None])))
    group = [len(names) + at for at in range(len(seen))]
    for at, name in zip(where, names, strict=True):
        group[at] = name
    return group


def idf1(seen: Sequence[Seen], group: Sequence[int]) -> float:
    """IDF1 of all boxes of all cameras together: groups against people, each at most once (E.
    Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking",
    2016). The boxes are the labels' own, so none is missed and none is false."""
    people = sorted({one.person for one in seen})
    names = sorted(set(group))
    table = np.zeros((len(people), len(names)))
    for one, name in zip(seen, group, strict=True):
        table[people.index(one.person), names.index(name)] += len(one.frame)
    rows, columns = linear_sum_assignment(table, maximize=True)
    boxes = sum(len(one.frame) for one in seen)
    return float(table[rows, columns].sum() / boxes)


def pairs_right(seen: Sequence[Seen], group: Sequence[int]) -> tuple[int, int, int]:
    """Of pairs of tracks on two cameras: how many were joined, how many of these rightly, and how
    many there are."""
    made = np.zeros(3, np.int64)
    for i, one in enumerate(seen):
        for j in range(i):
            if seen[j].camera != one.camera:
                same, put = seen[j].person == one.person, group[i] == group[j]
                made += (put, same and put, same)
    joined, right, there = made.tolist()
    return joined, right, there


def continued(
    seen: Sequence[Seen], group: Sequence[int], place: Callable[[Seen, int], Array | None]
) -> list[int]:
    """Groups of the one pair of cameras that end, joined with those of the other that begin later,
    one to one, by how long somebody walks from `place` to place. How many go over, and how often
    somebody comes from elsewhere, is found from the times too (A. Dempster, N. Laird
    and D. Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977)."""
    parts: dict[int, list[Seen]] = {}
    for one, name in zip(seen, group, strict=True):
        parts.setdefault(name, []).append(one)
    last_frame = max(int(one.frame[-1]) for one in seen)
    gone, came = [], []
    for name, own in parts.items():
        last = max(own, key=lambda one: int(one.frame[-1]))
        first = min(own, key=lambda one: int(one.frame[0]))
        if own[0].camera in CAMERAS[:2]:
            if last.frame[-1] < last_frame - EVERY:
                gone.append((name, last))
        elif first.frame[0] > 0:
            came.append((name, first))
    said = np.full((len(gone), len(came)), -np.inf)
    for i, (_, one) in enumerate(gone):
        for j, (_, other) in enumerate(came):
            seconds = (int(other.frame[0]) - int(one.frame[-1])) / FPS
            here, there = place(one, -1), place(other, 0)
            if 0 < seconds < _GONE_S and here is not None and there is not None:
                time = travel_time_of(float(np.hypot(*(there - here))), "person", sure=False)
                said[i, j] = float(time.log_density([seconds])[0])
    density, long_s = np.exp(said), last_frame / FPS
    share, often = 0.5, len(came) / 2 / long_s
    for _ in range(100):
        from_each = share * density / (often + (share * density).sum(axis=0))
        share = float(np.clip(from_each.sum() / len(gone), 0.01, 0.99))
        often = max(len(came) - float(from_each.sum()), 0.5) / long_s
    gain = np.maximum(said + np.log(share / (1 - share) / often), 0)
    over = [at for at in zip(*linear_sum_assignment(gain, maximize=True), strict=True) if gain[at]]
    new = {came[j][0]: gone[i][0] for i, j in over}
    return [new.get(name, name) for name in group]


def follow_campus() -> list[Figure]:
    """Cross-camera IDF1 by place and time, for each pair of cameras and for all four."""
    folder = shared_test_data() / FOLDER
    if not folder.is_dir():
        say(f"workstation: follow-campus is left out: {folder} is not there")
        return []
    seen = {camera: read_seen(folder, camera) for camera in CAMERAS}
    planes = calibrated(folder)
    figures = [_known(seen, planes), _refitted(seen, planes)]
    planes["IP2"] = by_height(folder, "IP2", seen["IP2"])
    fit = fit_ground_from_tracks(paths(seen["IP5"]), paths(seen["IP2"], planes["IP2"]))
    if fit is None:
        say("workstation: IP5 cannot be fitted from IP2")
        return figures
    planes["IP5"] = plane_of(fit.to_ground)
    figures.append(_fitted("IP5-from-IP2", fit, seen["IP5"], seen["IP2"]))
    extra = {"HC3": 0.0, "HC4": 0.0, "IP2": 0.0, "IP5": _FITTED_SD_M}
    whole: list[Seen] = []
    groups: list[int] = []
    for pair in (CAMERAS[:2], CAMERAS[2:]):
        both = [one for camera in pair for one in seen[camera]]
        group = linked(both, planes, extra)
        name = "-".join(pair)
        figures.append(_score(f"{name}/whole-tracks", both, group, "tracks as labelled"))
        cut = fragments(both, 0)
        figures.append(_score(f"{name}/fragments", cut, linked(cut, planes, extra), _CUT_WORDS))
        groups += [len(groups) * 1000 + one for one in group]
        whole += both
    figures.append(_score("all/within-pairs", whole, groups, "nobody joined across the pairs"))
    common = CommonGround(folder, planes, stands_of(folder))
    over = continued(whole, groups, common.place)
    before, after = pairs_right(whole, groups), pairs_right(whole, over)
    how = (
        "as before, and across the pairs by how long somebody walks from where one pair loses to "
        "where the other finds them, one to one: no looks, no direction; positions by the XML, "
        f"whose azimuths agree with the calibrations to {common.azimuths_apart:.0f} degrees; "
        f"of the {after[0] - before[0]} pairs of tracks that this adds {after[1] - before[1]} are "
        f"right, of {after[2] - before[1]} that were left"
    )
    figures.append(_score("all/with-continuation", whole, over, how))
    return figures


_CUT_WORDS: Final = f"each track cut about every {_FRAGMENT_S:.0f} s, {_LOST_S:.0f} s lost (seed 0)"


def _known(seen: Mapping[str, Sequence[Seen]], planes: Mapping[str, GroundPlane]) -> Figure:
    apart = _apart(seen["HC3"], seen["HC4"], planes["HC3"], planes["HC4"])
    off = np.concatenate(list(apart.values()))
    each = ", ".join(f"{person}: {np.median(one):.2f}" for person, one in apart.items())
    how = (
        f"people seen by HC3 and HC4 at once, {len(off)} moments, by the calibrations that come "
        f"with the data: how far apart the two see one person, the median; by person {each} m"
    )
    value = float(np.median(off))
    return Figure("follow-campus/HC3-HC4/calibrations-apart", value, 1.0, value, "m", how)


def _apart(
    one: Sequence[Seen], other: Sequence[Seen], plane: GroundPlane, other_plane: GroundPlane
) -> dict[int, Array]:
    made = {}
    for mine in one:
        for theirs in other:
            if mine.person != theirs.person:
                continue
            common = np.intersect1d(mine.frame[mine.whole], theirs.frame[theirs.whole])
            here = mine.feet[np.isin(mine.frame, common)]
            there = theirs.feet[np.isin(theirs.frame, common)]
            off = np.hypot(*(plane.places(here) - other_plane.places(there)).T)
            if len(off):
                made[mine.person] = off[~np.isnan(off)]
    return made


def _refitted(seen: Mapping[str, Sequence[Seen]], planes: Mapping[str, GroundPlane]) -> Figure:
    """HC4 as if it were not calibrated, from HC3: how far off its ground is then."""
    fit = fit_ground_from_tracks(paths(seen["HC4"]), paths(seen["HC3"], planes["HC3"]))
    if fit is None:
        how = "HC4 fitted from the people whom HC3 sees at once: not determined"
        return Figure("follow-campus/HC4-from-HC3", 0, 1, 0, "people put right", how)
    return _fitted("HC4-from-HC3", fit, seen["HC4"], seen["HC3"])


def _fitted(name: str, fit: FittedGround, mine: Sequence[Seen], others: Sequence[Seen]) -> Figure:
    right = sum(mine[i].person == others[j].person for i, j in fit.pairs)
    both = {one.person for one in mine} & {one.person for one in others}
    how = (
        f"fitted from tracks seen at once, nobody known: of {len(fit.pairs)} pairs of tracks taken "
        f"for one {right} are (of {len(both)} people seen by both), {fit.moments} moments, "
        f"{fit.error_m:.2f} m apart (median); "
        f"{'no other way explains nearly as much' if fit.clear else 'ANOTHER WAY EXPLAINS AS MUCH'}"
    )
    return Figure(
        f"follow-campus/{name}", right, len(fit.pairs), right / len(fit.pairs), "pairs right", how
    )


def _score(name: str, seen: Sequence[Seen], group: Sequence[int], what: str) -> Figure:
    alone = idf1(seen, range(len(seen)))
    value = idf1(seen, group)
    joined, right, there = pairs_right(seen, group)
    how = (
        f"IDF1 over all boxes of these cameras (every {EVERY}th frame), against every track by "
        f"itself; {what}; pairs of tracks of two cameras: {right} of {there} joined, "
        f"{joined - right} joined wrongly"
    )
    return Figure(f"follow-campus/{name}", 100 * value, 100 * alone, value / alone, "of 100", how)
