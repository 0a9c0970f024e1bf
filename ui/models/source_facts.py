"""Everything known of a recording, in groups: its facts, what made what is shown, its origin."""

from dataclasses import replace

from casefiles.intake_types import Intake
from casefiles.types import Source
from casefiles.view_types import CaseView
from ui.models.facts import Fact, Group, provenance_facts, source_facts
from ui.models.file_facts import extra_facts, origin_group, proof_facts


def recording_groups(view: CaseView, source: Source, now_ns: int) -> list[Group]:
    """The groups that the inspector shows of a recording."""
    intake = view.intakes.get(source.source_id, Intake())
    shown = source_facts(view, source)
    if intake.facts is not None:
        *first, added = shown.facts
        shown = replace(shown, facts=(*first, *extra_facts(intake.facts), added))
    made = provenance_facts(source, view.runs.get(source.source_id))
    proof: list[Fact] = proof_facts(intake, source.sha256, view.zone_name)
    made = replace(made, facts=(made.facts[0], *proof, *made.facts[1:]))
    origin = origin_group(intake.origin, view.zone_name, now_ns)
    return [shown, *([] if origin is None else [origin]), made]
