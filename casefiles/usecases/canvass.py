"""The canvass list: who else may have recorded something, how near, and until when it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import shapely

from casefiles import audit
from casefiles.canvass_types import (
    AddCanvass,
    CanvassEntry,
    CanvassId,
    CanvassStatus,
    RemoveCanvass,
)
from casefiles.case import Case
from casefiles.errors import BadCanvass
from casefiles.exchange.canvass_files import canvass_csv, read_registry
from casefiles.geo import GeoPoint, distance_m, offset_m
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.regions import Ring, shape_of
from casefiles.usecases.view_case import view_case
from casefiles.usecases.write_new import write_new
from casefiles.view_types import CaseView
from resources.errors import one_line
from video.clock import NS_PER_S, format_wall_in, zone_of

_DAY_NS: Final = 86_400 * NS_PER_S
_FAR_M: Final = 100_000.0
Urgency: TypeAlias = Literal["late", "unknown", "in time", ""]
"""Overwritten by now, as far as is known; nobody knows when; not yet; or nobody said of when."""


@dataclass(frozen=True, slots=True)
class CanvassAsked:
    """Which entries: near a place or along a route, and when what is looked for happened."""

    route: tuple[GeoPoint, ...] = ()
    """One place, or the corners of a way; empty: wherever they are."""
    radius_m: float = 200.0
    from_ns: int | None = None
    """When what is looked for began: recorders write over that first."""
    status: CanvassStatus | None = None
    by_distance: bool = False
    """In the order of distance; else in the order in which they are to be asked."""
    within: tuple[Ring, ...] = ()
    """The edges of a region of the map; entries outside are left out."""


@dataclass(frozen=True, slots=True)
class CanvassRow:
    """An entry that answers, how far off it is, and until when its recorder holds what it has."""

    entry: CanvassEntry
    metres: float | None
    """None where its place is not known, or no place was asked about."""
    deadline_ns: int | None
    urgency: Urgency

    def words(self, zone_name: str) -> str:
        """Until when to ask, in words."""
        days = self.entry.keeps_days
        match self.urgency:
            case "":
                return "" if days is None else f"holds {days:g} days"
            case "unknown":
                return "ask at once: nobody knows how long it holds"
        assert self.deadline_ns is not None
        # To the second, the zone said: it is read out over the telephone.
        told = format_wall_in(self.deadline_ns // NS_PER_S * NS_PER_S, zone_of(zone_name))
        told = told.replace(".000", "")
        if self.urgency == "late":
            return f"ask anyway: perhaps overwritten since {told}"
        return f"overwritten from {told}"


@dataclass(frozen=True, slots=True)
class CanvassImport:
    """What an import added, and what it left out and why."""

    ids: tuple[CanvassId, ...]
    known: int
    """Rows that the list has already, by all they say or by their id; left as they are."""
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def read_registry_of(
    case: Case, path: Path, *, mapping: Mapping[str, str] | None = None
) -> tuple[AddCanvass, CanvassImport]:
    """What an import of a registry would add, as an edit, and what is to be said of it; nothing is
    changed. The `ids` are empty.

    Raises:
        BadCanvass: the file cannot be used.
    """
    table = read_registry(path, mapping=mapping)
    view = view_case(case)
    there = {_said_of(one) for one in view.canvass}
    ids = {one.own_id for one in view.canvass if one.own_id}
    new = []
    for one in table.entries:
        if _said_of(one) in there or (one.own_id and one.own_id in ids):
            continue
        there.add(_said_of(one))
        ids.add(one.own_id)
        new.append(replace(one, origin_sha256=table.sha256))
    known = len(table.entries) - len(new)
    return AddCanvass(tuple(new)), CanvassImport((), known, table.problems, _notes(view, new))


def import_registry(
    case: Case, path: Path, *, mapping: Mapping[str, str] | None = None, skip_bad: bool = False
) -> CanvassImport:
    """Adds the entries of a registry to the canvass list, as one change.

    Raises:
        BadCanvass: the file cannot be used, or (without `skip_bad`) a row is wrong; nothing was
            added.
    """
    edit, told = read_registry_of(case, path, mapping=mapping)
    if told.problems and not skip_bad:
        rest = len(told.problems) - 1
        raise BadCanvass(
            f"{path} {told.problems[0]}{f'; and {rest} more rows' if rest else ''}",
            "Mend them; nothing was added. --skip-bad takes the others.",
        )
    if not edit.entries:
        return told
    done = case.post(lambda: edit).result()
    assert isinstance(done, RemoveCanvass)
    return replace(told, ids=done.entry_ids)


def read_canvass(
    case: Case, asked: CanvassAsked, *, now_ns: int
) -> tuple[tuple[CanvassRow, ...], CaseView]:
    """The entries that answer, and the case they are of; the act is logged."""
    view = view_case(case)
    rows = find_canvass(view.canvass, asked, now_ns=now_ns)
    case.record(
        audit.Entry(
            "canvass.list",
            "done",
            facts={
                "entries": len(rows),
                "of": len(view.canvass),
                "from_ns": asked.from_ns,
                "radius_mm": round(asked.radius_m * 1000) if asked.route else None,
                "region": bool(asked.within),
            },
            private={
                "route": str([(one.lat, one.lon) for one in asked.route]),
                "within": str(asked.within) if asked.within else "",
            },
        )
    )
    return rows, view


def find_canvass(
    entries: Iterable[CanvassEntry], asked: CanvassAsked, *, now_ns: int
) -> tuple[CanvassRow, ...]:
    """The entries that answer, those to be asked first at the top: where nobody knows how long
    the recorder holds, then by what is overwritten first, what is overwritten already last; of
    equals the nearest. Entries without a place are kept: nobody knows that they are far."""
    rows = []
    region = shape_of(asked.within) if asked.within else None
    for one in entries:
        if region is not None and one.point is not None:
            at = shapely.Point(one.point.lon, one.point.lat)
            if not region.intersects(at):
                continue
        metres = _distance(one.point, asked.route)
        if metres is not None and metres > asked.radius_m:
            continue
        if asked.status is not None and one.status != asked.status:
            continue
        deadline, urgency = _deadline(one, asked.from_ns, now_ns)
        rows.append(CanvassRow(one, metres, deadline, urgency))
    ranks: dict[Urgency, int] = {"unknown": 0, "": 0, "in time": 1, "late": 2}

    def order(row: CanvassRow) -> tuple[float, ...]:
        near = float("inf") if row.metres is None else row.metres
        if asked.by_distance:
            return near, row.entry.entry_id
        return ranks[row.urgency], row.deadline_ns or 0, near, row.entry.entry_id

    return tuple(sorted(rows, key=order))


def export_canvass(case: Case, asked: CanvassAsked, out: Path, *, now_ns: int) -> int:
    """Writes the entries that answer to a new CSV file; how many. The act is logged.

    Raises:
        WrongPlace, Unwritable: nothing was written.
    """
    check_new_file(case, out)
    rows, view = read_canvass(case, asked, now_ns=now_ns)
    headings = (
        "id", "owner", "address", "lat", "lon", "contact", "kind", "keeps_days", "notes",
        "entry", "status", "distance_m", "overwritten_from", "ask",
    )  # fmt: skip
    zone = zone_of(view.zone_name)
    content = canvass_csv(headings, (
        (
            row.entry.own_id, row.entry.owner, row.entry.address,
            *(("", "") if row.entry.point is None
              else (str(row.entry.point.lat), str(row.entry.point.lon))),
            row.entry.contact, row.entry.kind,
            "" if row.entry.keeps_days is None else f"{row.entry.keeps_days!r}".removesuffix(".0"),
            row.entry.notes, str(row.entry.entry_id), row.entry.status,
            "" if row.metres is None else f"{row.metres:.0f}",
            "" if row.deadline_ns is None else format_wall_in(row.deadline_ns, zone),
            row.words(view.zone_name),
        )
        for row in rows
    ))  # fmt: skip

    def log(digest: str) -> None:
        case.record(
            audit.Entry(
                "canvass.export", "done", facts={"entries": len(rows), "sha256": digest},
                private={"file": str(out.resolve())},
            )
        )  # fmt: skip

    write_new(out, content, log)
    return len(rows)


def chosen(rows: Iterable[CanvassRow], ids: Iterable[int]) -> tuple[CanvassRow, ...]:
    """The rows of these entries, in the order asked.

    Raises:
        BadCanvass: the list has none of that id.
    """
    known = {int(row.entry.entry_id): row for row in rows}
    wanted = list(dict.fromkeys(ids))
    for one in wanted:
        if one not in known:
            raise BadCanvass(f"the canvass list has no entry {one}", "'canvass list' shows them.")
    return tuple(known[one] for one in wanted)


def _distance(point: GeoPoint | None, route: tuple[GeoPoint, ...]) -> float | None:
    if point is None or not route:
        return None
    if len(route) == 1:
        return distance_m(point, route[0])
    return float(shapely.LineString([offset_m(point, one) for one in route]).distance(
        shapely.Point(0, 0)))  # fmt: skip


def _deadline(entry: CanvassEntry, from_ns: int | None, now_ns: int) -> tuple[int | None, Urgency]:
    if from_ns is None:
        return None, ""
    if entry.keeps_days is None:
        return None, "unknown"
    deadline = from_ns + round(entry.keeps_days * _DAY_NS)
    return deadline, "late" if deadline <= now_ns else "in time"


def _said_of(one: CanvassEntry) -> tuple[object, ...]:
    return (
        one.own_id, one.owner, one.address, one.point, one.contact, one.kind, one.keeps_days,
        one.notes,
    )  # fmt: skip


def _notes(view: CaseView, new: Iterable[CanvassEntry]) -> tuple[str, ...]:
    """What looks wrong with entries that can be kept all the same."""
    places = [one.point for camera in view.cameras for one in camera.placements]
    told = []
    far = [
        one for one in new
        if one.point is not None and places
        and min(distance_m(one.point, place) for place in places[:50]) > _FAR_M
    ]  # fmt: skip
    if far:
        told.append(
            f"{len(far)} entries lie more than {_FAR_M / 1000:.0f} km from the cameras of the case "
            f"({one_line(far[0].owner or far[0].address)} is the first): are lat and lon swapped?"
        )
    without = sum(one.point is None for one in new)
    if without:
        entries = "1 entry has" if without == 1 else f"{without} entries have"
        told.append(f"{entries} no place: listed, and not on the map")
    return tuple(told)
