"""A case of a version that knew neither lines nor attributes opens, verifies and answers.

It is made with the format steps that there were then, and its rows hashed as they were then.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from casefiles import audit
from casefiles.case import DATABASE, Case
from casefiles.jobs import finish
from casefiles.queries.filters import (
    AttributeFilter,
    ClassFilter,
    ColourFilter,
    LineFilter,
    Query,
    SpeedFilter,
    ZoneFilter,
)
from casefiles.store import digests, migrate
from casefiles.store.migrate import Migration, StoreKind, packaged_migrations
from casefiles.types import SourceId, TrackId, ZoneId
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.show_tracks import show_tracks, track_making
from casefiles.usecases.show_traits import show_traits
from casefiles.usecases.verify_case import row_faults
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Hits, Line, Zone
from tests.support.search_cases import ACTOR, Seen, make_case, put_run, put_source

LAST_STEP = 10
PERSON = ClassFilter((1,))
RED = {"upper": {"red": 0.7}}
SQUARE = ((0.0, 0.0), (640.0, 0.0), (640.0, 480.0), (0.0, 480.0))
YARD = Zone("Yard", SQUARE, source_id=SourceId(1))
ACROSS = Line("L", ((320.0, 0.0), (320.0, 480.0)), source_id=SourceId(1))


def _old_steps(kind: StoreKind) -> tuple[Migration, ...]:
    return tuple(step for step in packaged_migrations(kind) if step.version <= LAST_STEP)


@pytest.fixture(scope="module")
def old_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that an earlier version made, with one analysed recording and a zone; closed."""
    folder = tmp_path_factory.mktemp("old") / "case"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(folder.parent / "home"))
        patch.setattr(migrate, "packaged_migrations", _old_steps)
        # As rows were hashed before there were the tables of today.
        patch.setattr(digests, "_LOOKS", digests._LOOKS[:2])
        patch.setitem(digests._SMALL, "zones", digests._SMALL["zones"][:1])
        with make_case(folder) as case:
            walk = [(t / 5, 100.0 + 8 * t, 200.0) for t in range(50)]
            put_run(
                case,
                put_source(case),
                Seen(0, 10, colours=RED, feet=walk, vector=(1, 0)),
                Seen(20, 30, vector=(0.9, 0.1)),
            )
            case.write(
                lambda cursor: cursor.execute(
                    "INSERT INTO zones (zone_id, name, polygon, source_id, created_ns, created_by) "
                    "VALUES (1, 'Yard', '[[0,0],[640,0],[640,480],[0,480]]', 1, 1, 'tester')"
                )
            )
            hashes = "UPDATE runs SET source_sha256 = (SELECT sha256 FROM sources)"
            case.write(lambda cursor: cursor.execute(hashes))
            things = ("source:1", "run:1", "shown", "zones", "settings")
            entry = audit.Entry("index.finish", "done", vouches=things)
            case.act(lambda _: entry, lambda _: None)
    return folder


@pytest.fixture(scope="module")
def case(old_case: Path) -> Iterator[Case]:
    """The same, opened by this version."""
    with Case.open(old_case, ACTOR, policy="none") as opened:
        yield opened


def asked(case: Case, *filters: object) -> Hits:
    return finish(search_tracks(case, Query("", (PERSON, *filters))))  # type: ignore[arg-type]  # shorter


def test_it_opens_with_a_copy_kept_and_every_row_vouched_for(case: Case) -> None:
    kept = case.folder / f"{DATABASE}.before-{LAST_STEP + 1:03d}"
    with duckdb.connect(str(kept), read_only=True) as before:
        versions = before.execute("SELECT max(version) FROM schema_version").fetchall()
    assert versions == [(LAST_STEP,)]
    rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    assert case.read(lambda cursor: row_faults(cursor, rows)) == []


def test_it_answers_what_it_knows_and_says_what_it_does_not(case: Case) -> None:
    first, second = 1_000_001, 1_000_002
    red = asked(case, ColourFilter("upper", ("red",)))
    assert red.hits[0].track.track_id == first
    yard = asked(case, ZoneFilter(YARD))
    assert [hit.track.track_id for hit in yard.hits] == [first]
    crossed = asked(case, LineFilter(ACROSS))
    assert [hit.track.track_id for hit in crossed.hits] == [first]
    hat = asked(case, AttributeFilter("hat", ("yes",)))
    assert {hit.track.track_id for hit in hat.hits} == {first, second}
    assert all("hat: not judged" in hit.why for hit in hat.hits)
    assert any("hat: not judged on 1 recording" in note for note in hat.coverage.notes)
    fast = asked(case, SpeedFilter(1.2, None))
    assert any("movement: not measured" in note for note in fast.coverage.notes)
    alike = finish(search_similar(case, tracks=[TrackId(first)], time_gate=False))
    assert [hit.track.track_id for hit in alike.hits] == [second]


def test_its_tracks_are_shown_and_what_nobody_measured_is_not_known(case: Case) -> None:
    rows = show_tracks(case, 1, with_suppressed=True)
    assert len(rows) == 2
    for making in track_making(case, rows).values():
        assert (making.pieces, making.quality) == ((), None)
    assert show_traits(case, [row.track_id for row in rows]) == {}
    (zone,) = view_case(case).zones
    assert (zone.zone_id, zone.size) == (ZoneId(1), None)
    assert (view_case(case).lines, view_case(case).searches) == ((), ())


def test_vectors_of_then_are_not_compared_with_those_of_today(case: Case) -> None:
    put_run(case, put_source(case), Seen(40, 50, vector=(1, 0)), looks={"embedder": "today's"})
    found = finish(search_similar(case, tracks=[TrackId(1_000_001)], time_gate=False))
    assert {hit.track.run_id for hit in found.hits} == {1}
    assert any("another appearance model: index again" in note for note in found.coverage.notes)
    # Analysed anew, all of it is comparable, and the old run stays.
    asked_new, _ = put_run(
        case,
        SourceId(1),
        Seen(0, 10, vector=(1, 0)),
        Seen(20, 30, vector=(0.9, 0.1)),
        looks={"embedder": "today's"},
    )
    again = finish(search_similar(case, tracks=[TrackId(asked_new)], time_gate=False))
    assert {hit.track.source_id for hit in again.hits} == {1, 2}
    assert again.coverage.notes == ()
