"""States as bytes: the same arrays back, and nothing else accepted."""

import io

import numpy as np
import pytest

from detection.errors import StateUnusable
from detection.saved_state import freeze, thaw

_OPTIONS = {"lost_s": 3.0}


def test_arrays_of_any_kind_come_back_as_they_were() -> None:
    rows = np.zeros(2, np.dtype([("key", np.int64), ("box", np.float32, 4)]))
    rows["box"][1] = 0.1
    arrays = {"rows": rows, "none": np.zeros((0, 3)), "one": np.array(1 / 3)}

    back = thaw(freeze("gate", _OPTIONS, arrays), "gate", _OPTIONS)

    assert set(back) == set(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        assert np.array_equal(back[name], array)


def test_another_kind_or_other_options_are_refused() -> None:
    state = freeze("gate", _OPTIONS, {})

    with pytest.raises(StateUnusable):
        thaw(state, "tracker", _OPTIONS)
    with pytest.raises(StateUnusable):
        thaw(state, "gate", {"lost_s": 4.0})


def test_damaged_and_foreign_bytes_are_refused() -> None:
    state = freeze("gate", _OPTIONS, {"some": np.arange(50)})
    bare = io.BytesIO()
    np.savez(bare, some=np.arange(3))

    for content in (b"", b"PK", state[: len(state) // 2], state[::-1], bare.getvalue()):
        with pytest.raises(StateUnusable):
            thaw(content, "gate", _OPTIONS)


def test_a_state_that_would_run_code_is_refused() -> None:
    bomb = io.BytesIO()
    np.savez(bomb, some=np.array([object()], dtype=object))

    with pytest.raises(StateUnusable):
        thaw(bomb.getvalue(), "gate", _OPTIONS)
