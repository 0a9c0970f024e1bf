"""The made-up city: the same from the same seed, a case that verifies, figures as they are told."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from casefiles.errors import CaseExists
from casefiles.jobs import finish
from casefiles.store import digests, looks
from casefiles.usecases.build_city import build_city
from casefiles.usecases.verify_case import verify_case
from detection.labels import ObjectClass
from tests.support.search_cases import ACTOR
from tests.support.small_city import SMALL, journeys, make_small_city, small_city
from workstation.practice_city.appearance import make_looks
from workstation.practice_city.city import CitySettings, make_city


def test_the_same_settings_give_the_same_city_and_another_seed_another() -> None:
    tiny = CitySettings(cameras=4, hours=0.1, people=10, seed=5)
    one, again = finish(make_city(tiny)), finish(make_city(tiny))
    other = finish(make_city(CitySettings(cameras=4, hours=0.1, people=10, seed=6)))
    assert one.plan.cameras == again.plan.cameras != other.plan.cameras
    assert one.truth == again.truth
    for mine, theirs in zip(one.plan.recordings, again.plan.recordings, strict=True):
        for track, same in zip(mine.tracks, theirs.tracks, strict=True):
            assert np.array_equal(track.boxes, same.boxes)
            assert np.array_equal(track.vectors, same.vectors)


def test_a_city_is_a_training_case_that_verifies_with_recordings_that_play(tmp_path: Path) -> None:
    with make_small_city(tmp_path / "case") as case:
        assert case.header.training
        assert finish(verify_case(case)).bad == ()
        assert len(case.cameras()) == SMALL.cameras
        rows = sum(run.report["tracks"] for run in case.current_runs().values())  # type: ignore[misc]
        assert rows == sum(map(len, small_city().truth)) > 100
        # The card is a real recording: every analysed second is one of its frames.
        source = case.sources()[0]
        assert source.frames == small_city().plan.recordings[0].length_s
        assert case.media_path(source).is_file()
        assert "layers" in case.read(digests.known)


def test_everybody_is_where_the_truth_says_with_a_picture_and_vectors(tmp_path: Path) -> None:
    with make_small_city(tmp_path / "case") as case:
        longest = max(journeys().values(), key=len)
        assert len(longest) >= 4
        assert len({track // 1_000_000 for track in longest}) >= 3
        for track in longest:
            look = case.read(lambda cursor, track=track: looks.look_of(cursor, track))  # type: ignore[misc]
            assert look is not None
            assert look.thumbnail.startswith(b"\xff\xd8")
            assert set(look.colours) in ({"upper", "lower"}, {"body"})


def test_clocks_are_off_as_far_as_is_said_of_them_and_some_nobody_compared() -> None:
    city = finish(make_city(CitySettings(cameras=200, hours=0.05, people=1, seed=2)))
    stated = [one for one in city.plan.recordings if one.stated_s is not None]
    assert 0.8 < len(stated) / len(city.plan.recordings) < 0.98
    off = [abs(one.offset_s - one.stated_s) <= one.uncertainty_s for one in stated]  # type: ignore[operator]
    assert 0.9 < np.mean(off) < 1


def test_nobody_is_seen_before_a_recording_begins_or_after_it_ends() -> None:
    city = small_city()
    kinds = Counter(track.kind for one in city.plan.recordings for track in one.tracks)
    assert kinds[ObjectClass.PERSON] > kinds[ObjectClass.CAR] > 0
    for one in city.plan.recordings:
        for track in one.tracks:
            assert track.seconds[0] >= 0
            assert track.seconds[-1] < one.length_s
            assert (np.diff(track.seconds) > 0).all()
            assert (track.boxes[:, 2] > track.boxes[:, 0]).all()


def test_looks_are_as_hard_to_tell_apart_as_those_of_real_people() -> None:
    """docs/appearance.md: of 37 the right one first, 0.34 by one picture of each, 0.78 by four."""
    first = {1: 0, 4: 0}
    rounds = 6
    for seed in range(rounds):
        chance = np.random.default_rng(seed)
        looks_of = make_looks(chance, people=37, cars=0, cameras=2)
        seen = [
            [looks_of.vectors(chance, who, camera, chance.integers(0, 8, 4)) for who in range(37)]
            for camera in (0, 1)
        ]
        for pictures in first:
            for who in range(37):
                asked = seen[0][who][:pictures]
                alike = [(asked @ one[:pictures].T).max(axis=1).mean() for one in seen[1]]
                first[pictures] += int(np.argmax(alike) == who)
    assert 0.25 < first[1] / (37 * rounds) < 0.5
    assert 0.6 < first[4] / (37 * rounds) < 0.88


def test_a_folder_that_holds_something_is_left_alone_and_one_given_up_is_taken_away(
    tmp_path: Path,
) -> None:
    plan = finish(make_city(CitySettings(cameras=4, hours=0.1, people=5))).plan
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(CaseExists):
        finish(build_city(full, ACTOR, plan))
    assert (full / "mine.txt").read_text() == "mine"
    job = build_city(tmp_path / "new", ACTOR, plan)
    for _ in range(3):
        next(job)
    assert (tmp_path / "new").is_dir()
    job.close()
    assert not (tmp_path / "new").exists()
