"""Subjects: added, said of, not seen, taken back, told to the log, vouched for, carried along."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.edit_kinds import Edit
from casefiles.errors import (
    BadLink,
    BadSighting,
    BadSubject,
    UnknownCamera,
    UnknownSighting,
    UnknownSubject,
)
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.store.engine import Cursor
from casefiles.subject_types import (
    Absence,
    AddSubject,
    ChangeSubject,
    LastSeen,
    LinkRule,
    NoteAbsences,
    RemoveSubject,
    SaySightings,
    SetLinkRules,
    Sighting,
    Subject,
    SubjectId,
    Verdict,
)
from casefiles.types import Camera, CameraId, TrackId
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from tests.support.case_copies import opened_copy
from tests.support.search_cases import (
    ACTOR,
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)

GATE, STAIRS = CameraId("gate"), CameraId("stairs")
FIRST, SECOND, THIRD = TrackId(1_000_001), TrackId(1_000_002), TrackId(2_000_001)
LAST = LastSeen(START_NS, GeoPoint(40.0, -30.0), 50.0, 60.0, "a neighbour says so")
ADA = Subject("Subject 1", "person", "missing", "red coat", "limps", LAST, 2.5)


def made_case(folder: Path) -> Case:
    made = make_case(folder)
    put_cameras(made, Camera(GATE, "Market Gate", ()), Camera(STAIRS, "Ferry Stairs", ()))
    gate, stairs = put_source(made, GATE), put_source(made, STAIRS)
    put_run(made, gate, Seen(10, 24), Seen(40, 41))
    put_run(made, stairs, Seen(5, 15))
    return made


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened_copy(tmp_path / "case", ACTOR, made_case) as made:
        yield made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A case with one subject, in which nothing changes."""
    folder = tmp_path_factory.mktemp("kept") / "case"
    with opened_copy(folder, ACTOR, made_case) as made:
        add(made)
        yield made


def do(case: Case, edit: Edit) -> Edit:
    """Makes the edit, and gives the one that takes it back."""
    return case.post(lambda: edit).result()


def add(case: Case, subject: Subject = ADA, *said: Sighting) -> SubjectId:
    undo = do(case, AddSubject(subject, said))
    assert isinstance(undo, RemoveSubject)
    return undo.subject_id


def say(subject_id: int, track_id: int, verdict: Verdict = "confirmed") -> Sighting:
    return Sighting(SubjectId(subject_id), TrackId(track_id), verdict, "by gait", 2, 0.75, ("x",))


def stands(case: Case) -> list[tuple[int, str]]:
    return [(one.track_id, one.verdict) for one in view_case(case).sightings]


