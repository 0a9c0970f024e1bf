"""A case with a city: hundreds of cameras that came, went and moved, calibrated ones with tracks,
squad cars with fixes, recordings with gaps, thousands of streets, places to ask at.

Made by arithmetic, the same each time.
"""

import json
from pathlib import Path

import numpy as np

from casefiles.calibration_types import Calibration, CalibrationId
from casefiles.canvass_types import AddCanvass, CanvassEntry
from casefiles.case import Case
from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.store import calibrations, positions
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, Placement, PositionImportId
from casefiles.usecases.map_layers import add_layer
from casefiles.view_types import PositionImport
from mapview.basemap import parse_base_map
from mapview.projection import unproject
from resources.files import packaged
from tests.support.search_cases import START_NS, S, Seen, put_cameras, put_run, put_source

DAY = 86_400 * S
EAST_M, NORTH_M = 2400.0, 1500.0
"""The city reaches so far from its middle."""
_SIZE = (640, 480)
_TRACK = 500
"""Places of a track."""


def place(east_m: float, north_m: float) -> GeoPoint:
    """So many metres from the middle of the made-up town, about which the city lies."""
    bounds = parse_base_map(packaged("demo", "town.geojson").read_text(encoding="utf-8")).bounds
    assert bounds is not None
    middle = unproject((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    return moved(middle, east_m=east_m, north_m=north_m)


def city_cameras(count: int) -> list[Camera]:
    """Every third moved once, every tenth is a trailer that moved six times."""
    chance = np.random.default_rng(7)
    centre = place(0, 0)
    made = []
    for number in range(count):
        moves = 6 if number % 10 == 0 else 1 if number % 3 == 0 else 0
        edges = [None, *(START_NS + (day - moves) * DAY for day in range(moves)), None]
        placements = tuple(
            Placement(
                moved(
                    centre,
                    east_m=float(chance.uniform(-EAST_M, EAST_M)),
                    north_m=float(chance.uniform(-NORTH_M, NORTH_M)),
                ),
                float(chance.uniform(0, 360)),
                float(chance.uniform(40, 110)),
                float(chance.uniform(30, 110)),
                from_ns=edges[at],
                to_ns=edges[at + 1],
            )
            for at in range(moves + 1)
        )
        kind = "trailer" if moves == 6 else "ptz" if number % 7 == 0 else "fixed"
        made.append(Camera(CameraId(f"city-{number}"), f"City {number}", placements, kind))
    return made


def write_streets(path: Path, count: int) -> Path:
    """A grid of short named lines."""
    chance = np.random.default_rng(8)
    low, high = place(-EAST_M, -NORTH_M), place(EAST_M, NORTH_M)
    features = []
    for number in range(count):
        lon = float(chance.uniform(low.lon, high.lon))
        lat = float(chance.uniform(low.lat, high.lat))
        along = (0.002, 0.0) if number % 2 else (0.0, 0.0015)
        line = [[lon + along[0] * step / 4, lat + along[1] * step / 4] for step in range(5)]
        features.append({
            "type": "Feature", "geometry": {"type": "LineString", "coordinates": line},
            "properties": {"kind": "street", "name": f"Street {number // 20}"},
        })  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def put_city(
    case: Case, folder: Path, *, cameras: int, streets: int, places: int, asked: int
) -> None:
    """Adds the city to a case: `places` track points on calibrated cameras, `asked` places of
    others. Its files are made in `folder`."""
    all_cameras = city_cameras(cameras)
    put_cameras(case, *all_cameras)
    finish(add_layer(case, write_streets(folder / "city.geojson", streets)))
    # Recordings with gaps: of every fifth camera four, with minutes between them.
    for number in range(0, cameras, 5):
        for part in range(4):
            put_source(case, f"city-{number}", start_ns=START_NS + part * 900 * S)
    tracks = -(-places // _TRACK)
    seen_by = [one for one in all_cameras if len(one.placements) == 1][:10]
    for number, camera in enumerate(seen_by):
        _calibrate(case, camera, number + 1)
        source = put_source(case, camera.camera_id)
        mine = range(number, tracks, len(seen_by))
        put_run(case, source, *(_walk(track) for track in mine))
    case.write(lambda cursor: _put_fixes(cursor, [one.camera_id for one in all_cameras[1:4]]))
    case.post(lambda: AddCanvass(tuple(_asked(number) for number in range(asked)))).result()


def _walk(number: int) -> Seen:
    chance = np.random.default_rng(number)
    steps = chance.normal(0, 4, (_TRACK, 2)).cumsum(axis=0) + chance.uniform(80, 400, 2)
    x, y = np.clip(steps[:, 0], 20, 620), np.clip(steps[:, 1], 60, 470)
    times = np.linspace(number % 50, number % 50 + 100, _TRACK)
    feet = list(zip(times.tolist(), x.tolist(), y.tolist(), strict=True))
    return Seen(float(times[0]), float(times[-1]), feet=feet, has_look=False)


def _calibrate(case: Case, camera: Camera, number: int) -> None:
    """Seen from straight above: a pixel is 5 cm, north is up."""
    to_image = (20.0, 0.0, 0.0, 0.0, -20.0, float(_SIZE[1]), 0.0, 0.0, 1.0)
    covariance = tuple(1e-12 if at % 10 == 0 else 0.0 for at in range(81))
    made = Calibration(
        camera.camera_id, _SIZE, to_image, covariance, origin=camera.placements[0].point,
        calibration_id=CalibrationId(number), set_by="tester", program_version="test",
    )  # fmt: skip
    case.write(lambda cursor: calibrations.insert(cursor, made))


def _put_fixes(cursor: Cursor, moving: list[CameraId]) -> None:
    """An hour of fixes, one a second, in circles."""
    times = START_NS + np.arange(3600, dtype=np.int64) * S
    for number, camera_id in enumerate(moving, 1):
        centre = place(300.0 * number, 100.0)
        turn = np.arange(3600) / 90.0
        lat, lon = centre.lat + 0.004 * np.sin(turn), centre.lon + 0.006 * np.cos(turn)
        fixes = Fixes(times, lat, lon, np.full(3600, 5.0))
        about = PositionImport(
            PositionImportId(number), camera_id, f"{number}.gpx", f"{number:064x}", 3600,
            int(times[0]), int(times[-1]), 0, "tester", "test",
        )  # fmt: skip
        positions.insert(cursor, about, fixes)


def _asked(number: int) -> CanvassEntry:
    point = place(-EAST_M + 16.0 * number, -NORTH_M + 10.0 * number)
    keeps = None if number % 3 == 0 else float(number % 30 + 1)
    return CanvassEntry(
        f"Shop {number}", f"{number} Front Street", point, kind="shop", keeps_days=keeps
    )
