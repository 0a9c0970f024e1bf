"""A small real case for panels: two cameras, one of them fast, six people, a car, pictures."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from detection.labels import ObjectClass
from tests.support.case_copies import opened_copy
from tests.support.search_cases import ACTOR, Seen, make_case, put_cameras, put_run, put_source

FAST_S: Final = 3617
"""How far the recorder of Market Gate is fast."""
RED: Final = {"upper": {"red": 0.7, "black": 0.2}, "lower": {"dark blue": 0.8}}
MADE_BY: Final = {"embedder": "by hand"}
WHITE: Final = {"body": {"white": 0.9}}


def make_small_case(folder: Path) -> Case:
    """The case, open: tracks 1000001–1000004 at Market Gate, 2000001–2000003 at Ferry Stairs;
    a copy, see `opened_copy`."""
    return opened_copy(folder, ACTOR, _make_small_case)


def _make_small_case(folder: Path) -> Case:
    case = make_case(folder)
    put_cameras(
        case,
        Camera(CameraId("gate"), "Market Gate", (Placement(GeoPoint(40.0, -30.0), 8.0, 60.0),)),
        Camera(CameraId("stairs"), "Ferry Stairs", (Placement(GeoPoint(40.001, -30.0)),)),
    )
    gate, stairs = put_source(case, "gate"), put_source(case, "stairs")
    case.write(
        lambda cursor: cursor.execute(
            "UPDATE sources SET offset_ns = ? WHERE source_id = ?", [FAST_S * 10**9, gate]
        )
    )
    feet = [(t / 5, 100.0 + t, 200.0) for t in range(50)]
    put_run(
        case,
        gate,
        Seen(10, 24, colours=RED, feet=feet, vector=(1, 0, 0)),
        Seen(40, 41, colours=RED, doubt="night", score=0.4, vector=(0.9, 0.1, 0)),
        Seen(60, 75, colours={"upper": {"green": 0.9}}, vector=(0, 1, 0)),
        Seen(80, 90, ObjectClass.CAR, colours=WHITE),
        looks=MADE_BY,
    )
    put_run(
        case,
        stairs,
        Seen(5, 15, colours=RED, vector=(0.95, 0.05, 0)),
        Seen(20, 26, has_look=False),
        Seen(30, 31, score=0.3, colours={"upper": {"black": 0.9}}),
        looks=MADE_BY,
    )
    picture = jpeg("#c8202c")
    case.write(
        lambda cursor: cursor.execute(
            "UPDATE track_looks SET thumbnail = ? WHERE track_id = 1000001", [picture]
        )
    )
    return case


def jpeg(colour: str, width: int = 24, height: int = 60) -> bytes:
    """A picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(kept, "JPG")  # type: ignore[call-overload]  # the stub knows only paths
    return bytes(kept.data().data())
