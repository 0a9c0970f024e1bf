"""The thread that composes a synopsis: newest picture only, one owner of the show, errors told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import current_thread, main_thread

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from casefiles.synopsis_types import Stage, StagePlan
from tests.window.conftest import PATIENCE_MS
from ui.playback.synopsis_player import FRAME_NS, SynopsisPlayer
from ui.playback.synopsis_values import Show, ShowFrame
from video.errors import VideoError
from video.synopsis.types import Composed, Schedule, Shown, StageNs

PART = StagePlan(
    Stage("Gate", None, (64, 36), True, (), (), (), {}), (), Schedule(np.zeros(0, np.int64), 0)
)


@dataclass(frozen=True)
class Gate:
    title: str = "Gate"
    size: tuple[int, int] = (64, 36)


@dataclass
class ShownInMemory:
    """A show of one grey picture, brighter as it goes on."""

    length_ns: int = 25 * FRAME_NS
    columns: tuple[Gate, ...] = (Gate(),)
    broken: bool = False
    asked: list[int] = field(default_factory=list)
    closed: bool = False

    def at(self, column: int, show_ns: int, size: tuple[int, int] | None = None) -> Composed:
        assert current_thread() is not main_thread()
        self.asked.append(show_ns)
        if self.broken:
            raise VideoError("the pack is damaged", "Make it again.")
        width, height = size or (64, 36)
        picture = np.full((height, width, 3), show_ns * 200 // self.length_ns, np.uint8)
        return Composed(picture, (Shown(7, 0, (1, 2, 11, 22), StageNs(show_ns)),))

    def part_at(self, column: int, show_ns: int) -> StagePlan:
        return PART

    def close(self) -> None:
        assert current_thread() is not main_thread()
        self.closed = True


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[SynopsisPlayer]:
    made = SynopsisPlayer()
    # What a canvas does: sizes as soon as the cameras are known.
    made.opened.connect(lambda cameras: made.set_sizes([one.size for one in cameras]))
    yield made
    made.close()


def frames_of(player: SynopsisPlayer) -> list[ShowFrame]:
    came: list[ShowFrame] = []
    player.frame_shown.connect(came.append)
    return came


def shows(qtbot: QtBot, player: SynopsisPlayer, show: ShownInMemory, at_ns: int = 0) -> None:
    with qtbot.waitSignal(player.frame_shown, timeout=PATIENCE_MS):
        player.set_show(lambda _: show, at_ns)


def test_a_show_is_there_with_its_first_picture_and_what_is_in_it(
    qtbot: QtBot, player: SynopsisPlayer
) -> None:
    came = frames_of(player)
    shows(qtbot, player, ShownInMemory(), at_ns=10 * FRAME_NS)
    (pane,) = came[0].panes
    assert came[0].show_ns == player.show_ns == 10 * FRAME_NS
    assert (pane.image.width(), pane.image.height()) == (64, 36)
    assert pane.image.pixelColor(3, 3).red() == 80
    assert pane.shown[0].tube == 7
    assert not player.playing


def test_it_plays_to_its_end_stands_there_and_begins_again(
    qtbot: QtBot, player: SynopsisPlayer
) -> None:
    show = ShownInMemory(length_ns=4 * FRAME_NS)
    came = frames_of(player)
    shows(qtbot, player, show)
    player.play(8.0)
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE_MS)
    times = [one.show_ns for one in came]
    assert times == sorted(times)
    assert times[-1] == player.show_ns == show.length_ns
    player.play()
    assert player.show_ns < show.length_ns
    player.pause()


def test_of_many_seeks_the_last_is_shown(qtbot: QtBot, player: SynopsisPlayer) -> None:
    show = ShownInMemory()
    came = frames_of(player)
    shows(qtbot, player, show)
    for number in range(20):
        player.seek(number * FRAME_NS)
    qtbot.waitUntil(lambda: came[-1].show_ns == 19 * FRAME_NS, timeout=PATIENCE_MS)
    # The thread may have caught one on the way; it never works all of them off.
    assert len(came) <= 3


def test_steps_go_picture_by_picture_and_not_beyond_the_ends(
    qtbot: QtBot, player: SynopsisPlayer
) -> None:
    shows(qtbot, player, ShownInMemory())
    player.step(2)
    assert player.show_ns == 2 * FRAME_NS
    player.step(-5)
    assert player.show_ns == 0
    player.seek(10**15)
    assert player.show_ns == player.length_ns


def test_the_show_before_may_be_changed_into_the_next_and_is_closed_else(
    qtbot: QtBot, player: SynopsisPlayer
) -> None:
    first, other = ShownInMemory(), ShownInMemory()
    shows(qtbot, player, first)

    def change(before: Show | None) -> Show:
        assert before is first
        first.length_ns = 50 * FRAME_NS
        return first

    with qtbot.waitSignal(player.frame_shown, timeout=PATIENCE_MS):
        player.set_show(change)
    assert player.length_ns == 50 * FRAME_NS
    closed = [first.closed]
    shows(qtbot, player, other)
    closed += [first.closed, other.closed]
    player.close()
    assert [*closed, other.closed] == [False, True, False, True]


def test_it_goes_on_playing_where_another_show_comes(qtbot: QtBot, player: SynopsisPlayer) -> None:
    shows(qtbot, player, ShownInMemory(length_ns=10_000 * FRAME_NS))
    player.play()
    shows(qtbot, player, ShownInMemory(length_ns=10_000 * FRAME_NS), at_ns=100 * FRAME_NS)
    assert player.playing
    assert player.show_ns >= 100 * FRAME_NS
    player.pause()


def test_a_damaged_pack_is_told_once_and_another_show_still_plays(
    qtbot: QtBot, player: SynopsisPlayer
) -> None:
    told: list[BaseException] = []
    player.failed.connect(told.append)
    broken = ShownInMemory(broken=True)
    with qtbot.waitSignal(player.failed, timeout=PATIENCE_MS):
        player.set_show(lambda _: broken)
    player.play()
    player.seek(FRAME_NS)
    assert not player.is_there
    shows(qtbot, player, ShownInMemory())
    assert [type(one) for one in told] == [VideoError]
    assert len(broken.asked) == 1


def test_a_show_that_cannot_be_opened_is_told(qtbot: QtBot, player: SynopsisPlayer) -> None:
    def make(_: Show | None) -> Show:
        raise VideoError("a pack is missing", "Make it again.")

    with qtbot.waitSignal(player.failed, timeout=PATIENCE_MS) as caught:
        player.set_show(make)
    assert isinstance(caught.args[0], VideoError)


def test_nothing_is_composed_while_nobody_looks(qtbot: QtBot, player: SynopsisPlayer) -> None:
    show = ShownInMemory()
    shows(qtbot, player, show)
    player.play()
    player.set_active(active=False)
    assert not player.playing
    # A picture that was under way still comes.
    qtbot.waitUntil(lambda: not player._waits, timeout=PATIENCE_MS)
    before = len(show.asked)
    player.seek(20 * FRAME_NS)
    player.set_active(active=True)
    qtbot.waitUntil(lambda: len(show.asked) > before, timeout=PATIENCE_MS)
    assert show.asked[before:] == [20 * FRAME_NS]
