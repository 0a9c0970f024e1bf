"""Clocks of sources: set, undone, vouched for, and used by everything that tells a time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.edit_kinds import Edit, SetClock, TakeBackClock
from casefiles.errors import BadClock, UnknownClock, UnknownSource
from casefiles.jobs import finish
from casefiles.queries.filters import ClockFilter, Query, TimeFilter
from casefiles.store import clocks
from casefiles.types import ClockId, ClockReading, SourceClock, SourceId
from casefiles.usecases.read_timeline import read_timeline
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.set_clock import ClockWords, propose_clock, put_clock
from casefiles.usecases.suggest_offset import suggest_offset, visits
from casefiles.usecases.verify_case import verify_case
from detection.labels import ObjectClass
from resources.errors import UserError
from tests.support.search_cases import START_NS, S, Seen, make_case, put_run, put_source
from video.clock import NS_PER_S, BadTime, ClockOffset
from video.local_time import TimeTwice
from video.types import TimeNs

DAY_S = 86_400


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Two recordings of ten days without files."""
    with make_case(tmp_path / "case") as opened:
        put_source(opened, length_s=10 * DAY_S)
        put_source(opened, length_s=10 * DAY_S)
        yield opened


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def a_clock(offset_s: float = 259, drift_ppb: int = 0) -> SourceClock:
    return SourceClock(
        SourceId(1), round(offset_s * S), "stated", drift_ppb, reference_source="radio"
    )


def test_the_newest_clock_is_in_force_and_undo_brings_the_one_before(case: Case) -> None:
    first = do(case, SetClock(a_clock(10)))
    second = do(case, SetClock(a_clock(20)))
    assert case.source(1).offset_ns == 20 * S
    assert case.source(1).recorded_start_ns == START_NS
    again = do(case, second)
    assert case.source(1).offset_ns == 10 * S
    do(case, first)
    assert case.source(1).clock_set is None
    assert case.source(1).offset_ns == 0
    # Redo, and the history tells all of it.
    do(case, again)
    assert case.source(1).offset_ns == 20 * S
    stands = [(one.offset_ns, stands) for one, stands in case.read(clocks.history)]
    assert stands == [(10 * S, False), (20 * S, True)]
    with pytest.raises(UnknownClock):
        do(case, again)
    with pytest.raises(UnknownClock):
        do(case, TakeBackClock(ClockId(9)))


def test_a_clock_changed_outside_the_program_is_found(case: Case) -> None:
    do(case, SetClock(a_clock()))
    assert not [bad for bad in finish(verify_case(case)).bad if "clocks" in bad]
    case.write(lambda cursor: cursor.execute("UPDATE source_clocks SET offset_ns = 0"))
    assert any(bad.startswith("clocks: its rows") for bad in finish(verify_case(case)).bad)


