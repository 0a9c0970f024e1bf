"""What the inspector says of what a track is like and how it moved: attributes with how sure they
are and where they are to be seen, direction, speed, size. No Qt widgets."""

from PySide6.QtCore import QCoreApplication

from casefiles.trait_types import Movement, TrackTrait, Traits
from casefiles.types import Run, TrackRow
from casefiles.usecases.search_traits import (
    attributes_of,
    is_judged,
    likely_words,
    model_for,
    speed_words,
    trait_words,
    way_words,
)
from ui.models.facts import Fact, Group


def trait_facts(row: TrackRow, run: Run, known: Traits | None) -> Group | None:
    """Attributes and movement of a track; what was not judged says so. None for a thing that has
    neither."""
    facts = []
    names = attributes_of(row.class_id)
    said = {one.name: one for one in (() if known is None else known.attributes)}
    if names and not said:
        facts.append(Fact(_said("Attributes"), _unjudged(run, row.class_id)))
    facts += [Fact(name.capitalize(), _trait(said[name])) for name in names if name in said]
    moved = None if known is None else known.movement
    if moved is None:
        facts.append(Fact(_said("Movement"), _said("not measured (index again)")))
    else:
        facts += _movement(moved)
    return Group(_said("Looks and movement"), tuple(facts))


def _trait(one: TrackTrait) -> str:
    # A number alone on a line says nothing.
    frame = _said("frame {0}").format(one.frame).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{trait_words(one.name, one.value)}, {likely_words(one.confidence)} · {frame}"


def _unjudged(run: Run, class_id: int) -> str:
    if is_judged(run.provenance.options, class_id):
        return _said("not judged")
    return _said("not judged: needs the model {0}").format(model_for(class_id))


def _movement(moved: Movement) -> list[Fact]:
    facts = [Fact(_said("Height in the picture"), f"{moved.height_px:.0f} px")]
    if moved.net is None or moved.path is None or moved.speed is None or moved.standing is None:
        facts.insert(0, Fact(_said("Movement"), _said("in view too shortly to measure")))
        return facts
    way = _said("{0:.1f} heights, {1:.1f} as the crow flies").format(moved.path, moved.net)
    return [
        Fact(_said("Direction"), way_words(moved)),
        Fact(_said("Speed"), speed_words(moved.speed)),
        Fact(_said("Way"), way),
        Fact(_said("Stood"), _said("{0:.0f} % of the time").format(100 * moved.standing)),
        *facts,
    ]


def _said(text: str) -> str:
    return QCoreApplication.translate("Facts", text)
