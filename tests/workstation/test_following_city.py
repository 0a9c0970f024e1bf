"""Bench `follow-city`: the person who answers from the truth, counted; and the command."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from casefiles.jobs import finish
from casefiles.types import TrackId
from casefiles.usecases.build_city import CityReport
from workstation.__main__ import main
from workstation.bench.city_walks import MOST_KEYS, ByAppearance, ByTime, CityTracks, Walk, walk
from workstation.bench.following_city import compared, followed, keys_median
from workstation.practice_city.city import City, CitySettings, make_city


@pytest.fixture(scope="module")
def city() -> tuple[City, CityTracks]:
    made = finish(make_city(CitySettings(cameras=20, hours=0.4, people=60, seed=4)))
    ids = tuple(
        tuple(TrackId(run * 1_000_000 + number) for number in range(1, len(whose) + 1))
        for run, whose in enumerate(made.truth, 1)
    )
    return made, CityTracks.of(made, CityReport(ids))


@dataclass
class _Oracle:
    """Knows the truth, and puts so many wrong ones before each right one."""

    tracks: CityTracks
    who: int
    before: int

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        own = self.tracks
        rows = np.argsort(own.from_ns, kind="stable")
        after = [TrackId(int(own.track_id[row])) for row in rows if own.who[row] == self.who]
        others = [TrackId(int(own.track_id[row])) for row in rows if own.who[row] != self.who]
        decided = {*right, *wrong}
        missing = self.before * len(right) - len(wrong)
        return [
            *[one for one in others if one not in decided][: max(0, missing)],
            *[one for one in after if one not in decided],
        ]


def test_who_is_told_the_truth_needs_one_answer_a_sighting(city: tuple[City, CityTracks]) -> None:
    made, tracks = city
    who = followed(made, tracks, 1)[0]
    done = walk(_Oracle(tracks, who, 0), tracks, who)
    assert done.given_up == 0
    assert len(done.keys) == done.changes >= 4
    # Pieces of one sighting, on one camera, are answered too.
    assert done.spent <= (tracks.who == who).sum() - 1
    assert done.in_first == done.asked


def test_every_wrong_proposal_costs_an_answer_and_three_hide_the_right_one(
    city: tuple[City, CityTracks],
) -> None:
    made, tracks = city
    who = followed(made, tracks, 1)[0]
    done = walk(_Oracle(tracks, who, 3), tracks, who)
    assert min(done.keys) >= 4
    assert done.in_first == 0


def test_who_proposes_nobody_right_is_given_up(city: tuple[City, CityTracks]) -> None:
    made, tracks = city
    who = followed(made, tracks, 1)[0]
    done = walk(_Oracle(tracks, who, 10_000), tracks, who)
    assert done.spent == MOST_KEYS
    assert done.given_up == done.changes
    assert keys_median([done]) == MOST_KEYS


def test_baselines_propose_undecided_tracks_only_and_find_some(
    city: tuple[City, CityTracks],
) -> None:
    made, tracks = city
    people = followed(made, tracks, 12)
    assert len(people) >= 8
    for ranker in (ByAppearance(tracks), ByTime(tracks)):
        first = TrackId(int(tracks.track_id[tracks.who == people[0]][0]))
        shown = ranker.order([first], [])
        assert first not in shown
        assert not set(ranker.order([first], shown[:2])) & set(shown[:2])
        done = [walk(ranker, tracks, who) for who in people]
        assert sum(len(one.keys) for one in done) > 0


def test_a_comparison_tells_both_values_and_an_interval_around_ours() -> None:
    ours = [Walk(4, [1, 2, 3, 1], 5, 4, 0, 7), Walk(2, [2, 2], 3, 3, 0, 4)]
    theirs = [Walk(4, [6], 5, 1, 3, 21), Walk(2, [9, 9], 3, 0, 0, 18)]
    keys, first, found = compared(ours, theirs, "time")
    assert (keys.value, keys.bound_or_peer) == (2.0, 12.0)
    assert (first.value, first.bound_or_peer) == (7 / 8, 1 / 8)
    assert (found.value, found.bound_or_peer) == (1.0, 0.5)
    assert "95 %" in keys.how


def test_the_command_makes_a_training_case_and_tells_the_truth_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, truth = tmp_path / "city", tmp_path / "truth.csv"
    small = ["--cameras", "3", "--hours", "0.1", "--people", "9"]
    asked = ["practice-city", str(folder), *small, "--truth", str(truth), "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["training"]
    with truth.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == told["tracks"] > 0
    assert main(["practice-city", str(folder), *small]) == 2
    assert "city" in capsys.readouterr().err


@pytest.mark.parametrize("odd", [["--hours", "nan"], ["--hours", "90"], ["--cameras", "1"]])
def test_a_city_nobody_can_wait_for_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], odd: list[str]
) -> None:
    assert main(["practice-city", str(tmp_path / "city"), *odd]) == 2
    assert "Give --" in capsys.readouterr().err
    assert not (tmp_path / "city").exists()
