"""What a synopsis shows, counts and tells; every time in it leads back to its recording."""

import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.decision_types import Said
from casefiles.edit_kinds import DecideHits
from casefiles.errors import UnknownSource, WrongPlace
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query, TimeFilter
from casefiles.store import audit_rows
from casefiles.synopsis_types import Synopsis, SynopsisOptions
from casefiles.types import Camera, CameraId, TrackId
from casefiles.usecases.export_synopsis import SynopsisWanted, export_synopsis
from casefiles.usecases.plan_synopsis import SynopsisSoFar, nothing_shown, plan_synopsis
from casefiles.usecases.synopsis_document import (
    UnreadableSynopsis,
    differences,
    read_asked,
    synopsis_document,
)
from casefiles.usecases.synopsis_places import original_moment, placements_of
from casefiles.usecases.synopsis_rows import Row, row_options
from casefiles.usecases.synopsis_scope import asked_for, question_in
from casefiles.usecases.synopsis_show import open_show
from detection.labels import ObjectClass
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import START_NS, Seen, make_case, put_cameras, put_run, put_source
from tests.support.synopsis_cases import Walk, put_take
from video.errors import CannotWrite
from video.synopsis.stage_units import StageUnits

S = 10**9
ONE, TWO, THREE, FOUR = (1_000_001 + number for number in range(4))
RED, BLUE = (0, 0, 250), (250, 0, 0)
EVERYTHING = Query("")


def fill(made: Case) -> None:
    """A camera with one recording of ten minutes, of which three people and a car are known: at
    its beginning, in the middle (weakly), near its end; of the car nothing was cut out."""
    put_cameras(made, Camera(CameraId("gate"), "Market Gate", ()))
    put_run(
        made,
        put_source(made, "gate"),
        Seen(10, 16),
        Seen(300, 306, score=0.2),
        Seen(590, 596),
        Seen(100, 104, ObjectClass.CAR),
        Seen(0, 600, suppressed=True),
    )
    put_take(
        made,
        made.sources()[0].source_id,
        Walk(ONE, 10, 16, colour=RED),
        Walk(TWO, 300, 306, feet=120),
        Walk(THREE, 590, 596, colour=BLUE),
        dropped={FOUR: "too small"},
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """For tests that only look."""
    with make_case(tmp_path_factory.mktemp("plan") / "case") as made:
        fill(made)
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Case]:
    """The same for one that changes it."""
    with make_case(tmp_path / "case") as made:
        fill(made)
        yield made


def plan(
    case: Case, query: Query | str = EVERYTHING, options: SynopsisOptions | None = None
) -> Synopsis:
    return finish(plan_synopsis(case, query, options or SynopsisOptions()))


def rows(case: Case, event: str) -> list[dict[str, object]]:
    every = [json.loads(one[1]) for one in case.read(lambda cursor: list(audit_rows.every(cursor)))]
    return [one for one in every if one["event"] == event]


def test_everything_found_is_shown_or_counted_with_its_reason(case: Case) -> None:
    made = plan(case)
    about = made.coverage
    assert (about.found, about.shown, dict(about.dropped)) == (4, 3, {"too small": 1})
    assert (about.doubtful, about.hidden) == (1, 1)
    assert {one.track_id for one in placements_of(made)} == {ONE, TWO, THREE}
    assert made.measures.input_s == 600
    assert made.measures.output_s < 20
    assert made.measures.ratio > 30
    assert nothing_shown(made) is None


def test_every_placement_leads_back_to_its_moment_in_the_recording(case: Case) -> None:
    made = plan(case)
    for placed in placements_of(made):
        begin_s = {ONE: 10, TWO: 300, THREE: 590}[placed.track_id]
        assert placed.from_ns == begin_s * S
        assert placed.to_ns == round((begin_s + 5.9) * S)
        knots = np.array(placed.knots)
        assert (np.diff(knots, axis=0) > 0).all()
        assert tuple(knots[0]) == (placed.from_ns, placed.placed_from_ns)
        assert tuple(knots[-1]) == (placed.to_ns, placed.placed_to_ns)
        wall_ns = START_NS + placed.from_ns
        assert original_moment(made, placed.track_id, wall_ns) == (1, placed.from_ns)


def test_a_clock_that_is_corrected_moves_wall_times_and_no_media_times(own: Case) -> None:
    before = [(one.from_ns, one.to_ns) for one in placements_of(plan(own))]
    own.write(lambda cursor: cursor.execute("UPDATE sources SET offset_ns = ?", [3617 * S + 12345]))
    made = plan(own)
    assert made.parts[0].stage.tubes[0].time_ns[0] == START_NS + 10 * S - 3617 * S - 12345
    assert sorted((one.from_ns, one.to_ns) for one in placements_of(made)) == sorted(before)


