"""Small changes a person makes to a case, as data: each can be applied, and gives its inverse.

Undo is the inverse applied: an edit too, logged like the first. Nothing here opens a transaction
or knows a window; `Case.post` runs `apply` on the writer.
"""

from dataclasses import dataclass
from typing import TypeAlias

from casefiles.types import BookmarkId, CameraId, Placement, ZoneId
from casefiles.view_types import Bookmark, Zone


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
class AddBookmark:
    """Adds a bookmark; with an id, brings back the removed one of that id."""

    bookmark: Bookmark


@dataclass(frozen=True, slots=True)
class RemoveBookmark:
    """Takes a bookmark away; its row stays, marked removed."""

    bookmark_id: BookmarkId


@dataclass(frozen=True, slots=True)
class PlaceCamera:
    """Gives a camera these placements instead of the ones it has."""

    camera_id: CameraId
    placements: tuple[Placement, ...]


Edit: TypeAlias = AddZone | RemoveZone | ChangeZone | AddBookmark | RemoveBookmark | PlaceCamera
