"""The first answers ordered by words that no filter stands for; networks of a few nodes."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.store import audit_rows
from casefiles.store.engine import Cursor
from casefiles.usecases import rank_by_words
from casefiles.usecases.keep_answer import ask_again, keep_answer, kept_answer
from casefiles.usecases.rank_by_words import search_ranked
from casefiles.view_types import FirstHits
from detection.text_image import open_text_image
from tests.detection.test_text_image import _pack as tiny_pack
from tests.support.search_cases import Seen, make_case, put_run, put_source

RED, BLUE = (0, 0, 255), (255, 0, 0)
QUERY = Query("person blue", (ClassFilter((1,)),), unknown=("blue",), rest="blue")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Four persons: red, blue, one without a picture, blue; each scores less than the last."""
    with make_case(tmp_path / "c") as made:
        scores = (0.9, 0.8, 0.7, 0.6)
        ids = put_run(made, put_source(made), *(Seen(0, 9, score=one) for one in scores))
        for track, tone in zip(ids, (RED, BLUE, None, BLUE), strict=True):
            if tone is not None:
                picture = np.full((40, 20, 3), tone, np.uint8)
                jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
                made.write(partial(_put_picture, jpeg=jpeg, track=track))
        yield made


def _put_picture(cursor: Cursor, *, jpeg: bytes, track: int) -> None:
    cursor.execute("UPDATE track_looks SET thumbnail = ? WHERE track_id = ?", [jpeg, track])


def places(case: Case, *, limit: int, skip: int = 0) -> list[int]:
    found = finish(search_ranked(case, QUERY, limit=limit, skip=skip))
    return [hit.track.track_id % 1000 for hit in found.hits]


def test_without_a_pack_the_order_stays_and_the_words_are_said_not_to_be_searched(
    case: Case,
) -> None:
    found = finish(search_ranked(case, QUERY))
    assert [hit.track.track_id % 1000 for hit in found.hits] == [1, 2, 3, 4]
    (note,) = [one for one in found.coverage.notes if "“blue”" in one]
    assert "not searched" in note
    assert "models install clip-vit-b32" in note


def test_pictures_that_fit_the_words_come_first_with_the_reason(case: Case) -> None:
    tiny_pack()
    found = finish(search_ranked(case, QUERY))
    assert [hit.track.track_id % 1000 for hit in found.hits] == [2, 4, 1, 3]
    best, _, worst, unseen = found.hits
    assert any("fits “blue” (text-image model tiny-clip)" in why for why in best.why)
    assert [part.value for part in best.parts if part.name == "words"] == [1.0]
    assert [part.value for part in worst.parts if part.name == "words"] == [0.0]
    assert not [part for part in unseen.parts if part.name == "words"]
    assert any("1 without a stored picture" in note for note in found.coverage.notes)
    assert found.complete


def test_pages_are_cut_from_one_order(case: Case) -> None:
    tiny_pack()
    assert places(case, limit=2) + places(case, limit=2, skip=2) == [2, 4, 1, 3]


def test_the_audit_names_the_model_by_its_hash_and_keeps_the_words_private(case: Case) -> None:
    tiny_pack()
    model = open_text_image()
    assert model is not None
    finish(search_ranked(case, QUERY))
    rows = case.read(lambda cursor: [text for _, text, *_ in audit_rows.every(cursor)])
    (row,) = [json.loads(text) for text in rows if '"search.rank"' in text]
    assert row["facts"]["model_sha256"] == model.provenance.sha256
    assert [one % 1000 for one in row["facts"]["order"]] == [2, 4, 1, 3]
    assert "blue" not in json.dumps(row)


def test_the_order_so_far_is_shown_while_it_compares(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_pack()
    monkeypatch.setattr(rank_by_words, "_AT_ONCE", 2)
    shown: list[list[int]] = []
    finish(
        search_ranked(case, QUERY),
        lambda one: (
            shown.append([hit.track.track_id % 1000 for hit in one.hits.hits])
            if isinstance(one, FirstHits)
            else None
        ),
    )
    assert shown == [[2, 1, 3, 4]]


def test_only_the_first_are_compared_and_the_rest_follow_as_they_came(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_pack()
    monkeypatch.setattr(rank_by_words, "RANKED", 2)
    found = finish(search_ranked(case, QUERY))
    assert [hit.track.track_id % 1000 for hit in found.hits] == [2, 1, 3, 4]
    assert any("the first 2 ordered" in note for note in found.coverage.notes)


def test_a_kept_answer_is_asked_again_in_the_same_order(case: Case) -> None:
    tiny_pack()
    found = finish(search_ranked(case, QUERY))
    assert found.question is not None
    answer_id = keep_answer(case, found.question, found, asked=200)
    again = finish(ask_again(case, kept_answer(case, answer_id)))
    assert [hit.track.track_id for hit in again.hits] == [hit.track.track_id for hit in found.hits]


def test_a_damaged_pack_is_told_and_the_search_answers(case: Case) -> None:
    (tiny_pack() / "merges.txt").write_bytes(b"l o")
    found = finish(search_ranked(case, QUERY))
    assert [hit.track.track_id % 1000 for hit in found.hits] == [1, 2, 3, 4]
    assert any("merges.txt" in note for note in found.coverage.notes)
