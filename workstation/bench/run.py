"""`bench`: runs the named measurements, or all, and prints their figures."""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module

from resources.errors import UserError
from workstation.bench import (
    attributes,
    exact_frames,
    indexing,
    searching,
    seeking,
    storing,
    tracking,
)
from workstation.bench.result import Figure
from workstation.output import print_json, print_text, say


def _timeline() -> list[Figure]:
    # By name: the other benches run where no Qt is installed.
    figures: list[Figure] = import_module("workstation.bench.timeline").timeline()
    return figures


def _viewer() -> list[Figure]:
    # Needs Qt, which a headless installation may lack; the other benches must run there.
    from workstation.bench.viewing import viewer  # noqa: PLC0415

    return viewer()


def _wall_64() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.walls").wall_64()
    return figures


def _sync() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.walls").sync()
    return figures


def _motion() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.motion").motion()
    return figures


def _synopsis() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.synopsis").synopsis()
    return figures


def _calibration() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.calibration").calibration()
    return figures


def _map() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.mapping").map_of_600()
    return figures


def _follow_pets() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.following_pets").follow_pets()
    return figures


def _follow_looks() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.following_looks").follow_looks()
    return figures


def _follow_campus() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.following_campus").follow_campus()
    return figures


def _person_hour() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.person_hour").person_hour()
    return figures


def _follow_city() -> list[Figure]:
    figures: list[Figure] = import_module("workstation.bench.following_city").follow_city()
    return figures


BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "index-vs-bound": indexing.index_vs_bound,
    "gate": indexing.gate,
    "seek-exact": seeking.seek_exact,
    "exact-frames": exact_frames.exact_frames,
    "append-vs-executemany": storing.append_vs_executemany,
    "viewer": _viewer,
    "wall-64": _wall_64,
    "sync": _sync,
    "timeline": _timeline,
    "search": searching.search,
    "attributes": attributes.attributes,
    "motion": _motion,
    "person-hour": _person_hour,
    "follow-pets": _follow_pets,
    "follow-looks": _follow_looks,
    "follow-campus": _follow_campus,
    "synopsis": _synopsis,
    "calibration": _calibration,
    "map": _map,
    "tracking": tracking.tracking,
    "follow-city": _follow_city,
}


def bench(options: argparse.Namespace) -> int:
    """Runs the benches in order."""
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        raise UserError(f"there is no bench named {unknown[0]}", f"Known: {', '.join(BENCHES)}.")
    works: dict[str, Callable[[], list[Figure]]] = {
        **BENCHES,
        "search": partial(searching.search, options.tracks),
    }
    figures: list[Figure] = []
    for name in options.names or BENCHES:
        say(f"workstation: measuring {name}")
        figures += works[name]()
    if options.json:
        print_json([
            {
                "name": figure.name,
                "value": round(figure.value, 6),
                "bound_or_peer": round(figure.bound_or_peer, 6),
                "ratio": round(figure.ratio, 4),
                "unit": figure.unit,
                "how": figure.how,
            }
            for figure in figures
        ])  # fmt: skip
    else:
        for figure in figures:
            print_text(
                f"{figure.name}: {figure.ratio:.3g} "
                f"({figure.value:.4g} against {figure.bound_or_peer:.4g} {figure.unit})"
            )
            print_text(f"    {figure.how}")
    return 0
