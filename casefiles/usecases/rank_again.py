"""The hits of an answer in another order: like those that were confirmed, unlike the rejected.

Who says "right" or "wrong" of hits gives examples. In an answer to a search by appearance they all
are one thing: a hit is judged by the mean of the confirmed, less half the mean of the rejected
(Rocchio, 1971, "Relevance feedback in information retrieval"), which was measured to be better
there than nearest examples (docs/results.md). In an answer to a description the confirmed ones are
different things, whose mean is none of them: there it is judged by the example it is likest to,
less half of its likeness to the rejected one it is likest to.

An answer to a search by appearance is ordered by that alone. In an answer to a description half of
the order is the score the description gave, half the likeness; so a confirmed look lifts what is
like it, and does not bring a hit that fits badly above all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.decision_types import Decision
from casefiles.queries.filters import Query
from casefiles.queries.question import likeness_of
from casefiles.store import looks, search_rows
from casefiles.types import TrackId
from casefiles.usecases.likeness import made_by
from casefiles.usecases.search_scope import searched
from casefiles.view_types import Hit, Hits, Part
from detection.looks import KINDS

AGAINST: Final = 0.5
"""How much being like a rejected hit counts, against being like a confirmed one."""
BLEND: Final = 0.5
"""How much of the order of a description's answer the likeness makes."""
_UNJUDGED: Final = 0.5
"""The place between like and unlike of a hit whose look cannot be compared."""
_AT_ONCE: Final = 4096
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Group:
    """Tracks whose looks can be compared: of one kind, described by one embedder. A track may
    have several vectors, beside each other."""

    ids: NDArray[np.int64]
    vectors: Vectors

    def of(self, wanted: Sequence[int]) -> tuple[NDArray[np.int64], Vectors]:
        """Those of some tracks that are among them."""
        kept = np.isin(self.ids, np.array(wanted, np.int64))
        return self.ids[kept], self.vectors[kept]


def rank_again(case: Case, answer: Hits, said: Sequence[Decision]) -> Hits:
    """The same hits: confirmed ones first, as they came; then the undecided by what the decisions
    teach; rejected ones last. Equals stay in the order they had, and without decisions all do.

    Each undecided hit that could be judged says so among its reasons.
    """
    verdicts = {one.track_id: one.verdict for one in said}
    if not verdicts:
        return answer
    right = [hit for hit in answer.hits if verdicts.get(hit.track.track_id) == "right"]
    wrong = [hit for hit in answer.hits if verdicts.get(hit.track.track_id) == "wrong"]
    open_ = [hit for hit in answer.hits if hit.track.track_id not in verdicts]
    is_similar = answer.question is not None and answer.question.kind == "similar"
    positive = [one for one, verdict in verdicts.items() if verdict == "right"]
    negative = [one for one, verdict in verdicts.items() if verdict == "wrong"]
    if is_similar and answer.question is not None:
        asked = likeness_of(answer.question)
        positive += [one for one in asked.tracks if one not in verdicts]
        negative += [one for one in asked.without if one not in verdicts]
    judged = _judged(case, answer.hits, positive, negative, one_thing=is_similar)
    made: list[tuple[float, Hit]] = []
    for hit in open_:
        found = judged.get(hit.track.track_id)
        like = _UNJUDGED if found is None else found.value
        weight = 1.0 if is_similar else BLEND
        score = (1 - weight) * hit.score + weight * like
        made.append((score, hit if found is None else _with(hit, found)))
    # Sorting keeps the order of equals.
    made.sort(key=lambda one: -one[0])
    return replace(answer, hits=(*right, *(hit for _, hit in made), *wrong))


def _with(hit: Hit, part: Part) -> Hit:
    return replace(hit, why=(*hit.why, part.words), parts=(*hit.parts, part))