def test_what_is_composed_at_a_placement_is_that_object(case: Case) -> None:
    made = plan(case)
    with open_show(case, made) as show:
        for placed in placements_of(made):
            if placed.track_id == TWO:
                continue
            middle = (placed.placed_from_ns + placed.placed_to_ns) // 2
            composed = show.at(0, middle)
            seen = next(one for one in composed.shown if one.tube == placed.track_id)
            left, top, right, bottom = seen.box
            inside = composed.picture[top + 8 : bottom - 8, left + 6 : right - 6].mean((0, 1))
            colour = RED if placed.track_id == ONE else BLUE
            assert np.abs(inside - colour).max() < 40
            moment = original_moment(made, placed.track_id, seen.time_ns)[1]
            share = (moment - placed.from_ns) / (placed.to_ns - placed.from_ns)
            assert left == pytest.approx(20 + 260 * share, abs=6)


def test_another_filter_is_shown_by_the_same_open_packs(case: Case) -> None:
    with open_show(case, plan(case)) as show:
        fewer = plan(case, asked_for(case, "person after 17:33"))
        show.change(fewer)
        assert show.length_ns == fewer.length_ns
        placed = placements_of(fewer)
        assert [one.track_id for one in placed] == [THREE]
        assert [one.tube for one in show.at(0, placed[0].placed_from_ns).shown] == [THREE]


def test_the_same_question_gives_the_same_synopsis(case: Case) -> None:
    assert placements_of(plan(case)) == placements_of(plan(case))


def test_better_ones_are_told_while_they_are_made_and_the_first_is_logged_before(
    case: Case,
) -> None:
    job = plan_synopsis(case, EVERYTHING)
    told = next(one for one in job if isinstance(one, SynopsisSoFar))
    assert told.synopsis.improving
    assert rows(case, "synopsis.view")[-1]["outcome"] == "started"
    last = finish(job)
    assert not last.improving
    assert last.length_ns <= told.synopsis.length_ns
    done = rows(case, "synopsis.view")[-1]
    facts = done["facts"]
    assert isinstance(facts, dict)
    assert (done["outcome"], facts["found"], facts["shown"], facts["dropped"]) == ("done", 4, 3, 1)
    assert facts["ids"] == f"{ONE}-{THREE}"


def test_words_and_spans_choose_what_is_shown_and_how_much_footage_counts(case: Case) -> None:
    cars = plan(case, "car")
    assert nothing_shown(cars) is not None
    span = (START_NS + 290 * S, START_NS + 310 * S)
    made = finish(plan_synopsis(case, "person", span=span))
    assert {one.track_id for one in placements_of(made)} == {TWO}
    assert made.measures.input_s == pytest.approx(20)
    assert (
        question_in(made).sha256
        == question_in(plan(case, Query("", (ClassFilter((1,)), TimeFilter(*span))))).sha256
    )


def test_refused_words_are_logged_and_choose_nothing(case: Case) -> None:
    made = plan(case, "pregnant")
    nothing = nothing_shown(made)
    assert nothing is not None
    assert "nothing in this text can be searched by" in nothing.message
    assert rows(case, "search")[-1]["outcome"] == "refused"
    partly = plan(case, "pregnant person")
    assert any("pregnant" in one for one in partly.coverage.notes)


def test_tracks_that_somebody_rejected_are_hidden_and_counted(own: Case) -> None:
    wrong = DecideHits(question_in(plan(own)), (Said(TrackId(THREE), "wrong"),))
    own.post(lambda: wrong).result()
    made = plan(own)
    assert {one.track_id for one in placements_of(made)} == {ONE, TWO}
    assert (made.coverage.found, made.coverage.hidden) == (3, 2)


def test_weak_ones_are_left_out_where_that_is_asked_and_counted(case: Case) -> None:
    made = plan(case, options=SynopsisOptions(with_doubtful=False))
    assert {one.track_id for one in placements_of(made)} == {ONE, THREE}
    assert made.coverage.hidden == 2


def test_a_camera_that_was_moved_is_shown_in_parts_one_after_the_other(tmp_path: Path) -> None:
    with make_case(tmp_path / "moved") as case:
        source_id = put_source(case)
        put_run(case, source_id, Seen(10, 16), Seen(300, 306))
        put_take(
            case, source_id, Walk(ONE, 10, 16), Walk(TWO, 300, 306),
            views=((0.0, ""), (100.0, "the camera was moved")),
        )  # fmt: skip
        made = plan(case)
        assert [part.begins_ns for part in made.parts] == [0, made.parts[0].schedule.length_ns]
        assert made.length_ns == sum(part.schedule.length_ns for part in made.parts)
        assert any("the camera was moved at" in one for one in made.coverage.notes)
        assert [one.track_id for one in placements_of(made)] == [ONE, TWO]
        with open_show(case, made) as show:
            assert len(show.columns) == 1
            second = placements_of(made)[1].placed_from_ns
            assert [one.tube for one in show.at(0, second).shown] == [TWO]


