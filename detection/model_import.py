"""Models out of a folder: files that the catalogue knows, and packs that an agency made itself.

Everything is looked at before anything is written, so that the licence can be shown in between;
files appear whole or not at all.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from detection.errors import ModelUnusable
from detection.model_cards import CARD_FILE, ModelCard, ModelFile, read_card
from detection.models import candidates, cards, folders_of
from resources.errors import MissingFile, UserError
from resources.paths import user_model_folder

ImportOutcome = Literal[
    "imported", "already there", "not found", "wrong hash", "incomplete", "refused"
]
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundModel:
    """What a folder holds of one model."""

    card: ModelCard
    outcome: Literal["found", "already there", "not found", "wrong hash", "incomplete"]
    files: Mapping[str, Path]
    """Where its files lie in that folder, by their names on the card; all of them if "found"."""
    path: Path | None = None
    """For "wrong hash" the file that is not what its name says; else where the model is."""
    says: str = ""
    """What is missing or wrong, in words."""


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """What became of one model when a folder was imported."""

    card: ModelCard
    outcome: ImportOutcome
    path: Path | None
    """Where the model lies now; for "wrong hash" the file that was left alone."""
    says: str = ""


def look_into(folder: Path, catalogue: Sequence[ModelCard] | None = None) -> list[FoundModel]:
    """What a folder holds: one row for each model of the catalogue (the program's by default)
    that is not shipped, and one for each pack. Nothing is written.

    A pack is a folder with a card (`card.toml`) and its files: the folder itself, or folders in it.
    A file of the catalogue is known by size and hash, whatever it is called.

    Raises:
        MissingFile: there is no such folder.
        ModelUnusable: a pack's card is wrong, or takes the name of another model.
        UserError: a file cannot be read.
    """
    if not folder.is_dir():
        raise MissingFile(f"{folder} is not a folder", "Name the folder that holds the models.")
    known = cards() if catalogue is None else catalogue
    try:
        packs = [_pack(path, known) for path in _cards_in(folder)]
        newer = {entry.name for entry in packs}
        wanted = [entry for entry in known if not entry.shipped and entry.name not in newer]
        return [_look(entry, (folder, folder / entry.name)) for entry in wanted] + [
            _look(entry, (entry.pack,)) for entry in packs if entry.pack is not None
        ]
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error}", "Check the rights on it.") from error


def take(found: FoundModel) -> ImportedModel:
    """Copy what was found into the user's model folder, verified again on the way.

    Raises:
        UserError: it cannot be written; what was there before is still there.
    """
    if found.outcome != "found":
        return ImportedModel(found.card, found.outcome, found.path, found.says)
    folder = home_of(found.card)
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part in found.card.files:
            staged.append((_staged(part, found.files[part.name], folder), folder / part.name))
        if found.card.pack is not None and found.card.pack != folder:
            # Last: a folder without its card is no model, whatever else lies in it.
            staged.append((_copied(found.card.pack / CARD_FILE, folder), folder / CARD_FILE))
        while staged:
            temporary, target = staged[0]
            temporary.replace(target)
            staged.pop(0)
    except OSError as error:
        raise UserError(
            f"the model {found.card.name} cannot be imported: {error}",
            "Free some space or check the rights on both folders, then import again.",
        ) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        if folder != user_model_folder() and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return ImportedModel(found.card, "imported", folder / found.card.file)


def import_models(
    folder: Path, catalogue: Sequence[ModelCard] | None = None
) -> list[ImportedModel]:
    """Looks into a folder and takes everything that was found.

    Raises:
        MissingFile, ModelUnusable, UserError: as `look_into` and `take`.
    """
    return [take(found) for found in look_into(folder, catalogue)]


def home_of(entry: ModelCard) -> Path:
    """Where the files of a model go: models of several files, and packs, in a folder of theirs."""
    models = user_model_folder()
    if entry.pack is not None and entry.pack.parent == models:
        return entry.pack
    return models if len(entry.files) == 1 and entry.pack is None else models / entry.name


def _cards_in(folder: Path) -> list[Path]:
    own = folder / CARD_FILE
    return [own] if own.is_file() else sorted(folder.glob(f"*/{CARD_FILE}"))


def _pack(path: Path, known: Sequence[ModelCard]) -> ModelCard:
    entry = read_card(path, pack=path.parent)
    if any(entry.name == other.name and other.pack is None for other in known):
        raise ModelUnusable(
            f"the card {path} calls itself {entry.name}, which is a model of the program",
            "Give the pack a name of its own.",
        )
    return entry


def _look(entry: ModelCard, folders: tuple[Path, ...]) -> FoundModel:
    present_at = _already_there(entry)
    if present_at is not None:
        return FoundModel(entry, "already there", {}, present_at)
    files = {part.name: _in_folders(part, folders) for part in entry.files}
    present = {name: path for name, path in files.items() if path is not None}
    if len(present) == len(files):
        return FoundModel(entry, "found", present)
    lacking = [name for name, path in files.items() if path is None]
    for name in lacking:
        for folder in folders:
            if (folder / name).is_file():
                says = f"{folder / name} is not the model {entry.name}"
                return FoundModel(entry, "wrong hash", present, folder / name, says)
    if present or entry.pack in folders:
        says = f"the model {entry.name} lacks {', '.join(lacking)}"
        return FoundModel(entry, "incomplete", present, None, says)
    return FoundModel(entry, "not found", {})


def _already_there(entry: ModelCard) -> Path | None:
    """Where the first file of the whole model lies; a pack must have the same card too."""
    folders = folders_of(entry)
    if entry.pack is not None:
        folders = (home_of(entry),)
        installed = folders[0] / CARD_FILE
        own = (entry.pack / CARD_FILE).read_bytes()
        if not installed.is_file() or installed.read_bytes() != own:
            return None
    places = [_in_folders(part, folders) for part in entry.files]
    return places[0] if all(places) else None


def _in_folders(part: ModelFile, folders: tuple[Path, ...]) -> Path | None:
    return next((path for path in candidates(part, folders) if _is(part, path)), None)


def _is(part: ModelFile, path: Path) -> bool:
    if not path.is_file() or path.stat().st_size != part.size_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


def _staged(part: ModelFile, origin: Path, folder: Path) -> Path:
    """A copy under another name in the folder, its hash found right while it was made."""
    digest = hashlib.sha256()
    with origin.open("rb") as file, _temporary(folder) as (temporary, beside):
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
            beside.write(chunk)
        if digest.hexdigest() != part.sha256:
            raise OSError(f"{origin} changed while it was read")
    return temporary


def _copied(origin: Path, folder: Path) -> Path:
    with origin.open("rb") as file, _temporary(folder) as (temporary, beside):
        shutil.copyfileobj(file, beside)
    return temporary


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new hidden file in the folder, written through to the disk, or gone when that fails."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as beside:
        path = Path(beside.name)
    try:
        with path.open("wb") as file:
            yield path, file
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
