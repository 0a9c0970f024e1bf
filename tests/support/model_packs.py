"""Cards and packs made by tests: every kind of model without one that anybody trained."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from detection.model_cards import CARD_FILE, ModelCard, read_card

DETECTOR_TAIL = """
[settings]
class_count = 80

[classes]
person = [0]
car = [2]
"""


def pack(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    name: str = "example",
    task: str = "plate-read",
    adapter: str = "none",
    says: str = 'says = "nothing"',
    tail: str = "",
    roles: Sequence[str] = (),
    at: str = "",
    card_only: bool = False,
) -> Path:
    """Writes a pack with its card into a folder; `at` is where its files can be had over HTTP."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (
        f'name = "{name}"\ntask = "{task}"\nadapter = "{adapter}"\nlicence = "MIT"\n'
        'licence_note = "made by this test"\norigin = "this test"\nadds = "Nothing to speak of"\n'
    )
    if tail.startswith("dropped"):
        first, _, tail = tail.partition("\n")
        text += first + "\n"
    for number, (file, content) in enumerate(files.items()):
        digest = hashlib.sha256(content).hexdigest()
        role = f'role = "{roles[number]}"\n' if roles else ""
        address = f'addresses = ["{at}/{file}"]\n' if at else ""
        text += f'\n[[files]]\nname = "{file}"\nsha256 = "{digest}"\nbytes = {len(content)}\n'
        text += role + address
        if not card_only:
            (folder / file).write_bytes(content)
    (folder / CARD_FILE).write_text(f"{text}\n[input]\n{says}\n{tail}", encoding="utf-8")
    return folder


def model_card(files: Mapping[str, bytes], *, name: str = "example") -> ModelCard:
    """The card of a model of the catalogue with such files; they lie nowhere yet."""
    # Read from a real card: what tests make up must be what cards can say.
    with tempfile.TemporaryDirectory() as folder:
        return read_card(pack(Path(folder), files, name=name, card_only=True) / CARD_FILE)
