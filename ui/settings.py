"""What a person chose and what the window remembers: settings, recent cases, layouts.

`SETTINGS` drives the dialog and the file alike. Reading and writing are plain functions on a file;
call them off the GUI thread. A file that cannot be understood costs its content, never the start.
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from resources import paths
from resources.errors import UserError, one_line

Value: TypeAlias = bool | int | str
RECENT_CASES: Final = 12
RECENT_COMMANDS: Final = 8
_VERSION: Final = 1
_FARTHEST_M: Final = 3e7
_FINEST_SCALE: Final = 1e-4
"""World metres, and metres a pixel: a map shows nothing beyond."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the file, its default, and how the dialog asks for it.

    `choices` pairs each value with its words; it is empty for a yes-or-no setting.
    """

    name: str
    default: Value
    text: str
    choices: tuple[tuple[Value, str], ...] = ()
    tip: str = ""

    def accepts(self, value: object) -> bool:
        """Whether a value read from a file is one of ours (`True` is no 1)."""
        if self.choices:
            return any(type(value) is type(known) and value == known for known, _ in self.choices)
        return type(value) is type(self.default)


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "scheme",
        "system",
        "Colours",
        (("system", "As the system"), ("dark", "Dark"), ("light", "Light")),
        "Dark where the system does not say",
    ),
    Setting(
        "tiles",
        4,
        "Tiles when a case opens",
        tuple((count, str(count)) for count in (1, 2, 4, 6, 9, 16, 25, 36, 49, 64)),
    ),
    Setting("overlay", True, "Show what was found on the tiles"),
    Setting(
        "analyse_after_adding",
        True,
        "Analyse recordings as soon as they are added",
        tip="Can be changed each time footage is added",
    ),
    Setting("reopen", False, "Open the last case when the program starts"),
)
_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that was open once; `opened_ns` is wall time."""

    folder: Path
    number: str
    title: str
    training: bool
    opened_ns: int
    encrypted: bool = False
    """Then `number` and `title` are empty, and nothing of its map is kept: this file is not."""
    map_view: tuple[float, ...] = ()
    """The part of its map that was shown last: middle in world metres and metres a pixel (x, y,
    scale); empty where nobody moved it."""
    map_ns: int | None = None
    """The time that its map showed on its own; None: the player's."""

    @property
    def name(self) -> str:
        """Number and title; the name of the folder where those are nobody's business."""
        return f"{self.number}   {self.title}".strip() or self.folder.name


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the window keeps between starts; changed only by making another."""

    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    """What differs from the defaults."""
    recent: tuple[RecentCase, ...] = ()
    """Newest first."""
    layouts: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Saved docks by workspace."""
    workspace: str = ""
    commands: tuple[str, ...] = ()
    """Ids of commands used lately, newest first."""
    tiles_screen: str = ""
    """The second screen that the tiles filled; empty where they were in their dock."""
    problem: str = ""
    """Why (parts of) the file were not taken, for a notice; never stored."""

    def __getitem__(self, name: str) -> Value:
        """The value in force of a setting in `SETTINGS`."""
        return self.values.get(name, _BY_NAME[name].default)

    def text(self, name: str) -> str:
        """The same, of a setting that is a text."""
        return str(self[name])

    def number(self, name: str) -> int:
        """The same, of a setting that is a number."""
        return int(self[name])

    def flag(self, name: str) -> bool:
        """The same, of a yes-or-no setting."""
        return bool(self[name])

    def with_value(self, name: str, value: Value) -> "Settings":
        """These settings with another value.

        Raises:
            ValueError: the setting has no such value.
        """
        if not _BY_NAME[name].accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        return replace(self, values={**self.values, name: value})

    def with_recent(self, case: RecentCase) -> "Settings":
        """These settings with a case as the newest; the oldest beyond twelve are forgotten."""
        known = next((one for one in self.recent if one.folder == case.folder), None)
        if known is not None and not case.encrypted and not case.map_view:
            case = replace(case, map_view=known.map_view, map_ns=known.map_ns)
        others = (one for one in self.recent if one.folder != case.folder)
        return replace(self, recent=(case, *others)[:RECENT_CASES])

    def with_map(self, folder: Path, map_view: tuple[float, ...], map_ns: int | None) -> "Settings":
        """These settings with what the map of a recent case shows; nothing of an encrypted one."""
        return replace(self, recent=tuple(
            replace(one, map_view=map_view, map_ns=map_ns)
            if one.folder == folder and not one.encrypted else one
            for one in self.recent
        ))  # fmt: skip

    def without_recent(self, folder: Path) -> "Settings":
        """These settings with a case forgotten."""
        return replace(self, recent=tuple(one for one in self.recent if one.folder != folder))

    def with_layouts(self, layouts: Mapping[str, bytes], workspace: str = "") -> "Settings":
        """These settings with other layouts, and the workspace that was left last."""
        return replace(self, layouts=dict(layouts), workspace=workspace or self.workspace)

    def with_command(self, command: str) -> "Settings":
        """These settings with a command as the one used last."""
        others = (one for one in self.commands if one != command)
        return replace(self, commands=(command, *others)[:RECENT_COMMANDS])