def test_a_camera_with_one_view_does_not_wait_for_one_that_was_moved(tmp_path: Path) -> None:
    with make_case(tmp_path / "both") as case:
        moved, still = put_source(case), put_source(case, start_ns=None)
        put_run(case, moved, Seen(10, 30), Seen(300, 320))
        put_run(case, still, *(Seen(100 * at, 100 * at + 12) for at in range(4)))
        put_take(
            case, moved, Walk(ONE, 10, 30), Walk(TWO, 300, 320),
            views=((0.0, ""), (100.0, "the camera was moved")),
        )  # fmt: skip
        walks = [Walk(2_000_001 + at, 100 * at, 100 * at + 12) for at in range(4)]
        put_take(case, still, *walks)
        made = plan(case, options=SynopsisOptions(density=0))
        # 12 s four times on one side, 20 s twice on the other: each takes its time.
        assert made.measures.output_s < 52
        parts = {part.stage.takes[0].source_id: part for part in made.parts}
        assert parts[still].begins_ns == 0
        assert parts[still].schedule.length_ns == made.length_ns
        order = [one for one in placements_of(made) if one.source_id == still]
        begins = [one.placed_from_ns for one in sorted(order, key=lambda one: one.track_id)]
        assert begins == sorted(begins)
        with open_show(case, made) as show:
            for one in placements_of(made):
                column = 0 if show.columns[0].parts[0] is not parts[still] else 1
                at = column if one.source_id != still else 1 - column
                middle = (one.placed_from_ns + one.placed_to_ns) // 2
                assert one.track_id in {seen.tube for seen in show.shown_at(at, middle)}


def test_only_the_tracks_that_are_named_are_shown_and_asked_for_again(case: Case) -> None:
    made = finish(plan_synopsis(case, EVERYTHING, tracks=[TrackId(ONE), TrackId(77)]))
    assert {one.track_id for one in placements_of(made)} == {ONE}
    assert made.coverage.found == 1
    assert synopsis_document(case, made)["asked_tracks"] == [77, ONE]


@pytest.mark.parametrize(("density", "most"), [(0.0, 10), (0.5, 20), (1.0, None)])
def test_as_many_are_shown_at_once_as_suits_the_density(density: float, most: int | None) -> None:
    row = Row((0,), (np.zeros(0, np.int64),), (StageUnits((), (), (320, 240)),))
    (plain,) = row_options([row], SynopsisOptions(density=density))
    (asked,) = row_options([row], SynopsisOptions(density=density, at_once=3))
    (of_length,) = row_options([row], SynopsisOptions(density=density, length_s=60))
    assert (plain.at_once, asked.at_once, of_length.at_once) == (most, 3, None)


def test_cameras_are_side_by_side_and_a_length_is_kept(own: Case) -> None:
    other = put_source(own, start_ns=None)
    put_run(own, other, Seen(5, 11), Seen(50, 56))
    put_take(own, other, Walk(2_000_001, 5, 11), Walk(2_000_002, 50, 56))
    made = plan(own, options=SynopsisOptions(length_s=8))
    assert made.measures.output_s <= 8
    with open_show(own, made) as show:
        assert len(show.columns) == 2
    times = {one.track_id: one.from_ns for one in placements_of(made)}
    assert times[TrackId(2_000_002)] == 50 * S


def test_one_after_the_other_keeps_the_order(case: Case) -> None:
    made = plan(case, options=SynopsisOptions(order="chronological"))
    placed = placements_of(made)
    assert [one.track_id for one in placed] == [ONE, TWO, THREE]
    assert (made.measures.disorder, made.measures.overlap) == (0, 0)
    assert all(
        one.placed_to_ns <= after.placed_from_ns for one, after in itertools.pairwise(placed)
    )


@pytest.mark.parametrize(
    ("tracks", "why"),
    [(None, "not analysed yet"), ((), "no tracks were found"), ((Seen(1, 2),), "not cut out yet")],
)
def test_why_nothing_can_be_shown_is_said(
    tmp_path: Path, tracks: tuple[Seen, ...] | None, why: str
) -> None:
    with make_case(tmp_path / "bare") as case:
        source_id = put_source(case)
        if tracks is not None:
            put_run(case, source_id, *tracks)
        made = plan(case)
        nothing = nothing_shown(made)
        assert nothing is not None
        assert why in nothing.message
        assert made.parts == ()


