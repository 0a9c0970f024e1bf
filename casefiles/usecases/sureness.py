"""How sure a result is, in a word: the steps are for reading, they prove nothing."""

from typing import Literal, TypeAlias

Sureness: TypeAlias = Literal["strong", "fair", "weak"]


def sureness(score: float) -> Sureness:
    """The word of a ranking score 0..1."""
    if score >= 0.66:
        return "strong"
    return "fair" if score >= 0.33 else "weak"
