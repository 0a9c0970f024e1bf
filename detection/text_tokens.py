"""Words as the numbers that a CLIP text network reads: byte-pair encoding, pure, knows no network.

Sennrich, Haddow, Birch, 2016, Neural Machine Translation of Rare Words with Subword Units; over
bytes and with the clean-up of Radford et al., 2021, Learning Transferable Visual Models From
Natural Language Supervision.
"""

import html
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

START: Final = "<|startoftext|>"
END: Final = "<|endoftext|>"
_WORD_END: Final = "</w>"
_SHORT_FORMS: Final = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
_MOST_CHARACTERS: Final = 4096
"""Of a text; far more than fits into the context, and few enough to be quick."""


class Tokenizer:
    """Texts to rows of token numbers, all of one length."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        merges: Sequence[tuple[str, str]],
        *,
        context: int = 77,
        pad: int = 0,
    ) -> None:
        """`merges` in the order they were learned; `pad` fills rows up behind the end.

        Raises:
            ValueError: the vocabulary lacks the start, the end or a single byte.
        """
        for needed in (START, END, *_BYTES, *(letter + _WORD_END for letter in _BYTES)):
            if needed not in vocabulary:
                raise ValueError(f"the vocabulary lacks {needed}")
        if context < 3:
            raise ValueError(f"a context of {context} has no room for a word")
        self._vocabulary = dict(vocabulary)
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._context = context
        self._pad = pad
        self._words = {number: word for word, number in vocabulary.items()}
        self._parts = lru_cache(maxsize=4096)(self._split_word)

    def encode(self, text: str) -> NDArray[np.int64]:
        """`(context,)`: start, the tokens of the text as far as they fit, end, padding."""
        numbers = [self._vocabulary[START]]
        for word in words_of(clean(text)):
            numbers += self._parts(word)
            if len(numbers) >= self._context:
                break
        numbers = [*numbers[: self._context - 1], self._vocabulary[END]]
        row = np.full(self._context, self._pad, np.int64)
        row[: len(numbers)] = numbers
        return row

    def encode_all(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """One row for each text, `(n, context)`."""
        rows = [self.encode(text) for text in texts]
        return np.array(rows, np.int64).reshape(len(rows), self._context)

    def decode(self, row: NDArray[np.int64]) -> str:
        """The words of a row between start and end, one space after each."""
        written = []
        for number in row.tolist()[1:]:
            word = self._words[number]
            if word == END:
                break
            written.append(word)
        letters = "".join(written).replace(_WORD_END, " ")
        plain = bytearray()
        for letter in letters:
            plain += b" " if letter == " " else bytes([_LETTER_BYTES[letter]])
        return plain.decode("utf-8", errors="replace")

    def _split_word(self, word: str) -> tuple[int, ...]:
        letters = [_BYTES[byte] for byte in word.encode("utf-8")]
        parts = [*letters[:-1], letters[-1] + _WORD_END]
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            parts = _joined(parts, best)
        # A merge whose result the vocabulary lacks would be a broken pack: told by its letters.
        return tuple(number for part in parts for number in self._numbers(part))

    def _numbers(self, part: str) -> Iterator[int]:
        if part in self._vocabulary:
            yield self._vocabulary[part]
            return
        ends = part.endswith(_WORD_END)
        letters = part.removesuffix(_WORD_END)
        for letter in letters[:-1]:
            yield self._vocabulary[letter]
        yield self._vocabulary[letters[-1] + (_WORD_END if ends else "")]


def clean(text: str) -> str:
    """Lower case, composed letters, HTML's ways of writing undone, any white space one space."""
    plain = html.unescape(html.unescape(text[:_MOST_CHARACTERS]))
    return " ".join(unicodedata.normalize("NFC", plain).lower().split())


def words_of(text: str) -> Iterator[str]:
    """The words of a cleaned text: short forms, runs of letters, single digits, runs of others."""
    at = 0
    while at < len(text):
        kind = _kind(text[at])
        short = next((form for form in _SHORT_FORMS if text.startswith(form, at)), "")
        if kind == "space":
            at += 1
            continue
        if short:
            word = short
        elif kind == "number":
            word = text[at]
        else:
            stop = at + 1
            while stop < len(text) and _kind(text[stop]) == kind:
                stop += 1
            word = text[at:stop]
        at += len(word)
        # Half of a pair of UTF-16 is no character, and no UTF-8 can hold it.
        if word := word.encode("utf-8", errors="ignore").decode("utf-8"):
            yield word


def read_tokenizer(files: Mapping[str, bytes], *, context: int = 77, pad: int = 0) -> Tokenizer:
    """A tokenizer from a pack's files by role: `vocabulary` (JSON of words and numbers) and
    `merges` (a pair a line), or `tokenizer` (the JSON of Hugging Face's tokenizers with both).

    Raises:
        ValueError: they are not what their roles say.
    """
    try:
        if "tokenizer" in files:
            model = json.loads(files["tokenizer"])["model"]
            vocabulary, written = model["vocab"], model["merges"]
        else:
            vocabulary = json.loads(files["vocabulary"])
            lines = files["merges"].decode("utf-8").splitlines()
            written = [line for line in lines if line.strip() and not line.startswith("#version")]
        merges = [_pair(one) for one in written]
        numbers = {str(word): int(number) for word, number in vocabulary.items()}
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"no vocabulary and merges in it: {error!r}") from error
    return Tokenizer(numbers, merges, context=context, pad=pad)


def _pair(written: Any) -> tuple[str, str]:
    first, second = written.split() if isinstance(written, str) else written
    return str(first), str(second)


def _joined(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The parts with every such pair made one, from left to right."""
    made: list[str] = []
    at = 0
    while at < len(parts):
        if tuple(parts[at : at + 2]) == pair:
            made.append(parts[at] + parts[at + 1])
            at += 2
        else:
            made.append(parts[at])
            at += 1
    return made


def _kind(letter: str) -> str:
    if letter.isspace():
        return "space"
    major = unicodedata.category(letter)[0]
    return {"L": "letter", "N": "number"}.get(major, "other")


def _letters_of_bytes() -> tuple[str, ...]:
    """A printable letter for each byte: itself where it is one in Latin-1, else one from 256 on."""
    own = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in own else next(others)) for byte in range(256))


_BYTES: Final = _letters_of_bytes()
_LETTER_BYTES: Final = {letter: byte for byte, letter in enumerate(_BYTES)}
