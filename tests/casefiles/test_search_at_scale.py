"""Searches of a made-up crowd: the same answers as by hand, in pages, the first before the end."""

import json
from collections.abc import Iterator

import pytest

from casefiles.case import Case
from casefiles.jobs import Job, Progress, finish
from casefiles.queries.filters import ClassFilter, Filter, Query, ZoneFilter
from casefiles.store import audit_rows
from casefiles.types import TrackId
from casefiles.usecases import search_similar as similar
from casefiles.usecases import search_tracks as tracks
from casefiles.usecases.make_crowd import ONE_CAMERA, CrowdSize, make_crowd
from casefiles.usecases.measure_search import (
    Search,
    likenesses,
    searches,
    timeline,
    timeline_by_hand,
)
from casefiles.view_types import FirstHits, Hits, Zone
from tests.support.search_cases import ACTOR
from workstation.bench.searching import check

SIZE = CrowdSize(sources=12, tracks=1200, points=96_000, vector=64, one_camera=3)
PAGE = 40
ANYWHERE = ((0.0, 0.0), (1920.0, 0.0), (1920.0, 1080.0), (0.0, 1080.0))
IN_PICTURE = ZoneFilter(Zone("all", ANYWHERE, camera_id=ONE_CAMERA))
PEOPLE = ClassFilter((1,))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("crowd") / "case"
    with Case.create(folder, ACTOR, number="1", title="t", policy="none") as case:
        finish(make_crowd(case, SIZE))
        yield case


@pytest.fixture(params=["whole", "in parts"])
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search at once, and every search in many parts."""
    if request.param == "in parts":
        in_parts(monkeypatch)


def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "_FIRST_ROWS", 50)
    monkeypatch.setattr(tracks, "_MOST_ROWS", 150)
    monkeypatch.setattr(similar, "_AT_FIRST", 90)
    monkeypatch.setattr(similar, "_AT_ONCE", 130)


def every(case: Case) -> tuple[Search, ...]:
    return (*searches(case, PAGE), *likenesses(case, PAGE))


@pytest.mark.usefixtures("parts")
def test_every_search_finds_what_is_found_by_hand(crowd: Case) -> None:
    for one in every(crowd):
        expected = one.peer()
        check(one.name, finish(one.ours()), expected)
        assert expected[0], one.name


def test_a_peer_that_finds_something_else_is_noticed(crowd: Case) -> None:
    one = every(crowd)[0]
    ids, total = one.peer()
    found = finish(one.ours())
    with pytest.raises(AssertionError, match="by hand"):
        check(one.name, found, (ids, total + 1))
    with pytest.raises(AssertionError, match="another order"):
        check(one.name, found, (ids[::-1], total))


def test_the_timeline_is_that_by_hand(crowd: Case) -> None:
    by_hand = timeline_by_hand(crowd)
    for lane in timeline(crowd):
        activity = {kind: times.tolist() for kind, times in lane.activity.items()}
        assert activity == {
            kind: times.tolist() for kind, times in by_hand[str(lane.camera_id)].items()
        }


def stepped(job: Job[Hits]) -> tuple[list[Progress], Hits]:
    told: list[Progress] = []
    return told, finish(job, told.append)


def test_first_rows_come_before_the_last_part_is_read(
    crowd: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(monkeypatch)
    more = 0
    for one in every(crowd):
        if one.name in ("zone", "zone-dwell", "line", "sequence"):
            # One recording is one part.
            continue
        told, found = stepped(one.ours())
        places = [at for at, step in enumerate(told) if isinstance(step, FirstHits)]
        assert len(places) == 1, one.name
        assert places[0] < len(told) - 1 or told[places[0]].done < told[places[0]].total
        first = told[places[0]]
        assert isinstance(first, FirstHits)
        assert first.hits.hits
        assert first.hits.total <= found.total
        more += first.hits.total < found.total
        assert not first.hits.complete
        assert found.complete
        assert any("only" in note for note in first.hits.coverage.notes)
        assert not any("only" in note for note in found.coverage.notes)
    assert more > 5, "what came later is more, but for what one recording holds alone"


def test_first_rows_are_logged_before_they_are_given(
    crowd: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(monkeypatch)
    jobs = (
        tracks.search_tracks(crowd, Query("people", (PEOPLE,))),
        similar.search_similar(crowd, tracks=[person(crowd)]),
    )
    for job in jobs:
        first = next(step for step in job if isinstance(step, FirstHits))
        job.close()
        row = json.loads(crowd.read(lambda cursor: audit_rows.newest(cursor, 1))[0][1])
        assert row["outcome"] == "started"
        assert row["facts"]["found"] == first.hits.total
        assert row["facts"]["tracks"] == len(first.hits.hits)


def person(case: Case) -> TrackId:
    found = finish(tracks.search_tracks(case, Query("", (PEOPLE,))))
    return next(hit.track.track_id for hit in found.hits if hit.best_time_ns is not None)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("filters", [(PEOPLE,), (IN_PICTURE,)], ids=["class", "zone"])
def test_pages_hold_every_answer_once(crowd: Case, filters: tuple[Filter, ...]) -> None:
    query = Query("", filters)
    whole = finish(tracks.search_tracks(crowd, query, limit=10_000))
    paged: list[int] = []
    while len(paged) < whole.total:
        page = finish(tracks.search_tracks(crowd, query, limit=197, skip=len(paged)))
        assert (page.skipped, page.total) == (len(paged), whole.total)
        paged += [hit.track.track_id for hit in page.hits]
    assert paged == [hit.track.track_id for hit in whole.hits]
    assert finish(tracks.search_tracks(crowd, query, skip=whole.total)).hits == ()


@pytest.mark.usefixtures("parts")
def test_pages_of_what_looks_alike_hold_every_track_once(crowd: Case) -> None:
    asked = [person(crowd)]
    whole = finish(similar.search_similar(crowd, tracks=asked, limit=10_000))
    paged: list[int] = []
    while len(paged) < whole.total:
        page = finish(similar.search_similar(crowd, tracks=asked, limit=150, skip=len(paged)))
        paged += [hit.track.track_id for hit in page.hits]
    assert paged == [hit.track.track_id for hit in whole.hits]
