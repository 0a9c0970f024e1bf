"""Models by name: what is known, where the files lie, and that they are the very files meant.

Runs nothing and knows no runtime: bytes go out of here only after their hash was found right.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detection.errors import ModelCorrupt, ModelMissing, ModelUnusable
from detection.model_cards import CARD_FILE, ModelCard, ModelFile, Task, read_card
from resources.files import packaged
from resources.paths import extra_model_folders, user_model_folder

__all__ = [
    "ModelCard", "ModelState", "candidates", "card", "cards", "cards_for", "find", "find_file",
    "folders_of", "how_to_get", "load", "load_file", "model_state", "model_states", "reads_as",
    "unread_packs",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelState:
    """Whether a catalogue entry is here; `path` is None when it is missing or does not verify."""

    card: ModelCard
    path: Path | None
    """Its first file."""
    problem: str = ""
    """What does not verify, in words; a model that is merely not installed is no problem."""

    @property
    def missing(self) -> bool:
        return self.path is None and not self.problem


def cards() -> tuple[ModelCard, ...]:
    """The catalogue: shipped models first, then by name; an agency's own among them."""
    known = {entry.name: entry for entry in _packaged_cards()}
    for entry in _packs()[0]:
        known.setdefault(entry.name, entry)
    return tuple(sorted(known.values(), key=lambda entry: (not entry.shipped, entry.name)))


def unread_packs() -> tuple[str, ...]:
    """What is wrong with folders in the user's model folder that hold a card nobody can read."""
    return _packs()[1]


def card(name: str) -> ModelCard:
    """The catalogue entry of that name.

    Raises:
        ModelMissing: the catalogue has none.
    """
    catalogue = cards()
    for entry in catalogue:
        if entry.goes_by(name):
            return entry
    known = ", ".join(entry.name for entry in catalogue)
    raise ModelMissing(f"the catalogue has no model named {name}", f"Known: {known}.")


def cards_for(task: Task) -> tuple[ModelCard, ...]:
    """The models for one task, shipped ones first; whether they are here is not asked."""
    return tuple(entry for entry in cards() if entry.task == task)


def model_states() -> tuple[ModelState, ...]:
    """Every catalogue entry with its verified files, if it has them; reads every file."""
    return tuple(model_state(entry) for entry in cards())


def model_state(entry: ModelCard) -> ModelState:
    """Whether that entry is here; reads its files."""
    try:
        return ModelState(entry, find(entry))
    except ModelCorrupt as error:
        return ModelState(entry, None, str(error))
    except ModelMissing as error:
        return ModelState(entry, None, str(error) if entry.shipped else "")


def find(wanted: ModelCard) -> Path:
    """Where the model's first file lies, after all its files were found and verified.

    Folders are searched in this order: packaged models, the user's, those of WORKSTATION_MODELS;
    in each the folder of the model's name too. A file with the right name is looked at first, then
    any file of exactly its size.

    Raises:
        ModelMissing: no folder has one of its files.
        ModelCorrupt: a file has the name but not the hash, and no other file is the one meant.
    """
    places = [find_file(wanted, part) for part in wanted.files]
    return places[0]


def find_file(wanted: ModelCard, part: ModelFile) -> Path:
    """Where one verified file of the model lies; searched for, and refused, as by `find`."""
    return _search(wanted, part)[0]


def load(wanted: ModelCard) -> bytes:
    """The bytes of the model's only, or first, file, searched for as by `find`.

    What is hashed is what is returned: the file is read once, so nobody can exchange it between
    the check and the use.

    Raises:
        ModelMissing, ModelCorrupt: as `find`.
    """
    return _search(wanted, wanted.files[0])[1]


def load_file(wanted: ModelCard, role: str) -> bytes:
    """The bytes of the model's file of that role, as by `load`.

    Raises:
        ModelMissing, ModelCorrupt: as `find`.
        ModelUnusable: the card names no such file.
    """
    part = wanted.part(role)
    if part is None:
        raise ModelUnusable(f"the card of {wanted.name} names no file for '{role}'")
    return _search(wanted, part)[1]


def folders_of(wanted: ModelCard) -> tuple[Path, ...]:
    """The folders that are searched for the model's files, in order; they need not exist."""
    if wanted.pack is not None:
        return (wanted.pack,)
    if wanted.shipped:
        return (packaged("models"), user_model_folder(), *extra_model_folders())
    folders = (user_model_folder(), *extra_model_folders())
    # The folder of its own comes first: there a 'vocab.json' belongs to no other model.
    return tuple(place for folder in folders for place in (folder / wanted.name, folder))


def reads_as(part: ModelFile, path: Path) -> bytes | None:
    """The content of a file if it is the one meant; a file of another size is not even read."""
    if not path.is_file() or path.stat().st_size != part.size_bytes:
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == part.sha256 else None


def candidates(part: ModelFile, folders: tuple[Path, ...]) -> Iterator[Path]:
    """Files that may be the one meant: by name in every folder, then all others."""
    present = [folder for folder in folders if folder.is_dir()]
    yield from (folder / part.name for folder in present)
    for folder in present:
        yield from (path for path in sorted(folder.iterdir()) if path.name != part.name)


def _search(wanted: ModelCard, part: ModelFile) -> tuple[Path, bytes]:
    folders = folders_of(wanted)
    try:
        for path in candidates(part, folders):
            content = reads_as(part, path)
            if content is not None:
                return path, content
        impostor = next((f / part.name for f in folders if (f / part.name).is_file()), None)
        found = "" if impostor is None else _hash_of(impostor)
    except OSError as error:
        raise ModelMissing(
            f"the model {wanted.name} cannot be read: {error}", "Check the rights on that folder."
        ) from error
    if impostor is not None:
        raise ModelCorrupt(
            f"{impostor} is not the model {wanted.name}: "
            f"expected sha256 {part.sha256}, found {found}",
            "Remove the file and install the program again."
            if wanted.shipped
            else "Remove the file and import the model again: workstation models import DIR.",
        )
    raise ModelMissing(
        f"the model {wanted.name} is not installed: no {part.name} in "
        f"{', '.join(str(folder) for folder in folders)}",
        "Install the program again." if wanted.shipped else how_to_get(wanted),
    )


def how_to_get(wanted: ModelCard) -> str:
    """What a missing model adds, and what to do to have it."""
    fetch = f"run: workstation models install {wanted.name}, or " if _fetchable(wanted) else ""
    what = ", ".join(part.name for part in wanted.files)
    return (
        f"It adds: {wanted.adds}. To have it, {fetch}put {what} into a folder and run: "
        "workstation models import DIR."
    )


def _fetchable(wanted: ModelCard) -> bool:
    return all(part.addresses for part in wanted.files)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _packaged_cards() -> tuple[ModelCard, ...]:
    return tuple(read_card(path) for path in sorted(packaged("model_cards").glob("*.toml")))


def _packs() -> tuple[tuple[ModelCard, ...], tuple[str, ...]]:
    """The cards of the agency's own models, and what is wrong with those that cannot be read."""
    read, wrong = [], []
    for path in sorted(user_model_folder().glob(f"*/{CARD_FILE}")):
        try:
            entry = read_card(path, pack=path.parent)
        except ModelUnusable as error:
            # One bad card must not take every detector away; `models list` and `verify` name it.
            wrong.append(str(error))
            continue
        if any(entry.name == known.name for known in _packaged_cards()):
            wrong.append(f"{path} calls itself {entry.name}, which is a model of the program")
        else:
            read.append(entry)
    return tuple(read), tuple(wrong)
