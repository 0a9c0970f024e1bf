"""Sound follows the master clock: what is due is heard, elsewhere there is silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from resources.errors import UserError
from tests.support.tones import tone_clip
from ui.playback.mixer import Mixer, SoundSource
from ui.playback.moments import PlaySource
from ui.playback.sound import NoSpeaker, Pull, Sound
from video.clock import ClockOffset
from video.packet_index import read_index
from video.sound import RATE

S = 1_000_000_000
START = 1_772_460_000 * S
BLOCK = RATE // 50


@dataclass
class HandClock:
    """A clock that is moved by hand."""

    wall_ns: int = START
    rate: float = 1.0
    playing: bool = True

    def now(self, *, ahead_s: float = 0.0) -> int:
        return self.wall_ns + round(ahead_s * self.rate * S)


class HandSpeaker:
    """A speaker that asks when it is told to."""

    latency_s = 0.0

    def __init__(self, problem: str = "") -> None:
        self.pull: Pull | None = None
        self.problem = problem
        self.stopped = False

    def start(self, pull: Pull) -> None:
        if self.problem:
            raise NoSpeaker(self.problem, "Connect one.")
        self.pull = pull

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds; a tone from 1.0 to 1.5 s."""
    return tone_clip(tmp_path_factory.mktemp("sound") / "a.mov", ((1.0, 1.5),))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def mixer(clock: HandClock) -> Iterator[Mixer]:
    complaints: list[tuple[int, UserError]] = []
    made = Mixer(lambda: clock, lambda *what: complaints.append(what))
    yield made
    made.close()
    assert not complaints


def source(clip: Path, source_id: int = 1, start_ns: int = START) -> SoundSource:
    return SoundSource(source_id, clip, Fraction(0), ClockOffset(start_ns))


def listen(mixer: Mixer, clock: HandClock, seconds: float) -> np.ndarray:
    """What is heard while the clock runs on for so long; the loudness per 20 ms."""
    heard = []
    for _ in range(round(seconds * 50)):
        while mixer.feed():
            pass
        heard.append(float(np.abs(mixer.pull(BLOCK)).max()))
        clock.wall_ns += round(S / 50 * clock.rate)
    return np.array(heard)


def loud_from_to(heard: np.ndarray) -> tuple[float, float]:
    at = np.flatnonzero(heard > 0.1)
    return at[0] / 50, (at[-1] + 1) / 50


def test_tone_is_heard_when_the_clock_is_there(mixer: Mixer, clock: HandClock, clip: Path) -> None:
    mixer.set_heard({1: source(clip)})
    assert loud_from_to(listen(mixer, clock, 2)) == pytest.approx((1.0, 1.5), abs=0.021)


def test_clock_of_the_recording_says_when_it_is_heard(
    mixer: Mixer, clock: HandClock, clip: Path
) -> None:
    mixer.set_heard({1: source(clip, start_ns=START - S // 2)})
    assert loud_from_to(listen(mixer, clock, 2)) == pytest.approx((0.5, 1.0), abs=0.021)


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_at_other_rates_it_is_heard_in_step(
    mixer: Mixer, clock: HandClock, clip: Path, rate: float
) -> None:
    clock.rate = rate
    mixer.set_heard({1: source(clip)})
    heard = loud_from_to(listen(mixer, clock, 2 / rate))
    assert heard == pytest.approx((1.0 / rate, 1.5 / rate), abs=0.06)


@pytest.mark.parametrize(("rate", "playing"), [(4.0, True), (-1.0, True), (1.0, False)])
def test_too_fast_backward_or_paused_is_silent(
    mixer: Mixer, clock: HandClock, clip: Path, rate: float, playing: bool
) -> None:
    clock.rate, clock.playing, clock.wall_ns = rate, playing, START + S
    mixer.set_heard({1: source(clip)})
    assert not mixer.feed()
    assert not np.abs(mixer.pull(BLOCK)).any()


def test_going_elsewhere_is_heard_at_once(mixer: Mixer, clock: HandClock, clip: Path) -> None:
    mixer.set_heard({1: source(clip)})
    assert not listen(mixer, clock, 0.4).any()
    clock.wall_ns = START + round(1.1 * S)
    # What was decoded ahead for the old place is not heard at the new one.
    assert listen(mixer, clock, 0.2)[1:].min() > 0.1
    clock.wall_ns = START + round(0.2 * S)
    assert not listen(mixer, clock, 0.4).any()


def test_two_recordings_are_mixed_and_one_is_muted(
    mixer: Mixer, clock: HandClock, clip: Path
) -> None:
    later = source(clip, 2, START + S)
    mixer.set_heard({1: source(clip), 2: later})
    both = listen(mixer, clock, 3)
    assert loud_from_to(both) == pytest.approx((1.0, 2.5), abs=0.021)
    assert both[80:95].max() < 0.1
    clock.wall_ns = START
    mixer.set_heard({2: later})
    assert loud_from_to(listen(mixer, clock, 3)) == pytest.approx((2.0, 2.5), abs=0.021)


def played(clip: Path, source_id: int, *, sound: bool = True) -> PlaySource:
    index = read_index(clip)
    return PlaySource(source_id, clip, index, ClockOffset(START), sound=sound)


def test_only_what_was_switched_on_is_heard_and_it_is_remembered(
    qtbot: QtBot, clock: HandClock, clip: Path
) -> None:
    speaker = HandSpeaker()
    sound = Sound(lambda: clock, speaker=speaker)
    sound.open([played(clip, 1), played(clip, 2, sound=False)])
    assert sound.has_sound(1)
    assert not sound.has_sound(2)
    assert not sound.heard
    clock.wall_ns = START + round(1.2 * S)
    with qtbot.waitSignal(sound.changed):
        sound.toggle(1)
    pull = speaker.pull
    assert pull is not None
    qtbot.waitUntil(lambda: float(np.abs(pull(BLOCK)).max()) > 0.1)
    sound.open([])
    assert not sound.heard
    sound.open([played(clip, 1)])
    assert list(sound.heard) == [1]
    sound.mute_all()
    qtbot.waitUntil(lambda: not np.abs(pull(BLOCK)).any())
    sound.close()
    assert speaker.stopped


def test_computer_without_a_speaker_says_so_and_stays_mute(
    qtbot: QtBot, clock: HandClock, clip: Path
) -> None:
    sound = Sound(lambda: clock, speaker=HandSpeaker("this computer has no sound output"))
    sound.open([played(clip, 1)])
    with qtbot.waitSignal(sound.failed) as told:
        sound.toggle(1)
    assert "no sound output" in str(told.args[0])
    assert not sound.is_on(1)
    sound.close()


def test_recording_that_cannot_be_heard_is_told_and_left_out(
    qtbot: QtBot, clock: HandClock, clip: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "gone.mov"
    broken.write_bytes(clip.read_bytes())
    one = played(broken, 1)
    broken.unlink()
    sound = Sound(lambda: clock, speaker=HandSpeaker())
    sound.open([one])
    with qtbot.waitSignal(sound.failed) as told:
        sound.toggle(1)
    assert "gone.mov does not exist" in str(told.args[0])
    assert not sound.has_sound(1)
    sound.close()
