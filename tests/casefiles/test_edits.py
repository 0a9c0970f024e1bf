"""Edits: each gives its inverse, undo and redo walk like a list, and every one is logged."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles import audit
from casefiles.case import Case
from casefiles.checks import check_zone
from casefiles.edit_kinds import (
    AddBookmark,
    AddZone,
    ChangeZone,
    Edit,
    PlaceCamera,
    RemoveBookmark,
    RemoveZone,
)
from casefiles.edits import describe
from casefiles.errors import (
    BadBookmark,
    BadPlacement,
    BadZone,
    UnknownBookmark,
    UnknownCamera,
    UnknownSource,
    UnknownTrack,
    UnknownZone,
)
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.store import bookmarks as bookmark_rows
from casefiles.store import cameras as camera_rows
from casefiles.store import zones as zone_rows
from casefiles.types import (
    Actor,
    BookmarkId,
    Camera,
    CameraId,
    Placement,
    SourceId,
    TrackId,
    ZoneId,
)
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.open_case import create_case
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Bookmark, Zone
from resources.errors import UserError
from tests.support.clips import shared_clip
from video.types import TimeNs

ACTOR = Actor("tester", "desk-1")
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
TRIANGLE = ((0.1, 0.2), (7.0, 1 / 3), (5.5, 9.25))
WAIT_S = 20


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A case with two cameras and a source; what tests leave in it does not matter to others."""
    folder = tmp_path_factory.mktemp("edits")
    table = folder / "cameras.csv"
    table.write_text("id,name,lat,lon,heading_deg\na,Gate,40.0,-30.0,10\nb,Hall,40.1,-30.1,\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(folder / "home"))
        with create_case(folder / "case", ACTOR, number="1", title="T") as opened:
            import_cameras(opened, table)
            add_source(opened, shared_clip("mp4").path, Recording())
            yield opened


def do(case: Case, edit: Edit) -> Edit:
    """Makes one edit and gives its inverse."""
    return case.post(lambda: edit).result(WAIT_S)


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that the edits here can change, as the view of a case holds it."""

    zones: tuple[Zone, ...]
    bookmarks: tuple[Bookmark, ...]
    cameras: tuple[Camera, ...]


def drawn(case: Case) -> Drawn:
    """What is there now, without the rest of the view: reading that takes most of a walk."""
    return case.read(
        lambda cursor: Drawn(
            zone_rows.present(cursor), bookmark_rows.present(cursor), camera_rows.every(cursor)
        )
    )


zones = st.builds(
    Zone,
    name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8),
    polygon=st.sampled_from([SQUARE, TRIANGLE]),
    source_id=st.just(SourceId(1)),
)
bookmarks = st.builds(
    Bookmark,
    note=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    wall_ns=st.integers(-(2**62), 2**62),
)
placements = st.lists(
    st.builds(
        Placement,
        st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
        heading_deg=st.none() | st.floats(0, 360),
        fov_deg=st.none() | st.floats(0, 360),
    ),
    max_size=3,
).map(
    # One after the other: a camera stands at one place at a time.
    lambda made: tuple(
        replace(place, from_ns=number * 10, to_ns=number * 10 + 10)
        for number, place in enumerate(made)
    )
)


class Walker:
    """Makes edits as a window does: undo and redo post the inverse of what was posted last."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.done: list[Future[Edit]] = []
        self.undone: list[Future[Edit]] = []
        # The plain model: what was drawn after each step, and where in it we are.
        self.states = [drawn(case)]
        self.at = 0

    def do(self, edit: Edit) -> None:
        """Makes a new edit; what was undone cannot be redone any more."""
        self.done.append(self.case.post(lambda: edit))
        self.undone.clear()
        self.done[-1].result(WAIT_S)
        self.states[self.at + 1 :] = [drawn(self.case)]
        self.at += 1

    def undo(self) -> None:
        """Takes the last edit back, without waiting for it."""
        if self.done:
            self.undone.append(self.case.post(self.done.pop().result))
            self.at -= 1

    def redo(self) -> None:
        """Makes the last edit again, without waiting for it."""
        if self.undone:
            self.done.append(self.case.post(self.undone.pop().result))
            self.at += 1

    def settle(self) -> None:
        """Waits for everything queued."""
        for future in (*self.done, *self.undone):
            future.result(WAIT_S)

    def check(self) -> None:
        """After everything queued: the case shows what the model says."""
        self.settle()
        assert drawn(self.case) == self.states[self.at]


@dataclass(frozen=True, slots=True)
class Wish:
    """An edit wanted, whatever is there when its turn comes."""

    kind: str
    pick: int
    zone: Zone
    bookmark: Bookmark
    placements: tuple[Placement, ...]

    def edit(self, view: Drawn) -> Edit:
        """The wished edit, or another that can be made now."""
        if self.kind == "place":
            return PlaceCamera(CameraId("ab"[self.pick % 2]), self.placements)
        if self.kind == "mark":
            return AddBookmark(self.bookmark)
        if self.kind == "unmark" and view.bookmarks:
            return RemoveBookmark(view.bookmarks[self.pick % len(view.bookmarks)].bookmark_id)
        if self.kind in ("remove", "change") and view.zones:
            known = view.zones[self.pick % len(view.zones)]
            if self.kind == "remove":
                return RemoveZone(known.zone_id)
            return ChangeZone(replace(known, name=self.zone.name, polygon=self.zone.polygon))
        return AddZone(self.zone)


wishes = st.builds(
    Wish,
    st.sampled_from(["draw", "remove", "change", "mark", "unmark", "place"]),
    st.integers(0, 50),
    zones,
    bookmarks,
    placements,
)
same_case = settings(
    # Every edit hashes what was ever drawn in the case, so that many walks take minutes.
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@same_case
@given(steps=st.lists(st.sampled_from(["undo", "redo", "check"]) | wishes, max_size=12))
def test_walks_of_do_undo_and_redo_equal_a_plain_list(case: Case, steps: list[str | Wish]) -> None:
    walker = Walker(case)
    for step in steps:
        if isinstance(step, Wish):
            # What can be edited is what is there when the undos on their way are done.
            walker.settle()
            walker.do(step.edit(drawn(case)))
        else:
            getattr(walker, step)()
    walker.check()


@same_case
@given(wish=wishes)
def test_edit_and_its_inverse_restore_every_row(case: Case, wish: Wish) -> None:
    before = drawn(case)
    inverse = do(case, wish.edit(drawn(case)))
    again = do(case, inverse)
    assert drawn(case) == before
    assert do(case, do(case, again)) == again


def test_inverse_can_be_posted_before_its_edit_is_done(case: Case) -> None:
    before = drawn(case)
    first = case.post(lambda: AddZone(Zone("quick", SQUARE, source_id=SourceId(1))))
    second = case.post(first.result)
    third = case.post(second.result)
    fourth = case.post(third.result)
    assert isinstance(fourth.result(WAIT_S), AddZone)
    assert drawn(case) == before


def test_removed_row_comes_back_under_its_id_with_maker_and_date(case: Case) -> None:
    added = do(case, AddZone(Zone("yard", SQUARE, camera_id=CameraId("a"))))
    assert isinstance(added, RemoveZone)
    zone = next(z for z in view_case(case).zones if z.zone_id == added.zone_id)
    assert (zone.created_by, zone.created_ns > 0) == ("tester", True)
    back = do(case, added)
    later = do(case, AddZone(Zone("other", SQUARE, camera_id=CameraId("a"))))
    assert isinstance(later, RemoveZone)
    assert later.zone_id > zone.zone_id
    assert do(case, back) == added
    assert zone in view_case(case).zones


def test_bookmark_keeps_what_it_marks(case: Case) -> None:
    mark = Bookmark("here", wall_ns=5, source_id=SourceId(1), time_ns=TimeNs(40))
    added = do(case, AddBookmark(mark))
    assert isinstance(added, RemoveBookmark)
    stored = next(m for m in view_case(case).bookmarks if m.bookmark_id == added.bookmark_id)
    assert replace(stored, bookmark_id=BookmarkId(0), created_ns=0, created_by="") == mark


NEAR = Placement(GeoPoint(40, -30))


@pytest.mark.parametrize(
    ("edit", "error", "words"),
    [
        (AddZone(Zone("z", SQUARE, source_id=SourceId(9))), UnknownSource, "source 9.*sources: 1"),
        (AddZone(Zone("z", SQUARE, camera_id=CameraId("x"))), UnknownCamera, "camera x.*a, b"),
        (
            AddZone(Zone("z", SQUARE, source_id=SourceId(1), camera_id=CameraId("a"))),
            BadZone,
            "source and a camera",
        ),
        (AddZone(Zone("z", SQUARE, zone_id=ZoneId(10**9))), UnknownZone, "10{9}"),
        (RemoveZone(ZoneId(10**9)), UnknownZone, "10{9}.*Known zones"),
        (ChangeZone(Zone("z", SQUARE, zone_id=ZoneId(10**9))), UnknownZone, "10{9}"),
        (RemoveBookmark(BookmarkId(10**9)), UnknownBookmark, "10{9}"),
        (
            AddBookmark(Bookmark("b", wall_ns=1, bookmark_id=BookmarkId(10**9))),
            UnknownBookmark,
            "1000000000",
        ),
        (AddBookmark(Bookmark("b")), BadBookmark, "no moment"),
        (AddBookmark(Bookmark("b", source_id=SourceId(1))), BadBookmark, "time"),
        (AddBookmark(Bookmark("b", wall_ns=1, time_ns=TimeNs(3))), BadBookmark, "source"),
        (
            AddBookmark(Bookmark("b", source_id=SourceId(7), time_ns=TimeNs(3))),
            UnknownSource,
            "source 7",
        ),
        (AddBookmark(Bookmark("b", wall_ns=1, track_id=TrackId(5))), UnknownTrack, "track 5"),
        (PlaceCamera(CameraId("x"), (NEAR,)), UnknownCamera, "camera x"),
        (PlaceCamera(CameraId("a"), (NEAR, replace(NEAR, from_ns=5))), BadPlacement, "overlap"),
        (PlaceCamera(CameraId("a"), (replace(NEAR, fov_deg=361),)), BadPlacement, "361"),
        (PlaceCamera(CameraId("a"), (replace(NEAR, range_m=float("nan")),)), BadPlacement, "nan"),
        (PlaceCamera(CameraId("a"), (replace(NEAR, from_ns=5, to_ns=5),)), BadPlacement, "ends"),
    ],
)
def test_impossible_edit_is_refused_and_changes_nothing(
    case: Case, edit: Edit, error: type[UserError], words: str
) -> None:
    before = drawn(case), len(rows(case))
    with pytest.raises(error) as refused:
        do(case, edit)
    assert refused.value.hint
    assert re.search(words, str(refused.value)), refused.value
    assert (drawn(case), len(rows(case))) == before


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        (((0, 0), (10, 10), (10, 0), (0, 10)), "cross"),
        (((0, 0), (5, 5), (10, 10)), "no area"),
        (((3, 3), (3, 3), (3, 3)), "no area"),
        (((0, 0), (10, 0), (float("nan"), 10)), "pair of numbers"),
        (((0, 0), (10, 0), (float("inf"), 10)), "pair of numbers"),
        (tuple((float(i % 2), float(i)) for i in range(2001)), "2000"),
    ],
)
def test_shape_that_encloses_nothing_is_refused(
    polygon: tuple[tuple[float, float], ...], words: str
) -> None:
    with pytest.raises(BadZone, match=words):
        check_zone(Zone("z", polygon, source_id=SourceId(1)))