def _judged(
    case: Case,
    hits: Sequence[Hit],
    positive: Sequence[int],
    negative: Sequence[int],
    *,
    one_thing: bool,
) -> dict[TrackId, Part]:
    """How like the confirmed ones each undecided hit is, where that can be said."""
    ids = [hit.track.track_id for hit in hits]
    found: dict[TrackId, Part] = {}
    examples = {*positive, *negative}
    for group in _groups(case, [*ids, *examples]):
        right_ids, right = group.of(positive)
        wrong_ids, wrong = group.of(negative)
        open_ids, rows = group.of([one for one in ids if one not in examples])
        if not len(open_ids) or not len(right_ids) + len(wrong_ids):
            continue
        value, nearest = margins(rows, right, wrong, one_thing=one_thing)
        each, first = np.unique(open_ids, return_index=True)
        # What its frames say on average; in words, what the first of them does.
        means = np.add.reduceat(value, first) / np.diff([*first, len(open_ids)])
        for place, track_id in enumerate(each.tolist()):
            words = _words(int(nearest[first[place]]), right_ids, wrong_ids)
            found[TrackId(track_id)] = Part("like those confirmed", float(means[place]), words)
    return found


def margins(
    rows: Vectors, right: Vectors, wrong: Vectors, *, one_thing: bool = False
) -> tuple[Vectors, NDArray[np.int64]]:
    """How well `rows (n, d)` fit examples `(p, d)` and counter-examples `(q, d)`, all of length 1:
    `(n,) float32` in 0..1, and which example decided: its place, or -1 - place among the others
    where the rejected one is nearer. By the nearest examples, or where all show `one_thing`, by
    their mean."""
    count = len(rows)
    toward = rows @ right.T if len(right) else np.zeros((count, 1), np.float32)
    away = rows @ wrong.T if len(wrong) else np.zeros((count, 1), np.float32)
    nearest_right, nearest_wrong = toward.max(axis=1), away.max(axis=1)
    if one_thing:
        value = (1 + toward.mean(axis=1) - AGAINST * away.mean(axis=1)) / 2
    else:
        value = (1 + nearest_right - AGAINST * nearest_wrong) / 2
    # With counter-examples only, what is least like them comes first.
    is_wrong = nearest_wrong > nearest_right if len(right) else np.ones(count, np.bool_)
    nearest = np.where(is_wrong & bool(len(wrong)), -1 - away.argmax(axis=1), toward.argmax(axis=1))
    return np.clip(value, 0, 1).astype(np.float32), nearest.astype(np.int64)


def _words(nearest: int, right: NDArray[np.int64], wrong: NDArray[np.int64]) -> str:
    if nearest < 0:
        return f"nearest to track {wrong[-1 - nearest]}, which was rejected"
    return f"nearest to track {right[nearest]}, which was confirmed"


def _groups(case: Case, ids: Sequence[int]) -> list[_Group]:
    """Tracks by what can be compared: vectors of different embedders mean different things."""
    shown = case.read(partial(search_rows.shown, track_ids=ids))
    about = case.read(partial(searched, query=Query("")))
    makers = {run.run_id: made_by(run) for run in about.runs.values()}
    groups: dict[tuple[str, str], list[int]] = {}
    for track_id, (run_id, class_id) in shown.items():
        kind = KINDS.get(class_id)
        if kind is not None:
            groups.setdefault((kind, makers.get(run_id, "")), []).append(track_id)
    made: list[_Group] = []
    for members in groups.values():
        wanted = np.unique(np.array(members, np.int64))
        parts = [
            case.read(partial(looks.vectors, track_ids=wanted[at : at + _AT_ONCE]))
            for at in range(0, len(wanted), _AT_ONCE)
        ]
        length = parts[0][1].shape[1]
        same = [part for part in parts if part[1].shape[1] == length and length]
        if same:
            made.append(
                _Group(
                    np.concatenate([part[0] for part in same]),
                    np.concatenate([part[1] for part in same]),
                )
            )
    return made
