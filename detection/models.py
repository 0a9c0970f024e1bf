"""Models by name: what each one is, where its file lies, and that it is the very file meant.

Runs nothing and knows no runtime: bytes go out of here only after their hash was found right.
"""

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from detection.errors import ModelCorrupt, ModelMissing
from detection.labels import CLASS_NAMES, ObjectClass
from resources.errors import MissingFile, UserError
from resources.files import packaged
from resources.paths import extra_model_folders, user_model_folder

ImportOutcome = Literal["imported", "already there", "not found", "wrong hash"]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One entry of the catalogue; says everything about a model but holds none of its bytes."""

    name: str
    task: str
    file: str
    sha256: str
    size_bytes: int
    shipped: bool
    """True if the file comes with the program."""
    licence: str
    origin: str
    adds: str
    """What a user gains by installing it, as a sentence."""
    input: str
    """Name, shape and meaning of what the network takes."""
    classes: Mapping[ObjectClass, tuple[int, ...]]
    """Our classes and the model's own numbers that belong to each."""


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """What became of one catalogue entry when a folder was imported."""

    card: ModelCard
    outcome: ImportOutcome
    path: Path | None
    """Where the model lies now; for "wrong hash" the file that was left alone."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """Whether a catalogue entry is here; `path` is None when it is missing or does not verify."""

    card: ModelCard
    path: Path | None
    problem: str = ""
    """What does not verify, in words; a model that is merely not installed is no problem."""

    @property
    def missing(self) -> bool:
        return self.path is None and not self.problem


@lru_cache(maxsize=1)
def cards() -> tuple[ModelCard, ...]:
    """The catalogue: shipped models first, then by name."""
    found = (_read_card(path) for path in packaged("model_cards").glob("*.toml"))
    return tuple(sorted(found, key=lambda card: (not card.shipped, card.name)))


def card(name: str) -> ModelCard:
    """The catalogue entry of that name.

    Raises:
        ModelMissing: the catalogue has none.
    """
    for entry in cards():
        if entry.name == name:
            return entry
    known = ", ".join(entry.name for entry in cards())
    raise ModelMissing(f"the catalogue has no model named {name}", f"Known: {known}.")


def model_states() -> tuple[ModelState, ...]:
    """Every catalogue entry with its verified file, if it has one."""
    return tuple(_state(entry) for entry in cards())


def _state(entry: ModelCard) -> ModelState:
    try:
        return ModelState(entry, find(entry))
    except ModelCorrupt as error:
        return ModelState(entry, None, str(error))
    except ModelMissing as error:
        return ModelState(entry, None, str(error) if entry.shipped else "")


def find(wanted: ModelCard) -> Path:
    """Where the model's verified file lies.

    Folders are searched in this order: packaged models, the user's, those of WORKSTATION_MODELS.
    A file with the model's name is looked at first, then any file of exactly its size.

    Raises:
        ModelMissing: no folder has it.
        ModelCorrupt: a file has its name but not its hash, and no other file is the model.
    """
    return _search(wanted)[0]


def load(wanted: ModelCard) -> bytes:
    """The model's bytes, searched for as by `find`.

    What is hashed is what is returned: the file is read once, so nobody can exchange it between
    the check and the use.

    Raises:
        ModelMissing: no folder has it.
        ModelCorrupt: a file has its name but not its hash, and no other file is the model.
    """
    return _search(wanted)[1]


def import_models(
    folder: Path, catalogue: Sequence[ModelCard] | None = None
) -> list[ImportedModel]:
    """Copy every model found in `folder` into the user's model folder.

    A file is known by size and hash, whatever it is called. One row for each entry of the
    catalogue (the program's own by default) that is not shipped. Files appear whole or not at all.

    Raises:
        MissingFile: there is no such folder.
        UserError: a model cannot be read or written.
    """
    if not folder.is_dir():
        raise MissingFile(f"{folder} is not a folder", "Name the folder that holds the models.")
    wanted = cards() if catalogue is None else catalogue
    return [_import(entry, folder) for entry in wanted if not entry.shipped]


def _import(wanted: ModelCard, folder: Path) -> ImportedModel:
    target = user_model_folder() / wanted.file
    try:
        if _reads_as(wanted, target) is not None:
            return ImportedModel(wanted, "already there", target)
        for path in _candidates(wanted, (folder,)):
            content = _reads_as(wanted, path)
            if content is not None:
                _write_beside(target, content)
                return ImportedModel(wanted, "imported", target)
    except OSError as error:
        raise UserError(
            f"the model {wanted.name} cannot be imported: {error}",
            "Free some space or check the rights on both folders, then import again.",
        ) from error
    named = folder / wanted.file
    if named.is_file():
        return ImportedModel(wanted, "wrong hash", named)
    return ImportedModel(wanted, "not found", None)


def _search(wanted: ModelCard) -> tuple[Path, bytes]:
    folders = (packaged("models"), user_model_folder(), *extra_model_folders())
    try:
        for path in _candidates(wanted, folders):
            content = _reads_as(wanted, path)
            if content is not None:
                return path, content
        impostor = next((f / wanted.file for f in folders if (f / wanted.file).is_file()), None)
        found = "" if impostor is None else _hash_of(impostor)
    except OSError as error:
        raise ModelMissing(
            f"the model {wanted.name} cannot be read: {error}", "Check the rights on that folder."
        ) from error
    if impostor is not None:
        raise ModelCorrupt(
            f"{impostor} is not the model {wanted.name}: "
            f"expected sha256 {wanted.sha256}, found {found}",
            "Remove the file and install the program again."
            if wanted.shipped
            else "Remove the file and import the model again: workstation models import DIR.",
        )
    raise ModelMissing(
        f"the model {wanted.name} is not installed: no {wanted.file} in "
        f"{', '.join(str(folder) for folder in folders)}",
        "Install the program again."
        if wanted.shipped
        else f"Put {wanted.file} into a folder and run: workstation models import DIR.",
    )


def _candidates(wanted: ModelCard, folders: tuple[Path, ...]) -> Iterator[Path]:
    """Files that may be the model: by name in every folder, then by exact size in every folder."""
    present = [folder for folder in folders if folder.is_dir()]
    yield from (folder / wanted.file for folder in present)
    for folder in present:
        yield from (path for path in sorted(folder.iterdir()) if path.name != wanted.file)


def _reads_as(wanted: ModelCard, path: Path) -> bytes | None:
    """The content of a file if it is the model; a file of another size is not even read."""
    if not path.is_file() or path.stat().st_size != wanted.size_bytes:
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == wanted.sha256 else None


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_beside(target: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as beside:
        temporary = Path(beside.name)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _read_card(path: Path) -> ModelCard:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    classes = {CLASS_NAMES[name]: tuple(own) for name, own in values.pop("classes").items()}
    return ModelCard(size_bytes=values.pop("bytes"), classes=classes, **values)