def file_path() -> Path:
    """Where the settings of this user are kept."""
    return paths.home() / "window.json"


def load(path: Path) -> Settings:
    """The settings of a file; defaults, with `problem` said, for what cannot be understood.

    A file that is no settings file at all is kept beside as `*.unreadable`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        return _kept_aside(path, error)
    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise TypeError("not an object")
    except (ValueError, TypeError, RecursionError) as error:
        return _kept_aside(path, error)
    return _from_document(document)


def save(path: Path, settings: Settings) -> None:
    """Writes the settings beside the file, then puts them in its place.

    Raises:
        UserError: they cannot be written; the file is as it was.
    """
    beside = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(_to_document(settings), indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(
            f"the window's settings cannot be kept in {path}: {error.strerror}",
            "Check space and rights of that folder.",
        ) from error


def _kept_aside(path: Path, error: Exception) -> Settings:
    kept = path.with_name(f"{path.name}.unreadable")
    try:
        path.replace(kept)
        told = f"it is kept as {kept.name}"
    except OSError:
        told = "it stays where it is until settings are saved again"
    reason = one_line(str(error))
    return Settings(problem=f"{path.name} cannot be read ({reason}): defaults hold, {told}")


def _to_document(settings: Settings) -> dict[str, object]:
    return {
        "version": _VERSION,
        "settings": dict(settings.values),
        "recent": [
            {
                "folder": str(case.folder),
                "number": case.number,
                "title": case.title,
                "training": case.training,
                "opened_ns": case.opened_ns,
                "encrypted": case.encrypted,
                "map_view": list(case.map_view),
                "map_ns": case.map_ns,
            }
            for case in settings.recent
        ],
        "layouts": {
            name: base64.b64encode(state).decode("ascii")
            for name, state in settings.layouts.items()
        },
        "workspace": settings.workspace,
        "commands": list(settings.commands),
        "tiles_screen": settings.tiles_screen,
    }


def _from_document(document: dict[str, Any]) -> Settings:
    """Takes every entry that is sound; what is not is named once in `problem`."""
    bad: list[str] = []
    values: dict[str, Value] = {}
    for name, value in _mapping(document, "settings", bad).items():
        if name not in _BY_NAME:
            continue
        if _BY_NAME[name].accepts(value):
            values[name] = value
        else:
            bad.append(name)
    recent = [_recent(entry) for entry in _list(document, "recent", bad)]
    layouts = {name: _layout(state) for name, state in _mapping(document, "layouts", bad).items()}
    commands = [one for one in _list(document, "commands", bad) if isinstance(one, str)]
    workspace, screen = document.get("workspace", ""), document.get("tiles_screen", "")
    if None in recent:
        bad.append("recent")
    if None in layouts.values():
        bad.append("layouts")
    return Settings(
        values=values,
        recent=tuple(one for one in recent if one is not None)[:RECENT_CASES],
        layouts={name: state for name, state in layouts.items() if state is not None},
        workspace=workspace if isinstance(workspace, str) else "",
        commands=tuple(commands[:RECENT_COMMANDS]),
        tiles_screen=screen if isinstance(screen, str) else "",
        problem=f"not understood in the settings: {', '.join(dict.fromkeys(bad))}" if bad else "",
    )


def _mapping(document: dict[str, Any], name: str, bad: list[str]) -> dict[str, Any]:
    found = document.get(name, {})
    if isinstance(found, dict):
        return found
    bad.append(name)
    return {}


def _list(document: dict[str, Any], name: str, bad: list[str]) -> list[Any]:
    found = document.get(name, [])
    if isinstance(found, list):
        return found
    bad.append(name)
    return []


def _recent(entry: object) -> RecentCase | None:
    if not isinstance(entry, dict):
        return None
    folder, number, title = (entry.get(name) for name in ("folder", "number", "title"))
    training, opened_ns = entry.get("training"), entry.get("opened_ns")
    encrypted = entry.get("encrypted", False)
    if (
        isinstance(folder, str)
        and folder
        and isinstance(number, str)
        and isinstance(title, str)
        and type(training) is bool
        and type(opened_ns) is int
        and type(encrypted) is bool
    ):
        shown, own_ns = entry.get("map_view"), entry.get("map_ns")
        return RecentCase(
            Path(folder), number, title, training, opened_ns, encrypted,
            () if encrypted else _map_view(shown), own_ns if type(own_ns) is int else None,
        )  # fmt: skip
    return None


def _map_view(shown: object) -> tuple[float, ...]:
    """Where it can be shown; of what cannot, nothing."""
    if not isinstance(shown, list) or len(shown) != 3:
        return ()
    if not all(type(one) in (int, float) and abs(one) < _FARTHEST_M for one in shown):
        return ()
    return tuple(map(float, shown)) if shown[2] > _FINEST_SCALE else ()


def _layout(state: object) -> bytes | None:
    try:
        return base64.b64decode(state, validate=True) if isinstance(state, str) else None
    except (binascii.Error, ValueError):
        return None
