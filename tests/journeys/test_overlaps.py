"""Two cameras of the practice case show part of the same street: `overlaps` finds who is who."""

import json
from pathlib import Path

import numpy as np

from casefiles.types import Actor
from casefiles.usecases.open_case import open_case
from casefiles.usecases.show_tracks import show_points
from detection.labels import ObjectClass
from tests.journeys.conftest import Run
from video.geometry import iou_matrix

WEST, EAST = 1, 2
APART_PX = 304
"""The picture of Harbor East begins so far to the right in that of Harbor West."""
_DOWN = np.radians(20)
# Some camera 6 m up: only that both pictures are calibrated as parts of one matters here.
TO_IMAGE = np.array([[700, 0, 384], [0, 700, 288], [0, 0, 1.0]]) @ np.array([
    [1, 0, 0], [0, -np.sin(_DOWN), 6 * np.cos(_DOWN)], [0, np.cos(_DOWN), 6 * np.sin(_DOWN)]
])  # fmt: skip


def pairs(left: int, size: tuple[int, int]) -> list[dict[str, list[float]]]:
    """Six points of a picture, and where these are."""
    made = []
    for x in (20, size[0] // 2, size[0] - 20):
        for y in (size[1] // 2, size[1] - 20):
            east, north, depth = np.linalg.inv(TO_IMAGE) @ [x + left, y, 1]
            made.append({"image": [x, y], "ground_m": [east / depth, north / depth]})
    return made


def test_people_in_the_part_that_both_cameras_see_are_put_together(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    listed = run("source", "list", practice_case, "--json").document
    sources = {row["id"]: row for row in listed}
    bare = run("overlaps", practice_case, "--json")
    assert bare.code == 0
    assert bare.document["groups"] == []
    assert "not calibrated" in bare.err
    stands = run("camera", "list", practice_case, "--json").document
    place = next(
        [one["placements"][0]["lon"], one["placements"][0]["lat"]]
        for one in stands
        if one["id"] == sources[WEST]["camera"]
    )
    for source, left in ((WEST, 0), (EAST, APART_PX)):
        row = sources[source]
        given = tmp_path / "pairs.json"
        size = row["width"], row["height"]
        document = {"pairs": pairs(left, size), "size": size, "origin": place}
        given.write_text(json.dumps(document), encoding="utf-8")
        camera = row["camera"]
        kept = run("calibrate", practice_case, "--camera", camera, "--pairs", given)
        assert kept.code == 0, kept.err
    found = run("overlaps", practice_case, "--json")
    assert found.code == 0
    # The truth: boxes that lie on each other in what is one picture.
    with open_case(practice_case, Actor("tester", "desk")) as case:
        west, east = (show_points(case, one, with_suppressed=False) for one in (WEST, EAST))
        clocks = [case.source(one).clock for one in (WEST, EAST)]
    # Both have seven pictures a second.
    at_west, at_east = (
        np.round(clock.to_walls(points.at.time_ns) * (7 / 10**9)).astype(np.int64)
        for clock, points in zip(clocks, (west, east), strict=True)
        if clock is not None
    )
    same: dict[tuple[int, int], int] = {}
    for step in np.intersect1d(at_west, at_east).tolist():
        here, there = at_west == step, at_east == step
        moved = east.at.boxes[there] + np.array([APART_PX, 0, APART_PX, 0], np.float32)
        for i, j in zip(*np.nonzero(iou_matrix(west.at.boxes[here], moved) > 0.6), strict=True):
            pair = int(west.track_id[here][i]), int(east.track_id[there][j])
            same[pair] = same.get(pair, 0) + 1
    people = set(west.track_id[west.at.class_ids == ObjectClass.PERSON].tolist())
    truth = {pair for pair, count in same.items() if count >= 10 and pair[0] in people}
    group = {
        one["track"]: number
        for number, members in enumerate(found.document["groups"])
        for one in members
    }
    right = [pair for pair in truth if pair[0] in group and group[pair[0]] == group.get(pair[1])]
    assert len(truth) >= 3
    assert len(right) >= 0.8 * len(truth), (truth, right)
    one = run("overlaps", practice_case, "--track", right[0][0])
    assert one.code == 0
    assert str(right[0][1]) in one.out
    assert "a lead, to be confirmed by a person" in one.out
    assert run("overlaps", practice_case, "--track", 77).code == 2
