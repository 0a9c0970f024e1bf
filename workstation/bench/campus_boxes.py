"""The shared CAMPUS boxes: who was seen by which camera, and how its cameras see the ground."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Final
from xml.etree import ElementTree as Xml

import numpy as np
import scipy.io
from numpy.typing import NDArray

from casefiles.exchange.known_cameras import homography_of_known
from video.ground import GroundPlane
from workstation.output import say

Array = NDArray[np.float64]
FOLDER: Final = "data/multicam/campus_auditorium"
CAMERAS: Final = ("HC3", "HC4", "IP2", "IP5")
FPS: Final = 30
EVERY: Final = 6
SIZE: Final = (1920, 1080)
_CUT_PX: Final = 6
"""The labels were drawn in a picture four times smaller: at the edge they end so much before it."""
_TALL_M: Final = 1.7


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A labelled person in one camera: `frame (n,)`, boxes `(n, 4)` xyxy."""

    camera: str
    person: int
    frame: NDArray[np.int64]
    boxes: Array

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Whose feet the edge of the picture does not cut."""
        width, height = SIZE
        made: NDArray[np.bool_] = (
            (self.boxes[:, 3] < height - _CUT_PX)
            & (self.boxes[:, 0] > _CUT_PX)
            & (self.boxes[:, 2] < width - _CUT_PX)
        )
        return made

    @property
    def feet(self) -> Array:
        return np.stack([self.boxes[:, [0, 2]].mean(axis=1), self.boxes[:, 3]], axis=1)


def read_seen(folder: File, camera: str) -> list[Seen]:
    """The people of one camera, every sixth frame."""
    with gzip.open(folder / f"view-{camera}.txt.gz", "rt", encoding="utf-8") as lines:
        rows = np.array([[float(one) for one in line.split()[:9]] for line in lines])
    rows = rows[(rows[:, 6] == 0) & (rows[:, 5] % EVERY == 0)]
    made = []
    for person in np.unique(rows[:, 0]).astype(int).tolist():
        own = rows[rows[:, 0] == person]
        own = own[np.argsort(own[:, 5])]
        made.append(Seen(camera, person, own[:, 5].astype(np.int64), own[:, 1:5]))
    return made


def calibrated(folder: File) -> dict[str, GroundPlane]:
    """The two that come calibrated. Their T is where the camera stands."""
    found = scipy.io.loadmat(folder / "cam_param.mat")["cam_param"].ravel()
    made = {}
    for one in found:
        lens = np.array(one["K"], np.float64)
        lens[:2, 2] = one["center"].ravel()
        turn = np.array(one["R"], np.float64)
        shift = -turn @ np.array(one["T"], np.float64).ravel()
        numbers = homography_of_known(lens.ravel().tolist(), turn.ravel().tolist(), shift.tolist())
        name = str(one["name"].ravel()[0]).removeprefix("view-")
        made[name] = plane_of(np.array(numbers).reshape(3, 3))
    return made


def stands_of(folder: File) -> Array:
    """Where HC4 and HC3 stand on the axes of their calibrations, `(2, 2)` metres."""
    found = scipy.io.loadmat(folder / "cam_param.mat")["cam_param"].ravel()
    at = {str(one["name"].ravel()[0]): np.array(one["T"], np.float64).ravel() for one in found}
    return np.stack([at["view-HC4"][:2], at["view-HC3"][:2]])


def plane_of(to_ground: Array) -> GroundPlane:
    low = np.sign(to_ground[2] @ [SIZE[0] / 2, SIZE[1], 1.0])
    back = np.linalg.inv(to_ground * low)
    return GroundPlane(back / np.abs(back).max(), np.zeros((9, 9)))


def by_height(folder: File, camera: str, seen: Sequence[Seen]) -> GroundPlane:
    """A camera by how high it stands and how far it looks down (the XML), and its lens by how tall
    those who walk are in the picture: 1.7 m. Metres before it, y is where it looks."""
    for view in Xml.parse(folder / "scene_metadata.xml").getroot():
        if view.tag == f"view-{camera}":
            high = float(view.findtext(".//z") or 0)
            down = -np.radians(float(view.findtext(".//Elevation") or 0))
    lines = []
    for one in seen:
        boxes = one.boxes[one.whole]
        if len(boxes) > 1:
            goes = np.abs(np.diff(boxes[:, 0], prepend=boxes[0, 0])) > 8
            tall = boxes[goes, 3] - boxes[goes, 1]
            lines.append(boxes[goes, 3] - tall * high / _TALL_M)
    horizon = float(np.median(np.concatenate(lines)))
    lens = (SIZE[1] / 2 - horizon) / np.tan(down)
    say(f"workstation: {camera} has a focal length of {lens:.0f} pixels by people's heights")
    k = np.array([[lens, 0, SIZE[0] / 2], [0, lens, SIZE[1] / 2], [0, 0, 1]])
    sine, cosine = np.sin(down), np.cos(down)
    turn = np.array([[1, 0, 0], [0, -sine, -cosine], [0, cosine, -sine]])
    numbers = homography_of_known(
        k.ravel().tolist(), turn.ravel().tolist(), (-turn @ [0, 0, high]).tolist()
    )
    return plane_of(np.array(numbers).reshape(3, 3))


class CommonGround:
    """All four cameras on the axes of the XML: where they stand, and which way they look by
    azimuths that turn against the clock. Both calibrated ones keep their own ground, turned so that
    they stand as the XML says; the azimuths of the others are taken as these two's are."""

    def __init__(self, folder: File, planes: Mapping[str, GroundPlane], own: Array) -> None:
        stands, azimuth = {}, {}
        for view in Xml.parse(folder / "scene_metadata.xml").getroot():
            name = view.tag.removeprefix("view-")
            stands[name] = np.array([float(view.findtext(f".//{at}") or 0) for at in "xy"])
            azimuth[name] = float(view.findtext(".//Azimuth") or 0)
        there = stands["HC3"] - stands["HC4"]
        turn = _angle(there) - _angle(own[1] - own[0])
        off = []
        for name in CAMERAS[:2]:
            near, far = planes[name].places(np.array([[960.0, 1079.0], [960.0, 800.0]]))
            off.append(_angle(far - near) + turn - np.radians(azimuth[name]))
        self._planes = planes
        heading = float(np.angle(np.exp(1j * np.array(off)).mean())) + np.radians(azimuth["IP2"])
        # The ground of IP2 has x to its right.
        self._of = {
            "HC": (_turned(turn), stands["HC4"] - _turned(turn) @ own[0]),
            "IP": (_turned(heading - np.pi / 2), stands["IP2"]),
        }
        self.azimuths_apart = float(np.degrees(abs(np.angle(np.exp(1j * (off[0] - off[1]))))))

    def place(self, one: Seen, at: int) -> Array | None:
        """Where somebody was first (0) or last (-1), as far as that is known."""
        whole = one.whole
        places = self._planes[one.camera].places(one.feet[whole])
        places = places[~np.isnan(places[:, 0])]
        if not len(places):
            return None
        matrix, shift = self._of[one.camera[:2]]
        found: Array = matrix @ places[at] + shift
        return found


def _angle(way: Array) -> float:
    return float(np.arctan2(way[1], way[0]))


def _turned(angle: float) -> Array:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
