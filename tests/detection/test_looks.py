"""Best looks: which frame is kept, what becomes of it, and that stopping changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detection.appearance import Kind
from detection.labels import ObjectClass
from detection.looks import (
    FRAMES,
    BestLooks,
    KeptFrame,
    TrackLook,
    TrackVector,
    covered,
    qualities,
    thumbnail,
)
from detection.types import ModelProvenance, TrackPoints
from video.types import Frame, Pixels, TimeNs

HEIGHT, WIDTH = 240, 320


class CountingEmbedder:
    """Gives the same vector for everything and counts how often it was asked."""

    name = "counting"
    kinds: tuple[Kind, ...] = ("person", "vehicle")
    provenance = ModelProvenance("none", "0" * 64, {"embedder": "counting"})

    def __init__(self) -> None:
        self.asked: list[tuple[Kind, tuple[int, ...]]] = []

    def embed(self, pictures: Sequence[Pixels], kind: Kind) -> NDArray[np.float32]:
        """As the Protocol says."""
        self.asked += [(kind, picture.shape) for picture in pictures]
        return np.tile(np.array([0.6, 0.8], np.float32), (len(pictures), 1))


@dataclass(frozen=True)
class _Moment:
    """What is asked of a frame: its number and times."""

    number: int
    seconds: float | None = None

    @property
    def pts(self) -> int:
        return self.number * 10

    @property
    def time_ns(self) -> TimeNs:
        return TimeNs(self.number * 1000 if self.seconds is None else round(self.seconds * 1e9))


def frame(number: int, seconds: float | None = None) -> Frame:
    return cast(Frame, _Moment(number, seconds))


def picture() -> Pixels:
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    return small.repeat(8, axis=0).repeat(8, axis=1)


def points(
    *rows: tuple[int, float, tuple[float, float, float, float]],
    kind: ObjectClass = ObjectClass.PERSON,
) -> TrackPoints:
    """Points of one step from (track, score, box)."""
    return TrackPoints(
        np.array([row[0] for row in rows], np.int32),
        np.zeros(len(rows), np.int32),
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], np.float32),
        np.full(len(rows), int(kind), np.int16),
        np.zeros(len(rows), np.bool_),
    )


def seen(
    looks: BestLooks,
    number: int,
    *rows: tuple[int, float, tuple[float, float, float, float]],
    seconds: float | None = None,
) -> None:
    looks.see(frame(number, seconds), picture(), points(*rows))


BOX = (50.0, 40.0, 90.0, 140.0)


def test_larger_whole_and_uncovered_is_better() -> None:
    alone = points((1, 0.9, BOX))
    (plain,) = qualities(alone, WIDTH, HEIGHT)
    (small,) = qualities(points((1, 0.9, (50, 40, 70, 90))), WIDTH, HEIGHT)
    (cut,) = qualities(points((1, 0.9, (0, 40, 40, 140))), WIDTH, HEIGHT)
    (unsure,) = qualities(points((1, 0.5, BOX)), WIDTH, HEIGHT)
    hidden, _ = qualities(points((1, 0.9, BOX), (2, 0.9, (60, 50, 120, 180))), WIDTH, HEIGHT)
    assert plain > max(small, cut, unsure, hidden)
    assert min(small, cut, unsure, hidden) > 0


def test_cover_is_the_share_of_a_box_under_one_other() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 25, 10], [100, 100, 110, 110]], np.float32)
    assert covered(boxes).tolist() == pytest.approx([0.5, 0.25, 0])
    assert covered(boxes[:1]).tolist() == [0]


def test_clearly_better_frame_replaces_and_a_little_better_one_does_not() -> None:
    looks = BestLooks(CountingEmbedder())
    seen(looks, 1, (7, 0.5, BOX))
    seen(looks, 2, (7, 0.55, BOX))
    assert [look.number for look in looks.take()[0]] == [1]
    seen(looks, 3, (7, 0.56, BOX))
    assert looks.take() == ([], [])
    seen(looks, 4, (7, 0.6, BOX))
    (better,), (beside,) = looks.take()
    assert (better.track, better.number, better.pts, better.time_ns) == (7, 4, 40, 4000)
    assert better.box.tolist() == list(BOX)
    assert (beside.track, beside.ordinal, beside.number) == (7, 0, 4)


def test_every_track_is_described_once_a_chunk_however_often_it_improved() -> None:
    embedder = CountingEmbedder()
    looks = BestLooks(embedder)
    for number in range(1, 6):
        height = 20 * number
        seen(looks, number, (1, 0.9, (50, 40, 90, 40 + height)), (2, 0.9, (200, 40, 240, 140)))
    (first, second), vectors = looks.take()
    assert embedder.asked == [("person", (100, 40, 3)), ("person", (100, 40, 3))]
    assert (first.number, second.number) == (5, 1)
    assert [(one.track, one.ordinal, one.number) for one in vectors] == [(1, 0, 5), (2, 0, 1)]
    assert np.linalg.norm(vectors[0].vector) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "parts", "vectors"),
    [
        (ObjectClass.PERSON, {"upper", "lower"}, 1),
        (ObjectClass.TRUCK, {"body"}, 1),
        (ObjectClass.DOG, set(), 0),
    ],
)
def test_only_people_and_vehicles_have_colours_and_vector(
    kind: ObjectClass, parts: set[str], vectors: int
) -> None:
    looks = BestLooks(CountingEmbedder())
    looks.see(
        frame(0), np.full((HEIGHT, WIDTH, 3), 128, np.uint8), points((1, 0.9, BOX), kind=kind)
    )
    (look,), found = looks.take()
    assert set(look.attributes.colours) == parts
    assert len(found) == vectors
    assert look.thumbnail[:2] == b"\xff\xd8"


def test_picture_may_be_changed_after_it_was_seen() -> None:
    looks, kept = BestLooks(CountingEmbedder()), BestLooks(CountingEmbedder())
    shown = picture()
    looks.see(frame(0), shown, points((1, 0.9, BOX)))
    kept.see(frame(0), picture(), points((1, 0.9, BOX)))
    shown[:] = 0
    assert looks.take()[0][0].thumbnail == kept.take()[0][0].thumbnail


@pytest.mark.parametrize(
    "box",
    [(-30, -30, -5, -5), (400, 300, 500, 400), (10.2, 10.2, 10.4, 10.4), (-50, -50, 900, 900)],
)
def test_box_outside_of_the_picture_still_gives_a_look(
    box: tuple[float, float, float, float],
) -> None:
    looks = BestLooks(CountingEmbedder())
    seen(looks, 0, (1, 0.9, box))
    (look,), _ = looks.take()
    assert look.quality > 0
    assert cv2.imdecode(np.frombuffer(look.thumbnail, np.uint8), cv2.IMREAD_COLOR) is not None


@pytest.mark.parametrize(
    ("size", "shown"),
    [((400, 200), (160, 80)), ((300, 900), (85, 256)), ((50, 30), (50, 30)), ((1, 1), (1, 1))],
)
def test_thumbnail_keeps_its_shape_and_never_grows(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    stored = thumbnail(np.full((*size, 3), 90, np.uint8))
    found = cv2.imdecode(np.frombuffer(stored, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    assert found.shape == (*shown, 3)


def test_frames_apart_in_time_are_kept_beside_each_other_up_to_a_number() -> None:
    looks = BestLooks(CountingEmbedder())
    for number in range(8):
        seen(looks, number, (1, 0.9, BOX), seconds=2.0 * number)
    _, vectors = looks.take()
    assert [(one.ordinal, one.number) for one in vectors] == [(n, n) for n in range(FRAMES)]


def test_a_near_frame_replaces_only_if_clearly_better_and_a_bad_one_is_not_kept() -> None:
    looks = BestLooks(CountingEmbedder())
    seen(looks, 0, (1, 0.8, BOX), seconds=0)
    seen(looks, 1, (1, 0.3, BOX), seconds=5)
    seen(looks, 2, (1, 0.5, BOX), seconds=10)
    seen(looks, 3, (1, 0.55, BOX), seconds=10.5)
    assert [one.number for one in looks.take()[1]] == [0, 2]
    seen(looks, 4, (1, 0.7, BOX), seconds=11)
    (better,) = looks.take()[1]
    assert (better.ordinal, better.number) == (1, 4)


def test_a_clearly_better_frame_takes_the_place_of_the_worst() -> None:
    looks = BestLooks(CountingEmbedder())
    for number, score in enumerate((0.8, 0.5, 0.7, 0.75)):
        seen(looks, number, (1, score, BOX), seconds=3.0 * number)
    looks.take()
    seen(looks, 9, (1, 0.6, BOX), seconds=30)
    (late,) = looks.take()[1]
    assert (late.ordinal, late.number) == (1, 9)


def test_nothing_is_embedded_that_the_embedder_does_not_know() -> None:
    embedder = CountingEmbedder()
    embedder.kinds = ("vehicle",)
    looks = BestLooks(embedder)
    seen(looks, 1, (1, 0.9, BOX))
    found, vectors = looks.take()
    assert set(found[0].attributes.colours) == {"upper", "lower"}
    assert (vectors, embedder.asked) == ([], [])


def brief(look: TrackLook) -> tuple[int, int, float, bytes]:
    return look.track, look.number, look.quality, look.thumbnail


def place(one: TrackVector) -> tuple[int, int, int, float]:
    return one.track, one.ordinal, one.number, one.quality


@given(
    scores=st.lists(st.floats(0.125, 1, width=32), min_size=1, max_size=40),
    stops=st.sets(st.integers(0, 39)),
    apart_s=st.sampled_from([0.2, 0.9, 2.0]),
)
def test_stopped_and_restored_ends_with_the_same_looks(
    scores: list[float], stops: set[int], apart_s: float
) -> None:
    whole = BestLooks(CountingEmbedder())
    parts = BestLooks(CountingEmbedder())
    stored: dict[int, TrackLook] = {}
    frames: dict[tuple[int, int], TrackVector] = {}

    def keep() -> None:
        better, vectors = parts.take()
        stored.update({look.track: look for look in better})
        frames.update({(one.track, one.ordinal): one for one in vectors})

    for number, score in enumerate(scores):
        for looks in (whole, parts):
            seen(looks, number, (1 + number % 2, score, BOX), seconds=apart_s * number)
        if number in stops:
            keep()
            parts = BestLooks(CountingEmbedder())
            places: dict[int, list[KeptFrame]] = {}
            for (track, _), one in sorted(frames.items()):
                places.setdefault(track, []).append(KeptFrame(int(one.time_ns), one.quality))
            parts.restore({track: look.quality for track, look in stored.items()}, places)
    keep()
    expected, vectors = whole.take()
    assert [brief(stored[track]) for track in sorted(stored)] == [brief(one) for one in expected]
    assert [place(frames[at]) for at in sorted(frames)] == [place(one) for one in vectors]
    shown = {(one.track, one.number) for one in frames.values()}
    assert {(look.track, look.number) for look in expected} <= shown
