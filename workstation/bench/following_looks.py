"""How surely looks tell people apart between two cameras: what the constants of following were
fitted to, and how well they hold for other people.

PKU-Reid, 37 people, each by two cameras in eight directions. A made-up track is one, two or four
directions that follow each other. Fitted to people of odd rank by number, held against those of
even rank; the figure is Cllr (Brümmer and du Preez, 2006): 0 is perfect, 1 is knowing nothing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from casefiles.usecases.likeness_of_frames import of_pairs
from detection.appearance import DEFAULT_EMBEDDER, open_embedder
from detection.errors import ModelMissing
from detection.following import evidence
from resources.paths import shared_test_data
from video.stills import read_picture
from workstation.bench.result import Figure
from workstation.output import say

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]
_Pairs = tuple[Floats, Floats]
_EMBEDDERS: Final = (DEFAULT_EMBEDDER, "osnet-x0-25")
_FRAMES: Final = (1, 2, 4)
_DIRECTIONS: Final = 8
_DRAWS: Final = 20
_SEED: Final = 1


def follow_looks() -> list[Figure]:
    """The constants as fitted anew, and Cllr of those that are used on the people left out."""
    folder = shared_test_data() / "data" / "reid" / "pku_reid"
    if not folder.is_dir():
        say(f"workstation: follow-looks is left out: {folder} is not there")
        return []
    rng = np.random.default_rng(_SEED)
    told: list[tuple[str, _Pairs, _Pairs]] = []
    for name in _EMBEDDERS:
        try:
            embedder = open_embedder(name)
        except ModelMissing as error:
            say(f"workstation: follow-looks with {name} is left out: {error}")
            continue
        # People, cameras, directions.
        vectors: dict[tuple[int, int, int], Vectors] = {}
        for path in sorted(folder.glob("*.png")):
            who, camera, turn = (int(one) for one in path.stem.split("_"))
            vectors[who, camera, turn] = embedder.embed([read_picture(path)], "person")[0]
        people = sorted({who for who, _, _ in vectors})
        fitted, held = (_deviations(vectors, people[at::2], rng) for at in (0, 1))
        told.append((name, fitted, held))
    if not told:
        return []
    same, other = (np.concatenate([one[1][at] for one in told]) for at in (0, 1))
    slope, offset = _fitted(same, other)
    how = "19 people, both embedders, tracks of 1, 2 and 4 directions; bound: what is used"
    figures = [
        Figure("follow-looks/slope", slope, evidence.LOOKS_SLOPE,
               slope / evidence.LOOKS_SLOPE, "per deviation", how),
        Figure("follow-looks/offset", offset, evidence.LOOKS_OFFSET,
               offset / evidence.LOOKS_OFFSET, "log ratio", how),
    ]  # fmt: skip
    for name, _, (mine, others) in told:
        found = _cllr(evidence.looks_ratio(mine), evidence.looks_ratio(others))
        figures.append(
            Figure(f"follow-looks/{name}/cllr", found, 1.0, found, "bits", "the 18 other people")
        )
    return figures


def _deviations(
    vectors: dict[tuple[int, int, int], Vectors], people: list[int], rng: np.random.Generator
) -> _Pairs:
    """Deviations of pairs of the same person by both cameras, and of different ones."""
    same: list[float] = []
    other: list[float] = []
    count = len(people)
    group = np.repeat([0, 1], count)
    for frames in _FRAMES:
        for _ in range(_DRAWS):
            for cameras in ((1, 2), (2, 1)):
                rows = np.concatenate([
                    [vectors[who, camera, 1 + (first + step) % _DIRECTIONS]
                     for step in range(frames)]
                    for camera in cameras for who in people
                    for first in [int(rng.integers(_DIRECTIONS))]
                ]).astype(np.float32)  # fmt: skip
                first = np.arange(2 * count) * frames
                every = np.arange(2 * count)
                for at in range(count):
                    alike = of_pairs(rows, first, np.full(2 * count, at), every)
                    made = evidence.standardised(alike.astype(np.float64), group)[count:]
                    same.append(float(made[at]))
                    other += np.delete(made, at).tolist()
    return np.array(same), np.array(other)


def _fitted(same: Floats, other: Floats) -> tuple[float, float]:
    """The slope and offset with the least Cllr."""

    def lost(x: Floats) -> float:
        return _cllr(x[0] * same + x[1], x[0] * other + x[1])

    found = minimize(lost, np.array([1.0, -1.0]), method="Nelder-Mead").x
    return float(found[0]), float(found[1])


def _cllr(same: Floats, other: Floats) -> float:
    mine, others = np.logaddexp(0, -same).mean(), np.logaddexp(0, other).mean()
    return float((mine + others) / 2 / np.log(2))
