"""The small changes a person makes to a case, as data: `casefiles.edits` makes them."""

from dataclasses import dataclass
from typing import TypeAlias

from casefiles.calibration_types import Calibration, CalibrationId
from casefiles.canvass_types import CanvassEdit
from casefiles.case_events import EventImportId
from casefiles.decision_types import DecisionId, Question, Said
from casefiles.intake_types import Origin
from casefiles.map_types import MapLayer, MapLayerId
from casefiles.subject_types import SubjectEdit
from casefiles.types import (
    BookmarkId,
    Camera,
    CameraId,
    ClockId,
    LineId,
    ListFile,
    Placement,
    PositionImportId,
    SavedSearchId,
    SourceClock,
    SourceId,
    SpotId,
    ZoneId,
)
from casefiles.view_types import Bookmark, Line, SavedSearch, Zone


@dataclass(frozen=True, slots=True)
class AddZone:
    """Adds a zone; with an id, brings back the removed zone of that id."""

    zone: Zone


@dataclass(frozen=True, slots=True)
class RemoveZone:
    """Takes a zone away; its row stays, marked removed."""

    zone_id: ZoneId


@dataclass(frozen=True, slots=True)
class ChangeZone:
    """Gives the zone of that id another name or shape."""

    zone: Zone


@dataclass(frozen=True, slots=True)
class AddLine:
    """Adds a line; with an id, brings back the removed line of that id."""

    line: Line


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Takes a line away; its row stays, marked removed."""

    line_id: LineId


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Gives the line of that id another name or course; the points in reverse turn it around."""

    line: Line


@dataclass(frozen=True, slots=True)
class AddBookmark:
    """Adds a bookmark; with an id, brings back the removed one of that id."""

    bookmark: Bookmark


@dataclass(frozen=True, slots=True)
class RemoveBookmark:
    """Takes a bookmark away; its row stays, marked removed."""

    bookmark_id: BookmarkId


@dataclass(frozen=True, slots=True)
class ChangeBookmark:
    """Gives the bookmark of that id another note; its moment stays."""

    bookmark_id: BookmarkId
    note: str


@dataclass(frozen=True, slots=True)
class SaveSearch:
    """Saves a search; with an id, brings back the removed one of that id."""

    search: SavedSearch


@dataclass(frozen=True, slots=True)
class RemoveSearch:
    """Takes a saved search away; its row stays, marked removed."""

    search_id: SavedSearchId


@dataclass(frozen=True, slots=True)
class RenameSearch:
    """Gives the saved search of that id another name."""

    search_id: SavedSearchId
    name: str


@dataclass(frozen=True, slots=True)
class RemoveEvents:
    """Takes the events of one import away; their rows stay, marked removed."""

    import_id: EventImportId


@dataclass(frozen=True, slots=True)
class RestoreEvents:
    """Brings them back."""

    import_id: EventImportId


@dataclass(frozen=True, slots=True)
class RemovePositions:
    """Takes the positions of one import away; their rows stay, marked removed."""

    import_id: PositionImportId


@dataclass(frozen=True, slots=True)
class RestorePositions:
    """Brings them back."""

    import_id: PositionImportId


@dataclass(frozen=True, slots=True)
class PlaceCamera:
    """Gives a camera these placements instead of the ones it has."""

    camera_id: CameraId
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class AddCamera:
    """Adds a camera, or brings a removed one back; its id must be free."""

    camera: Camera


@dataclass(frozen=True, slots=True)
class RemoveCamera:
    """Takes a camera away to which no recording and nothing else belongs."""

    camera_id: CameraId


@dataclass(frozen=True, slots=True)
class ChangeCamera:
    """Gives the camera of that id the name, the kind, the note and the placements of this one."""

    camera: Camera


@dataclass(frozen=True, slots=True)
class PutCameras:
    """Stores cameras whole, those of known ids in the place of what is known, and takes others
    away: a camera list, or what it is taken back by."""

    cameras: tuple[Camera, ...]
    removed: tuple[CameraId, ...] = ()
    taken_from: ListFile | None = None
    """The file they come from; None where they are put back."""


@dataclass(frozen=True, slots=True)
class SuppressSpot:
    """Hides the tracks that are nothing but a thing that never moves."""

    spot_id: SpotId


@dataclass(frozen=True, slots=True)
class RestoreSpot:
    """Brings them back."""

    spot_id: SpotId


@dataclass(frozen=True, slots=True)
class NoteOrigin:
    """Gives each of these sources another note of where it comes from."""

    notes: tuple[tuple[SourceId, Origin], ...]


@dataclass(frozen=True, slots=True)
class SetClock:
    """Says how the clock of a source stands; with an id, puts the one of that id in force again.

    `picture` is a still of the recorder's clock as it is in its file (PNG or JPEG), kept with it.
    """

    clock: SourceClock
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class TakeBackClock:
    """Puts the clock before it in force again; its row stays, marked taken back."""

    clock_id: ClockId


@dataclass(frozen=True, slots=True)
class DecideHits:
    """Says of tracks in the answer to a question whether each is right, in the place of what was
    said of them before."""

    question: Question
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class TakeBackDecisions:
    """Takes back what was said of hits, and puts others in force again; rows stay."""

    taken: tuple[DecisionId, ...]
    put_back: tuple[DecisionId, ...] = ()


@dataclass(frozen=True, slots=True)
class SetCalibration:
    """Says how a camera sees the ground; with an id, puts the one of that id in force again."""

    calibration: Calibration


@dataclass(frozen=True, slots=True)
class TakeBackCalibration:
    """Puts the calibration before it in force again, if there is one; its row stays, marked."""

    calibration_id: CalibrationId


@dataclass(frozen=True, slots=True)
class AddLayer:
    """Adds a layer to the map, above the others; with an id, brings back the removed one of that
    id. `content` is the GeoJSON text (UTF-8) or the picture (PNG, JPEG) of a new one."""

    layer: MapLayer
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class RemoveLayer:
    """Takes a layer off the map; its row and what it was made of stay."""

    layer_id: MapLayerId


@dataclass(frozen=True, slots=True)
class ChangeLayer:
    """Gives the layer of that id another name, opacity or rank, shows or hides it, lays its plan
    elsewhere, or says where its tiles are now."""

    layer: MapLayer


Edit: TypeAlias = (
    AddZone | RemoveZone | ChangeZone | AddBookmark | RemoveBookmark | PlaceCamera
    | ChangeBookmark | RemoveEvents | RestoreEvents | RemovePositions | RestorePositions
    | AddCamera | RemoveCamera | ChangeCamera | PutCameras
    | SetClock | TakeBackClock | SuppressSpot | RestoreSpot | NoteOrigin
    | SaveSearch | RemoveSearch | RenameSearch
    | AddLine | RemoveLine | ChangeLine | DecideHits | TakeBackDecisions
    | SetCalibration | TakeBackCalibration | CanvassEdit | SubjectEdit
    | AddLayer | RemoveLayer | ChangeLayer
)  # fmt: skip
