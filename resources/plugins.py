"""Doors for others: built-ins and entry points under one name, listed without importing them."""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from resources.errors import UserError

T = TypeVar("T")


class Registry(Generic[T]):
    """Named implementations of one Protocol, given as "module:Name" and loaded when asked for."""

    def __init__(self, group: str, built_in: dict[str, str]) -> None:
        self._group = group
        self._built_in = dict(built_in)

    def names(self) -> tuple[str, ...]:
        """Every known name, built-ins first; nothing is imported."""
        others = [point.name for point in entry_points(group=self._group)]
        return (*self._built_in, *(name for name in others if name not in self._built_in))

    def load(self, name: str) -> T:
        """The object registered under `name`.

        Raises:
            UserError: no such name, or the plug-in fails to import (a built-in that does is a bug).
        """
        if name in self._built_in:
            module, _, attribute = self._built_in[name].partition(":")
            found: T = getattr(import_module(module), attribute)
            return found
        for point in entry_points(group=self._group):
            if point.name == name:
                try:
                    loaded: T = point.load()
                except Exception as error:
                    raise UserError(
                        f"the plug-in {name} ({point.value}) cannot be loaded: {error}",
                        "Remove or update the package that provides it.",
                    ) from error
                return loaded
        raise UserError(
            f"there is no {self._group.rpartition('.')[2].rstrip('s')} named {name}",
            f"Known: {', '.join(self.names())}.",
        )
