"""The guards catch what must not happen on the GUI thread, even where the error is swallowed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251 - a thread that is not the GUI's
from contextlib import suppress
from pathlib import Path

import duckdb
import numpy as np
import pytest

from casefiles.case import Case
from detection.models import card, load
from detection.onnx_session import Session
from tests.support.clips import shared_clip
from tests.support.gui_guards import OnGuiThread, gui_guards
from tests.support.search_cases import make_case
from video.pyav_decoder import PyavDecoder


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


def sql(case: Case) -> None:
    case.sources()


def connecting(_: Case) -> None:
    duckdb.connect().close()


def opening(_: Case) -> None:
    PyavDecoder(shared_clip("mp4").path)


def loading(_: Case) -> None:
    Session(load(card("ssd-oidv4")), model="ssd-oidv4")


@pytest.mark.parametrize("work", [sql, connecting, opening, loading])
def test_work_on_the_gui_thread_raises_where_it_happens(
    work: Callable[[Case], None], case: Case
) -> None:
    shared_clip("mp4")
    with pytest.raises(OnGuiThread), gui_guards():
        work(case)


@pytest.mark.parametrize("work", [sql, connecting, opening, loading])
def test_a_swallowed_error_still_fails_at_the_end_and_names_the_place(
    work: Callable[[Case], None], case: Case
) -> None:
    shared_clip("mp4")
    with pytest.raises(OnGuiThread, match=work.__name__), gui_guards(), suppress(Exception):
        work(case)


def test_decoding_with_an_open_decoder_is_caught() -> None:
    clip = shared_clip("mp4")
    with PyavDecoder(clip.path) as decoder:
        frame = next(decoder.frames())
        for work in (
                lambda: decoder.frames(), lambda: decoder.frame_at(frame.pts), lambda: frame.bgr()
            ):  # fmt: skip  # looked up inside of the block, as code does
            with pytest.raises(OnGuiThread), gui_guards():
                work()


def test_running_an_open_network_is_caught() -> None:
    session = Session(load(card("ssd-oidv4")), model="ssd-oidv4")
    with pytest.raises(OnGuiThread), gui_guards():
        session.run(np.zeros((1, 3, 300, 300), np.float32), {})


def test_other_threads_may_do_all_of_it(case: Case) -> None:
    path = shared_clip("mp4").path

    def work() -> int:
        with PyavDecoder(path) as decoder:
            pixels = next(decoder.frames()).bgr()
        return len(case.sources()) + pixels.ndim

    with ThreadPoolExecutor(1) as pool, gui_guards() as guards:
        assert pool.submit(work).result() == 3
    assert guards.caught == []


def test_lifted_guards_let_a_test_open_what_it_needs(tmp_path: Path) -> None:
    with gui_guards() as guards:
        with guards.lifted(), make_case(tmp_path / "case") as case:
            assert case.sources() == ()
        with pytest.raises(OnGuiThread):
            case.sources()
        guards.caught.clear()


def test_afterwards_everything_works_again(case: Case) -> None:
    with gui_guards():
        pass
    assert case.sources() == ()
