"""Spans of time: `(from, to)` in wall nanoseconds, the end not included."""

from collections.abc import Iterable

from casefiles.usecases.street_types import Span


def both(one: Span, other: Span) -> Span | None:
    """When both hold."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that meet or overlap as one, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(span: Span, taken: Iterable[Span | None]) -> list[Span]:
    """What is left of a span, in order."""
    left, begin = [], span[0]
    for start, end in joined([one for one in taken if one is not None]):
        if start > begin:
            left.append((begin, min(start, span[1])))
        begin = max(begin, end)
        if begin >= span[1]:
            return [one for one in left if one[0] < one[1]]
    left.append((begin, span[1]))
    return [one for one in left if one[0] < one[1]]
