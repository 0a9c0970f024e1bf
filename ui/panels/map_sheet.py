"""The page that the map makes on paper: what it shows now, taken at once, painted elsewhere."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QImage, QPageSize, QPainter, QPicture

from casefiles.canvass_types import CanvassStatus
from casefiles.types import JsonValue
from casefiles.view_types import CaseView
from mapview.qt.camera_painter import CameraLayer
from mapview.qt.coverage_painter import CanvassOverlay, CoverageOverlay
from mapview.qt.forecast_painter import ForecastOverlay
from mapview.qt.image_overlay import ImageOverlay
from mapview.qt.journey_painter import JourneyOverlay
from mapview.qt.movers import paint_movers
from mapview.qt.sheet import (
    SHARP,
    LegendKind,
    Sheet,
    SheetMap,
    on_page,
    page_bytes,
    page_size,
    paint_map,
    paint_page,
)
from mapview.qt.track_painter import WaysArt
from mapview.viewport import Bounds
from resources.version import PROGRAM_VERSION
from ui.panels.map import MapPanel, map_colours

_AROUND_PX: Final = 110
_FINEST_M: Final = 0.2
PaintedMap: TypeAlias = tuple[QImage, tuple[str, ...]]
"""The map as an image, and whom it must name."""


@dataclass(frozen=True)
class MapPage:
    """All that a page is made of: whatever the map shows later, it stays as it was taken."""

    paper: QPageSize
    size: QSize
    """In logical pixels, 96 an inch."""
    sheet: Sheet
    shown: SheetMap
    facts: dict[str, JsonValue]
    """What the log says is on it."""

    def content(self, *, as_pdf: bool) -> bytes:
        """A PDF, or a PNG; on any thread."""
        return page_bytes(self.size, self.paper, self.sheet, self.shown, as_pdf=as_pdf)

    def painted(self) -> PaintedMap:
        """What takes long; on any thread."""
        return paint_map(self.shown)

    def paint(self, painter: QPainter, wide: int, made: PaintedMap) -> None:
        """The page `wide` device pixels wide: quick, for the thread that a printer wants."""
        grown = wide / self.size.width()
        painter.scale(grown, grown)
        paint_page(painter, self.size, self.sheet, self.shown, made)


def take_page(
    panel: MapPanel, view: CaseView, title: str, user: str, paper: QPageSize,
    around: Bounds | None = None,
) -> MapPage:  # fmt: skip
    """What a map shows now, for a page of that paper, broad side down; `around` (world metres)
    shows that part of the world in the place of the part on the screen."""
    size = page_size(paper)
    sheet = Sheet(
        title.strip() or usual_title(view),
        _lines(panel, view, user),
        _legend(panel),
        _tr("Software output is a lead; a person confirms it. Views are drawn as if there were "
            "no walls."),
        _tr("TRAINING") if view.header.training else "",
    )  # fmt: skip
    return MapPage(paper, size, sheet, _map(panel, size, around), _facts(panel))


def usual_title(view: CaseView) -> str:
    """What a page is called unless somebody says otherwise."""
    return _tr("Map of case {0}").format(view.header.number)


def _map(panel: MapPanel, size: QSize, around: Bounds | None) -> SheetMap:
    """In light colours; all that is on the screen is on the page."""
    shown, colours = panel.map, map_colours(on_paper=True)
    view = on_page(shown.view, size)
    if around is not None:
        view = view.fitted(around, margin_px=_AROUND_PX, finest=_FINEST_M)
    over = QPicture()
    painter = QPainter(over)
    painter.setClipRect(0, 0, view.width, view.height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shown.events.paint(painter, view, colours, shown.font())
    paint_movers(painter, shown.movers, view, colours, shown.font())
    for overlay in shown.overlays:
        if not isinstance(overlay, ImageOverlay):
            painter.save()
            overlay.paint(painter, view, colours, shown.font())
            painter.restore()
    painter.end()
    arts = tuple(
        one.art for one in shown.overlays if isinstance(one, ImageOverlay) and one.art is not None
    )
    request = replace(
        shown.request(), view=view, ratio=SHARP, colours=colours, layer=CameraLayer(shown.marks),
        layout=None,
    )  # fmt: skip
    return SheetMap(request, arts, over)


def _lines(panel: MapPanel, view: CaseView, user: str) -> tuple[str, ...]:
    now = panel.map_time.wall_ns
    when = (
        _tr("Cameras by their newest places")
        if now is None
        else _tr("Cameras as at {0}").format(panel.map_time.words(now))
    )
    made = _tr("made {0} by {1} · Sightline {2}").format(
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), user, PROGRAM_VERSION
    )
    head = _tr("Case {0} · {1}").format(view.header.number, view.header.title)
    said = panel.map_sight.words
    return (head, f"{when} · {made}", *([said] if said else []))


def _legend(panel: MapPanel) -> tuple[tuple[LegendKind, str], ...]:
    """Only what is on the map."""
    marks, sight = panel.map.marks, panel.map_sight
    present = [mark for mark in marks if not mark.former]
    ways = sight.ways.art if isinstance(sight.ways.art, WaysArt) else WaysArt()
    footage = [one.has_footage for one in present]
    over = panel.map.overlays
    states = {state for one in over if isinstance(one, CoverageOverlay) for state in one.states}
    signs: dict[CanvassStatus, str] = {}
    for one in over:
        if isinstance(one, CanvassOverlay):
            signs |= one.signs
    told = [one.shape for one in over if isinstance(one, JourneyOverlay)]
    legs = [leg for shape in told for leg in shape.legs if len(leg.points) > 1]
    rings = any(len(one.shape.reach) for one in over if isinstance(one, ForecastOverlay))
    rows: tuple[tuple[bool, LegendKind, str], ...] = (
        (any(shape.stops for shape in told), "stop", _tr("confirmed sighting, numbered")),
        (any(not leg.problem for leg in legs), "leg", _tr("inferred: nobody saw it")),
        (any(leg.problem for leg in legs), "leg wrong", _tr("cannot be as it is")),
        (rings, "ring", _tr("can have come so far")),
        (any(footage), "footage", _tr("view, with footage")),
        (not all(footage), "none", _tr("no footage in the case")),
        (any(one.is_assumed for one in present), "guessed", _tr("view partly guessed")),
        (any(one.former for one in marks), "former", _tr("stood or will stand here")),
        (sight.blind.art is not None, "blind", _tr("in no camera's view")),
        (bool(ways.ways), "way", _tr("way of a moving camera")),
        (ways.tracks is not None and len(ways.tracks) > 0, "track", _tr("tracks")),
        ("whole" in states, "street whole", _tr("street with footage")),
        ("part" in states, "street part", _tr("footage for a part of the time")),
        ("missing" in states, "street missing", _tr("a camera, but no footage")),
        ("none" in states, "street none", _tr("no camera")),
        (bool(signs), "other", _tr("cameras of others: {0}").format(
            ", ".join(f"{sign} {status}" for status, sign in signs.items())
        )),
    )  # fmt: skip
    return tuple((kind, words) for there, kind, words in rows if there)


def _facts(panel: MapPanel) -> dict[str, JsonValue]:
    sight = panel.map_sight
    return {
        "shown_ns": panel.map_time.wall_ns,
        "cameras": len({mark.camera_id for mark in panel.map.marks}),
        "blind_spots": sight.blind.art is not None,
        "tracks": sight.ways.art is not None,
        "stops": sum(
            len(one.shape.stops) for one in panel.map.overlays if isinstance(one, JourneyOverlay)
        ),
        "version": PROGRAM_VERSION,
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapPage", text)
