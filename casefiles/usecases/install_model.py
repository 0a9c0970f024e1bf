"""Takes models in, from the network or from a folder, and writes who did it into the agency's log.

Whoever calls this has shown the licence first, and was told to go on.
"""

from pathlib import Path

from casefiles import agency, audit
from casefiles.jobs import Job, Progress
from casefiles.types import Actor
from detection.errors import ModelMissing
from detection.model_cards import ModelCard
from detection.model_download import download
from detection.model_import import ImportedModel, look_into, take
from detection.models import find, model_state
from resources.errors import UserError


def install_model(wanted: ModelCard, actor: Actor, *, folder: Path | None = None) -> Job[Path]:
    """Makes the model usable and gives where its first file lies; logged either way.

    Ended early, a download keeps what came and goes on from there next time.

    Raises:
        DetectionError: it cannot be had, or what came is not the model.
        UserError: it cannot be read or stored. What was there before is untouched.
    """
    already = model_state(wanted).path
    if already is not None:
        return already
    origin = "a folder" if folder is not None else "the network"
    try:
        if folder is None:
            for now in download(wanted):
                yield Progress(now.done, now.total, "bytes", now.file)
        else:
            yield Progress(0, wanted.size_bytes, "bytes", wanted.file)
            _take_from(folder, wanted)
        path = find(wanted)
    except UserError as error:
        _record(actor, "failed", {}, {"model": wanted.name, "error": error.message}, origin)
        raise
    _record(actor, "done", {wanted.name: wanted.sha256}, _place(folder), origin)
    return path


def take_models(folder: Path, actor: Actor) -> list[ImportedModel]:
    """Takes everything in that a folder holds, and logs it.

    Raises:
        UserError: the folder or a model cannot be read or stored, or a card in it is wrong.
    """
    results = [take(found) for found in look_into(folder)]
    taken = [result for result in results if result.outcome in ("imported", "already there")]
    agency.record(
        audit.Entry(
            "models.import",
            "done" if taken else "failed",
            facts={result.card.name: result.card.sha256 for result in taken},
            private={"folder": str(folder.resolve())},
        ),
        actor,
    )
    return results


def _take_from(folder: Path, wanted: ModelCard) -> None:
    for found in look_into(folder):
        if found.card.name == wanted.name and take(found).outcome == "imported":
            return
        if found.card.name == wanted.name and found.says:
            raise ModelMissing(found.says, "Bring the whole model, then try again.")
    names = ", ".join(part.name for part in wanted.files)
    raise ModelMissing(
        f"{folder} does not hold the model {wanted.name}", f"It consists of {names}."
    )


def _place(folder: Path | None) -> dict[str, str]:
    return {} if folder is None else {"folder": str(folder.resolve())}


def _record(
    actor: Actor,
    outcome: audit.Outcome,
    facts: dict[str, str],
    private: dict[str, str],
    origin: str,
) -> None:
    agency.record(
        audit.Entry("models.install", outcome, facts={**facts, "from": origin}, private=private),
        actor,
    )