def test_zone_on_the_map_must_lie_on_the_earth() -> None:
    check_zone(Zone("z", ((-30.0, 40.0), (-29.0, 40.0), (-29.0, 41.0))))
    with pytest.raises(BadZone, match="earth"):
        check_zone(Zone("z", ((0.0, 0.0), (1920.0, 0.0), (1920.0, 1080.0))))


def rows(case: Case) -> list[audit.SealedRow]:
    """The audit trail."""
    return case.read(lambda cursor: list(audit.stored_rows(cursor)))


def newest(case: Case) -> tuple[dict[str, Any], dict[str, str]]:
    """The newest audit row and its private values."""
    row = rows(case)[-1]
    return json.loads(row.text), {item.name: item.value for item in row.private}


def test_every_edit_leaves_a_row_whose_words_are_erasable(case: Case) -> None:
    zone = Zone("Planted Yard", SQUARE, source_id=SourceId(1))
    remove = do(case, AddZone(zone))
    assert isinstance(remove, RemoveZone)
    row, private = newest(case)
    assert (row["event"], row["object"]) == ("zone.add", f"zone:{remove.zone_id}")
    assert private["name"] == "Planted Yard"
    assert json.loads(private["polygon"]) == [list(corner) for corner in SQUARE]
    assert "Planted" not in rows(case)[-1].text
    stored = replace(zone, name="Planted Court", zone_id=remove.zone_id)
    do(case, ChangeZone(stored))
    row, private = newest(case)
    assert (row["event"], private["name"]) == ("zone.change", "Planted Court")
    assert (row["facts"]["renamed"], row["facts"]["reshaped"]) == (True, False)
    back = do(case, remove)
    assert newest(case)[0]["event"] == "zone.remove"
    do(case, back)
    assert newest(case)[0]["facts"]["restored"] is True
    unmark = do(case, AddBookmark(Bookmark("Planted note", wall_ns=7)))
    row, private = newest(case)
    assert (row["event"], private["note"]) == ("bookmark.add", "Planted note")
    do(case, unmark)
    assert newest(case)[0]["event"] == "bookmark.remove"
    do(case, PlaceCamera(CameraId("b"), (NEAR,)))
    row, private = newest(case)
    assert (row["event"], private["camera"]) == ("camera.place", "b")


