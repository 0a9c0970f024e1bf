"""Cameras of others: who may have recorded something, what was asked of them, and what is sent."""

from dataclasses import dataclass
from typing import Final, Literal, NewType, TypeAlias, get_args

from casefiles.geo import GeoPoint

CanvassId = NewType("CanvassId", int)
CanvassSaidId = NewType("CanvassSaidId", int)
NEW_ENTRY: Final = CanvassId(0)
"""The id of an entry that is not stored yet; the store gives it one."""

CanvassStatus: TypeAlias = Literal["to ask", "asked", "received", "refused", "nothing recorded"]
STATUSES: Final[tuple[CanvassStatus, ...]] = get_args(CanvassStatus)


@dataclass(frozen=True, slots=True)
class CanvassSaid:
    """How it stood with an entry from a moment on: one of a history."""

    said_id: CanvassSaidId
    entry_id: CanvassId
    status: CanvassStatus
    note: str
    set_ns: int
    set_by: str


@dataclass(frozen=True, slots=True)
class CanvassEntry:
    """Somebody who may have a camera that recorded something: owner, place, how to reach them."""

    owner: str
    address: str = ""
    point: GeoPoint | None = None
    """Where the camera is; None: nobody knows, the address alone says."""
    contact: str = ""
    kind: str = ""
    keeps_days: float | None = None
    """For how long the recorder holds what it records; None: nobody knows."""
    notes: str = ""
    own_id: str = ""
    """What a registry calls it."""
    origin: str = ""
    """The file it comes from; empty where it was added by hand."""
    origin_sha256: str = ""
    entry_id: CanvassId = NEW_ENTRY
    added_ns: int = 0
    added_by: str = ""
    program_version: str = ""
    history: tuple[CanvassSaid, ...] = ()
    """What was said of it, oldest first; what was taken back is left out."""

    @property
    def status(self) -> CanvassStatus:
        """How it stands now."""
        return self.history[-1].status if self.history else "to ask"


@dataclass(frozen=True, slots=True)
class AddCanvass:
    """Adds entries, all or none."""

    entries: tuple[CanvassEntry, ...]


@dataclass(frozen=True, slots=True)
class RemoveCanvass:
    """Takes entries away; their rows stay, marked removed."""

    entry_ids: tuple[CanvassId, ...]


@dataclass(frozen=True, slots=True)
class RestoreCanvass:
    """Brings removed entries back."""

    entry_ids: tuple[CanvassId, ...]


@dataclass(frozen=True, slots=True)
class ChangeCanvass:
    """Gives the entry of that id other words, place or days; its history stays."""

    entry: CanvassEntry


@dataclass(frozen=True, slots=True)
class SayCanvass:
    """Says how it stands with entries from now on."""

    entry_ids: tuple[CanvassId, ...]
    status: CanvassStatus
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkCanvass:
    """Takes what was said of entries back, or puts it in force again; rows stay."""

    said_ids: tuple[CanvassSaidId, ...]
    standing: bool


CanvassEdit: TypeAlias = (
    AddCanvass | RemoveCanvass | RestoreCanvass | ChangeCanvass | SayCanvass | MarkCanvass
)
