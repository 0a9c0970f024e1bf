"""A vocabulary of bytes and a few words, for tokenizers and text networks."""

from typing import Final

MERGES: Final = (
    ("l", "o"), ("lo", "w</w>"), ("e", "s"), ("es", "t</w>"),
    ("r", "e"), ("re", "d</w>"), ("b", "l"), ("bl", "u"), ("blu", "e</w>"),
)  # fmt: skip


def _letters() -> list[str]:
    # As in the published vocabularies: printable Latin-1, then letters from 256 on for the rest.
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in own] + [chr(256 + at) for at in range(256 - len(own))]


_WORDS: Final = [
    *_letters(),
    *(letter + "</w>" for letter in _letters()),
    *("".join(pair) for pair in MERGES),
    "<|startoftext|>",
    "<|endoftext|>",
]
VOCABULARY: Final = {word: number for number, word in enumerate(_WORDS)}
