"""Doors for others: listed without loading, a broken one costs one message."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from resources import plugins
from resources.errors import UserError
from resources.plugins import Registry

GROUP = "workstation.shapes"


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> Registry[object]:
    found = EntryPoints([
        EntryPoint("round", "fractions:Fraction", GROUP),
        EntryPoint("broken", "no_such_module:Thing", GROUP),
        EntryPoint("square", "decimal:Context", GROUP),
    ])  # fmt: skip
    monkeypatch.setattr(plugins, "entry_points", lambda group: found.select(group=group))
    return Registry(GROUP, {"square": "decimal:Decimal"})


def test_names_are_listed_without_loading_and_built_ins_come_first(
    shapes: Registry[object],
) -> None:
    assert shapes.names() == ("square", "round", "broken")


def test_built_in_wins_over_a_plug_in_of_its_name(shapes: Registry[object]) -> None:
    assert getattr(shapes.load("square"), "__name__", "") == "Decimal"


def test_plug_in_is_loaded_by_name(shapes: Registry[object]) -> None:
    assert getattr(shapes.load("round"), "__name__", "") == "Fraction"


def test_broken_plug_in_is_named(shapes: Registry[object]) -> None:
    with pytest.raises(UserError, match="broken") as error:
        shapes.load("broken")
    assert "no_such_module" in error.value.message


def test_unknown_name_lists_the_known_ones(shapes: Registry[object]) -> None:
    with pytest.raises(UserError, match="no shape named oval") as error:
        shapes.load("oval")
    assert "square, round, broken" in error.value.hint
