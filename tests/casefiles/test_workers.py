"""Processes beside the program: what is said arrives, and however one ends, it is known how."""

import os
import signal
from collections.abc import Callable
from itertools import count

import pytest

from casefiles.workers import Crew, Died, Ended, Event, Failed, Processes, Said, Worker, WorkerBug
from resources import paths
from tests.support import bad_workers
from tests.support.local_crew import LocalCrew

CREWS: list[Callable[[], Crew]] = [Processes, LocalCrew]
pytestmark = pytest.mark.usefixtures("made_anew")


def next_event(crew: Crew) -> tuple[Worker, Event]:
    """The next thing that is said, however long it takes."""
    for _ in count():
        heard = crew.hear(0.1)
        if heard:
            assert len(heard) == 1
            return heard[0]
    raise AssertionError


def last_event(crew: Crew) -> Event:
    """How a worker ends."""
    while True:
        _, event = next_event(crew)
        if not isinstance(event, Said):
            return event


@pytest.mark.parametrize("crew_of", CREWS)
def test_answers_arrive_in_order_and_the_result_comes_last(crew_of: Callable[[], Crew]) -> None:
    with crew_of() as crew:
        crew.hire(bad_workers.echo)
        for reply in ("a", 2, b"\x00" * 200_000, None):
            worker, event = next_event(crew)
            assert isinstance(event, Said)
            assert isinstance(event.message, bad_workers.Asked)
            worker.answer(reply)
        assert last_event(crew) == Ended(["a", 2, b"\x00" * 200_000])
        assert not crew.hear(0)


@pytest.mark.parametrize("crew_of", CREWS)
def test_error_meant_for_a_person_arrives_whole(crew_of: Callable[[], Crew]) -> None:
    with crew_of() as crew:
        crew.hire(bad_workers.refuse)
        event = last_event(crew)
        assert isinstance(event, Failed)
        assert str(event.error) == "it is raining. Take an umbrella."


def test_several_work_at_once_and_one_that_crashes_takes_no_other_with_it() -> None:
    with Processes() as crew:
        good, bad = crew.hire(bad_workers.echo), crew.hire(bad_workers.crash)
        ends: dict[Worker, Event] = {}
        while len(ends) < 2:
            for worker, event in crew.hear(0.1):
                if not isinstance(event, Said):
                    ends[worker] = event
                elif isinstance(event.message, bad_workers.Asked):
                    worker.answer(None if bad in ends else "more")
        assert ends[bad] == Died("was ended by SIGSEGV")
        assert isinstance(ends[good], Ended)


def test_end_without_a_word_is_told_with_its_code() -> None:
    with Processes() as crew:
        crew.hire(bad_workers.leave)
        assert last_event(crew) == Died("ended with exit code 7")


def test_want_of_memory_is_no_bug() -> None:
    with Processes() as crew:
        crew.hire(bad_workers.swallow)
        event = last_event(crew)
        assert isinstance(event, Failed)
        assert "memory" in str(event.error)


def test_bug_is_told_with_its_place_and_without_its_words() -> None:
    with Processes() as crew:
        crew.hire(bad_workers.stumble)
        with pytest.raises(WorkerBug, match="KeyError") as raised:
            last_event(crew)
        assert "stumble" in "".join(raised.value.__notes__)
        assert "a secret" not in "".join(raised.value.__notes__)


def test_hanging_one_is_ended_and_a_slow_one_is_not() -> None:
    with Processes(silence_s=2.0) as crew:
        crew.hire(bad_workers.hang)
        assert last_event(crew) == Died("gave no sign of life for 2 seconds")
        crew.hire(bad_workers.think)
        assert last_event(crew) == Ended("thought")


def test_listener_that_pauses_makes_the_work_pause() -> None:
    with Processes() as crew:
        worker = crew.hire(bad_workers.count_for_ever)
        first = next_event(crew)[1]
        assert first == Said(0)
        for _ in range(20):
            # Nobody listens: nothing piles up beyond what may be in flight.
            os.sched_yield()
        assert worker.pid is not None
        assert [next_event(crew)[1] for _ in range(5)] == [Said(number) for number in range(1, 6)]


def test_nothing_is_printed_and_no_trace_left_by_one_that_ends_well(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Processes() as crew:
        worker = crew.hire(bad_workers.chatter)
        assert isinstance(last_event(crew), Ended)
    assert capfd.readouterr() == ("", "")
    assert not (paths.log_folder() / f"worker-{worker.pid}.txt").exists()


def test_crash_leaves_a_trace_of_where_it_happened() -> None:
    with Processes() as crew:
        worker = crew.hire(bad_workers.crash)
        last_event(crew)
    trace = (paths.log_folder() / f"worker-{worker.pid}.txt").read_text()
    assert "Segmentation fault" in trace
    assert "bad_workers.py" in trace


def test_leaving_ends_everyone_at_once() -> None:
    with Processes() as crew:
        workers = [crew.hire(bad_workers.hang) for _ in range(2)]
    for worker in workers:
        assert worker.pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(worker.pid, signal.SIG_DFL)
