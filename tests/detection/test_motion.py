"""The motion gate on made-up noise and movers, on real footage, and together with the tracker."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from detection.byte_tracker import ByteTracker
from detection.errors import StateUnusable
from detection.motion import GATE_HEIGHT, GATE_WIDTH, GateOptions, MotionGate, Reason
from detection.types import TrackPoints
from resources.paths import shared_test_data
from tests.support.walkers import Walker, crowd, grey_picture, joined, seconds, time_ns
from video.decoder import open_source

FPS = 5.0
Grey = NDArray[np.uint8]
Pictures = Callable[[float], Grey]


def _wall(at_s: float) -> NDArray[np.float64]:
    """A still scene with edges and texture, `(90, 160)`."""
    rows, columns = np.mgrid[:GATE_HEIGHT, :GATE_WIDTH]
    wall: NDArray[np.float64] = 110 + 40 * np.sin(columns / 9.0) * np.cos(rows / 7.0)
    wall[:, 100:] += 30
    return wall


def _pictures(
    scene: Callable[[float], NDArray[np.float64]], sigma: float, *, seed: int = 1
) -> Pictures:
    noise = np.random.default_rng(seed)

    def picture(at_s: float) -> Grey:
        values = scene(at_s) + noise.normal(0, sigma, (GATE_HEIGHT, GATE_WIDTH))
        return np.clip(np.round(values), 0, 255).astype(np.uint8)

    return picture


def _reasons(
    picture: Pictures, times_s: Sequence[float], *, gate: MotionGate | None = None, busy: bool
) -> list[Reason]:
    used = gate or MotionGate()
    return [used.decide(picture(at_s), time_ns(at_s), busy=busy).reason for at_s in times_s]


def _with_box(
    *, width: float, height: int, contrast: float, cells_s: float, from_s: float
) -> Callable[[float], NDArray[np.float64]]:
    """A box of so many cells that comes up at `from_s` and moves to the right."""

    def scene(at_s: float) -> NDArray[np.float64]:
        values = _wall(at_s)
        if at_s >= from_s:
            left = 10 + (at_s - from_s) * cells_s
            edges = np.clip(np.arange(GATE_WIDTH + 1.0), left, left + width)
            cover = edges[1:] - edges[:-1]
            values[40 : 40 + height] += contrast * cover
        return values

    return scene


@pytest.mark.parametrize("sigma", [0.0, 1.0, 2.0, 4.0])
def test_a_still_scene_is_let_through_at_the_start_and_then_only_to_refresh(sigma: float) -> None:
    times = seconds(0, 60, fps=FPS)

    reasons = _reasons(_pictures(_wall, sigma), times, busy=False)

    counts = Counter(reasons)
    assert reasons[0] == "first"
    assert counts["hold"] == 5
    assert counts["refresh"] == 5
    # Until the noise is known, a frame or two may look like motion.
    assert counts["motion"] <= 3
    assert "motion" not in reasons[20:]


def test_heavy_noise_is_learned_within_seconds() -> None:
    reasons = _reasons(_pictures(_wall, 25.0), seconds(0, 60, fps=FPS), busy=False)

    assert set(reasons[75:]) == {"still", "refresh"}


def test_noise_that_sets_in_later_is_learned_too() -> None:
    clean, noisy = _pictures(_wall, 0.0), _pictures(_wall, 12.0)
    times = seconds(0, 80, fps=FPS)

    reasons = _reasons(lambda at_s: (clean if at_s < 40 else noisy)(at_s), times, busy=False)

    assert set(reasons[300:]) == {"still", "refresh"}


@pytest.mark.parametrize("sigma", [1.0, 3.0])
@pytest.mark.parametrize(
    ("width", "height", "contrast", "cells_s"),
    [
        pytest.param(4, 10, 40, 6, id="walking"),
        pytest.param(2, 5, 15, 4, id="faint"),
        pytest.param(1, 3, 40, 4, id="small"),
        pytest.param(2, 4, -40, 0.5, id="slow"),
    ],
)
def test_what_moves_opens_the_gate_at_once_and_keeps_it_open(
    width: float, height: int, contrast: float, cells_s: float, sigma: float
) -> None:
    scene = _with_box(width=width, height=height, contrast=contrast, cells_s=cells_s, from_s=20)

    reasons = _reasons(_pictures(scene, sigma), seconds(0, 40, fps=FPS), busy=False)

    assert "motion" not in reasons[20:100]
    assert reasons[100] == "motion"
    assert "still" not in reasons[100:]


def test_the_gate_closes_some_seconds_after_the_last_motion() -> None:
    def scene(at_s: float) -> NDArray[np.float64]:
        moving = _with_box(width=4, height=10, contrast=60, cells_s=6, from_s=10)
        return moving(min(at_s, 15.0))

    reasons = _reasons(_pictures(scene, 1.0), seconds(0, 40, fps=FPS), busy=False)

    last = max(at for at, reason in enumerate(reasons) if reason == "motion")
    assert 75 <= last < 75 + 10 * FPS
    assert reasons[last + 1 : last + 6] == ["hold"] * 5
    assert set(reasons[last + 6 :]) == {"still", "refresh"}


def test_a_lamp_opens_the_gate_for_as_long_as_motion_would_and_no_longer() -> None:
    picture = _pictures(lambda at_s: _wall(at_s) + (45 if at_s >= 20 else 0), 1.5)

    reasons = _reasons(picture, seconds(0, 40, fps=FPS), busy=False)

    assert reasons[100] == "light"
    assert "still" not in reasons[100:106]
    assert not {"light", "motion"} & set(reasons[101:])


def test_a_lamp_on_one_side_of_the_picture_opens_the_gate() -> None:
    def scene(at_s: float) -> NDArray[np.float64]:
        values = _wall(at_s)
        if at_s >= 20:
            values[:, :70] += 30
        return values

    reasons = _reasons(_pictures(scene, 1.5), seconds(0, 40, fps=FPS), busy=False)

    assert reasons[100] in ("light", "motion")
    assert set(reasons[160:]) == {"still", "refresh"}


def test_dusk_does_not_open_the_gate() -> None:
    picture = _pictures(lambda at_s: _wall(at_s) - 0.5 * at_s, 1.5)

    reasons = _reasons(picture, seconds(0, 60, fps=FPS), busy=False)

    assert not {"light", "motion"} & set(reasons)


def test_motion_right_after_a_lamp_is_seen() -> None:
    box = _with_box(width=4, height=10, contrast=40, cells_s=6, from_s=24)
    picture = _pictures(lambda at_s: box(at_s) + (45 if at_s >= 20 else 0), 1.5)

    assert _reasons(picture, seconds(0, 30, fps=FPS), busy=False)[120] == "motion"


@pytest.mark.parametrize(("busy", "bound_s"), [(False, 10.0), (True, 2.0)])
@pytest.mark.parametrize("fps", [1.0, 5.0, 10.0])
def test_no_pause_is_longer_than_the_bound(busy: bool, bound_s: float, fps: float) -> None:
    times = seconds(0, 60, fps=fps)

    reasons = _reasons(_pictures(_wall, 1.0), times, busy=busy)

    passed = [at_s for at_s, reason in zip(times, reasons, strict=True) if reason != "still"]
    assert max(np.diff([*passed, 60.0])) <= bound_s + 1e-9
    assert "still" in reasons


def test_a_hole_in_the_footage_does_not_keep_the_gate_shut() -> None:
    times = [*seconds(0, 20, fps=FPS), *seconds(500, 505, fps=FPS)]

    assert _reasons(_pictures(_wall, 1.0), times, busy=False)[100] == "refresh"


def test_a_restored_gate_goes_on_exactly() -> None:
    scene = _with_box(width=3, height=8, contrast=30, cells_s=5, from_s=9)
    picture = _pictures(scene, 2.0)
    whole, pieces = MotionGate(), MotionGate()

    for step, at_s in enumerate(seconds(0, 25, fps=FPS)):
        if step in (0, 1, 17, 50, 51, 90):
            state, pieces = pieces.state(), MotionGate()
            pieces.restore(state)
        grey = picture(at_s)
        busy = step % 40 > 20
        decision = pieces.decide(grey, time_ns(at_s), busy=busy)
        assert decision == whole.decide(grey, time_ns(at_s), busy=busy)
    assert pieces.state() == whole.state()


def test_a_state_of_other_options_is_refused() -> None:
    gate = MotionGate(GateOptions(hold_s=2.0))

    with pytest.raises(StateUnusable):
        MotionGate().restore(gate.state())


def test_options_are_plain_values() -> None:
    assert MotionGate().options_as_dict()["refresh_s"] == 10.0


def _tracked(
    walkers: Sequence[Walker], times: Sequence[float], *, gated: bool
) -> tuple[TrackPoints, list[float]]:
    """The tracks, and the times of the analysed frames."""
    gate, tracker, analysed, parts = MotionGate(), ByteTracker(), [], []
    noise = np.random.default_rng(4)
    for at_s in times:
        grey = grey_picture(at_s, walkers, noise)
        if gated and not gate.decide(grey, time_ns(at_s), busy=tracker.busy).analyse:
            continue
        analysed.append(at_s)
        # Each moment has noise of its own, the same with and without the gate.
        jitter = np.random.default_rng(round(at_s * 1000))
        parts.append(tracker.update(crowd(at_s, walkers, jitter=jitter), time_ns(at_s)))
    return joined([*parts, tracker.finish()]), analysed


def _spans(points: TrackPoints, times: Sequence[float]) -> list[tuple[float, float]]:
    return [
        (times[steps.min()], times[steps.max()])
        for steps in (points.step[points.track == track] for track in np.unique(points.track))
    ]


PASSING = Walker(-400, 200, across_s=50)
RESTING = Walker(40, 40, across_s=60, stops=((4.0, 60.0), (63.0, 90.0)))
STANDING = Walker(400, 60, across_s=60, stops=((0.0, 85.0),))


@pytest.mark.parametrize(
    "walkers",
    [
        pytest.param((STANDING,), id="someone who stands until shortly before the end"),
        pytest.param((RESTING,), id="someone who stops twice for a long time"),
        pytest.param((STANDING, RESTING, PASSING), id="all together"),
        pytest.param(
            (replace(STANDING, level=112), replace(RESTING, level=140)), id="hardly visible"
        ),
    ],
)
def test_the_gate_loses_no_track_and_no_second_of_one(walkers: tuple[Walker, ...]) -> None:
    times = seconds(0, 95, fps=FPS)

    every, all_times = _tracked(walkers, times, gated=False)
    gated, analysed = _tracked(walkers, times, gated=True)

    assert len(analysed) < 0.6 * len(times)
    expected, found = _spans(every, all_times), _spans(gated, analysed)
    assert len(found) == len(expected) == len(walkers)
    assert np.abs(np.subtract(found, expected)).max() <= 1.0


def test_a_mostly_empty_scene_costs_a_fraction() -> None:
    times = seconds(0, 100, fps=FPS)
    visitor = Walker(-3560, 150, across_s=60, hidden=((0.0, 58.5), (70.0, 100.0)))

    points, analysed = _tracked((visitor,), times, gated=True)

    assert len(_spans(points, analysed)) == 1
    assert len(analysed) < 0.25 * len(times)


def test_busy_footage_passes_whole() -> None:
    video = shared_test_data() / "data" / "video" / "vtest.avi"
    if not video.is_file():
        pytest.skip("the shared test data is not here")
    gate = MotionGate()
    with open_source(video) as decoder:
        decisions = [
            gate.decide(frame.luma(GATE_WIDTH, GATE_HEIGHT), frame.time_ns, busy=False)
            for frame in decoder.frames()
            if frame.number < 200 and frame.number % 2 == 0
        ]

    assert all(decision.analyse for decision in decisions)