def test_a_picture_is_kept_as_it_is_and_vouched_for(case: Case, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\nnot much of one"
    do(case, SetClock(replace(a_clock(), proof="clock.png"), picture))
    kept = case.source(1).clock_set
    assert kept is not None
    assert case.read(lambda cursor: clocks.picture(cursor, kept.proof_sha256)) == picture
    case.write(lambda cursor: cursor.execute("UPDATE clock_proofs SET picture = 'x'"))
    assert any(bad.startswith("clocks: its rows") for bad in finish(verify_case(case)).bad)


def test_two_readings_tell_offset_and_drift(case: Case) -> None:
    """The worked example: 14:09:30 at 14:05:11 is 259 s fast; ten days later 8.64 s more."""
    said = ClockWords(
        recorder="2026-03-02T14:09:30Z", reference="2026-03-02T14:05:11Z",
        recorder_2="2026-03-12T14:09:30Z", reference_2="2026-03-12T14:05:02.36Z",
        reference_source="time signal",
    )  # fmt: skip
    stored = put_clock(case, propose_clock(case, 1, said))
    assert stored.drift_ppb == 10_000
    assert [reading.offset_ns for reading in stored.readings] == [259 * S, 267_640_000_000]
    source = case.source(1)
    assert source.clock is not None
    assert source.recorded_start_ns is not None
    for reading in stored.readings:
        at = TimeNs(reading.recorder_ns - source.recorded_start_ns)
        assert abs(source.clock.to_wall_ns(at) - reading.reference_ns) <= 5
    assert stored.verified
    # As the first pair is written, a second each; the footage lies between the readings or near.
    assert stored.uncertainty_ns is not None
    assert stored.uncertainty_ns >= 2 * S + 100_000_000


@pytest.mark.parametrize(
    ("said", "error", "part"),
    [
        (ClockWords(), BadClock, "nothing says"),
        (ClockWords(offset_s=30 * 366 * 86_400.0), BadClock, "years fast"),
        (ClockWords(offset_s=-200 * 366 * 86_400.0, sure=True), BadClock, "days off"),
        (ClockWords(recorder="2026-03-02T14:09:30Z"), BadClock, "reading is"),
        (ClockWords(recorder_2="2026-03-02T14:09:30Z", reference_2="2026-03-02T14:09:30Z"),
         BadClock, "no first"),
        (ClockWords(1.0, "2026-03-02T14:09:30Z", "2026-03-02T14:09:30Z"), BadClock,
         "an offset and"),
        (ClockWords(None, "2026-03-02T14:09:30Z", "2026-03-02T14:05:11Z", "2026-03-01T14:09:30Z",
                    "2026-03-01T14:05:11Z"), BadClock, "not after the first"),
        (ClockWords(None, "2026-03-02T14:00:00Z", "2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z",
                    "2026-03-02T14:00:01Z"), BadClock, "% wrong"),
        (ClockWords(recorder="2026-11-01T01:30:00", reference="2026-11-01T01:31:00",
                    zone_name="America/Chicago"), TimeTwice, "came twice"),
        (ClockWords(recorder="2026-03-08T02:30:00", reference="2026-03-08T03:31:00",
                    zone_name="America/Chicago"), BadTime, "set forward"),
        (ClockWords(recorder="2026-03-02T14:09:30", reference="2026-03-02T14:09:30",
                    zone_name="Nowhere/City"), BadTime, "no time zone"),
        (ClockWords(recorder="2026-03-02T14:09:30", reference="2026-03-02T14:09:30"), BadTime,
         "no time zone"),
        (ClockWords(offset_s=1.0, zone_name="Nowhere/City"), BadTime, "no time zone"),
        (ClockWords(offset_s=1.0, proof_frame=10**9), BadClock, "no frame"),
        (ClockWords(offset_s=1.0, drift_ppm=200_000.0), BadClock, "drifts by"),
        (ClockWords(offset_s=1.0, uncertainty_s=-1.0), BadClock, "uncertainty"),
        (ClockWords(offset_s=1.0, proof=Path("/nowhere/clock.png")), BadClock, "shows no clock"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    case: Case, said: ClockWords, error: type[UserError], part: str
) -> None:
    with pytest.raises(error, match=part):
        put_clock(case, propose_clock(case, 1, said))
    assert case.source(1).clock_set is None


def test_a_proof_that_is_no_picture_is_refused(case: Case, tmp_path: Path) -> None:
    text = tmp_path / "clock.png"
    text.write_text("14:09:30")
    with pytest.raises(BadClock, match="shows no clock"):
        propose_clock(case, 1, ClockWords(offset_s=1.0, proof=text))
    with pytest.raises(BadClock, match="is not a picture"):
        do(case, SetClock(replace(a_clock(), proof="clock.png"), b"14:09:30"))


def test_an_unknown_source_and_one_without_a_start_are_refused(case: Case) -> None:
    with pytest.raises(UnknownSource):
        do(case, SetClock(replace(a_clock(), source_id=SourceId(9))))
    timeless = put_source(case, start_ns=None)
    with pytest.raises(BadClock, match="start of source 3 is not known"):
        propose_clock(case, timeless, ClockWords(offset_s=1.0))


def test_an_offset_larger_than_the_footage_and_whole_hours_are_accepted_with_a_word(
    case: Case,
) -> None:
    proposed = propose_clock(case, 1, ClockWords(offset_s=11 * DAY_S, reference_source="radio"))
    assert any("larger than the footage" in text for text in proposed.warnings)
    assert any("whole hours" in text for text in proposed.warnings)
    assert propose_clock(case, 1, ClockWords(offset_s=31 * 366 * 86_400.0, sure=True)).warnings


def test_without_a_reference_source_it_is_unverified(case: Case) -> None:
    put_clock(case, propose_clock(case, 1, ClockWords(offset_s=5.0)))
    assert case.source(1).clock_basis == "stated, unverified"
    put_clock(case, propose_clock(case, 1, ClockWords(offset_s=5.0, reference_source="radio")))
    assert case.source(1).clock_basis == "stated"
    assert case.source(2).clock_basis == "never compared"


def test_searches_and_the_timeline_use_the_clock_with_its_drift(case: Case) -> None:
    """Ten days of 1000 ppm are 864 s: nothing that counts from the start alone comes near."""
    (late,) = put_run(case, SourceId(1), Seen(9 * DAY_S, 9 * DAY_S + 10, vector=(1, 0)))
    (other,) = put_run(case, SourceId(2), Seen(5, 10, vector=(1, 0)))
    do(case, SetClock(a_clock(-3600, 1_000_000)))
    clock = ClockOffset(START_NS, -3600 * S, 1_000_000)
    seen_ns = clock.to_wall_ns(TimeNs(9 * DAY_S * S))
    assert seen_ns == START_NS + 3600 * S + 9 * DAY_S * S * 999 // 1000

    def found(*filters: TimeFilter | ClockFilter, order: str = "best") -> list[int]:
        hits = finish(search_tracks(case, Query("", filters), order=order))  # type: ignore[arg-type]
        return [hit.track.track_id for hit in hits.hits]

    (hit,) = finish(search_tracks(case, Query("", (TimeFilter(seen_ns, seen_ns + S),)))).hits
    assert hit.track.track_id == late
    assert hit.from_wall_ns == seen_ns
    assert hit.to_wall_ns == clock.to_wall_ns(TimeNs((9 * DAY_S + 10) * S))
    assert found(TimeFilter(seen_ns - S, seen_ns)) == []
    assert found(TimeFilter(hit.to_wall_ns + 1, None)) == []
    assert found(TimeFilter(hit.to_wall_ns, None)) == [late]
    assert found(order="time") == [other, late]
    similar = finish(search_similar(case, tracks=[other], time_gate=False))  # type: ignore[list-item]
    assert [one.from_wall_ns for one in similar.hits] == [seen_ns]
    lane = next(lane for lane in read_timeline(case) if 1 in lane.sources)
    assert lane.spans.tolist() == [
        [clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(TimeNs(10 * DAY_S * S))]
    ]


def test_without_analysis_or_with_itself_there_is_no_suggestion(case: Case) -> None:
    with pytest.raises(UserError, match="not analysed"):
        suggest_offset(case, 1, 2)
    with pytest.raises(BadClock, match="itself"):
        suggest_offset(case, 1, 1)
    for source in (SourceId(1), SourceId(2)):
        put_run(case, source, Seen(5, 10, ObjectClass.CAR))
    assert suggest_offset(case, 1, 2) == ()


def test_a_clock_that_somebody_broke_is_told_of_not_trusted(case: Case) -> None:
    do(case, SetClock(replace(a_clock(), readings=(ClockReading(1, 2),))))
    case.write(lambda cursor: cursor.execute("UPDATE source_clocks SET readings = '[[1]]'"))
    with pytest.raises(UserError, match="clock of source 1 is damaged"):
        case.sources()


def test_many_times_of_a_drifting_scope_are_those_of_its_clock(case: Case) -> None:
    do(case, SetClock(a_clock(5, -77_777)))
    clock = case.source(1).clock
    assert clock is not None
    times = np.arange(0, 10**15, 10**13, dtype=np.int64)
    assert clock.to_walls(times).tolist() == [clock.to_wall_ns(TimeNs(t)) for t in times.tolist()]


def test_a_joined_track_is_cut_where_nobody_was_seen_for_long() -> None:
    walls = np.array([0, 1, 2, 9, 10, 11, 50], np.int64) * NS_PER_S
    rows = np.array([4, 0, 1, 3, 2, 6])
    assert [visit.tolist() for visit in visits(rows, walls)] == [[0, 1, 2], [3, 4], [6]]