def test_case_verifies_after_edits_of_every_kind(case: Case) -> None:
    inverses = [
        do(case, AddZone(Zone("z", SQUARE, source_id=SourceId(1)))),
        do(case, AddBookmark(Bookmark("b", wall_ns=1))),
        do(case, PlaceCamera(CameraId("a"), (replace(NEAR, to_ns=5), replace(NEAR, from_ns=5)))),
    ]
    assert finish(verify_case(case)).bad == ()
    for inverse in inverses:
        do(case, inverse)
    assert finish(verify_case(case)).bad == ()


def test_inverse_of_another_edit_describes_nothing() -> None:
    with pytest.raises(ValueError, match="does not take back"):
        describe(RemoveZone(ZoneId(1)), RemoveZone(ZoneId(1)))


def test_error_of_one_edit_reaches_what_was_queued_behind_it(case: Case) -> None:
    wrong: Callable[[], Edit] = lambda: RemoveZone(ZoneId(4711))  # noqa: E731 - one value
    first = case.post(wrong)
    second = case.post(first.result)
    for future in (first, second):
        with pytest.raises(UnknownZone):
            future.result(WAIT_S)
    do(case, AddBookmark(Bookmark("alive", wall_ns=1)))


def test_closed_case_takes_no_edit(tmp_path: Path) -> None:
    with create_case(tmp_path / "c", ACTOR, number="1", title="T") as closed:
        pass
    with pytest.raises(RuntimeError):
        closed.post(lambda: AddBookmark(Bookmark("late", wall_ns=1)))
