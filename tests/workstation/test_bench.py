"""Benches give the figures they promise; people read the figures, no test asserts them."""

import json
from itertools import pairwise

import pytest

from workstation.__main__ import main
from workstation.bench import storing
from workstation.bench.result import interleaved


def test_bench_prints_one_array_with_the_fields_of_the_contract(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_ROWS", 100)
    assert main(["bench", "append-vs-executemany", "--json"]) == 0
    said = capsys.readouterr()
    (figure,) = json.loads(said.out)
    assert set(figure) == {"name", "value", "bound_or_peer", "ratio", "unit", "how"}
    assert figure["name"] == "append-vs-executemany"
    assert figure["ratio"] > 1
    assert "measuring" in said.err


def test_unknown_bench_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nonsense"]) == 2
    assert "seek-exact" in capsys.readouterr().err


def test_a_case_too_small_to_be_measured_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "search", "--tracks", "12"]) == 2
    assert "1000 or more" in capsys.readouterr().err


def test_both_kinds_of_work_are_done_in_turns() -> None:
    done: list[str] = []
    interleaved([lambda: done.append("a")] * 3, [lambda: done.append("b")] * 3)
    assert all(first != second for first, second in pairwise(done))
    assert done.count("a") == done.count("b") == 3
