"""The mutated files of a run: number and seed say all of what each one is.

one = mutant(17, seed=1, folder)   # writes it
one.path, one.how                  # "017-mpeg_ts-truncated.ts", "truncated"
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tests.soak.bombs import huge_claim, huge_picture
from tests.soak.damage import DAMAGES
from tests.soak.lies import LIES
from tests.soak.material import Original, originals
from tests.soak.packets import REMAKES, Remake

SPLICED: Final = "spliced"
_ALL_REMAKES: Final[dict[str, tuple[Remake, tuple[str, ...]]]] = {
    **REMAKES,
    "huge picture": (huge_picture, (".mp4", ".mkv", ".avi")),
    "huge claim": (huge_claim, (".h264",)),
}
KINDS: Final = (*DAMAGES, *LIES, *_ALL_REMAKES, SPLICED)
# The lies that only one kind of original can tell are drawn until that one comes.
_TRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file that was a recording once."""

    number: int
    path: Path
    how: str


def mutant(number: int, seed: int, folder: Path) -> Mutant:
    """Writes mutant `number` of a seed into a folder: the same bytes every time.

    The kinds of damage take turns; which file is damaged, and where, is drawn.
    """
    how = KINDS[number % len(KINDS)]
    chance = np.random.default_rng([seed, number])
    for _ in range(_TRIES):
        original = originals()[int(chance.integers(len(originals())))]
        made = _make(how, original, chance, folder, number)
        if made is not None:
            return Mutant(number, made, how)
    raise AssertionError(f"no original takes '{how}'")


def _make(
    how: str, original: Original, chance: np.random.Generator, folder: Path, number: int
) -> Path | None:
    words = how.replace(" ", "-").replace(",", "")
    if how in _ALL_REMAKES:
        remake, suffixes = _ALL_REMAKES[how]
        suffix = str(chance.choice(suffixes)) if suffixes else original.suffix
        source = folder / f".{number}-source{original.suffix}"
        source.write_bytes(original.content)
        path = folder / f"{number:03d}-{original.name}-{words}{suffix}"
        try:
            return path if remake(source, path, chance) else None
        finally:
            source.unlink()
    content = _changed(how, original, chance)
    if content is None or content == original.content:
        return None
    path = folder / f"{number:03d}-{original.name}-{words}{original.suffix}"
    path.write_bytes(content)
    return path


def _changed(how: str, original: Original, chance: np.random.Generator) -> bytes | None:
    if how in DAMAGES:
        return DAMAGES[how](original.content, chance)
    if how == SPLICED:
        other = originals()[int(chance.integers(len(originals())))].content
        keep, go_on = chance.uniform(0.05, 0.95, 2)
        return (
            original.content[: int(len(original.content) * keep)] + other[int(len(other) * go_on) :]
        )
    made = bytearray(original.content)
    lie = LIES[how]
    if not lie(made, chance):
        return None
    # One lie is often found out; several together less so.
    if chance.random() < 0.3:
        lie(made, chance)
    return bytes(made)
