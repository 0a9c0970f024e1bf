"""The first answers to a description ordered by the words that no filter stands for ("striped").

A text-image model, where one is installed, compares the best stored picture of each of the first
tracks with the words (Radford et al., 2021). It orders them and nothing more: no track comes or
goes, and what it says is a lead for a person to look at. Without a model the coverage says that the
words were not used, and what to install.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job
from casefiles.queries.filters import Order, Query
from casefiles.store import looks
from casefiles.types import JsonValue, TrackId
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import FirstHits, Hit, Hits, Part
from detection.errors import ModelCorrupt, ModelMissing, ModelUnusable
from detection.models import cards_for
from detection.text_image import TextImage, open_text_image
from video.stills import picture_of

RANKED: Final = 200
"""So many of the best are ordered: a page."""
_AT_ONCE: Final = 16
"""Pictures compared between two looks at the order so far: about a second of one processor."""


def search_ranked(
    case: Case, query: Query, *, limit: int = 200, skip: int = 0, order: Order = "best"
) -> Job[Hits]:
    """As `search_tracks`, and in its `best` order the first `RANKED` by how well they fit the
    words that are left over; yields `FirstHits` with the order so far while it compares.

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    if not query.rest:
        return (yield from search_tracks(case, query, limit=limit, skip=skip, order=order))
    words = ", ".join(f"“{word}”" for word in query.unknown) or f"“{query.rest}”"
    model, why_not = (None, "") if order != "best" else _model()
    if model is None or skip >= RANKED:
        found = yield from search_tracks(case, query, limit=limit, skip=skip, order=order)
        if order != "best":
            why_not = "the answers are ordered by time"
        elif model is not None:
            why_not = f"only the first {RANKED} are ordered by such words"
        return _noted(found, f"not searched by {words}: {why_not}")
    most = max(RANKED, skip + max(limit, 0))
    found = yield from search_tracks(case, query, limit=most)
    end = min(skip + max(limit, 0), most)

    def page(hits: Sequence[Hit], *, complete: bool) -> Hits:
        return replace(found, hits=tuple(hits[skip:end]), skipped=skip, complete=complete)

    first, others = found.hits[:RANKED], found.hits[RANKED:]
    try:
        text = model.embed_texts([query.rest])[0]
        fits: list[float | None] = []
        while len(fits) < len(first):
            batch = first[len(fits) : len(fits) + _AT_ONCE]
            fits += _fits(case, model, text, batch)
            if len(fits) < len(first):
                so_far = (*_ordered(query, model, first, fits), *first[len(fits) :], *others)
                yield FirstHits(
                    len(fits), len(first), "pictures", "words", hits=page(so_far, complete=False)
                )
    except (ModelCorrupt, ModelUnusable) as error:
        return _noted(page(found.hits, complete=True), f"not searched by {words}: {error}")
    ranked = _ordered(query, model, first, fits)
    _log(case, query, model, ranked)
    note = f"{words}: ordered by the text-image model {model.name}, which may err"
    if len(first) < found.total:
        note = f"{words}: the first {len(first)} ordered by the text-image model {model.name}"
    unseen = sum(one is None for one in fits)
    if unseen:
        note += f"; {unseen} without a stored picture come after them"
    return _noted(page((*ranked, *others), complete=True), note)


def _model() -> tuple[TextImage | None, str]:
    """The text-image model that is here; else None, and why."""
    try:
        model = open_text_image(threads=2)
    except (ModelMissing, ModelCorrupt, ModelUnusable) as error:
        return None, f"{error}"
    if model is not None:
        return model, ""
    known = next((entry.name for entry in cards_for("text-image")), "NAME")
    return None, f"it needs a text-image model, such as 'models install {known}'"


def _fits(
    case: Case, model: TextImage, text: NDArray[np.float32], hits: Sequence[Hit]
) -> list[float | None]:
    """How well the picture of each fits a text's row; None where there is none to compare."""
    ids = [hit.track.track_id for hit in hits]
    stored = case.read(partial(looks.thumbnails, track_ids=ids))
    pictures = [picture_of(stored.get(track_id, b"")) for track_id in ids]
    rows = model.embed_pictures([one for one in pictures if one is not None])
    likeness = iter((rows @ text).tolist())
    return [None if one is None else float(next(likeness)) for one in pictures]


def _ordered(
    query: Query, model: TextImage, hits: Sequence[Hit], fits: Sequence[float | None]
) -> tuple[Hit, ...]:
    """Those that were compared, best first, each with what speaks for it; then those without a
    picture, as they came. Only the order of several pictures means something: the bar of the best
    is full, that of the worst is empty."""
    both = list(zip(hits, fits, strict=False))
    known = [fit for _, fit in both if fit is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    words = f"fits “{query.rest}” (text-image model {model.name})"
    made = sorted(((fit, hit) for hit, fit in both if fit is not None), key=lambda one: -one[0])
    ranked: list[Hit] = []
    for place, (fit, hit) in enumerate(made, 1):
        value = (fit - low) / (high - low) if high > low else 1.0
        said = f"{words}, {place}. of {len(made)} compared"
        part = Part("words", value, said)
        ranked.append(replace(hit, why=(*hit.why, said), parts=(*hit.parts, part)))
    return (*ranked, *(hit for hit, fit in both if fit is None))


def _noted(found: Hits, note: str) -> Hits:
    coverage = replace(found.coverage, notes=(*found.coverage.notes, note))
    return replace(found, coverage=coverage)


def _log(case: Case, query: Query, model: TextImage, ranked: Sequence[Hit]) -> None:
    made = model.provenance
    options: dict[str, JsonValue] = {name: str(value) for name, value in made.options.items()}
    ids: list[TrackId] = [hit.track.track_id for hit in ranked]
    case.record(
        audit.Entry(
            "search.rank",
            "done",
            facts={
                "model": made.model,
                "model_sha256": made.sha256,
                "options": options,
                "tracks": len(ids),
                "ids": id_ranges(sorted(ids)),
                "order": list(ids),
            },
            private={"text": query.text, "words": query.rest},
        )
    )
