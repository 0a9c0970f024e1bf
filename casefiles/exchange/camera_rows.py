"""What the rows of a camera list mean: `Camera` values, and what is wrong with which row."""

import math
import re
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casefiles.checks import has_breaks
from casefiles.errors import BadTable
from casefiles.exchange.camera_files import COLUMNS, RawList, RowRemark, read_list
from casefiles.exchange.csv_rows import number_in
from casefiles.exchange.swapped_places import all_swapped, point_of, strays_among
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from video.clock import BadTime, parse_wall, wall_to_ns

NEEDED: Final = ("id", "name", "lat", "lon")
_MOST_NS: Final = 2**63 - 1
_FIRST_NS: Final = -(2**63)
_LAST_NS: Final = 2**63
_LONGEST: Final = 200

_WORDS: Final = {
    "id": ("id", "cameraid", "camid", "camno", "camnr", "cameranumber", "camerano", "number",
           "no", "nr", "assetid", "asset", "deviceid", "uid"),
    "name": ("name", "cameraname", "site", "title", "label", "camera", "location", "address",
             "description"),
    "lat": ("lat", "latitude", "gpslat", "wgs84lat", "y", "ycoord"),
    "lon": ("lon", "lng", "long", "longitude", "gpslon", "gpslong", "wgs84lon", "x", "xcoord"),
    "heading_deg": ("headingdeg", "heading", "direction", "azimuth", "bearing", "dir", "yaw"),
    "fov_deg": ("fovdeg", "fov", "hfov", "viewangle", "angle", "fieldofview"),
    "range_m": ("rangem", "range", "reach", "reachm", "distance", "viewdistance"),
    "from": ("from", "since", "start", "validfrom", "installed", "begin", "placedon"),
    "to": ("to", "until", "end", "validto", "removed", "validuntil"),
    "kind": ("kind", "type", "cameratype", "category"),
    "notes": ("notes", "note", "comment", "comments", "remarks", "remark"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the list by columns of ours; `problem` where it cannot be taken."""

    where: str
    cells: Mapping[str, str]
    problem: RowRemark | None


@dataclass(frozen=True, slots=True)
class CameraTable:
    """A camera list as it was understood: the good rows as cameras by id, the bad ones by name."""

    file: RawList
    mapping: Mapping[str, str]
    """Which heading of the file holds a column of ours."""
    swapped: bool
    cameras: tuple[Camera, ...]
    rows: tuple[ReadRow, ...]
    problems: tuple[RowRemark, ...]
    """Rows that are wrong, in the order of the file."""
    notes: tuple[RowRemark, ...]
    """What is worth knowing and hinders nothing."""
    seems_swapped: RowRemark | None
    """Said where all latitudes and longitudes seem to be in each other's place."""

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return len(self.rows)


def read_cameras(path: Path, *, mapping: Mapping[str, str] | None = None) -> tuple[Camera, ...]:
    """The cameras of a `.csv`, `.geojson`/`.json` or `.kml` file, by id.

    Rows with the same id are dated placements of one camera. `mapping` names, for a column of
    ours, the heading the file uses: `{"lat": "Latitude"}`.

    Raises:
        BadTable: unreadable, of another kind, or a row is wrong; the message names the row.
    """
    table = read_rows(read_list(path), mapping)
    refuse_problems(table)
    return table.cameras


def refuse_problems(table: CameraTable) -> None:
    """Makes sure that every row was understood.

    Raises:
        BadTable: one is wrong, or all are swapped; the message names the first.
    """
    if table.seems_swapped is not None:
        raise BadTable(f"{table.file.path}: {table.seems_swapped.text}", table.seems_swapped.hint)
    if not table.problems:
        return
    first, more = table.problems[0], len(table.problems) - 1
    others = f" ({more} more {'rows are' if more > 1 else 'row is'} wrong)" if more else ""
    raise BadTable(
        f"{table.file.path} {first.text}{others}",
        f"{first.hint} Or leave wrong rows out with --skip-bad; nothing was imported.",
    )


def guess_mapping(headings: Iterable[str]) -> dict[str, str]:
    """Which heading most likely holds each column of ours; columns that none may hold left out."""
    plain = {re.sub(r"[\W_]+", "", heading).lower(): heading for heading in reversed([*headings])}
    found: dict[str, str] = {}
    for column in COLUMNS:
        words = (re.sub(r"_", "", column), *_WORDS[column])
        heading = next((plain[word] for word in words if word in plain), None)
        if heading is not None:
            found[column] = heading
    # One heading is enough to tell cameras apart and to call them.
    if "id" in found and "name" not in found:
        found["name"] = found["id"]
    return found


def read_rows(
    raw: RawList,
    mapping: Mapping[str, str] | None = None,
    *,
    swapped: bool | None = None,
    known: Sequence[GeoPoint] = (),
) -> CameraTable:
    """The rows as cameras. `known` are places where cameras are expected.

    `swapped`: latitudes and longitudes of the whole file are in each other's place, or surely
    not; None where nobody said: then it is looked at, and told.

    Raises:
        BadTable: a column is missing; the message names the headings that are there.
    """
    wanted = {column: (mapping or {}).get(column, column) for column in COLUMNS}
    missing = [column for column in NEEDED if wanted[column] not in raw.headings]
    if missing:
        guess = guess_mapping(raw.headings)
        options = " ".join(f"--map {one}='{guess.get(one, 'COLUMN')}'" for one in missing)
        raise BadTable(
            f"{raw.path} has no column {', '.join(missing)}",
            f"Its columns are: {', '.join(raw.headings) or 'none'}. "
            f"Name the right one with {options}.",
        )
    if swapped:
        wanted["lat"], wanted["lon"] = wanted["lon"], wanted["lat"]
    rows = [
        (where, {column: cells[heading].strip() for column, heading in wanted.items()
                 if heading in cells})
        for where, cells in raw.rows
    ]  # fmt: skip
    seems_swapped, strays = None, dict[str, RowRemark]()
    if swapped is not False:
        places = {where: place for where, cells in rows if (place := _numbers(cells)) is not None}
        seems_swapped = None if swapped else all_swapped(places, known)
        strays = {} if seems_swapped else strays_among(places, known)
    drafts: dict[str, _Draft] = {}
    notes: list[RowRemark] = []
    read: list[ReadRow] = []
    for where, cells in rows:
        problem = strays.get(where)
        if problem is None:
            problem = _take(where, cells, drafts, notes)
        read.append(ReadRow(where, cells, problem))
    read += [ReadRow(one.where, {}, one) for one in raw.problems]
    read.sort(key=lambda row: _place_in_file(row.where))
    if raw.shapes:
        notes.append(RowRemark("", f"{raw.shapes} lines and areas of the file are no cameras", ""))
    cameras = tuple(drafts[camera_id].camera for camera_id in sorted(drafts))
    return CameraTable(
        raw,
        {column: heading for column, heading in wanted.items() if heading in raw.headings},
        bool(swapped),
        cameras,
        tuple(read),
        tuple(row.problem for row in read if row.problem is not None),
        (*notes, *places_shared(cameras)),
        seems_swapped,
    )


def places_shared(
    cameras: Sequence[Camera], others: Sequence[Camera] = ()
) -> tuple[RowRemark, ...]:
    """Cameras that stand at one place at one time, among themselves and with `others`."""
    at: dict[tuple[int, int], dict[str, Placement]] = {}
    own = {camera.camera_id for camera in cameras}
    found: list[RowRemark] = []
    for camera in (*cameras, *(one for one in others if one.camera_id not in own)):
        for place in camera.placements:
            # A tenth of a metre: lists are copied, cameras do not stand in each other.
            spot = at.setdefault((round(place.point.lat * 1e6), round(place.point.lon * 1e6)), {})
            same = [one for one, stood in spot.items()
                    if one != camera.camera_id and _overlap(stood, place)]  # fmt: skip
            if same and (camera.camera_id in own or same[0] in own):
                found.append(
                    RowRemark(
                        "", f"cameras {same[0]} and {camera.camera_id} stand at one place",
                        "Check whether they are one camera.", camera.camera_id,
                    )
                )  # fmt: skip
            else:
                spot[camera.camera_id] = place
    return tuple(found)


@dataclass(slots=True)
class _Draft:
    """A camera as it grows row by row; its placements in order of time."""

    camera_id: str
    name: str
    kind: str = ""
    notes: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)

    @property
    def camera(self) -> Camera:
        return Camera(
            CameraId(self.camera_id), self.name, tuple(self.placements), self.kind, self.notes
        )

    def has(self, place: Placement) -> bool:
        at = bisect(self.spans, _span(place))
        return at > 0 and self.placements[at - 1] == place

    def put(self, place: Placement) -> bool:
        """Whether there was room: a camera stands at one place at a time."""
        at = bisect(self.spans, _span(place))
        if any(_overlap(one, place) for one in self.placements[max(0, at - 1) : at + 1]):
            return False
        self.spans.insert(at, _span(place))
        self.placements.insert(at, place)
        return True


def _take(
    where: str, cells: Mapping[str, str], drafts: dict[str, _Draft], notes: list[RowRemark]
) -> RowRemark | None:
    """Adds what a row says to the cameras; what is wrong with it where it cannot be."""
    absent = [column for column in NEEDED if column not in cells]
    camera_id, name = cells.get("id", ""), cells.get("name", "")
    if absent:
        return RowRemark(where, f"has no {absent[0]}", "Mend it.", camera_id)
    try:
        _check_texts(cells)
        place = _placement(cells)
    except (ValueError, BadTime) as error:
        told = error.message if isinstance(error, BadTime) else str(error)
        return RowRemark(where, told, _hint(cells), camera_id)
    draft = drafts.get(camera_id)
    if draft is not None and name and name != draft.name:
        return RowRemark(
            where, f"camera {camera_id} has two names, {draft.name} and {name}",
            "Give each camera its own id.", camera_id,
        )  # fmt: skip
    if draft is None:
        draft = drafts[camera_id] = _Draft(camera_id, name or camera_id)
    elif place is None or draft.has(place):
        notes.append(RowRemark(where, f"says nothing new of camera {camera_id}", "", camera_id))
    if place is None and not draft.placements:
        notes.append(
            RowRemark(
                where, f"camera {camera_id} has no place: it is kept, and not on the map", "",
                camera_id,
            )
        )  # fmt: skip
    elif place is not None and not draft.has(place) and not draft.put(place):
        return RowRemark(
            where, f"camera {camera_id} would stand at two places at once",
            "Give its rows 'from' and 'to' times that do not overlap, or different ids.", camera_id,
        )  # fmt: skip
    draft.kind = draft.kind or cells.get("kind", "")
    draft.notes = draft.notes or _lines(cells.get("notes", ""))
    return None


def _placement(cells: Mapping[str, str]) -> Placement | None:
    """Where the row says that the camera stands; None where it names no place."""
    if not cells["lat"] and not cells["lon"]:
        return None
    placement = Placement(
        GeoPoint(_number(cells, "lat"), _number(cells, "lon")),
        _optional(cells, "heading_deg", 0, 360),
        _optional(cells, "fov_deg", 0, 360),
        _optional(cells, "range_m", 0, 100_000),
        _time(cells, "from"),
        _time(cells, "to"),
    )
    start, end = placement.from_ns, placement.to_ns
    if start is not None and end is not None and end <= start:
        raise ValueError("'to' is not after 'from'")
    return placement


def _check_texts(cells: Mapping[str, str]) -> None:
    # JSON can write halves of letters, which no database and no printer takes.
    for column, value in cells.items():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{column!a} holds half a letter") from None
    for column in ("id", "name"):
        if has_breaks(cells[column]):
            raise ValueError(f"{column!a} holds an end of line or another control character")
        if len(cells[column]) > _LONGEST:
            raise ValueError(f"the {column} is longer than {_LONGEST} characters")
    if not cells["id"]:
        raise ValueError("the id is empty")
    if len(cells.get("notes", "")) > 10_000 or len(cells.get("kind", "")) > 10_000:
        raise ValueError("kind or notes are longer than 10,000 characters")


def _lines(text: str) -> str:
    # XML gives every end of line back as one.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(cells: Mapping[str, str], column: str) -> float:
    return number_in(column, cells.get(column, ""))


def _optional(cells: Mapping[str, str], column: str, low: float, high: float) -> float | None:
    if not cells.get(column):
        return None
    value = _number(cells, column)
    if not low <= value <= high:
        raise ValueError(f"{column} {value} is outside {low:g}..{high:g}")
    return value


def _time(cells: Mapping[str, str], column: str) -> int | None:
    if not cells.get(column):
        return None
    moment = wall_to_ns(parse_wall(cells[column]))
    if not -_MOST_NS <= moment <= _MOST_NS:
        raise ValueError(f"{column} {cells[column]} is not between the years 1678 and 2262")
    return moment


def _span(place: Placement) -> tuple[int, int]:
    return (
        _FIRST_NS if place.from_ns is None else place.from_ns,
        _LAST_NS if place.to_ns is None else place.to_ns,
    )


def _overlap(one: Placement, other: Placement) -> bool:
    (start, end), (other_start, other_end) = _span(one), _span(other)
    return start < other_end and other_start < end


def _place_in_file(where: str) -> int:
    return int(where.rpartition(" ")[2])


def _numbers(cells: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        place = _number(cells, "lat"), _number(cells, "lon")
    except ValueError:
        return None
    return place if all(map(math.isfinite, place)) else None


def _hint(cells: Mapping[str, str]) -> str:
    place = _numbers(cells)
    if place is not None and point_of(*place) is None and point_of(*reversed(place)) is not None:
        return "Latitude and longitude seem to be swapped: mend the row."
    return "Mend the row."