def test_a_subject_comes_back_as_it_was_added_and_its_first_sighting_with_it(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    view = view_case(case)
    (subject,) = view.subjects
    assert replace(ADA, subject_id=made) == replace(
        subject, created_ns=0, created_by="", program_version=""
    )
    assert subject.created_by == ACTOR.user
    assert subject.created_ns > 0
    (sighting,) = view.sightings
    assert (sighting.subject_id, sighting.rank, sighting.score, sighting.why) == (
        made, 2, 0.75, ("x",)
    )  # fmt: skip
    assert (sighting.run_id, sighting.source_id) == (view.runs[sighting.source_id].run_id, 1)


def test_a_newer_word_takes_the_place_of_the_older_and_undo_brings_it_back(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    undo = do(case, SaySightings((say(made, FIRST, "rejected"), say(made, THIRD))))
    assert stands(case) == [(FIRST, "rejected"), (THIRD, "confirmed")]
    redo = do(case, undo)
    assert stands(case) == [(FIRST, "confirmed")]
    do(case, redo)
    assert stands(case) == [(FIRST, "rejected"), (THIRD, "confirmed")]


def test_a_removed_subject_takes_its_words_with_it_and_brings_them_back(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    do(case, NoteAbsences((Absence(made, STAIRS, START_NS, START_NS + S),)))
    undo = do(case, RemoveSubject(made))
    view = view_case(case)
    assert (view.subjects, view.sightings, view.absences) == ((), (), ())
    with pytest.raises(UnknownSubject):
        do(case, SaySightings((say(made, SECOND),)))
    do(case, undo)
    view = view_case(case)
    assert len(view.subjects) == len(view.sightings) == len(view.absences) == 1


def test_not_seen_and_what_was_rejected_with_it_are_one_act(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    absence = Absence(made, GATE, START_NS, START_NS + 60 * S, "watched", 2, 0.5, "dark")
    undo = do(case, NoteAbsences((absence,), (say(made, FIRST, "rejected"),)))
    (noted,) = view_case(case).absences
    assert (noted.how, noted.looked_at, noted.share, noted.note) == ("watched", 2, 0.5, "dark")
    redo = do(case, undo)
    assert view_case(case).absences == ()
    assert stands(case) == [(FIRST, "confirmed")]
    do(case, redo)
    assert len(view_case(case).absences) == 1
    assert stands(case) == [(FIRST, "rejected")]


def test_a_rule_of_a_way_replaces_the_one_before_it(case: Case) -> None:
    do(case, SetLinkRules((LinkRule(GATE, STAIRS, typical_s=4.0, least_s=2.0, most_s=9.0),)))
    undo = do(case, SetLinkRules((LinkRule(GATE, STAIRS, closed=True),)))
    (rule,) = view_case(case).link_rules
    assert rule.closed
    assert rule.typical_s is None
    do(case, undo)
    (rule,) = view_case(case).link_rules
    assert (rule.closed, rule.least_s, rule.typical_s, rule.most_s) == (False, 2.0, 4.0, 9.0)


def test_the_log_keeps_names_words_and_places_out_of_its_open_rows(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    do(case, ChangeSubject(replace(ADA, name="Grey hat", subject_id=made)))
    do(case, NoteAbsences((Absence(made, GATE, START_NS, START_NS + S, note="dark"),)))
    do(case, SetLinkRules((LinkRule(GATE, STAIRS, note="gate shut"),)))
    rows = case.read(lambda cursor: cursor.execute("SELECT * FROM audit").fetchall())
    told = "\n".join(str(row) for row in rows)
    assert '"confirmed":[1000001]' in told
    for secret in ("Subject 1", "red coat", "limps", "neighbour", "Grey hat", "dark", "shut"):
        assert secret not in told


def test_a_changed_row_is_named_when_the_case_is_verified(case: Case) -> None:
    made = add(case, ADA, say(0, FIRST))
    do(case, NoteAbsences((Absence(made, GATE, START_NS, START_NS + S),)))
    do(case, SetLinkRules((LinkRule(GATE, STAIRS, closed=True),)))
    assert not [bad for bad in finish(verify_case(case)).bad if "subjects" in bad]
    for tampering, mending in (
        ("UPDATE subjects SET name = 'other'", "UPDATE subjects SET name = 'Subject 1'"),
        ("UPDATE sightings SET verdict = 'rejected'", "UPDATE sightings SET verdict = 'confirmed'"),
        ("UPDATE absences SET to_ns = to_ns + 1", "UPDATE absences SET to_ns = to_ns - 1"),
        ("DELETE FROM link_rules", ""),
    ):
        case.write(partial(_execute, sql=tampering))
        assert any(bad.startswith("subjects:") for bad in finish(verify_case(case)).bad), tampering
        if mending:
            case.write(partial(_execute, sql=mending))


def _execute(cursor: Cursor, sql: str) -> None:
    cursor.execute(sql)


def test_a_removed_subject_whose_name_was_taken_comes_back_under_another_one_only(
    case: Case,
) -> None:
    first = add(case)
    undo = do(case, RemoveSubject(first))
    second = add(case)
    with pytest.raises(BadSubject, match="subject 2 is called 'Subject 1' already"):
        do(case, undo)
    assert [one.subject_id for one in view_case(case).subjects] == [second]
    do(case, ChangeSubject(replace(ADA, name="Subject 2", subject_id=second)))
    do(case, undo)
    assert [one.subject_id for one in view_case(case).subjects] == [first, second]


def test_a_snapshot_carries_them(case: Case, tmp_path: Path) -> None:
    add(case, ADA, say(0, FIRST))
    case.snapshot(tmp_path / "copy")
    with Case.open(tmp_path / "copy", ACTOR, policy="") as copy:
        assert view_case(copy).subjects == view_case(case).subjects
        assert view_case(copy).sightings == view_case(case).sightings


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (AddSubject(replace(ADA, name=" ")), BadSubject),
        (AddSubject(replace(ADA, name="SUBJECT 1 ")), BadSubject),
        (AddSubject(replace(ADA, name="b", fastest_m_s=float("nan"))), BadSubject),
        (AddSubject(replace(ADA, name="b", clothing="\ud800")), BadSubject),
        (AddSubject(replace(ADA, name="b"), (say(0, 77),)), UnknownSighting),
        (ChangeSubject(replace(ADA, kind="vehicle", subject_id=SubjectId(1))), BadSubject),
        (RemoveSubject(SubjectId(9)), UnknownSubject),
        (SaySightings(()), UnknownSighting),
        (SaySightings((replace(say(1, FIRST), score=2.0),)), BadSighting),
        (NoteAbsences((Absence(SubjectId(1), GATE, 5, 5),)), BadSighting),
        (NoteAbsences((Absence(SubjectId(1), CameraId("none"), 5, 6),)), UnknownCamera),
        (SetLinkRules((LinkRule(GATE, GATE),)), BadLink),
        (SetLinkRules((LinkRule(GATE, STAIRS, typical_s=3.0, least_s=4.0),)), BadLink),
        (SetLinkRules((LinkRule(GATE, STAIRS, closed=True, most_s=4.0),)), BadLink),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    kept: Case, edit: Edit, error: type[Exception]
) -> None:
    before = view_case(kept)
    with pytest.raises(error):
        do(kept, edit)
    after = view_case(kept)
    assert (after.subjects, after.sightings, after.absences, after.link_rules) == (
        before.subjects, before.sightings, before.absences, before.link_rules
    )  # fmt: skip