def test_unknown_sources_are_named_and_missing_originals_are_told(case: Case) -> None:
    with pytest.raises(UnknownSource, match="no source 9"):
        finish(plan_synopsis(case, EVERYTHING, source_ids=[9]))
    notes = plan(case).coverage.notes
    assert any("the original of source 1 is missing" in one for one in notes)


def test_a_document_asks_the_same_again_and_differences_are_told(
    case: Case, tmp_path: Path
) -> None:
    made = plan(case, "person", SynopsisOptions(density=0.7, seed=3))
    document = synopsis_document(case, made)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    before = read_asked(path)
    again = finish(plan_synopsis(case, before.query, before.options, source_ids=before.source_ids))
    assert differences(before, case, synopsis_document(case, again)) == ()
    other = synopsis_document(case, plan(case, "person", SynopsisOptions(order="chronological")))
    assert any("placed otherwise" in one for one in differences(before, case, other))


def placed_at(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document["placements"][0]}


def test_what_is_no_document_is_refused(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    document = synopsis_document(case, plan(case))
    options = document["options"]
    assert isinstance(options, dict)
    others = ({"density": 7}, {"density": True}, {"longest_s": 0}, {"at_once": 0}, {"seed": 0.5})
    beyond = [json.dumps({**document, "options": {**options, **one}}) for one in others]
    strange = json.dumps({**document, "placements": [{**placed_at(document), "track": [1]}]})
    for spoilt in ("", "[]", "{}", '{"question": 1}', *beyond, strange):
        path.write_text(spoilt)
        with pytest.raises(UnreadableSynopsis, match="no document of a synopsis"):
            read_asked(path)
    with pytest.raises(UnreadableSynopsis, match="cannot be read"):
        read_asked(tmp_path / "none.json")
    # None that never ends is read.
    os.mkfifo(path.with_suffix(".fifo"))
    with pytest.raises(UnreadableSynopsis, match="no document of a synopsis"):
        read_asked(path.with_suffix(".fifo"))


def test_an_export_is_whole_and_says_where_each_object_is_in_it(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out" / "a.mp4"
    out.parent.mkdir()
    made = finish(export_synopsis(case, plan(case), SynopsisWanted(out, fps=10), LocalCrew))
    assert sorted(one.name for one in out.parent.iterdir()) == ["a.mp4", "a.mp4.json"]
    document = json.loads(made.document.read_bytes())
    assert document["video"]["sha256"] == made.sha256
    assert all(one["seen"] is not None for one in document["placements"])
    done = rows(case, "synopsis.export")[-1]
    facts = done["facts"]
    assert isinstance(facts, dict)
    assert (done["outcome"], facts["film_sha256"]) == ("done", made.sha256)
    assert facts["document_sha256"] == hashlib.sha256(made.document.read_bytes()).hexdigest()


def test_an_export_that_is_cancelled_or_fails_leaves_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "a.mp4"
    out.parent.mkdir()
    made = plan(case)
    # In a process of its own, which is ended while it writes.
    job = export_synopsis(case, made, SynopsisWanted(out))
    assert any(progress.done > 1 for progress in job)
    job.close()
    assert list(out.parent.iterdir()) == []

    def full(*_: object, **__: object) -> object:
        raise CannotWrite(f"{out.parent}/.a.part.mp4 cannot be written: no space", "Free some.")

    monkeypatch.setattr("casefiles.usecases.synopsis_film.write_film", full)
    with pytest.raises(CannotWrite, match=r"/a\.mp4 cannot be written"):
        finish(export_synopsis(case, made, SynopsisWanted(out), LocalCrew))
    assert list(out.parent.iterdir()) == []
    outcomes = [one["outcome"] for one in rows(case, "synopsis.export")][-4:]
    assert outcomes == ["started", "cancelled", "started", "failed"]


def test_an_export_replaces_nothing_and_never_lies_in_the_case(case: Case, tmp_path: Path) -> None:
    made = plan(case)
    (tmp_path / "there.mp4").write_bytes(b"x")
    for out in (tmp_path / "there.mp4", case.folder / "a.mp4", tmp_path / "a.avi"):
        with pytest.raises(WrongPlace):
            finish(export_synopsis(case, made, SynopsisWanted(out), LocalCrew))
    assert (tmp_path / "there.mp4").read_bytes() == b"x"
    empty = replace(made, parts=(), nothing=("no tracks", ""))
    with pytest.raises(Exception, match="no tracks"):
        finish(export_synopsis(case, empty, SynopsisWanted(tmp_path / "b.mp4"), LocalCrew))
