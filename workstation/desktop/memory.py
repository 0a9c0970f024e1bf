"""What the window remembers between runs: settings, layouts, recent cases."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from casefiles.types import CaseHeader
from ui import settings as stored
from ui.settings import RecentCase
from ui.theme import Wish
from video.clock import now_ns


class Memory:
    """One value, changed on the GUI thread, saved by whoever calls `saver()` off it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.settings = stored.load(file)

    @classmethod
    def of_this_user(cls) -> "Memory":
        """The memory in the user's folder."""
        return cls(stored.file_path())

    def saver(self) -> Callable[[], None]:
        """A function that saves what is remembered now."""
        settings = self.settings
        return lambda: stored.save(self._file, settings)

    def recent(self) -> tuple[RecentCase, ...]:
        """Cases opened lately, newest first."""
        return self.settings.recent

    def add_recent(self, folder: Path, header: CaseHeader, *, encrypted: bool) -> None:
        """Puts a case first among the recent ones; of an encrypted one only the folder is kept.

        Anybody can read what is kept here, and such a case tells its number and title to nobody
        without its passphrase.
        """
        number, title = ("", "") if encrypted else (header.number, header.title)
        self.settings = self.settings.with_recent(
            RecentCase(folder, number, title, header.training, now_ns(), encrypted=encrypted)
        )

    def forget(self, folder: Path) -> None:
        """Takes a case off the recent ones; the case itself is left alone."""
        self.settings = self.settings.without_recent(folder)

    def map_of(self, folder: Path) -> tuple[tuple[float, ...], int | None]:
        """The part of the map of a recent case shown last, and the time it showed on its own."""
        found = next((one for one in self.settings.recent if one.folder == folder), None)
        return ((), None) if found is None else (found.map_view, found.map_ns)

    def set_map(self, folder: Path, map_view: tuple[float, ...], map_ns: int | None) -> None:
        """What the map of a recent case shows."""
        self.settings = self.settings.with_map(folder, map_view, map_ns)

    def layouts(self) -> Mapping[str, bytes]:
        """Kept layouts by workspace."""
        return self.settings.layouts

    def set_layouts(self, layouts: Mapping[str, bytes], workspace: str) -> None:
        """Other layouts to keep, and the workspace to come back to."""
        self.settings = self.settings.with_layouts(layouts, workspace)

    def tiles_screen(self) -> str:
        """The second screen that the tiles filled; empty where they were in their dock."""
        return self.settings.tiles_screen

    def set_tiles_screen(self, name: str) -> None:
        """Another one, or none."""
        self.settings = replace(self.settings, tiles_screen=name)

    def scheme(self) -> Wish:
        """Dark, light, or as the system has it."""
        return cast("Wish", self.settings.text("scheme"))

    def set_scheme(self, scheme: Wish) -> None:
        """Another one."""
        self.settings = self.settings.with_value("scheme", scheme)
