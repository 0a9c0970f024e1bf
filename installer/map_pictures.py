"""Pictures of the map for `docs/pictures`: the town of the practice case, a generated city of 600
cameras, dated placements, blind spots and the coverage of streets.

The city is drawn by rule around the town: nothing in it exists.
"""

import json
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from casefiles.case import Case
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.types import Actor, CameraId
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.map_layers import add_layer
from casefiles.usecases.open_case import open_case
from casefiles.usecases.view_case import view_case
from ui.dialogs.placements import PlacementsDialog
from ui.dialogs.street_coverage import StreetCoverageDialog
from ui.session import Selection
from video.clock import parse_wall, wall_to_ns
from workstation.desktop.desktop import Desktop

CAMERAS: Final = 600
_BLOCK_M: Final = 180.0
_BLOCKS: Final = 16
_TOWN_M: Final = 620.0
_CITY_M: Final = 2700.0
_TURN: Final = math.radians(9)
_MOVED: Final = "2026-02-18T09:00:00-06:00"
TRAILER: Final = "city-007"

Opened = Callable[[tuple[int, int], str], AbstractContextManager[Desktop]]
"""A window of a size and scheme with the case in it."""


@dataclass(frozen=True)
class Saver:
    """What takes a picture of a widget, once everything has found its place."""

    wait: Callable[[Callable[[], bool]], None]
    pause: Callable[[int], None]

    def __call__(self, shown: QWidget, desktop: Desktop, picture: Path) -> None:
        """Saves it as a JPEG of moderate size."""
        self.pause(900)
        self.wait(lambda: desktop.settled() and desktop.map.map.is_settled)
        self.pause(300)
        shown.grab().save(str(picture), "JPG", 78)
        print(picture)


def make_city(case: Case, folder: Path) -> None:
    """Streets of a generated city around the town, and 600 cameras on their corners."""
    places = [place.point for camera in view_case(case).cameras for place in camera.placements]
    middle = GeoPoint(
        sum(one.lat for one in places) / len(places), sum(one.lon for one in places) / len(places)
    )

    def at(east: float, north: float) -> GeoPoint:
        bend = 60 * math.sin(east / 900)
        north += bend
        return moved(
            middle,
            east_m=east * math.cos(_TURN) - north * math.sin(_TURN),
            north_m=east * math.sin(_TURN) + north * math.cos(_TURN),
        )

    features = []
    steps = range(-_BLOCKS * 4, _BLOCKS * 4)
    for along in (True, False):
        for number in range(-_BLOCKS, _BLOCKS + 1):
            ahead, behind = ("North", "South") if along else ("East", "West")
            side = ahead if number > 0 else behind
            which = f"{abs(number)} {side}" if number else "Middle"
            name = f"{which} {'Street' if along else 'Avenue'}"
            run: list[list[float]] = []
            for step in [*steps, None]:
                x, y = (step or 0) * _BLOCK_M / 4, number * _BLOCK_M
                east, north = (x, y) if along else (y, x)
                if step is None or math.hypot(east, north) < _TOWN_M:
                    if len(run) > 1:
                        features.append(_line(name, run, wide=number % 4 == 0))
                    run = []
                else:
                    point = at(east, north)
                    run.append([point.lon, point.lat])
    path = folder / "generated city.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    finish(add_layer(case, path))
    rows = ["id,name,lat,lon,heading_deg,fov_deg,range_m,kind,from,to"]
    number = 0
    corner = 0
    while number < CAMERAS:
        corner += 1
        # Spread evenly by a golden-ratio walk over the disc, then moved to the nearest corner.
        reach = _CITY_M * math.sqrt(corner / (1.1 * CAMERAS) % 1)
        turn = corner * 2.399963
        east = round(reach * math.cos(turn) / _BLOCK_M) * _BLOCK_M + number % 7 * 9 - 27
        north = round(reach * math.sin(turn) / _BLOCK_M) * _BLOCK_M + number % 5 * 11 - 22
        if math.hypot(east, north) < _TOWN_M:
            continue
        point = at(east, north)
        heading = "" if number % 19 == 3 else str(corner * 47 % 360)
        fov = "" if number % 23 == 5 else str(50 + number % 4 * 15)
        row = (
            f"city-{number:03},Corner {number:03},{{:.6f}},{{:.6f}},"
            f"{heading},{fov},{40 + number % 3 * 20},{{}},{{}},{{}}"
        )
        if number % 50 == 7:
            there = at(east + _BLOCK_M, north)
            later = at(east + _BLOCK_M, north - _BLOCK_M)
            end = "2026-03-20T09:00:00-05:00"
            rows.append(row.format(point.lat, point.lon, "trailer", "", _MOVED))
            rows.append(row.format(there.lat, there.lon, "trailer", _MOVED, end))
            rows.append(row.format(later.lat, later.lon, "trailer", end, ""))
        else:
            rows.append(row.format(point.lat, point.lon, "", "", ""))
        number += 1
    listed = folder / "generated cameras.csv"
    listed.write_text("\n".join(rows))
    import_cameras(case, listed)


def _line(name: str, run: list[list[float]], *, wide: bool) -> dict[str, object]:
    kind = "primary" if wide else "residential"
    return {
        "type": "Feature", "properties": {"name": name, "highway": kind, "kind": "street"},
        "geometry": {"type": "LineString", "coordinates": run},
    }  # fmt: skip


def take(opened: Opened, case: Path, folder: Path, out: Path, save: Saver) -> None:
    """Every picture of the map; `case` is a copy and gets the city on the way."""
    for scheme in ("dark", "light"):
        with opened((1366, 800), scheme) as desktop:
            _large(desktop, save)
            save(desktop.window, desktop, out / f"map-town-{scheme}.jpg")
    with opened((1366, 800), "dark") as desktop:
        _large(desktop, save)
        desktop.actions["map.blind"].trigger()
        desktop.actions["map.ways"].trigger()
        save.wait(lambda: bool(desktop.map.map_sight.words))
        save(desktop.window, desktop, out / "map-blind-dark.jpg")
        desktop.actions["map.blind"].trigger()
        desktop.actions["map.ways"].trigger()
        desktop.actions["map.coverage"].trigger()
        dialog = desktop.mapping.canvass.coverage
        assert isinstance(dialog, StreetCoverageDialog)
        save.wait(lambda: dialog.isVisible())
        dialog.accept()
        save.pause(2500)
        save(dialog, desktop, out / "map-coverage-dialog-dark.jpg")
        save(desktop.window, desktop, out / "map-coverage-dark.jpg")
        dialog.reject()
    with open_case(case, Actor("trainer", "docs")) as made:
        make_city(made, folder)
    for scheme in ("dark", "light"):
        with opened((1366, 800), scheme) as desktop:
            _large(desktop, save)
            save(desktop.window, desktop, out / f"map-600-far-{scheme}.jpg")
            near(desktop, "city-100", 1.3)
            save(desktop.window, desktop, out / f"map-600-near-{scheme}.jpg")
            desktop.map.map_time.show_alone(wall_to_ns(parse_wall(_MOVED)) + 10**15)
            near(desktop, TRAILER, 0.8)
            desktop.session.select(Selection(camera_id=CameraId(TRAILER)))
            save.pause(800)
            save(desktop.window, desktop, out / f"map-dated-{scheme}.jpg")
            desktop.mapping.cameras.ask_placements(CameraId(TRAILER))
            save.wait(lambda: bool(desktop.window.findChildren(PlacementsDialog)))
            asked = desktop.window.findChildren(PlacementsDialog)[0]
            save(asked, desktop, out / f"map-placements-{scheme}.jpg")
            asked.reject()
            desktop.map.map_time.tie()


def _large(desktop: Desktop, save: Saver) -> None:
    desktop.window.set_workspace("follow")
    desktop.window.reset_layout()
    desktop.window.show_dock("map")
    for name in ("tiles", "timeline", "search", "inspector", "places"):
        desktop.window.dock(name).toggleView(False)
    save.pause(400)
    desktop.map.fit()


def near(desktop: Desktop, camera: str, metres_a_pixel: float) -> None:
    """The map around a camera, at a scale."""
    shown = desktop.map.map
    mark = next(one for one in shown.marks if one.camera_id == camera)
    view = shown.view
    scale = view.scale * metres_a_pixel / view.ground_m_per_px
    shown.show_viewport(replace(view.centred(mark.x, mark.y), scale=scale))
